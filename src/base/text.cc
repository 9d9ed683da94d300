#include "src/base/text.h"

#include <cstddef>

namespace api_access::internal {

std::string Quote(std::string_view text) {
  constexpr std::size_t kShown = 64;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "`";
  for (const char c : text.substr(0, kShown)) {
    if (c >= ' ' && c <= '~' && c != '`' && c != '\\') {
      quoted += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      quoted += "\\x";
      quoted += kHex[byte >> 4];
      quoted += kHex[byte & 15];
    }
  }
  quoted += '`';
  if (text.size() > kShown) {
    quoted += "... (" + std::to_string(text.size()) + " bytes)";
  }
  return quoted;
}

}  // namespace api_access::internal
