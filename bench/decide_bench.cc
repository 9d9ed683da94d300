// How long a decision takes, beside a loop written in an afternoon. Both find
// the method and the key from text inside the measured time.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "api_access/evaluator.h"
#include "benchmark/benchmark.h"
#include "naive.h"
#include "scenario.h"

namespace {
std::atomic<std::int64_t> allocations{0};
}  // namespace

// Inlined, they look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace api_access::bench {
namespace {

Evaluator Compiled(const Account& account) {
  auto evaluator = Evaluator::Compile(account);
  if (!evaluator.ok()) std::abort();
  return *std::move(evaluator);
}

Decision DecideRaw(const Evaluator& evaluator, const RawRequest& request,
                   Timestamp now) {
  return evaluator.Decide(
      {.method = FindMethod(request.service, request.method),
       .client_address = request.client_address,
       .login = request.login,
       .access_key_id = request.access_key_id,
       .certificate = request.certificate},
      now);
}

// Runs `decide` over the requests of the scenario, one an iteration.
template <typename Function>
void Measure(benchmark::State& state, const Scenario& scenario,
             Function decide) {
  std::size_t next = 0;
  const std::int64_t before = allocations;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(scenario.requests[next]));
    if (++next == scenario.requests.size()) next = 0;
  }
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations - before),
                         benchmark::Counter::kAvgIterations);
}

void Decide(benchmark::State& state, const Size& size) {
  const Scenario scenario = MakeScenario(size);
  const Evaluator evaluator = Compiled(scenario.account);
  Measure(state, scenario, [&](const RawRequest& request) {
    return DecideRaw(evaluator, request, scenario.now);
  });
}

void NaiveLoop(benchmark::State& state, const Size& size) {
  const Scenario scenario = MakeScenario(size);
  const Evaluator evaluator = Compiled(scenario.account);
  const Naive naive(scenario.account);
  for (const RawRequest& request : scenario.requests) {
    if (naive.Allows(request, scenario.now) !=
        DecideRaw(evaluator, request, scenario.now).allowed()) {
      state.SkipWithError("the baseline gives another verdict");
      return;
    }
  }
  Measure(state, scenario, [&](const RawRequest& request) {
    return naive.Allows(request, scenario.now);
  });
}

void Classify(benchmark::State& state) {
  const Scenario scenario = MakeScenario(kSmall);
  Measure(state, scenario, [](const RawRequest& request) {
    return FindMethod(request.service, request.method);
  });
}

BENCHMARK_CAPTURE(Decide, Small, kSmall);
BENCHMARK_CAPTURE(NaiveLoop, Small, kSmall)->Name("Naive/Small");
BENCHMARK_CAPTURE(Decide, Large, kLarge);
BENCHMARK_CAPTURE(NaiveLoop, Large, kLarge)->Name("Naive/Large");
BENCHMARK(Classify);

}  // namespace
}  // namespace api_access::bench

BENCHMARK_MAIN();
