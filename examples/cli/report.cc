// api-access report

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/page/report_page.h"
#include "api_access/usage.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/log.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {{"--account"},
                               {"--against"},
                               {"--log", Option::kRepeated},
                               {"--callers"},
                               {"--ca-end", Option::kRepeated},
                               {"--ordinary", Option::kRepeated},
                               {"--now"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const std::vector<std::string> logs = options.All("--log");
  const std::string* callers_file = options.Find("--callers");
  const bool callers_are_input =
      callers_file != nullptr && *callers_file == "-";
  if (std::ranges::count(logs, "-") + (callers_are_input ? 1 : 0) > 1) {
    return OptionError(
        "--log", "expected files, as the standard input can be read once");
  }
  const auto ca_ends = ReadCaEnds(options);
  if (!ca_ends.ok()) return ca_ends.status();
  const auto callers = ReadCallers(options, terminal);
  if (!callers.ok()) return callers.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();
  const auto against = ReadAgainst(options, terminal);
  if (!against.ok()) return against.status();
  std::optional<UsageSummary> usage;
  if (options.Has("--log")) {
    auto summary =
        SummarizeLogs(terminal, logs, input->account,
                      *against ? &**against : nullptr, input->catalogue);
    if (!summary.ok()) return summary.status();
    usage = *std::move(summary);
  }
  const auto page = ReportPage(input->account, input->Now(terminal),
                               {.callers = *callers,
                                .ca_ends = *ca_ends,
                                .against = *against ? &**against : nullptr,
                                .usage = usage ? &*usage : nullptr});
  if (!page.ok()) return page.status();
  terminal.out << *page;
  return kOk;
}

}  // namespace

constinit const Command kReport = {
    .name = "report",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access report --account DIR [--against DIR2] [--log FILE]...
            [--callers FILE] [--ca-end CA=T]... [--ordinary SERVICE:NAME]...
            [--now T]
  Prints one HTML page about an account, to be looked at in a browser, printed
  and sent: the trusted session, lock-outs and the next change in time; required
  factors; from where who gets in, as a picture and as a table; rules with what
  they alone admit; access keys on a time line; findings with what would help;
  and what the page does not tell. It needs nothing but itself, and says what
  check, factors, map, review, forecast, diff and replay say.
  --against adds the exact difference to another account, --log what logs of
  calls tell, as of replay, and --callers what those you rely on can do, as of
  forecast. --ca-end tells the end of the CA with this id, --ordinary declares a
  method that the catalogue lacks. Exit status: 0, or 2 if an option, an account
  or a log cannot be used.

  Example:
    api-access report --account examples/accounts/trusted --now 2030-01-01 \
      --log examples/accounts/trusted/log.json > page.html
)",
    .run = &Run,
};

}  // namespace api_access::examples
