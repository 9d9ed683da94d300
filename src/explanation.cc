#include "api_access/explanation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/remedies.h"
#include "api_access/requirement.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/decide/compiled_account.h"
#include "src/decide/gate.h"
#include "src/decide/rule_table.h"
#include "src/evaluator_access.h"

namespace api_access {
namespace {

using internal::Presented;
using internal::RuleTable;

std::string FirstFit(const RuleTable& rules, std::uint32_t rule,
                     Criterion criterion, const Presented& presented) {
  switch (criterion) {
    case Criterion::kIpRange:
      return rules.FindRange(rule, presented.address)->ToString();
    case Criterion::kCa:
      return std::string(
          rules.text(*rules.FindCa(rule, presented.certificate)));
    case Criterion::kCn:
      return std::string(
          rules.text(*rules.FindCn(rule, presented.certificate)));
  }
  return {};
}

RuleExplanation ExplainRule(const RuleTable& rules, std::uint32_t rule,
                            const Presented& presented, bool is_asked) {
  RuleExplanation explained = {.rule_id = std::string(rules.id(rule)),
                               .reason = Reason::kNotDecided,
                               .criteria = {}};
  if (is_asked) explained.reason = rules.Try(rule, presented);
  bool is_reached = is_asked;
  for (const Criterion criterion : kAllCriteria) {
    CriterionExplanation& of_criterion =
        explained.criteria[static_cast<std::size_t>(criterion)];
    if (!rules.Has(rule, criterion)) {
      of_criterion.state = CriterionState::kAbsent;
    } else if (!is_reached) {
      of_criterion.state = CriterionState::kNotReached;
    } else if (rules.Try(rule, criterion, presented) != Reason::kRuleMatched) {
      of_criterion.state = CriterionState::kFailed;
      is_reached = false;
    } else if (presented.Bypasses(criterion)) {
      of_criterion.state = CriterionState::kWaived;
    } else {
      of_criterion = {CriterionState::kSatisfied,
                      FirstFit(rules, rule, criterion, presented)};
    }
  }
  return explained;
}

std::string LoginText(const internal::KeyTable& keys, const Request& request,
                      Timestamp now) {
  const Service service = request.method.service();
  if (request.login == LoginKind::kPassword) {
    if (!ServiceHasLogin(service)) {
      return "not accepted by this service";
    }
    return internal::IsLoginUsable(keys, request, now)
               ? "usable"
               : "accepted for managing methods only";
  }
  if (request.login != LoginKind::kAccessKey) return {};
  const internal::CompiledKey* key = keys.Find(request.access_key_id);
  switch (internal::CheckKey(key, service, now)) {
    case Reason::kUnknownAccessKey:
      return "not one of the " + std::to_string(keys.all().size()) +
             " access keys of the account";
    case Reason::kAccessKeyInactive:
      return "INACTIVE";
    case Reason::kAccessKeyExpired:
      return "expired at " + FormatTimestamp(*key->expiration());
    case Reason::kEimUserNotSupported:
      return "of an EIM user, not accepted by this service";
    default:
      return key->expiration()
                 ? "usable until " + FormatTimestamp(*key->expiration())
                 : "usable, it never expires";
  }
}

std::string_view StateText(CriterionState state) {
  switch (state) {
    case CriterionState::kNotReached:
      break;
    case CriterionState::kAbsent:
      return "not asked";
    case CriterionState::kSatisfied:
      return "satisfied";
    case CriterionState::kWaived:
      return "waived";
    case CriterionState::kFailed:
      return "failed";
  }
  return "not reached";
}

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string RuleText(const RuleExplanation& rule, std::size_t id_width) {
  std::string text = "\n    " +
                     Padded(internal::Quote(rule.rule_id), id_width) + "  " +
                     Padded(std::string(ToString(rule.reason)), 21);
  for (const Criterion criterion : kAllCriteria) {
    const auto& [state, by] = rule.of(criterion);
    text += "  " + std::string(ToString(criterion)) + ' ' +
            std::string(StateText(state));
    if (by) text += " by " + internal::Quote(*by);
  }
  return text;
}

}  // namespace

absl::StatusOr<CriterionState> ParseCriterionState(std::string_view text) {
  return internal::ParseEnum(kAllCriterionStates, text);
}

Explanation Explain(const Evaluator& evaluator, const Request& request,
                    Timestamp now) {
  const internal::CompiledAccount& account =
      internal::EvaluatorAccess::Get(evaluator);
  Explanation explanation = {
      .decision = {},
      .method = request.method,
      .login = request.login,
      .login_usable = internal::IsLoginUsable(account.keys, request, now),
      .login_text = LoginText(account.keys, request, now),
      .trusted_session = account.trusted_session,
      .required =
          RequiredFactors(evaluator, request.method, request.client_address),
      .rules = {},
      .remedies = {}};

  const internal::GateOutcome gate =
      internal::PassGate(account.keys, request, now);
  const bool is_asked = gate.reason == Reason::kNotDecided;
  const Presented presented = internal::PresentedTo(account, request);
  Decision by_rules = internal::kNoRuleTried;
  explanation.rules.reserve(account.rules.size());
  for (std::uint32_t rule = 0; rule < account.rules.size(); ++rule) {
    const RuleExplanation& explained = explanation.rules.emplace_back(
        ExplainRule(account.rules, rule, presented, is_asked));
    if (is_asked) internal::Combine(rule, explained.reason, by_rules);
  }
  explanation.decision =
      internal::Conclude(account, gate, [&] { return by_rules; });
  if (!explanation.decision.allowed()) {
    explanation.remedies = FindRemedies(evaluator, request, now);
  }
  return explanation;
}

std::string ClassReason(const Method& method) {
  std::string catalogue = "in the catalogue " + std::string(kCatalogueVersion);
  if (!method.name().empty()) return catalogue;
  switch (method.method_class()) {
    case MethodClass::kExempt:
      return "every method of object storage";
    case MethodClass::kManaging:
      return "a name that contains accesskey, of eim";
    case MethodClass::kOrdinary:
      // Beyond the catalogue no other method of these services is ordinary.
      if (method.service() == Service::kApi ||
          method.service() == Service::kIcu) {
        return "declared by the operator, not " + catalogue;
      }
      return "a well-formed name of a service without managing methods";
    case MethodClass::kPublic:
    case MethodClass::kUnlisted:
      break;
  }
  switch (method.service()) {
    case Service::kOther:
      return "an unknown service";
    case Service::kApi:
    case Service::kIcu:
      return "not " + catalogue;
    default:
      return "a malformed name";
  }
}

std::string ToString(const Explanation& explanation, std::size_t max_rules) {
  const Decision& decision = explanation.decision;
  std::string text(ToString(decision.verdict()));
  text += ' ' + std::string(ToString(decision.reason));
  if (decision.rule_index && *decision.rule_index < explanation.rules.size()) {
    text += " by " +
            internal::Quote(explanation.rules[*decision.rule_index].rule_id);
  }
  const FactorSet missing = MissingFactors(decision.reason);
  if (!missing.empty()) text += "; missing " + missing.ToString();
  if (decision.valid_until) {
    text += "; until " + FormatTimestamp(*decision.valid_until);
  }
  text += "\n  class     " +
          std::string(ToString(explanation.method.method_class())) + ", " +
          ClassReason(explanation.method);
  text += "\n  login     " + std::string(ToString(explanation.login));
  if (!explanation.login_text.empty()) text += ", " + explanation.login_text;
  text += "\n  session   ";
  text += explanation.trusted_session ? "activated" : "deactivated";
  text += "\n  required  ";
  text += explanation.required.empty() ? "nothing is enough from this address"
                                       : explanation.required.ToString();
  text += "\n  rules     " + std::to_string(explanation.rules.size());

  std::vector<const RuleExplanation*> rules;
  for (const RuleExplanation& rule : explanation.rules) {
    if (rule.reason != Reason::kNotDecided) rules.push_back(&rule);
  }
  if (rules.empty() && !explanation.rules.empty()) text += ", not reached";
  // Reasons are numbered by nearness; equally near ones stay in account order.
  std::ranges::sort(rules, {}, [](const RuleExplanation* rule) {
    return std::pair(rule->reason, rule);
  });
  const std::size_t hidden = rules.size() - std::min(rules.size(), max_rules);
  rules.resize(rules.size() - hidden);
  std::size_t id_width = 0;
  for (const RuleExplanation* rule : rules) {
    id_width = std::max(id_width, internal::Quote(rule->rule_id).size());
  }
  for (const RuleExplanation* rule : rules) text += RuleText(*rule, id_width);
  if (hidden > 0) {
    text += "\n    and " + std::to_string(hidden) + " more, none nearer";
  }
  for (const Remedy& remedy : explanation.remedies) {
    text += "\n  remedy    " + remedy.text;
  }
  if (!decision.allowed() && explanation.remedies.empty()) {
    text += "\n  remedy    none: ";
    text += explanation.rules.empty()
                ? "the account has no rules"
                : "no access key of the account is usable";
  }
  return text;
}

}  // namespace api_access
