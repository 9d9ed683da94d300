// The entries of the provider's call log, out of a file of any size.

#ifndef API_ACCESS_EXAMPLES_LOG_LOG_READER_H_
#define API_ACCESS_EXAMPLES_LOG_LOG_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/usage.h"

namespace api_access::examples {

// The largest entry, and the largest rest of an answer without its entries.
inline constexpr std::size_t kMaxLogEntry = std::size_t{1} << 20;

// XXH3 of 128 bits, in hexadecimal digits: tells one text from another, but
// not from one that somebody made to look the same.
std::string DigestOf(std::string_view bytes);

// What became of a whole log.
struct LogRead {
  // DigestOf its bytes.
  std::string digest;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
  // Whether the last answer says that there are more (NextPageToken).
  bool has_more = false;
};

struct LogVisitor {
  // An entry, and its text as it stands in the log. Both are views for this
  // call.
  std::function<void(const LogEntry&, std::string_view text)> entry;
  // Now and then, how much has been read.
  std::function<void(const LogRead&)> progress = nullptr;
};

// Reads entries in each form that a log has: answers of ReadApiLogs, one or
// several after each other; a list of entries; entries one after the other,
// such as JSON lines. Empty lines, and dots at the start of a line, are
// skipped: a tool of the provider prints a dot when there is nothing new. A
// file without any of these is a log without entries. All of it has to be JSON,
// also the fields that are not read, except for the escapes in their strings.
//
// Holds one window of the log, not more. Errors, which name the line and the
// column: kInvalidArgument for anything else, for an entry above kMaxLogEntry
// and for a field that is read and repeated; kUnavailable if it cannot be read.
// What was visited before an error is not the whole log.
absl::StatusOr<LogRead> ReadLog(std::istream& in, const LogVisitor& visitor);
// The same of a log that is in memory, without a copy of it.
absl::StatusOr<LogRead> ReadLog(std::string_view log,
                                const LogVisitor& visitor);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_LOG_LOG_READER_H_
