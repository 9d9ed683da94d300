// Explanations against the oracle, and remedies against brute force, over whole
// small worlds.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api_access/explanation.h"
#include "api_access/requirement.h"
#include "gtest/gtest.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr oracle::Milliseconds kNow = 1000;

int CountOf(const RuleExplanation& rule, CriterionState state) {
  return static_cast<int>(
      std::ranges::count(rule.criteria, state, &CriterionExplanation::state));
}

// What makes it a rule's explanation, whatever the request.
void CheckStates(const RuleExplanation& rule, const oracle::Rule& shape) {
  const std::array<const oracle::Strings*, 3> items = {&shape.ranges,
                                                       &shape.cas, &shape.cns};
  for (const Criterion criterion : kAllCriteria) {
    const auto& [state, by] = rule.of(criterion);
    const oracle::Strings& listed = *items[static_cast<std::size_t>(criterion)];
    ASSERT_EQ(state == CriterionState::kAbsent, listed.empty());
    ASSERT_EQ(by.has_value(), state == CriterionState::kSatisfied);
    if (by && criterion != Criterion::kIpRange) {
      ASSERT_NE(std::ranges::find(listed, *by), listed.end());
    }
  }
  switch (rule.reason) {
    case Reason::kNotDecided:
      ASSERT_EQ(CountOf(rule, CriterionState::kNotReached) +
                    CountOf(rule, CriterionState::kAbsent),
                3);
      return;
    case Reason::kRuleMatched:
      ASSERT_EQ(CountOf(rule, CriterionState::kNotReached) +
                    CountOf(rule, CriterionState::kFailed),
                0);
      return;
    case Reason::kSourceIpNotAllowed:
      ASSERT_EQ(rule.of(Criterion::kIpRange).state, CriterionState::kFailed);
      break;
    case Reason::kCnNotAllowed:
      ASSERT_EQ(rule.of(Criterion::kCn).state, CriterionState::kFailed);
      break;
    default:
      ASSERT_EQ(rule.of(Criterion::kCa).state, CriterionState::kFailed);
  }
  ASSERT_EQ(CountOf(rule, CriterionState::kFailed), 1);
}

bool SameLogin(const Request& a, const Request& b) {
  return a.login == b.login && (a.login != LoginKind::kAccessKey ||
                                a.access_key_id == b.access_key_id);
}
bool SameCertificate(const Request& a, const Request& b) {
  if (a.certificate == nullptr || b.certificate == nullptr) {
    return a.certificate == b.certificate;
  }
  return *a.certificate == *b.certificate;
}

// All requests for one method.
class MethodWorld {
 public:
  MethodWorld(const std::string& service, const std::string& method,
              const std::vector<oracle::Rule>& shapes) {
    for (const std::string ip :
         {"192.0.2.7", "::ffff:10.0.0.1", "203.0.113.1", "2001:db8::1"}) {
      for (const auto& [cas, cn] : kCertificates) {
        for (const auto& [login, key] : kLogins) {
          presented_.push_back({service, method, ip, login, key, cas, cn});
          built_.emplace_back(presented_.back());
        }
      }
    }
    for (const BuiltRequest& built : built_) requests_.push_back(built.Get());
    for (const bool bypass : {false, true}) {
      for (const oracle::Rule& shape : shapes) {
        std::vector<std::string> row;
        for (const oracle::Request& request : presented_) {
          row.push_back(oracle::TryRule(shape, request, bypass));
        }
        answers_[bypass ? 1U : 0U].push_back(std::move(row));
      }
    }
    for (const Request& from : requests_) {
      for (const Request& to : requests_) {
        changes_.push_back((SameLogin(from, to) ? 0 : 1) +
                           (SameCertificate(from, to) ? 0 : 1) +
                           (from.client_address == to.client_address ? 0 : 1));
      }
    }
  }

  struct Counts {
    std::uint64_t explanations = 0;
    std::uint64_t remedies = 0;
    std::uint64_t beyond_help = 0;
  };
  // Compares on an account of rules of these shapes.
  void Compare(const Evaluator& evaluator, bool session,
               const std::vector<oracle::Rule>& shapes,
               const std::vector<std::size_t>& chosen, Counts& counts) {
    std::vector<bool> allowed;
    for (const Request& request : requests_) {
      allowed.push_back(evaluator.Decide(request, Instant(kNow)).allowed());
    }
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const Explanation explanation =
          Explain(evaluator, requests_[i], Instant(kNow));
      ++counts.explanations;
      ASSERT_EQ(explanation.decision,
                evaluator.Decide(requests_[i], Instant(kNow)));
      const bool bypass = oracle::Bypasses({.require = session}, presented_[i]);
      // As information, rules are tried for a key that is not usable, too.
      ASSERT_EQ(explanation.key_assumed_usable,
                KeyIsNotUsable(explanation.decision.reason) &&
                    requests_[i].method.method_class() != MethodClass::kExempt);
      const bool rules_asked = RulesDecide(explanation.decision.reason) ||
                               explanation.key_assumed_usable;
      ASSERT_EQ(explanation.rules.size(), chosen.size());
      for (std::size_t rule = 0; rule < chosen.size(); ++rule) {
        const RuleExplanation& explained = explanation.rules[rule];
        ASSERT_EQ(ToString(explained.reason),
                  rules_asked ? answers_[bypass ? 1U : 0U][chosen[rule]][i]
                              : "not-decided");
        CheckStates(explained, shapes[chosen[rule]]);
      }
      CheckFactors(evaluator, explanation, requests_[i]);
      CheckRemedies(evaluator, explanation, i, allowed, counts);
      if (testing::Test::HasFatalFailure()) {
        ADD_FAILURE() << Describe(presented_[i]) << " session " << session
                      << '\n'
                      << explanation;
        return;
      }
    }
  }

 private:
  static bool KeyIsNotUsable(Reason reason) {
    return reason == Reason::kUnknownAccessKey ||
           reason == Reason::kAccessKeyInactive ||
           reason == Reason::kAccessKeyExpired ||
           reason == Reason::kEimUserNotSupported;
  }
  static bool RulesDecide(Reason reason) {
    return reason == Reason::kRuleMatched || reason == Reason::kCnNotAllowed ||
           reason == Reason::kCaNotAllowed ||
           reason == Reason::kCertificateMissing ||
           reason == Reason::kSourceIpNotAllowed || reason == Reason::kNoRules;
  }

  // T21: allowed when what is presented, and good for something, is enough.
  static void CheckFactors(const Evaluator& evaluator,
                           const Explanation& explanation,
                           const Request& request) {
    if (explanation.decision.reason == Reason::kLoginNotSupported) return;
    FactorSet presented;
    if (explanation.login_usable) {
      presented = {request.login == LoginKind::kPassword ? Factor::kPassword
                                                         : Factor::kAccessKey};
    }
    const auto accepted =
        AcceptedCertificates(evaluator, request.method, request.client_address);
    const ClientCertificate* certificate = request.certificate;
    const bool fits =
        certificate != nullptr &&
        std::ranges::any_of(accepted, [&](const AcceptedCertificate& one) {
          return std::ranges::any_of(certificate->ca_ids(),
                                     [&](const std::string& id) {
                                       return std::ranges::count(one.ca_ids,
                                                                 id) > 0;
                                     }) &&
                 (one.cns.empty() ||
                  (certificate->cn() &&
                   std::ranges::count(one.cns, *certificate->cn()) > 0));
        });
    if (fits) presented = presented | FactorSet{Factor::kCertificate};
    ASSERT_EQ(explanation.decision.allowed(),
              explanation.required.IsSatisfiedBy(presented));
  }

  // T16: each remedy helps and is what it says, no smaller change in the world
  // from an address of the same family helps, and without a remedy none does.
  void CheckRemedies(const Evaluator& evaluator, const Explanation& explanation,
                     std::size_t i, const std::vector<bool>& allowed,
                     Counts& counts) const {
    const Request& request = requests_[i];
    const auto& remedies = explanation.remedies;
    if (explanation.decision.allowed()) {
      ASSERT_TRUE(remedies.empty());
      return;
    }
    std::optional<int> smallest;
    for (std::size_t j = 0; j < requests_.size(); ++j) {
      if (requests_[j].client_address.is_v4() !=
          request.client_address.is_v4()) {
        continue;
      }
      const int changes = changes_[i * requests_.size() + j];
      if (allowed[j] && (!smallest || changes < *smallest)) smallest = changes;
    }
    if (remedies.empty()) {
      ++counts.beyond_help;
      ASSERT_FALSE(smallest);
      return;
    }
    ASSERT_LE(remedies.size(),
              std::max<std::size_t>(1, explanation.rules.size()));
    int last = 0;
    for (const Remedy& remedy : remedies) {
      const Request applied = remedy.caller.For(request.method);
      ASSERT_EQ(applied.client_address.is_v4(), request.client_address.is_v4());
      if (remedy.changes_certificate && remedy.changes_address) {
        // The move is needed.
        Request stays = applied;
        stays.client_address = request.client_address;
        ASSERT_FALSE(evaluator.Decide(stays, Instant(kNow)).allowed())
            << remedy.text;
      }
      ASSERT_TRUE(evaluator.Decide(applied, Instant(kNow)).allowed())
          << remedy.text;
      ASSERT_EQ(remedy.changes_login, !SameLogin(request, applied));
      ASSERT_EQ(remedy.changes_certificate, !SameCertificate(request, applied));
      ASSERT_EQ(remedy.changes_address,
                request.client_address != applied.client_address);
      const int changes = int{remedy.changes_login} +
                          int{remedy.changes_certificate} +
                          int{remedy.changes_address};
      ASSERT_GE(changes, last);
      if (last == 0 && smallest) {
        ASSERT_LE(changes, *smallest);
      }
      last = changes;
      ++counts.remedies;
    }
  }

  inline static const std::vector<std::pair<std::string, std::string>> kLogins =
      {{"", ""},
       {"Password", ""},
       {"AccessKey", "key"},
       {"AccessKey", "expired"},
       {"AccessKey", "eim"},
       {"AccessKey", "unknown"}};
  inline static const std::vector<
      std::pair<oracle::Strings, std::optional<std::string>>>
      kCertificates = {{{}, std::nullopt},       {{}, "x"},
                       {{"ca-a"}, std::nullopt}, {{"ca-b"}, "x"},
                       {{"ca-a", "ca-c"}, "y"},  {{"ca-c"}, "x"},
                       {{"ca-a", "ca-b"}, "z"}};

  std::vector<oracle::Request> presented_;
  std::vector<BuiltRequest> built_;
  std::vector<Request> requests_;
  std::array<std::vector<std::vector<std::string>>, 2> answers_;  // by bypass
  std::vector<int> changes_;  // by place of the one request and of the other
};

TEST(ExplanationWorldTest, T16AndT21OverAccountsOfUpToTwoRules) {
  std::vector<oracle::Strings> range_choices = {
      {}, {"192.0.2.0/24"}, {"10.0.0.0/8", "2001:db8::/32"}};
  if (SizeOfWorlds() == WorldSize::kWhole) {
    range_choices.insert(range_choices.end(),
                         {{"0.0.0.0/0"}, {"::/0"}, {"192.0.2.7", "::/0"}});
  }
  const std::vector<oracle::Rule> shapes =
      AllShapes(range_choices, {{}, {"ca-a"}, {"ca-b"}, {"ca-a", "ca-b"}},
                {{}, {"x"}, {"y", "x"}});
  std::vector<MethodWorld> methods;
  for (const auto& [service, method] :
       std::vector<std::pair<std::string, std::string>>{
           {"api", "ReadVms"},
           {"api", "ReadAccessKeys"},
           {"icu", "ReadQuotas"},
           {"api", "BrandNew"},
           {"eim", "ListAccessKeys"},
           {"fcu", "DescribeRegions"},
           {"oos", "GetObject"}}) {
    methods.emplace_back(service, method, shapes);
  }

  // One that is usable, and ones that are not, or not everywhere.
  const oracle::Key key = {"key", true, std::nullopt, ""};
  const oracle::Key expired = {"expired", true, kNow, ""};
  const oracle::Key of_eim_user = {"eim", true, kNow + 1, "alice"};
  MethodWorld::Counts counts;
  const auto compare = [&](const std::vector<std::size_t>& chosen,
                           const std::vector<oracle::Key>& keys) {
    for (const bool session : {false, true}) {
      oracle::Account account = {
          .max = 0, .require = session, .rules = {}, .keys = keys};
      for (const std::size_t shape : chosen) {
        account.rules.push_back(shapes[shape]);
        account.rules.back().id = "r" + std::to_string(account.rules.size());
      }
      const Evaluator evaluator = BuildEvaluator(account);
      for (MethodWorld& method : methods) {
        method.Compare(evaluator, session, shapes, chosen, counts);
        if (testing::Test::HasFailure()) {
          ADD_FAILURE() << Describe(account);
          return;
        }
      }
    }
  };
  const std::vector<std::vector<oracle::Key>> key_sets = {
      {}, {expired}, {of_eim_user}, {key, expired, of_eim_user}};
  Sample pairs(11);
  for (const auto& keys : key_sets) compare({}, keys);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (const auto& keys : key_sets) compare({i}, keys);
    for (std::size_t j = 0; j < shapes.size(); ++j) {
      if (pairs.Next()) compare({i, j}, key_sets.back());
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_TRUE(Covered("explanations", counts.explanations,
                      BySize<std::uint64_t>(460'000, 2'000'000, 8'000'000)));
  EXPECT_TRUE(Covered("remedies", counts.remedies,
                      BySize<std::uint64_t>(270'000, 1'500'000, 6'000'000)));
  EXPECT_TRUE(Covered("denials beyond help", counts.beyond_help, 50'000));
}

// Accounts that are large enough for the index: Decide asks it, Explain walks.
TEST(ExplanationWorldTest, T21OverRandomLargeAccounts) {
  Worlds worlds;
  std::uint64_t count = 0;
  for (int round = 0; round < BySize(20, 200, 2'000); ++round) {
    const oracle::Account account = worlds.DrawAccount(80);
    const Evaluator evaluator = BuildEvaluator(account);
    for (int i = 0; i < 100; ++i) {
      const BuiltRequest request(worlds.DrawRequest(account));
      const Timestamp now = Instant(worlds.DrawNow());
      const Explanation explanation = Explain(evaluator, request.Get(), now);
      ASSERT_EQ(explanation.decision, evaluator.Decide(request.Get(), now))
          << Describe(account) << '\n'
          << explanation;
      for (const Remedy& remedy : explanation.remedies) {
        ASSERT_TRUE(evaluator.Decide(remedy.caller.For(explanation.method), now)
                        .allowed())
            << Describe(account) << '\n'
            << explanation;
      }
      count += account.rules.size() > 20 ? 1 : 0;
    }
  }
  EXPECT_TRUE(Covered("explanations of large accounts", count,
                      BySize<std::uint64_t>(1'000, 10'000, 100'000)));
}

}  // namespace
}  // namespace api_access
