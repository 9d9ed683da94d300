// What must hold for every account and request, each test named after its
// property.

#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "api_access/required_factors.h"
#include "cli.h"
#include "gtest/gtest.h"
#include "request_line.h"
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

// Draws accounts, and requests and instants on each, and gives them to `check`.
// Returns how many.
using Check = std::function<void(Worlds&, const oracle::Account&,
                                 const oracle::Request&, Milliseconds)>;
std::uint64_t OverRandomWorlds(int accounts, int requests, const Check& check) {
  Worlds worlds;
  std::uint64_t count = 0;
  for (int i = 0; i < accounts && !testing::Test::HasFailure(); ++i) {
    const oracle::Account account = worlds.DrawAccount(5);
    for (int j = 0; j < requests && !testing::Test::HasFailure(); ++j) {
      const oracle::Request request = worlds.DrawRequest(account);
      const Milliseconds now = worlds.DrawNow();
      SCOPED_TRACE(Describe(account) + "\n" + Describe(request) + " at " +
                   std::to_string(now));
      check(worlds, account, request, now);
      ++count;
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
        if (!IsDecidedByRules(request)) return;
        if (Allows(account, request, now)) {
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
      });
  EXPECT_TRUE(Covered("T1", count, 100'000));
}

TEST(PropertyTest, T02AddingARuleNeverRevokes) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, oracle::Account account,
         const oracle::Request& request, Milliseconds now) {
        const bool before = Allows(account, request, now);
        oracle::Account smaller = account;
        for (std::size_t i = 0; i < account.rules.size(); ++i) {
          smaller.rules = account.rules;
          smaller.rules.erase(smaller.rules.begin() +
                              static_cast<std::ptrdiff_t>(i));
          EXPECT_LE(Allows(smaller, request, now), before);
        }
        account.rules.insert(
            account.rules.begin() + static_cast<std::ptrdiff_t>(
                                        worlds.Below(account.rules.size() + 1)),
            worlds.DrawRule("added"));
        EXPECT_GE(Allows(account, request, now), before);
      });
  EXPECT_TRUE(Covered("T2", count, 50'000));
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
        for (std::size_t rule = 0; rule < account.rules.size(); ++rule) {
          for (std::size_t c = 0; c < kCriteria.size(); ++c) {
            const oracle::Strings& items = account.rules[rule].*kCriteria[c];
            if (items.empty()) continue;
            oracle::Account changed = account;
            (changed.rules[rule].*kCriteria[c]).push_back(DrawItem(worlds, c));
            EXPECT_GE(Allows(changed, request, now), before);
            if (std::set<std::string>(items.begin(), items.end()).size() < 2) {
              continue;
            }
            changed = account;
            std::erase(changed.rules[rule].*kCriteria[c], items.front());
            EXPECT_LE(Allows(changed, request, now), before);
          }
        }
      });
  EXPECT_TRUE(Covered("T3", count, 50'000));
}

TEST(PropertyTest, T04AddingACriterionNeverGrants) {
  const auto count = OverRandomWorlds(
      5'000, 10,
      [](Worlds& worlds, const oracle::Account& account,
         const oracle::Request& request, Milliseconds now) {
        const bool before = Allows(account, request, now);
        for (std::size_t rule = 0; rule < account.rules.size(); ++rule) {
          for (std::size_t c = 0; c < kCriteria.size(); ++c) {
            oracle::Account changed = account;
            oracle::Rule& edited = changed.rules[rule];
            if (!(edited.*kCriteria[c]).empty()) continue;
            if (c == 2 && edited.cas.empty()) continue;
            edited.*kCriteria[c] = {DrawItem(worlds, c), DrawItem(worlds, c)};
            EXPECT_LE(Allows(changed, request, now), before);
          }
        }
      });
  EXPECT_TRUE(Covered("T4", count, 50'000));
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
      });
  EXPECT_TRUE(Covered("T5", count, 50'000));
}

TEST(PropertyTest, T06RulesDoNotInteract) {
  const auto count =
      OverRandomWorlds(5'000, 10,
                       [](Worlds&, const oracle::Account& account,
                          const oracle::Request& request, Milliseconds now) {
                         if (!IsDecidedByRules(request)) return;
                         bool any = false;
                         for (const oracle::Rule& rule : account.rules) {
                           oracle::Account alone = account;
                           alone.rules = {rule};
                           any |= Allows(alone, request, now);
                         }
                         EXPECT_EQ(Allows(account, request, now), any);
                       });
  EXPECT_TRUE(Covered("T6", count, 50'000));
}

TEST(PropertyTest, T07BlocksAreTheUnionOfTheirHalves) {
  Worlds worlds;
  const IpAddress mapped = Ip("0.0.0.0");
  std::uint64_t count = 0;
  for (int i = 0; i < 200'000; ++i) {
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
    // The part of a wide IPv6 block inside ::ffff:0:0/96 matches nobody.
    if (!block.is_v4() && block.first_address() <= mapped &&
        mapped <= block.last_address()) {
      continue;
    }
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
  EXPECT_TRUE(Covered("T7", count, 100'000));
}

TEST(PropertyTest, T08MappedAddressesAreIpv4AndNoOthers) {
  Worlds worlds;
  std::uint64_t count = 0;
  const auto count_decisions =
      OverRandomWorlds(2'000, 20,
                       [](Worlds&, const oracle::Account& account,
                          oracle::Request request, Milliseconds now) {
                         if (request.ip.find(':') != std::string::npos) return;
                         const Evaluator evaluator = BuildEvaluator(account);
                         const Decision plain = Decide(evaluator, request, now);
                         request.ip = "::ffff:" + request.ip;
                         EXPECT_EQ(Decide(evaluator, request, now), plain);
                       });
  const IpRange all_v4 = Range("0.0.0.0/0");
  const IpRange all_v6 = Range("::/0");
  for (int i = 0; i < 20'000; ++i) {
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
  EXPECT_TRUE(Covered("T8", count + count_decisions, 1'000'000));
}

TEST(PropertyTest, T09KeysOnlyEverStopWorking) {
  const auto count = OverRandomWorlds(
      3'000, 10,
      [](Worlds&, const oracle::Account& account,
         const oracle::Request& request, Milliseconds) {
        const Evaluator evaluator = BuildEvaluator(account);
        bool earlier = true;
        for (const Milliseconds now :
             {-1, 0, 1, 499, 500, 501, 1000, 1500, 2000, 2500, 2501}) {
          const Decision decision = Decide(evaluator, request, now);
          EXPECT_LE(decision.allowed(), earlier);
          earlier = decision.allowed();
          if (decision.valid_until) {
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
      });
  EXPECT_TRUE(Covered("T9", count, 30'000));
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
        EXPECT_LE(Decide(evaluator, less, now).allowed(),
                  Decide(evaluator, request, now).allowed());
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
      });
  EXPECT_TRUE(Covered("T10", count, 50'000));
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
          return;
        }
        bool admitted = false;
        for (oracle::Rule rule : account.rules) {
          if (rule.ranges.empty()) admitted = true;
          for (const std::string& range : rule.ranges) {
            admitted |= Range(range).Contains(Ip(request.ip));
          }
        }
        EXPECT_EQ(with.allowed(),
                  HasValidCredential(account, request, now) && admitted);
      });
  EXPECT_TRUE(Covered("T11", count, 100'000));
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
        });
  }
  EXPECT_TRUE(Covered("T12", count, 15'000));
}

TEST(PropertyTest, T13MethodsAreFoundByTheirBytesAlone) {
  std::uint64_t count = 0;
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    const std::string service(ToString(entry.service));
    const std::string name(entry.name);
    EXPECT_EQ(FindMethod(service, name).method_class(), entry.method_class);
    // Every change of one byte, every byte dropped and every byte added.
    std::vector<std::string> others = {name + '\0', name + ' ', "X" + name};
    for (std::size_t i = 0; i < name.size(); ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string other = name;
        other[i] = static_cast<char>(byte);
        if (other != name) others.push_back(other);
      }
      others.push_back(name.substr(0, i) + name.substr(i + 1));
    }
    for (const std::string& other : others) {
      const Method method = FindMethod(service, other);
      ASSERT_EQ(ToString(method.method_class()).substr(1),
                oracle::ClassOf(service, other).substr(1))
          << other;
      ASSERT_EQ(FindMethod("oapi", other), FindMethod("api", other)) << other;
      ++count;
    }
  }
  EXPECT_TRUE(Covered("T13", count, 1'000'000));
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
      });
  EXPECT_TRUE(Covered("T14", count, 50'000));
}

TEST(PropertyTest, T15AnyBytesGiveAVerdictOrAnError) {
  Worlds worlds;
  const auto bytes = [&] {
    std::string text;
    for (std::size_t i = worlds.Below(12); i > 0; --i) {
      text += static_cast<char>(worlds.Chance(3)
                                    ? worlds.Below(256)
                                    : "09afAF:./-TZ"[worlds.Below(12)]);
    }
    return text;
  };
  std::uint64_t count = 0;
  const Evaluator evaluator = BuildEvaluator(worlds.DrawAccount(5));
  const ClientCertificate certificate = Certificate({"\xff"}, "\x01");
  for (int i = 0; i < 300'000; ++i) {
    const std::string id = bytes();
    const Decision decision = evaluator.Decide(
        {.method = FindMethod(bytes(), bytes()),
         .client_address = Ip(worlds.AddressText()),
         .login = static_cast<LoginKind>(worlds.Below(256)),
         .access_key_id = id,
         .certificate = worlds.Chance(2) ? &certificate : nullptr},
        Instant(static_cast<Milliseconds>(worlds.Below(~std::size_t{0}))));
    EXPECT_NE(ToString(decision.reason), "not-decided");
    const std::string text = bytes();
    EXPECT_EQ(IpAddress::Parse(text).ok(),
              oracle::AddressBits(text).has_value());
    EXPECT_EQ(IpRange::Parse(text).ok(), oracle::RangeBits(text).has_value());
    EXPECT_EQ(ParseTimestamp(text).ok(), oracle::ParseDate(text).has_value());
    ++count;
  }
  // A malformed field is an error whatever the class.
  for (const std::string& service : AllServices()) {
    for (const std::string& method : SampleMethods()) {
      const std::string front =
          R"({"Service":")" + service + R"(","Method":")" + method;
      EXPECT_TRUE(
          examples::ParseRequestLine(front + R"(","ClientIp":"::"})").ok());
      for (const std::string rest :
           {R"(","ClientIp":"::1::"})", R"(","ClientIp":"::","Login":"x"})",
            R"(","ClientIp":"::","Now":"x"})", R"(","ClientIp":"::","X":1})"}) {
        EXPECT_FALSE(examples::ParseRequestLine(front + rest).ok());
        ++count;
      }
    }
  }
  EXPECT_TRUE(Covered("T15", count, 300'000));
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
          return;
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
          EXPECT_EQ(decision.rule, *first);
          EXPECT_EQ(evaluator.RuleId(decision), account.rules[*first].id);
        } else {
          EXPECT_EQ(decision.reason, nearest_first[nearest]);
          EXPECT_EQ(decision.rule, std::nullopt);
        }
      });
  EXPECT_TRUE(Covered("T16", count, 100'000));
}

TEST(PropertyTest, T17ActivationReportsAreExact) {
  Worlds worlds;
  std::uint64_t count = 0;
  for (int i = 0; i < 40'000; ++i) {
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
    ++count;

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
  EXPECT_TRUE(Covered("T17", count, 40'000));
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

TEST(PropertyTest, T20SameInputsSameBytes) {
  const std::string expected = Outputs();
  std::uint64_t count = 0;
  for (const char* zone : {"UTC", "Asia/Kathmandu", "America/St_Johns"}) {
    for (const char* locale : {"C", "C.UTF-8", ""}) {
      setenv("TZ", zone, 1);
      tzset();
      std::setlocale(LC_ALL, locale);
      errno = ERANGE;
      EXPECT_EQ(Outputs(), expected) << zone << ' ' << locale;
      ++count;
    }
  }
  unsetenv("TZ");
  tzset();
  std::setlocale(LC_ALL, "C");

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
  std::uint64_t fitting = 0;
  const auto count = OverRandomWorlds(
      5'000, 20,
      [&](Worlds&, const oracle::Account& account,
          const oracle::Request& request, Milliseconds now) {
        if (!request.login.empty() && request.login != "Password" &&
            !HasValidCredential(account, request, now)) {
          return;
        }
        const Evaluator evaluator = BuildEvaluator(account);
        const Decision decision = Decide(evaluator, request, now);
        if (decision.reason == Reason::kLoginNotSupported) return;
        const FactorRequirement required = RequiredFactors(
            evaluator, FindMethod(request.service, request.method),
            Ip(request.ip));
        FactorSet presented;
        if (request.login == "AccessKey") presented = {Factor::kAccessKey};
        if (request.login == "Password") presented = {Factor::kPassword};
        // A certificate fits where no rule misses on it.
        if (!request.cas.empty()) {
          if (decision.reason == Reason::kCaNotAllowed ||
              decision.reason == Reason::kCnNotAllowed) {
            return;
          }
          presented = presented | FactorSet{Factor::kCertificate};
        }
        ++fitting;
        EXPECT_EQ(decision.allowed(), required.IsSatisfiedBy(presented))
            << required << " presented " << presented;
      });
  EXPECT_TRUE(Covered("T21", count, 100'000));
  EXPECT_GT(fitting, 50'000U);
}

}  // namespace
}  // namespace api_access
