// Finds what RuleTable::Walk finds, but faster, on accounts of many rules. It
// only chooses the rules that are tried; RuleTable tries them.
//
// CIDR blocks are nested or disjoint, so the distinct ranges of an account form
// a forest. An address is in one innermost block. The rules that admit it are
// those of this block and of all blocks around it, its chain. Rules without
// ranges belong to block 0, which is around everything.
//
// Each block knows the first rule of its chain and the first one without CA. Of
// the other rules only those with CAs have to be tried: the ones of the chain
// or the ones that list the CAs or the CN of the certificate, whichever are
// fewer. src/README.md has a worked example, and why the result is that of the
// walk.

#ifndef API_ACCESS_SRC_DECIDE_RULE_INDEX_H_
#define API_ACCESS_SRC_DECIDE_RULE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api_access/decision.h"
#include "api_access/ip.h"
#include "src/address/pieces.h"
#include "src/base/text_pool.h"
#include "src/base/text_table.h"
#include "src/decide/rule_table.h"

namespace api_access::internal {

// The line of one family, cut into stretches that are each in one innermost
// block. `Number` is what an address is searched by: 32 bits for IPv4, an
// AddressNumber for IPv6.
template <typename Number>
class Line {
 public:
  struct Stretch {
    Number start;
    std::uint32_t block;
  };

  Line() = default;
  // By start, the first of them at 0.
  explicit Line(std::vector<Stretch> stretches);

  // The block of the stretch that contains `number`. A branch-free binary
  // search within one part of `root_`.
  std::uint32_t Find(Number number) const;

  std::size_t bytes() const {
    return stretches_.capacity() * sizeof(Stretch) +
           root_.capacity() * sizeof(std::uint32_t);
  }

 private:
  std::vector<Stretch> stretches_;
  // The numbers from `base_` on are cut into equal parts. For each part, the
  // stretch that contains its first number; at the end the last stretch.
  std::vector<std::uint32_t> root_;
  std::uint64_t base_ = 0;
  int shift_ = 0;
};

class RuleIndex {
 public:
  explicit RuleIndex(const RuleTable& rules);

  // What the walk over `rules` finds, which are those of the constructor.
  Decision Find(const RuleTable& rules, const Presented& presented) const;

  // The first of the rules that admit an address, and the first of those
  // without CA; kNone when there is none.
  static constexpr std::uint32_t kNone =
      std::numeric_limits<std::uint32_t>::max();
  struct Admitting {
    std::uint32_t first = kNone;
    std::uint32_t first_without_ca = kNone;
  };
  const Admitting& AdmittingAt(const IpAddress& address) const;

  // The heap that it takes.
  std::size_t bytes() const;

 private:
  struct Block {
    // Of the whole chain; `with_ca` counts the rules with CAs.
    Admitting chain;
    std::uint32_t with_ca = 0;
    // Places in `rules_`: the rules of this very block that have CAs.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    // The innermost block around this one that has such rules.
    std::uint32_t outer = kNone;
  };

  // Rules that list one CA, or one CN.
  struct Listing {
    Text text = 0;
    // Places in `rules_`.
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    // The cost of trying them: the number of their ranges, at least one for
    // each rule.
    std::uint64_t cost = 0;
  };
  struct Listings {
    std::vector<Listing> all;  // in the order of TextTable
    std::vector<std::byte> starts;
    TextTable table;

    // An empty one when no rule lists `text`.
    Listing Find(const RuleTable& rules, std::string_view text) const;
  };

  struct RangeOfRule;

  const Block& BlockOf(const IpAddress& address) const;
  std::span<const std::uint32_t> RulesAt(std::uint32_t begin,
                                         std::uint32_t end) const {
    return std::span(rules_).subspan(begin, end - begin);
  }

  // Starts a block inside another, without rules of its own.
  std::uint32_t AddBlock(std::uint32_t parent);
  // `rule` is later than those that the block has.
  void AddRule(const RuleTable& rules, std::uint32_t block, std::uint32_t rule);
  template <typename Number>
  Line<Number> AddRanges(const RuleTable& rules,
                         std::vector<RangeOfRule> ranges);
  void AddToListing(const RuleTable& rules, std::uint32_t rule,
                    Listing& listing);
  // By the items of a criterion.
  Listings MakeListings(const RuleTable& rules,
                        TextRange (RuleTable::*items)(std::uint32_t) const);

  Line<std::uint32_t> v4_;
  Line<AddressNumber> v6_;
  std::vector<Block> blocks_;  // block 0 is around everything
  std::vector<std::uint32_t> rules_;
  Listings by_ca_;
  Listings by_cn_;
  Listing without_cn_;  // the rules with CAs that ask for no CN
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_RULE_INDEX_H_
