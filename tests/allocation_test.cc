// What is done for each request does not allocate, and what an evaluator takes
// is bounded.

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <future>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "api_access/requirement.h"
#include "examples/hot_swap/evaluator_slot.h"
#include "gtest/gtest.h"
#include "src/decide/compiled_account.h"
#include "src/decide/rule_index.h"
#include "tests/support.h"

namespace {
std::atomic<int> allocations{0};
std::atomic<int> pieces{0};  // in use
std::atomic<std::int64_t> bytes{0};
std::atomic<std::int64_t> most_bytes{0};
// Runs once, when this thread next frees something.
thread_local const std::function<void()>* at_next_free = nullptr;
}  // namespace

// Inlined, they look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  ++allocations;
  ++pieces;
  bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
  most_bytes = std::max<std::int64_t>(most_bytes, bytes);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (const auto* run = std::exchange(at_next_free, nullptr)) (*run)();
  if (memory != nullptr) --pieces;
  bytes -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

namespace api_access {
namespace {

template <typename Function>
int AllocationsOf(Function function) {
  const int before = allocations;
  function();
  return allocations - before;
}

TEST(AllocationTest, AllocationsAreCounted) {
  // A call, unlike a new expression, may not be left out.
  EXPECT_EQ(AllocationsOf([] { ::operator delete(::operator new(16)); }), 1);
}

TEST(AllocationTest, DecideAllocatesNothingWhateverTheReason) {
  const Timestamp now = At("2030-01-01");
  const ClientCertificate certificate =
      Certificate({std::string(40, 'c'), "ca-1"}, std::string(40, 'n'));
  const auto eim_key = Valid(AccessKey::Create(
      {.id = "eim", .state = AccessKeyState::kActive, .user_name = "alice"}));
  // As many as the index is made for, on one block and on their own.
  std::vector<ApiAccessRule> many = {Rule("r", {"10.0.0.0/8"})};
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    many.push_back(Rule("s" + number, {"192.0.2.0/24", "2001:db8::/" + number},
                        {"ca-" + number}, {"cn-" + number}));
  }
  std::set<Reason> reached;
  for (const auto& rules : std::vector<std::vector<ApiAccessRule>>{
           {},
           {Rule("r", {"10.0.0.0/8"}), Rule("s", {"192.0.2.0/24"})},
           {Rule("r", {"::/0"})},
           {Rule("r", {}, {std::string(40, 'c')}, {"a"})},
           {Rule("r", {}, {"ca-2"})},
           many}) {
    const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
        Policy(0, false), rules,
        {Key(std::string(40, 'k')), Key("expired", now), eim_key,
         Valid(AccessKey::Create({.id = "inactive"}))})));
    for (const char* service : {"api", "icu", "oos", "unknown-service"}) {
      for (const char* name : {"ReadVms", "ReadQuotas", "ReadCas",
                               "ReadPublicCatalog", "NoSuchMethodAnywhere"}) {
        for (const auto login :
             {LoginKind::kNone, LoginKind::kAccessKey, LoginKind::kPassword}) {
          for (const std::string& id :
               {std::string(40, 'k'), std::string("expired"),
                std::string("inactive"), std::string("eim"), std::string()}) {
            for (const ClientCertificate* presented :
                 {static_cast<const ClientCertificate*>(nullptr),
                  &certificate}) {
              const IpAddress address = Ip("192.0.2.7");
              Decision decision;
              EXPECT_EQ(AllocationsOf([&] {
                          const Method method = FindMethod(service, name);
                          decision =
                              evaluator.Decide({.method = method,
                                                .client_address = address,
                                                .login = login,
                                                .access_key_id = id,
                                                .certificate = presented},
                                               now);
                          RequiredFactors(evaluator, method, address);
                          (void)evaluator.RuleId(decision);
                        }),
                        0)
                  << decision;
              reached.insert(decision.reason);
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(reached.size(), kAllReasons.size());
}

TEST(AllocationTest, LookupsOfMethodsAllocateNothing) {
  const MethodCatalogue declared = Valid(MethodCatalogue::Create(
      {.ordinary = {{"api", "ReadVmsStopHistoryOfTheLastThirtyDays"},
                    {"icu", "ReadVmsStopHistoryOfTheLastThirtyDays"}}}));
  for (const MethodCatalogue& catalogue : {MethodCatalogue(), declared}) {
    for (const char* service : {"api", "oapi", "icu", "fcu", "other"}) {
      for (const char* name :
           {"ReadVms", "ReadCas", "ReadVmsStopHistoryOfTheLastThirtyDays",
            "ReadVmsStopHistoryOfTheLastSixtyDays", ""}) {
        EXPECT_EQ(AllocationsOf([&] {
                    const MethodCatalogue copy = catalogue;
                    (void)copy.Find(service, name);
                  }),
                  0)
            << service << ' ' << name;
      }
    }
  }
}

TEST(AllocationTest, ParsersAllocateNothingOnSuccess) {
  for (const char* text : {"192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7",
                           "2001:0db8:0000:0000:0000:0000:192.168.100.200"}) {
    EXPECT_EQ(AllocationsOf([&] { EXPECT_TRUE(IpAddress::Parse(text).ok()); }),
              0);
    EXPECT_EQ(AllocationsOf([&] { EXPECT_TRUE(IpRange::Parse(text).ok()); }),
              0);
  }
  for (const char* text : {"2063-04-05", "20630405T010203.456789012345-0130",
                           "2063-04-05T00:00:00.000+0000"}) {
    EXPECT_EQ(AllocationsOf([&] { EXPECT_TRUE(ParseTimestamp(text).ok()); }),
              0);
  }
  for (const Reason reason : kAllReasons) {
    const std::string_view text = ToString(reason);
    EXPECT_EQ(AllocationsOf([&] { EXPECT_TRUE(ParseReason(text).ok()); }), 0);
  }
}

struct Heap {
  int pieces;
  std::int64_t bytes;
  std::int64_t most_bytes;
};
// What an evaluator of the account takes, and took while it was compiled.
Heap HeapOf(const Account& account) {
  const int pieces_before = pieces;
  const std::int64_t before = bytes;
  most_bytes = before;
  const auto evaluator = Evaluator::Compile(account);
  EXPECT_TRUE(evaluator.ok());
  return {pieces - pieces_before, bytes - before, most_bytes - before};
}

// With ids of the provider's length.
std::string Id(const std::string& prefix, int number) {
  const std::string digits = std::to_string(number);
  return prefix + std::string(32 - digits.size(), '0') + digits;
}

TEST(AllocationTest, AnEvaluatorOfFewRulesIsSmall) {
  std::vector<ApiAccessRule> rules;
  for (int i = 0; i < 2; ++i) {
    rules.push_back(
        Rule(Id("aar-", i), {"192.0.2." + std::to_string(i)}, {Id("ca-", i)}));
  }
  std::vector<AccessKey> keys;
  for (int i = 0; i < 4; ++i) {
    keys.push_back(
        Key("ABCDEFGHIJ012345678" + std::to_string(i), At("2063-04-05")));
  }
  const Heap heap = HeapOf(CompleteAccount(Policy(0, false), rules, keys));
  EXPECT_EQ(heap.pieces, 1);
  EXPECT_LE(heap.bytes, 512);
  // With the handle and what malloc keeps of each piece.
  constexpr std::int64_t kPiece = 16;
  EXPECT_LE(100'000 * (heap.bytes + heap.pieces * kPiece +
                       static_cast<std::int64_t>(sizeof(Evaluator))),
            100 * 1024 * 1024);
}

TEST(AllocationTest, AnEvaluatorOfManyRulesIsLinear) {
  const auto heap_of = [](int count) {
    std::vector<ApiAccessRule> rules;
    for (int i = 0; i < count; ++i) {
      Texts ranges;
      for (int j = 0; j < 10; ++j) {
        // Scattered by an odd factor.
        const auto number = static_cast<unsigned>(i * 10 + j) * 2654435761U;
        ranges.push_back(std::to_string(number >> 24) + '.' +
                         std::to_string(number >> 16 & 255) + '.' +
                         std::to_string(number >> 8 & 255) + ".0/" +
                         std::to_string(16 + j));
      }
      rules.push_back(Rule(Id("aar-", i), ranges,
                           i % 2 == 0 ? Texts{Id("ca-", i)} : Texts(),
                           i % 4 == 0 ? Texts{Id("cn-", i)} : Texts()));
    }
    return HeapOf(CompleteAccount(Policy(0, false), rules, {}));
  };
  const Heap large = heap_of(1'000);
  EXPECT_LT(large.most_bytes, 3 * 512 * 1024);
  // Ten times as many take ten times as much, and the steps of tables.
  EXPECT_LT(heap_of(10'000).bytes, 11 * large.bytes);
}

// The numbers of Evaluator::Compile, where an account takes the most of each:
// IPv6 ranges, each a block with stretches around it, one more than a power of
// two of them, so that the tables are as large as they get.
TEST(AllocationTest, AnIPv6RangeTakesUpTo120Bytes) {
  constexpr std::int64_t kRest = 1024;
  constexpr std::int64_t kRange = 120;
  constexpr std::int64_t kOther = 100;
  double most = 0;
  for (const int count : {16, 17, 129, 1'025, 4'097}) {
    for (const int ranges_of_a_rule : {1, 16, count}) {
      std::vector<ApiAccessRule> rules;
      Texts ranges;
      std::int64_t text_bytes = 0;
      for (int i = 0; i < count; ++i) {
        // Evenly spread.
        const int number = 65'536 / count * i;
        ranges.push_back("20" + std::to_string(10 + number / 4096 % 16) + ':' +
                         std::to_string(number % 4096) + "::1");
        const int left = count - 1 - i;
        if (static_cast<int>(ranges.size()) < ranges_of_a_rule && left > 0) {
          continue;
        }
        rules.push_back(Rule(Id("aar-", i), ranges, {"ca-1"}));
        text_bytes += static_cast<std::int64_t>(rules.back().id().size() +
                                                std::string("ca-1").size());
        ranges.clear();
      }
      const auto others = 2 * static_cast<std::int64_t>(rules.size());
      const std::int64_t used =
          HeapOf(CompleteAccount(Policy(0, false), rules, {})).bytes -
          text_bytes;
      EXPECT_LE(used, kRest + kRange * count + kOther * others)
          << count << " ranges, " << ranges_of_a_rule << " a rule";
      if (ranges_of_a_rule == count) {
        most = std::max(most, static_cast<double>(used - kRest) / count);
      }
    }
  }
  // Far below, what is promised would not be the truth either.
  EXPECT_GT(most, 110);
}

// bytes() is what an index takes, but for what malloc rounds up.
TEST(AllocationTest, AnIndexKnowsItsBytes) {
  std::vector<ApiAccessRule> rules;
  for (int i = 0; i < 600; ++i) {
    const std::string number = std::to_string(i);
    const std::string v4 =
        "10." + std::to_string(i / 256) + '.' + std::to_string(i % 256) + ".1";
    // The last ones admit any address: more than are tried one by one.
    rules.push_back(
        Rule(Id("aar-", i),
             i < 590 ? Texts{v4, "2001:db8:" + number + "::1"} : Texts(),
             {Id("ca-", i)}, {Id("cn-", i)}));
  }
  const auto compiled =
      internal::Compile(CompleteAccount(Policy(0, false), rules, {}));
  const int pieces_before = pieces;
  const std::int64_t before = bytes;
  const internal::RuleIndex index(compiled->rules);
  const std::int64_t used = bytes - before;
  const auto told = static_cast<std::int64_t>(index.bytes());
  EXPECT_LE(told, used);
  constexpr int kMostRounded = 24;
  EXPECT_GE(told + kMostRounded * (pieces - pieces_before), used);
}

// Freeing a large snapshot takes milliseconds, in which no other thread may
// have to wait for the lock.
TEST(AllocationTest, OldSnapshotsAreFreedWithoutTheLock) {
  const auto compiled = [] {
    return Valid(Evaluator::Compile(
        CompleteAccount(Policy(0, false), {Rule("r", {"::/0"})}, {})));
  };
  examples::EvaluatorSlot slot(compiled());
  examples::EvaluatorSlot::Reader reader(slot);
  bool another_thread_could_publish = false;
  const std::function<void()> publish = [&] {
    std::promise<void> published;
    std::thread publisher([&] {
      slot.Publish(Evaluator());
      published.set_value();
    });
    // Whoever holds the lock here would wait for ever.
    another_thread_could_publish =
        published.get_future().wait_for(seconds{20}) ==
        std::future_status::ready;
    publisher.detach();
  };

  // The reader is the last who holds the first snapshot.
  slot.Publish(compiled());
  at_next_free = &publish;
  reader.Get();
  EXPECT_EQ(at_next_free, nullptr);
  EXPECT_TRUE(another_thread_could_publish);
  if (!another_thread_could_publish) std::abort();

  // The slot is the last who holds the next one.
  another_thread_could_publish = false;
  slot.Publish(compiled());
  Evaluator next = compiled();
  at_next_free = &publish;
  slot.Publish(std::move(next));
  EXPECT_EQ(at_next_free, nullptr);
  EXPECT_TRUE(another_thread_could_publish);
}

TEST(AllocationTest, AnIdleReaderLetsItsSnapshotGo) {
  const auto compiled = [] {
    return Valid(Evaluator::Compile(
        CompleteAccount(Policy(0, false), {Rule("aar-1", {"::/0"})}, {})));
  };
  examples::EvaluatorSlot slot(compiled());
  examples::EvaluatorSlot::Reader reader(slot);
  slot.Publish(compiled());
  const int before = pieces;
  reader.Release();
  EXPECT_EQ(pieces, before - 1);
  reader.Release();
  EXPECT_EQ(pieces, before - 1);
}

}  // namespace
}  // namespace api_access
