// What the library costs, beside what else one would write or use. Requests
// enter as a gateway has them: finding the method and the access key is inside
// the measured time.

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "api_access/activation.h"
#include "api_access/evaluator.h"
#include "api_access/requirement.h"
#include "bench/c_interface.h"
#include "bench/heap.h"
#include "bench/naive.h"
#include "bench/scenario.h"
#include "benchmark/benchmark.h"
#include "src/decide/compiled_account.h"
#include "src/method_catalogue.h"

namespace api_access::bench {
namespace {

// Made once: benchmarks are begun many times.
template <const Size& kSize>
const Scenario& ScenarioOf() {
  static const Scenario& scenario = *new Scenario(MakeScenario(kSize));
  return scenario;
}

Evaluator Compiled(const Account& account) {
  auto evaluator = Evaluator::Compile(account);
  if (!evaluator.ok()) std::abort();
  return *std::move(evaluator);
}

// Heap of the compiled form.
double BytesOf(const Account& account) {
  const std::int64_t before = HeapBytesInUse();
  const Evaluator evaluator = Compiled(account);
  return static_cast<double>(HeapBytesInUse() - before);
}

// Runs `function` over `items`, one an iteration.
template <typename Items, typename Function>
void Measure(benchmark::State& state, const Items& items, Function function) {
  const std::size_t size = items.size();
  std::size_t next = 0;
  const std::int64_t before = HeapPiecesTaken();
  for (auto _ : state) {
    benchmark::DoNotOptimize(function(items[next]));
    if (++next == size) next = 0;
  }
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(HeapPiecesTaken() - before),
                         benchmark::Counter::kAvgIterations);
}

template <const Size& kSize>
void DecideOne(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kSize>();
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    return Decide(scenario.evaluator, request, scenario.now);
  });
  state.counters["bytes"] = BytesOf(scenario.account);
}
BENCHMARK_TEMPLATE(DecideOne, kSmall)->Name("Decide/Small");
void CDecide(benchmark::State& state) {
  static const CScenario& scenario = *new CScenario(ScenarioOf<kSmall>());
  Measure(state, scenario.requests(),
          [&](const aac_request& request) { return scenario.Decide(request); });
}
BENCHMARK(CDecide)->Name("CDecide/Small");
BENCHMARK_TEMPLATE(DecideOne, kTypical)->Name("Decide/Typical");
BENCHMARK_TEMPLATE(DecideOne, kLarge)->Name("Decide/Large");
BENCHMARK_TEMPLATE(DecideOne, kHuge)->Name("Decide/Huge");
BENCHMARK_TEMPLATE(DecideOne, kNested)->Name("Decide/Nested");
BENCHMARK_TEMPLATE(DecideOne, kOverlap)->Name("Decide/Overlap");
BENCHMARK_TEMPLATE(DecideOne, kV6)->Name("Decide/V6");

// Each request goes to one of 100,000 accounts, so that nothing of it is in the
// cache.
void DecideFleet(benchmark::State& state) {
  constexpr std::uint32_t kAccounts = 100'000;
  const Scenario& scenario = ScenarioOf<kSmall>();
  static const auto& fleet = [&]() -> const auto& {
    auto& evaluators = *new std::vector<Evaluator>();
    evaluators.reserve(kAccounts);
    for (std::uint32_t i = 0; i < kAccounts; ++i) {
      evaluators.push_back(Compiled(scenario.account));
    }
    return evaluators;
  }
  ();
  std::uint64_t random = 1;
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    random = random * 6364136223846793005 + 1442695040888963407;
    return Decide(fleet[(random >> 32) % kAccounts], request, scenario.now);
  });
  state.counters["bytes"] = BytesOf(scenario.account) * kAccounts;
}
BENCHMARK(DecideFleet)->Name("Decide/Fleet");

// The rule table without the index.
template <const Size& kSize>
void Walk(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kSize>();
  const auto compiled = internal::Compile(
      scenario.account, std::numeric_limits<std::size_t>::max());
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    return internal::Decide(*compiled,
                            {.method = MethodOf(request),
                             .client_address = request.client_address,
                             .login = request.login,
                             .access_key_id = *request.access_key_id,
                             .certificate = request.certificate},
                            scenario.now);
  });
}
BENCHMARK_TEMPLATE(Walk, kSmall)->Name("Walk/Small");
BENCHMARK_TEMPLATE(Walk, kLarge)->Name("Walk/Large");

template <const Size& kSize>
void NaiveLoop(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kSize>();
  const Naive naive(scenario.account);
  for (const RawRequest& request : scenario.requests.all) {
    if (naive.Allows(request, scenario.now) !=
        Decide(scenario.evaluator, request, scenario.now).allowed()) {
      state.SkipWithError("the baseline gives another verdict");
      return;
    }
  }
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    return naive.Allows(request, scenario.now);
  });
}
BENCHMARK_TEMPLATE(NaiveLoop, kSmall)->Name("Naive/Small");
BENCHMARK_TEMPLATE(NaiveLoop, kLarge)->Name("Naive/Large");

void RequiredFactorsLarge(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kLarge>();
  const Method method = FindMethod("api", "ReadVms");
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    return RequiredFactors(scenario.evaluator, method, request.client_address);
  });
}
BENCHMARK(RequiredFactorsLarge)->Name("RequiredFactors/Large");

void Classify(benchmark::State& state) {
  Measure(state, ScenarioOf<kSmall>().requests.all,
          [](const RawRequest& request) { return MethodOf(request); });
}
BENCHMARK(Classify);

// Through a catalogue that declares the unlisted method of the requests, among
// others.
void ClassifyDeclared(benchmark::State& state) {
  MethodCatalogue::Fields fields = {.ordinary = {{"api", "BrandNewMethod"}}};
  for (int i = 0; i < 20; ++i) {
    fields.ordinary.push_back({"api", "ReadOthers" + std::to_string(i)});
  }
  const auto catalogue = MethodCatalogue::Create(std::move(fields));
  if (!catalogue.ok()) std::abort();
  Measure(state, ScenarioOf<kSmall>().requests.all,
          [&](const RawRequest& request) {
            return catalogue->Find(*request.service, *request.method);
          });
}
BENCHMARK(ClassifyDeclared);

// The same answers from the hash table that one would take.
void ClassifyFlatHashMap(benchmark::State& state) {
  using Key = std::pair<absl::string_view, absl::string_view>;
  absl::flat_hash_map<Key, Method> methods;
  const auto key_of = [](std::string_view service, std::string_view method) {
    return Key({service.data(), service.size()},
               {method.data(), method.size()});
  };
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    const std::string_view service = ToString(entry.service);
    methods.emplace(key_of(service, entry.name),
                    FindMethod(service, entry.name));
    if (service == "api") {
      methods.emplace(key_of("oapi", entry.name),
                      FindMethod(service, entry.name));
    }
  }
  Measure(state, ScenarioOf<kSmall>().requests.all,
          [&](const RawRequest& request) {
            const auto found =
                methods.find(key_of(*request.service, *request.method));
            // By rule, not by table: few.
            return found == methods.end() ? MethodOf(request) : found->second;
          });
}
BENCHMARK(ClassifyFlatHashMap);

void ParseIp(benchmark::State& state) {
  Measure(state, AddressTexts(ScenarioOf<kLarge>().requests),
          [](const std::string& text) { return IpAddress::Parse(text).ok(); });
}
BENCHMARK(ParseIp);

void InetPton(benchmark::State& state) {
  Measure(state, AddressTexts(ScenarioOf<kLarge>().requests),
          [](const std::string& text) {
            in_addr address;
            const int result = inet_pton(AF_INET, text.c_str(), &address);
            benchmark::DoNotOptimize(address);
            return result;
          });
}
BENCHMARK(InetPton);

void ParseDate(benchmark::State& state) {
  const std::vector<std::string> texts = {"2063-04-05T00:00:00.000+0000",
                                          "2030-01-01", "20300101T123456.789Z",
                                          "2029-12-31T23:59:59+02:00"};
  Measure(state, texts,
          [](const std::string& text) { return ParseTimestamp(text).ok(); });
}
BENCHMARK(ParseDate)->Name("ParseTimestamp");

template <const Size& kSize>
void CompileOne(benchmark::State& state) {
  const Account& account = ScenarioOf<kSize>().account;
  Measure(state, std::array<const Account*, 1>{&account},
          [](const Account* compiled) { return Compiled(*compiled); });
  state.counters["bytes"] = BytesOf(account);
}
BENCHMARK_TEMPLATE(CompileOne, kSmall)->Name("Compile/Small");
BENCHMARK_TEMPLATE(CompileOne, kLarge)->Name("Compile/Large");
BENCHMARK_TEMPLATE(CompileOne, kHuge)->Name("Compile/Huge");

void CheckActivationLarge(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kLarge>();
  Measure(state, std::array<const Account*, 1>{&scenario.account},
          [&](const Account* account) {
            return CheckActivation(*account,
                                   {.max_access_key_expiration_seconds = 3600,
                                    .require_trusted_env = true},
                                   scenario.now);
          });
}
BENCHMARK(CheckActivationLarge)->Name("CheckActivation/Large");

// Threads share one evaluator; `items_per_second` is what all of them decide.
void ThreadsLarge(benchmark::State& state) {
  const Scenario& scenario = ScenarioOf<kLarge>();
  Measure(state, scenario.requests.all, [&](const RawRequest& request) {
    return Decide(scenario.evaluator, request, scenario.now);
  });
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ThreadsLarge)
    ->Name("Threads/Large")
    ->UseRealTime()
    ->Threads(1)
    ->Threads(2);

}  // namespace
}  // namespace api_access::bench

BENCHMARK_MAIN();
