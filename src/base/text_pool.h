// Texts packed one behind the other, and the search for one of them.

#ifndef API_ACCESS_SRC_BASE_TEXT_POOL_H_
#define API_ACCESS_SRC_BASE_TEXT_POOL_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/base/short_text.h"

namespace api_access::internal {

// A text of a TextPool.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// Fills memory of others, less than 4 GiB of it: whoever provides it checks
// that first. Copies share the memory.
class TextPool {
 public:
  TextPool() = default;
  explicit TextPool(std::span<char> memory) : bytes_(memory.data()) {}

  Text Add(std::string_view text) {
    const Text added = {size_, static_cast<std::uint32_t>(text.size())};
    std::copy(text.begin(), text.end(), bytes_ + size_);
    size_ += added.size;
    return added;
  }

  std::string_view Get(Text text) const {
    return std::string_view(bytes_ + text.offset, text.size);
  }

 private:
  char* bytes_ = nullptr;
  std::uint32_t size_ = 0;
};

// Finds the place of a text among distinct ones. The texts lie in order of
// their hashes, those of one hash in byte order, so that texts that were made
// to collide cost a binary search and no more.
class TextTable {
 public:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t place;
  };
  // How many starts a table of that many texts has.
  static constexpr std::size_t StartsFor(std::size_t texts) {
    return std::bit_ceil(4 * texts + 1) + 1;
  }

  TextTable() = default;
  // Fills `slots`, one for each text, and `starts`; both have to stay.
  // `text_at` tells the text of a place, counted from 0.
  template <typename TextAt>
  TextTable(std::span<std::uint32_t> starts, std::span<Slot> slots,
            TextAt text_at)
      : starts_(starts),
        slots_(slots),
        shift_(33 - static_cast<int>(std::bit_width(starts.size() - 1))) {
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      slots[i] = {HashText(text_at(i)), i};
    }
    std::ranges::sort(slots, [&](Slot a, Slot b) {
      return a.hash != b.hash ? a.hash < b.hash
                              : text_at(a.place) < text_at(b.place);
    });
    std::uint32_t slot = 0;
    for (std::size_t part = 0; part < starts.size(); ++part) {
      while (slot < slots.size() && PartOf(slots[slot].hash) < part) ++slot;
      starts[part] = slot;
    }
  }

  // Absent when `text` is not among them.
  template <typename TextAt>
  std::optional<std::uint32_t> Find(std::string_view text,
                                    TextAt text_at) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t hash = HashText(text);
    const std::size_t part = PartOf(hash);
    const std::size_t length = starts_[part + 1] - starts_[part];
    if (length == 0) return std::nullopt;
    const Slot* found = &slots_[starts_[part]];
    if (length > 1) found = LastNotBehind(found, length, hash, text, text_at);
    if (found->hash != hash || !SameText(text_at(found->place), text)) {
      return std::nullopt;
    }
    return found->place;
  }

  std::size_t bytes() const {
    return starts_.size_bytes() + slots_.size_bytes();
  }

 private:
  // Of `length` slots from `found` on, the last that is not behind the text,
  // if one is not. Seldom called: apart, it keeps Find short.
  template <typename TextAt>
  [[gnu::noinline]] static const Slot* LastNotBehind(const Slot* found,
                                                     std::size_t length,
                                                     std::uint32_t hash,
                                                     std::string_view text,
                                                     TextAt text_at) {
    while (length > 1) {
      const std::size_t half = length / 2;
      const Slot& middle = found[half];
      if (middle.hash != hash ? middle.hash < hash
                              : text_at(middle.place) <= text) {
        found += half;
      }
      length -= half;
    }
    return found;
  }

  std::size_t PartOf(std::uint32_t hash) const {
    return static_cast<std::size_t>(std::uint64_t{hash} >> shift_);
  }

  // Where the slots of each part of the hashes start, and where all end.
  std::span<const std::uint32_t> starts_;
  std::span<const Slot> slots_;
  int shift_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_POOL_H_
