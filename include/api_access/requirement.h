// What one account asks of a request, exactly: the authentication factors, and
// the certificates that would do.

#ifndef API_ACCESS_REQUIREMENT_H_
#define API_ACCESS_REQUIREMENT_H_

#include <string>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/factors.h"
#include "api_access/ip.h"
#include "api_access/method.h"

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

}  // namespace api_access

#endif  // API_ACCESS_REQUIREMENT_H_
