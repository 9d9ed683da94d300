#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/evaluator.h"
#include "gtest/gtest.h"
#include "src/base/arena.h"
#include "src/base/number_sets.h"
#include "src/base/one_edit.h"
#include "src/base/short_text.h"
#include "src/base/text_pool.h"
#include "src/base/text_table.h"
#include "tests/support.h"

namespace api_access {
namespace {

using internal::Arena;
using internal::HashText;
using internal::NumberSets;
using internal::SameText;
using internal::TextPool;
using internal::TextTable;
using internal::TextWriter;
using internal::Writer;

TEST(ArenaTest, AlignsWhatIsTaken) {
  // Without memory it counts, with memory it gives the same places.
  Arena size;
  EXPECT_TRUE(size.Take<char>(3).empty());
  EXPECT_TRUE(size.Take<std::uint64_t>(2).empty());
  EXPECT_TRUE(size.Take<std::uint32_t>(1).empty());
  EXPECT_EQ(size.size(), 28U);
  alignas(8) std::array<std::byte, 28> memory;
  Arena arena(memory);
  EXPECT_EQ(reinterpret_cast<std::byte*>(arena.Take<char>(3).data()),
            memory.data());
  EXPECT_EQ(reinterpret_cast<std::byte*>(arena.Take<std::uint64_t>(2).data()),
            memory.data() + 8);
  EXPECT_EQ(reinterpret_cast<std::byte*>(arena.Take<std::uint32_t>(1).data()),
            memory.data() + 24);
}

using BoundsDeathTest = testing::Test;

TEST(BoundsDeathTest, NothingIsTakenOrWrittenBeyondItsRoom) {
  alignas(8) std::array<std::byte, 8> memory;
  EXPECT_DEATH(
      {
        Arena arena(memory);
        arena.Take<char>(1);
        arena.Take<std::uint64_t>(1);
      },
      "");
  std::array<int, 1> room;
  EXPECT_DEATH(
      {
        Writer<int> writer(room);
        writer.Add(1);
        writer.Add(2);
      },
      "");
  struct Texts {
    std::array<std::uint32_t, 2> offsets;
    std::array<char, 3> bytes;
  } texts;
  // More bytes, and more texts, than were counted.
  EXPECT_DEATH(TextWriter({texts.offsets, texts.bytes}).Add("four"), "");
  EXPECT_DEATH(
      {
        TextWriter writer({texts.offsets, texts.bytes});
        writer.Add("a");
        writer.Add("b");
      },
      "");
}

TEST(TextPoolTest, GivesEachTextByItsNumber) {
  struct {
    std::array<std::uint32_t, 4> offsets;
    std::array<char, 5> bytes;
  } memory;
  TextWriter writer({memory.offsets, memory.bytes});
  for (const char* text : {"abc", "", "de"}) writer.Add(text);
  const TextPool pool = writer.pool();
  EXPECT_EQ(pool.Get(0), "abc");
  EXPECT_EQ(pool.Get(1), "");
  EXPECT_EQ(pool.Get(2), "de");
  EXPECT_EQ(writer.size(), 3U);
}

// A table of texts that it keeps.
class Table {
  auto TextAt() const {
    return
        [this](std::uint32_t place) { return std::string_view(texts_[place]); };
  }

 public:
  explicit Table(std::vector<std::string> texts) : texts_(std::move(texts)) {
    std::ranges::sort(texts_, internal::TextOrder());
    starts_.resize(TextTable::StartBytes(texts_.size()));
    table_ =
        TextTable(static_cast<std::uint32_t>(texts_.size()), starts_, TextAt());
  }

  // The text that was found.
  std::optional<std::string> Find(std::string_view text) const {
    const std::uint32_t place = table_.Find(starts_.data(), text, TextAt());
    if (place == TextTable::kNone) return std::nullopt;
    return texts_[place];
  }

 private:
  std::vector<std::string> texts_;
  std::vector<std::byte> starts_;
  TextTable table_;
};

// Two texts of the same hash, found by trial.
std::pair<std::string, std::string> CollidingTexts() {
  std::map<std::uint32_t, std::string> seen;
  for (int i = 0;; ++i) {
    std::string text = "key-" + std::to_string(i);
    const auto [place, is_new] = seen.try_emplace(HashText(text), text);
    if (!is_new) return {place->second, text};
  }
}

TEST(TextTableTest, TextsOfOneHashAreToldApart) {
  const auto [first, second] = CollidingTexts();
  ASSERT_EQ(HashText(first), HashText(second));
  EXPECT_EQ(Table({first}).Find(second), std::nullopt);
  EXPECT_EQ(Table({second}).Find(first), std::nullopt);
  for (const auto& texts : {std::vector<std::string>{first, second, "other"},
                            std::vector<std::string>{"other", second, first}}) {
    const Table table(texts);
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(table.Find(texts[i]), texts[i]);
    }
  }
  // A key is not let in for the hash of another.
  const Evaluator evaluator = Valid(Evaluator::Compile(CompleteAccount(
      Policy(0, false), {Rule("r", {"192.0.2.7"})}, {Key(first)})));
  Request request = {.method = FindMethod("api", "ReadVms"),
                     .client_address = Ip("192.0.2.7"),
                     .login = LoginKind::kAccessKey,
                     .access_key_id = first};
  EXPECT_TRUE(evaluator.Decide(request, Timestamp()).allowed());
  request.access_key_id = second;
  EXPECT_EQ(evaluator.Decide(request, Timestamp()).reason,
            Reason::kUnknownAccessKey);
}

// Texts that differ at an end, at both, or between them alone.
TEST(TextTableTest, EachOfManyTextsIsFound) {
  EXPECT_EQ(Table({}).Find("text"), std::nullopt);
  // Places are kept in one byte up to 255 texts.
  for (const int count : {1, 4, 254, 255, 256, 257}) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i));
    const Table table(texts);
    for (const std::string& text : texts) EXPECT_EQ(table.Find(text), text);
    EXPECT_EQ(table.Find(std::to_string(count)), std::nullopt);
  }
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"client.", ""},
      {"", ".clients.example.com"},
      {"ca-0000000000000000000000", "00000000"},
      {"user", "@example.com"},
      {"web-node-", ".paris.example.com"},
  };
  for (const auto& [before, behind] : forms) {
    std::vector<std::string> texts;
    std::set<std::uint32_t> hashes;
    for (int i = 0; i < 10'000; ++i) {
      texts.push_back(before + std::to_string(10'000 + i) + behind);
      hashes.insert(HashText(texts.back()));
    }
    EXPECT_GT(hashes.size(), 9'990U) << texts.front();
    const Table table(texts);
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      ASSERT_EQ(table.Find(texts[i]), texts[i]);
      ASSERT_EQ(table.Find(texts[i] + "0-"), std::nullopt);
    }
  }
}

// Words of eight and of four bytes overlap.
TEST(TextTableTest, TextsOfAnyLengthAreToldApartByEachByte) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text(size, 'x');
    EXPECT_FALSE(SameText(text, text + 'x'));
    // Whatever stands around a text is none of it.
    const std::string here = '<' + text + '1';
    const std::string there = '>' + text + '2';
    const std::string_view one = std::string_view(here).substr(1, size);
    const std::string_view other = std::string_view(there).substr(1, size);
    EXPECT_TRUE(SameText(one, other)) << size;
    EXPECT_EQ(HashText(one), HashText(other)) << size;
    const Table table({text});
    const auto find = [&](const std::string& wanted) {
      return table.Find(wanted);
    };
    EXPECT_EQ(find(text), text);
    for (std::size_t i = 0; i < size; ++i) {
      std::string changed = text;
      changed[i] = '\0';
      EXPECT_FALSE(SameText(text, changed)) << size << ' ' << i;
      EXPECT_EQ(find(changed), std::nullopt);
    }
  }
}

// Bounds of one leaf, of a whole one, and of trees of one and more levels.
TEST(NumberSetsTest, EqualSetsAreOneValue) {
  std::uint32_t random = 1;
  for (const std::uint32_t bound : {1U, 2U, 64U, 65U, 128U, 129U, 5'000U}) {
    NumberSets sets(bound);
    std::map<std::set<std::uint32_t>, NumberSets::Set> known = {
        {{}, NumberSets::kEmpty}};
    std::set<std::uint32_t> numbers;
    NumberSets::Set set = NumberSets::kEmpty;
    for (int step = 0; step < 2'000; ++step) {
      random = random * 1664525 + 1013904223;
      // The last numbers of the bound, so that sets come back.
      const std::uint32_t number =
          bound - 1 - (random >> 16) % std::min(bound, 70U);
      if (!numbers.insert(number).second) numbers.erase(number);
      set = sets.Toggled(set, number);
      const auto all = sets.NumbersOf(set);
      ASSERT_EQ(all, std::vector(numbers.begin(), numbers.end())) << bound;
      ASSERT_EQ(known.emplace(numbers, set).first->second, set) << bound;
    }
    // And different sets are different values.
    std::set<NumberSets::Set> values;
    for (const auto& entry : known) values.insert(entry.second);
    EXPECT_EQ(values.size(), known.size()) << bound;
  }
}

TEST(NumberSetsTest, NeighboursShareAllButOnePath) {
  NumberSets sets(1 << 16);
  NumberSets::Set set = NumberSets::kEmpty;
  for (std::uint32_t number = 0; number < 1 << 16; number += 3) {
    set = sets.Toggled(set, number);
  }
  const std::size_t size = sets.size();
  set = sets.Toggled(set, 40'000);
  // One of 1,024 leaves, and the ten nodes above it.
  EXPECT_EQ(sets.size(), size + 11);
  sets.Toggled(set, 40'000);
  EXPECT_EQ(sets.size(), size + 11);
}

TEST(OneEditTest, IsOneCharacterMoreLessOrOtherOrTwoThatChangedPlaces) {
  const struct {
    std::string_view a;
    std::string_view b;
    bool is_one;
  } kCases[] = {
      {"ReadVms", "ReadVm", true},
      {"ReadVms", "RaedVms", true},
      {"ReadVms", "ReadVmx", true},
      {"ReadVms", "sReadVm", false},
      {"ReadVms", "ReadVms", false},
      {"", "", false},
      {"a1b", "b1a", true},
      {"a1b", "b2a", false},
      {"", "a", true},
      {"", "ab", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(internal::IsOneEditAway(c.a, c.b), c.is_one) << c.a << ' ' << c.b;
    EXPECT_EQ(internal::IsOneEditAway(c.b, c.a), c.is_one) << c.b << ' ' << c.a;
  }
}

}  // namespace
}  // namespace api_access
