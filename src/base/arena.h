// One block of memory for arrays of several types: an account of two rules
// would otherwise be mostly pieces of heap.

#ifndef API_ACCESS_SRC_BASE_ARENA_H_
#define API_ACCESS_SRC_BASE_ARENA_H_

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace api_access::internal {

class Arena {
 public:
  explicit Arena(std::size_t size)
      : memory_(std::make_unique<std::byte[]>(size)), next_(memory_.get()) {}

  // What `count` items take of the size of an arena.
  template <typename T>
  static constexpr std::size_t SizeOf(std::size_t count) {
    return (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }

  // Room for `count` items, each to be assigned before it is read.
  template <typename T>
  std::span<T> Take(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment);
    T* const first = reinterpret_cast<T*>(next_);
    next_ += SizeOf<T>(count);
    return std::span<T>(first, count);
  }

 private:
  static constexpr std::size_t kAlignment = 8;

  std::unique_ptr<std::byte[]> memory_;
  std::byte* next_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_ARENA_H_
