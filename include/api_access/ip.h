// Client addresses and the ranges that API access rules are made of.
//
// An IPv4 address and its IPv4-mapped IPv6 form (::ffff:a.b.c.d) are the same
// value, because a dual-stack socket reports the mapped form. Otherwise the
// families never match each other: `::/0` contains no IPv4 address. The
// provider is silent on both; they are our choice.

#ifndef API_ACCESS_IP_H_
#define API_ACCESS_IP_H_

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/version.h"

namespace api_access {

namespace internal {
struct AddressBits;
}  // namespace internal

// An IPv4 or IPv6 address. Ordered as numbers of 128 bits; an IPv4 address has
// the number of its mapped form. There is no default value: an address that was
// never given must not match `::/0`.
//
// Const members may be called concurrently.
class IpAddress {
 public:
  // Reads one address and nothing else:
  //   IpAddress::Parse("192.0.2.7")
  //   IpAddress::Parse("2001:db8::7")
  //   IpAddress::Parse("::ffff:192.0.2.7")   the same as the first
  //   IpAddress::Parse("192.0.2.07")         error: leading zero
  //
  // IPv4: four octets 0-255 in decimal without leading zeros. IPv6: the text
  // forms of RFC 4291 section 2.2, the last 32 bits also as IPv4; no zone id,
  // no brackets.
  //
  // Errors: kInvalidArgument. Allocates only to report one. Source: our choice,
  // the strict reading of what the provider accepts.
  static absl::StatusOr<IpAddress> Parse(std::string_view text);

  // From bytes in network order, as in `in_addr` and `in6_addr`. Sixteen bytes
  // of an IPv4-mapped address give the IPv4 address.
  static constexpr IpAddress FromV4(std::span<const std::uint8_t, 4> bytes) {
    return IpAddress(0, kMappedPrefix | ReadBytes(bytes));
  }
  static constexpr IpAddress FromV6(std::span<const std::uint8_t, 16> bytes) {
    return IpAddress(ReadBytes(bytes.first<8>()), ReadBytes(bytes.last<8>()));
  }

  constexpr bool is_v4() const {
    return high_ == 0 && (low_ & kMappedMask) == kMappedPrefix;
  }

  // Sixteen bytes in network order, IPv4 as IPv4-mapped.
  constexpr std::array<std::uint8_t, 16> bytes() const {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
      bytes[i + 8] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
    }
    return bytes;
  }

  // Canonical text: dotted decimal, or RFC 5952 section 4 without mixed
  // notation. Parse gives the address back.
  std::string ToString() const;

  friend constexpr bool operator==(const IpAddress&,
                                   const IpAddress&) = default;
  friend constexpr auto operator<=>(const IpAddress&,
                                    const IpAddress&) = default;

 private:
  friend class IpRange;
  friend struct internal::AddressBits;
  friend struct std::hash<IpAddress>;

  // ::ffff:0:0/96, the lower half of it.
  static constexpr std::uint64_t kMappedPrefix = 0x0000'ffff'0000'0000;
  static constexpr std::uint64_t kMappedMask = 0xffff'ffff'0000'0000;

  constexpr IpAddress(std::uint64_t high, std::uint64_t low)
      : high_(high), low_(low) {}

  // Without a loop, compilers see that each is one load.
  static constexpr std::uint64_t ReadBytes(
      std::span<const std::uint8_t, 4> bytes) {
    return std::uint64_t{bytes[0]} << 24 | std::uint64_t{bytes[1]} << 16 |
           std::uint64_t{bytes[2]} << 8 | std::uint64_t{bytes[3]};
  }
  static constexpr std::uint64_t ReadBytes(
      std::span<const std::uint8_t, 8> bytes) {
    return ReadBytes(bytes.first<4>()) << 32 | ReadBytes(bytes.last<4>());
  }

  std::uint64_t high_;
  std::uint64_t low_;
};

// A CIDR block: all addresses of one family that share a prefix. Host bits are
// masked, so `192.0.2.0/16` is `192.0.0.0/16`. Ordered by first address, then
// the wider first.
//
// Const members may be called concurrently.
class IpRange {
 public:
  // Reads an address, which is a block of one, or a block:
  //   IpRange::Parse("198.51.100.7")        198.51.100.7/32
  //   IpRange::Parse("192.0.2.0/16")        192.0.0.0/16
  //   IpRange::Parse("::ffff:192.0.2.0/112")  192.0.0.0/16
  //   IpRange::Parse("192.0.2.0/33")        error: prefix above 32
  //
  // The prefix is 0-32, or 0-128 after IPv6 text, without leading zeros. A
  // block inside ::ffff:0:0/96 is the IPv4 block of prefix - 96; a wider one
  // is IPv6 and contains no IPv4 address.
  //
  // Errors: kInvalidArgument. Allocates only to report one. Source: the
  // provider's OpenAPI description, whose example has host bits; IPv6 is our
  // choice.
  static absl::StatusOr<IpRange> Parse(std::string_view text);

  struct Fields {
    IpAddress address;
    // 0-32 for an IPv4 address, 0-128 for an IPv6 address.
    int prefix_length;
  };
  // Errors: kInvalidArgument if the prefix is out of its span. Allocates only
  // to report it.
  static absl::StatusOr<IpRange> Create(const Fields& fields);

  // Returns true if `address` is of the same family and has the same prefix.
  constexpr bool Contains(const IpAddress& address) const {
    const std::uint64_t high = address.high_ ^ first_.high_;
    const std::uint64_t low = address.low_ ^ first_.low_;
    if (prefix_ > 64) {
      return high == 0 && low >> (128 - prefix_) == 0 &&
             (prefix_ >= kMappedLength || !address.is_v4());
    }
    return (prefix_ == 0 || high >> (64 - prefix_) == 0) && !address.is_v4();
  }

  // Returns true if every address of `other` is in this range, which equals it
  // or is wider, of the same family.
  constexpr bool Contains(const IpRange& other) const {
    return prefix_ <= other.prefix_ && Contains(other.first_);
  }

  constexpr bool is_v4() const { return first_.is_v4(); }
  constexpr IpAddress first_address() const { return first_; }
  // IPv4, and so not contained, where an IPv6 block ends in ::ffff:0:0/96.
  constexpr IpAddress last_address() const {
    return IpAddress(first_.high_ | ~HighMask(prefix_),
                     first_.low_ | ~LowMask(prefix_));
  }
  // On the scale of the family: 0-32 or 0-128.
  constexpr int prefix_length() const {
    return is_v4() ? prefix_ - kMappedLength : prefix_;
  }

  // Canonical text, always with the prefix. Parse gives the range back.
  std::string ToString() const;

  friend constexpr bool operator==(const IpRange&, const IpRange&) = default;
  friend constexpr auto operator<=>(const IpRange&, const IpRange&) = default;

 private:
  friend struct std::hash<IpRange>;

  // The prefix length of ::ffff:0:0/96. A block with a shorter prefix has its
  // 96th bit masked off, so that its first address is never IPv4.
  static constexpr int kMappedLength = 96;

  // `prefix` counts on the scale of 128 bits for both families.
  constexpr IpRange(const IpAddress& address, int prefix)
      : first_(address.high_ & HighMask(prefix),
               address.low_ & LowMask(prefix)),
        prefix_(static_cast<std::uint8_t>(prefix)) {}

  // A shift by the full width of 64 is undefined, so 0 and 64 are handled
  // separately.
  static constexpr std::uint64_t HighMask(int prefix) {
    if (prefix >= 64) return ~std::uint64_t{0};
    return prefix == 0 ? 0 : ~std::uint64_t{0} << (64 - prefix);
  }
  static constexpr std::uint64_t LowMask(int prefix) {
    return prefix <= 64 ? 0 : HighMask(prefix - 64);
  }

  IpAddress first_;
  std::uint8_t prefix_;
};

inline std::ostream& operator<<(std::ostream& out, const IpAddress& address) {
  return out << address.ToString();
}
inline std::ostream& operator<<(std::ostream& out, const IpRange& range) {
  return out << range.ToString();
}

}  // namespace api_access

template <>
struct std::hash<api_access::IpAddress> {
  std::size_t operator()(const api_access::IpAddress& address) const {
    constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
    const std::uint64_t mixed =
        (std::rotl(address.high_ * kOdd, 32) ^ address.low_) * kOdd;
    return std::hash<std::uint64_t>{}(mixed ^ mixed >> 32);
  }
};

template <>
struct std::hash<api_access::IpRange> {
  std::size_t operator()(const api_access::IpRange& range) const {
    return std::hash<api_access::IpAddress>{}(range.first_) ^ range.prefix_;
  }
};

#endif  // API_ACCESS_IP_H_
