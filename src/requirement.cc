#include "api_access/requirement.h"

#include <algorithm>
#include <cstdint>

#include "api_access/required_factors.h"
#include "src/decide/compiled_account.h"
#include "src/decide/rule_index.h"
#include "src/decide/rule_table.h"
#include "src/evaluator_access.h"

namespace api_access {
namespace {

using internal::CompiledAccount;
using internal::EvaluatorAccess;
using internal::RuleIndex;
using internal::RuleTable;

bool Admits(const RuleTable& rules, std::uint32_t rule,
            const IpAddress& address) {
  return !rules.Has(rule, Criterion::kIpRange) ||
         rules.FindRange(rule, address) != nullptr;
}

// What the rules that admit `address` ask: one without CA is enough.
CertificateDemand DemandAt(const CompiledAccount& compiled,
                           const IpAddress& address) {
  const RuleTable& rules = compiled.rules;
  if (compiled.index) {
    const RuleIndex::Admitting admitting = compiled.index->AdmittingAt(address);
    if (admitting.first_without_ca != RuleIndex::kNone) {
      return CertificateDemand::kNotAsked;
    }
    return admitting.first != RuleIndex::kNone ? CertificateDemand::kAsked
                                               : CertificateDemand::kNoRules;
  }
  CertificateDemand demand = CertificateDemand::kNoRules;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (!Admits(rules, rule, address)) continue;
    if (rules.ca_ids(rule).empty()) return CertificateDemand::kNotAsked;
    demand = CertificateDemand::kAsked;
  }
  return demand;
}

}  // namespace

FactorRequirement RequiredFactors(const Evaluator& evaluator,
                                  const Method& method,
                                  const IpAddress& client_address) noexcept {
  const CompiledAccount& compiled = EvaluatorAccess::Get(evaluator);
  return RequiredFactors(method.method_class(), method.service(),
                         compiled.trusted_session,
                         DemandAt(compiled, client_address));
}

std::vector<AcceptedCertificate> AcceptedCertificates(
    const Evaluator& evaluator, const Method& method,
    const IpAddress& client_address) {
  std::vector<AcceptedCertificate> accepted;
  const FactorRequirement required =
      RequiredFactors(evaluator, method, client_address);
  if (!std::ranges::all_of(required, [](FactorSet alternative) {
        return alternative.Contains(Factor::kCertificate);
      })) {
    return accepted;
  }
  const RuleTable& rules = EvaluatorAccess::Get(evaluator).rules;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (!Admits(rules, rule, client_address)) continue;
    AcceptedCertificate& added = accepted.emplace_back();
    for (const internal::Text ca : rules.ca_ids(rule)) {
      added.ca_ids.emplace_back(rules.text(ca));
    }
    for (const internal::Text cn : rules.cns(rule)) {
      added.cns.emplace_back(rules.text(cn));
    }
  }
  return accepted;
}

}  // namespace api_access
