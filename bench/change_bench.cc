// What it costs to try a change on an account of 10,000 rules of 10 ranges and
// 10,000 access keys, and to assess it for 100 callers.

#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "api_access/change.h"
#include "api_access/evaluator.h"
#include "api_access/impact.h"
#include "bench/scenario.h"
#include "benchmark/benchmark.h"

namespace api_access::bench {
namespace {

constexpr Size kManyKeys = {
    .rules = 10'000, .ranges_per_rule = 10, .keys = 10'000};

const Scenario& Huge() {
  static const Scenario& scenario = *new Scenario(MakeScenario(kManyKeys));
  return scenario;
}

void ApplyHuge(benchmark::State& state) {
  const Scenario& scenario = Huge();
  const Change change = EditOfMiddleRule(scenario.account);
  for (auto _ : state) {
    const auto outcome = Apply(scenario.account, change, scenario.now);
    if (!outcome.ok() || !outcome->accepted()) std::abort();
    benchmark::DoNotOptimize(outcome);
  }
}
BENCHMARK(ApplyHuge)->Name("Apply/Huge");

// All that `api-access change` does besides reading and writing.
void ImpactHuge(benchmark::State& state) {
  const Scenario& scenario = Huge();
  const Change change = EditOfMiddleRule(scenario.account);
  std::vector<NamedCaller> callers;
  for (const RawRequest& raw : scenario.requests.all) {
    if (callers.size() == 100) break;
    callers.push_back(
        {.name = std::to_string(callers.size()),
         .caller = Caller::Of({.method = MethodOf(raw),
                               .client_address = raw.client_address,
                               .login = raw.login,
                               .access_key_id = *raw.access_key_id,
                               .certificate = raw.certificate})});
  }
  for (auto _ : state) {
    const auto outcome = Apply(scenario.account, change, scenario.now);
    if (!outcome.ok() || !outcome->accepted()) std::abort();
    const auto before = Evaluator::Compile(scenario.account);
    const auto after = Evaluator::Compile(*outcome->account);
    if (!before.ok() || !after.ok()) std::abort();
    benchmark::DoNotOptimize(
        AssessImpact(*before, *after, {}, callers, scenario.now));
  }
}
BENCHMARK(ImpactHuge)->Name("Impact/Huge");

}  // namespace
}  // namespace api_access::bench
