// api-access review

#include "api_access/review.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/json/acceptances.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "examples/account_folder/account_folder.h"
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

absl::StatusOr<std::vector<Acceptance>> ReadAcceptances(
    const Options& options) {
  constexpr std::string_view kName = "--accept";
  if (!options.Has(kName)) return std::vector<Acceptance>();
  const auto path = options.Required(kName);
  if (!path.ok()) return path.status();
  const auto text = ReadTextFile(*path);
  if (!text.ok()) return OptionError(kName, MessageOf(text.status()));
  auto acceptances = ParseAcceptances(*text);
  if (!acceptances.ok()) {
    return OptionError(kName,
                       Quote(*path) + ": " + MessageOf(acceptances.status()));
  }
  return acceptances;
}

// Both of kAccountIncomplete.
bool IsComplete(const Account& account) {
  return account.every_user_listed() &&
         account.users_without_keys_read().empty();
}

std::string ReportText(const ReviewReport& report, Timestamp at) {
  std::string text = Count(report.findings.size(), "finding") + " at " +
                     FormatTimestamp(at) + '\n' + FindingsText(report.findings);
  if (!report.accepted.empty()) {
    text += std::to_string(report.accepted.size()) + " accepted\n";
    std::vector<std::vector<std::string>> rows;
    for (const AcceptedFinding& item : report.accepted) {
      rows.push_back({std::string(ToString(item.finding.code)),
                      Quote(item.finding.subject),
                      "until " + FormatTimestamp(item.acceptance.until) + ": " +
                          Quote(item.acceptance.reason)});
    }
    text += AlignColumns(rows, "  ");
  }
  if (!report.unused.empty()) {
    text += std::to_string(report.unused.size()) + " accepted, but not found\n";
    std::vector<std::vector<std::string>> rows;
    for (const Acceptance& acceptance : report.unused) {
      rows.push_back(
          {std::string(ToString(acceptance.code)), Quote(acceptance.subject)});
    }
    text += AlignColumns(rows, "  ");
  }
  if (!report.not_judged.empty()) {
    text += "Not judged:";
    for (const ReviewCode code : report.not_judged) {
      text += ' ' + std::string(ToString(code));
    }
    text += '\n';
  }
  return text;
}

constexpr Option kOptions[] = {{"--account"},
                               {"--now"},
                               {"--expires-within-seconds"},
                               {"--max-below-seconds"},
                               {"--older-than-seconds"},
                               {"--ca-end", Option::kRepeated},
                               {"--accept"},
                               {"--format"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  ReviewOptions asked;
  const auto expires_within = Seconds(options, "--expires-within-seconds",
                                      asked.expires_within_seconds);
  if (!expires_within.ok()) return expires_within.status();
  const auto max_below =
      Seconds(options, "--max-below-seconds", asked.max_below_seconds);
  if (!max_below.ok()) return max_below.status();
  const auto older_than = Seconds(options, "--older-than-seconds", 0);
  if (!older_than.ok()) return older_than.status();
  const auto ca_ends = ReadCaEnds(options);
  if (!ca_ends.ok()) return ca_ends.status();
  const auto acceptances = ReadAcceptances(options);
  if (!acceptances.ok()) return acceptances.status();
  const auto input =
      ReadInput(options, terminal, Format::kText, Format::kSarif);
  if (!input.ok()) return input.status();
  const auto account = WithCaEnds(input->account, *ca_ends);
  if (!account.ok()) {
    return OptionError("--ca-end", MessageOf(account.status()));
  }

  asked = {.expires_within_seconds = *expires_within,
           .max_below_seconds = *max_below};
  if (options.Has("--older-than-seconds")) {
    asked.older_than_seconds = *older_than;
  }
  const Timestamp at = input->Now(terminal);
  auto findings = api_access::Review(*account, at, asked);
  if (!findings.ok()) return findings.status();
  const ReviewReport report = Accept(*std::move(findings), *acceptances,
                                     NotJudged(*account, asked), at);
  switch (input->format) {
    case Format::kText:
      terminal.out << AccountSummary::Of(*account) << '\n'
                   << ReportText(report, at);
      break;
    case Format::kJson:
      terminal.out << ReviewJson(*account, at, report) << '\n';
      break;
    case Format::kJunit:  // refused when the options are read
      break;
    case Format::kSarif:
      terminal.out << ReviewSarif(report) << '\n';
      break;
  }
  if (!report.findings.empty()) return kNegative;
  return IsComplete(*account) ? kOk : kIncomplete;
}

}  // namespace

constinit const Command kReview = {
    .name = "review",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access review --account DIR [--now T]
            [--expires-within-seconds N] [--max-below-seconds N]
            [--older-than-seconds N] [--ca-end CA=T]... [--accept FILE]
            [--format text|json|sarif]
  Lists what is worth knowing about an account:
    rules that change nothing, are open to any address, ask for no certificate
    or for any certificate of a CA, and ranges that change nothing or admit
    nobody; also what several rules admit together;
    access keys that have expired, expire soon (by default within 604800 s) or
    never, were created longer ago than --older-than-seconds, are the root
    user's, or are several of one user;
    CAs that rules name but the account does not have, that were uploaded twice,
    or whose validity ends as soon as that of keys; --ca-end tells the end of
    the CA with this id;
    no or a short maximum (by default below 3600 s), no trusted session, and
    what the account's own policy does not allow (policy-contradicted).
  --accept names a file of findings that are accepted for some time, one JSON
  object a line; they are counted apart, and those that are not found are said:
    {"Code":"no-trusted-session","Subject":"","Reason":"...",
     "Until":"2031-01-01"}
  Exit status: 0 if there is no finding, 1 if there is one that is not accepted,
  2 if an option or the account cannot be used, 4 if there is none, but access
  keys of the account may be missing.

  Example:
    api-access review --account examples/accounts/eim-users --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
