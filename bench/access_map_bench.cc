// The map of large accounts, and the difference that one changed range makes.
// Also of accounts that are made to be costly: they are mapped or refused.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "bench/scenario.h"
#include "benchmark/benchmark.h"

namespace api_access::bench {
namespace {

template <const Size& kSize>
const Account& AccountOf() {
  static const Account& account = *new Account(MakeScenario(kSize).account);
  return account;
}

// 10,000 rules with 10 ranges each, of both families, around each other, and a
// CA of their own. IPv4 prefixes are from `prefix_bits` to 32.
const Account& NestedAccount(std::uint32_t prefix_bits) {
  std::mt19937 engine(20300101);
  std::vector<ApiAccessRule> rules;
  for (int rule = 0; rule < 10'000; ++rule) {
    ApiAccessRule::Fields fields = {.id = "aar-" + std::to_string(rule)};
    for (int i = 0; i < 10; ++i) {
      std::array<std::uint8_t, 16> bytes{};
      for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(engine() % 256);
      }
      const bool is_v4 = i % 2 == 0;
      const auto host_bits = static_cast<int>(engine() % (33 - prefix_bits));
      const std::span<const std::uint8_t, 16> all(bytes);
      fields.ip_ranges.push_back(Valid(
          IpRange::Create({.address = is_v4 ? IpAddress::FromV4(all.first<4>())
                                            : IpAddress::FromV6(all),
                           .prefix_length = (is_v4 ? 32 : 48) - host_bits})));
    }
    fields.ca_ids = {"ca-" + std::to_string(rule)};
    rules.push_back(Valid(ApiAccessRule::Create(std::move(fields))));
  }
  return *new Account(
      Valid(Account::Create({.policy = Valid(ApiAccessPolicy::Create({})),
                             .rules = std::move(rules)})));
}

void MapOne(benchmark::State& state, const Account& account) {
  for (auto _ : state) {
    const auto map = MapAccess(account);
    state.counters["regions"] = map.ok() ? static_cast<double>(map->size()) : 0;
  }
}

template <const Size& kSize>
void MapOf(benchmark::State& state) {
  MapOne(state, AccountOf<kSize>());
}
constexpr Size kOneAddress = {.rules = 1'000,
                              .ranges_per_rule = 1,
                              .keys = 0,
                              .cas = 4,
                              .cns = 4,
                              .layout = Layout::kOverlap};
BENCHMARK_TEMPLATE(MapOf, kLarge)->Name("Map/Large");
BENCHMARK_TEMPLATE(MapOf, kHuge)->Name("Map/Huge");
BENCHMARK_TEMPLATE(MapOf, kV6)->Name("Map/V6");
// 1,000 rules at one address, each with a CA and a CN of its own.
BENCHMARK_TEMPLATE(MapOf, kOneAddress)->Name("Map/OneAddress");

void MapNested(benchmark::State& state) {
  static const Account& account = NestedAccount(12);
  MapOne(state, account);
}
BENCHMARK(MapNested)->Name("Map/Nested");

// Every address is in hundreds of ranges. Refused: no regions.
void MapRefused(benchmark::State& state) {
  static const Account& account = NestedAccount(0);
  MapOne(state, account);
}
BENCHMARK(MapRefused)->Name("Map/Refused");

template <const Size& kSize>
void DiffOf(benchmark::State& state) {
  const Account& before = AccountOf<kSize>();
  const Account after = WithAnotherRange(before);
  for (auto _ : state) {
    const auto difference = DiffAccess(before, after, Timestamp());
    state.counters["regions"] = static_cast<double>(
        difference->widened.size() + difference->narrowed.size());
  }
}
BENCHMARK_TEMPLATE(DiffOf, kLarge)->Name("Diff/Large");
BENCHMARK_TEMPLATE(DiffOf, kHuge)->Name("Diff/Huge");

}  // namespace
}  // namespace api_access::bench
