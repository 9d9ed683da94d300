#include "api_access/ip.h"

#include <array>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::StartsWith;

TEST(IpAddressTest, ReadsAndPrintsCanonically) {
  const struct {
    const char* text;
    const char* canonical;
  } kCases[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"192.0.2.7", "192.0.2.7"},
      {"1.20.100.9", "1.20.100.9"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8::7", "2001:db8::7"},
      {"2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8::7"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
      // The longest run, and the first of equally long ones.
      {"1:0:0:4:0:0:0:8", "1:0:0:4::8"},
      {"1:0:0:4:5:0:0:8", "1::4:5:0:0:8"},
      {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      // Never mixed notation.
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::192.0.2.7", "64:ff9b::c000:207"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"::fffe:1.2.3.4", "::fffe:102:304"},
      {"::ffff:0:1.2.3.4", "::ffff:0:102:304"},
      // IPv4-mapped is IPv4.
      {"::ffff:192.0.2.7", "192.0.2.7"},
      {"::ffff:c000:207", "192.0.2.7"},
      {"0:0:0:0:0:FFFF:c000:0207", "192.0.2.7"},
      {"::ffff:0:0", "0.0.0.0"},
      {"::ffff:ffff:ffff", "255.255.255.255"},
  };
  for (const auto& c : kCases) {
    const auto address = IpAddress::Parse(c.text);
    ASSERT_TRUE(address.ok()) << c.text;
    EXPECT_EQ(address->ToString(), c.canonical) << c.text;
    EXPECT_EQ(Ip(c.canonical), *address) << c.text;
  }
}

TEST(IpAddressTest, ErrorsNameTheCause) {
  const struct {
    const char* condition;
    std::vector<std::string> texts;
  } kCases[] = {
      {"",
       {"",
        ":",
        ":::",
        "::1::",
        "1::2::3",
        ":1",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4::5:6:7:8",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::",

        "::1.2.3.4:5",
        "::1.2.3",
        "::1.2.3.04",
        "::1.2.3.256",
        "::ffff:1.2.3.4.5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "::12345.1.2.3",
        "::a.1.2.3",
        "::.1.2.3",
        "192.0.2.a",
        "192.0.2.0x7",
        "192.0.2.-7",
        "192.0.2.+7",
        "192.0.2,7",
        "-1",
        "*",
        "192.0.2.*",
        "http://192.0.2.7",
        std::string("192.0.2.7\0", 10),
        "192.0.2%eth0",
        "::1::/64"}},
      {" without blanks",
       {" ", "192.0.2.7 ", " 192.0.2.7", "192.0.2.7\n", "192.0.2.7\r",
        "\t192.0.2.7", "::1 ", " ::1", "192.0.2.7 192.0.2.8",
        "192.0.2.7 - 192.0.2.8"}},
      {" without brackets or port",
       {"[::1]", "[2001:db8::1]:443", "[fe80::1%eth0]", "[192.0.2.7]"}},
      {" without a zone",
       {"fe80::1%eth0", "fe80::1%", "fe80::1%1/64", "192.0.2.7%eth0"}},
      {" without a prefix",
       {"192.0.2.7/32", "::1/128", "192.0.2.7/", "192.0.2.0/255.255.255.0"}},
      {" without a port",
       {"192.0.2.7:80", "192.0.2.7:443",
        "192.0.2.7:", "1.2.3.4::", "1.2.3.4:5::"}},
      {", not a range with a dash",
       {"192.0.2.7-192.0.2.9", "192.0.2.7-9", "2001:db8::7-2001:db8::9"}},
      {", not a list",
       {"192.0.2.7,192.0.2.8", "203.0.113.7, 192.0.2.8", "::1,::2"}},
      {", not a host name",
       {"localhost", "gateway.example.com", "ip-192-0-2-7", "unknown", "fe80",
        "x7"}},
      {" without leading zeros",
       {"192.0.2.07", "192.0.2.00", "010.0.0.1", "192.000.2.7", "00",
        "192.0.02.256"}},
      {" with four octets of 0 to 255 in IPv4",
       {"192.0.2", "192.0.2.", ".192.0.2", "192.0..2", "192.0.2.7.1",
        "192.0.2.256", "192.0.2.999", "192.0.2.1000", "3221225991", "0", "."}},
  };
  for (const auto& c : kCases) {
    for (const std::string& text : c.texts) {
      const auto address = IpAddress::Parse(text);
      EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(Message(address.status()),
                  StartsWith("expected an IPv4 or IPv6 address" +
                             std::string(c.condition) + ", got `"))
          << text;
    }
  }
}

TEST(IpAddressTest, FromBinary) {
  constexpr std::array<std::uint8_t, 4> kV4 = {192, 0, 2, 7};
  constexpr std::array<std::uint8_t, 16> kMapped = {
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7};
  constexpr std::array<std::uint8_t, 16> kV6 = {
      0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
  static_assert(IpAddress::FromV4(kV4).is_v4());
  static_assert(IpAddress::FromV6(kMapped) == IpAddress::FromV4(kV4));
  static_assert(!IpAddress::FromV6(kV6).is_v4());
  static_assert(IpAddress::FromV6(kV6).bytes() == kV6);
  static_assert(IpAddress::FromV4(kV4).bytes() == kMapped);
  EXPECT_EQ(IpAddress::FromV4(kV4), Ip("192.0.2.7"));
  EXPECT_EQ(IpAddress::FromV6(kV6), Ip("2001:db8::7"));
}

TEST(IpAddressTest, OrderedHashableAndPrintable) {
  EXPECT_LT(Ip("192.0.2.7"), Ip("192.0.2.8"));
  EXPECT_LT(Ip("255.255.255.255"), Ip("::1:0:0:0"));
  EXPECT_LT(Ip("::fffe:ffff:ffff"), Ip("0.0.0.0"));
  const std::unordered_set<IpAddress> set = {Ip("192.0.2.7"), Ip("::7"),
                                             Ip("::ffff:192.0.2.7")};
  EXPECT_EQ(set.size(), 2U);
  std::ostringstream out;
  out << Ip("::7") << ' ' << Range("::7");
  EXPECT_EQ(out.str(), "::7 ::7/128");
}

TEST(IpRangeTest, ReadsAndPrintsCanonically) {
  const struct {
    const char* text;
    const char* canonical;
  } kCases[] = {
      {"198.51.100.7", "198.51.100.7/32"},
      {"192.0.2.0/16", "192.0.0.0/16"},
      {"255.255.255.255/0", "0.0.0.0/0"},
      {"255.255.255.255/1", "128.0.0.0/1"},
      {"255.255.255.255/31", "255.255.255.254/31"},
      {"255.255.255.255/32", "255.255.255.255/32"},
      {"::", "::/128"},
      {"ffff::/0", "::/0"},
      {"ffff::/1", "8000::/1"},
      {"1:2:3:4:ffff::/63", "1:2:3:4::/63"},
      {"1:2:3:4:ffff::/64", "1:2:3:4::/64"},
      {"1:2:3:4:ffff::/65", "1:2:3:4:8000::/65"},
      {"1:2:3:4:5:6:7:8/127", "1:2:3:4:5:6:7:8/127"},
      {"1:2:3:4:5:6:7:9/127", "1:2:3:4:5:6:7:8/127"},
      {"1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8/128"},
      // Inside ::ffff:0:0/96: IPv4.
      {"::ffff:192.0.2.7", "192.0.2.7/32"},
      {"::ffff:192.0.2.7/128", "192.0.2.7/32"},
      {"::ffff:192.0.2.0/112", "192.0.0.0/16"},
      {"::ffff:192.0.2.0/96", "0.0.0.0/0"},
      // A shorter prefix: IPv6.
      {"::ffff:192.0.2.0/95", "::fffe:0:0/95"},
      {"::ffff:192.0.2.0/80", "::/80"},
      {"::ffff:192.0.2.0/32", "::/32"},
  };
  for (const auto& c : kCases) {
    const auto range = IpRange::Parse(c.text);
    ASSERT_TRUE(range.ok()) << c.text;
    EXPECT_EQ(range->ToString(), c.canonical) << c.text;
    EXPECT_EQ(Range(c.canonical), *range) << c.text;
  }
}

TEST(IpRangeTest, ErrorsNameTheCause) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {"", "expected an IPv4 or IPv6 address or CIDR block, got ``"},
      {"/8", "expected an IPv4 or IPv6 address or CIDR block, got `/8`"},
      {"192.0.2/24",
       "expected an IPv4 or IPv6 address or CIDR block with four octets of 0 "
       "to 255 in IPv4, got `192.0.2/24`"},
      {"192.0.2.0 /24",
       "expected an IPv4 or IPv6 address or CIDR block without blanks, got "
       "`192.0.2.0 /24`"},
      {" 192.0.2.0/24",
       "expected an IPv4 or IPv6 address or CIDR block without blanks, got ` "
       "192.0.2.0/24`"},
      {"192.0.2.00/24",
       "expected an IPv4 or IPv6 address or CIDR block without leading zeros, "
       "got `192.0.2.00/24`"},
      {"[2001:db8::]/32",
       "expected an IPv4 or IPv6 address or CIDR block without brackets or "
       "port, got `[2001:db8::]/32`"},
      {"fe80::%eth0/64",
       "expected an IPv4 or IPv6 address or CIDR block without a zone, got "
       "`fe80::%eth0/64`"},
      {"192.0.2.0:443",
       "expected an IPv4 or IPv6 address or CIDR block without a port, got "
       "`192.0.2.0:443`"},
      {"192.0.2.0-192.0.2.9",
       "expected an IPv4 or IPv6 address or CIDR block, not a range with a "
       "dash, got `192.0.2.0-192.0.2.9`"},
      {"192.0.2.0, 192.0.2.9",
       "expected an IPv4 or IPv6 address or CIDR block, not a list, got "
       "`192.0.2.0, 192.0.2.9`"},
      {"example.com/24",
       "expected an IPv4 or IPv6 address or CIDR block, not a host name, got "
       "`example.com/24`"},
      {"any",
       "expected an IPv4 or IPv6 address or CIDR block, not a host name, got "
       "`any`"},
      {"192.0.2.0/", "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/`"},
      {"192.0.2.0/33",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/33`"},
      {"192.0.2.0/128",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/128`"},
      {"192.0.2.0/-1",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/-1`"},
      {"192.0.2.0/+1",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/+1`"},
      {"192.0.2.0/x", "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/x`"},
      {"192.0.2.0/0x8",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/0x8`"},
      {"192.0.2.0/8/8",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/8/8`"},
      {"192.0.2.0/8,::/0",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/8,::/0`"},
      {"192.0.2.0/4294967304",
       "expected a prefix of 0 to 32 for IPv4 in `192.0.2.0/4294967304`"},
      {"192.0.2.0/08",
       "expected a prefix of 0 to 32 without leading zeros in `192.0.2.0/08`"},
      {"192.0.2.0/00",
       "expected a prefix of 0 to 32 without leading zeros in `192.0.2.0/00`"},
      {"192.0.2.0/ 8",
       "expected a prefix of 0 to 32 without blanks in `192.0.2.0/ 8`"},
      {"192.0.2.0/8 ",
       "expected a prefix of 0 to 32 without blanks in `192.0.2.0/8 `"},
      {"192.0.2.0/8\n",
       "expected a prefix of 0 to 32 without blanks in `192.0.2.0/8\\x0a`"},
      {"192.0.2.0/255.255.255.0",
       "expected a prefix of 0 to 32, not a netmask, in "
       "`192.0.2.0/255.255.255.0`"},
      {"192.0.2.0/0.0.0.255",
       "expected a prefix of 0 to 32, not a netmask, in `192.0.2.0/0.0.0.255`"},
      {"::/129", "expected a prefix of 0 to 128 for IPv6 in `::/129`"},
      {"::/", "expected a prefix of 0 to 128 for IPv6 in `::/`"},
      {"::ffff:192.0.2.0/129",
       "expected a prefix of 0 to 128 for IPv6 in `::ffff:192.0.2.0/129`"},
      {"::/064",
       "expected a prefix of 0 to 128 without leading zeros in `::/064`"},
  };
  for (const auto& c : kCases) {
    const auto range = IpRange::Parse(c.text);
    EXPECT_EQ(range.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(range.status()), c.message);
  }
}

TEST(IpRangeTest, ContainsUpToBothEnds) {
  const struct {
    const char* range;
    const char* first;
    const char* last;
    const char* before;  // null: none
    const char* behind;
  } kCases[] = {
      {"192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
      {"192.0.2.7/32", "192.0.2.7", "192.0.2.7", "192.0.2.6", "192.0.2.8"},
      {"192.0.2.6/31", "192.0.2.6", "192.0.2.7", "192.0.2.5", "192.0.2.8"},
      {"128.0.0.0/1", "128.0.0.0", "255.255.255.255", "127.255.255.255",
       nullptr},
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", nullptr, nullptr},
      {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
      {"1:2:3:4::/64", "1:2:3:4::", "1:2:3:4:ffff:ffff:ffff:ffff",
       "1:2:3:3:ffff:ffff:ffff:ffff", "1:2:3:5::"},
      {"1:2:3:4::/63", "1:2:3:4::", "1:2:3:5:ffff:ffff:ffff:ffff",
       "1:2:3:3:ffff:ffff:ffff:ffff", "1:2:3:6::"},
      {"1:2:3:4::/65", "1:2:3:4::", "1:2:3:4:7fff:ffff:ffff:ffff",
       "1:2:3:3:ffff:ffff:ffff:ffff", "1:2:3:4:8000::"},
      {"::7/128", "::7", "::7", "::6", "::8"},
      {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nullptr,
       nullptr},
  };
  for (const auto& c : kCases) {
    const IpRange range = Range(c.range);
    EXPECT_EQ(range.first_address(), Ip(c.first)) << c.range;
    EXPECT_EQ(range.last_address(), Ip(c.last)) << c.range;
    EXPECT_TRUE(range.Contains(Ip(c.first))) << c.range;
    EXPECT_TRUE(range.Contains(Ip(c.last))) << c.range;
    if (c.before != nullptr) {
      EXPECT_FALSE(range.Contains(Ip(c.before))) << c.range;
    }
    if (c.behind != nullptr) {
      EXPECT_FALSE(range.Contains(Ip(c.behind))) << c.range;
    }
  }
}

// The end of such a block is in ::ffff:0:0/96, where no IPv6 address is.
TEST(IpRangeTest, MayEndInAnAddressThatItDoesNotContain) {
  const IpRange range = Range("::fc00:0:0/86");
  EXPECT_FALSE(range.is_v4());
  EXPECT_EQ(range.last_address(), Ip("255.255.255.255"));
  EXPECT_FALSE(range.Contains(range.last_address()));
  EXPECT_TRUE(range.Contains(Ip("::fffe:ffff:ffff")));
}

TEST(IpRangeTest, FamiliesNeverMatchEachOther) {
  const struct {
    const char* range;
    const char* address;
    bool contains;
  } kCases[] = {
      {"::/0", "192.0.2.7", false},
      {"::/0", "::ffff:192.0.2.7", false},
      {"::/80", "192.0.2.7", false},
      {"::ffff:0:0/95", "192.0.2.7", false},
      {"::ffff:0:0/95", "::fffe:192.0.2.7", true},
      {"::ffff:0:0/96", "192.0.2.7", true},
      {"::ffff:0:0/96", "::fffe:192.0.2.7", false},
      {"0.0.0.0/0", "::192.0.2.7", false},
      {"0.0.0.0/0", "::", false},
      {"0.0.0.0/0", "64:ff9b::192.0.2.7", false},
      {"0.0.0.0/0", "::ffff:192.0.2.7", true},
      {"192.0.2.0/24", "::ffff:192.0.2.7", true},
      {"::ffff:192.0.2.0/120", "192.0.2.7", true},
      {"::ffff:192.0.2.0/120", "192.0.3.7", false},
      {"::192.0.2.0/120", "192.0.2.7", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Range(c.range).Contains(Ip(c.address)), c.contains)
        << c.range << ' ' << c.address;
  }
}

TEST(IpRangeTest, Create) {
  EXPECT_EQ(
      Valid(IpRange::Create({.address = Ip("192.0.2.7"), .prefix_length = 24})),
      Range("192.0.2.0/24"));
  EXPECT_EQ(Valid(IpRange::Create({.address = Ip("::7"), .prefix_length = 0})),
            Range("::/0"));
  const struct {
    const char* address;
    int prefix_length;
    const char* message;
  } kCases[] = {
      {"192.0.2.7", 33, "expected a prefix of 0 to 32 for 192.0.2.7, got 33"},
      {"192.0.2.7", -1, "expected a prefix of 0 to 32 for 192.0.2.7, got -1"},
      {"::7", 129, "expected a prefix of 0 to 128 for ::7, got 129"},
      {"::7", -1, "expected a prefix of 0 to 128 for ::7, got -1"},
  };
  for (const auto& c : kCases) {
    const auto range = IpRange::Create(
        {.address = Ip(c.address), .prefix_length = c.prefix_length});
    EXPECT_EQ(Message(range.status()), c.message);
  }
}

TEST(IpRangeTest, OrderedAndHashable) {
  EXPECT_LT(Range("10.0.0.0/8"), Range("10.0.0.0/9"));
  EXPECT_LT(Range("10.0.0.0/9"), Range("10.128.0.0/9"));
  const std::unordered_set<IpRange> set = {
      Range("10.0.0.0/8"), Range("10.0.0.0/9"), Range("10.9.9.9/8")};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ(Range("10.0.0.0/8").prefix_length(), 8);
  EXPECT_EQ(Range("2001:db8::/32").prefix_length(), 32);
}

}  // namespace
}  // namespace api_access
