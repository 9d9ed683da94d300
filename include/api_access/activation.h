// May an account's API access policy be updated, above all: may a trusted
// session be activated?

#ifndef API_ACCESS_ACTIVATION_H_
#define API_ACCESS_ACTIVATION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/finding.h"
#include "api_access/timestamp.h"

namespace api_access {

// A policy that is asked for, valid or not. The defaults ask for a trusted
// session without a maximum, which is refused.
struct RequestedPolicy {
  // Any value.
  std::int64_t max_access_key_expiration_seconds = 0;
  bool require_trusted_env = true;
};

// Conditions that a requested policy violates, in the order of reports. Numbers
// and texts are stable. Source: the provider's user guide (Activating a Trusted
// Session, About Your API Access Policy) and OpenAPI description, except where
// our choice is named.
enum class ViolationCode : std::uint8_t {
  // Access keys may be missing. Subject: an EIM user whose keys were not read,
  // or none when not every user is known. Our choice.
  kAccountIncomplete = 1,
  // The maximum is not within 0 and kMaxAccessKeyExpirationSecondsLimit.
  kMaxOutOfRange = 2,
  // A trusted session needs a maximum above 0.
  kMaxRequired = 3,
  // A trusted session, or a maximum, needs every key to expire. Subject: access
  // key id.
  kKeyNeverExpires = 4,
  // The remaining lifetime is the maximum or more. Subject: access key id. The
  // provider's guide says that equality is refused; that the keys of every user
  // count, inactive ones too, is our choice.
  kKeyOutlivesMax = 5,
  // A trusted session needs every rule to name a CA. Subject: rule id.
  kRuleWithoutCa = 6,
  // A trusted session without any rule would let nobody in. Our choice.
  kNoRules = 7,
};

inline constexpr std::array<ViolationCode, 7> kAllViolationCodes = {
    ViolationCode::kAccountIncomplete, ViolationCode::kMaxOutOfRange,
    ViolationCode::kMaxRequired,       ViolationCode::kKeyNeverExpires,
    ViolationCode::kKeyOutlivesMax,    ViolationCode::kRuleWithoutCa,
    ViolationCode::kNoRules,
};

// What is allowed but worth knowing, in the order of reports. Our choice.
enum class WarningCode : std::uint8_t {
  // A session without a maximum is asked for: lifetimes cannot be judged.
  kLifetimesNotJudged = 1,
  // Under the session any address of a family gets in through this rule with an
  // access key alone: it has no ranges, or they cover all of IPv4, or all of
  // IPv6. No IPv6 client is in ::ffff:0:0/96, so IPv6 ranges may leave that
  // block out. Subject: rule id; none where several rules together cover a
  // family that no single one of them covers.
  kAnyAddressWithKeyAlone = 2,
};

inline constexpr std::array<WarningCode, 2> kAllWarningCodes = {
    WarningCode::kLifetimesNotJudged, WarningCode::kAnyAddressWithKeyAlone};

// The code as it is printed, such as `key-outlives-max`; `unknown` for any
// value that is not an enumerator.
constexpr std::string_view ToString(ViolationCode code) {
  switch (code) {
    case ViolationCode::kAccountIncomplete:
      return "account-incomplete";
    case ViolationCode::kMaxOutOfRange:
      return "max-out-of-range";
    case ViolationCode::kMaxRequired:
      return "max-required";
    case ViolationCode::kKeyNeverExpires:
      return "key-never-expires";
    case ViolationCode::kKeyOutlivesMax:
      return "key-outlives-max";
    case ViolationCode::kRuleWithoutCa:
      return "rule-without-ca";
    case ViolationCode::kNoRules:
      return "no-rules";
  }
  return "unknown";
}
constexpr std::string_view ToString(WarningCode code) {
  switch (code) {
    case WarningCode::kLifetimesNotJudged:
      return "lifetimes-not-judged";
    case WarningCode::kAnyAddressWithKeyAlone:
      return "any-address-with-key-alone";
  }
  return "unknown";
}

// The code whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<ViolationCode> ParseViolationCode(std::string_view text);
absl::StatusOr<WarningCode> ParseWarningCode(std::string_view text);

using Violation = Finding<ViolationCode>;
using Warning = Finding<WarningCode>;

struct [[nodiscard]] ActivationReport {
  // Whether the requested policy may be set: there is no violation.
  bool ready = false;
  // All of them, by code, then by subject in byte order.
  std::vector<Violation> violations;
  std::vector<Warning> warnings;
  // When key-outlives-max is the only violation code: the first instant at
  // which the unchanged account has no violation.
  std::optional<Timestamp> ready_at;

  friend bool operator==(const ActivationReport&,
                         const ActivationReport&) = default;
};

// Checks, at the instant `now`, whether `requested` may become the policy of
// `account`:
//   CheckActivation(account, {.max_access_key_expiration_seconds = 3600,
//                             .require_trusted_env = true},
//                   now)
//
// Every key counts: the root user's and EIM users', active, inactive and
// expired ones. A key's remaining lifetime must be strictly below the maximum.
// Deactivation, (0, false), is always ready. The provider refuses a violation
// with error code 4118, HTTP 400.
//
// Total: any maximum and any instant. Takes O(n log n) time in the account and
// allocates the report. May be called concurrently. Source: as of
// ViolationCode.
ActivationReport CheckActivation(const Account& account,
                                 const RequestedPolicy& requested,
                                 Timestamp now);

// The lowest maximum that the access keys of an account allow.
struct SmallestMaximum {
  // Seconds, 1 to kMaxAccessKeyExpirationSecondsLimit. Absent: no maximum is
  // high enough.
  std::optional<std::int64_t> seconds;
  // The keys that allow no maximum, in the byte order of their ids: those that
  // never expire, and those whose remaining lifetime is the limit or more.
  // Empty exactly where there is a maximum.
  std::vector<std::string> blocking_key_ids;

  friend bool operator==(const SmallestMaximum&,
                         const SmallestMaximum&) = default;
};

// The lowest maximum for which CheckActivation, at the instant `now`, finds
// neither key-never-expires nor key-outlives-max:
//   a key with 3,600 s of remaining lifetime   3601 (equality is refused)
//   a key with 3,599.999 s                     3600
//   no keys, or expired ones alone             1
//
// Every key counts, as for CheckActivation. In an account that is not known to
// be complete a key that was not read may ask for more. Total. Takes
// O(n log n) time in the keys. May be called concurrently. Source: our choice,
// from the conditions of the provider's user guide.
SmallestMaximum SmallestMaximumOf(const Account& account, Timestamp now);

inline std::ostream& operator<<(std::ostream& out, ViolationCode code) {
  return out << ToString(code);
}
inline std::ostream& operator<<(std::ostream& out, WarningCode code) {
  return out << ToString(code);
}
// Lines of text, the last one not ended: whether it is ready, the violations,
// the warnings, and when it will be ready.
std::string ToString(const ActivationReport& report);
inline std::ostream& operator<<(std::ostream& out,
                                const ActivationReport& report) {
  return out << ToString(report);
}

}  // namespace api_access

#endif  // API_ACCESS_ACTIVATION_H_
