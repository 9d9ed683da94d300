// api-access review

#include "api_access/review.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "examples/account_folder/account_folder.h"
#include "examples/cli/commands.h"
#include "examples/cli/findings.h"

namespace api_access::examples {
namespace {

absl::StatusOr<std::int64_t> Seconds(const Options& options,
                                     std::string_view name,
                                     std::int64_t otherwise) {
  auto seconds = options.Integer(name, otherwise);
  if (seconds.ok() && *seconds < 0) {
    return absl::InvalidArgumentError(std::string(name) +
                                      ": expected 0 or more, got " +
                                      std::to_string(*seconds));
  }
  return seconds;
}

}  // namespace

absl::StatusOr<int> Review(const Options& options, const Terminal& terminal) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  ReviewOptions asked;
  const auto expires_within = Seconds(options, "--expires-within-seconds",
                                      asked.expires_within_seconds);
  if (!expires_within.ok()) return expires_within.status();
  const auto max_below =
      Seconds(options, "--max-below-seconds", asked.max_below_seconds);
  if (!max_below.ok()) return max_below.status();
  const auto format = options.FormatOr(Format::kText);
  if (!format.ok()) return format.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  const auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();

  asked = {.expires_within_seconds = *expires_within,
           .max_below_seconds = *max_below};
  const Timestamp at = now->has_value() ? **now : terminal.clock();
  const auto findings = api_access::Review(*read, at, asked);
  if (!findings.ok()) return findings.status();
  if (*format == Format::kJson) {
    terminal.out << Dump({{"Findings", FindingsJson(*findings)}}) << '\n';
  } else {
    terminal.out << Count(findings->size(), "finding") << " at "
                 << FormatTimestamp(at) << '\n'
                 << FindingsText(*findings);
  }
  return findings->empty() ? kOk : kNegative;
}

}  // namespace api_access::examples
