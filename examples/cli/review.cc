// api-access review

#include "api_access/review.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "api_access/json/reports.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

absl::StatusOr<std::int64_t> Seconds(const Options& options,
                                     std::string_view name,
                                     std::int64_t otherwise) {
  auto seconds = options.Integer(name, otherwise);
  if (seconds.ok() && *seconds < 0) {
    return OptionError(name,
                       "expected 0 or more, got " + std::to_string(*seconds));
  }
  return seconds;
}

constexpr Option kOptions[] = {{"--account"},
                               {"--now"},
                               {"--expires-within-seconds"},
                               {"--max-below-seconds"},
                               {"--format"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  ReviewOptions asked;
  const auto expires_within = Seconds(options, "--expires-within-seconds",
                                      asked.expires_within_seconds);
  if (!expires_within.ok()) return expires_within.status();
  const auto max_below =
      Seconds(options, "--max-below-seconds", asked.max_below_seconds);
  if (!max_below.ok()) return max_below.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();

  asked = {.expires_within_seconds = *expires_within,
           .max_below_seconds = *max_below};
  const Timestamp at = input->Now(terminal);
  const auto findings = api_access::Review(input->account, at, asked);
  if (!findings.ok()) return findings.status();
  if (input->format == Format::kJson) {
    terminal.out << ReviewJson(input->account, at, *findings) << '\n';
  } else {
    terminal.out << AccountSummary::Of(input->account) << '\n'
                 << Count(findings->size(), "finding") << " at "
                 << FormatTimestamp(at) << '\n'
                 << FindingsText(*findings);
  }
  return findings->empty() ? kOk : kNegative;
}

}  // namespace

constinit const Command kReview = {
    .name = "review",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access review --account DIR [--now T]
            [--expires-within-seconds N] [--max-below-seconds N]
            [--format text|json]
  Lists what is worth knowing about an account: rules and ranges that change
  nothing, rules that are open to any address, access keys that have expired,
  expire soon (by default within 604800 s) or never, a short maximum (by default
  below 3600 s), CAs that rules name but the account does not have, and what the
  account's own policy does not allow (policy-contradicted). Exit status: 0 if
  there is no finding, 1 if there is one, 2 if an option or the account cannot
  be used.

  Example:
    api-access review --account examples/accounts/eim-users --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
