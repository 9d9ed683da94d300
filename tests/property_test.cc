// What must hold for every account and request, each test named after its
// property.

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <locale>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "api_access/activation.h"
#include "api_access/explanation.h"
#include "api_access/json/request_line.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "examples/cli/cli.h"
#include "gtest/gtest.h"
#include "src/method_catalogue.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

using oracle::Milliseconds;

bool Allows(const oracle::Account& account, const oracle::Request& request,
            Milliseconds now) {
  return Decide(BuildEvaluator(account), request, now).allowed();
}

// As many as in a medium world, for the size of this one.
std::uint64_t Scaled(std::uint64_t medium) {
  return BySize(medium / 10, medium, medium * 10);
}

// Draws accounts, and requests and instants on each, and gives them to `check`,
// which tells whether the property had something to say there: returns how
// often it had.
using Check = std::function<bool(Worlds&, const oracle::Account&,
                                 const oracle::Request&, Milliseconds)>;
std::uint64_t OverRandomWorlds(std::uint64_t accounts, int requests,
                               const Check& check) {
  accounts = Scaled(accounts);
  Worlds worlds;
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < accounts && !testing::Test::HasFailure(); ++i) {
    const oracle::Account account = worlds.DrawAccount(5);
    for (int j = 0; j < requests && !testing::Test::HasFailure(); ++j) {
      const oracle::Request request = worlds.DrawRequest(account);
      const Milliseconds now = worlds.DrawNow();
      SCOPED_TRACE(Describe(account) + "\n" + Describe(request) + " at " +
                   std::to_string(now));
      count += check(worlds, account, request, now) ? 1 : 0;
    }
  }
  return count;
}

// Whether the login that the request presents is good for its class.
bool HasValidCredential(const oracle::Account& account,
                        const oracle::Request& request, Milliseconds now) {
  if (request.login == "Password") {
    return (request.service == "api" || request.service == "oapi" ||
            request.service == "icu") &&
           oracle::ClassOf(request.service, request.method) == "managing";
  }
  for (const oracle::Key& key : account.keys) {
    if (request.login == "AccessKey" && key.id == request.key_id) {
      return key.active && (!key.expiration || now < *key.expiration) &&
             (key.user.empty() || request.service != "icu");
    }
  }
  return false;
}

bool IsDecidedByRules(const oracle::Request& request) {
  const std::string method_class =
      oracle::ClassOf(request.service, request.method);
  return method_class != "public" && method_class != "exempt";
}

TEST(PropertyTest, T01AllowNeedsACredentialAndARule) {
  const auto count = OverRandomWorlds(
      5'000, 20,
      [](Worlds&, oracle::Account account, const oracle::Request& request,
         Milliseconds now) {
        if (!IsDecidedByRules(request)) return false;
        const bool allowed = Allows(account, request, now);
        if (allowed) {
          EXPECT_TRUE(HasValidCredential(account, request, now));
          bool matches = false;
          for (const oracle::Rule& rule : account.rules) {
            matches |= oracle::TryRule(rule, request,
                                       oracle::Bypasses(account, request)) ==
                       "rule-matched";
          }
          EXPECT_TRUE(matches);
        }
        account.rules.clear();
        EXPECT_FALSE(Allows(account, request, now));
        return allowed;
      });
  EXPECT_TRUE(Covered("T1", count, Scaled(12'000)));
}

TEST(PropertyTest, T02AddingARuleNeverRevokes) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, oracle::Account account,
         const oracle::Request& request, Milliseconds now) {
        const bool before = Allows(account, request, now);
        bool changed = false;
        oracle::Account smaller = account;
        for (std::size_t i = 0; i < account.rules.size(); ++i) {
          smaller.rules = account.rules;
          smaller.rules.erase(smaller.rules.begin() +
                              static_cast<std::ptrdiff_t>(i));
          const bool after = Allows(smaller, request, now);
          EXPECT_LE(after, before);
          changed |= after != before;
        }
        account.rules.insert(
            account.rules.begin() + static_cast<std::ptrdiff_t>(
                                        worlds.Below(account.rules.size() + 1)),
            worlds.DrawRule("added"));
        const bool after = Allows(account, request, now);
        EXPECT_GE(after, before);
        return changed || after != before;
      });
  EXPECT_TRUE(Covered("T2", count, Scaled(5'500)));
}

// The three criteria of a rule.
const std::vector<oracle::Strings oracle::Rule::*> kCriteria = {
    &oracle::Rule::ranges, &oracle::Rule::cas, &oracle::Rule::cns};

std::string DrawItem(Worlds& worlds, std::size_t criterion) {
  if (criterion == 0) return worlds.RangeText();
  return criterion == 1
             ? "ca-" + std::to_string(worlds.Below(5))
             : std::string(1, static_cast<char>('a' + worlds.Below(3)));
}

TEST(PropertyTest, T03ItemsOfACriterionAreAlternatives) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, const oracle::Account& account,
         const oracle::Request& request, Milliseconds now) {
        const bool before = Allows(account, request, now);
        bool changes = false;
        for (std::size_t rule = 0; rule < account.rules.size(); ++rule) {
          for (std::size_t c = 0; c < kCriteria.size(); ++c) {
            const oracle::Strings& items = account.rules[rule].*kCriteria[c];
            if (items.empty()) continue;
            oracle::Account changed = account;
            (changed.rules[rule].*kCriteria[c]).push_back(DrawItem(worlds, c));
            const bool wider = Allows(changed, request, now);
            EXPECT_GE(wider, before);
            changes |= wider != before;
            if (std::set<std::string>(items.begin(), items.end()).size() < 2) {
              continue;
            }
            changed = account;
            std::erase(changed.rules[rule].*kCriteria[c], items.front());
            const bool narrower = Allows(changed, request, now);
            EXPECT_LE(narrower, before);
            changes |= narrower != before;
          }
        }
        return changes;
      });
  EXPECT_TRUE(Covered("T3", count, Scaled(1'900)));
}

TEST(PropertyTest, T04AddingACriterionNeverGrants) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, const oracle::Account& account,
         const oracle::Request& request, Milliseconds now) {
        const bool before = Allows(account, request, now);
        bool changes = false;
        for (std::size_t rule = 0; rule < account.rules.size(); ++rule) {
          for (std::size_t c = 0; c < kCriteria.size(); ++c) {
            oracle::Account changed = account;
            oracle::Rule& edited = changed.rules[rule];
            if (!(edited.*kCriteria[c]).empty()) continue;
            if (c == 2 && edited.cas.empty()) continue;
            edited.*kCriteria[c] = {DrawItem(worlds, c), DrawItem(worlds, c)};
            const bool after = Allows(changed, request, now);
            EXPECT_LE(after, before);
            changes |= after != before;
          }
        }
        return changes;
      });
  EXPECT_TRUE(Covered("T4", count, Scaled(3'000)));
}

TEST(PropertyTest, T05OrderAndRepetitionDoNotMatter) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, oracle::Account account,
         const oracle::Request& request, Milliseconds now) {
        const Decision before = Decide(BuildEvaluator(account), request, now);
        const auto shuffle = [&](auto& items) {
          for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[worlds.Below(i)]);
          }
        };
        shuffle(account.rules);
        shuffle(account.keys);
        for (oracle::Rule& rule : account.rules) {
          for (const auto criterion : kCriteria) {
            oracle::Strings& items = rule.*criterion;
            if (!items.empty()) items.push_back(worlds.Pick(items));
            shuffle(items);
          }
        }
        if (!account.rules.empty()) {
          oracle::Rule twin = worlds.Pick(account.rules);
          twin.id = "twin";
          account.rules.push_back(twin);
        }
        oracle::Request other = request;
        if (!other.cas.empty()) other.cas.push_back(other.cas.front());
        shuffle(other.cas);
        const Decision after = Decide(BuildEvaluator(account), other, now);
        EXPECT_EQ(after.reason, before.reason);
        EXPECT_EQ(after.valid_until, before.valid_until);
        return before.reason == Reason::kRuleMatched;
      });
  EXPECT_TRUE(Covered("T5", count, Scaled(6'000)));
}

TEST(PropertyTest, T06RulesDoNotInteract) {
  const auto count =
      OverRandomWorlds(5'000, 10,
                       [](Worlds&, const oracle::Account& account,
                          const oracle::Request& request, Milliseconds now) {
                         if (!IsDecidedByRules(request)) return false;
                         bool any = false;
                         for (const oracle::Rule& rule : account.rules) {
                           oracle::Account alone = account;
                           alone.rules = {rule};
                           any |= Allows(alone, request, now);
                         }
                         EXPECT_EQ(Allows(account, request, now), any);
                         return any;
                       });
  EXPECT_TRUE(Covered("T6", count, Scaled(6'000)));
}

TEST(PropertyTest, T07BlocksAreTheUnionOfTheirHalves) {
  Worlds worlds;
  std::uint64_t count = 0;
  for (int i = 0; i < BySize(20'000, 200'000, 200'000); ++i) {
    const IpRange block = Range(worlds.RangeText());
    const IpAddress address = Ip(worlds.AddressText());
    const int width = block.is_v4() ? 32 : 128;
    // Host bits are irrelevant: any address inside makes the same block.
    for (const IpAddress& inside :
         {block.first_address(), block.last_address()}) {
      if (inside.is_v4() != block.is_v4()) continue;
      EXPECT_EQ(Valid(IpRange::Create({inside, block.prefix_length()})), block);
    }
    if (block.prefix_length() == width) continue;
    // The last address of such a block is IPv4, which the block never matches.
    if (block.last_address().is_v4() && !block.is_v4()) continue;
    const IpRange low = Valid(
        IpRange::Create({block.first_address(), block.prefix_length() + 1}));
    const IpRange high = Valid(
        IpRange::Create({block.last_address(), block.prefix_length() + 1}));
    EXPECT_NE(low, high);
    EXPECT_EQ(block.Contains(address),
              low.Contains(address) || high.Contains(address))
        << block << ' ' << address;
    EXPECT_FALSE(low.Contains(address) && high.Contains(address));
    ++count;
  }
  EXPECT_TRUE(
      Covered("T7", count, BySize<std::uint64_t>(10'000, 100'000, 100'000)));
}

TEST(PropertyTest, T08MappedAddressesAreIpv4AndNoOthers) {
  Worlds worlds;
  std::uint64_t count = 0;
  const auto count_decisions =
      OverRandomWorlds(2'000, 20,
                       [](Worlds&, const oracle::Account& account,
                          oracle::Request request, Milliseconds now) {
                         if (request.ip.find(':') != std::string::npos) {
                           return false;
                         }
                         const Evaluator evaluator = BuildEvaluator(account);
                         const Decision plain = Decide(evaluator, request, now);
                         request.ip = "::ffff:" + request.ip;
                         EXPECT_EQ(Decide(evaluator, request, now), plain);
                         return plain.reason == Reason::kRuleMatched;
                       });
  const IpRange all_v4 = Range("0.0.0.0/0");
  const IpRange all_v6 = Range("::/0");
  for (int i = 0; i < BySize(2'000, 20'000, 20'000); ++i) {
    std::string text = worlds.AddressText();
    if (text.find(':') != std::string::npos) continue;
    const IpAddress address = Ip(text);
    EXPECT_TRUE(all_v4.Contains(address));
    EXPECT_FALSE(all_v6.Contains(address));
    // Every address that differs in one bit of the first 96.
    for (std::size_t bit = 0; bit < 96; ++bit) {
      auto bytes = address.bytes();
      bytes[bit / 8] =
          static_cast<std::uint8_t>(bytes[bit / 8] ^ (0x80 >> (bit % 8)));
      const IpAddress other = IpAddress::FromV6(bytes);
      EXPECT_FALSE(other.is_v4());
      EXPECT_FALSE(all_v4.Contains(other));
      EXPECT_TRUE(all_v6.Contains(other));
      ++count;
    }
    for (int prefix = 0; prefix <= 32; ++prefix) {
      EXPECT_EQ(Range("::ffff:" + text + "/" + std::to_string(96 + prefix)),
                Range(text + "/" + std::to_string(prefix)));
      ++count;
    }
  }
  EXPECT_TRUE(Covered("T8, decisions", count_decisions, Scaled(3'000)));
  EXPECT_TRUE(Covered("T8, addresses", count,
                      BySize<std::uint64_t>(100'000, 1'000'000, 1'000'000)));
}

TEST(PropertyTest, T09KeysOnlyEverStopWorking) {
  const auto count = OverRandomWorlds(
      3'000, 10,
      [](Worlds&, const oracle::Account& account,
         const oracle::Request& request, Milliseconds) {
        const Evaluator evaluator = BuildEvaluator(account);
        bool earlier = true;
        bool ends = false;
        for (const Milliseconds now :
             {-1, 0, 1, 499, 500, 501, 1000, 1500, 2000, 2500, 2501}) {
          const Decision decision = Decide(evaluator, request, now);
          EXPECT_LE(decision.allowed(), earlier);
          earlier = decision.allowed();
          if (decision.valid_until) {
            ends = true;
            // Exclusive: the last millisecond is good, the instant is not.
            const Milliseconds until =
                decision.valid_until->time_since_epoch().count();
            EXPECT_TRUE(Decide(evaluator, request, until - 1).allowed());
            EXPECT_EQ(Decide(evaluator, request, until).reason,
                      Reason::kAccessKeyExpired);
          }
        }
        for (const oracle::Key& key : account.keys) {
          oracle::Request exempt = request;
          exempt.service = "oos";
          exempt.login = "AccessKey";
          exempt.key_id = key.id;
          for (const Milliseconds now : {0, 499, 500, 2500}) {
            EXPECT_EQ(Decide(evaluator, exempt, now).allowed(),
                      key.active && (!key.expiration || now < *key.expiration));
          }
        }
        return ends;
      });
  EXPECT_TRUE(Covered("T9", count, Scaled(2'500)));
}

TEST(PropertyTest, T10PresentingMoreNeverRevokes) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds&, const oracle::Account& account,
         const oracle::Request& request, Milliseconds now) {
        const Evaluator evaluator = BuildEvaluator(account);
        oracle::Request less = request;
        less.cas.clear();
        less.cn.reset();
        const bool with_less = Decide(evaluator, less, now).allowed();
        const bool with_all = Decide(evaluator, request, now).allowed();
        EXPECT_LE(with_less, with_all);
        oracle::Request without_login = request;
        without_login.login = "";
        const bool before = Decide(evaluator, without_login, now).allowed();
        for (const oracle::Key& key : account.keys) {
          oracle::Request signed_request = request;
          signed_request.login = "AccessKey";
          signed_request.key_id = key.id;
          if (!HasValidCredential(account, signed_request, now)) continue;
          EXPECT_GE(Decide(evaluator, signed_request, now).allowed(), before);
        }
        return with_less != with_all;
      });
  EXPECT_TRUE(Covered("T10", count, Scaled(2'800)));
}

TEST(PropertyTest, T11WhatATrustedSessionChanges) {
  const auto count = OverRandomWorlds(
      5'000, 20,
      [](Worlds&, oracle::Account account, const oracle::Request& request,
         Milliseconds now) {
        account.require = false;
        const Decision without = Decide(BuildEvaluator(account), request, now);
        account.require = true;
        const Decision with = Decide(BuildEvaluator(account), request, now);
        EXPECT_GE(with.allowed(), without.allowed());
        if (oracle::ClassOf(request.service, request.method) != "ordinary" ||
            request.login != "AccessKey") {
          EXPECT_EQ(with, without);
          return false;
        }
        bool admitted = false;
        for (const oracle::Rule& rule : account.rules) {
          if (rule.ranges.empty()) admitted = true;
          for (const std::string& range : rule.ranges) {
            admitted |= Range(range).Contains(Ip(request.ip));
          }
        }
        EXPECT_EQ(with.allowed(),
                  HasValidCredential(account, request, now) && admitted);
        return with.allowed() != without.allowed();
      });
  EXPECT_TRUE(Covered("T11", count, Scaled(2'500)));
}

TEST(PropertyTest, T12PublicMethodsAreAllowedWhateverElse) {
  std::uint64_t count = 0;
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    if (entry.method_class != MethodClass::kPublic) continue;
    count += OverRandomWorlds(
        20, 50,
        [&](Worlds&, const oracle::Account& account, oracle::Request request,
            Milliseconds now) {
          request.service = ToString(entry.service);
          request.method = entry.name;
          const Decision decision =
              Decide(BuildEvaluator(account), request, now);
          const bool unsupported =
              request.login == "Password" && entry.service == Service::kFcu;
          EXPECT_EQ(decision.reason,
                    unsupported ? Reason::kLoginNotSupported : Reason::kPublic);
          return true;
        });
  }
  EXPECT_TRUE(Covered("T12", count, Scaled(15'000)));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

TEST(PropertyTest, T13MethodsAreFoundByTheirBytesAlone) {
  Sample sample(11);
  std::uint64_t count = 0;
  std::uint64_t declarations = 0;
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    const std::string service(ToString(entry.service));
    const std::string name(entry.name);
    EXPECT_EQ(FindMethod(service, name).method_class(), entry.method_class);
    EXPECT_EQ(MethodCatalogue::Create({.ordinary = {{service, name}}}).ok(),
              oracle::MayBeDeclared(service, name))
        << name;
    // Every change of one byte, every byte dropped, and some added.
    std::vector<std::string> others = {name + '\0', name + ' ', "X" + name};
    for (std::size_t i = 0; i < name.size(); ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string other = name;
        other[i] = static_cast<char>(byte);
        if (other != name) others.push_back(other);
      }
      others.push_back(name.substr(0, i) + name.substr(i + 1));
    }
    // Some of them are declared.
    MethodCatalogue::Fields fields;
    oracle::Methods declared;
    for (std::size_t i = 0; i < others.size(); i += 23) {
      const bool may_be = oracle::MayBeDeclared(service, others[i]);
      ASSERT_EQ(
          MethodCatalogue::Create({.ordinary = {{service, others[i]}}}).ok(),
          may_be)
          << others[i];
      if (!may_be) continue;
      fields.ordinary.push_back({service, others[i]});
      declared.emplace(service, others[i]);
    }
    declarations += declared.size();
    const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(fields));
    for (const std::string& other : others) {
      if (!sample.Next()) continue;
      const Method method = FindMethod(service, other);
      ASSERT_EQ(Lower(ToString(method.method_class())),
                oracle::ClassOf(service, other))
          << other;
      ASSERT_EQ(FindMethod("oapi", other), FindMethod("api", other)) << other;
      ASSERT_EQ(MethodCatalogue().Find(service, other), method) << other;
      const Method with_declarations = catalogue.Find(service, other);
      ASSERT_EQ(Lower(ToString(with_declarations.method_class())),
                oracle::ClassOf(service, other, declared))
          << other;
      ASSERT_TRUE(with_declarations == method ||
                  declared.contains({service, other}))
          << other;
      ++count;
    }
  }
  EXPECT_TRUE(Covered("T13, declared", declarations, 11'000));
  EXPECT_TRUE(Covered("T13", count,
                      BySize<std::uint64_t>(90'000, 1'000'000, 1'000'000)));
}

TEST(PropertyTest, T13DeclaredMethodsAreDecidedAsOrdinaryOnes) {
  const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(
      {.ordinary = {{"api", "BrandNew"}, {"icu", "BrandNew"}}}));
  const auto count = OverRandomWorlds(
      2'000, 10,
      [&](Worlds& worlds, const oracle::Account& account,
          oracle::Request request, Milliseconds now) {
        request.service = worlds.Chance(2) ? "api" : "icu";
        request.method = "BrandNew";
        const Evaluator evaluator = BuildEvaluator(account);
        const Decision undeclared = Decide(evaluator, request, now);
        BuiltRequest built(request);
        built.method = catalogue.Find(request.service, request.method);
        const Decision declared = evaluator.Decide(built.Get(), Instant(now));
        request.method = request.service == "api" ? "ReadVms" : "ReadQuotas";
        EXPECT_EQ(Text(declared), Text(oracle::Decide(account, request, now)));
        return declared.allowed() != undeclared.allowed();
      });
  EXPECT_TRUE(Covered("T13, decisions", count, Scaled(200)));
}

TEST(PropertyTest, T14OnlyThePresentedKeyMatters) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, oracle::Account account,
         const oracle::Request& request, Milliseconds now) {
        const Decision before = Decide(BuildEvaluator(account), request, now);
        std::erase_if(account.keys, [&](const oracle::Key& key) {
          return key.id != request.key_id && worlds.Chance(2);
        });
        for (oracle::Key& key : account.keys) {
          if (key.id == request.key_id) continue;
          key.active = worlds.Chance(2);
          key.expiration = worlds.DrawNow();
        }
        account.keys.push_back({"another", true, std::nullopt, ""});
        EXPECT_EQ(Decide(BuildEvaluator(account), request, now), before);
        return before.allowed() && request.login == "AccessKey";
      });
  EXPECT_TRUE(Covered("T14", count, Scaled(6'000)));
}

TEST(PropertyTest, T15AnyBytesGiveAVerdictOrAnError) {
  Worlds worlds;
  const auto bytes = [&] {
    std::string text;
    for (std::size_t i = worlds.Below(12); i > 0; --i) {
      text += worlds.Chance(3) ? static_cast<char>(worlds.Below(256))
                               : "09afAF:./-TZ"[worlds.Below(12)];
    }
    return text;
  };
  // Ids of an account that are any bytes, too, and differ.
  const auto name = [&](const std::string& text) { return bytes() + text; };
  std::uint64_t count = 0;
  std::map<std::string, int> reasons;
  for (int i = 0; i < BySize(200, 2'000, 2'000) && !HasFailure(); ++i) {
    oracle::Account account = worlds.DrawAccount(5);
    for (oracle::Rule& rule : account.rules) {
      rule.id = name(rule.id);
      for (std::string& id : rule.cas) id = name(id);
      for (std::string& cn : rule.cns) cn = name(cn);
    }
    for (oracle::Key& key : account.keys) key.id = name(key.id);
    const Evaluator evaluator = BuildEvaluator(account);
    for (int j = 0; j < 50; ++j) {
      oracle::Request request = worlds.DrawRequest(account);
      if (worlds.Chance(4)) request.service = bytes();
      if (worlds.Chance(4)) request.method = bytes();
      if (worlds.Chance(4)) request.key_id = bytes();
      if (worlds.Chance(4)) request.cas = {name("ca")};
      if (worlds.Chance(4)) request.cn = name("cn");
      const Milliseconds now = worlds.DrawNow();
      const oracle::Decision expected = oracle::Decide(account, request, now);
      EXPECT_EQ(Text(Decide(evaluator, request, now)), Text(expected))
          << Describe(account) << '\n'
          << Describe(request);
      ++reasons[expected.reason];
      // A login of any number is none, or one of the two.
      Request any_login = {
          .method = FindMethod(request.service, request.method),
          .client_address = Ip(request.ip),
          .login = static_cast<LoginKind>(3 + worlds.Below(253))};
      any_login.access_key_id = request.key_id;
      EXPECT_EQ(evaluator.Decide(any_login, Instant(now)).allowed(),
                oracle::ClassOf(request.service, request.method) == "public");
      const std::string text = bytes();
      EXPECT_EQ(IpAddress::Parse(text).ok(),
                oracle::AddressBits(text).has_value());
      EXPECT_EQ(IpRange::Parse(text).ok(), oracle::RangeBits(text).has_value());
      EXPECT_EQ(ParseTimestamp(text).ok(), oracle::ParseDate(text).has_value());
      ++count;
    }
  }
  EXPECT_EQ(reasons.size(), kAllReasons.size());
  // A malformed field is an error whatever the class.
  for (const std::string& service : AllServices()) {
    for (const std::string& method : SampleMethods()) {
      const std::string front =
          R"({"Service":")" + service + R"(","Method":")" + method;
      EXPECT_TRUE(ParseRequestLine(front + R"(","ClientIp":"::"})").ok());
      for (const std::string rest :
           {R"(","ClientIp":"::1::"})", R"(","ClientIp":"::","Login":"x"})",
            R"(","ClientIp":"::","Now":"x"})", R"(","ClientIp":"::","X":1})"}) {
        EXPECT_FALSE(ParseRequestLine(front + rest).ok());
        ++count;
      }
    }
  }
  EXPECT_TRUE(
      Covered("T15", count, BySize<std::uint64_t>(10'000, 100'000, 100'000)));
}

// The explanation's part of it is tested beside the explanation.
TEST(PropertyTest, T16NamesTheFirstRuleAndTheNearestMiss) {
  const std::vector<Reason> nearest_first = {
      Reason::kCnNotAllowed, Reason::kCaNotAllowed, Reason::kCertificateMissing,
      Reason::kSourceIpNotAllowed, Reason::kNoRules};
  const auto count = OverRandomWorlds(
      5'000, 20,
      [&](Worlds&, const oracle::Account& account,
          const oracle::Request& request, Milliseconds now) {
        if (!IsDecidedByRules(request) ||
            !HasValidCredential(account, request, now)) {
          return false;
        }
        const Evaluator evaluator = BuildEvaluator(account);
        const Decision decision = Decide(evaluator, request, now);
        // Each rule alone tells what it would say.
        std::optional<std::size_t> first;
        std::size_t nearest = nearest_first.size() - 1;
        for (std::size_t i = 0; i < account.rules.size(); ++i) {
          oracle::Account alone = account;
          alone.rules = {account.rules[i]};
          const Reason reason =
              Decide(BuildEvaluator(alone), request, now).reason;
          if (reason == Reason::kRuleMatched && !first) first = i;
          for (std::size_t n = 0; n < nearest; ++n) {
            if (reason == nearest_first[n]) nearest = n;
          }
        }
        if (first) {
          EXPECT_EQ(decision.reason, Reason::kRuleMatched);
          EXPECT_EQ(decision.rule_index, *first);
          EXPECT_EQ(evaluator.RuleId(decision), account.rules[*first].id);
        } else {
          EXPECT_EQ(decision.reason, nearest_first[nearest]);
          EXPECT_EQ(decision.rule_index, std::nullopt);
        }
        // With one rule there is nothing to choose from.
        return account.rules.size() > 1;
      });
  EXPECT_TRUE(Covered("T16", count, Scaled(18'000)));
}

TEST(PropertyTest, T17ActivationReportsAreExact) {
  Worlds worlds;
  std::uint64_t count = 0;
  std::uint64_t ready = 0;
  std::uint64_t ready_later = 0;
  for (int i = 0; i < BySize(4'000, 40'000, 40'000); ++i) {
    oracle::Account account = worlds.DrawAccount(3);
    const long long max = 1 + static_cast<long long>(worlds.Below(3));
    const bool require = worlds.Chance(2);
    const RequestedPolicy asked = {.max_access_key_expiration_seconds = max,
                                   .require_trusted_env = require};
    const Milliseconds now = worlds.DrawNow();
    SCOPED_TRACE(Describe(account) + " asked " + std::to_string(max) + ' ' +
                 std::to_string(require) + " at " + std::to_string(now));
    const ActivationReport report =
        CheckActivation(Build(account), asked, Instant(now));
    ASSERT_EQ(Text(report),
              Text(oracle::CheckActivation(account, max, require, now)));
    ++count;
    ready += report.ready ? 1 : 0;
    ready_later += report.ready_at ? 1 : 0;

    if (report.ready) {
      for (const Milliseconds later : {now, now + 1, now + 5000}) {
        EXPECT_TRUE(
            CheckActivation(Build(account), asked, Instant(later)).ready);
      }
    }
    // A higher maximum adds no violation.
    const ActivationReport higher =
        CheckActivation(Build(account),
                        {.max_access_key_expiration_seconds = max + 1,
                         .require_trusted_env = require},
                        Instant(now));
    std::set<oracle::Finding> listed;
    for (const Violation& violation : report.violations) {
      listed.emplace(ToString(violation.code), violation.subject);
    }
    for (const Violation& violation : higher.violations) {
      EXPECT_TRUE(listed.contains(
          {std::string(ToString(violation.code)), violation.subject}));
    }
    if (report.ready_at) {
      EXPECT_TRUE(
          CheckActivation(Build(account), asked, *report.ready_at).ready);
      EXPECT_FALSE(CheckActivation(Build(account), asked,
                                   *report.ready_at - milliseconds{1})
                       .ready);
    }
    // Repairing exactly the listed items empties the report.
    for (const Violation& violation : report.violations) {
      switch (violation.code) {
        case ViolationCode::kAccountIncomplete:
          if (violation.subject.empty()) account.every_user_listed = true;
          std::erase(account.users_without_keys, violation.subject);
          break;
        case ViolationCode::kKeyNeverExpires:
        case ViolationCode::kKeyOutlivesMax:
          for (oracle::Key& key : account.keys) {
            if (key.id == violation.subject) {
              key.expiration = now + max * 1000 - 1;
            }
          }
          break;
        case ViolationCode::kRuleWithoutCa:
          for (oracle::Rule& rule : account.rules) {
            if (rule.id == violation.subject) rule.cas = {"ca-0"};
          }
          break;
        case ViolationCode::kNoRules:
          account.rules.push_back({"repair", {}, {"ca-0"}, {}});
          break;
        case ViolationCode::kMaxOutOfRange:
        case ViolationCode::kMaxRequired:
          ADD_FAILURE() << violation;
          break;
      }
    }
    EXPECT_TRUE(CheckActivation(Build(account), asked, Instant(now)).ready);
  }
  EXPECT_TRUE(
      Covered("T17", count, BySize<std::uint64_t>(4'000, 40'000, 40'000)));
  EXPECT_TRUE(
      Covered("T17, ready", ready, BySize<std::uint64_t>(150, 1'500, 1'500)));
  EXPECT_TRUE(Covered("T17, ready later", ready_later,
                      BySize<std::uint64_t>(20, 300, 300)));
}

// Everything that the programs and the library print for some inputs.
std::string Outputs() {
  std::string text;
  Worlds worlds;
  for (int i = 0; i < 200; ++i) {
    const oracle::Account account = worlds.DrawAccount(5);
    const oracle::Request request = worlds.DrawRequest(account);
    text += Text(Decide(BuildEvaluator(account), request, worlds.DrawNow()));
    const ActivationReport report =
        CheckActivation(Build(account), {}, Instant(worlds.DrawNow()));
    text += Text(report);
    for (const Violation& violation : report.violations) {
      text += ToString(violation);
    }
    text += Range(worlds.RangeText()).ToString();
    text += FormatTimestamp(Instant(worlds.DrawNow() * 1'000'000'007));
  }
  for (const std::string command : {"check", "factors"}) {
    for (const std::string format : {"text", "json"}) {
      std::istringstream in;
      std::ostringstream out;
      examples::RunCli(std::vector<std::string>{command, "--account",
                                                API_ACCESS_SOURCE_DIR
                                                "/examples/accounts/blocked",
                                                "--format", format},
                       {.in = in, .out = out, .err = out, .clock = [] {
                          return Timestamp();
                        }});
      text += out.str();
    }
  }
  return text;
}

// Writes 1234.5 as 1.234,5.
class OtherPunctuation : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

// Sets a time zone, and a locale for streams, until the end of its life.
class Surroundings {
 public:
  Surroundings(const char* zone, const std::locale& locale)
      : before_(std::locale::global(locale)) {
    if (const char* set = std::getenv("TZ")) zone_before_ = set;
    setenv("TZ", zone, 1);
    tzset();
  }
  ~Surroundings() {
    if (zone_before_) {
      setenv("TZ", zone_before_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
    std::locale::global(before_);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

 private:
  std::locale before_;
  std::optional<std::string> zone_before_;
};

TEST(PropertyTest, T20SameInputsSameBytes) {
  const std::string expected = Outputs();
  std::uint64_t count = 0;
  const std::locale other(std::locale::classic(), new OtherPunctuation);
  for (const char* zone : {"UTC0", "EAST-5:45", "WEST+3:30"}) {
    for (const std::locale& locale : {std::locale::classic(), other}) {
      const Surroundings surroundings(zone, locale);
      errno = ERANGE;
      EXPECT_EQ(Outputs(), expected) << zone;
      ++count;
    }
  }
  {
    // That locale does change what streams print.
    const Surroundings surroundings("UTC0", other);
    std::ostringstream out;
    out << 1234567;
    EXPECT_EQ(out.str(), "1.234.567");
  }

  Worlds worlds;
  for (int i = 0; i < 100'000; ++i) {
    const IpAddress address = Ip(worlds.AddressText());
    EXPECT_EQ(Ip(address.ToString()), address);
    const IpRange range = Range(worlds.RangeText());
    EXPECT_EQ(Range(range.ToString()), range);
    const Timestamp timestamp =
        kMinTimestamp + milliseconds{worlds.Below(static_cast<std::size_t>(
                            (kMaxTimestamp - kMinTimestamp).count()))};
    EXPECT_EQ(At(FormatTimestamp(timestamp)), timestamp);
    count += 3;
  }
  EXPECT_TRUE(Covered("T20", count, 300'000));
}

// Explanations, and the index, have tests of their own.
TEST(PropertyTest, T21VerdictsFollowTheRequiredFactors) {
  const auto count = OverRandomWorlds(
      5'000, 20,
      [&](Worlds&, const oracle::Account& account,
          const oracle::Request& request, Milliseconds now) {
        if (request.login == "AccessKey" &&
            !HasValidCredential(account, request, now)) {
          return false;
        }
        // A certificate fits when each rule that admits the address takes it.
        const bool bypass = oracle::Bypasses(account, request);
        for (const oracle::Rule& rule : account.rules) {
          const std::string answer = oracle::TryRule(rule, request, bypass);
          if (answer == "ca-not-allowed" || answer == "cn-not-allowed") {
            return false;
          }
        }
        const Evaluator evaluator = BuildEvaluator(account);
        const Decision decision = Decide(evaluator, request, now);
        if (decision.reason == Reason::kLoginNotSupported) return false;
        const FactorRequirement required = RequiredFactors(
            evaluator, FindMethod(request.service, request.method),
            Ip(request.ip));
        FactorSet presented;
        if (request.login == "AccessKey") presented = {Factor::kAccessKey};
        if (request.login == "Password") presented = {Factor::kPassword};
        if (!request.cas.empty()) {
          presented = presented | FactorSet{Factor::kCertificate};
        }
        EXPECT_EQ(decision.allowed(), required.IsSatisfiedBy(presented))
            << required << " presented " << presented;
        return IsDecidedByRules(request);
      });
  EXPECT_TRUE(Covered("T21", count, Scaled(30'000)));
}

// What `account` is when these are its CAs.
Account With(std::optional<std::vector<Ca>> cas, const Account& account) {
  return Valid(Account::Create(
      {.policy = account.policy(),
       .rules = account.rules(),
       .access_keys = account.access_keys(),
       .every_user_listed = account.every_user_listed(),
       .users_doubt = account.users_doubt(),
       .users_without_keys_read = account.users_without_keys_read(),
       .cas = std::move(cas)}));
}

TEST(PropertyTest, CasOfTheAccountNeverMatter) {
  const auto count = OverRandomWorlds(
      2'000, 10,
      [](Worlds& worlds, const oracle::Account& drawn,
         const oracle::Request& drawn_request, Milliseconds time) {
        // Of those that rules name, and others, which may have expired.
        std::vector<Ca> cas;
        for (const char* id : {"ca-0", "ca-1", "ca-2", "ca-of-no-rule"}) {
          if (worlds.Chance(2)) continue;
          Ca::Fields fields = {.id = id};
          if (worlds.Chance(2)) fields.valid_until = Instant(worlds.DrawNow());
          cas.push_back(Valid(Ca::Create(std::move(fields))));
        }
        const Account unread = With(std::nullopt, Build(drawn));
        const Account read = With(cas, unread);
        const Timestamp now = Instant(time);

        const RequestedPolicy asked = {
            .max_access_key_expiration_seconds =
                static_cast<std::int64_t>(worlds.Below(3)),
            .require_trusted_env = worlds.Chance(2)};
        EXPECT_EQ(CheckActivation(read, asked, now),
                  CheckActivation(unread, asked, now));
        EXPECT_EQ(CertificateDemandOf(read), CertificateDemandOf(unread));

        const BuiltRequest built(drawn_request);
        const Request request = built.Get();
        const Evaluator of_read = Valid(Evaluator::Compile(read));
        const Evaluator of_unread = Valid(Evaluator::Compile(unread));
        EXPECT_EQ(of_read.Decide(request, now), of_unread.Decide(request, now));
        EXPECT_EQ(
            RequiredFactors(of_read, request.method, request.client_address),
            RequiredFactors(of_unread, request.method, request.client_address));
        EXPECT_EQ(Explain(of_read, request, now),
                  Explain(of_unread, request, now));
        return IsDecidedByRules(drawn_request);
      });
  EXPECT_TRUE(Covered("accounts with CAs", count, Scaled(18'000)));
}

}  // namespace
}  // namespace api_access
