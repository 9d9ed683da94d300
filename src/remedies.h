// What a caller could present instead.

#ifndef API_ACCESS_SRC_REMEDIES_H_
#define API_ACCESS_SRC_REMEDIES_H_

#include <vector>

#include "api_access/explanation.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "src/decide/compiled_account.h"

namespace api_access::internal {

// See Explanation::remedies. `request` is denied. `account` may be null: there
// are no rules and keys.
std::vector<Remedy> FindRemedies(const CompiledAccount* account,
                                 const Request& request, Timestamp now);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_REMEDIES_H_
