#include "api_access/explanation.h"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "api_access/requirement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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
  EXPECT_EQ(explanation.decision.rule_index, 1U);
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
  const std::vector<Request> requests = {
      unsigned_request, Signed("ReadRegions"),
      Request{.method = FindMethod("oos", "GetObject"),
              .client_address = Ip("10.0.0.1"),
              .login = LoginKind::kAccessKey,
              .access_key_id = "KEY"}};
  for (const Request& request : requests) {
    const Explanation explanation = Explain(evaluator, request, kNow);
    ASSERT_EQ(explanation.rules.size(), 1U);
    EXPECT_EQ(explanation.rules[0].reason, Reason::kNotDecided);
    // An absent criterion is absent all the same.
    EXPECT_EQ(Criteria(explanation.rules[0]),
              "IpRange NotReached, Ca NotReached, Cn Absent");
  }
}

TEST(ExplanationTest, TellsWhatTheLoginIsGoodFor) {
  const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.7"})},
      {Key("KEY"), Key("TEMPORARY", kNow + seconds{1}), Key("OLD", kNow),
       Valid(AccessKey::Create({.id = "INACTIVE"})),
       Valid(AccessKey::Create({.id = "EIM",
                                .state = AccessKeyState::kActive,
                                .user_name = "alice"}))})));
  constexpr LoginKind kKey = LoginKind::kAccessKey;
  constexpr LoginKind kPassword = LoginKind::kPassword;
  struct Case {
    std::string service;
    std::string method;
    LoginKind login;
    std::string key;
    bool usable;
    std::string text;
  };
  for (const Case& c : std::vector<Case>{
           {"api", "ReadVms", LoginKind::kNone, "KEY", false, ""},
           {"api", "ReadVms", kKey, "KEY", true, "usable, it never expires"},
           {"api", "ReadRegions", kKey, "TEMPORARY", true,
            "usable until 2030-01-01T00:00:01.000+0000"},
           {"api", "ReadRegions", kKey, "unknown", false,
            "not one of the 5 access keys of the account"},
           {"api", "ReadVms", kKey, "INACTIVE", false, "INACTIVE"},
           {"api", "ReadVms", kKey, "OLD", false,
            "expired at 2030-01-01T00:00:00.000+0000"},
           {"icu", "ReadQuotas", kKey, "EIM", false,
            "of an EIM user, not accepted by this service"},
           {"api", "ReadVms", kPassword, "", false,
            "accepted for managing methods only"},
           {"api", "ReadAccessKeys", kPassword, "", true, "usable"},
           {"eim", "ListAccessKeys", kPassword, "", false,
            "not accepted by this service"},
           {"api", "ReadVms", static_cast<LoginKind>(9), "KEY", false, ""}}) {
    const Explanation explanation =
        Explain(evaluator,
                {.method = FindMethod(c.service, c.method),
                 .client_address = Ip("192.0.2.7"),
                 .login = c.login,
                 .access_key_id = c.key},
                kNow);
    EXPECT_EQ(explanation.login_usable, c.usable) << c.method << ' ' << c.key;
    EXPECT_EQ(explanation.login_text, c.text) << c.method << ' ' << c.key;
    EXPECT_EQ(explanation.login, c.login);
    const std::string line =
        std::string(ToString(c.login)) + (c.text.empty() ? "" : ", ") + c.text;
    EXPECT_THAT(ToString(explanation),
                testing::HasSubstr("\n  login     " + line + "\n"));
  }
  EXPECT_EQ(Explain(Evaluator(), Signed(), kNow).login_text,
            "not one of the 0 access keys of the account");
}

TEST(ExplanationTest, OfADefaultEvaluatorIsThatOfAnEmptyAccount) {
  const Evaluator empty =
      Valid(Evaluator::Compile(CompleteAccount(Policy(0, false), {}, {})));
  for (const char* method : {"ReadVms", "ReadAccessKeys"}) {
    EXPECT_EQ(ToString(Explain(Evaluator(), Signed(method), kNow)),
              ToString(Explain(empty, Signed(method), kNow)));
  }
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
           {"api", "ReadVms", "in the catalogue 1.41.0"},
           {"api", "BrandNew", "not in the catalogue 1.41.0"},
           {"icu", "", "not in the catalogue 1.41.0"},
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
  const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(
      {.ordinary = {{"api", "BrandNew"}, {"icu", "BrandNew"}}}));
  for (const char* service : {"api", "oapi", "icu"}) {
    EXPECT_EQ(ClassReason(catalogue.Find(service, "BrandNew")),
              "declared by the operator, not in the catalogue 1.41.0");
  }
}

struct RemedyCase {
  std::string what;
  std::vector<ApiAccessRule> rules;
  bool session;
  Request request;
  std::vector<std::string> texts;
};

// Applies each remedy: it is allowed, and changes what it says.
void CheckRemedies(const Evaluator& evaluator, const Request& request,
                   const Explanation& explanation) {
  for (const Remedy& remedy : explanation.remedies) {
    const Request applied = remedy.caller.For(request.method);
    EXPECT_TRUE(evaluator.Decide(applied, kNow).allowed()) << remedy.text;
    EXPECT_EQ(remedy.changes_login,
              applied.login != request.login ||
                  (request.login == LoginKind::kAccessKey &&
                   applied.access_key_id != request.access_key_id))
        << remedy.text;
    EXPECT_EQ(remedy.changes_address,
              applied.client_address != request.client_address)
        << remedy.text;
    const bool same_certificate =
        request.certificate == nullptr
            ? applied.certificate == nullptr
            : applied.certificate != nullptr &&
                  *applied.certificate == *request.certificate;
    EXPECT_EQ(remedy.changes_certificate, !same_certificate) << remedy.text;
  }
}

TEST(ExplanationTest, NamesTheSmallestChangesThatHelp) {
  const ClientCertificate other_cn = Certificate({"ca-9", "ca-2"}, "z");
  const ClientCertificate other_ca = Certificate({"ca-9"}, "b");
  const auto with = [](Request request, const ClientCertificate& certificate) {
    request.certificate = &certificate;
    return request;
  };
  const auto signed_with = [](const std::string& method, LoginKind login,
                              std::string_view key) {
    Request request = Signed(method);
    request.login = login;
    request.access_key_id = key;
    return request;
  };
  Request fcu_password = {.method = FindMethod("fcu", "ReadRegions"),
                          .client_address = Ip("192.0.2.7"),
                          .login = LoginKind::kPassword};
  Request fcu_public = fcu_password;
  fcu_public.method = FindMethod("fcu", "DescribeRegions");
  ASSERT_EQ(fcu_public.method.method_class(), MethodClass::kPublic);
  const std::vector<RemedyCase> cases = {
      {"a certificate",
       {Rule("r", {"192.0.2.7"}, {"ca-1", "ca-2"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1`"}},
      {"a certificate with a CN",
       {Rule("r", {}, {"ca-1"}, {"a", "b"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1` with CN `a`"}},
      {"the CA that fits is kept",
       {Rule("r", {}, {"ca-1", "ca-2"}, {"a", "b"})},
       false,
       with(Signed(), other_cn),
       {"present a certificate of CA `ca-2` with CN `a`"}},
      {"the CN that fits is kept",
       {Rule("r", {}, {"ca-1"}, {"a", "b"})},
       false,
       with(Signed(), other_ca),
       {"present a certificate of CA `ca-1` with CN `b`"}},
      {"an address",
       {Rule("r", {"198.51.100.0/24", "10.0.0.0/8"})},
       false,
       Signed(),
       {"call from one of 198.51.100.0/24, 10.0.0.0/8"}},
      {"no address of the other family",
       {Rule("r", {"::/0"}), Rule("s", {"2001:db8::7"}, {"ca-1"})},
       false,
       Signed(),
       {}},
      {"at most eight ranges",
       {Rule("r", {"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24",
                   "10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.7.0/24",
                   "10.0.8.0/24", "10.0.9.0/24"})},
       false,
       Signed(),
       {"call from one of 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, "
        "10.0.4.0/24, 10.0.5.0/24, 10.0.6.0/24, 10.0.7.0/24 and 2 more"}},
      {"no address that no client has",
       {Rule("r", {"0.0.0.0", "224.0.0.0/4", "255.255.255.255"}),
        Rule("s", {"0.0.0.0", "198.51.100.7"})},
       false,
       Signed(),
       {"call from 198.51.100.7/32"}},
      {"a move is needless where the certificate would do",
       {Rule("r", {"192.0.2.7"}, {"ca-1"}, {"a", "b"}),
        Rule("s", {"10.0.0.0/8"}, {"ca-1"}, {"b"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1` with CN `a`",
        "present a certificate of CA `ca-1` with CN `b`"}},
      {"both",
       {Rule("r", {"198.51.100.0/24"}, {"ca-1"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1`, call from 198.51.100.0/24"}},
      {"the session waives the certificate",
       {Rule("r", {"198.51.100.0/24"}, {"ca-1"})},
       true,
       Signed(),
       {"call from 198.51.100.0/24"}},
      {"one for each rule, those that ask for less first",
       {Rule("r", {"198.51.100.0/24"}, {"ca-1"}), Rule("s", {"10.0.0.0/8"}),
        Rule("t", {"192.0.2.0/24"}, {"ca-2"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-2`", "call from 10.0.0.0/8",
        "present a certificate of CA `ca-1`, call from 198.51.100.0/24"}},
      {"whoever has a CN also has none",
       {Rule("r", {}, {"ca-1"}, {"a"}), Rule("s", {}, {"ca-1"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1`"}},
      {"whoever has one CN may lack another",
       {Rule("r", {}, {"ca-1"}, {"a"}), Rule("s", {}, {"ca-1"}, {"b"})},
       false,
       Signed(),
       {"present a certificate of CA `ca-1` with CN `a`",
        "present a certificate of CA `ca-1` with CN `b`"}},
      {"whoever can call from a range may not from its first address",
       {Rule("r", {"10.0.0.0/32"}), Rule("s", {"10.0.0.0/8"}, {"ca-1"})},
       false,
       Signed(),
       {"call from 10.0.0.0/32",
        "present a certificate of CA `ca-1`, call from 10.0.0.0/8"}},
      {"the widest range, of the client's own family",
       {Rule("r", {"::/0", "10.0.0.0/32", "10.0.0.0/8"})},
       false,
       Signed(),
       {"call from one of 10.0.0.0/32, 10.0.0.0/8"}},
      {"a range inside another is needless",
       {Rule("r", {"10.1.0.0/16"}), Rule("s", {"10.0.0.0/8"}),
        Rule("t", {"11.0.0.0/8"})},
       false,
       Signed(),
       {"call from 10.0.0.0/8", "call from 11.0.0.0/8"}},
      {"a change more is needless",
       {Rule("r", {"10.0.0.0/8"}, {"ca-1"}), Rule("s", {"10.0.0.0/8"})},
       false,
       Signed(),
       {"call from 10.0.0.0/8"}},
      {"without login",
       {Rule("r", {"192.0.2.7"})},
       false,
       signed_with("ReadVms", LoginKind::kNone, ""),
       {"sign with access key `KEY`"}},
      {"with login/password for an ordinary method, under the session",
       {Rule("r", {"192.0.2.7"}, {"ca-1"})},
       true,
       signed_with("ReadVms", LoginKind::kPassword, ""),
       {"sign with access key `KEY` instead of login/password"}},
      {"with an unknown key, and without certificate",
       {Rule("r", {"192.0.2.7"}, {"ca-1"})},
       false,
       signed_with("ReadVms", LoginKind::kAccessKey, "unknown"),
       {"sign with access key `KEY` instead of `unknown`, present a "
        "certificate of CA `ca-1`"}},
      {"login/password on a service without it",
       {Rule("r", {"192.0.2.7"})},
       false,
       fcu_password,
       {"sign with access key `KEY` instead of login/password"}},
      {"login/password there, for a public method",
       {},
       false,
       fcu_public,
       {"use no login/password"}},
      {"exempt, without login",
       {},
       false,
       {.method = FindMethod("oos", "GetObject"),
        .client_address = Ip("192.0.2.7")},
       {"sign with access key `KEY`"}},
      {"no rules", {}, false, Signed(), {}},
  };
  for (const RemedyCase& c : cases) {
    const Evaluator evaluator = Compiled(c.rules, c.session);
    const Explanation explanation = Explain(evaluator, c.request, kNow);
    EXPECT_FALSE(explanation.decision.allowed()) << c.what;
    std::vector<std::string> texts;
    for (const Remedy& remedy : explanation.remedies) {
      texts.push_back(remedy.text);
    }
    EXPECT_EQ(texts, c.texts) << c.what;
    CheckRemedies(evaluator, c.request, explanation);
  }
}

TEST(ExplanationTest, WithoutAUsableKeyLoginAndPasswordHelpManagingMethods) {
  const Evaluator evaluator = Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false), {Rule("r", {"192.0.2.7"})},
                      {Valid(AccessKey::Create({.id = "INACTIVE"}))})));
  Request request = Signed("ReadAccessKeys");
  request.access_key_id = "INACTIVE";
  const Explanation explanation = Explain(evaluator, request, kNow);
  ASSERT_EQ(explanation.remedies.size(), 1U);
  EXPECT_EQ(explanation.remedies[0].text,
            "use login/password of the root user");
  CheckRemedies(evaluator, request, explanation);
  request.method = FindMethod("api", "ReadVms");
  EXPECT_TRUE(Explain(evaluator, request, kNow).remedies.empty());
  EXPECT_TRUE(Explain(Evaluator(), request, kNow).remedies.empty());
}

TEST(ExplanationTest, KeysOfTheRootUserAreNamedFirst) {
  const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.7"})},
      {Valid(AccessKey::Create({.id = "A",
                                .state = AccessKeyState::kActive,
                                .user_name = "alice"})),
       Key("C"), Key("B")})));
  Request request = Signed();
  request.access_key_id = "unknown";
  const Explanation explanation = Explain(evaluator, request, kNow);
  ASSERT_EQ(explanation.remedies.size(), 1U);
  EXPECT_EQ(explanation.remedies[0].caller.access_key_id, "B");
}

TEST(ExplanationTest, TextSaysWhyNothingHelps) {
  EXPECT_THAT(ToString(Explain(Compiled({}), Signed(), kNow)),
              testing::EndsWith("\n  required  nothing is enough from this "
                                "address\n  rules     0\n"
                                "  remedy    none: the account has no rules"));
  const Evaluator evaluator = Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false), {Rule("r", {"192.0.2.7"})}, {})));
  EXPECT_THAT(
      ToString(Explain(evaluator, Signed(), kNow)),
      testing::EndsWith("\n  rules     1, tried as if the access key were "
                        "usable\n    `r`  rule-matched           IpRange "
                        "satisfied by `192.0.2.7/32`  Ca not asked  Cn not "
                        "asked\n  remedy    "
                        "none: no access key of the account is usable"));
  EXPECT_THAT(ToString(Explain(Compiled({Rule("r", {"::/0", "0.0.0.0"})}),
                               Signed(), kNow)),
              testing::EndsWith("\n  remedy    none: no rule admits an address "
                                "of this family that a client may have"));
  // The rules have nothing to do with object storage.
  EXPECT_THAT(
      ToString(Explain(Evaluator(),
                       {.method = FindMethod("oos", "GetObject"),
                        .client_address = Ip("192.0.2.7"),
                        .login = LoginKind::kAccessKey,
                        .access_key_id = "KEY"},
                       kNow)),
      testing::EndsWith("\n  rules     0\n  remedy    none: no access key of "
                        "the account is usable"));
}

TEST(ExplanationTest, RemediesAreBounded) {
  std::vector<ApiAccessRule> rules;
  for (int i = 0; i < 5'000; ++i) {
    const std::string block =
        std::to_string(i / 250) + '.' + std::to_string(i % 250);
    rules.push_back(Rule("r" + std::to_string(i), {"10." + block + ".0/24"}));
  }
  const Evaluator evaluator = Compiled(rules);
  const Explanation explanation = Explain(evaluator, Signed(), kNow);
  ASSERT_EQ(explanation.remedies.size(), kMaxRemedies);
  // Equally much is asked for: in account order.
  EXPECT_EQ(explanation.remedies[0].text, "call from 10.0.0.0/24");
  EXPECT_EQ(explanation.remedies.back().text, "call from 10.0.7.0/24");
  CheckRemedies(evaluator, Signed(), explanation);
}

TEST(ExplanationTest, AnAllowNeedsNoRemedy) {
  EXPECT_TRUE(Explain(Compiled({Rule("r", {"192.0.2.7"})}), Signed(), kNow)
                  .remedies.empty());
}

TEST(ExplanationTest, ValuesOutOfRangeAreRefusedQuietly) {
  Explanation explanation =
      Explain(Compiled({Rule("r", {"192.0.2.7"})}), Signed(), kNow);
  EXPECT_EQ(explanation.rules[0].of(static_cast<Criterion>(7)),
            CriterionExplanation());
  // Somebody else's rule.
  explanation.decision.rule_index = 1;
  EXPECT_THAT(ToString(explanation),
              testing::StartsWith("Allow rule-matched\n"));
}

TEST(ExplanationTest, TextHasTheDecisiveLineFirstAndTheNearestRuleNext) {
  const Evaluator evaluator =
      Compiled({Rule("aar-far", {"10.0.0.0/8"}),
                Rule("aar-office", {"192.0.2.0/24"}, {"ca-1"})});
  const Explanation explanation = Explain(evaluator, Signed(), kNow);
  EXPECT_EQ(ToString(explanation),
            "Deny certificate-missing; missing Certificate\n"
            "  class     Ordinary, in the catalogue 1.41.0\n"
            "  login     AccessKey, usable, it never expires\n"
            "  session   deactivated\n"
            "  required  AccessKey+Certificate\n"
            "  rules     2\n"
            "    `aar-office`  certificate-missing    IpRange satisfied by "
            "`192.0.2.0/24`  Ca failed  Cn not asked\n"
            "    `aar-far`     source-ip-not-allowed  IpRange failed "
            "(10.0.0.0/8)  "
            "Ca not asked  Cn not asked\n"
            "  remedy    present a certificate of CA `ca-1`\n"
            "  remedy    call from 10.0.0.0/8");
  Request not_signed = Signed();
  not_signed.login = LoginKind::kNone;
  EXPECT_THAT(ToString(Explain(evaluator, not_signed, kNow)),
              testing::HasSubstr("\n  rules     2, not reached\n  remedy "));
  EXPECT_THAT(
      ToString(explanation, 1),
      testing::HasSubstr("Cn not asked\n    and 1 more, none nearer\n"));
  Request request = Signed();
  request.access_key_id = "TEMPORARY";
  EXPECT_THAT(
      ToString(Explain(Compiled({Rule("aar", {"192.0.2.7"})}), request, kNow)),
      testing::StartsWith("Allow rule-matched by `aar`; until "
                          "2030-01-01T00:00:01.000+0000\n"));
}

TEST(ExplanationTest, TriesTheRulesForAKeyThatIsNotUsable) {
  const Evaluator evaluator =
      Compiled({Rule("r", {"192.0.2.7"}, {"ca-1"}), Rule("s", {"10.0.0.0/8"})});
  Request request = Signed();
  const Explanation usable = Explain(evaluator, request, kNow);
  EXPECT_FALSE(usable.key_assumed_usable);
  request.access_key_id = "unknown";
  const Explanation unknown = Explain(evaluator, request, kNow);
  EXPECT_EQ(unknown.decision.reason, Reason::kUnknownAccessKey);
  EXPECT_TRUE(unknown.key_assumed_usable);
  EXPECT_EQ(unknown.rules, usable.rules);
  EXPECT_THAT(ToString(unknown),
              testing::HasSubstr("\n  rules     2, tried as if the access key "
                                 "were usable\n"));
  request.login = LoginKind::kNone;
  EXPECT_FALSE(Explain(evaluator, request, kNow).key_assumed_usable);
}

TEST(ExplanationTest, NamesUpToEightRangesOfARule) {
  Texts ranges;
  for (int i = 0; i < 9; ++i) {
    ranges.push_back("10.0." + std::to_string(i) + ".0/24");
  }
  const Explanation explanation =
      Explain(Compiled({Rule("r", ranges)}), Signed(), kNow);
  EXPECT_EQ(explanation.rules[0].ip_ranges.size(), kMaxExplainedRanges);
  EXPECT_EQ(explanation.rules[0].ip_range_count, 9U);
  EXPECT_THAT(ToString(explanation),
              testing::HasSubstr("IpRange failed (10.0.0.0/24, 10.0.1.0/24, "
                                 "10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24, "
                                 "10.0.5.0/24, 10.0.6.0/24, 10.0.7.0/24 and 1 "
                                 "more)"));
}

TEST(ExplanationTest, SaysWhichMethodMayBeMeant) {
  Request request = Signed("readvms");
  const Explanation explanation =
      Explain(Compiled({}), request, kNow, {.method_name = "readvms"});
  EXPECT_EQ(explanation.similar_method, "ReadVms");
  EXPECT_THAT(
      ToString(explanation),
      testing::HasSubstr("\n  class     Unlisted, not in the catalogue " +
                         std::string(kCatalogueVersion) +
                         "; did you mean ReadVms?\n"));
  EXPECT_EQ(Explain(Compiled({}), request, kNow).similar_method, "");
}

TEST(ExplanationTest, SaysThatTheCaPresentedIsListedUnderAnotherId) {
  const std::string sha1(40, 'a');
  const std::vector<Ca> cas = {
      Valid(Ca::Create({.id = "ca-1", .fingerprint = sha1})),
      Valid(Ca::Create({.id = "ca-2", .fingerprint = sha1})),
      Valid(Ca::Create({.id = "ca-3", .fingerprint = std::string(40, 'b')})),
      Valid(Ca::Create({.id = "ca-4"})),
      Valid(Ca::Create({.id = "ca-5"})),
      Valid(Ca::Create({.id = "ca-6", .fingerprint = std::string(40, 'c')})),
      Valid(Ca::Create({.id = "ca-7", .fingerprint = std::string(40, 'c')}))};
  const Evaluator evaluator = Compiled({Rule("r", {}, {"ca-1", "ca-3", "ca-5"}),
                                        Rule("s", {}, {"ca-1", "ca-6"})});
  const auto notes = [&](const Texts& ca_ids) {
    const ClientCertificate certificate = Certificate(ca_ids);
    Request request = Signed();
    request.certificate = &certificate;
    const Explanation explanation =
        Explain(evaluator, request, kNow, {.cas = cas});
    std::ostringstream out;
    out << explanation;
    for (const std::string& note : explanation.notes) {
      EXPECT_THAT(out.str(), HasSubstr("\n  note      " + note));
    }
    return explanation.notes;
  };
  const std::string note =
      "CA `ca-2` is the same certificate as CA `ca-1`, which API access rule "
      "`r` lists: the client is under both";
  EXPECT_EQ(notes({"ca-2"}), Texts{note});
  EXPECT_EQ(notes({"ca-4", "ca-9", "ca-2"}), Texts{note});
  EXPECT_EQ(notes({"ca-2", "ca-7"}),
            (Texts{note,
                   "CA `ca-7` is the same certificate as CA `ca-6`, which API "
                   "access rule `s` lists: the client is under both"}));
  // Allowed, or without a fingerprint.
  EXPECT_EQ(notes({"ca-1"}), Texts{});
  EXPECT_EQ(notes({"ca-1", "ca-2"}), Texts{});
  EXPECT_EQ(notes({"ca-4"}), Texts{});
}

TEST(ExplanationTest, TheContextOfARequestHasTheCasOfTheAccount) {
  Account::Fields fields = {.policy = Policy(0, false)};
  const Account unread = Valid(Account::Create(fields));
  EXPECT_TRUE(ExplanationContext::Of(unread, "ReadVms").cas.empty());
  fields.cas = {Valid(Ca::Create({.id = "ca-1"})),
                Valid(Ca::Create({.id = "ca-2"}))};
  const Account read = Valid(Account::Create(fields));
  const auto context = ExplanationContext::Of(read, "ReadVms");
  EXPECT_EQ(context.method_name, "ReadVms");
  EXPECT_THAT(context.cas, testing::ElementsAreArray(*read.cas()));
}

}  // namespace
}  // namespace api_access
