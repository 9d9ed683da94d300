#include "api_access/page/access_picture.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "api_access/ip.h"
#include "src/address/pieces.h"
#include "src/page/picture.h"
#include "src/page/pictures.h"
#include "src/page/words.h"

namespace api_access {
namespace {

using internal::CertificateNeed;
using internal::Family;
using internal::FamilyOf;
using internal::Fill;
using internal::kWholeLine;

// A block, with the regions that have it: those with the same ranges, which are
// next to each other in a map.
struct Block {
  IpRange range;
  std::size_t begin_region;
  std::size_t end_region;
};

// The widest first, then by address.
std::vector<Block> BlocksOf(const std::vector<AccessRegion>& map,
                            Family family) {
  std::vector<Block> blocks;
  for (std::size_t begin = 0, end = 0; begin < map.size(); begin = end) {
    while (end < map.size() && map[end].ranges == map[begin].ranges) ++end;
    for (const IpRange& range : internal::WholeBlocks(map[begin].ranges)) {
      if (FamilyOf(range) == family) blocks.push_back({range, begin, end});
    }
  }
  std::ranges::sort(blocks, {}, [](const Block& block) {
    return std::pair(block.range.prefix_length(), block.range.first_address());
  });
  return blocks;
}

// The share of its family's line that is before `address`.
std::uint64_t PlaceOf(const IpAddress& address) {
  const auto number = internal::AddressBits::NumberOf(address);
  const std::uint64_t first_bits =
      address.is_v4() ? number.low & 0xffff'ffff : number.high >> 32;
  return first_bits * kWholeLine >> 32;
}

std::uint64_t WidthOf(const IpRange& range) {
  return range.prefix_length() < 32 ? kWholeLine >> range.prefix_length() : 0;
}

struct NeedWords {
  Fill fill;
  std::string_view code;
  std::string_view text;
};

NeedWords WordsOf(CertificateNeed need) {
  switch (need) {
    case CertificateNeed::kNotNeeded:
      break;
    case CertificateNeed::kOfCa:
      return {Fill::kStripes, "OfCa", "certificate"};
    case CertificateNeed::kOfCaWithCn:
      return {Fill::kDots, "OfCaWithCn", "certificate + CN"};
  }
  return {Fill::kPlain, "NotNeeded", "no certificate"};
}

// `Ordinary, Managing`.
std::string ClassesText(const AccessRegion& region) {
  std::string text;
  for (const MethodClass method_class :
       {MethodClass::kOrdinary, MethodClass::kManaging,
        MethodClass::kUnlisted}) {
    if (std::ranges::any_of(region.requests, [&](const MapRequest& request) {
          return request.kind.method_class == method_class;
        })) {
      text += (text.empty() ? "" : ", ") + std::string(ToString(method_class));
    }
  }
  return text;
}

}  // namespace

namespace internal {

Html DrawAccess(const std::vector<AccessRegion>& map) {
  internal::Picture picture("access-picture");
  picture.AddSample(Fill::kPlain, "no certificate is needed");
  picture.AddSample(Fill::kStripes, "a certificate of a CA that rules name");
  picture.AddSample(Fill::kDots, "one of a CA and with a CN that rules name");
  std::size_t left = kMaxPictureMarks;
  std::size_t left_out = 0;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const std::string name = family == Family::kIpv4 ? "IPv4" : "IPv6";
    const std::vector<Block> blocks = BlocksOf(map, family);
    if (blocks.empty()) {
      picture.AddHeading(name + ": no address is admitted");
      continue;
    }
    picture.AddGroup({"data-family", name}, [&] {
      picture.AddHeading(name + ", the widest block first");
      if (family == Family::kIpv4) {
        picture.AddScale({"0.0.0.0", "64.0.0.0", "128.0.0.0", "192.0.0.0"});
      } else {
        picture.AddScale({"::", "4000::", "8000::", "c000::"});
      }
      std::size_t left_out_here = 0;
      for (const Block& block : blocks) {
        const std::size_t marks = block.end_region - block.begin_region;
        if (left_out_here > 0 || marks > left) {
          ++left_out_here;
          continue;
        }
        left -= marks;
        const std::string range = block.range.ToString();
        picture.AddText(range);
        for (std::size_t i = block.begin_region; i < block.end_region; ++i) {
          const NeedWords need = WordsOf(internal::NeedOf(map[i]));
          const std::string text =
              std::string(need.text) + ": " + ClassesText(map[i]);
          picture.AddText(text);
          picture.AddMark({.fill = need.fill,
                           .begin = PlaceOf(block.range.first_address()),
                           .width = WidthOf(block.range),
                           .title = range + ", " + text},
                          {{"data-range", range},
                           {"data-access", std::string(need.code)},
                           {"data-region", std::to_string(i)}});
        }
      }
      if (left_out_here > 0) {
        picture.AddText("and " + internal::Count(left_out_here, "block") +
                        " more, left out");
      }
      left_out += left_out_here;
    });
  }
  return picture.Finish(
      "Address map: from which addresses what certificate is needed", left_out);
}

}  // namespace internal

std::string AccessPicture(const std::vector<AccessRegion>& map) {
  return internal::DrawAccess(map).text();
}

}  // namespace api_access
