// Request lines inside other JSON.

#ifndef API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_
#define API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_

#include "api_access/json/request_line.h"
#include "src/json/write.h"

namespace api_access::internal {

Json RequestLineJson(const RequestLine& line);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_
