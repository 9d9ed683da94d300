#include "src/page/alone.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "src/address/pieces.h"

namespace api_access::internal {
namespace {

// Counts every IP range, CA and CN of the rules that are compared with one. It
// takes about a microsecond each.
constexpr std::size_t kMaxWork = 1'000'000;

std::size_t SizeOf(const ApiAccessRule& rule) {
  return 1 + rule.ip_ranges().size() + rule.ca_ids().size() + rule.cns().size();
}

// Finds the rules that have an address in common with another one.
class Neighbours {
 public:
  explicit Neighbours(const std::vector<ApiAccessRule>& rules)
      : pieces_(RangesOf(rules)) {
    for (const ApiAccessRule& rule : rules) {
      spans_.push_back(pieces_.SpansOf(rule));
    }
    // Spans in the order of their begins, and how far those up to each reach.
    for (std::uint32_t rule = 0; rule < spans_.size(); ++rule) {
      for (const PieceSpan& span : spans_[rule]) {
        by_begin_.push_back({span, rule});
      }
    }
    std::ranges::sort(by_begin_, {}, [](const Placed& placed) {
      return std::pair(placed.span.begin, placed.rule);
    });
    std::uint32_t last = 0;
    for (const Placed& placed : by_begin_) {
      last = std::max(last, placed.span.end);
      last_end_.push_back(last);
    }
  }

  // The numbers of the rules that admit an address that `rule` admits, which
  // is among them, ascending. Each span that is looked at takes one from
  // `work`; returns nothing when that is used up.
  std::optional<std::vector<std::uint32_t>> Of(std::uint32_t rule,
                                               std::size_t& work) const {
    std::vector<std::uint32_t> found;
    for (const PieceSpan& span : spans_[rule]) {
      auto i = static_cast<std::size_t>(
          std::ranges::lower_bound(
              by_begin_, span.end, {},
              [](const Placed& placed) { return placed.span.begin; }) -
          by_begin_.begin());
      while (i > 0 && last_end_[i - 1] > span.begin) {
        if (work == 0) return std::nullopt;
        --work;
        --i;
        if (by_begin_[i].span.end > span.begin) {
          found.push_back(by_begin_[i].rule);
        }
      }
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

 private:
  struct Placed {
    PieceSpan span;
    std::uint32_t rule;
  };

  AddressPieces pieces_;
  std::vector<std::vector<PieceSpan>> spans_;
  std::vector<Placed> by_begin_;
  std::vector<std::uint32_t> last_end_;
};

}  // namespace

std::vector<std::optional<std::vector<AccessRegion>>> AdmittedAlone(
    const Account& account, std::size_t count) {
  const std::vector<ApiAccessRule>& rules = account.rules();
  count = std::min(count, rules.size());
  const Neighbours neighbours(rules);
  std::vector<std::optional<std::vector<AccessRegion>>> alone(count);
  std::size_t work = kMaxWork;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto admitting = neighbours.Of(i, work);
    if (!admitting) continue;
    Account::Fields without = {.policy = account.policy()};
    std::size_t needed = 0;
    for (const std::uint32_t other : *admitting) {
      needed += SizeOf(rules[other]);
      if (needed > work) break;
      if (other != i) without.rules.push_back(rules[other]);
    }
    if (needed > work) continue;
    work -= needed;
    Account::Fields with = without;
    with.rules.push_back(rules[i]);
    const auto before = Account::Create(std::move(without));
    const auto after = Account::Create(std::move(with));
    if (!before.ok() || !after.ok()) continue;
    auto difference = DiffAccess(*before, *after, Timestamp());
    if (!difference.ok()) continue;
    alone[i].emplace();
    for (DifferenceRegion& region : difference->widened) {
      alone[i]->push_back(std::move(region.region));
    }
  }
  return alone;
}

}  // namespace api_access::internal
