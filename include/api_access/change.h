// What one mutating call would do to an account.

#ifndef API_ACCESS_CHANGE_H_
#define API_ACCESS_CHANGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/activation.h"
#include "api_access/finding.h"
#include "api_access/ip.h"
#include "api_access/timestamp.h"

namespace api_access {

// The calls that change an account, with the parameters of the provider. What
// is absent is not given; that a required one is, is for Apply to check.
// Source: the provider's OpenAPI description.
//
// `new_id` is the id of what a call creates: the provider chooses it, so
// whoever tries a call before gives any that does not exist yet.

struct CreateAccessKey {
  std::string new_id = "new";
  // The EIM user that the key is for; absent: the root user.
  std::optional<std::string> user_name = std::nullopt;
  // Absent: the key never expires.
  std::optional<Timestamp> expiration_date = std::nullopt;
  std::optional<std::string> tag = std::nullopt;

  friend bool operator==(const CreateAccessKey&,
                         const CreateAccessKey&) = default;
};

struct UpdateAccessKey {
  std::optional<std::string> access_key_id = std::nullopt;  // required
  // The EIM user that the key belongs to; absent: the root user (our choice).
  std::optional<std::string> user_name = std::nullopt;
  // Absent: the state is kept.
  std::optional<AccessKeyState> state = std::nullopt;
  // Absent: the expiration is cleared, not kept, and the key never expires.
  std::optional<Timestamp> expiration_date = std::nullopt;
  // Clears the expiration whatever `expiration_date` says.
  bool clear_expiration_date = false;
  // Absent: the tag is kept.
  std::optional<std::string> tag = std::nullopt;
  // Clears the tag whatever `tag` says.
  bool clear_tag = false;

  friend bool operator==(const UpdateAccessKey&,
                         const UpdateAccessKey&) = default;
};

struct DeleteAccessKey {
  std::optional<std::string> access_key_id = std::nullopt;  // required
  // As of UpdateAccessKey.
  std::optional<std::string> user_name = std::nullopt;

  friend bool operator==(const DeleteAccessKey&,
                         const DeleteAccessKey&) = default;
};

// What an API access rule asks, as of ApiAccessRule::Fields. An empty criterion
// is not given.
struct RuleParameters {
  std::vector<IpRange> ip_ranges = {};
  std::vector<std::string> ca_ids = {};
  std::vector<std::string> cns = {};
  std::optional<std::string> description = std::nullopt;

  friend bool operator==(const RuleParameters&,
                         const RuleParameters&) = default;
};

struct CreateApiAccessRule {
  std::string new_id = "new";
  RuleParameters rule = {};

  friend bool operator==(const CreateApiAccessRule&,
                         const CreateApiAccessRule&) = default;
};

// Replaces the rule whole: a criterion or description that is not given is
// gone.
struct UpdateApiAccessRule {
  std::optional<std::string> api_access_rule_id = std::nullopt;  // required
  RuleParameters rule = {};

  friend bool operator==(const UpdateApiAccessRule&,
                         const UpdateApiAccessRule&) = default;
};

struct DeleteApiAccessRule {
  std::optional<std::string> api_access_rule_id = std::nullopt;  // required

  friend bool operator==(const DeleteApiAccessRule&,
                         const DeleteApiAccessRule&) = default;
};

struct UpdateApiAccessPolicy {
  std::optional<std::int64_t> max_access_key_expiration_seconds =
      std::nullopt;                                        // required
  std::optional<bool> require_trusted_env = std::nullopt;  // required

  friend bool operator==(const UpdateApiAccessPolicy&,
                         const UpdateApiAccessPolicy&) = default;
};

// The certificate and the description are not looked into: no verdict depends
// on them, and an account does not keep them.
struct CreateCa {
  std::string new_id = "new";
  std::optional<std::string> ca_pem = std::nullopt;  // required
  std::optional<std::string> description = std::nullopt;

  friend bool operator==(const CreateCa&, const CreateCa&) = default;
};

struct UpdateCa {
  std::optional<std::string> ca_id = std::nullopt;  // required
  std::optional<std::string> description = std::nullopt;

  friend bool operator==(const UpdateCa&, const UpdateCa&) = default;
};

// The rules that name the CA stay as they are (our choice), but no certificate
// is under its id any more.
struct DeleteCa {
  std::optional<std::string> ca_id = std::nullopt;  // required

  friend bool operator==(const DeleteCa&, const DeleteCa&) = default;
};

// One mutating call.
using Change =
    std::variant<CreateAccessKey, UpdateAccessKey, DeleteAccessKey,
                 CreateApiAccessRule, UpdateApiAccessRule, DeleteApiAccessRule,
                 UpdateApiAccessPolicy, CreateCa, UpdateCa, DeleteCa>;

// The name of the call, such as `CreateAccessKey`. Static.
std::string_view CallOf(const Change& change);
// The id of what the call creates; null where it creates nothing. Valid as long
// as `change`.
const std::string* NewIdOf(const Change& change);

// Why a call is refused, in the order of reports (rows R1 to R12 of the
// semantics; unknown-ca is in two of them). Numbers and texts are stable.
// Source: the provider's OpenAPI description, except where our choice is named.
enum class RefusalCode : std::uint8_t {
  // A required parameter is not given. Subject: its name.
  kMissingParameter = 1,
  // No access key of that user, no rule, no CA of the account has the id; a CA
  // only where the CAs are known. Subject: the id.
  kUnknownAccessKey = 2,
  kUnknownRule = 3,
  // Also the CA of a rule that is made or updated: after rule-without-ca.
  kUnknownCa = 4,
  // The user has kMaxAccessKeysOfUser keys or more. Subject: the user name, or
  // none for the root user. Our choice.
  kTooManyAccessKeys = 5,
  // A key of an EIM user has to be INACTIVE to be deleted. Subject: the key id.
  // Our choice.
  kAccessKeyActive = 6,
  // A maximum, or a trusted session, needs every key to expire. Subject: the id
  // of the key that is made or updated, or as of ViolationCode.
  kKeyNeverExpires = 7,
  // The key's remaining lifetime is above the maximum, where the key is made or
  // updated; where the policy is updated, as of ViolationCode. Subject: key id.
  kKeyOutlivesMax = 8,
  // The rule would have neither IP ranges nor CA ids. Subject: rule id. Our
  // choice.
  kRuleWithoutCriterion = 9,
  // The rule would have CNs without CA ids. Subject: rule id.
  kCnWithoutCa = 10,
  // A trusted session needs every rule to name a CA. Subject: rule id.
  kRuleWithoutCa = 11,
  // The only rule cannot be deleted. Subject: rule id.
  kLastRule = 12,
  // Of an update of the policy: as of ViolationCode.
  kAccountIncomplete = 13,
  kMaxOutOfRange = 14,
  kMaxRequired = 15,
  kNoRules = 16,
};

inline constexpr std::array<RefusalCode, 16> kAllRefusalCodes = {
    RefusalCode::kMissingParameter,     RefusalCode::kUnknownAccessKey,
    RefusalCode::kUnknownRule,          RefusalCode::kUnknownCa,
    RefusalCode::kTooManyAccessKeys,    RefusalCode::kAccessKeyActive,
    RefusalCode::kKeyNeverExpires,      RefusalCode::kKeyOutlivesMax,
    RefusalCode::kRuleWithoutCriterion, RefusalCode::kCnWithoutCa,
    RefusalCode::kRuleWithoutCa,        RefusalCode::kLastRule,
    RefusalCode::kAccountIncomplete,    RefusalCode::kMaxOutOfRange,
    RefusalCode::kMaxRequired,          RefusalCode::kNoRules,
};

// The most access keys that a user can have. Source: the provider's user guide.
inline constexpr std::size_t kMaxAccessKeysOfUser = 10;

// The code as it is printed, such as `last-rule`; `unknown` for any value that
// is not an enumerator.
constexpr std::string_view ToString(RefusalCode code) {
  switch (code) {
    case RefusalCode::kMissingParameter:
      return "missing-parameter";
    case RefusalCode::kUnknownAccessKey:
      return "unknown-access-key";
    case RefusalCode::kUnknownRule:
      return "unknown-rule";
    case RefusalCode::kUnknownCa:
      return "unknown-ca";
    case RefusalCode::kTooManyAccessKeys:
      return "too-many-access-keys";
    case RefusalCode::kAccessKeyActive:
      return "access-key-active";
    case RefusalCode::kRuleWithoutCriterion:
      return "rule-without-criterion";
    case RefusalCode::kCnWithoutCa:
      return "cn-without-ca";
    case RefusalCode::kLastRule:
      return "last-rule";
    case RefusalCode::kAccountIncomplete:
      return ToString(ViolationCode::kAccountIncomplete);
    case RefusalCode::kMaxOutOfRange:
      return ToString(ViolationCode::kMaxOutOfRange);
    case RefusalCode::kMaxRequired:
      return ToString(ViolationCode::kMaxRequired);
    case RefusalCode::kKeyNeverExpires:
      return ToString(ViolationCode::kKeyNeverExpires);
    case RefusalCode::kKeyOutlivesMax:
      return ToString(ViolationCode::kKeyOutlivesMax);
    case RefusalCode::kRuleWithoutCa:
      return ToString(ViolationCode::kRuleWithoutCa);
    case RefusalCode::kNoRules:
      return ToString(ViolationCode::kNoRules);
  }
  return "unknown";
}

// The code whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<RefusalCode> ParseRefusalCode(std::string_view text);

// The error code of the provider's answer to a call that is refused so, of HTTP
// status 400: 7000 for a missing parameter, 4122 for an unknown id, else 4118;
// nothing for kAccountIncomplete, which only says that we cannot know. Source:
// the provider's OpenAPI description; which of them it is, where that is
// silent, is our choice.
constexpr std::optional<int> ProviderErrorCode(RefusalCode code) {
  if (code == RefusalCode::kAccountIncomplete) return std::nullopt;
  if (code == RefusalCode::kMissingParameter) return 7000;
  const bool is_unknown_id = code == RefusalCode::kUnknownAccessKey ||
                             code == RefusalCode::kUnknownRule ||
                             code == RefusalCode::kUnknownCa;
  return is_unknown_id ? 4122 : 4118;
}

using Refusal = Finding<RefusalCode>;

// What comes of a call: a new account, or every reason why not.
struct [[nodiscard]] ChangeOutcome {
  // The account after the call; absent: the call is refused.
  std::optional<Account> account = std::nullopt;
  // The CA that the call deleted. An account cannot tell: its rules go on
  // naming the id, under which no certificate is any more. Whoever goes on
  // takes it out of the certificates that callers present, as AssessImpact
  // does.
  std::optional<std::string> deleted_ca_id = std::nullopt;
  // All of them, in the order of the semantics (R1 to R12), then by subject in
  // byte order. Empty exactly where there is an account.
  std::vector<Refusal> refusals = {};

  bool accepted() const { return account.has_value(); }

  friend bool operator==(const ChangeOutcome&, const ChangeOutcome&) = default;
};

// Tries `change` on `account` at the instant `now`:
//   Apply(account, DeleteApiAccessRule{.api_access_rule_id = "aar-1"}, now)
//
// The account is not touched. A missing parameter and an unknown id are the
// only refusals of their call.
//
// Errors: kInvalidArgument for what no call could be: an empty id, user name or
// CN, a date that no key can have, the id of something that exists as that of
// something new, and a new key of a user whose keys were not read. Takes time
// and memory linear in the account, times a logarithm. May be called
// concurrently. Source: the provider's OpenAPI description; what it leaves open
// is our choice.
absl::StatusOr<ChangeOutcome> Apply(const Account& account,
                                    const Change& change, Timestamp now);

// The calls that take `change`, made on `account`, back. None for a key or CA
// that is deleted, which cannot be made again, and for a call that changes
// nothing or names what is unknown. The provider gives a rule that is made
// again another id; here it has its old one. These calls may be refused when
// they are made. May be called concurrently. Our choice.
std::vector<Change> Undo(const Account& account, const Change& change);

// One call of a plan.
struct PlanStep {
  Change change;
  // What the call is made for, such as the address of a Terraform resource. A
  // refused call ends the calls of its resource, and the plan goes on with
  // others, as Terraform does. Empty: it ends the plan.
  std::string resource = {};

  friend bool operator==(const PlanStep&, const PlanStep&) = default;
};

// What comes of a plan.
struct [[nodiscard]] PlanOutcome {
  // What became of a step.
  struct Step {
    // Its number in the plan, from 0.
    std::size_t index = 0;
    // Empty: it was accepted.
    std::vector<Refusal> refusals = {};

    friend bool operator==(const Step&, const Step&) = default;
  };

  // The steps that were tried, in their order.
  std::vector<Step> steps;
  // What the accepted ones left.
  Account account;
  // In the order of their deletions.
  std::vector<std::string> deleted_ca_ids;

  friend bool operator==(const PlanOutcome&, const PlanOutcome&) = default;
};

// Tries the steps of a plan, each on the account that those before left, all at
// the instant `now`.
//
// Errors: kInvalidArgument, naming the step by its number from 1, for what
// Apply refuses as such in a step that is tried, and for two creations of one
// kind under one id. Takes the time of Apply for each step, and the memory of
// two accounts. May be called concurrently. Our choice.
absl::StatusOr<PlanOutcome> ApplyPlan(const Account& account,
                                      std::span<const PlanStep> steps,
                                      Timestamp now);

// A plan that gives an account another policy.
struct ActivationPlan {
  // Each ends the plan if it is refused.
  std::vector<PlanStep> steps;
  // Violations that no call of the plan repairs. Empty exactly where the last
  // step is the update of the policy.
  std::vector<Violation> open;

  friend bool operator==(const ActivationPlan&,
                         const ActivationPlan&) = default;
};

// Plans the calls that repair what CheckActivation(account, requested, now)
// finds, in its order, and last the update of the policy:
//   a key that never expires, or lives too long    UpdateAccessKey
//   a rule without CA                              UpdateApiAccessRule
//
// Keys get the latest expiration, in whole seconds where that is possible, that
// both the requested maximum and that of the account allow: 1 ms less than the
// lower one after `now`, or a bit before. Rules get the CA of `ca_id`. A
// violation stays open where no call repairs it, where the requested maximum is
// not from 1 to kMaxAccessKeyExpirationSecondsLimit or leads past
// kMaxTimestamp, where no CA is named, or one that the account does not have.
// With nothing open, ApplyPlan at the same instant accepts the plan whole. No
// key gets a date in the past.
//
// Total. Takes O(n log n) time in the account. May be called concurrently. Our
// choice.
ActivationPlan PlanActivation(const Account& account,
                              const RequestedPolicy& requested,
                              const std::optional<std::string>& ca_id,
                              Timestamp now);

inline std::ostream& operator<<(std::ostream& out, RefusalCode code) {
  return out << ToString(code);
}

}  // namespace api_access

#endif  // API_ACCESS_CHANGE_H_
