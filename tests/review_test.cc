#include "api_access/review.h"

#include <algorithm>
#include <array>
#include <limits>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Subjects = std::vector<std::string>;

const Timestamp kNow = At("2030-01-01");
constexpr Timestamp kFirstInstant{milliseconds::min()};
constexpr Timestamp kLastInstant{milliseconds::max()};
constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max();

Account WithRules(std::vector<ApiAccessRule> rules, bool require = false) {
  return CompleteAccount(Policy(require ? 3600 : 0, require), std::move(rules),
                         {});
}

Account WithKeys(std::vector<AccessKey> keys, std::int64_t max = 0,
                 bool require = false) {
  return CompleteAccount(Policy(max, require),
                         {Rule("aar-1", {"192.0.2.0/24"}, {"ca-1"})},
                         std::move(keys));
}

AccessKey InactiveKey(std::string id,
                      std::optional<Timestamp> expiration = std::nullopt) {
  return Valid(
      AccessKey::Create({.id = std::move(id), .expiration = expiration}));
}

std::vector<Ca> Cas(const Texts& ids) {
  std::vector<Ca> cas;
  for (const std::string& id : ids) cas.push_back(Valid(Ca::Create({id})));
  return cas;
}

Account WithCas(const Account& account, const Texts& ids) {
  return Valid(
      Account::Create({.policy = account.policy(),
                       .rules = account.rules(),
                       .access_keys = account.access_keys(),
                       .every_user_listed = account.every_user_listed(),
                       .cas = Cas(ids)}));
}

std::vector<ReviewFinding> Reviewed(const Account& account,
                                    Timestamp now = kNow,
                                    const ReviewOptions& options = {}) {
  return Valid(Review(account, now, options));
}

// The subjects of one code, and the messages.
Subjects Of(ReviewCode code, const Account& account, Timestamp now = kNow,
            const ReviewOptions& options = {}) {
  Subjects subjects;
  for (const ReviewFinding& finding : Reviewed(account, now, options)) {
    if (finding.code == code) subjects.push_back(finding.subject);
  }
  return subjects;
}
Texts MessagesOf(ReviewCode code, const Account& account,
                 const ReviewOptions& options = {}) {
  Texts messages;
  for (const ReviewFinding& finding : Reviewed(account, kNow, options)) {
    if (finding.code == code) messages.push_back(finding.message);
  }
  return messages;
}

TEST(ReviewTest, EveryCodeHasANumberAndAText) {
  const struct {
    ReviewCode code;
    int number;
    const char* text;
  } kRows[] = {
      {ReviewCode::kRuleRedundant, 1, "rule-redundant"},
      {ReviewCode::kRangeRedundant, 2, "range-redundant"},
      {ReviewCode::kAnyAddressWithoutCertificate, 3,
       "any-address-without-certificate"},
      {ReviewCode::kAnyAddressWithKeyAlone, 4, "any-address-with-key-alone"},
      {ReviewCode::kActiveKeyExpired, 5, "active-key-expired"},
      {ReviewCode::kKeyNeverExpires, 6, "key-never-expires"},
      {ReviewCode::kKeyExpiresSoon, 7, "key-expires-soon"},
      {ReviewCode::kMaxBelow, 8, "max-below"},
      {ReviewCode::kUnknownCa, 9, "unknown-ca"},
      {ReviewCode::kPolicyContradicted, 10, "policy-contradicted"},
      {ReviewCode::kNoRules, 11, "no-rules"},
      {ReviewCode::kRangeWithoutClient, 12, "range-without-client"},
      {ReviewCode::kRootKeyActive, 13, "root-key-active"},
      {ReviewCode::kKeyOlderThan, 14, "key-older-than"},
      {ReviewCode::kSeveralActiveKeys, 15, "several-active-keys"},
      {ReviewCode::kNoMaxLifetime, 16, "no-max-lifetime"},
      {ReviewCode::kNoTrustedSession, 17, "no-trusted-session"},
      {ReviewCode::kManagingWithoutCertificate, 18,
       "managing-without-certificate"},
      {ReviewCode::kCaWithoutCn, 19, "ca-without-cn"},
      {ReviewCode::kCaUploadedTwice, 20, "ca-uploaded-twice"},
      {ReviewCode::kCaExpiresSoon, 21, "ca-expires-soon"},
  };
  ASSERT_EQ(std::size(kRows), kAllReviewCodes.size());
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    EXPECT_EQ(kAllReviewCodes[i], kRows[i].code);
    EXPECT_EQ(static_cast<int>(kRows[i].code), kRows[i].number);
    EXPECT_EQ(ToString(kRows[i].code), kRows[i].text);
  }
  EXPECT_EQ(ToString(ReviewCode{}), "unknown");
}

AccessKey KeyOf(std::string user, std::string id,
                std::optional<Timestamp> expiration = std::nullopt) {
  return Valid(AccessKey::Create({.id = std::move(id),
                                  .state = AccessKeyState::kActive,
                                  .expiration = expiration,
                                  .user_name = std::move(user)}));
}

TEST(ReviewTest, NothingToSay) {
  const Account account = Valid(Account::Create(
      {.policy = Policy(700'001, true),
       .rules = {Rule("aar-1", {"192.0.2.0/24"}, {"ca-1"}, {"client.a"}),
                 Rule("aar-2", {"2001:db8::/32"}, {"ca-1"}, {"client.a"})},
       .access_keys = {KeyOf("alice", "K", kNow + seconds{700'000}),
                       KeyOf("bob", "L", kNow + seconds{700'000}),
                       InactiveKey("M", kNow + seconds{700'000})},
       .every_user_listed = true,
       .cas = Cas({"ca-1", "ca-2"})}));
  EXPECT_THAT(Reviewed(account), IsEmpty());
  EXPECT_THAT(NotJudged(account, {}), IsEmpty());
}

TEST(ReviewTest, EverythingAtOnceInItsOrder) {
  const Account account = Valid(Account::Create(
      {.policy = Policy(60, true),
       .rules = {Rule("r3", {"0.0.0.0/0"}),
                 Rule("r2", {"10.0.0.0/8", "10.1.0.0/16"}, {"ca-2"}),
                 Rule("r1", {"192.0.2.0/24"}, {"ca-2", "ca-1"}),
                 Rule("r4", {}, {"ca-3"}), Rule("r5", {"::"}, {"ca-3"}),
                 Rule("r6", {"::/1"}), Rule("r7", {"8000::/1"})},
       .access_keys = {Key("k5", kNow + seconds{3600}), Key("k2", kNow),
                       InactiveKey("k4"), Key("k3"), Key("k1", kNow),
                       Key("k6", kNow + seconds{60})},
       .cas = Cas({"ca-3"})}));
  std::vector<std::pair<std::string, std::string>> found;
  for (const ReviewFinding& finding : Reviewed(account)) {
    found.emplace_back(ToString(finding.code), finding.subject);
  }
  EXPECT_THAT(
      found,
      ElementsAre(
          Pair("rule-redundant", "r1"), Pair("rule-redundant", "r2"),
          Pair("rule-redundant", "r4"), Pair("rule-redundant", "r5"),
          Pair("range-redundant", "r2"),
          Pair("any-address-without-certificate", ""),
          Pair("any-address-without-certificate", "r3"),
          Pair("any-address-with-key-alone", "r3"),
          Pair("any-address-with-key-alone", "r4"),
          Pair("active-key-expired", "k1"), Pair("active-key-expired", "k2"),
          Pair("key-never-expires", "k3"), Pair("key-never-expires", "k4"),
          Pair("key-expires-soon", "k5"), Pair("key-expires-soon", "k6"),
          Pair("max-below", ""), Pair("unknown-ca", "ca-1"),
          Pair("unknown-ca", "ca-2"), Pair("policy-contradicted", "k3"),
          Pair("policy-contradicted", "k4"), Pair("policy-contradicted", "k5"),
          Pair("policy-contradicted", "r3"), Pair("policy-contradicted", "r6"),
          Pair("policy-contradicted", "r7"), Pair("range-without-client", "r5"),
          Pair("root-key-active", "k3"), Pair("root-key-active", "k5"),
          Pair("root-key-active", "k6"), Pair("several-active-keys", ""),
          Pair("managing-without-certificate", "r3"),
          Pair("managing-without-certificate", "r6"),
          Pair("managing-without-certificate", "r7"),
          Pair("ca-without-cn", "r1"), Pair("ca-without-cn", "r2"),
          Pair("ca-without-cn", "r4"), Pair("ca-without-cn", "r5")));
}

TEST(ReviewTest, PrintsCodeSubjectAndMessage) {
  std::ostringstream out;
  out << Reviewed(WithKeys({Key("K`1")})).at(0) << '\n'
      << Reviewed(WithKeys({}, 1)).at(0) << '\n'
      << ReviewCode::kMaxBelow;
  EXPECT_EQ(out.str(),
            "key-never-expires `K\\x601`: expected an expiration of access key "
            "`K\\x601`, it has none\n"
            "max-below: expected a maximum of 0 s or of at least 3600 s, got 1 "
            "s\n"
            "max-below");
}

// Each set of rules r0, r1, ... and which of them are redundant.
TEST(ReviewTest, RuleRedundant) {
  struct Shape {
    Texts ranges;
    Texts cas = {};
    Texts cns = {};
  };
  const Texts kV4 = {"0.0.0.0/0"};
  const Texts kOffice = {"192.0.2.0/24"};
  const struct {
    const char* what;
    std::vector<Shape> rules;
    Subjects redundant;
  } kCases[] = {
      {"no rule", {}, {}},
      {"one rule", {{kOffice}}, {}},
      {"a rule that overlaps itself",
       {{{"192.0.2.0/25", "192.0.2.128/25", "192.0.2.0/24"}}},
       {}},
      {"equal rules", {{kOffice}, {kOffice}}, {"r0", "r1"}},
      {"equal rules with everything",
       {{kOffice, {"a", "b"}, {"x"}}, {kOffice, {"b", "a"}, {"x"}}},
       {"r0", "r1"}},
      {"a narrower range", {{kOffice}, {{"192.0.2.128/25"}}}, {"r1"}},
      {"other addresses", {{kOffice}, {{"192.0.3.0/24"}}}, {}},
      {"an address more",
       {{kOffice}, {kOffice}, {{"192.0.3.0"}}},
       {"r0", "r1"}},
      {"two halves make a whole",
       {{{"192.0.2.0/25"}}, {{"192.0.2.128/25"}}, {kOffice}},
       {"r0", "r1", "r2"}},
      {"an address short of a whole",
       {{{"192.0.2.0/25"}}, {{"192.0.2.128/26"}}, {kOffice}},
       {"r0", "r1"}},
      {"a CA asks for more", {{kOffice, {"a"}}, {kOffice}}, {"r0"}},
      {"a CN asks for more",
       {{kOffice, {"a"}, {"x"}}, {kOffice, {"a"}}},
       {"r0"}},
      {"other CAs", {{kOffice, {"a"}}, {kOffice, {"b"}}}, {}},
      {"more CAs", {{kOffice, {"a"}}, {kOffice, {"b", "a"}}}, {"r0"}},
      {"CAs of two rules",
       {{kOffice, {"a", "b"}}, {kOffice, {"a"}}, {kOffice, {"b"}}},
       {"r0", "r1", "r2"}},
      {"CAs of two rules from different addresses",
       {{kOffice, {"a", "b"}}, {kOffice, {"a"}}, {{"192.0.2.1"}, {"b"}}},
       {"r1", "r2"}},
      {"other CNs", {{kOffice, {"a"}, {"x"}}, {kOffice, {"a"}, {"y"}}}, {}},
      {"CNs of two rules",
       {{kOffice, {"a"}, {"x", "y"}},
        {kOffice, {"a"}, {"x", "z"}},
        {kOffice, {"a"}, {"y"}}},
       {"r0", "r2"}},
      {"the CN of another CA",
       {{kOffice, {"a"}, {"x"}}, {kOffice, {"b"}, {"x"}}},
       {}},
      {"a CA is no CN", {{kOffice, {"a"}, {"x"}}, {kOffice, {"x"}}}, {}},
      {"rules without and with CA together",
       {{{"192.0.2.0/25"}},
        {{"192.0.2.128/25"}, {"a"}},
        {kOffice, {"a"}, {"x"}}},
       {"r2"}},
      {"a rule without CA between",
       {{{"192.0.2.64/26"}}, {kOffice, {"a"}}, {kOffice, {"a"}, {"x"}}},
       {"r2"}},
      {"both sides of a rule without CA",
       {{{"192.0.2.64/26"}},
        {kOffice, {"a"}},
        {{"192.0.2.0/26", "192.0.2.128/25"}, {"a"}}},
       {"r2", "r1"}},
      {"any address",
       {{{}, {"a"}}, {{"0.0.0.0/0", "::/0"}, {"a"}}},
       {"r0", "r1"}},
      {"IPv4 alone is not any address", {{{}, {"a"}}, {kV4, {"a"}}}, {"r1"}},
      {"IPv6 alone is not any address",
       {{{}, {"a"}}, {{"::/0"}, {"a"}}},
       {"r1"}},
      {"::/0 contains no IPv4", {{{"::/0"}}, {kOffice}}, {}},
      {"around IPv4 there is IPv6",
       {{{"::fffe:0:0/95"}}, {{"::fffe:0:0/96"}}, {kV4}},
       {"r0", "r1"}},
      {"behind IPv4 there is IPv6",
       {{{"::fffe:0:0/94"}}, {{"::fffc:0:0/94"}}, {{"::fffe:0:0/96"}}},
       {"r0", "r1", "r2"}},
      {"the last address",
       {{{"::/0"}}, {{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}}},
       {"r1"}},
  };
  for (const auto& c : kCases) {
    std::vector<ApiAccessRule> rules;
    for (const Shape& shape : c.rules) {
      rules.push_back(Rule("r" + std::to_string(rules.size()), shape.ranges,
                           shape.cas, shape.cns));
    }
    Subjects redundant = c.redundant;
    std::ranges::sort(redundant);
    for (const bool require : {false, true}) {
      EXPECT_EQ(Of(ReviewCode::kRuleRedundant, WithRules(rules, require)),
                redundant)
          << c.what << ", session " << require;
    }
  }
}

TEST(ReviewTest, RangeRedundant) {
  const auto texts = [](const Texts& ranges) {
    return MessagesOf(ReviewCode::kRangeRedundant,
                      WithRules({Rule("r", ranges)}));
  };
  EXPECT_THAT(texts({"192.0.2.0/24", "192.0.3.0/24", "2001:db8::/32"}),
              IsEmpty());
  EXPECT_THAT(texts({"192.0.2.0/24", "192.0.2.9/24"}), IsEmpty());
  EXPECT_THAT(
      texts({"192.0.2.255", "192.0.2.0/24"}),
      ElementsAre("expected range 192.0.2.255/32 of API access rule `r` to be "
                  "outside of its other ranges, it is inside 192.0.2.0/24"));
  // By range, each inside the widest; the same first address too.
  EXPECT_THAT(
      texts({"10.2.0.0/16", "10.0.0.0/9", "10.0.0.0/8", "10.2.3.4"}),
      ElementsAre(HasSubstr("10.0.0.0/9 of API access rule `r` to be outside "
                            "of its other ranges, it is inside 10.0.0.0/8"),
                  HasSubstr("10.2.0.0/16 of"), HasSubstr("10.2.3.4/32 of")));
  EXPECT_THAT(texts({"10.2.3.4", "10.0.0.0/8"}),
              ElementsAre(HasSubstr("inside 10.0.0.0/8")));
  // Families stay apart, also where they lie within each other.
  EXPECT_THAT(texts({"::/0", "192.0.2.0/24"}), IsEmpty());
  EXPECT_THAT(texts({"::/0", "192.0.2.0/24", "2001:db8::/32"}),
              ElementsAre(HasSubstr("range 2001:db8::/32 of")));
  EXPECT_THAT(
      texts({"::/1", "192.0.2.0/24", "192.0.2.7", "2001:db8::/32"}),
      ElementsAre(HasSubstr("inside 192.0.2.0/24"), HasSubstr("inside ::/1")));
  // Of the same criterion alone.
  EXPECT_THAT(
      Of(ReviewCode::kRangeRedundant,
         WithRules({Rule("r", {"10.0.0.0/8"}), Rule("s", {"10.0.0.0/9"})})),
      IsEmpty());
  EXPECT_THAT(
      Of(ReviewCode::kRangeRedundant,
         WithRules({Rule("s", {"10.0.0.0/8", "10.0.0.0/9"}, {"ca"}, {"x"}),
                    Rule("r", {"10.0.0.0/9", "10.0.0.0/8"})})),
      ElementsAre("r", "s"));
}

TEST(ReviewTest, AnyAddress) {
  const struct {
    Texts ranges;
    bool any;
  } kCases[] = {
      {{"0.0.0.0/0"}, true},
      {{"::/0"}, true},
      {{"0.0.0.0/1", "128.0.0.0/1"}, true},
      {{"8000::/1", "::/1"}, true},
      {{"0.0.0.0/1", "128.0.0.0/2"}, false},
      {{"0.0.0.0/1", "8000::/1"}, false},
      {{"192.0.2.0/24"}, false},
      // No IPv6 client is in ::ffff:0:0/96, so nobody is left out there.
      {AllOfIPv6ButTheMappedBlock(), true},
      {AllOfIPv6ButTheMappedBlock("::fffe:0:0/96"), false},
      {AllOfIPv6ButTheMappedBlock("::1:0:0:0/80"), false},
  };
  const auto any = ReviewCode::kAnyAddressWithoutCertificate;
  const auto with_key = ReviewCode::kAnyAddressWithKeyAlone;
  for (const auto& c : kCases) {
    const Subjects found = c.any ? Subjects{"r"} : Subjects{};
    for (const bool require : {false, true}) {
      const Account open = WithRules({Rule("r", c.ranges)}, require);
      const Account closed = WithRules({Rule("r", c.ranges, {"ca"})}, require);
      EXPECT_EQ(Of(any, open), found) << c.ranges[0];
      EXPECT_EQ(Of(any, closed), Subjects{}) << c.ranges[0];
      EXPECT_EQ(Of(with_key, open), require ? found : Subjects{});
      EXPECT_EQ(Of(with_key, closed), require ? found : Subjects{});
    }
  }
  EXPECT_THAT(Of(any, WithRules({Rule("r", {}, {"ca"})})), IsEmpty());
  EXPECT_THAT(Of(with_key, WithRules({Rule("r", {}, {"ca"})}, true)),
              ElementsAre("r"));
}

TEST(ReviewTest, ActiveKeyExpired) {
  const milliseconds ms{1};
  const Account account = WithKeys({Key("past", kNow - ms), Key("now", kNow),
                                    Key("later", kNow + ms), Key("never"),
                                    InactiveKey("inactive", kNow - ms)});
  EXPECT_THAT(Of(ReviewCode::kActiveKeyExpired, account),
              ElementsAre("now", "past"));
  EXPECT_THAT(Of(ReviewCode::kActiveKeyExpired, account, kFirstInstant),
              IsEmpty());
  EXPECT_THAT(Of(ReviewCode::kActiveKeyExpired, account, kLastInstant),
              ElementsAre("later", "now", "past"));
}

TEST(ReviewTest, KeyNeverExpires) {
  EXPECT_THAT(Of(ReviewCode::kKeyNeverExpires,
                 WithKeys({Key("b"), InactiveKey("a"), Key("c", kNow)})),
              ElementsAre("a", "b"));
}

TEST(ReviewTest, KeyExpiresSoon) {
  const auto soon = [](Timestamp expiration, Timestamp now,
                       std::int64_t within) {
    return !Of(ReviewCode::kKeyExpiresSoon, WithKeys({Key("K", expiration)}),
               now, {.expires_within_seconds = within})
                .empty();
  };
  const milliseconds ms{1};
  EXPECT_TRUE(soon(kNow + seconds{10}, kNow, 10));
  EXPECT_FALSE(soon(kNow + seconds{10} + ms, kNow, 10));
  EXPECT_TRUE(soon(kNow + seconds{10} - ms, kNow, 10));
  EXPECT_FALSE(soon(kNow + seconds{10} - ms, kNow, 9));
  EXPECT_TRUE(soon(kNow + ms, kNow, 1));
  EXPECT_FALSE(soon(kNow + ms, kNow, 0));
  EXPECT_FALSE(soon(kNow, kNow, kMaxSeconds));
  EXPECT_FALSE(soon(kNow - ms, kNow, kMaxSeconds));
  // The difference does not fit into 63 bits, nor the span in milliseconds.
  EXPECT_TRUE(soon(kMaxTimestamp, kFirstInstant, kMaxSeconds));
  EXPECT_FALSE(soon(kMaxTimestamp, kFirstInstant, 9'223'372'036'854'775));
  EXPECT_TRUE(soon(kMaxTimestamp, kMinTimestamp, 315'537'897'600));
  EXPECT_FALSE(soon(kMaxTimestamp, kMinTimestamp, 315'537'897'599));
  EXPECT_FALSE(soon(kMaxTimestamp, kLastInstant, kMaxSeconds));

  // The default is a week; an inactive key is no loss.
  const Account account = WithKeys({Key("in", kNow + seconds{604'800}),
                                    Key("out", kNow + seconds{604'801}),
                                    InactiveKey("inactive", kNow + ms)});
  EXPECT_THAT(
      MessagesOf(ReviewCode::kKeyExpiresSoon, account),
      ElementsAre("expected access key `in` to be valid for more than 604800 s "
                  "from 2030-01-01T00:00:00.000+0000, it expires at "
                  "2030-01-08T00:00:00.000+0000"));
}

TEST(ReviewTest, MaxBelow) {
  const auto below = [](std::int64_t max, const ReviewOptions& options) {
    return Of(ReviewCode::kMaxBelow, WithKeys({}, max), kNow, options);
  };
  EXPECT_THAT(below(0, {}), IsEmpty());
  EXPECT_THAT(below(1, {}), ElementsAre(""));
  EXPECT_THAT(below(3599, {}), ElementsAre(""));
  EXPECT_THAT(below(3600, {}), IsEmpty());
  EXPECT_THAT(below(1, {.max_below_seconds = 0}), IsEmpty());
  EXPECT_THAT(below(1, {.max_below_seconds = 1}), IsEmpty());
  EXPECT_THAT(below(kMaxAccessKeyExpirationSecondsLimit,
                    {.max_below_seconds = kMaxSeconds}),
              ElementsAre(""));
}

TEST(ReviewTest, UnknownCa) {
  const Account account = WithRules(
      {Rule("s", {}, {"ca-b"}), Rule("q", {"::/0"}, {"ca-c", "ca-a", "ca-b"}),
       Rule("r", {"192.0.2.0/24"}, {"ca-b", "CA-A"}),
       Rule("p", {"192.0.2.0/24"})});
  const auto code = ReviewCode::kUnknownCa;
  const Texts some = {"ca-c", "ca-unused", "ca-a"};
  const Texts all = {"ca-a", "ca-b", "ca-c", "CA-A"};
  EXPECT_THAT(Of(code, account), IsEmpty());
  EXPECT_THAT(Of(code, WithCas(account, all)), IsEmpty());
  EXPECT_THAT(Of(code, WithCas(account, {})),
              ElementsAre("CA-A", "ca-a", "ca-b", "ca-c"));
  EXPECT_THAT(
      MessagesOf(code, WithCas(account, some)),
      ElementsAre("expected CA `CA-A`, which API access rule `r` names, to "
                  "exist in the account, it does not",
                  "expected CA `ca-b`, which API access rule `q` and 2 more "
                  "name, to exist in the account, it does not"));
}

TEST(ReviewTest, PolicyContradicted) {
  const ApiAccessRule rule = Rule("r", {"192.0.2.0/24"}, {"ca"});
  const ApiAccessRule open = Rule("open", {"192.0.2.0/24"});
  const AccessKey never = InactiveKey("never");
  const milliseconds ms{1};
  const struct {
    const char* what;
    ApiAccessPolicy policy;
    std::vector<ApiAccessRule> rules;
    std::vector<AccessKey> keys;
    Subjects subjects;
  } kCases[] = {
      {"nothing asked", Policy(0, false), {open}, {never}, {}},
      {"no rules", Policy(0, false), {}, {}, {}},
      {"a maximum", Policy(60, false), {open}, {}, {}},
      {"a maximum, no rules", Policy(60, false), {}, {}, {}},
      {"a maximum, no expiration", Policy(60, false), {}, {never}, {"never"}},
      {"a session", Policy(60, true), {rule}, {Key("K", kNow)}, {}},
      {"a session without rules", Policy(60, true), {}, {}, {""}},
      {"a session without maximum", Policy(0, true), {rule}, {}, {""}},
      {"a session without both", Policy(0, true), {}, {}, {"", ""}},
      {"a session, a rule without CA",
       Policy(60, true),
       {open, rule},
       {},
       {"open"}},
      {"a session, no expiration",
       Policy(60, true),
       {rule},
       {never},
       {"never"}},
      {"a session without maximum, no expiration",
       Policy(0, true),
       {rule},
       {never},
       {"", "never"}},
      {"lifetimes equal the maximum",
       Policy(60, false),
       {},
       {Key("K", kNow + seconds{60})},
       {}},
      {"lifetimes above the maximum",
       Policy(60, false),
       {},
       {InactiveKey("k2", kNow + seconds{60} + ms), Key("k1", kMaxTimestamp),
        Key("past", kNow - seconds{100})},
       {"k1", "k2"}},
      {"no maximum, any lifetime",
       Policy(0, false),
       {},
       {Key("K", kMaxTimestamp)},
       {}},
      {"by subject",
       Policy(60, true),
       {Rule("b", {"::/0"}), rule},
       {InactiveKey("a"), Key("c", kMaxTimestamp)},
       {"a", "b", "c"}},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Of(ReviewCode::kPolicyContradicted,
                 CompleteAccount(c.policy, c.rules, c.keys)),
              c.subjects)
        << c.what;
  }
  // Missing keys contradict nothing; the ends of time are no exception.
  const Account incomplete =
      Valid(Account::Create({.policy = Policy(60, true),
                             .rules = {rule},
                             .access_keys = {Key("K", kMinTimestamp)},
                             .users_without_keys_read = {"alice"}}));
  const auto code = ReviewCode::kPolicyContradicted;
  EXPECT_THAT(Of(code, incomplete), IsEmpty());
  EXPECT_THAT(Of(code, incomplete, kLastInstant), IsEmpty());
  EXPECT_THAT(Of(code, incomplete, kFirstInstant), ElementsAre("K"));
}

TEST(ReviewTest, AnyAddressTogether) {
  const auto any = ReviewCode::kAnyAddressWithoutCertificate;
  const auto with_key = ReviewCode::kAnyAddressWithKeyAlone;
  const auto half = [](std::string id, int which, Texts cas = {}) {
    return Rule(std::move(id), {which == 0 ? "0.0.0.0/1" : "128.0.0.0/1"},
                std::move(cas));
  };
  const Account open = WithRules({half("a", 0), half("b", 1)});
  EXPECT_THAT(Of(any, open), ElementsAre(""));
  EXPECT_THAT(Of(with_key, open), IsEmpty());
  EXPECT_THAT(MessagesOf(any, open),
              ElementsAre("the API access rules without CA together admit any "
                          "IPv4 address without a certificate"));
  // Under the session a CA does not matter, without certificate it does.
  const Account mixed = WithRules({half("a", 0), half("b", 1, {"ca"})}, true);
  EXPECT_THAT(Of(any, mixed), IsEmpty());
  EXPECT_THAT(Of(with_key, mixed), ElementsAre(""));
  // A rule that covers the family alone, of those that count.
  const Account alone = WithRules(
      {half("a", 0), half("b", 1), Rule("c", {"0.0.0.0/0"}, {"ca"})}, true);
  EXPECT_THAT(Of(any, alone), ElementsAre(""));
  EXPECT_THAT(Of(with_key, alone), ElementsAre("c"));
  // Family by family.
  EXPECT_THAT(Of(any, WithRules({Rule("a", {"0.0.0.0/0", "::/1"}),
                                 Rule("b", {"8000::/1"})})),
              ElementsAre("", "a"));
}

TEST(ReviewTest, RuleRedundantNamesTheCover) {
  const auto messages = [](std::vector<ApiAccessRule> rules) {
    return MessagesOf(ReviewCode::kRuleRedundant, WithRules(std::move(rules)));
  };
  const std::string begin =
      "expected API access rule `in` to match a request that no other rule "
      "matches, there is none: API access rule";
  EXPECT_THAT(
      messages({Rule("outer", {"10.0.0.0/8"}), Rule("beside", {"192.0.2.0/24"}),
                Rule("in", {"10.1.0.0/16"}, {"ca"})}),
      ElementsAre(begin + " `outer` matches all of its requests"));
  EXPECT_THAT(
      messages({Rule("right", {"10.1.128.0/17"}), Rule("left", {"10.1.0.0/17"}),
                Rule("in", {"10.1.0.0/16"}, {"ca"})}),
      ElementsAre(begin + "s `left` and `right` together match all of its "
                          "requests"));
  std::vector<ApiAccessRule> many = {Rule("in", {"10.1.0.0/28"}, {"ca"})};
  for (int i = 0; i < 16; ++i) {
    many.push_back(Rule(std::string(1, static_cast<char>('q' - i)),
                        {"10.1.0." + std::to_string(i)}));
  }
  const Texts of_many = messages(many);
  EXPECT_THAT(of_many, ElementsAre(begin + "s `b`, `c`, `d`, `e`, `f`, `g`, "
                                           "`h`, `i` and 8 more together match "
                                           "all of its requests"));
  // Whatever the order of the rules.
  std::ranges::reverse(many);
  EXPECT_EQ(messages(many), of_many);
  // Too many to make them all up.
  many.clear();
  for (int i = 0; i < 1024; ++i) {
    many.push_back(Rule(
        "r" + std::to_string(1000 + i),
        {"10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256)}));
    if (i < 100) {
      many.push_back(Rule("s" + std::to_string(i), {"10.0.0.0/22"},
                          {"ca" + std::to_string(i)}));
    }
  }
  const Texts of_all = messages(many);
  EXPECT_EQ(of_all.size(), 100U);
  EXPECT_THAT(of_all.front(), HasSubstr("`r1007` and 1016 more together"));
  EXPECT_THAT(of_all.back(),
              HasSubstr("there is none: at least 64 API access rules, such as "
                        "`r1000`, `r1001`, "));
}

TEST(ReviewTest, NoRules) {
  EXPECT_THAT(Of(ReviewCode::kNoRules, WithRules({})), ElementsAre(""));
  EXPECT_THAT(Of(ReviewCode::kNoRules, WithRules({}, true)), ElementsAre(""));
  EXPECT_THAT(Of(ReviewCode::kNoRules, WithRules({Rule("r", {"::"})})),
              IsEmpty());
}

TEST(ReviewTest, RangeWithoutClient) {
  const auto code = ReviewCode::kRangeWithoutClient;
  const Account account =
      WithRules({Rule("s", {"192.0.2.0/24", "::", "224.0.0.9", "0.0.0.0"}),
                 Rule("r", {"255.255.255.255"}, {"ca"}),
                 Rule("q", {"0.0.0.0/0", "::/0", "240.0.0.0/4"})});
  EXPECT_THAT(Of(code, account), ElementsAre("r", "s", "s", "s"));
  EXPECT_THAT(MessagesOf(code, account),
              ElementsAre(HasSubstr("255.255.255.255/32"),
                          "no client has an address of range ::/128 of API "
                          "access rule `s`",
                          HasSubstr(" 0.0.0.0/32 of API access rule `s`"),
                          HasSubstr(" 224.0.0.9/32 ")));
}

TEST(ReviewTest, RootKeyActive) {
  const Account account =
      WithKeys({Key("b"), Key("a", kNow + milliseconds{1}), Key("c", kNow),
                InactiveKey("d"), KeyOf("alice", "e")});
  EXPECT_THAT(Of(ReviewCode::kRootKeyActive, account), ElementsAre("a", "b"));
  EXPECT_EQ(MessagesOf(ReviewCode::kRootKeyActive, account)[0],
            "access key `a` of the root user is ACTIVE and not expired");
}

AccessKey KeyMadeAt(std::string id, std::optional<Timestamp> creation_date) {
  return Valid(
      AccessKey::Create({.id = std::move(id), .creation_date = creation_date}));
}

TEST(ReviewTest, KeyOlderThan) {
  const milliseconds ms{1};
  const auto code = ReviewCode::kKeyOlderThan;
  const Account account =
      WithKeys({KeyMadeAt("c", kNow - seconds{10}),
                KeyMadeAt("b", kNow - seconds{10} - ms),
                KeyMadeAt("a", At("2020-01-01")), KeyMadeAt("d", kNow + ms),
                KeyMadeAt("e", std::nullopt)});
  EXPECT_THAT(Of(code, account), IsEmpty());
  EXPECT_THAT(Of(code, account, kNow, {.older_than_seconds = 10}),
              ElementsAre("a", "b"));
  EXPECT_THAT(Of(code, account, kNow, {.older_than_seconds = 9}),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(Of(code, account, kNow, {.older_than_seconds = 11}),
              ElementsAre("a"));
  EXPECT_THAT(Of(code, account, kNow, {.older_than_seconds = 0}),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(Of(code, account, kNow + ms, {.older_than_seconds = 0}),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(Of(code, account, kNow + 2 * ms, {.older_than_seconds = 0}),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(
      MessagesOf(code, account, {.older_than_seconds = 31'536'000}),
      ElementsAre("access key `a` was created at 2020-01-01T00:00:00.000+0000, "
                  "more than 31536000 s before 2030-01-01T00:00:00.000+0000"));
  // The difference does not fit into 63 bits, nor the span in milliseconds.
  const Account old = WithKeys({KeyMadeAt("K", kMinTimestamp)});
  EXPECT_THAT(Of(code, old, kLastInstant, {.older_than_seconds = 1}),
              ElementsAre("K"));
  EXPECT_THAT(Of(code, old, kLastInstant, {.older_than_seconds = kMaxSeconds}),
              IsEmpty());
}

TEST(ReviewTest, SeveralActiveKeys) {
  const auto code = ReviewCode::kSeveralActiveKeys;
  EXPECT_THAT(
      Of(code, WithKeys({Key("a"), KeyOf("bob", "b"), KeyOf("alice", "c"),
                         InactiveKey("d"), Key("e", kNow)})),
      IsEmpty());
  const Account account = WithKeys(
      {Key("b"), Key("a"), KeyOf("bob", "c", kNow + milliseconds{1}),
       KeyOf("bob", "d"), KeyOf("alice", "e"), KeyOf("alice", "f", kNow)});
  EXPECT_THAT(Of(code, account), ElementsAre("", "bob"));
  EXPECT_THAT(Of(code, account, kNow + milliseconds{1}), ElementsAre(""));
  EXPECT_THAT(MessagesOf(code, account),
              ElementsAre("the root user has 2 ACTIVE access keys that are not "
                          "expired: `a` and `b`",
                          HasSubstr("EIM user `bob` has 2 ACTIVE")));
  std::vector<AccessKey> many;
  for (char id = 'a'; id < 'l'; ++id) many.push_back(Key(std::string(1, id)));
  EXPECT_THAT(MessagesOf(code, WithKeys(many)),
              ElementsAre(testing::EndsWith(
                  ": `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 3 more")));
}

TEST(ReviewTest, WhatThePolicyLacks) {
  const auto max = ReviewCode::kNoMaxLifetime;
  const auto session = ReviewCode::kNoTrustedSession;
  for (const bool require : {false, true}) {
    for (const std::int64_t seconds : {0, 1}) {
      const Account account = WithKeys({}, seconds, require);
      EXPECT_EQ(Of(max, account), seconds == 0 ? Subjects{""} : Subjects{});
      EXPECT_EQ(Of(session, account), require ? Subjects{} : Subjects{""});
    }
  }
}

TEST(ReviewTest, RulesWithoutCaAndWithoutCn) {
  const Account account =
      WithRules({Rule("d", {"192.0.2.0/24"}), Rule("c", {"::1"}, {"ca"}),
                 Rule("b", {}, {"ca"}), Rule("a", {"::1"}, {"ca"}, {"x"})});
  EXPECT_THAT(Of(ReviewCode::kManagingWithoutCertificate, account),
              ElementsAre("d"));
  EXPECT_THAT(Of(ReviewCode::kCaWithoutCn, account), ElementsAre("b", "c"));
}

Account WithCaFields(std::vector<Ca::Fields> fields) {
  std::vector<Ca> cas;
  for (Ca::Fields& of : fields) cas.push_back(Valid(Ca::Create(std::move(of))));
  return Valid(Account::Create({.policy = Policy(0, false), .cas = cas}));
}

TEST(ReviewTest, CaUploadedTwice) {
  const auto code = ReviewCode::kCaUploadedTwice;
  const std::string one(40, 'a');
  const std::string other(40, 'b');
  const Account account =
      WithCaFields({{.id = "d", .fingerprint = one},
                    {.id = "c", .fingerprint = other},
                    {.id = "b", .fingerprint = std::string(40, 'A')},
                    {.id = "a"},
                    {.id = "e"},
                    {.id = "f", .fingerprint = std::string(40, 'c')},
                    {.id = "g", .fingerprint = other},
                    {.id = "h", .fingerprint = other}});
  EXPECT_THAT(Of(code, account), ElementsAre("b", "c", "d", "g", "h"));
  EXPECT_THAT(MessagesOf(code, account),
              ElementsAre("CA `b` has the same certificate as CA `d`",
                          "CA `c` has the same certificate as CA `g` and `h`",
                          "CA `d` has the same certificate as CA `b`",
                          HasSubstr("as CA `c` and `h`"),
                          HasSubstr("as CA `c` and `g`")));
  EXPECT_THAT(Of(code, WithRules({})), IsEmpty());
}

TEST(ReviewTest, CaExpiresSoon) {
  const auto code = ReviewCode::kCaExpiresSoon;
  const milliseconds ms{1};
  const Account account =
      WithCaFields({{.id = "past", .valid_until = kNow - ms},
                    {.id = "now", .valid_until = kNow},
                    {.id = "in", .valid_until = kNow + seconds{604'800}},
                    {.id = "out", .valid_until = kNow + seconds{604'800} + ms},
                    {.id = "unknown"}});
  EXPECT_THAT(Of(code, account), ElementsAre("in", "now", "past"));
  EXPECT_THAT(Of(code, account, kNow, {.expires_within_seconds = 604'801}),
              ElementsAre("in", "now", "out", "past"));
  EXPECT_THAT(Of(code, account, kNow, {.expires_within_seconds = 604'799}),
              ElementsAre("now", "past"));
  EXPECT_THAT(Of(code, account, kNow, {.expires_within_seconds = 0}),
              ElementsAre("now", "past"));
  EXPECT_THAT(
      MessagesOf(code, account),
      ElementsAre("CA `in` expires at 2030-01-08T00:00:00.000+0000, at most "
                  "604800 s after 2030-01-01T00:00:00.000+0000",
                  "CA `now` expired at 2030-01-01T00:00:00.000+0000",
                  "CA `past` expired at 2029-12-31T23:59:59.999+0000"));
  EXPECT_THAT(Of(code, account, kLastInstant),
              ElementsAre("in", "now", "out", "past"));
  EXPECT_THAT(Of(code, account, kFirstInstant,
                 {.expires_within_seconds = 9'223'372'036'854'775}),
              IsEmpty());
}

TEST(ReviewTest, NotJudged) {
  const auto not_judged = [](Account::Fields fields,
                             const ReviewOptions& options = {}) {
    Texts codes;
    for (const ReviewCode code :
         NotJudged(Valid(Account::Create(std::move(fields))), options)) {
      codes.emplace_back(ToString(code));
    }
    return codes;
  };
  const auto of_keys =
      ElementsAre("active-key-expired", "key-never-expires", "key-expires-soon",
                  "policy-contradicted", "several-active-keys");
  const ReviewOptions aged = {.older_than_seconds = 0};
  EXPECT_THAT(not_judged({.policy = Policy(0, false), .cas = Cas({})}),
              of_keys);
  EXPECT_THAT(not_judged({.policy = Policy(0, false),
                          .every_user_listed = true,
                          .users_without_keys_read = {"alice"},
                          .cas = Cas({})}),
              of_keys);
  EXPECT_THAT(not_judged({.policy = Policy(0, false), .cas = Cas({})}, aged),
              ElementsAre("active-key-expired", "key-never-expires",
                          "key-expires-soon", "policy-contradicted",
                          "key-older-than", "several-active-keys"));
  EXPECT_THAT(
      not_judged({.policy = Policy(0, false), .every_user_listed = true}),
      ElementsAre("unknown-ca", "ca-uploaded-twice", "ca-expires-soon"));
  const auto with_key = [](std::optional<Timestamp> creation_date) {
    return Account::Fields{
        .policy = Policy(0, false),
        .access_keys = {KeyMadeAt("a", kNow), KeyMadeAt("b", creation_date)},
        .every_user_listed = true,
        .cas = Cas({})};
  };
  EXPECT_THAT(not_judged(with_key(kNow), aged), IsEmpty());
  EXPECT_THAT(not_judged(with_key(std::nullopt)), IsEmpty());
  EXPECT_THAT(not_judged(with_key(std::nullopt), aged),
              ElementsAre("key-older-than"));
}

TEST(ReviewTest, AcceptDividesTheFindings) {
  const auto max_below = ReviewCode::kMaxBelow;
  const auto never = ReviewCode::kKeyNeverExpires;
  const std::vector<ReviewFinding> findings = {{never, "a", "1"},
                                               {never, "b", "2"},
                                               {never, "b", "3"},
                                               {max_below, "", "4"}};
  const Timestamp later = kNow + milliseconds{1};
  const Acceptance of_b = {never, "b", "why", later};
  const Acceptance gone = {never, "c", "why", later};
  const ReviewReport report =
      Accept(findings,
             std::vector<Acceptance>{
                 {ReviewCode::kUnknownCa, "x", "why", later},
                 gone,
                 of_b,
                 {never, "b", "another", later},
                 {ReviewCode::kRootKeyActive, "b", "another code", later},
                 // Ended at this very instant.
                 {never, "a", "over", kNow},
                 {max_below, "", "never ended", {}}},
             {ReviewCode::kUnknownCa}, kNow);
  EXPECT_THAT(report.findings, ElementsAre(findings[0], findings[3]));
  EXPECT_THAT(report.accepted, ElementsAre(AcceptedFinding{findings[1], of_b},
                                           AcceptedFinding{findings[2], of_b}));
  // Not that of a code which was not judged.
  ASSERT_EQ(report.unused.size(), 2U);
  EXPECT_EQ(report.unused[0], gone);
  EXPECT_EQ(report.unused[1].reason, "another code");
  EXPECT_THAT(report.not_judged, ElementsAre(ReviewCode::kUnknownCa));
  // Once it has ended the finding counts again, and it is not unused.
  const ReviewReport ended =
      Accept(findings, std::vector<Acceptance>{of_b}, {}, later);
  EXPECT_EQ(ended.findings, findings);
  EXPECT_THAT(ended.accepted, IsEmpty());
  EXPECT_THAT(ended.unused, IsEmpty());
  // One that has ended does not hide another one.
  EXPECT_EQ(Accept({findings[0]},
                   std::vector<Acceptance>{{never, "a", "over", kNow},
                                           {never, "a", "new", later}},
                   {}, kNow)
                .accepted.size(),
            1U);
}

TEST(ReviewTest, NegativeOptionsAreErrors) {
  const Account account = WithRules({});
  const struct {
    ReviewOptions options;
    const char* message;
  } kCases[] = {
      {{.expires_within_seconds = -1},
       "expected expires_within_seconds of 0 or more, got -1"},
      {{.max_below_seconds = std::numeric_limits<std::int64_t>::min()},
       "expected max_below_seconds of 0 or more, got -9223372036854775808"},
      {{.older_than_seconds = -1},
       "expected older_than_seconds of 0 or more, got -1"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = Review(account, kNow, c.options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(status), c.message);
  }
}

// Every other address, so that no two make one stretch.
std::vector<IpRange> Hosts(std::size_t count, std::size_t first_octet = 10) {
  std::vector<IpRange> ranges;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t address = first_octet << 24 | 2 * i;
    const std::array<std::uint8_t, 4> bytes = {
        static_cast<std::uint8_t>(address >> 24),
        static_cast<std::uint8_t>(address >> 16),
        static_cast<std::uint8_t>(address >> 8),
        static_cast<std::uint8_t>(address)};
    ranges.push_back(Valid(IpRange::Create(
        {.address = IpAddress::FromV4(bytes), .prefix_length = 32})));
  }
  return ranges;
}

Texts Names(const std::string& prefix, std::size_t count) {
  Texts names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(prefix + std::to_string(i));
  }
  return names;
}

TEST(ReviewTest, WorkIsBounded) {
  const auto code_of = [](std::vector<ApiAccessRule> rules) {
    return Review(WithRules(std::move(rules)), kNow, {}).status().code();
  };
  const auto rule = [](std::size_t ranges, std::size_t cas, std::size_t cns,
                       std::string id = "r") {
    return Valid(ApiAccessRule::Create({.id = std::move(id),
                                        .ip_ranges = Hosts(ranges),
                                        .ca_ids = Names("ca-", cas),
                                        .cns = Names("cn-", cns)}));
  };
  constexpr auto kOk = absl::StatusCode::kOk;
  constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
  EXPECT_EQ(code_of({rule(50, 200, 200)}), kOk);
  EXPECT_EQ(code_of({rule(0, 1000, 2000)}), kOk);
  EXPECT_EQ(code_of({rule(50, 200, 200), Rule("s", {"::/0"})}), kExhausted);
  EXPECT_EQ(code_of({rule(51, 200, 200)}), kExhausted);
  EXPECT_EQ(code_of({rule(50, 201, 200)}), kExhausted);
  EXPECT_EQ(code_of({rule(50, 200, 201)}), kExhausted);
  // 99 ranges and 20,201 times 64 bytes of an id are just within.
  EXPECT_EQ(
      code_of({rule(99, 0, 0, std::string(std::size_t{20'201} * 64, 'r'))}),
      kOk);
  EXPECT_EQ(
      code_of({rule(99, 0, 0, std::string(std::size_t{20'202} * 64, 'r'))}),
      kExhausted);

  const absl::Status status =
      Review(WithRules({rule(2001, 1000, 1)}), kNow, {}).status();
  EXPECT_EQ(Message(status),
            "expected API access rules of at most 2000000 units of work, got "
            "more: each rule counts its ranges times CAs times CNs, and its "
            "ranges times the bytes of its id divided by 64");
}

// Large accounts of the kinds that are dear to compare.
TEST(ReviewTest, LargeAccountsAreAnswered) {
  constexpr std::size_t kRules = 5'000;
  // Neighbours share a CA but no address.
  std::vector<ApiAccessRule> rules;
  for (std::size_t i = 0; i < kRules; ++i) {
    rules.push_back(
        Valid(ApiAccessRule::Create({.id = "r" + std::to_string(i),
                                     .ip_ranges = Hosts(10, i % 200),
                                     .ca_ids = {"ca", "ca-" + std::to_string(i),
                                                "ca-" + std::to_string(i + 1)},
                                     .cns = Names("cn-", 1 + i % 3)})));
  }
  EXPECT_THAT(Of(ReviewCode::kRuleRedundant, WithRules(rules)), IsEmpty());
  rules.push_back(Rule("any", {"0.0.0.0/1", "128.0.0.0/1"}));
  EXPECT_EQ(Of(ReviewCode::kRuleRedundant, WithRules(rules)).size(), kRules);

  // Nested ranges under each CA: all but the widest are redundant.
  rules.clear();
  for (std::size_t i = 0; i < kRules; ++i) {
    rules.push_back(Rule("r" + std::to_string(i),
                         {"::/" + std::to_string(i % 90)},
                         {"ca-" + std::to_string(i / 90)}));
  }
  EXPECT_EQ(Of(ReviewCode::kRuleRedundant, WithRules(rules)).size(),
            kRules - (kRules + 89) / 90);

  // Half of the rules without CA, in pieces; the others any address.
  rules.clear();
  const std::vector<IpRange> hosts = Hosts(kRules);
  for (std::size_t i = 0; i < kRules; ++i) {
    const std::string id = "r" + std::to_string(i);
    rules.push_back(i % 2 == 0 ? Valid(ApiAccessRule::Create(
                                     {.id = id, .ip_ranges = {hosts[i]}}))
                               : Rule(id, {}, {"ca-" + id}));
  }
  EXPECT_THAT(Of(ReviewCode::kRuleRedundant, WithRules(rules)), IsEmpty());
}

}  // namespace
}  // namespace api_access
