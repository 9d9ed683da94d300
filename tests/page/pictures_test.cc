#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/page/access_picture.h"
#include "api_access/page/key_timeline.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/page/tags.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<AccessRegion> MapOf(std::vector<ApiAccessRule> rules,
                                bool trusted_session = false) {
  return Valid(MapAccess(
      CompleteAccount(Policy(trusted_session ? 3600 : 0, trusted_session),
                      std::move(rules), {})));
}

// Range, access and region of each mark, in the order drawn.
std::vector<Texts> MarksOf(const std::string& picture) {
  std::vector<Texts> marks;
  for (const std::string& tag : TagsWith(picture, "class=\"mark")) {
    marks.push_back({AttributeOf(tag, "data-range"),
                     AttributeOf(tag, "data-access"),
                     AttributeOf(tag, "data-region")});
  }
  return marks;
}

TEST(AccessPictureTest, HasTheWidestBlockFirstAndWhatItNeeds) {
  const std::string picture = AccessPicture(
      MapOf({Rule("a", {"192.0.2.0/24"}),
             Rule("b", {"198.51.0.0/16", "2001:db8::/32"}, {"ca"}),
             Rule("c", {"203.0.113.7"}, {"ca"}, {"cn"})}));
  EXPECT_THAT(MarksOf(picture),
              ElementsAre(Texts{"198.51.0.0/16", "OfCa", "1"},
                          Texts{"192.0.2.0/24", "NotNeeded", "0"},
                          Texts{"203.0.113.7/32", "OfCaWithCn", "2"},
                          Texts{"2001:db8::/32", "OfCa", "1"}));
  // As a text beside the mark and as its title.
  EXPECT_THAT(picture, HasSubstr(">198.51.0.0/16</text>"));
  EXPECT_THAT(picture,
              HasSubstr("<title>203.0.113.7/32, certificate + CN: Ordinary, "
                        "Managing, Unlisted</title>"));
}

TEST(AccessPictureTest, HasAMarkForEachRegionOfABlock) {
  const std::string picture =
      AccessPicture(MapOf({Rule("a", {"192.0.2.0/24"}, {"ca"})}, true));
  EXPECT_THAT(MarksOf(picture),
              ElementsAre(Texts{"192.0.2.0/24", "NotNeeded", "0"},
                          Texts{"192.0.2.0/24", "OfCa", "1"}));
  EXPECT_THAT(picture, HasSubstr(">no certificate: Ordinary<"));
  EXPECT_THAT(picture, HasSubstr(">certificate: Managing, Unlisted<"));
}

// Without colours they differ in their patterns.
TEST(AccessPictureTest, HasAPatternOverEachMarkThatNeedsACertificate) {
  const std::string picture = AccessPicture(MapOf(
      {Rule("a", {"192.0.2.0/24"}), Rule("b", {"198.51.100.0/24"}, {"ca"}),
       Rule("c", {"203.0.113.0/24"}, {"ca"}, {"cn"})}));
  std::map<std::string, std::size_t> fills;
  for (const std::string& tag : TagsWith(picture, "<rect fill=")) {
    if (AttributeOf(tag, "x") != "none") ++fills[AttributeOf(tag, "fill")];
  }
  EXPECT_EQ(fills, (std::map<std::string, std::size_t>{
                       {"url(#access-picture-stripes)", 1},
                       {"url(#access-picture-dots)", 1}}));
  EXPECT_THAT(TagsWith(picture, "<pattern id=\"access-picture-stripes\""),
              SizeIs(1));
  EXPECT_THAT(TagsWith(picture, "<pattern id=\"access-picture-dots\""),
              SizeIs(1));
}

TEST(AccessPictureTest, MarksAreWhereTheirBlocksAre) {
  const struct {
    const char* range;
    const char* x;
    const char* width;
  } kCases[] = {
      {"0.0.0.0/0", "0.0000%", "100.0000%"},
      {"128.0.0.0/1", "50.0000%", "50.0000%"},
      {"64.0.0.0/3", "25.0000%", "12.5000%"},
      {"255.255.255.255/32", "99.9999%", "0.0001%"},
      {"4000::/2", "25.0000%", "25.0000%"},
      {"c000::/8", "75.0000%", "0.3906%"},
      {"ffff:ffff::1/128", "99.9999%", "0.0001%"},
  };
  for (const auto& [range, x, width] : kCases) {
    const auto marks =
        TagsWith(AccessPicture(MapOf({Rule("a", {range})})), "class=\"mark");
    ASSERT_THAT(marks, SizeIs(1)) << range;
    EXPECT_EQ(AttributeOf(marks[0], "data-range"), range);
    EXPECT_EQ(AttributeOf(marks[0], "x"), x) << range;
    EXPECT_EQ(AttributeOf(marks[0], "width"), width) << range;
  }
}

TEST(AccessPictureTest, JoinsIPv6BlocksAroundTheMappedBlock) {
  EXPECT_THAT(MarksOf(AccessPicture(MapOf({Rule("a", {"::/0"})}))),
              ElementsAre(Texts{"::/0", "NotNeeded", "0"}));
  EXPECT_THAT(
      MarksOf(AccessPicture(MapOf({Rule("a", {}, {"ca"})}))),
      ElementsAre(Texts{"0.0.0.0/0", "OfCa", "0"}, Texts{"::/0", "OfCa", "0"}));
  // A block of the 96 more is left out, and they are not joined.
  EXPECT_THAT(MarksOf(AccessPicture(MapOf(
                  {Rule("a", AllOfIPv6ButTheMappedBlock("::fffe:0:0/96"))}))),
              SizeIs(95));
  EXPECT_THAT(MarksOf(AccessPicture(MapOf({Rule("a", {"::fffe:0:0/95"})}))),
              ElementsAre(Texts{"::fffe:0:0/95", "NotNeeded", "0"}));
}

// Whatever the rules: the marks of a region have the addresses of its blocks,
// each once, and no others.
TEST(AccessPictureTest, MarksOfARegionAreItsBlocks) {
  const std::vector<std::string> kRanges = {
      "0.0.0.0/0",     "10.0.0.0/8", "10.1.0.0/16",   "10.1.2.3",
      "192.0.2.0/24",  "::/0",       "2001:db8::/32", "2001:db8:1::/48",
      "::fffe:0:0/95", "::/16"};
  std::mt19937 random(7);
  const auto below = [&](std::size_t end) {
    return static_cast<std::size_t>(random() % end);
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<ApiAccessRule> rules;
    for (std::size_t i = 0; i < 1 + below(4); ++i) {
      Texts ranges;
      for (std::size_t j = 0; j < 1 + below(3); ++j) {
        ranges.push_back(kRanges[below(kRanges.size())]);
      }
      rules.push_back(Rule("r" + std::to_string(i), ranges,
                           below(2) == 0 ? Texts{} : Texts{"ca"}));
    }
    const std::vector<AccessRegion> map = MapOf(rules, below(2) == 0);
    std::vector<std::vector<IpRange>> marks(map.size());
    for (const Texts& mark : MarksOf(AccessPicture(map))) {
      const auto region = std::stoul(mark[2]);
      ASSERT_LT(region, map.size());
      marks[region].push_back(Range(mark[0]));
    }
    for (std::size_t i = 0; i < map.size(); ++i) {
      std::size_t contained = 0;
      for (const IpRange& block : map[i].ranges) {
        EXPECT_EQ(std::ranges::count_if(marks[i],
                                        [&](const IpRange& mark) {
                                          return mark.Contains(block);
                                        }),
                  1)
            << block;
      }
      // A mark that is no block consists of blocks and the mapped block: it
      // has one of each prefix length from its own to 96.
      for (const IpRange& mark : marks[i]) {
        const auto inside = static_cast<int>(std::ranges::count_if(
            map[i].ranges,
            [&](const IpRange& block) { return mark.Contains(block); }));
        EXPECT_EQ(inside, std::ranges::count(map[i].ranges, mark) > 0
                              ? 1
                              : 96 - mark.prefix_length())
            << mark;
        contained += static_cast<std::size_t>(inside);
      }
      EXPECT_EQ(contained, map[i].ranges.size());
    }
  }
}

TEST(AccessPictureTest, SaysHowManyBlocksItLeavesOut) {
  Texts ranges;
  for (int i = 0; i < 300; ++i) {
    ranges.push_back("10.0." + std::to_string(i / 2) + '.' +
                     std::to_string(i % 2 * 2));
  }
  ranges.emplace_back("2001:db8::/32");
  const std::string picture = AccessPicture(MapOf({Rule("a", ranges)}));
  EXPECT_THAT(MarksOf(picture), SizeIs(kMaxPictureMarks));
  EXPECT_THAT(TagsWith(picture, "data-left-out=\"101\""), SizeIs(1));
  EXPECT_THAT(picture, HasSubstr(">and 100 blocks more, left out<"));
  EXPECT_THAT(picture, HasSubstr(">and 1 block more, left out<"));
}

// The fill and the text of each sample of the legend, whose text is beside it.
std::vector<Texts> LegendOf(const std::string& picture) {
  const auto number = [](std::string_view tag, const char* name) {
    return std::stoi(AttributeOf(tag, name));
  };
  std::vector<Texts> legend;
  std::size_t begin = 0;
  for (std::size_t text;
       (text = picture.find("<text x=\"40\"", begin)) != picture.npos;) {
    const auto samples =
        TagsWith(picture.substr(begin, text - begin), "width=\"32\"");
    if (samples.empty()) return {};
    const int top = number(samples[0], "y");
    const int baseline = number(picture.substr(text), "y");
    EXPECT_GT(baseline, top);
    EXPECT_LE(baseline, top + number(samples[0], "height"));
    begin = picture.find("</text>", text);
    legend.push_back({AttributeOf(samples.back(), "fill"),
                      TextOf(picture.substr(text, begin - text))});
  }
  return legend;
}

TEST(PicturesTest, HaveALegendOfTheirFills) {
  EXPECT_THAT(LegendOf(AccessPicture({})),
              ElementsAre(Texts{"none", "no certificate is needed"},
                          Texts{"url(#access-picture-stripes)",
                                "a certificate of a CA that rules name"},
                          Texts{"url(#access-picture-dots)",
                                "one of a CA and with a CN that rules name"}));
  EXPECT_THAT(LegendOf(KeyTimeline({}, At("2030-01-01"))),
              ElementsAre(Texts{"none", "ACTIVE"},
                          Texts{"url(#key-timeline-stripes)", "INACTIVE"},
                          Texts{"url(#key-timeline-dots)", "expired"}));
}

TEST(AccessPictureTest, IsAnImageWithATitleAlsoOfAnEmptyMap) {
  for (const auto& map : {MapOf({}), MapOf({Rule("a", {"192.0.2.0/24"})})}) {
    const std::string picture = AccessPicture(map);
    EXPECT_TRUE(IsPrintableAscii(picture));
    const std::string svg = TagsOf(picture).front();
    EXPECT_EQ(AttributeOf(svg, "role"), "img");
    EXPECT_THAT(
        TagsWith(picture,
                 "<title id=\"" + AttributeOf(svg, "aria-labelledby") + '"'),
        SizeIs(1));
  }
  EXPECT_THAT(MarksOf(AccessPicture(MapOf({}))), IsEmpty());
  EXPECT_THAT(AccessPicture(MapOf({})),
              HasSubstr(">IPv4: no address is admitted<"));
}

// Key, state, end and width of each mark.
std::vector<Texts> KeyMarksOf(const std::string& picture) {
  std::vector<Texts> marks;
  for (const std::string& tag : TagsWith(picture, "class=\"mark")) {
    marks.push_back(
        {AttributeOf(tag, "data-key"), AttributeOf(tag, "data-state"),
         AttributeOf(tag, "data-until"), AttributeOf(tag, "width")});
  }
  return marks;
}

TEST(KeyTimelineTest, HasTheKeysThatEndFirstFirstAndExpiredOnesLast) {
  const Timestamp now = At("2030-01-01");
  const std::string picture = KeyTimeline(
      {Key("never"), Key("b", At("2030-01-02")), Key("a", At("2030-01-02")),
       Valid(AccessKey::Create({.id = "inactive",
                                .state = AccessKeyState::kInactive,
                                .expiration = At("2030-01-01T00:30:00Z")})),
       Key("past", At("2029-01-01"))},
      now);
  EXPECT_THAT(
      KeyMarksOf(picture),
      ElementsAre(
          Texts{"inactive", "INACTIVE", "2030-01-01T00:30:00.000+0000",
                "7.1428%"},
          Texts{"a", "ACTIVE", "2030-01-02T00:00:00.000+0000", "28.5714%"},
          Texts{"b", "ACTIVE", "2030-01-02T00:00:00.000+0000", "28.5714%"},
          Texts{"never", "ACTIVE", "never", "100.0000%"},
          // It does not crowd out those that are valid.
          Texts{"past", "ACTIVE", "2029-01-01T00:00:00.000+0000", "0.0001%"}));
  EXPECT_THAT(picture, HasSubstr(">ACTIVE, never expires<"));
  EXPECT_THAT(picture,
              HasSubstr(">INACTIVE, until 2030-01-01T00:30:00.000+0000<"));
}

TEST(KeyTimelineTest, AKeyIsExpiredFromTheInstantOfItsExpirationOn) {
  const Timestamp end = At("2030-01-01");
  const std::string expired = KeyTimeline({Key("k", end)}, end);
  EXPECT_THAT(expired, HasSubstr(">ACTIVE, expired"));
  EXPECT_THAT(TagsWith(expired, "class=\"mark dots\""), SizeIs(1));
  EXPECT_THAT(KeyTimeline({Key("k", end)}, end - milliseconds(1)),
              HasSubstr(">ACTIVE, until"));
}

// Every section of the line has the same width, and what is later is longer.
TEST(KeyTimelineTest, SectionsEndWhereTheScaleSays) {
  using std::chrono::days;
  const Timestamp now = At("2030-01-01");
  const struct {
    milliseconds remaining;
    const char* width;
  } kCases[] = {
      {milliseconds(1), "0.0001%"}, {std::chrono::hours(1), "14.2857%"},
      {days(1), "28.5714%"},        {days(7), "42.8571%"},
      {days(30), "57.1428%"},       {days(365), "71.4285%"},
      {days(3650), "85.7142%"},     {days(3651), "92.8570%"},
      {days(100'000), "92.8570%"},
  };
  for (const auto& [remaining, width] : kCases) {
    EXPECT_EQ(KeyMarksOf(KeyTimeline({Key("k", now + remaining)}, now))[0][3],
              width);
  }
  // Instants as far from each other as there are.
  EXPECT_EQ(KeyMarksOf(
                KeyTimeline({Key("k", kMaxTimestamp)}, Timestamp::min()))[0][3],
            "92.8570%");
}

TEST(KeyTimelineTest, SaysHowManyKeysItLeavesOut) {
  std::vector<AccessKey> keys;
  for (int i = 0; i < 203; ++i) keys.push_back(Key("k" + std::to_string(i)));
  const std::string picture = KeyTimeline(keys, At("2030-01-01"));
  EXPECT_THAT(KeyMarksOf(picture), SizeIs(kMaxPictureMarks));
  EXPECT_THAT(TagsWith(picture, "data-left-out=\"3\""), SizeIs(1));
  EXPECT_THAT(picture, HasSubstr(">and 3 keys more, left out<"));
}

TEST(KeyTimelineTest, EscapesAndCutsIds) {
  const std::string picture =
      KeyTimeline({Key("<script>\"'&\x01\xff"), Key(std::string(10'000, 'x'))},
                  At("2030-01-01"));
  EXPECT_TRUE(IsPrintableAscii(picture));
  EXPECT_THAT(TagsWith(picture, "<script"), IsEmpty());
  EXPECT_THAT(picture, HasSubstr("&lt;script&gt;&quot;&#39;&amp;\\x01\\xff"));
  EXPECT_THAT(picture, HasSubstr(std::string(64, 'x') + "... (10000 bytes)"));
  EXPECT_EQ(picture.find(std::string(65, 'x')), picture.npos);
}

}  // namespace
}  // namespace api_access
