// The directives of the module, read and checked when nginx reads its
// configuration.

#ifndef API_ACCESS_EXAMPLES_NGINX_CONFIG_H_
#define API_ACCESS_EXAMPLES_NGINX_CONFIG_H_

#include <chrono>
#include <string>
#include <vector>

#include "api_access/method.h"
#include "api_access/timestamp.h"
#include "examples/nginx/gateway_account.h"
#include "examples/nginx/ngx.h"

extern "C" ngx_module_t ngx_http_api_access_module;

namespace api_access::examples {

enum Mode : ngx_uint_t {
  kOff = 0,
  kOn,
  kShadow,  // decides and logs, but lets pass
};

// Of a location. What points to C++ is owned by the pool of the configuration.
struct LocationConfig {
  ngx_uint_t mode;
  const GatewayAccount* account;
  ngx_str_t service;
  // Null: the path names the method.
  ngx_http_complex_value_t* method;
  // Names of methods of the service.
  std::vector<std::string>* ordinary;
  // Made of `service` and `ordinary`, where the mode is not kOff.
  const MethodCatalogue* catalogue;
  // Empty: nobody logs in with a password.
  ngx_str_t root_login;
  // 0: any age.
  time_t max_age;
};

// An account that is not to get older than `max_age`.
struct DatedAccount {
  const GatewayAccount* account;
  std::chrono::seconds max_age;

  friend bool operator==(const DatedAccount&, const DatedAccount&) = default;
};

// Of all servers together.
struct MainConfig {
  std::vector<DatedAccount> dated_accounts;
  // Of $request_id.
  ngx_int_t request_id_index;
};

extern ngx_command_t kDirectives[];

// The functions of ngx_http_module_t that these names are known from.
ngx_int_t AddVariables(ngx_conf_t* cf);
void* CreateMainConfig(ngx_conf_t* cf);
void* CreateLocationConfig(ngx_conf_t* cf);
char* MergeLocationConfig(ngx_conf_t* cf, void* parent, void* child);

// Logs an error for each account that is too old now.
void LogOldAccounts(const MainConfig& config, ngx_log_t* log);

// As nginx knows it.
Timestamp Now();

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_CONFIG_H_
