#include "api_access/explanation.h"

#include <optional>
#include <string>
#include <vector>

#include "api_access/required_factors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;

const Timestamp kNow = At("2030-01-01");

Evaluator Compiled(std::vector<ApiAccessRule> rules, bool session = false) {
  return Valid(Evaluator::Compile(
      CompleteAccount(Policy(3600, session), std::move(rules),
                      {Key("KEY"), Key("TEMPORARY", kNow + seconds{1}),
                       Valid(AccessKey::Create({.id = "INACTIVE"}))})));
}

Request Signed(const std::string& method = "ReadVms") {
  return {.method = FindMethod("api", method),
          .client_address = Ip("192.0.2.7"),
          .login = LoginKind::kAccessKey,
          .access_key_id = "KEY"};
}

// `IpRange Satisfied by 192.0.2.0/24, Ca Failed, Cn NotReached`.
std::string Criteria(const RuleExplanation& rule) {
  std::string text;
  for (const Criterion criterion : kAllCriteria) {
    const auto& [state, by] = rule.of(criterion);
    text += (text.empty() ? "" : ", ") + std::string(ToString(criterion)) +
            ' ' + std::string(ToString(state));
    if (by) text += " by " + *by;
  }
  return text;
}

TEST(ExplanationTest, EachCriterionHasAState) {
  const ClientCertificate certificate = Certificate({"ca-9", "ca-2"}, "b");
  const ClientCertificate no_ca = Certificate({}, "b");
  struct Case {
    ApiAccessRule rule;
    const ClientCertificate* certificate;
    bool session;
    Reason reason;
    std::string criteria;
  };
  const std::vector<Case> cases = {
      {Rule("r", {"10.0.0.0/8"}), nullptr, false, Reason::kSourceIpNotAllowed,
       "IpRange Failed, Ca Absent, Cn Absent"},
      {Rule("r", {"10.0.0.0/8"}, {"ca-1"}, {"a"}), &certificate, false,
       Reason::kSourceIpNotAllowed,
       "IpRange Failed, Ca NotReached, Cn NotReached"},
      {Rule("r", {"10.0.0.0/8"}, {"ca-1"}, {"a"}), &certificate, true,
       Reason::kSourceIpNotAllowed,
       "IpRange Failed, Ca NotReached, Cn NotReached"},
      {Rule("r", {"10.0.0.0/8", "192.0.2.0/24", "192.0.2.7"}), nullptr, false,
       Reason::kRuleMatched,
       "IpRange Satisfied by 192.0.2.0/24, Ca Absent, Cn Absent"},
      {Rule("r", {}, {"ca-1"}, {"a"}), nullptr, false,
       Reason::kCertificateMissing, "IpRange Absent, Ca Failed, Cn NotReached"},
      {Rule("r", {}, {"ca-1"}, {"a"}), &no_ca, false,
       Reason::kCertificateMissing, "IpRange Absent, Ca Failed, Cn NotReached"},
      {Rule("r", {}, {"ca-1"}), &certificate, false, Reason::kCaNotAllowed,
       "IpRange Absent, Ca Failed, Cn Absent"},
      {Rule("r", {}, {"ca-1", "ca-2", "ca-9"}, {"a"}), &certificate, false,
       Reason::kCnNotAllowed,
       "IpRange Absent, Ca Satisfied by ca-2, Cn Failed"},
      {Rule("r", {}, {"ca-1", "ca-9"}, {"a", "b"}), &certificate, false,
       Reason::kRuleMatched,
       "IpRange Absent, Ca Satisfied by ca-9, Cn Satisfied by b"},
      // Waived, also where what is presented fits.
      {Rule("r", {}, {"ca-1", "ca-9"}, {"a"}), &certificate, true,
       Reason::kRuleMatched, "IpRange Absent, Ca Waived, Cn Waived"},
      {Rule("r", {"192.0.2.7"}, {"ca-1"}), nullptr, true, Reason::kRuleMatched,
       "IpRange Satisfied by 192.0.2.7/32, Ca Waived, Cn Absent"},
  };
  for (const Case& c : cases) {
    Request request = Signed();
    request.certificate = c.certificate;
    const Explanation explanation =
        Explain(Compiled({c.rule}, c.session), request, kNow);
    ASSERT_EQ(explanation.rules.size(), 1U);
    EXPECT_EQ(Criteria(explanation.rules[0]), c.criteria);
    EXPECT_EQ(explanation.rules[0].reason, c.reason) << c.criteria;
    EXPECT_EQ(explanation.decision.reason, c.reason) << c.criteria;
    EXPECT_EQ(explanation.trusted_session, c.session);
  }
}

TEST(ExplanationTest, RulesAreTriedAlsoBehindAMatch) {
  const Explanation explanation =
      Explain(Compiled({Rule("a", {"10.0.0.0/8"}), Rule("b", {"192.0.2.7"}),
                        Rule("c", {"192.0.2.0/24"})}),
              Signed(), kNow);
  EXPECT_EQ(explanation.decision.rule, 1U);
  std::vector<std::string> texts;
  for (const RuleExplanation& rule : explanation.rules) {
    texts.push_back(rule.rule_id + ' ' + std::string(ToString(rule.reason)));
  }
  EXPECT_THAT(texts, ElementsAre("a source-ip-not-allowed", "b rule-matched",
                                 "c rule-matched"));
}

TEST(ExplanationTest, NoRuleIsReachedWhenTheGateDecides) {
  const Evaluator evaluator = Compiled({Rule("r", {"192.0.2.7"}, {"ca-1"})});
  Request unsigned_request = Signed();
  unsigned_request.login = LoginKind::kNone;
  for (const Request& request :
       {unsigned_request, Signed("ReadRegions"),
        Request{.method = FindMethod("oos", "GetObject"),
        .client_address = Ip("10.0.0.1"),
        .login = LoginKind::kAccessKey,
        .access_key_id = "KEY"}}) {
    const Explanation explanation = Explain(evaluator, request, kNow);
    ASSERT_EQ(explanation.rules.size(), 1U);
    EXPECT_EQ(explanation.rules[0].reason, Reason::kNotDecided);
    // An absent criterion is absent all the same.
    EXPECT_EQ(Criteria(explanation.rules[0]),
              "IpRange NotReached, Ca NotReached, Cn Absent");
  }
}

TEST(ExplanationTest, TellsWhatTheLoginIsGoodFor) {
  const Evaluator evaluator = Compiled({Rule("r", {"192.0.2.7"})});
  struct Case {
    std::string service;
    std::string method;
    LoginKind login;
    std::string key;
    bool usable;
  };
  for (const Case& c : std::vector<Case>{
           {"api", "ReadVms", LoginKind::kNone, "KEY", false},
           {"api", "ReadVms", LoginKind::kAccessKey, "KEY", true},
           {"api", "ReadRegions", LoginKind::kAccessKey, "KEY", true},
           {"api", "ReadRegions", LoginKind::kAccessKey, "unknown", false},
           {"api", "ReadVms", LoginKind::kAccessKey, "INACTIVE", false},
           {"api", "ReadVms", LoginKind::kPassword, "", false},
           {"api", "ReadAccessKeys", LoginKind::kPassword, "", true},
           {"eim", "ListAccessKeys", LoginKind::kPassword, "", false},
           {"api", "ReadVms", static_cast<LoginKind>(9), "KEY", false}}) {
    const Explanation explanation =
        Explain(evaluator,
                {.method = FindMethod(c.service, c.method),
                 .client_address = Ip("192.0.2.7"),
                 .login = c.login,
                 .access_key_id = c.key},
                kNow);
    EXPECT_EQ(explanation.login_usable, c.usable) << c.method << ' ' << c.key;
    EXPECT_EQ(explanation.login, c.login);
  }
  EXPECT_FALSE(Explain(Evaluator(), Signed(), kNow).login_usable);
}

TEST(ExplanationTest, TellsUntilWhenAnAllowHolds) {
  Request request = Signed();
  request.access_key_id = "TEMPORARY";
  const Evaluator evaluator = Compiled({Rule("r", {"192.0.2.7"})});
  EXPECT_EQ(Explain(evaluator, request, kNow).decision.valid_until,
            kNow + seconds{1});
  EXPECT_EQ(Explain(evaluator, request, kNow + seconds{1}).decision.reason,
            Reason::kAccessKeyExpired);
}

TEST(ExplanationTest, TellsWhatIsRequiredFromThere) {
  const Evaluator evaluator =
      Compiled({Rule("a", {"192.0.2.0/24"}, {"ca-1"}), Rule("b", {"::/0"})});
  EXPECT_EQ(Explain(evaluator, Signed(), kNow).required,
            FactorRequirement({{Factor::kAccessKey, Factor::kCertificate}}));
}

TEST(ExplanationTest, AnEmptyEvaluatorHasNoRules) {
  const Explanation explanation = Explain(Evaluator(), Signed(), kNow);
  EXPECT_EQ(explanation.decision, Evaluator().Decide(Signed(), kNow));
  EXPECT_TRUE(explanation.rules.empty());
  EXPECT_EQ(explanation.required, FactorRequirement());
}

TEST(ExplanationTest, TellsWhyAMethodHasItsClass) {
  struct Case {
    std::string service;
    std::string name;
    std::string reason;
  };
  for (const Case& c : std::vector<Case>{
           {"api", "ReadVms", "in the catalogue 1.40.1"},
           {"api", "BrandNew", "not in the catalogue 1.40.1"},
           {"icu", "", "not in the catalogue 1.40.1"},
           {"fcu", "BrandNew",
            "a well-formed name of a service without managing methods"},
           {"fcu", "brandNew", "a malformed name"},
           {"eim", "MyAccessKeys", "a name that contains accesskey, of eim"},
           {"eim", "accesskey", "a malformed name"},
           {"oos", "GetObject", "every method of object storage"},
           {"s3", "GetObject", "an unknown service"}}) {
    EXPECT_EQ(ClassReason(FindMethod(c.service, c.name)), c.reason)
        << c.service << ' ' << c.name;
  }
}

TEST(ExplanationTest, TextHasTheDecisiveLineFirstAndTheNearestRuleNext) {
  const Evaluator evaluator =
      Compiled({Rule("aar-far", {"10.0.0.0/8"}),
                Rule("aar-office", {"192.0.2.0/24"}, {"ca-1"})});
  const Explanation explanation = Explain(evaluator, Signed(), kNow);
  EXPECT_EQ(ToString(explanation),
            "Deny certificate-missing; missing Certificate\n"
            "  method    api ReadVms Ordinary, in the catalogue 1.40.1\n"
            "  login     AccessKey, usable\n"
            "  session   deactivated\n"
            "  required  AccessKey+Certificate\n"
            "  rules     2\n"
            "    `aar-office`  certificate-missing    IpRange Satisfied by "
            "`192.0.2.0/24`  Ca Failed  Cn Absent\n"
            "    `aar-far`     source-ip-not-allowed  IpRange Failed  "
            "Ca Absent  Cn Absent");
  EXPECT_THAT(ToString(explanation, 1),
              testing::EndsWith("Cn Absent\n    and 1 more, none nearer"));
  Request request = Signed();
  request.access_key_id = "TEMPORARY";
  EXPECT_THAT(
      ToString(Explain(Compiled({Rule("aar", {"192.0.2.7"})}), request, kNow)),
      testing::StartsWith("Allow rule-matched by `aar`; until "
                          "2030-01-01T00:00:01.000+0000\n"));
}

}  // namespace
}  // namespace api_access
