// The address map of an account as a picture.

#ifndef API_ACCESS_PAGE_ACCESS_PICTURE_H_
#define API_ACCESS_PAGE_ACCESS_PICTURE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "api_access/access_map.h"

namespace api_access {

// The most marks that a picture has; it says how many more there are.
inline constexpr std::size_t kMaxPictureMarks = 200;

// Draws `map`, the whole answer of MapAccess, as one SVG element that may be a
// part of any HTML page: it has its own style, light and dark, no script, and
// refers to nothing outside. A page may have one.
//
// Each family of addresses is a line from its first to its last address. The
// blocks of the map are below each other, the widest first, then by address,
// and each is where it is on the line. A block has one mark for each region
// that has it; its text says which classes of methods, and what certificate
// they need. Colour and pattern say the same: plain for none, stripes for one
// of a CA, dots for one of a CA with a CN. A mark has an edge that makes the
// narrowest block visible.
//
// What tests and scripts may look for:
//   svg.access-picture[role=img][data-left-out]  how many blocks are left out
//   g[data-family]   `IPv4` or `IPv6`; not there without blocks
//   rect.mark        a mark, with a <title>
//     [data-range]   its block in canonical text, which is that of the map, but
//                    IPv6 blocks are joined where only ::ffff:0:0/96 is between
//                    them, where no IPv6 client is: `::/0` stands for 96 blocks
//     [data-access]  `NotNeeded`, `OfCa` or `OfCaWithCn`: the least certificate
//                    that is enough
//     [data-region]  the number of the region in `map`, from 0
//     [x][width]     the place and the share of its family's line, in percent;
//                    a width is never below 0.0001 %
// Others may be added.
//
// The text is printable ASCII and well-formed XML. Takes O(n log n) time in the
// blocks. Total. May be called concurrently. Our choice.
std::string AccessPicture(const std::vector<AccessRegion>& map);

}  // namespace api_access

#endif  // API_ACCESS_PAGE_ACCESS_PICTURE_H_
