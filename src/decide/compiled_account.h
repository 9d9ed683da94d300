// What an Evaluator points to.

#ifndef API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_
#define API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "api_access/account.h"
#include "api_access/decision.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "src/decide/gate.h"
#include "src/decide/key_table.h"
#include "src/decide/rule_index.h"
#include "src/decide/rule_table.h"

namespace api_access::internal {

// From as many rules and ranges on, the index is faster than the walk.
inline constexpr std::size_t kIndexFrom = 16;

// An account as decisions need it. The arrays of its tables come right after it
// in one piece of heap, so that a small account is one piece.
struct CompiledAccount {
  // An account without rules and keys.
  constexpr CompiledAccount() = default;
  CompiledAccount(const CompiledAccount&) = delete;
  CompiledAccount& operator=(const CompiledAccount&) = delete;
  constexpr ~CompiledAccount() { delete index; }

  // What the rules decide, by the index where there is one.
  Decision FindRule(const Presented& presented) const {
    return index ? index->Find(rules, presented) : rules.Walk(presented);
  }

  [[no_unique_address]] KeyTable keys;  // the flag fits into its padding
  bool trusted_session = false;
  RuleTable rules;
  // Owned; may be null. Before C++23 a std::unique_ptr has no constexpr
  // destructor, which kEmptyAccount needs to be a constant.
  const RuleIndex* index = nullptr;
};

// An account that CheckSize lets pass, with an index if it has that many rules
// and ranges.
std::shared_ptr<const CompiledAccount> Compile(
    const Account& account, std::size_t index_from = kIndexFrom);

// The account that default-made and moved-from evaluators have.
extern const CompiledAccount kEmptyAccount;

// What the gate decides, else what `by_rules` does, of the rules of `account`.
template <typename ByRules>
Decision Conclude(const CompiledAccount& account, const GateOutcome& gate,
                  ByRules by_rules) {
  Decision decision = gate.reason == Reason::kNotDecided
                          ? by_rules()
                          : Decision{.reason = gate.reason};
  decision.rules_hash = account.rules.ids_hash();
  if (decision.allowed() && gate.key != nullptr) {
    decision.valid_until = gate.key->expiration();
  }
  return decision;
}

// What `request` presents to the rules of `account`.
inline Presented PresentedTo(const CompiledAccount& account,
                             const Request& request) {
  return {.address = request.client_address,
          .certificate = request.certificate,
          .bypass = HasBypass(account.trusted_session, request.method,
                              request.login)};
}

// What Evaluator::Decide says.
inline Decision Decide(const CompiledAccount& account, const Request& request,
                       Timestamp now) noexcept {
  return Conclude(account, PassGate(account.keys, request, now), [&] {
    return account.FindRule(PresentedTo(account, request));
  });
}

// Places are counted in 32 bits: the index has up to two for each range, and
// the offset of a text spans all offsets, of four bytes each, and all bytes.
inline constexpr std::uint64_t kMaxCompiledSize = (std::uint64_t{1} << 30) - 1;
static_assert(2 * kMaxCompiledSize + 1 <= RuleIndex::kNone);

// kResourceExhausted when the account has more than `max` keys, rules, items of
// criteria and bytes of ids and CNs together.
absl::Status CheckSize(const Account& account, std::uint64_t max);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_COMPILED_ACCOUNT_H_
