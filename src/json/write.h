// Writes JSON.

#ifndef API_ACCESS_SRC_JSON_WRITE_H_
#define API_ACCESS_SRC_JSON_WRITE_H_

#include <string>

#include "nlohmann/json.hpp"

namespace api_access::internal {

// JSON whose fields keep their order.
using Json = nlohmann::ordered_json;

// On one line, valid whatever bytes the strings hold, and in printable ASCII: a
// terminal obeys control characters and direction marks.
inline std::string Dump(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_WRITE_H_
