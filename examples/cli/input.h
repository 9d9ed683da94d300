// What most commands read.

#ifndef API_ACCESS_EXAMPLES_CLI_INPUT_H_
#define API_ACCESS_EXAMPLES_CLI_INPUT_H_

#include <optional>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/method.h"
#include "api_access/timestamp.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"

namespace api_access::examples {

// The values of --account, --now, --format and --ordinary.
struct Input {
  Account account;
  MethodCatalogue catalogue;
  std::optional<Timestamp> now;
  Format format;

  // Asks the clock only where no date was given.
  Timestamp Now(const Terminal& terminal) const {
    return now ? *now : terminal.clock();
  }
};

// Reads the account last: a command checks its other options before. Prints to
// `terminal.err` what the files have and the account does not. `another_format`
// is what --format may be in this command besides text and json.
absl::StatusOr<Input> ReadInput(
    const Options& options, const Terminal& terminal, Format default_format,
    std::optional<Format> another_format = std::nullopt);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_INPUT_H_
