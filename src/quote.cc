#include "api_access/quote.h"

#include <cstddef>

namespace api_access {

std::string Escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '`' && c != '\\') {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

std::string Quote(std::string_view text) {
  constexpr std::size_t kShown = 64;
  std::string quoted = "`" + Escape(text.substr(0, kShown)) + "`";
  if (text.size() > kShown) {
    quoted += "... (" + std::to_string(text.size()) + " bytes)";
  }
  return quoted;
}

}  // namespace api_access
