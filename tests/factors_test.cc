#include "api_access/factors.h"

#include <ranges>
#include <unordered_set>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr FactorSet kCertificate = {Factor::kCertificate};

static_assert(sizeof(FactorSet) == 1 && sizeof(FactorRequirement) == 1);
static_assert(std::ranges::input_range<FactorSet>);
static_assert(std::ranges::input_range<FactorRequirement>);

std::vector<FactorSet> AllSets() {
  std::vector<FactorSet> sets;
  for (int i = 0; i < 8; ++i) {
    FactorSet set;
    if ((i & 1) != 0) set = set | kKey;
    if ((i & 2) != 0) set = set | kPassword;
    if ((i & 4) != 0) set = set | kCertificate;
    sets.push_back(set);
  }
  return sets;
}

TEST(FactorSetTest, MembersAndSubsets) {
  constexpr FactorSet kBoth = kKey | kCertificate;
  static_assert(kBoth == FactorSet{Factor::kCertificate, Factor::kAccessKey});
  static_assert(kBoth.Contains(Factor::kAccessKey));
  static_assert(!kBoth.Contains(Factor::kPassword));
  static_assert(kKey.IsSubsetOf(kBoth) && !kBoth.IsSubsetOf(kKey));
  static_assert(FactorSet{}.empty() && FactorSet{}.IsSubsetOf(kKey));
  EXPECT_EQ(kBoth.ToString(), "AccessKey+Certificate");
  EXPECT_EQ(FactorSet{}.ToString(), "none");
}

TEST(FactorSetTest, ValuesOutOfRangeAreNoMembers) {
  constexpr auto kNone = static_cast<Factor>(0);
  constexpr auto kTwoAtOnce = static_cast<Factor>(3);
  static_assert(FactorSet{kNone}.empty() && FactorSet{kTwoAtOnce}.empty());
  EXPECT_FALSE((kKey | kPassword).Contains(kTwoAtOnce));
  EXPECT_FALSE(kKey.Contains(kNone));
  EXPECT_EQ(ToString(kNone), "unknown");
}

TEST(FactorRequirementTest, DefaultIsNeverSatisfied) {
  for (const FactorSet set : AllSets()) {
    EXPECT_FALSE(FactorRequirement().IsSatisfiedBy(set));
    EXPECT_TRUE(FactorRequirement{FactorSet{}}.IsSatisfiedBy(set));
  }
  EXPECT_EQ(FactorRequirement().ToString(), "impossible");
  EXPECT_EQ(FactorRequirement{FactorSet{}}.ToString(), "none");
}

TEST(FactorRequirementTest, IsSatisfiedByEverySupersetOfAnAlternative) {
  for (const FactorSet a : AllSets()) {
    for (const FactorSet b : AllSets()) {
      const FactorRequirement requirement = {a, b};
      for (const FactorSet presented : AllSets()) {
        EXPECT_EQ(requirement.IsSatisfiedBy(presented),
                  a.IsSubsetOf(presented) || b.IsSubsetOf(presented));
      }
    }
  }
}

TEST(FactorRequirementTest, KeepsMinimalAlternativesOnly) {
  constexpr FactorRequirement kWide = {kKey | kCertificate, kKey};
  static_assert(kWide == FactorRequirement{kKey});
  static_assert(FactorRequirement{kKey, kKey | kCertificate} == kWide);
  constexpr FactorRequirement kTwo = {kPassword | kCertificate,
                                      kKey | kCertificate};
  EXPECT_EQ(
      std::vector<FactorSet>(kTwo.begin(), kTwo.end()),
      (std::vector<FactorSet>{kKey | kCertificate, kPassword | kCertificate}));
  EXPECT_EQ(kTwo.ToString(), "AccessKey+Certificate or Password+Certificate");
  const FactorRequirement three = {kKey, kPassword, kCertificate};
  EXPECT_EQ(std::ranges::distance(three), 3);
  EXPECT_EQ((FactorRequirement{kKey, kPassword, FactorSet{}}),
            FactorRequirement{FactorSet{}});
}

TEST(FactorRequirementTest, Hashable) {
  const std::unordered_set<FactorRequirement> set = {
      FactorRequirement{}, FactorRequirement{kKey}, FactorRequirement{kKey}};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ((std::unordered_set<FactorSet>{kKey, kKey}.size()), 1U);
}

}  // namespace
}  // namespace api_access
