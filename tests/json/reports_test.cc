#include "api_access/json/reports.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "api_access/json/account_answers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;

// With a key that expires, one rule with a CA and one without.
Account SomeAccount() {
  return Valid(Account::Create(
      {.policy = Policy(3600, false),
       .rules = {Rule("aar-1", {"192.0.2.0/24"}, {"ca-1"}, {"client.a"}),
                 Rule("aar-2", {"2001:db8::/32"})},
       .access_keys = {Key("K", At("2030-01-01T00:30:00Z")),
                       Valid(AccessKey::Create(
                           {.id = "A", .user_name = "alice"}))},
       .users_without_keys_read = {"carol", "bob"}}));
}

RequestLine Line(const std::string& more) {
  return Valid(
      ParseRequestLine(R"({"Service":"api","Method":"ReadVms",)" + more + "}"));
}

const Timestamp kNow = At("2030-01-01");

TEST(ReportsTest, Decisions) {
  const Evaluator evaluator = Valid(Evaluator::Compile(SomeAccount()));
  const auto decide = [&](const std::string& more) {
    const RequestLine line = Line(more);
    return DecisionJson(evaluator, line,
                        evaluator.Decide(line.RequestIn({}), kNow));
  };
  EXPECT_EQ(
      decide(
          R"("ClientIp":"2001:db8::7","Login":"AccessKey","AccessKeyId":"K")"),
      R"({"Verdict":"Allow","Reason":"rule-matched","RuleId":"aar-2","MissingFactors":[],"ValidUntil":"2030-01-01T00:30:00.000+0000"})");
  EXPECT_EQ(
      decide(
          R"("ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"K","Id":"\u00e9")"),
      R"({"Id":"\u00e9","Verdict":"Deny","Reason":"certificate-missing","RuleId":null,"MissingFactors":["Certificate"],"ValidUntil":null})");
}

TEST(ReportsTest, Explanations) {
  const Evaluator evaluator = Valid(Evaluator::Compile(SomeAccount()));
  const RequestLine line = Line(
      R"("ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1"],"Cn":"client.b"},"Id":"1")");
  EXPECT_EQ(
      ExplanationJson(line, Explain(evaluator, line.RequestIn({}), kNow)),
      R"({"Id":"1","Verdict":"Deny","Decision":{"Verdict":"Deny","Reason":"cn-not-allowed","RuleId":null,"MissingFactors":[],"ValidUntil":null},"Class":"Ordinary","Login":{"Kind":"AccessKey","Usable":true},"TrustedSession":false,"Required":[["AccessKey","Certificate"]],"KeyAssumedUsable":false,"Rules":[{"RuleId":"aar-1","IpRanges":["192.0.2.0/24"],"IpRangeCount":1,"IpRange":"Satisfied","Ca":"Satisfied","Cn":"Failed","By":{"IpRange":"192.0.2.0/24","CaId":"ca-1","Cn":null}},{"RuleId":"aar-2","IpRanges":["2001:db8::/32"],"IpRangeCount":1,"IpRange":"Failed","Ca":"Absent","Cn":"Absent","By":{"IpRange":null,"CaId":null,"Cn":null}}],"Remedies":[{"Kind":"Certificate","Text":"present a certificate of CA `ca-1` with CN `client.a`","Request":{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1"],"Cn":"client.a"}}}],"Notes":[],"SimilarMethod":null})");
}

TEST(ReportsTest, LinesInErrorAreDenied) {
  const absl::Status error = absl::InvalidArgumentError("line 3: \xff\n");
  EXPECT_EQ(DecisionErrorJson("a", error),
            R"({"Id":"a","Verdict":"Deny","Error":"line 3: \ufffd\n"})");
  EXPECT_EQ(
      ExplanationErrorJson(std::nullopt, error),
      R"({"Verdict":"Deny","Decision":{"Verdict":"Deny"},"Error":"line 3: \ufffd\n"})");
}

TEST(ReportsTest, ActivationsAndReviewsSayWhatIsJudged) {
  const Account account = SomeAccount();
  const RequestedPolicy requested = {.max_access_key_expiration_seconds = 60};
  const std::string report = ActivationJson(
      account, requested, kNow, CheckActivation(account, requested, kNow));
  const std::string summary =
      R"("Judged":{"RootAccessKeys":1,"EimAccessKeys":1,"EimUsers":1,"Rules":2,"Cas":null,"EveryUserListed":false,"UsersWithoutKeysRead":["bob","carol"],)";
  EXPECT_THAT(report, testing::StartsWith(R"({"Ready":false,"Violations":[{)"
                                          R"("Code":"account-incomplete",)"
                                          R"("Subject":"","Message":")"));
  EXPECT_THAT(report,
              HasSubstr(summary + R"("MaxAccessKeyExpirationSeconds":60,)"
                                  R"("RequireTrustedEnv":true,)"
                                  R"("Now":"2030-01-01T00:00:00.000+0000"}})"));
  EXPECT_THAT(
      report,
      HasSubstr(
          R"("ReadyAt":null,"SmallestMaximum":null,"KeysWithoutMaximum":["A"],)"
          R"("Judged":)"));
  const std::string review =
      ReviewJson(account, kNow,
                 Accept(Valid(Review(account, kNow, {})), {},
                        NotJudged(account, {}), kNow));
  EXPECT_THAT(review,
              HasSubstr(summary + R"("MaxAccessKeyExpirationSeconds":3600,)"
                                  R"("RequireTrustedEnv":false,)"));
}

TEST(ReportsTest, ActivationsTellTheSmallestMaximum) {
  const Account account =
      Valid(Account::Create({.policy = Policy(0, false),
                             .access_keys = {Key("K", kNow + seconds{3600})}}));
  EXPECT_THAT(
      ActivationJson(account, {}, kNow, CheckActivation(account, {}, kNow)),
      HasSubstr(R"("SmallestMaximum":3601,"KeysWithoutMaximum":[],)"));
}

// Two findings, one of them accepted, and an acceptance without finding.
ReviewReport SomeReport() {
  return Accept(
      {{ReviewCode::kMaxBelow, "", "low"},
       {ReviewCode::kNoRules, "", "empty"},
       {ReviewCode::kKeyNeverExpires, "K\xff", "never"}},
      std::vector<Acceptance>{
          {ReviewCode::kKeyNeverExpires, "K\xff", "so", At("2031-01-01")},
          {ReviewCode::kRuleRedundant, "r", "old", At("2020-01-01")}},
      {ReviewCode::kUnknownCa}, kNow);
}

TEST(ReportsTest, ReviewsDivideTheFindings) {
  EXPECT_THAT(
      ReviewJson(SomeAccount(), kNow, SomeReport()),
      testing::StartsWith(
          R"({"Findings":[{"Code":"max-below","Subject":"","Message":"low"},)"
          R"({"Code":"no-rules","Subject":"","Message":"empty"}],)"
          R"("Accepted":[{"Code":"key-never-expires","Subject":"K\ufffd",)"
          R"("Message":"never","Reason":"so",)"
          R"("Until":"2031-01-01T00:00:00.000+0000"}],)"
          R"("UnusedAcceptances":[{"Code":"rule-redundant","Subject":"r",)"
          R"("Reason":"old","Until":"2020-01-01T00:00:00.000+0000"}],)"
          R"("NotJudged":["unknown-ca"],"Judged":{)"));
}

// What SARIF 2.1.0 requires of each object that is written; the numbers are
// those of its sections.
TEST(ReportsTest, SarifHasWhatTheStandardRequires) {
  const auto log = nlohmann::json::parse(ReviewSarif(SomeReport()));
  // 3.13.2 and 3.13.4: version and runs; 3.13.3: the schema.
  EXPECT_EQ(log.at("version"), "2.1.0");
  EXPECT_THAT(log.at("$schema").get<std::string>(),
              testing::AllOf(testing::StartsWith("https://"),
                             testing::EndsWith("sarif-schema-2.1.0.json")));
  ASSERT_EQ(log.at("runs").size(), 1U);
  const auto& run = log.at("runs")[0];
  // 3.14.6, 3.18.2, 3.19.8: a run has a tool, that a driver, and that a name.
  const auto& driver = run.at("tool").at("driver");
  EXPECT_EQ(driver.at("name"), "api-access");
  EXPECT_TRUE(driver.at("version").is_string());
  // 3.49.3: a rule has an id; no two are the same.
  std::set<std::string> ids;
  for (const auto& rule : driver.at("rules")) {
    EXPECT_TRUE(ids.insert(rule.at("id").get<std::string>()).second);
  }
  EXPECT_EQ(ids.size(), kAllReviewCodes.size());
  // 3.20.14: an invocation says whether it was successful.
  ASSERT_EQ(run.at("invocations").size(), 1U);
  const auto& invocation = run.at("invocations")[0];
  EXPECT_EQ(invocation.at("executionSuccessful"), true);
  const std::set<std::string> levels = {"none", "note", "warning", "error"};
  std::vector<std::string> notes;
  for (const auto& note : invocation.at("toolExecutionNotifications")) {
    // 3.58.5 and 3.58.6: a notification has a message and a level.
    notes.push_back(note.at("message").at("text"));
    EXPECT_TRUE(levels.contains(note.at("level").get<std::string>()));
  }
  EXPECT_THAT(notes,
              testing::ElementsAre("not judged: unknown-ca",
                                   "accepted, but not found: rule-redundant "
                                   "`r`"));
  ASSERT_EQ(run.at("results").size(), 3U);
  for (const auto& result : run.at("results")) {
    // 3.27.5, 3.27.6 and 3.52.3: the index is that of the rule with this id.
    const auto& rule =
        driver.at("rules").at(result.at("ruleIndex").get<std::size_t>());
    EXPECT_EQ(rule.at("id"), result.at("ruleId"));
    // 3.27.10 and 3.27.11: a level and a message; 3.11.8: text that is there.
    EXPECT_TRUE(levels.contains(result.at("level").get<std::string>()));
    EXPECT_FALSE(result.at("message").at("text").get<std::string>().empty());
    // 3.27.23: all results of a run have suppressions, be they empty, or none.
    for (const auto& suppression : result.at("suppressions")) {
      // 3.35.2: a suppression has a kind.
      EXPECT_EQ(suppression.at("kind"), "external");
      EXPECT_EQ(suppression.at("status"), "accepted");
      EXPECT_EQ(suppression.at("justification"), "so");
    }
    if (!result.contains("locations")) continue;
    for (const auto& location : result.at("locations")) {
      // 3.33.4: a logical location has a name or a fully qualified one.
      EXPECT_EQ(location.at("logicalLocations").at(0).at("name"), "K\ufffd");
    }
  }
  EXPECT_EQ(run.at("results")[0].at("ruleId"), "max-below");
  EXPECT_FALSE(run.at("results")[0].contains("locations"));
  EXPECT_TRUE(run.at("results")[0].at("suppressions").empty());
  EXPECT_EQ(run.at("results")[2].at("ruleId"), "key-never-expires");
  EXPECT_EQ(run.at("results")[2].at("locations").size(), 1U);
  EXPECT_EQ(run.at("results")[2].at("suppressions").size(), 1U);
}

void CollectFields(const nlohmann::json& json, std::set<std::string>& fields) {
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) fields.insert(name);
  }
  if (!json.is_structured()) return;
  for (const auto& value : json) CollectFields(value, fields);
}

// With every field set.
Impact SomeImpact() {
  return {.lock_out = LockOut::kLockedOut,
          .manageable_until = At("2030-01-01T00:30:00Z"),
          .callers = {{.name = "ci",
                       .can_manage_before = true,
                       .manage_until = At("2030-01-01T00:30:00Z"),
                       .lost = {{{Service::kApi, MethodClass::kManaging},
                                 Reason::kCertificateMissing}},
                       .gained = {{Service::kOos, MethodClass::kExempt}}}}};
}
constexpr char kImpactFields[] =
    R"("LockOut":"LockedOut","ManageableUntil":"2030-01-01T00:30:00.000+0000","Callers":[{"Name":"ci","CanManageBefore":true,"CanManageAfter":false,"ManageUntil":"2030-01-01T00:30:00.000+0000","Lost":[{"Service":"api","Class":"Managing","Reason":"certificate-missing"}],"Gained":[{"Service":"oos","Class":"Exempt"}]}])";

TEST(ReportsTest, Changes) {
  const Change undo[] = {DeleteCa{.ca_id = "ca-1"}, DeleteAccessKey{}};
  EXPECT_EQ(
      ChangeJson({.account = SomeAccount()}, SomeImpact(), undo),
      std::string(R"({"Accepted":true,"Refusals":[],)") + kImpactFields +
          R"(,"Undo":[{"Call":"DeleteCa","Request":{"CaId":"ca-1"}},{"Call":"DeleteAccessKey","Request":{}}]})");
  EXPECT_EQ(
      ChangeJson({.refusals = {{RefusalCode::kMissingParameter, "CaId", "x"},
                               {RefusalCode::kAccountIncomplete, "", "y"}}},
                 {}, {}),
      R"({"Accepted":false,"Refusals":[{"Code":"missing-parameter","Subject":"CaId","Message":"x","ProviderCode":7000},{"Code":"account-incomplete","Subject":"","Message":"y","ProviderCode":null}],"LockOut":"NotAssessed","ManageableUntil":null,"Callers":[],"Undo":[]})");
}

TEST(ReportsTest, PlansHaveTheStepsThatWereTried) {
  const std::vector<PlanStep> steps = {
      {.change = DeleteCa{.ca_id = "c"}, .resource = "outscale_ca.old"},
      {.change = DeleteCa{.ca_id = "not tried"}},
      {.change = CreateCa{.new_id = "new", .ca_pem = "PEM"}}};
  PlanAssessment assessment = {
      .outcome = {.steps = {{.index = 0,
                             .refusals = {{RefusalCode::kUnknownCa, "c", "x"}}},
                            {.index = 2}},
                  .account = SomeAccount(),
                  .deleted_ca_ids = {}},
      .impacts = {Impact{}, SomeImpact()},
      .undos = {{}, {DeleteCa{.ca_id = "new"}}},
      .whole = {.lock_out = LockOut::kNone,
                .manageable_until = At("2031-01-01"),
                .callers = {}}};
  const std::string in_steps =
      std::string(
          R"("Steps":[{"Address":"outscale_ca.old","Call":"DeleteCa","Request":{"CaId":"c"},"NewId":null,"Accepted":false,"Refusals":[{"Code":"unknown-ca","Subject":"c","Message":"x","ProviderCode":4122}],"LockOut":"NotAssessed","ManageableUntil":null,"Callers":[],"Undo":[]},{"Address":null,"Call":"CreateCa","Request":{"CaPem":"PEM"},"NewId":"new","Accepted":true,"Refusals":[],)") +
      kImpactFields +
      R"(,"Undo":[{"Call":"DeleteCa","Request":{"CaId":"new"}}]}])";
  const std::string whole =
      R"("LockOut":"None","ManageableUntil":"2031-01-01T00:00:00.000+0000")";
  EXPECT_EQ(PlanJson(steps, assessment),
            "{" + in_steps + R"(,"Open":[],)" + whole + "}");
  EXPECT_EQ(
      PlanJson(ActivationPlan{.steps = steps,
                              .open = {{ViolationCode::kNoRules, "", "x"}}},
               assessment),
      "{" + in_steps +
          R"(,"Open":[{"Code":"no-rules","Subject":"","Message":"x"}],)" +
          whole + "}");
  EXPECT_EQ(
      PlanJson(
          TerraformPlan{.steps = steps,
                        .open = {{OpenCallCode::kKnownAfterApply, "a.b", "x"}},
                        .notes = {"n"}},
          assessment),
      "{" + in_steps +
          R"(,"Open":[{"Code":"known-after-apply","Subject":"a.b","Message":"x"}],)" +
          whole + R"(,"Notes":["n"],"Plugin":"1.8.0"})");
}

AccessForecast SomeForecast() {
  return {
      .callers = {{.name = "ci",
                   .can_manage = true,
                   .manage_until = At("2030-01-01"),
                   .events = {{.at = At("2030-01-01"),
                               .lost = {{{Service::kOsu, MethodClass::kExempt},
                                         Reason::kAccessKeyExpired}}}}},
                  {.name = "ops"}},
      .manageable_until = At("2030-01-01")};
}

TEST(ReportsTest, Forecasts) {
  EXPECT_EQ(
      ForecastJson(SomeForecast()),
      R"({"Callers":[{"Name":"ci","CanManage":true,"ManageUntil":"2030-01-01T00:00:00.000+0000","Events":[{"At":"2030-01-01T00:00:00.000+0000","Lost":[{"Service":"osu","Class":"Exempt","Reason":"access-key-expired"}]}]},{"Name":"ops","CanManage":false,"ManageUntil":null,"Events":[]}],"ManageableUntil":"2030-01-01T00:00:00.000+0000"})");
  EXPECT_EQ(ForecastJson({}), R"({"Callers":[],"ManageableUntil":null})");
}

TEST(ReportsTest, ThePageListsEveryField) {
  const Account account = SomeAccount();
  const Evaluator evaluator = Valid(Evaluator::Compile(account));
  const RequestLine line = Line(R"("ClientIp":"192.0.2.7","Id":"1")");
  const RequestedPolicy requested;
  const absl::Status error = absl::InvalidArgumentError("x");
  const RuleParameters rule = {.ip_ranges = {Range("::/0")},
                               .ca_ids = {"c"},
                               .cns = {"c"},
                               .description = "d"};
  const std::vector<Change> everything = {
      UpdateAccessKey{.access_key_id = "K",
                      .user_name = "u",
                      .state = AccessKeyState::kActive,
                      .expiration_date = kNow,
                      .clear_expiration_date = true,
                      .tag = "t",
                      .clear_tag = true},
      UpdateApiAccessRule{.api_access_rule_id = "r", .rule = rule},
      UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 1,
                            .require_trusted_env = true},
      CreateCa{.ca_pem = "p", .description = "d"}};
  const AccountAnswers answers = Valid(FormatAccount(account));
  std::set<std::string> fields;
  for (const std::string& text : {
           DecisionJson(evaluator, line,
                        evaluator.Decide(line.RequestIn({}), kNow)),
           ExplanationJson(line, Explain(evaluator, line.RequestIn({}), kNow)),
           DecisionErrorJson("1", error),
           ExplanationErrorJson("1", error),
           ActivationJson(account, requested, kNow,
                          CheckActivation(account, requested, kNow)),
           ReviewJson(account, kNow, SomeReport()),
           FactorsJson(account, evaluator, Ip("192.0.2.7")),
           ExpectationsJson({{.expectation = {.line = line, .name = "x"}}},
                            RuleCoverage(account)),
           ChangeJson({.refusals = {{RefusalCode::kLastRule, "r", "x"}}},
                      SomeImpact(), everything),
           PlanJson(TerraformPlan{.steps = {{DeleteCa{}}}},
                    {.outcome = {.steps = {{}},
                                .account = account,
                                .deleted_ca_ids = {}},
                    .impacts = {{}},
                    .undos = {{}},
                    .whole = {}}),
           ForecastJson(SomeForecast()),
           TextJson("Value", "x"),
           answers.access_keys.text,
           answers.rules.text,
           answers.policy.text,
           answers.users->text,
       }) {
    EXPECT_EQ(text.find('\n'), std::string::npos);
    CollectFields(nlohmann::json::parse(text), fields);
  }
  EXPECT_GT(fields.size(), 90U);
  std::ifstream file(API_ACCESS_SOURCE_DIR
                     "/include/api_access/json/README.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  for (const std::string& field : fields) {
    EXPECT_THAT(page, HasSubstr('`' + field + '`'));
  }
}

}  // namespace
}  // namespace api_access
