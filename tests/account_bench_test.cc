#include "bench/account_bench.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access::bench {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;

struct Result {
  int status;
  std::string out;
  std::string err;
};

// Every decision takes one nanosecond, the compiled form 700 bytes.
Result RunProgram(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  std::int64_t now = 0;
  std::int64_t bytes = 0;
  const int status = RunAccountBench(
      arguments, {.out = out,
                  .err = err,
                  .clock = [] { return At("2030-01-01"); },
                  .stopwatch = [&] { return now += 32; },
                  .heap_bytes_in_use = [&] { return bytes += 700; }});
  return {status, out.str(), err.str()};
}

const std::string kTrusted = API_ACCESS_SOURCE_DIR "/examples/accounts/trusted";

TEST(AccountBenchTest, MeasuresRequestsOfAFile) {
  const Result result =
      RunProgram({"--account", kTrusted, "--requests",
                  kTrusted + "/requests.jsonl", "--now", "2030-01-01"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("rules: 1, ranges: 1, access keys: 1\n"));
  EXPECT_THAT(result.out, HasSubstr("heap of the compiled form: 700 bytes\n"));
  // As `api-access decide` answers these lines.
  EXPECT_THAT(result.out, ContainsRegex("all +8 +1.0 +1.0\n"));
  EXPECT_THAT(result.out, ContainsRegex("rule-matched +3 +1.0 +1.0\n"));
  EXPECT_THAT(result.out, ContainsRegex("certificate-missing +2 +1.0 +1.0\n"));
  EXPECT_THAT(result.out,
              ContainsRegex("source-ip-not-allowed +1 +1.0 +1.0\n"));
  EXPECT_THAT(result.out, ContainsRegex("login-not-allowed +1 +1.0 +1.0\n"));
  EXPECT_THAT(result.out, ContainsRegex("public +1 +1.0 +1.0\n"));
}

TEST(AccountBenchTest, DrawsRequestsThatFitTheAccount) {
  for (const std::string name : {"trusted", "blocked", "ready", "eim-users"}) {
    const Result result = RunProgram(
        {"--account", API_ACCESS_SOURCE_DIR "/examples/accounts/" + name});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, ContainsRegex("all +10000 "));
    EXPECT_THAT(result.out, ContainsRegex("rule-matched +[0-9]{3,4} "));
    EXPECT_THAT(result.out, ContainsRegex("unknown-access-key +[0-9]+ "));
  }
}

TEST(AccountBenchTest, HelpShowsAnExample) {
  const Result result = RunProgram({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("Example: api-access-bench --account"));
  EXPECT_EQ(RunProgram({"--account", "nowhere", "-h"}).out, result.out);
}

TEST(AccountBenchTest, ErrorsSayWhatWasExpected) {
  const std::string malformed = testing::TempDir() + "malformed.jsonl";
  std::ofstream(malformed) << "{\"Service\":\"api\"}\n";
  const std::string empty = testing::TempDir() + "empty.jsonl";
  std::ofstream(empty) << "\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "--account"},
      {{"--account", "/nowhere"}, "/nowhere"},
      {{"--account", kTrusted, "--speed", "1"}, "--speed"},
      {{"--account", kTrusted, "more"}, "`more`"},
      {{"--account", kTrusted, "--now", "soon"}, "--now"},
      {{"--account", kTrusted, "--requests", "/nowhere"}, "`/nowhere`"},
      {{"--account", kTrusted, "--requests", malformed}, "line 1: "},
      {{"--account", kTrusted, "--requests", empty}, "got none"},
  };
  for (const auto& [arguments, expected] : cases) {
    const Result result = RunProgram(arguments);
    EXPECT_EQ(result.status, 2) << expected;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(expected));
    EXPECT_THAT(result.err, HasSubstr("api-access-bench --help"));
  }
}

}  // namespace
}  // namespace api_access::bench
