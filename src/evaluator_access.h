// The inner side of an Evaluator.

#ifndef API_ACCESS_SRC_EVALUATOR_ACCESS_H_
#define API_ACCESS_SRC_EVALUATOR_ACCESS_H_

#include "api_access/evaluator.h"
#include "src/decide/compiled_account.h"

namespace api_access::internal {

// The one way from an evaluator to its compiled account.
struct EvaluatorAccess {
  static const CompiledAccount& Get(const Evaluator& evaluator) {
    return evaluator.compiled_ ? *evaluator.compiled_ : kEmptyAccount;
  }
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_EVALUATOR_ACCESS_H_
