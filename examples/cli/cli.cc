#include "examples/cli/cli.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "examples/account_folder/json_cursor.h"
#include "examples/cli/commands.h"

namespace api_access::examples {
namespace {

struct Command {
  std::string_view name;
  std::vector<std::string_view> options;
  std::string_view operand;  // what it expects besides; empty: nothing
  absl::StatusOr<int> (*run)(const Options&, const Terminal&);
  std::string_view help;
};

const std::vector<Command>& Commands() {
  static const auto& commands = *new std::vector<Command>{
      {"check",
       {"--account", "--now", "--max-access-key-expiration-seconds",
        "--require-trusted-env", "--format"},
       "",
       &Check,
       R"(api-access check --account DIR [--now T]
           [--max-access-key-expiration-seconds N]
           [--require-trusted-env true|false] [--format text|json]
  May this API access policy be set? Default: the account's own maximum, with
  the trusted session activated. Exit status: 0 ready, 1 not ready, 2 unusable
  input.

  Example:
    api-access check --account examples/accounts/blocked --now 2030-01-01
)"},
      {"factors",
       {"--account", "--client-ip", "--format"},
       "",
       &Factors,
       R"(api-access factors --account DIR [--client-ip IP] [--format text|json]
  Which authentication factors does each class of methods need, with the trusted
  session deactivated and activated? With an address: which exactly, from there.
  Exit status: 0, 2 unusable input.

  Example:
    api-access factors --account examples/accounts/trusted --client-ip 192.0.2.7
)"},
      {"decide",
       {"--account", "--now", "--format"},
       "",
       &Decide,
       R"(api-access decide --account DIR [--now T] [--format text|json]
  Decides on requests: JSON lines in, JSON lines out (default), or lines of
  text. A line in error is answered Deny, with the error. Exit status: 0, 1 some
  line was in error, 2 unusable input. All that a request line can have, of
  which the first three are required:
    {"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",
     "Login":"AccessKey","AccessKeyId":"...",   or "Login":"Password"
     "Certificate":{"CaIds":["ca-..."],"Cn":"client.a"},"Now":"2030-01-01"}

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access decide --account examples/accounts/trusted --now 2030-01-01
)"},
      {"explain",
       {"--account", "--now", "--format"},
       "",
       &Explain,
       R"(api-access explain --account DIR [--now T] [--format text|json]
  Decides as decide does, and says why: what each rule makes of the request, and
  what the caller could present instead. Text (default), or one JSON line a
  request. Exit status: 0, 1 some line was in error, 2 unusable input.

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access explain --account examples/accounts/trusted --now 2030-01-01
)"},
      {"review",
       {"--account", "--now", "--expires-within-seconds", "--max-below-seconds",
        "--format"},
       "",
       &Review,
       R"(api-access review --account DIR [--now T]
            [--expires-within-seconds N] [--max-below-seconds N]
            [--format text|json]
  What is worth knowing about this account: rules and ranges that change
  nothing, rules open to any address, keys that expired, never expire or do so
  soon (default: within 604800 s), a short maximum (default: below 3600 s), CAs
  that are not there, contradictions of the policy. Exit status: 0 no findings,
  1 findings, 2 unusable input.

  Example:
    api-access review --account examples/accounts/eim-users --now 2030-01-01
)"},
      {"parse",
       {},
       "ip, range or timestamp",
       &Parse,
       R"(api-access parse ip|range|timestamp
  Reads one value a line and prints its canonical text as a JSON line. Exit
  status: 0, 1 some line was in error, 2 usage error.

  Example:
    echo 192.0.2.0/16 | api-access parse range
)"},
  };
  return commands;
}

void PrintHelp(std::ostream& out) {
  out << "api-access evaluates OUTSCALE API access control.\n"
         "DIR is a folder of the provider's answers, T a date such as "
         "2030-01-01T00:00:00Z\n(default: now).\n";
  for (const Command& command : Commands()) out << '\n' << command.help;
}

absl::Status Unusable(const std::string& message) {
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<int> RunCommand(const Command& command,
                               std::span<const std::string> arguments,
                               const Terminal& terminal) {
  const auto options = Options::Parse(arguments, command.options);
  if (!options.ok()) return options.status();
  if (options->wants_help()) {
    terminal.out << command.help;
    return kOk;
  }
  const std::size_t operands = options->operands().size();
  if (operands != (command.operand.empty() ? 0 : 1)) {
    return Unusable(
        operands == 0
            ? "expected " + std::string(command.operand) + ", got nothing"
            : "unexpected argument " + Quote(options->operands().back()));
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
  } else {
    const auto command =
        std::ranges::find(Commands(), arguments[0], &Command::name);
    if (command == Commands().end()) {
      status = Unusable("unknown command " + Quote(arguments[0]) +
                        "; see api-access --help");
    } else {
      program += ' ' + arguments[0];
      status = RunCommand(*command, arguments.subspan(1), terminal);
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

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json DateOrNull(const std::optional<Timestamp>& timestamp) {
  return timestamp ? Json(FormatTimestamp(*timestamp)) : Json();
}

std::string AlignColumns(const std::vector<std::vector<std::string>>& rows,
                         std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

LineAnswer JsonError(const std::string& message) {
  return {Dump({{"Error", message}}), true};
}

absl::StatusOr<int> AnswerLines(
    const Terminal& terminal,
    const std::function<LineAnswer(const std::string&, std::size_t)>& answer,
    const std::function<LineAnswer(const std::string&, std::size_t)>& refuse) {
  constexpr std::size_t kMaxLine = std::size_t{1} << 20;
  int status = kOk;
  std::string line;
  std::size_t number = 0;
  std::size_t size = 0;  // of the line, of which `line` keeps the beginning
  const auto finish_line = [&] {
    ++number;
    const LineAnswer answered =
        size > kMaxLine
            ? refuse("expected a line of at most 1 MiB, got a longer one",
                     number)
            : answer(line, number);
    if (answered.is_error) status = kNegative;
    terminal.out << answered.text << '\n';
    // Whoever waits for this answer before it asks again must get it.
    if (terminal.in.rdbuf()->in_avail() <= 0) terminal.out.flush();
    line.clear();
    size = 0;
  };
  char c = 0;
  while (terminal.out && terminal.in.get(c)) {
    if (c == '\n') {
      finish_line();
    } else if (++size <= kMaxLine) {
      line += c;
    }
  }
  if (size > 0) finish_line();
  if (terminal.in.bad()) {
    return absl::UnavailableError("the input cannot be read");
  }
  return status;
}

}  // namespace api_access::examples
