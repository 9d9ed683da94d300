#include "api_access/change.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "api_access/quote.h"
#include "src/account/policy_rules.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/plan_walk.h"

namespace api_access {
namespace {

using internal::InvalidArgument;
using internal::PolicyValues;

std::string OwnerText(const std::optional<std::string>& user_name) {
  return user_name ? "EIM user " + Quote(*user_name) : "the root user";
}

PolicyValues ValuesOf(const ApiAccessPolicy& policy) {
  return {policy.max_access_key_expiration_seconds(),
          policy.require_trusted_env()};
}

// In a list of rules, keys or CAs, constant or not.
auto FindId(auto& items, const std::string& id) {
  return std::ranges::find_if(
      items, [&](const auto& item) { return item.id() == id; });
}

// A key of one user: its id alone is not enough.
auto FindKey(auto& keys, const std::string& id,
             const std::optional<std::string>& user_name) {
  return std::ranges::find_if(keys, [&](const AccessKey& key) {
    return key.id() == id && key.user_name() == user_name;
  });
}

// The key after `call`. An absent date clears: source: the provider's OpenAPI
// description.
AccessKey::Fields Updated(const AccessKey& key, const UpdateAccessKey& call) {
  AccessKey::Fields fields = key.fields();
  if (call.state) fields.state = *call.state;
  fields.expiration =
      call.clear_expiration_date ? std::nullopt : call.expiration_date;
  if (call.clear_tag) {
    fields.tag.reset();
  } else if (call.tag) {
    fields.tag = call.tag;
  }
  return fields;
}

ApiAccessRule::Fields RuleFields(std::string id, const RuleParameters& rule) {
  return {.id = std::move(id),
          .ip_ranges = rule.ip_ranges,
          .ca_ids = rule.ca_ids,
          .cns = rule.cns,
          .description = rule.description};
}

RuleParameters ParametersOf(const ApiAccessRule& rule) {
  return {.ip_ranges = rule.ip_ranges(),
          .ca_ids = rule.ca_ids(),
          .cns = rule.cns(),
          .description = rule.description()};
}

RefusalCode CodeOf(ViolationCode code) {
  switch (code) {
    case ViolationCode::kAccountIncomplete:
      return RefusalCode::kAccountIncomplete;
    case ViolationCode::kMaxOutOfRange:
      return RefusalCode::kMaxOutOfRange;
    case ViolationCode::kMaxRequired:
      return RefusalCode::kMaxRequired;
    case ViolationCode::kKeyNeverExpires:
      return RefusalCode::kKeyNeverExpires;
    case ViolationCode::kKeyOutlivesMax:
      return RefusalCode::kKeyOutlivesMax;
    case ViolationCode::kRuleWithoutCa:
      return RefusalCode::kRuleWithoutCa;
    case ViolationCode::kNoRules:
      break;
  }
  return RefusalCode::kNoRules;
}

// One call on a copy of an account. Each overload of Try is one call: it
// changes the copy, or adds refusals, or gives an error of input.
class Trial {
 public:
  Trial(const Account& account, Timestamp now)
      : account_(account), now_(now), fields_(account.fields()) {}

  absl::StatusOr<ChangeOutcome> Run(const Change& change) {
    const absl::Status status =
        std::visit([&](const auto& call) { return Try(call); }, change);
    if (!status.ok()) return status;
    if (!refusals_.empty()) {
      return ChangeOutcome{.refusals = std::move(refusals_)};
    }
    auto account = Account::Create(std::move(fields_));
    if (!account.ok()) return account.status();
    return ChangeOutcome{.account = *std::move(account),
                         .deleted_ca_id = std::move(deleted_ca_id_)};
  }

 private:
  absl::Status Try(const CreateAccessKey& call);
  absl::Status Try(const UpdateAccessKey& call);
  absl::Status Try(const DeleteAccessKey& call);
  absl::Status Try(const CreateApiAccessRule& call);
  absl::Status Try(const UpdateApiAccessRule& call);
  absl::Status Try(const DeleteApiAccessRule& call);
  absl::Status Try(const UpdateApiAccessPolicy& call);
  absl::Status Try(const CreateCa& call);
  absl::Status Try(const UpdateCa& call);
  absl::Status Try(const DeleteCa& call);

  void Refuse(RefusalCode code, std::string subject, std::string message) {
    refusals_.push_back({code, std::move(subject), std::move(message)});
  }

  // R1. Returns true if the parameter is given.
  template <typename T>
  bool Require(const std::optional<T>& parameter, std::string_view name) {
    if (!parameter) {
      Refuse(
          RefusalCode::kMissingParameter, std::string(name),
          "expected the parameter " + std::string(name) + ", it is not given");
    }
    return parameter.has_value();
  }

  // R2
  void RefuseUnknown(RefusalCode code, const std::string& id,
                     const std::string& what) {
    Refuse(code, id, "expected " + what + ", got " + Quote(id));
  }
  // R1 and R2 of keys and rules. The end where the call is refused.
  std::vector<AccessKey>::iterator RequireKey(
      const std::optional<std::string>& id,
      const std::optional<std::string>& user_name) {
    if (!Require(id, "AccessKeyId")) return fields_.access_keys.end();
    const auto key = FindKey(fields_.access_keys, *id, user_name);
    if (key == fields_.access_keys.end()) {
      RefuseUnknown(RefusalCode::kUnknownAccessKey, *id,
                    "an access key of " + OwnerText(user_name));
    }
    return key;
  }
  std::vector<ApiAccessRule>::iterator RequireRule(
      const std::optional<std::string>& id) {
    if (!Require(id, "ApiAccessRuleId")) return fields_.rules.end();
    const auto rule = FindId(fields_.rules, *id);
    if (rule == fields_.rules.end()) {
      RefuseUnknown(RefusalCode::kUnknownRule, *id,
                    "an API access rule of the account");
    }
    return rule;
  }
  // R2 and R10 of CAs, where they are known.
  void RequireCas(const std::vector<std::string>& ids) {
    if (!fields_.cas) return;
    std::set<std::string_view> known;
    for (const Ca& ca : *fields_.cas) known.insert(ca.id());
    for (const std::string& id : std::set(ids.begin(), ids.end())) {
      if (known.contains(id)) continue;
      RefuseUnknown(RefusalCode::kUnknownCa, id, "a CA of the account");
    }
  }

  // R5 and R6, of a key that is made or updated.
  void CheckKey(const AccessKey& key);
  // R7 to R10, of a rule that is made or updated. Nothing where it is refused.
  absl::StatusOr<std::optional<ApiAccessRule>> MakeRule(
      ApiAccessRule::Fields fields);

  const Account& account_;
  Timestamp now_;
  Account::Fields fields_;
  std::optional<std::string> deleted_ca_id_;
  std::vector<Refusal> refusals_;
};

// A text that names something is not empty.
absl::Status CheckGiven(const std::optional<std::string>& text,
                        std::string_view name) {
  if (!text || !text->empty()) return absl::OkStatus();
  return InvalidArgument(std::string(name) +
                         ": expected a text, got an empty one");
}

// The id of something new is nobody's yet.
absl::Status CheckNew(const auto& items, const std::string& id,
                      const std::string& what) {
  if (!id.empty() && FindId(items, id) == items.end()) return absl::OkStatus();
  return InvalidArgument(
      "expected the id of a new " + what + ", got " +
      (id.empty() ? "an empty one" : Quote(id) + ", which the account has"));
}

// Items of a rule that are malformed, whatever else the call asks.
absl::Status CheckItems(const RuleParameters& rule) {
  if (std::ranges::count(rule.ca_ids, "") > 0) {
    return InvalidArgument("CaIds: expected CA ids, got an empty one");
  }
  if (std::ranges::count(rule.cns, "") > 0) {
    return InvalidArgument("Cns: expected CNs, got an empty one");
  }
  return absl::OkStatus();
}

void Trial::CheckKey(const AccessKey& key) {
  const PolicyValues policy = ValuesOf(account_.policy());
  if (internal::LacksExpiration(policy, key)) {
    Refuse(RefusalCode::kKeyNeverExpires, key.id(),
           "expected an expiration of access key " + Quote(key.id()) +
               ", as the account has a " +
               (policy.max_seconds > 0 ? "maximum" : "trusted session"));
  }
  if (internal::ExceedsMax(policy, key, now_)) {
    Refuse(RefusalCode::kKeyOutlivesMax, key.id(),
           "expected access key " + Quote(key.id()) + " to expire at most " +
               std::to_string(policy.max_seconds) + " s after " +
               FormatTimestamp(now_) + ", got " +
               FormatTimestamp(*key.expiration()));
  }
}

absl::StatusOr<std::optional<ApiAccessRule>> Trial::MakeRule(
    ApiAccessRule::Fields fields) {
  const std::string subject = "API access rule " + Quote(fields.id);
  if (!fields.HasRangesOrCas()) {
    Refuse(RefusalCode::kRuleWithoutCriterion, fields.id,
           "expected IP ranges or CA ids in " + subject + ", got neither");
  }
  if (!fields.HasCasForCns()) {
    Refuse(RefusalCode::kCnWithoutCa, fields.id,
           "expected CA ids beside the CNs of " + subject + ", got none");
  }
  const bool has_criteria = fields.HasRangesOrCas() && fields.HasCasForCns();
  if (account_.policy().require_trusted_env() && fields.ca_ids.empty()) {
    Refuse(RefusalCode::kRuleWithoutCa, fields.id,
           "expected a CA id in " + subject +
               ", as the account has a trusted session");
  }
  std::optional<ApiAccessRule> made;
  if (has_criteria) {
    auto rule = ApiAccessRule::Create(std::move(fields));
    if (!rule.ok()) return rule.status();
    made = *std::move(rule);
    RequireCas(made->ca_ids());
  }
  return made;
}

absl::Status Trial::Try(const CreateAccessKey& call) {
  const absl::Status status =
      CheckNew(fields_.access_keys, call.new_id, "access key");
  if (!status.ok()) return status;
  if (call.user_name && std::ranges::count(fields_.users_without_keys_read,
                                           *call.user_name) > 0) {
    return InvalidArgument(
        "UserName: expected a user whose access keys were read, got " +
        Quote(*call.user_name));
  }
  auto key = AccessKey::Create({.id = call.new_id,
                                .state = AccessKeyState::kActive,
                                .expiration = call.expiration_date,
                                .user_name = call.user_name,
                                .tag = call.tag,
                                .creation_date = now_});
  if (!key.ok()) return key.status();
  const auto keys_of_user = static_cast<std::size_t>(std::ranges::count(
      fields_.access_keys, call.user_name, &AccessKey::user_name));
  if (keys_of_user >= kMaxAccessKeysOfUser) {
    Refuse(RefusalCode::kTooManyAccessKeys, call.user_name.value_or(""),
           "expected fewer than " + std::to_string(kMaxAccessKeysOfUser) +
               " access keys of " + OwnerText(call.user_name) + ", there are " +
               std::to_string(keys_of_user));
  }
  CheckKey(*key);
  fields_.access_keys.push_back(*std::move(key));
  return absl::OkStatus();
}

absl::Status Trial::Try(const UpdateAccessKey& call) {
  absl::Status status = CheckGiven(call.access_key_id, "AccessKeyId");
  status.Update(CheckGiven(call.user_name, "UserName"));
  if (!status.ok()) return status;
  // Malformed values are errors even where the date is cleared, or no key has
  // the id.
  const auto given =
      AccessKey::Create({.id = call.access_key_id.value_or("not given"),
                         .state = call.state.value_or(AccessKeyState{}),
                         .expiration = call.expiration_date});
  if (!given.ok()) return given.status();
  const auto key = RequireKey(call.access_key_id, call.user_name);
  if (key == fields_.access_keys.end()) return absl::OkStatus();
  auto updated = AccessKey::Create(Updated(*key, call));
  if (!updated.ok()) return updated.status();
  CheckKey(*updated);
  *key = *std::move(updated);
  return absl::OkStatus();
}

absl::Status Trial::Try(const DeleteAccessKey& call) {
  absl::Status status = CheckGiven(call.access_key_id, "AccessKeyId");
  status.Update(CheckGiven(call.user_name, "UserName"));
  if (!status.ok()) return status;
  const auto key = RequireKey(call.access_key_id, call.user_name);
  if (key == fields_.access_keys.end()) return absl::OkStatus();
  if (key->user_name() && key->state() != AccessKeyState::kInactive) {
    Refuse(RefusalCode::kAccessKeyActive, key->id(),
           "expected access key " + Quote(key->id()) + " of " +
               OwnerText(key->user_name()) + " to be INACTIVE, it is " +
               std::string(ToString(key->state())));
  }
  fields_.access_keys.erase(key);
  return absl::OkStatus();
}

absl::Status Trial::Try(const CreateApiAccessRule& call) {
  absl::Status status = CheckNew(fields_.rules, call.new_id, "API access rule");
  status.Update(CheckItems(call.rule));
  if (!status.ok()) return status;
  auto rule = MakeRule(RuleFields(call.new_id, call.rule));
  if (!rule.ok()) return rule.status();
  if (*rule) fields_.rules.push_back(**std::move(rule));
  return absl::OkStatus();
}

absl::Status Trial::Try(const UpdateApiAccessRule& call) {
  absl::Status status = CheckGiven(call.api_access_rule_id, "ApiAccessRuleId");
  status.Update(CheckItems(call.rule));
  if (!status.ok()) return status;
  const auto rule = RequireRule(call.api_access_rule_id);
  if (rule == fields_.rules.end()) return absl::OkStatus();
  auto updated = MakeRule(RuleFields(*call.api_access_rule_id, call.rule));
  if (!updated.ok()) return updated.status();
  if (*updated) *rule = **std::move(updated);
  return absl::OkStatus();
}

absl::Status Trial::Try(const DeleteApiAccessRule& call) {
  absl::Status status = CheckGiven(call.api_access_rule_id, "ApiAccessRuleId");
  if (!status.ok()) return status;
  const auto rule = RequireRule(call.api_access_rule_id);
  if (rule == fields_.rules.end()) return absl::OkStatus();
  if (fields_.rules.size() == 1) {
    Refuse(RefusalCode::kLastRule, rule->id(),
           "expected another API access rule beside " + Quote(rule->id()) +
               ", it is the only one");
  }
  fields_.rules.erase(rule);
  return absl::OkStatus();
}

absl::Status Trial::Try(const UpdateApiAccessPolicy& call) {
  Require(call.max_access_key_expiration_seconds,
          "MaxAccessKeyExpirationSeconds");
  Require(call.require_trusted_env, "RequireTrustedEnv");
  if (!refusals_.empty()) return absl::OkStatus();
  const std::int64_t max = *call.max_access_key_expiration_seconds;
  const bool require = *call.require_trusted_env;
  ActivationReport report =
      CheckActivation(account_,
                      {.max_access_key_expiration_seconds = max,
                       .require_trusted_env = require},
                      now_);
  for (Violation& violation : report.violations) {
    Refuse(CodeOf(violation.code), std::move(violation.subject),
           std::move(violation.message));
  }
  if (!report.ready) return absl::OkStatus();
  auto policy =
      ApiAccessPolicy::Create({.max_access_key_expiration_seconds = max,
                               .require_trusted_env = require});
  if (!policy.ok()) return policy.status();
  fields_.policy = *policy;
  return absl::OkStatus();
}

absl::Status Trial::Try(const CreateCa& call) {
  const absl::Status status =
      CheckNew(fields_.cas.value_or(std::vector<Ca>()), call.new_id, "CA");
  if (!status.ok()) return status;
  if (!Require(call.ca_pem, "CaPem") || !fields_.cas) return absl::OkStatus();
  auto ca = Ca::Create({.id = call.new_id});
  if (!ca.ok()) return ca.status();
  fields_.cas->push_back(*std::move(ca));
  return absl::OkStatus();
}

absl::Status Trial::Try(const UpdateCa& call) {
  absl::Status status = CheckGiven(call.ca_id, "CaId");
  if (!status.ok()) return status;
  if (Require(call.ca_id, "CaId")) RequireCas({*call.ca_id});
  return absl::OkStatus();
}

absl::Status Trial::Try(const DeleteCa& call) {
  absl::Status status = CheckGiven(call.ca_id, "CaId");
  if (!status.ok()) return status;
  if (Require(call.ca_id, "CaId")) RequireCas({*call.ca_id});
  if (!refusals_.empty()) return absl::OkStatus();
  if (fields_.cas) fields_.cas->erase(FindId(*fields_.cas, *call.ca_id));
  deleted_ca_id_ = call.ca_id;
  return absl::OkStatus();
}

// The calls that take one call back. Each overload is one call.
class Undoing {
 public:
  explicit Undoing(const Account& account) : fields_(account.fields()) {}

  std::vector<Change> operator()(const CreateAccessKey& call) const {
    std::vector<Change> calls;
    if (call.user_name) {
      calls.push_back(
          UpdateAccessKey{.access_key_id = call.new_id,
                          .user_name = call.user_name,
                          .state = AccessKeyState::kInactive,
                          .expiration_date = call.expiration_date,
                          .clear_expiration_date = !call.expiration_date});
    }
    calls.push_back(DeleteAccessKey{.access_key_id = call.new_id,
                                    .user_name = call.user_name});
    return calls;
  }
  std::vector<Change> operator()(const UpdateAccessKey& call) const {
    const auto key = FindKey(fields_.access_keys,
                             call.access_key_id.value_or(""), call.user_name);
    if (key == fields_.access_keys.end()) return {};
    const AccessKey::Fields& before = key->fields();
    const AccessKey::Fields after = Updated(*key, call);
    if (after == before) return {};
    UpdateAccessKey back = {.access_key_id = before.id,
                            .user_name = before.user_name,
                            .state = before.state,
                            .expiration_date = before.expiration,
                            .clear_expiration_date = !before.expiration};
    if (after.tag != before.tag) {
      back.tag = before.tag;
      back.clear_tag = !before.tag;
    }
    return {std::move(back)};
  }
  std::vector<Change> operator()(const DeleteAccessKey&) const { return {}; }
  std::vector<Change> operator()(const CreateApiAccessRule& call) const {
    return {DeleteApiAccessRule{.api_access_rule_id = call.new_id}};
  }
  std::vector<Change> operator()(const UpdateApiAccessRule& call) const {
    const auto rule =
        FindId(fields_.rules, call.api_access_rule_id.value_or(""));
    if (rule == fields_.rules.end()) return {};
    const auto after = ApiAccessRule::Create(RuleFields(rule->id(), call.rule));
    if (!after.ok() || *after == *rule) return {};
    return {UpdateApiAccessRule{.api_access_rule_id = rule->id(),
                                .rule = ParametersOf(*rule)}};
  }
  std::vector<Change> operator()(const DeleteApiAccessRule& call) const {
    const auto rule =
        FindId(fields_.rules, call.api_access_rule_id.value_or(""));
    if (rule == fields_.rules.end()) return {};
    return {
        CreateApiAccessRule{.new_id = rule->id(), .rule = ParametersOf(*rule)}};
  }
  std::vector<Change> operator()(const UpdateApiAccessPolicy& call) const {
    const UpdateApiAccessPolicy before = {
        .max_access_key_expiration_seconds =
            fields_.policy.max_access_key_expiration_seconds(),
        .require_trusted_env = fields_.policy.require_trusted_env()};
    if (call == before) return {};
    return {before};
  }
  std::vector<Change> operator()(const CreateCa& call) const {
    return {DeleteCa{.ca_id = call.new_id}};
  }
  std::vector<Change> operator()(const UpdateCa&) const { return {}; }
  std::vector<Change> operator()(const DeleteCa&) const { return {}; }

 private:
  const Account::Fields& fields_;
};

template <typename Item>
std::map<std::string_view, const Item*> ById(const std::vector<Item>& items) {
  std::map<std::string_view, const Item*> by_id;
  for (const Item& item : items) by_id.emplace(item.id(), &item);
  return by_id;
}

// The latest expiration that a key can get both now and under `requested`, in
// whole seconds where one is ahead. Nothing where there is none.
std::optional<Timestamp> LatestExpiration(const ApiAccessPolicy& policy,
                                          const RequestedPolicy& requested,
                                          Timestamp now) {
  std::int64_t max = requested.max_access_key_expiration_seconds;
  if (!internal::LimitsLifetimes({max, requested.require_trusted_env})) {
    return std::nullopt;
  }
  if (internal::LimitsLifetimes(ValuesOf(policy))) {
    max = std::min(max, policy.max_access_key_expiration_seconds());
  }
  // Under the requested maximum equality is refused.
  const std::chrono::milliseconds lifetime =
      std::chrono::seconds{max} - std::chrono::milliseconds{1};
  if (now < kMinTimestamp || now > kMaxTimestamp - lifetime) {
    return std::nullopt;
  }
  const Timestamp latest = now + lifetime;
  const Timestamp whole = std::chrono::floor<std::chrono::seconds>(latest);
  return whole > now ? whole : latest;
}

}  // namespace

absl::StatusOr<ChangeOutcome> Apply(const Account& account,
                                    const Change& change, Timestamp now) {
  return Trial(account, now).Run(change);
}

std::vector<Change> Undo(const Account& account, const Change& change) {
  return std::visit(Undoing(account), change);
}

absl::StatusOr<PlanOutcome> ApplyPlan(const Account& account,
                                      std::span<const PlanStep> steps,
                                      Timestamp now) {
  return internal::WalkPlan(
      account, steps, now,
      [](const Account&, const Change&, const ChangeOutcome&) {
        return absl::OkStatus();
      });
}

ActivationPlan PlanActivation(const Account& account,
                              const RequestedPolicy& requested,
                              const std::optional<std::string>& ca_id,
                              Timestamp now) {
  const auto keys = ById(account.access_keys());
  const auto rules = ById(account.rules());
  const std::optional<Timestamp> expiration =
      LatestExpiration(account.policy(), requested, now);
  const bool has_ca = ca_id && !ca_id->empty() &&
                      (!account.cas() ||
                       FindId(*account.cas(), *ca_id) != account.cas()->end());
  ActivationPlan plan;
  for (Violation& violation :
       CheckActivation(account, requested, now).violations) {
    const bool is_of_key = violation.code == ViolationCode::kKeyNeverExpires ||
                           violation.code == ViolationCode::kKeyOutlivesMax;
    if (is_of_key && expiration) {
      const AccessKey& key = *keys.find(violation.subject)->second;
      plan.steps.push_back({UpdateAccessKey{.access_key_id = key.id(),
                                            .user_name = key.user_name(),
                                            .expiration_date = expiration}});
    } else if (violation.code == ViolationCode::kRuleWithoutCa && has_ca) {
      const ApiAccessRule& rule = *rules.find(violation.subject)->second;
      RuleParameters parameters = ParametersOf(rule);
      parameters.ca_ids = {*ca_id};
      plan.steps.push_back({UpdateApiAccessRule{
          .api_access_rule_id = rule.id(), .rule = std::move(parameters)}});
    } else {
      plan.open.push_back(std::move(violation));
    }
  }
  if (plan.open.empty()) {
    plan.steps.push_back({UpdateApiAccessPolicy{
        .max_access_key_expiration_seconds =
            requested.max_access_key_expiration_seconds,
        .require_trusted_env = requested.require_trusted_env}});
  }
  return plan;
}

std::string_view CallOf(const Change& change) {
  // In the order of Change.
  constexpr std::string_view kCalls[] = {"CreateAccessKey",
                                         "UpdateAccessKey",
                                         "DeleteAccessKey",
                                         "CreateApiAccessRule",
                                         "UpdateApiAccessRule",
                                         "DeleteApiAccessRule",
                                         "UpdateApiAccessPolicy",
                                         "CreateCa",
                                         "UpdateCa",
                                         "DeleteCa"};
  static_assert(std::size(kCalls) == std::variant_size_v<Change>);
  return kCalls[change.index()];
}

const std::string* NewIdOf(const Change& change) {
  return std::visit(
      [](const auto& call) -> const std::string* {
        if constexpr (requires { call.new_id; }) {
          return &call.new_id;
        } else {
          return nullptr;
        }
      },
      change);
}

absl::StatusOr<RefusalCode> ParseRefusalCode(std::string_view text) {
  return internal::ParseEnum(kAllRefusalCodes, text);
}

}  // namespace api_access
