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

// Why a request is allowed or denied. The conditions are checked in the order
// of the enumerators, and the first that holds is the reason; kNotDecided is
// none. Numbers and texts are stable. Source: the provider's user guide and
// OpenAPI description; the order, and what is marked, is our choice.
enum class Reason : std::uint8_t {
  kNotDecided = 0,  // never the reason of a decision
  // The login is login/password and the service is neither api nor icu. Denied
  // even for a public method: our choice.
  kLoginNotSupported = 1,
  // Allow: the method is public. It does not matter what is presented.
  kPublic = 2,
  // There is neither an access key nor login/password.
  kNoCredential = 3,
  // The login is login/password and the method is not managing.
  kLoginNotAllowed = 4,
  // The account has no access key of that id.
  kUnknownAccessKey = 5,
  // The access key is INACTIVE.
  kAccessKeyInactive = 6,
  // The access key is expired. It is from the very instant of its expiration on
  // (our choice).
  kAccessKeyExpired = 7,
  // The access key belongs to an EIM user and the service is icu. Source: the
  // provider's command-line client.
  kEimUserNotSupported = 8,
  // Allow: API access rules do not apply to object storage. Other policies may
  // still deny the request.
  kExempt = 9,
  // Allow: a rule matches.
  kRuleMatched = 10,
  // No rule matches. A rule tries address, CA and CN in this order, and the
  // reason is the nearest miss over all rules (our choice). Nearest first:
  kCnNotAllowed = 11,        // the CN is not listed, or there is none
  kCaNotAllowed = 12,        // the certificate is under no CA of the rule
  kCertificateMissing = 13,  // there is no certificate
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

// What the caller would have to present in addition. Empty if the denial has
// another cause than a missing factor, such as an expired access key.
constexpr FactorSet MissingFactors(Reason reason) {
  if (reason == Reason::kCertificateMissing) return {Factor::kCertificate};
  const bool needs_access_key = reason == Reason::kNoCredential ||
                                reason == Reason::kLoginNotAllowed ||
                                reason == Reason::kLoginNotSupported;
  return needs_access_key ? FactorSet{Factor::kAccessKey} : FactorSet{};
}

// The error code of the provider's answer, of HTTP status 401, to a request
// that is denied for `reason`; nothing for an allow. If no rule matches, it is
// 4 for an access key and 14 for login/password. Source: the provider's OpenAPI
// description; 1 where it does not name a code is our choice.
constexpr std::optional<int> ProviderErrorCode(Reason reason, LoginKind login) {
  if (VerdictOf(reason) == Verdict::kAllow) return std::nullopt;
  if (reason == Reason::kLoginNotAllowed) return 9;
  const bool no_rule_matches =
      reason == Reason::kCnNotAllowed || reason == Reason::kCaNotAllowed ||
      reason == Reason::kCertificateMissing ||
      reason == Reason::kSourceIpNotAllowed || reason == Reason::kNoRules;
  if (no_rule_matches && login == LoginKind::kAccessKey) return 4;
  if (no_rule_matches && login == LoginKind::kPassword) return 14;
  return 1;
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
  // A hash of the ids of the rules that `rule_index` counts, by which
  // Evaluator::RuleId tells a decision of another account. Not compared.
  std::uint32_t rules_hash = 0;
  // Exclusive. The expiration of the access key that an allow rests on; absent
  // for a key without one, for other allows and for denials. Until then, the
  // same request to the same account is allowed.
  std::optional<Timestamp> valid_until = std::nullopt;

  constexpr Verdict verdict() const { return VerdictOf(reason); }
  constexpr bool allowed() const { return verdict() == Verdict::kAllow; }

  // `Deny certificate-missing`.
  std::string ToString() const;

  friend constexpr bool operator==(const Decision& a, const Decision& b) {
    return a.reason == b.reason && a.rule_index == b.rule_index &&
           a.valid_until == b.valid_until;
  }
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
