// Worlds of answers and request lines, composed of right and wrong parts, read
// by the library and by the plain reader.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/json/account_answers.h"
#include "api_access/json/request_line.h"
#include "gtest/gtest.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

// One part of a text in the ways in which it may be there, the right one first.
using Variants = std::vector<std::string>;
// Parts that follow one another, such as the fields of an object.
using Parts = std::vector<Variants>;

const std::string kSecret = "S3CR3T";
const std::string kMark = "\xef\xbb\xbf";

// Ways in which people spell a field otherwise.
Variants SpeltOtherwise(const std::string& field) {
  std::string snake;
  for (const char c : field) {
    const int byte = static_cast<unsigned char>(c);
    if (std::isupper(byte) != 0 && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::tolower(byte));
  }
  const std::size_t middle = field.size() / 2;
  std::string swapped = field;
  std::swap(swapped[middle], swapped[middle + 1]);
  // The last ones are near the name of a date alone.
  return {snake,
          field + " ",
          field.substr(0, middle) + field.substr(middle + 1),
          field + "s",
          swapped,
          field.substr(0, middle)};
}

// A field with one of the values, or with what is none.
Variants Field(const std::string& field, const Variants& values) {
  const std::string name = "\"" + field + "\":";
  Variants variants;
  for (const std::string& value : values) variants.push_back(name + value);
  variants.push_back("");
  for (const char* wrong : {"null", R"("")", "7", "[]", "{}", "true"}) {
    variants.push_back(name + wrong);
  }
  for (const std::string& spelt : SpeltOtherwise(field)) {
    variants.push_back("\"" + spelt + "\":" + values[0]);
  }
  // Twice, beside another spelling, and beside what is not known.
  variants.push_back(variants[0] + ',' + variants[0]);
  variants.push_back(variants[0] + ",\"" + SpeltOtherwise(field)[0] +
                     "\":null");
  variants.push_back(variants[0] + R"(,"New":")" + kSecret + '"');
  return variants;
}

// The same for a field that is mostly absent.
Variants AbsentField(const std::string& field, const Variants& values) {
  Variants variants = Field(field, values);
  variants.insert(variants.begin(), "");
  return variants;
}

// The object whose fields are the right ones, but for those at the places given
// with their variants.
std::string ObjectOf(
    const Parts& parts,
    const std::vector<std::pair<std::size_t, std::string>>& others = {}) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string part = parts[i][0];
    for (const auto& [place, other] : others) {
      if (place == i) part = other;
    }
    if (part.empty()) continue;
    text += (text.empty() ? "" : ",") + part;
  }
  return '{' + text + '}';
}

// All objects of which one part or two are not the right ones, as far as they
// are sampled.
void ForAllObjects(const Parts& parts, Sample& singles, Sample& pairs,
                   const std::function<void(const std::string&)>& visit) {
  visit(ObjectOf(parts));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t v = 1; v < parts[i].size(); ++v) {
      if (singles.Next()) visit(ObjectOf(parts, {{i, parts[i][v]}}));
      for (std::size_t j = i + 1; j < parts.size(); ++j) {
        for (std::size_t w = 1; w < parts[j].size(); ++w) {
          if (!pairs.Next()) continue;
          visit(ObjectOf(parts, {{i, parts[i][v]}, {j, parts[j][w]}}));
        }
      }
    }
  }
}

// An object of which few parts are not the right ones.
std::string DrawObject(Worlds& worlds, const Parts& parts) {
  std::vector<std::pair<std::size_t, std::string>> others;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (worlds.Chance(12)) others.push_back({i, worlds.Pick(parts[i])});
  }
  return ObjectOf(parts, others);
}

// `text` with `id` wherever it has an @.
std::string WithId(std::string text, const std::string& id) {
  for (std::size_t at = text.find('@'); at != std::string::npos;
       at = text.find('@')) {
    text.replace(at, 1, id);
  }
  return text;
}

// What an answer is made of.
struct Kind {
  std::string file;
  std::string content;
  // The fields of the content, or of each item in it. An id is an @.
  Parts fields;
  Variants ids;
  bool is_list = true;
  // Fields of the envelope beside those that every envelope has.
  Parts tops = {};

  bool HasPages() const { return file == "ReadUsers.json"; }
};

const std::vector<Kind>& Kinds() {
  static const auto& kinds = *new std::vector<Kind>{
      {"ReadAccessKeys.json",
       "AccessKeys",
       {Field("AccessKeyId", {R"("@")"}),
        Field("State", {R"("ACTIVE")", R"("INACTIVE")", R"("Active")"}),
        Field("ExpirationDate",
              {R"("2030-01-01T00:00:00.000+0000")", R"("2030-01-01")",
               R"("20300101T000000.123456789Z")", R"("2030-02-29")"}),
        Field("CreationDate", {R"("2020-01-01T00:00:00Z")", R"("2020-1-1")"}),
        Field("LastModificationDate", {R"("2020-01-01")", R"("2020")"}),
        Field("Tag", {R"("a tag")", R"("\ud83d\ude00")"})},
       {"K0", "K1", "K2"}},
      {"ReadAccessKeys.alice.json",
       "AccessKeys",
       {Field("AccessKeyId", {R"("@")"}), Field("State", {R"("INACTIVE")"}),
        AbsentField("ExpirationDate", {R"("2031-01-01")"})},
       // The last one is a key of the root user, too.
       {"A0", "A1", "K0"}},
      {"ReadApiAccessRules.json",
       "ApiAccessRules",
       {Field("ApiAccessRuleId", {R"("@")"}),
        Field("IpRanges",
              {R"(["192.0.2.0/24"])", R"(["::/0","192.0.2.7"])", R"([null])",
               R"([""])", R"([7])", R"(["192.0.2.0/33"])", R"("::/0")"}),
        Field("CaIds", {R"(["ca-1"])", R"(["ca-1","ca-2","ca-1"])", R"([null])",
                        R"([""])", R"([7])", R"("ca-1")"}),
        Field("Cns", {R"(["a"])", R"(["a","b"])", R"([null])", R"([""])"}),
        Field("Description", {R"("an office")"})},
       {"R0", "R1", "R2"}},
      {"ReadApiAccessPolicy.json",
       "ApiAccessPolicy",
       {Field("MaxAccessKeyExpirationSeconds",
              {"3600", "0", "3153600000", "3153600001", "-1", "1.0",
               "18446744073709551615", R"("0")"}),
        Field("RequireTrustedEnv", {"true", "false", R"("true")"})},
       {},
       false},
      {"ReadUsers.json",
       "Users",
       {Field("UserName", {R"("@")"}), AbsentField("Path", {R"("/")"}),
        AbsentField("OutscaleLoginAllowed", {"false"})},
       {"alice", "bob", "carol", "dave", "erin"},
       true,
       {Field("HasMoreItems", {"false", "true", R"("false")"}),
        AbsentField("MaxResultsLimit", {"100"}),
        AbsentField("MaxResultsTruncated", {"false"})}},
      {"ReadCas.json",
       "Cas",
       {Field("CaId", {R"("@")"}),
        Field("CaFingerprint",
              {R"("0123456789abcdef0123456789abcdef01234567")",
               R"("0123456789ABCDEF0123456789ABCDEF01234567")",
               R"("0123456789abcdef0123456789abcdef012345678")",
               R"("g123456789abcdef0123456789abcdef01234567")"}),
        AbsentField("Description", {R"("a CA")"})},
       {"ca-1", "ca-2", "ca-3"}}};
  return kinds;
}

// The right content, of `items` items.
std::string Content(const Kind& kind, std::size_t items = 1) {
  if (!kind.is_list) return ObjectOf(kind.fields);
  std::string list;
  for (std::size_t i = 0; i < items; ++i) {
    list += (i == 0 ? "" : ",") + WithId(ObjectOf(kind.fields), kind.ids[i]);
  }
  return '[' + list + ']';
}

std::string ContentField(const Kind& kind, const std::string& content) {
  return '"' + kind.content + "\":" + content;
}

// The envelope around `content`, with what may be beside it.
Parts Envelope(const Kind& kind, const std::string& content) {
  Parts parts = {
      Field(kind.content, {content}),
      Field("ResponseContext",
            {R"({"RequestId":"x"})", R"({"New":"x"})", R"({"RequestID":"x"})"}),
      {"", R"("Errors":[{"Type":"T","Details":"D","Code":"4"}])",
       R"("Errors":[])", R"("Errors":null)", R"("Errors":[7])",
       R"("Errors":"x")", R"("Errors":{"Code":"4"})"},
      {"", R"("__type":"T","message":"m")", R"("message":"S3CR3T")"},
      {"", R"("title":"T","detail":"D")", R"("title":"S3CR3T")"},
      {"", R"("IsTruncated":false,"NextToken":"S3CR3T")"}};
  parts.insert(parts.end(), kind.tops.begin(), kind.tops.end());
  return parts;
}

// Texts that no answer is, each of which may carry a secret.
const Variants& ForeignTexts() {
  static const auto& texts = *new Variants{
      "",
      " \n\t\r\n",
      kMark,
      kMark + "\n",
      "{}",
      "[]",
      "[[]]",
      "null",
      "7",
      R"("S3CR3T")",
      R"(["S3CR3T"])",
      R"([{"SecretKey":"S3CR3T"}])",
      R"({"Vms":[{"Password":"S3CR3T"}],"ResponseContext":{"RequestId":"x"}})",
      R"({"AccessKey":{"AccessKeyId":"S3CR3T","SecretKey":"S3CR3T"}})",
      R"({"Errors":"S3CR3T"})",
      R"({"Errors":[]})",
      R"({"message":"S3CR3T"})",
      R"({"title":"S3CR3T"})",
      R"({"type":"S3CR3T","status":400})",
      "S3CR3T",
      "Usage: octl [S3CR3T]",
      R"({"SecretKey":"S3CR3T")",
      R"({"SecretKey":"S3CR3T",})",
      R"({"S3CR":"\ud800"})"};
  return texts;
}

// All members of a problem document or of an error, with and without others.
void ForAllErrorAnswers(const Kind& kind,
                        const std::function<void(const std::string&)>& visit) {
  const Parts parts = {
      {ContentField(kind, Content(kind)), ""},
      {"", R"("__type":"T")", R"("__type":7)", R"("__type":"")"},
      {"", R"("type":"about:blank")", R"("type":null)"},
      {"", R"("title":"T")", R"("title":"")", R"("title":7)"},
      {"", R"("status":403)", R"("status":"403")", R"("status":4.5)"},
      {"", R"("detail":"D")", R"("detail":"")"},
      {"", R"("Errors":[{"Code":"4"}])", R"("Errors":[])"}};
  std::vector<std::size_t> places(parts.size());
  while (true) {
    std::vector<std::pair<std::size_t, std::string>> chosen;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      chosen.push_back({i, parts[i][places[i]]});
    }
    visit(ObjectOf(parts, chosen));
    std::size_t i = 0;
    while (i < parts.size() && ++places[i] == parts[i].size()) places[i++] = 0;
    if (i == parts.size()) return;
  }
}

// A text in UTF-16, the first byte of each character first or last.
std::string Utf16(const std::string& text, bool is_big) {
  std::string wide;
  for (const char c : text) {
    if (is_big) wide += '\0';
    wide += c;
    if (!is_big) wide += '\0';
  }
  return wide;
}

// What may be before, between and after the answers of a text.
const Variants& Fronts() {
  static const auto& fronts = *new Variants{
      "", kMark, " ", "\r\n\t", kMark + "\n", "x", "\x80", "}", "/**/"};
  return fronts;
}
const Variants& Separators() {
  static const auto& separators =
      *new Variants{"",  "\n",      " ",        "\r\n\r\n", "\n" + kMark,
                    ",", "\n---\n", "\xc3\xa9", "\f"};
  return separators;
}
const Variants& Backs() {
  static const auto& backs =
      *new Variants{"",  "\n", " \t\r\n", "x",     "}",
                    "]", ",",  "null",    "\"x\"", std::string(1, '\0'),
                    "{", "[",  "\xff",    kMark,   "\xed\xa0\x80"};
  return backs;
}

class FolderWorld {
 public:
  FolderWorld() {
    for (const Kind& kind : Kinds()) {
      good_[kind.file] = '{' + ContentField(kind, Content(kind)) +
                         (kind.HasPages() ? R"(,"HasMoreItems":false})" : "}");
    }
  }

  // Compares the good folder with one file changed.
  void Compare(const Kind& kind, const std::string& text) {
    if (testing::Test::HasFailure()) return;
    const auto place = good_.find(kind.file);
    const std::string good = std::exchange(place->second, text);
    comparison_.Compare(good_, kind.file);
    EXPECT_EQ(comparison_.message().find(kSecret), std::string::npos)
        << comparison_.message();
    place->second = good;
  }

  // Compares a folder with all files drawn.
  void CompareDrawn() {
    oracle::Folder folder = good_;
    for (const Kind& kind : Kinds()) {
      if (worlds_.Chance(3)) folder[kind.file] = DrawText(kind);
    }
    if (worlds_.Chance(8)) folder.erase("ReadUsers.json");
    if (worlds_.Chance(8)) folder.erase("ReadCas.json");
    if (worlds_.Chance(8)) folder.erase("ReadAccessKeys.alice.json");
    if (worlds_.Chance(8)) {
      folder["ReadAccessKeys.bob.json"] =
          R"({"AccessKeys":[{"AccessKeyId":"B0","State":"ACTIVE"}]})";
    }
    comparison_.Compare(folder, "");
  }

  // Compares the good folder with one file drawn.
  void CompareDrawnText() {
    const Kind& kind = worlds_.Pick(Kinds());
    Compare(kind, DrawText(kind));
  }

  const FolderComparison& comparison() const { return comparison_; }

 private:
  std::string DrawContent(const Kind& kind, std::size_t& next_id) {
    if (!kind.is_list) return DrawObject(worlds_, kind.fields);
    std::string list;
    for (std::size_t items = worlds_.Below(4); items > 0; --items) {
      if (worlds_.Chance(30)) next_id = 0;
      const std::string& id = kind.ids[next_id++ % kind.ids.size()];
      list += (list.empty() ? "" : ",") +
              WithId(DrawObject(worlds_, kind.fields), id);
    }
    return '[' + list + ']';
  }

  std::string DrawText(const Kind& kind) {
    if (worlds_.Chance(40)) return worlds_.Pick(ForeignTexts());
    const auto part = [&](const Variants& variants) {
      return worlds_.Chance(12) ? worlds_.Pick(variants) : variants[0];
    };
    std::string text = part(Fronts());
    std::size_t next_id = 0;
    const std::size_t most = kind.HasPages() ? 3 : worlds_.Chance(12) ? 2 : 1;
    for (std::size_t pages = 1 + worlds_.Below(most); pages > 0; --pages) {
      const std::string content = DrawContent(kind, next_id);
      const Parts envelope = Envelope(kind, content);
      text += worlds_.Chance(4) ? content : DrawObject(worlds_, envelope);
      if (pages > 1) text += part(Separators());
    }
    return text + part(Backs());
  }

  oracle::Folder good_;
  Worlds worlds_;
  FolderComparison comparison_;
};

// Every answer with up to two fields that are not as they should be, in an
// envelope and without; every envelope with up to two; every error answer; what
// is before and after; pages, and two answers where one should be.
TEST(JsonWorldTest, AnswersOfComposedParts) {
  FolderWorld world;
  Sample singles(7);
  Sample pairs(101, 7);
  Sample errors(29, 5);
  Sample ends(13, 2);
  Sample joined(13);
  Sample pages(29, 3);
  for (const Kind& kind : Kinds()) {
    const std::string id = kind.is_list ? kind.ids[0] : "";
    ForAllObjects(kind.fields, singles, pairs, [&](const std::string& object) {
      const std::string item = WithId(object, id);
      if (!kind.is_list) {
        world.Compare(kind, item);
        world.Compare(kind, '{' + ContentField(kind, item) + '}');
        return;
      }
      world.Compare(kind, '[' + item + ']');
      world.Compare(
          kind,
          '{' +
              ContentField(
                  kind, '[' + item + ',' +
                            WithId(ObjectOf(kind.fields), kind.ids[1]) + ']') +
              '}');
    });
    ForAllObjects(
        Envelope(kind, Content(kind)), singles, pairs,
        [&](const std::string& envelope) { world.Compare(kind, envelope); });
    ForAllErrorAnswers(kind, [&](const std::string& answer) {
      if (errors.Next()) world.Compare(kind, answer);
    });
    for (const std::string& text : ForeignTexts()) world.Compare(kind, text);

    // One text, and two of which each may be anything.
    Variants answers = {Content(kind),
                        '{' + ContentField(kind, Content(kind)) + '}',
                        R"({"Errors":[{"Code":"4"}]})",
                        "{}",
                        "[]",
                        "7"};
    if (kind.is_list) {
      for (const std::size_t items : {0U, 2U, 3U}) {
        answers.push_back(Content(kind, items));
        answers.push_back('{' + ContentField(kind, Content(kind, items)) + '}');
      }
    }
    for (const std::string& one : answers) {
      for (const std::string& front : Fronts()) {
        for (const std::string& back : Backs()) {
          if (ends.Next()) world.Compare(kind, front + one + back);
        }
      }
      for (const bool is_big : {false, true}) {
        const std::string wide = Utf16(one, is_big);
        world.Compare(kind, wide);
        world.Compare(kind, (is_big ? "\xfe\xff" : "\xff\xfe") + wide);
      }
      for (const std::string& separator : Separators()) {
        for (const std::string& another : answers) {
          if (joined.Next()) world.Compare(kind, one + separator + another);
        }
      }
    }
  }

  // One to three pages of users, whole and cut.
  const Kind& users = *std::ranges::find_if(Kinds(), &Kind::HasPages);
  const Variants closings = {"}",
                             R"(,"HasMoreItems":false})",
                             R"(,"HasMoreItems":true})",
                             R"(,"HasMoreItems":null})",
                             R"(,"NextToken":"x"})",
                             R"(,"HasMoreItems":0})",
                             "bare"};
  const Variants names = {"alice", "bob", "carol"};
  const std::function<void(const std::string&, std::size_t)> add_page =
      [&](const std::string& front, std::size_t page) {
        if (page > 0 && pages.Next()) world.Compare(users, front);
        if (page == names.size()) return;
        for (const std::string& closing : closings) {
          for (const std::size_t name : {page, std::size_t{0}}) {
            const std::string list = R"([{"UserName":")" + names[name] + "\"}]";
            const std::string answer =
                closing == "bare" ? list
                                  : '{' + ContentField(users, list) + closing;
            for (const char* separator : {"", "\n"}) {
              if (page > 0 || *separator == '\0') {
                add_page(front + separator + answer, page + 1);
              }
            }
          }
        }
      };
  add_page("", 0);

  world.comparison().Print();
  EXPECT_EQ(world.comparison().causes(), 5U);
  EXPECT_TRUE(Covered("answers accepted", world.comparison().accepted(),
                      BySize<std::uint64_t>(300, 3'000, 13'000)));
  EXPECT_TRUE(Covered("answers refused", world.comparison().refused(),
                      BySize<std::uint64_t>(1'000, 18'000, 60'000)));
}

TEST(JsonWorldTest, RandomFolders) {
  FolderWorld world;
  for (int i = 0; i < BySize(500, 5'000, 50'000) && !HasFailure(); ++i) {
    world.CompareDrawnText();
    world.CompareDrawn();
  }
  world.comparison().Print();
  EXPECT_TRUE(Covered("folders accepted", world.comparison().accepted(),
                      BySize<std::uint64_t>(200, 2'000, 20'000)));
  EXPECT_TRUE(Covered("folders refused", world.comparison().refused(),
                      BySize<std::uint64_t>(200, 2'000, 20'000)));
}

class LineComparison {
 public:
  void Compare(const std::string& text) {
    if (testing::Test::HasFailure()) return;
    const auto read = oracle::ReadRequestLine(text);
    const auto parsed = ParseRequestLine(text);
    ASSERT_EQ(RequestIdOf(text), oracle::IdOf(text)) << text;
    ASSERT_EQ(parsed.ok(), read.has_value())
        << text << ' ' << Message(parsed.status());
    if (!parsed.ok()) {
      ++refused_;
      const std::string message = Message(parsed.status());
      ASSERT_TRUE(!message.empty() && IsPrintable(message)) << message;
      if (RequestIdOf(text)) ++refused_with_id_;
      return;
    }
    ++accepted_;
    ASSERT_EQ(*parsed, Build(*read)) << text;
    ASSERT_EQ(parsed->id, RequestIdOf(text)) << text;
    ASSERT_EQ(Valid(ParseRequestLine(FormatRequestLine(*parsed))), *parsed);
  }

  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_; }
  std::uint64_t refused_with_id() const { return refused_with_id_; }

 private:
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t refused_with_id_ = 0;
};

TEST(JsonWorldTest, RequestLinesOfComposedParts) {
  const Parts parts = {
      Field("Service", {R"("api")", R"("\u0000\ud83d\ude00")"}),
      Field("Method", {R"("ReadVms")", R"("Read Vms")"}),
      Field("ClientIp",
            {R"("192.0.2.7")", R"("2001:DB8::7")", R"("::ffff:192.0.2.7")",
             R"("192.0.2.07")", R"("192.0.2.0/24")", R"("fe80::1%eth0")"}),
      Field("Login", {R"("AccessKey")", R"("Password")", R"("None")"}),
      Field("AccessKeyId", {R"("K")", R"("\n")"}),
      Field("Certificate",
            {R"({"CaIds":["ca-1"],"Cn":"a"})", R"({"CaIds":["c","b","c"]})",
             R"({"CaIds":null,"Cn":null})", R"({"CaIds":[],"Cn":"a"})",
             R"({"CaIds":["c"],"Cn":""})", R"({"CaIds":[""]})",
             R"({"CaIds":"c"})", R"({"CaIds":[null]})", R"({"Cn":7})",
             R"({"CaId":"c"})", R"({"caIds":["c"]})",
             R"({"CaIds":["c"],"CaIds":["c"]})"}),
      Field("Now", {R"("2030-01-01")", R"("20300101T000000.0019+01:00")",
                    R"("2030-13-01")", R"("now")"}),
      Field("Id", {R"("7")", R"("\u0000\"")", R"("\ud800")"}),
      {"", R"("Name":"ci")", R"("Logs":[])", R"("QueryCallName":"ReadVms")"}};
  LineComparison comparison;
  Sample singles(7);
  Sample pairs(13);
  ForAllObjects(parts, singles, pairs,
                [&](const std::string& line) { comparison.Compare(line); });

  Variants lines = ForeignTexts();
  lines.insert(lines.end(), {ObjectOf(parts), R"({"Id":"7"})",
                             R"({"Id":"7","Id":"8"})", R"([{"Id":"7"}])"});
  Sample ends(7);
  for (const std::string& one : lines) {
    for (const std::string& front : Fronts()) {
      for (const std::string& back : Backs()) {
        if (ends.Next()) comparison.Compare(front + one + back);
      }
    }
    for (const bool is_big : {false, true}) {
      const std::string wide = Utf16(one, is_big);
      comparison.Compare(wide);
      comparison.Compare((is_big ? "\xfe\xff" : "\xff\xfe") + wide);
    }
    for (const std::string& separator : Separators()) {
      for (const std::string& another : lines) {
        if (ends.Next()) comparison.Compare(one + separator + another);
      }
    }
  }

  Worlds worlds;
  for (int i = 0; i < BySize(500, 5'000, 50'000); ++i) {
    std::string line = DrawObject(worlds, parts);
    if (worlds.Chance(8)) {
      line.insert(worlds.Below(line.size() + 1), worlds.Pick(Backs()));
    }
    comparison.Compare(line);
  }
  std::cout << comparison.refused_with_id() << " refused that have an Id\n";
  EXPECT_TRUE(Covered("lines accepted", comparison.accepted(),
                      BySize<std::uint64_t>(200, 2'000, 10'000)));
  EXPECT_TRUE(Covered("lines refused", comparison.refused(),
                      BySize<std::uint64_t>(1'500, 15'000, 30'000)));
}

}  // namespace
}  // namespace api_access
