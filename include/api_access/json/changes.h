// Changes as JSON, in the provider's terms.

#ifndef API_ACCESS_JSON_CHANGES_H_
#define API_ACCESS_JSON_CHANGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/change.h"

namespace api_access {

// Reads the request of a mutating call, as the provider's API takes it:
//   ParseChange("UpdateApiAccessRule",
//               R"({"ApiAccessRuleId":"aar-1","IpRanges":["192.0.2.0/24"]})",
//               "new")
//
// `new_id` is the id of what the call creates; other calls ignore it. A
// parameter that is null is absent; DryRun is read and ignored. That a required
// one is given is for Apply to check.
//
// Errors: kInvalidArgument for a call that is not one of Change, for a `new_id`
// that is empty, and for anything malformed, repeated or unknown. No value of
// CaPem is shown. May be called concurrently. Source: the provider's OpenAPI
// description.
absl::StatusOr<Change> ParseChange(std::string_view call,
                                   std::string_view request,
                                   std::string_view new_id);

// Reads the changes of a plan, one a line; lines of blanks are skipped:
//   {"Call":"CreateCa","Request":{"CaPem":"..."},"NewId":"ca-new"}
//
// NewId may be absent or null: `new-1` in the first line, `new-2` in the
// second, and so on. The steps have no resource.
//
// Errors: kInvalidArgument, naming the line, for anything malformed or unknown,
// for two creations of one kind (a key, a rule, a CA) under one id, and for a
// text without changes. May be called concurrently. Source: our choice.
absl::StatusOr<std::vector<PlanStep>> ParseChanges(std::string_view text);

// The parameters of the call that are given, as the provider's API takes them,
// on one line in printable ASCII: ParseChange reads them as `change`. Bytes
// that are not UTF-8, which JSON cannot hold, become U+FFFD, and a date that is
// not in the years 0001 to 9999 becomes a text that ParseChange refuses. May be
// called concurrently.
std::string FormatRequest(const Change& change);

}  // namespace api_access

#endif  // API_ACCESS_JSON_CHANGES_H_
