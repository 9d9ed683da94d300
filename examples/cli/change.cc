// api-access change

#include "api_access/change.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/evaluator.h"
#include "api_access/impact.h"
#include "api_access/json/changes.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/access_text.h"
#include "examples/cli/commands.h"
#include "examples/cli/effects.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {
    {"--account"}, {"--now"},     {"--call"},    {"--request"},
    {"--new-id"},  {"--callers"}, {"--fail-on"}, {"--diff", Option::kFlag},
    {"--write"},   {"--format"}};

// The values of --call, --request and --new-id.
absl::StatusOr<Change> ReadChange(const Options& options,
                                  const Terminal& terminal) {
  const auto call = options.Required("--call");
  if (!call.ok()) return call.status();
  const auto file = options.Required("--request");
  if (!file.ok()) return file.status();
  if (*file == "-" && options.Has("--callers") &&
      *options.Find("--callers") == "-") {
    return OptionError("--callers",
                       "expected a file, as the request is the standard input");
  }
  const std::string* new_id = options.Find("--new-id");
  const auto request = ReadFileOrInput(*file, terminal);
  if (!request.ok()) {
    return OptionError("--request", MessageOf(request.status()));
  }
  auto change =
      ParseChange(*call, *request, new_id != nullptr ? *new_id : "new");
  if (!change.ok()) {
    return OptionError("--request",
                       Quote(*file) + ": " + MessageOf(change.status()));
  }
  return change;
}

// What comes of the call, for people. The way back comes before the command
// that makes the call.
absl::StatusOr<std::string> ChangeText(const Change& change,
                                       const ChangeOutcome& outcome,
                                       const Impact& impact,
                                       const std::vector<Change>& undo,
                                       const AccessDifference* difference) {
  if (!outcome.accepted()) {
    return "Refused for " + Count(outcome.refusals.size(), "reason") + '\n' +
           FindingsText(outcome.refusals);
  }
  std::string text =
      "Accepted\n" + CallersText(impact.callers, "  ") + LockOutText(impact);
  if (difference != nullptr) text += DifferenceText(*difference);
  const auto back = CommandLines(undo, "  ");
  if (!back.ok()) return back.status();
  text +=
      undo.empty() ? "No call takes it back\n" : "What takes it back\n" + *back;
  const auto command = CommandLines({change}, "  ");
  if (!command.ok()) return command.status();
  return text + "The call\n" + *command;
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto change = ReadChange(options, terminal);
  if (!change.ok()) return change.status();
  const auto asked = ReadEffectOptions(options, terminal);
  if (!asked.ok()) return asked.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();

  const Timestamp at = input->Now(terminal);
  const auto outcome = Apply(input->account, *change, at);
  if (!outcome.ok()) return outcome.status();
  Impact impact;
  std::vector<Change> undo;
  std::optional<AccessDifference> difference;
  if (outcome->accepted()) {
    const auto before = Evaluator::Compile(input->account);
    if (!before.ok()) return before.status();
    const auto after = Evaluator::Compile(*outcome->account);
    if (!after.ok()) return after.status();
    std::vector<std::string> deleted;
    if (outcome->deleted_ca_id) deleted.push_back(*outcome->deleted_ca_id);
    impact = AssessImpact(*before, *after, deleted, asked->callers, at);
    undo = Undo(input->account, *change);
    auto found = DifferenceIfAsked(options, input->account, *outcome->account,
                                   deleted, at);
    if (!found.ok()) return found.status();
    difference = *std::move(found);
  }
  const AccessDifference* shown = difference ? &*difference : nullptr;

  std::string text;
  if (input->format == Format::kJson) {
    text = ChangeJson(*outcome, impact, undo, shown) + '\n';
  } else {
    auto readable = ChangeText(*change, *outcome, impact, undo, shown);
    if (!readable.ok()) return readable.status();
    text = AccountSummary::Of(input->account).ToString() + '\n' +
           std::string(CallOf(*change)) + " at " + FormatTimestamp(at) + '\n' +
           *readable;
  }
  if (asked->folder && outcome->accepted()) {
    const absl::Status written =
        WriteAccountFolder(*outcome->account, *asked->folder);
    if (!written.ok()) return OptionError("--write", MessageOf(written));
  }
  terminal.out << text;
  if (!outcome->accepted()) return kNegative;
  if (impact.NobodyCanManage()) return kLockedOut;
  return asked->fails_on_lost && impact.AnyoneLoses() ? kNegative : kOk;
}

}  // namespace

constinit const Command kChange = {
    .name = "change",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access change --account DIR --call NAME --request FILE [--new-id ID]
            [--callers FILE] [--fail-on lost] [--diff] [--now T] [--write DIR]
            [--format text|json]
  Tells what one call would do to the account, without making it: why it is
  refused, or who loses what, whether anybody could still manage access, and
  what takes it back. NAME is CreateAccessKey, UpdateAccessKey, DeleteAccessKey,
  CreateApiAccessRule, UpdateApiAccessRule, DeleteApiAccessRule,
  UpdateApiAccessPolicy, CreateCa, UpdateCa or DeleteCa. The FILE of --request
  has its parameters, as the provider takes them; - is the standard input:
    {"ApiAccessRuleId":"aar-...","IpRanges":["192.0.2.0/24"]}
  --new-id is the id of what is created, by default `new`. The FILE of --callers
  names those you rely on, one a line, as requests without a method:
    {"Name":"ci","ClientIp":"192.0.2.7","Login":"AccessKey",
     "AccessKeyId":"...","Certificate":{"CaIds":["ca-..."],"Cn":"..."}}
  --diff shows exactly what is treated differently afterwards, as diff does;
  --write writes the new account to a new or empty folder. Exit status: 0 if the
  call is accepted, 1 if it is refused or, with --fail-on lost, if a named
  caller loses anything, 2 if an option, the account or the request cannot be
  used, 3 if nobody named can manage access afterwards. EIM policies, which are
  not judged, may still stop an EIM user.

  Example:
    echo '{"ApiAccessRuleId":"aar-1234567890abcdef1234567890abcdef",
      "IpRanges":["192.0.2.0/24"]}' |
      api-access change --account examples/accounts/ready --now 2030-01-01 \
        --call UpdateApiAccessRule --request -
)",
    .run = &Run,
};

}  // namespace api_access::examples
