#include "src/insight/rule_redundancy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
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

// Which stretches of a group reach farthest. A group has the stretches of the
// rules that the same certificate matches, and no more:
//   OfNoCa()        of rules without CA
//   OfCa(ca)        of rules with this CA, without CN
//   OfCn(ca, cn)    of rules with this CA and this CN
class FarthestStretches {
 public:
  using Group = std::uint64_t;
  static constexpr Group OfNoCa() { return 0; }
  static constexpr Group OfCa(std::uint32_t ca) {
    return (std::uint64_t{ca} + 1) << 32;
  }
  static constexpr Group OfCn(std::uint32_t ca, std::uint32_t cn) {
    return OfCa(ca) + cn + 1;
  }

  FarthestStretches(const std::vector<Stretch>& stretches, const Numbers& cas,
                    const Numbers& cns) {
    for (const Stretch& stretch : stretches) {
      const auto add = [&](Group group) {
        entries_.push_back({group, stretch.begin, stretch, {}});
      };
      const std::uint32_t rule = stretch.rule;
      if (cas[rule].empty()) add(OfNoCa());
      for (const std::uint32_t ca : cas[rule]) {
        if (cns[rule].empty()) add(OfCa(ca));
        for (const std::uint32_t cn : cns[rule]) add(OfCn(ca, cn));
      }
    }
    std::ranges::sort(entries_, {}, &Entry::Place);
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      const Entry& before = entries_[i - 1];
      Entry& entry = entries_[i];
      if (before.group != entry.group) continue;
      const Stretch own = entry.first;
      const bool is_first = IsFarther(own, before.first);
      entry.first = is_first ? own : before.first;
      entry.second = is_first                        ? before.first
                     : IsFarther(own, before.second) ? own
                                                     : before.second;
    }
  }

  std::size_t size() const { return entries_.size(); }

  // Replaces `farthest` by a stretch of the group that begins at `place` or
  // before and reaches farther. It is not of the rule `except`, which has a
  // stretch at `place`.
  void Improve(Group group, std::uint32_t place, std::uint32_t except,
               Stretch& farthest) const {
    const auto after = std::ranges::upper_bound(
        entries_, std::pair(group, place), {}, &Entry::Place);
    if (after == entries_.begin() || (after - 1)->group != group) return;
    const Entry& last = *(after - 1);
    // Stretches of one rule do not overlap: where the second one is of `except`
    // too, it ends before `place`.
    const Stretch& found = last.first.rule == except ? last.second : last.first;
    if (found.rule != except && IsFarther(found, farthest)) farthest = found;
  }

 private:
  struct Entry {
    Group group;
    std::uint32_t begin;
    // Of the stretches of the group that begin here or before, the two that
    // reach farthest.
    Stretch first;
    Stretch second;

    std::pair<Group, std::uint32_t> Place() const { return {group, begin}; }
  };

  // Of stretches that reach as far, that of the first rule.
  static bool IsFarther(const Stretch& a, const Stretch& b) {
    return a.end > b.end || (a.end == b.end && a.end != 0 && a.rule < b.rule);
  }

  std::vector<Entry> entries_;
};

// Finds covers of redundant rules. Wherever a client presents least for the
// rule (see above), it walks over the rule's addresses: from each place it goes
// on to the end of that stretch of another rule which reaches farthest.
class CoverSearch {
 public:
  // The last two must outlive the search.
  CoverSearch(const std::vector<Stretch>& stretches, const Numbers& cas,
              const Numbers& cns)
      : cas_(cas),
        cns_(cns),
        stretches_of_(cas.size()),
        farthest_(stretches, cas, cns),
        shared_steps_(kStepsPerStretch * farthest_.size()) {
    for (const Stretch& stretch : stretches) {
      stretches_of_[stretch.rule].push_back(stretch);
    }
  }

  // `rule` is redundant.
  Redundancy CoverOf(std::uint32_t rule) {
    own_steps_ = kOwnSteps;
    Redundancy found = {.is_redundant = true};
    std::set<std::uint32_t> cover;
    const auto walk = [&](std::span<const Group> groups) {
      found.is_whole = found.is_whole && Walk(rule, groups, cover);
    };
    constexpr Group kNoCa = FarthestStretches::OfNoCa();
    if (cas_[rule].empty()) walk(std::array{kNoCa});
    for (const std::uint32_t ca : cas_[rule]) {
      const Group of_ca = FarthestStretches::OfCa(ca);
      if (cns_[rule].empty()) walk(std::array{kNoCa, of_ca});
      for (const std::uint32_t cn : cns_[rule]) {
        walk(std::array{kNoCa, of_ca, FarthestStretches::OfCn(ca, cn)});
      }
    }
    for (const std::uint32_t other : cover) {
      if (found.covered_by.size() == kMaxNamedCover) break;
      found.covered_by.push_back(other);
    }
    found.more = cover.size() - found.covered_by.size();
    return found;
  }

 private:
  using Group = FarthestStretches::Group;

  // How many steps all covers take together, for each stretch, and how many
  // each of them may take in any case.
  static constexpr std::size_t kStepsPerStretch = 16;
  static constexpr std::size_t kOwnSteps = 64;

  // Returns false when it took too many steps.
  bool Walk(std::uint32_t rule, std::span<const Group> groups,
            std::set<std::uint32_t>& cover) {
    for (const Stretch& stretch : stretches_of_[rule]) {
      std::uint32_t place = stretch.begin;
      while (place < stretch.end) {
        if (own_steps_ > 0) {
          --own_steps_;
        } else if (shared_steps_ > 0) {
          --shared_steps_;
        } else {
          return false;
        }
        Stretch farthest = {};
        for (const Group group : groups) {
          farthest_.Improve(group, place, rule, farthest);
        }
        // Does not happen to a redundant rule.
        if (farthest.end <= place) return false;
        cover.insert(farthest.rule);
        place = farthest.end;
      }
    }
    return true;
  }

  const Numbers& cas_;
  const Numbers& cns_;
  std::vector<std::vector<Stretch>> stretches_of_;
  FarthestStretches farthest_;
  std::size_t shared_steps_;
  std::size_t own_steps_ = 0;
};

}  // namespace

std::vector<Redundancy> FindRedundant(std::span<const ApiAccessRule> rules) {
  const Numbers cas = NumbersOf(rules, &ApiAccessRule::ca_ids);
  const Numbers cns = NumbersOf(rules, &ApiAccessRule::cns);
  const std::vector<Stretch> stretches = StretchesOf(rules);
  std::vector<bool> needed(rules.size());
  // Compares the rules that a criterion does not constrain. They match whatever
  // is presented to it, so the others are needed only where none of them is.
  const auto settle = [&](const std::vector<Stretch>& of,
                          const Numbers& items) {
    std::vector<Stretch> open;
    std::vector<Stretch> others;
    for (const Stretch& stretch : of) {
      (items[stretch.rule].empty() ? open : others).push_back(stretch);
    }
    MarkNeeded(open, needed);
    return CutOut(open, std::move(others));
  };
  ForEachItem(settle(stretches, cas), cas, [&](const auto& of_ca) {
    ForEachItem(settle(of_ca, cns), cns,
                [&](const auto& of_cn) { MarkNeeded(of_cn, needed); });
  });

  std::vector<Redundancy> found(rules.size());
  if (std::ranges::find(needed, false) == needed.end()) return found;
  CoverSearch search(stretches, cas, cns);
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (!needed[rule]) found[rule] = search.CoverOf(rule);
  }
  return found;
}

}  // namespace api_access::internal
