// Text in: whole grammars, every small corruption of valid text, and the JSON
// of the sample accounts.

#include <arpa/inet.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "api_access/ip.h"
#include "api_access/json/account_answers.h"
#include "api_access/timestamp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

// `value` in at least `width` digits.
std::string Digits(int value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

int DaysOfMonth(int year, int month) {
  if (month == 2) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Whether the error names this part of a date, and so no other.
bool Names(const absl::Status& status, const std::string& part) {
  return Message(status).find(' ' + part + ' ') != std::string::npos;
}

// All dates of the years 0000 to 9999, months 00 to 13 and days 00 to 32, in
// each form. The count of days runs along.
TEST(TextTest, AllDates) {
  std::uint64_t count = 0;
  long long midnight = kMinTimestamp.time_since_epoch().count();
  for (int year = 0; year <= 9999; ++year) {
    // In a small world one year in eleven, the first and the last among them;
    // of the others the days are counted.
    if (year % BySize(11, 1, 1) != 0 && year != 1) {
      for (int month = 1; month <= 12; ++month) {
        midnight += DaysOfMonth(year, month) * 86'400'000LL;
      }
      continue;
    }
    const std::string y = Digits(year, 4);
    for (int month = 0; month <= 13; ++month) {
      const std::string m = Digits(month, 2);
      for (int day = 0; day <= 32; ++day) {
        const std::string d = Digits(day, 2);
        const bool exists = year >= 1 && month >= 1 && month <= 12 &&
                            day >= 1 && day <= DaysOfMonth(year, month);
        const std::string part = year < 1                  ? "years"
                                 : month < 1 || month > 12 ? "month"
                                                           : "day";
        const auto expect = [&](const std::string& text, long long offset) {
          const auto timestamp = ParseTimestamp(text);
          ++count;
          if (timestamp.ok() != exists ||
              (exists && *timestamp != Instant(midnight + offset)) ||
              (!exists && !Names(timestamp.status(), part))) {
            ADD_FAILURE() << text << ' ' << timestamp.status();
          }
        };
        expect(y + "-" + m + "-" + d, 0);
        expect(y + m + d, 0);
        expect(y + "-" + m + "-" + d + "T23:59:59.999+0000", 86'399'999);
        expect(y + m + d + "T000001.0009Z", 1'000);
        expect(y + m + d + "T120000-0000", 43'200'000);
        expect(y + "-" + m + "-" + d + "T12:00:00+00:00", 43'200'000);
        expect(y + "-" + m + "-" + d + "T00:00:00.001Z", 1);
        if (exists) midnight += 86'400'000;
      }
    }
    if (HasFailure()) return;
  }
  EXPECT_EQ(midnight - 1, kMaxTimestamp.time_since_epoch().count());
  EXPECT_TRUE(
      Covered("dates", count,
              BySize<std::uint64_t>(2'900'000, 32'000'000, 32'000'000)));
}

// All hours, minutes, seconds and offsets of two digits.
TEST(TextTest, AllTimesAndOffsets) {
  std::uint64_t count = 0;
  const long long midnight = At("2024-02-29").time_since_epoch().count();
  const auto expect = [&](const std::string& text, const std::string& wrong,
                          long long seconds) {
    const auto timestamp = ParseTimestamp(text);
    ++count;
    const bool valid = wrong.empty();
    if (timestamp.ok() != valid ||
        (valid && *timestamp != Instant(midnight + seconds * 1000)) ||
        (!valid && !Names(timestamp.status(), wrong))) {
      ADD_FAILURE() << text << ' ' << timestamp.status();
    }
  };
  for (int h = 0; h <= 99; ++h) {
    for (int m = 0; m <= 99; ++m) {
      for (int s = 0; s <= 99; ++s) {
        const std::string hh = Digits(h, 2);
        const std::string mm = Digits(m, 2);
        const std::string ss = Digits(s, 2);
        const std::string wrong = h > 23   ? "hour"
                                  : m > 59 ? "minute"
                                  : s > 59 ? "second"
                                           : "";
        const long long seconds = h * 3600 + m * 60 + s;
        expect("2024-02-29T" + hh + ":" + mm + ":" + ss + "Z", wrong, seconds);
        expect("20240229T" + hh + mm + ss + "Z", wrong, seconds);
      }
      const std::string wrong = h > 23 || m > 59 ? "offset" : "";
      const long long offset = h * 3600 + m * 60;
      const std::string hh = Digits(h, 2);
      const std::string mm = Digits(m, 2);
      for (const std::string colon : {"", ":"}) {
        const std::string zone = hh + colon + mm;
        expect("2024-02-29T00:00:00+" + zone, wrong, -offset);
        expect("2024-02-29T00:00:00-" + zone, wrong, offset);
        expect("20240229T000000+" + zone, wrong, -offset);
        expect("20240229T000000-" + zone, wrong, offset);
      }
    }
  }
  EXPECT_TRUE(Covered("times and offsets", count, 2'000'000));
}

// The years' ends under every offset, against the oracle.
TEST(TextTest, OffsetsAtTheEndsOfTime) {
  std::uint64_t count = 0;
  for (const std::string day : {"0001-01-01", "9999-12-31"}) {
    for (int hour = 0; hour <= 23; ++hour) {
      for (int offset = 0; offset <= 24 * 60; ++offset) {
        for (const std::string sign : {"+", "-"}) {
          const std::string text = day + "T" + Digits(hour, 2) + ":00:00" +
                                   sign + Digits(offset / 60, 2) + ":" +
                                   Digits(offset % 60, 2);
          const auto timestamp = ParseTimestamp(text);
          const auto expected = oracle::ParseDate(text);
          ASSERT_EQ(timestamp.ok(), expected.has_value()) << text;
          if (expected) {
            ASSERT_EQ(*timestamp, Instant(*expected)) << text;
          } else {
            ASSERT_TRUE(
                Names(timestamp.status(), offset < 1440 ? "UTC," : "offset"))
                << timestamp.status();
          }
          ++count;
        }
      }
    }
  }
  EXPECT_TRUE(Covered("offsets at the ends of time", count, 130'000));
}

// Compares with the C library, which converts nothing, on text without NUL.
bool AgreesWithInetPton(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  const auto address = IpAddress::Parse(text);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return address.ok() &&
           *address == IpAddress::FromV4(std::span(bytes).first<4>());
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return address.ok() && *address == IpAddress::FromV6(bytes);
  }
  return !address.ok();
}

// Calls `visit` with every text of `length` items of the alphabet.
void ForAllTexts(const std::vector<std::string>& alphabet, int length,
                 const std::string& separator, const std::string& front,
                 const std::function<void(const std::string&)>& visit) {
  if (length == 0) {
    visit(front);
    return;
  }
  for (const std::string& item : alphabet) {
    ForAllTexts(alphabet, length - 1, separator,
                front + item + (length > 1 ? separator : ""), visit);
  }
}

TEST(TextTest, Ipv4Grammar) {
  std::uint64_t count = 0;
  const auto visit = [&](const std::string& text) {
    ++count;
    if (!HasFailure() && !AgreesWithInetPton(text)) ADD_FAILURE() << text;
  };
  // Four parts, or three or five, out of good and bad octets.
  const std::vector<std::string> octets = {
      "0",   "1",   "9",   "10",   "99",  "100",       "199", "200",  "249",
      "250", "255", "256", "259",  "260", "300",       "999", "1000", "00",
      "01",  "001", "010", "0255", "+1",  "-1",        "1 ",  " 1",   "0x1",
      "a",   "1a",  "1:",  "1/8",  "",    "4294967296"};
  for (const int parts : {1, 2, 3, 4}) {
    ForAllTexts(octets, parts, ".", "", visit);
  }
  ForAllTexts({"0", "255", "256", "01", ""}, 5, ".", "", visit);
  // Every short text over a few characters.
  for (int length = 0; length <= BySize(9, 11, 12); ++length) {
    ForAllTexts({"0", "1", "2", "."}, length, "", "", visit);
  }
  for (int length = 0; length <= BySize(6, 8, 9); ++length) {
    ForAllTexts({"1", "25", ".", "5", " ", "6", "x", ":"}, length, "", "",
                visit);
  }
  EXPECT_TRUE(
      Covered("IPv4 texts", count,
              BySize<std::uint64_t>(1'800'000, 20'000'000, 20'000'000)));
}

TEST(TextTest, Ipv6Grammar) {
  std::uint64_t count = 0;
  const auto visit = [&](const std::string& text) {
    ++count;
    if (!HasFailure() && !AgreesWithInetPton(text)) ADD_FAILURE() << text;
  };
  for (int groups = 1; groups <= BySize(8, 9, 10); ++groups) {
    ForAllTexts({"", "0", "f1", "1.2.3.4"}, groups, ":", "", visit);
  }
  for (int groups = 1; groups <= BySize(5, 6, 6); ++groups) {
    ForAllTexts({"", "ffff", "FfFf", "0001", "00001", "g", "1.2.3", "1.2.3.04",
                 "%1", " "},
                groups, ":", "", visit);
  }
  for (int length = 0; length <= BySize(8, 10, 12); ++length) {
    ForAllTexts({":", "1", "f", "."}, length, "", "", visit);
  }
  EXPECT_TRUE(Covered("IPv6 texts", count,
                      BySize<std::uint64_t>(280'000, 2'500'000, 2'500'000)));
}

// Canonical text is that of inet_ntop but where that mixes in IPv4.
TEST(TextTest, CanonicalAddresses) {
  std::uint64_t count = 0;
  // Each of the eight groups is one of four values.
  const std::array<int, 4> values = {0, 1, 0x20, 0xabcd};
  for (int choice = 0; choice < 1 << 16; ++choice) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t group = 0; group < 8; ++group) {
      const int value =
          values[static_cast<std::size_t>(choice >> (2 * group) & 3)];
      bytes[2 * group] = static_cast<std::uint8_t>(value >> 8);
      bytes[2 * group + 1] = static_cast<std::uint8_t>(value);
    }
    const IpAddress address = IpAddress::FromV6(bytes);
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    const std::string expected = text.data();
    if (expected.find('.') == std::string::npos) {
      ASSERT_EQ(address.ToString(), expected);
    } else if (!address.is_v4()) {
      ASSERT_EQ(address.ToString().find('.'), std::string::npos);
    }
    ASSERT_EQ(Ip(address.ToString()), address);
    ++count;
  }
  for (int i = 0; i < 1 << 16; ++i) {
    const std::array<std::uint8_t, 4> bytes = {
        static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i),
        static_cast<std::uint8_t>(i * 7), static_cast<std::uint8_t>(i * 13)};
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
    ASSERT_EQ(IpAddress::FromV4(bytes).ToString(), text.data());
    ++count;
  }
  EXPECT_TRUE(Covered("canonical addresses", count, 130'000));
}

TEST(TextTest, AllPrefixLengths) {
  std::uint64_t count = 0;
  for (const std::string address :
       {"0.0.0.0", "192.0.2.7", "::", "2001:db8::7", "::ffff:192.0.2.7"}) {
    const auto visit = [&](const std::string& prefix) {
      const std::string text = address + "/" + prefix;
      const auto range = IpRange::Parse(text);
      const auto expected = oracle::RangeBits(text);
      ++count;
      if (range.ok() != expected.has_value()) {
        ADD_FAILURE() << text;
        return;
      }
      if (!expected) return;
      EXPECT_EQ(range->is_v4(), expected->front() == '4') << text;
      EXPECT_EQ(static_cast<std::size_t>(range->prefix_length()) + 1,
                expected->size())
          << text;
      EXPECT_EQ(oracle::RangeBits(range->ToString()), expected) << text;
    };
    for (int length = 0; length <= BySize(3, 4, 4); ++length) {
      ForAllTexts({"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "-",
                   " ", ".", "/", "x"},
                  length, "", "", visit);
    }
  }
  EXPECT_TRUE(Covered("prefix lengths", count,
                      BySize<std::uint64_t>(20'000, 340'000, 340'000)));
}

constexpr const char* kDates[] = {"2063-04-05",
                                  "20630405",
                                  "2024-02-29",
                                  "2063-04-05T01:02:03Z",
                                  "20630405T010203Z",
                                  "2063-04-05T01:02:03.4+05:06",
                                  "2063-04-05T01:02:03.456789-0506",
                                  "20630405T010203.456+0506",
                                  "20630405T010203-05:06",
                                  "0001-01-01T00:00:00.000+0000",
                                  "9999-12-31T23:59:59.999+0000",
                                  "1969-12-31T23:59:59.999Z"};
constexpr const char* kAddresses[] = {"0.0.0.0",
                                      "1.2.3.4",
                                      "192.0.2.7",
                                      "255.255.255.255",
                                      "10.200.30.249",
                                      "::",
                                      "::1",
                                      "2001:db8::7",
                                      "1:2:3:4:5:6:7:8",
                                      "1::8",
                                      "fe80::1:2",
                                      "::ffff:192.0.2.7",
                                      "64:ff9b::192.0.2.33",
                                      "1:2:3:4:5:6:1.2.3.4",
                                      "ABCD:ef01::"};
constexpr const char* kRanges[] = {"0.0.0.0/0",          "192.0.2.0/24",
                                   "198.51.100.7",       "10.0.0.0/8",
                                   "255.255.255.255/32", "::/0",
                                   "2001:db8::/32",      "::1/128",
                                   "::ffff:0:0/96",      "::ffff:192.0.2.0/120",
                                   "1:2:3:4:5:6:7:8/127"};

// Whether the text is accepted exactly when the oracle accepts it, with the
// same value. A refusal always says what was expected.
void CheckDate(const std::string& text) {
  const auto expected = oracle::ParseDate(text);
  const auto date = ParseTimestamp(text);
  ASSERT_EQ(date.ok(), expected.has_value()) << text;
  if (expected) {
    ASSERT_EQ(*date, Instant(*expected)) << text;
    return;
  }
  const std::string message = Message(date.status());
  ASSERT_TRUE(message.starts_with("expected a date")) << message;
  // The last resort of the diagnosis is right as well.
  ASSERT_TRUE(!Names(date.status(), "UTC,") ||
              text.starts_with("0001-01-01T") ||
              text.starts_with("9999-12-31T"))
      << message;
}

void CheckAddress(const std::string& text) {
  const auto expected = oracle::AddressBits(text);
  const auto address = IpAddress::Parse(text);
  ASSERT_EQ(address.ok(), expected.has_value()) << text;
  if (expected) {
    ASSERT_EQ(oracle::AddressBits(address->ToString()), expected) << text;
    return;
  }
  const std::string message = Message(address.status());
  ASSERT_TRUE(message.starts_with("expected an IPv4 or IPv6 address"))
      << message;
}

void CheckRange(const std::string& text) {
  const auto expected = oracle::RangeBits(text);
  const auto range = IpRange::Parse(text);
  ASSERT_EQ(range.ok(), expected.has_value()) << text;
  if (expected) {
    ASSERT_EQ(oracle::RangeBits(range->ToString()), expected) << text;
    return;
  }
  const std::string message = Message(range.status());
  ASSERT_TRUE(message.starts_with("expected an IPv4 or IPv6 address or CIDR") ||
              message.starts_with("expected a prefix of 0 to "))
      << message;
}

// Every byte of every text replaced by every other, dropped, doubled, and every
// byte inserted everywhere.
TEST(TextTest, EverySingleByteCorruption) {
  std::uint64_t count = 0;
  const auto corrupt =
      [&](const std::string& text,
          const std::function<void(const std::string&)>& check) {
        for (std::size_t i = 0; i <= text.size(); ++i) {
          for (int byte = 0; byte < 256; ++byte) {
            std::string other = text;
            other.insert(i, 1, static_cast<char>(byte));
            check(other);
            if (i == text.size()) continue;
            other.erase(i + 1, 1);
            check(other);
            count += 2;
          }
          check(text.substr(0, i));
          if (i < text.size()) check(text.substr(0, i) + text.substr(i + 1));
        }
      };
  for (const std::string text : kDates) corrupt(text, CheckDate);
  for (const std::string text : kAddresses) corrupt(text, CheckAddress);
  for (const std::string text : kRanges) corrupt(text, CheckRange);
  EXPECT_TRUE(Covered("single-byte corruptions", count, 200'000));
}

// One to five bytes changed, dropped or inserted, out of those that texts and
// what people write around them consist of.
TEST(TextTest, RandomCorruptions) {
  const std::string bytes("0123456789.:-/%TZtz+, []xf\n\0\xff", 29);
  std::uint64_t count = 0;
  Worlds worlds;
  const auto corrupted = [&](std::string text) {
    for (std::size_t edits = worlds.Below(5) + 1; edits > 0; --edits) {
      const std::size_t at = worlds.Below(text.size() + 1);
      const std::size_t dropped = worlds.Below(2);
      const std::size_t inserted = worlds.Below(2);
      text.replace(at, dropped, inserted, bytes[worlds.Below(bytes.size())]);
    }
    ++count;
    return text;
  };
  for (int round = 0; round < BySize(500, 5'000, 50'000); ++round) {
    for (const std::string text : kDates) CheckDate(corrupted(text));
    for (const std::string text : kAddresses) CheckAddress(corrupted(text));
    for (const std::string text : kRanges) CheckRange(corrupted(text));
    if (HasFailure()) return;
  }
  EXPECT_TRUE(Covered("random corruptions", count,
                      BySize<std::uint64_t>(19'000, 190'000, 1'900'000)));
}

// Every truncation and every corruption of one byte of each sample account is
// refused with a message, or reads as what the text says in the plain reader's
// eyes. A truncation is refused.
TEST(TextTest, SampleAccounts) {
  std::uint64_t count = 0;
  FolderComparison comparison;
  Sample corruptions(13);
  for (const std::string name : {"ready", "blocked", "eim-users", "trusted"}) {
    oracle::Folder files;
    for (const auto& entry : std::filesystem::directory_iterator(
             API_ACCESS_SOURCE_DIR "/examples/accounts/" + name)) {
      // A folder may have a log, too.
      if (!entry.path().filename().string().starts_with("Read")) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      // White space between tokens is corrupted once for all: the texts are
      // tested in their shortest form.
      files[entry.path().filename().string()] =
          nlohmann::ordered_json::parse(file).dump();
    }
    ASSERT_GE(files.size(), 3U);
    const ParsedAccount original = Valid(ParseAccount(AnswersOf(files)));
    ASSERT_TRUE(comparison.Compare(files, ""));

    for (auto& [file, text] : files) {
      const std::string good = text;
      for (std::size_t i = 0; i < good.size(); ++i) {
        text = good.substr(0, i);
        const auto truncated = ParseAccount(AnswersOf(files));
        EXPECT_FALSE(truncated.ok()) << text;
        EXPECT_NE(Message(truncated.status()), "");
        ++count;
      }
      text = good + "\n";
      EXPECT_EQ(Valid(ParseAccount(AnswersOf(files))).account,
                original.account);

      for (std::size_t i = 0; i < good.size(); ++i) {
        // Bytes that mean something in JSON, and some that never may be there.
        for (const char byte :
             SizeOfWorlds() == WorldSize::kWhole
                 ? std::string("\"\\{}[]:,0189-+.eEtfnuAIz \n\t\0\x1f\x7f\x80"
                               "\xc3\xff",
                               33)
                 : std::string("\"\\}],0zA \0\xff", 11)) {
          if (!corruptions.Next() || byte == good[i]) continue;
          text = good;
          text[i] = byte;
          ++count;
          ASSERT_TRUE(comparison.Compare(files, file)) << i;
        }
      }
      text = good;
    }
  }
  comparison.Print();
  EXPECT_TRUE(Covered("corrupted accounts", count,
                      BySize<std::uint64_t>(9'500, 60'000, 170'000)));
}

}  // namespace
}  // namespace api_access
