#include "examples/nginx/request_facts.h"

#include <optional>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace api_access::examples {
namespace {

TEST(RequestFactsTest, APathIsPlainWhereTheServerLeavesItAsItIs) {
  struct Row {
    std::string_view target;
    std::string_view normalised;
    std::optional<std::string_view> path;
  };
  for (const Row& row : {
           Row{"/api/v1/ReadVms", "/api/v1/ReadVms", "/api/v1/ReadVms"},
           Row{"/api/v1/ReadVms?a=/../%2f?", "/api/v1/ReadVms",
               "/api/v1/ReadVms"},
           Row{"/api/v1/ReadVms?", "/api/v1/ReadVms", "/api/v1/ReadVms"},
           Row{"", "", ""},
           Row{"/api/v1/ReadV%6ds", "/api/v1/ReadVms", std::nullopt},
           Row{"/api/v1/x/../ReadVms", "/api/v1/ReadVms", std::nullopt},
           Row{"/api/v1//ReadVms", "/api/v1/ReadVms", std::nullopt},
           Row{"/api/v1/ReadVms#a", "/api/v1/ReadVms", std::nullopt},
           Row{"/api/v1/ReadVms", "/rewritten", std::nullopt},
           Row{"?a", "/", std::nullopt},
       }) {
    EXPECT_EQ(PlainPath(row.target, row.normalised), row.path) << row.target;
  }
}

TEST(RequestFactsTest, ThePathOfAnApiNamesItsMethod) {
  struct Row {
    std::string_view path;
    std::optional<std::string_view> name;
  };
  for (const Row& row : {
           Row{"/api/v1/ReadVms", "ReadVms"},
           Row{"/api/latest/readvms2", "readvms2"},
           Row{"/api/1.41.0-rc/ReadVms", "ReadVms"},
           Row{"/api/v1/ReadVms/", std::nullopt},
           Row{"/api/v1/ReadVms/x", std::nullopt},
           Row{"/api/v1/", std::nullopt},
           Row{"/api/v1", std::nullopt},
           Row{"/api//ReadVms", std::nullopt},
           Row{"/api/../ReadVms", std::nullopt},
           Row{"/api/v1//ReadVms", std::nullopt},
           Row{"/api/v 1/ReadVms", std::nullopt},
           Row{"/api/v1;a/ReadVms", std::nullopt},
           Row{"/api/v1/ReadVms;a", std::nullopt},
           Row{"/api/v1/Read%56ms", std::nullopt},
           Row{"/api/v1/Read_Vms", std::nullopt},
           Row{"/api/v1/ReadVms\xc3\xa9", std::nullopt},
           Row{{"/api/v1/ReadVms\0", 16}, std::nullopt},
           Row{"/icu/v1/ReadVms", std::nullopt},
           Row{"/API/v1/ReadVms", std::nullopt},
           Row{"api/v1/ReadVms", std::nullopt},
           Row{"/ReadVms", std::nullopt},
           Row{"", std::nullopt},
       }) {
    EXPECT_EQ(MethodInPath(row.path), row.name) << row.path;
  }
}

TEST(RequestFactsTest, ASignatureNamesItsAccessKey) {
  const std::string osc = "OSC4-HMAC-SHA256 ";
  struct Row {
    std::string authorization;
    std::optional<std::string_view> id;
  };
  for (const Row& row : {
           Row{osc + "Credential=KEY/20300101/eu-west-2/api/osc4_request, "
                     "SignedHeaders=host, Signature=0",
               "KEY"},
           Row{osc + "SignedHeaders=host,Credential=KEY/x", "KEY"},
           Row{"AWS4-HMAC-SHA256 Credential=a\xff`/x", "a\xff`"},
           // What is no signature is no login.
           Row{"", ""},
           Row{"Bearer Credential=KEY/x", ""},
           Row{"Basic Credential=KEY/x", ""},
           Row{"osc4-hmac-sha256 Credential=KEY/x", ""},
           Row{"OSC4-HMAC-SHA256X Credential=KEY/x", ""},
           // What is one and does not say whose is refused.
           Row{"OSC4-HMAC-SHA256", std::nullopt},
           Row{osc + "SignedHeaders=host", std::nullopt},
           Row{osc + "Credential=/x", std::nullopt},
           Row{osc + "Credential=KEY", std::nullopt},
           Row{osc + "Credential=KEY, a/b", std::nullopt},
           Row{osc + "Credential=KE Y/x", std::nullopt},
           Row{osc + "xCredential=KEY/x", std::nullopt},
           Row{osc + "credential=KEY/x", std::nullopt},
           Row{osc + "Credential=A/x, Credential=B/x", std::nullopt},
           Row{osc + "Credential=A/x, Credential=A/x", std::nullopt},
           Row{osc + "Credential=A/x, CREDENTIAL=B/x", std::nullopt},
           Row{osc + "Credential=A/x, xcredential=B/x", std::nullopt},
       }) {
    EXPECT_EQ(AccessKeyIdIn(row.authorization), row.id) << row.authorization;
  }
}

}  // namespace
}  // namespace api_access::examples
