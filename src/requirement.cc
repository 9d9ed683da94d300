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
using internal::CompiledKey;
using internal::EvaluatorAccess;
using internal::PassGate;
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

// How far a denied request gets. What the gate denies ends at that step; of
// what no rule matches, the nearer miss has the lower number.
int Progress(Reason reason) {
  constexpr int kRules = static_cast<int>(Reason::kRuleMatched);
  const int number = static_cast<int>(reason);
  return number < kRules ? number : 3 * kRules - number;
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

PossibleDecision DecideOver(const Evaluator& evaluator, const Request& request,
                            const Possible& possible, Timestamp now) noexcept {
  const CompiledAccount& compiled = EvaluatorAccess::Get(evaluator);
  bool may_be_allowed = false;
  bool may_be_denied = false;
  Reason best = Reason::kNotDecided;
  const auto add = [&](LoginKind login, auto find_key) {
    Request one = request;
    one.login = login;
    // Presenting a certificate never revokes, so the worst case is none. The
    // best case is allowed exactly where nothing but a certificate is missing.
    if (possible.any_certificate) one.certificate = nullptr;
    const Decision worst =
        Conclude(compiled, PassGate(one, now, find_key),
                 [&] { return compiled.FindRule(PresentedTo(compiled, one)); });
    if (worst.allowed()) {
      may_be_allowed = true;
      return;
    }
    may_be_denied = true;
    if (possible.any_certificate &&
        worst.reason == Reason::kCertificateMissing) {
      may_be_allowed = true;
    } else if (Progress(best) < Progress(worst.reason)) {
      best = worst.reason;
    }
  };
  const auto add_without_key = [&](LoginKind login) {
    add(login, []() -> const CompiledKey* { return nullptr; });
  };
  const auto add_usable_key = [&](bool of_eim_user) {
    const CompiledKey key = CompiledKey::Usable(of_eim_user);
    add(LoginKind::kAccessKey, [&] { return &key; });
  };
  switch (possible.login) {
    case PossibleLogin::kUsableKey:
      add_usable_key(/*of_eim_user=*/false);
      break;
    case PossibleLogin::kNoAccessKey:
      add_without_key(LoginKind::kNone);
      add_without_key(LoginKind::kPassword);
      break;
    case PossibleLogin::kAny:
      add_without_key(LoginKind::kNone);
      add_without_key(LoginKind::kPassword);
      add_usable_key(/*of_eim_user=*/false);
      add_usable_key(/*of_eim_user=*/true);
      break;
    case PossibleLogin::kGiven:
      add(request.login,
          [&] { return compiled.keys.Find(request.access_key_id); });
      break;
  }
  if (!may_be_allowed) return {.reason = best};
  return {.verdict = may_be_denied ? PossibleVerdict::kDepends
                                   : PossibleVerdict::kAllow};
}

}  // namespace api_access
