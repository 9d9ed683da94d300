#include "api_access/finding.h"

#include <sstream>
#include <string>

#include "api_access/activation.h"
#include "api_access/review.h"
#include "gtest/gtest.h"

namespace api_access {
namespace {

TEST(FindingTest, PrintsCodeSubjectAndMessage) {
  const Violation about_key = {ViolationCode::kKeyNeverExpires, "K", "why"};
  const Warning about_none = {WarningCode::kLifetimesNotJudged, "", "why"};
  const ReviewFinding escaped = {ReviewCode::kUnknownCa, "a`\n", "why"};
  EXPECT_EQ(ToString(about_key), "key-never-expires `K`: why");
  EXPECT_EQ(ToString(about_none), "lifetimes-not-judged: why");
  EXPECT_EQ(ToString(escaped), "unknown-ca `a\\x60\\x0a`: why");
  EXPECT_EQ(ToString(ReviewFinding()), "unknown: ");
  std::ostringstream out;
  out << about_key << '\n' << about_none;
  EXPECT_EQ(out.str(), "key-never-expires `K`: why\nlifetimes-not-judged: why");
}

TEST(FindingTest, IsEqualWhenAllOfItIs) {
  const ReviewFinding finding = {ReviewCode::kMaxBelow, "id", "why"};
  EXPECT_EQ(finding, finding);
  EXPECT_NE(finding, (ReviewFinding{ReviewCode::kUnknownCa, "id", "why"}));
  EXPECT_NE(finding, (ReviewFinding{ReviewCode::kMaxBelow, "", "why"}));
  EXPECT_NE(finding, (ReviewFinding{ReviewCode::kMaxBelow, "id", ""}));
}

}  // namespace
}  // namespace api_access
