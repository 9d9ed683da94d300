// Accepted findings of a review as lines of JSON.

#ifndef API_ACCESS_JSON_ACCEPTANCES_H_
#define API_ACCESS_JSON_ACCEPTANCES_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/review.h"

namespace api_access {

// Reads acceptances, one a line; lines of blanks are skipped:
//   {"Code":"root-key-active","Subject":"ABCDEFGHIJ0123456789",
//    "Reason":"used by the nightly backup","Until":"2031-01-01"}
//
// All four are required, so that nothing is accepted for ever by omission.
// Subject is `""` for a finding without one; Until is exclusive.
//
// Errors: kInvalidArgument, naming the line, for anything malformed, an unknown
// code or field, an empty reason, and for a code and subject that occur twice.
// A text without lines has no acceptances. May be called concurrently. Source:
// our choice.
absl::StatusOr<std::vector<Acceptance>> ParseAcceptances(std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_JSON_ACCEPTANCES_H_
