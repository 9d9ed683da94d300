// The version of the library, and the standard that its headers need.

#ifndef API_ACCESS_VERSION_H_
#define API_ACCESS_VERSION_H_

// Every public header includes this one, so that a compiler in the mode of an
// older standard prints this sentence in place of hundreds of errors. It goes
// on after #error; a missing file stops it. By default MSVC's __cplusplus is
// that of C++98 in any mode.
#if __cplusplus < 202002L && !defined(_MSVC_LANG)
#error "api_access needs C++20 or later: compile with -std=c++20"
#include <api_access_needs_cxx20>
#endif

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
