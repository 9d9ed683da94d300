#include "examples/nginx/config.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "api_access/quote.h"
#include "examples/nginx/tls_facts.h"

namespace api_access::examples {
namespace {

// What ngx_conf_set_str_slot and its like return for a directive that is there
// twice; nginx only reads it.
char* Duplicate() { return const_cast<char*>("is duplicate"); }

char* Failed() { return static_cast<char*>(NGX_CONF_ERROR); }

char* Fail(ngx_conf_t* cf, const std::string& message) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", message.c_str());
  return Failed();
}

ngx_str_t Argument(const ngx_conf_t* cf) {
  return static_cast<const ngx_str_t*>(cf->args->elts)[1];
}

// A copy of `value` that goes away with the configuration; null if there is no
// memory.
template <typename T>
T* Own(ngx_conf_t* cf, T value) {
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
  if (cleanup == nullptr) return nullptr;
  T* owned = new T(std::move(value));
  cleanup->handler = [](void* data) { delete static_cast<T*>(data); };
  cleanup->data = owned;
  return owned;
}

char* SetAccount(ngx_conf_t* cf, ngx_command_t*, void* config) {
  auto& location = *static_cast<LocationConfig*>(config);
  if (location.account != nullptr) return Duplicate();
  ngx_str_t folder = Argument(cf);
  if (ngx_conf_full_name(cf->cycle, &folder, 1) != NGX_OK) return Failed();
  // A running gateway must survive an account for which there is no memory.
  try {
    auto account = LoadGatewayAccount(View(folder));
    if (!account.ok()) {
      return Fail(cf, "api_access_account: " +
                          std::string(account.status().message().data(),
                                      account.status().message().size()));
    }
    for (const std::string& note : account->notes) {
      ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "api_access_account: %s",
                         note.c_str());
    }
    location.account = Own(cf, *std::move(account));
  } catch (const std::exception& error) {
    return Fail(cf, std::string("api_access_account: ") + error.what());
  }
  return location.account != nullptr ? NGX_CONF_OK : Failed();
}

char* SetService(ngx_conf_t* cf, ngx_command_t*, void* config) {
  auto& location = *static_cast<LocationConfig*>(config);
  if (location.service.data != nullptr) return Duplicate();
  location.service = Argument(cf);
  if (FindMethod(View(location.service), "").service() == Service::kOther) {
    std::string services;
    for (const Service service : kAllServices) {
      if (service == Service::kOther) continue;
      services +=
          (services.empty() ? "" : ", ") + std::string(ToString(service));
    }
    return Fail(cf, "api_access_service: expected one of " + services +
                        ", got " + Quote(View(location.service)));
  }
  return NGX_CONF_OK;
}

char* AddOrdinary(ngx_conf_t* cf, ngx_command_t*, void* config) {
  auto& location = *static_cast<LocationConfig*>(config);
  if (location.ordinary == nullptr) {
    location.ordinary = Own(cf, std::vector<std::string>());
    if (location.ordinary == nullptr) return Failed();
  }
  location.ordinary->emplace_back(View(Argument(cf)));
  return NGX_CONF_OK;
}

ngx_conf_enum_t kModes[] = {{ngx_string("off"), kOff},
                            {ngx_string("on"), kOn},
                            {ngx_string("shadow"), kShadow},
                            {ngx_null_string, 0}};

constexpr ngx_uint_t kAnywhere =
    NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1;

// Checks what a request would need, and makes what deciding on it needs.
char* Complete(ngx_conf_t* cf, LocationConfig& config) {
  if (config.account == nullptr) {
    return Fail(cf, "api_access: expected api_access_account where it is on");
  }
  const std::string_view service = View(config.service);
  if (config.method == nullptr &&
      FindMethod(service, "").service() != Service::kApi) {
    return Fail(cf,
                "api_access_service: expected api_access_method with the "
                "service " +
                    Quote(service) +
                    ", as only a path of api names the method");
  }
  MethodCatalogue::Fields fields;
  if (config.ordinary != nullptr) {
    for (const std::string& name : *config.ordinary) {
      fields.ordinary.push_back({std::string(service), name});
    }
  }
  auto catalogue = MethodCatalogue::Create(std::move(fields));
  if (!catalogue.ok()) {
    return Fail(cf, "api_access_ordinary: " +
                        std::string(catalogue.status().message().data(),
                                    catalogue.status().message().size()));
  }
  config.catalogue = Own(cf, *std::move(catalogue));
  if (config.catalogue == nullptr) return Failed();

  const auto* tls = static_cast<const ngx_http_ssl_srv_conf_t*>(
      ngx_http_conf_get_module_srv_conf(cf, ngx_http_ssl_module));
  if (tls->ssl.ctx != nullptr && tls->verify != 0) {
    KeepVerifiers(tls->ssl.ctx);
    const std::string problem = CaWithoutIssuer(tls->ssl.ctx);
    if (!problem.empty()) return Fail(cf, "ssl_client_certificate: " + problem);
  }

  if (config.max_age != 0) {
    auto& dated = static_cast<MainConfig*>(ngx_http_conf_get_module_main_conf(
                                               cf, ngx_http_api_access_module))
                      ->dated_accounts;
    const DatedAccount account = {config.account,
                                  std::chrono::seconds(config.max_age)};
    if (std::ranges::find(dated, account) == dated.end()) {
      dated.push_back(account);
    }
  }
  return NGX_CONF_OK;
}

}  // namespace

ngx_command_t kDirectives[] = {
    {ngx_string("api_access"), kAnywhere, &ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConfig, mode), kModes},
    {ngx_string("api_access_account"), kAnywhere, &SetAccount,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("api_access_service"), kAnywhere, &SetService,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("api_access_method"), kAnywhere,
     &ngx_http_set_complex_value_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(LocationConfig, method), nullptr},
    {ngx_string("api_access_ordinary"), kAnywhere, &AddOrdinary,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("api_access_root_login"), kAnywhere, &ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConfig, root_login), nullptr},
    {ngx_string("api_access_max_age"), kAnywhere, &ngx_conf_set_sec_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConfig, max_age), nullptr},
    ngx_null_command};

ngx_int_t AddVariables(ngx_conf_t* cf) {
  ngx_str_t name = ngx_string("request_id");
  auto& config = *static_cast<MainConfig*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_api_access_module));
  config.request_id_index = ngx_http_get_variable_index(cf, &name);
  return config.request_id_index == NGX_ERROR ? NGX_ERROR : NGX_OK;
}

void* CreateMainConfig(ngx_conf_t* cf) { return Own(cf, MainConfig{}); }

void* CreateLocationConfig(ngx_conf_t* cf) {
  auto* config = static_cast<LocationConfig*>(
      ngx_pcalloc(cf->pool, sizeof(LocationConfig)));
  if (config == nullptr) return nullptr;
  config->mode = NGX_CONF_UNSET_UINT;
  config->max_age = NGX_CONF_UNSET;
  return config;
}

char* MergeLocationConfig(ngx_conf_t* cf, void* parent, void* child) {
  const auto& outer = *static_cast<const LocationConfig*>(parent);
  auto& config = *static_cast<LocationConfig*>(child);
  ngx_conf_merge_uint_value(config.mode, outer.mode, kOff);
  ngx_conf_merge_value(config.max_age, outer.max_age, 0);
  ngx_conf_merge_str_value(config.root_login, outer.root_login, "");
  if (config.account == nullptr) config.account = outer.account;
  // Methods are those of a service: they are inherited with it.
  if (config.service.data == nullptr) {
    if (config.method == nullptr) config.method = outer.method;
    if (config.ordinary == nullptr) config.ordinary = outer.ordinary;
    ngx_conf_merge_str_value(config.service, outer.service, "api");
  }
  return config.mode == kOff ? NGX_CONF_OK : Complete(cf, config);
}

void LogOldAccounts(const MainConfig& config, ngx_log_t* log) {
  const Timestamp now = Now();
  for (const auto& [account, max_age] : config.dated_accounts) {
    if (now - account->newest_file <= max_age) continue;
    const auto age =
        std::chrono::floor<std::chrono::seconds>(now - account->newest_file);
    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "api_access_max_age: %s: the newest file is %T s old, "
                  "expected at most %T s",
                  account->folder.c_str(), static_cast<time_t>(age.count()),
                  static_cast<time_t>(max_age.count()));
  }
}

Timestamp Now() {
  const ngx_time_t* time = ngx_timeofday();
  return Timestamp(std::chrono::seconds(time->sec) +
                   std::chrono::milliseconds(time->msec));
}

}  // namespace api_access::examples
