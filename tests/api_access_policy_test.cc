#include "api_access/api_access_policy.h"

#include <limits>

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(ApiAccessPolicyTest, AcceptsTheWholeSpan) {
  for (const std::int64_t max : {std::int64_t{0}, std::int64_t{1},
                                 kMaxAccessKeyExpirationSecondsLimit}) {
    for (const bool require : {false, true}) {
      const ApiAccessPolicy policy = Policy(max, require);
      EXPECT_EQ(policy.max_access_key_expiration_seconds(), max);
      EXPECT_EQ(policy.require_trusted_env(), require);
    }
  }
  EXPECT_EQ(kMaxAccessKeyExpirationSecondsLimit, 3'153'600'000);
}

TEST(ApiAccessPolicyTest, DefaultIsWithoutTrustedSession) {
  EXPECT_EQ(Valid(ApiAccessPolicy::Create({})), Policy(0, false));
}

TEST(ApiAccessPolicyTest, RefusesAMaximumOutOfItsSpan) {
  for (const std::int64_t max :
       {std::int64_t{-1}, kMaxAccessKeyExpirationSecondsLimit + 1,
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    const auto policy =
        ApiAccessPolicy::Create({.max_access_key_expiration_seconds = max});
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(policy.status()),
              "expected a maximum access key expiration of 0 to 3153600000 "
              "seconds, got " +
                  std::to_string(max));
  }
}

}  // namespace
}  // namespace api_access
