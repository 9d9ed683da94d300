// Words for error messages.

#ifndef API_ACCESS_SRC_BASE_TEXT_H_
#define API_ACCESS_SRC_BASE_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "api_access/quote.h"

namespace api_access::internal {

// Returns true if `text` begins or ends with a space, a tab or the end of a
// line.
inline bool HasBlanksAround(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  return !text.empty() && (kBlanks.find(text.front()) != kBlanks.npos ||
                           kBlanks.find(text.back()) != kBlanks.npos);
}

// Abseil's string_view is not the standard one in every build of Abseil, so
// that messages go in and come out as standard strings.
inline absl::Status InvalidArgument(const std::string& message) {
  return absl::InvalidArgumentError(message);
}
inline std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_H_
