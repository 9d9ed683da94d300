// What an Evaluator points to.

#ifndef API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_
#define API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "api_access/account.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "src/base/arena.h"
#include "src/base/text_pool.h"
#include "src/decide/gate.h"
#include "src/decide/rule_index.h"
#include "src/decide/rule_table.h"

namespace api_access::internal {

// From as many rules and ranges on, the index finds faster than the walk.
inline constexpr std::size_t kIndexFrom = 16;

struct CompiledAccount {
  // An account that CheckSize lets pass.
  explicit CompiledAccount(const Account& account,
                           std::size_t index_from = kIndexFrom);

  // What the rules decide, by the index where there is one.
  Decision FindRule(const Presented& presented) const {
    return index ? index->Find(rules, presented) : rules.Walk(presented);
  }

  Arena arena;
  TextPool texts;
  bool trusted_session;
  KeyTable keys;
  RuleTable rules;
  std::unique_ptr<const RuleIndex> index;  // may be null
};

// The one way of the other rooms to what an evaluator points to; null: an
// account without rules and keys.
struct EvaluatorAccess {
  static const CompiledAccount* Get(const Evaluator& evaluator) {
    return evaluator.compiled_.get();
  }
};

// What the gate decides, else what `by_rules` does.
template <typename ByRules>
Decision Conclude(const GateOutcome& gate, ByRules by_rules) {
  Decision decision = gate.reason == Reason::kNotDecided
                          ? by_rules()
                          : Decision{.reason = gate.reason};
  if (decision.allowed() && gate.key != nullptr) {
    decision.valid_until = gate.key->expiration;
  }
  return decision;
}

// What Evaluator::Decide says. `compiled` may be null: there are no rules and
// keys.
inline Decision Decide(const CompiledAccount* compiled, const Request& request,
                       Timestamp now) noexcept {
  const GateOutcome gate =
      PassGate(compiled == nullptr ? nullptr : &compiled->keys, request, now);
  return Conclude(gate, [&] {
    return compiled == nullptr
               ? kNoRuleTried
               : compiled->FindRule(
                     {.address = request.client_address,
                      .certificate = request.certificate,
                      .bypass = HasBypass(compiled->trusted_session,
                                          request.method, request.login)});
  });
}

// Places are counted in 32 bits, and the index has up to two for each range.
inline constexpr std::uint64_t kMaxCompiledSize =
    std::numeric_limits<std::int32_t>::max();
static_assert(2 * kMaxCompiledSize + 1 <= RuleIndex::kNone);

// kResourceExhausted when the account has more than `max` keys, rules, items of
// criteria and bytes of ids and CNs together.
absl::Status CheckSize(const Account& account, std::uint64_t max);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_
