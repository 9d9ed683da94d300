// The geometry of client addresses: the line of all addresses, cut into pieces.
//
// All addresses are on one line, in the order of IpAddress. It is cut wherever
// one of some ranges begins or ends; a piece is what is between two
// neighbouring cuts. Each range consists of whole pieces, so what these ranges
// say about one address of a piece they say about all of its addresses.
//
// IPv4 addresses are in the middle of IPv6: they have the numbers of
// `::ffff:0:0/96`, and no IPv6 range contains any of them. The line is always
// cut at both edges of this hole. Example: the ranges `192.0.2.0/24` and
// `192.0.2.128/25` cut the line into six pieces.
//
//   piece  first address  last address
//   0      ::             ::fffe:ffff:ffff   IPv6 below the hole
//   1      0.0.0.0        192.0.1.255
//   2      192.0.2.0      192.0.2.127
//   3      192.0.2.128    192.0.2.255
//   4      192.0.3.0      255.255.255.255
//   5      ::1:0:0:0      ffff:...:ffff      IPv6 above the hole
//
// `192.0.2.0/24` is pieces 2 and 3, `0.0.0.0/0` is pieces 1 to 4, and `::/0` is
// pieces 0 and 5.

#ifndef API_ACCESS_SRC_ADDRESS_PIECES_H_
#define API_ACCESS_SRC_ADDRESS_PIECES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api_access/api_access_rule.h"
#include "api_access/ip.h"

namespace api_access::internal {

// The place of an address on the line: a number of 128 bits.
struct AddressNumber {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// The friend of IpAddress that converts between both.
struct AddressBits {
  static constexpr AddressNumber NumberOf(const IpAddress& address) {
    return {address.high_, address.low_};
  }
  static constexpr IpAddress AddressOf(AddressNumber number) {
    return IpAddress(number.high, number.low);
  }
};

enum class Family : std::uint8_t { kIpv4, kIpv6 };

constexpr Family FamilyOf(const IpRange& range) {
  return range.is_v4() ? Family::kIpv4 : Family::kIpv6;
}

constexpr IpAddress FirstAddress(Family family) {
  return family == Family::kIpv4
             ? IpAddress::FromV4(std::array<std::uint8_t, 4>{})
             : IpAddress::FromV6(std::array<std::uint8_t, 16>{});
}
constexpr IpAddress LastAddress(Family family) {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  return family == Family::kIpv4
             ? IpAddress::FromV4(
                   std::array<std::uint8_t, 4>{0xff, 0xff, 0xff, 0xff})
             : AddressBits::AddressOf({kOnes, kOnes});
}

// The next address on the line; none after the last one. It may be of the other
// family: 0.0.0.0 comes after ::fffe:ffff:ffff.
constexpr std::optional<IpAddress> Successor(const IpAddress& address) {
  AddressNumber number = AddressBits::NumberOf(address);
  if (++number.low == 0 && ++number.high == 0) return std::nullopt;
  return AddressBits::AddressOf(number);
}

// The pieces from `begin` to before `end`.
struct PieceSpan {
  std::uint32_t begin;
  std::uint32_t end;

  friend bool operator==(const PieceSpan&, const PieceSpan&) = default;
};

// Const members may be called concurrently.
class AddressPieces {
 public:
  // Cuts the line at each of `ranges`, which are fewer than 2^30. Takes
  // O(n log n) time.
  explicit AddressPieces(std::span<const IpRange> ranges);

  std::uint32_t size() const {
    return static_cast<std::uint32_t>(firsts_.size());
  }
  // The first address of a piece.
  const IpAddress& first(std::uint32_t piece) const { return firsts_[piece]; }
  // The piece that contains `address`.
  std::uint32_t PieceOf(const IpAddress& address) const;

  // The pieces of a family: the one span of IPv4, or the two spans of IPv6 on
  // both sides of the hole.
  std::span<const PieceSpan> SpansOf(Family family) const {
    const std::span<const PieceSpan> parts = parts_;
    return family == Family::kIpv4 ? parts.first(1) : parts.subspan(1);
  }
  // The pieces that `ranges` contain. Each range must be among those that cut
  // the line. The spans ascend, and there is a gap between any two of them.
  // None is empty.
  std::vector<PieceSpan> SpansOf(std::span<const IpRange> ranges) const;
  // The pieces that the IP criterion of `rule` admits: all pieces of both
  // families when it is absent, otherwise those of its ranges.
  std::vector<PieceSpan> SpansOf(const ApiAccessRule& rule) const;

  // The addresses of these pieces as the shortest list of CIDR blocks, which is
  // unique: IPv4 before IPv6, then ascending. `spans` may be in any order and
  // may overlap.
  //
  // IPv6 blocks leave out the hole, so `::/0` alone comes back as the 96 blocks
  // that remain of it: from `::/81` to `::fffe:0:0/96` below the hole, from
  // `::1:0:0:0/80` to `8000::/1` above it.
  //
  // Of more than `limit` blocks there are only the first `limit` + 1.
  std::vector<IpRange> BlocksOf(
      std::vector<PieceSpan> spans,
      std::size_t limit = std::numeric_limits<std::size_t>::max()) const;

 private:
  // The first address of each piece, ascending.
  std::vector<IpAddress> firsts_;
  // IPv4, IPv6 below the hole, IPv6 above it: the order of BlocksOf.
  std::array<PieceSpan, 3> parts_;
};

// The ranges of all `rules`.
std::vector<IpRange> RangesOf(std::span<const ApiAccessRule> rules);

// Returns true if `ranges` together contain every address of the family. IPv6
// has no addresses in the hole: ranges that leave out nothing but
// `::ffff:0:0/96` cover IPv6.
bool CoverFamily(std::span<const IpRange> ranges, Family family);

// Returns true if the IP criterion of `rule` admits every address of this
// family.
bool AdmitsFamily(const ApiAccessRule& rule, Family family);

// Returns true if the IP criterion of `rule` admits any address of a family.
bool AdmitsAnyAddress(const ApiAccessRule& rule);

// The families whose addresses `rules` together admit, each of them, while no
// single one of the rules admits the whole family. Example: of two rules with
// `0.0.0.0/1` and `128.0.0.0/1` it is IPv4; with a third one that has
// `0.0.0.0/0` it is none. Takes O(n log n) time in their ranges.
std::vector<Family> FamiliesAdmittedTogether(
    std::span<const ApiAccessRule* const> rules);
// `IPv4`, or `IPv4 and any IPv6`, to be put after "any".
std::string FamiliesText(std::span<const Family> families);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ADDRESS_PIECES_H_
