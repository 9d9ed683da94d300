#include "api_access/json/expectation.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

// A request with these fields besides.
std::string With(const std::string& more) {
  return R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",)" +
         more + "}";
}

TEST(ExpectationTest, ReadsEveryField) {
  const Expectation expectation = Valid(ParseExpectation(
      R"({"Name":"caf\u00e9","Expect":"Allow","Reason":"rule-matched","RuleId":"aar-1","Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1"],"Cn":"a"},"Now":"2030-01-01","Id":"7"})"));
  EXPECT_EQ(
      expectation,
      (Expectation{
          .line = Valid(ParseRequestLine(
              R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1"],"Cn":"a"},"Now":"2030-01-01","Id":"7"})")),
          .verdict = Verdict::kAllow,
          .reason = Reason::kRuleMatched,
          .rule_id = "aar-1",
          .name = "caf\u00e9"}));
}

TEST(ExpectationTest, AllButExpectMayBeAbsentOrNull) {
  for (const std::string more :
       {R"("Expect":"Deny")",
        R"("Expect":"Deny","Reason":null,"RuleId":null,"Name":null)"}) {
    EXPECT_EQ(
        Valid(ParseExpectation(With(more))),
        (Expectation{
            .line = Valid(ParseRequestLine(
                R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"})"))}));
  }
  EXPECT_EQ(Valid(ParseExpectation(With(R"("Expect":"Deny","Name":"")"))).name,
            "");
}

TEST(ExpectationTest, EveryReasonBelongsToOneVerdict) {
  for (const Reason reason : kAllReasons) {
    for (const Verdict verdict : kAllVerdicts) {
      const auto expectation = ParseExpectation(
          With(R"("Expect":")" + std::string(ToString(verdict)) +
               R"(","Reason":")" + std::string(ToString(reason)) + '"'));
      EXPECT_EQ(expectation.ok(), VerdictOf(reason) == verdict) << reason;
      if (!expectation.ok()) continue;
      EXPECT_EQ(expectation->reason, reason);
    }
  }
}

TEST(ExpectationTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    std::string line;
    const char* message;
  } kCases[] = {
      {With(R"("Id":"7")"), "$.Expect: expected a string, got nothing"},
      {With(R"("Expect":null)"), "$.Expect: expected a string, got null"},
      {With(R"("Expect":true)"), "$.Expect: expected a string, got true"},
      {With(R"("Expect":"allow")"),
       "$.Expect: expected one of Deny, Allow, got `allow`"},
      {With(R"("Expect":"Deny","Reason":"")"), "$.Reason: expected "},
      {With(R"("Expect":"Deny","Reason":"not-decided")"),
       "$.Reason: expected "},
      {With(R"("Expect":"Deny","Reason":["public"])"),
       "$.Reason: expected a string, got an array"},
      {With(R"("Expect":"Deny","Reason":"rule-matched")"),
       "$.Reason: expected a reason of Deny, got `rule-matched`"},
      {With(R"("Expect":"Allow","Reason":"no-rules")"),
       "$.Reason: expected a reason of Allow, got `no-rules`"},
      {With(R"("Expect":"Deny","RuleId":"aar-1")"),
       "$.RuleId: expected it together with Expect Allow only"},
      {With(R"("Expect":"Allow","Reason":"public","RuleId":"aar-1")"),
       "$.RuleId: expected it together with Reason rule-matched only"},
      {With(R"("Expect":"Allow","RuleId":"")"),
       "$.RuleId: expected a string that is not empty, got an empty one"},
      {With(R"("Expect":"Allow","RuleId":7)"),
       "$.RuleId: expected a string, got 7"},
      {With(R"("Expect":"Allow","Name":7)"),
       "$.Name: expected a string, got 7"},
      {With(R"("Expect":"Allow","Verdict":"Allow")"),
       "$: expected only the fields Service, Method, ClientIp, Login, "
       "AccessKeyId, Certificate, Now, Id, Expect, Reason, RuleId, Name, got "
       "`Verdict`"},
      {With(R"("expect":"Allow")"),
       "$: expected the field `Expect` spelt so, got `expect`"},
      {With(R"("Expect":"Allow","rule_id":"aar-1")"),
       "$: expected the field `RuleId` spelt so, got `rule_id`"},
      {With(R"("Expect":"Allow","Expect":"Allow")"),
       "$.Expect: expected each key once"},
      // What a request line refuses.
      {R"({"Service":"api","Method":"ReadVms","Expect":"Deny"})",
       "$.ClientIp: expected a string, got nothing"},
      {With(R"("Expect":"Deny","AccessKeyId":"K")"),
       "$.AccessKeyId: expected it together with Login AccessKey only"},
      {With(R"("Expect":"Deny","Now":"soon")"), "$.Now: expected a date"},
      {"", "expected one line of JSON, it is empty"},
      {"{} {}", "column 4: expected one object on a line, got more after it"},
  };
  for (const auto& c : kCases) {
    const auto expectation = ParseExpectation(c.line);
    EXPECT_EQ(expectation.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(expectation.status()), testing::StartsWith(c.message))
        << c.line;
  }
}

TEST(ExpectationTest, HoldsWhereAllThatIsExpectedIsSo) {
  const Decision by_rule = {.reason = Reason::kRuleMatched, .rule_index = 0};
  const Decision is_public = {.reason = Reason::kPublic};
  const Decision denied = {.reason = Reason::kCnNotAllowed};
  const struct {
    std::string expected;
    bool of_rule_1, of_rule_2, of_public, of_denied;
  } kCases[] = {
      {R"("Expect":"Allow")", true, true, true, false},
      {R"("Expect":"Allow","Reason":"rule-matched")", true, true, false, false},
      {R"("Expect":"Allow","Reason":"public")", false, false, true, false},
      {R"("Expect":"Allow","RuleId":"aar-1")", true, false, false, false},
      {R"("Expect":"Allow","Reason":"rule-matched","RuleId":"aar-2")", false,
       true, false, false},
      {R"("Expect":"Deny")", false, false, false, true},
      {R"("Expect":"Deny","Reason":"cn-not-allowed")", false, false, false,
       true},
      {R"("Expect":"Deny","Reason":"ca-not-allowed")", false, false, false,
       false},
  };
  for (const auto& c : kCases) {
    const Expectation expected = Valid(ParseExpectation(With(c.expected)));
    EXPECT_EQ(expected.HoldsFor(by_rule, "aar-1"), c.of_rule_1) << c.expected;
    EXPECT_EQ(expected.HoldsFor(by_rule, "aar-2"), c.of_rule_2) << c.expected;
    EXPECT_EQ(expected.HoldsFor(is_public, ""), c.of_public) << c.expected;
    EXPECT_EQ(expected.HoldsFor(denied, ""), c.of_denied) << c.expected;
    const JudgedExpectation judged = {
        .expectation = expected, .decision = by_rule, .rule_id = "aar-1"};
    EXPECT_EQ(judged.held(), c.of_rule_1) << c.expected;
  }
}

TEST(ExpectationTest, SaysWhatIsExpected) {
  const auto text = [](const std::string& more) {
    return ToString(Valid(ParseExpectation(With(more))));
  };
  EXPECT_EQ(text(R"("Expect":"Deny")"), "Deny");
  EXPECT_EQ(text(R"("Expect":"Deny","Reason":"no-rules")"), "Deny no-rules");
  EXPECT_EQ(text(R"("Expect":"Allow","RuleId":"a\nb")"), "Allow by `a\\x0ab`");
  EXPECT_EQ(text(R"("Expect":"Allow","Reason":"rule-matched","RuleId":"a")"),
            "Allow rule-matched by `a`");
}

}  // namespace
}  // namespace api_access
