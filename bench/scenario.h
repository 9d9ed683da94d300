// Accounts and requests to measure with, the same in every run.

#ifndef API_ACCESS_BENCH_SCENARIO_H_
#define API_ACCESS_BENCH_SCENARIO_H_

#include <deque>
#include <string>
#include <vector>

#include "api_access/account.h"
#include "api_access/ip.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access::bench {

// A request as a gateway has it: method and ids as text, the address in binary.
struct RawRequest {
  std::string service;
  std::string method;
  IpAddress client_address;
  LoginKind login;
  std::string access_key_id;
  const ClientCertificate* certificate;  // into Scenario::certificates
};

struct Scenario {
  Account account;
  Timestamp now;
  std::deque<ClientCertificate> certificates;
  std::vector<RawRequest> requests;
};

struct Size {
  int rules;
  int ranges_per_rule;
  int keys;
};
inline constexpr Size kSmall = {.rules = 2, .ranges_per_rule = 1, .keys = 4};
inline constexpr Size kLarge = {
    .rules = 1000, .ranges_per_rule = 10, .keys = 100};

// Rules of IPv4 ranges of /16 to /32, every second one with a CA, every fourth
// with a CN; 10,000 requests with an access key, about half of them allowed.
Scenario MakeScenario(const Size& size);

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_SCENARIO_H_
