#include "api_access/explanation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
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
  const auto ranges = rules.ranges(rule);
  const auto named = ranges.first(std::min(ranges.size(), kMaxExplainedRanges));
  RuleExplanation explained = {.rule_id = std::string(rules.id(rule)),
                               .ip_ranges = {named.begin(), named.end()},
                               .ip_range_count = ranges.size(),
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

// Whether an access key is denied for what it is, before any rule is tried.
bool IsOfTheKey(Reason reason) {
  return reason == Reason::kUnknownAccessKey ||
         reason == Reason::kAccessKeyInactive ||
         reason == Reason::kAccessKeyExpired ||
         reason == Reason::kEimUserNotSupported;
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

// ` (192.0.2.0/24, 198.51.100.7/32 and 3 more)`.
std::string RangesText(const RuleExplanation& rule) {
  std::string text;
  for (const IpRange& range : rule.ip_ranges) {
    text += (text.empty() ? " (" : ", ") + range.ToString();
  }
  const std::size_t hidden = rule.ip_range_count - rule.ip_ranges.size();
  if (hidden > 0) text += " and " + std::to_string(hidden) + " more";
  return text + ")";
}

std::string RuleText(const RuleExplanation& rule, std::size_t id_width) {
  std::string text = "\n    " + Padded(Quote(rule.rule_id), id_width) + "  " +
                     Padded(std::string(ToString(rule.reason)), 21);
  for (const Criterion criterion : kAllCriteria) {
    const auto& [state, by] = rule.of(criterion);
    text += "  " + std::string(ToString(criterion)) + ' ' +
            std::string(StateText(state));
    if (by) text += " by " + Quote(*by);
    if (criterion == Criterion::kIpRange && state == CriterionState::kFailed) {
      text += RangesText(rule);
    }
  }
  return text;
}

// Why nothing that is presented can help.
std::string_view WhyNoRemedy(const internal::CompiledAccount& account,
                             const Request& request, Timestamp now) {
  const MethodClass method_class = request.method.method_class();
  const Service service = request.method.service();
  const bool has_login =
      (method_class == MethodClass::kManaging && ServiceHasLogin(service)) ||
      std::ranges::any_of(account.keys.all(),
                          [&](const internal::CompiledKey& key) {
                            return internal::CheckKey(&key, service, now) ==
                                   Reason::kNotDecided;
                          });
  if (!has_login && method_class == MethodClass::kExempt) {
    return "no access key of the account is usable";
  }
  if (account.rules.size() == 0) return "the account has no rules";
  return has_login ? "no rule admits an address of this family that a client "
                     "may have"
                   : "no access key of the account is usable";
}

// The CAs presented that are, under another id, one that a rule lists. Each of
// the latter is told once.
std::vector<std::string> TwinNotes(const RuleTable& rules,
                                   const ClientCertificate& certificate,
                                   std::span<const Ca> cas) {
  std::map<std::string_view, std::string_view> fingerprints;  // by id
  for (const Ca& ca : cas) {
    if (ca.fingerprint()) fingerprints.emplace(ca.id(), *ca.fingerprint());
  }
  std::map<std::string_view, std::string_view> presented;  // by fingerprint
  for (const std::string& id : certificate.ca_ids()) {
    const auto found = fingerprints.find(id);
    if (found != fingerprints.end()) presented.emplace(found->second, id);
  }
  std::vector<std::string> notes;
  std::set<std::string_view> told;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (const internal::Text text : rules.ca_ids(rule)) {
      const std::string_view listed = rules.text(text);
      const auto found = fingerprints.find(listed);
      if (found == fingerprints.end()) continue;
      const auto twin = presented.find(found->second);
      if (twin == presented.end() || !told.insert(listed).second) continue;
      notes.push_back("CA " + Quote(twin->second) +
                      " is the same certificate as CA " + Quote(listed) +
                      ", which API access rule " + Quote(rules.id(rule)) +
                      " lists: the client is under both");
    }
  }
  return notes;
}

}  // namespace

ExplanationContext ExplanationContext::Of(const Account& account,
                                          std::string_view method_name) {
  ExplanationContext context = {.method_name = method_name};
  if (account.cas()) context.cas = *account.cas();
  return context;
}

absl::StatusOr<CriterionState> ParseCriterionState(std::string_view text) {
  return internal::ParseEnum(kAllCriterionStates, text);
}

Explanation Explain(const Evaluator& evaluator, const Request& request,
                    Timestamp now, const ExplanationContext& context) {
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
  const bool decides = gate.reason == Reason::kNotDecided;
  explanation.key_assumed_usable =
      !decides && IsOfTheKey(gate.reason) &&
      request.method.method_class() != MethodClass::kExempt;
  const bool is_asked = decides || explanation.key_assumed_usable;
  const Presented presented = internal::PresentedTo(account, request);
  Decision by_rules = internal::kNoRuleTried;
  explanation.rules.reserve(account.rules.size());
  for (std::uint32_t rule = 0; rule < account.rules.size(); ++rule) {
    const RuleExplanation& explained = explanation.rules.emplace_back(
        ExplainRule(account.rules, rule, presented, is_asked));
    if (decides) internal::Combine(rule, explained.reason, by_rules);
  }
  explanation.decision =
      internal::Conclude(account, gate, [&] { return by_rules; });
  if (!explanation.decision.allowed()) {
    explanation.remedies = FindRemedies(evaluator, request, now);
    if (explanation.remedies.empty()) {
      explanation.no_remedy = WhyNoRemedy(account, request, now);
    }
  }
  explanation.similar_method =
      FindSimilarName(ToString(request.method.service()), context.method_name);
  if (explanation.decision.reason == Reason::kCaNotAllowed) {
    explanation.notes =
        TwinNotes(account.rules, *request.certificate, context.cas);
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
    text += " by " + Quote(explanation.rules[*decision.rule_index].rule_id);
  }
  const FactorSet missing = MissingFactors(decision.reason);
  if (!missing.empty()) text += "; missing " + missing.ToString();
  if (decision.valid_until) {
    text += "; until " + FormatTimestamp(*decision.valid_until);
  }
  text += "\n  class     " +
          std::string(ToString(explanation.method.method_class())) + ", " +
          ClassReason(explanation.method);
  if (!explanation.similar_method.empty()) {
    text += "; did you mean " + explanation.similar_method + "?";
  }
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
  if (explanation.key_assumed_usable && !rules.empty()) {
    text += ", tried as if the access key were usable";
  }
  // Reasons are numbered by nearness; equally near ones stay in account order.
  std::ranges::sort(rules, {}, [](const RuleExplanation* rule) {
    return std::pair(rule->reason, rule);
  });
  const std::size_t hidden = rules.size() - std::min(rules.size(), max_rules);
  rules.resize(rules.size() - hidden);
  std::size_t id_width = 0;
  for (const RuleExplanation* rule : rules) {
    id_width = std::max(id_width, Quote(rule->rule_id).size());
  }
  for (const RuleExplanation* rule : rules) text += RuleText(*rule, id_width);
  if (hidden > 0) {
    text += "\n    and " + std::to_string(hidden) + " more, none nearer";
  }
  for (const std::string& note : explanation.notes) {
    text += "\n  note      " + note;
  }
  for (const Remedy& remedy : explanation.remedies) {
    text += "\n  remedy    " + remedy.text;
  }
  if (!decision.allowed() && explanation.remedies.empty()) {
    text += "\n  remedy    none: " + explanation.no_remedy;
  }
  return text;
}

}  // namespace api_access
