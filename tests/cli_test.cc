#include "examples/cli/cli.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/run_program.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

namespace api_access::examples {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// One decision under the account `trusted` at 2030-01-01.
Result DecideTrusted(const std::string& line) {
  return RunProgram(
      {"decide", "--account", AccountDir("trusted"), "--now=2030-01-01"}, line);
}

TEST(CliTest, HelpShowsAnExamplePerCommand) {
  const Result all = RunProgram({"--help"});
  EXPECT_EQ(all.status, 0);
  EXPECT_EQ(RunProgram({"-h"}).out, all.out);
  for (const std::string command :
       {"check", "factors", "decide", "explain", "review", "test", "change",
        "plan", "forecast", "map", "diff", "replay", "report", "parse"}) {
    EXPECT_THAT(all.out, HasSubstr("api-access " + command));
    const Result one = RunProgram({command, "--help"});
    EXPECT_EQ(one.status, 0);
    EXPECT_THAT(one.out, HasSubstr("Example:"));
    EXPECT_THAT(all.out, HasSubstr(one.out));
  }
  std::istringstream lines(all.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(CliTest, TellsItsVersionAndThatOfItsMethods) {
  const Result result = RunProgram({"--version"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "api-access " API_ACCESS_PROJECT_VERSION
                        ", methods of API version 1.41.0\n");
  EXPECT_EQ(result.err, "");
}

// Help exits with 0, which a script would read as ready.
TEST(CliTest, AValueIsNotARequestForHelp) {
  const Result result = RunProgram({"check", "--account", "-h"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("-h: expected a folder to list"));
  const Result no_value = RunProgram({"check", "--account", "--help"});
  EXPECT_EQ(no_value.status, 2);
  EXPECT_THAT(no_value.out, IsEmpty());
  EXPECT_EQ(RunProgram({"check", "--now", "2030-01-01", "-h"}).status, 0);
}

TEST(CliTest, UsageErrorsNameTheOption) {
  const std::string account = AccountDir("ready");
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } kCases[] = {
      {{}, "api-access: expected a command, got none"},
      {{"chek"}, "api-access: unknown command `chek`"},
      {{"check"}, "api-access check: --account: expected this option"},
      {{"factors"}, "api-access factors: --account: expected this option"},
      {{"decide"}, "api-access decide: --account: expected this option"},
      {{"check", "--account"}, "--account: expected a value, got none"},
      {{"check", "--account", "--now", "2030-01-01"},
       "--account: expected a value, got none"},
      {{"check", "--account", account, "--account=" + account},
       "--account: expected it once, got it twice"},
      {{"check", "--account="},
       "--account: expected a value, got an empty one"},
      {{"check", "--acount", account},
       "unknown option `--acount`; see api-access check --help\n"},
      {{"check", "--", account}, "unknown option `--`"},
      {{"check", account}, "`; see api-access check --help\n"},
      {{"check", account}, "unexpected argument `"},
      {{"check", "--account", account, "--now", "2030-1-1"},
       "--now: expected a date with a month written as 01 to 12, got "
       "`2030-1-1`"},
      {{"check", "--account", account, "--now="}, "--now: expected a date"},
      {{"check", "--account", account, "--require-trusted-env", "yes"},
       "--require-trusted-env: expected true or false, got `yes`"},
      {{"check", "--account", account, "--max-access-key-expiration-seconds",
        "9223372036854775808"},
       "--max-access-key-expiration-seconds: expected a 64-bit integer, got "
       "`9223372036854775808`"},
      {{"check", "--account", account,
        "--max-access-key-expiration-seconds=1h"},
       "--max-access-key-expiration-seconds: expected a 64-bit integer"},
      {{"check", "--account", account,
        "--max-access-key-expiration-seconds=+1"},
       "--max-access-key-expiration-seconds: expected a 64-bit integer"},
      {{"check", "--account", account, "--max-access-key-expiration-seconds="},
       "--max-access-key-expiration-seconds: expected a 64-bit integer"},
      {{"check", "--account", account, "--format", "xml"},
       "--format: expected text or json, got `xml`"},
      {{"factors", "--account", account, "--client-ip", "x"},
       "--client-ip: expected an IPv4 or IPv6 address, not a host name, got "
       "`x`"},
      {{"factors", "--account", account, "--now", "soon"},
       "--now: expected a date"},
      {{"decide", "--account", account, "--fail-on-deny=true"},
       "--fail-on-deny: expected no value, got `true`"},
      {{"decide", "--account", account, "--fail-on-deny", "--fail-on-deny"},
       "--fail-on-deny: expected it once, got it twice"},
      {{"check", "--account", account, "--fail-on-deny"},
       "unknown option `--fail-on-deny`"},
      {{"check", "--account", account, "--ordinary", "api:X"},
       "unknown option `--ordinary`"},
      {{"decide", "--account", account, "--ordinary", "ReadVmsStopHistory"},
       "--ordinary: expected SERVICE:NAME, such as api:ReadVmsStopHistory, got "
       "`ReadVmsStopHistory`"},
      {{"decide", "--account", account, "--ordinary=api:New",
        "--ordinary=api:ReadCas"},
       "--ordinary: declared method `api` `ReadCas`: expected an ordinary or a "
       "new method, it is Managing in the catalogue"},
      {{"explain", "--account", account, "--ordinary", "fcu:New"},
       "--ordinary: declared method `fcu` `New`: expected service api, oapi or "
       "icu"},
      {{"explain", "--account", account, "--ordinary", "api:a:b"},
       "--ordinary: declared method `api` `a:b`: expected a name of the form"},
      {{"decide", "--account", account, "--now", "soon"},
       "--now: expected a date"},
      {{"decide", "--account", account, "--format", "yaml"},
       "--format: expected text or json"},
      {{"review"}, "api-access review: --account: expected this option"},
      {{"review", "--account", account, "--now", "soon"},
       "--now: expected a date"},
      {{"review", "--account", account, "--expires-within-seconds=1w"},
       "--expires-within-seconds: expected a 64-bit integer, got `1w`"},
      {{"review", "--account", account, "--expires-within-seconds", "-1"},
       "--expires-within-seconds: expected 0 or more, got -1"},
      {{"review", "--account", account, "--max-below-seconds=-1"},
       "--max-below-seconds: expected 0 or more, got -1"},
      {{"review", "--account", account, "--older-than-seconds=-1"},
       "--older-than-seconds: expected 0 or more, got -1"},
      {{"review", "--account", account, "--ca-end=ca-1"},
       "--ca-end: expected CA=T, such as ca-1=2031-01-01, got `ca-1`"},
      {{"review", "--account", account, "--ca-end=ca-1=soon"},
       "--ca-end: expected a date"},
      {{"review", "--account", account, "--ca-end==2031-01-01"},
       "--ca-end: expected a CA of the account, got ``"},
      {{"review", "--account", account, "--ca-end=ca-1=2031-01-01"},
       "--ca-end: expected a CA of the account, got `ca-1`"},
      {{"review", "--account", AccountDir("blocked"),
        "--ca-end=ca-1=2031-01-01"},
       "--ca-end: expected the CAs of the account, they were not read"},
      {{"review", "--account", account,
        "--ca-end=ca-fedcba0987654321fedcba0987654321=2031-01-01",
        "--ca-end=ca-fedcba0987654321fedcba0987654321=2032-01-01"},
       "--ca-end: expected one end for each CA, got "
       "`ca-fedcba0987654321fedcba0987654321` again"},
      {{"review", "--account", account, "--accept=/nowhere/at/all"},
       "--accept: /nowhere/at/all: expected a file to read"},
      {{"review", "--account", account, "--accept", account},
       ": expected a regular file, got a folder"},
      {{"check", "--account", account, "--format", "sarif"},
       "--format: expected text or json, got `sarif`"},
      {{"review", "--account", account, "--format=csv"},
       "--format: expected text, json or sarif, got `csv`"},
      {{"test", "--account", account},
       "api-access test: expected files of expectations, got nothing"},
      {{"test", "file"}, "api-access test: --account: expected this option"},
      {{"test", "--account", account, "--format=xml", "file"},
       "--format: expected text, json or junit, got `xml`"},
      {{"review", "--account", account, "--format=junit"},
       "--format: expected text, json or sarif, got `junit`"},
      {{"test", "--account", account, "--now", "soon", "file"},
       "--now: expected a date"},
      {{"parse"}, "expected ip, range or timestamp, got nothing"},
      {{"parse", "cidr"}, "expected ip, range or timestamp, got `cidr`"},
      {{"parse", "ip", "range"}, "unexpected argument `range`"},
      {{"parse", "ip", "--now=2030-01-01"}, "unknown option `--now`"},
  };
  for (const auto& c : kCases) {
    const Result result = RunProgram(c.arguments, "{}\n");
    EXPECT_EQ(result.status, 2) << c.message;
    EXPECT_THAT(result.out, IsEmpty()) << c.message;
    EXPECT_THAT(result.err, HasSubstr(c.message));
  }
}

TEST(CliTest, UnusableAccountsExitWith2InEveryCommand) {
  for (const std::string command :
       {"check", "factors", "decide", "explain", "review"}) {
    const Result result =
        RunProgram({command, "--account", AccountDir("missing")}, "{}\n");
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_EQ(result.err, "api-access " + command + ": " +
                              AccountDir("missing") +
                              ": expected a folder to list\n");
  }
}

TEST(CliTest, MalformedAccountsGiveNoVerdict) {
  const TemporaryFolder folder;
  std::filesystem::copy(AccountDir("trusted"), folder.path());
  for (const std::string text : {"", "{", "[]", R"({"Errors":[]})"}) {
    folder.Write("ReadApiAccessRules.json", text);
    for (const std::string command :
         {"check", "factors", "decide", "explain", "review"}) {
      const Result result = RunProgram(
          {command, "--account", folder.path().string()},
          R"({"Service":"api","Method":"ReadRegions","ClientIp":"::"})");
      EXPECT_EQ(result.status, 2) << text;
      EXPECT_THAT(result.out, IsEmpty()) << text;
      EXPECT_THAT(result.err, HasSubstr("ReadApiAccessRules.json: "));
    }
  }
}

TEST(CliTest, HelpNamesEachFileWithItsCall) {
  const std::string help = RunProgram({"--help"}).out;
  for (const std::string call :
       {"ReadAccessKeys", "ReadApiAccessRules", "ReadApiAccessPolicy",
        "ReadUsers", "ReadCas"}) {
    EXPECT_THAT(help, HasSubstr("\n  " + call + ".json "));
    EXPECT_THAT(help, HasSubstr(" octl iaas api " + call));
  }
  EXPECT_THAT(help, HasSubstr("--UserName=<UserName>"));
}

// A copy of a sample account.
class AccountCopy {
 public:
  explicit AccountCopy(const std::string& name) {
    std::filesystem::copy(AccountDir(name), folder_.path());
  }

  std::string path() const { return folder_.path().string(); }
  void Write(const std::string& file, const std::string& text) const {
    folder_.Write(file, text);
  }

 private:
  TemporaryFolder folder_{"copy"};
};

// People see it when a filter has left keys out.
TEST(CliTest, WhatIsJudgedIsSaidFirst) {
  const AccountCopy account("ready");
  const auto first_line = [&](const std::string& command) {
    const std::string out = RunProgram({command, "--account", account.path(),
                                        "--now=2030-01-01", "--format=text"})
                                .out;
    return out.substr(0, out.find('\n'));
  };
  account.Write("ReadCas.json", R"({"Cas":[{"CaId":"ca-1"}]})");
  account.Write("ReadUsers.json",
                R"({"Users":[{"UserName":"alice"},{"UserName":"bob"}]})");
  account.Write("ReadAccessKeys.alice.json",
                R"({"AccessKeys":[{"AccessKeyId":"A","State":"ACTIVE"},)"
                R"({"AccessKeyId":"B","State":"INACTIVE"}]})");
  for (const std::string command : {"check", "explain", "review"}) {
    EXPECT_EQ(
        first_line(command),
        "1 access key of the root user, 2 of 1 EIM user with keys, 1 rule, "
        "1 CA; all users listed, access keys not read of `bob`");
  }
  account.Write("ReadUsers.json", R"({"Users":[],"HasMoreItems":true})");
  EXPECT_EQ(
      first_line("check"),
      "1 access key of the root user, 2 of 1 EIM user with keys, 1 rule, 1 "
      "CA; not all users listed");
}

TEST(CliTest, WhatIsIgnoredIsSaidOnStandardError) {
  const AccountCopy account("trusted");
  account.Write("ReadCas.json", R"({"Cas":[{"CaId":"ca-1","New":1}]})");
  const std::string plain =
      RunProgram({"check", "--account", AccountDir("trusted"),
                  "--now=2030-01-01", "--format=json"})
          .out;
  for (const std::string command :
       {"check", "factors", "decide", "explain", "review"}) {
    const Result result = RunProgram({command, "--account", account.path()});
    EXPECT_EQ(result.err, "note: " + account.path() +
                              "/ReadCas.json: $.Cas[*]: the field `New` is "
                              "ignored, the provider's description lacks it\n");
    EXPECT_THAT(result.out, Not(HasSubstr("New")));
  }
}

TEST(CliTest, OneAnswerInJsonIsOneLine) {
  for (const std::string command : {"check", "factors", "review"}) {
    const std::string out =
        RunProgram({command, "--account", AccountDir("eim-users"),
                    "--now=2030-01-01", "--format=json"})
            .out;
    EXPECT_EQ(out.find('\n'), out.size() - 1);
    EXPECT_FALSE(nlohmann::json::parse(out, nullptr, false).is_discarded());
  }
}

TEST(CliTest, NoSecretOfAnotherAnswerIsPrinted) {
  const AccountCopy account("ready");
  account.Write("ReadAccessKeys.json",
                R"({"AccessKey":{"AccessKeyId":"K","SecretKey":"S3CR3T"}})");
  for (const std::string command :
       {"check", "factors", "decide", "explain", "review"}) {
    const Result result = RunProgram({command, "--account", account.path()});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("S3CR3T")));
    EXPECT_THAT(result.err, HasSubstr("the fields `AccessKey`"));
  }
}

TEST(CheckTest, ReadyAccount) {
  const Result result = RunProgram({"check", "--account", AccountDir("ready"),
                                    "--now", "2030-01-01", "--format=json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out,
            R"({"Ready":true,"Violations":[],"Warnings":[],"ReadyAt":null,)"
            R"("SmallestMaximum":1209601,"KeysWithoutMaximum":[],)"
            R"("Judged":{"RootAccessKeys":1,"EimAccessKeys":0,"EimUsers":0,)"
            R"("Rules":1,"Cas":1,"EveryUserListed":true,)"
            R"("UsersWithoutKeysRead":[],)"
            R"("MaxAccessKeyExpirationSeconds":2592000,)"
            R"("RequireTrustedEnv":true,)"
            R"("Now":"2030-01-01T00:00:00.000+0000"}})"
            "\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(CheckTest, BlockedAccount) {
  const Result result = RunProgram({"check", "--account", AccountDir("blocked"),
                                    "--now", "2030-01-01", "--format", "json"});
  EXPECT_EQ(result.status, 1);
  const auto json = nlohmann::ordered_json::parse(result.out);
  std::vector<std::string> codes;
  for (const auto& violation : json["Violations"]) {
    codes.push_back(violation["Code"]);
    EXPECT_EQ(violation.size(), 3U);
    EXPECT_TRUE(violation.contains("Subject"));
    EXPECT_TRUE(violation["Message"].is_string());
  }
  EXPECT_THAT(codes, ElementsAre("account-incomplete", "key-never-expires",
                                 "key-outlives-max", "rule-without-ca"));
  EXPECT_EQ(json["Warnings"][0]["Code"], "any-address-with-key-alone");
  EXPECT_EQ(json["ReadyAt"], nullptr);
  EXPECT_EQ(json["Ready"], false);
  EXPECT_EQ(json["SmallestMaximum"], nullptr);
  EXPECT_EQ(json["KeysWithoutMaximum"],
            nlohmann::ordered_json({"ROOTKEY0000000000001"}));
}

TEST(CheckTest, SmallestMaximum) {
  const auto last_line = [](const std::string& account,
                            const std::string& now) {
    std::string out =
        RunProgram({"check", "--account", AccountDir(account), "--now", now})
            .out;
    out.pop_back();
    return out.substr(out.rfind('\n') + 1);
  };
  EXPECT_EQ(last_line("ready", "2030-01-01"),
            "Smallest maximum that every access key allows: 1209601 s");
  EXPECT_EQ(last_line("ready", "2031-01-01"),
            "Smallest maximum that every access key allows: 1 s");
  EXPECT_EQ(last_line("blocked", "2030-01-01"),
            "No maximum is high enough for 1 access key: "
            "`ROOTKEY0000000000001`");
  EXPECT_EQ(last_line("blocked", "1900-01-01"),
            "No maximum is high enough for 3 access keys: "
            "`ROOTKEY0000000000001`, `ROOTKEY0000000000002`, "
            "`ROOTKEY0000000000003`");
}

TEST(CheckTest, ReadyAtAndAnotherPolicy) {
  const std::vector<std::string> week = {
      "check",  "--account",  AccountDir("ready"),
      "--now",  "2030-01-01", "--max-access-key-expiration-seconds",
      "604800", "--format",   "json"};
  const Result result = RunProgram(week);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              HasSubstr(R"("ReadyAt":"2030-01-08T00:00:00.001+0000",)"));
  // The policy that is asked for, not that of the account.
  EXPECT_THAT(result.out, HasSubstr(R"("MaxAccessKeyExpirationSeconds":604800,)"
                                    R"("RequireTrustedEnv":true)"));

  EXPECT_EQ(RunProgram({"check", "--account", AccountDir("blocked"),
                        "--require-trusted-env=false",
                        "--max-access-key-expiration-seconds=0"})
                .status,
            0);
  const Result negative = RunProgram({"check", "--account", AccountDir("ready"),
                                      "--max-access-key-expiration-seconds",
                                      "-9223372036854775808"});
  EXPECT_EQ(negative.status, 1);
  EXPECT_THAT(negative.out, HasSubstr("max-out-of-range"));
}

TEST(CheckTest, AsksTheClockOnlyWithoutNow) {
  // The clock of these tests says noon, when the key of `trusted` has expired.
  const auto text = [](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"check", "--account",
                                          AccountDir("trusted")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments).out;
  };
  EXPECT_THAT(text({}), HasSubstr("at 2030-01-01T12:00:00.000+0000"));
  EXPECT_THAT(text({"--now=2029-01-01"}),
              HasSubstr("at 2029-01-01T00:00:00.000+0000"));
}

TEST(FactorsTest, OneTable) {
  const Result result = RunProgram(
      {"factors", "--account", AccountDir("trusted"), "--format", "json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(
      result.out,
      R"({"TrustedSession":true,"Rules":"Asked","Classes":[)"
      R"({"Class":"Public","Services":["api","icu","fcu"],"Deactivated":[[]],"Activated":[[]]},)"
      R"({"Class":"Ordinary","Services":["api","icu","fcu","lbu","directlink","eim"],"Deactivated":[["AccessKey","Certificate"]],"Activated":[["AccessKey"]]},)"
      R"({"Class":"Managing","Services":["api","icu"],"Deactivated":[["AccessKey","Certificate"],["Password","Certificate"]],"Activated":[["AccessKey","Certificate"],["Password","Certificate"]]},)"
      R"({"Class":"Managing","Services":["eim"],"Deactivated":[["AccessKey","Certificate"]],"Activated":[["AccessKey","Certificate"]]},)"
      R"({"Class":"Exempt","Services":["oos","osu"],"Deactivated":[["AccessKey"]],"Activated":[["AccessKey"]]},)"
      R"({"Class":"Unlisted","Services":["*"],"Deactivated":[["AccessKey","Certificate"]],"Activated":[["AccessKey","Certificate"]]})"
      R"(],"Exact":null})"
      "\n");
}

TEST(FactorsTest, BothTablesWhenItDependsAndTheExactAlternatives) {
  const Result result =
      RunProgram({"factors", "--account", AccountDir("eim-users"),
                  "--client-ip", "198.51.100.7", "--format", "json"});
  EXPECT_EQ(result.status, 0);
  const auto json = nlohmann::ordered_json::parse(result.out);
  EXPECT_EQ(json["Rules"], "Depends");
  ASSERT_EQ(json["Classes"].size(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(json["Classes"][i]["Certificate"], i < 6 ? "NotAsked" : "Asked");
    EXPECT_EQ(json["Classes"][i]["Class"], json["Classes"][i % 6]["Class"]);
  }
  EXPECT_EQ(
      json["Exact"].dump(),
      R"([{"Class":"Public","Services":["api","icu","fcu"],"Alternatives":[[]]},)"
      R"({"Class":"Ordinary","Services":["api","icu","fcu","lbu","directlink","eim"],"Alternatives":[["AccessKey","Certificate"]]},)"
      R"({"Class":"Managing","Services":["api","icu"],"Alternatives":[["AccessKey","Certificate"],["Password","Certificate"]]},)"
      R"({"Class":"Managing","Services":["eim"],"Alternatives":[["AccessKey","Certificate"]]},)"
      R"({"Class":"Exempt","Services":["oos","osu"],"Alternatives":[["AccessKey"]]},)"
      R"({"Class":"Unlisted","Services":["*"],"Alternatives":[["AccessKey","Certificate"]]}])");
}

TEST(FactorsTest, NoAlternativeWhereNoRuleAdmitsTheAddress) {
  const Result result =
      RunProgram({"factors", "--account", AccountDir("trusted"),
                  "--client-ip=203.0.113.7", "--format=json"});
  EXPECT_THAT(
      result.out,
      HasSubstr(
          R"("directlink","eim"],"Alternatives":[]},{"Class":"Managing","Services":["api","icu"],"Alternatives":[]})"));
  EXPECT_THAT(RunProgram({"factors", "--account", AccountDir("trusted"),
                          "--client-ip=203.0.113.7"})
                  .out,
              HasSubstr("impossible"));
}

TEST(FactorsTest, TextMarksTheAccountsOwnColumn) {
  EXPECT_THAT(RunProgram({"factors", "--account", AccountDir("trusted")}).out,
              HasSubstr("Activated*"));
  EXPECT_THAT(RunProgram({"factors", "--account", AccountDir("ready")}).out,
              HasSubstr("Deactivated*"));
}

TEST(DecideTest, AnswersLineByLineInOrder) {
  const Result result = DecideTrusted(
      R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001"})"
      "\n"
      R"({"Service":"api","Method":"ReadCas","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001"})"
      "\n"
      R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"})");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(
      result.out,
      R"({"Verdict":"Allow","Reason":"rule-matched","RuleId":"aar-1234567890abcdef1234567890abcdef","MissingFactors":[],"ValidUntil":"2030-01-01T00:30:00.000+0000"})"
      "\n"
      R"({"Verdict":"Deny","Reason":"certificate-missing","RuleId":null,"MissingFactors":["Certificate"],"ValidUntil":null})"
      "\n"
      R"({"Verdict":"Deny","Reason":"no-credential","RuleId":null,"MissingFactors":["AccessKey"],"ValidUntil":null})"
      "\n");
}

TEST(DecideTest, AnErrorStopsNothing) {
  const std::string good =
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::"})";
  const Result result = DecideTrusted(good + "\n\n{}\n" + good + "\n");
  EXPECT_EQ(result.status, 1);
  std::istringstream lines(result.out);
  std::vector<std::string> read;
  for (std::string line; std::getline(lines, line);) read.push_back(line);
  ASSERT_EQ(read.size(), 4U);
  EXPECT_THAT(read[0], HasSubstr(R"("Reason":"public")"));
  EXPECT_THAT(
      read[1],
      StartsWith(R"({"Verdict":"Deny","Error":"line 2: expected one line)"));
  EXPECT_THAT(
      read[2],
      StartsWith(R"({"Verdict":"Deny","Error":"line 3: $.Service: expected)"));
  EXPECT_EQ(read[3], read[0]);
}

TEST(DecideTest, ARequestOverSeveralLinesIsToldSo) {
  const std::string pretty =
      "{\n  \"Service\": \"api\",\n  \"Method\": \"ReadRegions\",\n"
      "  \"ClientIp\": \"192.0.2.7\"\n}\n";
  for (const std::string& input :
       {pretty, std::string(R"([{"Service":"api","Method":"ReadRegions",)"
                            R"("ClientIp":"192.0.2.7"}])"
                            "\n")}) {
    const Result result = DecideTrusted(input);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, Not(HasSubstr("Allow")));
  }
  EXPECT_THAT(DecideTrusted(pretty).out,
              StartsWith(R"({"Verdict":"Deny","Error":"line 1: column 2: )"
                         "expected a whole object on one line, it is cut off "
                         "here or goes on in the next line"));
}

TEST(DecideTest, TakesDeclaredMethodsForOrdinary) {
  const auto line = [](const std::string& service, const std::string& method) {
    return R"({"Service":")" + service + R"(","Method":")" + method +
           R"(","ClientIp":"192.0.2.7","Login":"AccessKey",)"
           R"("AccessKeyId":"ROOTKEY0000000000001"})"
           "\n";
  };
  const std::string input = line("api", "NewOne") + line("icu", "NewTwo") +
                            line("api", "NewTwo") + line("oapi", "NewOne");
  const auto verdicts = [&](const std::string& command) {
    std::istringstream out(
        RunProgram({command, "--account", AccountDir("trusted"),
                    "--now=2030-01-01", "--format=json",
                    "--ordinary=oapi:NewOne", "--ordinary", "icu:NewTwo"},
                   input)
            .out);
    std::vector<std::string> read;
    for (std::string text; std::getline(out, text);) {
      read.push_back(nlohmann::json::parse(text)["Verdict"]);
    }
    return read;
  };
  for (const std::string command : {"decide", "explain"}) {
    EXPECT_THAT(verdicts(command),
                ElementsAre("Allow", "Allow", "Deny", "Allow"));
  }
  EXPECT_THAT(DecideTrusted(input).out, Not(HasSubstr("Allow")));
}

TEST(DecideTest, GivesTheIdBack) {
  const std::string input =
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::","Id":"42"})"
      "\n"
      R"({"Service":"api","Method":"ReadVms","ClientIp":"::","Id":"a b"})"
      "\n"
      R"({"Service":"api","Method":"ReadVms","ClientIp":"x","Id":""})"
      "\n";
  EXPECT_EQ(
      DecideTrusted(input).out,
      R"({"Id":"42","Verdict":"Allow","Reason":"public","RuleId":null,"MissingFactors":[],"ValidUntil":null})"
      "\n"
      R"({"Id":"a b","Verdict":"Deny","Reason":"no-credential","RuleId":null,"MissingFactors":["AccessKey"],"ValidUntil":null})"
      "\n"
      R"({"Id":"","Verdict":"Deny","Error":"line 3: $.ClientIp: expected an IPv4 or IPv6 address, not a host name, got `x`"})"
      "\n");
  const std::string text = RunProgram({"decide", "--account",
                                       AccountDir("trusted"), "--format=text"},
                                      input)
                               .out;
  EXPECT_THAT(text, HasSubstr("; Id 42\n"));
  EXPECT_THAT(text, HasSubstr("; Id `a b`\n"));
  EXPECT_THAT(text, HasSubstr("got `x`; Id ``\n"));
  std::istringstream explained(
      RunProgram(
          {"explain", "--account", AccountDir("trusted"), "--format=json"},
          input)
          .out);
  std::vector<std::string> ids;
  for (std::string line; std::getline(explained, line);) {
    const auto answer = nlohmann::json::parse(line);
    ids.push_back(answer["Id"]);
    // A remedy is another request.
    for (const auto& remedy : answer.value("Remedies", nlohmann::json())) {
      EXPECT_FALSE(remedy["Request"].contains("Id"));
    }
  }
  EXPECT_THAT(ids, ElementsAre("42", "a b", ""));
}

TEST(DecideTest, FailsOnADenialWhereThatIsAskedFor) {
  const std::string allowed =
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::"})"
      "\n";
  const std::string denied =
      R"({"Service":"api","Method":"ReadVms","ClientIp":"::"})"
      "\n";
  const auto status = [](const std::string& input, const char* format) {
    return RunProgram({"decide", "--account", AccountDir("trusted"),
                       "--fail-on-deny", "--format", format},
                      input)
        .status;
  };
  for (const char* format : {"json", "text"}) {
    EXPECT_EQ(status("", format), 0);
    EXPECT_EQ(status(allowed + allowed, format), 0);
    EXPECT_EQ(status(allowed + denied + allowed, format), 1);
    EXPECT_EQ(status("{}\n" + allowed, format), 1);
  }
  EXPECT_EQ(DecideTrusted(denied).status, 0);
}

TEST(DecideTest, NowOfTheLineWins) {
  const auto line = [](const std::string& more) {
    return R"({"Service":"oos","Method":"X","ClientIp":"::","Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001")" +
           more + "}";
  };
  const std::string late = R"(,"Now":"2030-01-01T00:30:00Z")";
  EXPECT_THAT(DecideTrusted(line("")).out, HasSubstr("exempt"));
  EXPECT_THAT(DecideTrusted(line(late)).out, HasSubstr("access-key-expired"));
  EXPECT_THAT(DecideTrusted(line(R"(,"Now":null)")).out, HasSubstr("exempt"));
  // Without any, the clock.
  EXPECT_THAT(
      RunProgram({"decide", "--account", AccountDir("trusted")}, line("")).out,
      HasSubstr("access-key-expired"));
}

TEST(DecideTest, LinesOfUpToOneMebibyte) {
  const std::string line =
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::"})";
  const std::size_t limit = std::size_t{1} << 20;
  const std::string longest = line + std::string(limit - line.size(), ' ');
  EXPECT_EQ(DecideTrusted(longest + "\n").status, 0);
  const Result result = DecideTrusted(longest + " \n" + line + "\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.out,
      StartsWith("{\"Verdict\":\"Deny\",\"Error\":\"line 1: expected a line of "
                 "at most 1 MiB, got a longer one\"}\n{\"Verdict\":\"Allow\""));
}

TEST(DecideTest, LinesOfManyObjectsAreAnsweredAtOnce) {
  // A reader that looks at all siblings for each object would take minutes.
  std::string array = "[{}";
  std::string object = R"({"0":{})";
  for (int i = 1; object.size() < (std::size_t{1} << 20) - 20; ++i) {
    object += ",\"" + std::to_string(i) + "\":{}";
    if (array.size() < (std::size_t{1} << 20) - 20) array += ",{}";
  }
  const Result result = DecideTrusted(array + "]\n" + object + "}\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("line 1: $: expected an object, got an "
                                    "array"));
  EXPECT_THAT(result.out, HasSubstr("line 2: $: expected only the fields"));
}

// Who tests for a denial must not let a line in error pass.
TEST(DecideTest, EveryAnswerHasAVerdict) {
  const std::string input =
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::"})"
      "\n"
      R"({"Service":"api","Method":"ReadVms","ClientIp":"::"})"
      "\n"
      R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7:443"})"
      "\n\n" +
      std::string(std::size_t{1} << 21, ' ') + "\n\"\xff\"\n";
  const std::vector<std::string> verdicts = {"Allow", "Deny", "Deny",
                                             "Deny",  "Deny", "Deny"};
  for (const std::string command : {"decide", "explain"}) {
    const std::vector<std::string> arguments = {
        command, "--account", AccountDir("trusted"), "--now=2030-01-01"};
    const auto run = [&](const char* format) {
      std::vector<std::string> with_format = arguments;
      with_format.push_back(format);
      const Result result = RunProgram(with_format, input);
      EXPECT_EQ(result.status, 1);
      return result.out;
    };
    std::istringstream json(run("--format=json"));
    std::vector<std::string> read;
    for (std::string line; std::getline(json, line);) {
      const auto answer = nlohmann::json::parse(line);
      read.push_back(answer["Verdict"]);
      if (command == "explain") {
        EXPECT_EQ(answer["Decision"]["Verdict"], answer["Verdict"]);
      }
      EXPECT_EQ(answer.contains("Error"), read.size() > 2) << line;
    }
    EXPECT_EQ(read, verdicts);
    std::istringstream text(run("--format=text"));
    read.clear();
    for (std::string line; std::getline(text, line);) {
      // Not what is judged, nor the details of an explanation.
      if (!line.starts_with(' ') && !line.starts_with("1 access key")) {
        read.push_back(line.substr(0, line.find(' ')));
      }
    }
    EXPECT_EQ(read, verdicts);
  }
}

// Fails at the first read, as a folder in place of a file does.
class BrokenBuffer : public std::streambuf {
 protected:
  int_type underflow() override { throw std::ios_base::failure("broken"); }
};

TEST(DecideTest, InputThatCannotBeReadIsUnusable) {
  BrokenBuffer buffer;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"decide", "--account", AccountDir("ready")},
        std::vector<std::string>{"parse", "ip"}}) {
    std::istream in(&buffer);
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(RunCli(arguments, {.in = in,
                                 .out = out,
                                 .err = err,
                                 .clock = [] { return Timestamp(); }}),
              2);
    EXPECT_THAT(err.str(), HasSubstr("the input cannot be read"));
  }
}

TEST(CliTest, OutputThatCannotBeWrittenIsUnusable) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"},
        std::vector<std::string>{"check", "--help"},
        std::vector<std::string>{"check", "--account", AccountDir("ready")}}) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    out.setstate(std::ios::badbit);
    EXPECT_EQ(RunCli(arguments, {.in = in,
                                 .out = out,
                                 .err = err,
                                 .clock = [] { return Timestamp(); }}),
              2);
    EXPECT_THAT(err.str(), HasSubstr("the output cannot be written"));
  }
}

// The account `name` at 2030-01-01.
Result ReviewAccount(const std::string& name,
                     const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"review", "--account", AccountDir(name),
                                        "--now=2030-01-01"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

// What is judged of the account `ready`.
const std::string kReadyJudged =
    "1 access key of the root user, none of EIM users, 1 rule, 1 CA; all "
    "users listed\n";

TEST(ReviewCommandTest, Json) {
  const Result result = ReviewAccount("trusted", {"--format", "json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(
      result.out,
      R"({"Findings":[{"Code":"key-expires-soon","Subject":"ROOTKEY0000000000001","Message":"expected access key `ROOTKEY0000000000001` to be valid for more than 604800 s from 2030-01-01T00:00:00.000+0000, it expires at 2030-01-01T00:30:00.000+0000"},)"
      R"({"Code":"root-key-active","Subject":"ROOTKEY0000000000001","Message":"access key `ROOTKEY0000000000001` of the root user is ACTIVE and not expired"}],)"
      R"("Accepted":[],"UnusedAcceptances":[],"NotJudged":[],)"
      R"("Judged":{"RootAccessKeys":1,"EimAccessKeys":0,"EimUsers":0,)"
      R"("Rules":1,"Cas":1,"EveryUserListed":true,"UsersWithoutKeysRead":[],)"
      R"("MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true,)"
      R"("Now":"2030-01-01T00:00:00.000+0000"}})"
      "\n");
}

// An account without findings.
class QuietAccount {
 public:
  QuietAccount() {
    std::filesystem::copy(AccountDir("trusted"), folder_.path());
    Write(
        "ReadAccessKeys.json",
        R"({"AccessKeys":[{"AccessKeyId":"K","State":"INACTIVE",)"
        R"("CreationDate":"2029-12-01","ExpirationDate":"2030-01-01T00:30:00Z"}]})");
  }

  std::string Write(const std::string& name, const std::string& text) const {
    return folder_.Write(name, text);
  }
  void Remove(const std::string& name) const {
    std::filesystem::remove(folder_.path() / name);
  }
  Result Review(const std::vector<std::string>& more = {},
                const std::string& now = "--now=2030-01-01") const {
    std::vector<std::string> arguments = {"review", "--account",
                                          folder_.path().string(), now};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  }

 private:
  TemporaryFolder folder_;
};

TEST(ReviewCommandTest, NoFindings) {
  const QuietAccount account;
  const Result text = account.Review();
  EXPECT_EQ(text.status, 0);
  EXPECT_EQ(text.out,
            kReadyJudged + "0 findings at 2030-01-01T00:00:00.000+0000\n");
  const Result json = account.Review({"--format=json"});
  EXPECT_EQ(json.status, 0);
  EXPECT_THAT(json.out, StartsWith("{\"Findings\":[],"));
}

TEST(ReviewCommandTest, OptionsDecideWhatIsFound) {
  // The key of `trusted` expires in half an hour, its maximum is an hour.
  const Result soon = ReviewAccount("trusted");
  EXPECT_THAT(soon.out,
              HasSubstr("\n2 findings at 2030-01-01T00:00:00.000+0000\n"
                        "  key-expires-soon  expected access key"));
  EXPECT_EQ(ReviewAccount("trusted", {"--expires-within-seconds=1800"}).out,
            ReviewAccount("trusted", {"--expires-within-seconds", "1800"}).out);
  EXPECT_THAT(ReviewAccount("trusted", {"--expires-within-seconds=1800"}).out,
              HasSubstr("key-expires-soon"));
  EXPECT_THAT(ReviewAccount("trusted", {"--expires-within-seconds=1799"}).out,
              Not(HasSubstr("key-expires-soon")));
  EXPECT_THAT(
      ReviewAccount("trusted", {"--expires-within-seconds=0",
                                "--max-below-seconds", "3601"})
          .out,
      HasSubstr("\n  max-below        expected a maximum of 0 s or of at least "
                "3601 s, got 3600 s\n"));
  // Created on 2029-12-01.
  const QuietAccount account;
  EXPECT_EQ(account.Review({"--older-than-seconds=2678400"}).status, 0);
  const Result older = account.Review({"--older-than-seconds=2678399"});
  EXPECT_EQ(older.status, 1);
  EXPECT_THAT(older.out,
              HasSubstr("  key-older-than  access key `K` was created at "
                        "2029-12-01T00:00:00.000+0000, more than 2678399 s "
                        "before 2030-01-01T00:00:00.000+0000\n"));
}

TEST(ReviewCommandTest, CaEnds) {
  const QuietAccount account;
  const std::string ca = "ca-fedcba0987654321fedcba0987654321";
  const auto end = [&](const std::string& date) {
    return account.Review({"--ca-end=" + ca + '=' + date});
  };
  EXPECT_EQ(end("2030-01-08T00:00:00.001Z").status, 0);
  EXPECT_THAT(end("2030-01-08").out,
              HasSubstr("  ca-expires-soon  CA `" + ca +
                        "` expires at 2030-01-08T00:00:00.000+0000, at most "
                        "604800 s after 2030-01-01T00:00:00.000+0000\n"));
  EXPECT_THAT(end("2030-01-01").out, HasSubstr("` expired at 2030-01-01"));
  // An id may contain `=`.
  account.Write("ReadCas.json",
                R"({"Cas":[{"CaId":")" + ca + R"("},{"CaId":"a=b"}]})");
  EXPECT_THAT(
      account
          .Review({"--ca-end=a=b=2030-01-01", "--ca-end=" + ca + "=2031-01-01"})
          .out,
      HasSubstr("\n1 finding at 2030-01-01T00:00:00.000+0000\n"
                "  ca-expires-soon  CA `a=b` expired at"));
}

TEST(ReviewCommandTest, AsksTheClockOnlyWithoutNow) {
  EXPECT_THAT(RunProgram({"review", "--account", AccountDir("ready")}).out,
              HasSubstr("\n3 findings at 2030-01-01T12:00:00.000+0000\n"));
}

TEST(ReviewCommandTest, CasOnlyWhereTheyAreKnown) {
  const QuietAccount account;
  account.Write("ReadCas.json", R"({"Cas":[{"CaId":"ca-1"}]})");
  EXPECT_THAT(account.Review().out,
              HasSubstr("unknown-ca  expected CA "
                        "`ca-fedcba0987654321fedcba0987654321`, which"));
  // The keys are all there, so this is no incomplete account.
  account.Remove("ReadCas.json");
  const Result unread = account.Review();
  EXPECT_EQ(unread.status, 0);
  EXPECT_THAT(unread.out,
              HasSubstr("\nNot judged: unknown-ca ca-uploaded-twice "
                        "ca-expires-soon\n"));
}

TEST(ReviewCommandTest, AnIncompleteAccountIsNotWithoutFindings) {
  const QuietAccount account;
  account.Remove("ReadUsers.json");
  const Result result = account.Review();
  EXPECT_EQ(result.status, 4);
  EXPECT_THAT(
      result.out,
      testing::EndsWith(
          "\n0 findings at 2030-01-01T00:00:00.000+0000\n"
          "Not judged: active-key-expired key-never-expires "
          "key-expires-soon policy-contradicted several-active-keys\n"));
  EXPECT_THAT(account.Review({"--format=json"}).out,
              HasSubstr(R"("NotJudged":["active-key-expired",)"
                        R"("key-never-expires","key-expires-soon",)"
                        R"("policy-contradicted","several-active-keys"],)"));
  // Findings come first.
  EXPECT_EQ(account.Review({"--older-than-seconds=0"}).status, 1);
  // A user whose keys were not read.
  account.Write("ReadUsers.json",
                R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false})");
  EXPECT_EQ(account.Review().status, 4);
}

TEST(ReviewCommandTest, Accept) {
  const QuietAccount account;
  account.Write("ReadApiAccessPolicy.json",
                R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,)"
                R"("RequireTrustedEnv":false}})");
  EXPECT_EQ(account.Review().status, 1);
  const std::string file = account.Write(
      "accepted.jsonl",
      R"({"Code":"no-trusted-session","Subject":"","Reason":"in spring","Until":"2030-03-01"})"
      "\n"
      R"({"Code":"unknown-ca","Subject":"ca-1","Reason":"r","Until":"2030-03-01"})"
      "\n");
  const Result accepted = account.Review({"--accept", file});
  EXPECT_EQ(accepted.status, 0);
  EXPECT_EQ(accepted.out,
            kReadyJudged +
                "0 findings at 2030-01-01T00:00:00.000+0000\n"
                "1 accepted\n"
                "  no-trusted-session  ``  until 2030-03-01T00:00:00.000+0000: "
                "`in spring`\n"
                "1 accepted, but not found\n"
                "  unknown-ca  `ca-1`\n");
  // Until is exclusive.
  const Result over =
      account.Review({"--accept", file}, "--now=2030-03-01T00:00:00Z");
  EXPECT_EQ(over.status, 1);
  EXPECT_THAT(over.out, HasSubstr("\n1 finding at "));
  EXPECT_THAT(over.out, Not(HasSubstr("1 accepted\n")));
  EXPECT_EQ(account.Review({"--accept", file}, "--now=2030-02-28T23:59:59.999Z")
                .status,
            0);
  // Accepted findings make no complete account.
  account.Remove("ReadUsers.json");
  EXPECT_EQ(account.Review({"--accept", file}).status, 4);

  const std::string bad = account.Write("bad.jsonl", "\n{\"Code\":\"x\"}\n");
  const Result refused = account.Review({"--accept", bad});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err,
              testing::AllOf(StartsWith("api-access review: --accept: `"),
                             HasSubstr("bad.jsonl`: line 2: $.Code: ")));
}

TEST(ReviewCommandTest, Sarif) {
  const Result result = ReviewAccount("ready", {"--format=sarif"});
  EXPECT_EQ(result.status, 1);
  const auto log = nlohmann::json::parse(result.out);
  EXPECT_EQ(log["version"], "2.1.0");
  std::vector<std::string> rules;
  for (const auto& found : log["runs"][0]["results"]) {
    rules.push_back(found["ruleId"]);
  }
  EXPECT_THAT(rules, ElementsAre("root-key-active", "no-trusted-session",
                                 "ca-without-cn"));
}

// What people met: one certificate under two ids, a key that nobody rotates,
// ranges that were written for "any", a rule inside another one.
TEST(ReviewCommandTest, FieldCases) {
  const QuietAccount account;
  account.Write(
      "ReadCas.json",
      R"({"Cas":[{"CaId":"ca-fedcba0987654321fedcba0987654321","CaFingerprint":"1234567890ABCDEF1234567890abcdef12345678"},)"
      R"({"CaId":"ca-0123456789abcdef0123456789abcdef","CaFingerprint":"1234567890abcdef1234567890abcdef12345678"}]})");
  EXPECT_THAT(
      account.Review().out,
      HasSubstr("  ca-uploaded-twice  CA `ca-fedcba0987654321fedcba0987654321` "
                "has the same certificate as CA "
                "`ca-0123456789abcdef0123456789abcdef`\n"));
  account.Write("ReadAccessKeys.json",
                R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE",)"
                R"("CreationDate":"2020-01-01T08:00:00.000+0000",)"
                R"("ExpirationDate":"2031-01-01"}]})");
  EXPECT_THAT(account
                  .Review({"--expires-within-seconds", "0",
                           "--older-than-seconds", "31536000"})
                  .out,
              HasSubstr("key-older-than       access key `K` was created at "
                        "2020-01-01T08:00:00.000+0000, more than 31536000 s"));
  account.Write(
      "ReadApiAccessRules.json",
      R"({"ApiAccessRules":[{"ApiAccessRuleId":"outer","IpRanges":["10.0.0.0/8"]},)"
      R"({"ApiAccessRuleId":"any","IpRanges":["0.0.0.0","::"]},)"
      R"({"ApiAccessRuleId":"inner","IpRanges":["10.1.0.0/16"],"CaIds":["ca-0123456789abcdef0123456789abcdef"]}]})");
  const std::string rules = account.Review().out;
  EXPECT_THAT(rules, HasSubstr("rule `inner` to match a request that no other "
                               "rule matches, there is none: API access rule "
                               "`outer` matches all of its requests\n"));
  EXPECT_THAT(rules, HasSubstr("no client has an address of range 0.0.0.0/32 "
                               "of API access rule `any`\n"));
  EXPECT_THAT(rules, HasSubstr("no client has an address of range ::/128 of "
                               "API access rule `any`\n"));
}

TEST(ReviewCommandTest, TooMuchWorkIsUnusable) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "api_access_work";
  std::filesystem::remove_all(folder);
  std::filesystem::copy(AccountDir("ready"), folder);
  std::string ids;
  for (int i = 0; i < 1'500; ++i) {
    ids += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
  }
  std::ofstream(folder / "ReadApiAccessRules.json")
      << R"({"ApiAccessRules":[{"ApiAccessRuleId":"r","CaIds":[)" << ids
      << R"(],"Cns":[)" << ids << "]}]}";
  const Result result = RunProgram({"review", "--account", folder.string()});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("api-access review: expected API access "
                                     "rules of at most 2000000 units of"));
  std::filesystem::remove_all(folder);
}

TEST(DecideTest, NoInputNoOutput) {
  const Result result = DecideTrusted("");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(DecideTest, Text) {
  const Result result = RunProgram(
      {"decide", "--account", AccountDir("trusted"), "--now=2030-01-01",
       "--format=text"},
      R"({"Service":"api","Method":"Read\u001b","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001","Certificate":{"CaIds":["ca-x"],"Cn":"a"}})"
      "\n"
      R"({"Service":"icu","Method":"ReadQuotas","ClientIp":"::","Login":"Password"})"
      "\n{\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              HasSubstr("Deny  ca-not-allowed         api `Read\\x1b` from "
                        "192.0.2.7"));
  EXPECT_THAT(result.out, HasSubstr("with key ROOTKEY0000000000001, ca-x, CN "
                                    "a; unlisted: not in the catalogue "));
  EXPECT_THAT(result.out, HasSubstr("Deny  login-not-allowed"));
  EXPECT_THAT(result.out, HasSubstr("with login/password; missing AccessKey"));
  EXPECT_THAT(result.out,
              HasSubstr("\nDeny  error                  line 3: column "
                        "2: expected"));
}

// What a request says must not be taken for other words of its line.
TEST(DecideTest, TextSaysWhichMethodMayBeMeant) {
  const auto text = [](const std::string& method) {
    return RunProgram(
               {"decide", "--account", AccountDir("trusted"), "--format=text"},
               R"({"Service":"api","Method":")" + method +
                   R"(","ClientIp":"192.0.2.7"})")
        .out;
  };
  EXPECT_THAT(text("readvms"),
              HasSubstr("; unlisted: not in the catalogue 1.41.0; did you mean "
                        "ReadVms?\n"));
  EXPECT_THAT(text("ReadVms"), Not(HasSubstr("unlisted")));
  EXPECT_THAT(RunProgram({"explain", "--account", AccountDir("trusted")},
                         R"({"Service":"api","Method":"readvms",)"
                         R"("ClientIp":"192.0.2.7"})")
                  .out,
              HasSubstr("not in the catalogue 1.41.0; did you mean ReadVms?"));
}

TEST(DecideTest, TextQuotesWhatIsNotAWord) {
  const auto decided = [](const std::string& method, const std::string& key,
                          const std::string& ca, const std::string& cn) {
    const nlohmann::json line = {
        {"Service", ""},      {"Method", method},
        {"ClientIp", "::1"},  {"Login", "AccessKey"},
        {"AccessKeyId", key}, {"Certificate", {{"CaIds", {ca}}, {"Cn", cn}}},
        {"Now", "2030-01-01"}};
    return RunProgram(
               {"decide", "--account", AccountDir("trusted"), "--format=text"},
               line.dump())
        .out;
  };
  const auto padded = [](std::string text) {
    text.resize(68, ' ');
    return text;
  };
  const std::string unlisted = "; unlisted: an unknown service\n";
  const std::string deny = "Deny  unknown-access-key     ";
  EXPECT_EQ(decided("A-b_c.d:9", "K", "ca", "a"),
            padded(deny + "`` A-b_c.d:9 from ::1") + " with key K, ca, CN a" +
                unlisted);
  EXPECT_EQ(decided("ReadVms from ::2 with key K; by r", "K ", "c,d", " "),
            deny +
                "`` `ReadVms from ::2 with key K; by r` from ::1 with key "
                "`K `, `c,d`, CN ` `" +
                unlisted);
  EXPECT_EQ(
      decided("X", std::string(65, 'k'), "\u202e", "\xc2\x85"),
      padded(deny + "`` X from ::1") + " with key `" + std::string(64, 'k') +
          "`... (65 bytes), `\\xe2\\x80\\xae`, CN `\\xc2\\x85`" + unlisted);
}

// Terminals and log readers obey these.
TEST(CliTest, JsonIsPrintableAscii) {
  const Result result =
      RunProgram({"parse", "ip"}, "\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae");
  EXPECT_THAT(result.out, HasSubstr("\\\\x7f"));
  const std::string id = R"(KEY\u007f\u0085\u2028\u202e)";
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "api_access_ascii";
  std::filesystem::remove_all(folder);
  std::filesystem::copy(AccountDir("ready"), folder);
  std::ofstream(folder / "ReadAccessKeys.json")
      << R"({"AccessKeys":[{"AccessKeyId":")" << id
      << R"(","State":"ACTIVE"}]})";
  const Result review = RunProgram({"review", "--account", folder.string(),
                                    "--now=2030-01-01", "--format=json"});
  EXPECT_THAT(review.out, HasSubstr("\"Subject\":\"" + id + "\""));
  for (const char c : result.out + review.out) {
    EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
  }
}

// One explanation under the account `trusted` at 2030-01-01.
Result ExplainTrusted(const std::string& format, const std::string& line) {
  return RunProgram({"explain", "--account", AccountDir("trusted"),
                     "--now=2030-01-01", "--format", format},
                    line);
}

TEST(ExplainTest, JsonOfADenialAndOfItsRemedy) {
  const Result denied = ExplainTrusted(
      "json",
      R"({"Service":"api","Method":"ReadAccessKeys","ClientIp":"203.0.113.7",)"
      R"("Login":"AccessKey","AccessKeyId":"unknown","Now":"2030-01-01"})");
  EXPECT_EQ(denied.status, 0);
  EXPECT_EQ(
      denied.out,
      R"({"Verdict":"Deny","Decision":{"Verdict":"Deny",)"
      R"("Reason":"unknown-access-key",)"
      R"("RuleId":null,"MissingFactors":[],"ValidUntil":null},)"
      R"("Class":"Managing","Login":{"Kind":"AccessKey","Usable":false},)"
      R"("TrustedSession":true,"Required":[],"KeyAssumedUsable":true,)"
      R"("Rules":[{"RuleId":"aar-1234567890abcdef1234567890abcdef",)"
      R"("IpRanges":["192.0.2.0/24"],"IpRangeCount":1,)"
      R"("IpRange":"Failed","Ca":"NotReached","Cn":"NotReached",)"
      R"("By":{"IpRange":null,"CaId":null,"Cn":null}}],)"
      R"("Remedies":[{"Kind":"Login+Certificate+Address",)"
      R"("Text":"sign with access key `ROOTKEY0000000000001` instead of )"
      R"(`unknown`, present a certificate of CA )"
      R"(`ca-fedcba0987654321fedcba0987654321` with CN `client.a`, call from )"
      R"(192.0.2.0/24","Request":{"Service":"api","Method":"ReadAccessKeys",)"
      R"("ClientIp":"192.0.2.0","Login":"AccessKey",)"
      R"("AccessKeyId":"ROOTKEY0000000000001","Certificate":{"CaIds":)"
      R"(["ca-fedcba0987654321fedcba0987654321"],"Cn":"client.a"},)"
      R"("Now":"2030-01-01T00:00:00.000+0000"}}],)"
      R"("Notes":[],"SimilarMethod":null})"
      "\n");
  // The remedy is a request line.
  const auto remedy = nlohmann::json::parse(denied.out)["Remedies"][0];
  const Result allowed = ExplainTrusted("json", remedy["Request"].dump());
  EXPECT_THAT(allowed.out,
              StartsWith(R"({"Verdict":"Allow","Decision":{"Verdict":"Allow",)"
                         R"("Reason":"rule-matched",)"));
  EXPECT_THAT(
      allowed.out,
      HasSubstr(R"("IpRange":"Satisfied","Ca":"Satisfied","Cn":"Satisfied",)"
                R"("By":{"IpRange":"192.0.2.0/24","CaId":)"
                R"("ca-fedcba0987654321fedcba0987654321","Cn":"client.a"}}],)"
                R"("Remedies":[],"Notes":[],"SimilarMethod":null})"));
}

TEST(ExplainTest, RemediesKeepWhatTheyDoNotChange) {
  const auto request_of = [](const std::string& line) {
    return nlohmann::json::parse(
               ExplainTrusted("json", line).out)["Remedies"][0]["Request"]
        .dump();
  };
  // A certificate that does not matter, login/password, and no date.
  EXPECT_EQ(
      request_of(R"({"Service":"oapi","Method":"ReadCas",)"
                 R"("ClientIp":"203.0.113.7",)"
                 R"("Login":"Password","Certificate":{"CaIds":)"
                 R"(["ca-fedcba0987654321fedcba0987654321"],)"
                 R"("Cn":"client.a"}})"),
      R"({"Certificate":{"CaIds":["ca-fedcba0987654321fedcba0987654321"],)"
      R"("Cn":"client.a"},"ClientIp":"192.0.2.0","Login":"Password",)"
      R"("Method":"ReadCas","Service":"oapi"})");
  EXPECT_EQ(request_of(R"({"Service":"fcu","Method":"DescribeRegions",)"
                       R"("ClientIp":"::1","Login":"Password"})"),
            R"({"ClientIp":"::1","Method":"DescribeRegions","Service":"fcu"})");
}

TEST(ExplainTest, TextHasTheDecisiveLineFirst) {
  const Result result = RunProgram(
      {"explain", "--account", AccountDir("trusted"), "--now=2030-01-01"},
      R"({"Service":"api","Method":"ReadVms","ClientIp":"203.0.113.7",)"
      R"("Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001"})"
      "\nnonsense\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              StartsWith("1 access key of the root user, none of EIM users, 1 "
                         "rule, 1 CA; all users listed\n"
                         "Deny  source-ip-not-allowed  api ReadVms from "
                         "203.0.113.7"));
  EXPECT_THAT(result.out, HasSubstr("\n  remedy    call from 192.0.2.0/24\n"
                                    "Deny  error "));
}

constexpr const char* kByTheOffice =
    R"("Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",)"
    R"("Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001")";

// Runs `test` of the account `trusted` at 2030-01-01 on the standard input.
Result TestTrusted(const std::string& input,
                   const std::string& format = "text") {
  return RunProgram({"test", "--account", AccountDir("trusted"),
                     "--now=2030-01-01", "--format=" + format, "-"},
                    input);
}

// A line of an office's request and `more`.
std::string ByTheOffice(const std::string& more) {
  return std::string("{") + kByTheOffice + "," + more + "}\n";
}

TEST(TestTest, TheSampleExpectationsHoldAndTouchAllRules) {
  const struct {
    const char* account;
    const char* held;
    const char* coverage;
  } kCases[] = {
      {"ready", "5 of 5", "6 of 6"},
      {"blocked", "5 of 5", "8 of 8"},
      {"eim-users", "7 of 7", "12 of 12"},
      {"trusted", "8 of 8", "8 of 8"},
  };
  for (const auto& c : kCases) {
    const std::string folder = AccountDir(c.account);
    const Result result =
        RunProgram({"test", "--account", folder, "--now=2030-01-01",
                    folder + "/expectations.jsonl"});
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_THAT(result.out,
                HasSubstr("Expectations: " + std::string(c.held) + " held\n"));
    EXPECT_THAT(result.out,
                HasSubstr("Rule coverage: " + std::string(c.coverage) +
                          " ways exercised\n"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(TestTest, ExplainsWhatDoesNotHold) {
  const Result result = TestTrusted(
      ByTheOffice(R"("Expect":"Allow")") + "\n \r\n" +
      ByTheOffice(R"("Name":"a\u001b`b","Expect":"Deny","Id":"7")") +
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"::","Expect":"Allow","Reason":"public"})");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.out,
      StartsWith(
          "1 access key of the root user, none of EIM users, 1 rule, 1 CA; all "
          "users listed\n"
          "-:4: `a\\x1b\\x60b`: expected Deny, got Allow rule-matched by "
          "`aar-1234567890abcdef1234567890abcdef`\n"
          "Allow rule-matched           api ReadVms from 192.0.2.7 "));
  EXPECT_THAT(result.out, HasSubstr("; Id 7\n  class     Ordinary"));
  EXPECT_THAT(
      result.out,
      testing::EndsWith(
          "\nExpectations: 2 of 3 held\n"
          "Rule coverage: 2 of 8 ways exercised\n"
          "  `aar-1234567890abcdef1234567890abcdef`  matched 2, never missed; "
          "IpRange satisfied 2, never failed; Ca never satisfied, never "
          "failed; Cn never satisfied, never failed\n"));
}

// Each is allowed by the one rule.
TEST(TestTest, VerdictReasonAndRuleCount) {
  const struct {
    const char* expected;
    int status;
  } kCases[] = {
      {R"("Expect":"Allow")", 0},
      {R"("Expect":"Deny")", 1},
      {R"("Expect":"Deny","Reason":"no-rules")", 1},
      {R"("Expect":"Allow","Reason":"rule-matched")", 0},
      {R"("Expect":"Allow","Reason":"exempt")", 1},
      {R"("Expect":"Allow","RuleId":"aar-1234567890abcdef1234567890abcdef")",
       0},
      {R"("Expect":"Allow","RuleId":"aar-1234567890abcdef1234567890abcdee")",
       1},
  };
  for (const auto& c : kCases) {
    for (const std::string format : {"text", "json", "junit"}) {
      const Result result = TestTrusted(ByTheOffice(c.expected), format);
      EXPECT_EQ(result.status, c.status) << c.expected;
      EXPECT_THAT(result.err, IsEmpty());
      if (format == "json") {
        const auto json = nlohmann::json::parse(result.out);
        EXPECT_EQ(json["Held"], 1 - c.status) << c.expected;
        EXPECT_EQ(json["Failed"], c.status) << c.expected;
        EXPECT_EQ(json["Expectations"][0]["Held"], c.status == 0);
      } else {
        EXPECT_THAT(
            result.out,
            HasSubstr(format == "junit"
                          ? "failures=\"" + std::to_string(c.status)
                          : "\nExpectations: " + std::to_string(1 - c.status) +
                                " of 1 held\n"))
            << c.expected;
      }
    }
  }
}

TEST(TestTest, JsonIsOneLine) {
  const Result result = TestTrusted(
      "\n" + ByTheOffice(R"("Expect":"Deny","Reason":"no-rules","Id":"7")"),
      "json");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(
      result.out,
      R"({"Held":0,"Failed":1,"Expectations":[{"Id":"7","File":"-","Line":2,)"
      R"("Name":null,"Held":false,)"
      R"("Expected":{"Verdict":"Deny","Reason":"no-rules","RuleId":null},)"
      R"("Decision":{"Verdict":"Allow","Reason":"rule-matched",)"
      R"("RuleId":"aar-1234567890abcdef1234567890abcdef",)"
      R"("MissingFactors":[],"ValidUntil":"2030-01-01T00:30:00.000+0000"}}],)"
      R"("Coverage":{"Exercised":2,"Ways":8,"Rules":[)"
      R"({"RuleId":"aar-1234567890abcdef1234567890abcdef",)"
      R"("Matched":1,"Missed":0,"IpRange":{"Satisfied":1,"Failed":0},)"
      R"("Ca":{"Satisfied":0,"Failed":0},"Cn":{"Satisfied":0,"Failed":0}}]}})"
      "\n");
}

TEST(TestTest, DecidesAtTheInstantOfTheLineOrOfTheOptionOrNow) {
  const auto test = [](const std::vector<std::string>& more,
                       const std::string& line) {
    std::vector<std::string> arguments = {"test", "--account",
                                          AccountDir("trusted"), "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, line).status;
  };
  // The key expires at half past midnight, the test's clock says noon.
  const std::string expired =
      ByTheOffice(R"("Expect":"Deny","Reason":"access-key-expired")");
  EXPECT_EQ(test({}, expired), 0);
  EXPECT_EQ(test({"--now=2030-01-01T00:29:59Z"}, expired), 1);
  EXPECT_EQ(
      test({"--now=2030-01-01"},
           ByTheOffice(R"("Expect":"Deny","Now":"2030-01-01T00:30:00Z")")),
      0);
}

TEST(TestTest, AsksTheClockOnceAndOnlyWhereADateIsMissing) {
  int asked = 0;
  const auto run = [&](const std::string& input) {
    asked = 0;
    std::istringstream in(input);
    std::ostringstream out;
    RunCli(std::vector<std::string>{"test", "--account", AccountDir("trusted"),
                                    "-"},
           {.in = in, .out = out, .err = out, .clock = [&] {
              ++asked;
              return At("2030-01-01");
            }});
    return asked;
  };
  const std::string line = ByTheOffice(R"("Expect":"Allow")");
  EXPECT_EQ(run(line + line), 1);
  EXPECT_EQ(run(ByTheOffice(R"("Expect":"Allow","Now":"2030-01-01")")), 0);
}

TEST(TestTest, DeclaredMethodsAreOrdinary) {
  const std::string line =
      R"({"Service":"api","Method":"New","ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"ROOTKEY0000000000001","Now":"2030-01-01","Expect":"Allow"})";
  EXPECT_EQ(RunProgram({"test", "--account", AccountDir("trusted"), "-"}, line)
                .status,
            1);
  EXPECT_EQ(RunProgram({"test", "--account", AccountDir("trusted"),
                        "--ordinary", "api:New", "-"},
                       line)
                .status,
            0);
}

TEST(TestTest, AllFilesAreReadBeforeAnythingIsJudged) {
  AccountCopy folder("trusted");
  const std::string good = folder.path() + "/expectations.jsonl";
  const std::string bad = folder.path() + "/bad.jsonl";
  const struct {
    std::string text;
    std::string message;
  } kCases[] = {
      {"", ": expected expectations, one a line, got none\n"},
      {"\n \t\r\n", ": expected expectations, one a line, got none\n"},
      {ByTheOffice(R"("Expect":"Allow")") + "\n{\n",
       ":3: column 2: expected a whole object on one line"},
      {ByTheOffice(R"("Id":"7")"), ":1: $.Expect: expected a string"},
      {"\n" + ByTheOffice(R"("Expect":"Deny","Reason":"public")"),
       ":2: $.Reason: expected a reason of Deny"},
  };
  for (const auto& c : kCases) {
    std::ofstream(bad) << c.text;
    for (const std::string format : {"text", "json", "junit"}) {
      const Result result =
          RunProgram({"test", "--account", folder.path(), "--now=2030-01-01",
                      "--format", format, good, bad});
      EXPECT_EQ(result.status, 2) << c.text;
      EXPECT_THAT(result.out, IsEmpty()) << c.text;
      EXPECT_THAT(result.err,
                  StartsWith("api-access test: " + bad + c.message));
    }
  }
  const Result missing = RunProgram(
      {"test", "--account", folder.path(), good, folder.path() + "/missing"});
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.err, "api-access test: " + folder.path() +
                             "/missing: expected a file to read\n");
  const Result a_folder =
      RunProgram({"test", "--account", folder.path(), folder.path()});
  EXPECT_EQ(a_folder.status, 2);
  EXPECT_THAT(a_folder.err, HasSubstr(": expected a regular file, got a "
                                      "folder\n"));
}

TEST(TestTest, SeveralFilesAreOneReport) {
  AccountCopy folder("trusted");
  const std::string first = folder.path() + "/expectations.jsonl";
  const std::string second = folder.path() + "/second.jsonl";
  std::ofstream(second) << ByTheOffice(R"("Expect":"Deny")");
  const Result result = RunProgram(
      {"test", "--account", folder.path(), "--now=2030-01-01", first, second});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr('\n' + second + ":1: expected Deny, got "));
  EXPECT_THAT(result.out, HasSubstr("\nExpectations: 8 of 9 held\n"));
}

TEST(ParseTest, OneJsonLineForEachLine) {
  EXPECT_EQ(RunProgram({"parse", "ip"}, "::ffff:192.0.2.7\n2001:DB8::7").out,
            "{\"Value\":\"192.0.2.7\"}\n{\"Value\":\"2001:db8::7\"}\n");
  EXPECT_EQ(RunProgram({"parse", "range"}, "192.0.2.0/16\n").out,
            "{\"Value\":\"192.0.0.0/16\"}\n");
  EXPECT_EQ(RunProgram({"parse", "timestamp"}, "2063-04-05\n").out,
            "{\"Value\":\"2063-04-05T00:00:00.000+0000\"}\n");
  EXPECT_EQ(RunProgram({"parse", "ip"}, "::\n").status, 0);
}

TEST(ParseTest, ErrorsNameThePartThatIsWrong) {
  const Result result =
      RunProgram({"parse", "timestamp"},
                 "2030-02-29\n2030-01-01T00:00:00\n2030-01-01T24:00:00Z\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              testing::MatchesRegex(".*a day .*\n.*a zone .*\n.*an hour .*\n"));
}

TEST(ParseTest, AnyBytesGiveValidJson) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) {
    if (i != '\n') every_byte += static_cast<char>(i);
  }
  for (const std::string kind : {"ip", "range", "timestamp"}) {
    std::string input = "\n\r\n" + every_byte + "\n";
    for (int i = 0; i < 256; ++i) {
      if (i == '\n') continue;
      input += std::string(1, static_cast<char>(i)) + "\n";
    }
    const Result result = RunProgram({"parse", kind}, input);
    EXPECT_EQ(result.status, 1);
    std::istringstream lines(result.out);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      EXPECT_TRUE(json.is_object() && json.contains("Error")) << line;
    }
    EXPECT_EQ(count, 258);
  }
}

TEST(FactorsTest, TextShowsTwoTablesWhenItDepends) {
  const std::string out =
      RunProgram({"factors", "--account", AccountDir("blocked")}).out;
  EXPECT_THAT(out, HasSubstr("From addresses where none is asked for:"));
  EXPECT_THAT(out, HasSubstr("From addresses where one is asked for:"));
}

}  // namespace
}  // namespace api_access::examples
