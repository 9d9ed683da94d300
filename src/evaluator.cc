#include "api_access/evaluator.h"

#include "src/decide/compiled_account.h"
#include "src/evaluator_access.h"

namespace api_access {

absl::StatusOr<Evaluator> Evaluator::Compile(const Account& account) {
  absl::Status status =
      internal::CheckSize(account, internal::kMaxCompiledSize);
  if (!status.ok()) return status;
  return Evaluator(internal::Compile(account));
}

Decision Evaluator::Decide(const Request& request,
                           Timestamp now) const noexcept {
  return internal::Decide(internal::EvaluatorAccess::Get(*this), request, now);
}

std::string_view Evaluator::RuleId(const Decision& decision) const noexcept {
  const internal::RuleTable& rules =
      internal::EvaluatorAccess::Get(*this).rules;
  if (!decision.rule_index || decision.rules_hash != rules.ids_hash() ||
      *decision.rule_index >= rules.size()) {
    return {};
  }
  return rules.id(*decision.rule_index);
}

}  // namespace api_access
