#include "src/decide/rule_index.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/decide/compiled_account.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::CompiledAccount;
using internal::Presented;
using internal::RuleIndex;

std::shared_ptr<const CompiledAccount> Indexed(
    std::vector<ApiAccessRule> rules) {
  return internal::Compile(
      CompleteAccount(Policy(0, false), std::move(rules), {}), 0);
}

std::string ReasonAndRule(const Decision& decision) {
  return std::string(ToString(decision.reason)) + ' ' +
         (decision.rule_index ? std::to_string(*decision.rule_index) : "-");
}

std::string Found(const CompiledAccount& compiled, const std::string& address,
                  const ClientCertificate* certificate = nullptr,
                  bool bypass = false) {
  const IpAddress parsed = Ip(address);
  return ReasonAndRule(compiled.index->Find(
      compiled.rules,
      {.address = parsed, .certificate = certificate, .bypass = bypass}));
}

// The address as a number of 128 bits, one less and one more: across a
// boundary where there is one.
std::vector<IpAddress> Around(const IpAddress& address) {
  std::vector<IpAddress> around = {address};
  for (const bool up : {false, true}) {
    std::array<std::uint8_t, 16> bytes = address.bytes();
    const std::uint8_t wrapped = up ? 0 : 0xff;
    for (std::size_t i = 16; i-- > 0;) {
      bytes[i] = static_cast<std::uint8_t>(bytes[i] + (up ? 1 : -1));
      if (bytes[i] != wrapped) break;
    }
    around.push_back(IpAddress::FromV6(bytes));
  }
  return around;
}

// Compares index and walk at both sides of each boundary of each range, with
// every certificate, with and without bypass. Counts the reasons.
class Comparison {
 public:
  void Run(const std::vector<ApiAccessRule>& rules,
           const std::vector<ClientCertificate>& certificates) {
    const auto indexed = Indexed(rules);
    const CompiledAccount& compiled = *indexed;
    std::set<IpAddress> addresses;
    for (const ApiAccessRule& rule : rules) {
      for (const IpRange& range : rule.ip_ranges()) {
        for (const IpAddress& edge :
             {range.first_address(), range.last_address()}) {
          for (const IpAddress& address : Around(edge)) {
            addresses.insert(address);
          }
        }
      }
    }
    for (const char* text : {"0.0.0.0", "255.255.255.255", "::", "::1:0:0:0",
                             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
      addresses.insert(Ip(text));
    }
    for (const IpAddress& address : addresses) {
      CompareAdmitting(compiled, address);
      Compare(compiled, {address, nullptr, false});
      Compare(compiled, {address, nullptr, true});
      for (const ClientCertificate& certificate : certificates) {
        Compare(compiled, {address, &certificate, false});
        Compare(compiled, {address, &certificate, true});
      }
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  std::map<Reason, int> reasons;
  int count = 0;

 private:
  void Compare(const CompiledAccount& compiled, const Presented& presented) {
    const Decision walked = compiled.rules.Walk(presented);
    ASSERT_EQ(ReasonAndRule(compiled.index->Find(compiled.rules, presented)),
              ReasonAndRule(walked))
        << presented.address << " bypass " << presented.bypass
        << " certificate " << (presented.certificate != nullptr);
    ++reasons[walked.reason];
    ++count;
  }

  static void CompareAdmitting(const CompiledAccount& compiled,
                               const IpAddress& address) {
    const Presented presented = {address, nullptr, false};
    RuleIndex::Admitting expected;
    for (std::uint32_t rule = compiled.rules.size(); rule-- > 0;) {
      if (compiled.rules.Try(rule, Criterion::kIpRange, presented) !=
          Reason::kRuleMatched) {
        continue;
      }
      expected.first = rule;
      if (compiled.rules.ca_ids(rule).empty()) expected.first_without_ca = rule;
    }
    const RuleIndex::Admitting admitting = compiled.index->AdmittingAt(address);
    ASSERT_EQ(admitting.first, expected.first) << address;
    ASSERT_EQ(admitting.first_without_ca, expected.first_without_ca) << address;
  }
};

// Draws rules and certificates from few or many texts.
class Draw {
 public:
  std::size_t Below(std::size_t limit) { return engine_() % limit; }

  IpRange V4(int shortest) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(Below(3) * 127);
    }
    return Make(IpAddress::FromV4(bytes),
                shortest + static_cast<int>(
                               Below(static_cast<std::size_t>(33 - shortest))));
  }
  // Some of them wide ones around all IPv4 addresses.
  IpRange V6() {
    std::array<std::uint8_t, 16> bytes{};
    if (Below(4) != 0) {
      for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(Below(3) * 127);
      }
    } else if (Below(2) == 0) {
      bytes[10] = 0xff;
      bytes[11] = 0xfe;
    }
    const IpAddress address = IpAddress::FromV6(bytes);
    if (address.is_v4()) return V4(0);
    return Make(address, static_cast<int>(Below(129)));
  }

  Texts Some(const std::string& prefix, std::size_t most, std::size_t names) {
    std::set<std::string> texts;
    for (std::size_t i = Below(most + 1); i > 0; --i) {
      texts.insert(prefix + std::to_string(Below(names)));
    }
    return {texts.begin(), texts.end()};
  }

  struct Shape {
    std::size_t rules;
    std::size_t most_ranges;
    std::size_t cas;
    std::size_t cns;
    int shortest;
    bool has_v6;
  };
  std::vector<ApiAccessRule> Rules(const Shape& shape) {
    std::vector<ApiAccessRule> rules;
    // Where rules have none, every address is admitted.
    const std::size_t least_ranges = Below(2);
    for (std::size_t i = 0; i < shape.rules; ++i) {
      ApiAccessRule::Fields fields = {.id = std::to_string(i)};
      for (std::size_t j = least_ranges + Below(shape.most_ranges); j > 0;
           --j) {
        fields.ip_ranges.push_back(
            shape.has_v6 && Below(2) == 0 ? V6() : V4(shape.shortest));
      }
      fields.ca_ids = Some("ca-", 2, shape.cas);
      // Few without CA, or they settle everything.
      if (fields.ca_ids.empty() && Below(8) != 0) fields.ca_ids = {"ca-0"};
      if (fields.ip_ranges.empty() && fields.ca_ids.empty()) continue;
      if (!fields.ca_ids.empty()) fields.cns = Some("cn-", 2, shape.cns);
      if (fields.cns.empty() && !fields.ca_ids.empty() && Below(4) != 0) {
        fields.cns = {"cn-0"};
      }
      rules.push_back(Valid(ApiAccessRule::Create(std::move(fields))));
    }
    return rules;
  }
  std::vector<ClientCertificate> Certificates(const Shape& shape) {
    std::vector<ClientCertificate> certificates = {
        Certificate({"ca-none"}, "cn-0"), Certificate({"ca-0"}),
        Certificate({}, "cn-0"), Certificate({"ca-0", "ca-1"}, "cn-none")};
    for (int i = 0; i < 4; ++i) {
      const std::string cn = "cn-" + std::to_string(Below(shape.cns));
      certificates.push_back(Certificate(Some("ca-", 2, shape.cas), cn));
    }
    return certificates;
  }

 private:
  static IpRange Make(const IpAddress& address, int prefix) {
    return Valid(
        IpRange::Create({.address = address, .prefix_length = prefix}));
  }

  std::mt19937_64 engine_{1};
};

TEST(RuleIndexTest, FindsWhatTheWalkFinds) {
  Draw draw;
  Comparison comparison;
  const int rounds = BySize(1, 5, 100);
  for (int round = 0; round < rounds; ++round) {
    for (const Draw::Shape& shape : std::vector<Draw::Shape>{
             {300, 3, 4, 4, 0, false},     // deep nests, few texts
             {300, 2, 300, 300, 8, true},  // each its own texts
             {300, 2, 1, 300, 0, true},    // one CA, many CNs
             {300, 2, 300, 1, 0, false},   // many CAs, one CN
             {60, 12, 8, 8, 16, true},     // many ranges a rule
             {12, 1, 2, 2, 0, true},
             {3, 1, 2, 2, 0, true}}) {
      // Drawn in this order with every compiler.
      const auto certificates = draw.Certificates(shape);
      comparison.Run(draw.Rules(shape), certificates);
      ASSERT_FALSE(HasFailure()) << "round " << round;
    }
  }
  for (const Reason reason :
       {Reason::kRuleMatched, Reason::kCnNotAllowed, Reason::kCaNotAllowed,
        Reason::kCertificateMissing, Reason::kSourceIpNotAllowed}) {
    EXPECT_GT(comparison.reasons[reason], comparison.count / 200) << reason;
  }
  EXPECT_TRUE(Covered("index and walk",
                      static_cast<std::uint64_t>(comparison.count),
                      BySize<std::uint64_t>(20'000, 100'000, 2'000'000)));
}

// One block of each length around one address, rules inside out and outside in.
TEST(RuleIndexTest, ChainsOfEveryLength) {
  const std::vector<ClientCertificate> certificates = {
      Certificate({"ca-1"}, "cn-1"), Certificate({"ca-31", "ca-7"}, "cn-7"),
      Certificate({"ca-none"})};
  for (const char* address : {"192.0.2.165", "2001:db8:a5a5:5a5a:a5:5a:1:a5"}) {
    const int width = Ip(address).is_v4() ? 32 : 128;
    for (const bool inside_out : {false, true}) {
      std::vector<ApiAccessRule> rules;
      for (int i = 0; i <= width; ++i) {
        const std::string number = std::to_string(i);
        const std::string range = std::string(address) + '/' +
                                  std::to_string(inside_out ? width - i : i);
        // Most with CAs, none without at either end.
        rules.push_back(
            i % 10 == 5 ? Rule(number, {range})
                        : Rule(number, {range}, {"ca-" + number},
                               i % 3 == 1 ? Texts{"cn-" + number} : Texts()));
      }
      Comparison comparison;
      comparison.Run(rules, certificates);
      EXPECT_GT(comparison.count, width * 8);
    }
  }
}

TEST(RuleIndexTest, WideIPv6BlocksHoldNoIPv4Address) {
  const auto compiled = Indexed(
      {Rule("all", {"::/0"}), Rule("wide", {"::ffff:0:0/95"}),
       Rule("mapped", {"::ffff:192.0.2.0/120"}), Rule("v4", {"192.0.0.0/16"})});
  EXPECT_EQ(Found(*compiled, "10.0.0.1"), "source-ip-not-allowed -");
  EXPECT_EQ(Found(*compiled, "192.0.2.1"), "rule-matched 2");
  EXPECT_EQ(Found(*compiled, "::ffff:192.0.2.1"), "rule-matched 2");
  EXPECT_EQ(Found(*compiled, "192.0.3.1"), "rule-matched 3");
  EXPECT_EQ(Found(*compiled, "::fffe:1.2.3.4"), "rule-matched 0");
}

TEST(RuleIndexTest, RulesWithoutRangesAdmitEveryAddress) {
  const auto compiled = Indexed(
      {Rule("v4", {"192.0.2.0/24"}, {"ca-1"}), Rule("any", {}, {"ca-2"})});
  const ClientCertificate second = Certificate({"ca-2"});
  const ClientCertificate other = Certificate({"ca-3"});
  for (const char* address : {"192.0.2.1", "10.0.0.1", "2001:db8::1"}) {
    EXPECT_EQ(Found(*compiled, address, &second), "rule-matched 1");
    EXPECT_EQ(Found(*compiled, address, &other), "ca-not-allowed -");
    EXPECT_EQ(Found(*compiled, address), "certificate-missing -");
  }
  EXPECT_EQ(Found(*compiled, "10.0.0.1", nullptr, true), "rule-matched 1");
  EXPECT_EQ(Found(*compiled, "192.0.2.1", nullptr, true), "rule-matched 0");
}

TEST(RuleIndexTest, AnAccountWithoutRulesHasNone) {
  EXPECT_EQ(Found(*Indexed({}), "192.0.2.1"), "no-rules -");
  EXPECT_EQ(Found(*Indexed({}), "::"), "no-rules -");
}

// However many rules stand on one block, and share a CA or a CN.
TEST(RuleIndexTest, ManyRulesOnOneBlock) {
  for (const bool own_ca : {false, true}) {
    for (const bool own_cn : {false, true}) {
      std::vector<ApiAccessRule> rules;
      for (int i = 0; i < 200; ++i) {
        rules.push_back(Rule("rule-" + std::to_string(i), {"0.0.0.0/0"},
                             {own_ca ? "ca-" + std::to_string(i) : "ca-same"},
                             {own_cn ? "cn-" + std::to_string(i) : "cn-same"}));
      }
      Comparison comparison;
      comparison.Run(
          rules, {Certificate({"ca-150"}, "cn-150"),
                  Certificate({"ca-same"}, "cn-150"),
                  Certificate({"ca-150"}, "cn-same"),
                  Certificate({"ca-150"}, "cn-151"),
                  Certificate({"ca-same"}, "cn-none"),
                  Certificate({"ca-199", "ca-20"}, "cn-20"),
                  Certificate({"ca-same", "ca-20"}), Certificate({"ca-none"})});
      EXPECT_GT(comparison.reasons[Reason::kRuleMatched], 0);
      EXPECT_GT(comparison.reasons[Reason::kCnNotAllowed], 0);
    }
  }
}

TEST(RuleIndexTest, LargeAccountsAloneHaveOne) {
  const auto account = [](int rules) {
    std::vector<ApiAccessRule> made;
    for (int i = 0; i < rules; ++i) {
      made.push_back(Rule(std::to_string(i), {"192.0.2.0/24"}));
    }
    return CompleteAccount(Policy(0, false), made, {});
  };
  EXPECT_EQ(internal::Compile(account(2))->index, nullptr);
  EXPECT_NE(internal::Compile(account(100))->index, nullptr);
}

// Each range costs a bounded number of bytes, nested or not.
TEST(RuleIndexTest, MemoryIsLinearInTheRanges) {
  for (const bool nested : {false, true}) {
    std::vector<ApiAccessRule> rules;
    for (int i = 0; i < 10'000; ++i) {
      const std::string range = nested ? "10.0.0.0/" + std::to_string(i % 33)
                                       : "10." + std::to_string(i / 250) + '.' +
                                             std::to_string(i % 250) + ".7/32";
      rules.push_back(Rule(std::to_string(i), {range}));
    }
    const auto compiled = Indexed(std::move(rules));
    EXPECT_LT(compiled->index->bytes(), 10'000 * 64U);
  }
}

// The places of the rules that Find tries for `certificate` at 192.0.2.7. Each
// rule has one range, one CA and one CN; the last one matches, and no other.
//
// What is tried shows where Find is given other rules than those that the index
// was made for: rules of which one more fits. The decision names it only if it
// is tried.
std::set<std::size_t> Tried(const std::vector<ApiAccessRule>& rules,
                            const ClientCertificate& certificate) {
  const IpAddress address = Ip("192.0.2.7");
  const Presented presented = {address, &certificate, false};
  constexpr std::size_t kNoIndex = 1'000'000;
  const auto indexed = Indexed(rules);
  EXPECT_EQ(indexed->index->Find(indexed->rules, presented).rule_index,
            rules.size() - 1);
  std::set<std::size_t> tried = {rules.size() - 1};
  for (std::size_t i = 0; i + 1 < rules.size(); ++i) {
    std::vector<ApiAccessRule> others = rules;
    others[i] = Rule(rules[i].id(), {"0.0.0.0/0"}, certificate.ca_ids(),
                     {*certificate.cn()});
    const auto compiled = internal::Compile(
        CompleteAccount(Policy(0, false), std::move(others), {}), kNoIndex);
    if (indexed->index->Find(compiled->rules, presented).rule_index == i) {
      tried.insert(i);
    }
  }
  return tried;
}

// Of the rules of the chain, those that list the CA, and those that list the
// CN, the fewest are tried. The first rule of the chain always is.
TEST(RuleIndexTest, TriesTheShortestListing) {
  constexpr int kCount = 200;
  const std::string last = std::to_string(kCount - 1);
  const auto tried = [](const std::function<ApiAccessRule(int)>& rule,
                        const std::string& ca_id, const std::string& cn) {
    std::vector<ApiAccessRule> rules;
    for (int i = 0; i < kCount; ++i) rules.push_back(rule(i));
    return Tried(rules, Certificate({ca_id}, cn));
  };
  using Places = std::set<std::size_t>;
  // Each its own CA, or its own CN: all but a few of them are left out. A rule
  // that fits while the index has another text of it may be found by chance.
  for (const bool own_ca : {true, false}) {
    const Places places = tried(
        [&](int i) {
          const std::string own = "own-" + std::to_string(i);
          return Rule(std::to_string(i), {"192.0.2.0/24"},
                      {own_ca ? own : "same"}, {own_ca ? "same" : own});
        },
        own_ca ? "own-" + last : "same", own_ca ? "same" : "own-" + last);
    EXPECT_LT(places.size(), 10U) << own_ca;
  }
  // Ten list the CA and twenty list the CN, or the other way round.
  for (const bool few_by_ca : {true, false}) {
    const Places places = tried(
        [&](int i) {
          const std::string tens = "t-" + std::to_string(i / 10);
          const std::string rest = "r-" + std::to_string(i % 10);
          return Rule(std::to_string(i), {"192.0.2.0/24"},
                      {few_by_ca ? tens : rest}, {few_by_ca ? rest : tens});
        },
        few_by_ca ? "t-19" : "r-9", few_by_ca ? "r-9" : "t-19");
    EXPECT_EQ(places,
              (Places{0, 190, 191, 192, 193, 194, 195, 196, 197, 198, 199}))
        << few_by_ca;
  }
  // All of one CA, most of one CN, but only six admit the address.
  EXPECT_EQ(
      tried(
          [](int i) {
            const std::string number = std::to_string(i);
            return Rule(
                number, {i < kCount - 6 ? "10.0.0." + number : "192.0.2.0/24"},
                {"ca"}, {i < kCount - 6 || i == kCount - 1 ? "cn" : "other"});
          },
          "ca", "cn"),
      (Places{194, 195, 196, 197, 198, 199}));
}

}  // namespace
}  // namespace api_access
