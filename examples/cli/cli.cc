#include "examples/cli/cli.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

#include "api_access/method.h"
#include "api_access/quote.h"
#include "api_access/version.h"
#include "examples/cli/commands.h"

namespace api_access::examples {
namespace {

// In the order of the help.
constexpr const Command* kCommands[] = {
    &kCheck, &kFactors,  &kDecide, &kExplain, &kReview, &kTest,   &kChange,
    &kPlan,  &kForecast, &kMap,    &kDiff,    &kReplay, &kReport, &kParse};

void PrintHelp(std::ostream& out) {
  out << "api-access evaluates OUTSCALE API access control.\n"
         "DIR is a folder with the provider's answers, each of a call without\n"
         "filters; T is a date such as 2030-01-01T00:00:00Z, by default the\n"
         "current time. The files in DIR:\n"
         "  ReadAccessKeys.json             octl iaas api ReadAccessKeys, "
         "called\n"
         "                                  by the root user\n"
         "  ReadApiAccessRules.json         octl iaas api ReadApiAccessRules\n"
         "  ReadApiAccessPolicy.json        octl iaas api ReadApiAccessPolicy\n"
         "  ReadUsers.json                  octl iaas api ReadUsers, all "
         "pages\n"
         "  ReadAccessKeys.<UserName>.json  octl iaas api ReadAccessKeys\n"
         "                                  --UserName=<UserName>, for each "
         "user\n"
         "  ReadCas.json                    octl iaas api ReadCas\n"
         "The first three are required. The next two make the account "
         "complete,\n"
         "which a trusted session needs. The last one lets CAs be reviewed.\n";
  for (const Command* command : kCommands) out << '\n' << command->help;
  out << "\nusage: api-access --version\n"
         "  Prints the version of the program and of its methods.\n";
}

absl::Status Unusable(const std::string& message) {
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<int> RunCommand(const Command& command,
                               std::span<const std::string> arguments,
                               const Terminal& terminal) {
  const std::string see =
      "; see api-access " + std::string(command.name) + " --help";
  const auto options = Options::Parse(arguments, command.options);
  if (!options.ok()) return Unusable(MessageOf(options.status()) + see);
  if (options->wants_help()) {
    terminal.out << command.help;
    return kOk;
  }
  const std::vector<std::string>& operands = options->operands();
  if (operands.empty() && !command.operand.empty()) {
    return Unusable("expected " + std::string(command.operand) +
                    ", got nothing" + see);
  }
  const std::size_t most = command.operand.empty() ? 0 : 1;
  if (operands.size() > most && !command.has_many_operands) {
    return Unusable("unexpected argument " + Quote(operands.back()) + see);
  }
  return command.run(*options, terminal);
}

}  // namespace

int RunCli(std::span<const std::string> arguments, const Terminal& terminal) {
  std::string program = "api-access";
  absl::StatusOr<int> status = kOk;
  if (arguments.empty()) {
    status = Unusable("expected a command, got none; see api-access --help");
  } else if (IsHelp(arguments[0])) {
    PrintHelp(terminal.out);
  } else if (arguments[0] == "--version") {
    terminal.out << "api-access " << kVersion << ", methods of API version "
                 << kCatalogueVersion << '\n';
  } else {
    const auto* const command =
        std::ranges::find(kCommands, arguments[0], &Command::name);
    if (command == std::end(kCommands)) {
      status = Unusable("unknown command " + Quote(arguments[0]) +
                        "; see api-access --help");
    } else {
      program += ' ' + arguments[0];
      status = RunCommand(**command, arguments.subspan(1), terminal);
    }
  }
  terminal.out.flush();
  if (status.ok() && !terminal.out) {
    status = absl::UnavailableError("the output cannot be written");
  }
  if (status.ok()) return *status;
  terminal.err << program << ": " << MessageOf(status.status()) << '\n';
  return kUnusable;
}

}  // namespace api_access::examples
