// Sets of numbers that are each kept once: equal sets are one value.

#ifndef API_ACCESS_SRC_BASE_NUMBER_SETS_H_
#define API_ACCESS_SRC_BASE_NUMBER_SETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace api_access::internal {

// Keeps sets of numbers below a bound as binary trees. A leaf has a bit for
// each of 64 numbers, a node has two subtrees, and equal subtrees are kept
// once. So sets that differ in one number share all but one path.
//
//   NumberSets sets(1000);
//   const NumberSets::Set set = sets.Toggled(NumberSets::kEmpty, 7);
//   sets.Toggled(set, 7) == NumberSets::kEmpty
class NumberSets {
 public:
  using Set = std::uint32_t;
  static constexpr Set kEmpty = 0;

  explicit NumberSets(std::uint32_t bound);

  // `set` without `number` if it contains it, else with it. Takes O(log bound)
  // time.
  Set Toggled(Set set, std::uint32_t number) {
    return Toggled(set, number, height_);
  }

  // Ascending.
  std::vector<std::uint32_t> NumbersOf(Set set) const;

  // How many subtrees are kept, fewer than 2^32, and the heap that each takes.
  std::size_t size() const { return trees_.size(); }
  static constexpr std::size_t kBytesEach = 24;

 private:
  // What a subtree consists of: the bits of a leaf; or a subtree of lower
  // numbers, and one of higher numbers in the upper half. Where it is in the
  // whole tree tells which. The empty one is 0 at every height.
  using Tree = std::uint64_t;

  Set Toggled(Set set, std::uint32_t number, int height);
  void Append(Set set, std::uint32_t first, int height,
              std::vector<std::uint32_t>& numbers) const;
  // The place of `tree` in `trees_`, to which it is added if it is new.
  Set Keep(Tree tree);
  // The slot of `tree`, or the free one where it belongs.
  std::size_t SlotOf(Tree tree) const;

  int height_;
  std::vector<Tree> trees_ = {0};
  // A hash table with linear probing, at most half full: places in `trees_`, 0
  // for a free slot.
  std::vector<Set> slots_ = std::vector<Set>(16);
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_NUMBER_SETS_H_
