// How cost grows: with the rules of an account, its ranges, its certificates,
// and the accounts of a gateway. `sh cmake/run.sh bench --picture` draws it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/change.h"
#include "api_access/evaluator.h"
#include "bench/scenario.h"
#include "benchmark/benchmark.h"

namespace api_access::bench {
namespace {

// What there are more and more of, and accounts of which there are `count`.
struct Axis {
  const char* name;
  Size (*size_of)(int count);
  std::vector<int> counts;
};

const std::vector<Axis>& Axes() {
  static const auto& axes = *new std::vector<Axis>{
      {"rules",
       [](int count) {
         return Size{.rules = count, .ranges_per_rule = 1, .keys = 10};
       },
       {1, 10, 100, 1'000, 10'000, 100'000}},
      {"ranges",
       [](int count) {
         return Size{.rules = 10, .ranges_per_rule = count / 10, .keys = 10};
       },
       {10, 100, 1'000, 10'000, 100'000}},
      // Each of a rule of its own, all of which admit every address.
      {"certificates",
       [](int count) {
         return Size{.rules = count,
                     .ranges_per_rule = 1,
                     .keys = 10,
                     .cas = 4,
                     .cns = 4,
                     .layout = Layout::kOverlap};
       },
       {1, 10, 100, 1'000, 10'000}}};
  return axes;
}

// The last one is kept: benchmarks are begun many times.
const Scenario& ScenarioOf(const Axis& axis, int count) {
  static std::pair<const Axis*, int> kept_for;
  static std::unique_ptr<const Scenario> kept;
  if (kept == nullptr || kept_for != std::pair(&axis, count)) {
    kept = std::make_unique<const Scenario>(MakeScenario(axis.size_of(count)));
    kept_for = {&axis, count};
  }
  return *kept;
}

void DecideAny(benchmark::State& state, const Scenario& scenario) {
  const std::vector<RawRequest>& requests = scenario.requests.all;
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Decide(scenario.evaluator, requests[next], scenario.now));
    if (++next == requests.size()) next = 0;
  }
}

// What `function` gives is refused where the account is too large.
template <typename Function>
void Repeat(benchmark::State& state, Function function) {
  for (auto _ : state) {
    const auto result = function();
    if (!result.ok()) {
      state.SkipWithError("refused");
      return;
    }
    benchmark::DoNotOptimize(result);
  }
}

void CompileOne(benchmark::State& state, const Scenario& scenario) {
  Repeat(state, [&] { return Evaluator::Compile(scenario.account); });
}

void MapOne(benchmark::State& state, const Scenario& scenario) {
  Repeat(state, [&] { return MapAccess(scenario.account); });
}

void DiffOne(benchmark::State& state, const Scenario& scenario) {
  const Account after = WithAnotherRange(scenario.account);
  Repeat(state,
         [&] { return DiffAccess(scenario.account, after, scenario.now); });
}

void ApplyOne(benchmark::State& state, const Scenario& scenario) {
  const Change change = EditOfMiddleRule(scenario.account);
  Repeat(state, [&] { return Apply(scenario.account, change, scenario.now); });
}

// Decides on a random one of `count` small accounts.
void DecideOneOf(benchmark::State& state, int count) {
  const Scenario scenario = MakeScenario(kSmall);
  const std::vector<RawRequest>& requests = scenario.requests.all;
  std::vector<Evaluator> evaluators;
  for (int i = 0; i < count; ++i) {
    evaluators.push_back(Valid(Evaluator::Compile(scenario.account)));
  }
  std::uint64_t random = 1;
  std::size_t next = 0;
  for (auto _ : state) {
    random = random * 6364136223846793005 + 1442695040888963407;
    benchmark::DoNotOptimize(
        Decide(evaluators[(random >> 32) % evaluators.size()], requests[next],
               scenario.now));
    if (++next == requests.size()) next = 0;
  }
}

struct Operation {
  const char* name;
  void (*run)(benchmark::State& state, const Scenario& scenario);
};
constexpr std::array<Operation, 5> kOperations = {{{"Decide", DecideAny},
                                                   {"Compile", CompileOne},
                                                   {"MapAccess", MapOne},
                                                   {"DiffAccess", DiffOne},
                                                   {"Apply", ApplyOne}}};

// As names, `rules/1000/Decide`.
void RegisterAll() {
  for (const Axis& axis : Axes()) {
    for (const int count : axis.counts) {
      for (const Operation& operation : kOperations) {
        const std::string name = std::string(axis.name) + '/' +
                                 std::to_string(count) + '/' + operation.name;
        benchmark::RegisterBenchmark(
            name.c_str(), [&axis, count, &operation](benchmark::State& state) {
              operation.run(state, ScenarioOf(axis, count));
            });
      }
    }
  }
  for (const int count : {1, 10, 100, 1'000, 10'000, 100'000}) {
    benchmark::RegisterBenchmark(
        ("accounts/" + std::to_string(count) + "/Decide").c_str(),
        [count](benchmark::State& state) { DecideOneOf(state, count); });
  }
}

}  // namespace
}  // namespace api_access::bench

int main(int argc, char** argv) {
  api_access::bench::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
