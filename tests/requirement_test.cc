#include "api_access/requirement.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
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

}  // namespace
}  // namespace api_access
