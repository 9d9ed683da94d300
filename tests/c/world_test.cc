// The C interface against the oracle, over the worlds of the C++ library; and
// several threads that decide while evaluators are replaced.

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api_access/c/api_access.h"
#include "gtest/gtest.h"
#include "tests/c/support.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

CEvaluator CompileC(const oracle::Account& account) {
  Account::Fields fields = Build(account).fields();
  // No answer has the keys of these users, and no decision depends on them.
  fields.users_without_keys_read.clear();
  return CompileC(Valid(Account::Create(std::move(fields))));
}

// A request that owns what it points to.
class CRequest {
 public:
  explicit CRequest(const oracle::Request& request) : request_(request) {
    EXPECT_EQ(Message(aac_parse_address(View(request_.ip), address_.data())),
              "");
    if (request_.cas.empty() && !request_.cn) return;
    std::vector<aac_view> ca_ids;
    for (const std::string& id : request_.cas) ca_ids.push_back(View(id));
    aac_certificate_fields fields = {
        sizeof(fields), ca_ids.data(), ca_ids.size(), {nullptr, 0}};
    if (request_.cn) fields.cn = View(*request_.cn);
    aac_certificate* certificate = nullptr;
    EXPECT_EQ(Message(aac_certificate_create(&fields, &certificate)), "");
    certificate_.reset(certificate);
  }

  aac_request Get() const {
    return {.struct_size = sizeof(aac_request),
            .service = View(request_.service),
            .method = View(request_.method),
            .client_address = {address_.data(), address_.size()},
            .access_key_id = View(request_.key_id),
            .certificate = certificate_.get(),
            .login = static_cast<std::uint64_t>(
                request_.login == "AccessKey"  ? AAC_LOGIN_ACCESS_KEY
                : request_.login == "Password" ? AAC_LOGIN_PASSWORD
                                               : AAC_LOGIN_NONE)};
  }

 private:
  oracle::Request request_;
  std::array<std::uint8_t, 16> address_{};
  CCertificate certificate_;
};

// Everything that a decision says, as one text; that of an error for a code.
std::string Decide(const aac_evaluator* evaluator, const CRequest& request,
                   oracle::Milliseconds now) {
  const aac_request asked = request.Get();
  aac_decision decision = {};
  decision.struct_size = sizeof(decision);
  const std::int32_t code = aac_decide(evaluator, &asked, now, &decision);
  if (code != AAC_OK) return aac_code_message(code);
  return std::string(decision.allowed == 1 ? "Allow " : "Deny ") +
         aac_reason_name(decision.reason) + " rule " + Text(decision.rule_id) +
         (decision.has_valid_until == 1
              ? " until " + std::to_string(decision.valid_until_ms)
              : "");
}

std::string TextOf(const oracle::Account& account,
                   const oracle::Decision& decision) {
  return decision.verdict + ' ' + decision.reason + " rule " +
         (decision.rule ? account.rules[*decision.rule].id : "") +
         (decision.valid_until
              ? " until " + std::to_string(*decision.valid_until)
              : "");
}

TEST(CWorldTest, Gate) {
  std::uint64_t count = 0;
  Sample sample(10);
  for (const auto& [account, requests] : GateWorlds()) {
    const CEvaluator evaluator = CompileC(account);
    for (const oracle::Request& request : requests) {
      if (!sample.Next()) continue;
      const CRequest built(request);
      for (const oracle::Milliseconds now : {0, 1, 2}) {
        ASSERT_EQ(Decide(evaluator.get(), built, now),
                  TextOf(account, oracle::Decide(account, request, now)))
            << Describe(account) << '\n'
            << Describe(request) << " at " << now;
        ++count;
      }
    }
  }
  EXPECT_TRUE(
      Covered("gate", count, BySize<std::uint64_t>(9'000, 90'000, 90'000)));
}

TEST(CWorldTest, RandomWorlds) {
  Worlds worlds;
  std::uint64_t count = 0;
  std::uint64_t allowed = 0;
  for (int i = 0; i < BySize(60, 600, 6'000); ++i) {
    const oracle::Account account = worlds.DrawAccount(i % 10 == 0 ? 200 : 6);
    const CEvaluator evaluator = CompileC(account);
    for (int j = 0; j < 50; ++j) {
      const oracle::Request request = worlds.DrawRequest(account);
      const oracle::Milliseconds now = worlds.DrawNow();
      const std::string expected =
          TextOf(account, oracle::Decide(account, request, now));
      ASSERT_EQ(Decide(evaluator.get(), CRequest(request), now), expected)
          << Describe(account) << '\n'
          << Describe(request) << " at " << now;
      allowed += expected.starts_with("Allow") ? 1 : 0;
      ++count;
    }
  }
  EXPECT_GT(allowed, count / 10);
  EXPECT_TRUE(
      Covered("random", count, BySize<std::uint64_t>(3'000, 30'000, 300'000)));
}

// One account admits everybody, the other one nobody: every decision has to be
// one of these two, whole.
TEST(CWorldTest, ThreadsDecideWhileEvaluatorsAreReplaced) {
  oracle::Account open;
  open.keys = {{"key", true, std::nullopt, ""}};
  open.rules = {{"office", {"192.0.2.0/24"}, {}, {}}};
  oracle::Account closed = open;
  closed.rules.clear();
  const CRequest request({"api",
                          "ReadVms",
                          "192.0.2.7",
                          "AccessKey",
                          "key",
                          {"ca-1"},
                          "client.a"});
  const CEvaluator other = CompileC(closed);
  const std::string allow = "Allow rule-matched rule office";
  const std::string deny = "Deny no-rules rule ";

  std::mutex mutex;
  aac_evaluator* current = CompileC(open).release();
  std::atomic<int> differences{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        mutex.lock();
        const CEvaluator mine(aac_evaluator_ref(current));
        mutex.unlock();
        const std::string got = Decide(mine.get(), request, 0);
        differences += got != allow && got != deny;
        differences += Decide(other.get(), request, 0) != deny;
        // Errors are made and dropped on every thread.
        aac_answer* answer = nullptr;
        differences +=
            Message(aac_ask(mine.get(), View("x"), {}, &answer)).empty();
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    aac_evaluator* next = CompileC(i % 2 == 0 ? closed : open).release();
    mutex.lock();
    std::swap(current, next);
    mutex.unlock();
    aac_evaluator_unref(next);
  }
  for (std::thread& reader : readers) reader.join();
  aac_evaluator_unref(current);
  EXPECT_EQ(differences, 0);
}

}  // namespace
}  // namespace api_access
