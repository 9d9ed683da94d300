// An account: everything that decisions about its requests depend on.

#ifndef API_ACCESS_ACCOUNT_H_
#define API_ACCESS_ACCOUNT_H_

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/access_key.h"
#include "api_access/api_access_policy.h"
#include "api_access/api_access_rule.h"
#include "api_access/ca.h"

namespace api_access {

// A snapshot of an account's API access policy, API access rules, access keys
// and CAs. An account that contradicts its policy is accepted, and decisions
// are made on it as it is. Immutable.
//
// Const members may be called concurrently.
class Account {
 public:
  struct Fields {
    ApiAccessPolicy policy;
    // No id twice. The order decides which of several matching rules a decision
    // names, never the verdict.
    std::vector<ApiAccessRule> rules = {};
    // No id twice, whichever user the keys belong to.
    std::vector<AccessKey> access_keys = {};
    // Whether every EIM user of the account is known. The provider lists access
    // keys user by user, so whoever makes the account has to declare that none
    // is missing; a trusted session cannot be activated before (our choice). No
    // decision on a request depends on it.
    bool every_user_listed = false;
    // Why not every user is known, in words for people, such as `ReadUsers.json
    // says HasMoreItems`. Empty: not told. The message of account-incomplete
    // repeats it, nothing else depends on it.
    std::string users_doubt = {};
    // The users whose access keys are not among `access_keys` because they were
    // not read. None empty, none twice.
    std::vector<std::string> users_without_keys_read = {};
    // The CAs that were uploaded to the account, no id twice; absent: they were
    // not read. No verdict depends on them.
    std::optional<std::vector<Ca>> cas = std::nullopt;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  // Errors: kInvalidArgument for a moved-from rule, key or CA, which has an
  // empty id, and for an id that occurs twice; names the first in byte order.
  // Takes O(n log n) time in the fields.
  static absl::StatusOr<Account> Create(Fields fields);

  Account(const Account&) = default;
  Account& operator=(const Account&) = default;
  // A moved-from account has no rules and keys, is not known to be complete,
  // and its CAs are not known.
  Account(Account&& other) noexcept
      : fields_(std::exchange(other.fields_, Fields{other.policy()})) {}
  Account& operator=(Account&& other) noexcept {
    fields_ = std::exchange(other.fields_, Fields{other.policy()});
    return *this;
  }
  ~Account() = default;

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  const ApiAccessPolicy& policy() const { return fields_.policy; }
  const std::vector<ApiAccessRule>& rules() const { return fields_.rules; }
  const std::vector<AccessKey>& access_keys() const {
    return fields_.access_keys;
  }
  bool every_user_listed() const { return fields_.every_user_listed; }
  const std::string& users_doubt() const { return fields_.users_doubt; }
  const std::vector<std::string>& users_without_keys_read() const {
    return fields_.users_without_keys_read;
  }
  const std::optional<std::vector<Ca>>& cas() const { return fields_.cas; }

  // Lines of text, the last one not ended: the policy, each rule, each key and
  // each CA, and whether it is complete.
  std::string ToString() const;

  friend bool operator==(const Account&, const Account&) = default;

 private:
  explicit Account(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

// What an account has, in numbers, so that people see which part is missing.
struct AccountSummary {
  std::size_t root_access_keys = 0;
  std::size_t eim_access_keys = 0;
  std::size_t eim_users = 0;  // those that have access keys
  std::size_t rules = 0;
  std::optional<std::size_t> cas = std::nullopt;
  bool every_user_listed = false;
  // In byte order.
  std::vector<std::string> users_without_keys_read = {};

  // Takes O(n log n) time in the keys. May be called concurrently.
  static AccountSummary Of(const Account& account);

  // `2 access keys of the root user, 14 of 3 EIM users with keys, 4 rules, 1
  // CA; all users listed`.
  std::string ToString() const;

  friend bool operator==(const AccountSummary&,
                         const AccountSummary&) = default;
};

inline std::ostream& operator<<(std::ostream& out,
                                const AccountSummary& summary) {
  return out << summary.ToString();
}
inline std::ostream& operator<<(std::ostream& out, const Account& account) {
  return out << account.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_ACCOUNT_H_
