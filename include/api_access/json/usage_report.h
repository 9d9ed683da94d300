// What a log tells, as JSON: the report for people's tools, and the summary
// that is merged with those of other parts of the log. README.md, beside this
// header, lists the fields of the report.

#ifndef API_ACCESS_JSON_USAGE_REPORT_H_
#define API_ACCESS_JSON_USAGE_REPORT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/usage.h"

namespace api_access {

// One object on one line, in printable ASCII, not ended by a newline. Bytes
// that are not UTF-8 become U+FFFD. May be called concurrently.
std::string UsageReportJson(const UsageSummary& summary);

// The same of all that a summary has. ParseUsageSummary gives it back where its
// texts are UTF-8, as those of accounts and logs that were read as JSON are.
// Equal summaries have the same bytes. May be called concurrently.
std::string FormatUsageSummary(const UsageSummary& summary);

// Reads a summary. What does not come from FormatUsageSummary is refused as far
// as it can be told: fields that are missing or unknown, counts below 0, and
// what is not in its order. Errors: kInvalidArgument. May be called
// concurrently.
absl::StatusOr<UsageSummary> ParseUsageSummary(std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_JSON_USAGE_REPORT_H_
