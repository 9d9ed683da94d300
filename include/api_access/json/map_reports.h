// The map of an account, and what two accounts treat differently, as JSON.
//
// As in reports.h each function returns one object on one line, in printable
// ASCII, and may be called concurrently. README.md, beside this header, lists
// the fields.

#ifndef API_ACCESS_JSON_MAP_REPORTS_H_
#define API_ACCESS_JSON_MAP_REPORTS_H_

#include <string>
#include <vector>

#include "api_access/access_map.h"

namespace api_access {

// What MapAccess gives.
std::string MapJson(const std::vector<AccessRegion>& map);

// What DiffAccess gives: the regions of both kinds in one list, in the order of
// a map, those of the same addresses and first request by the text of their
// first certificates.
std::string DiffJson(const AccessDifference& difference);

}  // namespace api_access

#endif  // API_ACCESS_JSON_MAP_REPORTS_H_
