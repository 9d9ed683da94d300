// Decides on each request, in the access phase of nginx.

#ifndef API_ACCESS_EXAMPLES_NGINX_HANDLER_H_
#define API_ACCESS_EXAMPLES_NGINX_HANDLER_H_

#include "examples/nginx/ngx.h"

namespace api_access::examples {

// Lets the next handler go on, or answers as the provider does to a denial. The
// answer is sent here: a status that is returned would be overruled by other
// handlers where `satisfy any` is set.
ngx_int_t HandleAccess(ngx_http_request_t* r);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_HANDLER_H_
