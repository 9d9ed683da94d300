#include "tests/oracle/plain_map.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <set>
#include <sstream>
#include <utility>

namespace oracle {
namespace {

// The bits of ::ffff:0:0/96, where no IPv6 client is.
const std::string& Hole() {
  static const std::string hole =
      '6' + std::string(80, '0') + std::string(16, '1');
  return hole;
}

bool Contains(const std::string& range, const std::string& block) {
  return block.compare(0, range.size(), range) == 0;
}

std::size_t SizeOf(const std::string& bits) {
  return bits[0] == '4' ? 33 : 129;
}

std::string Filled(const std::string& block, char bit) {
  return block + std::string(SizeOf(block) - block.size(), bit);
}

// What a client presents with the certificate of this CA and CN; where there is
// none of them in all ways that rules do not tell apart.
std::vector<std::pair<Strings, std::optional<std::string>>> WaysOf(
    const std::optional<std::string>& ca,
    const std::optional<std::string>& cn) {
  if (!ca) {
    return {{{}, std::nullopt},
            {{"another CA"}, std::nullopt},
            {{"another CA"}, cn}};
  }
  if (!cn) return {{{*ca}, std::nullopt}, {{*ca}, "another CN"}};
  return {{{*ca}, cn}};
}

}  // namespace

const std::vector<MapRequest>& AllMapRequests() {
  static const auto& requests = *new std::vector<MapRequest>([] {
    std::vector<MapRequest> all;
    for (const std::string service : {"api", "icu", "fcu", "lbu", "directlink",
                                      "eim", "oos", "osu", "other"}) {
      for (const std::string method_class :
           {"ordinary", "managing", "unlisted"}) {
        for (const std::string method :
             {"ReadVms", "ReadQuotas", "ReadAccessKeys", "ListAccessKeys",
              "not a name"}) {
          if (ClassOf(service, method) != method_class) continue;
          for (const std::string login :
               {"RootAccessKey", "EimAccessKey", "Password"}) {
            all.push_back({service, method_class, method, login});
          }
          break;
        }
      }
    }
    return all;
  }());
  return requests;
}

MapWorld::MapWorld(const Strings& ranges, Strings cas, Strings cns)
    : cas_(std::move(cas)), cns_(std::move(cns)) {
  std::sort(cas_.begin(), cas_.end());
  std::sort(cns_.begin(), cns_.end());
  if (1 + cas_.size() * (1 + cns_.size()) > 32) std::abort();
  Strings bits;
  for (const std::string& range : ranges) bits.push_back(*RangeBits(range));
  std::map<std::vector<bool>, Cell> cells;
  Cut("4", bits, cells);
  Cut("6", bits, cells);
  for (const auto& [ranges_around, cell] : cells) {
    for (const std::string& block : cell) {
      cell_of_block_[block] = cells_.size();
    }
    cells_.push_back(cell);
  }
}

void MapWorld::Cut(const std::string& block, const Strings& ranges,
                   std::map<std::vector<bool>, Cell>& cells) {
  if (block == Hole()) return;
  const auto cuts = [&](const std::string& range) {
    return range != block && Contains(block, range);
  };
  if (cuts(Hole()) || std::any_of(ranges.begin(), ranges.end(), cuts)) {
    Cut(block + '0', ranges, cells);
    Cut(block + '1', ranges, cells);
    return;
  }
  // Families are told apart where no range contains the block.
  std::vector<bool> around = {block[0] == '4'};
  for (const std::string& range : ranges) {
    around.push_back(Contains(range, block));
  }
  cells[around].push_back(block);
}

// Place 0 is none of them.
char32_t MapWorld::BitOf(std::size_t ca, std::size_t cn) const {
  const std::size_t place = ca == 0 ? 0 : 1 + (ca - 1) * (1 + cns_.size()) + cn;
  return char32_t{1} << place;
}

Points MapWorld::Allowed(const Account& account) const {
  Account with_keys = account;
  with_keys.keys = {{"root", true, std::nullopt, ""},
                    {"eim", true, std::nullopt, "alice"}};
  Points points;
  for (const Cell& cell : cells_) {
    const std::string ip = AddressText(Filled(cell.front(), '0'));
    for (const MapRequest& asked : AllMapRequests()) {
      Request request = {asked.service, asked.method, ip, "AccessKey",
                         "root",        {},           {}};
      if (asked.login == "EimAccessKey") request.key_id = "eim";
      if (asked.login == "Password") request.login = "Password";
      char32_t certificates = 0;
      for (std::size_t ca = 0; ca <= cas_.size(); ++ca) {
        for (std::size_t cn = 0; cn <= cns_.size(); ++cn) {
          std::set<std::string> verdicts;
          for (const auto& [cas, cn_text] :
               WaysOf(ca == 0 ? std::nullopt : std::optional(cas_[ca - 1]),
                      cn == 0 ? std::nullopt : std::optional(cns_[cn - 1]))) {
            request.cas = cas;
            request.cn = cn_text;
            verdicts.insert(Decide(with_keys, request, 0).verdict);
          }
          if (verdicts.size() != 1) {
            std::cerr << "a point with two verdicts\n";
            std::abort();
          }
          if (verdicts.contains("Allow")) certificates |= BitOf(ca, cn);
        }
      }
      points += certificates;
    }
  }
  return points;
}

Points MapWorld::AfterDeletion(Points points, const Strings& deleted) const {
  for (char32_t& certificates : points) {
    for (std::size_t ca = 1; ca <= cas_.size(); ++ca) {
      if (std::find(deleted.begin(), deleted.end(), cas_[ca - 1]) ==
          deleted.end()) {
        continue;
      }
      for (std::size_t cn = 0; cn <= cns_.size(); ++cn) {
        const char32_t bit = BitOf(ca, cn);
        const bool is_allowed = (certificates & BitOf(0, 0)) != 0;
        certificates = is_allowed ? certificates | bit : certificates & ~bit;
      }
    }
  }
  return points;
}

Points MapWorld::Both(const Points& a, const Points& b) {
  Points both = a;
  for (std::size_t i = 0; i < both.size(); ++i) both[i] |= b[i];
  return both;
}

Points MapWorld::Minus(const Points& a, const Points& b) {
  Points rest = a;
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] &= ~b[i];
  return rest;
}

std::vector<Entry> MapWorld::EntriesOf(char32_t certificates) const {
  const bool has_none = (certificates & BitOf(0, 0)) != 0;
  Strings not_whole;
  std::map<std::vector<bool>, Strings> cas_by_cns;
  for (std::size_t ca = 1; ca <= cas_.size(); ++ca) {
    std::vector<bool> cns;
    for (std::size_t cn = 0; cn <= cns_.size(); ++cn) {
      cns.push_back((certificates & BitOf(ca, cn)) != 0);
    }
    const bool is_whole = std::find(cns.begin(), cns.end(), false) == cns.end();
    const bool is_empty = std::find(cns.begin(), cns.end(), true) == cns.end();
    if (!is_whole) not_whole.push_back(cas_[ca - 1]);
    if (is_empty || (is_whole && has_none)) continue;
    cas_by_cns[cns].push_back(cas_[ca - 1]);
  }
  std::map<std::string, Entry> by_first_ca;
  for (const auto& [cns, cas] : cas_by_cns) {
    // With the other-or-absent CN: all but those that are not in it.
    Entry entry = {{false, cas}, {cns[0], {}}};
    for (std::size_t cn = 1; cn <= cns_.size(); ++cn) {
      if (cns[cn] != cns[0]) entry.cns.names.push_back(cns_[cn - 1]);
    }
    by_first_ca[cas.front()] = entry;
  }
  std::vector<Entry> entries;
  for (const auto& [ca, entry] : by_first_ca) entries.push_back(entry);
  if (has_none) entries.push_back({{true, not_whole}, {true, {}}});
  return entries;
}

Strings MapWorld::BlocksIn(const std::string& block,
                           const std::vector<bool>& cells) const {
  if (block == Hole()) return {};
  const auto found = cell_of_block_.find(block);
  if (found != cell_of_block_.end()) {
    return cells[found->second] ? Strings{block} : Strings{};
  }
  Strings blocks = BlocksIn(block + '0', cells);
  const Strings upper = BlocksIn(block + '1', cells);
  blocks.insert(blocks.end(), upper.begin(), upper.end());
  if (blocks == Strings{block + '0', block + '1'}) return {block};
  return blocks;
}

const Strings& MapWorld::BlocksOf(const std::vector<bool>& cells) const {
  const auto [place, is_new] = blocks_.try_emplace(cells);
  if (is_new) {
    for (const std::string family : {"4", "6"}) {
      const Strings blocks = BlocksIn(family, cells);
      place->second.insert(place->second.end(), blocks.begin(), blocks.end());
    }
  }
  return place->second;
}

std::vector<Region> MapWorld::RegionsOf(const Points& points) const {
  const std::vector<MapRequest>& requests = AllMapRequests();
  // Addresses with the same certificates for every request.
  std::map<Points, std::vector<bool>> cells_by_row;
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    std::vector<bool>& cells =
        cells_by_row[points.substr(cell * requests.size(), requests.size())];
    cells.resize(cells_.size());
    cells[cell] = true;
  }
  // By the first block, then by the first request.
  std::map<std::pair<std::string, std::size_t>, Region> ordered;
  for (const auto& [row, cells] : cells_by_row) {
    std::map<char32_t, std::vector<std::size_t>> requests_by_certificates;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i] != 0) requests_by_certificates[row[i]].push_back(i);
    }
    for (const auto& [certificates, places] : requests_by_certificates) {
      Region region = {.blocks = &BlocksOf(cells),
                       .certificates = EntriesOf(certificates)};
      for (const std::size_t place : places) {
        region.requests.push_back(requests[place]);
      }
      ordered[{region.blocks->front(), places.front()}] = region;
    }
  }
  std::vector<Region> regions;
  for (const auto& [place, region] : ordered) regions.push_back(region);
  return regions;
}

Strings MapWorld::EdgeAddresses() const {
  Strings texts;
  for (const Cell& cell : cells_) {
    texts.push_back(AddressText(Filled(cell.front(), '0')));
    texts.push_back(AddressText(Filled(cell.back(), '1')));
  }
  return texts;
}

std::string AddressText(const std::string& bits) {
  const bool is_v4 = bits[0] == '4';
  const std::size_t width = is_v4 ? 8 : 16;
  std::ostringstream text;
  if (!is_v4) text << std::hex;
  for (std::size_t at = 1; at < bits.size(); at += width) {
    if (at > 1) text << (is_v4 ? '.' : ':');
    text << std::stoul(bits.substr(at, width), nullptr, 2);
  }
  return text.str();
}

std::string RangeText(const std::string& bits) {
  return AddressText(Filled(bits, '0')) + '/' + std::to_string(bits.size() - 1);
}

bool IsUsable(const Key& key, Milliseconds now) {
  return key.active && (!key.expiration || now < *key.expiration);
}

std::vector<KeyDifference> DifferentKeys(const Account& before,
                                         const Account& after,
                                         Milliseconds now) {
  std::map<std::string, KeyDifference> by_id;
  // Between these instants no key changes.
  std::set<Milliseconds> instants = {now,
                                     std::numeric_limits<Milliseconds>::max()};
  for (const bool is_after : {false, true}) {
    for (const Key& key : (is_after ? after : before).keys) {
      KeyDifference& both = by_id[key.id];
      both.id = key.id;
      (is_after ? both.after : both.before) = key;
      if (key.expiration && *key.expiration > now) {
        instants.insert(*key.expiration);
      }
    }
  }
  std::vector<KeyDifference> different;
  for (auto& [id, both] : by_id) {
    // What it serves as, at each instant: nothing, an EIM user's or the root
    // user's.
    const auto serves = [&](const std::optional<Key>& key) {
      std::vector<int> roles;
      for (const Milliseconds instant : instants) {
        const bool is_usable = key && IsUsable(*key, instant);
        roles.push_back(!is_usable ? 0 : key->user.empty() ? 2 : 1);
      }
      return roles;
    };
    const std::vector<int> roles_before = serves(both.before);
    const std::vector<int> roles_after = serves(both.after);
    if (roles_before == roles_after) continue;
    const auto served = [](const std::vector<int>& roles) {
      return roles.size() - static_cast<std::size_t>(
                                std::count(roles.begin(), roles.end(), 0));
    };
    both.is_widened = served(roles_before) != served(roles_after)
                          ? served(roles_before) < served(roles_after)
                          : roles_before < roles_after;
    different.push_back(both);
  }
  return different;
}

}  // namespace oracle
