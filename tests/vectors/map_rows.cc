// Maps and differences: the rows of map.jsonl and diff.jsonl.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/vectors/vectors.h"

namespace vectors {
namespace {

using oracle::Key;
using oracle::Rule;

struct Shape {
  const char* name;
  std::vector<Rule> rules;
};

std::string Add(Vectors& vectors, const Shape& shape, bool session) {
  std::string name =
      std::string("map: ") + shape.name + (session ? ", session" : "");
  vectors.AddAccount(
      name,
      std::string("Rules: ") + shape.name +
          (session ? ", under a trusted session." : "."),
      {.require = session,
       .rules = shape.rules,
       .keys = {RootKey(), {"ALICE", true, std::nullopt, "alice"}}});
  return name;
}

// An account whose rules all are the same, with these keys.
std::string AddKeys(Vectors& vectors, const std::string& what,
                    std::vector<Key> keys) {
  std::string name = "diff: " + what;
  vectors.AddAccount(
      name, "Its keys: " + what + '.',
      {.rules = {{"rule", {"192.0.2.0/24"}, {}, {}}}, .keys = std::move(keys)});
  return name;
}

}  // namespace

void AddMaps(Vectors& vectors) {
  const std::vector<Shape> shapes = {
      {"none", {}},
      {"a range", {{"r", {"192.0.2.0/24"}, {}, {}}}},
      {"two halves of a range",
       {{"r", {"192.0.2.128/25", "192.0.2.0/25"}, {}, {}}}},
      {"two halves in two rules",
       {{"r", {"192.0.2.0/25"}, {}, {}}, {"s", {"192.0.2.128/25"}, {}, {}}}},
      {"three addresses in a row",
       {{"r", {"192.0.2.7", "192.0.2.8", "192.0.2.9"}, {}, {}}}},
      {"a range within another",
       {{"r", {"192.0.2.0/24"}, {}, {}}, {"s", {"192.0.2.64/26"}, {}, {}}}},
      {"all of IPv4", {{"r", {"0.0.0.0/0"}, {}, {}}}},
      {"all of IPv6", {{"r", {"::/0"}, {}, {}}}},
      {"a block around the mapped addresses", {{"r", {"::/64"}, {}, {}}}},
      {"the mapped addresses", {{"r", {"::ffff:0:0/96"}, {}, {}}}},
      {"a range of each family",
       {{"r", {"2001:db8::/32", "192.0.2.0/24"}, {}, {}}}},
      {"a CA", {{"r", {}, {"ca-1"}, {}}}},
      {"two CAs", {{"r", {}, {"ca-2", "ca-1"}, {}}}},
      {"a CA with a CN", {{"r", {}, {"ca-1"}, {"a"}}}},
      {"a CA with two CNs", {{"r", {}, {"ca-1"}, {"b", "a"}}}},
      {"a CA whatever the CN and another with a CN",
       {{"r", {}, {"ca-1"}, {}}, {"s", {}, {"ca-2"}, {"a"}}}},
      {"two CAs, each with another CN",
       {{"r", {}, {"ca-2"}, {"a"}}, {"s", {}, {"ca-1"}, {"b"}}}},
      {"two CAs, each with the same CN",
       {{"r", {}, {"ca-2"}, {"a"}}, {"s", {}, {"ca-1"}, {"a"}}}},
      {"a range alone within a CA of all addresses",
       {{"r", {}, {"ca-1"}, {}}, {"s", {"192.0.2.0/24"}, {}, {}}}},
      {"a range with a CA", {{"r", {"192.0.2.0/24"}, {"ca-1"}, {}}}},
      {"a range with a CA and a CN",
       {{"r", {"192.0.2.0/24"}, {"ca-1"}, {"a"}}}},
      {"two ranges that overlap, each with another CA",
       {{"r", {"192.0.2.0/24"}, {"ca-1"}, {}},
        {"s", {"192.0.2.128/25", "198.51.100.0/24"}, {"ca-2"}, {}}}}};
  std::vector<std::string> without;
  std::vector<std::string> with;
  for (const Shape& shape : shapes) {
    without.push_back(Add(vectors, shape, false));
    with.push_back(Add(vectors, shape, true));
    const std::string what = shape.name;
    vectors.AddMap("Rules: " + what + ", no trusted session.", without.back());
    vectors.AddMap("Rules: " + what + ", under a trusted session.",
                   with.back());
  }

  vectors.AddDifference("An account and itself are equal.", without[1],
                        without[1]);
  const auto rewritten = [&](std::size_t before, std::size_t after,
                             const std::string& what) {
    vectors.AddDifference(what + " changes nothing.", without[before],
                          without[after]);
  };
  rewritten(1, 2, "A range written as its halves");
  rewritten(1, 3, "A range divided between two rules");
  rewritten(1, 5, "A rule within another");
  rewritten(6, 9, "0.0.0.0/0 written as ::ffff:0:0/96");
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string what = shapes[i].name;
    // The others are those of the map once more.
    if (i > 0 && i % 5 == 0) {
      vectors.AddDifference("From no rule to: " + what + '.', without[0],
                            without[i]);
    }
    vectors.AddDifference("What a trusted session changes: " + what + '.',
                          without[i], with[i]);
  }
  const auto changed = [&](std::size_t before, std::size_t after,
                           const std::string& what) {
    vectors.AddDifference(what, without[before], without[after]);
    vectors.AddDifference("The other way round: " + what, without[after],
                          without[before]);
  };
  changed(11, 12, "One more CA.");
  changed(11, 13, "A CN for a rule that had none.");
  changed(13, 14, "One more CN.");
  changed(15, 16, "Widened and narrowed at the same addresses.");
  changed(16, 17, "Another CN: widened and narrowed under one CA.");
  changed(19, 21, "One more rule that overlaps.");
  changed(1, 19, "A range gets a CA.");

  // Keys: usable at some instant on one side, or otherwise.
  const std::vector<std::pair<std::string, std::vector<Key>>> keys = {
      {"none", {}},
      {"without end", {RootKey()}},
      {"INACTIVE", {{"ROOT", false, std::nullopt, ""}}},
      {"expires now", {{"ROOT", true, kNow, ""}}},
      {"expires in a millisecond", {{"ROOT", true, kNow + 1, ""}}},
      {"expires in two milliseconds", {{"ROOT", true, kNow + 2, ""}}},
      {"of alice", {{"ROOT", true, std::nullopt, "alice"}}},
      {"of bob", {{"ROOT", true, std::nullopt, "bob"}}},
      {"of alice, for a millisecond", {{"ROOT", true, kNow + 1, "alice"}}},
      {"two", {{"b", true, std::nullopt, ""}, {"B", true, kNow + 1, "bob"}}}};
  std::vector<std::string> names;
  for (const auto& [what, list] : keys) {
    names.push_back(AddKeys(vectors, what, list));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < keys.size(); ++j) {
      vectors.AddDifference(
          "A key from `" + keys[i].first + "` to `" + keys[j].first + "`.",
          names[i], names[j]);
    }
  }
  vectors.AddDifference("A millisecond later it has expired on both sides.",
                        names[3], names[4], kNow + 1);
}

}  // namespace vectors
