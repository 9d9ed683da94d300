#include "src/decide/rule_index.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <type_traits>
#include <utility>

namespace api_access::internal {

namespace {

// A chain of up to this many rules with CAs is tried one by one: looking up the
// texts of the certificate costs more.
constexpr std::uint32_t kFewRules = 4;

// The number of an address on the line of its family: for IPv4 the lower 32
// bits, for IPv6 all of them.
template <typename Number>
Number NumberOf(const IpAddress& address) {
  const AddressNumber number = AddressBits::NumberOf(address);
  if constexpr (std::is_same_v<Number, AddressNumber>) {
    return number;
  } else {
    return static_cast<Number>(number.low);
  }
}

bool AtMost(std::uint32_t a, std::uint32_t b) { return a <= b; }
// Branch-free, since nothing could predict the branch.
bool AtMost(AddressNumber a, AddressNumber b) {
  return (static_cast<unsigned>(a.high < b.high) |
          (static_cast<unsigned>(a.high == b.high) &
           static_cast<unsigned>(a.low <= b.low))) != 0;
}

// The upper bits of a number.
std::uint64_t Top(std::uint32_t number) { return number; }
std::uint64_t Top(AddressNumber number) { return number.high; }

}  // namespace

template <typename Number>
Line<Number>::Line(std::vector<Stretch> stretches)
    : stretches_(std::move(stretches)) {
  constexpr int kMaxRootBits = 16;
  const std::size_t count = stretches_.size();
  if (count > 1) base_ = Top(stretches_[1].start);
  const std::uint64_t span = Top(stretches_.back().start) - base_;
  const int bits =
      std::min(kMaxRootBits, static_cast<int>(std::bit_width(count)));
  shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - bits);
  const std::size_t parts = static_cast<std::size_t>(span >> shift_) + 1;
  root_.reserve(parts + 1);
  std::uint32_t stretch = 0;
  root_.push_back(stretch);  // also for the numbers before `base_`
  for (std::size_t part = 1; part < parts; ++part) {
    const std::uint64_t first = base_ + (std::uint64_t{part} << shift_);
    while (stretch + 1 < count && Top(stretches_[stretch + 1].start) < first) {
      ++stretch;
    }
    root_.push_back(stretch);
  }
  root_.push_back(static_cast<std::uint32_t>(count - 1));
}

template <typename Number>
std::uint32_t Line<Number>::Find(Number number) const {
  const std::uint64_t top = Top(number);
  const std::uint64_t part =
      top < base_
          ? 0
          : std::min<std::uint64_t>((top - base_) >> shift_, root_.size() - 2);
  const Stretch* found = &stretches_[root_[part]];
  std::size_t length = root_[part + 1] - root_[part] + 1U;
  while (length > 1) {
    const std::size_t half = length / 2;
    found += AtMost(found[half].start, number) ? half : 0;
    length -= half;
  }
  return found->block;
}

struct RuleIndex::RangeOfRule {
  IpRange range;
  std::uint32_t rule;
};

RuleIndex::RuleIndex(const RuleTable& rules) {
  std::vector<RangeOfRule> v4;
  std::vector<RangeOfRule> v6;
  AddBlock(kNone);
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (rules.ranges(rule).empty()) AddRule(rules, 0, rule);
    for (const IpRange& range : rules.ranges(rule)) {
      (range.is_v4() ? v4 : v6).push_back({range, rule});
    }
  }
  v4_ = AddRanges<std::uint32_t>(rules, std::move(v4));
  v6_ = AddRanges<AddressNumber>(rules, std::move(v6));

  const bool is_few = std::ranges::all_of(
      blocks_, [](const Block& block) { return block.with_ca <= kFewRules; });
  if (!is_few) {
    by_ca_ = MakeListings(rules, &RuleTable::ca_ids);
    by_cn_ = MakeListings(rules, &RuleTable::cns);
    without_cn_.begin = without_cn_.end =
        static_cast<std::uint32_t>(rules_.size());
    for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
      if (rules.cns(rule).empty() && !rules.ca_ids(rule).empty()) {
        AddToListing(rules, rule, without_cn_);
      }
    }
  }
  rules_.shrink_to_fit();
}

std::uint32_t RuleIndex::AddBlock(std::uint32_t parent) {
  Block block;
  if (parent != kNone) {
    const Block& around = blocks_[parent];
    block.chain = around.chain;
    block.with_ca = around.with_ca;
    block.outer = around.begin == around.end ? around.outer : parent;
  }
  block.begin = block.end = static_cast<std::uint32_t>(rules_.size());
  blocks_.push_back(block);
  return static_cast<std::uint32_t>(blocks_.size() - 1);
}

void RuleIndex::AddRule(const RuleTable& rules, std::uint32_t block,
                        std::uint32_t rule) {
  Block& added = blocks_[block];
  added.chain.first = std::min(added.chain.first, rule);
  if (rules.ca_ids(rule).empty()) {
    added.chain.first_without_ca = std::min(added.chain.first_without_ca, rule);
  } else {
    rules_.push_back(rule);
    ++added.end;
    ++added.with_ca;
  }
}

// AddressPieces would cut the line at the same places, but it does not know how
// the blocks are nested. The index needs that: a block has a place in a chain,
// and copies what is known about the chain from the block around it. So this
// sweeps over the blocks with a stack of those that are open.
template <typename Number>
Line<Number> RuleIndex::AddRanges(const RuleTable& rules,
                                  std::vector<RangeOfRule> ranges) {
  constexpr Family kFamily =
      std::is_same_v<Number, AddressNumber> ? Family::kIpv6 : Family::kIpv4;
  // The wider block first, as the order of ranges has it.
  std::ranges::sort(ranges, [](const RangeOfRule& a, const RangeOfRule& b) {
    return a.range != b.range ? a.range < b.range : a.rule < b.rule;
  });
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (i == 0 || ranges[i].range != ranges[i - 1].range) ++distinct;
  }
  blocks_.reserve(blocks_.size() + distinct);

  using Stretch = typename Line<Number>::Stretch;
  std::vector<Stretch> stretches;
  stretches.reserve(2 * distinct + 1);
  const auto start = [&](Number number, std::uint32_t block) {
    if (!stretches.empty() && AtMost(number, stretches.back().start)) {
      stretches.back().block = block;
    } else {
      stretches.push_back({number, block});
    }
  };
  struct Open {
    IpAddress last;
    std::uint32_t block;
  };
  std::vector<Open> open;
  const auto close = [&] {
    const IpAddress last = open.back().last;
    open.pop_back();
    if (last == LastAddress(kFamily)) return;  // the end of the line
    start(NumberOf<Number>(*Successor(last)),
          open.empty() ? 0 : open.back().block);
  };

  start(Number(), 0);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const IpRange& range = ranges[i].range;
    if (i == 0 || range != ranges[i - 1].range) {
      while (!open.empty() && open.back().last < range.first_address()) close();
      const std::uint32_t block =
          AddBlock(open.empty() ? 0 : open.back().block);
      start(NumberOf<Number>(range.first_address()), block);
      open.push_back({range.last_address(), block});
    }
    AddRule(rules, open.back().block, ranges[i].rule);
  }
  while (!open.empty()) close();
  return Line<Number>(std::move(stretches));
}

void RuleIndex::AddToListing(const RuleTable& rules, std::uint32_t rule,
                             Listing& listing) {
  rules_.push_back(rule);
  ++listing.end;
  listing.cost += std::max<std::size_t>(1, rules.ranges(rule).size());
}

RuleIndex::Listings RuleIndex::MakeListings(
    const RuleTable& rules,
    TextRange (RuleTable::*items)(std::uint32_t) const) {
  struct Item {
    std::uint32_t hash;
    std::string_view bytes;
    std::uint32_t rule;
    Text text;

    auto operator<=>(const Item&) const = default;
  };
  std::vector<Item> sorted;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (const Text text : (rules.*items)(rule)) {
      const std::string_view bytes = rules.text(text);
      sorted.push_back({HashText(bytes), bytes, rule, text});
    }
  }
  std::ranges::sort(sorted);
  Listings listings;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Item& item = sorted[i];
    if (i == 0 || sorted[i - 1].bytes != item.bytes) {
      const auto begin = static_cast<std::uint32_t>(rules_.size());
      listings.all.push_back({.text = item.text, .begin = begin, .end = begin});
    }
    AddToListing(rules, item.rule, listings.all.back());
  }
  listings.starts.resize(TextTable::StartBytes(listings.all.size()));
  listings.table = TextTable(static_cast<std::uint32_t>(listings.all.size()),
                             listings.starts, [&](std::uint32_t place) {
                               return rules.text(listings.all[place].text);
                             });
  return listings;
}

RuleIndex::Listing RuleIndex::Listings::Find(const RuleTable& rules,
                                             std::string_view text) const {
  const std::uint32_t place =
      table.Find(starts.data(), text,
                 [&](std::uint32_t at) { return rules.text(all[at].text); });
  return place != TextTable::kNone ? all[place] : Listing();
}

const RuleIndex::Block& RuleIndex::BlockOf(const IpAddress& address) const {
  return blocks_[address.is_v4() ? v4_.Find(NumberOf<std::uint32_t>(address))
                                 : v6_.Find(NumberOf<AddressNumber>(address))];
}

const RuleIndex::Admitting& RuleIndex::AdmittingAt(
    const IpAddress& address) const {
  return BlockOf(address).chain;
}

Decision RuleIndex::Find(const RuleTable& rules,
                         const Presented& presented) const {
  Decision decision = kNoRuleTried;
  if (rules.size() == 0) return decision;
  const Block& block = BlockOf(presented.address);
  if (block.chain.first == kNone) {
    decision.reason = Reason::kSourceIpNotAllowed;
    return decision;
  }

  const auto try_rule = [&](std::uint32_t rule) {
    Combine(rule, rules.TryBeyondAddress(rule, presented), decision);
  };
  try_rule(block.chain.first);
  if (decision.rule_index) return decision;
  if (block.chain.first_without_ca != kNone) {
    try_rule(block.chain.first_without_ca);
  }
  // Without a certificate every rule with CAs misses by kCertificateMissing, as
  // the first one did.
  const ClientCertificate* certificate = presented.certificate;
  if (certificate == nullptr || certificate->ca_ids().empty()) return decision;

  // True if neither `rule` nor a later one can change the decision.
  const auto is_settled = [&](std::uint32_t rule) {
    return decision.rule_index && *decision.rule_index <= rule;
  };
  const auto try_chain = [&](auto enough) {
    for (std::uint32_t at = static_cast<std::uint32_t>(&block - &blocks_[0]);
         at != kNone; at = blocks_[at].outer) {
      for (const std::uint32_t rule :
           RulesAt(blocks_[at].begin, blocks_[at].end)) {
        if (enough(rule)) break;
        if (rule != block.chain.first) try_rule(rule);
      }
    }
  };
  if (block.with_ca <= kFewRules) {
    try_chain(is_settled);
    return decision;
  }

  const auto try_listed = [&](const Listing& listing, auto enough) {
    for (const std::uint32_t rule : RulesAt(listing.begin, listing.end)) {
      if (enough(rule)) break;
      if (rules.Try(rule, Criterion::kIpRange, presented) ==
          Reason::kRuleMatched) {
        try_rule(rule);
      }
    }
  };
  std::uint64_t cost_by_ca = 0;
  for (const std::string& id : certificate->ca_ids()) {
    cost_by_ca += by_ca_.Find(rules, id).cost;
  }
  // A rule that matches, or that misses only by its CN, lists one of the CAs.
  const auto try_near = [&](auto enough) {
    if (cost_by_ca >= block.with_ca) return try_chain(enough);
    for (const std::string& id : certificate->ca_ids()) {
      try_listed(by_ca_.Find(rules, id), enough);
    }
  };
  const Listing with_cn =
      certificate->cn() ? by_cn_.Find(rules, *certificate->cn()) : Listing();
  if (without_cn_.cost + with_cn.cost >=
      std::min<std::uint64_t>(cost_by_ca, block.with_ca)) {
    try_near(is_settled);
    return decision;
  }
  // A rule that matches lists the CN, or no CN. If none does, the nearest miss
  // is still to be found: rules are tried until one misses only by its CN,
  // since no miss is nearer.
  try_listed(without_cn_, is_settled);
  try_listed(with_cn, is_settled);
  if (!decision.rule_index) {
    try_near([&](std::uint32_t) {
      return decision.reason == Reason::kCnNotAllowed;
    });
  }
  return decision;
}

std::size_t RuleIndex::bytes() const {
  std::size_t bytes = v4_.bytes() + v6_.bytes() +
                      blocks_.capacity() * sizeof(Block) +
                      rules_.capacity() * sizeof(std::uint32_t);
  for (const Listings* listings : {&by_ca_, &by_cn_}) {
    bytes += listings->all.capacity() * sizeof(Listing) +
             listings->starts.capacity();
  }
  return bytes;
}

}  // namespace api_access::internal
