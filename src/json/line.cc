#include "src/json/line.h"
#include "src/base/text.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace api_access::internal {
namespace {

// Fails at what people give in place of an object of their own.
void ExpectObjectOfLine(const JsonCursor& root) {
  if (root.is_array()) {
    root.Fail("expected an object, got an array; each line is one object");
  } else if (root.Has("Logs")) {
    root.Fail("expected no log, got the answer of ReadApiLogs");
  } else if (root.Has("QueryCallName")) {
    root.Fail("expected no log, got an entry of one");
  }
}

}  // namespace

absl::Status ReadLine(std::string_view line,
                      const std::vector<std::string_view>& known,
                      const std::function<void(const JsonCursor&)>& read) {
  return ReadOne(TextKind::kLine, line, [&](const JsonCursor& root) {
    ExpectObjectOfLine(root);
    if (!root.failed()) root.ExpectOnly(known);
    if (!root.failed()) read(root);
  });
}

absl::Status ForEachLine(
    std::string_view text,
    const std::function<absl::Status(std::string_view)>& read) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const absl::Status status = read(line);
    if (!status.ok()) {
      return absl::InvalidArgumentError("line " + std::to_string(number) +
                                        ": " + MessageOf(status));
    }
  }
  return absl::OkStatus();
}

}  // namespace api_access::internal
