// The version of the library.

#ifndef API_ACCESS_VERSION_H_
#define API_ACCESS_VERSION_H_

#include <string_view>

namespace api_access {

// Of the headers that a program was compiled with. The library makes no promise
// about its ABI: compile a program with the headers of the library it links.
inline constexpr int kVersionMajor = 0;
inline constexpr int kVersionMinor = 1;
inline constexpr int kVersionPatch = 0;
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace api_access

#endif  // API_ACCESS_VERSION_H_
