// The second half of a decision: the API access rules in account order,
// packed, and the one walk over them. This is the meaning; whatever finds the
// same answer faster must agree with it.

#ifndef API_ACCESS_SRC_RULE_TABLE_H_
#define API_ACCESS_SRC_RULE_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/api_access_rule.h"
#include "api_access/decision.h"
#include "api_access/ip.h"
#include "api_access/request.h"
#include "src/text_pool.h"

namespace api_access::internal {

// What a request presents to the rules.
struct Presented {
  const IpAddress& address;
  const ClientCertificate* certificate;  // may be null
  bool bypass;                           // see HasBypass

  // The bypass leaves the IP criterion alone.
  bool Waives(Criterion criterion) const {
    return bypass && criterion != Criterion::kIpRange;
  }
};

class RuleTable {
 public:
  RuleTable() = default;
  explicit RuleTable(std::span<const ApiAccessRule> rules) {
    rules_.reserve(rules.size());
    for (const ApiAccessRule& rule : rules) {
      CompiledRule compiled;
      compiled.id = pool_.Add(rule.id());
      compiled.ranges = Append(rule.ip_ranges(), ranges_);
      compiled.cas = AppendTexts(rule.ca_ids());
      compiled.cns = AppendTexts(rule.cns());
      rules_.push_back(compiled);
    }
  }

  std::size_t size() const { return rules_.size(); }
  std::string_view id(std::size_t rule) const {
    return pool_.Get(rules_[rule].id);
  }

  // The items of the criteria of `rule`; a criterion without any does not
  // constrain.
  std::span<const IpRange> ranges(std::size_t rule) const {
    return Items(ranges_, rules_[rule].ranges);
  }
  std::span<const Text> ca_ids(std::size_t rule) const {
    return Items(texts_, rules_[rule].cas);
  }
  std::span<const Text> cns(std::size_t rule) const {
    return Items(texts_, rules_[rule].cns);
  }
  std::string_view text(Text item) const { return pool_.Get(item); }

  // The first item that fits what is presented, if any does.
  const IpRange* FindRange(std::size_t rule, const IpAddress& address) const {
    const auto items = ranges(rule);
    const auto found = std::ranges::find_if(
        items, [&](const IpRange& range) { return range.Contains(address); });
    return found == items.end() ? nullptr : &*found;
  }
  std::optional<std::string_view> FindCa(
      std::size_t rule, const ClientCertificate* certificate) const {
    if (certificate == nullptr) return std::nullopt;
    return FindText(ca_ids(rule), [&](std::string_view listed) {
      return std::ranges::find(certificate->ca_ids(), listed) !=
             certificate->ca_ids().end();
    });
  }
  std::optional<std::string_view> FindCn(
      std::size_t rule, const ClientCertificate* certificate) const {
    if (certificate == nullptr || !certificate->cn()) return std::nullopt;
    return FindText(cns(rule), [&](std::string_view listed) {
      return listed == *certificate->cn();
    });
  }

  bool Has(std::size_t rule, Criterion criterion) const {
    switch (criterion) {
      case Criterion::kIpRange:
        return !rules_[rule].ranges.empty();
      case Criterion::kCa:
        return !rules_[rule].cas.empty();
      case Criterion::kCn:
        return !rules_[rule].cns.empty();
    }
    return false;
  }

  // How `rule` takes one criterion: kRuleMatched when it is absent, waived or
  // satisfied, else the reason of the miss.
  Reason Try(std::size_t rule, Criterion criterion,
             const Presented& presented) const {
    if (!Has(rule, criterion) || presented.Waives(criterion)) {
      return Reason::kRuleMatched;
    }
    switch (criterion) {
      case Criterion::kIpRange:
        return FindRange(rule, presented.address) ? Reason::kRuleMatched
                                                  : Reason::kSourceIpNotAllowed;
      case Criterion::kCa:
        if (presented.certificate == nullptr ||
            presented.certificate->ca_ids().empty()) {
          return Reason::kCertificateMissing;
        }
        return FindCa(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCaNotAllowed;
      case Criterion::kCn:
        return FindCn(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCnNotAllowed;
    }
    return Reason::kNotDecided;
  }

  // All criteria of `rule` in their order: kRuleMatched, or the reason of the
  // first that misses.
  Reason Try(std::size_t rule, const Presented& presented) const {
    for (const Criterion criterion : kAllCriteria) {
      const Reason reason = Try(rule, criterion, presented);
      if (reason != Reason::kRuleMatched) return reason;
    }
    return Reason::kRuleMatched;
  }

  // How far a rule is from a match: the later the criterion that it misses the
  // nearer, and a certificate under another CA is nearer than none.
  static constexpr int Distance(Reason reason) {
    switch (reason) {
      case Reason::kRuleMatched:
        return 0;
      case Reason::kCnNotAllowed:
        return 1;
      case Reason::kCaNotAllowed:
        return 2;
      case Reason::kCertificateMissing:
        return 3;
      case Reason::kSourceIpNotAllowed:
        return 4;
      default:
        return 5;
    }
  }

  struct Outcome {
    Reason reason = Reason::kNoRules;
    std::optional<std::uint32_t> rule = std::nullopt;
  };
  // The first rule that matches, else the nearest miss.
  Outcome Walk(const Presented& presented) const {
    Outcome outcome;
    int nearest = Distance(outcome.reason);
    for (std::size_t rule = 0; rule < size(); ++rule) {
      const Reason reason = Try(rule, presented);
      if (reason == Reason::kRuleMatched) {
        return {reason, static_cast<std::uint32_t>(rule)};
      }
      if (const int distance = Distance(reason); distance < nearest) {
        nearest = distance;
        outcome.reason = reason;
      }
    }
    return outcome;
  }

 private:
  // Places begin to end, exclusive, in one of the vectors below.
  struct Slice {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool empty() const { return begin == end; }
  };

  struct CompiledRule {
    Text id;
    Slice ranges;
    Slice cas;
    Slice cns;
  };

  template <typename T>
  static Slice Append(const std::vector<T>& items, std::vector<T>& all) {
    const auto begin = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), items.begin(), items.end());
    return {begin, static_cast<std::uint32_t>(all.size())};
  }

  Slice AppendTexts(const std::vector<std::string>& items) {
    std::vector<Text> texts;
    for (const std::string& item : items) texts.push_back(pool_.Add(item));
    return Append(texts, texts_);
  }

  template <typename T>
  static std::span<const T> Items(const std::vector<T>& all, Slice slice) {
    return std::span(all).subspan(slice.begin, slice.end - slice.begin);
  }

  template <typename Predicate>
  std::optional<std::string_view> FindText(std::span<const Text> items,
                                           Predicate predicate) const {
    for (const Text item : items) {
      if (predicate(text(item))) return text(item);
    }
    return std::nullopt;
  }

  std::vector<CompiledRule> rules_;
  std::vector<IpRange> ranges_;
  std::vector<Text> texts_;
  TextPool pool_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_RULE_TABLE_H_
