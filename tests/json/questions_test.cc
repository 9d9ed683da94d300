#include "api_access/json/questions.h"

#include <string>

#include "api_access/change.h"
#include "api_access/impact.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/changes.h"
#include "api_access/json/reports.h"
#include "api_access/page/report_page.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;

Account OneRule() {
  return Valid(Account::Create({.policy = Policy(3600, false),
                                .rules = {Rule("aar-1", {"192.0.2.0/24"})},
                                .access_keys = {Key("KEY")},
                                .cas = {{Valid(Ca::Create({.id = "ca-1"}))}}}));
}

absl::StatusOr<std::string> AskOneRule(std::string_view question,
                                       std::string_view options,
                                       const MethodCatalogue& catalogue = {}) {
  const Account account = OneRule();
  return Ask(account, Valid(Evaluator::Compile(account)), catalogue, question,
             options);
}

TEST(QuestionsTest, ExplainTakesNowFromTheRequestOrTheOptions) {
  const std::string request =
      R"("Request":{"Service":"api","Method":"BrandNew","ClientIp":"192.0.2.7",
         "Login":"AccessKey","AccessKeyId":"KEY","Id":"7")";
  const std::string answer =
      Valid(AskOneRule("explain", '{' + request + R"(},"Now":"2030-01-01"})"));
  EXPECT_THAT(answer, HasSubstr(R"({"Id":"7","Verdict":"Allow")"));
  EXPECT_THAT(answer, HasSubstr(R"("Class":"Unlisted")"));
  const auto catalogue =
      Valid(MethodCatalogue::Create({.ordinary = {{"api", "BrandNew"}}}));
  EXPECT_THAT(
      Valid(AskOneRule("explain", '{' + request + R"(,"Now":"2030-01-01"}})",
                       catalogue)),
      HasSubstr(R"("Class":"Ordinary")"));
  EXPECT_THAT(
      Valid(AskOneRule("explain",
                       R"({"Request":{"Service":"api","Method":"ReadVmz",
                           "ClientIp":"192.0.2.7","Login":"AccessKey",
                           "AccessKeyId":"KEY"},"Now":"2030-01-01"})")),
      HasSubstr(R"("SimilarMethod":"ReadVm)"));
  EXPECT_EQ(Message(AskOneRule("explain", '{' + request + "}}").status()),
            "explain: $.Now: expected a string, got nothing");
}

TEST(QuestionsTest, ReviewTakesEndsOfCasAndAcceptances) {
  const std::string answer =
      Valid(AskOneRule("review",
                       R"({"Now":"2030-01-01","CaEnds":{"ca-1":"2030-01-02"},
          "Acceptances":[
            {"Code":"no-trusted-session","Subject":"","Reason":"planned",
             "Until":"2031-01-01"},
            {"Code":"unknown-ca","Subject":"ca-9","Reason":"x",
             "Until":"2031-01-01"}]})"));
  EXPECT_THAT(answer, HasSubstr(R"("Code":"ca-expires-soon")"));
  EXPECT_THAT(answer, HasSubstr(R"("Reason":"planned")"));
}

const std::string kCallers =
    R"(,"Callers":[{"Name":"office","ClientIp":"192.0.2.7","Login":"AccessKey",
        "AccessKeyId":"KEY"}])";

TEST(QuestionsTest, ChangeTellsWhatTheCallDoesToCallers) {
  const std::string options =
      R"({"Now":"2030-01-01","Call":"UpdateApiAccessRule",
          "Request":{"ApiAccessRuleId":"aar-1","IpRanges":["10.0.0.0/8"]})" +
      kCallers + '}';
  const Account account = OneRule();
  const Change change = Valid(ParseChange(
      "UpdateApiAccessRule",
      R"({"ApiAccessRuleId":"aar-1","IpRanges":["10.0.0.0/8"]})", "new"));
  const auto outcome = Valid(Apply(account, change, At("2030-01-01")));
  const Caller office = {.client_address = Ip("192.0.2.7"),
                         .login = LoginKind::kAccessKey,
                         .access_key_id = "KEY"};
  const NamedCaller callers[] = {{"office", office}};
  const std::string expected =
      ChangeJson(outcome,
                 AssessImpact(Valid(Evaluator::Compile(account)),
                              Valid(Evaluator::Compile(*outcome.account)), {},
                              callers, At("2030-01-01")),
                 Undo(account, change));
  EXPECT_THAT(expected, HasSubstr("LockedOut"));
  EXPECT_EQ(Valid(AskOneRule("change", options)), expected);
  // Nothing is assessed where it is refused.
  EXPECT_THAT(
      Valid(AskOneRule("change",
                       R"({"Now":"2030-01-01","Call":"DeleteApiAccessRule",
                           "Request":{"ApiAccessRuleId":"aar-2"}})")),
      HasSubstr("NotAssessed"));
}

TEST(QuestionsTest, PlanTakesChangesOrAnActivation) {
  const Account account = OneRule();
  const Timestamp now = At("2030-01-01");
  const auto plan = PlanActivation(
      account,
      {.max_access_key_expiration_seconds = 7200, .require_trusted_env = true},
      "ca-1", now);
  EXPECT_EQ(Valid(AskOneRule("plan",
                             R"({"Now":"2030-01-01","Activate":{
                    "MaxAccessKeyExpirationSeconds":7200,"CaId":"ca-1"}})")),
            PlanJson(plan, Valid(AssessPlan(account, plan.steps, {}, now))));
  const std::string changes =
      Valid(AskOneRule("plan",
                       R"({"Now":"2030-01-01","Changes":[
                     {"Call":"UpdateApiAccessRule",
                      "Request":{"ApiAccessRuleId":"aar-1",
                                 "IpRanges":["10.0.0.0/8"]}}])" +
                           kCallers + '}'));
  EXPECT_THAT(changes, HasSubstr("LockedOut"));
}

TEST(QuestionsTest, ForecastTakesEndsOfCas) {
  const std::string answer = Valid(AskOneRule(
      "forecast", R"({"Now":"2030-01-01","CaEnds":{"ca-1":"2030-01-02"})" +
                      kCallers + '}'));
  EXPECT_THAT(answer, HasSubstr(R"("Name":"office")"));
}

TEST(QuestionsTest, ReportIsThePage) {
  const Timestamp now = At("2030-01-01");
  const Account account = OneRule();
  const Account against = Valid(Account::Create(
      {.policy = Policy(3600, false), .access_keys = {Key("KEY")}}));
  const NamedCaller callers[] = {{"office",
                                  {.client_address = Ip("192.0.2.7"),
                                   .login = LoginKind::kAccessKey,
                                   .access_key_id = "KEY"}}};
  const CaEnd ca_ends[] = {{.ca_id = "ca-1", .end = At("2030-01-02")}};
  const auto html_of = [](const std::string& answer) -> std::string {
    return nlohmann::json::parse(answer).at("Html");
  };
  EXPECT_EQ(html_of(Valid(AskOneRule("report", R"({"Now":"2030-01-01"})"))),
            Valid(ReportPage(account, now)));
  EXPECT_EQ(
      html_of(Valid(AskOneRule(
          "report", R"({"Now":"2030-01-01","CaEnds":{"ca-1":"2030-01-02"},
                        "Against":)" +
                        Valid(FormatAccountDocument(against)) + kCallers +
                        '}'))),
      Valid(ReportPage(
          account, now,
          {.callers = callers, .ca_ends = ca_ends, .against = &against})));
}

TEST(QuestionsTest, ErrorsNameTheQuestionAndThePlace) {
  const struct {
    std::string question;
    std::string options;
    std::string message;
  } kCases[] = {
      {"decide", "{}",
       "expected a question (change, check, diff, explain, factors, forecast, "
       "map, plan, report, review), got `decide`"},
      {"Check", "{}", "got `Check`"},
      {"check", "[]", "check: $: expected an object, got an array"},
      {"check", "{} {}", "check: line 1, column 4: expected one object"},
      {"check", R"({"now":"2030-01-01"})",
       "check: $: expected the field `Now` spelt so, got `now`"},
      {"check", R"({"Now":"2030-01-01","Format":"text"})",
       "check: $: expected only the fields Now, MaxAccessKeyExpirationSeconds, "
       "RequireTrustedEnv, got `Format`"},
      {"check", R"({"Now":"2030-01-01","RequireTrustedEnv":1})",
       "check: $.RequireTrustedEnv: expected true or false, got 1"},
      {"check", R"({"Now":"2030-1-1"})", "check: $.Now: expected a date"},
      {"factors", R"({"ClientIp":"here"})", "factors: $.ClientIp: expected"},
      {"factors", R"({"ClientIp":7})",
       "factors: $.ClientIp: expected a string, got 7"},
      {"explain", R"({"Now":"2030-01-01"})",
       "explain: $.Request: expected an object, got nothing"},
      {"explain",
       R"({"Request":{"Service":"api","Method":"A"},"Now":"2030-01-01"})",
       "explain: $.Request.ClientIp: expected a string, got nothing"},
      {"explain", R"({"Request":{"Serivce":"api"},"Now":"2030-01-01"})",
       "explain: $.Request: expected only the fields"},
      {"change", R"({"Now":"2030-01-01","Call":"ReadVms","Request":{}})",
       "change: $: expected "},
      {"change", R"({"Now":"2030-01-01","Call":"DeleteCa","Request":[]})",
       "change: $: "},
      {"change", R"({"Call":"DeleteCa","Request":{"CaId":"ca-1"}})",
       "change: $.Now: expected a string, got nothing"},
      {"change",
       R"({"Now":"2030-01-01","Call":"CreateApiAccessRule","NewId":"aar-1",
           "Request":{"IpRanges":["10.0.0.0/8"]}})",
       "change: $: expected"},
      {"diff", R"({"After":{}})",
       "diff: $.Now: expected a string, got nothing"},
      {"diff", R"({"Now":"2030-01-01"})",
       "diff: $.After: $: expected an object, got "},
      {"diff", R"({"Now":"2030-01-01","After":{"ReadCas":[]}})",
       "diff: $.After: $: expected an answer of each of these calls"},
      {"map", R"({"Now":"2030-01-01"})", "map: $: expected only the fields"},
      {"plan", R"({"Now":"2030-01-01"})",
       "plan: $: expected one of Changes, Terraform and Activate"},
      {"plan", R"({"Now":"2030-01-01","Changes":[],"Activate":{}})",
       "plan: $: expected one of Changes, Terraform and Activate"},
      {"plan", R"({"Now":"2030-01-01","Changes":[{"Call":"DeleteCa"}]})",
       "plan: $.Changes: line 1: "},
      {"plan",
       R"({"Now":"2030-01-01","Changes":[
           {"Call":"CreateApiAccessRule","NewId":"aar-1",
            "Request":{"IpRanges":["10.0.0.0/8"]}}]})",
       "plan: $: step 1: expected"},
      {"plan", R"({"Now":"2030-01-01","Terraform":{}})", "plan: $.Terraform: "},
      {"plan", R"({"Now":"2030-01-01","Activate":{"caId":"ca-1"}})",
       "plan: $.Activate: expected the field `CaId` spelt so, got `caId`"},
      {"report", "{}", "report: $.Now: expected a string, got nothing"},
      {"report", R"({"Now":"2030-01-01","Against":{}})",
       "report: $.Against: $: expected an answer of each of these calls"},
      {"report", R"({"Now":"2030-01-01","CaEnds":{"ca-2":"2031-01-01"}})",
       "report: $: expected a CA of the account, got `ca-2`"},
      {"forecast", R"({"Now":"2030-01-01"})", "expected callers, got nobody"},
      {"forecast", R"({"Now":"2030-01-01","Callers":[{"Name":"x"}]})",
       "forecast: $.Callers: line 1: $.ClientIp: expected a string"},
      {"review", R"({"Now":"2030-01-01","OlderThanSeconds":-1})",
       "review: $: expected"},
      {"review", R"({"Now":"2030-01-01","CaEnds":{"ca-2":"2031-01-01"}})",
       "review: $.CaEnds: expected a CA of the account, got `ca-2`"},
      {"review", R"({"Now":"2030-01-01","CaEnds":{"ca-1":null}})",
       "review: $.CaEnds.ca-1: expected a string, got null"},
      {"review", R"({"Now":"2030-01-01","CaEnds":[]})",
       "review: $.CaEnds: expected an object, got an array"},
      {"review", R"({"Now":"2030-01-01","Acceptances":[{}]})",
       "review: $.Acceptances: line 1: $.Code: expected a string"},
      {"review", R"({"Now":"2030-01-01","Acceptances":{}})",
       "review: $.Acceptances: expected an array, got an object"},
  };
  for (const auto& c : kCases) {
    const auto answer = AskOneRule(c.question, c.options);
    ASSERT_FALSE(answer.ok()) << c.question << c.options;
    EXPECT_THAT(Message(answer.status()), HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace api_access
