// What reports about an account list: one shape for all of them.

#ifndef API_ACCESS_FINDING_H_
#define API_ACCESS_FINDING_H_

#include <ostream>
#include <string>
#include <string_view>

#include "api_access/version.h"

namespace api_access {

namespace internal {
std::string FindingText(std::string_view code, const std::string& subject,
                        const std::string& message);
}  // namespace internal

// One item of a report. `Code` is the enum of what that report can find, such
// as ViolationCode. A default finding has the code 0, which is no enumerator of
// these enums.
template <typename Code>
struct Finding {
  Code code{};
  // The id that the finding is about; empty where there is none.
  std::string subject;
  // For people; the wording may change.
  std::string message;

  friend bool operator==(const Finding&, const Finding&) = default;
};

// The code, the subject between backticks if there is one, and the message:
// ``key-never-expires `KEY`: expected an expiration of ...``. Bytes of the
// subject that are not printable are escaped, and a long one is cut.
template <typename Code>
std::string ToString(const Finding<Code>& finding) {
  return internal::FindingText(ToString(finding.code), finding.subject,
                               finding.message);
}
template <typename Code>
std::ostream& operator<<(std::ostream& out, const Finding<Code>& finding) {
  return out << ToString(finding);
}

}  // namespace api_access

#endif  // API_ACCESS_FINDING_H_
