#include "scenario.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <utility>

#include "api_access/api_access_rule.h"

namespace api_access::bench {
namespace {

// The fields are valid by construction.
template <typename T>
T Valid(absl::StatusOr<T> result) {
  if (!result.ok()) std::abort();
  return *std::move(result);
}

IpAddress AddressOf(std::uint32_t number) {
  const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(number >> 24),
      static_cast<std::uint8_t>(number >> 16),
      static_cast<std::uint8_t>(number >> 8),
      static_cast<std::uint8_t>(number)};
  return IpAddress::FromV4(bytes);
}

std::string Id(const std::string& prefix, int number) {
  const std::string digits = std::to_string(number);
  return prefix + std::string(36 - prefix.size() - digits.size(), '0') + digits;
}

std::string KeyId(int number) {
  const std::string digits = std::to_string(number);
  return "BENCHKEY" + std::string(12 - digits.size(), '0') + digits;
}

}  // namespace

Scenario MakeScenario(const Size& size) {
  std::mt19937 random(20300101);
  // Of the standard engines only the raw numbers are the same everywhere.
  const auto below = [&](std::uint32_t limit) {
    return static_cast<int>(random() % limit);
  };
  const Timestamp now = Valid(ParseTimestamp("2030-01-01"));

  struct Origin {
    IpAddress address;
    int rule;
  };
  std::vector<Origin> origins;
  std::vector<ApiAccessRule> rules;
  for (int rule = 0; rule < size.rules; ++rule) {
    ApiAccessRule::Fields fields = {.id = Id("aar-", rule)};
    for (int i = 0; i < size.ranges_per_rule; ++i) {
      const IpAddress address = AddressOf(static_cast<std::uint32_t>(random()));
      fields.ip_ranges.push_back(Valid(IpRange::Create(
          {.address = address, .prefix_length = 16 + below(17)})));
      origins.push_back({address, rule});
    }
    if (rule % 2 == 0) fields.ca_ids = {Id("ca-", rule)};
    if (rule % 4 == 0) fields.cns = {"client." + std::to_string(rule)};
    rules.push_back(Valid(ApiAccessRule::Create(std::move(fields))));
  }
  std::vector<AccessKey> keys;
  for (int key = 0; key < size.keys; ++key) {
    keys.push_back(Valid(
        AccessKey::Create({.id = KeyId(key),
                           .state = AccessKeyState::kActive,
                           .expiration = now + std::chrono::hours(1 + key)})));
  }
  Scenario scenario = {
      .account =
          Valid(Account::Create({.policy = Valid(ApiAccessPolicy::Create({})),
                                 .rules = std::move(rules),
                                 .access_keys = std::move(keys)})),
      .now = now,
      .certificates = {},
      .requests = {}};

  constexpr std::array<const char*, 4> kMethods = {
      "ReadVms", "CreateVms", "ReadAccessKeys", "UpdateApiAccessRule"};
  for (int i = 0; i < 10'000; ++i) {
    const Origin& origin = origins[static_cast<std::size_t>(
        below(static_cast<std::uint32_t>(origins.size())))];
    const bool from_there = i % 2 == 0;
    const ClientCertificate* certificate = nullptr;
    if (origin.rule % 2 == 0) {
      scenario.certificates.push_back(Valid(ClientCertificate::Create(
          {.ca_ids = {Id("ca-", origin.rule)},
           .cn = "client." + std::to_string(origin.rule)})));
      certificate = &scenario.certificates.back();
    }
    scenario.requests.push_back(
        {.service = "api",
         .method = kMethods[static_cast<std::size_t>(below(kMethods.size()))],
         .client_address =
             from_there ? origin.address
                        : AddressOf(static_cast<std::uint32_t>(random())),
         .login = LoginKind::kAccessKey,
         .access_key_id = KeyId(below(static_cast<std::uint32_t>(size.keys))),
         .certificate = certificate});
  }
  return scenario;
}

}  // namespace api_access::bench
