#include "api_access/ca.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
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

TEST(CaTest, OmittedFieldsAreNotKnown) {
  const Ca ca = Valid(Ca::Create({.id = "ca-1"}));
  EXPECT_EQ(ca.fingerprint(), std::nullopt);
  EXPECT_EQ(ca.valid_until(), std::nullopt);
}

TEST(CaTest, KeepsItsFingerprintInLowerCase) {
  const Ca ca = Valid(
      Ca::Create({.id = "ca-1",
                  .fingerprint = "0123456789ABCDEF0123456789abcdefAbCdEf09",
                  .valid_until = kMaxTimestamp}));
  EXPECT_EQ(ca.fingerprint(), "0123456789abcdef0123456789abcdefabcdef09");
  EXPECT_EQ(ca.valid_until(), kMaxTimestamp);
  EXPECT_TRUE(Ca::Create({.id = "ca-1", .valid_until = kMinTimestamp}).ok());
}

TEST(CaTest, RefusesOtherFingerprintsAndInstantsWithoutText) {
  const std::string digits(39, '0');
  for (const std::string& fingerprint :
       {std::string(), digits, digits + "00", digits + "g", digits + " ",
        digits + "/", digits + ":", digits + "@", digits + "G", digits + "`",
        std::string("00:00:00:00:00:00:00:00:00:00:00:00:00:0")}) {
    const auto ca = Ca::Create({.id = "ca-1", .fingerprint = fingerprint});
    EXPECT_EQ(ca.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(ca.status()),
                testing::StartsWith("CA `ca-1`: expected a fingerprint of 40 "
                                    "hexadecimal digits, got `"))
        << fingerprint;
  }
  for (const Timestamp instant :
       {kMinTimestamp - milliseconds{1}, kMaxTimestamp + milliseconds{1}}) {
    const auto ca = Ca::Create({.id = "ca-1", .valid_until = instant});
    EXPECT_EQ(Message(ca.status()),
              "CA `ca-1`: expected an end of validity in the years 0001 to "
              "9999, got " +
                  FormatTimestamp(instant));
  }
}

}  // namespace
}  // namespace api_access
