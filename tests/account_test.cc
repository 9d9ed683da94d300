#include "api_access/account.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api_access/activation.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(AccountTest, IsIncompleteByDefault) {
  const Account account = Valid(Account::Create({.policy = Policy(0, false)}));
  EXPECT_FALSE(account.every_user_listed());
  EXPECT_TRUE(account.rules().empty());
  EXPECT_TRUE(account.access_keys().empty());
  EXPECT_EQ(account.cas(), std::nullopt);
}

TEST(AccountTest, NoCasAreNotCasThatWereNotRead) {
  const Account account = Valid(
      Account::Create({.policy = Policy(0, false), .cas = std::vector<Ca>()}));
  ASSERT_TRUE(account.cas().has_value());
  EXPECT_TRUE(account.cas()->empty());
  EXPECT_NE(account, Valid(Account::Create({.policy = Policy(0, false)})));
}

TEST(AccountTest, AMovedFromAccountDoesNotKnowItsCas) {
  Account account = Valid(Account::Create(
      {.policy = Policy(0, false), .cas = {{Valid(Ca::Create({"ca-1"}))}}}));
  const Account moved = std::move(account);
  ASSERT_TRUE(moved.cas().has_value());
  EXPECT_EQ(moved.cas()->front().id(), "ca-1");
  // NOLINTNEXTLINE(bugprone-use-after-move)
  EXPECT_EQ(account.cas(), std::nullopt);
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
       "expected each user without access keys read not to be empty, got an "
       "empty one"},
      {{.policy = Policy(0, false),
        .cas = {{Valid(Ca::Create({.id = "ca-1"})),
                 Valid(Ca::Create(
                     {.id = "ca-1", .fingerprint = std::string(40, '0')}))}}},
       "expected each CA id once, got `ca-1` twice"},
  };
  for (const auto& c : kCases) {
    const auto account = Account::Create(c.fields);
    EXPECT_EQ(account.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(account.status()), c.message);
  }
}

// A moved-from rule has no criteria, so it would admit everybody.
TEST(AccountTest, RefusesMovedFromRulesKeysAndCas) {
  ApiAccessRule rule = Rule("a rule with a long id", {"10.0.0.0/8"}, {"ca-1"});
  ApiAccessRule short_rule = Rule("a", {"10.0.0.0/8"});
  AccessKey key = Key("a key with a long id", At("2030-01-01"));
  AccessKey short_key = Key("K");
  const auto moved = std::tuple(std::move(rule), std::move(short_rule),
                                std::move(key), std::move(short_key));
  EXPECT_EQ(std::get<3>(moved).id(), "K");
  // NOLINTBEGIN(bugprone-use-after-move)
  for (const ApiAccessRule& from : {rule, short_rule}) {
    EXPECT_EQ(Message(Account::Create({.policy = Policy(0, false),
                                       .rules = {Rule("b", {"::/0"}), from}})
                          .status()),
              "expected each API access rule id not to be empty, got an empty "
              "one");
  }
  for (const AccessKey& from : {key, short_key}) {
    EXPECT_EQ(Message(Account::Create({.policy = Policy(0, false),
                                       .access_keys = {Key("B"), from}})
                          .status()),
              "expected each access key id not to be empty, got an empty one");
  }
  Ca ca =
      Valid(Ca::Create({.id = "a CA with a long id, beyond what is inline"}));
  const Ca moved_ca = std::move(ca);
  EXPECT_EQ(Message(Account::Create({.policy = Policy(0, false), .cas = {{ca}}})
                        .status()),
            "expected each CA id not to be empty, got an empty one");
  // NOLINTEND(bugprone-use-after-move)
}

TEST(AccountTest, AMovedFromAccountIsEmptyAndIncomplete) {
  const Account copy =
      CompleteAccount(Policy(3600, true), {Rule("a", {}, {"ca-1"})},
                      {Key("K", At("2030-01-01"))});
  Account account = copy;
  Account moved = std::move(account);
  EXPECT_EQ(moved, copy);
  // NOLINTBEGIN(bugprone-use-after-move)
  EXPECT_EQ(account, Valid(Account::Create({.policy = Policy(3600, true)})));
  account = std::move(moved);
  EXPECT_EQ(account, copy);
  EXPECT_EQ(moved, Valid(Account::Create({.policy = Policy(3600, true)})));
  EXPECT_FALSE(CheckActivation(moved,
                               {.max_access_key_expiration_seconds = 1,
                                .require_trusted_env = false},
                               At("2030-01-01"))
                   .ready);
  // NOLINTEND(bugprone-use-after-move)
}

TEST(AccountTest, AcceptsWhatContradictsItsPolicy) {
  const auto account = Account::Create({.policy = Policy(0, true),
                                        .rules = {Rule("a", {"0.0.0.0/0"})},
                                        .access_keys = {Key("K")}});
  EXPECT_TRUE(account.ok());
}

TEST(AccountTest, PrintsAllThatItHolds) {
  EXPECT_EQ(
      Valid(Account::Create({.policy = Policy(3600, true),
                             .rules = {Rule("a", {}, {"ca-1"})},
                             .access_keys = {Key("K")},
                             .every_user_listed = true,
                             .cas = {{Valid(Ca::Create({.id = "ca-1"}))}}}))
          .ToString(),
      Policy(3600, true).ToString() + '\n' +
          Rule("a", {}, {"ca-1"}).ToString() + '\n' + Key("K").ToString() +
          '\n' + Valid(Ca::Create({.id = "ca-1"})).ToString() +
          "\nevery user listed");
  EXPECT_EQ(Valid(Account::Create({.policy = Policy(0, false),
                                   .users_without_keys_read = {"anne"}}))
                .ToString(),
            Policy(0, false).ToString() +
                "\nCAs not read\nnot every user listed\n"
                "access keys of EIM user `anne` not read");
}

TEST(AccountSummaryTest, NamesEightUsersAndCountsAll) {
  Texts users;
  for (char name = 'a'; name <= 'h'; ++name) users.emplace_back(1, name);
  const auto summary = [&users] {
    return AccountSummary::Of(
               Valid(Account::Create({.policy = Policy(0, false),
                                      .users_without_keys_read = users})))
        .ToString();
  };
  const std::string eight =
      "0 access keys of the root user, none of EIM users, 0 rules, CAs not "
      "read; not all users listed, access keys not read of `a`, `b`, `c`, `d`, "
      "`e`, `f`, `g`, `h`";
  EXPECT_EQ(summary(), eight);
  users.emplace_back("i");
  EXPECT_EQ(summary(), eight + ", ... (9 users)");
}

}  // namespace
}  // namespace api_access
