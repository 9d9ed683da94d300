// Text of strangers, made safe to print: as all error messages show it.

#ifndef API_ACCESS_QUOTE_H_
#define API_ACCESS_QUOTE_H_

#include <string>
#include <string_view>

#include "api_access/version.h"

namespace api_access {

// `text` in printable ASCII: every other byte, a backtick and a backslash are
// escaped as a backslash, `x` and two hexadecimal digits, so that no terminal
// obeys it. May be called concurrently.
std::string Escape(std::string_view text);

// The first 64 bytes of `text`, escaped and between backticks, then `...` and
// the length if there are more:
//   Quote("ca-1")     `ca-1`
//   Quote("a\nb")     `a\x0ab`
//
// May be called concurrently.
std::string Quote(std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_QUOTE_H_
