// api-access check

#include <cstddef>
#include <string>
#include <vector>

#include "api_access/activation.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

// The first eight of `ids`, which are quoted.
std::string ListText(const std::vector<std::string>& ids) {
  constexpr std::size_t kMaxListed = 8;
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < kMaxListed; ++i) {
    text += (i > 0 ? ", " : "") + Quote(ids[i]);
  }
  return ids.size() <= kMaxListed
             ? text
             : text + " and " + std::to_string(ids.size() - kMaxListed) +
                   " more";
}

std::string SmallestMaximumText(const SmallestMaximum& smallest) {
  if (smallest.seconds) {
    return "Smallest maximum that every access key allows: " +
           std::to_string(*smallest.seconds) + " s\n";
  }
  return "No maximum is high enough for " +
         Count(smallest.blocking_key_ids.size(), "access key") + ": " +
         ListText(smallest.blocking_key_ids) + '\n';
}

constexpr Option kOptions[] = {{"--account"},
                               {"--now"},
                               {"--max-access-key-expiration-seconds"},
                               {"--require-trusted-env"},
                               {"--format"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto require = options.Bool("--require-trusted-env", true);
  if (!require.ok()) return require.status();
  const auto asked_max =
      options.Integer("--max-access-key-expiration-seconds", 0);
  if (!asked_max.ok()) return asked_max.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();

  const bool has_max = options.Has("--max-access-key-expiration-seconds");
  const RequestedPolicy requested = {
      .max_access_key_expiration_seconds =
          has_max ? *asked_max
                  : input->account.policy().max_access_key_expiration_seconds(),
      .require_trusted_env = *require};
  const Timestamp at = input->Now(terminal);
  const ActivationReport report =
      CheckActivation(input->account, requested, at);
  if (input->format == Format::kJson) {
    terminal.out << ActivationJson(input->account, requested, at, report)
                 << '\n';
    return report.ready ? kOk : kNegative;
  }

  terminal.out << AccountSummary::Of(input->account) << '\n';
  if (report.ready) {
    terminal.out << "Ready";
  } else {
    terminal.out << "Not ready: "
                 << Count(report.violations.size(), "violation");
  }
  terminal.out << "\n  for MaxAccessKeyExpirationSeconds "
               << std::to_string(requested.max_access_key_expiration_seconds)
               << ", RequireTrustedEnv " << (*require ? "true" : "false")
               << " at " << FormatTimestamp(at) << '\n';
  terminal.out << FindingsText(report.violations);
  if (!report.warnings.empty()) {
    terminal.out << Count(report.warnings.size(), "warning") << '\n'
                 << FindingsText(report.warnings);
  }
  if (report.ready_at) {
    terminal.out << "Ready at " << FormatTimestamp(*report.ready_at) << '\n';
  }
  terminal.out << SmallestMaximumText(SmallestMaximumOf(input->account, at));
  return report.ready ? kOk : kNegative;
}

}  // namespace

constinit const Command kCheck = {
    .name = "check",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access check --account DIR [--now T]
           [--max-access-key-expiration-seconds N]
           [--require-trusted-env true|false] [--format text|json]
  Tells whether an API access policy may be set, and lists what is in its way.
  The policy has the account's own maximum and activates the trusted session,
  unless options say otherwise. Also tells the smallest maximum that every
  access key allows now, or which keys allow none. Exit status: 0 if the account
  is ready, 1 if it is not, 2 if an option or the account cannot be used.

  Example:
    api-access check --account examples/accounts/blocked --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
