#include "examples/nginx/handler.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/quote.h"
#include "api_access/request.h"
#include "examples/nginx/config.h"
#include "examples/nginx/request_facts.h"
#include "examples/nginx/tls_facts.h"

namespace api_access::examples {
namespace {

// Why a request is denied that cannot be decided on, as the log tells it.
struct Refusal {
  std::string_view reason;
  ngx_uint_t status = NGX_HTTP_UNAUTHORIZED;
};

std::optional<IpAddress> AddressOf(const sockaddr& address) {
  switch (address.sa_family) {
    case AF_INET: {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
      return IpAddress::FromV4(std::span<const std::uint8_t, 4>(
          reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4));
    }
    case AF_INET6: {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
      return IpAddress::FromV6(v6.sin6_addr.s6_addr);
    }
    default:
      return std::nullopt;
  }
}

// Made anew for each request, as the ids are those of its location's account.
std::variant<std::optional<ClientCertificate>, Refusal> CertificateOf(
    const ngx_connection_t& connection, const GatewayAccount& account) {
  if (connection.ssl == nullptr) return std::nullopt;
  PeerCertificate peer = ReadPeerCertificate(connection.ssl->connection);
  switch (peer.state) {
    case PeerCertificate::State::kNone:
      return std::nullopt;
    case PeerCertificate::State::kNotVerified:
      return Refusal{"certificate-not-verified", NGX_HTTP_BAD_REQUEST};
    case PeerCertificate::State::kUnknown:
      break;
    case PeerCertificate::State::kVerified: {
      auto certificate = ClientCertificate::Create(
          {.ca_ids = CaIdsUnder(account, peer.fingerprints),
           .cn = std::move(peer.cn)});
      if (certificate.ok()) return *std::move(certificate);
      break;
    }
  }
  return Refusal{"certificate-authority-unknown"};
}

// The id is a view of the request's header.
struct Login {
  LoginKind kind = LoginKind::kNone;
  std::string_view access_key_id = {};
};

// Absent where it is not clear whose access key it is.
std::optional<Login> LoginOf(ngx_http_request_t* r,
                             std::string_view root_login) {
  const ngx_table_elt_t* header = r->headers_in.authorization;
  if (header == nullptr) return Login();
  if (!root_login.empty() && ngx_http_auth_basic_user(r) == NGX_OK) {
    return View(r->headers_in.user) == root_login
               ? Login{.kind = LoginKind::kPassword}
               : Login();
  }
  const auto id = AccessKeyIdIn(View(header->value));
  if (!id) return std::nullopt;
  if (id->empty()) return Login();
  return Login{.kind = LoginKind::kAccessKey, .access_key_id = *id};
}

// Absent where it is not clear what the backend will take for the method.
std::optional<Method> MethodOf(ngx_http_request_t* r,
                               const LocationConfig& config) {
  const auto path = PlainPath(View(r->unparsed_uri), View(r->uri));
  if (!path) return std::nullopt;
  if (config.method == nullptr) {
    const auto name = MethodInPath(*path);
    if (!name) return std::nullopt;
    return config.catalogue->Find(View(config.service), *name);
  }
  ngx_str_t name;
  if (ngx_http_complex_value(r, config.method, &name) != NGX_OK ||
      name.len == 0) {
    return std::nullopt;
  }
  return config.catalogue->Find(View(config.service), View(name));
}

std::string_view RequestId(ngx_http_request_t* r) {
  const auto& config = *static_cast<const MainConfig*>(
      ngx_http_get_module_main_conf(r, ngx_http_api_access_module));
  const ngx_http_variable_value_t* value = ngx_http_get_indexed_variable(
      r, static_cast<ngx_uint_t>(config.request_id_index));
  if (value == nullptr || value->not_found != 0) return "";
  return {reinterpret_cast<const char*>(value->data), value->len};
}

struct Outcome {
  bool allowed = false;
  std::string_view reason;
  ngx_uint_t status = NGX_HTTP_UNAUTHORIZED;
  int error_code = 1;
  std::string_view rule_id = {};
};

void Log(ngx_http_request_t* r, Mode mode, const Outcome& outcome,
         const Request* request) {
  const ngx_uint_t level = outcome.allowed ? NGX_LOG_INFO : NGX_LOG_ERR;
  if (r->connection->log->log_level < level) return;
  const std::string text =
      std::string("api_access: ") +
      (outcome.allowed   ? "allowed"
       : mode == kShadow ? "would be denied"
                         : "denied") +
      ": " + std::string(outcome.reason) + ", rule " +
      (outcome.rule_id.empty() ? "-" : Quote(outcome.rule_id)) + ", request " +
      std::string(RequestId(r)) +
      (request != nullptr ? ", " + Caller::Of(*request).ToString() : "");
  ngx_log_error(level, r->connection->log, 0, "%s", text.c_str());
}

ngx_int_t Deny(ngx_http_request_t* r, const Outcome& outcome) {
  const ngx_int_t discarded = ngx_http_discard_request_body(r);
  if (discarded != NGX_OK) return discarded;
  const std::string text =
      R"({"Errors":[{"Code":")" + std::to_string(outcome.error_code) +
      R"(","Type":"AccessDenied","Details":""}],"ResponseContext":{"RequestId":")" +
      std::string(RequestId(r)) + "\"}}\n";
  ngx_http_complex_value_t body = {};
  body.value.len = text.size();
  body.value.data = static_cast<u_char*>(ngx_pnalloc(r->pool, text.size()));
  if (body.value.data == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  std::memcpy(body.value.data, text.data(), text.size());
  ngx_str_t type = ngx_string("application/json");
  // Set where nginx comes here from an error of its own.
  r->err_status = 0;
  ngx_http_finalize_request(
      r, ngx_http_send_response(r, outcome.status, &type, &body));
  return NGX_DONE;
}

ngx_int_t Answer(ngx_http_request_t* r, Mode mode, const Outcome& outcome,
                 const Request* request) {
  Log(r, mode, outcome, request);
  return outcome.allowed || mode == kShadow ? NGX_DECLINED : Deny(r, outcome);
}

ngx_int_t Decide(ngx_http_request_t* r, const LocationConfig& config) {
  const auto mode = static_cast<Mode>(config.mode);
  const auto refuse = [&](const Refusal& refusal) {
    return Answer(r, mode, {.reason = refusal.reason, .status = refusal.status},
                  nullptr);
  };
  const auto certificate = CertificateOf(*r->connection, *config.account);
  if (const auto* refusal = std::get_if<Refusal>(&certificate)) {
    return refuse(*refusal);
  }
  const auto& presented = std::get<0>(certificate);
  const auto address = AddressOf(*r->connection->sockaddr);
  if (!address) return refuse({"address-unknown"});
  const auto method = MethodOf(r, config);
  if (!method) return refuse({"method-unclear"});
  const auto login = LoginOf(r, View(config.root_login));
  if (!login) return refuse({"credential-unclear"});

  const Request request = {.method = *method,
                           .client_address = *address,
                           .login = login->kind,
                           .access_key_id = login->access_key_id,
                           .certificate = presented ? &*presented : nullptr};
  const Evaluator& evaluator = config.account->evaluator;
  const Decision decision = evaluator.Decide(request, Now());
  return Answer(
      r, mode,
      {.allowed = decision.allowed(),
       .reason = ToString(decision.reason),
       .error_code =
           ProviderErrorCode(decision.reason, login->kind).value_or(1),
       .rule_id = evaluator.RuleId(decision)},
      &request);
}

}  // namespace

ngx_int_t HandleAccess(ngx_http_request_t* r) {
  const auto& config = *static_cast<const LocationConfig*>(
      ngx_http_get_module_loc_conf(r, ngx_http_api_access_module));
  if (config.mode == kOff) return NGX_DECLINED;
  try {
    return Decide(r, config);
  } catch (const std::bad_alloc&) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
}

}  // namespace api_access::examples
