#include "api_access/timestamp.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr Timestamp FromMs(std::int64_t ms) {
  return Timestamp{milliseconds{ms}};
}

TEST(TimestampTest, ReadsEveryForm) {
  const struct {
    const char* text;
    const char* canonical;
  } kCases[] = {
      {"2063-04-05", "2063-04-05T00:00:00.000+0000"},
      {"20630405", "2063-04-05T00:00:00.000+0000"},
      {"2063-04-05T01:02:03Z", "2063-04-05T01:02:03.000+0000"},
      {"20630405T010203Z", "2063-04-05T01:02:03.000+0000"},
      {"2010-10-01T12:34:56.789+0000", "2010-10-01T12:34:56.789+0000"},
      {"2010-10-01T12:34:56.7Z", "2010-10-01T12:34:56.700+0000"},
      {"2010-10-01T12:34:56.78Z", "2010-10-01T12:34:56.780+0000"},
      {"2010-10-01T12:34:56.7899999999Z", "2010-10-01T12:34:56.789+0000"},
      {"20101001T123456.789+0000", "2010-10-01T12:34:56.789+0000"},
      {"20101001T123456+01:30", "2010-10-01T11:04:56.000+0000"},
      {"2010-10-01T12:34:56+01:30", "2010-10-01T11:04:56.000+0000"},
      {"2010-10-01T12:34:56+0130", "2010-10-01T11:04:56.000+0000"},
      {"2010-10-01T12:34:56-01:30", "2010-10-01T14:04:56.000+0000"},
      {"2010-10-01T12:34:56-0130", "2010-10-01T14:04:56.000+0000"},
      {"2010-10-01T00:00:00-00:00", "2010-10-01T00:00:00.000+0000"},
      {"2010-10-01T00:00:00+23:59", "2010-09-30T00:01:00.000+0000"},
      {"2010-10-01T23:59:59.999Z", "2010-10-01T23:59:59.999+0000"},
      {"2000-02-29", "2000-02-29T00:00:00.000+0000"},
      {"2024-02-29", "2024-02-29T00:00:00.000+0000"},
      {"0001-01-01", "0001-01-01T00:00:00.000+0000"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999+0000"},
      {"9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999+0000"},
      {"0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.000+0000"},
      {"9999-12-31T22:59:59-01:00", "9999-12-31T23:59:59.000+0000"},
  };
  for (const auto& c : kCases) {
    const auto timestamp = ParseTimestamp(c.text);
    ASSERT_TRUE(timestamp.ok()) << c.text;
    EXPECT_EQ(FormatTimestamp(*timestamp), c.canonical) << c.text;
  }
}

TEST(TimestampTest, CountsFromTheEpoch) {
  EXPECT_EQ(At("1970-01-01"), FromMs(0));
  EXPECT_EQ(At("1970-01-01T00:00:00.001Z"), FromMs(1));
  // Down is towards the past, before the epoch too.
  EXPECT_EQ(At("1969-12-31T23:59:59.9989Z"), FromMs(-2));
  EXPECT_EQ(At("2001-09-09T01:46:40Z"), FromMs(1'000'000'000'000));
}

TEST(TimestampTest, ErrorsNameTheFirstPartThatIsWrong) {
  const struct {
    const char* expected;
    std::vector<std::string> texts;
  } kCases[] = {
      {"a date such as 2063-04-05 or 2063-04-05T00:00:00.000+0000 in the years "
       "0001 to 9999",
       {"", "2063-04", "2063-0405", "2063-032", "2063/04/05", "05/04/2063",
        "+2063-04-05", "-2063-04-05", "-1", "1893456000.5", "2063 04 05",
        "Mon, 05 Apr 2063 00:00:00 GMT", "today", "\"2063-04-05\""}},
      {"a date without blanks around it",
       {" ", " 2063-04-05", "2063-04-05 ", "2063-04-05\n", "2063-04-05\r",
        "\t2063-04-05", "2063-04-05T00:00:00Z "}},
      {"a date such as 2063-04-05 or 20630405, not a bare number",
       {"0", "2063", "206304", "1893456000", "1893456000000",
        "20630405000000"}},
      {"a date with a year of four digits",
       {"63-04-05", "02063-04-05", "10000-01-01", "206304-05"}},
      {"a date in the years 0001 to 9999",
       {"0000-12-31", "00001231", "0000-12-31T23:00:00-01:00"}},
      {"a date with a month written as 01 to 12",
       {"2063-4-5", "2063-00-05", "2063-13-05", "20631305", "2063-W14-4",
        "2063-Apr-05", "2063-"}},
      {"a date with a day written as 01 to 30 in 2063-04",
       {"2063-04-", "2063-04-5", "2063-04-5T00:00:00Z", "2063-04-00",
        "2063-04-31", "2063-04-99", "2063-04-31T99:00:00Z"}},
      {"a date with a day written as 01 to 30 in 206304",
       {"20630431", "20630400T000000Z"}},
      {"a date with a day written as 01 to 28 in 2063-02", {"2063-02-29"}},
      {"a date with a day written as 01 to 28 in 1900-02", {"1900-02-29"}},
      {"a date with a day written as 01 to 29 in 2064-02", {"2064-02-30"}},
      {"a date with a day written as 01 to 31 in 2063-12", {"2063-12-32"}},
      {"a date that ends, or goes on with T, after the day",
       {"2063-04-05 00:00:00Z", "2063-04-05_00:00:00Z", "2063-04-050",
        "2063-04-05Z", "2063-04-05+0000", "20630405Z",
        std::string("2063-04-05\0", 11)}},
      {"a date with an upper-case T", {"2063-04-05t00:00:00Z"}},
      {"a date with an hour written as 00 to 23",
       {"2063-04-05T", "2063-04-05T24:00:00Z", "2063-04-05T0:00:00Z",
        "20630405T240000Z", "2063-04-05T 0:00:00Z", "2063-04-05T-1:00:00Z"}},
      {"a date with a time such as 00:00:00",
       {"2063-04-05T00Z", "2063-04-05T00:00Z", "2063-04-05T000000Z",
        "2063-04-05T00:000:00Z"}},
      {"a date with a time such as 000000, as it has no `-`",
       {"20630405T00:00:00Z", "20630405T0000:00Z"}},
      {"a date with a minute written as 00 to 59",
       {"2063-04-05T23:60:00Z", "2063-04-05T00:0:00Z", "20630405T00Z"}},
      {"a date with a second written as 00 to 59, leap seconds excluded",
       {"2063-04-05T23:59:60Z", "2063-04-05T00:00:0Z", "20630405T0000Z"}},
      {"a date with a point before the fraction", {"2063-04-05T00:00:00,5Z"}},
      {"a date with a digit after the point",
       {"2063-04-05T00:00:00.Z", "2063-04-05T00:00:00."}},
      {"a date with a zone such as Z or +00:00 after the time",
       {"2063-04-05T00:00:00", "20630405T000000", "2063-04-05T00:00:00.5",
        "2063-04-05T00:00:00 Z", "2063-04-05T00:00:00 +0000",
        "2063-04-05T00:00:00UTC", "2063-04-05T00:00:000Z",
        "2063-04-05T00:00:00.1234567890123456789012345"}},
      {"a date with an upper-case Z", {"2063-04-05T00:00:00z"}},
      {"a date with an offset written as 00:00 to 23:59",
       {"2063-04-05T00:00:00+24:00", "2063-04-05T00:00:00+23:60",
        "2063-04-05T00:00:00-24:00", "2063-04-05T00:00:00+01",
        "2063-04-05T00:00:00+1:00", "2063-04-05T00:00:00+010",
        "2063-04-05T00:00:00+01:0", "2063-04-05T00:00:00+-1:00"}},
      {"a date with nothing after the zone",
       {"2063-04-05T00:00:00ZZ", "2063-04-05T00:00:00Z[UTC]",
        "2063-04-05T00:00:00+01:000",
        std::string("2063-04-05T00:00:00Z\0", 21)}},
      {"a date that is in the years 0001 to 9999 in UTC",
       {"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}},
  };
  for (const auto& c : kCases) {
    for (const std::string& text : c.texts) {
      const auto timestamp = ParseTimestamp(text);
      EXPECT_EQ(timestamp.status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(Message(timestamp.status()),
                  StartsWith("expected " + std::string(c.expected) + ", got `"))
          << text;
    }
  }
}

TEST(TimestampTest, ErrorQuotesABoundedPartOfTheText) {
  const std::string text = "a`\\\n\xff" + std::string(100, 'x');
  const std::string message = Message(ParseTimestamp(text).status());
  EXPECT_THAT(message, HasSubstr("got `a\\x60\\x5c\\x0a\\xffxxx"));
  EXPECT_THAT(message, HasSubstr("x`... (105 bytes)"));
  EXPECT_LT(message.size(), 250U);
}

TEST(TimestampTest, InstantsWithoutATextArePrintedAsACount) {
  for (const Timestamp timestamp :
       {kMinTimestamp - milliseconds{1}, kMaxTimestamp + milliseconds{1},
        Timestamp::min(), Timestamp::max()}) {
    const std::string text = FormatTimestamp(timestamp);
    EXPECT_EQ(text, std::to_string(timestamp.time_since_epoch().count()) +
                        " ms since 1970-01-01");
    EXPECT_FALSE(ParseTimestamp(text).ok());
  }
}

TEST(TimestampTest, FirstAndLastInstantRoundTrip) {
  EXPECT_EQ(FormatTimestamp(kMinTimestamp), "0001-01-01T00:00:00.000+0000");
  EXPECT_EQ(FormatTimestamp(kMaxTimestamp), "9999-12-31T23:59:59.999+0000");
  EXPECT_EQ(At(FormatTimestamp(kMinTimestamp)), kMinTimestamp);
  EXPECT_EQ(At(FormatTimestamp(kMaxTimestamp)), kMaxTimestamp);
}

}  // namespace
}  // namespace api_access
