// Maps and differences of access, in the words of an operator.

#ifndef API_ACCESS_EXAMPLES_CLI_ACCESS_TEXT_H_
#define API_ACCESS_EXAMPLES_CLI_ACCESS_TEXT_H_

#include <string>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/timestamp.h"

namespace api_access::examples {

// A table of the map of `account`, the widest access first, with the rules that
// give it; then which logins nobody has a usable access key for at `now`.
std::string MapText(const Account& account,
                    const std::vector<AccessRegion>& map, Timestamp now);

// A line for each region and each key first, then the regions in detail.
std::string DifferenceText(const AccessDifference& difference);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_ACCESS_TEXT_H_
