// Request lines inside other JSON, and lines that have more fields.

#ifndef API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_
#define API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_

#include <string_view>
#include <vector>

#include "api_access/json/request_line.h"
#include "src/json/document.h"
#include "src/json/write.h"

namespace api_access::internal {

Json RequestLineJson(const RequestLine& line);

// A line whose fields have not been read.
RequestLine EmptyRequestLine();
// The names of its fields.
std::vector<std::string_view> RequestLineNames();
// Reads these fields of `root`.
void ReadRequestLine(const JsonCursor& root, RequestLine& line);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_REQUEST_LINE_JSON_H_
