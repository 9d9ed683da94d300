// Instants in UTC, to the millisecond, and their text.

#ifndef API_ACCESS_TIMESTAMP_H_
#define API_ACCESS_TIMESTAMP_H_

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/version.h"

namespace api_access {

// An instant in UTC, in milliseconds since 1970-01-01T00:00:00Z, without leap
// seconds. Any value can be compared; only those from kMinTimestamp to
// kMaxTimestamp, both included, have a text and can be an expiration.
//
// To get one from a finer clock, round down:
//   std::chrono::floor<std::chrono::milliseconds>(system_clock::now())
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// 0001-01-01T00:00:00.000+0000 and 9999-12-31T23:59:59.999+0000.
inline constexpr Timestamp kMinTimestamp{
    std::chrono::milliseconds{-62'135'596'800'000}};
inline constexpr Timestamp kMaxTimestamp{
    std::chrono::milliseconds{253'402'300'799'999}};

// Reads a date as the provider takes and prints it:
//   ParseTimestamp("2063-04-05")                    midnight, UTC
//   ParseTimestamp("2063-04-05T00:00:00.000+0000")
//   ParseTimestamp("20630405T000000Z")
//   ParseTimestamp("2063-04-05T00:00:00")           error: no zone
//   ParseTimestamp("2063-4-5")                      error: one-digit month
//
// The forms are YYYY-MM-DD and YYYY-MM-DDThh:mm:ss[.fraction]ZONE, or without
// any `-` and `:` in date and time; ZONE is Z, +hh:mm, +hhmm, -hh:mm or -hhmm.
// Hours are 00-23, minutes and seconds 00-59, offsets at most 23:59. The
// fraction has one digit or more; what is finer than a millisecond is rounded
// towards the past. The year is 0001-9999 before and after the offset is
// applied. Nothing may precede or follow.
//
// Errors: kInvalidArgument. Allocates only to report one. May be called
// concurrently. Source: the forms of the provider's user guide and OpenAPI
// description; the strictness is our choice.
absl::StatusOr<Timestamp> ParseTimestamp(std::string_view text);

// YYYY-MM-DDThh:mm:ss.mmm+0000, as the provider prints dates. ParseTimestamp
// gives `timestamp` back. An instant without a text (see Timestamp) is printed
// as a count of milliseconds, which ParseTimestamp refuses.
std::string FormatTimestamp(Timestamp timestamp);

}  // namespace api_access

#endif  // API_ACCESS_TIMESTAMP_H_
