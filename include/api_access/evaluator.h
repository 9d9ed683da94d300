// The evaluator: an account, compiled to decide on requests.

#ifndef API_ACCESS_EVALUATOR_H_
#define API_ACCESS_EVALUATOR_H_

#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/decision.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

namespace internal {
struct CompiledAccount;
struct EvaluatorAccess;
}  // namespace internal

// A handle to an immutable compiled snapshot of an account. Copies are cheap
// and share it; it lives as long as one of them. A default-constructed or
// moved-from evaluator is that of an account without rules and keys: it allows
// public methods alone.
//
// Const members may be called concurrently. Copies are independent handles: one
// may be assigned while another decides. Assigning a handle that others read at
// the same time needs their synchronisation.
class Evaluator {
 public:
  Evaluator() noexcept = default;

  // Copies what it needs; `account` may go away. Takes O(n log n) time in the
  // account, and memory linear in it: one piece of heap for a few rules; for
  // many rules, at most 120 bytes for each IP range, and 100 for each rule,
  // access key, CA id and CN, in addition to 1 KiB and to the bytes of ids and
  // CNs. Errors: kResourceExhausted for an account of more than 2^30 - 1 access
  // keys, rules, items of criteria and bytes of ids and CNs together.
  static absl::StatusOr<Evaluator> Compile(const Account& account);

  // Decides on `request` at the instant `now`:
  //   evaluator.Decide({.method = FindMethod("api", "ReadVms"),
  //                     .client_address = address,
  //                     .login = LoginKind::kAccessKey,
  //                     .access_key_id = "ABCDEFGHIJ0123456789"},
  //                    now)
  //
  // Allowed if one rule matches. Under a trusted session, for an ordinary
  // method with an access key, the CA and CN criteria are bypassed, whether or
  // not a certificate is presented; the IP criterion never is (our choice).
  // Reason lists all conditions in their order.
  //
  // Total. Takes O(log n) time in the IP ranges, then time linear in the rules
  // with CAs that admit the address or in the rules that list the CAs or the CN
  // of the certificate, whichever are fewer. A rule that is tried takes time
  // linear in its CNs, and linear in its CA ids times the logarithm of those
  // presented. Does not allocate. Source: the provider's user guide (About API
  // Access Rules, Activating a Trusted Session).
  [[nodiscard]] Decision Decide(const Request& request,
                                Timestamp now) const noexcept;

  // The id of the rule that a decision of this evaluator, of a copy of it, or
  // of one compiled from the same rule ids in the same order names. Empty if it
  // names none, and for a decision of another account: they are told apart by a
  // hash of 32 bits. Valid as long as the snapshot.
  std::string_view RuleId(const Decision& decision) const noexcept;

 private:
  friend struct internal::EvaluatorAccess;

  explicit Evaluator(
      std::shared_ptr<const internal::CompiledAccount> compiled) noexcept
      : compiled_(std::move(compiled)) {}

  // Null: an account without rules and keys.
  std::shared_ptr<const internal::CompiledAccount> compiled_;
};

}  // namespace api_access

#endif  // API_ACCESS_EVALUATOR_H_
