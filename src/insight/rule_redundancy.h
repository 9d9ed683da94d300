// Which API access rules match nothing that the others do not match as well.

#ifndef API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
#define API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "api_access/api_access_rule.h"

namespace api_access::internal {

// The most rules of a cover that are named.
inline constexpr std::size_t kMaxNamedCover = 8;

// Whether the other rules together match every request that a rule matches, and
// which of them.
struct Redundancy {
  bool is_redundant = false;
  // Of a redundant rule, others that together match every request that it
  // matches: the first kMaxNamedCover of them, ascending.
  std::vector<std::uint32_t> covered_by = {};
  // How many more there are in this cover.
  std::size_t more = 0;
  // Whether `covered_by` and `more` are the whole cover. The search for one
  // ends early where too many stretches of addresses make it up; there may be
  // more rules then.
  bool is_whole = true;

  friend bool operator==(const Redundancy&, const Redundancy&) = default;
};

// Finds out, for each rule, whether the other rules together match every
// request that it matches. Each rule is compared with all others, so of two
// equal rules both are redundant. The result is the same with and without a
// trusted session.
//
//   R0  192.0.2.0/24    CA a          redundant: R1 matches the same and more
//   R1  192.0.2.0/24                  needed
//   R2  192.0.3.0/24    CA a, CN x    needed
//
// A cover is small, but not always the smallest.
//
// Let n be the sum over the rules of ranges times CAs times CNs, where a
// criterion without items counts as one. n must be below 2^30. Takes O(n log n)
// time and O(n) memory.
std::vector<Redundancy> FindRedundant(std::span<const ApiAccessRule> rules);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
