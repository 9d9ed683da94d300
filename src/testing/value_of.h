// Turns what a test has written down into values.

#ifndef API_ACCESS_SRC_TESTING_VALUE_OF_H_
#define API_ACCESS_SRC_TESTING_VALUE_OF_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "src/base/text.h"

namespace api_access::internal {

// Returns the value of `result`. Without one it throws as builders.h says, and
// names `where` the text was written.
template <typename T>
T ValueOf(absl::StatusOr<T> result, const std::string& where) {
  if (!result.ok()) {
    const auto message = result.status().message();
    result = InvalidArgument(where + ": " +
                             std::string(message.data(), message.size()));
  }
  return std::move(result).value();
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_TESTING_VALUE_OF_H_
