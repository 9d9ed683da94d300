// What has to hold for the account in the folder ACCOUNT.

#include <iostream>
#include <string>

#include "api_access/testing/matchers.h"
#include "examples/account_folder/account_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace {

namespace aa = api_access;
using aa::Factor;
using aa::HasViolation;
using aa::IsAllowed;
using aa::IsAllowedByRule;
using aa::IsDenied;
using aa::Reason;
using aa::Requires;

constexpr const char* kNow = "2030-01-01";
constexpr const char* kRule = "aar-1234567890abcdef1234567890abcdef";
constexpr const char* kCa = "ca-fedcba0987654321fedcba0987654321";
constexpr const char* kKey = "ROOTKEY0000000000001";

aa::TestedAccount& Production() {
  static aa::TestedAccount& account = []() -> aa::TestedAccount& {
    auto& made = *new aa::TestedAccount(
        aa::examples::ReadAccountFolder(ACCOUNT).value().account, kNow);
    made.PrintCoverageAtEnd("the production account", std::cout);
    return made;
  }();
  return account;
}

// Signed, and from the office.
aa::TestRequest FromOffice(const std::string& method) {
  return {.method = method, .client_ip = "192.0.2.7", .access_key_id = kKey};
}

TEST(OfficeTest, WorksWithAnAccessKeyAlone) {
  EXPECT_THAT(Production().Decide(FromOffice("ReadVms")),
              IsAllowedByRule(kRule));
  EXPECT_THAT(Production().Decide(FromOffice("CreateVms")), IsAllowed());
  EXPECT_THAT(Production().Decide(FromOffice("ReadVms")),
              Requires({{Factor::kAccessKey}}));
}

TEST(OfficeTest, ManagesAccessWithItsCertificateOnly) {
  aa::TestRequest request = FromOffice("UpdateApiAccessPolicy");
  EXPECT_THAT(Production().Decide(request),
              IsDenied(Reason::kCertificateMissing));
  request.ca_ids = {"ca-of-somebody-else"};
  request.cn = "client.a";
  EXPECT_THAT(Production().Decide(request), IsDenied(Reason::kCaNotAllowed));
  request.ca_ids = {kCa};
  EXPECT_THAT(Production().Decide(request), IsAllowed());
  request.cn = "client.b";
  EXPECT_THAT(Production().Decide(request), IsDenied(Reason::kCnNotAllowed));
}

TEST(InternetTest, GetsInWithNothing) {
  aa::TestRequest request = FromOffice("ReadVms");
  request.client_ip = "203.0.113.7";
  EXPECT_THAT(Production().Decide(request),
              IsDenied(Reason::kSourceIpNotAllowed));
}

TEST(AccessKeyTest, IsOfNoUseFromTheInstantOfItsExpiration) {
  aa::TestRequest request = FromOffice("ReadVms");
  request.now = "2030-01-01T00:29:59.999Z";
  EXPECT_THAT(Production().Decide(request), IsAllowed());
  request.now = "2030-01-01T00:30:00Z";
  EXPECT_THAT(Production().Decide(request),
              IsDenied(Reason::kAccessKeyExpired));
}

TEST(TrustedSessionTest, NeedsLongerLifetimesThanHalfAnHour) {
  EXPECT_THAT(aa::CheckActivation(Production().account(),
                                  {.max_access_key_expiration_seconds = 1800},
                                  Production().now()),
              HasViolation(aa::ViolationCode::kKeyOutlivesMax, kKey));
}

}  // namespace
