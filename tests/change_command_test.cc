// The commands change, plan and forecast.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "api_access/json/changes.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/effects.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/run_program.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

namespace api_access::examples {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kOfficeRule[] = "aar-00000000000000000000000000000001";
constexpr char kCiRule[] = "aar-00000000000000000000000000000002";
constexpr char kCa[] = "ca-fedcba0987654321fedcba0987654321";
const std::string kCallers = API_ACCESS_SOURCE_DIR
    "/examples/changes/"
    "callers.jsonl";

Result RunWith(std::vector<std::string> arguments,
               const std::vector<std::string>& more,
               const std::string& input = "") {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments, input);
}

// Tries a call on the account `office`; the request is the standard input.
Result TryCall(const std::string& call, const std::string& request,
               const std::vector<std::string>& more = {}) {
  return RunWith({"change", "--account", AccountDir("office"),
                  "--now=2030-01-01", "--call", call, "--request", "-"},
                 more, request);
}

// Takes the CI rule away.
std::string DeleteRule(const std::string& id) {
  return R"({"ApiAccessRuleId":")" + id + R"("})";
}

TEST(ChangeCommandTest, AcceptedAsJson) {
  const Result result = TryCall("DeleteApiAccessRule", DeleteRule(kCiRule),
                                {"--callers", kCallers, "--format=json"});
  EXPECT_EQ(result.status, 0);
  const json answer = json::parse(result.out);
  EXPECT_EQ(answer["Accepted"], true);
  EXPECT_EQ(answer["Refusals"], json::array());
  EXPECT_EQ(answer["LockOut"], "None");
  EXPECT_EQ(answer["ManageableUntil"], "2030-01-20T00:00:00.000+0000");
  ASSERT_EQ(answer["Callers"].size(), 3U);
  EXPECT_EQ(answer["Callers"][0]["Name"], "admin");
  EXPECT_EQ(answer["Callers"][0]["Lost"], json::array());
  EXPECT_EQ(answer["Callers"][1]["CanManageBefore"], true);
  EXPECT_EQ(answer["Callers"][1]["CanManageAfter"], false);
  EXPECT_EQ(answer["Callers"][1]["Lost"][0],
            json({{"Service", "api"},
                  {"Class", "Ordinary"},
                  {"Reason", "source-ip-not-allowed"}}));
  EXPECT_EQ(
      answer["Undo"],
      json::array(
          {{{"Call", "CreateApiAccessRule"},
            {"Request",
             {{"Description", "CI"}, {"IpRanges", {"198.51.100.7/32"}}}}}}));
}

TEST(ChangeCommandTest, RefusedAsJson) {
  const Result result =
      TryCall("CreateAccessKey", "{}",
              {"--callers", kCallers, "--format=json", "--new-id=KEY"});
  EXPECT_EQ(result.status, 1);
  const json answer = json::parse(result.out);
  EXPECT_EQ(answer["Accepted"], false);
  ASSERT_EQ(answer["Refusals"].size(), 1U);
  EXPECT_EQ(answer["Refusals"][0]["Code"], "key-never-expires");
  EXPECT_EQ(answer["Refusals"][0]["Subject"], "KEY");
  EXPECT_EQ(answer["Refusals"][0]["ProviderCode"], 4118);
  EXPECT_EQ(answer["LockOut"], "NotAssessed");
  EXPECT_EQ(answer["Callers"], json::array());
  EXPECT_EQ(answer["Undo"], json::array());
}

TEST(ChangeCommandTest, ALockOutCannotBeOverlooked) {
  const TemporaryFolder folder;
  const std::string callers = folder.Write(
      "callers",
      R"({"Name":"ci","ClientIp":"198.51.100.7",)"
      R"("Login":"AccessKey","AccessKeyId":"CIKEY000000000000001"})");
  const Result result = TryCall("DeleteApiAccessRule", DeleteRule(kCiRule),
                                {"--callers", callers});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.out, HasSubstr("\nLOCKED OUT: nobody named can manage"));
  EXPECT_THAT(result.out, HasSubstr("`ci` can no longer manage\n"));
  EXPECT_THAT(result.out,
              HasSubstr("    loses Ordinary of api, fcu, lbu, directlink and "
                        "eim, Managing of api and eim, "));
  // The way back stands before the call.
  const std::size_t back = result.out.find("octl iaas api CreateApiAccessRule");
  const std::size_t call = result.out.find("octl iaas api DeleteApiAccessRule");
  ASSERT_NE(back, std::string::npos);
  EXPECT_LT(back, call);
  // Nobody named could manage before it either.
  const Result again = RunProgram(
      {"change", "--account", AccountDir("trusted"), "--now=2030-01-01",
       "--call=UpdateCa", "--request=-", "--callers", callers},
      std::string(R"({"CaId":")") + kCa + R"("})");
  EXPECT_EQ(again.status, 3);
  EXPECT_THAT(again.out, HasSubstr("\nALREADY LOCKED OUT: "));
  EXPECT_THAT(again.out, HasSubstr("No call takes it back\n"));
}

TEST(ChangeCommandTest, WithoutCallersNothingIsCalledSafe) {
  const Result result = TryCall("DeleteApiAccessRule", DeleteRule(kCiRule));
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Lock-out not assessed"));
}

TEST(ChangeCommandTest, ALossFailsWhereThatIsAskedFor) {
  const std::vector<std::string> callers = {"--callers", kCallers};
  const std::vector<std::string> fail_on = {"--callers", kCallers,
                                            "--fail-on=lost"};
  const std::string rule = DeleteRule(kCiRule);
  EXPECT_EQ(TryCall("DeleteApiAccessRule", rule, callers).status, 0);
  EXPECT_EQ(TryCall("DeleteApiAccessRule", rule, fail_on).status, 1);
  EXPECT_EQ(
      TryCall("UpdateCa", std::string(R"({"CaId":")") + kCa + R"("})", fail_on)
          .status,
      0);
}

TEST(ChangeCommandTest, WritesTheNewAccount) {
  const TemporaryFolder folder;
  const std::string written = (folder.path() / "new").string();
  const Result result =
      TryCall("DeleteApiAccessRule", DeleteRule(kCiRule), {"--write", written});
  EXPECT_EQ(result.status, 0);
  const Account before = Valid(ReadAccountFolder(AccountDir("office"))).account;
  EXPECT_EQ(
      Valid(ReadAccountFolder(written)).account,
      *Valid(Apply(before, DeleteApiAccessRule{.api_access_rule_id = kCiRule},
                   At("2030-01-01")))
           .account);
  // It is not empty any more.
  const Result again =
      TryCall("DeleteApiAccessRule", DeleteRule(kCiRule), {"--write", written});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.out, IsEmpty());
  EXPECT_THAT(again.err,
              HasSubstr("--write: " + written +
                        ": expected nothing or an empty folder there"));
}

TEST(ChangeCommandTest, WritesNothingWhereItIsRefusedOrCannotBeUsed) {
  const TemporaryFolder folder;
  const std::string to = (folder.path() / "new").string();
  EXPECT_EQ(TryCall("CreateAccessKey", "{}", {"--write", to}).status, 1);
  EXPECT_EQ(TryCall("CreateAccessKey", "{", {"--write", to}).status, 2);
  // No file has a name with a slash.
  const Result slash = TryCall("CreateAccessKey",
                               R"({"UserName":"a/b",)"
                               R"("ExpirationDate":"2030-01-02"})",
                               {"--write", to});
  EXPECT_EQ(slash.status, 2);
  EXPECT_THAT(slash.out, IsEmpty());
  EXPECT_THAT(slash.err, HasSubstr("--write: EIM user `a/b`: expected a user"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  const Result nowhere =
      TryCall("UpdateCa", R"({"CaId":"x"})", {"--write", to + "/further"});
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("there is no folder"));
}

TEST(ChangeCommandTest, BadInputNamesTheOption) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } kCases[] = {
      {{}, "--call: expected this option"},
      {{"--call=UpdateCa"}, "--request: expected this option"},
      {{"--call=ReadCas", "--request=-"}, "--request: `-`: "},
      {{"--call=UpdateCa", "--request=/nowhere"}, "--request: /nowhere: "},
      {{"--call=UpdateCa", "--request=-", "--callers=-"},
       "--callers: expected a file, as the request is the standard input"},
      {{"--call=UpdateCa", "--request=-", "--callers=/nowhere"},
       "--callers: /nowhere: expected a file"},
      {{"--call=UpdateCa", "--request=-", "--fail-on=gained"},
       "--fail-on: expected lost, got `gained`"},
      {{"--call=UpdateCa", "--request=-", "--fail-on=lost"},
       "--fail-on: expected --callers with it, got none"},
      {{"--call=CreateCa", "--request=-", "--new-id="}, "--request: `-`: "},
      {{"--call=UpdateCa", "--request=-", "--now=soon"}, "--now: "},
  };
  for (const auto& c : kCases) {
    const Result result = RunWith({"change", "--account", AccountDir("office")},
                                  c.arguments, "{}");
    EXPECT_EQ(result.status, 2) << c.message;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(c.message));
  }
  const Result nobody =
      TryCall("UpdateCa", R"({"CaId":"x"})", {"--callers", "/dev/null"});
  EXPECT_EQ(nobody.status, 2);
  const Result exists =
      TryCall("CreateCa", R"({"CaPem":"x"})", {"--new-id", kCa});
  EXPECT_EQ(exists.status, 2);
  EXPECT_THAT(exists.err, HasSubstr("expected the id of a new CA, got"));
}

// What a shell makes of the line, with a stand-in for octl that prints its
// arguments, one a line.
std::vector<std::string> InShell(const std::string& line) {
  const TemporaryFolder folder("shell");
  const std::filesystem::path program = folder.path() / "octl";
  folder.Write("octl", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  folder.Write("line", "cd " + folder.path().string() + "\nPATH=.:$PATH\n" +
                           line + "\n");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      popen(("sh " + (folder.path() / "line").string() + " 2>&1").c_str(), "r"),
      pclose);
  std::vector<std::string> lines(1);
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += static_cast<char>(c);
    }
  }
  lines.pop_back();
  // Nothing else was written.
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name == "octl" || name == "line") << name;
  }
  return lines;
}

TEST(ChangeCommandTest, CommandsAreSafeToPaste) {
  const std::string nasty =
      "a'b\"c$(touch pwned)`touch pwned`\n;touch pwned\t\\'"
      "\x1b[31m\xc3\xa9";
  const std::vector<Change> changes = {
      DeleteAccessKey{.access_key_id = nasty, .user_name = nasty},
      CreateApiAccessRule{.rule = {.ca_ids = {nasty, "''"},
                                   .cns = {nasty},
                                   .description = nasty}}};
  for (const Change& change : changes) {
    const std::string line = Valid(CommandLine(change));
    for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    EXPECT_THAT(InShell(line),
                ElementsAre("iaas", "api", std::string(CallOf(change)),
                            "--payload", FormatRequest(change)));
  }
  // JSON would hold another text.
  EXPECT_FALSE(CommandLine(DeleteCa{.ca_id = "\xff"}).ok());
}

TEST(ChangeCommandTest, EveryPrintedCommandIsTheCall) {
  const Result result =
      RunProgram({"plan", "--account", AccountDir("office"), "--now=2030-01-01",
                  "--activate", "--max-access-key-expiration-seconds=2592000",
                  "--ca", kCa});
  int lines = 0;
  std::istringstream text(result.out);
  for (std::string line; std::getline(text, line);) {
    const std::size_t begin = line.find("octl ");
    if (begin == std::string::npos) continue;
    ++lines;
    const std::vector<std::string> words = InShell(line);
    ASSERT_EQ(words.size(), 5U) << line;
    EXPECT_TRUE(ParseChange(words[2], words[4], "new").ok()) << line;
  }
  EXPECT_EQ(lines, 6);  // three calls, and what takes each of them back
}

Result TryPlan(const std::vector<std::string>& more,
               const std::string& input = "") {
  return RunWith(
      {"plan", "--account", AccountDir("office"), "--now=2030-01-01"}, more,
      input);
}

TEST(PlanCommandTest, AnActivationThatStrandsACallerForSomeSteps) {
  const Result result =
      TryPlan({"--activate", "--ca", kCa, "--callers", kCallers,
               "--format=json", "--max-access-key-expiration-seconds=2592000"});
  EXPECT_EQ(result.status, 0);
  const json plan = json::parse(result.out);
  ASSERT_EQ(plan["Steps"].size(), 3U);
  EXPECT_EQ(plan["Steps"][0]["Address"], nullptr);
  EXPECT_EQ(plan["Steps"][0]["NewId"], nullptr);
  EXPECT_EQ(plan["Steps"][0]["Call"], "UpdateApiAccessRule");
  EXPECT_EQ(plan["Steps"][0]["Request"]["ApiAccessRuleId"], kCiRule);
  EXPECT_THAT(plan["Steps"][0]["Callers"][1]["Lost"], Not(IsEmpty()));
  EXPECT_EQ(plan["Steps"][2]["Call"], "UpdateApiAccessPolicy");
  EXPECT_THAT(plan["Steps"][2]["Callers"][1]["Gained"], Not(IsEmpty()));
  EXPECT_EQ(plan["Open"], json::array());
  EXPECT_EQ(plan["LockOut"], "None");
  EXPECT_EQ(
      TryPlan({"--activate", "--ca", kCa, "--callers", kCallers,
               "--fail-on=lost", "--max-access-key-expiration-seconds=2592000"})
          .status,
      1);
}

TEST(PlanCommandTest, WhatStaysOpenIsNamed) {
  const TemporaryFolder folder;
  const std::string to = (folder.path() / "new").string();
  const Result result =
      TryPlan({"--activate", "--max-access-key-expiration-seconds=2592000",
               "--write", to});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("Open: 2 items\n  rule-without-ca"));
  EXPECT_FALSE(std::filesystem::exists(to));
}

TEST(PlanCommandTest, ChangesOneALine) {
  const TemporaryFolder folder;
  const std::string to = (folder.path() / "new").string();
  const std::string rule = R"({"Call":"CreateApiAccessRule","Request":)"
                           R"({"IpRanges":["203.0.113.0/24"]}})"
                           "\n";
  const Result result = TryPlan({"--changes=-", "--write", to}, rule + rule);
  EXPECT_EQ(result.status, 0);
  const Account account = Valid(ReadAccountFolder(to)).account;
  ASSERT_EQ(account.rules().size(), 5U);
  EXPECT_EQ(account.rules()[3].id(), "new-1");
  EXPECT_EQ(account.rules()[4].id(), "new-2");
}

TEST(PlanCommandTest, TheFirstRefusalEndsIt) {
  const TemporaryFolder folder;
  const std::string to = (folder.path() / "new").string();
  const std::string changes =
      R"({"Call":"DeleteCa","Request":{"CaId":"ca-none"}})"
      "\n"
      R"({"Call":"UpdateCa","Request":{"CaId":"x"}})"
      "\n";
  const Result text = TryPlan({"--changes=-", "--write", to}, changes);
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.out, HasSubstr("Step 1 DeleteCa: refused\n  unknown-ca"));
  EXPECT_THAT(text.out, HasSubstr("Step 2 UpdateCa: not tried\n"));
  EXPECT_FALSE(std::filesystem::exists(to));
  const Result as_json = TryPlan({"--changes=-", "--format=json"}, changes);
  EXPECT_EQ(json::parse(as_json.out)["Steps"].size(), 1U);
}

TEST(PlanCommandTest, ALockOutAtSomeStepStopsAPipeline) {
  const TemporaryFolder folder;
  const std::string callers = folder.Write(
      "callers",
      R"({"Name":"ci","ClientIp":"198.51.100.7",)"
      R"("Login":"AccessKey","AccessKeyId":"CIKEY000000000000001"})");
  const std::string out = R"({"Call":"DeleteApiAccessRule","Request":)" +
                          DeleteRule(kCiRule) + "}\n";
  const std::string back = R"({"Call":"CreateApiAccessRule","Request":)"
                           R"({"IpRanges":["198.51.100.0/24"]}})"
                           "\n";
  const Result result =
      TryPlan({"--changes=-", "--callers", callers}, out + back);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.out, HasSubstr("  LOCKED OUT: nobody named"));
  EXPECT_THAT(result.out, HasSubstr("\nNo lock-out: somebody named"));
}

TEST(PlanCommandTest, ATerraformPlanThatTakesTheCertificateAway) {
  const std::vector<std::string> plan = {
      "--terraform",
      API_ACCESS_SOURCE_DIR "/examples/changes/terraform_plan.json",
      "--callers", kCallers};
  const Result text = TryPlan(plan);
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, HasSubstr("Step 1 UpdateApiAccessRule of "
                                  "`outscale_api_access_rule.office`"));
  EXPECT_THAT(text.out,
              HasSubstr("`office without certificate` can manage from now on"));
  EXPECT_THAT(text.out,
              testing::EndsWith("These are the calls of version 1.8.0 of the "
                                "provider's Terraform plug-in\n"));
  const Result as_json = RunWith({"plan", "--account", AccountDir("office"),
                                  "--now=2030-01-01", "--format=json"},
                                 plan);
  const json step = json::parse(as_json.out)["Steps"][0];
  EXPECT_EQ(step["Address"], "outscale_api_access_rule.office");
  EXPECT_EQ(step["Request"],
            json({{"ApiAccessRuleId", kOfficeRule},
                  {"Description", "Office"},
                  {"IpRanges", {"192.0.2.0/24", "203.0.113.0/24"}}}));
}

TEST(PlanCommandTest, OnePlanIsAskedFor) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } kCases[] = {
      {{}, "expected --changes, --activate or --terraform, got none of them"},
      {{"--changes=x", "--activate"},
       "--activate: expected one plan, --changes is given too"},
      {{"--activate"}, "--max-access-key-expiration-seconds: expected this"},
      {{"--activate", "--max-access-key-expiration-seconds=x"},
       "--max-access-key-expiration-seconds: expected a 64-bit integer"},
      {{"--activate", "--max-access-key-expiration-seconds=1", "--ca="},
       "--ca: expected a value, got an empty one"},
      {{"--changes=-", "--ca=x"},
       "--ca: expected it together with --activate only"},
      {{"--changes=-", "--callers=-"},
       "--callers: expected a file, as the plan is the standard input"},
      {{"--changes=-"}, "--changes: `-`: "},
      {{"--terraform=-"}, "--terraform: `-`: "},
      {{"--terraform=/nowhere"}, "--terraform: /nowhere: expected a file"},
  };
  for (const auto& c : kCases) {
    const Result result = TryPlan(c.arguments, "{}");
    EXPECT_EQ(result.status, 2) << c.message;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(c.message));
  }
}

Result ForecastOffice(const std::vector<std::string>& more) {
  return RunWith({"forecast", "--account", AccountDir("office"),
                  "--now=2030-01-01", "--callers", kCallers},
                 more);
}

TEST(ForecastCommandTest, TheKeyThatExpiresOnSunday) {
  const Result text = ForecastOffice({"--until=2030-01-07"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out,
              HasSubstr("`ci` can manage until 2030-01-06T00:00:00.000+0000\n"
                        "    2030-01-06T00:00:00.000+0000\n"
                        "      loses "));
  const Result as_json =
      ForecastOffice({"--until=2030-01-07", "--format=json"});
  const json forecast = json::parse(as_json.out);
  EXPECT_EQ(forecast["ManageableUntil"], "2030-01-20T00:00:00.000+0000");
  EXPECT_EQ(forecast["Callers"][0]["Events"], json::array());
  EXPECT_EQ(forecast["Callers"][1]["Events"][0]["At"],
            "2030-01-06T00:00:00.000+0000");
}

TEST(ForecastCommandTest, StatusesByTheHorizon) {
  EXPECT_EQ(ForecastOffice({}).status, 0);
  EXPECT_EQ(ForecastOffice({"--until=2030-01-19T23:59:59.999Z"}).status, 0);
  EXPECT_EQ(ForecastOffice({"--until=2030-01-20"}).status, 3);
  const std::string end = std::string(kCa) + "=2030-01-02";
  EXPECT_EQ(ForecastOffice({"--ca-end", end, "--until=2030-01-05"}).status, 0);
  EXPECT_EQ(ForecastOffice({"--ca-end", end, "--until=2030-01-06"}).status, 3);
  const Result nobody =
      RunProgram({"forecast", "--account", AccountDir("trusted"),
                  "--now=2031-01-01", "--callers", kCallers});
  EXPECT_EQ(nobody.status, 3);
  EXPECT_THAT(nobody.out, HasSubstr("LOCKED OUT: nobody named can manage now"));
}

// A mistyped caller would look like one who is locked out.
TEST(ForecastCommandTest, SaysWhySomebodyCannotManage) {
  const TemporaryFolder folder;
  const std::string callers = folder.Write(
      "callers",
      R"({"Name":"typo","ClientIp":"198.51.100.7",)"
      R"("Login":"AccessKey","AccessKeyId":"CIKEY000000000000002"})");
  const Result forecast =
      RunProgram({"forecast", "--account", AccountDir("office"),
                  "--now=2030-01-01", "--callers", callers});
  EXPECT_THAT(forecast.out,
              HasSubstr("`typo` cannot manage: unknown-access-key\n"));
  const Result change = TryCall("DeleteApiAccessRule", DeleteRule(kCiRule),
                                {"--callers", callers});
  EXPECT_THAT(change.out,
              HasSubstr("`typo` cannot manage: unknown-access-key\n"));
}

TEST(ForecastCommandTest, BadInput) {
  EXPECT_EQ(RunProgram({"forecast", "--account", AccountDir("office")}).status,
            2);
  for (const std::string option :
       {"--until=2029-12-31", "--ca-end=ca-x=2031-01-01", "--ca-end=ca",
        "--until=x"}) {
    const Result result = ForecastOffice({option});
    EXPECT_EQ(result.status, 2) << option;
    EXPECT_THAT(result.out, IsEmpty());
  }
}

}  // namespace
}  // namespace api_access::examples
