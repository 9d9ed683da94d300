// Requests as lines of JSON.

#ifndef API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_REQUEST_LINE_H_
#define API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_REQUEST_LINE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access::examples {

// One request line. Owns what its request points to.
struct RequestLine {
  std::string service;
  std::string method;
  Caller caller;
  std::optional<Timestamp> now;

  // A view of this line, which has to outlive it.
  Request request() const& { return caller.For(FindMethod(service, method)); }
  Request request() const&& = delete;
};

//   {"Service":"api","Method":"ReadVms","ClientIp":"203.0.113.7",
//    "Login":"AccessKey","AccessKeyId":"...",
//    "Certificate":{"CaIds":["ca-..."],"Cn":"..."},"Now":"2030-01-01"}
//
// on one line. The first three are required, the others may be absent or null;
// Login is AccessKey or Password, AccessKeyId goes with AccessKey alone.
//
// Errors: kInvalidArgument for anything malformed and any unknown field,
// whatever the method.
absl::StatusOr<RequestLine> ParseRequestLine(std::string_view line);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_REQUEST_LINE_H_
