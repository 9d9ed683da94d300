// The headers of nginx, which do not know of C++.

#ifndef API_ACCESS_EXAMPLES_NGINX_NGX_H_
#define API_ACCESS_EXAMPLES_NGINX_NGX_H_

#include <string_view>

extern "C" {
// The first one has to be the first.
#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>
}

namespace api_access::examples {

inline std::string_view View(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_NGX_H_
