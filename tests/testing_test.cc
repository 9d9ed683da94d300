// The library that tests of users' own accounts are written with.

#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "api_access/testing/builders.h"
#include "api_access/testing/matchers.h"
#include "api_access/testing/tested_account.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kNow = "2030-01-01";

Account Office() {
  return TestAccount()
      .WithRule({.id = "aar-office",
                 .ip_ranges = {"192.0.2.0/24"},
                 .ca_ids = {"ca-1"},
                 .cns = {"client.a"}})
      .WithRule({.id = "aar-vpn", .ip_ranges = {"198.51.100.7"}})
      .WithKey({.id = "KEY"})
      .WithKey({.id = "OLD", .expiration = kNow})
      .Build();
}

// What EXPECT_THAT prints when it fails.
template <typename Value, typename Matcher>
std::string FailureOf(const Value& value, const Matcher& matcher) {
  return testing::internal::MakePredicateFormatterFromMatcher(matcher)("answer",
                                                                       value)
      .message();
}

TEST(BuildersTest, AnAccountHasWhatItWasGiven) {
  const Account account =
      TestAccount()
          .WithRule({.ip_ranges = {"192.0.2.1/24", "::1"}})
          .WithRule({.id = "aar-named", .ca_ids = {"ca-1"}, .cns = {"a"}})
          .WithRule({.ca_ids = {"ca-1"}})
          .WithKey({.id = "KEY"})
          .WithKey({.id = "EIM",
                    .state = AccessKeyState::kInactive,
                    .expiration = "2063-04-05",
                    .user_name = "alice"})
          .WithTrustedSession()
          .WithMaxAccessKeyExpirationSeconds(3600)
          .WithEveryUserListed()
          .Build();
  EXPECT_EQ(
      account,
      CompleteAccount(
          Policy(3600, true),
          {Rule("aar-1", {"192.0.2.0/24", "::1"}),
           Rule("aar-named", {}, {"ca-1"}, {"a"}), Rule("aar-3", {}, {"ca-1"})},
          {Key("KEY"),
           Valid(AccessKey::Create({.id = "EIM",
                                    .state = AccessKeyState::kInactive,
                                    .expiration = At("2063-04-05"),
                                    .user_name = "alice"}))}));
}

TEST(BuildersTest, AKeyOfAUserMayHaveNothingElse) {
  EXPECT_EQ(TestAccount().WithKey({.id = "EIM", .user_name = "alice"}).Build(),
            Valid(Account::Create({.policy = Policy(0, false),
                                   .access_keys = {Valid(AccessKey::Create(
                                       {.id = "EIM",
                                        .state = AccessKeyState::kActive,
                                        .user_name = "alice"}))}})));
}

// It is no certificate, and the report still says what was presented.
TEST(BuildersTest, ARequestMayHaveACnWithoutCa) {
  TestedAccount account(Office(), kNow);
  const Outcome outcome = account.Decide({.method = "ReadVms",
                                          .client_ip = "192.0.2.7",
                                          .access_key_id = "KEY",
                                          .cn = "client.a"});
  EXPECT_THAT(outcome, IsDenied(Reason::kCertificateMissing));
  EXPECT_THAT(outcome.request,
              testing::HasSubstr(
                  ", with a certificate under no CA of CN `client.a`, at "));
}

TEST(BuildersTest, WhatIsNotGivenIsNotThere) {
  EXPECT_EQ(TestAccount().Build(),
            Valid(Account::Create({.policy = Policy(0, false)})));
  TestedAccount account(TestAccount().Build(), kNow);
  EXPECT_THAT(account.Decide({.client_ip = "192.0.2.7"}),
              IsDenied(Reason::kNoCredential));
}

template <typename Function>
std::string ErrorOf(Function function) {
  try {
    function();
  } catch (const absl::BadStatusOrAccess& error) {
    return Message(error.status());
  }
  return "no error";
}

TEST(BuildersTest, AMalformedValueIsNamed) {
  TestedAccount account(Office(), kNow);
  EXPECT_THAT(
      ErrorOf([] { TestAccount().WithRule({.ip_ranges = {"192.0.2.0/33"}}); }),
      HasSubstr("rule `aar-1`, ip_ranges: expected"));
  EXPECT_THAT(ErrorOf([] { TestAccount().WithRule({.id = "aar-open"}); }),
              HasSubstr("`aar-open`"));
  EXPECT_THAT(ErrorOf([] { TestAccount().WithKey({.id = ""}); }),
              HasSubstr("id"));
  EXPECT_THAT(
      ErrorOf([] { TestAccount().WithKey({.id = "K", .expiration = "soon"}); }),
      HasSubstr("access key `K`, expiration: expected"));
  EXPECT_THAT(ErrorOf([] {
                TestAccount().WithMaxAccessKeyExpirationSeconds(-1).Build();
              }),
              HasSubstr("-1"));
  EXPECT_THAT(ErrorOf([] { TestedAccount(Office(), "today"); }),
              HasSubstr("`today`"));
  EXPECT_THAT(
      ErrorOf([&] { account.Decide({.method = "ReadVms"}); }),
      testing::StartsWith("request `api ReadVms`, client_ip: expected"));
  EXPECT_THAT(
      ErrorOf([&] { account.Decide({.client_ip = "::1", .now = "later"}); }),
      HasSubstr("request `api `, now: expected"));
  EXPECT_THAT(
      ErrorOf([&] {
        account.Decide(
            {.client_ip = "::1", .access_key_id = "KEY", .password = true});
      }),
      HasSubstr("got both"));
}

TEST(TestedAccountTest, DecidesAsTheEvaluatorDoes) {
  TestedAccount account(Office(), kNow);
  EXPECT_THAT(account.Decide({.method = "ReadVms",
                              .client_ip = "192.0.2.7",
                              .access_key_id = "KEY",
                              .ca_ids = {"ca-1"},
                              .cn = "client.a"}),
              IsAllowedByRule("aar-office"));
  EXPECT_THAT(account.Decide({.method = "ReadAccessKeys",
                              .client_ip = "198.51.100.7",
                              .password = true}),
              IsAllowedByRule("aar-vpn"));
  EXPECT_THAT(account.Decide({.service = "oos",
                              .method = "GetObject",
                              .client_ip = "::1",
                              .access_key_id = "KEY"}),
              IsAllowed());
  // Its instant, unless another is given.
  const TestRequest old = {
      .method = "ReadVms", .client_ip = "198.51.100.7", .access_key_id = "OLD"};
  EXPECT_THAT(account.Decide(old), IsDenied(Reason::kAccessKeyExpired));
  TestRequest earlier = old;
  earlier.now = "2029-12-31T23:59:59.999Z";
  EXPECT_THAT(account.Decide(earlier), IsAllowed());
  EXPECT_THAT(account.Decide({.method = FindMethod("api", "ReadVms"),
                              .client_address = Ip("198.51.100.7"),
                              .login = LoginKind::kAccessKey,
                              .access_key_id = "OLD"},
                             At("2029-12-31")),
              IsAllowed());
}

TEST(MatchersTest, AreNeitherTooWideNorTooNarrow) {
  TestedAccount account(Office(), kNow);
  const Outcome allowed = account.Decide({.method = "ReadVms",
                                          .client_ip = "198.51.100.7",
                                          .access_key_id = "KEY"});
  EXPECT_THAT(allowed, IsAllowed());
  EXPECT_THAT(allowed, IsAllowedByRule("aar-vpn"));
  EXPECT_THAT(allowed, Not(IsAllowedByRule("aar-office")));
  EXPECT_THAT(allowed, Not(IsDenied(Reason::kRuleMatched)));
  EXPECT_THAT(allowed, Requires({{Factor::kAccessKey}}));
  EXPECT_THAT(allowed,
              Not(Requires({{Factor::kAccessKey, Factor::kCertificate}})));

  const Outcome denied =
      account.Decide({.method = "ReadVms", .client_ip = "198.51.100.7"});
  EXPECT_THAT(denied, Not(IsAllowed()));
  EXPECT_THAT(denied, Not(IsAllowedByRule("aar-vpn")));
  EXPECT_THAT(denied, IsDenied(Reason::kNoCredential));
  EXPECT_THAT(denied, Not(IsDenied(Reason::kNoRules)));

  const ActivationReport report = CheckActivation(
      Office(),
      {.max_access_key_expiration_seconds = 60, .require_trusted_env = true},
      At(kNow));
  EXPECT_THAT(report, Not(IsReady()));
  EXPECT_THAT(report, HasViolation(ViolationCode::kRuleWithoutCa, "aar-vpn"));
  EXPECT_THAT(report,
              Not(HasViolation(ViolationCode::kRuleWithoutCa, "aar-office")));
  EXPECT_THAT(report, HasViolation(ViolationCode::kRuleWithoutCa));
  EXPECT_THAT(report, Not(HasViolation(ViolationCode::kRuleWithoutCa, "")));
  EXPECT_THAT(report, HasViolation(ViolationCode::kAccountIncomplete, ""));
  EXPECT_THAT(report, Not(HasViolation(ViolationCode::kNoRules)));
  EXPECT_THAT(report, HasViolation(ViolationCode::kAccountIncomplete));
  EXPECT_THAT(report, Not(HasWarning(WarningCode::kLifetimesNotJudged)));
  EXPECT_THAT(CheckActivation(Office(), {}, At(kNow)),
              HasWarning(WarningCode::kLifetimesNotJudged));
  EXPECT_THAT(
      CheckActivation(Office(), {.require_trusted_env = false}, At(kNow)),
      IsReady());

  const ActivationReport warned =
      CheckActivation(TestAccount()
                          .WithRule({.ip_ranges = {"::1"}, .ca_ids = {"ca-1"}})
                          .WithRule({.ca_ids = {"ca-1"}})
                          .Build(),
                      {.require_trusted_env = true}, At(kNow));
  const WarningCode any_address = WarningCode::kAnyAddressWithKeyAlone;
  EXPECT_THAT(warned, HasWarning(any_address));
  EXPECT_THAT(warned, HasWarning(any_address, "aar-2"));
  EXPECT_THAT(warned, Not(HasWarning(any_address, "aar-1")));
  EXPECT_THAT(warned, Not(HasWarning(any_address, "")));
  EXPECT_THAT(warned, HasWarning(WarningCode::kLifetimesNotJudged, ""));
  EXPECT_THAT(warned,
              Not(HasWarning(WarningCode::kLifetimesNotJudged, "aar-2")));
}

TEST(MatchersTest, AFailureTellsAllThatIsNeeded) {
  TestedAccount account(Office(), kNow);
  EXPECT_EQ(
      FailureOf(account.Decide({.method = "ReadVms",
                                .client_ip = "192.0.2.7",
                                .access_key_id = "KEY",
                                .ca_ids = {"ca-1"},
                                .cn = "client.b"}),
                IsAllowed()),
      "Value of: answer\n"
      "Expected: is allowed\n"
      "  Actual: api ReadVms from 192.0.2.7 with access key `KEY`, with a "
      "certificate under `ca-1` of CN `client.b`, at "
      "2030-01-01T00:00:00.000+0000\n"
      "Deny cn-not-allowed\n"
      "  class     Ordinary, in the catalogue 1.41.0\n"
      "  login     AccessKey, usable, it never expires\n"
      "  session   deactivated\n"
      "  required  AccessKey+Certificate\n"
      "  rules     2\n"
      "    `aar-office`  cn-not-allowed         IpRange satisfied by "
      "`192.0.2.0/24`  Ca satisfied by `ca-1`  Cn failed\n"
      "    `aar-vpn`     source-ip-not-allowed  IpRange failed "
      "(198.51.100.7/32)  Ca not asked  "
      "Cn not asked\n  remedy    present a certificate of CA `ca-1` with CN "
      "`client.a`\n  remedy    call from 198.51.100.7/32 (of type "
      "api_access::Outcome)");
  EXPECT_THAT(FailureOf(account.Decide({.service = "fcu",
                                        .method = "RunInstances",
                                        .client_ip = "::1"}),
                        IsAllowed()),
              testing::HasSubstr("fcu RunInstances from ::1 without login, "
                                 "without certificate, at 2030"));
  EXPECT_EQ(FailureOf(CheckActivation(Office(), {.require_trusted_env = false},
                                      At(kNow)),
                      HasViolation(ViolationCode::kNoRules)),
            "Value of: answer\n"
            "Expected: has violation no-rules\n"
            "  Actual: ready (of type api_access::ActivationReport)");
  const std::string report =
      FailureOf(CheckActivation(Office(),
                                {.max_access_key_expiration_seconds = 60,
                                 .require_trusted_env = true},
                                At(kNow)),
                Not(HasViolation(ViolationCode::kRuleWithoutCa, "aar-vpn")));
  EXPECT_THAT(report, testing::HasSubstr(
                          "Expected: does not have violation rule-without-ca "
                          "about `aar-vpn`\n  Actual: not ready\n"));
  EXPECT_THAT(report, testing::HasSubstr("violation key-never-expires `KEY`:"));
}

TEST(TestedAccountTest, FindsMethodsInItsCatalogue) {
  const auto decide = [](MethodCatalogue catalogue) {
    TestedAccount account(TestAccount()
                              .WithTrustedSession()
                              .WithRule({.ca_ids = {"ca-1"}})
                              .WithKey({.id = "KEY"})
                              .Build(),
                          "2030-01-01", std::move(catalogue));
    return account.Decide(
        {.method = "New", .client_ip = "192.0.2.7", .access_key_id = "KEY"});
  };
  EXPECT_THAT(decide({}), IsDenied(Reason::kCertificateMissing));
  EXPECT_THAT(
      decide(MethodCatalogue::Create({.ordinary = {{"api", "New"}}}).value()),
      IsAllowed());
}

// Is torn down after what has been added later, and so after the coverage was
// printed.
class ExpectPrinted : public testing::Environment {
 public:
  std::ostream& out() { return out_; }

  void TearDown() override {
    EXPECT_THAT(out_.str(), AllOf(StartsWith("Rule coverage of the office: "),
                                  HasSubstr("matched 1, never missed")));
  }

 private:
  std::ostringstream out_;
};

TEST(TestedAccountTest, PrintsItsCoverageWhenAllTestsHaveRun) {
  auto* const printed = new ExpectPrinted();
  testing::AddGlobalTestEnvironment(printed);
  TestedAccount account(Office(), kNow);
  account.PrintCoverageAtEnd("the office", printed->out());
  EXPECT_EQ(account.account(), Office());
  EXPECT_EQ(account.now(), At(kNow));
  (void)account.Decide({.method = "ReadVms",
                        .client_ip = "198.51.100.7",
                        .access_key_id = "KEY"});
}

}  // namespace
}  // namespace api_access
