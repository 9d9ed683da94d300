// Differences inside other JSON.

#ifndef API_ACCESS_SRC_JSON_MAP_JSON_H_
#define API_ACCESS_SRC_JSON_MAP_JSON_H_

#include "api_access/access_map.h"
#include "src/json/write.h"

namespace api_access::internal {

// The object of DiffJson.
Json DifferenceJson(const AccessDifference& difference);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_MAP_JSON_H_
