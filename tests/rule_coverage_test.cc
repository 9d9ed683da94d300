#include "api_access/rule_coverage.h"

#include <vector>

#include "api_access/testing/builders.h"
#include "api_access/testing/tested_account.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr const char* kNow = "2030-01-01";

TEST(RuleCoverageTest, CountsBothWays) {
  TestedAccount account(
      TestAccount()
          .WithRule({.id = "aar-office",
                     .ip_ranges = {"192.0.2.0/24"},
                     .ca_ids = {"ca-1"},
                     .cns = {"client.a"}})
          .WithRule({.id = "aar-vpn", .ip_ranges = {"198.51.100.7"}})
          .WithKey({.id = "KEY"})
          .Build(),
      kNow);
  EXPECT_EQ(account.coverage().ToString(),
            "0 of 12 ways exercised\n"
            "  `aar-office`  never matched, never missed; IpRange never "
            "satisfied, never failed; Ca never satisfied, never failed; Cn "
            "never satisfied, never failed\n"
            "  `aar-vpn`  never matched, never missed; IpRange never "
            "satisfied, never failed");
  // Decided before any rule is asked: nothing is exercised.
  account.Decide({.method = "ReadVms", .client_ip = "192.0.2.7"});
  EXPECT_THAT(account.coverage().ToString(),
              testing::StartsWith("0 of 12 ways exercised\n"));

  TestRequest request = {
      .method = "ReadVms", .client_ip = "192.0.2.7", .access_key_id = "KEY"};
  account.Decide(request);
  request.ca_ids = {"ca-1"};
  account.Decide(request);
  request.cn = "client.a";
  account.Decide(request);
  EXPECT_EQ(account.coverage().ToString(),
            "9 of 12 ways exercised\n"
            "  `aar-office`  matched 1, missed 2; IpRange satisfied 3, never "
            "failed; Ca satisfied 2, failed 1; Cn satisfied 1, failed 1\n"
            "  `aar-vpn`  never matched, missed 3; IpRange never satisfied, "
            "failed 3");
  EXPECT_EQ(account.coverage().exercised(), 9U);
  EXPECT_EQ(account.coverage().ways(), 12U);
  using Ways = RuleCoverage::Ways;
  EXPECT_EQ(
      account.coverage().rules(),
      (std::vector<RuleCoverage::Rule>{
          {"aar-office", Ways{1, 2}, {Ways{3, 0}, Ways{2, 1}, Ways{1, 1}}},
          {"aar-vpn", Ways{0, 3}, {Ways{0, 3}}}}));
  request.client_ip = "198.51.100.7";
  account.Decide(request);
  EXPECT_THAT(account.coverage().ToString(),
              testing::StartsWith("12 of 12 ways exercised\n"));
}

TEST(RuleCoverageTest, WhatTheSessionWaivesIsNotExercised) {
  TestedAccount account(TestAccount()
                            .WithRule({.ca_ids = {"ca-1"}})
                            .WithKey({.id = "KEY"})
                            .WithTrustedSession()
                            .Build(),
                        kNow);
  account.Decide({.method = "ReadVms",
                  .client_ip = "192.0.2.7",
                  .access_key_id = "KEY",
                  .ca_ids = {"ca-1"}});
  EXPECT_EQ(account.coverage().ToString(),
            "1 of 4 ways exercised\n"
            "  `aar-1`  matched 1, never missed; Ca never satisfied, never "
            "failed");
}

// What the rules say for a key that is not usable is information.
TEST(RuleCoverageTest, RulesThatNobodyAskedAreNotExercised) {
  const Account account =
      CompleteAccount(Policy(0, false), {Rule("aar-1", {"192.0.2.0/24"})}, {});
  const IpAddress address = Ip("192.0.2.7");
  const Explanation explanation =
      Explain(Valid(Evaluator::Compile(account)),
              {.method = FindMethod("api", "ReadVms"),
               .client_address = address,
               .login = LoginKind::kAccessKey,
               .access_key_id = "unknown"},
              At("2030-01-01"));
  ASSERT_TRUE(explanation.key_assumed_usable);
  RuleCoverage coverage(account);
  coverage.Record(explanation);
  EXPECT_EQ(coverage.exercised(), 0U);
}

}  // namespace
}  // namespace api_access
