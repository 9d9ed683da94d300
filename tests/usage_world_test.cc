// What logs tell against brute force, and T24: summaries of parts merge to that
// of the whole.

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/json/usage_report.h"
#include "api_access/usage.h"
#include "gtest/gtest.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/usage.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

using oracle::Usage;

LogField Field(const std::optional<std::string>& text) {
  if (!text) return {};
  return {.kind = LogField::Kind::kText, .text = *text};
}

LogEntry ViewOf(const oracle::LogEntry& entry) {
  LogEntry built = {.query_date = Field(entry.date),
                    .query_api_name = Field(entry.service),
                    .query_call_name = Field(entry.name),
                    .query_ip_address = Field(entry.ip),
                    .request_id = Field(entry.request_id)};
  if (entry.key) {
    built.query_access_key = *entry.key
                                 ? Field(*entry.key)
                                 : LogField{.kind = LogField::Kind::kNull};
  }
  if (entry.status) {
    built.response_status_code = {.kind = LogField::Kind::kInteger,
                                  .integer = *entry.status};
  }
  return built;
}

std::string Count(Timestamp date) {
  return std::to_string(date.time_since_epoch().count());
}

// What the oracle counts of a summary, under the names of the oracle.
Usage Text(const UsageSummary& summary) {
  Usage usage;
  const auto count = [&](const std::string& name, std::uint64_t value) {
    if (value > 0) usage[name] = std::to_string(value);
  };
  const auto group = [&](const std::string& name, const LogGroup& of) {
    usage[name] = std::to_string(of.count) + ", first " + Count(of.first.date) +
                  ' ' +
                  (of.first.request_id ? "id " + *of.first.request_id : "-");
  };
  const auto callers = [&](const std::string& what,
                           const UsageSummary::Callers& of) {
    for (const auto& [caller, calls] : of) {
      group(what + ": " +
                (caller.access_key_id ? "key " + *caller.access_key_id : "-") +
                ' ' + caller.method,
            calls);
    }
  };
  const auto uses = [](const UsageSummary::Uses& of) {
    return std::to_string(of.alone) + " alone, " + std::to_string(of.among) +
           " among, last " + (of.last_use ? Count(*of.last_use) : "-");
  };
  count("entries", summary.entries);
  count("key gone", summary.key_gone);
  for (const PossibleVerdict verdict : kAllPossibleVerdicts) {
    count(std::string(ToString(verdict)),
          summary.verdicts[static_cast<std::size_t>(verdict)]);
  }
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    count("not judged: " + std::string(ToString(reason)),
          summary.not_judged[static_cast<std::size_t>(reason)]);
  }
  for (const auto& [reason, calls] : summary.surprises) {
    group("surprise: " + std::string(ToString(reason)), calls);
  }
  callers("broken", summary.broken);
  callers("at risk", summary.at_risk);
  if (summary.window) {
    usage["window"] =
        Count(summary.window->from) + " to " + Count(summary.window->to);
  }
  for (const UsageSummary::Key& key : summary.keys) {
    usage["key " + key.id] = std::to_string(key.count) + ", last " +
                             (key.last_use ? Count(*key.last_use) : "-");
  }
  for (const UsageSummary::Rule& rule : summary.rules) {
    usage["rule " + rule.id] = uses(rule.uses);
  }
  for (const UsageSummary::Range& range : summary.ranges) {
    usage["range " + range.rule_id + ' ' +
          *oracle::RangeBits(range.range.ToString())] = uses(range.uses);
  }
  return usage;
}

UsageRecorder Recorder(const Account& account,
                       const std::optional<Account>& against,
                       MethodCatalogue catalogue = {}) {
  return Valid(UsageRecorder::Create({.account = account,
                                      .account_name = "account",
                                      .against = against ? &*against : nullptr,
                                      .against_name = "against",
                                      .catalogue = std::move(catalogue)}));
}

UsageSummary Summarize(UsageRecorder& recorder,
                       const std::vector<oracle::LogEntry>& log,
                       const std::string& part) {
  for (const oracle::LogEntry& entry : log) recorder.Record(ViewOf(entry));
  return recorder.Take(part);
}

const oracle::Methods kDeclared = {{"api", "Brand2New"}};

MethodCatalogue DeclaringCatalogue() {
  return Valid(MethodCatalogue::Create({.ordinary = {{"api", "Brand2New"}}}));
}

// Each kind of method, address, key and date once with each other.
std::vector<oracle::LogEntry> EveryEntry() {
  const std::vector<std::pair<std::optional<std::string>, std::string>>
      kMethods = {{std::nullopt, "ReadVms"}, {"oapi", "ReadAccessKeys"},
                  {"api", "ReadRegions"},    {"api", "Unheard"},
                  {"icu", "ListAccessKeys"}, {"fcu", "DescribeRegions"},
                  {"oos", "GetObject"},      {"api", "Brand2New"}};
  const std::vector<std::string> kAddresses = {"192.0.2.1", "192.0.2.200",
                                               "198.51.100.7", "2001:db8::1"};
  const std::vector<std::optional<std::string>> kKeys = {std::nullopt, "",
                                                         "root", "eim", "gone"};
  std::vector<oracle::LogEntry> log;
  int number = 0;
  for (const auto& [service, name] : kMethods) {
    for (const std::string& address : kAddresses) {
      for (const auto& key : kKeys) {
        // Before, at and after the expiration of a key.
        for (const char* date :
             {"1970-01-01T00:00:01.999999Z", "1970-01-01T00:00:02Z",
              "1970-01-01T00:00:02.001Z"}) {
          ++number;
          log.push_back({.date = date,
                         .service = service,
                         .name = name,
                         .ip = address,
                         .key = key,
                         .status = number % 3 == 0 ? 400 : 200,
                         .request_id = std::to_string(number)});
        }
      }
    }
  }
  return log;
}

std::vector<oracle::Account> EveryAccount() {
  const std::vector<oracle::Rule> shapes = AllShapes(
      {{}, {"192.0.2.0/24"}, {"192.0.2.0/25", "192.0.2.0/24"}, {"::/0"}},
      {{}, {"ca-1"}, {"ca-1", "ca-2"}}, {{}, {"a"}});
  std::vector<oracle::Account> accounts;
  const auto add = [&](std::vector<oracle::Rule> rules) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      rules[i].id = "rule-" + std::to_string(i);
    }
    const bool session = accounts.size() % 2 == 1;
    accounts.push_back({.max = session ? 1 : 0,
                        .require = session,
                        .rules = std::move(rules),
                        .keys = {{"root", true, 2000, ""},
                                 {"eim", accounts.size() % 3 != 0, {}, "u"}}});
  };
  add({});
  for (const oracle::Rule& first : shapes) {
    add({first});
    add({first});
    for (const oracle::Rule& second : shapes) add({first, second});
  }
  return accounts;
}

TEST(UsageWorldTest, EqualsBruteForceInAnEnumeratedWorld) {
  const std::vector<oracle::LogEntry> log = EveryEntry();
  const std::vector<oracle::Account> accounts = EveryAccount();
  Sample sample(40, 16);
  std::uint64_t compared = 0;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (!sample.Next()) continue;
    const oracle::Account& before = accounts[i];
    const oracle::Account& after = accounts[(i * 7 + 5) % accounts.size()];
    const Account account = Build(before);
    UsageRecorder recorder =
        Recorder(account, Build(after), DeclaringCatalogue());
    ASSERT_EQ(Text(Summarize(recorder, log, "part")),
              oracle::UsageOf(before, after, log, kDeclared))
        << Describe(before) << Describe(after);
    compared += log.size();
  }
  EXPECT_TRUE(Covered("usage", compared,
                      BySize<std::uint64_t>(4'000, 10'000, 100'000)));
}

// A log of entries that are near each other, some of them not judged.
std::vector<oracle::LogEntry> DrawLog(Worlds& worlds,
                                      const oracle::Account& account,
                                      std::size_t size) {
  std::vector<oracle::LogEntry> log;
  for (std::size_t i = 0; i < size; ++i) {
    const oracle::Request request = worlds.DrawRequest(account);
    oracle::LogEntry entry = {
        .date = FormatTimestamp(Instant(worlds.DrawNow())),
        .service = request.service,
        .name = request.method,
        .ip = request.ip,
        .key = std::optional<std::string>(),
        .status = std::vector{200, 399, 400}[worlds.Below(3)],
        .request_id = std::to_string(worlds.Below(9))};
    if (request.login == "AccessKey") entry.key = request.key_id;
    if (worlds.Chance(4)) entry.service.reset();
    if (worlds.Chance(6)) entry.request_id.reset();
    if (worlds.Chance(9)) entry.request_id = "";
    if (worlds.Chance(20)) entry.date.reset();
    if (worlds.Chance(20)) entry.date = "yesterday";
    if (worlds.Chance(20)) entry.ip = worlds.Chance(2) ? "" : "192.0.2.1/32";
    if (worlds.Chance(20)) entry.key.reset();
    if (worlds.Chance(20)) entry.name.reset();
    log.push_back(entry);
  }
  return log;
}

TEST(UsageWorldTest, EqualsBruteForceInRandomWorlds) {
  Worlds worlds;
  const int rounds = BySize(10, 60, 400);
  std::uint64_t compared = 0;
  for (int round = 0; round < rounds; ++round) {
    const oracle::Account before = worlds.DrawAccount(4);
    const oracle::Account after = worlds.DrawAccount(4);
    const auto log = DrawLog(worlds, before, 40);
    const Account account = Build(before);
    UsageRecorder recorder = Recorder(account, Build(after));
    ASSERT_EQ(Text(Summarize(recorder, log, "part")),
              oracle::UsageOf(before, after, log))
        << Describe(before) << Describe(after);
    compared += log.size();
  }
  EXPECT_TRUE(Covered("usage of random accounts", compared,
                      static_cast<std::uint64_t>(rounds) * 40));
}

// T24.
TEST(UsageWorldTest, PartsMergeToTheWholeByteForByte) {
  Worlds worlds;
  const int rounds = BySize(20, 200, 2'000);
  for (int round = 0; round < rounds; ++round) {
    const oracle::Account drawn = worlds.DrawAccount(4);
    const Account account = Build(drawn);
    std::optional<Account> against;
    if (!worlds.Chance(4)) against = Build(worlds.DrawAccount(4));
    const auto log = DrawLog(worlds, drawn, 60);
    UsageRecorder recorder = Recorder(account, against);
    UsageSummary whole = Summarize(recorder, log, "whole");

    std::vector<std::vector<oracle::LogEntry>> parts(1 + worlds.Below(7));
    for (const oracle::LogEntry& entry : log) {
      parts[worlds.Below(parts.size())].push_back(entry);
    }
    std::vector<UsageSummary> summaries;
    whole.parts.clear();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string part = "part " + std::to_string(i);
      UsageSummary summary = Summarize(recorder, parts[i], part);
      if (!parts[i].empty()) whole.parts.push_back(part);
      // Through text, as from another machine.
      summaries.push_back(
          Valid(ParseUsageSummary(FormatUsageSummary(summary))));
      ASSERT_EQ(summaries.back(), summary);
    }
    // Any two at a time, in any order.
    while (summaries.size() > 1) {
      const std::size_t a = worlds.Below(summaries.size());
      UsageSummary first = std::move(summaries[a]);
      summaries.erase(summaries.begin() + static_cast<std::ptrdiff_t>(a));
      UsageSummary& second = summaries[worlds.Below(summaries.size())];
      second = Valid(Merge(std::move(first), second));
    }
    ASSERT_EQ(FormatUsageSummary(summaries[0]), FormatUsageSummary(whole));
    ASSERT_EQ(UsageReportJson(summaries[0]), UsageReportJson(whole));
  }
}

}  // namespace
}  // namespace api_access
