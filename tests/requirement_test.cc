#include "api_access/requirement.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/insight/representatives.h"
#include "tests/support.h"

namespace api_access {
namespace {

Evaluator Compiled(std::vector<ApiAccessRule> rules, bool session = false) {
  return Valid(Evaluator::Compile(
      CompleteAccount(Policy(3600, session), std::move(rules), {})));
}
TEST(ExactFactorsTest, DependOnTheRulesThatAdmitTheAddress) {
  const std::vector<ApiAccessRule> rules = {
      Rule("with-ca", {"192.0.2.0/24", "198.51.100.0/24"}, {"ca-1"}, {"a"}),
      Rule("without-ca", {"198.51.100.0/25"}),
  };
  const FactorRequirement both_with_certificate = {kKeyCertificate,
                                                   kPasswordCertificate};
  const FactorRequirement both = {kKey, kPassword};
  const struct {
    const char* address;
    const char* service;
    const char* method;
    FactorRequirement deactivated;
    FactorRequirement activated;
  } kCases[] = {
      {"192.0.2.7", "api", "ReadVms", {kKeyCertificate}, {kKey}},
      {"192.0.2.7", "api", "ReadCas", both_with_certificate,
       both_with_certificate},
      {"192.0.2.7",
       "eim",
       "ListAccessKeys",
       {kKeyCertificate},
       {kKeyCertificate}},
      {"192.0.2.7", "api", "Unknown", {kKeyCertificate}, {kKeyCertificate}},
      {"198.51.100.7", "api", "ReadVms", {kKey}, {kKey}},
      {"198.51.100.7", "api", "ReadCas", both, both},
      {"198.51.100.7", "api", "Unknown", {kKey}, {kKey}},
      {"198.51.100.128", "api", "ReadCas", both_with_certificate,
       both_with_certificate},
      {"203.0.113.7", "api", "ReadVms", kImpossible, kImpossible},
      {"203.0.113.7", "api", "ReadCas", kImpossible, kImpossible},
      {"203.0.113.7", "api", "Unknown", kImpossible, kImpossible},
      {"203.0.113.7", "api", "ReadRegions", kNothing, kNothing},
      {"203.0.113.7", "oos", "GetObject", {kKey}, {kKey}},
  };
  for (const bool session : {false, true}) {
    const Evaluator evaluator = Compiled(rules, session);
    for (const auto& c : kCases) {
      EXPECT_EQ(RequiredFactors(evaluator, FindMethod(c.service, c.method),
                                Ip(c.address)),
                session ? c.activated : c.deactivated)
          << c.address << ' ' << c.service << ' ' << c.method << ' ' << session;
    }
  }
}

TEST(ExactFactorsTest, OfADefaultEvaluator) {
  const Evaluator evaluator;
  EXPECT_EQ(RequiredFactors(evaluator, FindMethod("api", "ReadVms"), Ip("::")),
            kImpossible);
  EXPECT_EQ(
      RequiredFactors(evaluator, FindMethod("api", "ReadRegions"), Ip("::")),
      kNothing);
}

// `ca-1,ca-2: a b; ca-3: *`.
std::string Text(const std::vector<AcceptedCertificate>& certificates) {
  std::string text;
  for (const auto& [ca_ids, cns] : certificates) {
    if (!text.empty()) text += "; ";
    for (const std::string& id : ca_ids) {
      text += (&id == &ca_ids.front() ? "" : ",") + id;
    }
    text += ":";
    if (cns.empty()) text += " *";
    for (const std::string& cn : cns) text += ' ' + cn;
  }
  return text;
}

TEST(AcceptedCertificatesTest, AreThoseOfTheRulesThatAdmitTheAddress) {
  const Evaluator evaluator = Compiled(
      {Rule("a", {"192.0.2.0/24"}, {"ca-2", "ca-1"}, {"b", "a"}),
       Rule("b", {}, {"ca-3"}), Rule("c", {"192.0.2.7"}, {"ca-1"}, {"c"}),
       Rule("e", {"10.0.0.0/8"}, {"ca-4"}), Rule("f", {"::/0"})});
  const auto accepted = [&](const std::string& service,
                            const std::string& method,
                            const std::string& address) {
    return Text(AcceptedCertificates(evaluator, FindMethod(service, method),
                                     Ip(address)));
  };
  EXPECT_EQ(accepted("api", "ReadVms", "192.0.2.7"),
            "ca-2,ca-1: b a; ca-3: *; ca-1: c");
  EXPECT_EQ(accepted("api", "ReadAccessKeys", "192.0.2.8"),
            "ca-2,ca-1: b a; ca-3: *");
  EXPECT_EQ(accepted("api", "ReadVms", "203.0.113.1"), "ca-3: *");
  EXPECT_EQ(accepted("api", "ReadRegions", "192.0.2.7"), "");
  EXPECT_EQ(accepted("oos", "GetObject", "192.0.2.7"), "");
  // A rule without CA admits it.
  EXPECT_EQ(accepted("api", "ReadVms", "2001:db8::1"), "");
  EXPECT_EQ(Text(AcceptedCertificates(Evaluator(), FindMethod("api", "ReadVms"),
                                      Ip("192.0.2.7"))),
            "");
}

TEST(AcceptedCertificatesTest, TheSessionNeedsNoneForOrdinaryMethods) {
  const Evaluator evaluator = Compiled({Rule("a", {}, {"ca-1"})}, true);
  EXPECT_EQ(Text(AcceptedCertificates(evaluator, FindMethod("api", "ReadVms"),
                                      Ip("192.0.2.7"))),
            "");
  EXPECT_EQ(
      Text(AcceptedCertificates(evaluator, FindMethod("api", "ReadAccessKeys"),
                                Ip("192.0.2.7"))),
      "ca-1: *");
}

const Timestamp kNow = At("2030-01-01");

// Keys of each kind, for accounts that decide by brute force.
std::vector<AccessKey> SomeKeys() {
  return {Key("root"),
          Valid(AccessKey::Create({.id = "eim",
                                   .state = AccessKeyState::kActive,
                                   .user_name = "alice"})),
          Key("expired", kNow), Valid(AccessKey::Create({.id = "inactive"}))};
}

std::string Text(const PossibleDecision& decision) {
  std::string text(ToString(decision.verdict));
  if (decision.reason != Reason::kNotDecided) {
    text += ' ' + std::string(ToString(decision.reason));
  }
  return text;
}

constexpr Possible kAnyCertificate = {.any_certificate = true};
constexpr Possible kLogEntryWithoutKey = {.login = PossibleLogin::kNoAccessKey,
                                          .any_certificate = true};
constexpr Possible kLogEntryWithKeyGone = {.login = PossibleLogin::kUsableKey,
                                           .any_certificate = true};

TEST(DecideOverTest, TellsWhatALogDoesNot) {
  const std::vector<ApiAccessRule> rules = {
      Rule("with-ca", {"192.0.2.0/24"}, {"ca-1"}, {"a"}),
      Rule("without-ca", {"198.51.100.0/24"})};
  const struct {
    const char* service;
    const char* method;
    const char* address;
    const char* key;  // an access key of this id, any certificate
    const char* deactivated;
    const char* activated;
  } kWithKey[] = {
      {"api", "ReadVms", "192.0.2.7", "root", "Depends", "Allow"},
      {"api", "ReadCas", "192.0.2.7", "root", "Depends", "Depends"},
      {"api", "ReadVms", "198.51.100.7", "root", "Allow", "Allow"},
      {"api", "ReadVms", "203.0.113.7", "root", "Deny source-ip-not-allowed",
       "Deny source-ip-not-allowed"},
      {"api", "ReadVms", "192.0.2.7", "expired", "Deny access-key-expired",
       "Deny access-key-expired"},
      {"api", "ReadVms", "192.0.2.7", "gone", "Deny unknown-access-key",
       "Deny unknown-access-key"},
      {"icu", "GetAccount", "192.0.2.7", "eim", "Deny eim-user-not-supported",
       "Deny eim-user-not-supported"},
      {"oos", "GetObject", "203.0.113.7", "root", "Allow", "Allow"},
      {"api", "ReadRegions", "203.0.113.7", "gone", "Allow", "Allow"},
  };
  const struct {
    const char* service;
    const char* method;
    const char* address;
    const char* without_key;
    const char* key_gone;
  } kWithoutKey[] = {
      {"api", "ReadVms", "192.0.2.7", "Deny login-not-allowed", "Depends"},
      {"api", "ReadCas", "192.0.2.7", "Depends", "Depends"},
      // No login is denied there.
      {"api", "ReadCas", "198.51.100.7", "Depends", "Allow"},
      {"api", "ReadCas", "203.0.113.7", "Deny source-ip-not-allowed",
       "Deny source-ip-not-allowed"},
      {"icu", "GetAccount", "198.51.100.7", "Deny login-not-allowed", "Allow"},
      // Login/password is not there: no login gets farther.
      {"fcu", "RunInstances", "198.51.100.7", "Deny no-credential", "Allow"},
      {"api", "ReadRegions", "203.0.113.7", "Allow", "Allow"},
      {"fcu", "DescribeRegions", "203.0.113.7", "Depends", "Allow"},
  };
  for (const bool session : {false, true}) {
    const Evaluator evaluator = Valid(Evaluator::Compile(
        CompleteAccount(Policy(3600, session), rules, SomeKeys())));
    for (const auto& c : kWithKey) {
      const Request request = {.method = FindMethod(c.service, c.method),
                               .client_address = Ip(c.address),
                               .login = LoginKind::kAccessKey,
                               .access_key_id = c.key};
      EXPECT_EQ(Text(DecideOver(evaluator, request, kAnyCertificate, kNow)),
                session ? c.activated : c.deactivated)
          << c.service << ' ' << c.method << ' ' << c.address << ' ' << c.key;
    }
    if (session) continue;
    for (const auto& c : kWithoutKey) {
      const Request request = {.method = FindMethod(c.service, c.method),
                               .client_address = Ip(c.address),
                               .login = LoginKind::kAccessKey,
                               .access_key_id = "gone"};
      const std::string which =
          std::string(c.service) + ' ' + c.method + ' ' + c.address;
      EXPECT_EQ(Text(DecideOver(evaluator, request, kLogEntryWithoutKey, kNow)),
                c.without_key)
          << which;
      EXPECT_EQ(
          Text(DecideOver(evaluator, request, kLogEntryWithKeyGone, kNow)),
          c.key_gone)
          << which;
    }
  }
}

TEST(DecideOverTest, WhatIsKnownIsDecidedAsItIs) {
  const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"}, {"ca-1"}, {"a"})},
      SomeKeys())));
  const ClientCertificate fits = Certificate({"ca-1"}, "a");
  const ClientCertificate other = Certificate({"ca-1"}, "b");
  const auto decide = [&](const ClientCertificate* certificate,
                          const Possible& possible) {
    return Text(DecideOver(evaluator,
                           {.method = FindMethod("api", "ReadCas"),
                            .client_address = Ip("192.0.2.7"),
                            .login = LoginKind::kAccessKey,
                            .access_key_id = "root",
                            .certificate = certificate},
                           possible, kNow));
  };
  EXPECT_EQ(decide(&fits, {}), "Allow");
  EXPECT_EQ(decide(&other, {}), "Deny cn-not-allowed");
  EXPECT_EQ(decide(nullptr, {}), "Deny certificate-missing");
  EXPECT_EQ(decide(&fits, {.login = PossibleLogin::kAny}), "Depends");
  EXPECT_EQ(decide(&other, {.login = PossibleLogin::kAny}),
            "Deny cn-not-allowed");
  EXPECT_EQ(decide(&fits, {.login = PossibleLogin::kUsableKey}), "Allow");
  // Any certificate also when one is given.
  EXPECT_EQ(decide(&fits, kAnyCertificate), "Depends");
}

TEST(DecideOverTest, AValueOutOfRangeIsDenied) {
  const Evaluator evaluator;
  EXPECT_EQ(DecideOver(evaluator,
                       {.method = FindMethod("api", "ReadRegions"),
                        .client_address = Ip("192.0.2.7")},
                       {.login = PossibleLogin{9}}, kNow),
            PossibleDecision{});
}

// All logins and certificates that can make a difference.
struct Presented {
  LoginKind login;
  const char* key;
};
constexpr Presented kNoLogin = {LoginKind::kNone, ""};
constexpr Presented kPasswordLogin = {LoginKind::kPassword, ""};
constexpr Presented kRootKey = {LoginKind::kAccessKey, "root"};
constexpr Presented kEimKey = {LoginKind::kAccessKey, "eim"};

std::vector<Presented> LoginsOf(PossibleLogin login, const Presented& given) {
  switch (login) {
    case PossibleLogin::kGiven:
      break;
    case PossibleLogin::kUsableKey:
      return {kRootKey};
    case PossibleLogin::kNoAccessKey:
      return {kNoLogin, kPasswordLogin};
    case PossibleLogin::kAny:
      return {kNoLogin,
              kPasswordLogin,
              kRootKey,
              kEimKey,
              {LoginKind::kAccessKey, "expired"},
              {LoginKind::kAccessKey, "inactive"},
              {LoginKind::kAccessKey, "gone"}};
  }
  return {given};
}

std::vector<std::optional<ClientCertificate>> AllCertificates() {
  std::vector<std::optional<ClientCertificate>> all = {std::nullopt};
  for (const Texts& cas :
       {Texts{"ca-1"}, Texts{"ca-2"}, Texts{"other"}, Texts{"ca-1", "ca-2"}}) {
    for (const char* cn : {"a", "b", "other"}) {
      all.push_back(Certificate(cas, cn));
    }
    all.push_back(Certificate(cas));
  }
  return all;
}

// The order in which reasons get farther, worst first.
std::size_t RankOf(Reason reason) {
  constexpr Reason kRanks[] = {
      Reason::kLoginNotSupported,   Reason::kNoCredential,
      Reason::kLoginNotAllowed,     Reason::kUnknownAccessKey,
      Reason::kAccessKeyInactive,   Reason::kAccessKeyExpired,
      Reason::kEimUserNotSupported, Reason::kNoRules,
      Reason::kSourceIpNotAllowed,  Reason::kCertificateMissing,
      Reason::kCaNotAllowed,        Reason::kCnNotAllowed};
  return static_cast<std::size_t>(std::ranges::find(kRanks, reason) - kRanks);
}

// What Evaluator::Decide says of everything that is possible.
PossibleDecision BruteForce(const Evaluator& evaluator, const Method& method,
                            const IpAddress& address, const Presented& given,
                            const std::optional<ClientCertificate>& certificate,
                            const Possible& possible) {
  std::vector<std::optional<ClientCertificate>> certificates = {certificate};
  if (possible.any_certificate) certificates = AllCertificates();
  std::size_t allowed = 0;
  std::size_t denied = 0;
  Reason best = Reason::kLoginNotSupported;
  for (const Presented& login : LoginsOf(possible.login, given)) {
    for (const auto& one : certificates) {
      const Decision decision =
          evaluator.Decide({.method = method,
                            .client_address = address,
                            .login = login.login,
                            .access_key_id = login.key,
                            .certificate = one ? &*one : nullptr},
                           kNow);
      ++(decision.allowed() ? allowed : denied);
      if (!decision.allowed() && RankOf(best) < RankOf(decision.reason)) {
        best = decision.reason;
      }
    }
  }
  if (allowed == 0) return {PossibleVerdict::kDeny, best};
  return {denied == 0 ? PossibleVerdict::kAllow : PossibleVerdict::kDepends,
          Reason::kNotDecided};
}

TEST(DecideOverTest, IsTheBruteForceOverAllThatIsPossible) {
  const std::vector<std::vector<ApiAccessRule>> worlds = {
      {},
      {Rule("r", {"192.0.2.0/24"})},
      {Rule("r", {"192.0.2.0/24"}, {"ca-1"})},
      {Rule("r", {"192.0.2.0/24"}, {"ca-1"}, {"a"}), Rule("s", {}, {"ca-2"})},
      {Rule("r", {}, {"ca-1", "ca-2"}, {"a", "b"}), Rule("s", {"::/0"})},
      {Rule("r", {"192.0.2.7"}), Rule("s", {"192.0.2.0/24"}, {"ca-2"})},
  };
  const std::vector<std::optional<ClientCertificate>> given_certificates = {
      std::nullopt, Certificate({"ca-1"}, "a"), Certificate({"ca-2"})};
  for (const auto& rules : worlds) {
    for (const bool session : {false, true}) {
      const Evaluator evaluator = Valid(Evaluator::Compile(
          CompleteAccount(Policy(3600, session), rules, SomeKeys())));
      for (const MethodKind kind : kAllMethodKinds) {
        const Method method = internal::SampleOf(kind);
        for (const char* address : {"192.0.2.7", "192.0.2.8", "::1"}) {
          for (const Presented& given : LoginsOf(PossibleLogin::kAny, {})) {
            for (const auto& certificate : given_certificates) {
              for (const PossibleLogin login :
                   {PossibleLogin::kGiven, PossibleLogin::kUsableKey,
                    PossibleLogin::kNoAccessKey, PossibleLogin::kAny}) {
                for (const bool any_certificate : {false, true}) {
                  const Possible possible = {
                      .login = login, .any_certificate = any_certificate};
                  ASSERT_EQ(Text(DecideOver(
                                evaluator,
                                {.method = method,
                                 .client_address = Ip(address),
                                 .login = given.login,
                                 .access_key_id = given.key,
                                 .certificate =
                                     certificate ? &*certificate : nullptr},
                                possible, kNow)),
                            Text(BruteForce(evaluator, method, Ip(address),
                                            given, certificate, possible)))
                      << kind << ' ' << address << ' ' << given.key << ' '
                      << static_cast<int>(login) << any_certificate;
                }
              }
            }
          }
        }
      }
    }
  }
}

// With a login that passes, these are just the certificates that are allowed.
TEST(DecideOverTest, AcceptedCertificatesAreThoseThatDo) {
  const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
      Policy(3600, true),
      {Rule("r", {"192.0.2.0/24"}, {"ca-1"}, {"a"}), Rule("s", {}, {"ca-2"})},
      SomeKeys())));
  for (const MethodKind kind : kAllMethodKinds) {
    const Request request = {.method = internal::SampleOf(kind),
                             .client_address = Ip("192.0.2.7"),
                             .login = LoginKind::kAccessKey,
                             .access_key_id = "root"};
    const auto accepted =
        AcceptedCertificates(evaluator, request.method, request.client_address);
    const bool depends =
        DecideOver(evaluator, request, kAnyCertificate, kNow).verdict ==
        PossibleVerdict::kDepends;
    EXPECT_EQ(accepted.empty(), !depends) << kind;
    if (!depends) continue;
    for (const auto& one : AllCertificates()) {
      Request full = request;
      full.certificate = one ? &*one : nullptr;
      const auto contains = [](const Texts& texts, const std::string& text) {
        return std::ranges::find(texts, text) != texts.end();
      };
      const bool is_accepted =
          one && std::ranges::any_of(accepted, [&](const auto& entry) {
            return std::ranges::any_of(one->ca_ids(),
                                       [&](const std::string& id) {
                                         return contains(entry.ca_ids, id);
                                       }) &&
                   (entry.cns.empty() ||
                    (one->cn() && contains(entry.cns, *one->cn())));
          });
      EXPECT_EQ(evaluator.Decide(full, kNow).allowed(), is_accepted) << kind;
    }
  }
}

TEST(PossibleVerdictTest, HasTexts) {
  EXPECT_EQ(ToString(PossibleVerdict::kAllow), "Allow");
  EXPECT_EQ(ToString(PossibleVerdict::kDepends), "Depends");
  EXPECT_EQ(ToString(PossibleVerdict::kDeny), "Deny");
  EXPECT_EQ(ToString(PossibleVerdict{9}), "Deny");
}

}  // namespace
}  // namespace api_access
