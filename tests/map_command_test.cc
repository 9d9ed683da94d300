// The commands map and diff, and --diff of change and plan.

#include <sstream>
#include <string>
#include <vector>

#include "api_access/access_map.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/access_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/run_program.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const Timestamp kNow = At("2030-01-01");

std::string MapTextOf(const Account& account) {
  return MapText(account, Valid(MapAccess(account)), kNow);
}

TEST(MapCommandTest, AsJson) {
  const Result result =
      RunProgram({"map", "--account", AccountDir("trusted"), "--format=json"});
  EXPECT_EQ(result.status, 0);
  const json regions = json::parse(result.out)["Regions"];
  ASSERT_EQ(regions.size(), 2U);
  EXPECT_EQ(regions[0]["Ranges"], json::array({"192.0.2.0/24"}));
  EXPECT_EQ(regions[0]["Requests"][0], json({{"Service", "api"},
                                             {"Class", "Ordinary"},
                                             {"Login", "RootAccessKey"}}));
  EXPECT_EQ(regions[0]["Certificates"],
            json::array({{{"CaIdsNot", json::array()}}}));
  EXPECT_EQ(regions[1]["Certificates"],
            json::parse(R"([{"CaIds":["ca-fedcba0987654321fedcba0987654321"],)"
                        R"("Cns":["client.a"]}])"));
}

TEST(MapCommandTest, AsTextForPeople) {
  const Result result = RunProgram(
      {"map", "--account", AccountDir("office"), "--now=2030-01-01"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.out,
      HasSubstr(
          "\n  198.51.100.7/32, 198.51.100.8/32  root's key or EIM user's key  "
          "all Ordinary, all Managing, all Unlisted  not needed"));
  EXPECT_THAT(result.out, HasSubstr("login/password"));
  EXPECT_THAT(result.out,
              HasSubstr("`aar-00000000000000000000000000000002`, "
                        "`aar-00000000000000000000000000000003`\n"));
  EXPECT_THAT(result.out,
              HasSubstr("of CA `ca-fedcba0987654321fedcba0987654321`"));
  EXPECT_THAT(result.out, Not(HasSubstr("No usable access key")));
  const Result later = RunProgram(
      {"map", "--account", AccountDir("office"), "--now=2030-01-06"});
  EXPECT_THAT(later.out, HasSubstr("No usable access key of an EIM user at "
                                   "2030-01-06T00:00:00.000+0000\n"));
  EXPECT_THAT(later.out, Not(HasSubstr("of the root user at")));
}

TEST(MapTextTest, TheWidestAccessIsFirstAndListsAreFolded) {
  std::vector<std::string> many;
  for (int i = 0; i < 40; ++i) {
    many.push_back("10.0." + std::to_string(2 * i) + ".0/24");
  }
  const std::string text = MapTextOf(CompleteAccount(
      Policy(0, false),
      {Rule("many", many),
       Rule("any4", {"0.0.0.0/0"}, {"ca-1", "ca-2", "ca-3", "ca-4"}, {"cn"}),
       Rule("any6", {"::/0"}, {"ca-1"})},
      {}));
  const std::size_t any6 = text.find("any IPv6 address");
  const std::size_t folded =
      text.find("10.0.0.0/24, 10.0.2.0/24, 10.0.4.0/24 and 37 more");
  ASSERT_NE(any6, std::string::npos);
  ASSERT_NE(folded, std::string::npos);
  EXPECT_LT(any6, folded);
  EXPECT_THAT(text, HasSubstr("of CA `ca-1`, `ca-2`, `ca-3` and 1 more with "
                              "CN `cn`"));
  EXPECT_THAT(text, HasSubstr("No usable access key of the root user"));
  EXPECT_THAT(text, HasSubstr("No usable access key of an EIM user"));
}

TEST(MapTextTest, AWholeFamilyIsAnyAddress) {
  const auto text = [](const std::vector<std::string>& ranges) {
    return MapTextOf(
        CompleteAccount(Policy(0, false), {Rule("r", ranges)}, {Key("K")}));
  };
  EXPECT_THAT(text({"0.0.0.0/1", "128.0.0.0/1"}),
              HasSubstr("\n  any IPv4 address  "));
  EXPECT_THAT(text({"::/0", "0.0.0.0/0"}),
              HasSubstr("\n  any IPv4 address, any IPv6 address  "));
  EXPECT_THAT(text({"::/0", "0.0.0.0/1"}),
              HasSubstr("\n  0.0.0.0/1, any IPv6 address  "));
  EXPECT_THAT(text({"::/1", "8000::/2"}), Not(HasSubstr("any IPv6")));
}

TEST(MapTextTest, ARuleIsNamedWhereItGivesSomething) {
  const auto text = [](bool session) {
    return MapTextOf(CompleteAccount(
        Policy(3600, session),
        {Rule("a", {"192.0.2.0/24"}, {"ca-1"}, {"x"}),
         Rule("b", {"192.0.2.0/25"}, {"ca-2"}), Rule("c", {"10.0.0.0/8"})},
        {Key("K", kNow + seconds{9})}));
  };
  EXPECT_THAT(text(false), HasSubstr("of CA `ca-1` with CN `x`; of CA `ca-2`"));
  EXPECT_THAT(text(false), HasSubstr("`a`, `b`\n"));
  EXPECT_THAT(text(false), HasSubstr("`c`\n"));
  // The session skips the certificate for ordinary methods alone.
  EXPECT_THAT(text(true), HasSubstr("all Ordinary  "));
}

TEST(MapTextTest, TheWidestHundredRegionsAreShown) {
  std::vector<ApiAccessRule> rules;
  for (int i = 0; i < 101; ++i) {
    const std::string n = std::to_string(i);
    rules.push_back(Rule("r" + n, {"10.0." + n + ".0/24"}, {"ca-" + n}));
  }
  const std::string text =
      MapTextOf(CompleteAccount(Policy(0, false), rules, {Key("K")}));
  EXPECT_THAT(text, HasSubstr("10.0.99.0/24"));
  EXPECT_THAT(text, Not(HasSubstr("10.0.100.0/24")));
  EXPECT_THAT(text, HasSubstr("and 1 narrower, which --format json has"));
}

TEST(MapTextTest, NobodyGetsIn) {
  EXPECT_THAT(MapTextOf(CompleteAccount(Policy(0, false), {}, {Key("K")})),
              StartsWith("Nobody gets in, except to public and exempt"));
}

Result DiffSamples(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"diff",
                                        "--before",
                                        AccountDir("ready"),
                                        "--after",
                                        AccountDir("trusted"),
                                        "--now=2030-01-01"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

TEST(DiffCommandTest, AsJson) {
  const Result result = DiffSamples({"--format=json"});
  EXPECT_EQ(result.status, 1);
  const json difference = json::parse(result.out);
  EXPECT_EQ(difference["Equal"], false);
  ASSERT_THAT(difference["Regions"], Not(IsEmpty()));
  for (const json& region : difference["Regions"]) {
    // A witness is a line that decide takes, with different answers.
    const json& witness = region["Witness"];
    ASSERT_TRUE(witness.is_object());
    const auto verdict = [&](const std::string& account) {
      const Result decided = RunProgram(
          {"decide", "--account", AccountDir(account)}, witness.dump());
      return json::parse(decided.out)["Verdict"];
    };
    const bool widened = region["Kind"] == "Widened";
    EXPECT_EQ(verdict("ready"), widened ? "Deny" : "Allow") << witness;
    EXPECT_EQ(verdict("trusted"), widened ? "Allow" : "Deny") << witness;
  }
  ASSERT_EQ(difference["Keys"].size(), 1U);
  EXPECT_EQ(difference["Keys"][0]["Kind"], "Narrowed");
  EXPECT_EQ(difference["Keys"][0]["After"]["ExpirationDate"],
            "2030-01-01T00:30:00.000+0000");
}

TEST(DiffCommandTest, ALineForEachRegionComesFirst) {
  const Result result = DiffSamples({});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(
      result.out,
      HasSubstr("\nnarrowed: 2001:db8::/32 loses all Ordinary, all Managing, "
                "all Unlisted with root's key or EIM user's key; all Managing "
                "with login/password; certificate of CA "
                "`ca-fedcba0987654321fedcba0987654321`\n"));
  EXPECT_THAT(result.out, HasSubstr("\nwidened: 192.0.2.0/24 gains all "
                                    "Ordinary with root's key or EIM user's "
                                    "key; certificate none, or of another CA "
                                    "than "));
  EXPECT_THAT(result.out, HasSubstr("\nnarrowed: key `ROOTKEY0000000000001`\n"
                                    "  before: access key "));
  EXPECT_LT(result.out.find("narrowed: "), result.out.find("Details\n"));
  EXPECT_THAT(result.out, HasSubstr("  widened, for example {\"Service\":"));
}

TEST(DiffCommandTest, EqualAccounts) {
  const std::string account = AccountDir("office");
  const Result result = RunProgram(
      {"diff", "--before", account, "--after", account, "--now=2030-01-01"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("\nEqual: every request is treated alike"));
}

TEST(DiffCommandTest, StatusesByKind) {
  EXPECT_EQ(DiffSamples({"--fail-on=any"}).status, 1);
  EXPECT_EQ(DiffSamples({"--fail-on=widened"}).status, 1);
  EXPECT_EQ(DiffSamples({"--fail-on=narrowed"}).status, 1);
  // A rule less narrows alone.
  const auto status = [](const std::string& before, const std::string& after,
                         const std::string& fail_on) {
    return RunProgram({"diff", "--before", AccountDir(before), "--after",
                       AccountDir(after), "--now=2031-01-01", fail_on})
        .status;
  };
  // A year later no key is usable; `trusted` has no IPv6 and asks for a CN.
  EXPECT_EQ(status("trusted", "ready", "--fail-on=widened"), 1);
  EXPECT_EQ(status("ready", "ready", "--fail-on=any"), 0);
}

TEST(DiffCommandTest, BadInputNamesTheOption) {
  EXPECT_THAT(DiffSamples({"--fail-on=lost"}).err,
              HasSubstr("--fail-on: expected widened, narrowed or any, got"));
  const Result missing = RunProgram({"diff", "--before", AccountDir("ready")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("--after: expected this option"));
  EXPECT_EQ(RunProgram({"map"}).status, 2);
}

TEST(DiffOfChangesTest, ShowsExactlyWhatAChangeMakesDifferent) {
  const std::string request =
      API_ACCESS_SOURCE_DIR "/examples/changes/update_rule.json";
  const std::vector<std::string> change = {"change",
                                           "--account",
                                           AccountDir("office"),
                                           "--now=2030-01-01",
                                           "--request",
                                           request,
                                           "--call=UpdateApiAccessRule",
                                           "--diff"};
  EXPECT_THAT(RunProgram(change).out,
              HasSubstr("\nwidened: 203.0.113.0/24 gains all Ordinary, all "
                        "Managing, all Unlisted with root's key"));
  std::vector<std::string> as_json = change;
  as_json.push_back("--format=json");
  const json answer = json::parse(RunProgram(as_json).out);
  EXPECT_EQ(answer["Difference"]["Equal"], false);
  EXPECT_THAT(answer["Difference"]["Regions"], Not(IsEmpty()));
  // Without the option it is not there.
  as_json.erase(as_json.end() - 2);
  EXPECT_FALSE(json::parse(RunProgram(as_json).out).contains("Difference"));
}

TEST(DiffOfChangesTest, OfAWholePlanAndOfDeletedCas) {
  const std::string changes =
      R"({"Call":"DeleteCa","Request":)"
      R"({"CaId":"ca-fedcba0987654321fedcba0987654321"}})";
  const Result result =
      RunProgram({"plan", "--account", AccountDir("office"), "--now=2030-01-01",
                  "--changes=-", "--diff", "--format=json"},
                 changes);
  const json difference = json::parse(result.out)["Difference"];
  ASSERT_EQ(difference["Regions"].size(), 1U);
  EXPECT_EQ(difference["Regions"][0]["Kind"], "Narrowed");
  EXPECT_EQ(difference["Regions"][0]["Ranges"], json::array({"192.0.2.0/24"}));
}

}  // namespace
}  // namespace api_access::examples
