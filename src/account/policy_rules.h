// What an API access policy asks of the account that has it: conditions A1 to
// A6 of the semantics, each stated once. Whoever reports them words them.

#ifndef API_ACCESS_SRC_ACCOUNT_POLICY_RULES_H_
#define API_ACCESS_SRC_ACCOUNT_POLICY_RULES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "api_access/access_key.h"
#include "api_access/api_access_policy.h"
#include "api_access/api_access_rule.h"
#include "src/account/lifetime.h"

namespace api_access::internal {

// The two values of a policy, valid together or not.
struct PolicyValues {
  std::int64_t max_seconds;
  bool require;

  // (0, false) deactivates everything and is always valid.
  constexpr bool AsksForNothing() const { return !require && max_seconds == 0; }
};

// A1
constexpr bool IsMaxInSpan(const PolicyValues& policy) {
  return policy.max_seconds >= 0 &&
         policy.max_seconds <= kMaxAccessKeyExpirationSecondsLimit;
}

// A2: a trusted session needs a maximum. A negative one is A1's alone.
constexpr bool LacksMax(const PolicyValues& policy) {
  return policy.require && policy.max_seconds == 0;
}

// A3
inline bool LacksExpiration(const PolicyValues& policy, const AccessKey& key) {
  return (policy.require || policy.max_seconds > 0) && !key.expiration();
}

// True if lifetimes are limited: there is a maximum, and it is in its span.
constexpr bool LimitsLifetimes(const PolicyValues& policy) {
  return policy.max_seconds > 0 && IsMaxInSpan(policy);
}

// A4, for a policy that is asked for: a remaining lifetime that equals the
// maximum is too long. A key without expiration is A3's alone.
inline bool ReachesMax(const PolicyValues& policy, const AccessKey& key,
                       Timestamp now) {
  return LimitsLifetimes(policy) && key.expiration() &&
         CompareLifetime(*key.expiration(), now, policy.max_seconds) >= 0;
}

// The same for a key that is made under the policy: equality is accepted.
inline bool ExceedsMax(const PolicyValues& policy, const AccessKey& key,
                       Timestamp now) {
  return LimitsLifetimes(policy) && key.expiration() &&
         CompareLifetime(*key.expiration(), now, policy.max_seconds) > 0;
}

// The lowest maximum that A3 and A4 allow for this one key; none where no
// maximum is high enough.
inline std::optional<std::int64_t> SmallestMax(const AccessKey& key,
                                               Timestamp now) {
  if (!key.expiration()) return std::nullopt;
  // Equality is refused, so a whole number of seconds takes one more.
  const std::uint64_t seconds =
      RemainingLifetime(*key.expiration(), now) / 1000 + 1;
  if (seconds > std::uint64_t{kMaxAccessKeyExpirationSecondsLimit}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(seconds);
}

// A5
inline bool LacksCa(const PolicyValues& policy, const ApiAccessRule& rule) {
  return policy.require && rule.ca_ids().empty();
}

// A6
constexpr bool LacksRules(const PolicyValues& policy, std::size_t rules) {
  return policy.require && rules == 0;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ACCOUNT_POLICY_RULES_H_
