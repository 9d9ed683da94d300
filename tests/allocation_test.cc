// What is done for each request does not allocate.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <set>
#include <vector>

#include "api_access/required_factors.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace {
std::atomic<int> allocations{0};
}  // namespace

// Inlined, they look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
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
  std::set<Reason> reached;
  for (const auto& rules : std::vector<std::vector<ApiAccessRule>>{
           {},
           {Rule("r", {"10.0.0.0/8"}), Rule("s", {"192.0.2.0/24"})},
           {Rule("r", {"::/0"})},
           {Rule("r", {}, {std::string(40, 'c')}, {"a"})},
           {Rule("r", {}, {"ca-2"})}}) {
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
}

}  // namespace
}  // namespace api_access
