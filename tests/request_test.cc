#include "api_access/request.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

TEST(ClientCertificateTest, CaIdsAreASet) {
  const ClientCertificate certificate =
      Certificate({"ca-2", "ca-1", "ca-2"}, "client.a");
  EXPECT_EQ(certificate.ca_ids(), (Texts{"ca-1", "ca-2"}));
  EXPECT_EQ(certificate.cn(), "client.a");
}

TEST(ClientCertificateTest, MayHaveNeitherCaNorCn) {
  EXPECT_TRUE(Certificate({}).ca_ids().empty());
  EXPECT_EQ(Certificate({"ca-1"}).cn(), std::nullopt);
  EXPECT_EQ(Certificate({}, "client.a").cn(), "client.a");
}

TEST(ClientCertificateTest, MovedFromIsNone) {
  ClientCertificate certificate = Certificate({"ca-1"}, "client.a");
  const ClientCertificate moved = std::move(certificate);
  EXPECT_EQ(moved, Certificate({"ca-1"}, "client.a"));
  // NOLINTNEXTLINE(bugprone-use-after-move)
  EXPECT_TRUE(certificate.ca_ids().empty());
}

TEST(ClientCertificateTest, RefusesEmptyIdsAndCns) {
  const auto id = ClientCertificate::Create({.ca_ids = {"ca-1", ""}});
  EXPECT_EQ(id.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(id.status()),
            "client certificate: expected CA ids, got an empty one");
  const auto cn = ClientCertificate::Create({.ca_ids = {"ca-1"}, .cn = ""});
  EXPECT_EQ(cn.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(cn.status()),
            "client certificate: expected a CN or none, got an empty one");
}

TEST(LoginKindTest, Prints) {
  EXPECT_EQ(ToString(LoginKind::kNone), "None");
  EXPECT_EQ(ToString(LoginKind::kAccessKey), "AccessKey");
  EXPECT_EQ(ToString(LoginKind::kPassword), "Password");
  EXPECT_EQ(ToString(static_cast<LoginKind>(9)), "None");
}

TEST(RequestTest, OmittedFieldsAreNoCredential) {
  const Request request = {.method = FindMethod("api", "ReadVms"),
                           .client_address = Ip("192.0.2.7")};
  EXPECT_EQ(request.login, LoginKind::kNone);
  EXPECT_TRUE(request.access_key_id.empty());
  EXPECT_EQ(request.certificate, nullptr);
}

}  // namespace
}  // namespace api_access
