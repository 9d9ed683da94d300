#include "api_access/timestamp.h"

#include <cstddef>
#include <optional>

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
  return internal::InvalidArgument(
      "expected a date such as 2063-04-05 or 2063-04-05T00:00:00.000+0000 in "
      "the years 0001 to 9999, got " +
      internal::Quote(text));
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
