#include "src/insight/rule_redundancy.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "src/address/pieces.h"

namespace api_access::internal {
namespace {

// Matching is monotone: a client that presents more is still matched by every
// rule that matched before. So it is enough to compare the rules where a client
// presents least: no certificate; a certificate under one CA, without CN; one
// under one CA with one listed CN. A rule is needed when, in one of these
// cases, some address is matched by it alone.
//
// Under a trusted session CA and CN sometimes count as satisfied. That changes
// nothing: rules that replace another one where a certificate is asked for also
// replace it where none is.

// The pieces from `begin` to before `end`, which a rule matches.
struct Stretch {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t rule;
};

// What each rule matches by its IP criterion, ascending by begin. The stretches
// of one rule do not overlap.
std::vector<Stretch> StretchesOf(std::span<const ApiAccessRule> rules) {
  const AddressPieces pieces(RangesOf(rules));
  std::vector<Stretch> stretches;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (const PieceSpan& span : pieces.SpansOf(rules[rule])) {
      stretches.push_back({span.begin, span.end, rule});
    }
  }
  std::ranges::sort(stretches, {}, &Stretch::begin);
  return stretches;
}

// Marks each rule that alone covers some piece. `stretches` ascend by begin.
void MarkNeeded(const std::vector<Stretch>& stretches,
                std::vector<bool>& needed) {
  // Of the stretches so far, `farthest` has the greatest end. From `alone_from`
  // on no other one of them reaches.
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

// Removes the pieces of `covers` from the line, numbers the other pieces
// without a gap, and returns what is left of `stretches`. Both ascend by begin.
// What is left of a stretch is one stretch again: without pieces 2 and 3, a
// stretch of pieces 1 to 4 becomes one of pieces 1 and 2.
std::vector<Stretch> CutOut(const std::vector<Stretch>& covers,
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

// For each rule the items of a criterion as numbers. Equal texts have the same
// number.
using Numbers = std::vector<std::vector<std::uint32_t>>;

Numbers NumbersOf(std::span<const ApiAccessRule> rules,
                  const std::vector<std::string>& (ApiAccessRule::*items)()
                      const) {
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
  // The sort key: the item in the upper half, the index of the stretch in the
  // lower half, so that sorting groups by item and keeps the order.
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

}  // namespace

std::vector<bool> FindRedundant(std::span<const ApiAccessRule> rules) {
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
