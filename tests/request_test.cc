#include "api_access/request.h"

#include <sstream>
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

TEST(CallerTest, OmittedFieldsAreNotPresented) {
  const Caller caller = {.client_address = Ip("192.0.2.7")};
  const Request request = caller.For(FindMethod("api", "ReadVms"));
  EXPECT_EQ(request.method, FindMethod("api", "ReadVms"));
  EXPECT_EQ(request.client_address, Ip("192.0.2.7"));
  EXPECT_EQ(request.login, LoginKind::kNone);
  EXPECT_TRUE(request.access_key_id.empty());
  EXPECT_EQ(request.certificate, nullptr);
}

// `For` of a temporary caller would be a view of nothing.
template <typename C>
concept MayRequest = requires(C&& caller, const Method& method) {
  std::forward<C>(caller).For(method);
};
static_assert(MayRequest<Caller&>);
static_assert(MayRequest<const Caller&>);
static_assert(!MayRequest<Caller>);
static_assert(!MayRequest<const Caller>);

TEST(CallerTest, ARequestIsAViewOfItsCaller) {
  const Caller caller = {.client_address = Ip("192.0.2.7"),
                         .login = LoginKind::kAccessKey,
                         .access_key_id = "KEY",
                         .certificate = Certificate({"ca-1"}, "client.a")};
  const Request request = caller.For(FindMethod("api", "ReadVms"));
  EXPECT_EQ(request.login, LoginKind::kAccessKey);
  EXPECT_EQ(request.access_key_id.data(), caller.access_key_id.data());
  EXPECT_EQ(request.access_key_id, "KEY");
  EXPECT_EQ(request.certificate, &*caller.certificate);
  EXPECT_EQ(Caller::Of(request), caller);
}

TEST(CallerTest, OfDropsAnAccessKeyIdThatIsNotRead) {
  const Request request = {.method = FindMethod("api", "ReadVms"),
                           .client_address = Ip("192.0.2.7"),
                           .login = LoginKind::kPassword,
                           .access_key_id = "KEY"};
  EXPECT_EQ(Caller::Of(request), (Caller{.client_address = Ip("192.0.2.7"),
                                         .login = LoginKind::kPassword}));
}

TEST(CallerTest, IsEqualWhenAllOfItIs) {
  const Caller caller = {.client_address = Ip("192.0.2.7")};
  Caller other = caller;
  EXPECT_EQ(other, caller);
  other.client_address = Ip("192.0.2.8");
  EXPECT_NE(other, caller);
  other = caller;
  other.login = LoginKind::kPassword;
  EXPECT_NE(other, caller);
  other = caller;
  other.access_key_id = "KEY";
  EXPECT_NE(other, caller);
  other = caller;
  other.certificate = Certificate({});
  EXPECT_NE(other, caller);
}

TEST(CallerTest, Prints) {
  Caller caller = {.client_address = Ip("::ffff:192.0.2.7")};
  EXPECT_EQ(caller.ToString(), "192.0.2.7 without login, without certificate");
  caller.access_key_id = "a\n`";
  EXPECT_EQ(caller.ToString(), "192.0.2.7 without login, without certificate");
  caller.login = static_cast<LoginKind>(9);
  EXPECT_EQ(caller.ToString(), "192.0.2.7 without login, without certificate");
  caller.login = LoginKind::kAccessKey;
  caller.certificate = Certificate({});
  EXPECT_EQ(caller.ToString(),
            "192.0.2.7 with access key `a\\x0a\\x60`, with a certificate under "
            "no CA without CN");
  caller.login = LoginKind::kPassword;
  caller.certificate = Certificate({"ca-2", "ca-1"}, "client.a");
  std::ostringstream out;
  out << caller << ' ' << LoginKind::kPassword;
  EXPECT_EQ(out.str(),
            "192.0.2.7 with login/password, with a certificate under `ca-1` "
            "`ca-2` of CN `client.a` Password");
}

}  // namespace
}  // namespace api_access
