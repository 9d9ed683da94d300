#include "src/base/number_sets.h"

#include <bit>

namespace api_access::internal {
namespace {

constexpr int kLeafBits = 6;

}  // namespace

NumberSets::NumberSets(std::uint32_t bound)
    : height_(bound == 0 ? 0
                         : static_cast<int>(
                               std::bit_width((bound - 1) >> kLeafBits))) {}

NumberSets::Set NumberSets::Toggled(Set set, std::uint32_t number, int height) {
  const Tree tree = trees_[set];
  if (height == 0) {
    return Keep(tree ^ Tree{1} << number % (1U << kLeafBits));
  }
  const bool is_higher = (number >> (kLeafBits + height - 1) & 1) != 0;
  const int shift = is_higher ? 32 : 0;
  const auto part = static_cast<Set>(tree >> shift);
  // A part is replaced by flipping what differs.
  const Set flipped = part ^ Toggled(part, number, height - 1);
  return Keep(tree ^ Tree{flipped} << shift);
}

std::vector<std::uint32_t> NumberSets::NumbersOf(Set set) const {
  std::vector<std::uint32_t> numbers;
  Append(set, 0, height_, numbers);
  return numbers;
}

void NumberSets::Append(Set set, std::uint32_t first, int height,
                        std::vector<std::uint32_t>& numbers) const {
  if (set == kEmpty) return;
  const Tree tree = trees_[set];
  if (height == 0) {
    for (Tree left = tree; left != 0; left &= left - 1) {
      numbers.push_back(first +
                        static_cast<std::uint32_t>(std::countr_zero(left)));
    }
    return;
  }
  Append(static_cast<Set>(tree), first, height - 1, numbers);
  Append(static_cast<Set>(tree >> 32),
         first | std::uint32_t{1} << (kLeafBits + height - 1), height - 1,
         numbers);
}

NumberSets::Set NumberSets::Keep(Tree tree) {
  if (tree == 0) return kEmpty;
  const std::size_t slot = SlotOf(tree);
  if (slots_[slot] != 0) return slots_[slot];
  const auto set = static_cast<Set>(trees_.size());
  trees_.push_back(tree);
  slots_[slot] = set;
  if (2 * trees_.size() > slots_.size()) {
    slots_.assign(2 * slots_.size(), 0);
    for (Set kept = 1; kept < trees_.size(); ++kept) {
      slots_[SlotOf(trees_[kept])] = kept;
    }
  }
  return set;
}

std::size_t NumberSets::SlotOf(Tree tree) const {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  const std::uint64_t mixed = (tree ^ tree >> 32) * kOdd;
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (mixed >> 32 ^ mixed) & mask;
  while (slots_[slot] != 0 && trees_[slots_[slot]] != tree) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

}  // namespace api_access::internal
