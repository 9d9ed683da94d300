// Which authentication factors a method needs, by the provider's table. What
// one account asks for exactly, from one client address, is in requirement.h.

#ifndef API_ACCESS_REQUIRED_FACTORS_H_
#define API_ACCESS_REQUIRED_FACTORS_H_

#include <array>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/factors.h"
#include "api_access/method.h"

namespace api_access {

// What the API access rules of an account ask about client certificates.
enum class CertificateDemand : std::uint8_t {
  kNoRules = 0,  // nothing passes but public and exempt methods
  kAsked,        // every rule names a CA
  kNotAsked,     // no rule names a CA
  kDepends,      // some do: it depends on the client address
};

inline constexpr std::array<CertificateDemand, 4> kAllCertificateDemands = {
    CertificateDemand::kNoRules, CertificateDemand::kAsked,
    CertificateDemand::kNotAsked, CertificateDemand::kDepends};

// `NoRules`, `Asked`, `NotAsked`, `Depends`; `NoRules` for any other value.
constexpr std::string_view ToString(CertificateDemand demand) {
  switch (demand) {
    case CertificateDemand::kNoRules:
      break;
    case CertificateDemand::kAsked:
      return "Asked";
    case CertificateDemand::kNotAsked:
      return "NotAsked";
    case CertificateDemand::kDepends:
      return "Depends";
  }
  return "NoRules";
}

// The demand whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<CertificateDemand> ParseCertificateDemand(std::string_view text);

// Takes time linear in the rules; does not allocate. May be called
// concurrently.
CertificateDemand CertificateDemandOf(const Account& account);

// The provider's table of the scope of a trusted session, for an account whose
// rules ask `demand`:
//   RequiredFactors(MethodClass::kOrdinary, Service::kApi, true,
//                   CertificateDemand::kAsked)      AccessKey
//   RequiredFactors(MethodClass::kManaging, Service::kApi, true,
//                   CertificateDemand::kAsked)
//       AccessKey+Certificate or Password+Certificate
//   RequiredFactors(MethodClass::kManaging, Service::kEim, ...)
//       no Password: login/password exists on api and icu only
//
// kDepends gives what kAsked gives, the stricter of its two tables. Any value
// that is not an enumerator is read as the one numbered 0. Source: the
// provider's user guide (Scope of a Trusted Session); the row of kUnlisted is
// our choice.
constexpr FactorRequirement RequiredFactors(MethodClass method_class,
                                            Service service,
                                            bool trusted_session,
                                            CertificateDemand demand) {
  if (method_class == MethodClass::kPublic) return {FactorSet{}};
  const FactorSet access_key = {Factor::kAccessKey};
  if (method_class == MethodClass::kExempt) return {access_key};

  const bool bypass = trusted_session && method_class == MethodClass::kOrdinary;
  FactorSet certificate;
  switch (demand) {
    case CertificateDemand::kAsked:
    case CertificateDemand::kDepends:
      if (!bypass) certificate = {Factor::kCertificate};
      break;
    case CertificateDemand::kNotAsked:
      break;
    case CertificateDemand::kNoRules:
    default:
      return {};
  }
  const bool has_login =
      method_class == MethodClass::kManaging && ServiceHasLogin(service);
  if (!has_login) return {access_key | certificate};
  return {access_key | certificate, FactorSet{Factor::kPassword} | certificate};
}

// The tables that hold somewhere in an account whose rules ask `demand`: that
// of `demand`, or the two of kNotAsked and kAsked where it depends on the
// address. Allocates them. May be called concurrently.
std::vector<CertificateDemand> TablesOf(CertificateDemand demand);

// A row of that table: methods of one class that need the same.
struct FactorRow {
  // Those whose methods are meant, in the order of Service; `*`: any other.
  std::vector<std::string_view> services;
  // One of these methods.
  Method sample;
};
// All rows, by class: from public to unlisted ones. Allocates them. May be
// called concurrently. Source: the provider's user guide (Scope of a Trusted
// Session).
std::vector<FactorRow> FactorRows();

inline std::ostream& operator<<(std::ostream& out, CertificateDemand demand) {
  return out << ToString(demand);
}

}  // namespace api_access

#endif  // API_ACCESS_REQUIRED_FACTORS_H_
