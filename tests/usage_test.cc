#include "api_access/usage.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using Kind = LogField::Kind;

LogField Text(std::string_view text) {
  return {.kind = Kind::kText, .text = text};
}
constexpr LogField kNull = {.kind = Kind::kNull};
constexpr LogField kOther = {.kind = Kind::kOther};
LogField Number(std::int64_t number) {
  return {.kind = Kind::kInteger, .integer = number};
}

// An entry that is judged.
LogEntry Entry(std::string_view key = "root",
               std::string_view address = "192.0.2.7",
               std::string_view name = "ReadVms") {
  return {.query_date = Text("2030-01-01T00:00:00.000001Z"),
          .query_api_name = Text("oapi"),
          .query_call_name = Text(name),
          .query_access_key = Text(key),
          .query_ip_address = Text(address),
          .response_status_code = Number(200),
          .request_id = Text("id")};
}

Account WithRules(std::vector<ApiAccessRule> rules, bool session = false) {
  return CompleteAccount(Policy(session ? 3600 : 0, session), std::move(rules),
                         {Key("root", At("2030-01-02")), Key("unused")});
}
Account Office() { return WithRules({Rule("office", {"192.0.2.0/24"})}); }

UsageRecorder Recorder(const Account& account,
                       const std::optional<Account>& against = std::nullopt,
                       MethodCatalogue catalogue = {}) {
  return Valid(UsageRecorder::Create({.account = account,
                                      .account_name = "a",
                                      .against = against ? &*against : nullptr,
                                      .against_name = "b",
                                      .catalogue = std::move(catalogue)}));
}

UsageSummary Summarize(const Account& account, const std::vector<LogEntry>& log,
                       const std::optional<Account>& against = std::nullopt,
                       const std::string& part = "part") {
  UsageRecorder recorder = Recorder(account, against);
  for (const LogEntry& entry : log) recorder.Record(entry);
  return recorder.Take(part);
}

PossibleDecision JudgedAs(const Account& account, const LogEntry& entry,
                          bool key_is_gone = false) {
  const ReadCall read = CallOf(entry, {});
  EXPECT_TRUE(read.call) << read.reason;
  return Judge(Valid(Evaluator::Compile(account)), *read.call, key_is_gone);
}

TEST(UsageTest, EntriesWithoutWhatIsNeededAreNotJudged) {
  const struct {
    LogField LogEntry::*field;
    LogField value;
    NotJudgedReason reason;
  } kCases[] = {
      {&LogEntry::query_date, {}, NotJudgedReason::kNoDate},
      {&LogEntry::query_date, kNull, NotJudgedReason::kNoDate},
      {&LogEntry::query_date, Text(""), NotJudgedReason::kMalformedDate},
      {&LogEntry::query_date, Text("2030-01-01T00:00:00"),
       NotJudgedReason::kMalformedDate},
      {&LogEntry::query_date, Number(0), NotJudgedReason::kMalformedDate},
      {&LogEntry::query_call_name, {}, NotJudgedReason::kNoMethod},
      {&LogEntry::query_call_name, kNull, NotJudgedReason::kNoMethod},
      {&LogEntry::query_call_name, Text(""), NotJudgedReason::kMalformedMethod},
      {&LogEntry::query_call_name, kOther, NotJudgedReason::kMalformedMethod},
      {&LogEntry::query_ip_address, {}, NotJudgedReason::kNoAddress},
      {&LogEntry::query_ip_address, kNull, NotJudgedReason::kNoAddress},
      {&LogEntry::query_ip_address, Text(""), NotJudgedReason::kNoAddress},
      {&LogEntry::query_ip_address, Text("192.0.2.0/24"),
       NotJudgedReason::kMalformedAddress},
      {&LogEntry::query_ip_address, kOther, NotJudgedReason::kMalformedAddress},
      {&LogEntry::query_access_key, {}, NotJudgedReason::kNoAccessKey},
      {&LogEntry::query_access_key, Number(1),
       NotJudgedReason::kMalformedAccessKey},
      {&LogEntry::query_access_key, kNull, NotJudgedReason::kJudged},
      {&LogEntry::query_access_key, Text(""), NotJudgedReason::kJudged},
      {&LogEntry::query_api_name, kOther, NotJudgedReason::kMalformedService},
      {&LogEntry::query_api_name, kNull, NotJudgedReason::kJudged},
      {&LogEntry::response_status_code, Text("200"),
       NotJudgedReason::kMalformedStatus},
      {&LogEntry::response_status_code, {}, NotJudgedReason::kJudged},
      {&LogEntry::request_id, Number(1), NotJudgedReason::kMalformedRequestId},
      {&LogEntry::request_id, kNull, NotJudgedReason::kJudged},
  };
  for (const auto& c : kCases) {
    LogEntry entry = Entry();
    entry.*c.field = c.value;
    const ReadCall read = CallOf(entry, {});
    EXPECT_EQ(read.reason, c.reason);
    EXPECT_EQ(read.call.has_value(), c.reason == NotJudgedReason::kJudged);
    // It is counted, and its key is used.
    const UsageSummary summary = Summarize(Office(), {entry});
    EXPECT_EQ(summary.entries, 1U);
    EXPECT_EQ(NotJudgedOf(summary),
              c.reason == NotJudgedReason::kJudged ? 0U : 1U);
    if (c.field != &LogEntry::query_access_key) {
      EXPECT_EQ(summary.keys[0].count, 1U) << c.reason;
    }
  }
  EXPECT_EQ(CallOf({}, {}).reason, NotJudgedReason::kNoDate);
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    EXPECT_EQ(Valid(ParseNotJudgedReason(ToString(reason))), reason);
  }
}

TEST(UsageTest, AnEntryIsJudgedOverEveryCertificate) {
  const ApiAccessRule with_ca = Rule("ca", {"198.51.100.0/24"}, {"ca-1"});
  const Account account =
      WithRules({Rule("office", {"192.0.2.0/24"}), with_ca});
  EXPECT_EQ(JudgedAs(account, Entry()).verdict, PossibleVerdict::kAllow);
  EXPECT_EQ(JudgedAs(account, Entry("root", "198.51.100.1")).verdict,
            PossibleVerdict::kDepends);
  EXPECT_EQ(
      JudgedAs(account, Entry("root", "203.0.113.1")),
      (PossibleDecision{PossibleVerdict::kDeny, Reason::kSourceIpNotAllowed}));
  // The session waives the certificate for an ordinary method alone.
  const Account session = WithRules({with_ca}, true);
  EXPECT_EQ(JudgedAs(session, Entry("root", "198.51.100.1")).verdict,
            PossibleVerdict::kAllow);
  EXPECT_EQ(JudgedAs(session, Entry("root", "198.51.100.1", "ReadCas")).verdict,
            PossibleVerdict::kDepends);
}

TEST(UsageTest, WithoutAccessKeyThereMayHaveBeenAPassword) {
  for (const LogField& none : {kNull, Text("")}) {
    LogEntry entry = Entry("", "192.0.2.7", "ReadCas");
    entry.query_access_key = none;
    EXPECT_EQ(JudgedAs(Office(), entry).verdict, PossibleVerdict::kDepends);
    entry.query_ip_address = Text("203.0.113.1");
    EXPECT_EQ(JudgedAs(Office(), entry).reason, Reason::kSourceIpNotAllowed);
    entry.query_call_name = Text("ReadVms");
    EXPECT_EQ(JudgedAs(Office(), entry).reason, Reason::kLoginNotAllowed);
    entry.query_call_name = Text("ReadRegions");
    EXPECT_EQ(JudgedAs(Office(), entry).verdict, PossibleVerdict::kAllow);
  }
}

// At the very instant of its expiration a key is expired.
TEST(UsageTest, AnEntryIsJudgedAtItsOwnDate) {
  LogEntry entry = Entry();
  entry.query_date = Text("2030-01-01T23:59:59.999999Z");
  EXPECT_EQ(JudgedAs(Office(), entry).verdict, PossibleVerdict::kAllow);
  entry.query_date = Text("2030-01-02T00:00:00.000000Z");
  EXPECT_EQ(JudgedAs(Office(), entry).reason, Reason::kAccessKeyExpired);
}

// Keys are rotated. Those that a log names were there when it was written.
TEST(UsageTest, AKeyThatIsGoneCountsAsUsable) {
  const UsageSummary summary =
      Summarize(Office(), {Entry("rotated"), Entry("rotated", "203.0.113.1")},
                WithRules({Rule("office", {"192.0.2.0/24"}, {"ca-1"})}));
  EXPECT_EQ(summary.key_gone, 2U);
  EXPECT_EQ(summary.verdicts[static_cast<std::size_t>(PossibleVerdict::kAllow)],
            1U);
  EXPECT_THAT(summary.surprises,
              ElementsAre(Pair(Reason::kSourceIpNotAllowed, testing::_)));
  EXPECT_EQ(SurprisesOf(summary), 1U);
  // It is usable on both sides.
  EXPECT_THAT(summary.broken, IsEmpty());
  EXPECT_EQ(CountOf(summary.at_risk), 1U);
  // A key that the account has and the other one lacks breaks.
  const Account without_keys =
      CompleteAccount(Policy(0, false), {Rule("office", {"192.0.2.0/24"})}, {});
  EXPECT_EQ(CountOf(Summarize(Office(), {Entry()}, without_keys).broken), 1U);
  EXPECT_EQ(CountOf(Summarize(Office(), {Entry("gone")}, without_keys).broken),
            0U);
}

TEST(UsageTest, OnlyWhatTheProviderLetPassIsASurprise) {
  const auto surprises = [](const LogField& status) {
    LogEntry entry = Entry("root", "203.0.113.1");
    entry.response_status_code = status;
    return SurprisesOf(Summarize(Office(), {entry}));
  };
  EXPECT_EQ(surprises(Number(200)), 1U);
  EXPECT_EQ(surprises(Number(399)), 1U);
  EXPECT_EQ(surprises(Number(400)), 0U);
  EXPECT_EQ(surprises(Number(500)), 0U);
  EXPECT_EQ(surprises({}), 0U);
}

TEST(UsageTest, BrokenAndAtRisk) {
  const std::vector<ApiAccessRule> rules = {
      Rule("any", {"192.0.2.0/24"}), Rule("ca", {"198.51.100.0/24"}, {"ca-1"})};
  const Account before = WithRules(rules);
  const auto counts = [&](const Account& after, std::string_view address) {
    const UsageSummary summary =
        Summarize(before, {Entry("root", address)}, after);
    return std::pair(CountOf(summary.broken), CountOf(summary.at_risk));
  };
  const Account narrow = WithRules({Rule("any", {"192.0.2.0/32"}, {"ca-1"})});
  EXPECT_THAT(counts(narrow, "192.0.2.0"), Pair(0, 1));
  EXPECT_THAT(counts(narrow, "192.0.2.1"), Pair(1, 0));
  EXPECT_THAT(counts(narrow, "198.51.100.1"), Pair(1, 0));
  // It was denied before.
  EXPECT_THAT(counts(narrow, "203.0.113.1"), Pair(0, 0));
  EXPECT_THAT(counts(before, "198.51.100.1"), Pair(0, 0));
}

TEST(UsageTest, CallersAreOneRowForEachKeyAndMethod) {
  const Account none = WithRules({});
  std::vector<LogEntry> log;
  const auto add = [&](std::string_view key, std::string_view name, int times) {
    for (int i = 0; i < times; ++i) {
      log.push_back(Entry(key, "192.0.2.7", name));
    }
  };
  add("root", "ReadVms", 2);
  add("root", "Unheard", 1);
  add("root", "UnheardToo", 1);
  add("gone", "ReadVms", 2);
  add("", "ReadCas", 2);
  add("root", "New", 1);
  UsageRecorder recorder =
      Recorder(Office(), none,
               Valid(MethodCatalogue::Create({.ordinary = {{"api", "New"}}})));
  for (const LogEntry& entry : log) recorder.Record(entry);
  const UsageSummary summary = recorder.Take("part");
  std::vector<std::string> rows;
  for (const auto* row : ByCount(summary.broken)) {
    rows.push_back(row->first.access_key_id.value_or("-") + ' ' +
                   row->first.method + ' ' + std::to_string(row->second.count));
  }
  EXPECT_THAT(rows,
              ElementsAre("- ReadCas 2", "gone ReadVms 2", "root ReadVms 2",
                          "root unlisted 2", "root New 1"));
}

TEST(UsageTest, TheFirstExampleIsTheSmallest) {
  const auto at = [](std::string_view date, const LogField& id) {
    LogEntry entry = Entry("root", "203.0.113.1");
    entry.query_date = Text(date);
    entry.request_id = id;
    return entry;
  };
  const std::vector<LogEntry> log = {
      at("2029-12-31T00:00:00.002Z", Text("a")),
      at("2029-12-31T00:00:00.001999Z", Text("c")),
      at("2029-12-31T00:00:00.001Z", Text("b")),
      at("2029-12-31T00:00:00.003Z", Text("")),
  };
  const LogExample first =
      Summarize(Office(), log).surprises.begin()->second.first;
  EXPECT_EQ(first, (LogExample{At("2029-12-31T00:00:00.001Z"), "b"}));
  // Null is before any id, and an empty one is null.
  std::vector<LogEntry> more = log;
  more.push_back(at("2029-12-31T00:00:00.001Z", Text("")));
  EXPECT_EQ(Summarize(Office(), more).surprises.begin()->second.first,
            (LogExample{At("2029-12-31T00:00:00.001Z"), std::nullopt}));
}

TEST(UsageTest, TheWindowHasBothEnds) {
  std::vector<LogEntry> log = {Entry(), Entry(), Entry()};
  log[0].query_date = Text("2030-01-01T00:00:00.005Z");
  log[1].query_date = Text("2029-12-01");
  log[2].query_date = Text("2030-01-01T00:00:00.006Z");
  // Not judged, and yet in the window.
  log[2].query_call_name = {};
  const UsageSummary summary = Summarize(Office(), log);
  EXPECT_EQ(
      summary.window,
      (UsageSummary::Window{At("2029-12-01"), At("2030-01-01T00:00:00.006Z")}));
  EXPECT_EQ(summary.keys[0].last_use, At("2030-01-01T00:00:00.006Z"));
  EXPECT_EQ(Summarize(Office(), {}).window, std::nullopt);
  EXPECT_EQ(summary.keys[1], (UsageSummary::Key{.id = "unused"}));
}

TEST(UsageTest, UsesAreAloneOrAmongOthers) {
  const Account account = WithRules(
      {Rule("narrow", {"192.0.2.0/25", "192.0.2.0/26", "198.51.100.7"}),
       Rule("wide", {"192.0.2.64/26", "203.0.113.0/24"}), Rule("v6", {"::/0"}),
       Rule("unused", {"10.0.0.0/8"})});
  const UsageSummary summary = Summarize(
      account,
      {Entry("root", "192.0.2.1"), Entry("root", "192.0.2.65"),
       Entry("root", "198.51.100.7"), Entry("root", "::ffff:203.0.113.9"),
       // No rule is asked about a public method.
       Entry("root", "198.51.100.7", "ReadRegions"),
       // A denial is a use as well.
       Entry("", "198.51.100.7"), Entry("root", "2001:db8::1")});
  const auto uses = [](std::uint64_t alone, std::uint64_t among) {
    UsageSummary::Uses counted = {.alone = alone, .among = among};
    if (alone + among > 0) counted.last_use = At("2030-01-01");
    return counted;
  };
  EXPECT_THAT(summary.rules,
              ElementsAre(UsageSummary::Rule{"narrow", uses(3, 1)},
                          UsageSummary::Rule{"wide", uses(1, 1)},
                          UsageSummary::Rule{"v6", uses(1, 0)},
                          UsageSummary::Rule{"unused", uses(0, 0)}));
  EXPECT_THAT(
      summary.ranges,
      ElementsAre(
          UsageSummary::Range{"narrow", Range("192.0.2.0/25"), uses(0, 2)},
          UsageSummary::Range{"narrow", Range("192.0.2.0/26"), uses(0, 1)},
          UsageSummary::Range{"narrow", Range("198.51.100.7"), uses(2, 0)},
          UsageSummary::Range{"wide", Range("192.0.2.64/26"), uses(0, 1)},
          UsageSummary::Range{"wide", Range("203.0.113.0/24"), uses(1, 0)},
          UsageSummary::Range{"v6", Range("::/0"), uses(1, 0)},
          UsageSummary::Range{"unused", Range("10.0.0.0/8"), uses(0, 0)}));
}

// A rule without ranges admits every address: whoever comes with a certificate
// from outside of all ranges uses it.
TEST(UsageTest, ARuleWithoutRangesIsUsedFromEverywhere) {
  const Account account = WithRules(
      {Rule("office", {"192.0.2.0/24"}), Rule("roaming", {}, {"ca-1"})});
  const UsageSummary summary =
      Summarize(account, {Entry("root", "203.0.113.1"), Entry()});
  const Timestamp last = At("2030-01-01");
  EXPECT_EQ(summary.rules[1].uses, (UsageSummary::Uses{1, 1, last}));
  EXPECT_EQ(summary.rules[0].uses, (UsageSummary::Uses{0, 1, last}));
  EXPECT_EQ(summary.ranges[0].uses, (UsageSummary::Uses{0, 1, last}));
}

// Whether alone or among others, in whichever order the log has them.
TEST(UsageTest, TheLastUseIsTheLatestDate) {
  const Account account = WithRules(
      {Rule("office", {"192.0.2.0/25", "198.51.100.7"}),
       Rule("wide", {"192.0.2.0/24"}), Rule("unused", {"10.0.0.0/8"})});
  const auto at = [](std::string_view date, std::string_view address,
                     std::string_view name = "ReadVms") {
    LogEntry entry = Entry("root", address, name);
    entry.query_date = Text(date);
    return entry;
  };
  const std::vector<LogEntry> log = {
      at("2029-12-03", "192.0.2.1"), at("2029-12-05", "198.51.100.7"),
      at("2029-12-04", "192.0.2.200"), at("2029-12-02", "192.0.2.1"),
      // Nobody uses a rule for it.
      at("2029-12-31", "198.51.100.7", "ReadRegions")};
  const UsageSummary summary = Summarize(account, log);
  EXPECT_EQ(summary.rules[0].uses.last_use, At("2029-12-05"));
  EXPECT_EQ(summary.rules[1].uses.last_use, At("2029-12-04"));
  EXPECT_EQ(summary.rules[2].uses.last_use, std::nullopt);
  EXPECT_EQ(summary.ranges[0].uses.last_use, At("2029-12-03"));
  EXPECT_EQ(summary.ranges[1].uses.last_use, At("2029-12-05"));

  const UsageSummary other =
      Summarize(account, {at("2029-12-04", "192.0.2.1")}, {}, "other");
  for (const auto& merged :
       {Valid(Merge(summary, other)), Valid(Merge(other, summary))}) {
    EXPECT_EQ(merged.rules[0].uses.last_use, At("2029-12-05"));
    EXPECT_EQ(merged.ranges[0].uses.last_use, At("2029-12-04"));
  }
}

TEST(UsageTest, ARecorderStartsAnewAfterTake) {
  UsageRecorder recorder = Recorder(Office(), WithRules({}));
  recorder.Record(Entry());
  const UsageSummary first = recorder.Take("1");
  EXPECT_EQ(first.entries, 1U);
  EXPECT_THAT(first.parts, ElementsAre("1"));
  const UsageSummary second = recorder.Take("2");
  EXPECT_EQ(second, Summarize(Office(), {}, WithRules({}), "3"));
  EXPECT_THAT(second.parts, IsEmpty());
}

TEST(UsageTest, PartsOfOtherThingsDoNotMerge) {
  const UsageSummary part = Summarize(Office(), {Entry()}, Office(), "1");
  const auto refusal = [&](auto change) {
    UsageSummary other = Summarize(Office(), {Entry()}, Office(), "2");
    change(other);
    const auto merged = Merge(part, other);
    return merged.ok() ? "merged" : Message(merged.status());
  };
  EXPECT_EQ(refusal([](UsageSummary&) {}), "merged");
  EXPECT_THAT(refusal([](UsageSummary& s) { s.account = "other"; }),
              HasSubstr("expected summaries of one account, got those of `a` "
                        "and `other`"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.against = "other"; }),
              HasSubstr("against `b` and `other`"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.against.reset(); }),
              HasSubstr("against `b` and none"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.catalogue += " api:New"; }),
              HasSubstr("expected summaries by one catalogue"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.parts = {"1"}; }),
              HasSubstr("expected each part of the log once, got `1` twice"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.keys.pop_back(); }),
              HasSubstr("expected the same access keys"));
  EXPECT_THAT(refusal([](UsageSummary& s) { s.rules[0].id = "x"; }),
              HasSubstr("expected the same access keys, rules"));
  EXPECT_THAT(
      refusal([](UsageSummary& s) { s.ranges[0].range = Range("::/0"); }),
      HasSubstr("expected the same access keys, rules and IP ranges"));
  // Parts without entries have no identity.
  const UsageSummary empty = Summarize(Office(), {}, Office(), "0");
  EXPECT_EQ(Valid(Merge(Valid(Merge(empty, part)), empty)), part);
}

TEST(UsageTest, CountsStayAtTheirLimit) {
  UsageSummary part = Summarize(Office(), {Entry()});
  part.parts.clear();
  part.entries = UsageSummary::kMaxCount;
  const UsageSummary twice = Valid(Merge(part, part));
  EXPECT_EQ(twice.entries, UsageSummary::kMaxCount);
  EXPECT_EQ(twice.keys[0].count, 2U);
  EXPECT_EQ(Valid(Merge(twice, part)).entries, UsageSummary::kMaxCount);
}

TEST(UsageTest, CataloguesAreNamedByWhatIsDeclared) {
  const auto name = [](std::vector<MethodName> declared) {
    UsageRecorder recorder = Recorder(
        Office(), std::nullopt,
        Valid(MethodCatalogue::Create({.ordinary = std::move(declared)})));
    return recorder.Take("").catalogue;
  };
  EXPECT_EQ(name({}), kCatalogueVersion);
  EXPECT_EQ(name({{"api", "ReadVms"}}), kCatalogueVersion);
  EXPECT_EQ(name({{"icu", "New"}, {"oapi", "Newer"}, {"api", "New"}}),
            std::string(kCatalogueVersion) + " api:New api:Newer icu:New");
}

}  // namespace
}  // namespace api_access
