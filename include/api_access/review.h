// What is worth knowing about an account: facts, not opinions.

#ifndef API_ACCESS_REVIEW_H_
#define API_ACCESS_REVIEW_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
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
  // criteria each is redundant. A trusted session makes no difference. The
  // message names rules that match all of it together, at most eight. Subject:
  // rule id.
  kRuleRedundant = 1,
  // A range of the rule is inside another one of its ranges, of the same
  // family; one finding for each such range. Subject: rule id.
  kRangeRedundant = 2,
  // The rule has no CA, and its ranges cover all of IPv4, or all of IPv6, which
  // may leave out ::ffff:0:0/96: no IPv6 client is there. Subject: rule id;
  // none where the rules without CA together cover a family that no single one
  // of them covers.
  kAnyAddressWithoutCertificate = 3,
  // As the warning of CheckActivation, for the account's own policy: a trusted
  // session is activated, and under it any address of a family gets in through
  // the rule with an access key alone. Subject: rule id; none where several
  // rules together cover a family that no single one of them covers.
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
  // The account has no rules: only public and exempt methods pass. No subject.
  kNoRules = 11,
  // No client has an address of this range of the rule: it is inside 0.0.0.0/8,
  // 224.0.0.0/4, 255.255.255.255/32, ::/128 or ff00::/8. One finding for each
  // such range. `0.0.0.0` and `::` are mostly written for "any" and admit
  // nobody. Subject: rule id.
  kRangeWithoutClient = 12,
  // The key belongs to the root user, is ACTIVE and not expired. Subject:
  // access key id.
  kRootKeyActive = 13,
  // The key was created more than `older_than_seconds` ago, whatever its state.
  // Keys whose creation date is not known are left out. Subject: access key id.
  kKeyOlderThan = 14,
  // The user has more than one key that is ACTIVE and not expired. Subject: the
  // EIM user; none for the root user.
  kSeveralActiveKeys = 15,
  // The policy has no maximum: access keys may live for ever. No subject.
  kNoMaxLifetime = 16,
  // No trusted session is activated. No subject.
  kNoTrustedSession = 17,
  // The rule has no CA: from its addresses login/password alone reaches
  // managing methods. Subject: rule id.
  kManagingWithoutCertificate = 18,
  // The rule has CAs and no CN: any certificate of its CAs fits. Subject: rule
  // id.
  kCaWithoutCn = 19,
  // The CAs of the account are known, and another one has the same fingerprint;
  // one finding for each of them. CAs whose fingerprint is not known are left
  // out. Subject: CA id.
  kCaUploadedTwice = 20,
  // The CAs of the account are known, and the validity of this one ends within
  // `expires_within_seconds`, included, or has ended. CAs whose end is not
  // known are left out: the provider does not tell it. Subject: CA id.
  kCaExpiresSoon = 21,
};

inline constexpr std::array<ReviewCode, 21> kAllReviewCodes = {
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
    ReviewCode::kNoRules,
    ReviewCode::kRangeWithoutClient,
    ReviewCode::kRootKeyActive,
    ReviewCode::kKeyOlderThan,
    ReviewCode::kSeveralActiveKeys,
    ReviewCode::kNoMaxLifetime,
    ReviewCode::kNoTrustedSession,
    ReviewCode::kManagingWithoutCertificate,
    ReviewCode::kCaWithoutCn,
    ReviewCode::kCaUploadedTwice,
    ReviewCode::kCaExpiresSoon,
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
    case ReviewCode::kNoRules:
      return "no-rules";
    case ReviewCode::kRangeWithoutClient:
      return "range-without-client";
    case ReviewCode::kRootKeyActive:
      return "root-key-active";
    case ReviewCode::kKeyOlderThan:
      return "key-older-than";
    case ReviewCode::kSeveralActiveKeys:
      return "several-active-keys";
    case ReviewCode::kNoMaxLifetime:
      return "no-max-lifetime";
    case ReviewCode::kNoTrustedSession:
      return "no-trusted-session";
    case ReviewCode::kManagingWithoutCertificate:
      return "managing-without-certificate";
    case ReviewCode::kCaWithoutCn:
      return "ca-without-cn";
    case ReviewCode::kCaUploadedTwice:
      return "ca-uploaded-twice";
    case ReviewCode::kCaExpiresSoon:
      return "ca-expires-soon";
  }
  return "unknown";
}

// The code whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<ReviewCode> ParseReviewCode(std::string_view text);

using ReviewFinding = Finding<ReviewCode>;

struct ReviewOptions {
  // Seconds, 0 or more: 0 gives no key-expires-soon, and ca-expires-soon only
  // of CAs whose validity has ended.
  std::int64_t expires_within_seconds = 604'800;
  // Seconds, 0 or more: 0 gives no max-below.
  std::int64_t max_below_seconds = 3'600;
  // Seconds, 0 or more; absent: no key-older-than.
  std::optional<std::int64_t> older_than_seconds = std::nullopt;
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
// range-redundant and range-without-client by the ranges, policy-contradicted
// by ViolationCode. The order of rules, keys and CAs in the account does not
// matter.
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

// The codes of which Review(account, ..., options) may lack findings, since
// what they are about was not read, in the order of their numbers:
//   where access keys may be missing (account-incomplete of CheckActivation):
//   active-key-expired, key-never-expires, key-expires-soon,
//   policy-contradicted, key-older-than and several-active-keys;
//   where the CAs were not read: unknown-ca, ca-uploaded-twice and
//   ca-expires-soon;
//   where the creation date of some key is not known: key-older-than.
// key-older-than is among them only where `options` asks for it. The root
// user's keys count as read. Our choice.
std::vector<ReviewCode> NotJudged(const Account& account,
                                  const ReviewOptions& options);

// A finding that people know of and accept for some time.
struct Acceptance {
  ReviewCode code{};
  // Of all findings of this code and subject.
  std::string subject;
  // For people, not empty.
  std::string reason;
  // From this very instant on the finding is no longer accepted. The default
  // is over since 1970: nothing is accepted for ever by mistake.
  Timestamp until{};

  friend bool operator==(const Acceptance&, const Acceptance&) = default;
};

struct AcceptedFinding {
  ReviewFinding finding;
  Acceptance acceptance;

  friend bool operator==(const AcceptedFinding&,
                         const AcceptedFinding&) = default;
};

// Findings, divided by what is accepted of them.
struct ReviewReport {
  // Those that are not accepted, or no longer.
  std::vector<ReviewFinding> findings;
  std::vector<AcceptedFinding> accepted;
  // Acceptances of which there is no finding, ended or not, by code, then by
  // subject in byte order. Those of codes in `not_judged` are left out.
  std::vector<Acceptance> unused;
  std::vector<ReviewCode> not_judged;

  friend bool operator==(const ReviewReport&, const ReviewReport&) = default;
};

// Divides what Review(account, now, ...) found, in the same order:
//   Accept(*Review(account, now, options), acceptances,
//          NotJudged(account, options), now)
//
// Of several acceptances of one code and subject the first one that has not
// ended counts. Takes O(n log n) time. May be called concurrently.
ReviewReport Accept(std::vector<ReviewFinding> findings,
                    std::span<const Acceptance> acceptances,
                    std::vector<ReviewCode> not_judged, Timestamp now);

inline std::ostream& operator<<(std::ostream& out, ReviewCode code) {
  return out << ToString(code);
}

}  // namespace api_access

#endif  // API_ACCESS_REVIEW_H_
