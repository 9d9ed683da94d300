// Maps and differences against brute force over every point of whole small
// worlds, and against decisions in random large ones.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "gtest/gtest.h"
#include "src/decide/compiled_account.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_map.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr oracle::Milliseconds kNow = 1000;

bool Has(const oracle::Strings& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

MapRequest BuildRequest(const oracle::MapRequest& request) {
  MapRequest built = {.kind =
                          FindMethod(request.service, request.method).kind()};
  for (const MapLogin login : kAllMapLogins) {
    if (ToString(login) == request.login) built.login = login;
  }
  return built;
}

// Regions of the oracle, made for the library.
class RegionBuilder {
 public:
  std::vector<AccessRegion> Build(const std::vector<oracle::Region>& regions) {
    std::vector<AccessRegion> built;
    for (const oracle::Region& region : regions) {
      AccessRegion& added = built.emplace_back();
      added.ranges = RangesOf(region.blocks);
      for (const oracle::MapRequest& request : region.requests) {
        added.requests.push_back(RequestOf(request));
      }
      for (const auto& [cas, cns] : region.certificates) {
        added.certificates.push_back(
            {{cas.all_but, cas.names}, {cns.all_but, cns.names}});
      }
    }
    return built;
  }

 private:
  const std::vector<IpRange>& RangesOf(const oracle::Strings* blocks) {
    const auto [place, is_new] = ranges_.try_emplace(blocks);
    if (is_new) {
      for (const std::string& bits : *blocks) {
        place->second.push_back(Range(oracle::RangeText(bits)));
      }
    }
    return place->second;
  }
  const MapRequest& RequestOf(const oracle::MapRequest& request) {
    return requests_
        .try_emplace(
            request.service + ' ' + request.method + ' ' + request.login,
            BuildRequest(request))
        .first->second;
  }

  std::unordered_map<const oracle::Strings*, std::vector<IpRange>> ranges_;
  std::unordered_map<std::string, MapRequest> requests_;
};

std::string Text(const NameSet& names) {
  return (names.all_but ? "all but " : "") +
         testing::PrintToString(names.names);
}

std::string Text(const std::vector<AccessRegion>& regions) {
  std::string text;
  for (const AccessRegion& region : regions) {
    text += "region\n ";
    for (const IpRange& range : region.ranges) text += ' ' + range.ToString();
    text += "\n ";
    for (const MapRequest& request : region.requests) {
      text += ' ' + ToString(request.kind) + ' ' +
              std::string(ToString(request.login)) + ',';
    }
    for (const CertificateEntry& entry : region.certificates) {
      text += "\n  CAs " + Text(entry.ca_ids) + " CNs " + Text(entry.cns);
    }
    text += '\n';
  }
  return text;
}

std::vector<AccessRegion> RegionsOf(
    const std::vector<DifferenceRegion>& differences) {
  std::vector<AccessRegion> regions;
  for (const auto& [region, witness] : differences) regions.push_back(region);
  return regions;
}

bool Contains(const NameSet& names, const std::optional<std::string>& name) {
  const bool is_named = name && Has(names.names, *name);
  return is_named != names.all_but;
}

// Whether a certificate under one CA, or under none, is among these.
bool Contains(const std::vector<CertificateEntry>& entries,
              const std::optional<std::string>& ca,
              const std::optional<std::string>& cn) {
  return std::ranges::any_of(entries, [&](const CertificateEntry& entry) {
    return Contains(entry.ca_ids, ca) && Contains(entry.cns, cn);
  });
}

bool Contains(const std::vector<MapRequest>& requests,
              const MapRequest& request) {
  return std::ranges::find(requests, request) != requests.end();
}

// The certificate of a client when these CAs were deleted; null: none.
std::optional<ClientCertificate> AfterDeletion(
    const ClientCertificate* certificate, const oracle::Strings& deleted) {
  if (certificate == nullptr) return std::nullopt;
  Texts left;
  for (const std::string& ca : certificate->ca_ids()) {
    if (!Has(deleted, ca)) left.push_back(ca);
  }
  std::optional<std::string> cn;
  if (certificate->cn()) cn = std::string(*certificate->cn());
  return Certificate(std::move(left), std::move(cn));
}

// An account, in all that the comparisons need.
struct MapAccount {
  MapAccount(const oracle::Account& account, oracle::Points allowed)
      : plain(account),
        built(Build(account)),
        evaluator(Valid(Evaluator::Compile(built))),
        points(std::move(allowed)) {}

  oracle::Account plain;
  Account built;
  Evaluator evaluator;
  oracle::Points points;  // that it allows
};

// The login of `key` in a map.
MapLogin LoginOf(const oracle::Key& key) {
  return key.user.empty() ? MapLogin::kRootAccessKey : MapLogin::kEimAccessKey;
}

// Logins with which a request can show at `kNow` that two accounts differ.
std::set<MapLogin> LoginsOfWitnesses(const oracle::Account& before,
                                     const oracle::Account& after) {
  std::set<MapLogin> logins = {MapLogin::kPassword};
  for (const oracle::Key& one : before.keys) {
    for (const oracle::Key& other : after.keys) {
      if (one.id == other.id && oracle::IsUsable(one, kNow) &&
          oracle::IsUsable(other, kNow) && LoginOf(one) == LoginOf(other)) {
        logins.insert(LoginOf(one));
      }
    }
  }
  return logins;
}

// Why the witness of a region is wrong; empty: it is right.
std::string WhyWrong(const DifferenceRegion& difference,
                     const MapAccount& before, const MapAccount& after,
                     const std::set<MapLogin>& logins, bool is_widened,
                     const oracle::Strings& deleted) {
  const auto& [region, witness] = difference;
  const bool may_be =
      std::ranges::any_of(region.requests, [&](const MapRequest& request) {
        return logins.contains(request.login);
      });
  if (!witness) return may_be ? "a witness is missing" : "";
  if (!may_be) return "a witness nobody can be";
  if (witness->now != Instant(kNow)) return "another instant";
  const Caller& caller = witness->caller;
  if (caller.client_address != region.ranges.front().first_address()) {
    return "another address";
  }
  const Method method =
      FindMethod(witness->method.service, witness->method.name);
  MapRequest request = {.kind = method.kind(), .login = MapLogin::kPassword};
  if (caller.login == LoginKind::kAccessKey) {
    const auto key = std::ranges::find(before.plain.keys, caller.access_key_id,
                                       &oracle::Key::id);
    if (key == before.plain.keys.end()) return "another key";
    request.login = LoginOf(*key);
  } else if (caller.login != LoginKind::kPassword) {
    return "no login";
  }
  if (!Contains(region.requests, request)) return "another request";
  std::optional<std::string> ca;
  std::optional<std::string> cn;
  if (caller.certificate) {
    if (caller.certificate->ca_ids().size() > 1) return "under several CAs";
    for (const std::string& id : caller.certificate->ca_ids()) ca = id;
    if (caller.certificate->cn()) cn = std::string(*caller.certificate->cn());
  }
  if (!Contains(region.certificates, ca, cn)) return "another certificate";

  const bool allowed_before =
      before.evaluator.Decide(caller.For(method), Instant(kNow)).allowed();
  Caller then = caller;
  then.certificate = AfterDeletion(caller.For(method).certificate, deleted);
  const bool allowed_after =
      after.evaluator.Decide(then.For(method), Instant(kNow)).allowed();
  if (allowed_before == is_widened) return "not confirmed before";
  if (allowed_after != is_widened) return "not confirmed after";
  return "";
}

bool Equal(const std::optional<AccessKey>& key,
           const std::optional<oracle::Key>& expected) {
  if (!key || !expected) return !key && !expected;
  std::optional<Timestamp> expiration;
  if (expected->expiration) expiration = Instant(*expected->expiration);
  return key->id() == expected->id &&
         (key->state() == AccessKeyState::kActive) == expected->active &&
         key->expiration() == expiration &&
         key->user_name().value_or("") == expected->user;
}

bool Equal(const std::vector<KeyDifference>& keys,
           const std::vector<oracle::KeyDifference>& expected) {
  return std::ranges::equal(
      keys, expected,
      [](const KeyDifference& key, const oracle::KeyDifference& one) {
        return key.access_key_id == one.id &&
               (key.kind == DifferenceKind::kWidened) == one.is_widened &&
               Equal(key.before, one.before) && Equal(key.after, one.after);
      });
}

AccessDifference Swapped(AccessDifference difference) {
  std::swap(difference.widened, difference.narrowed);
  for (KeyDifference& key : difference.keys) {
    key.kind = key.kind == DifferenceKind::kWidened ? DifferenceKind::kNarrowed
                                                    : DifferenceKind::kWidened;
    std::swap(key.before, key.after);
  }
  return difference;
}

struct Counts {
  std::uint64_t pairs = 0;
  std::uint64_t regions = 0;
  std::uint64_t witnesses = 0;
  std::uint64_t keys = 0;
};

// Compares accounts over one world of points.
class Comparison {
 public:
  explicit Comparison(oracle::MapWorld world) : world_(std::move(world)) {}

  const oracle::MapWorld& world() const { return world_; }

  void CompareMap(const MapAccount& account) {
    const auto regions = Valid(MapAccess(account.built));
    const auto expected = builder_.Build(world_.RegionsOf(account.points));
    ASSERT_TRUE(regions == expected) << Describe(account.plain) << '\n'
                                     << Text(regions) << "instead of\n"
                                     << Text(expected);
    counts_.regions += regions.size();
  }

  void CompareDifference(const MapAccount& before, const MapAccount& after,
                         const oracle::Strings& deleted = {}) {
    const AccessDifference difference = Valid(DiffAccess(
        before.built, after.built, Instant(kNow), {.deleted_ca_ids = deleted}));
    const oracle::Points points_after =
        deleted.empty() ? after.points
                        : world_.AfterDeletion(after.points, deleted);
    const std::set<MapLogin> logins =
        LoginsOfWitnesses(before.plain, after.plain);
    const auto compare = [&](const std::vector<DifferenceRegion>& regions,
                             const oracle::Points& points, bool is_widened) {
      const auto expected = builder_.Build(world_.RegionsOf(points));
      ASSERT_TRUE(
          std::ranges::equal(regions, expected, {}, &DifferenceRegion::region))
          << (is_widened ? "widened\n" : "narrowed\n")
          << Text(RegionsOf(regions)) << "instead of\n"
          << Text(expected);
      for (const DifferenceRegion& region : regions) {
        const std::string wrong =
            WhyWrong(region, before, after, logins, is_widened, deleted);
        ASSERT_EQ(wrong, "") << Text({region.region});
        ++counts_.regions;
        if (region.witness) ++counts_.witnesses;
      }
    };
    compare(difference.widened,
            oracle::MapWorld::Minus(points_after, before.points), true);
    compare(difference.narrowed,
            oracle::MapWorld::Minus(before.points, points_after), false);
    EXPECT_TRUE(Equal(difference.keys,
                      oracle::DifferentKeys(before.plain, after.plain, kNow)));
    EXPECT_EQ(difference.Equal(), difference.widened.empty() &&
                                      difference.narrowed.empty() &&
                                      difference.keys.empty());
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "before " << Describe(before.plain) << "\nafter "
                    << Describe(after.plain) << "\nwithout "
                    << testing::PrintToString(deleted);
    }
    ++counts_.pairs;
    counts_.keys += difference.keys.size();
  }

  const Counts& counts() const { return counts_; }

 private:
  oracle::MapWorld world_;
  RegionBuilder builder_;
  Counts counts_;
};

// Keys of either owner that are usable, or are not, on one side or on both.
const std::vector<std::vector<oracle::Key>>& KeySets() {
  static const auto& sets = *new std::vector<std::vector<oracle::Key>>{
      {},
      {{"key", true, std::nullopt, ""}},
      {{"key", true, kNow + 1, "alice"}},
      {{"key", true, kNow + 1, ""}},
      {{"key", true, std::nullopt, ""}, {"eim", true, std::nullopt, "alice"}},
      {{"key", true, kNow, ""}, {"eim", true, kNow + 1, "bob"}},
      {{"eim", false, std::nullopt, "alice"}, {"other", true, kNow + 1, ""}},
      {{"eim", true, std::nullopt, "bob"}, {"key", false, std::nullopt, ""}}};
  return sets;
}

// Every account of up to two of these rules, without and with a session.
std::vector<MapAccount> AllAccounts(const oracle::MapWorld& world,
                                    const std::vector<oracle::Rule>& shapes) {
  std::vector<MapAccount> accounts;
  for (const bool session : {false, true}) {
    std::vector<oracle::Points> of_shape;
    const auto add = [&](std::vector<oracle::Rule> rules,
                         const oracle::Points& points) {
      oracle::Account account = {.require = session};
      for (oracle::Rule& rule : rules) {
        rule.id = "r" + std::to_string(account.rules.size());
        account.rules.push_back(rule);
      }
      account.keys = KeySets()[accounts.size() % KeySets().size()];
      accounts.emplace_back(account, points);
    };
    add({}, world.Allowed({.require = session}));
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      of_shape.push_back(
          world.Allowed({.require = session, .rules = {shapes[i]}}));
      add({shapes[i]}, of_shape[i]);
      for (std::size_t j = 0; j <= i; ++j) {
        // A request passes when one rule matches.
        add({shapes[i], shapes[j]},
            oracle::MapWorld::Both(of_shape[i], of_shape[j]));
      }
    }
  }
  return accounts;
}

oracle::Strings RangesOf(const std::vector<oracle::Strings>& choices) {
  oracle::Strings ranges;
  for (const oracle::Strings& choice : choices) {
    ranges.insert(ranges.end(), choice.begin(), choice.end());
  }
  return ranges;
}

const std::vector<oracle::Strings> kCaChoices = {
    {}, {"ca-a"}, {"ca-b"}, {"ca-b", "ca-a"}};
const std::vector<oracle::Strings> kCnChoices = {{}, {"x"}, {"y"}, {"y", "x"}};

// All pairs, or one in so many of each account's.
void ComparePairs(const std::vector<oracle::Strings>& range_choices,
                  const std::vector<oracle::Rule>& shapes, std::size_t one_in,
                  Counts& counts) {
  Comparison comparison(
      oracle::MapWorld(RangesOf(range_choices), {"ca-a", "ca-b"}, {"x", "y"}));
  const std::vector<MapAccount> accounts =
      AllAccounts(comparison.world(), shapes);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (i % std::min<std::size_t>(one_in, 5) == 0) {
      // The tables of two rules are those of their rules together.
      if (i % 11 == 0) {
        ASSERT_TRUE(comparison.world().Allowed(accounts[i].plain) ==
                    accounts[i].points);
      }
      comparison.CompareMap(accounts[i]);
    }
    for (std::size_t j = i % one_in; j < accounts.size(); j += one_in) {
      comparison.CompareDifference(accounts[i], accounts[j]);
      if (j % 13 == 0) {
        comparison.CompareDifference(accounts[i], accounts[j], {"ca-a"});
        comparison.CompareDifference(accounts[i], accounts[j],
                                     {"ca-b", "ca-c", "ca-a"});
      }
      if (testing::Test::HasFailure()) return;
    }
  }
  counts = comparison.counts();
}

// Both ends of both families, both sides of ::ffff:0:0/96 and blocks that
// contain it, single addresses, and neighbours that join.
TEST(AccessMapWorldTest, PairsOfAccountsByAddress) {
  const std::vector<oracle::Strings> choices = {
      {},
      {"0.0.0.0/0"},
      {"::/0"},
      {"0.0.0.0", "255.255.255.255"},
      {"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"128.0.0.0/1", "::fffe:0:0/96"},
      {"::ffff:0:0/95"},
      {"::ffff:0.0.0.0/97", "8000::/1"},
      {"192.0.2.0/25", "2001:db8::/32"},
      {"::ffff:192.0.2.128/121", "2001:db8::7"},
      {"::1:0:0:0/80", "192.0.2.7"},
      {"192.0.2.0/24", "::/1"}};
  Counts counts;
  ComparePairs(choices, AllShapes(choices, {{}, {"ca-a"}}, {{}}),
               BySize<std::size_t>(79, 17, 1), counts);
  EXPECT_TRUE(Covered("pairs by address", counts.pairs,
                      BySize<std::uint64_t>(5'000, 20'000, 400'000)));
  EXPECT_TRUE(Covered("witnesses of pairs by address", counts.witnesses,
                      BySize<std::uint64_t>(10'000, 50'000, 1'000'000)));
  EXPECT_GT(counts.regions, counts.witnesses);
  EXPECT_GT(counts.keys, counts.pairs / 2);
}

TEST(AccessMapWorldTest, PairsOfAccountsByCertificate) {
  const std::vector<oracle::Strings> choices = {
      {}, {"192.0.2.0/24"}, {"192.0.2.128/25", "2001:db8::/32"}};
  Counts counts;
  ComparePairs(choices, AllShapes(choices, kCaChoices, kCnChoices),
               BySize<std::size_t>(211, 61, 1), counts);
  EXPECT_TRUE(Covered("pairs by certificate", counts.pairs,
                      BySize<std::uint64_t>(10'000, 40'000, 2'500'000)));
  EXPECT_TRUE(Covered("witnesses of pairs by certificate", counts.witnesses,
                      BySize<std::uint64_t>(30'000, 100'000, 5'000'000)));
  EXPECT_GT(counts.regions, counts.witnesses);
}

// Few rules of four CAs and CNs, and their neighbours in one rule or key.
TEST(AccessMapWorldTest, RandomSmallAccounts) {
  Worlds worlds;
  Counts counts;
  for (int round = 0; round < BySize(10, 50, 500); ++round) {
    const oracle::Account before = worlds.DrawAccount(5);
    oracle::Account after = before;
    if (worlds.Chance(2)) after.require = !after.require;
    if (worlds.Chance(2)) after.keys = worlds.DrawAccount(0).keys;
    if (!after.rules.empty()) {
      after.rules[worlds.Below(after.rules.size())] = worlds.DrawRule("new");
    }
    std::vector<oracle::Strings> ranges;
    for (const auto* account : {&before, &std::as_const(after)}) {
      for (const oracle::Rule& rule : account->rules) {
        ranges.push_back(rule.ranges);
      }
    }
    Comparison comparison(oracle::MapWorld(RangesOf(ranges),
                                           {"ca-3", "ca-2", "ca-1", "ca-0"},
                                           {"a", "b", "A", "client.a"}));
    const MapAccount one(before, comparison.world().Allowed(before));
    const MapAccount other(after, comparison.world().Allowed(after));
    comparison.CompareMap(one);
    comparison.CompareDifference(one, other);
    comparison.CompareDifference(other, one);
    comparison.CompareDifference(one, other, {"ca-1"});
    comparison.CompareDifference(one, one, {"ca-0", "ca-2"});
    if (testing::Test::HasFailure()) return;
    counts.regions += comparison.counts().regions;
    counts.witnesses += comparison.counts().witnesses;
  }
  EXPECT_TRUE(Covered("regions of random small accounts", counts.regions,
                      BySize<std::uint64_t>(40, 300, 3'000)));
  EXPECT_GT(counts.witnesses, counts.regions / 4);
}

// Every key of two ids, on both sides.
TEST(AccessMapWorldTest, KeysThatDiffer) {
  std::vector<std::optional<oracle::Key>> keys = {std::nullopt};
  for (const bool active : {true, false}) {
    for (const std::string user : {"", "alice", "bob"}) {
      keys.push_back(oracle::Key{"key", active, std::nullopt, user});
      for (const oracle::Milliseconds expiration :
           {oracle::Milliseconds{0}, kNow - 1, kNow, kNow + 1, kNow + 2}) {
        keys.push_back(oracle::Key{"key", active, expiration, user});
      }
    }
  }
  const std::vector<std::optional<oracle::Key>> others = {
      std::nullopt, oracle::Key{"a", true, kNow + 1, ""},
      oracle::Key{"z", true, std::nullopt, "alice"}};
  std::uint64_t widened = 0;
  std::uint64_t narrowed = 0;
  for (const auto& before : keys) {
    for (const auto& after : keys) {
      for (const auto& other_before : others) {
        for (const auto& other_after : others) {
          oracle::Account one;
          oracle::Account other;
          if (before) one.keys.push_back(*before);
          if (other_before) one.keys.push_back(*other_before);
          if (other_after) other.keys.push_back(*other_after);
          if (after) other.keys.push_back(*after);
          const auto difference =
              Valid(DiffAccess(Build(one), Build(other), Instant(kNow)));
          ASSERT_TRUE(
              Equal(difference.keys, oracle::DifferentKeys(one, other, kNow)))
              << "before " << Describe(one) << "\nafter " << Describe(other);
          ASSERT_TRUE(difference.widened.empty());
          ASSERT_TRUE(difference.narrowed.empty());
          for (const KeyDifference& key : difference.keys) {
            ++(key.kind == DifferenceKind::kWidened ? widened : narrowed);
          }
        }
      }
    }
  }
  EXPECT_TRUE(Covered("keys that widen", widened, 5'000));
  EXPECT_EQ(widened, narrowed);
}

// Ways to write an account that mean the same.
std::vector<oracle::Account> RewritingsOf(const oracle::Account& account) {
  const std::string hole = "6" + std::string(80, '0') + std::string(16, '1');
  std::vector<oracle::Account> all;
  const auto add = [&](auto rewrite) {
    // Of the account itself, and on top of the rewriting before.
    for (oracle::Account rewritten :
         {account, all.empty() ? account : all.back()}) {
      rewrite(rewritten);
      all.push_back(std::move(rewritten));
    }
  };
  const auto add_for_ranges = [&](auto write) {
    add([&](oracle::Account& rewritten) {
      for (oracle::Rule& rule : rewritten.rules) {
        oracle::Strings ranges;
        for (const std::string& range : rule.ranges) {
          write(oracle::RangeBits(range).value(), ranges);
        }
        rule.ranges = ranges;
      }
    });
  };
  add([](oracle::Account& rewritten) {
    std::ranges::reverse(rewritten.rules);
    for (oracle::Rule& rule : rewritten.rules) {
      for (oracle::Strings* items : {&rule.ranges, &rule.cas, &rule.cns}) {
        std::ranges::reverse(*items);
      }
    }
  });
  add([](oracle::Account& rewritten) {
    for (oracle::Rule& rule : rewritten.rules) {
      for (oracle::Strings* items : {&rule.ranges, &rule.cas, &rule.cns}) {
        const oracle::Strings again = *items;
        items->insert(items->end(), again.begin(), again.end());
      }
    }
    const std::vector<oracle::Rule> again = rewritten.rules;
    for (oracle::Rule rule : again) {
      rule.id += " again";
      rewritten.rules.push_back(rule);
    }
  });
  // Halves; no IPv6 client is in the mapped block.
  add_for_ranges([&](const std::string& bits, oracle::Strings& ranges) {
    if (bits.size() == (bits[0] == '4' ? 33U : 129U)) {
      ranges.push_back(oracle::RangeText(bits));
      return;
    }
    for (const char bit : {'1', '0'}) {
      if (bits + bit != hole) ranges.push_back(oracle::RangeText(bits + bit));
    }
  });
  // A part of a block beside it.
  add_for_ranges([&](const std::string& bits, oracle::Strings& ranges) {
    ranges.push_back(oracle::RangeText(bits));
    const std::string filled =
        bits + std::string((bits[0] == '4' ? 33U : 129U) - bits.size(), '1');
    ranges.push_back(oracle::AddressText(filled));
  });
  // Bits after the prefix, and IPv4 as IPv6 spells it.
  add_for_ranges([](const std::string& bits, oracle::Strings& ranges) {
    const bool is_v4 = bits[0] == '4';
    const std::string filled =
        bits + std::string((is_v4 ? 33U : 129U) - bits.size(), '1');
    const std::size_t prefix = bits.size() - 1;
    ranges.push_back((is_v4 ? "::ffff:" : "") + oracle::AddressText(filled) +
                     '/' + std::to_string(prefix + (is_v4 ? 96 : 0)));
  });
  return all;
}

// T22 and T23, where they speak of two differences.
TEST(AccessMapWorldTest, T23RewritingsAndSwappedSides) {
  const std::vector<oracle::Strings> choices = {
      {},
      {"192.0.2.0/24", "192.0.2.7"},
      {"::ffff:0:0/95", "0.0.0.0/0"},
      {"::/0", "255.255.255.255"},
      {"192.0.2.128/25", "2001:db8::7"}};
  const oracle::MapWorld world(RangesOf(choices), {"ca-a", "ca-b"}, {"x", "y"});
  const std::vector<MapAccount> accounts = AllAccounts(
      world,
      AllShapes(choices, {{}, {"ca-a"}, {"ca-b", "ca-a"}}, {{}, {"y", "x"}}));
  std::uint64_t rewritten = 0;
  std::uint64_t swapped = 0;
  std::size_t offset = 0;
  const auto one_in = BySize<std::size_t>(23, 3, 1);
  for (std::size_t i = 0; i < accounts.size(); i += one_in) {
    const MapAccount& account = accounts[i];
    const auto map = Valid(MapAccess(account.built));
    for (const oracle::Account& other : RewritingsOf(account.plain)) {
      const Account built = Build(other);
      const auto difference =
          Valid(DiffAccess(account.built, built, Instant(kNow)));
      ASSERT_TRUE(difference.Equal())
          << Describe(account.plain) << "\nrewritten " << Describe(other);
      ASSERT_TRUE(Valid(MapAccess(built)) == map);
      ++rewritten;
    }

    oracle::Account without_rules = account.plain;
    without_rules.rules.clear();
    const Account nothing = Build(without_rules);
    const auto from_nothing =
        Valid(DiffAccess(nothing, account.built, Instant(kNow)));
    ASSERT_TRUE(RegionsOf(from_nothing.widened) == map)
        << Describe(account.plain) << '\n'
        << Text(RegionsOf(from_nothing.widened)) << "instead of\n"
        << Text(map);
    ASSERT_TRUE(from_nothing.narrowed.empty());
    ASSERT_TRUE(from_nothing.keys.empty());

    offset = (offset + 1) % 19;
    for (std::size_t j = offset; j < accounts.size(); j += 19) {
      const Account& other = accounts[j].built;
      ASSERT_TRUE(
          Valid(DiffAccess(other, account.built, Instant(kNow))) ==
          Swapped(Valid(DiffAccess(account.built, other, Instant(kNow)))))
          << Describe(account.plain) << '\n'
          << Describe(accounts[j].plain);
      ++swapped;
    }
  }
  EXPECT_TRUE(Covered("rewritten accounts", rewritten,
                      BySize<std::uint64_t>(200, 2'000, 6'000)));
  EXPECT_TRUE(Covered("swapped sides", swapped,
                      BySize<std::uint64_t>(200, 2'000, 6'000)));
}

// Every request to any method of a small world, from `kNow` on.
class AllRequests {
 public:
  explicit AllRequests(const oracle::MapWorld& world) {
    for (const std::string& ip : world.EdgeAddresses()) {
      addresses_.push_back(Ip(ip));
    }
    for (const char* const service :
         {"api", "icu", "fcu", "lbu", "eim", "oos", "other"}) {
      for (const char* const name : {"ReadVms", "GetAccount", "ReadAccessKeys",
                                     "DescribeRegions", "not a name"}) {
        methods_.insert_or_assign(FindMethod(service, name).kind(),
                                  FindMethod(service, name));
      }
    }
    const std::vector<std::optional<std::string>> cns = {std::nullopt, "x", "y",
                                                         "another"};
    for (const Texts& cas : std::vector<Texts>{{},
                                               {"ca-a"},
                                               {"ca-b"},
                                               {"ca-c"},
                                               {"ca-a", "ca-b"},
                                               {"ca-c", "ca-b"}}) {
      for (const auto& cn : cns) {
        certificates_.emplace_back(Certificate(cas, cn));
      }
    }
    certificates_.emplace_back();
  }

  // The verdicts, in one order, where these CAs were deleted.
  std::vector<bool> Verdicts(const Evaluator& evaluator,
                             const oracle::Strings& deleted = {}) const {
    std::vector<std::optional<ClientCertificate>> certificates;
    for (const auto& certificate : certificates_) {
      certificates.push_back(
          AfterDeletion(certificate ? &*certificate : nullptr, deleted));
    }
    std::vector<bool> verdicts;
    for (const auto& [kind, method] : methods_) {
      for (const IpAddress& address : addresses_) {
        for (const auto& [login, key] : kLogins) {
          for (const auto& certificate : certificates) {
            const Request request = {
                .method = method,
                .client_address = address,
                .login = login,
                .access_key_id = key,
                .certificate = certificate ? &*certificate : nullptr};
            for (const oracle::Milliseconds later : {0, 1, 2, 1'000'000}) {
              verdicts.push_back(
                  evaluator.Decide(request, Instant(kNow + later)).allowed());
              if (login != LoginKind::kAccessKey) break;
            }
          }
        }
      }
    }
    return verdicts;
  }

 private:
  inline static const std::vector<std::pair<LoginKind, std::string_view>>
      kLogins = {
          {LoginKind::kNone, ""},           {LoginKind::kPassword, ""},
          {LoginKind::kAccessKey, "key"},   {LoginKind::kAccessKey, "eim"},
          {LoginKind::kAccessKey, "other"}, {LoginKind::kAccessKey, "unknown"}};

  std::vector<IpAddress> addresses_;
  std::map<MethodKind, Method> methods_;
  std::vector<std::optional<ClientCertificate>> certificates_;
};

// Whether the keys that differ just pass between the root user and an EIM user.
bool OwnersAloneDiffer(const AccessDifference& difference) {
  return std::ranges::all_of(difference.keys, [](const KeyDifference& key) {
    return key.before && key.after &&
           key.before->user_name().has_value() !=
               key.after->user_name().has_value() &&
           key.before->expiration() == key.after->expiration();
  });
}

bool IsEmpty(const oracle::Points& points) {
  return std::ranges::all_of(
      points, [](char32_t certificates) { return certificates == 0; });
}

// No region that has a witness and no key is listed, exactly where all requests
// get the same verdicts from then on.
TEST(AccessMapWorldTest, T22EqualExactlyWhereAllVerdictsAre) {
  const std::vector<oracle::Rule> shapes = {
      {"", {"192.0.2.0/24"}, {}, {}},
      {"", {"192.0.2.0/24"}, {"ca-a"}, {}},
      {"", {"192.0.2.0/24"}, {"ca-a", "ca-b"}, {"x"}},
      {"", {"::/0"}, {"ca-b"}, {}}};
  const oracle::MapWorld world({"192.0.2.0/24", "::/0"}, {"ca-a", "ca-b"},
                               {"x"});
  struct Row {
    MapAccount account;
    std::vector<bool> verdicts;
    std::vector<bool> after_deletion;
  };
  const AllRequests requests(world);
  const oracle::Strings deleted = {"ca-a"};
  std::vector<Row> rows;
  Sample sample(13, 2);
  for (const MapAccount& account : AllAccounts(world, shapes)) {
    for (const std::vector<oracle::Key>& keys : KeySets()) {
      if (!account.plain.rules.empty() && !sample.Next()) continue;
      oracle::Account with_keys = account.plain;
      with_keys.keys = keys;
      rows.push_back({MapAccount(with_keys, account.points), {}, {}});
      rows.back().verdicts = requests.Verdicts(rows.back().account.evaluator);
      rows.back().after_deletion =
          requests.Verdicts(rows.back().account.evaluator, deleted);
    }
  }
  std::uint64_t equal = 0;
  std::uint64_t different = 0;
  std::uint64_t owners_alone = 0;
  const auto compare = [&](const Row& before, const Row& after,
                           const oracle::Strings& deleted_cas) {
    const bool are_equal =
        before.verdicts ==
        (deleted_cas.empty() ? after.verdicts : after.after_deletion);
    const auto difference =
        Valid(DiffAccess(before.account.built, after.account.built,
                         Instant(kNow), {.deleted_ca_ids = deleted_cas}));
    bool is_witnessed = false;
    for (const auto* regions : {&difference.widened, &difference.narrowed}) {
      is_witnessed |=
          std::ranges::any_of(*regions, [](const DifferenceRegion& region) {
            return region.witness.has_value();
          });
    }
    bool is_listed = is_witnessed || !difference.keys.empty();
    if (is_listed && !is_witnessed && OwnersAloneDiffer(difference) &&
        IsEmpty(before.account.points) &&
        IsEmpty(world.AfterDeletion(after.account.points, deleted_cas))) {
      // The owner matters to rules alone, and none can match.
      is_listed = false;
      ++owners_alone;
    }
    ASSERT_EQ(are_equal, !is_listed)
        << "before " << Describe(before.account.plain) << "\nafter "
        << Describe(after.account.plain) << "\nwithout "
        << testing::PrintToString(deleted_cas);
    ++(are_equal ? equal : different);
  };
  for (const Row& before : rows) {
    for (const Row& after : rows) {
      compare(before, after, {});
      compare(before, after, deleted);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_TRUE(Covered("pairs with equal verdicts", equal,
                      BySize<std::uint64_t>(50, 500, 1'000)));
  EXPECT_TRUE(Covered("pairs with different verdicts", different,
                      BySize<std::uint64_t>(1'000, 20'000, 100'000)));
  EXPECT_GT(owners_alone, 0U);
}

// Finds the regions of an address.
class RegionLookup {
 public:
  explicit RegionLookup(const std::vector<AccessRegion>& regions) {
    for (const AccessRegion& region : regions) {
      for (const IpRange& range : region.ranges) {
        Block& block =
            blocks_.try_emplace(range.first_address(), Block{range, {}})
                .first->second;
        // Regions have all of their addresses in common, or none.
        EXPECT_EQ(block.range, range);
        block.regions.push_back(&region);
      }
    }
    const IpRange* last = nullptr;
    for (const auto& [first, block] : blocks_) {
      if (last != nullptr) {
        EXPECT_LT(last->last_address(), first);
      }
      last = &block.range;
    }
  }

  // In how many regions a certificate is that is under these CAs: one of them
  // is enough.
  std::size_t Count(const IpAddress& address, const MapRequest& request,
                    const Texts& cas,
                    const std::optional<std::string>& cn) const {
    auto block = blocks_.upper_bound(address);
    if (block == blocks_.begin()) return 0;
    --block;
    if (!block->second.range.Contains(address)) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(
        block->second.regions, [&](const AccessRegion* region) {
          if (!Contains(region->requests, request)) return false;
          if (cas.empty()) {
            return Contains(region->certificates, std::nullopt, cn);
          }
          return std::ranges::any_of(cas, [&](const std::string& ca) {
            return Contains(region->certificates, ca, cn);
          });
        }));
  }

 private:
  struct Block {
    IpRange range;
    std::vector<const AccessRegion*> regions;
  };
  std::map<IpAddress, Block> blocks_;
};

// Both edges of each range, their neighbours, addresses within, and others.
std::vector<IpAddress> AddressesNear(const std::vector<oracle::Rule>& rules,
                                     Worlds& worlds) {
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    all.insert(oracle::AddressBits(worlds.AddressText()).value());
  }
  for (const oracle::Rule& rule : rules) {
    for (const std::string& range : rule.ranges) {
      std::string bits = oracle::RangeBits(range).value();
      const std::size_t size = bits[0] == '4' ? 33 : 129;
      for (const bool beside : {false, true}) {
        if (beside && bits.size() == 1) break;
        if (beside) bits.back() = bits.back() == '0' ? '1' : '0';
        std::string within = bits;
        while (within.size() < size) within += worlds.Chance(2) ? '0' : '1';
        all.insert({within, bits + std::string(size - bits.size(), '0'),
                    bits + std::string(size - bits.size(), '1')});
      }
    }
  }
  std::vector<IpAddress> addresses;
  for (const std::string& bits : all) {
    addresses.push_back(Ip(oracle::AddressText(bits)));
  }
  return addresses;
}

struct Presented {
  Texts cas;
  std::optional<std::string> cn;
  std::optional<ClientCertificate> certificate;
};

// Membership in regions is what is decided, by the index and by the walk.
TEST(AccessMapWorldTest, SampledPointsOfRandomLargeAccounts) {
  Worlds worlds;
  std::vector<Presented> certificates;
  for (const Texts& cas : std::vector<Texts>{{},
                                             {"ca-0"},
                                             {"ca-1"},
                                             {"ca-2"},
                                             {"ca-3"},
                                             {"another"},
                                             {"ca-0", "ca-3"},
                                             {"ca-2", "another"}}) {
    for (const std::optional<std::string>& cn :
         std::vector<std::optional<std::string>>{std::nullopt, "a", "b", "A",
                                                 "client.a", "another"}) {
      certificates.push_back({cas, cn, std::nullopt});
      if (!cas.empty()) {
        certificates.back().certificate = Certificate(cas, cn);
      }
    }
  }
  std::vector<std::pair<Method, MapRequest>> requests;
  for (const oracle::MapRequest& request : oracle::AllMapRequests()) {
    requests.emplace_back(FindMethod(request.service, request.method),
                          BuildRequest(request));
  }
  const std::vector<oracle::Key> keys = {{"root", true, std::nullopt, ""},
                                         {"eim", true, std::nullopt, "alice"}};

  const auto points = BySize<std::uint64_t>(20'000, 100'000, 1'000'000);
  std::uint64_t allowed = 0;
  std::uint64_t differing = 0;
  const int rounds = BySize(4, 16, 50);
  for (int round = 0; round < rounds; ++round) {
    oracle::Account plain = worlds.DrawAccount(round % 2 == 0 ? 30 : 200);
    plain.keys = keys;
    // Another one that has most of its rules.
    oracle::Account changed = plain;
    changed.require = plain.require != worlds.Chance(3);
    for (int i = 0; i < 3 && !changed.rules.empty(); ++i) {
      changed.rules[worlds.Below(changed.rules.size())] =
          worlds.DrawRule("new" + std::to_string(i));
    }
    const Account account = Build(plain);
    const Account other = Build(changed);
    const auto index = internal::Compile(account, 0);
    const auto walk =
        internal::Compile(account, std::numeric_limits<std::size_t>::max());
    const auto of_other = internal::Compile(other);

    const auto map = Valid(MapAccess(account));
    const auto difference = Valid(DiffAccess(account, other, Timestamp()));
    const auto widened_regions = RegionsOf(difference.widened);
    const auto narrowed_regions = RegionsOf(difference.narrowed);
    const RegionLookup in_map(map);
    const RegionLookup widened(widened_regions);
    const RegionLookup narrowed(narrowed_regions);
    std::vector<oracle::Rule> rules = plain.rules;
    rules.insert(rules.end(), changed.rules.begin(), changed.rules.end());
    const std::vector<IpAddress> addresses = AddressesNear(rules, worlds);
    for (std::uint64_t i = 0; i < points; ++i) {
      const IpAddress& address = worlds.Pick(addresses);
      const auto& [method, mapped] = worlds.Pick(requests);
      const Presented& presented = worlds.Pick(certificates);
      Request request = {.method = method,
                         .client_address = address,
                         .login = LoginKind::kAccessKey,
                         .access_key_id = "root"};
      if (mapped.login == MapLogin::kEimAccessKey) {
        request.access_key_id = "eim";
      }
      if (mapped.login == MapLogin::kPassword) {
        request.login = LoginKind::kPassword;
      }
      if (presented.certificate) request.certificate = &*presented.certificate;
      const auto describe = [&] {
        return Caller::Of(request).ToString() + " calls " +
               request.method.ToString() + " with " +
               testing::PrintToString(presented.cas) + "\naccount " +
               Describe(plain) + "\nother " + Describe(changed);
      };
      const bool before =
          internal::Decide(*index, request, Timestamp()).allowed();
      ASSERT_EQ(internal::Decide(*walk, request, Timestamp()).allowed(),
                before);
      const std::size_t in_regions =
          in_map.Count(address, mapped, presented.cas, presented.cn);
      ASSERT_EQ(in_regions, before ? 1U : 0U) << describe();
      if (before) ++allowed;
      // A difference speaks of certificates under one CA.
      if (presented.cas.size() > 1) continue;
      const bool after =
          internal::Decide(*of_other, request, Timestamp()).allowed();
      ASSERT_EQ(widened.Count(address, mapped, presented.cas, presented.cn),
                after && !before ? 1U : 0U)
          << describe();
      ASSERT_EQ(narrowed.Count(address, mapped, presented.cas, presented.cn),
                before && !after ? 1U : 0U)
          << describe();
      if (before != after) ++differing;
    }
  }
  const auto count = points * static_cast<std::uint64_t>(rounds);
  EXPECT_TRUE(Covered("sampled points that are allowed", allowed, count / 10));
  EXPECT_LT(allowed, count - count / 10);
  EXPECT_TRUE(Covered("sampled points that differ", differing, count / 1'000));
}

}  // namespace
}  // namespace api_access
