// Changes inside other JSON.

#ifndef API_ACCESS_SRC_JSON_CHANGES_JSON_H_
#define API_ACCESS_SRC_JSON_CHANGES_JSON_H_

#include "api_access/change.h"
#include "src/json/write.h"

namespace api_access::internal {

// The parameters of the call that are given.
Json RequestJson(const Change& change);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_CHANGES_JSON_H_
