// api-access replay: the forms of logs, what is refused, reports and parts.

#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "examples/cli/cli.h"
#include "examples/log/log_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct Result {
  int status;
  std::string out;
  std::string err;
};

Result RunProgram(const std::vector<std::string>& arguments,
                  const std::string& input = "", bool err_is_terminal = false) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Timestamp now = At("2030-01-01T12:00:00Z");
  const int status = RunCli(arguments, {.in = in,
                                        .out = out,
                                        .err = err,
                                        .clock =
                                            [&] {
                                              now += milliseconds(400);
                                              return now;
                                            },
                                        .err_is_terminal = err_is_terminal});
  return {status, out.str(), err.str()};
}

// A folder of this test alone, which goes away with it.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::path(testing::TempDir()) /
              ("replay-" + std::to_string(getpid()) + '-' +
               testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string At(const std::string& name) const { return path_ / name; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(At(name), std::ios::binary) << text;
    return At(name);
  }

 private:
  std::filesystem::path path_;
};

std::string ReadAll(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// An account with one key; `ranges` are those of its one rule.
void WriteAccount(const std::string& folder, const std::string& ranges) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/ReadAccessKeys.json")
      << R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE"}]})";
  std::ofstream(folder + "/ReadApiAccessRules.json")
      << R"({"ApiAccessRules":[{"ApiAccessRuleId":"R","IpRanges":)" << ranges
      << "}]}";
  std::ofstream(folder + "/ReadApiAccessPolicy.json")
      << R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,)"
         R"("RequireTrustedEnv":false}})";
}

class ReplayTest : public testing::Test {
 protected:
  ReplayTest()
      : account_(folder_.At("account")), against_(folder_.At("other")) {
    WriteAccount(account_, R"(["192.0.2.0/24"])");
    WriteAccount(against_, R"(["192.0.2.0/25"])");
  }

  Result Replay(const std::vector<std::string>& more,
                const std::string& input = "") const {
    std::vector<std::string> arguments = {"replay", "--account", account_,
                                          "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, input);
  }
  // The report on a log, or why there is none.
  std::string Report(const std::string& log) const {
    const Result result = Replay({"--against", against_}, log);
    return result.status == 2 ? result.err : result.out;
  }

  const Folder folder_;
  const std::string account_;
  const std::string against_;
};

constexpr std::string_view kSecret = "S3CRET";

std::string EntryText(std::size_t number, const std::string& address,
                      const std::string& payload = "") {
  return R"({"AccountId":"1","QueryAccessKey":"K","QueryApiName":"oapi",)"
         R"("QueryCallName":"ReadVms","QueryDate":"2030-01-01T00:00:)" +
         std::to_string(10 + number % 50) +
         R"(.000001Z","QueryHeaderRaw":"Authorization: S3CRET\\n[{\"",)"
         R"("QueryIpAddress":")" +
         address + R"(","QueryPayloadRaw":")" + payload +
         R"(","ResponseStatusCode":200,"RequestId":"id-)" +
         std::to_string(number) + R"("})";
}

std::vector<std::string> Entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back(EntryText(i, "192.0.2." + std::to_string(i % 256)));
  }
  return entries;
}

std::string Join(const std::vector<std::string>& texts,
                 const std::string& between) {
  std::string joined;
  for (const std::string& text : texts) {
    joined += (joined.empty() ? "" : between) + text;
  }
  return joined;
}

std::string Pages(const std::vector<std::string>& entries, std::size_t size) {
  std::string pages;
  for (std::size_t i = 0; i < entries.size(); i += size) {
    const std::vector<std::string> page(
        entries.begin() + static_cast<std::ptrdiff_t>(i),
        entries.begin() +
            static_cast<std::ptrdiff_t>(std::min(i + size, entries.size())));
    pages += R"({"ResponseContext":{"Logs":[1,"]"]},"Logs":[)" +
             Join(page, ",") + R"(],"NextPageToken":null})" +
             (i % 2 == 0 ? "" : "\n");
  }
  return pages;
}

// The same entries in every form of a file.
std::vector<std::pair<std::string, std::string>> EveryForm(
    const std::vector<std::string>& entries) {
  const std::string lines = Join(entries, "\n");
  std::string polled = ".\n";
  for (const std::string& entry : entries) {
    polled += "\n..\n..." + entry + "\r\n\n";
  }
  std::string pretty = "{\n  \"Logs\": [";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    pretty += (i == 0 ? "\n" : ",\n") + json::parse(entries[i]).dump(4);
  }
  pretty += "\n  ],\n  \"NextPageToken\": null\n}\n";
  std::string indented;
  for (const std::string& entry : entries) {
    indented += json::parse(entry).dump(2) + "\n";
  }
  return {{"lines", lines + "\n"},
          {"lines, the last one not ended", lines},
          {"lines after a byte order mark", "\xef\xbb\xbf" + lines},
          {"lines with blanks", "\n\n  " + Join(entries, " \t\r\n \n  ")},
          {"lines of a tool that polls", polled + "\n."},
          {"entries without lines", Join(entries, "")},
          {"entries of several lines", indented},
          {"one answer", R"({"Logs":[)" + Join(entries, ",") + "]}"},
          {"one answer of several lines", pretty},
          {"several answers", Pages(entries, 7)},
          {"a list", "[" + Join(entries, ",") + "]"},
          {"a list of several lines", "[\n" + Join(entries, "\n,\n") + "\n]\n"},
          {"a list, an answer and lines",
           "[" + entries[0] + "]\n" + R"({"Logs":[]}{"Logs":[)" + entries[1] +
               "]}" + Join({entries.begin() + 2, entries.end()}, "\n")}};
}

TEST_F(ReplayTest, HelpShowsAnExample) {
  const Result help = RunProgram({"replay", "--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("Example:\n    api-access replay "));
  EXPECT_THAT(RunProgram({"--help"}).out, HasSubstr(help.out));
  const std::string accounts = API_ACCESS_SOURCE_DIR "/examples/accounts/";
  const Result example =
      RunProgram({"replay", "--account", accounts + "trusted", "--against",
                  accounts + "ready", accounts + "trusted/log.json"});
  EXPECT_EQ(example.status, 0) << example.err;
  EXPECT_THAT(example.out, HasSubstr("Broken by the second account: 0 entries\n"
                                     "At risk, depending on the certificate: "
                                     "2 entries\n"));
}

TEST_F(ReplayTest, ReadsEveryFormOfALog) {
  const std::vector<std::string> entries = Entries(300);
  const std::string expected = Report(Join(entries, "\n"));
  const json report = json::parse(expected);
  EXPECT_EQ(report["Entries"], 300);
  EXPECT_EQ(report["Allow"], 300);
  EXPECT_EQ(report["Broken"], 128);
  EXPECT_EQ(report["BrokenBy"][0]["First"]["RequestId"], "id-150");
  for (const auto& [form, text] : EveryForm(entries)) {
    EXPECT_EQ(Report(text), expected) << form;
  }
}

TEST_F(ReplayTest, NothingIsALogWithoutEntries) {
  for (const std::string log :
       {"", "\n", ".", "...", "\n.\n..\n", "[]", "[ ]\n", R"({"Logs":[]})",
        R"({"Logs" : [ ], "NextPageToken":null})", "\xef\xbb\xbf"}) {
    const json report = json::parse(Report(log), nullptr, false);
    ASSERT_TRUE(report.is_object()) << log << Report(log);
    EXPECT_EQ(report["Entries"], 0) << log;
    EXPECT_EQ(report["Window"], nullptr) << log;
  }
}

// Else it would read as if nothing broke and nothing were used.
TEST_F(ReplayTest, ALogWithoutDatesIsSaidToTellNothing) {
  const auto text = [&](const std::string& log) {
    return RunProgram({"replay", "--account", account_}, log).out;
  };
  EXPECT_THAT(
      text(""),
      HasSubstr("Log: 0 entries, none with a date: it tells nothing\n"));
  EXPECT_THAT(text(R"({"QueryCallName":"ReadVms"})"),
              HasSubstr("Log: 1 entry, none with a date: it tells nothing\n"));
  EXPECT_THAT(text(R"({"QueryDate":"2029-12-31"})"),
              Not(HasSubstr("it tells nothing")));
}

// Entries of all sizes, which meet the edges of the window everywhere.
TEST_F(ReplayTest, EntriesMayLieAnywhereInTheWindow) {
  std::mt19937 random(1);
  std::vector<std::string> entries;
  std::size_t bytes = 0;
  while (bytes < BySize<std::size_t>(2, 6, 40) * 1'000'000) {
    std::string payload;
    const std::size_t size = random() % (random() % 4 == 0 ? 200'000 : 3'000);
    while (payload.size() < size) {
      constexpr std::array<std::string_view, 8> kPieces = {
          "\\\"", "\\\\", "{", "]", "\\u0041", "abcdefg", "\xc3\xa9", ","};
      payload += kPieces[random() % kPieces.size()];
    }
    entries.push_back(EntryText(entries.size(), "192.0.2.1", payload));
    bytes += entries.back().size();
  }
  const std::string expected = Report(Join(entries, "\n"));
  EXPECT_EQ(json::parse(expected)["Entries"], entries.size());
  for (const auto& [form, text] : EveryForm(entries)) {
    EXPECT_EQ(Report(text), expected) << form;
  }
}

TEST_F(ReplayTest, AnEntryMayHaveOneMebibyte) {
  const std::size_t empty = EntryText(1, "192.0.2.1").size();
  const std::string largest =
      EntryText(1, "192.0.2.1", std::string(kMaxLogEntry - empty, 'x'));
  const std::string larger =
      EntryText(1, "192.0.2.1", std::string(kMaxLogEntry - empty + 1, 'x'));
  // Wherever in the window it begins.
  for (const std::size_t blanks :
       std::initializer_list<std::size_t>{0, 1, 100'000, 262'143, 500'000}) {
    const std::string before(blanks, ' ');
    for (const char* form : {"*", "*\n", "[*]", R"({"Logs":[*]})"}) {
      const auto with = [&](const std::string& entry) {
        std::string text = before + form;
        return text.replace(text.find('*'), 1, entry);
      };
      EXPECT_EQ(json::parse(Report(with(largest)))["Entries"], 1) << form;
      EXPECT_THAT(
          Report(with(larger)),
          HasSubstr("expected an entry of at most 1 MiB, got a longer one"))
          << form << blanks;
    }
  }
}

TEST_F(ReplayTest, RefusesWhatIsNotALogAndSaysWhere) {
  const std::string good = EntryText(1, "192.0.2.1");
  const struct {
    std::string log;
    const char* message;
  } kCases[] = {
      {"x", "line 1, column 1: expected an entry of a log, a list of them or"},
      {good + "\n" + good + "x",
       "line 2, column 271: expected an entry of a log"},
      {good + "," + good, "expected an entry of a log, a list of them"},
      {good + ".", "expected an entry of a log, a list of them"},
      {" .", "line 1, column 2: expected an entry of a log, a list of them"},
      {"1\n", "line 1, column 1: expected an entry of a log"},
      {"null", "expected an entry of a log"},
      {"[1]", "line 1, column 2: expected an entry of a log"},
      {"[" + good + " " + good + "]", "expected `,` or `]` after an entry"},
      {"[" + good + ",]", "expected an entry of a log"},
      {"[," + good + "]", "line 1, column 2: expected an entry of a log"},
      {"[" + good, "expected JSON, it is cut off here"},
      {R"({"Logs":[)" + good, "expected JSON, it is cut off here"},
      {R"({"Logs":[)" + good + "]", "expected JSON, it is cut off here"},
      {good + "\n" + good.substr(0, good.size() - 1) + "\n" + good,
       "expected JSON, it is cut off here"},
      {good.substr(0, 50), "expected JSON, it is cut off here"},
      {R"({"Logs":)", "expected JSON, it is cut off here"},
      {R"({"Logs":null})", "expected a list in the field Logs"},
      {R"({"Logs":{}})", "expected a list in the field Logs"},
      {R"({"Lo\u0067s":[)" + good + "]}", "expected a list in the field Logs"},
      {R"({"Logs":[],"Logs":[]})", "expected each key once, got `Logs` twice"},
      {R"({"Logs":[],"A":1,"A":2})", "expected each key once, got `A` twice"},
      {R"({"Logs":[],})", "the answer that ends here: expected JSON"},
      {R"({"Logs":[]]})", "the answer that ends here: expected JSON"},
      {R"({"Logs":[],"A":[1,,2]})", "the answer that ends here: expected JSON"},
      {R"({"logs":[]})", "got an object with the fields `logs`"},
      {"{}", "got an object with no fields"},
      {"[{}]", "got an object with no fields"},
      {R"({"Errors":[{"Code":"1","Details":"S3CRET"}]})",
       "expected an entry of a log or an answer of ReadApiLogs, got an object "
       "with the fields `Errors`"},
      {R"([{"AccessKeyId":"K","SecretKey":"S3CRET"}])",
       "got an object with the fields `AccessKeyId`, `SecretKey`"},
      // What is not read is JSON, too.
      {R"({"QueryDate":"x","A":[1,,2]})", "malformed between here and its end"},
      {R"({"QueryDate":"x","A":01})", "malformed between here and its end"},
      {R"({"QueryDate":"x","A":[{"B":[nul]}]})", "malformed between here and"},
      {R"({"QueryDate":"x","A":1.5e})", "malformed between here and its end"},
      {R"({"QueryDate":"\q"})", "malformed between here and its end"},
      {R"({"QueryDate":"x"}{"QueryDate":)",
       "expected JSON, it is cut off here"},
      {R"({"QueryDate":"x","A":[}])", "malformed between here and its end"},
      {R"({"QueryDate":"x" "A":1})", "malformed between here and its end"},
      {R"({"QueryDate":"x","A":{"B":1},)", "expected JSON, it is cut off here"},
      {"{\"QueryDate\":\"x\",\"A\":\"a\nb\"}",
       "malformed between here and its end"},
      {"{\"QueryDate\":\"x\",\"A\":\"\xff\"}",
       "line 1, column 1: expected UTF-8, got other bytes"},
      {std::string("\xff\xfe{\0", 4), "expected UTF-8, got UTF-16"},
      {std::string("{\0\"\0", 4), "expected UTF-8, got UTF-16"},
      // Read, and repeated.
      {R"({"QueryDate":"x","QueryDate":"x"})",
       "expected QueryDate once, got it twice"},
      {R"({"QueryDate":null,"Query\u0044ate":"x"})",
       "expected QueryDate once, got it twice"},
      {R"([{"RequestId":"x","QueryDate":"x","RequestId":"y"}])",
       "expected RequestId once, got it twice"},
      // Read, and spelt otherwise.
      {R"({"QueryDate":"x","response_status_code":200})",
       "expected the field ResponseStatusCode, got `response_status_code`"},
      {R"({"Logs":[{"queryDate":"x"}]})",
       "expected the field QueryDate, got `queryDate`"},
  };
  for (const auto& c : kCases) {
    // Whether the log ends here or goes on.
    for (const std::string& after : {std::string(), std::string("\n")}) {
      const std::string report = Report(c.log + after);
      EXPECT_THAT(report, StartsWith("api-access replay: standard input: line"))
          << c.log;
      EXPECT_THAT(report, HasSubstr(c.message)) << c.log;
      EXPECT_THAT(report, Not(HasSubstr(kSecret))) << c.log;
    }
  }
  // Repeated, but not read.
  EXPECT_EQ(json::parse(Report(
                R"([{"QueryDate":"x","AccountId":"1","AccountId":"2"}])"))
                ["NotJudged"],
            1);
}

// Beyond a depth that no entry has, only so that the stack lasts.
TEST_F(ReplayTest, RefusesDeepNesting) {
  const auto nested = [](std::size_t depth) {
    return R"({"QueryDate":"x","A":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  EXPECT_EQ(json::parse(Report(nested(32)))["Entries"], 1);
  EXPECT_THAT(Report(nested(500'000)),
              HasSubstr("expected at most 32 levels of nesting"));
}

TEST_F(ReplayTest, PlacesCountFromTheStartOfTheLog) {
  // Several windows long.
  const std::string lines = Join(Entries(5'000), "\n") + "\n";
  EXPECT_THAT(Report(lines + "  ?"), HasSubstr("line 5001, column 3: "));
  const std::string one_line = "[" + Join(Entries(5'000), ",") + "?";
  EXPECT_THAT(Report(one_line),
              HasSubstr("line 1, column " + std::to_string(one_line.size())));
}

TEST_F(ReplayTest, EveryValueOfAnotherTypeIsNotJudged) {
  const json entry = json::parse(EntryText(1, "192.0.2.1"));
  for (const char* field :
       {"QueryDate", "QueryCallName", "QueryIpAddress", "QueryAccessKey",
        "QueryApiName", "ResponseStatusCode", "RequestId"}) {
    for (const json& value : {json(1.5), json(true), json::array(),
                              json::object(), json(std::uint64_t{1} << 63)}) {
      json changed = entry;
      changed[field] = value;
      const json report = json::parse(Report(changed.dump()));
      EXPECT_EQ(report["NotJudged"], 1) << changed;
      EXPECT_EQ(report["Entries"], 1) << changed;
    }
  }
  // Escapes are read as what they are.
  std::string escaped = entry.dump();
  escaped.replace(escaped.find("QueryDate"), 9, R"(Query\u0044ate)");
  escaped.replace(escaped.find("ReadVms"), 7, R"(Read\u0056ms)");
  EXPECT_EQ(Report(escaped), Report(entry.dump()));
}

TEST_F(ReplayTest, ExitStatusTellsWhetherSomethingBreaks) {
  const std::string log = EntryText(1, "192.0.2.200");
  EXPECT_EQ(Replay({}, log).status, 0);
  EXPECT_EQ(Replay({"--against", against_}, log).status, 1);
  EXPECT_EQ(Replay({"--against", account_}, log).status, 0);
  EXPECT_EQ(Replay({"--against", against_}, EntryText(1, "192.0.2.1")).status,
            0);
  EXPECT_EQ(Replay({"--against", against_}, "x").status, 2);
  EXPECT_EQ(Replay({folder_.At("none")}).status, 2);
  EXPECT_EQ(Replay({folder_.At("")}).status, 2);
}

TEST_F(ReplayTest, ReportsAsJson) {
  const Result result =
      Replay({"--against", against_}, EntryText(1, "192.0.2.200"));
  EXPECT_EQ(
      result.out,
      R"({"Window":{"From":"2030-01-01T00:00:11.000+0000",)"
      R"("To":"2030-01-01T00:00:11.000+0000"},)"
      R"("NotLogged":["fcu","lbu","directlink","eim","icu","oos","osu"],)"
      R"("Entries":1,"NotJudged":0,"KeyGone":0,"Allow":1,"Deny":0,)"
      R"("Depends":0,"Surprises":0,"Broken":1,"AtRisk":0,"BrokenBy":[)"
      R"({"AccessKeyId":"K","Method":"ReadVms","Count":1,"First":)"
      R"({"QueryDate":"2030-01-01T00:00:11.000+0000","RequestId":"id-1"}}],)"
      R"("AtRiskBy":[],"Keys":[{"AccessKeyId":"K","Count":1,)"
      R"("LastUse":"2030-01-01T00:00:11.000+0000"}],)"
      R"("Rules":[{"RuleId":"R","Alone":1,"Among":0}],)"
      R"("Ranges":[{"RuleId":"R","Range":"192.0.2.0/24","Alone":1,)"
      "\"Among\":0}]}\n");
}

TEST_F(ReplayTest, ReportsAsText) {
  const std::string log = Join({EntryText(1, "192.0.2.200"),
                                EntryText(2, "203.0.113.1"), EntryText(3, "")},
                               "\n");
  const Result result =
      RunProgram({"replay", "--account", account_, "--against", against_}, log);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(
      result.out,
      "What this log cannot tell: the provider logs calls of api alone, "
      "not of fcu,\n"
      "lbu, directlink, eim, icu, oos and osu, and none that it answers "
      "with 401 or\n"
      "404. What only such calls use is not seen here, and neither is "
      "what a change\n"
      "would newly let in. An entry has no certificate.\n"
      "Log: 3 entries from 2030-01-01T00:00:11.000+0000 to "
      "2030-01-01T00:00:13.000+0000\n"
      "  1 allowed, 0 depending on the certificate or the login, 1 denied\n"
      "Surprises: 1 entry that the provider let pass and this account "
      "denies\n"
      "  The account has changed since, the API is newer than this "
      "catalogue (see\n"
      "  --ordinary), or api-access is wrong.\n"
      "  1  source-ip-not-allowed  first at "
      "2030-01-01T00:00:12.000+0000, request `id-2`\n"
      "Broken by the second account: 1 entry\n"
      "  1  `K`  `ReadVms`  first at 2030-01-01T00:00:11.000+0000, "
      "request `id-1`\n"
      "At risk, depending on the certificate: 0 entries\n"
      "Access keys: 0 of 1 not seen in this log\n"
      "Rules: 0 of 1 not seen in this log\n"
      "IP ranges: 0 of 1 not seen in this log\n"
      "Not judged: 1 entry\n"
      "  1  no-address\n");
  EXPECT_THAT(result.out, Not(HasSubstr(kSecret)));
  EXPECT_THAT(RunProgram({"replay", "--account", account_}).out,
              HasSubstr("Access keys: 1 of 1 not seen in this log\n  `K`\n"
                        "Rules: 1 of 1 not seen in this log\n  `R`\n"
                        "IP ranges: 1 of 1 not seen in this log\n"
                        "  192.0.2.0/24 of `R`\n"));
}

TEST_F(ReplayTest, DeclaredMethodsAreOrdinary) {
  std::string log = EntryText(1, "192.0.2.200");
  log.replace(log.find("ReadVms"), 7, "ReadNew");
  const auto method = [&](const std::vector<std::string>& more) {
    return json::parse(Replay(more, log).out)["BrokenBy"][0]["Method"];
  };
  EXPECT_EQ(method({"--against", against_}), "unlisted");
  EXPECT_EQ(method({"--against", against_, "--ordinary", "api:ReadNew"}),
            "ReadNew");
}

TEST_F(ReplayTest, ALogThatIsCutIsNoted) {
  const auto note = [&](const std::string& log) { return Replay({}, log).err; };
  EXPECT_THAT(note(R"({"Logs":[],"NextPageToken":"x"})"),
              HasSubstr("note: standard input: its last answer has a "
                        "NextPageToken"));
  EXPECT_THAT(note(R"({"NextPageToken":"x","Logs":[]}{"Logs":[]})"), IsEmpty());
  EXPECT_THAT(note(R"({"Logs":[],"NextPageToken":""})"), IsEmpty());
}

class PartsTest : public ReplayTest {
 protected:
  PartsTest() : log_(folder_.Write("log", Pages(Entries(300), 13))) {}

  // Cuts the log and returns the parts in their order.
  std::vector<std::string> Split(const std::string& count,
                                 const std::string& folder) const {
    const Result result =
        RunProgram({"replay", "--split", count, folder, log_});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
    std::vector<std::string> parts;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      parts.push_back(file.path());
    }
    std::ranges::sort(parts);
    return parts;
  }
  std::string Summary(const std::string& part, const std::string& name) const {
    const Result result =
        Replay({"--against", against_, "--summary", folder_.At(name), part});
    EXPECT_NE(result.status, 2) << result.err;
    return folder_.At(name);
  }
  Result Merge(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"replay", "--format", "json",
                                          "--merge"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  }

  const std::string log_;
};

TEST_F(PartsTest, MergeToTheReportOfOneRun) {
  const Result whole = Replay({"--against", against_, log_});
  EXPECT_EQ(whole.status, 1);
  std::mt19937 random(1);
  for (const std::string count : {"1", "7", "64", "400"}) {
    std::vector<std::string> parts = Split(count, folder_.At("p" + count));
    EXPECT_THAT(parts, SizeIs(std::stoul(count)));
    EXPECT_EQ(Replay({"--against", against_}, ReadAll(parts[0])).status == 2,
              false);
    std::vector<std::string> summaries;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      summaries.push_back(
          Summary(parts[i], "s" + count + "-" + std::to_string(i)));
    }
    std::ranges::shuffle(summaries, random);
    const Result merged = Merge(summaries);
    EXPECT_EQ(merged.out, whole.out) << count << merged.err;
    EXPECT_EQ(merged.status, 1);
    // So do all of them in one run, and summaries of summaries.
    std::vector<std::string> arguments = {"--against", against_, "--summary",
                                          folder_.At("one-run")};
    arguments.insert(arguments.end(), parts.begin(), parts.end());
    EXPECT_EQ(Replay(arguments).out, whole.out);
    std::vector<std::string> half(summaries.begin(), summaries.begin() + 1);
    EXPECT_EQ(Merge({"--summary", folder_.At("half"), half[0]}).status,
              Merge(half).status);
    summaries[0] = folder_.At("half");
    summaries.insert(summaries.begin(), {"--summary", folder_.At("all")});
    EXPECT_EQ(Merge(summaries).out, whole.out);
    EXPECT_EQ(ReadAll(folder_.At("all")), ReadAll(folder_.At("one-run")));
  }
}

TEST_F(PartsTest, NothingCountsTwice) {
  EXPECT_THAT(Replay({log_, log_}).err,
              HasSubstr("/log: expected each part of the log once, got `"));
  const std::string summary = Summary(log_, "summary");
  EXPECT_THAT(Merge({summary, summary}).err,
              HasSubstr("/summary: expected each part of the log once"));
  // A copy of a part is that part.
  const std::string copy =
      Summary(folder_.Write("copy", ReadAll(log_)), "other summary");
  EXPECT_EQ(Merge({summary, copy}).status, 2);
  // Those without entries are none.
  const std::string empty =
      Summary(folder_.Write("empty", ""), "empty summary");
  EXPECT_EQ(Merge({empty, summary, empty}).status, 1);
}

TEST_F(PartsTest, OtherAccountsAndCataloguesDoNotMerge) {
  const std::string summary = Summary(log_, "summary");
  const auto refusal = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> with = {"replay", "--summary", folder_.At("x")};
    with.insert(with.end(), arguments.begin(), arguments.end());
    EXPECT_NE(RunProgram(with, EntryText(1, "192.0.2.1")).status, 2);
    return Merge({summary, folder_.At("x")}).err;
  };
  EXPECT_THAT(refusal({"--account", account_, "--against", against_}),
              IsEmpty());
  EXPECT_THAT(refusal({"--account", against_, "--against", against_}),
              HasSubstr("expected summaries of one account"));
  EXPECT_THAT(refusal({"--account", account_, "--against", account_}),
              HasSubstr("expected summaries against one account"));
  EXPECT_THAT(refusal({"--account", account_}),
              HasSubstr("expected summaries against one account"));
  EXPECT_THAT(refusal({"--account", account_, "--against", against_,
                       "--ordinary", "api:New"}),
              HasSubstr("expected summaries by one catalogue"));
}

TEST_F(PartsTest, SummariesAreCheckedWhenTheyAreRead) {
  const json good = json::parse(ReadAll(Summary(log_, "summary")));
  const auto refusal = [&](const auto& change) {
    json changed = good;
    change(changed);
    return Merge({folder_.Write("changed", changed.dump())}).err;
  };
  EXPECT_THAT(refusal([](json&) {}), IsEmpty());
  EXPECT_THAT(refusal([](json& s) { s["UsageSummary"] = 2; }),
              HasSubstr("$.UsageSummary: expected a summary of version 1"));
  EXPECT_THAT(refusal([](json& s) { s["Entries"] = -1; }),
              HasSubstr("$.Entries: expected a count, got one below 0"));
  EXPECT_THAT(refusal([](json& s) { s["Entries"] = 1.5; }),
              HasSubstr("$.Entries: expected an integer"));
  EXPECT_THAT(refusal([](json& s) { s["New"] = 1; }), HasSubstr("New"));
  EXPECT_THAT(refusal([](json& s) {
                s["Parts"] = {"b", "a"};
              }),
              HasSubstr("$.Parts: expected each once, in byte order"));
  EXPECT_THAT(refusal([](json& s) {
                s["Parts"] = {"a", "a"};
              }),
              HasSubstr("$.Parts: expected each once, in byte order"));
  EXPECT_THAT(
      refusal([](json& s) { s["BrokenBy"].push_back(s["BrokenBy"][0]); }),
      HasSubstr("$.BrokenBy[1]: expected what comes after the item before"));
  EXPECT_THAT(refusal([](json& s) { s["Keys"].push_back(s["Keys"][0]); }),
              HasSubstr("$.Keys[1]: expected what comes after"));
  EXPECT_THAT(
      refusal([](json& s) { s["Window"]["To"] = "2000-01-01"; }),
      HasSubstr("$.Window: expected a window that does not end before"));
  EXPECT_THAT(refusal([](json& s) { s["Ranges"][0]["Range"] = "x"; }),
              HasSubstr("$.Ranges[0].Range: expected"));
  EXPECT_THAT(refusal([](json& s) { s["Rules"][0].erase("LastUse"); }),
              HasSubstr("$.Rules[0].LastUse: expected a date exactly where"));
  EXPECT_THAT(refusal([](json& s) {
                s["Ranges"][0]["Alone"] = 0;
                s["Ranges"][0]["Among"] = 0;
              }),
              HasSubstr("$.Ranges[0].LastUse: expected a date exactly where"));
  for (auto field = good.begin(); field != good.end(); ++field) {
    const std::string& name = field.key();
    if (name == "Window" || name == "Against") continue;
    EXPECT_THAT(refusal([&](json& s) { s.erase(name); }),
                HasSubstr("$." + name));
  }
  EXPECT_EQ(Merge({folder_.Write("log2", ReadAll(log_))}).status, 2);
  EXPECT_EQ(Merge({folder_.Write("empty", "")}).status, 2);
  EXPECT_EQ(Merge({folder_.Write("two", good.dump() + good.dump())}).status, 2);
}

TEST_F(PartsTest, SplitWritesIntoANewFolderAlone) {
  const std::string folder = folder_.At("parts");
  EXPECT_THAT(Split("2", folder), SizeIs(2));
  EXPECT_THAT(RunProgram({"replay", "--split", "2", folder, log_}).err,
              HasSubstr("expected an empty or new folder"));
  EXPECT_THAT(RunProgram({"replay", "--split", "2", log_, log_}).err,
              HasSubstr("expected an empty or new folder"));
  // What was written before an error is not the whole log.
  const Result cut =
      RunProgram({"replay", "--split", "2", folder_.At("cut")}, "[{}");
  EXPECT_EQ(cut.status, 2);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.At("cut")));
}

TEST_F(PartsTest, SplitRefusesALogTwice) {
  const std::string folder = folder_.At("twice");
  const std::string copy = folder_.Write("copy", ReadAll(log_));
  const Result result =
      RunProgram({"replay", "--split", "2", folder, log_, copy});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("/copy: expected each log once"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// Not after hours with those before it.
TEST_F(ReplayTest, ALogThatCannotBeReadIsRefusedFirst) {
  const std::string cut = folder_.Write("cut", "[{}");
  EXPECT_THAT(Replay({cut, folder_.At("none")}).err,
              HasSubstr("/none: the file cannot be read"));
  EXPECT_THAT(Replay({cut, account_}).err,
              HasSubstr("/account: expected a log, got a folder"));
}

// Not at the end of a long run.
TEST_F(PartsTest, ASummaryThatCannotBeWrittenIsRefusedFirst) {
  const std::string cut = folder_.Write("cut", "[{}");
  const auto refusal = [&](const std::string& name) {
    std::vector<std::string> messages = {Replay({"--summary", name, cut}).err,
                                         Merge({"--summary", name, cut}).err};
    EXPECT_EQ(messages[0], messages[1]);
    return messages[0];
  };
  EXPECT_THAT(refusal(folder_.At("no/such/folder")),
              HasSubstr("/no/such/folder: the file cannot be written"));
  EXPECT_THAT(refusal(account_),
              HasSubstr("/account: expected a new or a regular file"));
  std::filesystem::create_symlink("/dev/null", folder_.At("link"));
  EXPECT_THAT(refusal(folder_.At("link")),
              HasSubstr("/link: expected a new or a regular file"));
}

TEST_F(PartsTest, ASummaryAppearsWholeOrNotAtAll) {
  std::filesystem::create_directory(folder_.At("summaries"));
  const std::string name = folder_.Write("summaries/summary", "of before");
  const auto names = [&] {
    std::vector<std::string> found;
    for (const auto& file :
         std::filesystem::directory_iterator(folder_.At("summaries"))) {
      found.push_back(file.path().filename());
    }
    return found;
  };
  EXPECT_EQ(Replay({"--summary", name}, "[{}").status, 2);
  EXPECT_EQ(Merge({"--summary", name, log_}).status, 2);
  EXPECT_THAT(names(), ElementsAre("summary"));
  EXPECT_EQ(ReadAll(name), "of before");
  EXPECT_EQ(Replay({"--summary", name, log_}).status, 0);
  EXPECT_THAT(names(), ElementsAre("summary"));
  EXPECT_THAT(ReadAll(name), StartsWith("{"));
}

TEST_F(PartsTest, UsageErrors) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } kCases[] = {
      {{}, "--account: expected this option, got none"},
      {{"--account", account_, "--against="}, "--against: expected a value"},
      {{"--account", account_, "--summary="}, "--summary: expected a value"},
      {{"--account", account_, "--format", "xml"}, "expected text or json"},
      {{"--merge"}, "--merge: expected summaries, got none"},
      {{"--merge", "--account", account_, log_},
       "--merge: expected it without --account"},
      {{"--split", "0", folder_.At("n")},
       "--split: expected a number from 1 to 500, got 0"},
      {{"--split", "501", folder_.At("n")}, "expected a number from 1 to 500"},
      {{"--split", "x", folder_.At("n")}, "--split: expected a 64-bit integer"},
      {{"--split", "2"}, "--split: expected a folder after the number"},
      {{"--split", "2", "--merge", folder_.At("n")},
       "--merge: expected it without --split"},
      {{"--split", "2", "--format", "json", folder_.At("n")},
       "--split: expected it without --format"},
  };
  for (const auto& c : kCases) {
    std::vector<std::string> arguments = {"replay"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Result result = RunProgram(arguments);
    EXPECT_EQ(result.status, 2) << c.message;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(c.message));
  }
}

TEST_F(PartsTest, ProgressIsForTerminals) {
  const std::string log = folder_.Write("long", Join(Entries(5'000), "\n"));
  const std::vector<std::string> arguments = {"replay", "--account", account_,
                                              log};
  const Result shown = RunProgram(arguments, "", true);
  EXPECT_THAT(shown.err, StartsWith("\r0 MB of 1 MB, "));
  EXPECT_THAT(shown.err, HasSubstr(" entries, "));
  EXPECT_THAT(shown.err, HasSubstr(" s left\x1b[K"));
  EXPECT_THAT(shown.err, EndsWith("\r\x1b[K"));
  const Result silent = RunProgram(arguments);
  EXPECT_THAT(silent.err, IsEmpty());
  EXPECT_EQ(shown.out, silent.out);
  // Nobody knows how long a pipe is.
  EXPECT_THAT(
      RunProgram({"replay", "--account", account_}, ReadAll(log), true).err,
      Not(HasSubstr("left")));
}

// How the entries of a large log are written.
struct Form {
  const char* begin;
  const char* between;
  const char* page;  // in place of `between`, after 1,000 entries
  const char* end;
};

// Runs the program on a log of `count` entries from a pipe. Returns what it
// prints, and its largest resident set in KiB.
std::pair<std::string, long> ReplayLarge(
    const std::vector<std::string>& arguments, const Form& form,
    std::size_t count) {
  int log[2];
  int report[2];
  if (pipe(log) != 0 || pipe(report) != 0) ADD_FAILURE();
  std::vector<std::string> texts = {API_ACCESS_PROGRAM};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(log[0], STDIN_FILENO);
    dup2(report[1], STDOUT_FILENO);
    for (const int descriptor : {log[0], log[1], report[0], report[1]}) {
      close(descriptor);
    }
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(log[0]);
  close(report[1]);
  std::string buffer = form.begin;
  const auto write_all = [&] {
    std::string_view rest = buffer;
    while (!rest.empty()) {
      const ssize_t written = write(log[1], rest.data(), rest.size());
      if (written <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer.clear();
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) buffer += i % 1'000 == 0 ? form.page : form.between;
    // Every method is another one, and every call is broken.
    buffer += R"({"QueryAccessKey":"K","QueryCallName":"Unheard)";
    buffer += std::to_string(i);
    buffer += R"(","QueryDate":"2030-01-01T00:00:00.000001Z",)"
              R"("QueryIpAddress":"192.0.2.200","QueryPayloadRaw":)"
              R"("{\"Filters\": {\"VmIds\": [\"i-12345678\"]}}",)"
              R"("ResponseStatusCode":200,"RequestId":"id"})";
    if (buffer.size() > 100'000) write_all();
  }
  buffer += form.end;
  write_all();
  close(log[1]);
  std::string out;
  std::array<char, 4'096> read_bytes;
  for (ssize_t size = 0;
       (size = read(report[0], read_bytes.data(), read_bytes.size())) > 0;) {
    out.append(read_bytes.data(), static_cast<std::size_t>(size));
  }
  close(report[0]);
  int status = 0;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  EXPECT_TRUE(WIFEXITED(status));
  return {out, usage.ru_maxrss};
}

TEST_F(ReplayTest, MemoryDoesNotGrowWithTheLog) {
  // A child that ends early must not end the test.
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const std::size_t count = BySize<std::size_t>(200'000, 2'000'000, 2'000'000);
  const std::vector<std::string> arguments = {
      "replay", "--account", account_, "--against",
      against_, "--format",  "json"};
  for (const Form& form :
       {Form{"", "\n", "\n", "\n"}, Form{R"({"Logs":[)", ",", ",", "]}"},
        Form{R"({"Logs":[)", ",", R"(],"NextPageToken":"x"}{"Logs":[)", "]}"},
        Form{"[", ",\n", ",\n", "]"}}) {
    const auto [small, small_kib] = ReplayLarge(arguments, form, count / 20);
    const auto [large, large_kib] = ReplayLarge(arguments, form, count);
    for (const auto& [out, entries] :
         {std::pair(small, count / 20), std::pair(large, count)}) {
      const json report = json::parse(out, nullptr, false);
      ASSERT_TRUE(report.is_object()) << out;
      EXPECT_EQ(report["Entries"], entries);
      EXPECT_EQ(report["Broken"], entries);
      EXPECT_THAT(report["BrokenBy"], SizeIs(1));
      EXPECT_EQ(report["Rules"][0]["Alone"], entries);
    }
    // The larger log has 40 MB in a small world, 400 MB in others.
    EXPECT_LE(large_kib, small_kib + 4'096) << form.begin << form.between;
  }
  std::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace api_access::examples
