#include "api_access/api_access_rule.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(ApiAccessRuleTest, ARepeatedItemCountsOnceInGivenOrder) {
  const ApiAccessRule rule =
      Rule("aar-1", {"192.0.2.0/24", "10.0.0.0/8", "192.0.2.7/24"},
           {"ca-2", "ca-1", "ca-2"}, {"b", "a", "a"});
  EXPECT_EQ(rule.id(), "aar-1");
  EXPECT_EQ(rule.ip_ranges(),
            (std::vector{Range("192.0.2.0/24"), Range("10.0.0.0/8")}));
  EXPECT_EQ(rule.ca_ids(), (Texts{"ca-2", "ca-1"}));
  EXPECT_EQ(rule.cns(), (Texts{"b", "a"}));
}

TEST(ApiAccessRuleTest, KeepsItsDescription) {
  EXPECT_EQ(Rule("aar-1", {}, {"ca-1"}).description(), std::nullopt);
  for (const std::string text : {"", "Office", "\xff"}) {
    const ApiAccessRule rule = Valid(ApiAccessRule::Create(
        {.id = "aar-1", .ca_ids = {"ca-1"}, .description = text}));
    EXPECT_EQ(rule.description(), text);
    EXPECT_NE(rule, Rule("aar-1", {}, {"ca-1"}));
  }
}

TEST(ApiAccessRuleTest, NeedsRangesOrCas) {
  EXPECT_EQ(Rule("aar-1", {"10.0.0.0/8"}).ca_ids(), Texts{});
  EXPECT_EQ(Rule("aar-1", {}, {"ca-1"}).ip_ranges(), std::vector<IpRange>{});
  EXPECT_EQ(Rule("aar-1", {}, {"ca-1"}, {"a"}).cns(), Texts{"a"});
}

TEST(ApiAccessRuleTest, RefusesWhatIsNotARule) {
  const struct {
    ApiAccessRule::Fields fields;
    const char* message;
  } kCases[] = {
      {{.id = "", .ca_ids = {"ca-1"}},
       "expected an API access rule id, got an empty one"},
      {{.id = "aar-1"},
       "API access rule `aar-1`: expected IP ranges or CA ids, got neither"},
      {{.id = "aar-1", .cns = {"a"}},
       "API access rule `aar-1`: expected IP ranges or CA ids, got neither"},
      {{.id = "aar-1", .ip_ranges = {Range("10.0.0.0/8")}, .cns = {"a"}},
       "API access rule `aar-1`: expected CA ids beside the CNs, got none"},
      {{.id = "aar-1", .ca_ids = {"ca-1", ""}},
       "API access rule `aar-1`: expected CA ids, got an empty one"},
      {{.id = "aar-1", .ca_ids = {"ca-1"}, .cns = {"", "a"}},
       "API access rule `aar-1`: expected CNs, got an empty one"},
  };
  for (const auto& c : kCases) {
    const auto rule = ApiAccessRule::Create(c.fields);
    EXPECT_EQ(rule.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(rule.status()), c.message);
  }
}

TEST(CriterionTest, InTheOrderTried) {
  EXPECT_EQ(ToString(kAllCriteria[0]), "IpRange");
  EXPECT_EQ(ToString(kAllCriteria[1]), "Ca");
  EXPECT_EQ(ToString(kAllCriteria[2]), "Cn");
  EXPECT_EQ(ToString(static_cast<Criterion>(3)), "unknown");
}

}  // namespace
}  // namespace api_access
