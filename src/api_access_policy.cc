#include "api_access/api_access_policy.h"

#include <string>

#include "src/base/text.h"

namespace api_access {

absl::StatusOr<ApiAccessPolicy> ApiAccessPolicy::Create(const Fields& fields) {
  const std::int64_t max = fields.max_access_key_expiration_seconds;
  if (max < 0 || max > kMaxAccessKeyExpirationSecondsLimit) {
    return internal::InvalidArgument(
        "expected a maximum access key expiration of 0 to " +
        std::to_string(kMaxAccessKeyExpirationSecondsLimit) + " seconds, got " +
        std::to_string(max));
  }
  return ApiAccessPolicy(fields);
}

std::string ApiAccessPolicy::ToString() const {
  return "MaxAccessKeyExpirationSeconds " +
         std::to_string(max_access_key_expiration_seconds()) +
         ", RequireTrustedEnv " + (require_trusted_env() ? "true" : "false");
}

}  // namespace api_access
