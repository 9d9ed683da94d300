// Accounts and requests for tests, written down as text.
//
// What is not given is not there: an account without rules and keys, a request
// without login and certificate. A malformed value throws
// absl::BadStatusOrAccess, which names it and fails the test that it is in;
// where exceptions are switched off, the program ends with that message.
//
// Part of api_access::testing. Its names are in namespace api_access: a nested
// namespace `testing` would hide that of GoogleTest.

#ifndef API_ACCESS_TESTING_BUILDERS_H_
#define API_ACCESS_TESTING_BUILDERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "api_access/access_key.h"
#include "api_access/account.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// See ApiAccessRule::Fields. Without an id it is called `aar-N`, N being its
// place among the rules of the account, from 1.
struct TestRule {
  std::string id = {};
  std::vector<std::string> ip_ranges = {};
  std::vector<std::string> ca_ids = {};
  std::vector<std::string> cns = {};
};

// See AccessKey::Fields. Usable unless said otherwise.
struct TestKey {
  std::string id;
  AccessKeyState state = AccessKeyState::kActive;
  std::string expiration = {};  // as ParseTimestamp reads it; empty: never
  std::string user_name = {};   // empty: the root user
};

// Builds an account:
//   TestAccount()
//       .WithRule({.ip_ranges = {"192.0.2.0/24"}, .ca_ids = {"ca-clients"}})
//       .WithKey({.id = "KEY", .expiration = "2063-04-05"})
//       .Build()
//
// Const members may be called concurrently.
class TestAccount {
 public:
  TestAccount& WithRule(const TestRule& rule);
  TestAccount& WithKey(const TestKey& key);
  // Activates the trusted session.
  TestAccount& WithTrustedSession();
  TestAccount& WithMaxAccessKeyExpirationSeconds(std::int64_t seconds);
  // Declares the account complete: see Account::Fields.
  TestAccount& WithEveryUserListed();

  Account Build() const;

 private:
  std::int64_t max_seconds_ = 0;
  bool trusted_session_ = false;
  bool every_user_listed_ = false;
  std::vector<ApiAccessRule> rules_;
  std::vector<AccessKey> keys_;
};

// A request as text. At most one of `access_key_id` and `password` is given.
struct TestRequest {
  std::string service = "api";
  std::string method = {};
  std::string client_ip = {};
  std::string access_key_id = {};        // empty: no access key
  bool password = false;                 // login/password of the root user
  std::vector<std::string> ca_ids = {};  // empty: no certificate
  std::string cn = {};                   // empty: none
  std::string now = {};                  // empty: as of TestedAccount
};

}  // namespace api_access

#endif  // API_ACCESS_TESTING_BUILDERS_H_
