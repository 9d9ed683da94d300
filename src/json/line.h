// Objects that are written one a line.

#ifndef API_ACCESS_SRC_JSON_LINE_H_
#define API_ACCESS_SRC_JSON_LINE_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "src/json/document.h"

namespace api_access::internal {

// Calls `read` with the one object of `line`, which has no other fields than
// those of the `known` names. Errors: kInvalidArgument for any other text, and
// those of `read`.
absl::Status ReadLine(std::string_view line,
                      const std::vector<std::string_view>& known,
                      const std::function<void(const JsonCursor&)>& read);

// Calls `read` with each line of `text` that is not blank. Ends at the first
// error, and adds the number of the line to it.
absl::Status ForEachLine(
    std::string_view text,
    const std::function<absl::Status(std::string_view)>& read);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_LINE_H_
