// How threads get at the current evaluator: through readers of their own, or
// through one handle that all of them copy.

#include <mutex>
#include <shared_mutex>
#include <utility>

#include "api_access/evaluator.h"
#include "benchmark/benchmark.h"
#include "examples/hot_swap/evaluator_slot.h"

namespace api_access::bench {
namespace {

Evaluator OneRule() {
  const auto rule = ApiAccessRule::Create(
                        {.id = "aar-1",
                         .ip_ranges = {IpRange::Parse("192.0.2.0/24").value()}})
                        .value();
  const auto key =
      AccessKey::Create({.id = "KEY", .state = AccessKeyState::kActive})
          .value();
  const auto account =
      Account::Create({.policy = ApiAccessPolicy::Create({}).value(),
                       .rules = {rule},
                       .access_keys = {key}})
          .value();
  return Evaluator::Compile(account).value();
}

// What one writes without a slot.
class SharedHandle {
 public:
  explicit SharedHandle(Evaluator evaluator)
      : evaluator_(std::move(evaluator)) {}

  Evaluator Get() const {
    const std::shared_lock lock(mutex_);
    return evaluator_;
  }

 private:
  mutable std::shared_mutex mutex_;
  Evaluator evaluator_;
};

// Decides, on the evaluator that `get` gives each time.
template <typename Get>
void Measure(benchmark::State& state, Get get) {
  const Request request = {
      .method = FindMethod("api", "ReadVms"),
      .client_address = IpAddress::Parse("192.0.2.7").value(),
      .login = LoginKind::kAccessKey,
      .access_key_id = "KEY"};
  for (auto _ : state) {
    benchmark::DoNotOptimize(get().Decide(request, Timestamp()));
  }
}

void Reader(benchmark::State& state) {
  static const examples::EvaluatorSlot slot(OneRule());
  examples::EvaluatorSlot::Reader reader(slot);
  Measure(state, [&]() -> const Evaluator& { return reader.Get(); });
}

void Shared(benchmark::State& state) {
  static const SharedHandle handle(OneRule());
  Measure(state, [&] { return handle.Get(); });
}

BENCHMARK(Reader)->Name("HotSwap/Reader")->ThreadRange(1, 2);
BENCHMARK(Shared)->Name("HotSwap/SharedHandle")->ThreadRange(1, 2);

}  // namespace
}  // namespace api_access::bench
