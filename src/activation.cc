#include "api_access/activation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "src/text.h"

namespace api_access {
namespace {

using internal::Quote;

bool IsInSpan(std::int64_t max_seconds) {
  return max_seconds >= 0 && max_seconds <= kMaxAccessKeyExpirationSecondsLimit;
}

// Whether the remaining lifetime at `now` is at least `max_seconds`, which is
// in its span. The difference of two instants fits into 64 bits unsigned, not
// always into 63.
bool Outlives(Timestamp expiration, Timestamp now, std::int64_t max_seconds) {
  if (expiration <= now) return false;
  const auto remaining =
      static_cast<std::uint64_t>(expiration.time_since_epoch().count()) -
      static_cast<std::uint64_t>(now.time_since_epoch().count());
  return remaining >= static_cast<std::uint64_t>(max_seconds) * 1000;
}

// The address behind `address`; nothing behind the last.
std::optional<IpAddress> Successor(const IpAddress& address) {
  std::array<std::uint8_t, 16> bytes = address.bytes();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    if (++*byte != 0) return IpAddress::FromV6(bytes);
  }
  return std::nullopt;
}

// Whether the ranges of one family cover all of it.
bool CoverFamily(std::vector<IpRange> ranges, bool v4) {
  std::erase_if(ranges,
                [&](const IpRange& range) { return range.is_v4() != v4; });
  std::ranges::sort(ranges);
  const IpRange whole = *IpRange::Parse(v4 ? "0.0.0.0/0" : "::/0");
  std::optional<IpAddress> uncovered = whole.first_address();
  for (const IpRange& range : ranges) {
    if (range.first_address() > *uncovered) return false;
    if (range.last_address() < *uncovered) continue;
    if (range.last_address() == whole.last_address()) return true;
    uncovered = Successor(range.last_address());
  }
  return false;
}

bool AdmitsAnyAddress(const ApiAccessRule& rule) {
  return rule.ip_ranges().empty() || CoverFamily(rule.ip_ranges(), true) ||
         CoverFamily(rule.ip_ranges(), false);
}

template <typename Item>
std::vector<const Item*> SortedById(const std::vector<Item>& items) {
  std::vector<const Item*> sorted;
  sorted.reserve(items.size());
  for (const Item& item : items) sorted.push_back(&item);
  std::ranges::sort(sorted, {}, [](const Item* item) -> const std::string& {
    return item->id();
  });
  return sorted;
}

template <typename Finding>
std::string FindingText(const Finding& finding) {
  std::string text(ToString(finding.code));
  if (!finding.subject.empty()) text += ' ' + Quote(finding.subject);
  return text + ": " + finding.message;
}

}  // namespace

ActivationReport CheckActivation(const Account& account,
                                 const RequestedPolicy& requested,
                                 Timestamp now) {
  const std::int64_t max = requested.max_access_key_expiration_seconds;
  const bool require = requested.require_trusted_env;
  const std::string max_text = std::to_string(max) + " s";
  const std::vector<const AccessKey*> keys = SortedById(account.access_keys());
  const std::vector<const ApiAccessRule*> rules = SortedById(account.rules());

  ActivationReport report;
  const auto violate = [&](ViolationCode code, const std::string& subject,
                           std::string message) {
    report.violations.push_back({code, subject, std::move(message)});
  };
  const auto warn = [&](WarningCode code, const std::string& subject,
                        std::string message) {
    report.warnings.push_back({code, subject, std::move(message)});
  };

  // A0
  if (require || max != 0) {
    if (!account.every_user_listed()) {
      violate(ViolationCode::kAccountIncomplete, "",
              "expected the list of all EIM users, got none or a part of it: "
              "access keys may be missing");
    }
    std::vector<std::string> users = account.users_without_keys_read();
    std::ranges::sort(users);
    for (const std::string& user : users) {
      violate(ViolationCode::kAccountIncomplete, user,
              "expected the access keys of EIM user " + Quote(user) +
                  ", they were not read");
    }
  }
  // A1
  if (!IsInSpan(max)) {
    violate(ViolationCode::kMaxOutOfRange, "",
            "expected a maximum of 0 to " +
                std::to_string(kMaxAccessKeyExpirationSecondsLimit) +
                " s, got " + max_text);
  }
  // A2
  if (require && max == 0) {
    violate(ViolationCode::kMaxRequired, "",
            "expected a maximum above 0 s for a trusted session");
  }
  // A3
  if (require || max > 0) {
    for (const AccessKey* key : keys) {
      if (key->expiration()) continue;
      violate(ViolationCode::kKeyNeverExpires, key->id(),
              "expected an expiration of access key " + Quote(key->id()) +
                  ", it has none");
    }
  }
  // A4
  std::optional<Timestamp> ready_at;
  if (max > 0 && IsInSpan(max)) {
    for (const AccessKey* key : keys) {
      if (!key->expiration() || !Outlives(*key->expiration(), now, max)) {
        continue;
      }
      violate(ViolationCode::kKeyOutlivesMax, key->id(),
              "expected access key " + Quote(key->id()) + " to expire within " +
                  max_text + " from " + FormatTimestamp(now) +
                  ", exclusive, it expires at " +
                  FormatTimestamp(*key->expiration()));
      // Equality is refused, hence the millisecond.
      const Timestamp ready = *key->expiration() - std::chrono::seconds{max} +
                              std::chrono::milliseconds{1};
      ready_at = std::max(ready_at.value_or(ready), ready);
    }
  }
  // A5
  if (require) {
    for (const ApiAccessRule* rule : rules) {
      if (!rule->ca_ids().empty()) continue;
      violate(ViolationCode::kRuleWithoutCa, rule->id(),
              "expected a CA id in API access rule " + Quote(rule->id()) +
                  ", it has none");
    }
  }
  // A6
  if (require && rules.empty()) {
    violate(ViolationCode::kNoRules, "",
            "expected at least one API access rule, the account has none");
  }
  if (std::ranges::all_of(report.violations, [](const Violation& violation) {
        return violation.code == ViolationCode::kKeyOutlivesMax;
      })) {
    report.ready_at = ready_at;
  }

  report.ready = report.violations.empty();

  if (require && max == 0) {
    warn(WarningCode::kLifetimesNotJudged, "",
         "remaining lifetimes of access keys cannot be judged before a maximum "
         "is chosen");
  }
  if (require) {
    for (const ApiAccessRule* rule : rules) {
      if (!AdmitsAnyAddress(*rule)) continue;
      warn(WarningCode::kAnyAddressWithKeyAlone, rule->id(),
           "under the trusted session API access rule " + Quote(rule->id()) +
               " admits any address with an access key alone");
    }
  }
  return report;
}

std::string ToString(const Violation& violation) {
  return FindingText(violation);
}

std::string ToString(const Warning& warning) { return FindingText(warning); }

std::string ToString(const ActivationReport& report) {
  std::string text = report.ready ? "ready" : "not ready";
  for (const Violation& violation : report.violations) {
    text += "\n  violation " + ToString(violation);
  }
  for (const Warning& warning : report.warnings) {
    text += "\n  warning " + ToString(warning);
  }
  if (report.ready_at) {
    text += "\n  ready at " + FormatTimestamp(*report.ready_at);
  }
  return text;
}

}  // namespace api_access
