#include "examples/account_folder/request_line.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

TEST(RequestLineTest, ReadsEveryField) {
  const RequestLine line = Valid(ParseRequestLine(
      R"({"Service":"oapi","Method":"ReadVms","ClientIp":"::ffff:203.0.113.7","Login":"AccessKey","AccessKeyId":"K","Certificate":{"CaIds":["ca-2","ca-1"],"Cn":"client.a"},"Now":"2030-01-01"})"));
  EXPECT_EQ(line.now, At("2030-01-01"));
  EXPECT_EQ(line.caller.certificate, Certificate({"ca-1", "ca-2"}, "client.a"));
  const Request request = line.request();
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
    const Request request = line.request();
    EXPECT_EQ(request.login, LoginKind::kNone);
    EXPECT_EQ(request.certificate, nullptr);
    EXPECT_EQ(line.now, std::nullopt);
  }
}

TEST(RequestLineTest, AnyStringsAreAServiceAndAMethod) {
  const RequestLine line = Valid(ParseRequestLine(
      R"({"Service":"","Method":"\u0000 \ud83d\ude00","ClientIp":"::"})"));
  EXPECT_EQ(line.request().method.method_class(), MethodClass::kUnlisted);
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
      {"", "column 1: expected JSON"},
      {"{", "column 2: expected JSON"},
      {"{} {}", "column 4: expected JSON"},
      {"[]", "$: expected an object, got an array"},
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
       "$.ClientIp: expected an IPv4 or IPv6 address, got `203.0.113.07`"},
      // Whatever the method: a public one too.
      {R"({"Service":"api","Method":"ReadRegions","ClientIp":""})",
       "$.ClientIp: expected an IPv4 or IPv6 address, got ``"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Port":1})",
       "$: expected only the fields Service, Method, ClientIp, Login, "
       "AccessKeyId, Certificate, Now, got `Port`"},
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
       "$.AccessKeyId: expected a string that is not empty, got the string ``"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","AccessKeyId":"K"})",
       "$.AccessKeyId: expected it together with Login AccessKey only"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Login":"Password","AccessKeyId":"K"})",
       "$.AccessKeyId: expected it together with Login AccessKey only"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":[]})",
       "$.Certificate: expected an object, got an array"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaId":"c"}})",
       "$.Certificate: expected only the fields CaIds, Cn, got `CaId`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":"c"}})",
       "$.Certificate.CaIds: expected an array, got the string `c`"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":[""]}})",
       "$.Certificate.CaIds[0]: expected a string that is not empty, got the "
       "string ``"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Certificate":{"CaIds":["c"],"Cn":""}})",
       "$.Certificate: client certificate: expected a CN or none, got an empty "
       "one"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Now":""})",
       "$.Now: expected a date"},
      {R"({"Service":"api","Method":"X","ClientIp":"::","Now":0})",
       "$.Now: expected a string, got 0"},
  };
  for (const auto& c : kCases) {
    const auto line = ParseRequestLine(c.text);
    EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(line.status()), testing::StartsWith(c.message))
        << c.text;
  }
}

}  // namespace
}  // namespace api_access::examples
