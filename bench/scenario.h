// Accounts and requests to measure with, the same in every run.

#ifndef API_ACCESS_BENCH_SCENARIO_H_
#define API_ACCESS_BENCH_SCENARIO_H_

#include <cstddef>
#include <cstdlib>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/change.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access::bench {

// What is valid by construction.
template <typename T>
T Valid(absl::StatusOr<T> result) {
  if (!result.ok()) std::abort();
  return *std::move(result);
}

// A request as a gateway has it: method and ids as text, the address in binary.
// It points to texts that Requests keeps. Equal ones share their memory, so
// that they stay in the cache: a gateway has just read them.
struct RawRequest {
  const std::string* service;
  const std::string* method;
  IpAddress client_address;
  LoginKind login;
  const std::string* access_key_id;
  const ClientCertificate* certificate;  // may be null
};

inline Method MethodOf(const RawRequest& request) {
  return FindMethod(*request.service, *request.method);
}

inline Decision Decide(const Evaluator& evaluator, const RawRequest& request,
                       Timestamp now) {
  return evaluator.Decide({.method = MethodOf(request),
                           .client_address = request.client_address,
                           .login = request.login,
                           .access_key_id = *request.access_key_id,
                           .certificate = request.certificate},
                          now);
}

struct Requests {
  std::deque<std::string> texts;
  std::deque<ClientCertificate> certificates;
  std::vector<RawRequest> all;
};

// Draws `count` requests to `account`, half of them allowed where it has both,
// of all classes of methods and for every reason that it can give.
Requests DrawRequests(const Account& account, const Evaluator& evaluator,
                      Timestamp now, std::size_t count);

// The client addresses of `requests` as text.
std::vector<std::string> AddressTexts(const Requests& requests);

enum class Layout {
  kScattered,  // IPv4 blocks of /16 to /32
  kV6,         // IPv6 blocks of /48 to /128
  kNested,     // blocks of /0 to /32 around few addresses
  kOverlap,    // 0.0.0.0/0
};

// What an account is made of. `cas` and `cns` of four rules have a CA of their
// own, and a CN.
struct Size {
  int rules;
  int ranges_per_rule;
  int keys;
  int cas = 2;
  int cns = 1;
  Layout layout = Layout::kScattered;
};
inline constexpr Size kSmall = {
    .rules = 2, .ranges_per_rule = 1, .keys = 4, .cas = 4, .cns = 0};
inline constexpr Size kTypical = {.rules = 8, .ranges_per_rule = 2, .keys = 10};
inline constexpr Size kLarge = {
    .rules = 1'000, .ranges_per_rule = 10, .keys = 100};
inline constexpr Size kHuge = {
    .rules = 10'000, .ranges_per_rule = 10, .keys = 100};
inline constexpr Size kNested = {.rules = 1'000,
                                 .ranges_per_rule = 1,
                                 .keys = 100,
                                 .cas = 4,
                                 .layout = Layout::kNested};
inline constexpr Size kOverlap = {.rules = 1'000,
                                  .ranges_per_rule = 1,
                                  .keys = 100,
                                  .cas = 4,
                                  .cns = 4,
                                  .layout = Layout::kOverlap};
inline constexpr Size kV6 = {
    .rules = 1'000, .ranges_per_rule = 10, .keys = 100, .layout = Layout::kV6};

// An account, and 10,000 requests to it.
struct Scenario {
  Account account;
  Evaluator evaluator;
  Timestamp now;
  Requests requests;
};
Scenario MakeScenario(const Size& size);

// What takes the CAs and CNs from the rule in the middle of `account`.
Change EditOfMiddleRule(const Account& account);

// `account` with another range in place of one of that rule.
Account WithAnotherRange(const Account& account);

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_SCENARIO_H_
