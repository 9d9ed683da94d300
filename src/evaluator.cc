#include "api_access/evaluator.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "src/compiled_account.h"

namespace api_access {

namespace internal {

absl::Status CheckSize(const Account& account, std::uint64_t max) {
  std::uint64_t size = 0;
  for (const AccessKey& key : account.access_keys()) {
    size += 1 + key.id().size();
  }
  for (const ApiAccessRule& rule : account.rules()) {
    size += 1 + rule.id().size() + rule.ip_ranges().size();
    for (const auto* texts : {&rule.ca_ids(), &rule.cns()}) {
      for (const std::string& text : *texts) size += 1 + text.size();
    }
  }
  if (size <= max) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      "expected an account of at most " + std::to_string(max) +
      " access keys, rules, items and bytes of ids and CNs, got " +
      std::to_string(size));
}

}  // namespace internal

absl::StatusOr<Evaluator> Evaluator::Compile(const Account& account) {
  absl::Status status =
      internal::CheckSize(account, internal::kMaxCompiledSize);
  if (!status.ok()) return status;
  return Evaluator(std::make_shared<const internal::CompiledAccount>(account));
}

Decision Evaluator::Decide(const Request& request,
                           Timestamp now) const noexcept {
  const auto [gate_reason, key] =
      internal::PassGate(compiled_ ? &compiled_->keys : nullptr, request, now);
  Decision decision = {.reason = gate_reason};
  if (gate_reason == Reason::kNotDecided) {
    internal::RuleTable::Outcome outcome;
    if (compiled_) {
      outcome = compiled_->rules.Walk(
          {.address = request.client_address,
           .certificate = request.certificate,
           .bypass = internal::HasBypass(compiled_->trusted_session,
                                         request.method, request.login)});
    }
    decision.reason = outcome.reason;
    decision.rule = outcome.rule;
  }
  if (decision.allowed() && key != nullptr) {
    decision.valid_until = key->expiration;
  }
  return decision;
}

std::string_view Evaluator::RuleId(const Decision& decision) const noexcept {
  if (!compiled_ || !decision.rule ||
      *decision.rule >= compiled_->rules.size()) {
    return {};
  }
  return compiled_->rules.id(*decision.rule);
}

}  // namespace api_access
