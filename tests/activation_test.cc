#include "api_access/activation.h"

#include <limits>
#include <set>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::int64_t kLimit = kMaxAccessKeyExpirationSecondsLimit;

template <typename Code>
std::vector<std::pair<std::string, std::string>> Codes(
    const std::vector<Finding<Code>>& findings) {
  std::vector<std::pair<std::string, std::string>> codes;
  for (const Finding<Code>& finding : findings) {
    codes.emplace_back(ToString(finding.code), finding.subject);
  }
  return codes;
}

auto Violations(const ActivationReport& report) {
  return Codes(report.violations);
}
auto Warnings(const ActivationReport& report) { return Codes(report.warnings); }

ApiAccessRule RuleWithCa(std::string id = "aar-1") {
  return Rule(std::move(id), {"192.0.2.0/24"}, {"ca-1"});
}

Account WithKeys(std::vector<AccessKey> keys) {
  return CompleteAccount(Policy(0, false), {RuleWithCa()}, std::move(keys));
}

RequestedPolicy Ask(std::int64_t max, bool require) {
  return {.max_access_key_expiration_seconds = max,
          .require_trusted_env = require};
}

const Timestamp kNow = At("2030-01-01");

TEST(ActivationTest, ReadyAccount) {
  const ActivationReport report = CheckActivation(
      WithKeys({Key("K", kNow + seconds{3599})}), Ask(3600, true), kNow);
  EXPECT_TRUE(report.ready);
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_EQ(report.ready_at, std::nullopt);
}

TEST(ActivationTest, AReportThatNobodyMadeIsNotReady) {
  EXPECT_FALSE(ActivationReport().ready);
}

TEST(ActivationTest, EveryCodeHasANumberAndAText) {
  const struct {
    ViolationCode code;
    int number;
    const char* text;
  } kRows[] = {
      {ViolationCode::kAccountIncomplete, 1, "account-incomplete"},
      {ViolationCode::kMaxOutOfRange, 2, "max-out-of-range"},
      {ViolationCode::kMaxRequired, 3, "max-required"},
      {ViolationCode::kKeyNeverExpires, 4, "key-never-expires"},
      {ViolationCode::kKeyOutlivesMax, 5, "key-outlives-max"},
      {ViolationCode::kRuleWithoutCa, 6, "rule-without-ca"},
      {ViolationCode::kNoRules, 7, "no-rules"},
  };
  ASSERT_EQ(std::size(kRows), kAllViolationCodes.size());
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    EXPECT_EQ(kAllViolationCodes[i], kRows[i].code);
    EXPECT_EQ(static_cast<int>(kRows[i].code), kRows[i].number);
    EXPECT_EQ(ToString(kRows[i].code), kRows[i].text);
  }
  EXPECT_EQ(ToString(ViolationCode{}), "unknown");
  ASSERT_EQ(kAllWarningCodes.size(), 2U);
  EXPECT_EQ(ToString(kAllWarningCodes[0]), "lifetimes-not-judged");
  EXPECT_EQ(ToString(kAllWarningCodes[1]), "any-address-with-key-alone");
  EXPECT_EQ(ToString(WarningCode{}), "unknown");
}

TEST(ActivationTest, EverythingAtOnceInItsOrder) {
  const Account account = Valid(Account::Create(
      {.policy = Policy(0, false),
       .rules = {Rule("r2", {"10.0.0.0/8"}), Rule("r1", {"::/0"}),
                 Rule("r3", {}, {"ca-1"})},
       .access_keys = {Key("k4", kNow + seconds{9000}), Key("k2"), Key("k1"),
                       Key("k3", kNow + seconds{3600})},
       .users_without_keys_read = {"zoe", "alice"}}));
  const ActivationReport report =
      CheckActivation(account, Ask(3600, true), kNow);
  EXPECT_THAT(
      Violations(report),
      ElementsAre(
          Pair("account-incomplete", ""), Pair("account-incomplete", "alice"),
          Pair("account-incomplete", "zoe"), Pair("key-never-expires", "k1"),
          Pair("key-never-expires", "k2"), Pair("key-outlives-max", "k3"),
          Pair("key-outlives-max", "k4"), Pair("rule-without-ca", "r1"),
          Pair("rule-without-ca", "r2")));
  EXPECT_THAT(Warnings(report),
              ElementsAre(Pair("any-address-with-key-alone", "r1"),
                          Pair("any-address-with-key-alone", "r3")));
  EXPECT_EQ(report.ready_at, std::nullopt);
}

// A0
TEST(ActivationTest, AccountIncomplete) {
  const auto report = [](bool listed, Texts missing, RequestedPolicy asked) {
    return Violations(CheckActivation(
        Valid(Account::Create({.policy = Policy(3600, true),
                               .rules = {RuleWithCa()},
                               .every_user_listed = listed,
                               .users_without_keys_read = std::move(missing)})),
        asked, kNow));
  };
  EXPECT_THAT(report(true, {}, Ask(3600, true)), IsEmpty());
  EXPECT_THAT(report(false, {}, Ask(3600, true)),
              ElementsAre(Pair("account-incomplete", "")));
  EXPECT_THAT(report(true, {"bob"}, Ask(3600, true)),
              ElementsAre(Pair("account-incomplete", "bob")));
  // Any update but deactivation.
  EXPECT_THAT(report(false, {}, Ask(3600, false)),
              ElementsAre(Pair("account-incomplete", "")));
  EXPECT_THAT(report(false, {"bob"}, Ask(0, false)), IsEmpty());
  EXPECT_THAT(report(false, {}, Ask(-1, false)),
              ElementsAre(Pair("account-incomplete", ""),
                          Pair("max-out-of-range", "")));
}

// A1
TEST(ActivationTest, SaysWhyNotEveryUserIsKnown) {
  const auto message = [](std::string doubt) {
    const Account account = Valid(Account::Create(
        {.policy = Policy(0, false), .users_doubt = std::move(doubt)}));
    return CheckActivation(account, {.max_access_key_expiration_seconds = 1},
                           At("2030-01-01"))
        .violations[0]
        .message;
  };
  EXPECT_EQ(message(""),
            "expected the list of all EIM users, got none or a part of it: "
            "access keys may be missing");
  EXPECT_EQ(message("ReadUsers.json says HasMoreItems"),
            "expected the list of all EIM users, got none or a part of it: "
            "access keys may be missing (ReadUsers.json says HasMoreItems)");
}

TEST(ActivationTest, MaxOutOfRange) {
  const struct {
    std::int64_t max;
    bool in_range;
  } kCases[] = {
      {std::numeric_limits<std::int64_t>::min(), false},
      {-1, false},
      {0, true},
      {1, true},
      {kLimit, true},
      {kLimit + 1, false},
      {std::numeric_limits<std::int64_t>::max(), false},
  };
  for (const auto& c : kCases) {
    const ActivationReport report =
        CheckActivation(WithKeys({Key("K", kNow)}), Ask(c.max, false), kNow);
    if (c.in_range) {
      EXPECT_THAT(Violations(report), IsEmpty()) << c.max;
    } else {
      EXPECT_THAT(Violations(report), ElementsAre(Pair("max-out-of-range", "")))
          << c.max;
    }
  }
}

// A2
TEST(ActivationTest, MaxRequired) {
  EXPECT_THAT(Violations(CheckActivation(WithKeys({}), Ask(0, true), kNow)),
              ElementsAre(Pair("max-required", "")));
  EXPECT_THAT(Violations(CheckActivation(WithKeys({}), Ask(-1, true), kNow)),
              ElementsAre(Pair("max-out-of-range", "")));
  EXPECT_THAT(Violations(CheckActivation(WithKeys({}), Ask(1, true), kNow)),
              IsEmpty());
}

// A3
TEST(ActivationTest, KeyNeverExpires) {
  const Account account = WithKeys({Key("K")});
  const auto never = Pair("key-never-expires", "K");
  EXPECT_THAT(Violations(CheckActivation(account, Ask(0, false), kNow)),
              IsEmpty());
  EXPECT_THAT(Violations(CheckActivation(account, Ask(1, false), kNow)),
              ElementsAre(never));
  EXPECT_THAT(Violations(CheckActivation(account, Ask(3600, true), kNow)),
              ElementsAre(never));
  EXPECT_THAT(Violations(CheckActivation(account, Ask(0, true), kNow)),
              ElementsAre(Pair("max-required", ""), never));
  EXPECT_THAT(Violations(CheckActivation(account, Ask(-1, true), kNow)),
              ElementsAre(Pair("max-out-of-range", ""), never));
  EXPECT_THAT(
      Violations(CheckActivation(account, Ask(kLimit + 1, false), kNow)),
      ElementsAre(Pair("max-out-of-range", ""), never));
  EXPECT_THAT(Violations(CheckActivation(account, Ask(-1, false), kNow)),
              ElementsAre(Pair("max-out-of-range", "")));
}

// A4
TEST(ActivationTest, KeyOutlivesMax) {
  const struct {
    milliseconds remaining;
    std::int64_t max;
    bool outlives;
  } kCases[] = {
      {milliseconds{3'599'999}, 3600, false},
      {milliseconds{3'600'000}, 3600, true},  // equality is refused
      {milliseconds{3'600'001}, 3600, true},
      {milliseconds{999}, 1, false},
      {milliseconds{1000}, 1, true},
      {milliseconds{0}, 1, false},
      {milliseconds{-1}, 1, false},
      {milliseconds{-3'600'000}, 1, false},
      {seconds{kLimit} - milliseconds{1}, kLimit, false},
      {seconds{kLimit}, kLimit, true},
      {seconds{kLimit}, kLimit + 1, false},  // not judged: A1
      {seconds{kLimit}, 0, false},           // not judged
      {seconds{kLimit}, -1, false},          // not judged
  };
  for (const auto& c : kCases) {
    for (const bool require : {false, true}) {
      const ActivationReport report = CheckActivation(
          WithKeys({Key("K", kNow + c.remaining)}), Ask(c.max, require), kNow);
      const auto violations = Violations(report);
      EXPECT_EQ(
          std::ranges::count(violations, std::pair<std::string, std::string>(
                                             "key-outlives-max", "K")),
          c.outlives ? 1 : 0)
          << c.remaining.count() << ' ' << c.max << ' ' << require;
    }
  }
}

TEST(ActivationTest, NoInstantOverflows) {
  const Account account =
      WithKeys({Key("a", kMinTimestamp), Key("b", kMaxTimestamp)});
  const struct {
    Timestamp now;
    bool a_outlives;
    bool b_outlives;
  } kCases[] = {
      {Timestamp::min(), true, true},
      {Timestamp{milliseconds{0}} - milliseconds{1}, false, true},
      {kMinTimestamp, false, true},
      {kMaxTimestamp, false, false},
      {Timestamp::max(), false, false},
  };
  for (const auto& c : kCases) {
    std::set<std::string> outliving;
    for (const auto& [code, subject] :
         Violations(CheckActivation(account, Ask(kLimit, true), c.now))) {
      EXPECT_EQ(code, "key-outlives-max");
      outliving.insert(subject);
    }
    EXPECT_EQ(outliving.contains("a"), c.a_outlives)
        << c.now.time_since_epoch().count();
    EXPECT_EQ(outliving.contains("b"), c.b_outlives)
        << c.now.time_since_epoch().count();
  }
}

TEST(ActivationTest, EveryKindOfKeyCounts) {
  for (const auto state :
       {AccessKeyState::kActive, AccessKeyState::kInactive}) {
    for (const auto& user :
         {std::optional<std::string>(), std::optional<std::string>("alice")}) {
      const auto key = [&](std::string id,
                           std::optional<Timestamp> expiration) {
        return Valid(AccessKey::Create({.id = std::move(id),
                                        .state = state,
                                        .expiration = expiration,
                                        .user_name = user}));
      };
      EXPECT_THAT(
          Violations(CheckActivation(
              WithKeys({key("a", std::nullopt), key("b", kNow + seconds{60})}),
              Ask(60, true), kNow)),
          ElementsAre(Pair("key-never-expires", "a"),
                      Pair("key-outlives-max", "b")));
    }
  }
}

// A5, A6
TEST(ActivationTest, RulesNeedCasAndThereMustBeOne) {
  const auto check = [](std::vector<ApiAccessRule> rules, bool require) {
    return Violations(
        CheckActivation(CompleteAccount(Policy(0, false), std::move(rules), {}),
                        Ask(3600, require), kNow));
  };
  EXPECT_THAT(check({RuleWithCa()}, true), IsEmpty());
  EXPECT_THAT(check({RuleWithCa("b"), Rule("a", {"10.0.0.0/8"})}, true),
              ElementsAre(Pair("rule-without-ca", "a")));
  EXPECT_THAT(check({}, true), ElementsAre(Pair("no-rules", "")));
  EXPECT_THAT(check({Rule("a", {"10.0.0.0/8"})}, false), IsEmpty());
  EXPECT_THAT(check({}, false), IsEmpty());
}

TEST(ActivationTest, DeactivationIsAlwaysReady) {
  const Account worst =
      Valid(Account::Create({.policy = Policy(3600, true),
                             .rules = {Rule("a", {"0.0.0.0/0"})},
                             .access_keys = {Key("K"), Key("L", kMaxTimestamp)},
                             .users_without_keys_read = {"alice"}}));
  const ActivationReport report = CheckActivation(worst, Ask(0, false), kNow);
  EXPECT_TRUE(report.ready);
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(ActivationTest, ReadyAtIsTheFirstReadyInstant) {
  const Account account =
      WithKeys({Key("a", At("2030-01-05")), Key("b", At("2030-01-09")),
                Key("c", At("2029-01-01"))});
  const RequestedPolicy day = Ask(86400, true);
  const ActivationReport report = CheckActivation(account, day, kNow);
  ASSERT_EQ(report.ready_at, At("2030-01-08T00:00:00.001Z"));
  EXPECT_TRUE(CheckActivation(account, day, *report.ready_at).ready);
  const ActivationReport before =
      CheckActivation(account, day, *report.ready_at - milliseconds{1});
  EXPECT_THAT(Violations(before), ElementsAre(Pair("key-outlives-max", "b")));
  EXPECT_EQ(before.ready_at, report.ready_at);
}

TEST(ActivationTest, NoReadyAtBesideAnotherViolation) {
  const std::vector<AccessKey> keys = {Key("a", At("2030-01-05"))};
  const auto ready_at = [&](std::vector<ApiAccessRule> rules, bool listed) {
    return CheckActivation(
               Valid(Account::Create({.policy = Policy(0, false),
                                      .rules = std::move(rules),
                                      .access_keys = keys,
                                      .every_user_listed = listed})),
               Ask(60, true), kNow)
        .ready_at;
  };
  EXPECT_NE(ready_at({RuleWithCa()}, true), std::nullopt);
  EXPECT_EQ(ready_at({RuleWithCa()}, false), std::nullopt);
  EXPECT_EQ(ready_at({Rule("a", {"10.0.0.0/8"})}, true), std::nullopt);
  EXPECT_EQ(ready_at({}, true), std::nullopt);
}

TEST(ActivationTest, WarnsThatLifetimesAreNotJudged) {
  const Account account = WithKeys({});
  EXPECT_THAT(Warnings(CheckActivation(account, Ask(0, true), kNow)),
              ElementsAre(Pair("lifetimes-not-judged", "")));
  for (const RequestedPolicy asked :
       {Ask(0, false), Ask(1, true), Ask(-1, true), Ask(kLimit + 1, true)}) {
    EXPECT_THAT(Warnings(CheckActivation(account, asked, kNow)), IsEmpty());
  }
}

TEST(ActivationTest, WarnsOfRulesThatAdmitAnyAddress) {
  const struct {
    Texts ranges;
    bool any;
  } kCases[] = {
      {{}, true},
      {{"0.0.0.0/0"}, true},
      {{"::/0"}, true},
      {{"::ffff:0:0/96"}, true},
      {{"0.0.0.0/1", "128.0.0.0/1"}, true},
      {{"128.0.0.0/1", "0.0.0.0/1"}, true},
      {{"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2"}, true},
      {{"0.0.0.0/1", "10.0.0.0/8", "128.0.0.0/1", "192.0.2.0/24"}, true},
      {{"::/1", "8000::/1"}, true},
      {{"::/1", "8000::/1", "10.0.0.0/8"}, true},
      {{"0.0.0.0/1"}, false},
      {{"128.0.0.0/1"}, false},
      {{"0.0.0.0/1", "128.0.0.0/2"}, false},
      {{"0.0.0.0/1", "192.0.0.0/2"}, false},
      {{"0.0.0.0/2", "128.0.0.0/1"}, false},
      {{"::/1"}, false},
      {{"8000::/1"}, false},
      {{"0.0.0.0/1", "8000::/1"}, false},
      // Halves of different families; a wide IPv6 block is no IPv4.
      {{"::ffff:0:0/95"}, false},
      {{"0.0.0.0/1", "::ffff:0:0/95"}, false},
      {{"192.0.2.0/24"}, false},
      // No IPv6 client is in ::ffff:0:0/96, so nobody is left out there.
      {AllOfIPv6ButTheMappedBlock(), true},
      {AllOfIPv6ButTheMappedBlock("::fffe:0:0/96"), false},
      {AllOfIPv6ButTheMappedBlock("::1:0:0:0/80"), false},
  };
  for (const auto& c : kCases) {
    const Account account =
        CompleteAccount(Policy(0, false), {Rule("a", c.ranges, {"ca-1"})}, {});
    const auto warnings =
        Warnings(CheckActivation(account, Ask(3600, true), kNow));
    if (c.any) {
      EXPECT_THAT(warnings,
                  ElementsAre(Pair("any-address-with-key-alone", "a")))
          << testing::PrintToString(c.ranges);
    } else {
      EXPECT_THAT(warnings, IsEmpty()) << testing::PrintToString(c.ranges);
    }
    EXPECT_THAT(Warnings(CheckActivation(account, Ask(3600, false), kNow)),
                IsEmpty());
  }
}

TEST(ActivationTest, WarnsOfWhatRulesAdmitTogether) {
  const std::vector<Texts> kV4Halves = {{"0.0.0.0/1"}, {"128.0.0.0/1"}};
  const struct {
    const char* what;
    std::vector<Texts> rules;  // a, b, ...
    Texts subjects;
  } kCases[] = {
      {"no rules", {}, {}},
      {"halves of IPv4", kV4Halves, {""}},
      {"halves of IPv6", {{"8000::/1"}, {"::/1"}}, {""}},
      {"halves of both",
       {{"::/1", "0.0.0.0/1"}, {"8000::/1", "128.0.0.0/1"}},
       {""}},
      {"halves of different families", {{"0.0.0.0/1"}, {"8000::/1"}}, {}},
      {"a gap", {{"0.0.0.0/1"}, {"128.0.0.0/2"}}, {}},
      {"three parts", {{"0.0.0.0/1"}, {"192.0.0.0/2"}, {"128.0.0.0/2"}}, {""}},
      {"one rule alone", {{"0.0.0.0/0"}, {"192.0.2.0/24"}}, {"a"}},
      {"one rule beside halves",
       {{"0.0.0.0/1"}, {"128.0.0.0/1"}, {"0.0.0.0/0"}},
       {"c"}},
      {"one rule without ranges", {{"0.0.0.0/1"}, {}, {"128.0.0.0/1"}}, {"b"}},
      // Family by family.
      {"IPv4 alone, IPv6 together",
       {{"::/1"}, {"0.0.0.0/0"}, {"8000::/1"}},
       {"", "b"}},
      {"the family that one rule covers alone, and half of the other",
       {{"::/0"}, {"0.0.0.0/1"}},
       {"a"}},
      // No IPv6 client is in ::ffff:0:0/96.
      {"around the mapped block",
       {AllOfIPv6ButTheMappedBlock("8000::/1"), {"8000::/1"}},
       {""}},
      {"a block less",
       {AllOfIPv6ButTheMappedBlock("::fffe:0:0/96"), {"8000::/1"}},
       {}},
  };
  for (const auto& c : kCases) {
    // Whether a rule names a CA does not matter under the session.
    for (const Texts& cas : {Texts{"ca-1"}, Texts{}}) {
      std::vector<ApiAccessRule> rules;
      for (const Texts& ranges : c.rules) {
        rules.push_back(
            Rule(std::string(1, static_cast<char>('a' + rules.size())), ranges,
                 ranges.empty() ? Texts{"ca-1"} : cas));
      }
      const Account account = CompleteAccount(Policy(0, false), rules, {});
      Texts subjects;
      for (const Warning& warning :
           CheckActivation(account, Ask(3600, true), kNow).warnings) {
        subjects.push_back(warning.subject);
      }
      EXPECT_EQ(subjects, c.subjects) << c.what;
      EXPECT_THAT(Warnings(CheckActivation(account, Ask(3600, false), kNow)),
                  IsEmpty());
    }
  }
  EXPECT_EQ(
      CheckActivation(CompleteAccount(Policy(0, false),
                                      {Rule("a", {"::/1", "0.0.0.0/1"}),
                                       Rule("b", {"8000::/1", "128.0.0.0/1"})},
                                      {}),
                      Ask(3600, true), kNow)
          .warnings[0]
          .message,
      "under the trusted session the API access rules together admit any "
      "IPv4 and any IPv6 address with an access key alone");
}

TEST(ActivationTest, SmallestMaximum) {
  const auto of = [](std::vector<AccessKey> keys, Timestamp now = kNow) {
    return SmallestMaximumOf(WithKeys(std::move(keys)), now);
  };
  const auto seconds_of = [](milliseconds remaining) {
    const Account account = WithKeys({Key("K", kNow + remaining)});
    const SmallestMaximum smallest = SmallestMaximumOf(account, kNow);
    EXPECT_EQ(smallest.seconds.has_value(), smallest.blocking_key_ids.empty());
    if (smallest.seconds) {
      // It is allowed, one second less is not.
      const std::int64_t max = *smallest.seconds;
      EXPECT_TRUE(CheckActivation(account, Ask(max, false), kNow).ready);
      EXPECT_TRUE(max == 1 ||
                  !CheckActivation(account, Ask(max - 1, false), kNow).ready);
    } else {
      EXPECT_FALSE(CheckActivation(account, Ask(kLimit, false), kNow).ready);
    }
    return smallest.seconds;
  };
  const milliseconds ms{1};
  EXPECT_EQ(seconds_of(-seconds{5}), 1);
  EXPECT_EQ(seconds_of(0 * ms), 1);
  EXPECT_EQ(seconds_of(999 * ms), 1);
  EXPECT_EQ(seconds_of(1000 * ms), 2);
  EXPECT_EQ(seconds_of(1001 * ms), 2);
  EXPECT_EQ(seconds_of(3'599'999 * ms), 3600);
  EXPECT_EQ(seconds_of(3'600'000 * ms), 3601);
  EXPECT_EQ(seconds_of(seconds{kLimit} - ms), kLimit);
  EXPECT_EQ(seconds_of(seconds{kLimit}), std::nullopt);

  EXPECT_EQ(of({}).seconds, 1);
  EXPECT_EQ(of({Key("a", kNow + seconds{5}), Key("b", kNow + seconds{9}),
                Key("c", kNow + seconds{7})})
                .seconds,
            10);
  // Inactive keys count, and those of EIM users.
  EXPECT_EQ(of({Valid(AccessKey::Create({.id = "a",
                                         .expiration = kNow + seconds{5},
                                         .user_name = "alice"}))})
                .seconds,
            6);
  const SmallestMaximum none =
      of({Key("c"), Key("b", kNow + seconds{9}), Key("a", kMaxTimestamp)});
  EXPECT_EQ(none.seconds, std::nullopt);
  EXPECT_THAT(none.blocking_key_ids, ElementsAre("a", "c"));
  // No instant overflows.
  EXPECT_EQ(of({Key("a", kMaxTimestamp)}, Timestamp::min()).seconds,
            std::nullopt);
  EXPECT_EQ(of({Key("a", kMinTimestamp)}, Timestamp::max()).seconds, 1);
}

TEST(ActivationTest, TheDefaultRequestIsRefused) {
  EXPECT_THAT(Violations(CheckActivation(WithKeys({}), {}, kNow)),
              ElementsAre(Pair("max-required", "")));
}

TEST(ActivationTest, MessagesSayWhatWasExpected) {
  const Account account = Valid(
      Account::Create({.policy = Policy(0, false),
                       .rules = {Rule("r", {"::/0"})},
                       .access_keys = {Key("k"), Key("l", At("2030-01-02"))},
                       .users_without_keys_read = {"bob"}}));
  std::ostringstream out;
  for (const auto& [max, require] :
       {std::pair<std::int64_t, bool>{-1, false}, {0, true}, {60, true}}) {
    const ActivationReport report =
        CheckActivation(account, Ask(max, require), kNow);
    for (const Violation& violation : report.violations) {
      out << violation << '\n';
    }
    for (const Warning& warning : report.warnings) out << warning << '\n';
  }
  out << CheckActivation(CompleteAccount(Policy(0, false), {}, {}),
                         Ask(60, true), kNow)
             .violations.at(0);
  for (const char* expected :
       {"account-incomplete: expected the list of all EIM users",
        "account-incomplete `bob`: expected the access keys of EIM user `bob`",
        "max-out-of-range: expected a maximum of 0 to 3153600000 s, got -1 s",
        "max-required: expected a maximum above 0 s",
        "key-never-expires `k`: expected an expiration of access key `k`",
        "key-outlives-max `l`: expected access key `l` to expire less than "
        "60 s after 2030-01-01T00:00:00.000+0000, it expires at "
        "2030-01-02T00:00:00.000+0000",
        "rule-without-ca `r`: expected a CA id in API access rule `r`",
        "no-rules: expected at least one API access rule",
        "lifetimes-not-judged: remaining lifetimes",
        "any-address-with-key-alone `r`: under the trusted session"}) {
    EXPECT_THAT(out.str(), testing::HasSubstr(expected));
  }
}

TEST(ActivationTest, PrintsViolationsWarningsAndReadyAt) {
  const ActivationReport report = CheckActivation(
      CompleteAccount(Policy(0, false), {Rule("a", {}, {"ca-1"})},
                      {Key("b", At("2030-01-09"))}),
      Ask(86400, true), kNow);
  ASSERT_THAT(Violations(report), ElementsAre(Pair("key-outlives-max", "b")));
  ASSERT_THAT(Warnings(report),
              ElementsAre(Pair("any-address-with-key-alone", "a")));
  EXPECT_EQ(ToString(report),
            "not ready\n  violation " + ToString(report.violations[0]) +
                "\n  warning " + ToString(report.warnings[0]) +
                "\n  ready at 2030-01-08T00:00:00.001+0000");
  EXPECT_EQ(ToString(CheckActivation(WithKeys({}), Ask(86400, true), kNow)),
            "ready");
}

}  // namespace
}  // namespace api_access
