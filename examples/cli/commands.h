// The commands of api-access. Each is one object, defined in the file of its
// name: its name, its options, its help and what it does.

#ifndef API_ACCESS_EXAMPLES_CLI_COMMANDS_H_
#define API_ACCESS_EXAMPLES_CLI_COMMANDS_H_

#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"

namespace api_access::examples {

struct Command {
  std::string_view name;
  std::span<const Option> options;
  std::string_view operand;  // what it expects besides; empty: nothing
  bool has_many_operands = false;
  std::string_view help;
  // Returns the exit status. An error is printed, and the status is kUnusable.
  absl::StatusOr<int> (*run)(const Options&, const Terminal&);
};

extern const Command kCheck;
extern const Command kFactors;
extern const Command kDecide;
extern const Command kExplain;
extern const Command kReview;
extern const Command kTest;
extern const Command kChange;
extern const Command kPlan;
extern const Command kForecast;
extern const Command kMap;
extern const Command kDiff;
extern const Command kReplay;
extern const Command kReport;
extern const Command kParse;

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_COMMANDS_H_
