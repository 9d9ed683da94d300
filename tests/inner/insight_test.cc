#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/insight/rule_redundancy.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::FindRedundant;
using testing::ElementsAre;
using testing::IsEmpty;

// The example of src/README.md.
TEST(RuleRedundancyTest, TheWorkedExample) {
  const std::vector<ApiAccessRule> rules = {
      Rule("R0", {"10.0.0.0/24"}, {"a"}), Rule("R1", {"10.0.0.0/25"}),
      Rule("R2", {"10.0.0.128/25"}, {"a"}),
      Rule("R3", {"10.0.0.64/26"}, {"a"}, {"x"})};
  EXPECT_THAT(FindRedundant(rules), ElementsAre(true, false, true, true));
  // Each of them can go, but not R0 and R2 together.
  EXPECT_THAT(FindRedundant(std::vector{rules[1], rules[2], rules[3]}),
              ElementsAre(false, false, true));
  EXPECT_THAT(FindRedundant(std::vector{rules[0], rules[1], rules[3]}),
              ElementsAre(false, false, true));
}

// The example of rule_redundancy.h.
TEST(RuleRedundancyTest, WhoeverAsksForLessIsNeeded) {
  EXPECT_THAT(
      FindRedundant(std::vector{Rule("R0", {"192.0.2.0/24"}, {"a"}),
                                Rule("R1", {"192.0.2.0/24"}),
                                Rule("R2", {"192.0.3.0/24"}, {"a"}, {"x"})}),
      ElementsAre(true, false, false));
}

TEST(RuleRedundancyTest, NoRules) { EXPECT_THAT(FindRedundant({}), IsEmpty()); }

// An IPv6 range has nothing in the hole that another rule could miss.
TEST(RuleRedundancyTest, TheHoleInIPv6NeedsNoRule) {
  EXPECT_THAT(FindRedundant(std::vector{Rule("wide", {"::fffe:0:0/95"}),
                                        Rule("half", {"::fffe:0:0/96"})}),
              ElementsAre(true, true));
  EXPECT_THAT(
      FindRedundant(std::vector{Rule("any", {}, {"a"}),
                                Rule("both", {"0.0.0.0/0", "::/0"}, {"a"})}),
      ElementsAre(true, true));
  EXPECT_THAT(FindRedundant(
                  std::vector{Rule("v6", {"::/0"}), Rule("v4", {"0.0.0.0/0"})}),
              ElementsAre(false, false));
}

}  // namespace
}  // namespace api_access
