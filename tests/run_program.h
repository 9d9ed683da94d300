// The program api-access, run in this process.

#ifndef API_ACCESS_TESTS_RUN_PROGRAM_H_
#define API_ACCESS_TESTS_RUN_PROGRAM_H_

#include <sstream>
#include <string>
#include <vector>

#include "examples/cli/cli.h"
#include "tests/support.h"

namespace api_access::examples {

struct Result {
  int status;
  std::string out;
  std::string err;
};

// At noon of 2030-01-01.
inline Result RunProgram(const std::vector<std::string>& arguments,
                         const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status =
      RunCli(arguments, {.in = in, .out = out, .err = err, .clock = [] {
                           return At("2030-01-01T12:00:00Z");
                         }});
  return {status, out.str(), err.str()};
}

// A sample account.
inline std::string AccountDir(const std::string& name) {
  return API_ACCESS_SOURCE_DIR "/examples/accounts/" + name;
}

}  // namespace api_access::examples

#endif  // API_ACCESS_TESTS_RUN_PROGRAM_H_
