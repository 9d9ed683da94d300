#include "api_access/required_factors.h"

#include <algorithm>
#include <cstddef>

#include "src/decide/compiled_account.h"

namespace api_access {
namespace {

// What the rules that admit `address` ask: one without CA is enough.
CertificateDemand DemandAt(const internal::CompiledAccount& compiled,
                           const IpAddress& address) {
  using internal::RuleIndex;
  const internal::RuleTable& rules = compiled.rules;
  if (compiled.index) {
    const RuleIndex::Admitting admitting = compiled.index->AdmittingAt(address);
    if (admitting.first_without_ca != RuleIndex::kNone) {
      return CertificateDemand::kNotAsked;
    }
    return admitting.first != RuleIndex::kNone ? CertificateDemand::kAsked
                                               : CertificateDemand::kNoRules;
  }
  const internal::Presented presented = {
      .address = address, .certificate = nullptr, .bypass = false};
  CertificateDemand demand = CertificateDemand::kNoRules;
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    if (rules.Try(rule, Criterion::kIpRange, presented) !=
        Reason::kRuleMatched) {
      continue;
    }
    if (rules.ca_ids(rule).empty()) return CertificateDemand::kNotAsked;
    demand = CertificateDemand::kAsked;
  }
  return demand;
}

}  // namespace

CertificateDemand CertificateDemandOf(const Account& account) {
  const auto& rules = account.rules();
  if (rules.empty()) return CertificateDemand::kNoRules;
  const auto with_ca = std::ranges::count_if(
      rules, [](const ApiAccessRule& rule) { return !rule.ca_ids().empty(); });
  if (with_ca == 0) return CertificateDemand::kNotAsked;
  return static_cast<std::size_t>(with_ca) == rules.size()
             ? CertificateDemand::kAsked
             : CertificateDemand::kDepends;
}

FactorRequirement RequiredFactors(const Evaluator& evaluator,
                                  const Method& method,
                                  const IpAddress& client_address) noexcept {
  const internal::CompiledAccount* compiled =
      internal::EvaluatorAccess::Get(evaluator);
  return RequiredFactors(method.method_class(), method.service(),
                         compiled != nullptr && compiled->trusted_session,
                         compiled == nullptr
                             ? CertificateDemand::kNoRules
                             : DemandAt(*compiled, client_address));
}

}  // namespace api_access
