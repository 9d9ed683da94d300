// Which API access rules match nothing that the others do not match as well.

#ifndef API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
#define API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_

#include <span>
#include <vector>

#include "api_access/api_access_rule.h"

namespace api_access::internal {

// Returns, for each rule, true if the other rules together match every request
// that it matches. Each rule is compared with all others, so of two equal rules
// both are redundant. The result is the same with and without a trusted
// session.
//
//   R0  192.0.2.0/24    CA a          redundant: R1 matches the same and more
//   R1  192.0.2.0/24                  needed
//   R2  192.0.3.0/24    CA a, CN x    needed
//
// Let n be the sum over the rules of ranges times CAs times CNs, where a
// criterion without items counts as one. n must be below 2^30. Takes O(n log n)
// time and O(n) memory.
std::vector<bool> FindRedundant(std::span<const ApiAccessRule> rules);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_INSIGHT_RULE_REDUNDANCY_H_
