// api-access check

#include <string>

#include "api_access/activation.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/commands.h"
#include "examples/cli/findings.h"

namespace api_access::examples {

absl::StatusOr<int> Check(const Options& options, const Terminal& terminal) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto require = options.Bool("--require-trusted-env", true);
  if (!require.ok()) return require.status();
  const auto asked_max =
      options.Integer("--max-access-key-expiration-seconds", 0);
  if (!asked_max.ok()) return asked_max.status();
  const auto format = options.FormatOr(Format::kText);
  if (!format.ok()) return format.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  const auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();

  const bool has_max =
      options.Find("--max-access-key-expiration-seconds") != nullptr;
  const RequestedPolicy requested = {
      .max_access_key_expiration_seconds =
          has_max ? *asked_max
                  : read->policy().max_access_key_expiration_seconds(),
      .require_trusted_env = *require};
  const Timestamp at = now->has_value() ? **now : terminal.clock();
  const ActivationReport report = CheckActivation(*read, requested, at);
  if (*format == Format::kJson) {
    terminal.out << Dump({{"Ready", report.ready},
                          {"Violations", FindingsJson(report.violations)},
                          {"Warnings", FindingsJson(report.warnings)},
                          {"ReadyAt", DateOrNull(report.ready_at)}})
                 << '\n';
    return report.ready ? kOk : kNegative;
  }

  if (report.ready) {
    terminal.out << "Ready";
  } else {
    terminal.out << "Not ready: "
                 << Count(report.violations.size(), "violation");
  }
  terminal.out << "\n  of MaxAccessKeyExpirationSeconds "
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
  return report.ready ? kOk : kNegative;
}

}  // namespace api_access::examples
