// The second half of a decision, steps 7 and 8 of the semantics: the API access
// rules in account order, packed, and the walk over them. This is the meaning
// of these steps; whatever finds the same answer faster has to agree with it.

#ifndef API_ACCESS_SRC_DECIDE_RULE_TABLE_H_
#define API_ACCESS_SRC_DECIDE_RULE_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

  // The IP criterion is never bypassed.
  bool Bypasses(Criterion criterion) const {
    return bypass && criterion != Criterion::kIpRange;
  }
};

// Returns the nearer miss. Relies on the order of Reason, asserted below: a
// rule that was missed by a later criterion was nearer, and so was one that was
// missed with a certificate of another CA than one missed without any.
constexpr Reason Nearer(Reason a, Reason b) { return std::min(a, b); }
static_assert(Reason::kCnNotAllowed < Reason::kCaNotAllowed &&
              Reason::kCaNotAllowed < Reason::kCertificateMissing &&
              Reason::kCertificateMissing < Reason::kSourceIpNotAllowed &&
              Reason::kSourceIpNotAllowed < Reason::kNoRules);

// What the rules decide before the first of them is tried.
inline constexpr Decision kNoRuleTried = {.reason = Reason::kNoRules};

// Adds to `decision` what Try says of one rule: the first match in account
// order wins, and without a match the nearest miss. Rules may be added in any
// order and more than once. `decision` begins as kNoRuleTried.
inline void Combine(std::uint32_t rule, Reason said, Decision& decision) {
  if (said == Reason::kRuleMatched) {
    if (!decision.rule_index || rule < *decision.rule_index) {
      decision = {.reason = said, .rule_index = rule};
    }
  } else if (!decision.rule_index) {
    decision.reason = Nearer(decision.reason, said);
  }
}

// The texts [begin, end) of a pool.
struct TextRange {
  class Iterator {
   public:
    constexpr explicit Iterator(Text text) : text_(text) {}
    constexpr Text operator*() const { return text_; }
    constexpr Iterator& operator++() {
      ++text_;
      return *this;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    Text text_;
  };

  Text first;
  Text last;  // exclusive

  constexpr Iterator begin() const { return Iterator(first); }
  constexpr Iterator end() const { return Iterator(last); }
  constexpr Text front() const { return first; }
  constexpr bool empty() const { return first == last; }
  constexpr std::uint32_t size() const { return last - first; }
};

class RuleTable {
 public:
  // How much a table takes.
  struct Counts {
    std::size_t rules = 0;
    std::size_t ranges = 0;
    TextCounts texts;
  };

  // Where the ranges and the texts of a rule begin; they end where those of the
  // next rule begin. Its CAs come right before its CNs.
  struct Begins {
    std::uint32_t ranges;
    Text cas;
    Text cns;
  };

  // Memory for a table: one Begins more than there are rules.
  struct Room {
    std::span<IpRange> ranges;
    std::span<Begins> begins;
    TextPool::Room texts;
  };
  static Counts Count(std::span<const ApiAccessRule> rules);
  static Room Take(Arena& arena, const Counts& counts);

  constexpr RuleTable() = default;
  RuleTable(std::span<const ApiAccessRule> rules, const Room& room);

  std::uint32_t size() const { return size_; }
  // Of the ids of all rules in their order. 0 for no rules alone.
  std::uint32_t ids_hash() const { return ids_hash_; }
  std::string_view id(std::uint32_t rule) const { return text(rule); }

  // The items of the criteria of `rule`. A criterion without items does not
  // constrain.
  std::span<const IpRange> ranges(std::uint32_t rule) const {
    const std::uint32_t begin = begins_[rule].ranges;
    return {ranges_ + begin, begins_[rule + 1].ranges - begin};
  }
  TextRange ca_ids(std::uint32_t rule) const {
    return {begins_[rule].cas, begins_[rule].cns};
  }
  TextRange cns(std::uint32_t rule) const {
    return {begins_[rule].cns, begins_[rule + 1].cas};
  }
  std::string_view text(Text item) const { return texts_.Get(item); }

  // The first item that fits what is presented, if there is one.
  const IpRange* FindRange(std::uint32_t rule, const IpAddress& address) const {
    const IpRange* range = ranges_ + begins_[rule].ranges;
    for (std::uint32_t left = begins_[rule + 1].ranges - begins_[rule].ranges;
         left > 0; --left, ++range) {
      if (range->Contains(address)) return range;
    }
    return nullptr;
  }
  std::optional<Text> FindCa(std::uint32_t rule,
                             const ClientCertificate* certificate) const;
  std::optional<Text> FindCn(std::uint32_t rule,
                             const ClientCertificate* certificate) const;

  bool Has(std::uint32_t rule, Criterion criterion) const {
    switch (criterion) {
      case Criterion::kIpRange:
        return begins_[rule].ranges != begins_[rule + 1].ranges;
      case Criterion::kCa:
        return !ca_ids(rule).empty();
      case Criterion::kCn:
        return !cns(rule).empty();
    }
    return false;
  }

  // Tries one criterion of `rule`: kRuleMatched if it is absent, bypassed or
  // satisfied, else the reason of the miss.
  Reason Try(std::uint32_t rule, Criterion criterion,
             const Presented& presented) const {
    switch (criterion) {
      case Criterion::kIpRange:
        if (!Has(rule, criterion)) return Reason::kRuleMatched;
        return FindRange(rule, presented.address) ? Reason::kRuleMatched
                                                  : Reason::kSourceIpNotAllowed;
      case Criterion::kCa:
        if (!Has(rule, criterion) || presented.Bypasses(criterion)) {
          return Reason::kRuleMatched;
        }
        if (presented.certificate == nullptr ||
            presented.certificate->ca_ids().empty()) {
          return Reason::kCertificateMissing;
        }
        return FindCa(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCaNotAllowed;
      case Criterion::kCn:
        if (!Has(rule, criterion) || presented.Bypasses(criterion)) {
          return Reason::kRuleMatched;
        }
        return FindCn(rule, presented.certificate) ? Reason::kRuleMatched
                                                   : Reason::kCnNotAllowed;
    }
    return Reason::kNotDecided;
  }

  // Tries all criteria of `rule` in their order: kRuleMatched, or the reason of
  // the first that misses.
  Reason Try(std::uint32_t rule, const Presented& presented) const {
    const Reason reason = Try(rule, Criterion::kIpRange, presented);
    return reason == Reason::kRuleMatched ? TryBeyondAddress(rule, presented)
                                          : reason;
  }

  // The same where the address is known to fit.
  Reason TryBeyondAddress(std::uint32_t rule,
                          const Presented& presented) const {
    static_assert(kAllCriteria == std::array{Criterion::kIpRange,
                                             Criterion::kCa, Criterion::kCn});
    const Reason reason = Try(rule, Criterion::kCa, presented);
    return reason == Reason::kRuleMatched ? Try(rule, Criterion::kCn, presented)
                                          : reason;
  }

  // The first rule that matches, else the nearest miss. A loop of its own: with
  // Combine, Decide/Small takes 6 more of its 354 instructions.
  Decision Walk(const Presented& presented) const {
    Reason nearest = Reason::kNoRules;
    for (std::uint32_t rule = 0; rule < size_; ++rule) {
      const Reason reason = Try(rule, presented);
      if (reason == Reason::kRuleMatched) {
        return {.reason = reason, .rule_index = rule};
      }
      nearest = Nearer(nearest, reason);
    }
    return {.reason = nearest};
  }

 private:
  // `ids` are in byte order.
  std::optional<Text> FindCaOfMany(std::uint32_t rule,
                                   std::span<const std::string> ids) const;

  const Begins* begins_ = nullptr;
  const IpRange* ranges_ = nullptr;
  TextPool texts_;
  std::uint32_t size_ = 0;
  std::uint32_t ids_hash_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_RULE_TABLE_H_
