#include "api_access/activation.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "src/account/policy_rules.h"
#include "src/account/subjects.h"
#include "src/address/pieces.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"

namespace api_access {
namespace {

using internal::SortedById;

}  // namespace

ActivationReport CheckActivation(const Account& account,
                                 const RequestedPolicy& requested,
                                 Timestamp now) {
  const std::int64_t max = requested.max_access_key_expiration_seconds;
  const bool require = requested.require_trusted_env;
  const internal::PolicyValues policy = {max, require};
  const std::string max_text = std::to_string(max) + " s";
  const std::vector<const AccessKey*> keys = SortedById(account.access_keys());
  const std::vector<const ApiAccessRule*> rules = SortedById(account.rules());

  ActivationReport report;
  const auto violate = [&](ViolationCode code, const std::string& subject,
                           std::string message) {
    report.violations.push_back({code, subject, std::move(message)});
  };
  const auto warn = [&](WarningCode code, const std::string& subject,
                        std::string message) {
    report.warnings.push_back({code, subject, std::move(message)});
  };

  // A0
  if (!policy.AsksForNothing()) {
    if (!account.every_user_listed()) {
      violate(ViolationCode::kAccountIncomplete, "",
              "expected the list of all EIM users, got none or a part of it: "
              "access keys may be missing" +
                  (account.users_doubt().empty()
                       ? ""
                       : " (" + account.users_doubt() + ")"));
    }
    std::vector<std::string> users = account.users_without_keys_read();
    std::ranges::sort(users);
    for (const std::string& user : users) {
      violate(ViolationCode::kAccountIncomplete, user,
              "expected the access keys of EIM user " + Quote(user) +
                  ", they were not read");
    }
  }
  // A1
  if (!internal::IsMaxInSpan(policy)) {
    violate(ViolationCode::kMaxOutOfRange, "",
            "expected a maximum of 0 to " +
                std::to_string(kMaxAccessKeyExpirationSecondsLimit) +
                " s, got " + max_text);
  }
  // A2
  if (internal::LacksMax(policy)) {
    violate(ViolationCode::kMaxRequired, "",
            "expected a maximum above 0 s for a trusted session");
  }
  // A3
  for (const AccessKey* key : keys) {
    if (!internal::LacksExpiration(policy, *key)) continue;
    violate(ViolationCode::kKeyNeverExpires, key->id(),
            "expected an expiration of access key " + Quote(key->id()) +
                ", it has none");
  }
  // A4
  std::optional<Timestamp> ready_at;
  for (const AccessKey* key : keys) {
    if (!internal::ReachesMax(policy, *key, now)) continue;
    violate(ViolationCode::kKeyOutlivesMax, key->id(),
            "expected access key " + Quote(key->id()) +
                " to expire less than " + max_text + " after " +
                FormatTimestamp(now) + ", it expires at " +
                FormatTimestamp(*key->expiration()));
    // One millisecond more, since equality is refused.
    const Timestamp ready = *key->expiration() - std::chrono::seconds{max} +
                            std::chrono::milliseconds{1};
    ready_at = std::max(ready_at.value_or(ready), ready);
  }
  // A5
  for (const ApiAccessRule* rule : rules) {
    if (!internal::LacksCa(policy, *rule)) continue;
    violate(ViolationCode::kRuleWithoutCa, rule->id(),
            "expected a CA id in API access rule " + Quote(rule->id()) +
                ", it has none");
  }
  // A6
  if (internal::LacksRules(policy, rules.size())) {
    violate(ViolationCode::kNoRules, "",
            "expected at least one API access rule, the account has none");
  }
  if (std::ranges::all_of(report.violations, [](const Violation& violation) {
        return violation.code == ViolationCode::kKeyOutlivesMax;
      })) {
    report.ready_at = ready_at;
  }

  report.ready = report.violations.empty();

  if (internal::LacksMax(policy)) {
    warn(WarningCode::kLifetimesNotJudged, "",
         "remaining lifetimes of access keys cannot be judged before a maximum "
         "is chosen");
  }
  if (require) {
    const auto together = internal::FamiliesAdmittedTogether(rules);
    if (!together.empty()) {
      warn(
          WarningCode::kAnyAddressWithKeyAlone, "",
          "under the trusted session the API access rules together admit any " +
              internal::FamiliesText(together) +
              " address with an access key alone");
    }
    for (const ApiAccessRule* rule : rules) {
      if (!internal::AdmitsAnyAddress(*rule)) continue;
      warn(WarningCode::kAnyAddressWithKeyAlone, rule->id(),
           "under the trusted session API access rule " + Quote(rule->id()) +
               " admits any address with an access key alone");
    }
  }
  return report;
}

SmallestMaximum SmallestMaximumOf(const Account& account, Timestamp now) {
  SmallestMaximum smallest = {.seconds = 1, .blocking_key_ids = {}};
  for (const AccessKey* key : SortedById(account.access_keys())) {
    const auto seconds = internal::SmallestMax(*key, now);
    if (!seconds) {
      smallest.blocking_key_ids.push_back(key->id());
    } else if (smallest.seconds < *seconds) {
      smallest.seconds = *seconds;
    }
  }
  if (!smallest.blocking_key_ids.empty()) smallest.seconds.reset();
  return smallest;
}

std::string ToString(const ActivationReport& report) {
  std::string text = report.ready ? "ready" : "not ready";
  for (const Violation& violation : report.violations) {
    text += "\n  violation " + ToString(violation);
  }
  for (const Warning& warning : report.warnings) {
    text += "\n  warning " + ToString(warning);
  }
  if (report.ready_at) {
    text += "\n  ready at " + FormatTimestamp(*report.ready_at);
  }
  return text;
}

absl::StatusOr<ViolationCode> ParseViolationCode(std::string_view text) {
  return internal::ParseEnum(kAllViolationCodes, text);
}
absl::StatusOr<WarningCode> ParseWarningCode(std::string_view text) {
  return internal::ParseEnum(kAllWarningCodes, text);
}

}  // namespace api_access
