// What a request says about itself, from the bytes that the backend gets.

#ifndef API_ACCESS_EXAMPLES_NGINX_REQUEST_FACTS_H_
#define API_ACCESS_EXAMPLES_NGINX_REQUEST_FACTS_H_

#include <optional>
#include <string_view>

namespace api_access::examples {

// The path of `target`, which is what stands in the request line, where
// `normalised`, the path that the server made of it, has the same bytes:
//   PlainPath("/api/v1/ReadVms?a=b", "/api/v1/ReadVms")   /api/v1/ReadVms
//   PlainPath("/api/v1/ReadV%6ds", "/api/v1/ReadVms")     absent
//   PlainPath("/api/v1/x/../ReadVms", "/api/v1/ReadVms")  absent
//
// Absent otherwise: the server would decide on one path, and the backend would
// answer for another one.
std::optional<std::string_view> PlainPath(std::string_view target,
                                          std::string_view normalised);

// The name in a path /api/VERSION/NAME:
//   MethodInPath("/api/v1/ReadVms")    ReadVms
//   MethodInPath("/api/v1/ReadVms/")   absent, as all that has another form
//
// A name has letters and digits alone, a version also dots and hyphens.
std::optional<std::string_view> MethodInPath(std::string_view path);

// The id of the access key in the value of an Authorization header:
//   AccessKeyIdIn("OSC4-HMAC-SHA256 Credential=KEY/20300101/..., ...")   KEY
//   AccessKeyIdIn("Bearer ...")          empty, as for all other schemes but
//                                        OSC4-HMAC-SHA256, AWS4-HMAC-SHA256
//   AccessKeyIdIn("OSC4-HMAC-SHA256 Credential=A/..., Credential=B/...")
//                                        absent
//
// Absent where one of these schemes has not exactly one parameter `Credential`,
// in any case, or that one has not the form `Credential=ID/...`: what the
// backend would read is not known.
std::optional<std::string_view> AccessKeyIdIn(std::string_view authorization);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_REQUEST_FACTS_H_
