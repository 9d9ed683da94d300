#include "api_access/timestamp.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;

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

TEST(TimestampTest, RefusesEverythingElse) {
  const std::string kCases[] = {
      "",
      "2063",
      "2063-04",
      "2063-4-5",
      "2063-04-5",
      "63-04-05",
      "02063-04-05",
      "+2063-04-05",
      "-2063-04-05",
      " 2063-04-05",
      "2063-04-05 ",
      "2063-04-05\n",
      std::string("2063-04-05\0", 11),
      "2063/04/05",
      "2063-0405",
      "206304-05",
      "2063-04-05T",
      "2063-04-05T00:00:00",
      "2063-04-05T00:00:00.Z",
      "2063-04-05T00:00:00.",
      "2063-04-05T00:00:00,5Z",
      "2063-04-05T00:00Z",
      "2063-04-05T00Z",
      "2063-04-05T0:00:00Z",
      "2063-04-05 00:00:00Z",
      "2063-04-05t00:00:00Z",
      "2063-04-05T00:00:00z",
      "2063-04-05T00:00:00ZZ",
      "2063-04-05T00:00:00Z ",
      "2063-04-05T00:00:00 Z",
      "2063-04-05T000000Z",
      "20630405T00:00:00Z",
      "2063-04-05T24:00:00Z",
      "2063-04-05T23:60:00Z",
      "2063-04-05T23:59:60Z",
      "2063-04-05T00:00:00+24:00",
      "2063-04-05T00:00:00+23:60",
      "2063-04-05T00:00:00+01",
      "2063-04-05T00:00:00+1:00",
      "2063-04-05T00:00:00+010",
      "2063-04-05T00:00:00+01:0",
      "2063-04-05T00:00:00+01:000",
      "2063-04-05T00:00:00UTC",
      "2063-04-05Z",
      "2063-04-05+0000",
      "2063-00-05",
      "2063-13-05",
      "2063-04-00",
      "2063-04-31",
      "2063-02-29",
      "1900-02-29",
      "0000-12-31",
      "0000-12-31T23:00:00-01:00",
      "0001-01-01T00:00:00+00:01",
      "9999-12-31T23:59:59-00:01",
      "10000-01-01",
      "2063-04-05T00:00:00.1234567890123456789012345",
  };
  for (const std::string& text : kCases) {
    const auto timestamp = ParseTimestamp(text);
    EXPECT_FALSE(timestamp.ok()) << text;
    EXPECT_EQ(timestamp.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(timestamp.status()), HasSubstr("expected a date"));
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
