// Reviews against brute force: what a rule that is taken away changes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api_access/review.h"
#include "gtest/gtest.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

using Ids = std::set<std::string>;

// The redundant rules, each with the rules that its message names as its cover;
// none where these are not all of them.
std::map<std::string, Ids> RedundantRules(const Account& account) {
  std::map<std::string, Ids> covers;
  for (const ReviewFinding& finding : Valid(Review(account, Timestamp(), {}))) {
    if (finding.code != ReviewCode::kRuleRedundant) continue;
    Ids& cover = covers[finding.subject];
    std::string rest =
        finding.message.substr(finding.message.find("there is none: "));
    if (rest.find(" more together") != std::string::npos ||
        rest.find("at least") != std::string::npos) {
      continue;
    }
    for (std::size_t begin = rest.find('`'); begin != std::string::npos;
         begin = rest.find('`')) {
      rest.erase(0, begin + 1);
      const std::size_t end = rest.find('`');
      cover.insert(rest.substr(0, end));
      rest.erase(0, end + 1);
    }
    EXPECT_FALSE(cover.empty()) << finding.message;
    EXPECT_FALSE(cover.contains(finding.subject)) << finding.message;
    EXPECT_LE(cover.size(), 8U) << finding.message;
  }
  return covers;
}

template <typename Value>
Ids KeysOf(const std::map<std::string, Value>& map) {
  Ids keys;
  for (const auto& [key, value] : map) keys.insert(key);
  return keys;
}

// Whatever a client can present, of these CAs and CNs: to a managing, an
// ordinary and an unlisted method, with the usable key or with login/password.
class Presentations {
 public:
  Presentations(const Texts& cas, const Texts& cns) {
    certificates_.push_back(std::nullopt);
    for (std::size_t some = 0; some < std::size_t{1} << cas.size(); ++some) {
      Texts of;
      for (std::size_t i = 0; i < cas.size(); ++i) {
        if ((some >> i & 1) != 0) of.push_back(cas[i]);
      }
      certificates_.emplace_back(Certificate(of));
      for (const std::string& cn : cns) {
        certificates_.emplace_back(Certificate(of, cn));
      }
    }
  }

  // The same presentations from every address; valid as long as this object.
  std::vector<Request> From(const std::vector<IpAddress>& addresses) const {
    static const std::vector<Method> kMethods = {
        FindMethod("api", "ReadVms"), FindMethod("api", "ReadAccessKeys"),
        FindMethod("api", "Unlisted")};
    std::vector<Request> requests;
    for (const IpAddress& address : addresses) {
      for (const auto& certificate : certificates_) {
        for (const Method& method : kMethods) {
          for (const LoginKind login :
               {LoginKind::kAccessKey, LoginKind::kPassword}) {
            if (login == LoginKind::kPassword &&
                method.method_class() != MethodClass::kManaging) {
              continue;
            }
            requests.push_back(
                {.method = method,
                 .client_address = address,
                 .login = login,
                 .access_key_id = "key",
                 .certificate = certificate ? &*certificate : nullptr});
          }
        }
      }
    }
    return requests;
  }

 private:
  std::vector<std::optional<ClientCertificate>> certificates_;
};

// Whether what the first verdicts allow is also allowed by the others.
bool IsCovered(const std::vector<bool>& verdicts,
               const std::vector<bool>& others) {
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i] && !others[i]) return false;
  }
  return true;
}

Account WithUsableKey(std::vector<ApiAccessRule> rules, bool session) {
  return CompleteAccount(Policy(session ? 60 : 0, session), std::move(rules),
                         {Key("key")});
}

using Verdicts = std::vector<bool>;

Verdicts VerdictsOn(const std::vector<Request>& requests,
                    const Account& account) {
  const Evaluator evaluator = Valid(Evaluator::Compile(account));
  Verdicts verdicts;
  for (const Request& request : requests) {
    verdicts.push_back(evaluator.Decide(request, Timestamp()).allowed());
  }
  return verdicts;
}

// All accounts of rules of the given shapes, and all requests.
class SmallWorld {
 public:
  explicit SmallWorld(std::vector<oracle::Rule> shapes)
      : shapes_(std::move(shapes)),
        requests_(presentations_.From(kAddresses)) {}

  // Compares every account of `size` rules, repetitions included, or a sample.
  // Returns on how many rules that were redundant and were not.
  std::array<std::uint64_t, 2> CompareAll(std::size_t size, Sample sample) {
    std::array<std::uint64_t, 2> counts = {};
    std::vector<std::size_t> chosen;
    const auto extend = [&](const auto& self) -> void {
      if (chosen.size() == size) {
        if (sample.Next()) Compare(chosen, counts);
        return;
      }
      const std::size_t first = chosen.empty() ? 0 : chosen.back();
      for (std::size_t shape = first; shape < shapes_.size(); ++shape) {
        if (testing::Test::HasFailure()) return;
        chosen.push_back(shape);
        self(self);
        chosen.pop_back();
      }
    };
    extend(extend);
    return counts;
  }

 private:
  Account AccountOf(const std::vector<std::size_t>& chosen,
                    bool session) const {
    std::vector<ApiAccessRule> rules;
    for (const std::size_t i : chosen) {
      rules.push_back(Rule("r" + std::to_string(rules.size()),
                           shapes_[i].ranges, shapes_[i].cas, shapes_[i].cns));
    }
    return WithUsableKey(std::move(rules), session);
  }

  // Found out once: many accounts become this one without a rule.
  const Verdicts& Known(const std::vector<std::size_t>& chosen, bool session) {
    const auto [place, is_new] = known_.try_emplace({session, chosen});
    if (is_new) {
      place->second = VerdictsOn(requests_, AccountOf(chosen, session));
    }
    return place->second;
  }

  void Compare(const std::vector<std::size_t>& chosen,
               std::array<std::uint64_t, 2>& counts) {
    for (const bool session : {false, true}) {
      const Account account = AccountOf(chosen, session);
      const Verdicts verdicts = VerdictsOn(requests_, account);
      Ids expected;
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        std::vector<std::size_t> others = chosen;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        const bool same = verdicts == Known(others, session);
        if (same) expected.insert(account.rules()[i].id());
        ++counts[same ? 0 : 1];
      }
      const auto found = RedundantRules(account);
      EXPECT_EQ(KeysOf(found), expected) << "session " << session << ", shapes "
                                         << testing::PrintToString(chosen);
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        const auto cover = found.find(account.rules()[i].id());
        if (cover == found.end()) continue;
        std::vector<std::size_t> covering;
        for (std::size_t j = 0; j < chosen.size(); ++j) {
          if (cover->second.contains(account.rules()[j].id())) {
            covering.push_back(chosen[j]);
          }
        }
        EXPECT_EQ(covering.size(), cover->second.size());
        EXPECT_TRUE(
            IsCovered(Known({chosen[i]}, session), Known(covering, session)))
            << "rule " << i << ", session " << session << ", shapes "
            << testing::PrintToString(chosen);
      }
    }
  }

  // Both sides of every boundary of the ranges.
  inline static const std::vector<IpAddress> kAddresses = {
      Ip("::"),         Ip("::fffd:ffff:ffff"),
      Ip("::fffe:0:0"), Ip("::fffe:ffff:ffff"),
      Ip("0.0.0.0"),    Ip("127.255.255.255"),
      Ip("128.0.0.0"),  Ip("255.255.255.255"),
      Ip("::1:0:0:0"),  Ip("7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
      Ip("8000::"),     Ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")};

  std::vector<oracle::Rule> shapes_;
  Presentations presentations_ = {{"ca-a", "ca-b", "ca-c"}, {"x", "y", "z"}};
  std::vector<Request> requests_;
  std::map<std::pair<bool, std::vector<std::size_t>>, Verdicts> known_;
};

const std::vector<Texts> kRangeChoices = {{},
                                          {"0.0.0.0/0"},
                                          {"0.0.0.0/1"},
                                          {"128.0.0.0/1", "::/0"},
                                          {"::/0", "0.0.0.0/0"},
                                          {"::/0"},
                                          {"128.0.0.0/1"},
                                          {"0.0.0.0/1", "128.0.0.0/1"},
                                          {"::/1", "0.0.0.0/0"},
                                          {"::/1", "8000::/1", "::/0"},
                                          {"::fffe:0:0/95"},
                                          {"::fffe:0:0/96"}};
const std::vector<Texts> kCaChoices = {
    {}, {"ca-a"}, {"ca-a", "ca-b"}, {"ca-b"}};
const std::vector<Texts> kCnChoices = {{}, {"x"}, {"x", "y"}, {"y"}};

std::vector<Texts> First(const std::vector<Texts>& choices, std::size_t count) {
  return {choices.begin(),
          choices.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(ReviewWorldTest, AccountsOfOneAndTwoRules) {
  SmallWorld world(AllShapes(kRangeChoices, kCaChoices, kCnChoices));
  world.CompareAll(1, Sample(1));
  const auto [redundant, needed] = world.CompareAll(2, Sample(11));
  EXPECT_TRUE(Covered("redundant rules of two", redundant,
                      BySize<std::uint64_t>(600, 6'000, 6'000)));
  EXPECT_TRUE(Covered("needed rules of two", needed,
                      BySize<std::uint64_t>(3'500, 30'000, 30'000)));
}

TEST(ReviewWorldTest, AccountsOfThreeRules) {
  SmallWorld world(AllShapes(
      First(kRangeChoices, BySize<std::uint64_t>(5, 5, 8)),
      First(kCaChoices, BySize<std::uint64_t>(3, 3, 4)), First(kCnChoices, 3)));
  const auto [redundant, needed] = world.CompareAll(3, Sample(23));
  EXPECT_TRUE(Covered("redundant rules of three", redundant,
                      BySize<std::uint64_t>(900, 10'000, 10'000)));
  EXPECT_TRUE(Covered("needed rules of three", needed,
                      BySize<std::uint64_t>(900, 10'000, 10'000)));
}

// The address behind, or before, in the order of numbers; from the end to the
// other end.
IpAddress Neighbour(const IpAddress& address, bool behind) {
  std::array<std::uint8_t, 16> bytes = address.bytes();
  for (std::size_t i = bytes.size(); i-- > 0;) {
    bytes[i] = static_cast<std::uint8_t>(bytes[i] + (behind ? 1 : 255));
    if (bytes[i] != (behind ? 0 : 255)) break;
  }
  return IpAddress::FromV6(bytes);
}

// Many rules of odd ranges: what no small world has.
TEST(ReviewWorldTest, RandomAccounts) {
  Worlds worlds;
  const Presentations presentations({"ca-0", "ca-1", "ca-2", "ca-3"},
                                    {"a", "b", "A", "client.a", "other"});
  std::array<std::uint64_t, 2> counts = {};
  for (int round = 0; round < BySize(10, 100, 2'000); ++round) {
    const oracle::Account drawn = worlds.DrawAccount(12);
    std::vector<ApiAccessRule> rules;
    std::set<IpAddress> addresses = {Ip("::"), Ip("0.0.0.0"), Ip("::1:0:0:0")};
    for (const oracle::Rule& rule : drawn.rules) {
      rules.push_back(Build(rule));
      for (const IpRange& range : rules.back().ip_ranges()) {
        addresses.insert({Neighbour(range.first_address(), false),
                          range.first_address(), range.last_address(),
                          Neighbour(range.last_address(), true)});
      }
    }
    const std::vector<Request> requests =
        presentations.From({addresses.begin(), addresses.end()});
    const Account account = WithUsableKey(rules, drawn.require);
    const Verdicts verdicts = VerdictsOn(requests, account);
    Ids expected;
    for (const ApiAccessRule& rule : rules) {
      std::vector<ApiAccessRule> others = rules;
      std::erase(others, rule);
      const bool same =
          verdicts ==
          VerdictsOn(requests, WithUsableKey(others, drawn.require));
      if (same) expected.insert(rule.id());
      ++counts[same ? 0 : 1];
    }
    const auto found = RedundantRules(account);
    ASSERT_EQ(KeysOf(found), expected) << Describe(drawn);
    for (const auto& [id, cover] : found) {
      if (cover.empty()) continue;
      std::vector<ApiAccessRule> covered;
      std::vector<ApiAccessRule> covering;
      for (const ApiAccessRule& rule : rules) {
        if (rule.id() == id) covered.push_back(rule);
        if (cover.contains(rule.id())) covering.push_back(rule);
      }
      ASSERT_TRUE(IsCovered(
          VerdictsOn(requests, WithUsableKey(covered, drawn.require)),
          VerdictsOn(requests, WithUsableKey(covering, drawn.require))))
          << id << " of " << Describe(drawn);
    }
  }
  EXPECT_TRUE(Covered("redundant rules at random", counts[0],
                      BySize<std::uint64_t>(2, 50, 1'000)));
  EXPECT_TRUE(Covered("needed rules at random", counts[1],
                      BySize<std::uint64_t>(10, 100, 2'000)));
}

}  // namespace
}  // namespace api_access
