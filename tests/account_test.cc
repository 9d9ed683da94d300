#include "api_access/account.h"

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(AccountTest, IsIncompleteByDefault) {
  const Account account = Valid(Account::Create({.policy = Policy(0, false)}));
  EXPECT_FALSE(account.every_user_listed());
  EXPECT_TRUE(account.rules().empty());
  EXPECT_TRUE(account.access_keys().empty());
}

TEST(AccountTest, KeepsTheGivenOrder) {
  const Account account = CompleteAccount(
      Policy(3600, true), {Rule("b", {}, {"ca-1"}), Rule("a", {}, {"ca-1"})},
      {Key("2"), Key("1")});
  EXPECT_EQ(account.rules()[0].id(), "b");
  EXPECT_EQ(account.access_keys()[0].id(), "2");
  EXPECT_EQ(account.policy(), Policy(3600, true));
  EXPECT_TRUE(account.every_user_listed());
}

TEST(AccountTest, RefusesIdsThatOccurTwice) {
  const struct {
    Account::Fields fields;
    const char* message;
  } kCases[] = {
      {{.policy = Policy(0, false),
        .rules = {Rule("b", {}, {"ca-1"}), Rule("a", {"10.0.0.0/8"}),
                  Rule("b", {"::/0"})}},
       "expected each API access rule id once, got `b` twice"},
      {{.policy = Policy(0, false),
        .access_keys = {Key("K"), Valid(AccessKey::Create(
                                      {.id = "K", .user_name = "alice"}))}},
       "expected each access key id once, got `K` twice"},
      {{.policy = Policy(0, false), .users_without_keys_read = {"a", "a"}},
       "expected each user without access keys read once, got `a` twice"},
      {{.policy = Policy(0, false), .users_without_keys_read = {"a", ""}},
       "user without access keys read: expected a user name, got an empty one"},
  };
  for (const auto& c : kCases) {
    const auto account = Account::Create(c.fields);
    EXPECT_EQ(account.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(account.status()), c.message);
  }
}

TEST(AccountTest, AcceptsWhatContradictsItsPolicy) {
  const auto account = Account::Create({.policy = Policy(0, true),
                                        .rules = {Rule("a", {"0.0.0.0/0"})},
                                        .access_keys = {Key("K")}});
  EXPECT_TRUE(account.ok());
}

}  // namespace
}  // namespace api_access
