#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "examples/hot_swap/evaluator_slot.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

// The account of a generation names it in its rule and in its key's expiration,
// so that a verdict made of two generations would show.
const Timestamp kStart = At("2030-01-01");

Evaluator Generation(int number) {
  return Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false),
                      {Rule("aar-" + std::to_string(number), {"192.0.2.0/24"})},
                      {Key("KEY", kStart + seconds{number + 1})})));
}

Request SignedRequest(const IpAddress& address) {
  return {.method = FindMethod("api", "ReadVms"),
          .client_address = address,
          .login = LoginKind::kAccessKey,
          .access_key_id = "KEY"};
}

// The generation that decided, -1 when it is not the same throughout.
int GenerationOf(const Evaluator& evaluator, const Request& request) {
  const Decision decision = evaluator.Decide(request, kStart);
  if (!decision.valid_until) return -1;
  const auto number =
      static_cast<int>((*decision.valid_until - kStart) / seconds{1} - 1);
  return evaluator.RuleId(decision) == "aar-" + std::to_string(number) ? number
                                                                       : -1;
}

TEST(HotSwapTest, T19EachVerdictIsOfOneSnapshotAndNeverOfAnOlderOne) {
  constexpr int kGenerations = 200;
  constexpr int kReaders = 3;
  const IpAddress address = Ip("192.0.2.7");
  EvaluatorSlot slot(Generation(0));
  std::atomic<int> published{0};
  std::atomic<int> mistakes{0};
  std::atomic<int> seen{0};  // about the newest that some reader saw
  std::latch start(kReaders + 1);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      EvaluatorSlot::Reader reader(slot);
      const Request request = SignedRequest(address);
      start.arrive_and_wait();
      for (int last = 0; last < kGenerations;) {
        // What had been published before the call must be seen by it.
        const int at_least = published;
        const int generation = GenerationOf(reader.Get(), request);
        mistakes += generation < at_least || generation < last;
        last = generation;
        if (generation > seen) seen = generation;
        if (mistakes != 0) return;
      }
    });
  }
  start.arrive_and_wait();
  for (int number = 1; number <= kGenerations; ++number) {
    slot.Publish(Generation(number));
    published = number;
    // Now and then a reader has to catch up, so that they do overlap.
    while (number % 20 == 0 && seen < number && mistakes == 0) {
      std::this_thread::yield();
    }
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mistakes, 0);
}

TEST(HotSwapTest, AReaderKeepsItsSnapshotUntilItAsksAgain) {
  const IpAddress address = Ip("192.0.2.7");
  EvaluatorSlot slot(Generation(1));
  EvaluatorSlot::Reader reader(slot);
  const Evaluator& evaluator = reader.Get();
  slot.Publish(Generation(2));
  EXPECT_EQ(GenerationOf(evaluator, SignedRequest(address)), 1);
  EXPECT_EQ(GenerationOf(reader.Get(), SignedRequest(address)), 2);
  EXPECT_EQ(GenerationOf(reader.Get(), SignedRequest(address)), 2);
}

TEST(HotSwapTest, AReleasedReaderTakesTheCurrentSnapshotAgain) {
  const IpAddress address = Ip("192.0.2.7");
  EvaluatorSlot slot(Generation(1));
  EvaluatorSlot::Reader reader(slot);
  reader.Release();
  EXPECT_EQ(GenerationOf(reader.Get(), SignedRequest(address)), 1);
  reader.Release();
  slot.Publish(Generation(2));
  EXPECT_EQ(GenerationOf(reader.Get(), SignedRequest(address)), 2);
}

TEST(HotSwapTest, ADecisionIsExplainedByItsOwnAccount) {
  const IpAddress address = Ip("192.0.2.7");
  EvaluatorSlot slot(Generation(1));
  EvaluatorSlot::Reader reader(slot);
  const Decision decision = reader.Get().Decide(SignedRequest(address), kStart);
  EXPECT_EQ(reader.Get().RuleId(decision), "aar-1");
  slot.Publish(Generation(2));
  EXPECT_EQ(reader.Get().RuleId(decision), "");
}

}  // namespace
}  // namespace api_access::examples
