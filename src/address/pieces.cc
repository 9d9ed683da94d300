#include "src/address/pieces.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace api_access::internal {
namespace {

// The number of addresses from `begin` to before `end`, modulo 2^128.
AddressNumber Distance(AddressNumber begin, AddressNumber end) {
  const std::uint64_t borrow = end.low < begin.low ? 1 : 0;
  return {end.high - begin.high - borrow, end.low - begin.low};
}

int BitWidth(AddressNumber number) {
  return static_cast<int>(number.high != 0 ? 64 + std::bit_width(number.high)
                                           : std::bit_width(number.low));
}

int TrailingZeros(AddressNumber number) {
  return number.low != 0 ? std::countr_zero(number.low)
                         : 64 + std::countr_zero(number.high);
}

PieceSpan Intersection(const PieceSpan& a, const PieceSpan& b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

// The same pieces in ascending spans with a gap between any two of them.
std::vector<PieceSpan> Merged(std::vector<PieceSpan> spans) {
  std::ranges::sort(spans, {}, &PieceSpan::begin);
  std::vector<PieceSpan> merged;
  for (const PieceSpan& span : spans) {
    if (span.begin >= span.end) continue;
    if (!merged.empty() && span.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, span.end);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

// Appends the fewest blocks that make up the addresses from `first` to before
// `end`, where none is the end of the line, while `blocks` are no more than
// `limit`. All addresses are of one family.
void AppendBlocks(const IpAddress& first, const std::optional<IpAddress>& end,
                  std::size_t limit, std::vector<IpRange>& blocks) {
  // The end of the line is 2^128, which is 0 modulo 2^128.
  const AddressNumber end_number =
      end ? AddressBits::NumberOf(*end) : AddressNumber();
  std::optional<IpAddress> next = first;
  while (next != end && blocks.size() <= limit) {
    // A block of 2^n addresses begins at a multiple of 2^n. The widest one that
    // begins here and is not too long is in every shortest list.
    const AddressNumber number = AddressBits::NumberOf(*next);
    const int host_bits = std::min(TrailingZeros(number),
                                   BitWidth(Distance(number, end_number)) - 1);
    const int width = next->is_v4() ? 32 : 128;
    blocks.push_back(*IpRange::Create(
        {.address = *next, .prefix_length = width - host_bits}));
    next = Successor(blocks.back().last_address());
  }
}

}  // namespace

AddressPieces::AddressPieces(std::span<const IpRange> ranges) {
  const IpAddress v4_first = FirstAddress(Family::kIpv4);
  const IpAddress v4_after = *Successor(LastAddress(Family::kIpv4));
  firsts_.reserve(2 * ranges.size() + 3);
  firsts_ = {FirstAddress(Family::kIpv6), v4_first, v4_after};
  for (const IpRange& range : ranges) {
    firsts_.push_back(range.first_address());
    if (const auto after = Successor(range.last_address())) {
      firsts_.push_back(*after);
    }
  }
  std::ranges::sort(firsts_);
  firsts_.erase(std::unique(firsts_.begin(), firsts_.end()), firsts_.end());

  const PieceSpan v4 = {PieceOf(v4_first), PieceOf(v4_after)};
  parts_ = {v4, {0, v4.begin}, {v4.end, size()}};
}

std::uint32_t AddressPieces::PieceOf(const IpAddress& address) const {
  const auto next = std::ranges::upper_bound(firsts_, address);
  return static_cast<std::uint32_t>(next - firsts_.begin() - 1);
}

std::vector<PieceSpan> AddressPieces::SpansOf(
    std::span<const IpRange> ranges) const {
  std::vector<PieceSpan> spans;
  for (const IpRange& range : ranges) {
    const PieceSpan around = {PieceOf(range.first_address()),
                              PieceOf(range.last_address()) + 1};
    for (const PieceSpan& part : SpansOf(FamilyOf(range))) {
      spans.push_back(Intersection(around, part));
    }
  }
  return Merged(std::move(spans));
}

std::vector<PieceSpan> AddressPieces::SpansOf(const ApiAccessRule& rule) const {
  if (rule.ip_ranges().empty()) return {{0, size()}};
  return SpansOf(rule.ip_ranges());
}

std::vector<IpRange> AddressPieces::BlocksOf(std::vector<PieceSpan> spans,
                                             std::size_t limit) const {
  spans = Merged(std::move(spans));
  std::vector<IpRange> blocks;
  for (const PieceSpan& part : parts_) {
    for (const PieceSpan& span : spans) {
      const PieceSpan inside = Intersection(span, part);
      if (inside.begin >= inside.end) continue;
      AppendBlocks(firsts_[inside.begin],
                   inside.end < size() ? std::optional(firsts_[inside.end])
                                       : std::nullopt,
                   limit, blocks);
    }
  }
  return blocks;
}

std::vector<IpRange> RangesOf(std::span<const ApiAccessRule> rules) {
  std::vector<IpRange> ranges;
  for (const ApiAccessRule& rule : rules) {
    ranges.insert(ranges.end(), rule.ip_ranges().begin(),
                  rule.ip_ranges().end());
  }
  return ranges;
}

bool CoverFamily(std::span<const IpRange> ranges, Family family) {
  // The ranges of almost all rules fail here, which saves cutting the line.
  if (std::ranges::none_of(ranges, [&](const IpRange& range) {
        return range.Contains(FirstAddress(family));
      })) {
    return false;
  }
  const AddressPieces pieces(ranges);
  const std::vector<PieceSpan> spans = pieces.SpansOf(ranges);
  return std::ranges::all_of(pieces.SpansOf(family), [&](PieceSpan part) {
    return std::ranges::any_of(spans, [&](PieceSpan span) {
      return span.begin <= part.begin && part.end <= span.end;
    });
  });
}

bool AdmitsFamily(const ApiAccessRule& rule, Family family) {
  return rule.ip_ranges().empty() || CoverFamily(rule.ip_ranges(), family);
}

bool AdmitsAnyAddress(const ApiAccessRule& rule) {
  return AdmitsFamily(rule, Family::kIpv4) || AdmitsFamily(rule, Family::kIpv6);
}

std::vector<Family> FamiliesAdmittedTogether(
    std::span<const ApiAccessRule* const> rules) {
  std::vector<IpRange> ranges;
  for (const ApiAccessRule* rule : rules) {
    ranges.insert(ranges.end(), rule->ip_ranges().begin(),
                  rule->ip_ranges().end());
  }
  std::vector<Family> families;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const bool by_one = std::ranges::any_of(
        rules,
        [&](const ApiAccessRule* rule) { return AdmitsFamily(*rule, family); });
    if (!by_one && CoverFamily(ranges, family)) families.push_back(family);
  }
  return families;
}

std::string FamiliesText(std::span<const Family> families) {
  std::string text;
  for (const Family family : families) {
    if (!text.empty()) text += " and any ";
    text += family == Family::kIpv4 ? "IPv4" : "IPv6";
  }
  return text;
}

}  // namespace api_access::internal
