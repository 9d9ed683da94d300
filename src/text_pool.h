// Texts packed one behind the other, and the search for one of them.

#ifndef API_ACCESS_SRC_TEXT_POOL_H_
#define API_ACCESS_SRC_TEXT_POOL_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

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

inline std::uint64_t ReadWord(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Equality of short texts, by words that overlap: lengths vary from one text to
// the next, so few branches depend on them.
inline bool SameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < 8) {
    // A call would cost the others more than this loop.
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  const auto differ = [&](std::size_t i) {
    return ReadWord(a.data() + i) ^ ReadWord(b.data() + i);
  };
  const std::size_t last = a.size() - 8;
  if ((differ(0) | differ(last)) != 0) return false;
  if (last <= 8) return true;
  if ((differ(8) | differ(last - 8)) != 0) return false;
  for (std::size_t i = 16; i + 8 < last; i += 8) {
    if (differ(i) != 0) return false;
  }
  return true;
}

// The words of the text, each times a number of its own, summed: no word waits
// for the one before it. Differs from machine to machine, so nothing that is
// seen may depend on it.
inline std::uint32_t HashText(std::string_view text) {
  constexpr std::uint64_t kFirst = 0x9e37'79b9'7f4a'7c15;
  constexpr std::uint64_t kStep = 0xc2b2'ae3d'27d4'eb4e;
  constexpr std::uint64_t kLast = 0x1656'67b1'9e37'79f9;
  std::uint64_t sum = text.size();
  if (text.size() >= 8) {
    const std::size_t last = text.size() - 8;
    std::uint64_t factor = kFirst;
    for (std::size_t i = 0; i < last; i += 8) {
      sum += ReadWord(text.data() + i) * factor;
      factor += kStep;
    }
    sum += ReadWord(text.data() + last) * kLast;
  } else {
    for (const char c : text) {
      sum = sum << 8 | static_cast<unsigned char>(c);
    }
    sum *= kFirst;
  }
  return static_cast<std::uint32_t>((sum ^ sum >> 32) * kFirst >> 32);
}

// A slot of a hash table with open addressing; empty with place 0.
struct TextSlot {
  std::uint32_t hash = 0;
  std::uint32_t place = 0;  // counted from 1
};

// At most half of them are used, so that every search ends.
constexpr std::size_t TextSlotsFor(std::size_t texts) {
  return std::bit_ceil(2 * texts + 1);
}

inline void InsertText(std::span<TextSlot> slots, std::string_view text,
                       std::uint32_t place) {
  const std::uint32_t hash = HashText(text);
  std::size_t i = hash;
  while (slots[i & (slots.size() - 1)].place != 0) ++i;
  slots[i & (slots.size() - 1)] = {hash, place + 1};
}

inline constexpr std::uint32_t kNoPlace = 0xffff'ffff;

// The place that was inserted with `text`, kNoPlace without; `text_at` tells
// the text of a place.
template <typename TextAt>
std::uint32_t FindText(std::span<const TextSlot> slots, std::string_view text,
                       TextAt text_at) {
  if (slots.empty()) return kNoPlace;
  const std::uint32_t hash = HashText(text);
  for (std::size_t i = hash;; ++i) {
    const TextSlot slot = slots[i & (slots.size() - 1)];
    if (slot.place == 0) return kNoPlace;
    if (slot.hash == hash && SameText(text_at(slot.place - 1), text)) {
      return slot.place - 1;
    }
  }
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_TEXT_POOL_H_
