// Requests and callers as lines of JSON.

#ifndef API_ACCESS_JSON_REQUEST_LINE_H_
#define API_ACCESS_JSON_REQUEST_LINE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// One request line. Owns what its request points to.
//
// Const members may be called concurrently.
struct RequestLine {
  std::string service;
  std::string method;
  Caller caller;
  std::optional<Timestamp> now = std::nullopt;
  // Any text; the answer gives it back.
  std::optional<std::string> id = std::nullopt;

  // The request of this line, whose method is found in `catalogue`. A view: the
  // line has to outlive it.
  Request RequestIn(const MethodCatalogue& catalogue) const& {
    return caller.For(catalogue.Find(service, method));
  }
  Request RequestIn(const MethodCatalogue& catalogue) const&& = delete;

  friend bool operator==(const RequestLine&, const RequestLine&) = default;
};

//   {"Service":"api","Method":"ReadVms","ClientIp":"203.0.113.7",
//    "Login":"AccessKey","AccessKeyId":"...",
//    "Certificate":{"CaIds":["ca-..."],"Cn":"..."},"Now":"2030-01-01","Id":"7"}
//
// on one line. The first three are required, the others may be absent or null;
// Login is AccessKey or Password, AccessKeyId goes with AccessKey alone.
//
// Errors: kInvalidArgument for anything malformed and any unknown field,
// whatever the method. Such a line has to be answered with a denial. May be
// called concurrently.
absl::StatusOr<RequestLine> ParseRequestLine(std::string_view line);

// The Id of a line that ParseRequestLine refuses, so that the error can be
// answered under it; none where the line is not JSON or has no such text. May
// be called concurrently.
std::optional<std::string> RequestIdOf(std::string_view line);

// The line that ParseRequestLine reads as `line`, except that an access key id
// is written for the login AccessKey only. Bytes that are not UTF-8, which JSON
// cannot hold, become U+FFFD. May be called concurrently.
std::string FormatRequestLine(const RequestLine& line);

// Reads callers, one a line; lines of blanks are skipped:
//   {"Name":"ci","ClientIp":"203.0.113.7","Login":"AccessKey",
//    "AccessKeyId":"...","Certificate":{"CaIds":["ca-..."],"Cn":"..."}}
//
// Name and ClientIp are required, the rest is as in a request line.
//
// Errors: kInvalidArgument, naming the line, for anything malformed, any
// unknown field, a name that is empty or not unique, and for a text that names
// nobody. May be called concurrently.
absl::StatusOr<std::vector<NamedCaller>> ParseCallers(std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_JSON_REQUEST_LINE_H_
