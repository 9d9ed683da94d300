// The second half of a decision: the API access rules in account order,
// packed, and the one walk over them. This is the meaning; whatever finds the
// same answer faster must agree with it.

#ifndef API_ACCESS_SRC_DECIDE_RULE_TABLE_H_
#define API_ACCESS_SRC_DECIDE_RULE_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/api_access_rule.h"
#include "api_access/decision.h"
#include "api_access/ip.h"
#include "api_access/request.h"
#include "src/base/arena.h"
#include "src/base/text_pool.h"

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

// The miss that is closer to a match: the later the criterion the closer, and a
// certificate under another CA is closer than none. Reasons are numbered so.
constexpr Reason Nearer(Reason a, Reason b) { return std::min(a, b); }
static_assert(Reason::kCnNotAllowed < Reason::kCaNotAllowed &&
              Reason::kCaNotAllowed < Reason::kCertificateMissing &&
              Reason::kCertificateMissing < Reason::kSourceIpNotAllowed &&
              Reason::kSourceIpNotAllowed < Reason::kNoRules);

// What the rules decide before the first of them is tried.
inline constexpr Decision kNoRuleTried = {.reason = Reason::kNoRules};

// Takes in what Try says of a rule: the first match stays, else the nearest
// miss. The rules may come in any order, and more than once; `decision` starts
// as kNoRuleTried.
inline void TakeIn(std::uint32_t rule, Reason said, Decision& decision) {
  if (said == Reason::kRuleMatched) {
    if (!decision.rule_index || rule < *decision.rule_index) {
      decision = {.reason = said, .rule_index = rule};
    }
  } else if (!decision.rule_index) {
    decision.reason = Nearer(decision.reason, said);
  }
}

class RuleTable {
 public:
  RuleTable() = default;
  // Takes SizeOf(rules) of the arena and puts the texts into `texts`.
  RuleTable(std::span<const ApiAccessRule> rules, Arena& arena,
            TextPool& texts) {
    const Counts counts = Count(rules);
    const auto compiled = arena.Take<CompiledRule>(rules.size());
    const auto ranges = arena.Take<IpRange>(counts.ranges);
    const auto items = arena.Take<Text>(counts.texts);
    std::uint32_t next_range = 0;
    std::uint32_t next_text = 0;
    const auto add_texts = [&](const std::vector<std::string>& added) {
      const std::uint32_t begin = next_text;
      for (const std::string& text : added) {
        items[next_text++] = texts.Add(text);
      }
      return Slice{begin, next_text};
    };
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const ApiAccessRule& rule = rules[i];
      compiled[i].id = texts.Add(rule.id());
      compiled[i].ranges.begin = next_range;
      for (const IpRange& range : rule.ip_ranges()) {
        ranges[next_range++] = range;
      }
      compiled[i].ranges.end = next_range;
      compiled[i].cas = add_texts(rule.ca_ids());
      compiled[i].cns = add_texts(rule.cns());
    }
    rules_ = compiled;
    ranges_ = ranges.data();
    items_ = items.data();
    texts_ = texts;
  }

  static std::size_t SizeOf(std::span<const ApiAccessRule> rules) {
    const Counts counts = Count(rules);
    return Arena::SizeOf<CompiledRule>(rules.size()) +
           Arena::SizeOf<IpRange>(counts.ranges) +
           Arena::SizeOf<Text>(counts.texts);
  }

  std::size_t size() const { return rules_.size(); }
  std::string_view id(std::size_t rule) const { return text(rules_[rule].id); }

  // The items of the criteria of `rule`; a criterion without any does not
  // constrain.
  std::span<const IpRange> ranges(std::size_t rule) const {
    return Items(ranges_, rules_[rule].ranges);
  }
  std::span<const Text> ca_ids(std::size_t rule) const {
    return Items(items_, rules_[rule].cas);
  }
  std::span<const Text> cns(std::size_t rule) const {
    return Items(items_, rules_[rule].cns);
  }
  std::string_view text(Text item) const { return texts_.Get(item); }

  // The first item that fits what is presented, if any does.
  const IpRange* FindRange(std::size_t rule, const IpAddress& address) const {
    const auto items = ranges(rule);
    const auto found = std::ranges::find_if(
        items, [&](const IpRange& range) { return range.Contains(address); });
    return found == items.end() ? nullptr : &*found;
  }
  const Text* FindCa(std::size_t rule,
                     const ClientCertificate* certificate) const;
  const Text* FindCn(std::size_t rule,
                     const ClientCertificate* certificate) const;

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
    const CompiledRule& tried = rules_[rule];
    switch (criterion) {
      case Criterion::kIpRange:
        if (tried.ranges.empty()) return Reason::kRuleMatched;
        return FindRange(rule, presented.address) ? Reason::kRuleMatched
                                                  : Reason::kSourceIpNotAllowed;
      case Criterion::kCa:
        if (tried.cas.empty() || presented.Waives(criterion)) {
          return Reason::kRuleMatched;
        }
        if (presented.certificate == nullptr ||
            presented.certificate->ca_ids().empty()) {
          return Reason::kCertificateMissing;
        }
        return FindCa(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCaNotAllowed;
      case Criterion::kCn:
        if (tried.cns.empty() || presented.Waives(criterion)) {
          return Reason::kRuleMatched;
        }
        return FindCn(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCnNotAllowed;
    }
    return Reason::kNotDecided;
  }

  // All criteria of `rule` in their order: kRuleMatched, or the reason of the
  // first that misses.
  Reason Try(std::size_t rule, const Presented& presented) const {
    const Reason reason = Try(rule, Criterion::kIpRange, presented);
    return reason == Reason::kRuleMatched ? TryBeyondAddress(rule, presented)
                                          : reason;
  }

  // The same where the address is known to fit.
  Reason TryBeyondAddress(std::size_t rule, const Presented& presented) const {
    static_assert(kAllCriteria == std::array{Criterion::kIpRange,
                                             Criterion::kCa, Criterion::kCn});
    const Reason reason = Try(rule, Criterion::kCa, presented);
    return reason == Reason::kRuleMatched ? Try(rule, Criterion::kCn, presented)
                                          : reason;
  }

  // The first rule that matches, else the nearest miss.
  Decision Walk(const Presented& presented) const {
    Reason nearest = Reason::kNoRules;
    for (std::uint32_t rule = 0; rule < size(); ++rule) {
      const Reason reason = Try(rule, presented);
      if (reason == Reason::kRuleMatched) {
        return {.reason = reason, .rule_index = rule};
      }
      nearest = Nearer(nearest, reason);
    }
    return {.reason = nearest};
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

  struct Counts {
    std::size_t ranges = 0;
    std::size_t texts = 0;
  };
  static Counts Count(std::span<const ApiAccessRule> rules) {
    Counts counts;
    for (const ApiAccessRule& rule : rules) {
      counts.ranges += rule.ip_ranges().size();
      counts.texts += rule.ca_ids().size() + rule.cns().size();
    }
    return counts;
  }

  template <typename T>
  static std::span<const T> Items(const T* all, Slice slice) {
    return std::span(all + slice.begin, slice.end - slice.begin);
  }

  std::span<const CompiledRule> rules_;
  const IpRange* ranges_ = nullptr;
  const Text* items_ = nullptr;
  TextPool texts_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_RULE_TABLE_H_
