// Addresses that no client has.

#ifndef API_ACCESS_SRC_ADDRESS_CLIENTS_H_
#define API_ACCESS_SRC_ADDRESS_CLIENTS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "api_access/ip.h"
#include "src/address/pieces.h"

namespace api_access::internal {

struct AddressBlock {
  IpAddress first;
  IpAddress last;  // included
};

//   0.0.0.0/8           "this network", never forwarded (RFC 6890)
//   224.0.0.0/4         multicast (RFC 5771)
//   255.255.255.255/32  the limited broadcast (RFC 919)
//   ::/128              the unspecified address (RFC 4291)
//   ff00::/8            multicast (RFC 4291)
// Our choice: those that certainly never are the source of a connection from
// elsewhere. Private, loopback and reserved blocks count as having clients.
inline constexpr std::array<AddressBlock, 5> kWithoutClients = [] {
  const auto v4 = [](std::uint8_t first, std::uint8_t rest) {
    return IpAddress::FromV4(
        std::array<std::uint8_t, 4>{first, rest, rest, rest});
  };
  std::array<std::uint8_t, 16> bytes{};
  const IpAddress unspecified = IpAddress::FromV6(bytes);
  bytes[0] = 0xff;
  const IpAddress multicast = IpAddress::FromV6(bytes);
  return std::array<AddressBlock, 5>{{
      {v4(0, 0), v4(0, 255)},
      {v4(224, 0), v4(239, 255)},
      {LastAddress(Family::kIpv4), LastAddress(Family::kIpv4)},
      {unspecified, unspecified},
      {multicast, LastAddress(Family::kIpv6)},
  }};
}();

// The first address of `range` that a client may have; none where there is no
// such address, as in a range that is written for "any" but without a prefix:
//   0.0.0.0/0     1.0.0.0
//   0.0.0.0/32    none
constexpr std::optional<IpAddress> FirstClientAddress(const IpRange& range) {
  IpAddress address = range.first_address();
  for (const AddressBlock& block : kWithoutClients) {
    if (address < block.first || block.last < address) continue;
    if (range.last_address() <= block.last) return std::nullopt;
    address = *Successor(block.last);
  }
  return address;
}

// Returns false if no client has an address of `range`.
constexpr bool HasClients(const IpRange& range) {
  return FirstClientAddress(range).has_value();
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ADDRESS_CLIENTS_H_
