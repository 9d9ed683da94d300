#include "api_access/json/acceptances.h"

#include <cstddef>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AcceptancesTest, OneALine) {
  EXPECT_THAT(
      Valid(ParseAcceptances(
          R"({"Code":"root-key-active","Subject":"K","Reason":"backup","Until":"2031-01-01"})"
          "\n \t\r\n"
          R"({"Until":"2030-06-01T12:00:00+02:00","Reason":"\u00e9","Subject":"","Code":"no-rules"})")),
      ElementsAre(Acceptance{ReviewCode::kRootKeyActive, "K", "backup",
                             At("2031-01-01")},
                  Acceptance{ReviewCode::kNoRules, "", "\xc3\xa9",
                             At("2030-06-01T10:00:00Z")}));
  EXPECT_THAT(Valid(ParseAcceptances("")), IsEmpty());
}

TEST(AcceptancesTest, PagesShowOneThatIsRead) {
  for (const char* page : {"README.md", "include/api_access/json/README.md"}) {
    std::ifstream file(std::string(API_ACCESS_SOURCE_DIR "/") + page);
    std::size_t shown = 0;
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with(R"({"Code":)")) continue;
      ++shown;
      EXPECT_EQ(Valid(ParseAcceptances(line)).size(), 1U) << line;
    }
    EXPECT_EQ(shown, 1U) << page;
  }
}

TEST(AcceptancesTest, AnythingElseIsAnError) {
  const std::string good =
      R"({"Code":"no-rules","Subject":"","Reason":"r","Until":"2031-01-01"})";
  const struct {
    std::string line;
    const char* message;
  } kCases[] = {
      {"{", "line 2: column 2: expected"},
      {"[]", "expected an object"},
      {good + good, "expected one object on a line, got more after it"},
      {R"({"Subject":"","Reason":"r","Until":"2031-01-01"})", "$.Code"},
      {R"({"Code":"no-rules","Reason":"r","Until":"2031-01-01"})", "$.Subject"},
      {R"({"Code":"no-rules","Subject":"","Until":"2031-01-01"})", "$.Reason"},
      {R"({"Code":"no-rules","Subject":"","Reason":"r"})", "$.Until"},
      {R"({"Code":"no-rules","Subject":"","Reason":"r","Until":null})",
       "$.Until"},
      {R"({"Code":"no-rules","Subject":"","Reason":"","Until":"2031-01-01"})",
       "$.Reason"},
      {R"({"Code":"no-rule","Subject":"","Reason":"r","Until":"2031-01-01"})",
       "line 2: $.Code: expected"},
      {R"({"Code":1,"Subject":"","Reason":"r","Until":"2031-01-01"})",
       "$.Code"},
      {R"({"Code":"no-rules","Subject":"","Reason":"r","Until":"2031-1-1"})",
       "$.Until"},
      {R"({"Code":"no-rules","Subject":"","Reason":"r","Until":"2031-01-01","By":"x"})",
       "expected only the fields Code, Subject, Reason, Until, got `By`"},
      {R"({"code":"no-rules","Subject":"","Reason":"r","Until":"2031-01-01"})",
       "`code`"},
      {R"({"Code":"no-rules","Code":"no-rules","Subject":"","Reason":"r","Until":"2031-01-01"})",
       "Code"},
      {R"({"Code":"no-rules","Subject":"","Reason":"again","Until":"2032-01-01"})",
       "line 2: expected each code and subject once, got no-rules of `` "
       "again"},
  };
  for (const auto& c : kCases) {
    const auto parsed = ParseAcceptances(good + '\n' + c.line);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument)
        << c.line;
    EXPECT_THAT(Message(parsed.status()), testing::StartsWith("line 2: "));
    EXPECT_THAT(Message(parsed.status()), HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace api_access
