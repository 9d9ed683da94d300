#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/insight/representatives.h"
#include "src/insight/rule_redundancy.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::Redundancy;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(RepresentativesTest, EachKindHasAMethod) {
  for (const MethodKind kind : kAllMethodKinds) {
    EXPECT_EQ(internal::SampleOf(kind).kind(), kind) << kind;
  }
}

std::vector<bool> FindRedundant(std::span<const ApiAccessRule> rules) {
  std::vector<bool> redundant;
  for (const Redundancy& found : internal::FindRedundant(rules)) {
    redundant.push_back(found.is_redundant);
    EXPECT_EQ(found.covered_by.empty(), !found.is_redundant);
  }
  return redundant;
}

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

using Cover = std::vector<std::uint32_t>;

TEST(RuleRedundancyTest, NamesTheRulesOfACover) {
  const std::vector<Redundancy> found = internal::FindRedundant(std::vector{
      Rule("R0", {"10.0.0.0/24"}, {"a"}), Rule("R1", {"10.0.0.0/25"}),
      Rule("R2", {"10.0.0.128/25"}, {"a"}),
      Rule("R3", {"10.0.0.64/26"}, {"a"}, {"x"})});
  EXPECT_EQ(found[0].covered_by, (Cover{1, 2}));
  EXPECT_EQ(found[1], Redundancy());
  EXPECT_EQ(found[2].covered_by, (Cover{0}));
  // R0 and R1 both do; R0 reaches farther.
  EXPECT_EQ(found[3].covered_by, (Cover{0}));

  // Of two rules that reach as far the first.
  const ApiAccessRule same = Rule("R", {"10.0.0.0/24", "::/0"});
  const auto equal = internal::FindRedundant(std::vector{same, same, same});
  EXPECT_EQ(equal[0].covered_by, (Cover{1}));
  EXPECT_EQ(equal[1].covered_by, (Cover{0}));
  EXPECT_EQ(equal[2].covered_by, (Cover{0}));

  // For each CA and each CN.
  const auto parts = internal::FindRedundant(std::vector{
      Rule("R0", {}, {"a", "b"}, {"x", "y"}), Rule("R1", {}, {"a"}),
      Rule("R2", {}, {"b"}, {"y"}), Rule("R3", {}, {"b", "c"}, {"x"})});
  EXPECT_EQ(parts[0].covered_by, (Cover{1, 2, 3}));
  EXPECT_EQ(parts[0].more, 0U);
  EXPECT_TRUE(parts[0].is_whole);
}

// Rules of one address each, and rules around them.
TEST(RuleRedundancyTest, NamesEightAndCountsTheOthers) {
  const auto found = [](int addresses, int around) {
    std::vector<ApiAccessRule> rules;
    for (int i = 0; i < addresses; ++i) {
      rules.push_back(Rule("R", {"10.0." + std::to_string(i / 256) + '.' +
                                 std::to_string(i % 256)}));
    }
    for (int i = 0; i < around; ++i) {
      const std::string prefix = std::to_string(
          32 - std::bit_width(static_cast<unsigned>(addresses) - 1));
      rules.push_back(
          Rule("R", {"10.0.0.0/" + prefix}, {"ca-" + std::to_string(i)}));
    }
    return internal::FindRedundant(rules);
  };
  EXPECT_EQ(found(8, 1)[8],
            (Redundancy{.is_redundant = true,
                        .covered_by = {0, 1, 2, 3, 4, 5, 6, 7}}));
  EXPECT_EQ(found(16, 1)[16],
            (Redundancy{.is_redundant = true,
                        .covered_by = {0, 1, 2, 3, 4, 5, 6, 7},
                        .more = 8}));
  // Covers of 1,024 rules each; the search does not make up all of them.
  const auto many = found(1024, 100);
  EXPECT_EQ(many[1024].more, 1016U);
  EXPECT_TRUE(many[1024].is_whole);
  EXPECT_EQ(many[1123], (Redundancy{.is_redundant = true,
                                    .covered_by = {0, 1, 2, 3, 4, 5, 6, 7},
                                    .more = 56,
                                    .is_whole = false}));
}

}  // namespace
}  // namespace api_access
