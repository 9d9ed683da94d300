#include "api_access/json/account_answers.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/quote.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/account_answers.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::StatusOr<Account> Parse(const AccountAnswers& answers) {
  auto parsed = ParseAccount(answers);
  if (!parsed.ok()) return parsed.status();
  return std::move(parsed->account);
}

TEST(AccountAnswersTest, ReadsTheAnswersOfTheProvider) {
  EXPECT_EQ(
      Valid(Parse(GoodAnswers())),
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

TEST(AccountAnswersTest, AFingerprintOfAnotherFormIsLeftOut) {
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
    const Account account = Valid(Parse(answers));
    ASSERT_TRUE(account.cas().has_value());
    EXPECT_THAT(*account.cas(),
                ElementsAre(Valid(
                    Ca::Create({.id = "ca-1", .fingerprint = c.fingerprint}))))
        << c.json;
  }
}

TEST(AccountAnswersTest, OptionalAnswersMayBeAbsent) {
  AccountAnswers answers = GoodAnswers();
  answers.users.reset();
  answers.cas.reset();
  const Account account = Valid(Parse(answers));
  EXPECT_FALSE(account.every_user_listed());
  EXPECT_EQ(account.users_doubt(), "ReadUsers.json is missing");
  EXPECT_THAT(account.users_without_keys_read(), IsEmpty());
  EXPECT_EQ(account.access_keys().size(), 2U);
  EXPECT_EQ(account.cas(), std::nullopt);
}

TEST(AccountAnswersTest, TellsWhichUsersAreMissing) {
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
    const Account account = Valid(Parse(answers));
    EXPECT_EQ(account.every_user_listed(), c.every_user_listed) << c.users;
    EXPECT_EQ(account.users_without_keys_read(), c.without_keys) << c.users;
  }
}

TEST(AccountAnswersTest, AFieldThatIsNotKnownLeavesTheListOfUsersInDoubt) {
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
    const Account account = Valid(Parse(answers));
    EXPECT_EQ(account.users_doubt(), c.doubt) << c.users;
    EXPECT_EQ(account.every_user_listed(), *c.doubt == '\0') << c.users;
  }
}

TEST(AccountAnswersTest, AbsentNullAndEmptyCriteriaAreTheSame) {
  for (const char* cns : {"", R"(,"Cns":null)", R"(,"Cns":[])"}) {
    for (const char* ranges :
         {"", R"(,"IpRanges":null)", R"(,"IpRanges":[])"}) {
      AccountAnswers answers = GoodAnswers();
      answers.rules.text =
          std::string(
              R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","CaIds":["ca-1"],"Description":null)") +
          cns + ranges + "}]}";
      EXPECT_THAT(Valid(Parse(answers)).rules(),
                  ElementsAre(Rule("aar-1", {}, {"ca-1"})));
    }
  }
}

TEST(AccountAnswersTest, AbsentDatesOfAKey) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","ExpirationDate":null,"CreationDate":null,"Tag":null}]})";
  EXPECT_EQ(Valid(Parse(answers)).access_keys()[0], Key("K"));
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

TEST(AccountAnswersTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    Target target;
    const char* text;
    const char* message;
  } kCases[] = {
      // Not JSON.
      {KeysOf, "",
       "ReadAccessKeys.json: expected a JSON answer, it is empty, as a call "
       "that failed leaves it"},
      {KeysOf, " \n\t\r\n", "ReadAccessKeys.json: expected a JSON answer, it"},
      {KeysOf, "\xef\xbb\xbf", "ReadAccessKeys.json: expected a JSON answer"},
      {KeysOf, "Usage: octl [command]",
       "ReadAccessKeys.json: line 1, column 1: expected JSON, got other text"},
      {KeysOf, "\n <html>", "line 2, column 2: expected JSON, got other text"},
      {RulesOf, "{\"ApiAccessRules\":[\n  {]}",
       "ReadApiAccessRules.json: line 2, column 4: expected JSON, it is "
       "malformed here"},
      {PolicyOf, R"({"ApiAccessPolicy":{"MaxAccessKeyExp)",
       "ReadApiAccessPolicy.json: line 1, column 37: expected JSON, it is cut "
       "off here"},
      {PolicyOf, "{\"ApiAccessPolicy\":{\n",
       "ReadApiAccessPolicy.json: line 2, column 1: expected JSON, it is cut "
       "off here"},
      {PolicyOf, R"({"ApiAccessPolicy":1e999})",
       "ReadApiAccessPolicy.json: $: expected JSON numbers that fit a double"},
      {CasOf, "{\"Cas\":[{\"CaId\":\"\xff\"}]}",
       "ReadCas.json: line 1, column 18: expected UTF-8, got other bytes"},
      {CasOf, "{\"Cas\":[\n\xe9]}",
       "ReadCas.json: line 2, column 1: expected UTF-8, got other bytes"},
      {CasOf, R"({"Cas":[{"CaId":"\ud800"}]})",
       "ReadCas.json: line 1, column 24: expected JSON"},
      {PolicyOf, R"({"Errors":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[)",
       "[0]: expected at most 32 levels of nesting, got more"},
      // Wrong types, at the top and below.
      {KeysOf, "[]",
       "ReadAccessKeys.json: $: expected an answer of ReadAccessKeys, got an "
       "empty list, which does not tell what it lists, nor that the call "
       "succeeded"},
      {PolicyOf, "[{}]",
       "ReadApiAccessPolicy.json: $: expected an object, got an array"},
      {KeysOf, "null", "ReadAccessKeys.json: $: expected an object, got null"},
      {KeysOf, "{}",
       "ReadAccessKeys.json: $: expected an answer of ReadAccessKeys, got an "
       "object with no fields"},
      {KeysOf, R"({"AccessKeys":null})",
       "ReadAccessKeys.json: $.AccessKeys: expected an array, got null"},
      {KeysOf, R"({"AccessKeys":{}})",
       "ReadAccessKeys.json: $.AccessKeys: expected an array, got an object"},
      {KeysOf, R"({"AccessKeys":[null]})",
       "ReadAccessKeys.json: $.AccessKeys[0]: expected an object, got null"},
      {KeysOf, R"({"AccessKeys":[{"State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0]: expected an object with the "
       "field `AccessKeyId`, got the fields `State`"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":null,"State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string, "
       "got null"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":7,"State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string, "
       "got 7"},
      {KeysOf, R"({"AccessKeys":[{"AccessKeyId":"","State":"ACTIVE"}]})",
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId: expected a string "
       "that is not empty, got an empty one"},
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
       "date with a month written as 01 to 12, got `2063-4-5`"},
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
       "ReadAccessKeys.json: $.AccessKeys[0].AccessKeyId; without UserName, "
       "ReadAccessKeys lists the keys of whoever calls: it may have been "
       "called by EIM user `alice`"},
      // Rules.
      {RulesOf, R"({"ApiAccessRules":null})",
       "ReadApiAccessRules.json: $.ApiAccessRules: expected an array"},
      {RulesOf, R"({"ApiAccessRules":[{"IpRanges":["10.0.0.0/8"]}]})",
       "$.ApiAccessRules[0]: expected an object with the field "
       "`ApiAccessRuleId`, got the fields `IpRanges`"},
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
       "prefix of 0 to 32 for IPv4 in `10.0.0.0/33`"},
      {RulesOf,
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":"10.0.0.0/8"}]})",
       "$.ApiAccessRules[0].IpRanges of API access rule `aar-1`: expected an "
       "array, got a string"},
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
      {PolicyOf, R"({"ApiAccessPolicy":null})",
       "ReadApiAccessPolicy.json: $.ApiAccessPolicy: expected an object, got "
       "null"},
      {PolicyOf, R"({"ApiAccessPolicy":{"RequireTrustedEnv":true}})",
       "$.ApiAccessPolicy.MaxAccessKeyExpirationSeconds: expected an integer, "
       "got nothing"},
      {PolicyOf, R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected true or false, got "
       "nothing"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":null,"RequireTrustedEnv":true}})",
       "$.ApiAccessPolicy.MaxAccessKeyExpirationSeconds: expected an integer, "
       "got null"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":null}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected true or false, got null"},
      {PolicyOf,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":"true"}})",
       "$.ApiAccessPolicy.RequireTrustedEnv: expected true or false, got a "
       "string"},
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
      {UsersOf, R"({"Users":[{}]})",
       "ReadUsers.json: $.Users[0]: expected an object with the field "
       "`UserName`, got no fields"},
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
       "ReadCas.json: $.Cas[0]: expected an object with the field `CaId`, got "
       "no fields"},
      {CasOf, R"({"Cas":[{"CaId":"a"},{"CaId":"a"}]})",
       "ReadCas.json: $.Cas[1].CaId: expected each one once, got `a`"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    c.target(answers) = c.text;
    const auto folder = Parse(answers);
    EXPECT_FALSE(folder.ok()) << c.text;
    EXPECT_THAT(Message(folder.status()), HasSubstr(c.message)) << c.text;
  }
}

// Of each: what it says, and where the answers of other calls are mentioned the
// names of their fields and nothing else.
TEST(AccountAnswersTest, RefusesErrorAnswersWithWhatTheySay) {
  const std::string expected =
      "ReadAccessKeys.json: $: expected an answer of ReadAccessKeys, got ";
  const struct {
    std::string text;
    std::string message;
  } kCases[] = {
      {R"({"Errors":[{"Type":"AccessDenied","Details":"No rule admits the request.","Code":"14"}],"ResponseContext":{"RequestId":"x"}})",
       "an error answer: code 14, AccessDenied: No rule admits the request."},
      {R"({"Errors":[{"Type":"T","Details":"","Code":""},{"Details":"D"},{"Code":"3"},7]})",
       "an error answer: T; D; code 3"},
      {R"({"Errors":["secret"]})", "an error answer"},
      {R"({"Errors":[{}]})", "an error answer"},
      // Whatever else is there.
      {R"({"AccessKeys":[],"Errors":[{"Code":"4"}]})",
       "an error answer: code 4"},
      {R"({"Errors":[{"Details":")" + std::string(501, 'x') + R"("}]})",
       "an error answer: " + std::string(500, 'x') + "... (501 bytes)"},
      {R"({"Errors":[{"Details":"a\u001b[31mb"}]})",
       "an error answer: a\\x1b[31mb"},
      // RFC 9457.
      {R"({"type":"/errors/example","status":400,"title":"Bad Request","detail":"UserName is not given"})",
       "an error answer: status 400, Bad Request: UserName is not given"},
      {R"({"type":"about:blank","title":"Forbidden"})",
       "an error answer: Forbidden"},
      {R"({"status":503,"detail":"try again"})",
       "an error answer: status 503: try again"},
      {R"({"title":"a","detail":"b"})", "an error answer: a: b"},
      {R"({"Errors":[{"Code":4118,"Details":"D"}]})",
       "an error answer: code 4118: D"},
      {R"({"__type":"NotImplemented","message":"no keys here"})",
       "an error answer: NotImplemented: no keys here"},
      {R"({"__type":"NotImplemented"})", "an error answer: NotImplemented"},
      {R"({"__type":"","message":""})", "an error answer"},
      // Neither: an error answer lists errors.
      {R"({"Errors":[]})", "an object with the fields `Errors`"},
      {R"({"Errors":"secret"})", "an object with the fields `Errors`"},
      {R"({"title":"secret"})", "an object with the fields `title`"},
      {R"({"message":"secret"})", "an object with the fields `message`"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.access_keys.text = c.text;
    EXPECT_EQ(Message(Parse(answers).status()), expected + c.message);
  }
}

TEST(AccountAnswersTest, AnEmptyListOfErrorsIsNoError) {
  AccountAnswers answers = GoodAnswers();
  answers.rules.text = R"({"ApiAccessRules":[],"Errors":[]})";
  EXPECT_TRUE(Parse(answers).ok());
}

// Answers of other calls carry secrets.
TEST(AccountAnswersTest, ShowsNoValueOfAnotherAnswer) {
  const std::string secret = "S3CR3T";
  const std::string answers_with_secrets[] = {
      R"({"AccessKey":{"AccessKeyId":"S3CR3T","SecretKey":"S3CR3T"},"ResponseContext":{"RequestId":"S3CR3T"}})",
      R"([{"SecretKey":"S3CR3T","Keypair":"S3CR3T"}])",
      R"(["S3CR3T"])",
      R"("S3CR3T")",
      R"({"Keypair":{"PrivateKey":"S3CR3T"}})",
      R"({"AccessKeys":"S3CR3T","ApiAccessRules":"S3CR3T","ApiAccessPolicy":"S3CR3T","Users":"S3CR3T","Cas":"S3CR3T"})",
      R"({"AccessKeys":[{"SecretKey":"S3CR3T"}],"ApiAccessRules":["S3CR3T"],"ApiAccessPolicy":{"SecretKey":"S3CR3T"},"Users":[["S3CR3T"]],"Cas":[{"CaPem":"S3CR3T"}]})",
      R"({"SecretKey":"S3CR3T"} {"SecretKey":"S3CR3T"})",
      R"({"SecretKey":"S3CR3T")",
      R"({"SecretKey":"S3CR3T",})",
  };
  for (const std::string& text : answers_with_secrets) {
    for (const Target& target :
         {Target(KeysOf), Target(AliceOf), Target(RulesOf), Target(PolicyOf),
          Target(UsersOf), Target(CasOf)}) {
      AccountAnswers answers = GoodAnswers();
      target(answers) = text;
      const auto parsed = Parse(answers);
      EXPECT_FALSE(parsed.ok()) << text;
      EXPECT_EQ(Message(parsed.status()).find(secret), std::string::npos)
          << Message(parsed.status());
    }
  }
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"A":1,"B":1,"C":1,"D":1,"E":1,"F":1,"G":1,"H":1,"I":1})";
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("got an object with the fields `A`, `B`, `C`, `D`, "
                        "`E`, `F`, `G`, `H`, ... (9)"));
}

TEST(AccountAnswersTest, NamesUtf16) {
  const std::string ascii = R"({"AccessKeys":[]})";
  std::string little;
  std::string big;
  for (const char c : ascii) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  for (const std::string& text : {little, big, "\xff\xfe" + little,
                                  "\xfe\xff" + big, std::string("\xff\xfe")}) {
    AccountAnswers answers = GoodAnswers();
    answers.access_keys.text = text;
    EXPECT_THAT(Message(Parse(answers).status()),
                HasSubstr("ReadAccessKeys.json: expected UTF-8, got UTF-16"));
  }
}

TEST(AccountAnswersTest, AMarkOfUtf8IsSkipped) {
  AccountAnswers answers = GoodAnswers();
  answers.rules.text.insert(0, "\xef\xbb\xbf");
  EXPECT_EQ(Valid(Parse(answers)), Valid(Parse(GoodAnswers())));
}

// The bytes that UTF-8 has, and those beside them.
TEST(AccountAnswersTest, TakesUtf8AndNothingElse) {
  const struct {
    const char* bytes;
    bool is_utf8;
  } kCases[] = {
      {"\x7f", true},
      {"\x80", false},
      {"\xc1\xbf", false},
      {"\xc2\x7f", false},
      {"\xc2\x80", true},
      {"\xdf\xbf", true},
      {"\xdf\xc0", false},
      {"\xdf", false},
      {"\xe0\x9f\xbf", false},
      {"\xe0\xa0\x80", true},
      {"\xe0\xa0", false},
      {"\xe1\x80\x80", true},
      {"\xed\x9f\xbf", true},
      {"\xed\xa0\x80", false},
      {"\xee\x80\x80", true},
      {"\xef\xbf\xbf", true},
      {"\xf0\x8f\xbf\xbf", false},
      {"\xf0\x90\x80\x80", true},
      {"\xf3\x80\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\xf4\x90\x80\x80", false},
      {"\xf5\x80\x80\x80", false},
      {"\xf0\x90\x80", false},
      {"\xff", false},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.cas->text =
        R"({"Cas":[{"CaId":"a)" + std::string(c.bytes) + R"(z"}]})";
    const auto parsed = Parse(answers);
    EXPECT_EQ(parsed.ok(), c.is_utf8) << Quote(c.bytes);
    if (!c.is_utf8) {
      EXPECT_THAT(Message(parsed.status()),
                  HasSubstr("line 1, column 19: expected UTF-8"));
    }
  }
}

TEST(AccountAnswersTest, OneAnswerIsExpected) {
  const struct {
    std::string more;
    const char* message;
  } kCases[] = {
      {R"({"AccessKeys":[]})", "expected one answer, another one begins here"},
      {R"([{"AccessKeyId":"K"}])", "expected one answer, another one begins"},
      {"{", "expected one answer, another one begins here"},
      {"x", "expected the end of the answer, got other text"},
      {"}", "expected the end of the answer, got other text"},
      {"\"x\"", "expected the end of the answer, got other text"},
  };
  for (const auto& c : kCases) {
    for (const Target& target :
         {Target(KeysOf), Target(AliceOf), Target(RulesOf), Target(PolicyOf),
          Target(CasOf)}) {
      AccountAnswers answers = GoodAnswers();
      const std::size_t column = target(answers).size() + 1;
      target(answers) += c.more;
      EXPECT_THAT(Message(Parse(answers).status()),
                  HasSubstr(".json: line 1, column " + std::to_string(column) +
                            ": " + c.message));
      // Where it begins.
      target(answers).insert(column - 1, "\n\n ");
      EXPECT_THAT(
          Message(Parse(answers).status()),
          HasSubstr(".json: line 3, column 2: " + std::string(c.message)));
    }
  }
  // The first one has to be whole.
  AccountAnswers answers = GoodAnswers();
  answers.policy.text = R"({"ApiAccessPolicy":[}}{})";
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("column 21: expected JSON, it is malformed here"));
}

TEST(AccountAnswersTest, JoinsThePagesOfUsers) {
  const struct {
    const char* users;
    Texts without_keys;
    const char* doubt;
  } kCases[] = {
      {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true}
          {"Users":[{"UserName":"bob"}],"HasMoreItems":false})",
       {"bob"},
       ""},
      {R"({"Users":[{"UserName":"bob"}],"HasMoreItems":true}{"Users":[{"UserName":"carol"}]}{"Users":[{"UserName":"alice"}]})",
       {"bob", "carol"},
       ""},
      // That of the last one counts.
      {R"({"Users":[{"UserName":"alice"}]} {"Users":[],"HasMoreItems":true})",
       {},
       "ReadUsers.json says HasMoreItems"},
      {R"({"Users":[{"UserName":"alice"}],"NextToken":"x"} {"Users":[]})",
       {},
       "ReadUsers.json has the field `NextToken`, which may mark a list that "
       "is cut"},
      {R"([{"UserName":"alice"}])",
       {},
       "ReadUsers.json is a list without its envelope, which would tell "
       "whether it is whole"},
      {R"([{"UserName":"bob"}] {"Users":[{"UserName":"alice"}]})",
       {"bob"},
       "ReadUsers.json is a list without its envelope, which would tell "
       "whether it is whole"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.users->text = c.users;
    const Account account = Valid(Parse(answers));
    EXPECT_EQ(account.users_without_keys_read(), c.without_keys) << c.users;
    EXPECT_EQ(account.users_doubt(), c.doubt) << c.users;
    EXPECT_EQ(account.every_user_listed(), *c.doubt == '\0') << c.users;
  }
}

TEST(AccountAnswersTest, RefusesPagesOfUsersWithAClearMessage) {
  const struct {
    const char* users;
    const char* message;
  } kCases[] = {
      {R"({"Users":[{"UserName":"alice"}]} {"Users":[{"UserName":"alice"}]})",
       "ReadUsers.json: answer 2: $.Users[0].UserName: expected each one once, "
       "got `alice` which is already at ReadUsers.json: answer 1: "
       "$.Users[0].UserName"},
      {R"({"Users":[]} {"Errors":[{"Code":"4"}]})",
       "ReadUsers.json: answer 2: $: expected an answer of ReadUsers, got an "
       "error answer: code 4"},
      {R"({"Users":[]} [])",
       "ReadUsers.json: answer 2: $: expected an answer of ReadUsers, got an "
       "empty list"},
      {R"({"Users":[],"HasMoreItems":"no"} {"Users":[]})",
       "ReadUsers.json: answer 1: $.HasMoreItems: expected true or false, got "
       "a string"},
      {"{\"Users\":[]}\n{\"Users\":[}",
       "ReadUsers.json: answer 2: line 2, column 11: expected JSON"},
      {R"({"Users":[]} x)",
       "ReadUsers.json: answer 2: line 1, column 14: expected JSON"},
  };
  for (const auto& c : kCases) {
    AccountAnswers answers = GoodAnswers();
    answers.users->text = c.users;
    EXPECT_THAT(Message(Parse(answers).status()), HasSubstr(c.message));
  }
}

// As `octl -o json` prints it.
TEST(AccountAnswersTest, ReadsTheContentAlone) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text = R"([{"AccessKeyId":"K","State":"ACTIVE"}])";
  answers.rules.text = R"([{"ApiAccessRuleId":"aar-1","CaIds":["ca-1"]}])";
  answers.policy.text =
      R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false})";
  answers.cas->text = R"([{"CaId":"ca-1"}])";
  const Account account = Valid(Parse(answers));
  EXPECT_THAT(account.access_keys()[0], Key("K"));
  EXPECT_THAT(account.rules(), ElementsAre(Rule("aar-1", {}, {"ca-1"})));
  EXPECT_EQ(account.policy(), Policy(0, false));
  EXPECT_EQ(account.cas()->size(), 1U);
  EXPECT_TRUE(account.every_user_listed());

  // What holds of the fields does so here.
  answers.rules.text = R"([{"ApiAccessRuleId":"a","CaIds":["c"],"New":1}])";
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("$[0] of API access rule `a`: expected only the"));
  answers = GoodAnswers();
  answers.policy.text =
      R"({"maxAccessKeyExpirationSeconds":0,"require_trusted_env":false})";
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("$: expected the field "
                        "`MaxAccessKeyExpirationSeconds` spelt so"));
  answers = GoodAnswers();
  answers.access_keys.text = R"([{"VmId":"i-1","State":"running"}])";
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("$[0]: expected an object with the field "
                        "`AccessKeyId`, got the fields `State`, `VmId`"));
}

TEST(AccountAnswersTest, NotesEachFieldThatIsIgnoredOnce) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"A","State":"ACTIVE","New":1},{"AccessKeyId":"B","State":"ACTIVE","New":2}],"Top":1})";
  answers.policy.text =
      R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false,"New":{}}})";
  answers.cas->text = R"({"Cas":[{"CaId":"ca-1","CaFingerprint":"01:23"}]})";
  const auto ignored = [](const std::string& place, const std::string& field) {
    return place + ": the field `" + field +
           "` is ignored, the provider's description lacks it";
  };
  EXPECT_THAT(
      Valid(ParseAccount(answers)).notes,
      ElementsAre(ignored("ReadAccessKeys.json: $.AccessKeys[*]", "New"),
                  ignored("ReadAccessKeys.json: $", "Top"),
                  ignored("ReadApiAccessPolicy.json: $.ApiAccessPolicy", "New"),
                  "ReadCas.json: $.Cas[0].CaFingerprint of CA `ca-1`: "
                  "expected a fingerprint of 40 hexadecimal digits, "
                  "got `01:23`; it is left out"));
  EXPECT_THAT(Valid(ParseAccount(GoodAnswers())).notes, IsEmpty());

  // Once for all pages.
  AccountAnswers pages = GoodAnswers();
  pages.users->text =
      R"({"Users":[{"UserName":"alice","New":1}]} {"Users":[{"UserName":"bob","New":1}]})";
  EXPECT_THAT(Valid(ParseAccount(pages)).notes,
              ElementsAre(ignored("ReadUsers.json: $.Users[*]", "New")));
}

TEST(AccountAnswersTest, NotesAFieldOnceForAllAnswers) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"A","State":"ACTIVE","New":1}]})";
  answers.access_keys_by_user.at("alice").text =
      R"({"AccessKeys":[{"AccessKeyId":"B","State":"ACTIVE","New":1}]})";
  EXPECT_THAT(
      Valid(ParseAccount(answers)).notes,
      ElementsAre("ReadAccessKeys.json and 1 more: $.AccessKeys[*]: the field "
                  "`New` is ignored, the provider's description lacks it"));
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"A","State":"ACTIVE")";
  for (int i = 0; i < 150; ++i) {
    answers.access_keys.text += ",\"New" + std::to_string(i) + "\":1";
  }
  answers.access_keys.text += "}]}";
  const auto notes = Valid(ParseAccount(answers)).notes;
  ASSERT_EQ(notes.size(), 101U);
  EXPECT_EQ(notes.back(), "and 51 more notes");
}

TEST(AccountAnswersTest, APolicyWithoutItsEnvelopeMayHaveAContext) {
  AccountAnswers answers = GoodAnswers();
  answers.policy.text =
      R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false,"ResponseContext":{"RequestId":"x"}})";
  EXPECT_THAT(Valid(ParseAccount(answers)).notes, IsEmpty());
}

TEST(AccountAnswersTest, NamesTheCallWhereAnAnswerHasNoName) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys_by_user.at("alice") = {.text = "{}"};
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("ReadAccessKeys of EIM user `alice`: $: expected"));
  answers.rules = {.text = "{}"};
  EXPECT_THAT(Message(Parse(answers).status()),
              HasSubstr("ReadApiAccessRules: $: expected"));
}

// Without `users_doubt`, whose words may be others.
Account WithoutDoubt(const Account& account) {
  Account::Fields fields = account.fields();
  fields.users_doubt.clear();
  return Valid(Account::Create(std::move(fields)));
}

TEST(AccountAnswersTest, WhatIsWrittenReadsAsTheAccount) {
  const std::string odd =
      std::string("\0\n\"\\\x7f \xc3\xa9\xf0\x9f\x98\x80", 13);
  AccountAnswers partial = GoodAnswers();
  partial.users.reset();
  partial.cas.reset();
  AccountAnswers more = GoodAnswers();
  more.users->text =
      R"({"Users":[{"UserName":"alice"},{"UserName":"bob"}],"HasMoreItems":true})";
  const Account accounts[] = {
      Valid(Parse(GoodAnswers())),
      Valid(Parse(partial)),
      Valid(Parse(more)),
      Valid(Account::Create({.policy = Policy(0, false)})),
      Valid(Account::Create(
          {.policy = Policy(3153600000, true),
           .rules = {Valid(ApiAccessRule::Create(
               {.id = odd,
                .ip_ranges = {Range("::/0"), Range("192.0.2.7")},
                .ca_ids = {odd, "ca-1"},
                .cns = {odd},
                .description = ""}))},
           .access_keys = {Valid(
               AccessKey::Create({.id = odd,
                                  .state = AccessKeyState::kActive,
                                  .expiration = kMinTimestamp,
                                  .user_name = "a b.json",
                                  .tag = odd,
                                  .creation_date = kMaxTimestamp}))},
           .every_user_listed = true,
           .users_without_keys_read = {"z\xc3\xa9"},
           .cas = {{Valid(Ca::Create(
               {.id = odd, .fingerprint = std::string(40, 'a')}))}}})),
  };
  for (const Account& account : accounts) {
    const auto answers = Valid(FormatAccount(account));
    EXPECT_EQ(WithoutDoubt(Valid(Parse(answers))), WithoutDoubt(account));
    for (const Answer& answer : {answers.access_keys, answers.rules}) {
      for (const char c : answer.text) EXPECT_TRUE(c >= ' ' && c <= '~');
    }
  }
  // Not read stays not read.
  EXPECT_EQ(Valid(FormatAccount(accounts[1])).users, std::nullopt);
  EXPECT_EQ(Valid(Parse(Valid(FormatAccount(accounts[1])))), accounts[1]);
}

TEST(AccountAnswersTest, WritesTheProvidersForm) {
  const AccountAnswers answers =
      Valid(FormatAccount(Valid(Parse(GoodAnswers()))));
  EXPECT_EQ(
      answers,
      (AccountAnswers{
          .access_keys = Named(
              "ReadAccessKeys.json",
              R"({"AccessKeys":[{"AccessKeyId":"ABCDEFGHIJ0123456789","State":"ACTIVE","CreationDate":"2010-10-01T12:34:56.789+0000","ExpirationDate":"2063-04-05T00:00:00.000+0000","Tag":"Group1"}]})"),
          .access_keys_by_user =
              {{"alice",
                Named(
                    "ReadAccessKeys.alice.json",
                    R"({"AccessKeys":[{"AccessKeyId":"ALICE","State":"INACTIVE"}]})")}},
          .users =
              Named("ReadUsers.json",
                    R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false})"),
          .rules = Named(
              "ReadApiAccessRules.json",
              R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","Description":"Office and VPN","IpRanges":["192.0.2.0/24","198.51.100.7/32"],"CaIds":["ca-1"],"Cns":[]}]})"),
          .policy = Named(
              "ReadApiAccessPolicy.json",
              R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true}})"),
          .cas = Named("ReadCas.json", R"({"Cas":[{"CaId":"ca-1"}]})"),
      }));
}

TEST(AccountAnswersTest, RefusesToWriteWhatHasNoForm) {
  const auto key = [](const std::string& id,
                      const std::optional<std::string>& user = std::nullopt) {
    return Valid(AccessKey::Create({.id = id, .user_name = user}));
  };
  const struct {
    Account::Fields fields;
    std::string message;
  } kCases[] = {
      {{.policy = Policy(0, false), .access_keys = {key("\xff")}},
       "access key `\\xff`: expected texts in UTF-8, as JSON has no others"},
      {{.policy = Policy(0, false),
        .rules = {Rule("aar-1", {}, {"ca-1"}, {"\xc3"})}},
       "API access rule `aar-1`: expected texts in UTF-8, as JSON has no "
       "others"},
      {{.policy = Policy(0, false),
        .cas = {{Valid(Ca::Create({.id = "\x80"}))}}},
       "CA `\\x80`: expected texts in UTF-8, as JSON has no others"},
      {{.policy = Policy(0, false),
        .cas = {{Valid(
            Ca::Create({.id = "ca-1", .valid_until = At("2030-01-01")}))}}},
       "CA `ca-1`: expected no end of validity, as no answer has one"},
      {{.policy = Policy(0, false), .access_keys = {key("K", "\xff")}},
       "EIM user `\\xff`: expected a user name in UTF-8, as JSON has no "
       "others"},
      {{.policy = Policy(0, false), .users_without_keys_read = {"\xff"}},
       "EIM user `\\xff`: expected a user name in UTF-8, as JSON has no "
       "others"},
      {{.policy = Policy(0, false),
        .access_keys = {key("K", "alice")},
        .every_user_listed = true,
        .users_without_keys_read = {"alice"}},
       "EIM user `alice`: expected no access keys, as they were not all read: "
       "an answer would read as all of them"},
      {{.policy = Policy(0, false), .access_keys = {key("K", "a/b")}},
       "EIM user `a/b`: expected a user name that can be part of the name of "
       "a file: without / and NUL, and of at most 235 bytes"},
      {{.policy = Policy(0, false),
        .access_keys = {key("K", std::string("a\0", 2))}},
       "EIM user `a\\x00`: expected a user name that can be part of the name "
       "of a file"},
      {{.policy = Policy(0, false),
        .access_keys = {key("K", std::string(236, 'u'))}},
       "(236 bytes): expected a user name that can be part of the name of a "
       "file"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(
        Message(FormatAccount(Valid(Account::Create(c.fields))).status()),
        HasSubstr(c.message));
  }
  EXPECT_TRUE(
      FormatAccount(Valid(Account::Create(
                        {.policy = Policy(0, false),
                         .access_keys = {key("K", std::string(235, 'u'))}})))
          .ok());
}

TEST(AccountAnswersTest, RefusesWhatFollowsANulByte) {
  for (const Target& target :
       {Target(KeysOf), Target(AliceOf), Target(RulesOf), Target(PolicyOf),
        Target(UsersOf), Target(CasOf)}) {
    AccountAnswers answers = GoodAnswers();
    target(answers) += '\0';
    EXPECT_THAT(Message(Parse(answers).status()),
                HasSubstr("expected JSON, got a NUL byte"));
  }
}

TEST(AccountAnswersTest, RefusesRepeatedKeysWithoutAName) {
  AccountAnswers answers = GoodAnswers();
  answers.policy.text = R"({"":1,"":2})";
  EXPECT_EQ(Message(Parse(answers).status()),
            "ReadApiAccessPolicy.json: $[``]: expected each key once");
}

TEST(AccountAnswersTest, RefusesFieldsThatAreSpeltOtherwise) {
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
    EXPECT_THAT(Message(Parse(answers).status()), HasSubstr(c.message))
        << c.text;
  }
}

TEST(AccountAnswersTest, FieldsThatAreFurtherAwayAreIgnored) {
  for (const std::string field :
       {"ExpirationDateOfTag", "Expiration", "Dates", "ExpirationTime",
        "ExpriatoinDate", "Stat", "Tags", "AccessKey", "日本"}) {
    AccountAnswers answers = GoodAnswers();
    answers.access_keys.text =
        R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE",")" + field +
        "\":1}]}";
    EXPECT_TRUE(Parse(answers).ok()) << field;
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

TEST(AccountAnswersTest, T27AFieldSpeltOtherwiseNeverAllowsMore) {
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
  ASSERT_TRUE(Parse(right).ok());
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
        const auto read = Parse(answers);
        EXPECT_FALSE(read.ok()) << spelt;
        EXPECT_THAT(Message(read.status()), HasSubstr(Quote(spelt)));
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 400);
}

TEST(AccountAnswersTest, ReadsManyObjectsInLinearTime) {
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
  EXPECT_EQ(Valid(Parse(answers)).rules().size(), kRules);
}

TEST(AccountAnswersTest, ShowsManyErrorsInLinearTime) {
  // A text that is copied for each error would take minutes.
  constexpr int kErrors = 500'000;
  AccountAnswers answers = GoodAnswers();
  answers.rules.text = R"({"Errors":[{"Code":"4"})";
  for (int i = 1; i < kErrors; ++i) answers.rules.text += R"(,{"Code":"4"})";
  answers.rules.text += "]}";
  EXPECT_THAT(
      Message(Parse(answers).status()),
      HasSubstr("; code... (" + std::to_string(kErrors * 8 - 2) + " bytes)"));
}

TEST(AccountAnswersTest, EachKeyBelongsToTheUserWhoseAnswerHasIt) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys_by_user["bob"] = {
      .text = R"({"AccessKeys":[{"AccessKeyId":"BOB","State":"ACTIVE"}]})"};
  answers.users->text =
      R"({"Users":[{"UserName":"bob"},{"UserName":"alice"}]})";
  std::vector<std::pair<std::string, std::optional<std::string>>> owners;
  const Account account = Valid(Parse(answers));
  for (const AccessKey& key : account.access_keys()) {
    owners.push_back({key.id(), key.user_name()});
  }
  EXPECT_THAT(
      owners,
      ElementsAre(std::pair("ABCDEFGHIJ0123456789", std::nullopt),
                  std::pair("ALICE", "alice"), std::pair("BOB", "bob")));
}

TEST(AccountAnswersTest, KeysOfAUserCountWhenTheListIsIncomplete) {
  AccountAnswers answers = GoodAnswers();
  answers.users->text = R"({"Users":[],"HasMoreItems":true})";
  EXPECT_EQ(Valid(Parse(answers)).access_keys().size(), 2U);
}

TEST(AccountAnswersTest, UnknownFieldsAreIgnoredElsewhere) {
  AccountAnswers answers = GoodAnswers();
  answers.access_keys.text =
      R"({"AccessKeys":[{"AccessKeyId":"K","State":"ACTIVE","New":{}}],"New":1})";
  answers.policy.text =
      R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false,"New":[]}})";
  answers.users->text = R"({"Users":[{"UserName":"alice","New":1}],"New":1})";
  EXPECT_TRUE(Parse(answers).ok());
}

// The answers in one object. What is empty is left out.
std::string Document(const AccountAnswers& answers) {
  std::string text = R"({"ReadAccessKeys":)" + answers.access_keys.text +
                     R"(,"ReadApiAccessRules":)" + answers.rules.text +
                     R"(,"ReadApiAccessPolicy":)" + answers.policy.text;
  for (const auto& [user, answer] : answers.access_keys_by_user) {
    text += ",\"ReadAccessKeys." + user + "\":" + answer.text;
  }
  if (answers.users) text += ",\"ReadUsers\":" + answers.users->text;
  if (answers.cas) text += ",\"ReadCas\":" + answers.cas->text;
  return text + '}';
}

TEST(AccountDocumentTest, HoldsTheAnswersByTheNamesOfTheirFiles) {
  const Account account = Valid(Parse(GoodAnswers()));
  EXPECT_EQ(Valid(ParseAccountDocument(Document(GoodAnswers()))).account,
            account);
  const std::string text = Valid(FormatAccountDocument(account));
  EXPECT_EQ(Valid(ParseAccountDocument(text)).account, account);
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(AccountDocumentTest, OptionalAnswersMayBeAbsentOrNull) {
  AccountAnswers answers = GoodAnswers();
  answers.users.reset();
  answers.cas.reset();
  const Account account = Valid(Parse(answers));
  EXPECT_EQ(Valid(ParseAccountDocument(Document(answers))).account, account);
  std::string text = Document(answers);
  text.insert(1,
              R"("ReadUsers":null,"ReadCas":null,"ReadAccessKeys.bob":null,)");
  EXPECT_EQ(Valid(ParseAccountDocument(text)).account, account);
  const std::string formatted = Valid(FormatAccountDocument(account));
  EXPECT_EQ(Valid(ParseAccountDocument(formatted)).account, account);
}

TEST(AccountDocumentTest, PagesOfUsersAreAList) {
  AccountAnswers answers = GoodAnswers();
  const std::string alice = R"({"Users":[{"UserName":"alice"}],)"
                            R"("HasMoreItems":true})";
  const std::string bob = R"({"Users":[{"UserName":"bob"}]})";
  answers.users->text = '[' + alice + ',' + bob + ']';
  const Account account =
      Valid(ParseAccountDocument(Document(answers))).account;
  EXPECT_TRUE(account.every_user_listed());
  EXPECT_THAT(account.users_without_keys_read(), ElementsAre("bob"));
  // The last one tells whether there are more.
  answers.users->text = '[' + bob + ',' + alice + ']';
  EXPECT_FALSE(Valid(ParseAccountDocument(Document(answers)))
                   .account.every_user_listed());
  // A list of users is one answer.
  answers.users->text = R"([{"UserName":"alice"}])";
  EXPECT_THAT(
      Valid(ParseAccountDocument(Document(answers))).account.users_doubt(),
      HasSubstr("ReadUsers is a list without its envelope"));
}

TEST(AccountDocumentTest, ErrorsNameTheAnswerThePlaceAndTheId) {
  const auto error = [](const std::string& from, const std::string& to) {
    std::string text = Document(GoodAnswers());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return Message(ParseAccountDocument(text).status());
  };
  EXPECT_EQ(
      error("INACTIVE", "Off"),
      "ReadAccessKeys of EIM user `alice`: $.AccessKeys[0].State of "
      "access key `ALICE`: expected the state ACTIVE or INACTIVE, got `Off`");
  EXPECT_EQ(error("ReadCas", "ReadCAS"),
            "$: expected the field `ReadCas` spelt so, got `ReadCAS`");
  EXPECT_THAT(error("ReadCas", "ReadCas.json"),
              HasSubstr("such as ReadAccessKeys.alice, got `ReadCas.json`"));
  EXPECT_EQ(error("ReadAccessKeys.alice", "ReadAccessKeys."),
            "$: expected the field `ReadAccessKeys` spelt so, got "
            "`ReadAccessKeys.`");
  EXPECT_EQ(error("ReadCas", "ReadUsers"),
            "$.ReadUsers: expected each key once");
  EXPECT_EQ(error("\"ReadApiAccessPolicy\"", "\"ReadAccessKeys.x\""),
            "$: expected an answer of each of these calls: "
            "ReadApiAccessPolicy");
  EXPECT_THAT(Message(ParseAccountDocument("{} {}").status()),
              HasSubstr("expected one object, got more after it"));
  EXPECT_THAT(Message(ParseAccountDocument("[]").status()),
              HasSubstr("expected an object"));
}

}  // namespace
}  // namespace api_access
