#include "api_access/evaluator.h"

#include <array>
#include <set>
#include <type_traits>
#include <utility>

#include "api_access/explanation.h"
#include "gtest/gtest.h"
#include "src/decide/compiled_account.h"
#include "tests/support.h"

namespace api_access {
namespace {

const Timestamp kNow = At("2030-01-01");

static_assert(noexcept(std::declval<const Evaluator&>().Decide(
    std::declval<const Request&>(), std::declval<Timestamp>())));
static_assert(std::is_nothrow_move_constructible_v<Evaluator>);

AccessKey EimKey(std::string id, AccessKeyState state,
                 std::optional<Timestamp> expiration) {
  return Valid(AccessKey::Create({.id = std::move(id),
                                  .state = state,
                                  .expiration = expiration,
                                  .user_name = "alice"}));
}

// One rule that anyone matches who is on 192.0.2.0/24.
Evaluator OpenEvaluator(bool session = false) {
  return Valid(Evaluator::Compile(CompleteAccount(
      Policy(3600, session), {Rule("aar-1", {"192.0.2.0/24"})},
      {Key("never"), Key("later", kNow + milliseconds{1}), Key("now", kNow),
       Valid(AccessKey::Create({.id = "inactive"})),
       Valid(AccessKey::Create({.id = "inactive-expired", .expiration = kNow})),
       EimKey("eim", AccessKeyState::kActive, kNow + milliseconds{1}),
       EimKey("eim-inactive", AccessKeyState::kInactive, std::nullopt),
       EimKey("eim-expired", AccessKeyState::kActive, kNow)})));
}

// A login: null for none, "*" for login/password, else an access key id.
Request MakeRequest(const char* service, const char* method,
                    const char* address, const char* login,
                    const ClientCertificate* certificate = nullptr) {
  Request request = {.method = FindMethod(service, method),
                     .client_address = Ip(address)};
  request.certificate = certificate;
  if (login == nullptr) return request;
  if (std::string_view(login) == "*") {
    request.login = LoginKind::kPassword;
  } else {
    request.login = LoginKind::kAccessKey;
    request.access_key_id = login;
  }
  return request;
}

// Everything that is asked before the rules, in order; then what the rules say.
TEST(EvaluatorTest, Gate) {
  constexpr const char* kPassword = "*";
  const struct {
    const char* service;
    const char* method;
    const char* login;
    Reason reason;
  } kCases[] = {
      // 1
      {"fcu", "RunInstances", kPassword, Reason::kLoginNotSupported},
      {"fcu", "DescribeRegions", kPassword, Reason::kLoginNotSupported},
      {"eim", "ListAccessKeys", kPassword, Reason::kLoginNotSupported},
      {"lbu", "X", kPassword, Reason::kLoginNotSupported},
      {"directlink", "X", kPassword, Reason::kLoginNotSupported},
      {"oos", "GetObject", kPassword, Reason::kLoginNotSupported},
      {"osu", "GetObject", kPassword, Reason::kLoginNotSupported},
      {"s3", "GetObject", kPassword, Reason::kLoginNotSupported},
      {"", "", kPassword, Reason::kLoginNotSupported},
      // 2
      {"api", "ReadRegions", nullptr, Reason::kPublic},
      {"oapi", "ReadRegions", nullptr, Reason::kPublic},
      {"api", "ReadRegions", kPassword, Reason::kPublic},
      {"api", "ReadRegions", "unknown", Reason::kPublic},
      {"api", "ReadRegions", "now", Reason::kPublic},
      {"icu", "AuthenticateAccount", "eim", Reason::kPublic},
      {"fcu", "DescribeRegions", nullptr, Reason::kPublic},
      // 3
      {"api", "ReadVms", nullptr, Reason::kNoCredential},
      {"api", "ReadCas", nullptr, Reason::kNoCredential},
      {"api", "Unknown", nullptr, Reason::kNoCredential},
      {"oos", "GetObject", nullptr, Reason::kNoCredential},
      {"s3", "GetObject", nullptr, Reason::kNoCredential},
      // 4
      {"api", "ReadVms", kPassword, Reason::kLoginNotAllowed},
      {"icu", "ReadQuotas", kPassword, Reason::kLoginNotAllowed},
      {"api", "Unknown", kPassword, Reason::kLoginNotAllowed},
      {"icu", "Unknown", kPassword, Reason::kLoginNotAllowed},
      // 5
      {"api", "ReadVms", "unknown", Reason::kUnknownAccessKey},
      {"api", "ReadVms", "", Reason::kUnknownAccessKey},
      {"api", "ReadVms", "neve", Reason::kUnknownAccessKey},
      {"api", "ReadVms", "neverr", Reason::kUnknownAccessKey},
      {"api", "ReadVms", "Never", Reason::kUnknownAccessKey},
      {"oos", "GetObject", "unknown", Reason::kUnknownAccessKey},
      {"api", "ReadVms", "inactive", Reason::kAccessKeyInactive},
      {"api", "ReadVms", "inactive-expired", Reason::kAccessKeyInactive},
      {"oos", "GetObject", "inactive", Reason::kAccessKeyInactive},
      {"icu", "ReadQuotas", "eim-inactive", Reason::kAccessKeyInactive},
      {"api", "ReadVms", "now", Reason::kAccessKeyExpired},
      {"api", "ReadCas", "now", Reason::kAccessKeyExpired},
      {"oos", "GetObject", "now", Reason::kAccessKeyExpired},
      {"icu", "ReadQuotas", "eim-expired", Reason::kAccessKeyExpired},
      {"icu", "ReadQuotas", "eim", Reason::kEimUserNotSupported},
      {"icu", "ListAccessKeys", "eim", Reason::kEimUserNotSupported},
      {"icu", "Unknown", "eim", Reason::kEimUserNotSupported},
      // 6
      {"oos", "GetObject", "never", Reason::kExempt},
      {"osu", "", "later", Reason::kExempt},
      {"oos", "GetObject", "eim", Reason::kExempt},
      // 7
      {"api", "ReadVms", "never", Reason::kRuleMatched},
      {"api", "ReadVms", "later", Reason::kRuleMatched},
      {"api", "ReadVms", "eim", Reason::kRuleMatched},
      {"api", "ReadCas", "never", Reason::kRuleMatched},
      {"api", "ReadCas", kPassword, Reason::kRuleMatched},
      {"icu", "ListAccessKeys", kPassword, Reason::kRuleMatched},
      {"icu", "ReadQuotas", "never", Reason::kRuleMatched},
      {"eim", "ListAccessKeys", "eim", Reason::kRuleMatched},
      {"fcu", "RunInstances", "eim", Reason::kRuleMatched},
      {"api", "Unknown", "never", Reason::kRuleMatched},
      {"s3", "GetObject", "never", Reason::kRuleMatched},
  };
  for (const bool session : {false, true}) {
    const Evaluator evaluator = OpenEvaluator(session);
    for (const auto& c : kCases) {
      const Decision decision = evaluator.Decide(
          MakeRequest(c.service, c.method, "192.0.2.7", c.login), kNow);
      EXPECT_EQ(decision.reason, c.reason)
          << c.service << ' ' << c.method << ' '
          << (c.login == nullptr ? "-" : c.login);
      EXPECT_EQ(decision.rule_index.has_value(),
                c.reason == Reason::kRuleMatched);
    }
  }
}

TEST(EvaluatorTest, KeyIsExpiredAtTheInstantOfItsExpiration) {
  const Evaluator evaluator = OpenEvaluator();
  const Request request = MakeRequest("api", "ReadVms", "192.0.2.7", "now");
  EXPECT_TRUE(evaluator.Decide(request, kNow - milliseconds{1}).allowed());
  EXPECT_FALSE(evaluator.Decide(request, kNow).allowed());
  EXPECT_TRUE(evaluator.Decide(request, Timestamp::min()).allowed());
  EXPECT_FALSE(evaluator.Decide(request, Timestamp::max()).allowed());
  EXPECT_TRUE(evaluator
                  .Decide(MakeRequest("api", "ReadVms", "192.0.2.7", "never"),
                          Timestamp::max())
                  .allowed());
}

TEST(EvaluatorTest, ValidUntilIsTheExpirationOfTheKeyThatWasUsed) {
  const Evaluator evaluator = OpenEvaluator();
  const auto valid_until = [&](const char* service, const char* method,
                               const char* address, const char* login) {
    return evaluator.Decide(MakeRequest(service, method, address, login), kNow)
        .valid_until;
  };
  const std::optional<Timestamp> until = kNow + milliseconds{1};
  EXPECT_EQ(valid_until("api", "ReadVms", "192.0.2.7", "later"), until);
  EXPECT_EQ(valid_until("oos", "GetObject", "203.0.113.7", "later"), until);
  EXPECT_EQ(valid_until("api", "ReadVms", "192.0.2.7", "never"), std::nullopt);
  EXPECT_EQ(valid_until("api", "ReadCas", "192.0.2.7", "*"), std::nullopt);
  EXPECT_EQ(valid_until("api", "ReadRegions", "192.0.2.7", "later"),
            std::nullopt);
  EXPECT_EQ(valid_until("api", "ReadVms", "203.0.113.7", "later"),
            std::nullopt);
}

// One rule, criterion by criterion.
TEST(EvaluatorTest, OneRule) {
  const ClientCertificate none = Certificate({});
  const ClientCertificate cn_only = Certificate({}, "a");
  const ClientCertificate ca1 = Certificate({"ca-1"});
  const ClientCertificate ca1_a = Certificate({"ca-1"}, "a");
  const ClientCertificate ca1_upper_a = Certificate({"ca-1"}, "A");
  const ClientCertificate ca1_nul =
      Certificate({"ca-1"}, std::string("a\0", 2));
  const ClientCertificate ca3_a = Certificate({"ca-3"}, "a");
  const ClientCertificate ca3_and_1 = Certificate({"ca-3", "ca-1"});
  const ClientCertificate ca0_and_3_b = Certificate({"ca-0", "ca-3"}, "b");
  const Texts ranges = {"192.0.2.0/24", "2001:db8::/32"};
  const Texts two_cas = {"ca-1", "ca-2"};
  const Texts two_cns = {"a", "b"};
  const struct {
    ApiAccessRule rule;
    const char* address;
    const ClientCertificate* certificate;
    Reason reason;
    Reason under_session;  // for an ordinary method with an access key
  } kCases[] = {
      {Rule("r", ranges), "192.0.2.7", nullptr, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", ranges), "::ffff:192.0.2.7", nullptr, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", ranges), "2001:db8::7", nullptr, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", ranges), "192.0.3.0", nullptr, Reason::kSourceIpNotAllowed,
       Reason::kSourceIpNotAllowed},
      {Rule("r", ranges), "192.0.3.0", &ca1_a, Reason::kSourceIpNotAllowed,
       Reason::kSourceIpNotAllowed},
      {Rule("r", ranges), "192.0.2.7", &ca3_a, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", {"::/0"}), "192.0.2.7", nullptr, Reason::kSourceIpNotAllowed,
       Reason::kSourceIpNotAllowed},
      {Rule("r", {}, two_cas), "192.0.2.7", nullptr,
       Reason::kCertificateMissing, Reason::kRuleMatched},
      {Rule("r", {}, two_cas), "192.0.2.7", &none, Reason::kCertificateMissing,
       Reason::kRuleMatched},
      {Rule("r", {}, two_cas), "192.0.2.7", &cn_only,
       Reason::kCertificateMissing, Reason::kRuleMatched},
      {Rule("r", {}, two_cas), "192.0.2.7", &ca1, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", {}, two_cas), "::7", &ca3_and_1, Reason::kRuleMatched,
       Reason::kRuleMatched},
      {Rule("r", {}, two_cas), "192.0.2.7", &ca3_a, Reason::kCaNotAllowed,
       Reason::kRuleMatched},
      {Rule("r", {}, {"ca-"}), "192.0.2.7", &ca1, Reason::kCaNotAllowed,
       Reason::kRuleMatched},
      {Rule("r", {}, {"CA-1"}), "192.0.2.7", &ca1, Reason::kCaNotAllowed,
       Reason::kRuleMatched},
      {Rule("r", ranges, two_cas), "192.0.3.0", &ca1,
       Reason::kSourceIpNotAllowed, Reason::kSourceIpNotAllowed},
      {Rule("r", {}, two_cas, two_cns), "192.0.2.7", &ca1_a,
       Reason::kRuleMatched, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, two_cns), "192.0.2.7", &ca1,
       Reason::kCnNotAllowed, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, two_cns), "192.0.2.7", &ca1_upper_a,
       Reason::kCnNotAllowed, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, two_cns), "192.0.2.7", &ca1_nul,
       Reason::kCnNotAllowed, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, {"*"}), "192.0.2.7", &ca1_a,
       Reason::kCnNotAllowed, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, {std::string("a\0", 2)}), "192.0.2.7", &ca1_nul,
       Reason::kRuleMatched, Reason::kRuleMatched},
      {Rule("r", {}, two_cas, two_cns), "192.0.2.7", &ca0_and_3_b,
       Reason::kCaNotAllowed, Reason::kRuleMatched},
      {Rule("r", ranges, two_cas, two_cns), "192.0.2.7", nullptr,
       Reason::kCertificateMissing, Reason::kRuleMatched},
  };
  std::size_t number = 0;
  for (const auto& c : kCases) {
    for (const bool session : {false, true}) {
      const Evaluator evaluator = Valid(Evaluator::Compile(
          CompleteAccount(Policy(3600, session), {c.rule}, {Key("K")})));
      const auto decide = [&](const char* method, const char* login) {
        return evaluator
            .Decide(MakeRequest("api", method, c.address, login, c.certificate),
                    kNow)
            .reason;
      };
      EXPECT_EQ(decide("ReadVms", "K"), session ? c.under_session : c.reason)
          << number;
      // No bypass for any other class, nor for login/password.
      EXPECT_EQ(decide("ReadCas", "K"), c.reason) << number;
      EXPECT_EQ(decide("ReadCas", "*"), c.reason) << number;
      EXPECT_EQ(decide("Unknown", "K"), c.reason) << number;
    }
    ++number;
  }
}

TEST(EvaluatorTest, NamesTheFirstMatchingRule) {
  const Evaluator evaluator = Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false),
                      {Rule("z", {"10.0.0.0/8"}), Rule("b", {"192.0.2.0/24"}),
                       Rule("a", {"192.0.2.0/25"}), Rule("c", {"0.0.0.0/0"})},
                      {Key("K")})));
  const auto rule_id = [&](const char* address) {
    return std::string(evaluator.RuleId(
        evaluator.Decide(MakeRequest("api", "ReadVms", address, "K"), kNow)));
  };
  EXPECT_EQ(rule_id("10.0.0.1"), "z");
  EXPECT_EQ(rule_id("192.0.2.7"), "b");
  EXPECT_EQ(rule_id("203.0.113.7"), "c");
  EXPECT_EQ(rule_id("::7"), "");
}

TEST(EvaluatorTest, RuleIdOfAForeignDecisionIsEmpty) {
  const auto compile = [](const Texts& ids, const std::string& range) {
    std::vector<ApiAccessRule> rules;
    for (const std::string& id : ids) rules.push_back(Rule(id, {range}));
    return Valid(Evaluator::Compile(
        CompleteAccount(Policy(0, false), std::move(rules), {Key("K")})));
  };
  const Request request = MakeRequest("api", "ReadVms", "192.0.2.7", "K");
  const Evaluator evaluator = compile({"a", "b"}, "192.0.2.0/24");
  const Decision decision = evaluator.Decide(request, kNow);
  EXPECT_EQ(evaluator.RuleId(decision), "a");
  EXPECT_EQ(Evaluator(evaluator).RuleId(decision), "a");
  EXPECT_EQ(evaluator.RuleId(Explain(evaluator, request, kNow).decision), "a");
  // The same ids, whatever the rules say.
  EXPECT_EQ(compile({"a", "b"}, "10.0.0.0/8").RuleId(decision), "a");
  // More ids, fewer, others, in another order, cut elsewhere.
  for (const Texts& ids : {Texts{"a", "b", "c"}, Texts{"a"}, Texts{},
                           Texts{"x", "b"}, Texts{"b", "a"}, Texts{"ab"}}) {
    EXPECT_EQ(compile(ids, "192.0.2.0/24").RuleId(decision), "");
  }
  EXPECT_EQ(
      compile({"ab", "c"}, "::/0")
          .RuleId(compile({"a", "bc"}, "0.0.0.0/0").Decide(request, kNow)),
      "");
  EXPECT_EQ(Evaluator().RuleId(decision), "");
  // One that nobody decided.
  EXPECT_EQ(evaluator.RuleId({.reason = Reason::kRuleMatched, .rule_index = 0}),
            "");
  EXPECT_EQ(
      Evaluator().RuleId({.reason = Reason::kRuleMatched, .rule_index = 0}),
      "");
}

// A decision is returned by value for each request.
static_assert(sizeof(Decision) == 32);

// Every subset of rules that miss in the four ways gives its
// nearest miss, in whatever order they stand.
TEST(EvaluatorTest, GivesTheNearestMiss) {
  const std::array<std::pair<Reason, ApiAccessRule>, 3> with_certificate = {{
      {Reason::kCnNotAllowed, Rule("cn", {}, {"ca-1"}, {"b"})},
      {Reason::kCaNotAllowed, Rule("ca", {}, {"ca-2"})},
      {Reason::kSourceIpNotAllowed, Rule("ip", {"10.0.0.0/8"})},
  }};
  const std::array<std::pair<Reason, ApiAccessRule>, 2> without_certificate = {{
      {Reason::kCertificateMissing, Rule("missing", {}, {"ca-1"}, {"a"})},
      {Reason::kSourceIpNotAllowed, Rule("ip", {"10.0.0.0/8"}, {"ca-1"})},
  }};
  const ClientCertificate certificate = Certificate({"ca-1"}, "a");
  const auto check = [&](const auto& misses,
                         const ClientCertificate* presented) {
    for (unsigned subset = 0; subset < 1U << misses.size(); ++subset) {
      std::vector<ApiAccessRule> rules;
      Reason nearest = Reason::kNoRules;
      for (std::size_t i = misses.size(); i-- > 0;) {
        if ((subset >> i & 1) == 0) continue;
        rules.push_back(misses[i].second);
        nearest = misses[i].first;
      }
      for (int order = 0; order < 2; ++order) {
        std::ranges::reverse(rules);
        const Evaluator evaluator = Valid(Evaluator::Compile(
            CompleteAccount(Policy(0, false), rules, {Key("K")})));
        const Decision decision = evaluator.Decide(
            MakeRequest("api", "ReadVms", "192.0.2.7", "K", presented), kNow);
        EXPECT_EQ(decision.reason, nearest) << subset;
        EXPECT_EQ(decision.rule_index, std::nullopt);
      }
    }
  };
  check(with_certificate, &certificate);
  check(without_certificate, nullptr);
}

TEST(EvaluatorTest, EveryReasonIsReached) {
  std::set<Reason> reached;
  const ClientCertificate certificate = Certificate({"ca-1"}, "a");
  const std::vector<std::vector<ApiAccessRule>> rule_sets = {
      {},
      {Rule("r", {"0.0.0.0/0"})},
      {Rule("r", {"::/0"})},
      {Rule("r", {}, {"ca-1"}, {"b"})},
      {Rule("r", {}, {"ca-2"})},
  };
  for (const auto& rules : rule_sets) {
    const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
        Policy(0, false), rules,
        {Key("K"), Key("expired", kNow),
         Valid(AccessKey::Create({.id = "inactive"})),
         EimKey("eim", AccessKeyState::kActive, std::nullopt)})));
    for (const char* service : {"api", "icu", "oos"}) {
      for (const char* method : {"ReadVms", "ReadQuotas", "ReadRegions"}) {
        for (const char* login : {static_cast<const char*>(nullptr), "*", "K",
                                  "expired", "inactive", "eim", "unknown"}) {
          for (const ClientCertificate* presented :
               {static_cast<const ClientCertificate*>(nullptr), &certificate}) {
            reached.insert(evaluator
                               .Decide(MakeRequest(service, method, "192.0.2.7",
                                                   login, presented),
                                       kNow)
                               .reason);
          }
        }
      }
    }
  }
  EXPECT_EQ(reached, std::set<Reason>(kAllReasons.begin(), kAllReasons.end()));
}

TEST(EvaluatorTest, FindsACaAmongManyThatArePresented) {
  // Nine are searched otherwise than eight.
  for (const int presented : {1, 8, 9, 100}) {
    Texts ids;
    for (int i = 0; i < presented; ++i) {
      ids.push_back("ca-" + std::to_string(2 * i));
    }
    const ClientCertificate certificate = Certificate(ids);
    const Request request =
        MakeRequest("api", "ReadVms", "192.0.2.7", "K", &certificate);
    for (int listed = -1; listed <= 2 * presented; ++listed) {
      const std::string id = "ca-" + std::to_string(listed);
      const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
          Policy(0, false), {Rule("r", {}, {"ca", id})}, {Key("K")})));
      EXPECT_EQ(evaluator.Decide(request, kNow).reason,
                std::ranges::count(ids, id) == 1 ? Reason::kRuleMatched
                                                 : Reason::kCaNotAllowed)
          << presented << ' ' << listed;
    }
  }
}

TEST(EvaluatorTest, CasPresentedTimesCasListedIsNotQuadratic) {
  // Comparing each of them with each would take minutes.
  constexpr int kIds = 30'000;
  Texts listed;
  Texts presented;
  for (int i = 0; i < kIds; ++i) {
    listed.push_back("listed-" + std::to_string(i));
    presented.push_back("presented-" + std::to_string(i));
  }
  const ClientCertificate certificate = Certificate(presented);
  const Request request =
      MakeRequest("api", "ReadVms", "192.0.2.7", "K", &certificate);
  const Evaluator evaluator = Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false), {Rule("r", {}, listed)}, {Key("K")})));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(evaluator.Decide(request, kNow).reason, Reason::kCaNotAllowed);
  }
}

TEST(EvaluatorTest, DefaultAndMovedFromHaveNoRulesAndNoKeys) {
  Evaluator moved_from = OpenEvaluator();
  const Evaluator copy = moved_from;
  const Evaluator target = std::move(moved_from);
  // The state is specified.
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  const Evaluator rest = moved_from;
  for (const Evaluator& evaluator : {Evaluator(), rest}) {
    const auto reason = [&](const char* method, const char* login) {
      return evaluator
          .Decide(MakeRequest("api", method, "192.0.2.7", login), kNow)
          .reason;
    };
    EXPECT_EQ(reason("ReadRegions", nullptr), Reason::kPublic);
    EXPECT_EQ(reason("ReadVms", "never"), Reason::kUnknownAccessKey);
    EXPECT_EQ(reason("ReadCas", "*"), Reason::kNoRules);
  }
  for (const Evaluator& evaluator : {copy, target}) {
    EXPECT_TRUE(
        evaluator
            .Decide(MakeRequest("api", "ReadVms", "192.0.2.7", "never"), kNow)
            .allowed());
  }
}

TEST(EvaluatorTest, KeepsNoReferenceToTheAccount) {
  Evaluator evaluator;
  {
    const Account account = CompleteAccount(
        Policy(0, false), {Rule(std::string(40, 'r'), {"0.0.0.0/0"})},
        {Key(std::string(40, 'k'))});
    evaluator = Valid(Evaluator::Compile(account));
  }
  const Decision decision = evaluator.Decide(
      MakeRequest("api", "ReadVms", "192.0.2.7", std::string(40, 'k').c_str()),
      kNow);
  EXPECT_EQ(evaluator.RuleId(decision), std::string(40, 'r'));
}

TEST(EvaluatorTest, ALoginOutOfRangeIsNone) {
  Request request = MakeRequest("api", "ReadVms", "192.0.2.7", "never");
  request.login = static_cast<LoginKind>(99);
  EXPECT_EQ(OpenEvaluator().Decide(request, kNow).reason,
            Reason::kNoCredential);
}

TEST(EvaluatorTest, KeysAreFoundByAllTheirBytes) {
  const Evaluator evaluator = Valid(Evaluator::Compile(
      CompleteAccount(Policy(0, false), {Rule("r", {"0.0.0.0/0"})},
                      {Key("b"), Key("a"), Key("ab"),
                       Key(std::string("a\0b", 3)), Key("\xff")})));
  Request request = MakeRequest("api", "ReadVms", "192.0.2.7", "");
  for (const auto& [id, is_known] :
       std::vector<std::pair<std::string, bool>>{{"a", true},
                                                 {"b", true},
                                                 {"ab", true},
                                                 {std::string("a\0b", 3), true},
                                                 {"\xff", true},
                                                 {std::string("a\0", 2), false},
                                                 {"c", false},
                                                 {"", false},
                                                 {"\xfe", false}}) {
    request.access_key_id = id;
    EXPECT_EQ(evaluator.Decide(request, kNow).allowed(), is_known) << id;
  }
}

TEST(EvaluatorTest, RefusesAnAccountThatIsTooLarge) {
  // 1 + 2 for the key, 1 + 1 + 1 + (1 + 4) + (1 + 1) for the rule.
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"10.0.0.0/8"}, {"ca-1"}, {"a"})},
      {Key("KK")});
  EXPECT_TRUE(internal::CheckSize(account, 13).ok());
  const absl::Status status = internal::CheckSize(account, 12);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Message(status),
            "expected at most 12 access keys, rules, items of criteria and "
            "bytes of ids and CNs together, got 13");
}

}  // namespace
}  // namespace api_access
