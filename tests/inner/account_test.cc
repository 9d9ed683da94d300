#include "gtest/gtest.h"
#include "src/account/lifetime.h"
#include "src/account/policy_rules.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::CompareLifetime;
using internal::PolicyValues;
using internal::RemainingLifetime;

TEST(LifetimeTest, IsExactForEveryPairOfInstants) {
  const Timestamp now = At("2030-01-01");
  EXPECT_EQ(RemainingLifetime(now, now), 0U);
  EXPECT_EQ(RemainingLifetime(now - milliseconds{1}, now), 0U);
  EXPECT_EQ(RemainingLifetime(now + milliseconds{1}, now), 1U);
  // The difference takes 64 bits.
  EXPECT_EQ(RemainingLifetime(Timestamp::max(), Timestamp::min()), ~0ULL);
  EXPECT_EQ(RemainingLifetime(Timestamp::min(), Timestamp::max()), 0U);

  EXPECT_TRUE(CompareLifetime(now + seconds{60}, now, 60) == 0);
  EXPECT_TRUE(CompareLifetime(now + seconds{60} - milliseconds{1}, now, 60) <
              0);
  EXPECT_TRUE(CompareLifetime(now + seconds{60} + milliseconds{1}, now, 60) >
              0);
  EXPECT_TRUE(CompareLifetime(Timestamp::max(), Timestamp::min(),
                              kMaxAccessKeyExpirationSecondsLimit) > 0);
}

// Each condition at both sides of each of its boundaries.
TEST(PolicyRulesTest, EachConditionAtItsBoundaries) {
  const Timestamp now = At("2030-01-01");
  const AccessKey never = Key("K");
  const AccessKey hour = Key("K", now + seconds{3600});
  const ApiAccessRule open = Rule("r", {"::/0"});
  const ApiAccessRule with_ca = Rule("r", {}, {"ca-1"});
  const struct {
    PolicyValues policy;
    bool asks_for_nothing, max_in_span, lacks_max, lacks_expiration,
        limits_lifetimes, reaches_max, exceeds_max, lacks_ca, lacks_rules;
  } kCases[] = {
      {{0, false}, true, true, false, false, false, false, false, false, false},
      {{0, true}, false, true, true, true, false, false, false, true, true},
      {{-1, false},
       false,
       false,
       false,
       false,
       false,
       false,
       false,
       false,
       false},
      {{-1, true}, false, false, false, true, false, false, false, true, true},
      {{3599, false}, false, true, false, true, true, true, true, false, false},
      {{3600, false},
       false,
       true,
       false,
       true,
       true,
       true,
       false,
       false,
       false},
      {{3601, true}, false, true, false, true, true, false, false, true, true},
      {{kMaxAccessKeyExpirationSecondsLimit, false},
       false,
       true,
       false,
       true,
       true,
       false,
       false,
       false,
       false},
      {{kMaxAccessKeyExpirationSecondsLimit + 1, false},
       false,
       false,
       false,
       true,
       false,
       false,
       false,
       false,
       false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(testing::Message()
                 << c.policy.max_seconds << ' ' << c.policy.require);
    EXPECT_EQ(c.policy.AsksForNothing(), c.asks_for_nothing);
    EXPECT_EQ(IsMaxInSpan(c.policy), c.max_in_span);
    EXPECT_EQ(LacksMax(c.policy), c.lacks_max);
    EXPECT_EQ(LacksExpiration(c.policy, never), c.lacks_expiration);
    EXPECT_FALSE(LacksExpiration(c.policy, hour));
    EXPECT_EQ(LimitsLifetimes(c.policy), c.limits_lifetimes);
    EXPECT_EQ(ReachesMax(c.policy, hour, now), c.reaches_max);
    EXPECT_FALSE(ReachesMax(c.policy, never, now));
    EXPECT_EQ(ExceedsMax(c.policy, hour, now), c.exceeds_max);
    EXPECT_FALSE(ExceedsMax(c.policy, never, now));
    EXPECT_EQ(LacksCa(c.policy, open), c.lacks_ca);
    EXPECT_FALSE(LacksCa(c.policy, with_ca));
    EXPECT_EQ(LacksRules(c.policy, 0), c.lacks_rules);
    EXPECT_FALSE(LacksRules(c.policy, 1));
  }
}

}  // namespace
}  // namespace api_access
