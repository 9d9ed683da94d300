// Many texts in one array of bytes, found by their numbers.

#ifndef API_ACCESS_SRC_BASE_TEXT_POOL_H_
#define API_ACCESS_SRC_BASE_TEXT_POOL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/base/arena.h"

namespace api_access::internal {

// The number of a text in a TextPool, from 0.
using Text = std::uint32_t;

// How much the texts of a pool take.
struct TextCounts {
  std::size_t texts = 0;
  std::size_t bytes = 0;

  void Add(std::string_view text) {
    ++texts;
    bytes += text.size();
  }
};

// A view of the texts that a TextWriter has written: one pointer. Text i begins
// offset i bytes after the first offset and ends where text i + 1 begins.
class TextPool {
 public:
  // Memory for a pool: one offset more than there are texts, and the bytes,
  // somewhere after the offsets.
  struct Room {
    std::span<std::uint32_t> offsets;
    std::span<char> bytes;
  };
  static Room Take(Arena& arena, const TextCounts& counts);

  TextPool() = default;

  std::string_view Get(Text text) const {
    return std::string_view(
        reinterpret_cast<const char*>(offsets_) + offsets_[text],
        offsets_[text + 1] - offsets_[text]);
  }

 private:
  friend class TextWriter;
  explicit TextPool(const std::uint32_t* offsets) : offsets_(offsets) {}

  const std::uint32_t* offsets_ = nullptr;
};

// Writes the texts of a pool one after the other. The pool has to be less than
// 4 GiB.
class TextWriter {
 public:
  explicit TextWriter(const TextPool::Room& room);

  void Add(std::string_view text);

  // The texts written so far, and how many.
  TextPool pool() const { return TextPool(room_.offsets.data()); }
  std::size_t size() const { return texts_; }

 private:
  // Says where the next text begins.
  void Begin();

  TextPool::Room room_;
  std::size_t texts_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_POOL_H_
