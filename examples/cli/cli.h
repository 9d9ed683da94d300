// The program api-access as a function, so that tests can run it.

#ifndef API_ACCESS_EXAMPLES_CLI_CLI_H_
#define API_ACCESS_EXAMPLES_CLI_CLI_H_

#include <functional>
#include <istream>
#include <ostream>
#include <span>
#include <string>

#include "api_access/timestamp.h"

namespace api_access::examples {

// What a run may touch.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Asked only where no date was given.
  std::function<Timestamp()> clock;
  // Whether somebody reads `err` as it is written: progress is shown, and the
  // clock is asked for it.
  bool err_is_terminal = false;
};

// Exit statuses.
inline constexpr int kOk = 0;
// Not ready, findings, a line in error, a denial with --fail-on-deny, a refused
// call, a loss with --fail-on lost, or two accounts that differ.
inline constexpr int kNegative = 1;
inline constexpr int kUnusable = 2;  // usage error or unusable account
// Nobody named can manage access.
inline constexpr int kLockedOut = 3;
// No findings in an account that is not known to be complete.
inline constexpr int kIncomplete = 4;

// Runs the program with `arguments`, which do not include its name, and returns
// its exit status.
int RunCli(std::span<const std::string> arguments, const Terminal& terminal);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_CLI_H_
