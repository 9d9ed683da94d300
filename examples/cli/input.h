// What most commands read.

#ifndef API_ACCESS_EXAMPLES_CLI_INPUT_H_
#define API_ACCESS_EXAMPLES_CLI_INPUT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/impact.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"

namespace api_access::examples {

// The account in the folder that `option` names. Prints to `terminal.err` what
// the files have and the account does not.
absl::StatusOr<Account> ReadAccount(const Options& options,
                                    std::string_view option,
                                    const Terminal& terminal);

// The account in the folder that --against names; none without it.
absl::StatusOr<std::optional<Account>> ReadAgainst(const Options& options,
                                                   const Terminal& terminal);

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

// Reads the account last: a command checks its other options before.
// `another_format` is what --format may be in this command besides text and
// json.
absl::StatusOr<Input> ReadInput(
    const Options& options, const Terminal& terminal, Format default_format,
    std::optional<Format> another_format = std::nullopt);

// The text of a file, or of the standard input if `file` is `-`.
absl::StatusOr<std::string> ReadFileOrInput(const std::string& file,
                                            const Terminal& terminal);

// The values of --ca-end, CA=T, in their order. No CA twice.
absl::StatusOr<std::vector<CaEnd>> ReadCaEnds(const Options& options);

// The callers in the file that --callers names; none without it.
absl::StatusOr<std::vector<NamedCaller>> ReadCallers(const Options& options,
                                                     const Terminal& terminal);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_INPUT_H_
