// The API access policy of an account.

#ifndef API_ACCESS_API_ACCESS_POLICY_H_
#define API_ACCESS_API_ACCESS_POLICY_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "api_access/version.h"

namespace api_access {

// The largest MaxAccessKeyExpirationSeconds: 100 years of 365 days.
inline constexpr std::int64_t kMaxAccessKeyExpirationSecondsLimit =
    3'153'600'000;

// The API access policy that an account has. Immutable.
//
// Const members may be called concurrently. Source: the provider's user guide
// (About Your API Access Policy) and OpenAPI description.
class ApiAccessPolicy {
 public:
  struct Fields {
    // 0, access keys may live for ever, to 3153600000, included.
    std::int64_t max_access_key_expiration_seconds = 0;
    // Whether a trusted session is activated. Whatever passes without one
    // passes with one, so the default is the stricter.
    bool require_trusted_env = false;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  // A policy that contradicts itself, (0, true), is accepted: it may have been
  // read so.
  // Errors: kInvalidArgument if the maximum is out of its span.
  static absl::StatusOr<ApiAccessPolicy> Create(const Fields& fields);

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  std::int64_t max_access_key_expiration_seconds() const {
    return fields_.max_access_key_expiration_seconds;
  }
  bool require_trusted_env() const { return fields_.require_trusted_env; }

  // `MaxAccessKeyExpirationSeconds 3600, RequireTrustedEnv true`.
  std::string ToString() const;

  friend bool operator==(const ApiAccessPolicy&,
                         const ApiAccessPolicy&) = default;

 private:
  explicit ApiAccessPolicy(const Fields& fields) : fields_(fields) {}

  Fields fields_;
};

inline std::ostream& operator<<(std::ostream& out,
                                const ApiAccessPolicy& policy) {
  return out << policy.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_API_ACCESS_POLICY_H_
