#include "examples/account_folder/account_folder.h"

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "examples/account_folder/json_cursor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Answers of the provider, as its command-line client prints them.
AccountAnswers GoodAnswers() {
  return {
      .access_keys =
          {"ReadAccessKeys.json",
           R"({"AccessKeys":[{"AccessKeyId":"ABCDEFGHIJ0123456789","State":"ACTIVE","CreationDate":"2010-10-01T12:34:56.789+0000","LastModificationDate":"2010-10-01T12:34:56.789+0000","ExpirationDate":"2063-04-05T00:00:00.000+0000","Tag":"Group1"}],"ResponseContext":{"RequestId":"0475ca1e-d0c5-441d-712a-da55a4175157"}})"},
      .access_keys_by_user =
          {{"alice",
            {"ReadAccessKeys.alice.json",
             R"({"AccessKeys":[{"AccessKeyId":"ALICE","State":"INACTIVE"}]})"}}},
      .users = Answer{"ReadUsers.json",
                      R"({"Users":[{"UserName":"alice","Path":"/"}]})"},
      .rules =
          {"ReadApiAccessRules.json",
           R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","Description":"Office and VPN","IpRanges":["192.0.2.0/24","198.51.100.7"],"CaIds":["ca-1"],"Cns":[]}],"ResponseContext":{"RequestId":"x"}})"},
      .policy =
          {"ReadApiAccessPolicy.json",
           R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true},"ResponseContext":{"RequestId":"x"}})"},
      .cas = Answer{"ReadCas.json", R"({"Cas":[{"CaId":"ca-1"}]})"},
  };
}

TEST(AccountFolderTest, ReadsTheAnswersOfTheProvider) {
  EXPECT_EQ(
      Valid(ParseAccount(GoodAnswers())),
      Valid(Account::Create(
          {.policy = Policy(3600, true),
           .rules = {Valid(ApiAccessRule::Create(
               {.id = "aar-1",
                .ip_ranges = {Range("192.0.2.0/24"), Range("198.51.100.7")},
                .ca_ids = {"ca-1"},
                .description = "Office and VPN"}))},
           .access_keys = {Valid(AccessKey::Create(
                               {.id = "ABCDEFGHIJ0123456789",
                                .state = AccessKeyState::kActive,
                                .expiration = At("2063-04-05"),
                                .tag = "Group1",
                                .creation_date =
                                    At("2010-10-01T12:34:56.789+0000")})),
                           Valid(AccessKey::Create(
                               {.id = "ALICE", .user_name = "alice"}))},
           .every_user_listed = true,
           .cas = {{Valid(Ca::Create({.id = "ca-1"}))}}})));
}

TEST(AccountFolderTest, AFingerprintOfAnotherFormIsLeftOut) {
  const std::string sha1 = "0123456789abcdef0123456789abcdef01234567";
  const std::string upper = "0123456789ABCDEF0123456789ABCDEF01234567";
  const struct {
    std::string json;
    std::optional<std::string> fingerprint;
  } kCases[] = {
      {'"' + sha1 + '"', sha1},     {'"' + upper + '"', sha1},
      {"null", std::nullopt},       {R"("")", std::nullopt},
      {R"("01:23")", std::nullopt}, {'"' + sha1 + "0\"", std::nullopt},
      {"17", std::nullopt},         {"[]", std::nullopt},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.cas->text =
        R"({"Cas":[{"CaId":"ca-1","CaFingerprint":)" + c.json + "}]}";
    const Account account = Valid(ParseAccount(answers));
    ASSERT_TRUE(account.cas().has_value());
    EXPECT_THAT(*account.cas(),
                ElementsAre(Valid(
                    Ca::Create({.id = "ca-1", .fingerprint = c.fingerprint}))))
        << c.json;
  }
}

TEST(AccountFolderTest, OptionalAnswersMayBeAbsent) {
  AccountAnswers answers = GoodAnswers();
  answers.users.reset();
  answers.cas.reset();
  const Account account = Valid(ParseAccount(answers));
  EXPECT_FALSE(account.every_user_listed());
  EXPECT_EQ(account.users_doubt(), "ReadUsers.json is missing");
  EXPECT_THAT(account.users_without_keys_read(), IsEmpty());
  EXPECT_EQ(account.access_keys().size(), 2U);
  EXPECT_EQ(account.cas(), std::nullopt);
}

TEST(AccountFolderTest, TellsWhichUsersAreMissing) {
  const struct {
    const char* users;
    bool every_user_listed;
    Texts without_keys;
  } kCases[] = {
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false})", true, {}},
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":null})", true, {}},
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true})", false, {}},
      {R"({"Users":[],"HasMoreItems":true})", false, {}},
      {R"({"Users":[{"UserName":"carol"},{"UserName":"alice"},{"UserName":"bob"}]})",
       true,
       {"bob", "carol"}},
      {R"({"Users":[{"UserName":"bob"}],"HasMoreItems":true})", false, {"bob"}},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.users->text = c.users;
    const Account account = Valid(ParseAccount(answers));
    EXPECT_EQ(account.every_user_listed(), c.every_user_listed) << c.users;
    EXPECT_EQ(account.users_without_keys_read(), c.without_keys) << c.users;
  }
}

TEST(AccountFolderTest, AFieldThatIsNotKnownLeavesTheListOfUsersInDoubt) {
  const struct {
    const char* users;
    const char* doubt;
  } kCases[] = {
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false,"MaxResultsLimit":100,"MaxResultsTruncated":false,"ResponseContext":{"RequestId":"x"}})",
       ""},
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true})",
       "ReadUsers.json says HasMoreItems"},
      // Whatever its value, and whatever the other fields say.
      {R"({"Users":[{"UserName":"alice"}],"IsTruncated":true,"Marker":"m"})",
       "ReadUsers.json has the field `IsTruncated`, which may mark a list that "
       "is cut"},
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false,"NextToken":null})",
       "ReadUsers.json has the field `NextToken`, which may mark a list that "
       "is cut"},
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItem":true})",
       "ReadUsers.json has the field `HasMoreItem`, which may mark a list that "
       "is cut"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.users->text = c.users;
    const Account account = Valid(ParseAccount(answers));
    EXPECT_EQ(account.users_doubt(), c.doubt) << c.users;
    EXPECT_EQ(account.every_user_listed(), *c.doubt == '\0') << c.users;
  }
}

TEST(AccountFolderTest, AbsentNullAndEmptyCriteriaAreTheSame) {
  for (const char* cns : {"", R"(,"Cns":null)", R"(,"Cns":[])"}) {
    for (const char* ranges :
         {"", R"(,"IpRanges":null)", R"(,"IpRanges":[])"}) {
      AccountAnswers answers = GoodAnswers();
      answers.rules.text =
          std::string(
              R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","CaIds":["ca-1"],"Description":null)") +
          cns + ranges + "}]}";
      EXPECT_THAT(Valid(ParseAccount(answers)).rules(),
                  ElementsAre(Rule("aar-1", {}, {"ca-1"})));
    }
  }
}

TEST(AccountFolderTest, AbsentDatesOfAKey) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","ExpirationDate":null,"CreationDate":null,"Tag":null}]})";
  EXPECT_EQ(Valid(ParseAccount(answers)).access_keys()[0], Key("K"));
}

// Which answer a case replaces.
using Target = std::function<std::string&(AccountAnswers&)>;
std::string& KeysOf(AccountAnswers& a) { return a.access_keys.text; }
std::string& AliceOf(AccountAnswers& a) {
  return a.access_keys_by_user.at("alice").text;
}
std::string& RulesOf(AccountAnswers& a) { return a.rules.text; }
std::string& PolicyOf(AccountAnswers& a) { return a.policy.text; }
std::string& UsersOf(AccountAnswers& a) { return a.users->text; }
std::string& CasOf(AccountAnswers& a) { return a.cas->text; }

TEST(AccountFolderTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    Target target;
    const char* text;
    const char* message;
  } kCases[] = {
      // Error answers.
      {KeysOf,
       R"({"Errors":[{"Type":"AccessDenied","Details":"","Code":"4"}],"ResponseContext":{"RequestId":"x"}})",
       "ReadAccessKeys.json: $.Errors: expected the account, got an error "
       "answer of the provider: `[{"},
      {PolicyOf, R"({"Errors":[]})",
       "ReadApiAccessPolicy.json: $.Errors: expected the account, got an error "
       "answer of the provider"},
      {RulesOf, R"({"ApiAccessRules":[],"Errors":[{"Code":"4"}]})",
       "ReadApiAccessRules.json: $.Errors: expected the account"},
      // Not JSON.
      {KeysOf, "",
       "ReadAccessKeys.json: line 1, column 1: expected JSON, it is malformed "
       "or cut off here"},
      {RulesOf, "{\"ApiAccessRules\":[\n  {]}",
       "ReadApiAccessRules.json: line 2, column 4: expected JSON"},
      {PolicyOf, R"({"ApiAccessPolicy":{"MaxAccessKeyExp)",
       "ReadApiAccessPolicy.json: line 1, column 37: expected JSON"},
      {PolicyOf, R"({"ApiAccessPolicy":{}} x)",
       "ReadApiAccessPolicy.json: line 1, column 24: expected JSON"},
      {PolicyOf, R"({"ApiAccessPolicy":1e999})",
       "ReadApiAccessPolicy.json: $: expected JSON numbers that fit a double"},
      {CasOf, "{\"Cas\":[{\"CaId\":\"\xff\"}]}",
       "ReadCas.json: line 1, column 18: expected JSON"},
      {CasOf, R"({"Cas":[{"CaId":"\ud800"}]})",
       "ReadCas.json: line 1, column 24: expected JSON"},
      {PolicyOf, R"({"Errors":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[)",
       "[0]: expected at most 32 levels of nesting, got more"},
      // Wrong types, at the top and below.
      {KeysOf, "[]",
       "ReadAccessKeys.json: $: expected an object, got an array"},
      {KeysOf, "null", "ReadAccessKeys.json: $: expected an object, got null"},
      {KeysOf, "{}",
       "ReadAccessKeys.json: $.AccessKeys: expected an array, got nothing"},
      {KeysOf, R"({"AccessKeys":null})",
       "ReadAccessKeys.json: $.AccessKeys: expected an array, got null"},
      {KeysOf, R"({"AccessKeys":{}})",
       "ReadAccessKeys.json: $.AccessKeys: expected an array, got an object"},
      {KeysOf, R"({"AccessKeys":[null]})",
       "ReadAccessKeys.json: $.AccessKeys[0]: expected an object, got null"},
      {KeysOf, R"({"AccessKeys":[{"State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string, "
       "got nothing"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":7,"State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string, "
       "got 7"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":"","State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string "
       "that is not empty, got the string ``"},
      // Access keys.
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":"K"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].State of access key `K`: expected "
       "a string, got nothing"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":"K","State":"Active"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].State of access key `K`: expected "
       "the state ACTIVE or INACTIVE, got `Active`"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","ExpirationDate":""}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].ExpirationDate of access key `K`: "
       "expected a date"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","ExpirationDate":0}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].ExpirationDate of access key `K`: "
       "expected a string, got 0"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","CreationDate":"yesterday"}]})",
       "$.AccessKeys[0].CreationDate of access key `K`: expected a date"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","LastModificationDate":"2063-4-5"}]})",
       "$.AccessKeys[0].LastModificationDate of access key `K`: expected a "
       "date"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","Tag":1}]})",
       "$.AccessKeys[0].Tag of access key `K`: expected a string, got 1"},
      {KeysOf,
       R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE"},{"AccessKeyId":"K","State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[1].AccessKeyId: expected each one "
       "once, got `K` which is already at ReadAccessKeys.json: "
       "$.AccessKeys[0].AccessKeyId"},
      {AliceOf,
       R"({"AccessKeys":[{"AccessKeyId":"ABCDEFGHIJ0123456789","State":"ACTIVE"}]})",
       "ReadAccessKeys.alice.json: $.AccessKeys[0].AccessKeyId: expected each "
       "one once, got `ABCDEFGHIJ0123456789` which is already at "
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId"},
      {AliceOf, R"({"Errors":[]})",
       "ReadAccessKeys.alice.json: $.Errors: expected the account"},
      // Rules.
      {RulesOf, "{}",
       "ReadApiAccessRules.json: $.ApiAccessRules: expected an array"},
      {RulesOf, R"({"ApiAccessRules":[{"IpRanges":["10.0.0.0/8"]}]})",
       "$.ApiAccessRules[0].ApiAccessRuleId: expected a string, got nothing"},
      {RulesOf, R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1"}]})",
       "$.ApiAccessRules[0]: API access rule `aar-1`: expected IP ranges or "
       "CA ids, got neither"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":["10.0.0.0/8"],"Countries":[]}]})",
       "ReadApiAccessRules.json: $.ApiAccessRules[0] of API access rule "
       "`aar-1`: expected only the fields ApiAccessRuleId, Description, "
       "IpRanges, CaIds, Cns, got `Countries`"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":["10.0.0.0/8","10.0.0.0/33"]}]})",
       "$.ApiAccessRules[0].IpRanges[1] of API access rule `aar-1`: expected a "
       "prefix of 0 to 32 without leading zeros in `10.0.0.0/33`"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":"10.0.0.0/8"}]})",
       "$.ApiAccessRules[0].IpRanges of API access rule `aar-1`: expected an "
       "array, got the string `10.0.0.0/8`"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","CaIds":[""]}]})",
       "$.ApiAccessRules[0].CaIds[0] of API access rule `aar-1`: expected a "
       "string that is not empty"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","CaIds":["ca-1"],"Cns":[null]}]})",
       "$.ApiAccessRules[0].Cns[0] of API access rule `aar-1`: expected a "
       "string, got null"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":["::/0"],"Cns":["a"]}]})",
       "expected CA ids beside the CNs, got none"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","CaIds":["ca-1"],"Description":3}]})",
       "$.ApiAccessRules[0].Description of API access rule `aar-1`: expected a "
       "string, got 3"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"a","CaIds":["c"]},{"ApiAccessRuleId":"a","CaIds":["c"]}]})",
       "$.ApiAccessRules[1].ApiAccessRuleId: expected each one once, got `a`"},
      // Repeated keys, wherever they are.
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"a","CaIds":["c"],"CaIds":["d"]}]})",
       "ReadApiAccessRules.json: $.ApiAccessRules[0].CaIds: expected each key "
       "once"},
      {PolicyOf,
       R"({"X":[0,[1,{"Y":{}}],{"a b":1,"a b":2}],"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":true}})",
       "ReadApiAccessPolicy.json: $.X[2][`a b`]: expected each key once"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":true,"RequireTrustedEnv":false}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected each key once"},
      // The policy.
      {PolicyOf, "{}",
       "ReadApiAccessPolicy.json: $.ApiAccessPolicy: expected an object, got "
       "nothing"},
      {PolicyOf, R"({"ApiAccessPolicy":{"RequireTrustedEnv":true}})",
       "$.ApiAccessPolicy.MaxAccessKeyExpirationSeconds: expected an integer, "
       "got nothing"},
      {PolicyOf, R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected true or false, got "
       "nothing"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":"true"}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected true or false, got the "
       "string `true`"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":1.0,"RequireTrustedEnv":true}})",
       "$.ApiAccessPolicy.MaxAccessKeyExpirationSeconds: expected an integer, "
       "got 1.0"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":-1,"RequireTrustedEnv":true}})",
       "$.ApiAccessPolicy.MaxAccessKeyExpirationSeconds: expected a maximum "
       "access key expiration of 0 to 3153600000 seconds, got -1"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3153600001,"RequireTrustedEnv":true}})",
       "seconds, got 3153600001"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":18446744073709551615,"RequireTrustedEnv":true}})",
       "expected an integer, got 18446744073709551615"},
      // Users.
      {UsersOf, "{}",
       "ReadUsers.json: $.Users: expected an array, got nothing"},
      {UsersOf, R"({"Users":[{}]})",
       "ReadUsers.json: $.Users[0].UserName: expected a string, got nothing"},
      {UsersOf, R"({"Users":[{"UserName":"alice"},{"UserName":"alice"}]})",
       "ReadUsers.json: $.Users[1].UserName: expected each one once, got "
       "`alice`"},
      {UsersOf, R"({"Users":[{"UserName":"alice"}],"HasMoreItems":1})",
       "ReadUsers.json: $.HasMoreItems: expected true or false, got 1"},
      {UsersOf, R"({"Users":[{"UserName":"bob"}]})",
       "ReadAccessKeys.alice.json: expected a user that is listed in "
       "ReadUsers.json, got `alice`"},
      // CAs.
      {CasOf, R"({"Cas":[{}]})",
       "ReadCas.json: $.Cas[0].CaId: expected a string, got nothing"},
      {CasOf, R"({"Cas":[{"CaId":"a"},{"CaId":"a"}]})",
       "ReadCas.json: $.Cas[1].CaId: expected each one once, got `a`"},
      {CasOf, R"({})", "ReadCas.json: $.Cas: expected an array, got nothing"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    c.target(answers) = c.text;
    const auto folder = ParseAccount(answers);
    EXPECT_FALSE(folder.ok()) << c.text;
    EXPECT_THAT(Message(folder.status()), HasSubstr(c.message)) << c.text;
  }
}

TEST(AccountFolderTest, RefusesWhatStandsBehindANulByte) {
  for (const Target& target :
       {Target(KeysOf), Target(AliceOf), Target(RulesOf), Target(PolicyOf),
        Target(UsersOf), Target(CasOf)}) {
    AccountAnswers answers = GoodAnswers();
    target(answers) += '\0';
    EXPECT_THAT(Message(ParseAccount(answers).status()),
                HasSubstr("expected JSON, got a NUL byte"));
  }
}

TEST(AccountFolderTest, RefusesRepeatedKeysWithoutAName) {
  AccountAnswers answers = GoodAnswers();
  answers.policy.text = R"({"":1,"":2})";
  EXPECT_EQ(Message(ParseAccount(answers).status()),
            "ReadApiAccessPolicy.json: $[``]: expected each key once");
}

TEST(AccountFolderTest, RefusesFieldsThatAreSpeltOtherwise) {
  const auto key = [](const std::string& field) {
    return R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE",)" + field +
           ":\"2020-01-01\"}]}";
  };
  const struct {
    Target target;
    std::string text;
    const char* message;
  } kCases[] = {
      {KeysOf, key(R"("expirationDate")"),
       "ReadAccessKeys.json: $.AccessKeys[0]: expected the field "
       "`ExpirationDate` spelt so, got `expirationDate`"},
      {KeysOf, key(R"("expiration_date")"), "got `expiration_date`"},
      {KeysOf, key(R"("expiration-date")"), "got `expiration-date`"},
      {KeysOf, key(R"("ExpirationDate ")"), "got `ExpirationDate `"},
      {KeysOf, key(R"("Expiration\tDate")"), "got `Expiration\\x09Date`"},
      {KeysOf, key(R"("ExpirationDate\u200b")"),
       "got `ExpirationDate\\xe2\\x80\\x8b`"},
      // One edit away: less, more, another, two swapped.
      {KeysOf, key(R"("ExpiratonDate")"), "got `ExpiratonDate`"},
      {KeysOf, key(R"("expiration_dates")"), "got `expiration_dates`"},
      {KeysOf, key(R"("ExpirationDato")"), "got `ExpirationDato`"},
      {KeysOf, key(R"("ExpriationDate")"), "got `ExpriationDate`"},
      // Beside the field itself, too.
      {KeysOf, key(R"("ExpirationDate":null,"EXPIRATIONDATE")"),
       "got `EXPIRATIONDATE`"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyID":"K","State":"ACTIVE"}]})",
       "$.AccessKeys[0]: expected the field `AccessKeyId` spelt so, got "
       "`AccessKeyID`"},
      {AliceOf, R"({"AccessKeys":[{"AccessKeyId":"K","state":"ACTIVE"}]})",
       "ReadAccessKeys.alice.json: $.AccessKeys[0]: expected the field `State` "
       "spelt so, got `state`"},
      {KeysOf, R"({"access_keys":[]})",
       "ReadAccessKeys.json: $: expected the field `AccessKeys` spelt so, got "
       "`access_keys`"},
      {KeysOf, R"({"AccessKeys":[],"ResponseContext":{"RequestID":"x"}})",
       "$.ResponseContext: expected the field `RequestId` spelt so, got "
       "`RequestID`"},
      {RulesOf, R"({"ApiAccessRules":[{"ApiAccessRuleId":"a","CaIDs":["c"]}]})",
       "$.ApiAccessRules[0]: expected the field `CaIds` spelt so, got "
       "`CaIDs`"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false,"requireTrustedEnv":true}})",
       "$.ApiAccessPolicy: expected the field `RequireTrustedEnv` spelt so, "
       "got `requireTrustedEnv`"},
      {UsersOf, R"({"Users":[],"has_more_items":true})",
       "ReadUsers.json: $: expected the field `HasMoreItems` spelt so, got "
       "`has_more_items`"},
      {UsersOf, R"({"Users":[{"UserName":"alice","userName":"bob"}]})",
       "ReadUsers.json: $.Users[0]: expected the field `UserName` spelt so, "
       "got `userName`"},
      {CasOf, R"({"Cas":[{"CaId":"ca-1","CaFingerPrint":""}]})",
       "ReadCas.json: $.Cas[0]: expected the field `CaFingerprint` spelt so, "
       "got `CaFingerPrint`"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    c.target(answers) = c.text;
    EXPECT_THAT(Message(ParseAccount(answers).status()), HasSubstr(c.message))
        << c.text;
  }
}

TEST(AccountFolderTest, FieldsThatAreFurtherAwayAreIgnored) {
  for (const std::string field :
       {"ExpirationDateOfTag", "Expiration", "Dates", "ExpirationTime",
        "ExpriatoinDate", "Stat", "Tags", "AccessKey", "日本"}) {
    AccountAnswers answers = GoodAnswers();
    answers.access_keys.text =
        R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE",")" + field +
        "\":1}]}";
    EXPECT_TRUE(ParseAccount(answers).ok()) << field;
  }
}

// Ways in which people spell a field otherwise.
std::vector<std::string> SpeltOtherwise(const std::string& field) {
  std::vector<std::string> spelt = {field + " ", " " + field, field + "_",
                                    "-" + field};
  std::string lower;
  std::string upper;
  std::string snake;
  std::string kebab;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool is_upper = field[i] >= 'A' && field[i] <= 'Z';
    const char other = static_cast<char>(field[i] ^ 0x20);
    lower += is_upper ? other : field[i];
    upper += is_upper ? field[i] : other;
    if (is_upper && i > 0) {
      snake += '_';
      kebab += '-';
      spelt.push_back(field.substr(0, i) + " " + field.substr(i));
    }
    snake += lower.back();
    kebab += lower.back();
    std::string changed = field;
    changed[i] = other;
    spelt.push_back(changed);
  }
  spelt.insert(spelt.end(), {lower, upper, snake, kebab});
  if (field != "ExpirationDate") return spelt;
  for (std::size_t i = 0; i < field.size(); ++i) {
    std::string less = field;
    spelt.push_back(less.erase(i, 1));
    for (const char c : {'e', 'X', '1', '_'}) {
      std::string another = field;
      another[i] = c;
      std::string more = field;
      spelt.push_back(more.insert(i, 1, c));
      if (another != field) spelt.push_back(another);
    }
    if (i == 0) continue;
    std::string swapped = field;
    std::swap(swapped[i - 1], swapped[i]);
    spelt.push_back(swapped);
  }
  return spelt;
}

TEST(AccountFolderTest, T27AFieldSpeltOtherwiseNeverAllowsMore) {
  const struct {
    Target target;
    std::vector<std::string> fields;
  } kFields[] = {
      {KeysOf,
       {"AccessKeys", "AccessKeyId", "State", "CreationDate",
        "LastModificationDate", "ExpirationDate", "Tag", "ResponseContext"}},
      {AliceOf, {"AccessKeys", "AccessKeyId", "State"}},
      {RulesOf,
       {"ApiAccessRules", "ApiAccessRuleId", "Description", "IpRanges",
        "CaIds"}},
      {PolicyOf,
       {"ApiAccessPolicy", "MaxAccessKeyExpirationSeconds",
        "RequireTrustedEnv"}},
      {UsersOf, {"Users", "UserName", "HasMoreItems"}},
      {CasOf, {"Cas", "CaId"}},
  };
  AccountAnswers right = GoodAnswers();
  right.users->text = R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true})";
  ASSERT_TRUE(ParseAccount(right).ok());
  int refused = 0;
  for (const auto& c : kFields) {
    for (const std::string& field : c.fields) {
      for (const std::string& spelt : SpeltOtherwise(field)) {
        AccountAnswers answers = right;
        std::string& text = c.target(answers);
        const std::string quoted = '"' + field + '"';
        ASSERT_NE(text.find(quoted), std::string::npos) << field;
        text.replace(text.find(quoted), quoted.size(), '"' + spelt + '"');
        // What is spelt otherwise in these ways is always an error.
        const auto read = ParseAccount(answers);
        EXPECT_FALSE(read.ok()) << spelt;
        EXPECT_THAT(Message(read.status()), HasSubstr(Quote(spelt)));
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 400);
}

TEST(AccountFolderTest, ReadsManyObjectsInLinearTime) {
  // A reader that looks at all siblings for each object would take an hour.
  constexpr int kRules = 100'000;
  AccountAnswers answers = GoodAnswers();
  answers.rules.text = R"({"ApiAccessRules":[)";
  for (int i = 0; i < kRules; ++i) {
    answers.rules.text += (i == 0 ? "" : ",") +
                          (R"({"ApiAccessRuleId":"aar-)" + std::to_string(i)) +
                          R"(","CaIds":["ca-1"]})";
  }
  answers.rules.text += "]}";
  EXPECT_EQ(Valid(ParseAccount(answers)).rules().size(), kRules);
}

TEST(AccountFolderTest, KeysOfAUserCountWhenTheListIsIncomplete) {
  AccountAnswers answers = GoodAnswers();
  answers.users->text = R"({"Users":[],"HasMoreItems":true})";
  EXPECT_EQ(Valid(ParseAccount(answers)).access_keys().size(), 2U);
}

TEST(AccountFolderTest, UnknownFieldsAreIgnoredElsewhere) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","New":{}}],"New":1})";
  answers.policy.text =
      R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false,"New":[]}})";
  answers.users->text = R"({"Users":[{"UserName":"alice","New":1}],"New":1})";
  EXPECT_TRUE(ParseAccount(answers).ok());
}

// A folder under the tests' own temporary one, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::path(testing::TempDir()) /
              (std::string("api_access_") +
               testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  void WriteAll(const AccountAnswers& answers) const {
    for (const Answer& answer :
         {answers.access_keys, answers.access_keys_by_user.at("alice"),
          *answers.users, answers.rules, answers.policy, *answers.cas}) {
      Write(answer.name, answer.text);
    }
  }

 private:
  std::filesystem::path path_;
};

TEST(AccountFolderTest, ReadsAFolder) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  folder.Write("notes.txt", "not an answer");
  folder.Write("ReadAccessKeys.alice.json~", "not an answer");
  const Account read = Valid(ReadAccountFolder(folder.path()));
  const Account parsed = Valid(ParseAccount(GoodAnswers()));
  EXPECT_EQ(read, parsed);
}

TEST(AccountFolderTest, AUserNameMayHoldDots) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  folder.Write("ReadAccessKeys.a.b@c.json",
               R"({"AccessKeys":[{"AccessKeyId":"DOT","State":"ACTIVE"}]})");
  folder.Write("ReadUsers.json",
               R"({"Users":[{"UserName":"alice"},{"UserName":"a.b@c"}]})");
  const Account read = Valid(ReadAccountFolder(folder.path()));
  EXPECT_EQ(read.access_keys()[1].user_name(), "a.b@c");
}

TEST(AccountFolderTest, RefusesAFolderThatLacksAFile) {
  for (const char* name : {"ReadAccessKeys.json", "ReadApiAccessRules.json",
                           "ReadApiAccessPolicy.json"}) {
    const TemporaryFolder folder;
    folder.WriteAll(GoodAnswers());
    std::filesystem::remove(folder.path() / name);
    const auto read = ReadAccountFolder(folder.path());
    EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(Message(read.status()),
              (folder.path() / name).string() + ": expected a file to read");
  }
}

TEST(AccountFolderTest, RefusesWhatIsNoRegularFile) {
  const struct {
    void (*make)(const std::filesystem::path&);
    const char* kind;
  } kCases[] = {
      {[](const auto& path) { std::filesystem::create_directory(path); },
       "a folder"},
      {[](const auto& path) {
         std::filesystem::create_symlink("nowhere", path);
       },
       "a link to nothing"},
      // Reading it would wait for ever.
      {[](const auto& path) {
         ASSERT_EQ(mkfifo(path.c_str(), S_IRUSR | S_IWUSR), 0);
       },
       "a pipe"},
      // Reading it would never end.
      {[](const auto& path) {
         std::filesystem::create_symlink("/dev/zero", path);
       },
       "a device"},
  };
  for (const char* name : {"ReadAccessKeys.json", "ReadApiAccessRules.json",
                           "ReadApiAccessPolicy.json", "ReadUsers.json",
                           "ReadCas.json", "ReadAccessKeys.alice.json"}) {
    for (const auto& c : kCases) {
      const TemporaryFolder folder;
      folder.WriteAll(GoodAnswers());
      std::filesystem::remove(folder.path() / name);
      c.make(folder.path() / name);
      const auto read = ReadAccountFolder(folder.path());
      EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
      EXPECT_EQ(Message(read.status()), (folder.path() / name).string() +
                                            ": expected a regular file, got " +
                                            c.kind);
    }
  }
}

TEST(AccountFolderTest, FollowsALinkToAFile) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  std::filesystem::rename(folder.path() / "ReadCas.json",
                          folder.path() / "cas.txt");
  std::filesystem::create_symlink("cas.txt", folder.path() / "ReadCas.json");
  EXPECT_EQ(Valid(ReadAccountFolder(folder.path())).cas()->size(), 1U);
}

TEST(AccountFolderTest, FilesOfUpTo64Mebibytes) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  std::filesystem::resize_file(folder.path() / "ReadCas.json",
                               (std::size_t{64} << 20) + 1);
  EXPECT_EQ(Message(ReadAccountFolder(folder.path()).status()),
            (folder.path() / "ReadCas.json").string() +
                ": expected a file of at most 64 MiB, got a larger one");
  std::filesystem::resize_file(folder.path() / "ReadCas.json",
                               std::size_t{64} << 20);
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("expected JSON, got a NUL byte"));
}

TEST(AccountFolderTest, RefusesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  const auto read = ReadAccountFolder(folder.path() / "missing");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(read.status()),
              StartsWith((folder.path() / "missing").string()));
}

TEST(AccountFolderTest, RefusesAnEmptyUserName) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  folder.Write("ReadAccessKeys..json", R"({"AccessKeys":[]})");
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("ReadAccessKeys..json: expected a user name"));
}

TEST(AccountFolderTest, EscapesTheNamesOfFiles) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  folder.Write("ReadAccessKeys.\x1b[31m.json", "{}");
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("/ReadAccessKeys.\\x1b[31m.json: "));
}

TEST(AccountFolderTest, NamesTheFolderInErrors) {
  const TemporaryFolder folder;
  folder.WriteAll(GoodAnswers());
  folder.Write("ReadCas.json", "{}");
  EXPECT_EQ(Message(ReadAccountFolder(folder.path()).status()),
            (folder.path() / "ReadCas.json").string() +
                ": $.Cas: expected an array, got nothing");
}

}  // namespace
}  // namespace api_access::examples
