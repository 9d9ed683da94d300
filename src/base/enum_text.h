// Texts back to enumerators.

#ifndef API_ACCESS_SRC_BASE_ENUM_TEXT_H_
#define API_ACCESS_SRC_BASE_ENUM_TEXT_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "src/base/text.h"

namespace api_access::internal {

// Returns the enumerator of `all` whose ToString is `text`, byte for byte.
// Errors: kInvalidArgument, which lists all texts.
template <typename Enum, std::size_t kCount>
absl::StatusOr<Enum> ParseEnum(const std::array<Enum, kCount>& all,
                               std::string_view text) {
  for (const Enum value : all) {
    if (ToString(value) == text) return value;
  }
  std::string texts;
  for (const Enum value : all) {
    texts += (texts.empty() ? "" : ", ") + std::string(ToString(value));
  }
  return InvalidArgument("expected one of " + texts + ", got " + Quote(text));
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_ENUM_TEXT_H_
