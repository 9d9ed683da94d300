#include "examples/cli/effects.h"

#include <algorithm>
#include <map>
#include <utility>

#include "api_access/json/changes.h"
#include "api_access/method.h"
#include "api_access/quote.h"
#include "api_access/timestamp.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/input.h"

namespace api_access::examples {
namespace {

std::string Kinds(const std::vector<MethodKind>& kinds) {
  return ToString(kinds, kAllMethodKinds);
}

std::string UntilText(const std::optional<Timestamp>& until) {
  return until ? " until " + FormatTimestamp(*until) : "";
}

std::string ManageText(const CallerImpact& caller) {
  if (!caller.can_manage_after) {
    // What it loses says why, if it loses anything.
    return caller.can_manage_before ? "can no longer manage"
                                    : CannotManageText(caller.manage_reason);
  }
  return std::string("can manage") +
         (caller.can_manage_before ? "" : " from now on") +
         UntilText(caller.manage_until);
}

}  // namespace

std::string CannotManageText(Reason reason) {
  return "cannot manage: " + std::string(ToString(reason));
}

absl::StatusOr<std::string> CommandLine(const Change& change) {
  const std::string request = FormatRequest(change);
  const std::string* new_id = NewIdOf(change);
  const auto read =
      ParseChange(CallOf(change), request, new_id != nullptr ? *new_id : "new");
  if (!read.ok() || *read != change) {
    return absl::InvalidArgumentError(
        "expected texts in UTF-8 in the request of " +
        std::string(CallOf(change)) + ", as JSON has no others");
  }
  std::string quoted;
  for (const char c : request) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return "octl iaas api " + std::string(CallOf(change)) + " --payload '" +
         quoted + "'";
}

absl::StatusOr<std::string> CommandLines(const std::vector<Change>& changes,
                                         std::string_view indent) {
  std::string text;
  for (const Change& change : changes) {
    const auto line = CommandLine(change);
    if (!line.ok()) return line.status();
    text += std::string(indent) + *line + '\n';
  }
  return text;
}

std::string LostText(const std::vector<LostAccess>& lost,
                     std::string_view indent) {
  std::map<Reason, std::vector<MethodKind>> by_reason;
  for (const LostAccess& item : lost) {
    by_reason[item.reason].push_back(item.kind);
  }
  std::string text;
  for (const auto& [reason, kinds] : by_reason) {
    text += std::string(indent) + "loses " + Kinds(kinds) + ": " +
            std::string(ToString(reason)) + '\n';
  }
  return text;
}

std::string CallersText(const std::vector<CallerImpact>& callers,
                        std::string_view indent) {
  std::string text;
  for (const CallerImpact& caller : callers) {
    text += std::string(indent) + Quote(caller.name) + ' ' +
            ManageText(caller) + '\n' +
            LostText(caller.lost, std::string(indent) + "  ");
    if (!caller.gained.empty()) {
      text += std::string(indent) + "  gains " + Kinds(caller.gained) + '\n';
    }
  }
  return text;
}

std::string LockOutText(const Impact& impact) {
  switch (impact.lock_out) {
    case LockOut::kNone:
      return "No lock-out: somebody named can manage" +
             UntilText(impact.manageable_until) + '\n';
    case LockOut::kLockedOut:
      return "LOCKED OUT: nobody named can manage afterwards, so nobody named "
             "could take it back\n";
    case LockOut::kAlreadyLockedOut:
      return "ALREADY LOCKED OUT: nobody named can manage, before or "
             "afterwards\n";
    case LockOut::kNotAssessed:
      break;
  }
  return "Lock-out not assessed: no callers are named (--callers FILE)\n";
}

absl::StatusOr<EffectOptions> ReadEffectOptions(const Options& options,
                                                const Terminal& terminal) {
  auto callers = ReadCallers(options, terminal);
  if (!callers.ok()) return callers.status();
  EffectOptions asked = {.callers = *std::move(callers), .folder = {}};
  if (const std::string* value = options.Find("--fail-on")) {
    if (*value != "lost") {
      return OptionError("--fail-on", "expected lost, got " + Quote(*value));
    }
    if (asked.callers.empty()) {
      return OptionError("--fail-on", "expected --callers with it, got none");
    }
    asked.fails_on_lost = true;
  }
  if (options.Has("--write")) {
    auto folder = options.Required("--write");
    if (!folder.ok()) return folder.status();
    const absl::Status status = CheckNewFolder(*folder);
    if (!status.ok()) return OptionError("--write", MessageOf(status));
    asked.folder = *std::move(folder);
  }
  return asked;
}

absl::StatusOr<std::optional<AccessDifference>> DifferenceIfAsked(
    const Options& options, const Account& before, const Account& after,
    const std::vector<std::string>& deleted_ca_ids, Timestamp now) {
  if (!options.Has("--diff")) return std::nullopt;
  auto found =
      DiffAccess(before, after, now, {.deleted_ca_ids = deleted_ca_ids});
  if (!found.ok()) return found.status();
  return std::optional(*std::move(found));
}

}  // namespace api_access::examples
