#include "api_access/ca.h"

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(CaTest, HasAnIdThatIsNotEmpty) {
  EXPECT_EQ(Valid(Ca::Create({.id = "ca-1"})).id(), "ca-1");
  const auto ca = Ca::Create({.id = ""});
  EXPECT_EQ(ca.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(ca.status()), "expected a CA id, got an empty one");
}

}  // namespace
}  // namespace api_access
