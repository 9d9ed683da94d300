// api-access report: its options. What the page says is in page/.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace api_access::examples {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Result Report(std::vector<std::string> options) {
  options.insert(options.begin(),
                 {"report", "--account", AccountDir("trusted")});
  return RunProgram(options);
}

TEST(ReportCommandTest, PrintsAPageAtTheInstantThatIsAsked) {
  const Result page = Report({"--now", "2030-01-01"});
  EXPECT_EQ(page.status, 0);
  EXPECT_THAT(page.err, IsEmpty());
  EXPECT_THAT(page.out, AllOf(StartsWith("<!DOCTYPE html>"),
                              HasSubstr("2030-01-01T00:00:00.000+0000"),
                              Not(HasSubstr("2030-01-01T12:00:00.000+0000"))));
  // The clock's, otherwise.
  EXPECT_THAT(Report({}).out, HasSubstr("2030-01-01T12:00:00.000+0000"));
}

TEST(ReportCommandTest, ReadsWhatIsKnownBesideTheAccount) {
  const std::string log = AccountDir("trusted") + "/log.json";
  const Result page = Report(
      {"--now=2030-01-01", "--against", AccountDir("ready"), "--log", log,
       "--callers", API_ACCESS_SOURCE_DIR "/examples/changes/callers.jsonl",
       "--ca-end", "ca-fedcba0987654321fedcba0987654321=2030-01-02"});
  EXPECT_EQ(page.status, 0);
  EXPECT_THAT(page.out, AllOf(HasSubstr("<section id=\"difference\""),
                              HasSubstr("<dd data-field=\"Entries\">5</dd>"),
                              HasSubstr("<tr data-caller=\"admin\">"),
                              HasSubstr("<tr data-code=\"ca-expires-soon\">")));
}

// An entry of a method that the catalogue lacks, from outside of the trusted
// session: declared ordinary, it needs no certificate.
TEST(ReportCommandTest, JudgesDeclaredMethodsOfALogAsOrdinary) {
  const TemporaryFolder folder;
  const std::string log =
      folder.Write("log.json", R"({"QueryDate":"2029-12-31T00:00:00Z",)"
                               R"("QueryCallName":"ReadVmsStopHistory",)"
                               R"("QueryAccessKey":"ROOTKEY0000000000001",)"
                               R"("QueryIpAddress":"192.0.2.7"})");
  EXPECT_THAT(Report({"--log", log}).out,
              HasSubstr("<dd data-field=\"Depends\">1</dd>"));
  EXPECT_THAT(
      Report({"--log", log, "--ordinary", "api:ReadVmsStopHistory"}).out,
      HasSubstr("<dd data-field=\"Allow\">1</dd>"));
}

TEST(ReportCommandTest, RefusesWhatItCannotRead) {
  const std::string log = AccountDir("trusted") + "/log.json";
  const struct {
    std::vector<std::string> options;
    const char* message;
  } kCases[] = {
      {{"--now", "tomorrow"}, "--now: "},
      {{"--against", "/no/such/folder"}, "/no/such/folder"},
      {{"--log", "/no/such/log"}, "/no/such/log: the file cannot be read"},
      {{"--log", log, "--log", log}, "part"},
      {{"--callers", "/no/such/file"}, "--callers: "},
      {{"--ca-end", "ca-1"}, "--ca-end: expected CA=T"},
      {{"--ca-end", "ca-1=2031-01-01"}, "ca-1"},
      {{"--ordinary", "ReadVms"}, "--ordinary: expected SERVICE:NAME"},
      {{"--log=-", "--log=-"}, "--log: expected files"},
      {{"--log=-", "--callers=-"}, "--log: expected files"},
      {{"operand"}, "unexpected argument `operand`"},
      {{"--format", "json"}, "unknown option `--format`"},
  };
  for (const auto& [options, message] : kCases) {
    const Result result = Report(options);
    EXPECT_EQ(result.status, 2) << message;
    EXPECT_THAT(result.out, IsEmpty()) << message;
    EXPECT_THAT(result.err,
                AllOf(StartsWith("api-access report: "), HasSubstr(message)));
  }
}

}  // namespace
}  // namespace api_access::examples
