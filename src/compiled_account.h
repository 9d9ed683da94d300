// What an Evaluator points to.

#ifndef API_ACCESS_SRC_COMPILED_ACCOUNT_H_
#define API_ACCESS_SRC_COMPILED_ACCOUNT_H_

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "src/gate.h"
#include "src/rule_table.h"

namespace api_access::internal {

struct CompiledAccount {
  explicit CompiledAccount(const Account& account)
      : trusted_session(account.policy().require_trusted_env()),
        keys(account.access_keys()),
        rules(account.rules()) {}

  bool trusted_session;
  KeyTable keys;
  RuleTable rules;
};

// The one way of the other rooms to what an evaluator points to; null: an
// account without rules and keys.
struct EvaluatorAccess {
  static const CompiledAccount* Get(const Evaluator& evaluator) {
    return evaluator.compiled_.get();
  }
};

// Places are counted in 32 bits.
inline constexpr std::uint64_t kMaxCompiledSize =
    std::numeric_limits<std::uint32_t>::max();

// kResourceExhausted when the account has more than `max` keys, rules, items of
// criteria and bytes of ids and CNs together.
absl::Status CheckSize(const Account& account, std::uint64_t max);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_COMPILED_ACCOUNT_H_
