#include "api_access/decision.h"

#include <map>
#include <set>
#include <sstream>

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

// Every reason, its text, verdict, missing factors, and
// what the provider answers to a request with an access key or login/password.
struct ReasonRow {
  Reason reason;
  int number;
  const char* text;
  Verdict verdict;
  FactorSet missing;
  std::optional<int> code_with_key;
  std::optional<int> code_with_password;
};

const ReasonRow kReasons[] = {
    {Reason::kLoginNotSupported,
     1,
     "login-not-supported",
     Verdict::kDeny,
     {Factor::kAccessKey},
     1,
     1},
    {Reason::kPublic, 2, "public", Verdict::kAllow, {}, {}, {}},
    {Reason::kNoCredential,
     3,
     "no-credential",
     Verdict::kDeny,
     {Factor::kAccessKey},
     1,
     1},
    {Reason::kLoginNotAllowed,
     4,
     "login-not-allowed",
     Verdict::kDeny,
     {Factor::kAccessKey},
     9,
     9},
    {Reason::kUnknownAccessKey,
     5,
     "unknown-access-key",
     Verdict::kDeny,
     {},
     1,
     1},
    {Reason::kAccessKeyInactive,
     6,
     "access-key-inactive",
     Verdict::kDeny,
     {},
     1,
     1},
    {Reason::kAccessKeyExpired,
     7,
     "access-key-expired",
     Verdict::kDeny,
     {},
     1,
     1},
    {Reason::kEimUserNotSupported,
     8,
     "eim-user-not-supported",
     Verdict::kDeny,
     {},
     1,
     1},
    {Reason::kExempt, 9, "exempt", Verdict::kAllow, {}, {}, {}},
    {Reason::kRuleMatched, 10, "rule-matched", Verdict::kAllow, {}, {}, {}},
    {Reason::kCnNotAllowed, 11, "cn-not-allowed", Verdict::kDeny, {}, 4, 14},
    {Reason::kCaNotAllowed, 12, "ca-not-allowed", Verdict::kDeny, {}, 4, 14},
    {Reason::kCertificateMissing,
     13,
     "certificate-missing",
     Verdict::kDeny,
     {Factor::kCertificate},
     4,
     14},
    {Reason::kSourceIpNotAllowed,
     14,
     "source-ip-not-allowed",
     Verdict::kDeny,
     {},
     4,
     14},
    {Reason::kNoRules, 15, "no-rules", Verdict::kDeny, {}, 4, 14},
};

TEST(DecisionTest, EveryReason) {
  ASSERT_EQ(std::size(kReasons), kAllReasons.size());
  for (std::size_t i = 0; i < kAllReasons.size(); ++i) {
    const ReasonRow& row = kReasons[i];
    EXPECT_EQ(kAllReasons[i], row.reason);
    EXPECT_EQ(static_cast<int>(row.reason), row.number) << row.text;
    EXPECT_EQ(ToString(row.reason), row.text);
    EXPECT_EQ(VerdictOf(row.reason), row.verdict) << row.text;
    EXPECT_EQ(MissingFactors(row.reason), row.missing) << row.text;
    EXPECT_EQ(ProviderErrorCode(row.reason, LoginKind::kAccessKey),
              row.code_with_key)
        << row.text;
    EXPECT_EQ(ProviderErrorCode(row.reason, LoginKind::kPassword),
              row.code_with_password)
        << row.text;
  }
}

TEST(DecisionTest, NoOtherValueHasATextOfItsOwn) {
  std::set<std::string_view> texts;
  for (int i = 0; i < 256; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (i >= 1 && i <= static_cast<int>(kAllReasons.size())) {
      EXPECT_TRUE(texts.insert(ToString(reason)).second) << i;
      continue;
    }
    EXPECT_EQ(ToString(reason), "not-decided") << i;
    EXPECT_EQ(VerdictOf(reason), Verdict::kDeny) << i;
    EXPECT_TRUE(MissingFactors(reason).empty()) << i;
    EXPECT_EQ(ProviderErrorCode(reason, LoginKind::kAccessKey), 1) << i;
  }
  EXPECT_EQ(ProviderErrorCode(Reason::kNoRules, LoginKind::kNone), 1);
}

TEST(DecisionTest, DefaultIsADenial) {
  EXPECT_EQ(Verdict{}, Verdict::kDeny);
  EXPECT_EQ(Reason{}, Reason::kNotDecided);
  EXPECT_FALSE(Decision{}.allowed());
  EXPECT_EQ(Decision{}.verdict(), Verdict::kDeny);
  EXPECT_EQ(ToString(static_cast<Verdict>(2)), "Deny");
}

TEST(DecisionTest, Prints) {
  std::ostringstream out;
  out << Decision{.reason = Reason::kRuleMatched,
                  .rule_index = 3,
                  .valid_until = At("2063-04-05")}
      << ", " << Decision{.reason = Reason::kNoRules};
  EXPECT_EQ(out.str(),
            "Allow rule-matched by rule 3 until 2063-04-05T00:00:00.000+0000, "
            "Deny no-rules");
}

TEST(DecisionTest, IsComparedByReasonRuleAndValidUntil) {
  const Decision decision = {.reason = Reason::kRuleMatched,
                             .rule_index = 3,
                             .valid_until = At("2063-04-05")};
  Decision other = decision;
  other.rules_hash = 7;
  EXPECT_EQ(other, decision);
  other.reason = Reason::kNoRules;
  EXPECT_NE(other, decision);
  other = decision;
  other.rule_index = 4;
  EXPECT_NE(other, decision);
  other = decision;
  other.valid_until.reset();
  EXPECT_NE(other, decision);
}

}  // namespace
}  // namespace api_access
