// Several threads decide on one evaluator and on copies of its handle; for
// ThreadSanitizer, too.

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "api_access/requirement.h"
#include "gtest/gtest.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(ConcurrencyTest, ThreadsShareAnEvaluatorAndCopiesOfIt) {
  constexpr int kThreads = 4;
  Worlds worlds;
  oracle::Account account = worlds.DrawAccount(6);
  account.rules.push_back({"office", {"0.0.0.0/0"}, {}, {}});
  account.keys.push_back({"key", true, std::nullopt, ""});
  const Account built = Build(account);
  Evaluator shared = BuildEvaluator(account);
  std::vector<BuiltRequest> requests;
  std::vector<Decision> expected;
  for (int i = 0; i < 2'000; ++i) {
    requests.emplace_back(worlds.DrawRequest(account));
    expected.push_back(shared.Decide(requests.back().Get(), Instant(500)));
  }
  EXPECT_GT(
      std::ranges::count(expected, Reason::kRuleMatched, &Decision::reason),
      100);
  const ActivationReport report = CheckActivation(built, {}, Instant(500));

  std::latch start(kThreads);
  std::atomic<int> differences{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      // Half of them make and drop copies all the time.
      start.arrive_and_wait();
      for (std::size_t i = 0; i < requests.size(); ++i) {
        const Evaluator copy = t % 2 == 0 ? Evaluator(shared) : Evaluator();
        const Evaluator& evaluator = t % 2 == 0 ? copy : shared;
        const Request request = requests[i].Get();
        const Decision decision = evaluator.Decide(request, Instant(500));
        differences += decision != expected[i];
        differences += evaluator.RuleId(decision) != shared.RuleId(expected[i]);
        RequiredFactors(evaluator, request.method, request.client_address);
      }
      differences += CheckActivation(built, {}, Instant(500)) != report;
      // Errors are made and dropped on every thread.
      differences += Evaluator::Compile(built).ok() ? 0 : 1;
      differences += IpAddress::Parse("x").ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(differences, 0);
}

}  // namespace
}  // namespace api_access
