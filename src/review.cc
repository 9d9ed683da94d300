#include "api_access/review.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "api_access/activation.h"
#include "src/account/lifetime.h"
#include "src/account/policy_rules.h"
#include "src/account/subjects.h"
#include "src/address/clients.h"
#include "src/address/pieces.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/insight/rule_redundancy.h"

namespace api_access {
namespace {

using internal::SortedById;
using Rules = std::vector<const ApiAccessRule*>;
using Keys = std::vector<const AccessKey*>;
using Findings = std::vector<ReviewFinding>;

absl::Status CheckOption(std::string_view name, std::int64_t seconds) {
  if (seconds >= 0) return absl::OkStatus();
  return internal::InvalidArgument("expected " + std::string(name) +
                                   " of 0 or more, got " +
                                   std::to_string(seconds));
}

absl::Status CheckWork(const Account& account) {
  const auto too_much = [] {
    return absl::ResourceExhaustedError(
        "expected API access rules of at most " +
        std::to_string(kMaxReviewWork) +
        " units of work, got more: each rule counts its ranges times CAs times "
        "CNs, and its ranges times the bytes of its id divided by 64");
  };
  std::uint64_t work = 0;
  for (const ApiAccessRule& rule : account.rules()) {
    // No product overflows: its factors are sizes of vectors, and all of them
    // but one are within the limit.
    const std::uint64_t ranges =
        std::max<std::uint64_t>(1, rule.ip_ranges().size());
    const std::uint64_t cas = std::max<std::uint64_t>(1, rule.ca_ids().size());
    const std::uint64_t cns = std::max<std::uint64_t>(1, rule.cns().size());
    if (ranges > kMaxReviewWork || ranges * cas > kMaxReviewWork) {
      return too_much();
    }
    work += ranges * cas * cns + ranges * (rule.id().size() / 64);
    if (work > kMaxReviewWork) return too_much();
  }
  return absl::OkStatus();
}

std::string RuleText(const ApiAccessRule& rule) {
  return "API access rule " + Quote(rule.id());
}

// The first of `ids`, and how many more of `count` there are: "`a` and `b`",
// "`a`, `b` and 3 more".
constexpr std::size_t kMaxListed = internal::kMaxNamedCover;
std::string ListText(const std::vector<std::string>& ids, std::size_t count) {
  const std::size_t listed = std::min(ids.size(), kMaxListed);
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) {
    if (i > 0) text += i + 1 == count ? " and " : ", ";
    text += Quote(ids[i]);
  }
  if (count > listed) {
    text += " and " + std::to_string(count - listed) + " more";
  }
  return text;
}

// Such as "API access rule `a` matches".
std::string CoverText(const internal::Redundancy& redundancy,
                      const Rules& rules) {
  std::vector<std::string> ids;
  for (const std::uint32_t rule : redundancy.covered_by) {
    ids.push_back(rules[rule]->id());
  }
  const std::size_t count = ids.size() + redundancy.more;
  if (!redundancy.is_whole) {
    return "at least " + std::to_string(count) + " API access rules, such as " +
           ListText(ids, ids.size()) + ", together match";
  }
  return count == 1
             ? "API access rule " + ListText(ids, count) + " matches"
             : "API access rules " + ListText(ids, count) + " together match";
}

void FindInRule(const ApiAccessRule& rule,
                const internal::Redundancy& redundancy, const Rules& rules,
                Findings& findings) {
  if (redundancy.is_redundant) {
    findings.push_back(
        {ReviewCode::kRuleRedundant, rule.id(),
         "expected " + RuleText(rule) +
             " to match a request that no other rule matches, there is none: " +
             CoverText(redundancy, rules) + " all of its requests"});
  }
  // Sorted, a range comes after every range that contains it.
  std::vector<IpRange> ranges = rule.ip_ranges();
  std::ranges::sort(ranges);
  std::array<const IpRange*, 2> widest = {nullptr, nullptr};
  for (const IpRange& range : ranges) {
    const IpRange*& around = widest[range.is_v4() ? 1 : 0];
    if (around == nullptr || range.last_address() > around->last_address()) {
      around = &range;
      continue;
    }
    findings.push_back(
        {ReviewCode::kRangeRedundant, rule.id(),
         "expected range " + range.ToString() + " of " + RuleText(rule) +
             " to be outside of its other ranges, it is inside " +
             around->ToString()});
  }
  for (const IpRange& range : ranges) {
    if (internal::HasClients(range)) continue;
    findings.push_back({ReviewCode::kRangeWithoutClient, rule.id(),
                        "no client has an address of range " +
                            range.ToString() + " of " + RuleText(rule)});
  }
  if (rule.ca_ids().empty() && internal::AdmitsAnyAddress(rule)) {
    findings.push_back(
        {ReviewCode::kAnyAddressWithoutCertificate, rule.id(),
         RuleText(rule) + " admits any address without a certificate"});
  }
  if (rule.ca_ids().empty()) {
    findings.push_back(
        {ReviewCode::kManagingWithoutCertificate, rule.id(),
         RuleText(rule) + " has no CA: from its addresses login/password alone "
                          "reaches managing methods"});
  } else if (rule.cns().empty()) {
    findings.push_back(
        {ReviewCode::kCaWithoutCn, rule.id(),
         RuleText(rule) +
             " has CAs and no CN: any certificate of its CAs fits"});
  }
}

// What the rules do together.
void FindInRules(const Rules& rules, Findings& findings) {
  if (rules.empty()) {
    findings.push_back({ReviewCode::kNoRules, "",
                        "the account has no API access rules: only public and "
                        "exempt methods pass"});
  }
  Rules without_ca;
  for (const ApiAccessRule* rule : rules) {
    if (rule->ca_ids().empty()) without_ca.push_back(rule);
  }
  const auto together = internal::FamiliesAdmittedTogether(without_ca);
  if (!together.empty()) {
    findings.push_back({ReviewCode::kAnyAddressWithoutCertificate, "",
                        "the API access rules without CA together admit any " +
                            internal::FamiliesText(together) +
                            " address without a certificate"});
  }
}

bool IsUsable(const AccessKey& key, Timestamp now) {
  return key.state() == AccessKeyState::kActive && !key.IsExpiredAt(now);
}

// The seconds from `before` to `after`, rounded up, 0 if that is not later. As
// many thousands of milliseconds may not fit into 64 bits.
std::uint64_t SecondsBetween(Timestamp before, Timestamp after) {
  const std::uint64_t ms = internal::RemainingLifetime(after, before);
  return ms / 1000 + (ms % 1000 == 0 ? 0 : 1);
}

void FindInKey(const AccessKey& key, Timestamp now,
               const ReviewOptions& options, Findings& findings) {
  const std::string key_text = "access key " + Quote(key.id());
  if (IsUsable(key, now) && !key.user_name()) {
    findings.push_back(
        {ReviewCode::kRootKeyActive, key.id(),
         key_text + " of the root user is ACTIVE and not expired"});
  }
  if (options.older_than_seconds && key.creation_date() &&
      SecondsBetween(*key.creation_date(), now) >
          static_cast<std::uint64_t>(*options.older_than_seconds)) {
    findings.push_back(
        {ReviewCode::kKeyOlderThan, key.id(),
         key_text + " was created at " + FormatTimestamp(*key.creation_date()) +
             ", more than " + std::to_string(*options.older_than_seconds) +
             " s before " + FormatTimestamp(now)});
  }
  if (!key.expiration()) {
    findings.push_back(
        {ReviewCode::kKeyNeverExpires, key.id(),
         "expected an expiration of " + key_text + ", it has none"});
    return;
  }
  if (key.state() != AccessKeyState::kActive) return;
  const std::string expiration = FormatTimestamp(*key.expiration());
  if (key.IsExpiredAt(now)) {
    findings.push_back({ReviewCode::kActiveKeyExpired, key.id(),
                        "expected " + key_text +
                            " to be INACTIVE, it is ACTIVE and expired at " +
                            expiration});
    return;
  }
  if (SecondsBetween(now, *key.expiration()) <=
      static_cast<std::uint64_t>(options.expires_within_seconds)) {
    findings.push_back({ReviewCode::kKeyExpiresSoon, key.id(),
                        "expected " + key_text + " to be valid for more than " +
                            std::to_string(options.expires_within_seconds) +
                            " s from " + FormatTimestamp(now) +
                            ", it expires at " + expiration});
  }
}

void FindSeveralActiveKeys(const Keys& keys, Timestamp now,
                           Findings& findings) {
  // By user, `""` for the root user.
  std::map<std::string, std::vector<std::string>> active;
  for (const AccessKey* key : keys) {
    if (IsUsable(*key, now)) {
      active[key->user_name().value_or("")].push_back(key->id());
    }
  }
  for (const auto& [user, ids] : active) {
    if (ids.size() < 2) continue;
    findings.push_back(
        {ReviewCode::kSeveralActiveKeys, user,
         (user.empty() ? "the root user" : "EIM user " + Quote(user)) +
             " has " + std::to_string(ids.size()) +
             " ACTIVE access keys that are not expired: " +
             ListText(ids, ids.size())});
  }
}

void FindInCas(const std::vector<const Ca*>& cas, Timestamp now,
               std::int64_t within_seconds, Findings& findings) {
  std::map<std::string_view, std::vector<std::string>> by_fingerprint;
  for (const Ca* ca : cas) {
    if (ca->fingerprint()) {
      by_fingerprint[*ca->fingerprint()].push_back(ca->id());
    }
  }
  for (const Ca* ca : cas) {
    if (!ca->fingerprint()) continue;
    const std::vector<std::string>& ids = by_fingerprint[*ca->fingerprint()];
    if (ids.size() < 2) continue;
    std::vector<std::string> others;
    for (const std::string& id : ids) {
      if (others.size() == kMaxListed) break;
      if (id != ca->id()) others.push_back(id);
    }
    findings.push_back({ReviewCode::kCaUploadedTwice, ca->id(),
                        "CA " + Quote(ca->id()) +
                            " has the same certificate as CA " +
                            ListText(others, ids.size() - 1)});
  }
  for (const Ca* ca : cas) {
    if (!ca->valid_until()) continue;
    const Timestamp end = *ca->valid_until();
    if (SecondsBetween(now, end) > static_cast<std::uint64_t>(within_seconds)) {
      continue;
    }
    findings.push_back(
        {ReviewCode::kCaExpiresSoon, ca->id(),
         "CA " + Quote(ca->id()) +
             (end <= now ? " expired at " + FormatTimestamp(end)
                         : " expires at " + FormatTimestamp(end) +
                               ", at most " + std::to_string(within_seconds) +
                               " s after " + FormatTimestamp(now))});
  }
}

void FindUnknownCas(const Rules& rules, const std::vector<const Ca*>& known,
                    Findings& findings) {
  // By CA id, the rules that name it.
  std::map<std::string_view, Rules> unknown;
  for (const ApiAccessRule* rule : rules) {
    for (const std::string& id : rule->ca_ids()) {
      const auto found = std::ranges::lower_bound(
          known, id, {},
          [](const Ca* ca) -> const std::string& { return ca->id(); });
      if (found == known.end() || (*found)->id() != id) {
        unknown[id].push_back(rule);
      }
    }
  }
  for (const auto& [id, naming] : unknown) {
    const std::string name =
        naming.size() == 1
            ? " names"
            : " and " + std::to_string(naming.size() - 1) + " more name";
    findings.push_back({ReviewCode::kUnknownCa, std::string(id),
                        "expected CA " + Quote(id) + ", which " +
                            RuleText(*naming.front()) + name +
                            ", to exist in the account, it does not"});
  }
}

// What the account's own policy asks for, and what it warns of.
void FindInPolicy(const Account& account, Timestamp now, const Keys& keys,
                  Findings& findings) {
  const internal::PolicyValues policy = {
      account.policy().max_access_key_expiration_seconds(),
      account.policy().require_trusted_env()};
  ActivationReport report =
      CheckActivation(account,
                      {.max_access_key_expiration_seconds = policy.max_seconds,
                       .require_trusted_env = policy.require},
                      now);
  for (Warning& warning : report.warnings) {
    if (warning.code != WarningCode::kAnyAddressWithKeyAlone) continue;
    findings.push_back({ReviewCode::kAnyAddressWithKeyAlone,
                        std::move(warning.subject),
                        std::move(warning.message)});
  }

  std::vector<Violation>& violations = report.violations;
  std::erase_if(violations, [](const Violation& violation) {
    // A lifetime that equals the maximum is refused there, and fits here.
    return violation.code == ViolationCode::kKeyOutlivesMax ||
           violation.code == ViolationCode::kAccountIncomplete;
  });
  for (const AccessKey* key : keys) {
    if (!internal::ExceedsMax(policy, *key, now)) continue;
    violations.push_back({ViolationCode::kKeyOutlivesMax, key->id(),
                          "expected access key " + Quote(key->id()) +
                              " to expire at most " +
                              std::to_string(policy.max_seconds) + " s after " +
                              FormatTimestamp(now) + ", it expires at " +
                              FormatTimestamp(*key->expiration())});
  }
  std::ranges::sort(violations, [](const Violation& a, const Violation& b) {
    return std::tie(a.subject, a.code) < std::tie(b.subject, b.code);
  });
  for (Violation& violation : violations) {
    findings.push_back({ReviewCode::kPolicyContradicted,
                        std::move(violation.subject),
                        std::move(violation.message)});
  }
}

}  // namespace

absl::StatusOr<std::vector<ReviewFinding>> Review(
    const Account& account, Timestamp now, const ReviewOptions& options) {
  absl::Status status =
      CheckOption("expires_within_seconds", options.expires_within_seconds);
  status.Update(CheckOption("max_below_seconds", options.max_below_seconds));
  if (options.older_than_seconds) {
    status.Update(
        CheckOption("older_than_seconds", *options.older_than_seconds));
  }
  status.Update(CheckWork(account));
  if (!status.ok()) return status;

  // By id, so that the order in the account does not decide which rules of
  // several are named as the cover of another one.
  std::vector<ApiAccessRule> sorted_rules = account.rules();
  std::ranges::sort(sorted_rules, {}, &ApiAccessRule::id);
  const Rules rules = SortedById(sorted_rules);
  const Keys keys = SortedById(account.access_keys());
  Findings findings;
  FindInRules(rules, findings);
  const auto redundancy = internal::FindRedundant(sorted_rules);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    FindInRule(*rules[i], redundancy[i], rules, findings);
  }
  for (const AccessKey* key : keys) FindInKey(*key, now, options, findings);
  FindSeveralActiveKeys(keys, now, findings);
  const std::int64_t max = account.policy().max_access_key_expiration_seconds();
  if (max > 0 && max < options.max_below_seconds) {
    findings.push_back({ReviewCode::kMaxBelow, "",
                        "expected a maximum of 0 s or of at least " +
                            std::to_string(options.max_below_seconds) +
                            " s, got " + std::to_string(max) + " s"});
  }
  if (max == 0) {
    findings.push_back(
        {ReviewCode::kNoMaxLifetime, "",
         "the policy has no maximum: access keys may live for ever"});
  }
  if (!account.policy().require_trusted_env()) {
    findings.push_back(
        {ReviewCode::kNoTrustedSession, "", "no trusted session is activated"});
  }
  if (account.cas()) {
    const std::vector<const Ca*> cas = SortedById(*account.cas());
    FindUnknownCas(rules, cas, findings);
    FindInCas(cas, now, options.expires_within_seconds, findings);
  }
  FindInPolicy(account, now, keys, findings);

  // Each code's findings are in order already.
  Findings sorted;
  sorted.reserve(findings.size());
  for (const ReviewCode code : kAllReviewCodes) {
    for (ReviewFinding& finding : findings) {
      if (finding.code == code) sorted.push_back(std::move(finding));
    }
  }
  return sorted;
}

std::vector<ReviewCode> NotJudged(const Account& account,
                                  const ReviewOptions& options) {
  const bool keys_may_be_missing = !account.every_user_listed() ||
                                   !account.users_without_keys_read().empty();
  const bool ages_missing =
      keys_may_be_missing ||
      std::ranges::any_of(account.access_keys(), [](const AccessKey& key) {
        return !key.creation_date();
      });
  std::vector<ReviewCode> codes;
  for (const ReviewCode code : kAllReviewCodes) {
    switch (code) {
      case ReviewCode::kActiveKeyExpired:
      case ReviewCode::kKeyNeverExpires:
      case ReviewCode::kKeyExpiresSoon:
      case ReviewCode::kPolicyContradicted:
      case ReviewCode::kSeveralActiveKeys:
        if (keys_may_be_missing) codes.push_back(code);
        break;
      case ReviewCode::kKeyOlderThan:
        if (options.older_than_seconds && ages_missing) codes.push_back(code);
        break;
      case ReviewCode::kUnknownCa:
      case ReviewCode::kCaUploadedTwice:
      case ReviewCode::kCaExpiresSoon:
        if (!account.cas()) codes.push_back(code);
        break;
      case ReviewCode::kRuleRedundant:
      case ReviewCode::kRangeRedundant:
      case ReviewCode::kAnyAddressWithoutCertificate:
      case ReviewCode::kAnyAddressWithKeyAlone:
      case ReviewCode::kMaxBelow:
      case ReviewCode::kNoRules:
      case ReviewCode::kRangeWithoutClient:
      case ReviewCode::kRootKeyActive:
      case ReviewCode::kNoMaxLifetime:
      case ReviewCode::kNoTrustedSession:
      case ReviewCode::kManagingWithoutCertificate:
      case ReviewCode::kCaWithoutCn:
        break;
    }
  }
  return codes;
}

ReviewReport Accept(std::vector<ReviewFinding> findings,
                    std::span<const Acceptance> acceptances,
                    std::vector<ReviewCode> not_judged, Timestamp now) {
  using About = std::pair<ReviewCode, std::string_view>;
  std::map<About, const Acceptance*> accepting;
  for (const Acceptance& acceptance : acceptances) {
    if (now >= acceptance.until) continue;
    accepting.try_emplace({acceptance.code, acceptance.subject}, &acceptance);
  }
  ReviewReport report;
  std::set<std::pair<ReviewCode, std::string>> found;
  for (ReviewFinding& finding : findings) {
    found.emplace(finding.code, finding.subject);
    const auto place = accepting.find({finding.code, finding.subject});
    if (place == accepting.end()) {
      report.findings.push_back(std::move(finding));
    } else {
      report.accepted.push_back({std::move(finding), *place->second});
    }
  }
  for (const Acceptance& acceptance : acceptances) {
    if (found.contains({acceptance.code, acceptance.subject}) ||
        std::ranges::count(not_judged, acceptance.code) != 0) {
      continue;
    }
    report.unused.push_back(acceptance);
  }
  std::ranges::sort(report.unused, {}, [](const Acceptance& acceptance) {
    return std::tie(acceptance.code, acceptance.subject, acceptance.until,
                    acceptance.reason);
  });
  report.not_judged = std::move(not_judged);
  return report;
}

absl::StatusOr<ReviewCode> ParseReviewCode(std::string_view text) {
  return internal::ParseEnum(kAllReviewCodes, text);
}

}  // namespace api_access
