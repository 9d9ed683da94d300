// The library against the oracle, over whole small worlds and random large
// ones.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api_access/explanation.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "api_access/review.h"
#include "gtest/gtest.h"
#include "src/decide/compiled_account.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(OracleTest, Gate) {
  std::uint64_t count = 0;
  for (const auto& [account, requests] : GateWorlds()) {
    const Evaluator evaluator = BuildEvaluator(account);
    for (const oracle::Request& request : requests) {
      const BuiltRequest built(request);
      for (const oracle::Milliseconds now : {0, 1, 2}) {
        ASSERT_EQ(Text(evaluator.Decide(built.Get(), Instant(now))),
                  Text(oracle::Decide(account, request, now)))
            << Describe(account) << '\n'
            << Describe(request) << " at " << now;
        ++count;
      }
    }
    for (const std::string& service : AllServices()) {
      for (const std::string& method : SampleMethods()) {
        ASSERT_EQ(
            Text(RequiredFactors(evaluator, FindMethod(service, method),
                                 Ip("192.0.2.7"))),
            Text(oracle::ExactFactors(account, service, method, "192.0.2.7")))
            << service << ' ' << method;
      }
    }
  }
  EXPECT_TRUE(Covered("gate", count, 90'000));
}

// What the rules of a small world say to what is presented to them. The oracle
// answers for each rule, and for each combination of answers, once.
class SmallWorld {
 public:
  explicit SmallWorld(const std::vector<oracle::Rule>& shapes) {
    for (const std::string& ip : kAddresses) {
      for (const auto& [cas, cn] : kCertificates) {
        for (const std::string& method : kMethods) {
          presented_.push_back(
              {"api", method, ip, "AccessKey", "key", cas, cn});
          built_.emplace_back(presented_.back());
          bypasses_under_session_.push_back(
              oracle::Bypasses({.require = true}, presented_.back()));
        }
      }
    }
    for (const BuiltRequest& built : built_) requests_.push_back(built.Get());
    for (const std::size_t bypass : {0U, 1U}) {
      for (const oracle::Rule& shape : shapes) {
        std::vector<int> row;
        for (const oracle::Request& request : presented_) {
          row.push_back(IndexOf(oracle::TryRule(shape, request, bypass == 1)));
        }
        answers_[bypass].push_back(std::move(row));
      }
    }
  }

  // Compares all requests on an account of these shapes, compiled as given;
  // returns how many.
  std::uint64_t Compare(const internal::CompiledAccount& compiled, bool session,
                        const std::vector<std::size_t>& shapes) {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const bool bypass = session && bypasses_under_session_[i];
      int key = 0;
      for (const std::size_t shape : shapes) {
        key = key * 8 + 1 + answers_[bypass ? 1U : 0U][shape][i];
      }
      const oracle::Decision& expected = Combined(key, shapes.size());
      const Decision decision =
          internal::Decide(compiled, requests_[i], Timestamp());
      // The key has no expiration.
      if (ToString(decision.reason) != expected.reason ||
          ToString(decision.verdict()) != expected.verdict ||
          decision.rule_index.has_value() != expected.rule.has_value() ||
          decision.rule_index.value_or(0) != expected.rule.value_or(0) ||
          MissingFactors(decision.reason).Contains(Factor::kCertificate) !=
              expected.missing.contains("Certificate") ||
          decision.valid_until) {
        ADD_FAILURE() << Text(decision) << " instead of " << Text(expected)
                      << " for " << Describe(presented_[i]) << " session "
                      << session;
        return 0;
      }
    }
    return requests_.size();
  }

  // T16 and T21: explains all requests on an account; returns how many. Each
  // remedy helps, and where there is none no request for the method from an
  // address of the same family is allowed.
  std::uint64_t CompareExplanations(const Evaluator& evaluator) {
    std::map<std::pair<Method, bool>, bool> is_ever_allowed;
    const auto kind = [](const Request& request) {
      return std::pair(request.method, request.client_address.is_v4());
    };
    std::vector<Decision> decisions;
    for (const Request& request : requests_) {
      decisions.push_back(evaluator.Decide(request, Timestamp()));
      is_ever_allowed[kind(request)] |= decisions.back().allowed();
    }
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const Explanation explanation =
          Explain(evaluator, requests_[i], Timestamp());
      bool is_right = explanation.decision == decisions[i];
      for (const Remedy& remedy : explanation.remedies) {
        is_right &=
            evaluator
                .Decide(remedy.caller.For(requests_[i].method), Timestamp())
                .allowed();
      }
      if (explanation.remedies.empty()) {
        is_right &=
            decisions[i].allowed() || !is_ever_allowed[kind(requests_[i])];
      } else {
        is_right &= !decisions[i].allowed();
      }
      if (!is_right) {
        ADD_FAILURE() << Text(decisions[i]) << " for "
                      << Describe(presented_[i]) << '\n'
                      << explanation;
        return 0;
      }
    }
    return requests_.size();
  }

 private:
  static int IndexOf(const std::string& answer) {
    for (std::size_t i = 0; i < kAnswers.size(); ++i) {
      if (kAnswers[i] == answer) return static_cast<int>(i);
    }
    ADD_FAILURE() << answer;
    return 0;
  }

  // The oracle's word on answers in a row, found out once.
  const oracle::Decision& Combined(int key, std::size_t rules) {
    const auto [place, is_new] = combined_.try_emplace(key);
    if (is_new) {
      oracle::Strings answers(rules);
      for (std::size_t i = rules; i-- > 0; key /= 8) {
        answers[i] = kAnswers[static_cast<std::size_t>(key % 8 - 1)];
      }
      place->second = oracle::Combine(answers);
    }
    return place->second;
  }

  inline static const std::vector<std::string> kAnswers = {
      "rule-matched", "cn-not-allowed", "ca-not-allowed", "certificate-missing",
      "source-ip-not-allowed"};
  // Ordinary, managing and unlisted.
  inline static const std::vector<std::string> kMethods = {
      "ReadVms", "ReadAccessKeys", "BrandNew"};
  // Both sides of every boundary of the ranges.
  inline static const std::vector<std::string> kAddresses = {
      "0.0.0.0",
      "127.255.255.255",
      "128.0.0.0",
      "192.0.1.255",
      "192.0.2.0",
      "192.0.2.6",
      "192.0.2.7",
      "192.0.2.8",
      "192.0.2.127",
      "192.0.2.128",
      "192.0.2.255",
      "192.0.3.0",
      "255.255.255.255",
      "::ffff:192.0.2.7",
      "::",
      "::fffd:ffff:ffff",
      "::fffe:0:0",
      "::fffe:c000:207",
      "::1:0:0:0",
      "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
      "2001:db8::",
      "2001:db8::6",
      "2001:db8::7",
      "2001:db8::8",
      "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
      "2001:db9::",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  inline static const std::vector<
      std::pair<oracle::Strings, std::optional<std::string>>>
      kCertificates = {
          {{}, std::nullopt},       {{}, "x"},
          {{"ca-a"}, std::nullopt}, {{"ca-b"}, std::nullopt},
          {{"ca-c"}, std::nullopt}, {{"ca-a", "ca-c"}, std::nullopt},
          {{"ca-c", "ca-b"}, "y"},  {{"ca-a"}, "x"},
          {{"ca-a"}, "y"},          {{"ca-a"}, "z"},
          {{"ca-c"}, "x"},          {{"ca-a", "ca-b"}, "X"}};

  std::vector<oracle::Request> presented_;
  std::vector<bool> bypasses_under_session_;
  std::vector<BuiltRequest> built_;
  std::vector<Request> requests_;
  std::array<std::vector<std::vector<int>>, 2> answers_;  // by bypass, shape
  std::map<int, oracle::Decision> combined_;
};

// Steps 7 and 8: every account of up to two rules.
TEST(OracleTest, RulesOfSmallWorlds) {
  const oracle::Strings ranges = {"0.0.0.0/0",      "0.0.0.0/1",
                                  "128.0.0.0/1",    "192.0.2.0/24",
                                  "192.0.2.128/25", "192.0.2.7",
                                  "::/0",           "2001:db8::/32",
                                  "2001:db8::7",    "::ffff:192.0.2.0/120",
                                  "::ffff:0:0/95"};
  const bool is_whole = SizeOfWorlds() == WorldSize::kWhole;
  std::vector<oracle::Strings> choices = {{}};
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    choices.push_back({ranges[i]});
    for (std::size_t j = i + 1; is_whole && j < ranges.size(); ++j) {
      choices.push_back({ranges[i], ranges[j]});
    }
  }
  if (!is_whole) {
    // Halves, nested, disjoint and of both families.
    choices.insert(choices.end(), {{"0.0.0.0/1", "128.0.0.0/1"},
                                   {"192.0.2.0/24", "192.0.2.7"},
                                   {"192.0.2.7", "2001:db8::7"},
                                   {"192.0.2.128/25", "::ffff:0:0/95"}});
  }
  const std::vector<oracle::Rule> shapes =
      AllShapes(choices, {{}, {"ca-a"}, {"ca-b"}, {"ca-a", "ca-b"}},
                {{}, {"x"}, {"y"}, {"x", "y"}});
  std::cout << shapes.size() << (is_whole ? " shapes, all" : " shapes, reduced")
            << ": CAs and CNs as they may be, and the ranges";
  for (const oracle::Strings& choice : choices) {
    std::cout << " [";
    for (const std::string& range : choice) std::cout << ' ' << range;
    std::cout << " ]";
  }
  std::cout << '\n';

  std::vector<ApiAccessRule> first;
  std::vector<ApiAccessRule> second;
  for (oracle::Rule shape : shapes) {
    shape.id = "first";
    first.push_back(Build(shape));
    shape.id = "second";
    second.push_back(Build(shape));
  }
  SmallWorld world(shapes);
  std::uint64_t count = 0;
  std::uint64_t explained = 0;
  Sample singles(5);
  Sample pairs(11);
  const auto compare = [&](const std::vector<ApiAccessRule>& rules,
                           const std::vector<std::size_t>& numbers) {
    for (const bool session : {false, true}) {
      const Account account =
          CompleteAccount(Policy(0, session), rules, {Key("key")});
      // As an evaluator has it, and with the index that it has on large ones.
      count += world.Compare(*internal::Compile(account), session, numbers);
      count += world.Compare(*internal::Compile(account, 0), session, numbers);
      // Of two rules every so many, each rule beside many others.
      if (numbers.size() < 2 ? singles.Next()
                             : (numbers[0] + 5 * numbers[1]) % 37 == 0) {
        explained +=
            world.CompareExplanations(Valid(Evaluator::Compile(account)));
      }
      if (testing::Test::HasFailure()) {
        for (const std::size_t number : numbers) {
          ADD_FAILURE() << Describe(
              {0, session, {shapes[number]}, {}, true, {}});
        }
        return;
      }
    }
  };
  compare({}, {});
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    compare({first[i]}, {i});
    for (std::size_t j = 0; j < shapes.size(); ++j) {
      if (pairs.Next()) compare({first[i], second[j]}, {i, j});
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_TRUE(Covered("explanations of small worlds", explained,
                      BySize<std::uint64_t>(200'000, 2'000'000, 15'000'000)));
  EXPECT_TRUE(
      Covered("rules of small worlds", count,
              BySize<std::uint64_t>(15'000'000, 160'000'000, 2'000'000'000)));
}

TEST(OracleTest, RandomLargeWorlds) {
  Worlds worlds;
  std::uint64_t count = 0;
  std::map<std::string, std::uint64_t> reasons;
  for (int i = 0; i < BySize(50, 500, 5'000); ++i) {
    const oracle::Account account = worlds.DrawAccount(i % 10 == 0 ? 200 : 6);
    const Evaluator evaluator = BuildEvaluator(account);
    for (int j = 0; j < 200; ++j) {
      const oracle::Request request = worlds.DrawRequest(account);
      const oracle::Milliseconds now = worlds.DrawNow();
      const oracle::Decision expected = oracle::Decide(account, request, now);
      ASSERT_EQ(Text(Decide(evaluator, request, now)), Text(expected))
          << Describe(account) << '\n'
          << Describe(request) << " at " << now;
      ASSERT_EQ(Text(RequiredFactors(
                    evaluator, FindMethod(request.service, request.method),
                    Ip(request.ip))),
                Text(oracle::ExactFactors(account, request.service,
                                          request.method, request.ip)))
          << Describe(account) << '\n'
          << Describe(request);
      ++count;
      ++reasons[expected.reason];
    }
  }
  EXPECT_EQ(reasons.size(), kAllReasons.size());
  EXPECT_GT(reasons["rule-matched"], count / 10);
  EXPECT_TRUE(Covered("random large worlds", count,
                      BySize<std::uint64_t>(10'000, 100'000, 1'000'000)));
}

TEST(OracleTest, DocumentedFactors) {
  const std::map<std::string, CertificateDemand> demands = {
      {"no-rules", CertificateDemand::kNoRules},
      {"asked", CertificateDemand::kAsked},
      {"not-asked", CertificateDemand::kNotAsked}};
  std::uint64_t count = 0;
  for (const std::string& service : AllServices()) {
    for (const std::string& name : SampleMethods()) {
      const Method method = FindMethod(service, name);
      for (const auto& [text, demand] : demands) {
        for (const bool session : {false, true}) {
          ASSERT_EQ(
              Text(RequiredFactors(method.method_class(), method.service(),
                                   session, demand)),
              Text(oracle::DocumentedFactors(oracle::ClassOf(service, name),
                                             service, session, text)))
              << service << ' ' << name << ' ' << text << ' ' << session;
          ++count;
        }
      }
    }
  }
  EXPECT_TRUE(Covered("documented factors", count, 1'000));
}

// Every small account, policy and instant around the boundaries.
TEST(OracleTest, Activation) {
  constexpr long long kLimit = 3153600000;
  const long long kFirst = kMinTimestamp.time_since_epoch().count();
  const long long kLast = kMaxTimestamp.time_since_epoch().count();
  const std::vector<long long> expirations = {
      kFirst, 0, 1, 999, 1000, 1001, kLimit * 1000, kLast};
  const std::vector<oracle::Rule> rules = {
      {"", {"192.0.2.0/24"}, {}, {}},
      {"", {"192.0.2.0/24"}, {"ca-1"}, {}},
      {"", {}, {"ca-1"}, {"a"}},
      {"", {"0.0.0.0/1", "128.0.0.0/1"}, {}, {}},
      {"", {"0.0.0.0/2", "128.0.0.0/1"}, {"ca-1"}, {}},
      {"", {"::/1", "8000::/1"}, {"ca-1"}, {}},
      {"", {"::/1", "8000::/2"}, {"ca-1"}, {}},
      {"", {"64.0.0.0/2", "c000::/2"}, {}, {}}};

  std::vector<std::vector<oracle::Key>> key_sets = {{}};
  for (std::size_t i = 0; i <= expirations.size(); ++i) {
    oracle::Key key = {"key-b", true, std::nullopt, ""};
    if (i < expirations.size()) key.expiration = expirations[i];
    key_sets.push_back({key});
    for (std::size_t j = 0; j <= expirations.size(); ++j) {
      oracle::Key other = {"key-a", false, std::nullopt, "alice"};
      if (j < expirations.size()) other.expiration = expirations[j];
      key_sets.push_back({key, other});
    }
  }
  std::vector<std::vector<oracle::Rule>> rule_sets = {{}};
  for (oracle::Rule rule : rules) {
    rule.id = "rule-b";
    rule_sets.push_back({rule});
    for (oracle::Rule other : rules) {
      other.id = "rule-a";
      rule_sets.push_back({rule, other});
    }
  }
  const std::vector<long long> maxima = {
      std::numeric_limits<long long>::min(), -1, 0, 1, kLimit, kLimit + 1,
      std::numeric_limits<long long>::max()};
  // The ends of time, and both sides of where a key expires and of where its
  // remaining lifetime is a maximum.
  std::set<long long> instants = {std::numeric_limits<long long>::min(),
                                  std::numeric_limits<long long>::max()};
  for (const long long expiration : {0LL, 1000LL}) {
    for (const long long max : {0LL, 1LL}) {
      for (const long long side : {-1, 0, 1}) {
        instants.insert(expiration - max * 1000 + side);
      }
    }
  }
  const auto instants_for = [&](const std::vector<oracle::Key>& keys,
                                long long max) {
    std::set<long long> all = instants;
    for (const oracle::Key& key : keys) {
      if (!key.expiration) continue;
      const bool in_span = max > 0 && max <= kLimit;
      for (const long long side : {-1, 0, 1}) {
        all.insert(*key.expiration - (in_span ? max * 1000 : 0) + side);
      }
    }
    return all;
  };

  std::uint64_t count = 0;
  std::size_t accounts = 0;
  Sample sample(11);
  for (const auto& keys : key_sets) {
    for (const auto& rule_set : rule_sets) {
      // Completeness stands beside the rest, so it varies from one to the next.
      const std::size_t variant = accounts++ % 4;
      const oracle::Account account = {
          .max = static_cast<long long>(accounts % 3),
          .require = accounts % 2 == 0,
          .rules = rule_set,
          .keys = keys,
          .every_user_listed = variant != 1 && variant != 2,
          .users_without_keys = variant == 2 || variant == 3
                                    ? oracle::Strings{"bob", "al"}
                                    : oracle::Strings{}};
      if (!sample.Next()) continue;
      const Account built = Build(account);
      for (const long long now : instants_for(keys, kLimit)) {
        ASSERT_EQ(Text(SmallestMaximumOf(built, Instant(now))),
                  Text(oracle::SmallestMaximumOf(account, now)))
            << Describe(account) << " at " << now;
      }
      for (const long long max : maxima) {
        for (const bool require : {false, true}) {
          for (const long long now : instants_for(keys, max)) {
            ASSERT_EQ(
                Text(CheckActivation(built,
                                     {.max_access_key_expiration_seconds = max,
                                      .require_trusted_env = require},
                                     Instant(now))),
                Text(oracle::CheckActivation(account, max, require, now)))
                << Describe(account) << "\nasked " << max << ' ' << require
                << " at " << now;
            ++count;
          }
        }
      }
    }
  }
  EXPECT_TRUE(Covered("activation", count,
                      BySize<std::uint64_t>(89'000, 980'000, 980'000)));
}

// Rules that leave out few addresses, around ::ffff:0:0/96 and elsewhere.
TEST(OracleTest, RulesThatAdmitAnyAddress) {
  const Texts around = AllOfIPv6ButTheMappedBlock();
  std::vector<Texts> choices = {
      {"::/0"}, {"::/1", "8000::/1"}, {"0.0.0.0/0"}, around};
  for (std::size_t i = 0; i < around.size(); ++i) {
    Texts others = around;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    choices.push_back(others);
    // Both neighbours of the mapped block, and a range around it.
    for (const char* range : {"0.0.0.0/0", "::fffe:0:0/96", "::fffe:0:0/95",
                              "::1:0:0:0/80", "::/80", "::/1"}) {
      others.emplace_back(range);
      choices.push_back(others);
      others.pop_back();
    }
  }
  std::uint64_t warned = 0;
  for (const Texts& ranges : choices) {
    oracle::Account account;
    account.rules = {{"rule", ranges, {"ca-1"}, {}}};
    const ActivationReport report = CheckActivation(
        Build(account),
        {.max_access_key_expiration_seconds = 60, .require_trusted_env = true},
        Instant(0));
    EXPECT_EQ(Text(report), Text(oracle::CheckActivation(account, 60, true, 0)))
        << Describe(account);
    warned += report.warnings.size();
  }
  EXPECT_TRUE(Covered("rules that admit any address", warned, 100));
  EXPECT_LT(warned, choices.size());
}

// Up to three rules, each without and with a CA: what a session warns of, and
// what a review says of rules without CA.
TEST(OracleTest, RulesThatAdmitAnyAddressTogether) {
  const std::vector<oracle::Rule> shapes =
      AllShapes({{},
                 {"0.0.0.0/0"},
                 {"0.0.0.0/1"},
                 {"128.0.0.0/1"},
                 {"128.0.0.0/2", "::/1"},
                 {"192.0.0.0/2", "8000::/1"},
                 {"::/0"},
                 {"8000::/1", "128.0.0.0/1"},
                 AllOfIPv6ButTheMappedBlock("8000::/1")},
                {{}, {"ca-1"}}, {{}});
  std::uint64_t together = 0;
  std::uint64_t count = 0;
  Sample sample(7);
  const auto compare = [&](std::vector<oracle::Rule> rules) {
    if (!sample.Next()) return;
    oracle::Account account;
    account.require = true;
    for (oracle::Rule& rule : rules) {
      rule.id = "rule-" + std::to_string(account.rules.size());
      account.rules.push_back(rule);
    }
    const Account built = Build(account);
    const ActivationReport report = CheckActivation(
        built,
        {.max_access_key_expiration_seconds = 60, .require_trusted_env = true},
        Instant(0));
    ASSERT_EQ(Text(report), Text(oracle::CheckActivation(account, 60, true, 0)))
        << Describe(account);
    oracle::Strings open;
    oracle::Strings with_key;
    for (const ReviewFinding& finding : Valid(Review(built, Instant(0), {}))) {
      if (finding.code == ReviewCode::kAnyAddressWithoutCertificate) {
        open.push_back(finding.subject);
      }
      if (finding.code == ReviewCode::kAnyAddressWithKeyAlone) {
        with_key.push_back(finding.subject);
      }
    }
    ASSERT_EQ(open, oracle::AnyAddressWithoutCertificate(account))
        << Describe(account);
    oracle::Strings warned;
    for (const Warning& warning : report.warnings) {
      warned.push_back(warning.subject);
    }
    ASSERT_EQ(with_key, warned) << Describe(account);
    together += static_cast<std::uint64_t>(std::ranges::count(open, "") +
                                           std::ranges::count(warned, ""));
    ++count;
  };
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t j = i; j < shapes.size(); ++j) {
      compare({shapes[i], shapes[j]});
      for (std::size_t k = j; k < shapes.size(); ++k) {
        compare({shapes[j], shapes[i], shapes[k]});
      }
    }
  }
  EXPECT_TRUE(
      Covered("rules together", count, BySize<std::uint64_t>(100, 900, 900)));
  EXPECT_GT(together, BySize<std::uint64_t>(20, 150, 150));
}

}  // namespace
}  // namespace api_access
