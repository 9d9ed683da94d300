#include "api_access/ip.h"

#include <cstddef>
#include <optional>
#include <string>

#include "src/base/text.h"

namespace api_access {
namespace {

constexpr std::size_t kGroups = 8;

// Returns the index of the first character, from `from` on, that is not a digit
// of the base. Reads `limit` characters at most.
template <typename Predicate>
std::size_t SkipWhile(std::string_view text, std::size_t from,
                      std::size_t limit, Predicate is_digit) {
  std::size_t end = from;
  while (end < text.size() && end - from < limit && is_digit(text[end])) ++end;
  return end;
}

bool IsDecimal(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Returns the value of a hexadecimal digit, or -1 for any other character.
constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads a whole text of one to three decimal digits without leading zeros,
// whose value is `max` at most.
std::optional<int> ScanDecimal(std::string_view text, int max) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!IsDecimal(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > max) return std::nullopt;
  return value;
}

// Reads four octets of 0-255 without leading zeros, and nothing else.
// The first octet becomes the most significant byte.
std::optional<std::uint32_t> ScanV4(std::string_view text) {
  std::uint32_t value = 0;
  const char* next = text.data();
  const char* const end = next + text.size();
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0 && (next == end || *next++ != '.')) return std::nullopt;
    if (next == end || !IsDecimal(*next)) return std::nullopt;
    std::uint32_t octet = static_cast<std::uint32_t>(*next++ - '0');
    // A digit after a leading zero, or one too many, is not consumed: the check
    // of the separator then fails.
    for (int more = 0; more < 2 && octet != 0; ++more) {
      if (next == end || !IsDecimal(*next)) break;
      octet = octet * 10 + static_cast<std::uint32_t>(*next++ - '0');
    }
    if (octet > 255) return std::nullopt;
    value = value << 8 | octet;
  }
  if (next != end) return std::nullopt;
  return value;
}

IpAddress AddressOfV4(std::uint32_t value) {
  return IpAddress::FromV4(std::array{static_cast<std::uint8_t>(value >> 24),
                                      static_cast<std::uint8_t>(value >> 16),
                                      static_cast<std::uint8_t>(value >> 8),
                                      static_cast<std::uint8_t>(value)});
}

// Reads the text forms of RFC 4291 section 2.2.
std::optional<std::array<std::uint8_t, 16>> ScanV6(std::string_view text) {
  std::array<int, kGroups> groups{};
  std::size_t count = 0;           // groups read
  std::optional<std::size_t> gap;  // groups in front of `::`
  std::size_t i = 0;
  if (text.starts_with("::")) {
    gap = 0;
    i = 2;
  }
  while (i < text.size()) {
    if (count == kGroups) return std::nullopt;
    const std::size_t end =
        SkipWhile(text, i, 4, [](char c) { return HexValue(c) >= 0; });
    if (end < text.size() && text[end] == '.') {
      const auto v4 = ScanV4(text.substr(i));
      if (!v4 || count + 2 > kGroups) return std::nullopt;
      groups[count++] = static_cast<int>(*v4 >> 16);
      groups[count++] = static_cast<int>(*v4 & 0xffff);
      break;
    }
    if (end == i) return std::nullopt;
    for (; i < end; ++i) groups[count] = groups[count] << 4 | HexValue(text[i]);
    ++count;
    if (i == text.size()) break;
    if (text[i] != ':') return std::nullopt;
    ++i;
    if (i == text.size()) return std::nullopt;  // a lone `:` at the end
    if (text[i] == ':') {
      if (gap) return std::nullopt;
      gap = count;
      ++i;
    }
  }
  // `::` replaces one group or more.
  if (gap ? count == kGroups : count != kGroups) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t from = 0; from < count; ++from) {
    const std::size_t to =
        from < gap.value_or(count) ? from : from + kGroups - count;
    bytes[2 * to] = static_cast<std::uint8_t>(groups[from] >> 8);
    bytes[2 * to + 1] = static_cast<std::uint8_t>(groups[from]);
  }
  return bytes;
}

struct ScannedAddress {
  IpAddress address;
  bool is_v6_text;
};

std::optional<ScannedAddress> ScanAddress(std::string_view text) {
  if (const auto v4 = ScanV4(text)) {
    return ScannedAddress{AddressOfV4(*v4), false};
  }
  const auto v6 = ScanV6(text);
  if (!v6) return std::nullopt;
  return ScannedAddress{IpAddress::FromV6(*v6), true};
}

// Returns the condition that `text`, which ScanAddress refuses, does not meet,
// in words that follow "an address". Returns "" if no single condition would
// do.
std::string_view UnmetCondition(std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  if (internal::HasBlanksAround(text)) return " without blanks";
  if (text.starts_with('[')) return " without brackets or port";
  constexpr struct {
    char mark;
    std::string_view condition;
  } kAfterAddress[] = {
      {'%', " without a zone"}, {'/', " without a prefix"},
      {':', " without a port"}, {'-', ", not a range with a dash"},
      {',', ", not a list"},    {' ', " without blanks"}};
  for (const auto& [mark, condition] : kAfterAddress) {
    const std::size_t end = text.find(mark);
    if (end != kNone && ScanAddress(text.substr(0, end))) return condition;
  }
  if (text.empty() || text.find(':') != kNone) return "";
  if (IsLetter(text.front())) return ", not a host name";
  if (text.find_first_not_of(".0123456789") != kNone) return "";
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == '.';
    if (begins && text[i] == '0' && text[i + 1] != '.') {
      return " without leading zeros";
    }
  }
  return " with four octets of 0 to 255 in IPv4";
}

// `what` is "an IPv4 or IPv6 address" and what may be in its place; `address`
// is the part of `text` that ScanAddress refuses.
[[gnu::noinline]] absl::Status RefuseAddress(std::string_view what,
                                             std::string_view text,
                                             std::string_view address) {
  std::string message = "expected ";
  message += what;
  message += UnmetCondition(address);
  return internal::InvalidArgument(message + ", got " + Quote(text));
}

// `prefix` is the part of `text` that is no prefix of 0 to `width`.
[[gnu::noinline]] absl::Status RefusePrefix(std::string_view text,
                                            std::string_view prefix,
                                            int width) {
  std::string message = "expected a prefix of 0 to " + std::to_string(width);
  if (internal::HasBlanksAround(prefix)) {
    message += " without blanks";
  } else if (ScanV4(prefix)) {
    message += ", not a netmask,";
  } else if (prefix.size() > 1 && prefix[0] == '0' && IsDecimal(prefix[1])) {
    message += " without leading zeros";
  } else {
    message += width == 32 ? " for IPv4" : " for IPv6";
  }
  return internal::InvalidArgument(message + " in " + Quote(text));
}

std::string FormatV4(std::span<const std::uint8_t, 4> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

// RFC 5952 section 4: lower case, no leading zeros, the longest run of two or
// more zero groups as `::`, the first of equally long ones.
std::string FormatV6(std::span<const std::uint8_t, 16> bytes) {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  std::size_t run_begin = kGroups;
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t end = i;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - i > run_length) {
      run_begin = i;
      run_length = end - i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < kGroups;) {
    if (i == run_begin) {
      text += "::";
      i += run_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    bool significant = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = groups[i] >> shift & 15;
      significant |= digit != 0 || shift == 0;
      if (significant) text += "0123456789abcdef"[digit];
    }
    ++i;
  }
  return text;
}

}  // namespace

absl::StatusOr<IpAddress> IpAddress::Parse(std::string_view text) {
  // The usual case first, and without what ScanAddress returns beside it.
  if (const auto v4 = ScanV4(text)) return AddressOfV4(*v4);
  if (const auto v6 = ScanV6(text)) return FromV6(*v6);
  return RefuseAddress("an IPv4 or IPv6 address", text, text);
}

std::string IpAddress::ToString() const {
  const std::array<std::uint8_t, 16> bytes = this->bytes();
  const std::span<const std::uint8_t, 16> view(bytes);
  return is_v4() ? FormatV4(view.last<4>()) : FormatV6(view);
}

absl::StatusOr<IpRange> IpRange::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto scanned = ScanAddress(address);
  if (!scanned) {
    return RefuseAddress("an IPv4 or IPv6 address or CIDR block", text,
                         address);
  }
  const int width = scanned->is_v6_text ? 128 : 32;
  int prefix = width;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto decimal = ScanDecimal(length, width);
    if (!decimal) return RefusePrefix(text, length, width);
    prefix = *decimal;
  }
  return IpRange(scanned->address, prefix + 128 - width);
}

absl::StatusOr<IpRange> IpRange::Create(const Fields& fields) {
  const int width = fields.address.is_v4() ? 32 : 128;
  if (fields.prefix_length < 0 || fields.prefix_length > width) {
    return internal::InvalidArgument("expected a prefix of 0 to " +
                                     std::to_string(width) + " for " +
                                     fields.address.ToString() + ", got " +
                                     std::to_string(fields.prefix_length));
  }
  return IpRange(fields.address, fields.prefix_length + 128 - width);
}

std::string IpRange::ToString() const {
  return first_.ToString() + '/' + std::to_string(prefix_length());
}

}  // namespace api_access
