// What is worth knowing about an account: facts, not opinions.

#ifndef API_ACCESS_REVIEW_H_
#define API_ACCESS_REVIEW_H_

#include <array>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/finding.h"
#include "api_access/timestamp.h"

namespace api_access {

// Kinds of findings, in the order of reports. Numbers and texts are stable. The
// kinds are our choice.
enum class ReviewCode : std::uint8_t {
  // Every request that the rule matches is also matched by some other rule, so
  // that removing this one rule changes no verdict. Of two rules with the same
  // criteria each is redundant. A trusted session makes no difference. Subject:
  // rule id.
  kRuleRedundant = 1,
  // A range of the rule is inside another one of its ranges, of the same
  // family; one finding for each such range. Subject: rule id.
  kRangeRedundant = 2,
  // The rule has no CA, and its ranges cover all of IPv4, or all of IPv6, which
  // may leave out ::ffff:0:0/96: no IPv6 client is there. Subject: rule id.
  kAnyAddressWithoutCertificate = 3,
  // As the warning of CheckActivation, for the account's own policy: a trusted
  // session is activated, and under it any address of a family gets in through
  // the rule with an access key alone. Subject: rule id.
  kAnyAddressWithKeyAlone = 4,
  // The state is ACTIVE, yet the key is expired. Subject: access key id.
  kActiveKeyExpired = 5,
  // The key has no expiration, whatever its state. Subject: access key id.
  kKeyNeverExpires = 6,
  // The key is ACTIVE, not expired, and expires within
  // `expires_within_seconds`, included. Subject: access key id.
  kKeyExpiresSoon = 7,
  // The policy's maximum is above 0 and below `max_below_seconds`.
  kMaxBelow = 8,
  // The CAs of the account are known, and some rule names one that is not among
  // them. Subject: CA id.
  kUnknownCa = 9,
  // The account is not as its own policy has it: see Review. Subject: access
  // key id, rule id, or none.
  kPolicyContradicted = 10,
};

inline constexpr std::array<ReviewCode, 10> kAllReviewCodes = {
    ReviewCode::kRuleRedundant,
    ReviewCode::kRangeRedundant,
    ReviewCode::kAnyAddressWithoutCertificate,
    ReviewCode::kAnyAddressWithKeyAlone,
    ReviewCode::kActiveKeyExpired,
    ReviewCode::kKeyNeverExpires,
    ReviewCode::kKeyExpiresSoon,
    ReviewCode::kMaxBelow,
    ReviewCode::kUnknownCa,
    ReviewCode::kPolicyContradicted,
};

// The code as it is printed, such as `rule-redundant`; `unknown` for any value
// that is not an enumerator.
constexpr std::string_view ToString(ReviewCode code) {
  switch (code) {
    case ReviewCode::kRuleRedundant:
      return "rule-redundant";
    case ReviewCode::kRangeRedundant:
      return "range-redundant";
    case ReviewCode::kAnyAddressWithoutCertificate:
      return "any-address-without-certificate";
    case ReviewCode::kAnyAddressWithKeyAlone:
      return "any-address-with-key-alone";
    case ReviewCode::kActiveKeyExpired:
      return "active-key-expired";
    case ReviewCode::kKeyNeverExpires:
      return "key-never-expires";
    case ReviewCode::kKeyExpiresSoon:
      return "key-expires-soon";
    case ReviewCode::kMaxBelow:
      return "max-below";
    case ReviewCode::kUnknownCa:
      return "unknown-ca";
    case ReviewCode::kPolicyContradicted:
      return "policy-contradicted";
  }
  return "unknown";
}

// The code whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<ReviewCode> ParseReviewCode(std::string_view text);

using ReviewFinding = Finding<ReviewCode>;

struct ReviewOptions {
  // Seconds, 0 or more: 0 gives no key-expires-soon.
  std::int64_t expires_within_seconds = 604'800;
  // Seconds, 0 or more: 0 gives no max-below.
  std::int64_t max_below_seconds = 3'600;
};

// The most work that Review takes on, so that its time and memory are bounded
// for every account. The work is the sum over all rules of ranges times CAs
// times CNs, where a criterion without items counts as one, and of ranges times
// the bytes of the rule's id divided by 64. Example: 5,000 rules of ten ranges,
// four CAs and four CNs are 800,000.
inline constexpr std::uint64_t kMaxReviewWork = 2'000'000;

// Reviews `account` as it is at the instant `now`:
//   Review(account, now, {.expires_within_seconds = 86'400})
//
// All findings, by code, then by subject in byte order; within one subject
// range-redundant by the ranges and policy-contradicted by ViolationCode.
//
// An account contradicts its policy (our choice where the provider is silent)
// when
//   a trusted session is activated without a maximum above 0, without any rule,
//   or with a rule that names no CA;
//   there is a trusted session or a maximum, and a key without expiration; or
//   there is a maximum, and a key whose remaining lifetime is above it. One
//   that equals it could just have been created, so unlike CheckActivation
//   this lets it pass.
// Every key counts here, inactive and expired ones too; the account need not be
// complete.
//
// Errors: kInvalidArgument for a negative option; kResourceExhausted for an
// account of more than kMaxReviewWork. Takes O(n log n) time and O(n) memory in
// n, the sum of that work and the account's size. May be called concurrently.
// Source: our choice; the rules and the policy are those of the provider's user
// guide.
absl::StatusOr<std::vector<ReviewFinding>> Review(const Account& account,
                                                  Timestamp now,
                                                  const ReviewOptions& options);

inline std::ostream& operator<<(std::ostream& out, ReviewCode code) {
  return out << ToString(code);
}

}  // namespace api_access

#endif  // API_ACCESS_REVIEW_H_
