// Texts that somebody may have meant.

#ifndef API_ACCESS_SRC_BASE_ONE_EDIT_H_
#define API_ACCESS_SRC_BASE_ONE_EDIT_H_

#include <string_view>

namespace api_access::internal {

// Returns true if one character more, less or other makes `b` of `a`, or two
// that changed places.
constexpr bool IsOneEditAway(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() + b.size() == 1) return true;
  if (a.size() != b.size() || a.empty()) return false;
  if (a.size() == 1) return true;
  return a.front() == b.back() && a.back() == b.front() &&
         a.substr(1, a.size() - 2) == b.substr(1, b.size() - 2);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_ONE_EDIT_H_
