#include "api_access/json/changes.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kCalls[] = {"CreateAccessKey",
                                       "UpdateAccessKey",
                                       "DeleteAccessKey",
                                       "CreateApiAccessRule",
                                       "UpdateApiAccessRule",
                                       "DeleteApiAccessRule",
                                       "UpdateApiAccessPolicy",
                                       "CreateCa",
                                       "UpdateCa",
                                       "DeleteCa"};

const RuleParameters kRule = {.ip_ranges = {Range("192.0.2.0/24")},
                              .ca_ids = {"ca-1", "ca-2"},
                              .cns = {"client.a"},
                              .description = "Office"};

template <typename T>
std::string ErrorOf(const absl::StatusOr<T>& result) {
  return Message(result.status());
}

// A request with every parameter of its call, and what it is.
struct Case {
  std::string request;
  Change change;
};
const std::vector<Case>& EveryParameter() {
  static const std::vector<Case> kCases = {
      {R"({"UserName":"alice","ExpirationDate":"2030-01-01T00:00:00.000+0000","Tag":"t"})",
       CreateAccessKey{.new_id = "id",
                       .user_name = "alice",
                       .expiration_date = At("2030-01-01"),
                       .tag = "t"}},
      {R"({"AccessKeyId":"K","UserName":"alice","State":"INACTIVE","ExpirationDate":"2030-01-01T00:00:00.000+0000","ClearExpirationDate":true,"Tag":"t","ClearTag":true})",
       UpdateAccessKey{.access_key_id = "K",
                       .user_name = "alice",
                       .state = AccessKeyState::kInactive,
                       .expiration_date = At("2030-01-01"),
                       .clear_expiration_date = true,
                       .tag = "t",
                       .clear_tag = true}},
      {R"({"AccessKeyId":"K","UserName":"alice"})",
       DeleteAccessKey{.access_key_id = "K", .user_name = "alice"}},
      {R"({"IpRanges":["192.0.2.0/24"],"CaIds":["ca-1","ca-2"],"Cns":["client.a"],"Description":"Office"})",
       CreateApiAccessRule{.new_id = "id", .rule = kRule}},
      {R"({"ApiAccessRuleId":"aar-1","IpRanges":["192.0.2.0/24"],"CaIds":["ca-1","ca-2"],"Cns":["client.a"],"Description":"Office"})",
       UpdateApiAccessRule{.api_access_rule_id = "aar-1", .rule = kRule}},
      {R"({"ApiAccessRuleId":"aar-1"})",
       DeleteApiAccessRule{.api_access_rule_id = "aar-1"}},
      {R"({"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true})",
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 3600,
                             .require_trusted_env = true}},
      {R"({"CaPem":"pem","Description":"ours"})",
       CreateCa{.new_id = "id", .ca_pem = "pem", .description = "ours"}},
      {R"({"CaId":"ca-1","Description":"ours"})",
       UpdateCa{.ca_id = "ca-1", .description = "ours"}},
      {R"({"CaId":"ca-1"})", DeleteCa{.ca_id = "ca-1"}},
  };
  return kCases;
}

TEST(ChangesTest, EveryParameterIsReadAndWritten) {
  ASSERT_EQ(EveryParameter().size(), std::size(kCalls));
  for (const auto& [request, change] : EveryParameter()) {
    const Change read = Valid(ParseChange(CallOf(change), request, "id"));
    EXPECT_TRUE(read == change) << request;
    EXPECT_EQ(FormatRequest(change), request);
  }
}

TEST(ChangesTest, WhatIsAbsentOrNullIsNotGiven) {
  for (const auto& [request, change] : EveryParameter()) {
    const std::string_view call = CallOf(change);
    const Change absent = Valid(ParseChange(call, "{}", "id"));
    std::string null;
    for (std::size_t at = 0; at < request.size();) {
      // Each value is a text, a list, a number or a word.
      const std::size_t value = request.find("\":", at);
      if (value == std::string::npos) break;
      const std::size_t name = request.rfind('"', value - 1);
      null += (null.empty() ? "{" : ",") +
              request.substr(name, value - name + 2) + "null";
      at = value + 2;
    }
    null += "}";
    EXPECT_TRUE(Valid(ParseChange(call, null, "id")) == absent) << null;
    EXPECT_EQ(FormatRequest(absent), "{}");
    EXPECT_FALSE(absent == change);
  }
}

TEST(ChangesTest, WhatIsEmptyIsGivenWhereItMayBe) {
  const auto read = [](std::string_view call, std::string_view request) {
    return Valid(ParseChange(call, request, "id"));
  };
  EXPECT_TRUE(
      read("CreateApiAccessRule",
           R"({"IpRanges":[],"CaIds":[],"Cns":[],"Description":""})") ==
      Change(CreateApiAccessRule{.new_id = "id", .rule = {.description = ""}}));
  EXPECT_TRUE(read("CreateAccessKey", R"({"Tag":""})") ==
              Change(CreateAccessKey{.new_id = "id", .tag = ""}));
  EXPECT_EQ(FormatRequest(UpdateCa{.ca_id = "c", .description = ""}),
            R"({"CaId":"c","Description":""})");
  EXPECT_TRUE(read("UpdateAccessKey",
                   R"({"ClearExpirationDate":false,"ClearTag":false})") ==
              Change(UpdateAccessKey{}));
  EXPECT_EQ(FormatRequest(
                UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 0,
                                      .require_trusted_env = false}),
            R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false})");
}

TEST(ChangesTest, DryRunIsIgnored) {
  for (const std::string_view call : kCalls) {
    const Change plain = Valid(ParseChange(call, "{}", "id"));
    for (const char* value : {"true", "false", "null"}) {
      EXPECT_TRUE(
          Valid(ParseChange(call, std::string(R"({"DryRun":)") + value + "}",
                            "id")) == plain);
    }
    EXPECT_THAT(ErrorOf(ParseChange(call, R"({"DryRun":"yes"})", "id")),
                HasSubstr("$.DryRun: expected true or false, got a string"));
  }
}

TEST(ChangesTest, RequestsMayHaveSeveralLinesAndAreWrittenOnOne) {
  const Change change = Valid(
      ParseChange("DeleteAccessKey", "{\n  \"AccessKeyId\": \"K\"\n}\n", ""));
  EXPECT_TRUE(change == Change(DeleteAccessKey{.access_key_id = "K"}));
  EXPECT_EQ(FormatRequest(CreateCa{.ca_pem = "a\n\xc3\xa9\xff"}),
            R"({"CaPem":"a\n\u00e9\ufffd"})");
}

TEST(ChangesTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    std::string_view call;
    std::string_view request;
    std::string_view message;
  } kCases[] = {
      {"DeleteCas", "{}",
       "expected one of CreateAccessKey, UpdateAccessKey, DeleteAccessKey, "
       "CreateApiAccessRule, UpdateApiAccessRule, DeleteApiAccessRule, "
       "UpdateApiAccessPolicy, CreateCa, UpdateCa, DeleteCa, got `DeleteCas`; "
       "did you mean DeleteCa?"},
      {"ReadVms", "{}", "DeleteCa, got `ReadVms`"},
      {"", "{}", "got ``"},
      {"DeleteCa", "", "expected JSON, it is empty"},
      {"DeleteCa", "{\n\"CaId\"", "line 2, column 7: expected JSON"},
      {"DeleteCa", "{}\n{}", "line 2, column 1: expected one object, got more"},
      {"DeleteCa", "[]", "$: expected an object, got an array"},
      {"DeleteCa", R"({"CaId":"a","CaId":"a"})", "$.CaId: expected each key"},
      {"DeleteCa", R"({"Description":"a"})",
       "$: expected only the fields CaId, DryRun, got `Description`"},
      {"DeleteCa", R"({"caId":"a"})",
       "$: expected the field `CaId` spelt so, got `caId`"},
      {"CreateAccessKey", R"({"ExpiratonDate":"2030-01-01"})",
       "expected the field `ExpirationDate` spelt so"},
      {"CreateAccessKey", R"({"State":"ACTIVE"})", "expected only the fields"},
      {"CreateAccessKey", R"({"ExpirationDate":""})", "$.ExpirationDate: "},
      {"CreateAccessKey", R"({"ExpirationDate":"tomorrow"})",
       "$.ExpirationDate: "},
      {"CreateAccessKey", R"({"UserName":""})",
       "$.UserName: expected a string that is not empty"},
      {"UpdateAccessKey", R"({"AccessKeyId":""})", "$.AccessKeyId: expected a"},
      {"UpdateAccessKey", R"({"State":"active"})", "$.State: "},
      {"UpdateAccessKey", R"({"ClearExpirationDate":1})",
       "$.ClearExpirationDate: expected true or false, got 1"},
      {"DeleteAccessKey", R"({"UserName":""})", "$.UserName: expected a"},
      {"CreateApiAccessRule", R"({"IpRanges":["192.0.2.0/33"]})",
       "$.IpRanges[0]: "},
      {"CreateApiAccessRule", R"({"IpRanges":"192.0.2.0/24"})",
       "$.IpRanges: expected an array, got a string"},
      {"CreateApiAccessRule", R"({"CaIds":[""]})", "$.CaIds[0]: expected a"},
      {"UpdateApiAccessRule", R"({"Cns":["a",null]})", "$.Cns[1]: expected a"},
      {"UpdateApiAccessRule", R"({"ApiAccessRuleId":""})",
       "$.ApiAccessRuleId: expected a"},
      {"DeleteApiAccessRule", R"({"ApiAccessRuleId":""})",
       "$.ApiAccessRuleId: expected a"},
      {"UpdateApiAccessPolicy", R"({"MaxAccessKeyExpirationSeconds":"1"})",
       "$.MaxAccessKeyExpirationSeconds: expected an integer, got a string"},
      {"UpdateApiAccessPolicy", R"({"MaxAccessKeyExpirationSeconds":1.5})",
       "$.MaxAccessKeyExpirationSeconds: expected an integer, got 1.5"},
      {"UpdateApiAccessPolicy", R"({"RequireTrustedEnv":"true"})",
       "$.RequireTrustedEnv: expected true or false, got a string"},
      {"UpdateCa", R"({"CaId":""})", "$.CaId: expected a"},
      {"DeleteCa", R"({"CaId":""})", "$.CaId: expected a"},
  };
  for (const auto& [call, request, message] : kCases) {
    EXPECT_THAT(ErrorOf(ParseChange(call, request, "id")), HasSubstr(message))
        << call << ' ' << request;
  }
}

TEST(ChangesTest, NoErrorShowsACertificate) {
  for (const char* request :
       {R"({"CaPem":["SECRET"]})", R"({"CaPem":{"a":"SECRET"}})",
        R"({"CaPem":"SECRET","More":1})", R"({"CaPem":"SECRET)",
        R"({"CaPem":"SECRET","CaPem":"SECRET"})"}) {
    EXPECT_THAT(ErrorOf(ParseChange("CreateCa", request, "id")),
                Not(HasSubstr("SECRET")));
  }
}

TEST(ChangesTest, WhatIsCreatedHasAnId) {
  for (const std::string_view call : kCalls) {
    EXPECT_EQ(ParseChange(call, "{}", "").ok(), !call.starts_with("Create"))
        << call;
  }
}

TEST(ChangesTest, PlansNameWhatTheyCreate) {
  const auto steps = Valid(ParseChanges(
      R"({"Call":"CreateCa","Request":{"CaPem":"p"},"NewId":"ca-9"})"
      "\n \t\r\n"
      R"({"Call":"CreateAccessKey","Request":{}})"
      "\n"
      R"({"Call":"DeleteCa","Request":{"CaId":"c"},"NewId":"ignored"})"
      "\n"
      R"({"Call":"CreateApiAccessRule","Request":{},"NewId":null})"
      "\n"
      R"({"Call":"CreateAccessKey","Request":{},"NewId":"ca-9"})"));
  const std::vector<PlanStep> expected = {
      {.change = CreateCa{.new_id = "ca-9", .ca_pem = "p"}},
      {.change = CreateAccessKey{.new_id = "new-2"}},
      {.change = DeleteCa{.ca_id = "c"}},
      {.change = CreateApiAccessRule{.new_id = "new-4"}},
      {.change = CreateAccessKey{.new_id = "ca-9"}}};
  EXPECT_TRUE(steps == expected);
}

TEST(ChangesTest, PlansNameTheLineThatIsWrong) {
  const struct {
    std::string_view text;
    std::string_view message;
  } kCases[] = {
      {"", "expected changes, one a line, got none"},
      {" \n\n", "expected changes, one a line, got none"},
      {"\n{", "line 2: column 2: "},
      {"{}", "line 1: $.Call: expected a string, got nothing"},
      {R"({"Call":"DeleteCa"})", "line 1: $.Request: expected an object"},
      {R"({"Call":"DeleteCa","Request":null})",
       "line 1: $.Request: expected an object"},
      {R"({"Call":"DeleteCa","Request":{"CaID":"c"}})",
       "line 1: $.Request: expected the field `CaId` spelt so, got `CaID`"},
      {R"({"Call":"Delete","Request":{}})", "line 1: $.Call: expected one of"},
      {R"({"Call":"DeleteCa","Request":{},"New":1})",
       "line 1: $: expected only the fields Call, Request, NewId, got `New`"},
      {R"({"Call":"CreateCa","Request":{},"NewId":""})",
       "line 1: $.NewId: expected a string that is not empty"},
      {R"({"Call":"CreateCa","Request":{},"NewId":"new-2"})"
       "\n"
       R"({"Call":"CreateCa","Request":{}})",
       "line 2: $.NewId: expected each id once, got `new-2` again"},
  };
  for (const auto& [text, message] : kCases) {
    EXPECT_THAT(ErrorOf(ParseChanges(text)), HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace api_access
