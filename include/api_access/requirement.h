// What one account asks of a request, exactly: the authentication factors, the
// certificates that would do, and the verdict where the certificate or the
// login is not known.

#ifndef API_ACCESS_REQUIREMENT_H_
#define API_ACCESS_REQUIREMENT_H_

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/factors.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// What a request for `method` from `client_address` needs to match some rule of
// the account, under the account's own session; no alternative when no rule
// admits the address. That a certificate fits, by CA and CN, and that an access
// key is usable, is more than the factors say.
//
// Takes time logarithmic in the IP ranges; does not allocate. May be called
// concurrently. Source: the table in
// required_factors.h, for the rules that admit the address.
FactorRequirement RequiredFactors(const Evaluator& evaluator,
                                  const Method& method,
                                  const IpAddress& client_address) noexcept;

// Certificates that one rule accepts: under one of these CAs, ...
struct AcceptedCertificate {
  std::vector<std::string> ca_ids;
  // ... with one of these CNs; empty: any CN, or none.
  std::vector<std::string> cns;

  friend bool operator==(const AcceptedCertificate&,
                         const AcceptedCertificate&) = default;
};

// The certificates that let a request for `method` from `client_address` match
// some rule: one entry for each rule that admits the address, in account order.
// Empty where no certificate is needed, and where none would help:
// RequiredFactors tells which.
//
// Takes time and memory linear in the rules and their items. May be called
// concurrently.
std::vector<AcceptedCertificate> AcceptedCertificates(
    const Evaluator& evaluator, const Method& method,
    const IpAddress& client_address);

// The verdict on a request that is not known in full.
enum class PossibleVerdict : std::uint8_t {
  kDeny = 0,     // whatever is not known
  kAllow = 1,    // whatever is not known
  kDepends = 2,  // on what is not known
};

inline constexpr std::array<PossibleVerdict, 3> kAllPossibleVerdicts = {
    PossibleVerdict::kDeny, PossibleVerdict::kAllow, PossibleVerdict::kDepends};

// `Allow`, `Depends`; `Deny` for kDeny and any value that is not an enumerator.
constexpr std::string_view ToString(PossibleVerdict verdict) {
  switch (verdict) {
    case PossibleVerdict::kDeny:
      break;
    case PossibleVerdict::kAllow:
      return "Allow";
    case PossibleVerdict::kDepends:
      return "Depends";
  }
  return "Deny";
}

// Which logins a request may have.
enum class PossibleLogin : std::uint8_t {
  kGiven = 0,    // that of the request alone
  kUsableKey,    // an access key of the root user that is usable, whichever
                 // keys the account has
  kNoAccessKey,  // no login, or login/password
  kAny,          // one of kNoAccessKey, or a usable access key of the root
                 // user or of an EIM user
};

// What a request may have, where that is not known.
struct Possible {
  // With another value than kGiven the request's login and access key are not
  // read.
  PossibleLogin login = PossibleLogin::kGiven;
  // True: any certificate, or none. The certificate of the request is not read.
  bool any_certificate = false;
};

struct [[nodiscard]] PossibleDecision {
  PossibleVerdict verdict = PossibleVerdict::kDeny;
  // With kDeny the reason of the best case: of all that is possible, what gets
  // farthest in the order in which a decision is made, and, where the rules
  // decide, the nearest miss. kNotDecided otherwise.
  Reason reason = Reason::kNotDecided;

  friend bool operator==(const PossibleDecision&,
                         const PossibleDecision&) = default;
};

// Decides on a request as Evaluator::Decide does, over all that it may have:
// kAllow if every such request is allowed at `now`, kDeny if none is. With an
// access key whose certificate is not known, and with a call of a log that has
// no access key:
//   DecideOver(evaluator, request, {.any_certificate = true}, now)
//   DecideOver(evaluator, request, {.login = PossibleLogin::kNoAccessKey,
//                                   .any_certificate = true}, now)
//
// With kDepends, AcceptedCertificates tells the certificates that are allowed
// with a login that is; where it is empty the login alone decides.
//
// Total. Takes the time of up to four calls of Evaluator::Decide; does not
// allocate. May be called concurrently. Our choice.
PossibleDecision DecideOver(const Evaluator& evaluator, const Request& request,
                            const Possible& possible, Timestamp now) noexcept;

inline std::ostream& operator<<(std::ostream& out, PossibleVerdict verdict) {
  return out << ToString(verdict);
}

}  // namespace api_access

#endif  // API_ACCESS_REQUIREMENT_H_
