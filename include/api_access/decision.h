// The decision on one request: the verdict and its reason.

#ifndef API_ACCESS_DECISION_H_
#define API_ACCESS_DECISION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/factors.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

enum class Verdict : std::uint8_t {
  kDeny = 0,
  kAllow,
};

inline constexpr std::array<Verdict, 2> kAllVerdicts = {Verdict::kDeny,
                                                        Verdict::kAllow};

// Why a request is allowed or denied, in the order of the questions asked: the
// first that applies. Numbers and texts are stable. Source: the provider's user
// guide and OpenAPI description; the order, and what is marked, is our choice.
enum class Reason : std::uint8_t {
  kNotDecided = 0,  // never the reason of a decision
  // Login/password, on a service other than api and icu. For a public method,
  // too: our choice.
  kLoginNotSupported = 1,
  // Allow: the method is public, whatever else is presented.
  kPublic = 2,
  kNoCredential = 3,
  // Login/password, for a method that is not managing.
  kLoginNotAllowed = 4,
  // The access key is not one of the account, ...
  kUnknownAccessKey = 5,
  kAccessKeyInactive = 6,
  // ... is expired, as from the very instant of its expiration (our choice),
  // ...
  kAccessKeyExpired = 7,
  // ... or belongs to an EIM user, on service icu (the provider's command-line
  // client).
  kEimUserNotSupported = 8,
  // Allow, as far as API access rules go: they do not apply to object storage.
  kExempt = 9,
  // Allow: a rule matches.
  kRuleMatched = 10,
  // No rule matches. The nearest miss over all rules (our choice), nearest
  // first: the further a rule got, criterion by criterion, the nearer.
  kCnNotAllowed = 11,        // the CN is not listed, or there is none
  kCaNotAllowed = 12,        // a certificate, under no CA of the rule
  kCertificateMissing = 13,  // no certificate
  kSourceIpNotAllowed = 14,  // the address is in no range
  kNoRules = 15,             // the account has none: nobody passes (our choice)
};

// Every reason that a decision can have.
inline constexpr std::array<Reason, 15> kAllReasons = {
    Reason::kLoginNotSupported,
    Reason::kPublic,
    Reason::kNoCredential,
    Reason::kLoginNotAllowed,
    Reason::kUnknownAccessKey,
    Reason::kAccessKeyInactive,
    Reason::kAccessKeyExpired,
    Reason::kEimUserNotSupported,
    Reason::kExempt,
    Reason::kRuleMatched,
    Reason::kCnNotAllowed,
    Reason::kCaNotAllowed,
    Reason::kCertificateMissing,
    Reason::kSourceIpNotAllowed,
    Reason::kNoRules,
};

// kDeny for any value that is not an enumerator.
constexpr Verdict VerdictOf(Reason reason) {
  return reason == Reason::kPublic || reason == Reason::kExempt ||
                 reason == Reason::kRuleMatched
             ? Verdict::kAllow
             : Verdict::kDeny;
}

// What the caller would have to present in addition; empty where that is not
// what is missing.
constexpr FactorSet MissingFactors(Reason reason) {
  switch (reason) {
    case Reason::kCertificateMissing:
      return {Factor::kCertificate};
    case Reason::kNoCredential:
    case Reason::kLoginNotAllowed:
    case Reason::kLoginNotSupported:
      return {Factor::kAccessKey};
    default:
      return {};
  }
}

// The error code that the provider answers with, under HTTP status 401, to a
// request denied for `reason`; nothing for an allow. Where no rule matches it
// depends on the login: 4 or 14. Source: the provider's OpenAPI description; 1
// for what it does not tell apart is our choice.
constexpr std::optional<int> ProviderErrorCode(Reason reason, LoginKind login) {
  if (VerdictOf(reason) == Verdict::kAllow) return std::nullopt;
  switch (reason) {
    case Reason::kLoginNotAllowed:
      return 9;
    case Reason::kCnNotAllowed:
    case Reason::kCaNotAllowed:
    case Reason::kCertificateMissing:
    case Reason::kSourceIpNotAllowed:
    case Reason::kNoRules:
      if (login == LoginKind::kAccessKey) return 4;
      if (login == LoginKind::kPassword) return 14;
      return 1;
    default:
      return 1;
  }
}

// `Allow`; `Deny` for kDeny and any other value.
constexpr std::string_view ToString(Verdict verdict) {
  return verdict == Verdict::kAllow ? "Allow" : "Deny";
}

// The code as it is printed, such as `rule-matched`; `not-decided` for
// kNotDecided and any value that is not an enumerator.
constexpr std::string_view ToString(Reason reason) {
  switch (reason) {
    case Reason::kNotDecided:
      break;
    case Reason::kLoginNotSupported:
      return "login-not-supported";
    case Reason::kPublic:
      return "public";
    case Reason::kNoCredential:
      return "no-credential";
    case Reason::kLoginNotAllowed:
      return "login-not-allowed";
    case Reason::kUnknownAccessKey:
      return "unknown-access-key";
    case Reason::kAccessKeyInactive:
      return "access-key-inactive";
    case Reason::kAccessKeyExpired:
      return "access-key-expired";
    case Reason::kEimUserNotSupported:
      return "eim-user-not-supported";
    case Reason::kExempt:
      return "exempt";
    case Reason::kRuleMatched:
      return "rule-matched";
    case Reason::kCnNotAllowed:
      return "cn-not-allowed";
    case Reason::kCaNotAllowed:
      return "ca-not-allowed";
    case Reason::kCertificateMissing:
      return "certificate-missing";
    case Reason::kSourceIpNotAllowed:
      return "source-ip-not-allowed";
    case Reason::kNoRules:
      return "no-rules";
  }
  return "not-decided";
}

// The verdict whose text this is, byte for byte. Errors: kInvalidArgument,
// which lists all texts. Allocates only to report one.
absl::StatusOr<Verdict> ParseVerdict(std::string_view text);
// The reason whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<Reason> ParseReason(std::string_view text);

// What Evaluator::Decide answers. Owns nothing, trivially copyable. The default
// is a denial.
struct [[nodiscard]] Decision {
  Reason reason = Reason::kNotDecided;
  // With kRuleMatched only: the place of the rule in the account, resolved by
  // Evaluator::RuleId.
  std::optional<std::uint32_t> rule_index = std::nullopt;
  // Exclusive. The expiration of the access key that an allow rests on; absent
  // for a key without one, for other allows and for denials. Until then, the
  // same request to the same account is allowed.
  std::optional<Timestamp> valid_until = std::nullopt;

  constexpr Verdict verdict() const { return VerdictOf(reason); }
  constexpr bool allowed() const { return verdict() == Verdict::kAllow; }

  // `Deny certificate-missing`.
  std::string ToString() const;

  friend bool operator==(const Decision&, const Decision&) = default;
};

inline std::ostream& operator<<(std::ostream& out, Verdict verdict) {
  return out << ToString(verdict);
}
inline std::ostream& operator<<(std::ostream& out, Reason reason) {
  return out << ToString(reason);
}
inline std::ostream& operator<<(std::ostream& out, const Decision& decision) {
  return out << decision.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_DECISION_H_
