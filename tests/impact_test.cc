#include "api_access/impact.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp kNow = At("2030-01-01");

Evaluator Compiled(const Account& account) {
  return Valid(Evaluator::Compile(account));
}

NamedCaller WithKey(std::string name, std::string key_id,
                    std::optional<ClientCertificate> certificate = {}) {
  return {std::move(name),
          {.client_address = Ip("192.0.2.7"),
           .login = LoginKind::kAccessKey,
           .access_key_id = std::move(key_id),
           .certificate = std::move(certificate)}};
}

// The root user's key K, and any client of `ca-1` or `ca-2`.
Account CaAccount(std::optional<Timestamp> expiration = std::nullopt) {
  return CompleteAccount(Policy(0, false), {Rule("r", {}, {"ca-1", "ca-2"})},
                         {Key("K", expiration)});
}

// `service class` of each kind.
std::string Text(const std::vector<MethodKind>& kinds) {
  std::string text;
  for (const MethodKind kind : kinds) text += ToString(kind) + '\n';
  return text;
}
std::vector<MethodKind> KindsOf(const std::vector<LostAccess>& lost) {
  std::vector<MethodKind> kinds;
  for (const LostAccess& item : lost) kinds.push_back(item.kind);
  return kinds;
}

// Every kind that a rule decides on.
std::vector<MethodKind> DecidedByRules() {
  std::vector<MethodKind> kinds;
  for (const MethodKind kind : kAllMethodKinds) {
    if (kind.method_class != MethodClass::kPublic &&
        kind.method_class != MethodClass::kExempt) {
      kinds.push_back(kind);
    }
  }
  return kinds;
}

TEST(ImpactTest, WhatACallerLosesAndGains) {
  const Account before = CaAccount();
  const Account after = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("K")});
  const std::vector<NamedCaller> callers = {
      WithKey("bare", "K"),
      {"away",
       {.client_address = Ip("198.51.100.1"),
        .login = LoginKind::kAccessKey,
        .access_key_id = "K",
        .certificate = Certificate({"ca-1"})}}};
  const Impact impact =
      AssessImpact(Compiled(before), Compiled(after), {}, callers, kNow);
  ASSERT_THAT(impact.callers, SizeIs(2));
  const CallerImpact& bare = impact.callers[0];
  EXPECT_EQ(bare.name, "bare");
  EXPECT_FALSE(bare.can_manage_before);
  EXPECT_TRUE(bare.can_manage_after);
  EXPECT_EQ(bare.manage_reason, Reason::kRuleMatched);
  EXPECT_THAT(bare.lost, IsEmpty());
  EXPECT_EQ(Text(bare.gained), Text(DecidedByRules()));
  const CallerImpact& away = impact.callers[1];
  EXPECT_TRUE(away.can_manage_before);
  EXPECT_FALSE(away.can_manage_after);
  EXPECT_EQ(away.manage_reason, Reason::kSourceIpNotAllowed);
  EXPECT_THAT(away.gained, IsEmpty());
  EXPECT_EQ(Text(KindsOf(away.lost)), Text(DecidedByRules()));
  for (const LostAccess& lost : away.lost) {
    EXPECT_EQ(lost.reason, Reason::kSourceIpNotAllowed);
  }
  EXPECT_EQ(impact.lock_out, LockOut::kNone);
  EXPECT_TRUE(impact.AnyoneLoses());
  EXPECT_FALSE(impact.NobodyCanManage());
}

TEST(ImpactTest, LoginAndSessionLimitTheKinds) {
  const Account before = CaAccount();
  const Account after = CompleteAccount(Policy(3600, true),
                                        {Rule("r", {}, {"ca-1"})}, {Key("K")});
  const std::vector<NamedCaller> callers = {
      WithKey("bare", "K"),
      {"root",
       {.client_address = Ip("192.0.2.7"),
        .login = LoginKind::kPassword,
        .certificate = Certificate({"ca-2"})}}};
  const Impact impact =
      AssessImpact(Compiled(before), Compiled(after), {}, callers, kNow);
  // Ordinary methods alone skip the certificate.
  EXPECT_EQ(Text(impact.callers[0].gained),
            "api Ordinary\nicu Ordinary\nfcu Ordinary\nlbu Ordinary\n"
            "directlink Ordinary\neim Ordinary\n");
  EXPECT_THAT(impact.callers[1].lost,
              ElementsAre(LostAccess{{Service::kApi, MethodClass::kManaging},
                                     Reason::kCaNotAllowed},
                          LostAccess{{Service::kIcu, MethodClass::kManaging},
                                     Reason::kCaNotAllowed}));
}

LockOut LockOutOf(const Account& before, const Account& after,
                  const std::vector<NamedCaller>& callers) {
  return AssessImpact(Compiled(before), Compiled(after), {}, callers, kNow)
      .lock_out;
}

TEST(ImpactTest, LockOuts) {
  const Account open = CaAccount();
  const Account closed =
      CompleteAccount(Policy(0, false), {Rule("r", {}, {"ca-3"})}, {Key("K")});
  const NamedCaller inside = WithKey("a", "K", Certificate({"ca-1"}));
  const NamedCaller outside = WithKey("b", "K");
  EXPECT_EQ(LockOutOf(open, closed, {}), LockOut::kNotAssessed);
  EXPECT_EQ(LockOutOf(open, closed, {inside}), LockOut::kLockedOut);
  EXPECT_EQ(LockOutOf(open, closed, {outside, inside}), LockOut::kLockedOut);
  EXPECT_EQ(LockOutOf(open, closed, {outside}), LockOut::kAlreadyLockedOut);
  EXPECT_EQ(LockOutOf(open, open, {outside, inside}), LockOut::kNone);
  EXPECT_EQ(LockOutOf(closed, open, {inside}), LockOut::kNone);
  // Somebody whose key is expired does not count.
  EXPECT_EQ(LockOutOf(open, CaAccount(kNow), {inside}), LockOut::kLockedOut);
  EXPECT_EQ(LockOutOf(open, CaAccount(kNow + milliseconds{1}), {inside}),
            LockOut::kNone);
  for (const LockOut lock_out : kAllLockOuts) {
    EXPECT_EQ(*ParseLockOut(ToString(lock_out)), lock_out);
  }
}

TEST(ImpactTest, ManageableUntilTheLatestEnd) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})},
      {Key("A", kNow + seconds{1}), Key("B", kNow + seconds{2}), Key("C")});
  const auto until = [&](std::vector<NamedCaller> callers) {
    const Evaluator evaluator = Compiled(account);
    return AssessImpact(evaluator, evaluator, {}, callers, kNow)
        .manageable_until;
  };
  EXPECT_EQ(until({WithKey("a", "A")}), kNow + seconds{1});
  EXPECT_EQ(until({WithKey("a", "A"), WithKey("b", "B"), WithKey("x", "X")}),
            kNow + seconds{2});
  EXPECT_EQ(until({WithKey("c", "C"), WithKey("b", "B")}), std::nullopt);
  EXPECT_EQ(until({WithKey("x", "X")}), std::nullopt);
}

TEST(ImpactTest, NoCertificateIsUnderADeletedCa) {
  const Evaluator evaluator = Compiled(CaAccount());
  const std::vector<NamedCaller> callers = {
      WithKey("one", "K", Certificate({"ca-1"})),
      WithKey("both", "K", Certificate({"ca-1", "ca-2"})),
      WithKey("other", "K", Certificate({"ca-1", "ca-9"}))};
  const std::vector<std::string> deleted = {"ca-1"};
  const Impact impact =
      AssessImpact(evaluator, evaluator, deleted, callers, kNow);
  ASSERT_FALSE(impact.callers[0].lost.empty());
  EXPECT_EQ(impact.callers[0].lost[0].reason, Reason::kCertificateMissing);
  EXPECT_THAT(impact.callers[1].lost, IsEmpty());
  ASSERT_FALSE(impact.callers[2].lost.empty());
  EXPECT_EQ(impact.callers[2].lost[0].reason, Reason::kCaNotAllowed);
}

// The lock-out of each step, and the names of those who lose something there.
std::vector<std::string> StepsOf(const PlanAssessment& plan) {
  std::vector<std::string> steps;
  for (const Impact& impact : plan.impacts) {
    steps.emplace_back(ToString(impact.lock_out));
    for (const CallerImpact& caller : impact.callers) {
      if (!caller.lost.empty()) steps.back() += " -" + caller.name;
      if (!caller.gained.empty()) steps.back() += " +" + caller.name;
    }
  }
  return steps;
}

TEST(PlanAssessmentTest, ShowsWhereACallerIsOutAndFromWhereItIsBack) {
  const Account account =
      CompleteAccount(Policy(0, false), {Rule("r", {"192.0.2.0/24"})},
                      {Key("K", kNow + seconds{60})});
  const std::vector<NamedCaller> callers = {
      WithKey("ci", "K"), WithKey("admin", "K", Certificate({"ca-1"}))};
  const ActivationPlan plan = PlanActivation(
      account,
      {.max_access_key_expiration_seconds = 3600, .require_trusted_env = true},
      "ca-1", kNow);
  ASSERT_THAT(plan.open, IsEmpty());
  const PlanAssessment assessed =
      Valid(AssessPlan(account, plan.steps, callers, kNow));
  EXPECT_THAT(StepsOf(assessed), ElementsAre("None -ci", "None +ci"));
  EXPECT_THAT(assessed.undos, ElementsAre(SizeIs(1), SizeIs(1)));
  // It does not get its managing methods back.
  EXPECT_EQ(assessed.whole.lock_out, LockOut::kNone);
  EXPECT_TRUE(assessed.whole.AnyoneLoses());
  EXPECT_EQ(assessed.outcome.account.policy(), Policy(3600, true));
}

TEST(PlanAssessmentTest, ADeletedCaStaysDeleted) {
  const std::vector<PlanStep> steps = {
      {DeleteCa{.ca_id = "ca-1"}},
      // It would let the caller in.
      {UpdateApiAccessRule{.api_access_rule_id = "r",
                           .rule = {.ca_ids = {"ca-1"}}}},
      {CreateApiAccessRule{.rule = {.ip_ranges = {Range("192.0.2.0/24")}}}},
      {DeleteCa{.ca_id = "ca-2"}}};
  const std::vector<NamedCaller> callers = {
      WithKey("a", "K", Certificate({"ca-1", "ca-2"}))};
  const PlanAssessment plan =
      Valid(AssessPlan(CaAccount(), steps, callers, kNow));
  EXPECT_THAT(StepsOf(plan),
              ElementsAre("None", "LockedOut -a", "None +a", "None"));
  EXPECT_EQ(plan.whole.lock_out, LockOut::kNone);
}

TEST(PlanAssessmentTest, ARefusedStepIsNotAssessed) {
  const std::vector<PlanStep> steps = {
      {DeleteApiAccessRule{.api_access_rule_id = "r"}}};
  const PlanAssessment plan = Valid(
      AssessPlan(CaAccount(), steps, std::vector{WithKey("x", "K")}, kNow));
  EXPECT_THAT(StepsOf(plan), ElementsAre("NotAssessed"));
  EXPECT_THAT(plan.undos, ElementsAre(IsEmpty()));
  // Nothing is done, and that is assessed.
  EXPECT_EQ(plan.whole.lock_out, LockOut::kAlreadyLockedOut);
  // Without callers nothing is.
  EXPECT_EQ(Valid(AssessPlan(CaAccount(), {}, {}, kNow)).whole, Impact());
}

AccessForecast ForecastOf(const Account& account,
                          const std::vector<NamedCaller>& callers,
                          const ForecastOptions& options = {}) {
  return Valid(Forecast(account, callers, kNow, options));
}

TEST(ForecastTest, AKeyExpires) {
  const Account account = CaAccount(kNow + seconds{5});
  const std::vector<NamedCaller> callers = {
      WithKey("a", "K", Certificate({"ca-1"})), WithKey("b", "K")};
  const AccessForecast forecast = ForecastOf(account, callers);
  const CallerForecast& a = forecast.callers[0];
  EXPECT_TRUE(a.can_manage);
  EXPECT_EQ(a.manage_reason, Reason::kRuleMatched);
  EXPECT_EQ(a.manage_until, kNow + seconds{5});
  ASSERT_THAT(a.events, SizeIs(1));
  EXPECT_EQ(a.events[0].at, kNow + seconds{5});
  // An expired key is not even good for object storage.
  EXPECT_THAT(a.events[0].lost, SizeIs(DecidedByRules().size() + 2));
  EXPECT_EQ(a.events[0].lost[0].reason, Reason::kAccessKeyExpired);
  // Who has no access but to object storage loses that.
  const CallerForecast& b = forecast.callers[1];
  EXPECT_FALSE(b.can_manage);
  EXPECT_EQ(b.manage_reason, Reason::kCertificateMissing);
  EXPECT_EQ(b.manage_until, std::nullopt);
  ASSERT_THAT(b.events, SizeIs(1));
  EXPECT_THAT(b.events[0].lost, SizeIs(2));
  EXPECT_EQ(forecast.manageable_until, kNow + seconds{5});
  EXPECT_FALSE(forecast.NobodyCanManage());
}

TEST(ForecastTest, TheHorizonIsIncludedAndLimitsEventsAlone) {
  const Account account = CaAccount(kNow + seconds{5});
  const std::vector<NamedCaller> callers = {
      WithKey("a", "K", Certificate({"ca-1"}))};
  const auto events = [&](Timestamp horizon) {
    const AccessForecast forecast =
        ForecastOf(account, callers, {.horizon = horizon});
    EXPECT_EQ(forecast.manageable_until, kNow + seconds{5});
    return forecast.callers[0].events.size();
  };
  EXPECT_EQ(events(kNow), 0U);
  EXPECT_EQ(events(kNow + seconds{5} - milliseconds{1}), 0U);
  EXPECT_EQ(events(kNow + seconds{5}), 1U);
}

TEST(ForecastTest, CasEnd) {
  Account::Fields fields = CaAccount(kNow + seconds{9}).fields();
  fields.cas = std::vector{
      Valid(Ca::Create({.id = "ca-1", .valid_until = kNow + seconds{3}})),
      Valid(Ca::Create({.id = "ca-2"}))};
  const Account account = Valid(Account::Create(fields));
  const std::vector<NamedCaller> callers = {
      WithKey("a", "K", Certificate({"ca-1"})),
      WithKey("ab", "K", Certificate({"ca-1", "ca-2"}))};
  const AccessForecast forecast =
      ForecastOf(account, callers, {.ca_ends = {{"ca-2", kNow + seconds{6}}}});
  EXPECT_EQ(forecast.callers[0].manage_until, kNow + seconds{3});
  ASSERT_THAT(forecast.callers[0].events, SizeIs(2));
  EXPECT_EQ(forecast.callers[0].events[0].lost[0].reason,
            Reason::kCertificateMissing);
  EXPECT_EQ(forecast.callers[1].manage_until, kNow + seconds{6});
  ASSERT_THAT(forecast.callers[1].events, SizeIs(2));
  EXPECT_EQ(forecast.callers[1].events[0].at, kNow + seconds{6});
  EXPECT_EQ(forecast.callers[1].events[1].at, kNow + seconds{9});
  EXPECT_EQ(forecast.manageable_until, kNow + seconds{6});
}

TEST(ForecastTest, ACaThatEndedBeforeNowLetsNobodyIn) {
  const std::vector<NamedCaller> callers = {
      WithKey("a", "K", Certificate({"ca-1"}))};
  const AccessForecast forecast =
      ForecastOf(CaAccount(), callers, {.ca_ends = {{"ca-1", kNow}}});
  EXPECT_FALSE(forecast.callers[0].can_manage);
  EXPECT_THAT(forecast.callers[0].events, IsEmpty());
  EXPECT_TRUE(forecast.NobodyCanManage());
  EXPECT_EQ(forecast.manageable_until, std::nullopt);
}

TEST(ForecastTest, ErrorsOfInput) {
  Account::Fields fields = CaAccount().fields();
  fields.cas = std::vector{
      Valid(Ca::Create({.id = "ca-1", .valid_until = kNow + seconds{3}}))};
  const Account account = Valid(Account::Create(fields));
  const std::vector<NamedCaller> callers = {WithKey("a", "K")};
  const auto error = [&](const std::vector<NamedCaller>& who,
                         const ForecastOptions& options) {
    const auto forecast = Forecast(account, who, kNow, options);
    return forecast.ok() ? "" : Message(forecast.status());
  };
  EXPECT_THAT(error({}, {}), HasSubstr("expected callers, got nobody"));
  EXPECT_THAT(
      error(callers, {.horizon = kNow - milliseconds{1}}),
      HasSubstr("expected a horizon from 2030-01-01T00:00:00.000+0000"));
  EXPECT_THAT(error(callers, {.ca_ends = {{"ca-2", kNow}}}),
              HasSubstr("expected the end of a CA of the account, got `ca-2`"));
  EXPECT_THAT(error(callers, {.ca_ends = {{"ca-1", kNow}}}),
              HasSubstr("expected one end for each CA, got `ca-1` again"));
}

}  // namespace
}  // namespace api_access
