#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/address/clients.h"
#include "src/address/pieces.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::AddressPieces;
using internal::AdmitsAnyAddress;
using internal::CoverFamily;
using internal::Family;
using internal::PieceSpan;
using internal::RangesOf;
using internal::Successor;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

constexpr char kLastV6[] = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

std::vector<IpRange> Ranges(const Texts& texts) {
  std::vector<IpRange> ranges;
  for (const std::string& text : texts) ranges.push_back(Range(text));
  return ranges;
}

Texts FirstsOf(const AddressPieces& pieces) {
  Texts firsts;
  for (std::uint32_t piece = 0; piece < pieces.size(); ++piece) {
    firsts.push_back(pieces.first(piece).ToString());
  }
  return firsts;
}

// The shortest list of blocks of what `texts` contain.
Texts Blocks(const Texts& texts) {
  const std::vector<IpRange> ranges = Ranges(texts);
  const AddressPieces pieces(ranges);
  Texts blocks;
  for (const IpRange& block : pieces.BlocksOf(pieces.SpansOf(ranges))) {
    blocks.push_back(block.ToString());
  }
  return blocks;
}

TEST(AddressPiecesTest, SuccessorOfAnAddress) {
  const struct {
    const char* address;
    const char* successor;
  } kCases[] = {
      {"::", "::1"},
      {"::ffff", "::1:0"},
      {"::fffe:ffff:ffff", "0.0.0.0"},
      {"0.0.0.0", "0.0.0.1"},
      {"192.0.2.255", "192.0.3.0"},
      {"255.255.255.255", "::1:0:0:0"},
      {"::ffff:ffff:ffff:ffff", "0:0:0:1::"},
      {"7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", kLastV6},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Successor(Ip(c.address)), Ip(c.successor)) << c.address;
  }
  EXPECT_EQ(Successor(Ip(kLastV6)), std::nullopt);
}

TEST(AddressPiecesTest, EndsOfTheFamilies) {
  EXPECT_EQ(internal::FirstAddress(Family::kIpv4), Ip("0.0.0.0"));
  EXPECT_EQ(internal::LastAddress(Family::kIpv4), Ip("255.255.255.255"));
  EXPECT_EQ(internal::FirstAddress(Family::kIpv6), Ip("::"));
  EXPECT_EQ(internal::LastAddress(Family::kIpv6), Ip(kLastV6));
}

TEST(AddressPiecesTest, CutsAtEveryRange) {
  const struct {
    Texts ranges;
    Texts firsts;
  } kCases[] = {
      {{}, {"::", "0.0.0.0", "::1:0:0:0"}},
      // No cut twice, and none at the ends of the line.
      {{"::/0", "0.0.0.0/0", "::/0"}, {"::", "0.0.0.0", "::1:0:0:0"}},
      {{"0.0.0.0", "255.255.255.255"},
       {"::", "0.0.0.0", "0.0.0.1", "255.255.255.255", "::1:0:0:0"}},
      {{"::", kLastV6}, {"::", "::1", "0.0.0.0", "::1:0:0:0", kLastV6}},
      {{"192.0.2.128/25", "192.0.2.0/24"},
       {"::", "0.0.0.0", "192.0.2.0", "192.0.2.128", "192.0.3.0", "::1:0:0:0"}},
      // Around the hole: next to it, and across it.
      {{"::fffe:0:0/96"}, {"::", "::fffe:0:0", "0.0.0.0", "::1:0:0:0"}},
      {{"::fffe:0:0/95"}, {"::", "::fffe:0:0", "0.0.0.0", "::1:0:0:0"}},
      {{"::1:0:0:0/96"}, {"::", "0.0.0.0", "::1:0:0:0", "::1:1:0:0"}},
      {{"8000::/1"}, {"::", "0.0.0.0", "::1:0:0:0", "8000::"}},
  };
  for (const auto& c : kCases) {
    const AddressPieces pieces(Ranges(c.ranges));
    EXPECT_EQ(FirstsOf(pieces), c.firsts) << testing::PrintToString(c.ranges);
    for (std::uint32_t piece = 0; piece < pieces.size(); ++piece) {
      EXPECT_EQ(pieces.PieceOf(pieces.first(piece)), piece);
    }
    EXPECT_EQ(pieces.PieceOf(Ip(kLastV6)), pieces.size() - 1);
  }
}

// The example of pieces.h.
TEST(AddressPiecesTest, SpansLeaveOutTheOtherFamily) {
  const AddressPieces pieces(Ranges({"192.0.2.0/24", "192.0.2.128/25",
                                     "0.0.0.0/0", "::/0", "::fffe:0:0/95"}));
  ASSERT_EQ(pieces.size(), 7);
  const auto spans = [&](const Texts& texts) {
    return pieces.SpansOf(Ranges(texts));
  };
  EXPECT_THAT(pieces.SpansOf(Family::kIpv4), ElementsAre(PieceSpan{2, 6}));
  EXPECT_THAT(pieces.SpansOf(Family::kIpv6),
              ElementsAre(PieceSpan{0, 2}, PieceSpan{6, 7}));
  EXPECT_THAT(spans({}), IsEmpty());
  EXPECT_THAT(spans({"192.0.2.0/24"}), ElementsAre(PieceSpan{3, 5}));
  EXPECT_THAT(spans({"192.0.2.128/25"}), ElementsAre(PieceSpan{4, 5}));
  EXPECT_THAT(spans({"192.0.2.128/25", "192.0.2.0/24"}),
              ElementsAre(PieceSpan{3, 5}));
  EXPECT_THAT(spans({"0.0.0.0/0"}), ElementsAre(PieceSpan{2, 6}));
  EXPECT_THAT(spans({"::/0"}), ElementsAre(PieceSpan{0, 2}, PieceSpan{6, 7}));
  EXPECT_THAT(spans({"::fffe:0:0/95"}), ElementsAre(PieceSpan{1, 2}));
  EXPECT_THAT(spans({"::fffe:0:0/95", "192.0.2.0/24"}),
              ElementsAre(PieceSpan{1, 2}, PieceSpan{3, 5}));
  EXPECT_THAT(spans({"::/0", "0.0.0.0/0"}), ElementsAre(PieceSpan{0, 7}));

  EXPECT_THAT(pieces.SpansOf(Rule("any", {}, {"ca"})),
              ElementsAre(PieceSpan{0, 7}));
  EXPECT_THAT(pieces.SpansOf(Rule("half", {"192.0.2.128/25"})),
              ElementsAre(PieceSpan{4, 5}));
}

TEST(AddressPiecesTest, TheShortestListOfBlocks) {
  const struct {
    Texts ranges;
    Texts blocks;
  } kCases[] = {
      {{}, {}},
      {{"0.0.0.0"}, {"0.0.0.0/32"}},
      {{"255.255.255.255"}, {"255.255.255.255/32"}},
      {{"0.0.0.0/0"}, {"0.0.0.0/0"}},
      {{"::"}, {"::/128"}},
      {{kLastV6}, {std::string(kLastV6) + "/128"}},
      {{"128.0.0.0/1", "0.0.0.0/1"}, {"0.0.0.0/0"}},
      {{"192.0.2.0/24", "192.0.2.7", "192.0.3.0/24"}, {"192.0.2.0/23"}},
      // No block begins at 192.0.1.0 and has both.
      {{"192.0.1.0/24", "192.0.2.0/24"}, {"192.0.1.0/24", "192.0.2.0/24"}},
      {{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"},
       {"192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/32"}},
      {{"8000::/1", "192.0.2.0/24", "4000::/2"},
       {"192.0.2.0/24", "4000::/2", "8000::/1"}},
      // 64 bits are no boundary.
      {{"2001:db8::/64", "2001:db8:0:1::/64"}, {"2001:db8::/63"}},
      {{"2001:db8::/65", "2001:db8::8000:0:0:0/65"}, {"2001:db8::/64"}},
      // At the edges of the hole: IPv4 does not fill it up.
      {{"::fffe:0:0/95"}, {"::fffe:0:0/96"}},
      {{"::fffc:0:0/94"}, {"::fffc:0:0/95", "::fffe:0:0/96"}},
      {{"::fffe:0:0/96", "0.0.0.0/0"}, {"0.0.0.0/0", "::fffe:0:0/96"}},
      {{"::fffe:ffff:ffff", "0.0.0.0", "255.255.255.255", "::1:0:0:0"},
       {"0.0.0.0/32", "255.255.255.255/32", "::fffe:ffff:ffff/128",
        "::1:0:0:0/128"}},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Blocks(c.ranges), c.blocks) << testing::PrintToString(c.ranges);
  }
}

TEST(AddressPiecesTest, AllOfIPv6IsTheBlocksAroundTheHole) {
  const Texts blocks = Blocks({"::/0"});
  ASSERT_EQ(blocks.size(), 96);
  EXPECT_THAT(blocks, UnorderedElementsAreArray(AllOfIPv6ButTheMappedBlock()));
  EXPECT_EQ(blocks[0], "::/81");
  EXPECT_EQ(blocks[15], "::fffe:0:0/96");
  EXPECT_EQ(blocks[16], "::1:0:0:0/80");
  EXPECT_EQ(blocks[95], "8000::/1");
  // They are all of it, and so they come back.
  EXPECT_TRUE(CoverFamily(Ranges(blocks), Family::kIpv6));
  EXPECT_EQ(Blocks(blocks), blocks);

  const AddressPieces pieces({});
  Texts both = {"0.0.0.0/0"};
  both.insert(both.end(), blocks.begin(), blocks.end());
  Texts all;
  for (const IpRange& block :
       pieces.BlocksOf(pieces.SpansOf(Rule("r", {}, {"ca"})))) {
    all.push_back(block.ToString());
  }
  EXPECT_EQ(all, both);
}

TEST(AddressPiecesTest, BlocksOfSpansInAnyOrder) {
  const AddressPieces pieces(Ranges({"192.0.2.0/25", "192.0.2.128/25"}));
  // 2 and 3 are the halves.
  const auto blocks = [&](const std::vector<PieceSpan>& spans) {
    return pieces.BlocksOf(spans);
  };
  EXPECT_THAT(blocks({{3, 4}, {2, 3}}), ElementsAre(Range("192.0.2.0/24")));
  EXPECT_THAT(blocks({{2, 4}, {3, 4}, {2, 3}}),
              ElementsAre(Range("192.0.2.0/24")));
  EXPECT_THAT(blocks({{2, 2}, {3, 4}}), ElementsAre(Range("192.0.2.128/25")));
  EXPECT_THAT(blocks({{2, 2}}), IsEmpty());
}

// The example of src/README.md.
TEST(AddressPiecesTest, TheWorkedExample) {
  const std::vector<IpRange> ranges = Ranges({"::/95", "192.0.2.0/24"});
  const AddressPieces pieces(ranges);
  EXPECT_THAT(FirstsOf(pieces),
              ElementsAre("::", "::2:0:0", "0.0.0.0", "192.0.2.0", "192.0.3.0",
                          "::1:0:0:0"));
  EXPECT_THAT(pieces.SpansOf(ranges),
              ElementsAre(PieceSpan{0, 1}, PieceSpan{3, 4}));
  EXPECT_THAT(pieces.BlocksOf({{0, 1}, {3, 4}}),
              ElementsAre(Range("192.0.2.0/24"), Range("::/95")));
  EXPECT_THAT(pieces.BlocksOf({{2, 5}}), ElementsAre(Range("0.0.0.0/0")));
  EXPECT_EQ(pieces.BlocksOf({{0, 2}, {5, 6}}), Ranges(Blocks({"::/0"})));
}

TEST(AddressPiecesTest, BlocksUpToALimit) {
  const std::vector<IpRange> ranges = Ranges({"::/0", "192.0.2.0/24"});
  const AddressPieces pieces(ranges);
  const std::vector<PieceSpan> spans = pieces.SpansOf(ranges);
  const std::vector<IpRange> all = pieces.BlocksOf(spans);
  ASSERT_EQ(all.size(), 97U);
  EXPECT_EQ(pieces.BlocksOf(spans, 97), all);
  for (const std::size_t limit : {0U, 1U, 40U, 96U}) {
    EXPECT_EQ(pieces.BlocksOf(spans, limit),
              std::vector(all.begin(),
                          all.begin() + static_cast<std::ptrdiff_t>(limit) + 1))
        << limit;
  }
}

TEST(AddressPiecesTest, CoverOfAFamily) {
  const struct {
    Texts ranges;
    bool v4;
    bool v6;
  } kCases[] = {
      {{}, false, false},
      {{"0.0.0.0/0"}, true, false},
      {{"::/0"}, false, true},
      {{"::/0", "0.0.0.0/0"}, true, true},
      {{"128.0.0.0/1", "0.0.0.0/1"}, true, false},
      {{"0.0.0.0/1", "8000::/1"}, false, false},
      {{"::/1", "8000::/1"}, false, true},
      {{"::/1", "8000::/1", "128.0.0.0/1"}, false, true},
      {{"::/1"}, false, false},
      {{"8000::/1"}, false, false},
      {{"::ffff:0:0/95"}, false, false},
  };
  for (const auto& c : kCases) {
    const std::vector<IpRange> ranges = Ranges(c.ranges);
    EXPECT_EQ(CoverFamily(ranges, Family::kIpv4), c.v4)
        << testing::PrintToString(c.ranges);
    EXPECT_EQ(CoverFamily(ranges, Family::kIpv6), c.v6)
        << testing::PrintToString(c.ranges);
    EXPECT_EQ(AdmitsAnyAddress(Rule("r", c.ranges, {"ca"})),
              c.v4 || c.v6 || c.ranges.empty());
  }
}

// Nobody is missed in the hole, but everywhere else.
TEST(AddressPiecesTest, CoverOfIPv6LeavesOutTheHole) {
  const std::vector<IpRange> around = Ranges(Blocks({"::/0"}));
  EXPECT_TRUE(CoverFamily(around, Family::kIpv6));
  EXPECT_FALSE(CoverFamily(around, Family::kIpv4));
  for (std::size_t i = 0; i < around.size(); ++i) {
    std::vector<IpRange> others = around;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    others.push_back(Range("0.0.0.0/0"));
    EXPECT_FALSE(CoverFamily(others, Family::kIpv6)) << around[i];
    EXPECT_TRUE(CoverFamily(others, Family::kIpv4)) << around[i];
  }
}

TEST(AddressPiecesTest, FamiliesAdmittedTogether) {
  const std::vector<ApiAccessRule> rules = {
      Rule("a", {"0.0.0.0/1", "::/1"}), Rule("b", {"128.0.0.0/1"}),
      Rule("c", {"8000::/1"}), Rule("d", {"0.0.0.0/0"})};
  const auto together = [&](const std::vector<std::size_t>& chosen) {
    std::vector<const ApiAccessRule*> of;
    for (const std::size_t i : chosen) of.push_back(&rules[i]);
    return internal::FamiliesAdmittedTogether(of);
  };
  EXPECT_THAT(together({}), IsEmpty());
  EXPECT_THAT(together({0}), IsEmpty());
  EXPECT_THAT(together({0, 1}), ElementsAre(Family::kIpv4));
  EXPECT_THAT(together({2, 0}), ElementsAre(Family::kIpv6));
  EXPECT_THAT(together({0, 1, 2}), ElementsAre(Family::kIpv4, Family::kIpv6));
  EXPECT_THAT(together({0, 1, 2, 3}), ElementsAre(Family::kIpv6));
  EXPECT_EQ(internal::FamiliesText(together({0, 1, 2})), "IPv4 and any IPv6");
}

TEST(HasClientsTest, BlocksWithoutClients) {
  for (const char* range :
       {"0.0.0.0", "0.0.0.0/8", "0.1.2.0/24", "0.255.255.255", "224.0.0.0/4",
        "224.0.0.1", "239.255.255.255", "255.255.255.255", "::", "ff00::/8",
        "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "::ffff:0.0.0.0"}) {
    EXPECT_FALSE(internal::HasClients(Range(range))) << range;
  }
  for (const char* range :
       {"0.0.0.0/0", "0.0.0.0/7", "1.0.0.0", "10.0.0.0/8", "127.0.0.1",
        "192.0.2.7", "223.255.255.255", "224.0.0.0/3", "240.0.0.0/4",
        "255.255.255.254", "255.255.255.254/31", "::/0", "::/127", "::1",
        "2001:db8::/32", "fe80::1", "fe00::/7", "fdff::", "::fffe:0:0/95"}) {
    EXPECT_TRUE(internal::HasClients(Range(range))) << range;
  }
}

TEST(HasClientsTest, TheFirstAddressThatAClientMayHave) {
  const struct {
    const char* range;
    const char* first;
  } kCases[] = {
      {"192.0.2.0/24", "192.0.2.0"},   {"0.0.0.0/0", "1.0.0.0"},
      {"224.0.0.0/3", "240.0.0.0"},    {"::/0", "::1"},
      {"2001:db8::/32", "2001:db8::"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(internal::FirstClientAddress(Range(c.range)), Ip(c.first))
        << c.range;
  }
}

TEST(AddressPiecesTest, RangesOfRules) {
  const std::vector<ApiAccessRule> rules = {Rule("a", {"192.0.2.0/24", "::/0"}),
                                            Rule("b", {}, {"ca"}),
                                            Rule("c", {"192.0.2.0/24"})};
  EXPECT_THAT(RangesOf(rules), ElementsAre(Range("192.0.2.0/24"), Range("::/0"),
                                           Range("192.0.2.0/24")));
  EXPECT_THAT(RangesOf({}), IsEmpty());
}

// The address as a number of 128 bits, one less and one more, where there is
// such an address.
std::vector<IpAddress> Around(const IpAddress& address) {
  std::vector<IpAddress> around = {address};
  for (const bool up : {false, true}) {
    std::array<std::uint8_t, 16> bytes = address.bytes();
    const std::uint8_t wrapped = up ? 0 : 0xff;
    std::size_t i = 16;
    while (i-- > 0) {
      bytes[i] = static_cast<std::uint8_t>(bytes[i] + (up ? 1 : -1));
      if (bytes[i] != wrapped) {
        around.push_back(IpAddress::FromV6(bytes));
        break;
      }
    }
  }
  return around;
}

// Every block of a tree: `top`, its halves, their halves, and so on.
void AddTree(const IpRange& top, int depth, std::set<IpRange>& blocks) {
  blocks.insert(top);
  if (depth == 0) return;
  for (const IpAddress& end : {top.first_address(), top.last_address()}) {
    AddTree(Valid(IpRange::Create(
                {.address = end, .prefix_length = top.prefix_length() + 1})),
            depth - 1, blocks);
  }
}

// Small trees at the places where something happens: both ends of each family,
// and around the hole.
std::vector<IpRange> WorldOfBlocks() {
  std::set<IpRange> blocks;
  for (const char* block :
       {"::", kLastV6, "::fffc:0:0/94", "::fffc:0:0/95", "::fffe:0:0/95",
        "::fffc:0:0/96", "::fffd:0:0/96", "::fffe:0:0/96"}) {
    blocks.insert(Range(block));
  }
  AddTree(Range("0.0.0.0/0"), 2, blocks);
  AddTree(Range("255.255.255.254/31"), 1, blocks);
  AddTree(Range("::/0"), 2, blocks);
  AddTree(Range("::1:0:0:0/95"), 1, blocks);
  return {blocks.begin(), blocks.end()};
}

class SmallWorld {
 public:
  // Compares everything that is said of `ranges` with asking each range.
  static void Check(const std::vector<IpRange>& ranges) {
    const auto contained = [&](const IpAddress& address) {
      return std::ranges::any_of(ranges, [&](const IpRange& range) {
        return range.Contains(address);
      });
    };
    const AddressPieces pieces(ranges);
    const std::vector<PieceSpan> spans = pieces.SpansOf(ranges);
    const std::vector<IpRange> blocks = pieces.BlocksOf(spans);
    CheckList(blocks);

    // Nothing changes except at the ends of a range, of a block, of a family.
    std::set<IpAddress> addresses;
    for (const char* end : {"::", "0.0.0.0", "255.255.255.255", kLastV6}) {
      for (const IpAddress& address : Around(Ip(end))) {
        addresses.insert(address);
      }
    }
    for (const std::vector<IpRange>* list : {&ranges, &blocks}) {
      for (const IpRange& range : *list) {
        for (const IpAddress& end :
             {range.first_address(), range.last_address()}) {
          for (const IpAddress& address : Around(end)) {
            addresses.insert(address);
          }
        }
      }
    }
    // They do not overlap, so only the last one that begins at or before an
    // address can contain it.
    std::map<IpAddress, IpRange> by_first;
    for (const IpRange& block : blocks) {
      by_first.emplace(block.first_address(), block);
    }
    bool all_v4 = true;
    bool all_v6 = true;
    for (const IpAddress& address : addresses) {
      const bool expected = contained(address);
      (address.is_v4() ? all_v4 : all_v6) &= expected;

      const std::uint32_t piece = pieces.PieceOf(address);
      ASSERT_LE(pieces.first(piece), address);
      if (piece + 1 < pieces.size()) {
        ASSERT_LT(address, pieces.first(piece + 1));
      }
      ASSERT_EQ(pieces.first(piece).is_v4(), address.is_v4());
      ASSERT_EQ(std::ranges::count_if(spans,
                                      [&](const PieceSpan& span) {
                                        return span.begin <= piece &&
                                               piece < span.end;
                                      }),
                expected ? 1 : 0)
          << address;
      const auto after = by_first.upper_bound(address);
      ASSERT_EQ(after != by_first.begin() &&
                    std::prev(after)->second.Contains(address),
                expected)
          << address;
    }
    ASSERT_EQ(CoverFamily(ranges, Family::kIpv4), all_v4);
    ASSERT_EQ(CoverFamily(ranges, Family::kIpv6), all_v6);
    // The round trip.
    const AddressPieces again(blocks);
    ASSERT_EQ(again.BlocksOf(again.SpansOf(blocks)), blocks);
  }

 private:
  // Disjoint blocks of which no two make up another one are the shortest list.
  static void CheckList(const std::vector<IpRange>& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      ASSERT_EQ(blocks[i].is_v4(), blocks[i].first_address().is_v4());
      ASSERT_FALSE(!blocks[i].is_v4() &&
                   blocks[i].first_address() < Ip("0.0.0.0") &&
                   Ip("0.0.0.0") < blocks[i].last_address())
          << blocks[i];
      if (i == 0) continue;
      const IpRange& before = blocks[i - 1];
      if (before.is_v4() != blocks[i].is_v4()) {
        ASSERT_TRUE(before.is_v4());
        continue;
      }
      ASSERT_LT(before.last_address(), blocks[i].first_address());
      if (before.prefix_length() == blocks[i].prefix_length()) {
        const IpRange wider = Valid(
            IpRange::Create({.address = before.first_address(),
                             .prefix_length = before.prefix_length() - 1}));
        ASSERT_FALSE(wider.Contains(blocks[i].first_address()))
            << before << " and " << blocks[i];
      }
    }
  }
};

TEST(AddressWorldTest, UpToThreeBlocks) {
  const std::vector<IpRange> world = WorldOfBlocks();
  ASSERT_EQ(world.size(), 28);
  SmallWorld::Check({});
  for (std::size_t i = 0; i < world.size(); ++i) {
    for (std::size_t j = i; j < world.size(); ++j) {
      for (std::size_t k = j; k < world.size(); ++k) {
        std::vector<IpRange> ranges = {world[k], world[i], world[j]};
        SmallWorld::Check(ranges);
        ASSERT_FALSE(HasFailure()) << testing::PrintToString(ranges);
      }
    }
  }
}

}  // namespace
}  // namespace api_access
