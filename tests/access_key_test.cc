#include "api_access/access_key.h"

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(AccessKeyTest, OmittedFieldsAreStrict) {
  const AccessKey key = Valid(AccessKey::Create({.id = "K"}));
  EXPECT_EQ(key.id(), "K");
  EXPECT_EQ(key.state(), AccessKeyState::kInactive);
  EXPECT_EQ(key.expiration(), std::nullopt);
  EXPECT_EQ(key.user_name(), std::nullopt);
  EXPECT_EQ(key.tag(), std::nullopt);
  EXPECT_EQ(key.creation_date(), std::nullopt);
}

TEST(AccessKeyTest, KeepsWhatItIsGiven) {
  const std::string id("a\0\xff b", 5);
  const AccessKey key =
      Valid(AccessKey::Create({.id = id,
                               .state = AccessKeyState::kActive,
                               .expiration = kMaxTimestamp,
                               .user_name = "alice",
                               .tag = "",
                               .creation_date = kMinTimestamp}));
  EXPECT_EQ(key.id(), id);
  EXPECT_EQ(key.state(), AccessKeyState::kActive);
  EXPECT_EQ(key.expiration(), kMaxTimestamp);
  EXPECT_EQ(key.user_name(), "alice");
  EXPECT_EQ(key.tag(), "");
  EXPECT_EQ(key.creation_date(), kMinTimestamp);
  EXPECT_EQ(key, AccessKey(key));
  EXPECT_NE(key, Key("K"));
}

TEST(AccessKeyTest, RefusesWhatIsNotAKey) {
  const struct {
    AccessKey::Fields fields;
    const char* message;
  } kCases[] = {
      {{.id = ""}, "expected an access key id, got an empty one"},
      {{.id = "K", .state = static_cast<AccessKeyState>(2)},
       "access key `K`: expected the state kActive or kInactive, got 2"},
      {{.id = "K", .expiration = kMinTimestamp - milliseconds{1}},
       "access key `K`: expected an expiration in the years 0001 to 9999, got "
       "-62135596800001 ms since 1970-01-01"},
      {{.id = "K", .expiration = kMaxTimestamp + milliseconds{1}},
       "access key `K`: expected an expiration in the years 0001 to 9999, got "
       "253402300800000 ms since 1970-01-01"},
      {{.id = "K", .creation_date = kMaxTimestamp + milliseconds{1}},
       "access key `K`: expected a creation date in the years 0001 to 9999, "
       "got 253402300800000 ms since 1970-01-01"},
      {{.id = "K", .creation_date = kMinTimestamp - milliseconds{1}},
       "access key `K`: expected a creation date in the years 0001 to 9999, "
       "got -62135596800001 ms since 1970-01-01"},
      {{.id = "K", .user_name = ""},
       "access key `K`: expected a user name, got an empty one"},
  };
  for (const auto& c : kCases) {
    const auto key = AccessKey::Create(c.fields);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(key.status()), c.message);
  }
  EXPECT_TRUE(AccessKey::Create({.id = "K", .expiration = kMinTimestamp}).ok());
}

TEST(AccessKeyStateTest, IsPrintedAsTheProviderDoes) {
  EXPECT_EQ(ToString(AccessKeyState::kActive), "ACTIVE");
  EXPECT_EQ(ToString(AccessKeyState::kInactive), "INACTIVE");
  EXPECT_EQ(ToString(static_cast<AccessKeyState>(9)), "INACTIVE");
}

TEST(AccessKeyStateTest, IsReadExactly) {
  EXPECT_EQ(Valid(ParseAccessKeyState("ACTIVE")), AccessKeyState::kActive);
  EXPECT_EQ(Valid(ParseAccessKeyState("INACTIVE")), AccessKeyState::kInactive);
  for (const char* text : {"", "Active", "active", "ACTIVE ", "DELETED"}) {
    EXPECT_EQ(Message(ParseAccessKeyState(text).status()),
              "expected the state ACTIVE or INACTIVE, got `" +
                  std::string(text) + "`");
  }
}

}  // namespace
}  // namespace api_access
