#include "api_access/review.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "api_access/activation.h"
#include "src/account/lifetime.h"
#include "src/account/policy_rules.h"
#include "src/account/subjects.h"
#include "src/address/pieces.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/insight/rule_redundancy.h"

namespace api_access {
namespace {

using internal::Quote;
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

void FindInRule(const ApiAccessRule& rule, bool is_redundant,
                Findings& findings) {
  if (is_redundant) {
    findings.push_back(
        {ReviewCode::kRuleRedundant, rule.id(),
         "expected " + RuleText(rule) +
             " to match a request that no other rule matches, there is none"});
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
  if (rule.ca_ids().empty() && internal::AdmitsAnyAddress(rule)) {
    findings.push_back(
        {ReviewCode::kAnyAddressWithoutCertificate, rule.id(),
         RuleText(rule) + " admits any address without a certificate"});
  }
}

void FindInKey(const AccessKey& key, Timestamp now, std::int64_t within_seconds,
               Findings& findings) {
  const std::string key_text = "access key " + Quote(key.id());
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
  // In whole seconds, rounded up: that many thousands of milliseconds may not
  // fit into 64 bits.
  const std::uint64_t remaining =
      (internal::RemainingLifetime(*key.expiration(), now) + 999) / 1000;
  if (remaining <= static_cast<std::uint64_t>(within_seconds)) {
    findings.push_back({ReviewCode::kKeyExpiresSoon, key.id(),
                        "expected " + key_text + " to be valid for more than " +
                            std::to_string(within_seconds) + " s from " +
                            FormatTimestamp(now) + ", it expires at " +
                            expiration});
  }
}

void FindUnknownCas(const Rules& rules, const std::vector<Ca>& cas,
                    Findings& findings) {
  const std::vector<const Ca*> known = SortedById(cas);
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
  status.Update(CheckWork(account));
  if (!status.ok()) return status;

  const Rules rules = SortedById(account.rules());
  const Keys keys = SortedById(account.access_keys());
  Findings findings;
  const std::vector<bool> redundant = internal::FindRedundant(account.rules());
  for (const ApiAccessRule* rule : rules) {
    const auto index = static_cast<std::size_t>(rule - account.rules().data());
    FindInRule(*rule, redundant[index], findings);
  }
  for (const AccessKey* key : keys) {
    FindInKey(*key, now, options.expires_within_seconds, findings);
  }
  const std::int64_t max = account.policy().max_access_key_expiration_seconds();
  if (max > 0 && max < options.max_below_seconds) {
    findings.push_back({ReviewCode::kMaxBelow, "",
                        "expected a maximum of 0 s or of at least " +
                            std::to_string(options.max_below_seconds) +
                            " s, got " + std::to_string(max) + " s"});
  }
  if (account.cas()) FindUnknownCas(rules, *account.cas(), findings);
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

absl::StatusOr<ReviewCode> ParseReviewCode(std::string_view text) {
  return internal::ParseEnum(kAllReviewCodes, text);
}

}  // namespace api_access
