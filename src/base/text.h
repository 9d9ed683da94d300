// Words for error messages.

#ifndef API_ACCESS_SRC_BASE_TEXT_H_
#define API_ACCESS_SRC_BASE_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace api_access::internal {

// `text` between backticks, in printable ASCII: every other byte, a backtick
// and a backslash are escaped as \xNN. At most 64 bytes of it are shown, then
// `...` and its length.
std::string Quote(std::string_view text);

// Abseil's string_view is not the standard one in every build of Abseil.
inline absl::Status InvalidArgument(const std::string& message) {
  return absl::InvalidArgumentError(message);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_H_
