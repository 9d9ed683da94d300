// api-access forecast

#include <optional>
#include <string>
#include <utility>

#include "api_access/impact.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "examples/cli/commands.h"
#include "examples/cli/effects.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {{"--account"},
                               {"--callers"},
                               {"--now"},
                               {"--until"},
                               {"--ca-end", Option::kRepeated},
                               {"--format"}};

std::string ForecastText(const AccessForecast& forecast) {
  std::string text;
  for (const CallerForecast& caller : forecast.callers) {
    text +=
        "  " + Quote(caller.name) +
        (caller.can_manage ? " can manage"
                           : ' ' + CannotManageText(caller.manage_reason)) +
        (caller.manage_until ? " until " + FormatTimestamp(*caller.manage_until)
                             : "") +
        '\n';
    for (const CallerForecast::Event& event : caller.events) {
      text += "    " + FormatTimestamp(event.at) + '\n' +
              LostText(event.lost, "      ");
    }
  }
  if (forecast.NobodyCanManage()) {
    return text + "LOCKED OUT: nobody named can manage now\n";
  }
  return text + (forecast.manageable_until
                     ? "LOCKED OUT from " +
                           FormatTimestamp(*forecast.manageable_until) +
                           " on: nobody named can manage then\n"
                     : "Somebody named can manage for ever\n");
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto until = options.Date("--until");
  if (!until.ok()) return until.status();
  const auto ca_ends = ReadCaEnds(options);
  if (!ca_ends.ok()) return ca_ends.status();
  const auto required = options.Required("--callers");
  if (!required.ok()) return required.status();
  const auto callers = ReadCallers(options, terminal);
  if (!callers.ok()) return callers.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();

  const Timestamp at = input->Now(terminal);
  const auto forecast = Forecast(input->account, *callers, at,
                                 {.horizon = *until, .ca_ends = *ca_ends});
  if (!forecast.ok()) return forecast.status();
  if (input->format == Format::kJson) {
    terminal.out << ForecastJson(*forecast) << '\n';
  } else {
    terminal.out << AccountSummary::Of(input->account) << "\nForecast from "
                 << FormatTimestamp(at)
                 << (*until ? " to " + FormatTimestamp(**until) : "") << '\n'
                 << ForecastText(*forecast);
  }
  const bool ends = *until && forecast->manageable_until &&
                    *forecast->manageable_until <= **until;
  return forecast->NobodyCanManage() || ends ? kLockedOut : kOk;
}

}  // namespace

constinit const Command kForecast = {
    .name = "forecast",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access forecast --account DIR --callers FILE [--now T] [--until T]
              [--ca-end CA=T]... [--format text|json]
  Tells when those you rely on lose access if nobody touches the account, as
  access keys expire and CAs end, and from when nobody named can manage access.
  FILE is as of change; --until is the last instant that is looked at, and
  --ca-end tells the end of the CA with this id. Exit status: 0 if somebody
  named can manage now and, with --until, up to then, 3 if not, 2 if an option
  or the account cannot be used.

  Example:
    api-access forecast --account examples/accounts/office --now 2030-01-01 \
      --callers examples/changes/callers.jsonl
)",
    .run = &Run,
};

}  // namespace api_access::examples
