// api-access diff

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "api_access/access_map.h"
#include "api_access/json/map_reports.h"
#include "api_access/quote.h"
#include "examples/cli/access_text.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {
    {"--before"}, {"--after"}, {"--now"}, {"--fail-on"}, {"--format"}};

// What makes the exit status kNegative.
struct FailOn {
  bool widened = true;
  bool narrowed = true;
};

absl::StatusOr<FailOn> ReadFailOn(const Options& options) {
  constexpr std::string_view kName = "--fail-on";
  const std::string* value = options.Find(kName);
  if (value == nullptr || *value == "any") return FailOn();
  if (*value == "widened") return FailOn{.narrowed = false};
  if (*value == "narrowed") return FailOn{.widened = false};
  return OptionError(kName,
                     "expected widened, narrowed or any, got " + Quote(*value));
}

bool Has(const AccessDifference& difference, DifferenceKind kind) {
  const auto& regions = kind == DifferenceKind::kWidened ? difference.widened
                                                         : difference.narrowed;
  return !regions.empty() ||
         std::ranges::find(difference.keys, kind, &KeyDifference::kind) !=
             difference.keys.end();
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto fail_on = ReadFailOn(options);
  if (!fail_on.ok()) return fail_on.status();
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(Format::kText, std::nullopt);
  if (!format.ok()) return format.status();
  const auto before = ReadAccount(options, "--before", terminal);
  if (!before.ok()) return before.status();
  const auto after = ReadAccount(options, "--after", terminal);
  if (!after.ok()) return after.status();

  const Timestamp at = *now ? **now : terminal.clock();
  const auto difference = DiffAccess(*before, *after, at);
  if (!difference.ok()) return difference.status();
  if (*format == Format::kJson) {
    terminal.out << DiffJson(*difference) << '\n';
  } else {
    terminal.out << "Before: " << AccountSummary::Of(*before)
                 << "\nAfter:  " << AccountSummary::Of(*after)
                 << "\nDifference at " << FormatTimestamp(at) << '\n'
                 << DifferenceText(*difference);
  }
  const bool fails =
      (fail_on->widened && Has(*difference, DifferenceKind::kWidened)) ||
      (fail_on->narrowed && Has(*difference, DifferenceKind::kNarrowed));
  return fails ? kNegative : kOk;
}

}  // namespace

constinit const Command kDiff = {
    .name = "diff",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access diff --before DIR --after DIR [--now T]
          [--fail-on widened|narrowed|any] [--format text|json]
  Shows exactly what two accounts treat differently: what is allowed after and
  was not (widened), what was allowed and is not any more (narrowed), each with
  a request that gets different verdicts, and the access keys that are usable
  otherwise from T on. Without a difference every request is treated alike. Exit
  status: 0 if they are equal, 1 if they differ, with --fail-on only in that
  way, 2 if an option or an account cannot be used.

  Example:
    api-access diff --before examples/accounts/ready \
      --after examples/accounts/trusted --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
