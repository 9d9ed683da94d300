#include "api_access/json/usage_report.h"

#include <string>

#include "api_access/decision.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;

// One of each that a summary lists.
UsageSummary OneOfEach() {
  const LogGroup group = {.count = 1, .first = {.date = At("2030-01-01")}};
  return {
      .account = "folder",
      .catalogue = "1",
      .entries = 1,
      .surprises = {{Reason::kNoRules, group}},
      .broken = {{{.method = "ReadVms"}, group}},
      .at_risk = {{{.access_key_id = "K", .method = "ReadVms"}, group}},
      .keys = {{.id = "K"}},
      .rules = {{.id = "r", .uses = {}}},
      .ranges = {{.rule_id = "r", .range = Range("10.0.0.0/8"), .uses = {}}}};
}

TEST(UsageSummaryTest, IsReadAsItWasWritten) {
  EXPECT_EQ(Valid(ParseUsageSummary(FormatUsageSummary(OneOfEach()))),
            OneOfEach());
}

TEST(UsageSummaryTest, RefusesWhatWasNotWritten) {
  const std::string text = FormatUsageSummary(OneOfEach());
  const struct {
    std::string written;
    std::string instead;
    const char* message;
  } kCases[] = {
      {R"("UsageSummary":)", R"("UsageSummary":9)",
       "expected a summary of version"},
      {R"("Count":1)", R"("Count":0)", "expected 1 or more, got 0"},
      {R"("Count":1)", R"("Count":-1)", "Count: expected"},
      {R"("no-rules")", "5", "$.Surprises[0].Reason: expected a string, got 5"},
      {R"("no-rules")", R"("no-rule")",
       "$.Surprises[0].Reason: expected one of "},
      {R"("10.0.0.0/8")", "8", "$.Ranges[0].Range: expected a string, got 8"},
      {R"("10.0.0.0/8")", R"("10.0.0.0/33")", "$.Ranges[0].Range: expected "},
      {R"("Alone":0)", R"("Alone":1)",
       "expected a date exactly where there are uses"},
      {R"("KeyGone":0,)", "", "$.KeyGone: expected"},
      {text, text + text, "expected one summary, got more after it"},
      {text, text.substr(0, text.size() / 2), "expected"},
  };
  for (const auto& c : kCases) {
    std::string changed = text;
    changed.replace(text.find(c.written), c.written.size(), c.instead);
    EXPECT_THAT(Message(ParseUsageSummary(changed).status()),
                HasSubstr(c.message))
        << changed;
  }
}

}  // namespace
}  // namespace api_access
