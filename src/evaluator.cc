#include "api_access/evaluator.h"

#include "src/decide/compiled_account.h"

namespace api_access {

absl::StatusOr<Evaluator> Evaluator::Compile(const Account& account) {
  absl::Status status =
      internal::CheckSize(account, internal::kMaxCompiledSize);
  if (!status.ok()) return status;
  return Evaluator(std::make_shared<const internal::CompiledAccount>(account));
}

Decision Evaluator::Decide(const Request& request,
                           Timestamp now) const noexcept {
  return internal::Decide(compiled_.get(), request, now);
}

std::string_view Evaluator::RuleId(const Decision& decision) const noexcept {
  if (!compiled_ || !decision.rule_index ||
      *decision.rule_index >= compiled_->rules.size()) {
    return {};
  }
  return compiled_->rules.id(*decision.rule_index);
}

}  // namespace api_access
