// What all values have in common: texts and back, printing, the version.

#include <array>
#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>

#include "api_access/access_map.h"
#include "api_access/activation.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/explanation.h"
#include "api_access/factors.h"
#include "api_access/impact.h"
#include "api_access/method.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "api_access/review.h"
#include "api_access/usage.h"
#include "api_access/version.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

template <typename Value>
std::string Printed(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

// Each text gives its enumerator back, and nothing else does.
template <typename Enum, std::size_t kCount>
void ExpectTextsAndBack(const std::array<Enum, kCount>& all,
                        absl::StatusOr<Enum> (*parse)(std::string_view)) {
  std::string last;
  for (const Enum value : all) {
    const std::string text(ToString(value));
    EXPECT_EQ(Valid(parse(text)), value);
    EXPECT_EQ(Printed(value), text);
    std::string other_case = text;
    other_case[0] = static_cast<char>(other_case[0] ^ 0x20);
    for (const std::string& wrong :
         {other_case, ' ' + text, text + ' ', text + '\0', std::string(),
          std::string("unknown"), std::string("not-decided"), text.substr(1)}) {
      const auto parsed = parse(wrong);
      EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument)
          << wrong;
      EXPECT_NE(Message(parsed.status()).find(text), std::string::npos);
    }
  }
}

TEST(EnumTest, TextsGiveTheirEnumeratorsBack) {
  ExpectTextsAndBack(kAllServices, &ParseService);
  ExpectTextsAndBack(kAllMethodClasses, &ParseMethodClass);
  ExpectTextsAndBack(kAllLoginKinds, &ParseLoginKind);
  ExpectTextsAndBack(kAllFactors, &ParseFactor);
  ExpectTextsAndBack(kAllCriteria, &ParseCriterion);
  ExpectTextsAndBack(kAllAccessKeyStates, &ParseAccessKeyState);
  ExpectTextsAndBack(kAllVerdicts, &ParseVerdict);
  ExpectTextsAndBack(kAllReasons, &ParseReason);
  ExpectTextsAndBack(kAllCriterionStates, &ParseCriterionState);
  ExpectTextsAndBack(kAllCertificateDemands, &ParseCertificateDemand);
  ExpectTextsAndBack(kAllViolationCodes, &ParseViolationCode);
  ExpectTextsAndBack(kAllWarningCodes, &ParseWarningCode);
  ExpectTextsAndBack(kAllReviewCodes, &ParseReviewCode);
  EXPECT_EQ(Message(ParseCriterion("Cidr").status()),
            "expected one of IpRange, Ca, Cn, got `Cidr`");
}

// Those that no text is read into.
TEST(EnumTest, PrintTheirTexts) {
  std::ostringstream out;
  for (const DifferenceKind kind : kAllDifferenceKinds) out << kind << ' ';
  for (const PossibleVerdict verdict : kAllPossibleVerdicts) {
    out << verdict << ' ';
  }
  for (const LockOut lock_out : kAllLockOuts) out << lock_out << ' ';
  out << DifferenceKind{} << ' ' << RefusalCode{} << ' '
      << NotJudgedReason::kNoDate << ' ' << NotJudgedReason::kJudged;
  EXPECT_EQ(out.str(),
            "Widened Narrowed Deny Allow Depends NotAssessed None LockedOut "
            "AlreadyLockedOut unknown unknown no-date judged");
}

TEST(FactorSetTest, IsARangeOfItsFactors) {
  for (const FactorSet set :
       {FactorSet{}, FactorSet{Factor::kCertificate},
        FactorSet{Factor::kCertificate, Factor::kAccessKey},
        FactorSet{Factor::kPassword, Factor::kCertificate,
                  Factor::kAccessKey}}) {
    std::string text;
    for (const Factor factor : set) {
      EXPECT_TRUE(set.Contains(factor));
      text += (text.empty() ? "" : "+") + std::string(ToString(factor));
    }
    EXPECT_EQ(text.empty() ? "none" : text, set.ToString());
  }
}

TEST(ServiceTest, LoginExistsOnApiAndIcuOnly) {
  for (const Service service : kAllServices) {
    EXPECT_EQ(ServiceHasLogin(service),
              service == Service::kApi || service == Service::kIcu);
  }
}

TEST(EntityTest, PrintOneLineEach) {
  const AccessKey key =
      Valid(AccessKey::Create({.id = "K", .user_name = "al`ice"}));
  EXPECT_EQ(
      Printed(key),
      "access key `K`, INACTIVE, of EIM user `al\\x60ice`, never expires");
  EXPECT_EQ(Printed(Key("K", At("2030-01-01"))),
            "access key `K`, ACTIVE, of the root user, expires at "
            "2030-01-01T00:00:00.000+0000");
  EXPECT_EQ(Printed(Rule("r", {"192.0.2.7", "::/0"}, {"c"}, {"a", "b"})),
            "API access rule `r`, IpRange 192.0.2.7/32 ::/0, Ca `c`, Cn `a` "
            "`b`");
  EXPECT_EQ(Printed(Rule("r", {}, {"c"})), "API access rule `r`, Ca `c`");
  EXPECT_EQ(Printed(Policy(3600, true)),
            "MaxAccessKeyExpirationSeconds 3600, RequireTrustedEnv true");
  EXPECT_EQ(Printed(Valid(Ca::Create({.id = "ca-1"}))), "CA `ca-1`");
  EXPECT_EQ(Printed(Certificate({"a", "b"}, "n")),
            "a certificate under `a` `b` of CN `n`");
  EXPECT_EQ(Printed(Certificate({})), "a certificate under no CA without CN");
  EXPECT_EQ(
      Printed(Valid(Account::Create({.policy = Policy(0, false),
                                     .rules = {Rule("r", {}, {"c"})},
                                     .access_keys = {Key("K")},
                                     .users_without_keys_read = {"bob"}}))),
      "MaxAccessKeyExpirationSeconds 0, RequireTrustedEnv false\n"
      "API access rule `r`, Ca `c`\n"
      "access key `K`, ACTIVE, of the root user, never expires\n"
      "CAs not read\n"
      "not every user listed\n"
      "access keys of EIM user `bob` not read");
}

TEST(AccessKeyTest, IsExpiredFromItsExpirationOn) {
  const AccessKey key = Key("K", At("2030-01-01"));
  EXPECT_FALSE(key.IsExpiredAt(At("2030-01-01") - milliseconds{1}));
  EXPECT_TRUE(key.IsExpiredAt(At("2030-01-01")));
  EXPECT_FALSE(Key("K").IsExpiredAt(Timestamp::max()));
}

TEST(IpRangeTest, ContainsRanges) {
  const struct {
    const char* outer;
    const char* inner;
    bool contains;
  } kCases[] = {
      {"192.0.2.0/24", "192.0.2.0/24", true},
      {"192.0.2.0/24", "192.0.2.128/25", true},
      {"192.0.2.128/25", "192.0.2.0/24", false},
      {"192.0.2.0/24", "192.0.3.0/24", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"::/0", "2001:db8::/32", true},
      {"::/0", "::/0", true},
      {"2001:db8::/32", "2001:db8:1::/48", true},
      {"2001:db8::/64", "2001:db8::/63", false},
      // Families never contain each other.
      {"::/0", "192.0.2.7", false},
      {"::ffff:0:0/95", "0.0.0.0/0", false},
      {"0.0.0.0/0", "::/0", false},
      {"::/0", "::ffff:0:0/95", true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Range(c.outer).Contains(Range(c.inner)), c.contains)
        << c.outer << ' ' << c.inner;
  }
}

TEST(VersionTest, IsThatOfTheProject) {
  EXPECT_EQ(kVersion, API_ACCESS_PROJECT_VERSION);
  EXPECT_EQ(std::to_string(kVersionMajor) + '.' +
                std::to_string(kVersionMinor) + '.' +
                std::to_string(kVersionPatch),
            kVersion);
}

}  // namespace
}  // namespace api_access
