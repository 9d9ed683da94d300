// The access map and exact differences, a second time and in the plainest way:
// the oracle decides every point of a small world. It shares no code with the
// library, is slow, and not for concurrent use.

#ifndef API_ACCESS_TESTS_ORACLE_PLAIN_MAP_H_
#define API_ACCESS_TESTS_ORACLE_PLAIN_MAP_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/oracle.h"

namespace oracle {

struct MapRequest {
  std::string service;
  std::string method_class;  // in lower case, as ClassOf gives it
  std::string method;        // one of that class
  std::string login;         // RootAccessKey, EimAccessKey or Password
};

// All requests that have points, in the order of reports.
const std::vector<MapRequest>& AllMapRequests();

struct Names {
  bool all_but = false;
  Strings names = {};
};
struct Entry {
  Names cas;
  Names cns;
};

struct Region {
  const Strings* blocks = nullptr;  // as RangeBits; of the world, see there
  std::vector<MapRequest> requests = {};
  std::vector<Entry> certificates = {};
};

// Points of a world: for each cell, and in it for each of AllMapRequests, one
// bit for each certificate.
using Points = std::u32string;

// All points that rules can tell apart which name no other ranges, CAs and CNs.
class MapWorld {
 public:
  // At most 32 certificates: one without CA, and for each CA one of each CN and
  // one of none.
  MapWorld(const Strings& ranges, Strings cas, Strings cns);

  // The points that the account allows, whichever keys it has.
  Points Allowed(const Account& account) const;
  // The same where these CAs were deleted.
  Points AfterDeletion(Points points, const Strings& deleted) const;
  static Points Both(const Points& a, const Points& b);
  static Points Minus(const Points& a, const Points& b);

  // In order. The blocks of equal addresses are one object that this world
  // owns.
  std::vector<Region> RegionsOf(const Points& points) const;

  // The first and the last one of all addresses that the same ranges contain.
  Strings EdgeAddresses() const;

 private:
  // Blocks that the same ranges contain.
  using Cell = Strings;

  void Cut(const std::string& block, const Strings& ranges,
           std::map<std::vector<bool>, Cell>& cells);
  const Strings& BlocksOf(const std::vector<bool>& cells) const;
  Strings BlocksIn(const std::string& block,
                   const std::vector<bool>& cells) const;
  std::vector<Entry> EntriesOf(char32_t certificates) const;
  char32_t BitOf(std::size_t ca, std::size_t cn) const;

  Strings cas_;
  Strings cns_;
  std::vector<Cell> cells_;
  std::map<std::string, std::size_t> cell_of_block_;
  mutable std::map<std::vector<bool>, Strings> blocks_;
};

// A text of the address or range that has these bits, as AddressBits and
// RangeBits give them. Every group of IPv6 is written out.
std::string AddressText(const std::string& bits);
std::string RangeText(const std::string& bits);

struct KeyDifference {
  std::string id;
  bool is_widened;
  std::optional<Key> before;
  std::optional<Key> after;
};

// Whether the key serves at that instant.
bool IsUsable(const Key& key, Milliseconds now);

// The keys that do not serve alike at every instant from `now` on.
std::vector<KeyDifference> DifferentKeys(const Account& before,
                                         const Account& after,
                                         Milliseconds now);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_PLAIN_MAP_H_
