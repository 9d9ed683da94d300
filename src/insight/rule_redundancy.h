// Which API access rules match nothing that the others do not match as well.
//
// Whatever more a client presents, no rule stops matching. So it is enough to
// compare rules where a client presents least: no certificate, a certificate
// under one CA without a CN, or one under one CA with one listed CN. A rule is
// needed when, in one of these cases, it alone matches some address. A trusted
// session changes nothing: rules that replace another where a certificate is
// asked for, replace it where none is.
//
// Addresses lie on a line that is cut wherever a range begins or ends; they are
// counted in the pieces between two cuts.

#ifndef API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
#define API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/api_access_rule.h"
#include "api_access/ip.h"
#include "src/address/address_cover.h"

namespace api_access::internal {

// Pieces `begin` to `end`, exclusive, which a rule matches.
struct Stretch {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t rule;
};

// What each rule matches by its IP criterion, ascending by begin. Those of one
// rule do not overlap.
inline std::vector<Stretch> StretchesOf(std::span<const ApiAccessRule> rules) {
  // No IPv6 range matches what is IPv4, hence cuts around that.
  const IpAddress v4_begin = WholeFamily(true).first_address();
  const IpAddress v4_end = *Successor(WholeFamily(true).last_address());
  std::vector<IpAddress> cuts = {WholeFamily(false).first_address(), v4_begin,
                                 v4_end};
  for (const ApiAccessRule& rule : rules) {
    for (const IpRange& range : rule.ip_ranges()) {
      cuts.push_back(range.first_address());
      if (const auto behind = Successor(range.last_address())) {
        cuts.push_back(*behind);
      }
    }
  }
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  const auto place = [&](const IpAddress& cut) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(cuts, cut) -
                                      cuts.begin());
  };
  const auto end = static_cast<std::uint32_t>(cuts.size());

  std::vector<Stretch> stretches;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    std::vector<Stretch> own;
    if (rules[rule].ip_ranges().empty()) own.push_back({0, end, rule});
    for (const IpRange& range : rules[rule].ip_ranges()) {
      const auto behind = Successor(range.last_address());
      const Stretch whole = {place(range.first_address()),
                             behind ? place(*behind) : end, rule};
      if (range.is_v4()) {
        own.push_back(whole);
        continue;
      }
      const Stretch below = {whole.begin, std::min(whole.end, place(v4_begin)),
                             rule};
      const Stretch above = {std::max(whole.begin, place(v4_end)), whole.end,
                             rule};
      if (below.begin < below.end) own.push_back(below);
      if (above.begin < above.end) own.push_back(above);
    }
    std::ranges::sort(own, {}, &Stretch::begin);
    const std::size_t first = stretches.size();
    for (const Stretch& stretch : own) {
      if (stretches.size() > first && stretch.begin <= stretches.back().end) {
        stretches.back().end = std::max(stretches.back().end, stretch.end);
      } else {
        stretches.push_back(stretch);
      }
    }
  }
  std::ranges::sort(stretches, {}, &Stretch::begin);
  return stretches;
}

// Marks each rule that alone covers some piece. `stretches` ascend.
inline void MarkNeeded(const std::vector<Stretch>& stretches,
                       std::vector<bool>& needed) {
  // Of the stretches so far, one reaches farthest, and does so alone from
  // `alone_from` on.
  Stretch farthest = {0, 0, 0};
  std::uint32_t alone_from = 0;
  for (const Stretch& next : stretches) {
    if (alone_from < std::min(farthest.end, next.begin)) {
      needed[farthest.rule] = true;
    }
    if (next.end > farthest.end) {
      alone_from = std::max(farthest.end, next.begin);
      farthest = next;
    } else {
      alone_from = std::max(alone_from, next.end);
    }
  }
  if (alone_from < farthest.end) needed[farthest.rule] = true;
}

// What `covers` leave of `stretches`; both ascend. The line closes where they
// are cut out, so what is left of a stretch is one stretch again.
inline std::vector<Stretch> CutOut(const std::vector<Stretch>& covers,
                                   std::vector<Stretch> stretches) {
  struct Gap {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t new_begin;
  };
  std::vector<Gap> gaps;
  std::uint32_t cut_out = 0;
  for (const Stretch& cover : covers) {
    const std::uint32_t begin =
        gaps.empty() ? cover.begin : std::max(cover.begin, gaps.back().end);
    if (begin >= cover.end) continue;
    gaps.push_back({begin, cover.end, begin - cut_out});
    cut_out += cover.end - begin;
  }
  const auto moved = [&](std::uint32_t place) {
    const auto gap = std::ranges::upper_bound(gaps, place, {}, &Gap::begin);
    if (gap == gaps.begin()) return place;
    const Gap& last = *(gap - 1);
    return last.new_begin + std::max(place, last.end) - last.end;
  };
  for (Stretch& stretch : stretches) {
    stretch = {moved(stretch.begin), moved(stretch.end), stretch.rule};
  }
  std::erase_if(stretches, [](const Stretch& stretch) {
    return stretch.begin == stretch.end;
  });
  return stretches;
}

// By rule, the items of a criterion as numbers, the same for the same bytes.
using Numbers = std::vector<std::vector<std::uint32_t>>;

inline Numbers NumbersOf(
    std::span<const ApiAccessRule> rules,
    const std::vector<std::string>& (ApiAccessRule::*items)() const) {
  std::map<std::string_view, std::uint32_t> known;
  Numbers numbers;
  for (const ApiAccessRule& rule : rules) {
    auto& own = numbers.emplace_back();
    for (const std::string& item : (rule.*items)()) {
      const auto next = static_cast<std::uint32_t>(known.size());
      own.push_back(known.emplace(item, next).first->second);
    }
  }
  return numbers;
}

// For each item of a criterion, calls `visit` with the stretches of the rules
// that list it.
template <typename Visit>
void ForEachItem(const std::vector<Stretch>& stretches, const Numbers& items,
                 Visit visit) {
  // The item above the index, so that sorting groups and keeps the order.
  std::vector<std::uint64_t> places;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    for (const std::uint32_t item : items[stretches[i].rule]) {
      places.push_back(std::uint64_t{item} << 32 | i);
    }
  }
  std::ranges::sort(places);
  std::vector<Stretch> group;
  for (std::size_t i = 0; i < places.size(); ++i) {
    group.push_back(stretches[places[i] & 0xffff'ffff]);
    if (i + 1 == places.size() || places[i + 1] >> 32 != places[i] >> 32) {
      visit(group);
      group.clear();
    }
  }
}

// For each rule whether the others together match every request it matches. A
// rule counts against all others, so of two equal ones both are redundant.
//
// Takes time and memory in the order of the products of the items of each
// rule's criteria, summed, but for sorting; these have to be below 2^30.
inline std::vector<bool> FindRedundant(std::span<const ApiAccessRule> rules) {
  const Numbers cas = NumbersOf(rules, &ApiAccessRule::ca_ids);
  const Numbers cns = NumbersOf(rules, &ApiAccessRule::cns);
  std::vector<bool> needed(rules.size());
  // Compares the rules that a criterion does not constrain. They match whatever
  // is presented to it, so the others are needed only where none of them is.
  const auto settle = [&](const std::vector<Stretch>& stretches,
                          const Numbers& items) {
    std::vector<Stretch> open;
    std::vector<Stretch> others;
    for (const Stretch& stretch : stretches) {
      (items[stretch.rule].empty() ? open : others).push_back(stretch);
    }
    MarkNeeded(open, needed);
    return CutOut(open, std::move(others));
  };
  ForEachItem(settle(StretchesOf(rules), cas), cas, [&](const auto& of_ca) {
    ForEachItem(settle(of_ca, cns), cns,
                [&](const auto& of_cn) { MarkNeeded(of_cn, needed); });
  });
  needed.flip();
  return needed;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
