#include "api_access/json/request_line.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(RequestLineTest, ReadsEveryField) {
  const RequestLine line = Valid(ParseRequestLine(
      R"({"Service":"oapi","Method":"ReadVms","ClientIp":"::ffff:203.0.113.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-2","ca-1"],"Cn":"client.a"},"Now":"2030-01-01"})"));
  EXPECT_EQ(line.now, At("2030-01-01"));
  EXPECT_EQ(line.caller.certificate, Certificate({"ca-1", "ca-2"}, "client.a"));
  const Request request = line.RequestIn({});
  EXPECT_EQ(request.method, FindMethod("api", "ReadVms"));
  EXPECT_EQ(request.client_address, Ip("203.0.113.7"));
  EXPECT_EQ(request.login, LoginKind::kAccessKey);
  EXPECT_EQ(request.access_key_id, "K");
  EXPECT_EQ(request.certificate, &*line.caller.certificate);
}

TEST(RequestLineTest, OptionalFieldsMayBeAbsentOrNull) {
  for (
      const char* text :
      {R"({"Service":"api","Method":"ReadVms","ClientIp":"203.0.113.7"})",
       R"({"Service":"api","Method":"ReadVms","ClientIp":"203.0.113.7","Login":null,"AccessKeyId":null,"Certificate":null,"Now":null})",
       " {\"Service\":\"api\",\"Method\":\"ReadVms\",\"ClientIp\":\"203.0."
       "113.7\"}\r"}) {
    const RequestLine line = Valid(ParseRequestLine(text));
    const Request request = line.RequestIn({});
    EXPECT_EQ(request.login, LoginKind::kNone);
    EXPECT_EQ(request.certificate, nullptr);
    EXPECT_EQ(line.now, std::nullopt);
  }
}

TEST(RequestLineTest, AnyStringsAreAServiceAndAMethod) {
  const RequestLine line = Valid(ParseRequestLine(
      R"({"Service":"","Method":"\u0000 \ud83d\ude00","ClientIp":"::"})"));
  EXPECT_EQ(line.RequestIn({}).method.method_class(), MethodClass::kUnlisted);
}

TEST(RequestLineTest, CertificatesWithoutCaOrCn) {
  const auto certificate = [](const std::string& json) {
    return Valid(
               ParseRequestLine(
                   R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":)" +
                   json + "}"))
        .caller.certificate;
  };
  EXPECT_EQ(certificate("{}"), Certificate({}));
  EXPECT_EQ(certificate(R"({"CaIds":null,"Cn":null})"), Certificate({}));
  EXPECT_EQ(certificate(R"({"CaIds":[],"Cn":"a"})"), Certificate({}, "a"));
  EXPECT_EQ(certificate(R"({"CaIds":["c","c"]})"), Certificate({"c"}));
}

TEST(RequestLineTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    std::string text;
    const char* message;
  } kCases[] = {
      // Nothing is read behind a NUL byte, so there must be none.
      {std::string(R"({"Service":"api","Method":"X","ClientIp":"::"})") + '\0',
       "column 47: expected JSON, got a NUL byte"},
      {R"({"Service":"api","Method":"X","ClientIp":)" + std::string(99, '['),
       "$.ClientIp[0]"},
      {"", "expected one line of JSON, it is empty"},
      {" \r", "expected one line of JSON, it is empty"},
      // A request over several lines.
      {"{",
       "column 2: expected a whole object on one line, it is cut off here or "
       "goes on in the next line"},
      {"  \"Service\": \"api\",",
       "column 12: expected one line of JSON, it is malformed here"},
      {"}", "column 1: expected one line of JSON, it is malformed here"},
      {"{} {}", "column 4: expected one object on a line, got more after it"},
      {"{} x", "column 4: expected one object on a line, got more after it"},
      {"[]", "$: expected an object, got an array; each line is one object"},
      {std::string("{\0}\0", 4), "expected UTF-8, got UTF-16"},
      {"{\"Service\":\"\xff\"}", "column 13: expected UTF-8"},
      // A log.
      {R"({"Logs":[],"ResponseContext":{}})",
       "$: expected no log, got the answer of ReadApiLogs"},
      {R"({"QueryCallName":"ReadVms","QueryDate":"2030-01-01"})",
       "$: expected no log, got an entry of one"},
      {"null", "$: expected an object, got null"},
      {"{}", "$.Service: expected a string, got nothing"},
      {R"({"Service":null,"Method":"X","ClientIp":"::"})",
       "$.Service: expected a string, got null"},
      {R"({"Service":"api","ClientIp":"::"})",
       "$.Method: expected a string, got nothing"},
      {R"({"Service":"api","Method":7,"ClientIp":"::"})",
       "$.Method: expected a string, got 7"},
      {R"({"Service":"api","Method":"X"})",
       "$.ClientIp: expected a string, got nothing"},
      {R"({"Service":"api","Method":"X","ClientIp":"203.0.113.07"})",
       "$.ClientIp: expected an IPv4 or IPv6 address without leading zeros, "
       "got "
       "`203.0.113.07`"},
      // Whatever the method: a public one too.
      {R"({"Service":"api","Method":"ReadRegions","ClientIp":""})",
       "$.ClientIp: expected an IPv4 or IPv6 address, got ``"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Port":1})",
       "$: expected only the fields Service, Method, ClientIp, Login, "
       "AccessKeyId, Certificate, Now, Id, got `Port`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","ClientIP":"::"})",
       "$: expected the field `ClientIp` spelt so, got `ClientIP`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","ClientIp":"::"})",
       "$.ClientIp: expected each key once"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":"None"})",
       "$.Login: expected AccessKey, Password or null, got `None`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":""})",
       "$.Login: expected AccessKey, Password or null, got ``"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":true})",
       "$.Login: expected a string, got true"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":"AccessKey"})",
       "$.AccessKeyId: expected a string, got nothing"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":"AccessKey","AccessKeyId":""})",
       "$.AccessKeyId: expected a string that is not empty, got an empty one"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","AccessKeyId":"K"})",
       "$.AccessKeyId: expected it together with Login AccessKey only"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":"Password","AccessKeyId":"K"})",
       "$.AccessKeyId: expected it together with Login AccessKey only"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":[]})",
       "$.Certificate: expected an object, got an array"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaId":"c"}})",
       "$.Certificate: expected only the fields CaIds, Cn, got `CaId`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":"c"}})",
       "$.Certificate.CaIds: expected an array, got a string"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":[""]}})",
       "$.Certificate.CaIds[0]: expected a string that is not empty, got an "
       "empty one"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":["c"],"Cn":""}})",
       "$.Certificate: client certificate: expected a CN or none, got an empty "
       "one"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Now":""})",
       "$.Now: expected a date"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Now":0})",
       "$.Now: expected a string, got 0"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Id":7})",
       "$.Id: expected a string, got 7"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","id":"7"})",
       "$: expected the field `Id` spelt so, got `id`"},
  };
  for (const auto& c : kCases) {
    const auto line = ParseRequestLine(c.text);
    EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(line.status()), testing::StartsWith(c.message))
        << c.text;
  }
}

TEST(RequestLineTest, KeepsTheId) {
  const auto id = [](const std::string& json) {
    return Valid(ParseRequestLine(
                     R"({"Service":"api","Method":"X","ClientIp":"::","Id":)" +
                     json + "}"))
        .id;
  };
  EXPECT_EQ(id(R"("42")"), "42");
  EXPECT_EQ(id(R"("")"), "");
  EXPECT_EQ(id("null"), std::nullopt);
}

TEST(RequestLineTest, TellsTheIdOfALineInError) {
  const struct {
    const char* line;
    std::optional<std::string> id;
  } kCases[] = {
      {R"({"Id":"42","ClientIp":"x"})", "42"},
      {R"({"Id":"","New":1})", ""},
      {R"({"Id":"42"} {})", "42"},
      {R"({"ClientIp":"x"})", std::nullopt},
      {R"({"Id":42})", std::nullopt},
      {R"({"Id":"42")", std::nullopt},
      {R"({"Id":"42","Id":"43"})", std::nullopt},
      {"", std::nullopt},
      {"[]", std::nullopt},
  };
  for (const auto& c : kCases) {
    EXPECT_FALSE(ParseRequestLine(c.line).ok()) << c.line;
    EXPECT_EQ(RequestIdOf(c.line), c.id) << c.line;
  }
}

TEST(RequestLineTest, WhatIsWrittenReadsAsTheLine) {
  const std::string lines[] = {
      R"({"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"})",
      R"({"Service":"","Method":"\u0000\"\ud83d\ude00","ClientIp":"2001:db8::7","Login":"Password","Id":""})",
      R"({"Service":"oapi","Method":"X","ClientIp":"::","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1","ca-2"],"Cn":"client.a"},"Now":"2030-01-01T00:00:00.000+0000","Id":"7"})",
      R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":[],"Cn":null}})",
  };
  for (const std::string& line : lines) {
    EXPECT_EQ(FormatRequestLine(Valid(ParseRequestLine(line))), line);
  }
}

TEST(CallersTest, ReadsOneALine) {
  const auto callers = Valid(ParseCallers(
      "{\"Name\":\"ci\",\"ClientIp\":\"192.0.2.7\"}\n\n \r\n"
      R"({"Name":"ops","ClientIp":"::1","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-1"],"Cn":"a"}})"));
  ASSERT_EQ(callers.size(), 2U);
  EXPECT_EQ(callers[0],
            (NamedCaller{"ci", {.client_address = Ip("192.0.2.7")}}));
  EXPECT_EQ(callers[1],
            (NamedCaller{"ops",
                         {.client_address = Ip("::1"),
                          .login = LoginKind::kAccessKey,
                          .access_key_id = "K",
                          .certificate = Certificate({"ca-1"}, "a")}}));
}

TEST(CallersTest, RefusesEverythingElseWithAClearMessage) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {"", "expected callers, one a line, got nobody"},
      {"\n \n", "expected callers, one a line, got nobody"},
      {"\n{}", "line 2: $.Name: expected a string, got nothing"},
      {R"({"Name":"","ClientIp":"::"})",
       "line 1: $.Name: expected a string that is not empty"},
      {R"({"Name":"ci"})", "line 1: $.ClientIp: expected a string"},
      {"{\"Name\":\"ci\",\"ClientIp\":\"::\"}\n{\"Name\":\"ci\",\"ClientIp\":"
       "\"::1\"}",
       "line 2: $.Name: expected each name once, got `ci` again"},
      {R"({"Name":"ci","ClientIp":"::","Service":"api"})",
       "line 1: $: expected only the fields Name, ClientIp, Login, "
       "AccessKeyId, Certificate, got `Service`"},
      {R"({"Name":"ci","ClientIp":"::","Now":"2030-01-01"})",
       "line 1: $: expected only the fields Name"},
      {R"({"name":"ci","ClientIp":"::"})",
       "line 1: $: expected the field `Name` spelt so, got `name`"},
      {"{\"Name\":\"ci\",\n\"ClientIp\":\"::\"}",
       "line 1: column 14: expected a whole object on one line"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Message(ParseCallers(c.text).status()),
                testing::StartsWith(c.message))
        << c.text;
  }
}

}  // namespace
}  // namespace api_access
