// What each rule alone admits.

#ifndef API_ACCESS_SRC_PAGE_ALONE_H_
#define API_ACCESS_SRC_PAGE_ALONE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/account.h"

namespace api_access::internal {

// For each of the first `count` rules of `account`, what nobody may do without
// it: the difference that its deletion makes, as DiffAccess writes it. Empty
// for a redundant rule. Absent: not found out, as comparing the rule with all
// that admit one of its addresses takes more than the work that is left. The
// work is bounded, so that an account of many rules takes seconds.
std::vector<std::optional<std::vector<AccessRegion>>> AdmittedAlone(
    const Account& account, std::size_t count);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_ALONE_H_
