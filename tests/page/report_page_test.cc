#include "api_access/page/report_page.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/review.h"
#include "api_access/usage.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/page/tags.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Timestamp kNow = At("2030-01-01");

std::string PageOf(const Account& account, const ReportOptions& options = {}) {
  return Valid(ReportPage(account, kNow, options));
}

// The part of a page from the section on.
std::string SectionOf(const std::string& page, const std::string& id) {
  return Between(page, "<section id=\"" + id + '"', "</section>");
}

// The text of the field `name` of a dl.
std::string FieldOf(const std::string& page, const std::string& name) {
  const std::string rest =
      Between(page, "<dd data-field=\"" + name + '"', "</dd>");
  return TextOf(rest.substr(rest.find('>') + 1));
}

// The texts of the cells of each row with this attribute.
std::vector<Texts> RowsOf(std::string_view page, std::string_view attribute) {
  std::vector<Texts> rows;
  const std::string begin = "<tr " + std::string(attribute);
  for (std::size_t place = page.find(begin); place != page.npos;
       place = page.find(begin, place + 1)) {
    std::string_view row =
        page.substr(place, page.find("</tr>", place) - place);
    Texts cells;
    for (std::size_t cell = row.find("<t", 1); cell != row.npos;
         cell = row.find("<t", cell)) {
      // th or td, not time.
      if (row.substr(cell, 3) == "<ti") {
        ++cell;
        continue;
      }
      const std::string end = row.substr(cell, 3) == "<th" ? "</th>" : "</td>";
      const std::size_t text = row.find('>', cell) + 1;
      cells.push_back(TextOf(row.substr(text, row.find(end, cell) - text)));
      cell = row.find(end, cell);
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

LogField TextField(std::string_view text) {
  return {.kind = LogField::Kind::kText, .text = text};
}

LogEntry Entry(std::string_view date, std::string_view key,
               std::string_view address,
               std::string_view request_id = "request") {
  return {.query_date = TextField(date),
          .query_call_name = TextField("ReadVms"),
          .query_access_key = TextField(key),
          .query_ip_address = TextField(address),
          .response_status_code = {.kind = LogField::Kind::kInteger,
                                   .integer = 200},
          .request_id = TextField(request_id)};
}

UsageSummary UsageOf(const Account& account, const Account* against,
                     const std::vector<LogEntry>& entries) {
  UsageRecorder recorder =
      Valid(UsageRecorder::Create({.account = account,
                                   .account_name = "account",
                                   .against = against,
                                   .against_name = "against"}));
  for (const LogEntry& entry : entries) recorder.Record(entry);
  return recorder.Take("part");
}

NamedCaller CallerOf(std::string name, std::string key,
                     std::string_view address) {
  return {.name = std::move(name),
          .caller = {.client_address = Ip(address),
                     .login = LoginKind::kAccessKey,
                     .access_key_id = std::move(key)}};
}

TEST(ReportPageTest, HasSectionsForWhatIsKnown) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("k")});
  const auto sections = [](const std::string& page) {
    Texts ids;
    for (const std::string& tag : TagsWith(page, "<section ")) {
      ids.push_back(AttributeOf(tag, "id"));
    }
    return ids;
  };
  EXPECT_THAT(sections(PageOf(account)),
              ElementsAre("first", "activation", "factors", "map", "rules",
                          "keys", "findings", "not-told"));
  const std::vector<NamedCaller> callers = {CallerOf("c", "k", "192.0.2.7")};
  const UsageSummary usage = UsageOf(account, nullptr, {});
  EXPECT_THAT(
      sections(PageOf(
          account, {.callers = callers, .against = &account, .usage = &usage})),
      ElementsAre("first", "activation", "callers", "factors", "map", "log",
                  "rules", "keys", "findings", "difference", "not-told"));
}

TEST(ReportPageTest, IsOnePageThatLoadsNothing) {
  const std::string page = PageOf(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("k")}));
  EXPECT_THAT(page, AllOf(HasSubstr("<!DOCTYPE html>\n<html xmlns="),
                          HasSubstr("lang=\"en\""),
                          HasSubstr("<meta charset=\"utf-8\"/>"),
                          HasSubstr("<meta http-equiv=\"Content-Security-"
                                    "Policy\" content=\"default-src 'none'; "
                                    "style-src 'unsafe-inline'\"/>")));
  for (const char* tag : {"<script", "<link", "<img", "<iframe", "<object",
                          "<use", "<image", "<a ", "<base", "<form"}) {
    EXPECT_THAT(TagsWith(page, tag), IsEmpty()) << tag;
  }
  for (const char* text : {" src=", " href=", "@import", "@font-face"}) {
    EXPECT_THAT(page, Not(HasSubstr(text)));
  }
  // Patterns of the page itself alone.
  for (std::size_t url = page.find("url("); url != page.npos;
       url = page.find("url(", url + 1)) {
    EXPECT_EQ(page[url + 4], '#');
  }
  EXPECT_TRUE(IsPrintableAscii(page));
}

TEST(ReportPageTest, SaysFirstWhatMattersMost) {
  const Account account = CompleteAccount(
      Policy(3600, true), {Rule("r", {"192.0.2.0/24"}, {"ca"})},
      {Key("late", At("2030-01-01T00:40:00Z")),
       Key("b", At("2030-01-01T00:30:00Z")),
       Key("a", At("2030-01-01T00:30:00Z")),
       // Ends, or has ended, at no later instant.
       Key("now", kNow), Key("past", At("2029-01-01")),
       Valid(AccessKey::Create({.id = "inactive",
                                .state = AccessKeyState::kInactive,
                                .expiration = At("2030-01-01T00:01:00Z")}))});
  const std::string page = PageOf(account);
  EXPECT_EQ(FieldOf(page, "TrustedSession"), "activated");
  EXPECT_EQ(FieldOf(page, "Maximum"), "3600 s");
  EXPECT_EQ(FieldOf(page, "NextChange"),
            "2030-01-01T00:30:00.000+0000: access key b expires, access key a "
            "expires");
  EXPECT_EQ(FieldOf(page, "LockOut"), "not assessed: no callers are named");
  EXPECT_THAT(page,
              HasSubstr("data-field=\"LockOut\" data-value=\"NotAssessed\""));
  EXPECT_THAT(page,
              HasSubstr("data-field=\"Activation\" data-value=\"Ready\""));
  const std::string other = PageOf(
      CompleteAccount(Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {}));
  EXPECT_EQ(FieldOf(other, "TrustedSession"), "deactivated");
  EXPECT_EQ(FieldOf(other, "NextChange"),
            "none: no active access key and no CA ends");
  EXPECT_EQ(FieldOf(other, "Activation"), "not ready: 2 violations");
}

TEST(ReportPageTest, TakesTheStatedEndsOfCasIntoAccount) {
  Account::Fields fields = {.policy = Policy(0, false),
                            .rules = {Rule("r", {"192.0.2.0/24"}, {"ca"})},
                            .access_keys = {Key("k")},
                            .every_user_listed = true,
                            .cas = {{Valid(Ca::Create({.id = "ca"}))}}};
  const Account account = Valid(Account::Create(fields));
  std::vector<NamedCaller> callers = {CallerOf("c", "k", "192.0.2.7")};
  callers[0].caller.certificate = Certificate({"ca"});
  const std::vector<CaEnd> ends = {{"ca", At("2030-01-02")}};
  const std::string page =
      PageOf(account, {.callers = callers, .ca_ends = ends});
  EXPECT_EQ(FieldOf(page, "NextChange"),
            "2030-01-02T00:00:00.000+0000: CA ca ends");
  EXPECT_THAT(page, HasSubstr("data-field=\"LockOut\" data-value=\"None\""));
  EXPECT_EQ(FieldOf(page, "LockOut"),
            "LOCKED OUT from 2030-01-02T00:00:00.000+0000 on: nobody named can "
            "manage then");
  EXPECT_THAT(RowsOf(SectionOf(page, "callers"), "data-caller"),
              ElementsAre(ElementsAre(
                  "c", "can manage", "2030-01-02T00:00:00.000+0000",
                  HasSubstr("2030-01-02T00:00:00.000+0000: all Ordinary"))));
  EXPECT_THAT(SectionOf(page, "findings"), HasSubstr("ca-expires-soon"));

  const std::vector<CaEnd> unknown = {{"other", At("2030-01-02")}};
  const auto refused = ReportPage(account, kNow, {.ca_ends = unknown});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ReportPageTest, SaysWhoIsLockedOut) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("k")});
  const std::vector<NamedCaller> inside = {CallerOf("in", "k", "192.0.2.7")};
  EXPECT_EQ(FieldOf(PageOf(account, {.callers = inside}), "LockOut"),
            "none: somebody named can manage for ever");
  const std::vector<NamedCaller> outside = {CallerOf("out", "k", "10.0.0.1")};
  const std::string page = PageOf(account, {.callers = outside});
  EXPECT_THAT(page, HasSubstr("data-value=\"AlreadyLockedOut\""));
  EXPECT_EQ(FieldOf(page, "LockOut"),
            "LOCKED OUT: nobody named can manage now");
}

// As api-access factors says it.
TEST(ReportPageTest, HasTheFactorsByClassLoginAndSession) {
  const std::string page = PageOf(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"}, {"ca"})}, {}));
  const std::string with = "AccessKey+Certificate";
  EXPECT_THAT(
      RowsOf(SectionOf(page, "factors"), "data-class"),
      ElementsAre(
          Texts{"Public", "api icu fcu", "none", "none", "none", "none"},
          Texts{"Ordinary", "api icu fcu lbu directlink eim", with,
                "impossible", "AccessKey", "impossible"},
          Texts{"Managing", "api icu", with, "Password+Certificate", with,
                "Password+Certificate"},
          Texts{"Managing", "eim", with, "impossible", with, "impossible"},
          Texts{"Exempt", "oos osu", "AccessKey", "impossible", "AccessKey",
                "impossible"},
          Texts{"Unlisted", "*", with, "impossible", with, "impossible"}));
  EXPECT_THAT(page, HasSubstr(">Session deactivated (now)<"));
  // Both tables, where it depends on the address.
  const std::string both = PageOf(CompleteAccount(
      Policy(1, true),
      {Rule("r", {"192.0.2.0/24"}, {"ca"}), Rule("s", {"10.0.0.0/8"})}, {}));
  EXPECT_THAT(RowsOf(SectionOf(both, "factors"), "data-class"), SizeIs(12));
  EXPECT_THAT(both, AllOf(HasSubstr("id=\"factors-Asked\""),
                          HasSubstr("id=\"factors-NotAsked\""),
                          HasSubstr(">Session activated (now)<")));
}

TEST(ReportPageTest, SaysForWhomATableOfFactorsIs) {
  const auto captions = [](std::vector<ApiAccessRule> rules) {
    const std::string section = SectionOf(
        PageOf(CompleteAccount(Policy(0, false), std::move(rules), {})),
        "factors");
    Texts texts;
    for (const char* demand : {"Asked", "NotAsked", "NoRules"}) {
      texts.push_back(Between(
          section,
          "<caption id=\"factors-" + std::string(demand) + "-caption\">",
          "</caption>"));
    }
    return texts;
  };
  const ApiAccessRule asking = Rule("asking", {}, {"ca"});
  const ApiAccessRule open = Rule("open", {"192.0.2.0/24"});
  EXPECT_THAT(captions({asking}),
              ElementsAre("Every rule asks for a certificate", "none", "none"));
  EXPECT_THAT(captions({open}),
              ElementsAre("none", "No rule asks for a certificate", "none"));
  EXPECT_THAT(captions({asking, open}),
              ElementsAre("From addresses where rules ask for a certificate",
                          "From addresses where no rule asks for one", "none"));
  EXPECT_THAT(captions({}),
              ElementsAre("none", "none",
                          "Required factors; the account has no rules"));
}

TEST(ReportPageTest, HasEachRegionOfTheMapOnceTheWidestFirst) {
  const Account account = CompleteAccount(
      Policy(3600, true),
      {Rule("a", {"192.0.2.0/24"}, {"ca"}), Rule("b", {"198.51.0.0/16"}),
       Rule("c", {"2001:db8::/32"}, {"ca"}, {"x", "y"})},
      {});
  const auto map = Valid(MapAccess(account));
  const std::string section = SectionOf(PageOf(account), "map");
  Texts regions;
  for (const std::string& tag : TagsWith(section, "<tr data-region")) {
    regions.push_back(AttributeOf(tag, "data-region"));
  }
  EXPECT_THAT(map, SizeIs(5));
  EXPECT_THAT(regions, ElementsAre("2", "0", "1", "3", "4"));
  EXPECT_THAT(
      RowsOf(section, "data-region"),
      ElementsAre(
          Texts{"198.51.0.0/16",
                "RootAccessKey, EimAccessKey: all Ordinary, all Managing, all "
                "Unlisted; Password: all Managing",
                "not needed"},
          Texts{"192.0.2.0/24", "RootAccessKey, EimAccessKey: all Ordinary",
                "not needed"},
          Texts{"192.0.2.0/24",
                "RootAccessKey, EimAccessKey: all Managing, all Unlisted; "
                "Password: all Managing",
                "of CA ca"},
          Texts{"2001:db8::/32", "RootAccessKey, EimAccessKey: all Ordinary",
                "not needed"},
          Texts{"2001:db8::/32",
                "RootAccessKey, EimAccessKey: all Managing, all Unlisted; "
                "Password: all Managing",
                "of CA ca with CN x, y"}));
  EXPECT_THAT(TagsWith(section, "class=\"mark"), SizeIs(5));
  EXPECT_THAT(section, HasSubstr("No access key of the root user is usable."));
}

// Its addresses are those of another rule: a log, and its addresses alone, do
// not tell that it lets somebody in.
TEST(ReportPageTest, ARuleThatAloneAdmitsACallerIsNeverCalledNeedless) {
  const Account account =
      CompleteAccount(Policy(0, false),
                      {Rule("net", {"0.0.0.0/0", "::/0"}, {"ca-net"}),
                       Rule("ca-only", {}, {"ca-own"}, {"cn"})},
                      {Key("k")});
  const UsageSummary usage = UsageOf(account, nullptr, {});
  const auto rows = RowsOf(
      SectionOf(PageOf(account, {.usage = &usage}), "rules"), "data-rule");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[1],
              ElementsAre("ca-only", "any address", "ca-own", "cn",
                          "0.0.0.0/0, ::/0: RootAccessKey, EimAccessKey: all "
                          "Ordinary, all Managing, all Unlisted; Password: all "
                          "Managing; certificate of CA ca-own with CN cn",
                          "not seen in this log", "-"));
}

// What Review calls redundant is what alone admits nothing, and nothing else.
TEST(ReportPageTest, WhatRulesAloneAdmitAgreesWithRedundancy) {
  const Texts kRanges = {"0.0.0.0/0",    "10.0.0.0/8",    "10.1.0.0/16",
                         "192.0.2.0/24", "192.0.2.0/25",  "192.0.2.128/25",
                         "::/0",         "2001:db8::/32", "2001:db8:1::/48"};
  std::mt19937 random(3);
  const auto below = [&](std::size_t end) {
    return static_cast<std::size_t>(random() % end);
  };
  std::size_t redundant = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<ApiAccessRule> rules;
    for (std::size_t i = 0; i < 1 + below(6); ++i) {
      Texts ranges;
      for (std::size_t j = below(4); j > 0; --j) {
        ranges.push_back(kRanges[below(kRanges.size())]);
      }
      Texts cas;
      for (std::size_t j = ranges.empty() ? 1 : below(3); j > 0; --j) {
        cas.push_back(below(2) == 0 ? "a" : "b");
      }
      Texts cns;
      if (!cas.empty() && below(3) == 0) cns.emplace_back("cn");
      rules.push_back(Rule("r" + std::to_string(i), ranges, cas, cns));
    }
    const Account account =
        CompleteAccount(Policy(1, below(2) == 0), rules, {});
    std::set<std::string> expected;
    for (const ReviewFinding& finding : Valid(Review(account, kNow, {}))) {
      if (finding.code == ReviewCode::kRuleRedundant) {
        expected.insert(finding.subject);
      }
    }
    std::set<std::string> got;
    const auto rows = RowsOf(SectionOf(PageOf(account), "rules"), "data-rule");
    EXPECT_THAT(rows, SizeIs(account.rules().size()));
    for (const Texts& row : rows) {
      if (row[4] == "nothing that other rules do not admit (rule-redundant)") {
        got.insert(row[0]);
      } else {
        EXPECT_THAT(row[4], HasSubstr("; certificate "));
      }
    }
    EXPECT_EQ(got, expected) << account;
    redundant += expected.size();
  }
  EXPECT_GT(redundant, 50U);
}

TEST(ReportPageTest, TellsWhatALogTellsAndBeforeItWhatItDoesNot) {
  const Account account = CompleteAccount(
      Policy(0, false),
      {Rule("used", {"192.0.2.0/24", "10.0.0.0/8"}), Rule("unused", {"::/0"})},
      {Key("k"), Key("idle")});
  const Account against = CompleteAccount(
      Policy(0, false), {Rule("used", {"10.0.0.0/8"})}, {Key("k")});
  const UsageSummary usage =
      UsageOf(account, &against,
              {Entry("2029-12-01T00:00:00Z", "k", "192.0.2.7", "first"),
               Entry("2029-12-31T00:00:00Z", "k", "192.0.2.7", "last"),
               Entry("2029-12-31T00:00:00Z", "k", ""),
               Entry("2029-12-30T00:00:00Z", "gone", "203.0.113.7")});
  const std::string page =
      PageOf(account, {.against = &against, .usage = &usage});
  const std::string log = SectionOf(page, "log");
  for (const auto& [field, text] :
       std::vector<std::pair<std::string, std::string>>{
           {"Entries", "4"},
           {"From", "2029-12-01T00:00:00.000+0000"},
           {"To", "2029-12-31T00:00:00.000+0000"},
           {"Allow", "2"},
           {"Depends", "0"},
           {"Deny", "1"},
           {"KeyGone", "1"},
           {"Surprises", "1"},
           {"Broken", "2"},
           {"AtRisk", "0"},
           {"NotJudged", "1"}}) {
    EXPECT_EQ(FieldOf(log, field), text) << field;
  }
  EXPECT_THAT(TextOf(log),
              AllOf(HasSubstr("kReadVms22029-12-01T00:00:00.000+0000, request "
                              "first"),
                    HasSubstr("source-ip-not-allowed12029-12-30"),
                    HasSubstr("no-address1"), HasSubstr("10.0.0.0/8used"),
                    HasSubstr("::/0unused")));
  EXPECT_THAT(log, HasSubstr(">To, included<"));
  const auto rules = RowsOf(SectionOf(page, "rules"), "data-rule");
  EXPECT_EQ(rules[0][5], "2 alone, 0 among others");
  EXPECT_EQ(rules[0][6], "2029-12-31T00:00:00.000+0000");
  EXPECT_EQ(rules[1][5], "not seen in this log");
  EXPECT_EQ(rules[1][6], "-");
  const auto keys = RowsOf(SectionOf(page, "keys"), "data-key");
  EXPECT_EQ(keys[0].back(), "3 entries, last 2029-12-31T00:00:00.000+0000");
  EXPECT_EQ(keys[1].back(), "not seen in this log");
  for (const char* id : {"log", "rules", "keys"}) {
    const std::string section = SectionOf(page, id);
    const std::size_t said = section.find(kWhatLogsLack);
    ASSERT_NE(said, section.npos) << id;
    EXPECT_LT(said, section.find("this log<")) << id;
  }
  EXPECT_THAT(SectionOf(page, "not-told"),
              AllOf(HasSubstr("2029-12-31T00:00:00.000+0000"),
                    HasSubstr(std::string(kWhatLogsLack))));
}

TEST(ReportPageTest, HasNoTableOfCallersWhereTheSecondAccountBreaksNone) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("k")});
  const UsageSummary usage = UsageOf(
      account, &account, {Entry("2029-12-01T00:00:00Z", "k", "192.0.2.7")});
  const std::string log =
      SectionOf(PageOf(account, {.against = &account, .usage = &usage}), "log");
  EXPECT_EQ(FieldOf(log, "Broken"), "0");
  EXPECT_EQ(FieldOf(log, "AtRisk"), "0");
  EXPECT_THAT(TagsWith(log, "<table id=\"broken\""), IsEmpty());
  EXPECT_THAT(TagsWith(log, "<table id=\"at-risk\""), IsEmpty());
}

TEST(ReportPageTest, HasTheExactDifference) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"}, {"ca"})}, {Key("k")});
  const Account against = CompleteAccount(
      Policy(0, false),
      {Rule("r", {"192.0.2.0/25"}, {"ca"}), Rule("s", {"203.0.113.0/24"})},
      {Key("k"), Key("new")});
  std::vector<NamedCaller> callers = {CallerOf("c", "k", "192.0.2.200")};
  callers[0].caller.certificate = Certificate({"ca"});
  const std::string section = SectionOf(
      PageOf(account, {.callers = callers, .against = &against}), "difference");
  EXPECT_THAT(
      RowsOf(section, "data-kind"),
      ElementsAre(
          ElementsAre("Widened", "203.0.113.0/24", testing::_, "not needed",
                      HasSubstr("from 203.0.113.0 with access "
                                "key `k`")),
          ElementsAre("Narrowed", "192.0.2.128/25", testing::_, "of CA ca",
                      testing::_),
          ElementsAre("new", "Widened", "none", HasSubstr("never expires"))));
  EXPECT_THAT(section, HasSubstr("data-lock-out=\"LockedOut\""));
  EXPECT_THAT(
      RowsOf(section, "data-caller"),
      ElementsAre(ElementsAre(
          "c", "cannot manage: source-ip-not-allowed",
          HasSubstr("all Managing, all Unlisted: source-ip-not-allowed"),
          "nothing")));
  EXPECT_THAT(PageOf(account, {.against = &account}),
              HasSubstr("Equal: every request is treated alike."));
}

TEST(ReportPageTest, TellsUntilWhenSomebodyCanManageAfterTheChange) {
  const auto with_key = [](const AccessKey& key) {
    return CompleteAccount(Policy(0, false), {Rule("r", {"192.0.2.0/24"})},
                           {key});
  };
  const Account account = with_key(Key("k"));
  const Account against = with_key(Key("k", At("2030-01-02")));
  const std::vector<NamedCaller> callers = {CallerOf("c", "k", "192.0.2.7")};
  const std::string text = TextOf(
      SectionOf(PageOf(account, {.callers = callers, .against = &against}),
                "difference"));
  EXPECT_THAT(text,
              HasSubstr("No lock-out: somebody named can manage "
                        "afterwards, until 2030-01-02T00:00:00.000+0000."));
  EXPECT_THAT(TextOf(SectionOf(
                  PageOf(against, {.callers = callers, .against = &account}),
                  "difference")),
              HasSubstr("No lock-out: somebody named can manage afterwards."));
}

TEST(ReportPageTest, SaysWhoIsLockedOutBeforeAndAfterTheChange) {
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"})}, {Key("k")});
  const std::vector<NamedCaller> callers = {CallerOf("c", "k", "10.0.0.1")};
  EXPECT_THAT(TextOf(SectionOf(
                  PageOf(account, {.callers = callers, .against = &account}),
                  "difference")),
              HasSubstr("ALREADY LOCKED OUT: nobody named can manage, before "
                        "or afterwards."));
}

TEST(ReportPageTest, SaysWhenATrustedSessionCanBeActivated) {
  const Account account = CompleteAccount(
      Policy(86400, false), {Rule("r", {"192.0.2.0/24"}, {"ca-1"})},
      {Key("k", At("2030-01-09"))});
  EXPECT_THAT(TextOf(SectionOf(PageOf(account), "activation")),
              HasSubstr("Ready at 2030-01-08T00:00:00.001+0000."));
}

// No rule says so: the difference is over what rules name.
TEST(ReportPageTest, NamesTheCasThatTheSecondAccountLacks) {
  const auto with_cas = [](const std::optional<Texts>& ids) {
    Account::Fields fields = {.policy = Policy(0, false),
                              .rules = {Rule("r", {}, {"ca-1"})}};
    if (ids) fields.cas.emplace();
    for (const std::string& id : ids.value_or(Texts())) {
      fields.cas->push_back(Valid(Ca::Create({.id = id})));
    }
    return Valid(Account::Create(std::move(fields)));
  };
  const auto differences = [&](const std::optional<Texts>& before,
                               const std::optional<Texts>& after) {
    const Account against = with_cas(after);
    return TextOf(SectionOf(PageOf(with_cas(before), {.against = &against}),
                            "difference"));
  };
  EXPECT_THAT(differences({{"ca-1", "ca-2", "ca-3"}}, {{"ca-3"}}),
              HasSubstr("lacks CAs of the first: ca-1, ca-2."));
  const auto nothing = Not(HasSubstr("lacks CAs"));
  EXPECT_THAT(differences({{"ca-1"}}, {{"ca-1", "ca-2"}}), nothing);
  EXPECT_THAT(differences({{"ca-1"}}, std::nullopt), nothing);
  EXPECT_THAT(differences(std::nullopt, {{"ca-2"}}), nothing);
}

TEST(ReportPageTest, SaysWhatWasNotRead) {
  const Account account =
      Valid(Account::Create({.policy = Policy(0, false),
                             .users_doubt = "nobody listed them",
                             .users_without_keys_read = {"alice"}}));
  const std::string text = TextOf(SectionOf(PageOf(account), "not-told"));
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("nobody listed them"), HasSubstr("alice"),
            HasSubstr("The CAs of the account were not read."),
            HasSubstr("several-active-keys"), HasSubstr("No callers are named"),
            HasSubstr("No log was read"), HasSubstr("No second account")));
  const Account whole = Valid(Account::Create({.policy = Policy(0, false),
                                               .every_user_listed = true,
                                               .cas = std::vector<Ca>()}));
  EXPECT_THAT(TextOf(SectionOf(PageOf(whole), "not-told")),
              Not(HasSubstr("not read of")));
  const auto compared_with = [&](const Account& against) {
    return TextOf(SectionOf(PageOf(whole, {.against = &against}), "not-told"));
  };
  const auto may_be_missing = HasSubstr("keys of the second account may be");
  EXPECT_THAT(compared_with(account), may_be_missing);
  EXPECT_THAT(compared_with(Valid(
                  Account::Create({.policy = Policy(0, false),
                                   .every_user_listed = true,
                                   .users_without_keys_read = {"alice"}}))),
              may_be_missing);
  EXPECT_THAT(compared_with(whole), Not(may_be_missing));
}

TEST(ReportPageTest, ListsThreeItemsAndCountsTheOthers) {
  const auto listed = [](const Texts& users) {
    return TextOf(SectionOf(
        PageOf(Valid(Account::Create({.policy = Policy(0, false),
                                      .every_user_listed = true,
                                      .users_without_keys_read = users}))),
        "not-told"));
  };
  EXPECT_THAT(listed({"u1", "u2", "u3"}), HasSubstr("not read of u1, u2, u3."));
  EXPECT_THAT(listed({"u1", "u2", "u3", "u4", "u5"}),
              HasSubstr("not read of u1, u2, u3 and 2 more."));
}

TEST(ReportPageTest, SaysWhatIsTooLargeToFindOut) {
  Texts names;
  for (int i = 0; i < 1'500; ++i) names.push_back(std::to_string(i));
  const Account account = CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.0/24"}, names, names)}, {});
  ASSERT_FALSE(Review(account, kNow, {}).ok());
  EXPECT_THAT(SectionOf(PageOf(account), "findings"),
              HasSubstr("Not found out: expected API access rules of at most"));
}

// An account that fills every table with `text`, whose texts are in the same
// order whatever it is.
struct Filled {
  explicit Filled(const std::string& text)
      : account(AccountOf(text, "192.0.2.0/24")),
        against(AccountOf(text, "198.51.100.0/24")),
        callers({CallerOf("caller" + text, "key1" + text, "192.0.2.7"),
                 CallerOf("other" + text, "key2" + text, "10.0.0.1")}),
        gone("gone" + text),
        key("key1" + text),
        request("request" + text) {
    callers[0].caller.certificate = Certificate({"ca1" + text}, "cn" + text);
    // Allowed, surprising, broken and at risk, and an unlisted method.
    LogEntry unlisted = Entry("2029-12-03", key, "192.0.2.7", request);
    method = "Method" + text;
    unlisted.query_call_name = TextField(method);
    usage = UsageOf(account, &against,
                    {Entry("2029-12-01", key, "192.0.2.7", request),
                     Entry("2029-12-02", gone, "192.0.2.7", request),
                     Entry("2029-12-02", key, "203.0.113.7", request),
                     Entry("2029-12-02", key, "192.0.3.7", request),
                     Entry("2029-12-02", key, ""), unlisted});
  }

  static Account AccountOf(const std::string& text, const std::string& range) {
    const std::string user = "user" + text;
    return Valid(Account::Create(
        {.policy = Policy(60, true),
         .rules = {Valid(ApiAccessRule::Create(
                       {.id = "rule1" + text,
                        .ip_ranges = {Range(range)},
                        .ca_ids = {"ca1" + text, "ca2" + text},
                        .cns = {"cn" + text, "dn" + text},
                        .description = "description" + text})),
                   Rule("rule2" + text, {range, "192.0.3.0/24"},
                        {"unknown" + text}),
                   Rule("rule3" + text, {range}, {"unknown" + text}),
                   Rule("rule4" + text, {"0.0.0.0/32"})},
         .access_keys =
             {Key("key1" + text),
              Valid(AccessKey::Create({.id = "key2" + text + range,
                                       .state = AccessKeyState::kActive,
                                       .expiration = At("2030-06-01"),
                                       .user_name = user,
                                       .tag = "tag" + text})),
              Valid(AccessKey::Create({.id = "key3" + text,
                                       .state = AccessKeyState::kActive,
                                       .expiration = At("2029-06-01"),
                                       .user_name = user})),
              Valid(AccessKey::Create({.id = "key4" + text + range,
                                       .state = AccessKeyState::kActive,
                                       .expiration = At("2030-06-01"),
                                       .user_name = user}))},
         .users_doubt = "doubt" + text,
         .users_without_keys_read = {"unread" + text},
         .cas = {{Valid(Ca::Create({.id = "ca1" + text,
                                    .fingerprint = std::string(40, 'a'),
                                    .valid_until = At("2030-01-02")})),
                  Valid(Ca::Create({.id = "ca2" + text,
                                    .fingerprint = std::string(40, 'a')}))}}}));
  }

  std::string Page() const {
    return PageOf(account,
                  {.callers = callers, .against = &against, .usage = &usage});
  }

  Account account;
  Account against;
  std::vector<NamedCaller> callers;
  std::string gone;
  std::string key;
  std::string request;
  std::string method;
  UsageSummary usage;
};

// The tags of a page without the values of their attributes.
Texts SkeletonOf(const std::string& page) {
  Texts skeleton;
  for (const std::string& tag : TagsOf(page)) {
    std::string& names = skeleton.emplace_back();
    bool is_value = false;
    for (const char c : tag) {
      if (c == '"') is_value = !is_value;
      if (!is_value) names += c;
    }
  }
  return skeleton;
}

TEST(ReportPageTest, TextsOfTheAccountAreNeverMarkup) {
  const std::string harmless = Filled("-").Page();
  const Texts expected = SkeletonOf(harmless);
  // Each kind of text is shown, so a page that does not escape one is caught.
  for (const char* shown :
       {"rule1-", "rule2-", "description-", "ca1-", "ca2-", "unknown-", "cn-",
        "key1-", "key2-", "user-", "tag-", "doubt-", "unread-", "caller-",
        "gone-", "request-"}) {
    EXPECT_NE(harmless.find(shown), harmless.npos) << shown;
  }
  for (const std::string text :
       {"<script>alert(1)</script>", "</td></tr></table><b>",
        "\"><script>x</script>", "' onload='x", "\" onmouseover=\"x\" y=\"",
        "&lt;b&gt;", "<!--", "]]>", "</style><script>", "<x y='\">",
        "\x01\x1b[2J\x7f\r\n\t", "\xff\xc3\x28", "\xe2\x80\xae"}) {
    const std::string page = Filled(text).Page();
    EXPECT_EQ(SkeletonOf(page), expected) << text;
    EXPECT_TRUE(IsPrintableAscii(page)) << text;
    EXPECT_EQ(page.find(text), page.npos) << text;
  }
}

TEST(ReportPageTest, CutsLongTexts) {
  const std::string text(10'000, 'x');
  const std::string page = Filled(text).Page();
  EXPECT_NE(page.find(std::string(59, 'x') + "... (10005 bytes)"), page.npos);
  // Only why not every user is known is a text for people, and said as such.
  std::size_t longest = 0;
  std::size_t run = 0;
  std::size_t long_runs = 0;
  for (const char c : page) {
    run = c == 'x' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (run == 65) ++long_runs;
  }
  EXPECT_LT(longest, 4'000U);
  EXPECT_EQ(long_runs, 2U);
}

TEST(ReportPageTest, FoldsATableAtAThousandRows) {
  for (const std::size_t count : {1'000U, 1'001U, 1'500U}) {
    std::vector<AccessKey> keys;
    for (std::size_t i = 0; i < count; ++i) {
      keys.push_back(
          Valid(AccessKey::Create({.id = "k" + std::to_string(i),
                                   .state = AccessKeyState::kInactive,
                                   .expiration = At("2031-01-01")})));
    }
    const std::string section = SectionOf(
        PageOf(CompleteAccount(Policy(0, false), {}, std::move(keys))), "keys");
    EXPECT_THAT(TagsWith(section, "<tr data-key"), SizeIs(1'000));
    const auto left_out = TagsWith(section, "<p data-left-out=");
    if (count == 1'000) {
      EXPECT_THAT(left_out, IsEmpty());
    } else {
      EXPECT_THAT(left_out, ElementsAre("<p data-left-out=\"" +
                                        std::to_string(count - 1'000) + "\">"));
    }
  }
}

// All of them alike: with the longest texts, too.
TEST(ReportPageTest, TenThousandRulesAreAPageOfLessThanAMegabyte) {
  for (const std::string& text : {std::string(), std::string(80, '<')}) {
    std::vector<ApiAccessRule> rules;
    for (int i = 0; i < 10'000; ++i) {
      const std::string number = std::to_string(i);
      rules.push_back(Rule(number + text,
                           {"10." + std::to_string(i / 200) + '.' +
                            std::to_string(i % 200) + ".0/24"},
                           {"ca" + number + text}, {"cn" + number + text}));
    }
    const std::string page =
        PageOf(CompleteAccount(Policy(0, false), std::move(rules), {}));
    EXPECT_LT(page.size(), kMaxPageBytes);
    const std::string section = SectionOf(page, "rules");
    const auto shown = TagsWith(section, "<tr data-rule");
    const auto left_out = TagsWith(section, "<p data-left-out=");
    ASSERT_THAT(left_out, SizeIs(1));
    EXPECT_EQ(
        shown.size() + std::stoul(AttributeOf(left_out[0], "data-left-out")),
        10'000U);
    EXPECT_GT(shown.size(), text.empty() ? 400U : 50U);
  }
}

// Each shares its addresses with each: to compare all pairs takes too long.
TEST(ReportPageTest, SaysOfWhichRulesItDoesNotFindOutWhatTheyAloneAdmit) {
  std::vector<ApiAccessRule> rules;
  for (int i = 0; i < 3'000; ++i) {
    rules.push_back(
        Rule("r" + std::to_string(i), {}, {"ca" + std::to_string(i)}));
  }
  const auto rows = RowsOf(
      SectionOf(PageOf(CompleteAccount(Policy(0, false), rules, {})), "rules"),
      "data-rule");
  ASSERT_FALSE(rows.empty());
  EXPECT_THAT(rows.front()[4], HasSubstr("certificate of CA ca0"));
  EXPECT_EQ(rows.back()[4],
            "not found out: comparing the rules takes too long");
}

TEST(ReportPageTest, IsTheSameForTheSameArguments) {
  EXPECT_EQ(Filled("x").Page(), Filled("x").Page());
}

}  // namespace
}  // namespace api_access
