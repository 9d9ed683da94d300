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

// Both halves of the product: each bit of the factors reaches both ends.
inline std::uint64_t Fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^
         static_cast<std::uint64_t>(product >> 64);
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
      sum += Fold(ReadWord(text.data() + i), factor);
      factor += kStep;
    }
    sum += Fold(ReadWord(text.data() + last), kLast);
  } else {
    for (const char c : text) {
      sum = sum << 8 | static_cast<unsigned char>(c);
    }
  }
  return static_cast<std::uint32_t>(Fold(sum, kFirst) >> 32);
}

inline constexpr std::uint32_t kNoPlace = 0xffff'ffff;

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

  // kNoPlace when `text` is not among them.
  template <typename TextAt>
  std::uint32_t Find(std::string_view text, TextAt text_at) const {
    if (slots_.empty()) return kNoPlace;
    const std::uint32_t hash = HashText(text);
    const std::size_t part = PartOf(hash);
    std::size_t length = starts_[part + 1] - starts_[part];
    if (length == 0) return kNoPlace;
    // The last slot that is not behind the text, if one is not.
    const Slot* found = &slots_[starts_[part]];
    while (length > 1) {
      const std::size_t half = length / 2;
      const Slot& middle = found[half];
      if (middle.hash != hash ? middle.hash < hash
                              : text_at(middle.place) <= text) {
        found += half;
      }
      length -= half;
    }
    return found->hash == hash && SameText(text_at(found->place), text)
               ? found->place
               : kNoPlace;
  }

  std::size_t bytes() const {
    return starts_.size_bytes() + slots_.size_bytes();
  }

 private:
  std::size_t PartOf(std::uint32_t hash) const {
    return static_cast<std::size_t>(std::uint64_t{hash} >> shift_);
  }

  // Where the slots of each part of the hashes start, and where all end.
  std::span<const std::uint32_t> starts_;
  std::span<const Slot> slots_;
  int shift_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_TEXT_POOL_H_
