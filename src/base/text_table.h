// The search for a text among many.

#ifndef API_ACCESS_SRC_BASE_TEXT_TABLE_H_
#define API_ACCESS_SRC_BASE_TEXT_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "src/base/short_text.h"

namespace api_access::internal {

// The order in which a TextTable has its texts: by hash, those of one hash in
// byte order.
struct TextOrder {
  bool operator()(std::string_view a, std::string_view b) const {
    const std::uint32_t hash_a = HashText(a);
    const std::uint32_t hash_b = HashText(b);
    return hash_a != hash_b ? hash_a < hash_b : a < b;
  }
};

// Finds the place of a text among distinct ones that are sorted by TextOrder.
// The hashes are cut into equal parts, about four for each text. The table
// knows the first place of each part, so that a lookup compares about one text.
// Texts that were made to collide cost a binary search.
//
// It owns neither the texts nor the starts of the parts, which both must stay.
class TextTable {
 public:
  // What Find returns when there is no such text; never a place. With an
  // std::optional, Decide/Small takes 6 more of its 354 instructions.
  static constexpr std::uint32_t kNone =
      std::numeric_limits<std::uint32_t>::max();

  // Of the starts of a table of that many texts.
  static constexpr std::size_t StartBytes(std::size_t texts) {
    const std::size_t parts = std::size_t{1} << BitsFor(texts);
    return (parts + 1) * (IsSmall(texts) ? 1 : sizeof(std::uint32_t));
  }

  TextTable() = default;
  // Fills `starts`: StartBytes(texts) bytes, aligned as std::uint32_t is.
  // `text_at` tells the text of a place, counted from 0.
  template <typename TextAt>
  TextTable(std::uint32_t texts, std::span<std::byte> starts, TextAt text_at)
      : size_(texts), shift_(static_cast<std::uint8_t>(32 - BitsFor(texts))) {
    std::uint32_t place = 0;
    const std::size_t parts = std::size_t{1} << BitsFor(texts);
    for (std::size_t part = 0; part <= parts; ++part) {
      while (place < size_ && PartOf(HashText(text_at(place))) < part) ++place;
      if (IsSmall(texts)) {
        starts[part] = static_cast<std::byte>(place);
      } else {
        reinterpret_cast<std::uint32_t*>(starts.data())[part] = place;
      }
    }
  }

  std::uint32_t size() const { return size_; }

  // Returns the place of `text`, or kNone.
  template <typename TextAt>
  std::uint32_t Find(const std::byte* starts, std::string_view text,
                     TextAt text_at) const {
    if (size_ == 0) return kNone;
    const std::size_t part = PartOf(HashText(text));
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    if (IsSmall(size_)) {
      begin = static_cast<std::uint32_t>(starts[part]);
      end = static_cast<std::uint32_t>(starts[part + 1]);
    } else {
      const auto* wide = reinterpret_cast<const std::uint32_t*>(starts);
      begin = wide[part];
      end = wide[part + 1];
    }
    if (begin == end) return kNone;
    if (SameText(text_at(begin), text)) return begin;
    if (end - begin == 1) return kNone;
    return FindAmong(begin + 1, end, text, text_at);
  }

 private:
  // Places of small tables are kept in one byte.
  static constexpr bool IsSmall(std::size_t texts) { return texts < 256; }
  static constexpr int BitsFor(std::size_t texts) {
    return static_cast<int>(std::bit_width(4 * texts));
  }

  // Finds the text in the places [begin, end). Seldom called; out of line, it
  // keeps Find short.
  template <typename TextAt>
  [[gnu::noinline]] static std::uint32_t FindAmong(std::uint32_t begin,
                                                   std::uint32_t end,
                                                   std::string_view text,
                                                   TextAt text_at) {
    // A binary search down to a few, which are compared one by one.
    while (end - begin > 4) {
      const std::uint32_t middle = begin + (end - begin) / 2;
      (TextOrder()(text, text_at(middle)) ? end : begin) = middle;
    }
    for (; begin != end; ++begin) {
      if (SameText(text_at(begin), text)) return begin;
    }
    return kNone;
  }

  std::size_t PartOf(std::uint32_t hash) const {
    return static_cast<std::size_t>(std::uint64_t{hash} >> shift_);
  }

  std::uint32_t size_ = 0;
  std::uint8_t shift_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_TABLE_H_
