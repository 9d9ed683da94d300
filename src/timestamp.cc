#include "api_access/timestamp.h"

#include <cstddef>
#include <optional>
#include <string>

#include "date/date.h"
#include "src/base/text.h"

namespace api_access {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

static_assert(kMinTimestamp == date::sys_days{date::year{1} / 1 / 1});
static_assert(kMaxTimestamp + milliseconds{1} ==
              date::sys_days{date::year{10000} / 1 / 1});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from front to back. After the first failure it stays failed, so
// that one check at the end is enough.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool Skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Expect(char c) { failed_ |= !Skip(c); }

  // Reads exactly `count` digits, whose value is `max` at most.
  int Digits(std::size_t count, int max) {
    int value = 0;
    if (text_.size() < count) failed_ = true;
    for (std::size_t i = 0; i < count && !failed_; ++i) {
      if (!IsDigit(text_[i])) failed_ = true;
      value = value * 10 + (text_[i] - '0');
    }
    if (failed_ || value > max) {
      failed_ = true;
      return 0;
    }
    text_.remove_prefix(count);
    return value;
  }

  // Reads one digit or more after the point and drops those after the third.
  milliseconds Fraction() {
    int value = 0;
    std::size_t count = 0;
    for (; count < text_.size() && IsDigit(text_[count]); ++count) {
      if (count < 3) value = value * 10 + (text_[count] - '0');
    }
    if (count == 0) failed_ = true;
    text_.remove_prefix(count);
    return milliseconds{count == 1   ? value * 100
                        : count == 2 ? value * 10
                                     : value};
  }

  minutes Zone() {
    if (Skip('Z')) return minutes{0};
    const bool west = Skip('-');
    if (!west) Expect('+');
    const hours offset_hours{Digits(2, 23)};
    Skip(':');
    const minutes offset = offset_hours + minutes{Digits(2, 59)};
    return west ? -offset : offset;
  }

  bool done() const { return text_.empty(); }
  bool failed() const { return failed_; }

 private:
  std::string_view text_;
  bool failed_ = false;
};

std::optional<Timestamp> Scan(std::string_view text) {
  Scanner scan(text);
  const date::year year{scan.Digits(4, 9999)};
  const bool extended = scan.Skip('-');
  const date::month month{static_cast<unsigned>(scan.Digits(2, 12))};
  if (extended) scan.Expect('-');
  const date::day day{static_cast<unsigned>(scan.Digits(2, 31))};
  const date::year_month_day ymd = year / month / day;
  if (scan.failed() || !ymd.ok() || year < date::year{1}) return std::nullopt;
  Timestamp timestamp = date::sys_days{ymd};
  if (scan.done()) return timestamp;

  scan.Expect('T');
  timestamp += hours{scan.Digits(2, 23)};
  if (extended) scan.Expect(':');
  timestamp += minutes{scan.Digits(2, 59)};
  if (extended) scan.Expect(':');
  timestamp += seconds{scan.Digits(2, 59)};
  if (scan.Skip('.')) timestamp += scan.Fraction();
  timestamp -= scan.Zone();
  if (scan.failed() || !scan.done() || timestamp < kMinTimestamp ||
      timestamp > kMaxTimestamp) {
    return std::nullopt;
  }
  return timestamp;
}

// Says what was expected at `scan`, where the day ends, in a text that is wrong
// from there on.
std::string_view ExpectedAfterDay(Scanner scan, bool extended) {
  const std::string_view time =
      extended ? "a date with a time such as 00:00:00"
               : "a date with a time such as 000000, as it has no `-`";
  if (scan.Skip('t')) return "a date with an upper-case T";
  if (!scan.Skip('T')) {
    return "a date that ends, or goes on with T, after the day";
  }
  scan.Digits(2, 23);
  if (scan.failed()) return "a date with an hour written as 00 to 23";
  if (scan.Skip(':') != extended) return time;
  scan.Digits(2, 59);
  if (scan.failed()) return "a date with a minute written as 00 to 59";
  if (scan.Skip(':') != extended) return time;
  scan.Digits(2, 59);
  if (scan.failed()) {
    return "a date with a second written as 00 to 59, leap seconds excluded";
  }
  if (scan.Skip(',')) return "a date with a point before the fraction";
  if (scan.Skip('.')) scan.Fraction();
  if (scan.failed()) return "a date with a digit after the point";
  if (scan.Skip('z')) return "a date with an upper-case Z";
  if (!scan.Skip('Z')) {
    if (!scan.Skip('+') && !scan.Skip('-')) {
      return "a date with a zone such as Z or +00:00 after the time";
    }
    scan.Digits(2, 23);
    scan.Skip(':');
    scan.Digits(2, 59);
    if (scan.failed()) return "a date with an offset written as 00:00 to 23:59";
  }
  if (!scan.done()) return "a date with nothing after the zone";
  return "a date that is in the years 0001 to 9999 in UTC";
}

// Says what was expected in place of `text`, which Scan refuses. Looks at the
// parts of a date in the order of Scan and stops at the first that is wrong.
[[gnu::noinline]] std::string Expected(std::string_view text) {
  constexpr const char* kAnyDate =
      "a date such as 2063-04-05 or 2063-04-05T00:00:00.000+0000 in the years "
      "0001 to 9999";
  if (internal::HasBlanksAround(text)) return "a date without blanks around it";
  std::size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0) return kAnyDate;
  if (digits == text.size() && digits != 8) {
    return "a date such as 2063-04-05 or 20630405, not a bare number";
  }
  const bool extended = text.substr(digits).starts_with('-');
  if (extended && digits != 4) return "a date with a year of four digits";
  if (!extended && digits != 8) return kAnyDate;

  Scanner scan(text);
  const date::year year{scan.Digits(4, 9999)};
  if (year < date::year{1}) return "a date in the years 0001 to 9999";
  if (extended) scan.Expect('-');
  const date::month month{static_cast<unsigned>(scan.Digits(2, 12))};
  if (scan.failed() || !month.ok()) {
    return "a date with a month written as 01 to 12";
  }
  if (extended) scan.Expect('-');
  if (scan.failed()) return kAnyDate;
  const date::day day{static_cast<unsigned>(scan.Digits(2, 31))};
  if (scan.failed() || !(year / month / day).ok()) {
    const date::day last = (year / month / date::last).day();
    return "a date with a day written as 01 to " +
           std::to_string(static_cast<unsigned>(last)) + " in " +
           std::string(text.substr(0, extended ? 7 : 6));
  }
  return std::string(ExpectedAfterDay(scan, extended));
}

// Writes `value` in `width` digits and moves `out` past them.
void PutDigits(char*& out, unsigned value, std::size_t width) {
  for (std::size_t i = width; i > 0; --i, value /= 10) {
    out[i - 1] = static_cast<char>('0' + value % 10);
  }
  out += width;
}

}  // namespace

absl::StatusOr<Timestamp> ParseTimestamp(std::string_view text) {
  if (const std::optional<Timestamp> timestamp = Scan(text)) return *timestamp;
  return internal::InvalidArgument("expected " + Expected(text) + ", got " +
                                   Quote(text));
}

std::string FormatTimestamp(Timestamp timestamp) {
  if (timestamp < kMinTimestamp || timestamp > kMaxTimestamp) {
    return std::to_string(timestamp.time_since_epoch().count()) +
           " ms since 1970-01-01";
  }
  const auto midnight = date::floor<date::days>(timestamp);
  const date::year_month_day ymd{midnight};
  const date::hh_mm_ss time{timestamp - midnight};
  std::string text = "YYYY-MM-DDThh:mm:ss.mmm+0000";
  char* out = text.data();
  PutDigits(out, static_cast<unsigned>(static_cast<int>(ymd.year())), 4);
  PutDigits(++out, static_cast<unsigned>(ymd.month()), 2);
  PutDigits(++out, static_cast<unsigned>(ymd.day()), 2);
  PutDigits(++out, static_cast<unsigned>(time.hours().count()), 2);
  PutDigits(++out, static_cast<unsigned>(time.minutes().count()), 2);
  PutDigits(++out, static_cast<unsigned>(time.seconds().count()), 2);
  PutDigits(++out, static_cast<unsigned>(time.subseconds().count()), 3);
  return text;
}

}  // namespace api_access
