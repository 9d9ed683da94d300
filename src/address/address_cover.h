// What IP ranges cover together.

#ifndef API_ACCESS_SRC_ADDRESS_ADDRESS_COVER_H_
#define API_ACCESS_SRC_ADDRESS_ADDRESS_COVER_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "api_access/api_access_rule.h"
#include "api_access/ip.h"

namespace api_access::internal {

// The address behind `address`; nothing behind the last.
inline std::optional<IpAddress> Successor(const IpAddress& address) {
  std::array<std::uint8_t, 16> bytes = address.bytes();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    if (++*byte != 0) return IpAddress::FromV6(bytes);
  }
  return std::nullopt;
}

inline IpRange WholeFamily(bool v4) {
  return *IpRange::Parse(v4 ? "0.0.0.0/0" : "::/0");
}

// Whether the ranges of one family cover all of it.
inline bool CoverFamily(std::vector<IpRange> ranges, bool v4) {
  std::erase_if(ranges,
                [&](const IpRange& range) { return range.is_v4() != v4; });
  std::ranges::sort(ranges);
  const IpRange whole = WholeFamily(v4);
  std::optional<IpAddress> uncovered = whole.first_address();
  for (const IpRange& range : ranges) {
    if (range.first_address() > *uncovered) return false;
    if (range.last_address() < *uncovered) continue;
    if (range.last_address() == whole.last_address()) return true;
    uncovered = Successor(range.last_address());
  }
  return false;
}

// Whether the IP criterion of `rule` lets any address of a family pass.
inline bool AdmitsAnyAddress(const ApiAccessRule& rule) {
  return rule.ip_ranges().empty() || CoverFamily(rule.ip_ranges(), true) ||
         CoverFamily(rule.ip_ranges(), false);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ADDRESS_ADDRESS_COVER_H_
