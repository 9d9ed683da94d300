// api-access plan

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/activation.h"
#include "api_access/change.h"
#include "api_access/impact.h"
#include "api_access/json/changes.h"
#include "api_access/json/reports.h"
#include "api_access/json/terraform_plan.h"
#include "api_access/quote.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/access_text.h"
#include "examples/cli/commands.h"
#include "examples/cli/effects.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

constexpr std::string_view kMaximum = "--max-access-key-expiration-seconds";

constexpr Option kOptions[] = {{"--account"},   {"--now"},
                               {"--changes"},   {"--activate", Option::kFlag},
                               {kMaximum},      {"--ca"},
                               {"--terraform"}, {"--callers"},
                               {"--fail-on"},   {"--diff", Option::kFlag},
                               {"--write"},     {"--format"}};

// A plan that only has steps.
struct StepsOnly {
  std::vector<PlanStep> steps;
};
using Plan = std::variant<StepsOnly, ActivationPlan, TerraformPlan>;

// Which plan is asked for.
struct PlanRequest {
  // --changes or --terraform, and their value.
  std::string file_option;
  std::string file;
  // --activate
  std::optional<std::int64_t> max_seconds;
  std::optional<std::string> ca_id;
};

absl::StatusOr<PlanRequest> ReadRequest(const Options& options) {
  std::string given;
  for (const std::string_view name :
       {"--changes", "--activate", "--terraform"}) {
    if (!options.Has(name)) continue;
    if (!given.empty()) {
      return OptionError(name, "expected one plan, " + given + " is given too");
    }
    given = name;
  }
  if (given.empty()) {
    return absl::InvalidArgumentError(
        "expected --changes, --activate or --terraform, got none of them");
  }
  PlanRequest request;
  if (given != "--activate") {
    for (const std::string_view name : {kMaximum, std::string_view("--ca")}) {
      if (options.Has(name)) {
        return OptionError(name, "expected it together with --activate only");
      }
    }
    auto file = options.Required(given);
    if (!file.ok()) return file.status();
    request.file_option = given;
    request.file = *std::move(file);
    if (request.file == "-" && options.Has("--callers") &&
        *options.Find("--callers") == "-") {
      return OptionError("--callers",
                         "expected a file, as the plan is the standard input");
    }
    return request;
  }
  const auto required = options.Required(kMaximum);
  if (!required.ok()) return required.status();
  const auto max_seconds = options.Integer(kMaximum, 0);
  if (!max_seconds.ok()) return max_seconds.status();
  request.max_seconds = *max_seconds;
  if (options.Has("--ca")) {
    auto ca_id = options.Required("--ca");
    if (!ca_id.ok()) return ca_id.status();
    request.ca_id = *std::move(ca_id);
  }
  return request;
}

absl::StatusOr<Plan> ReadPlanFile(const PlanRequest& request,
                                  const Terminal& terminal) {
  const auto fail = [&](const absl::Status& status) {
    return OptionError(request.file_option,
                       Quote(request.file) + ": " + MessageOf(status));
  };
  const auto text = ReadFileOrInput(request.file, terminal);
  if (!text.ok()) {
    return OptionError(request.file_option, MessageOf(text.status()));
  }
  if (request.file_option == "--terraform") {
    auto plan = ParseTerraformPlan(*text);
    if (!plan.ok()) return fail(plan.status());
    return *std::move(plan);
  }
  auto steps = ParseChanges(*text);
  if (!steps.ok()) return fail(steps.status());
  return StepsOnly{*std::move(steps)};
}

const std::vector<PlanStep>& StepsOf(const Plan& plan) {
  return std::visit(
      [](const auto& of_kind) -> const std::vector<PlanStep>& {
        return of_kind.steps;
      },
      plan);
}

bool HasOpen(const Plan& plan) {
  return std::visit(
      [](const auto& of_kind) {
        if constexpr (requires { of_kind.open; }) {
          return !of_kind.open.empty();
        } else {
          return false;
        }
      },
      plan);
}

std::string Json(const Plan& plan, const PlanAssessment& assessment,
                 const AccessDifference* difference) {
  if (const auto* activation = std::get_if<ActivationPlan>(&plan)) {
    return PlanJson(*activation, assessment, difference);
  }
  if (const auto* terraform = std::get_if<TerraformPlan>(&plan)) {
    return PlanJson(*terraform, assessment, difference);
  }
  return PlanJson(StepsOf(plan), assessment, difference);
}

std::string StepName(std::span<const PlanStep> steps, std::size_t index) {
  const PlanStep& step = steps[index];
  return "Step " + std::to_string(index + 1) + " " +
         std::string(CallOf(step.change)) +
         (step.resource.empty() ? "" : " of " + Quote(step.resource));
}

absl::StatusOr<std::string> StepsText(std::span<const PlanStep> steps,
                                      const PlanAssessment& assessment) {
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    text += StepName(steps, i);
    const std::vector<PlanOutcome::Step>& tried = assessment.outcome.steps;
    if (next == tried.size() || tried[next].index != i) {
      text += ": not tried\n";
      continue;
    }
    const PlanOutcome::Step& step = tried[next];
    const Impact& impact = assessment.impacts[next];
    const std::vector<Change>& undo = assessment.undos[next];
    ++next;
    if (!step.refusals.empty()) {
      text += ": refused\n" + FindingsText(step.refusals);
      continue;
    }
    text += '\n' + CallersText(impact.callers, "  ");
    if (impact.NobodyCanManage()) text += "  " + LockOutText(impact);
    const auto back = CommandLines(undo, "    ");
    if (!back.ok()) return back.status();
    if (!undo.empty()) text += "  taken back by\n" + *back;
    const auto command = CommandLines({steps[i].change}, "    ");
    if (!command.ok()) return command.status();
    text += "  the call\n" + *command;
  }
  return text;
}

absl::StatusOr<std::string> PlanText(const Plan& plan,
                                     const PlanAssessment& assessment,
                                     const AccessDifference* difference) {
  const std::vector<PlanStep>& steps = StepsOf(plan);
  auto text = StepsText(steps, assessment);
  if (!text.ok()) return text;
  std::visit(
      [&](const auto& of_kind) {
        if constexpr (requires { of_kind.open; }) {
          if (of_kind.open.empty()) return;
          *text += "Open: " + Count(of_kind.open.size(), "item") + '\n' +
                   FindingsText(of_kind.open);
        }
      },
      plan);
  *text += "The whole plan\n" + CallersText(assessment.whole.callers, "  ") +
           LockOutText(assessment.whole);
  if (difference != nullptr) *text += DifferenceText(*difference);
  if (const auto* terraform = std::get_if<TerraformPlan>(&plan)) {
    for (const std::string& note : terraform->notes) {
      *text += "Note: " + note + '\n';
    }
    *text += "These are the calls of version " +
             std::string(kTerraformPluginVersion) +
             " of the provider's Terraform plug-in\n";
  }
  return text;
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto request = ReadRequest(options);
  if (!request.ok()) return request.status();
  Plan plan;
  if (!request->max_seconds) {
    auto read = ReadPlanFile(*request, terminal);
    if (!read.ok()) return read.status();
    plan = *std::move(read);
  }
  const auto asked = ReadEffectOptions(options, terminal);
  if (!asked.ok()) return asked.status();
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();

  const Timestamp at = input->Now(terminal);
  if (request->max_seconds) {
    plan = PlanActivation(
        input->account,
        {.max_access_key_expiration_seconds = *request->max_seconds,
         .require_trusted_env = true},
        request->ca_id, at);
  }
  const std::vector<PlanStep>& steps = StepsOf(plan);
  const auto assessment = AssessPlan(input->account, steps, asked->callers, at);
  if (!assessment.ok()) return assessment.status();
  const PlanOutcome& outcome = assessment->outcome;
  const auto difference = DifferenceIfAsked(
      options, input->account, outcome.account, outcome.deleted_ca_ids, at);
  if (!difference.ok()) return difference.status();
  const AccessDifference* shown = *difference ? &**difference : nullptr;

  std::string text;
  if (input->format == Format::kJson) {
    text = Json(plan, *assessment, shown) + '\n';
  } else {
    const auto readable = PlanText(plan, *assessment, shown);
    if (!readable.ok()) return readable.status();
    text = AccountSummary::Of(input->account).ToString() + "\nPlan of " +
           Count(steps.size(), "step") + " at " + FormatTimestamp(at) + '\n' +
           *readable;
  }
  const bool is_whole =
      !HasOpen(plan) && std::ranges::all_of(assessment->outcome.steps,
                                            [](const PlanOutcome::Step& step) {
                                              return step.refusals.empty();
                                            });
  if (asked->folder && is_whole) {
    const absl::Status written =
        WriteAccountFolder(assessment->outcome.account, *asked->folder);
    if (!written.ok()) return OptionError("--write", MessageOf(written));
  }
  terminal.out << text;
  // The next call could not be made.
  if (std::ranges::any_of(assessment->impacts, &Impact::NobodyCanManage)) {
    return kLockedOut;
  }
  if (!is_whole) return kNegative;
  return asked->fails_on_lost &&
                 std::ranges::any_of(assessment->impacts, &Impact::AnyoneLoses)
             ? kNegative
             : kOk;
}

}  // namespace

constinit const Command kPlan = {
    .name = "plan",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access plan --account DIR
          (--changes FILE | --terraform FILE |
           --activate --max-access-key-expiration-seconds N [--ca ID])
          [--callers FILE] [--fail-on lost] [--diff] [--now T] [--write DIR]
          [--format text|json]
  Tells what calls would do one after the other, without making them, as change
  does for one; - is the standard input.
    --changes    one call a line, in a JSON object:
                 {"Call":"CreateCa","Request":{"CaPem":"..."},"NewId":"ca-new"}
                 NewId is the id of what it creates, by default new-1 in the
                 first line, new-2 in the second, and so on.
    --terraform  the output of `terraform show -json PLAN`: the calls that
                 version 1.8.0 of the provider's plug-in makes, which are not
                 what the plan shows. An update of a rule drops each criterion
                 that the configuration leaves out; one of a key clears its
                 expiration unless that changes.
    --activate   makes the plan that activates a trusted session with a maximum
                 of N seconds: keys get an expiration, rules without CA get the
                 CA with this ID.
  The first refused call ends the plan; with --terraform it ends the calls of
  its resource. --diff shows exactly what the whole plan makes different, as
  diff does; --write writes the new account where nothing is refused or left
  open. Exit status: 0 if the plan is accepted, 1 if a call is refused or
  something is left open or, with --fail-on lost, if a named caller loses
  anything at some step, 2 if an option, the account or the plan cannot be used,
  3 if nobody named can manage access after some step: the next call could not
  be made.

  Example:
    api-access plan --account examples/accounts/blocked --now 2030-01-01 \
      --activate --max-access-key-expiration-seconds 86400 --ca ca-1
)",
    .run = &Run,
};

}  // namespace api_access::examples
