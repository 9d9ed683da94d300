// The module, as nginx wants it described.

#include "examples/nginx/config.h"
#include "examples/nginx/handler.h"
#include "examples/nginx/ngx.h"

namespace api_access::examples {
namespace {

ngx_int_t AddHandler(ngx_conf_t* cf) {
  auto& core = *static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  auto* handler = static_cast<ngx_http_handler_pt*>(
      ngx_array_push(&core.phases[NGX_HTTP_ACCESS_PHASE].handlers));
  if (handler == nullptr) return NGX_ERROR;
  *handler = &HandleAccess;
  LogOldAccounts(
      *static_cast<const MainConfig*>(
          ngx_http_conf_get_module_main_conf(cf, ngx_http_api_access_module)),
      cf->log);
  return NGX_OK;
}

// nginx asks events for the descriptor of a connection, even a timer's.
ngx_connection_t no_connection;
ngx_event_t each_minute;

constexpr ngx_msec_t kMinute = 60'000;

// One worker is enough to complain about old accounts.
ngx_int_t StartTimer(ngx_cycle_t* cycle) {
  const auto* config = static_cast<const MainConfig*>(
      ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_access_module));
  if (config == nullptr || config->dated_accounts.empty() || ngx_worker != 0 ||
      (ngx_process != NGX_PROCESS_WORKER &&
       ngx_process != NGX_PROCESS_SINGLE)) {
    return NGX_OK;
  }
  no_connection.fd = -1;
  each_minute.data = &no_connection;
  each_minute.log = cycle->log;
  // A worker that is to end does not wait for it.
  each_minute.cancelable = 1;
  each_minute.handler = [](ngx_event_t* event) {
    LogOldAccounts(
        *static_cast<const MainConfig*>(ngx_http_cycle_get_module_main_conf(
            ngx_cycle, ngx_http_api_access_module)),
        event->log);
    ngx_add_timer(event, kMinute);
  };
  ngx_add_timer(&each_minute, kMinute);
  return NGX_OK;
}

ngx_http_module_t context = {.preconfiguration = &AddVariables,
                             .postconfiguration = &AddHandler,
                             .create_main_conf = &CreateMainConfig,
                             .init_main_conf = nullptr,
                             .create_srv_conf = nullptr,
                             .merge_srv_conf = nullptr,
                             .create_loc_conf = &CreateLocationConfig,
                             .merge_loc_conf = &MergeLocationConfig};

char module_name[] = "ngx_http_api_access_module";

}  // namespace
}  // namespace api_access::examples

extern "C" {

ngx_module_t ngx_http_api_access_module = {
    NGX_MODULE_V1,
    &api_access::examples::context,
    api_access::examples::kDirectives,
    NGX_HTTP_MODULE,
    nullptr,                            // init master
    nullptr,                            // init module
    &api_access::examples::StartTimer,  // init process
    nullptr,                            // init thread
    nullptr,                            // exit thread
    nullptr,                            // exit process
    nullptr,                            // exit master
    NGX_MODULE_V1_PADDING};

// What nginx looks for in the file.
ngx_module_t* ngx_modules[] = {&ngx_http_api_access_module, nullptr};
char* ngx_module_names[] = {api_access::examples::module_name, nullptr};
char* ngx_module_order[] = {nullptr};

}  // extern "C"
