// One piece of memory for arrays of several types: an account of two rules
// would otherwise be mostly overhead of the heap.

#ifndef API_ACCESS_SRC_BASE_ARENA_H_
#define API_ACCESS_SRC_BASE_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <type_traits>

namespace api_access::internal {

// Ends the program if something does not fit into its place. It is checked in
// every build: inside one piece of memory no sanitizer sees that one array is
// written over another. Used while an account is compiled, never by a decision.
inline void CheckBound(bool fits) {
  if (!fits) std::terminate();
}

// Divides memory that it does not own into arrays. A default-made arena has no
// memory and only counts: the function that divides runs twice, first to learn
// the size.
class Arena {
 public:
  Arena() = default;
  // `memory` has to be aligned for every type that is taken.
  explicit Arena(std::span<std::byte> memory)
      : memory_(memory.data()), room_(memory.size()) {}

  // The next `count` items, each to be assigned before it is read. Empty where
  // the arena only counts.
  template <typename T>
  std::span<T> Take(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t begin =
        (size_ + alignof(T) - 1) / alignof(T) * alignof(T);
    size_ = begin + count * sizeof(T);
    if (memory_ == nullptr) return {};
    CheckBound(size_ <= room_);
    return std::span<T>(reinterpret_cast<T*>(memory_ + begin), count);
  }

  // Of all that was taken.
  std::size_t size() const { return size_; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
};

// Writes the items of an array one after the other.
template <typename T>
class Writer {
 public:
  explicit Writer(std::span<T> room) : room_(room) {}

  void Add(const T& item) {
    CheckBound(size_ < room_.size());
    room_[size_++] = item;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(size_); }

 private:
  std::span<T> room_;
  std::size_t size_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_ARENA_H_
