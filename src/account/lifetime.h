// The remaining lifetimes of access keys, exact for every pair of instants.

#ifndef API_ACCESS_SRC_ACCOUNT_LIFETIME_H_
#define API_ACCESS_SRC_ACCOUNT_LIFETIME_H_

#include <compare>
#include <cstdint>

#include "api_access/timestamp.h"

namespace api_access::internal {

// The milliseconds from `now` to `expiration`, 0 if that is not later. The
// difference of two instants fits into 64 bits unsigned, not always into 63.
constexpr std::uint64_t RemainingLifetime(Timestamp expiration, Timestamp now) {
  if (expiration <= now) return 0;
  return static_cast<std::uint64_t>(expiration.time_since_epoch().count()) -
         static_cast<std::uint64_t>(now.time_since_epoch().count());
}

// Compares the remaining lifetime with `max_seconds`, above 0 and at most
// kMaxAccessKeyExpirationSecondsLimit: the product does not overflow.
constexpr std::strong_ordering CompareLifetime(Timestamp expiration,
                                               Timestamp now,
                                               std::int64_t max_seconds) {
  return RemainingLifetime(expiration, now) <=>
         static_cast<std::uint64_t>(max_seconds) * 1000;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ACCOUNT_LIFETIME_H_
