#include "api_access/request.h"

#include <algorithm>

#include "src/base/enum_text.h"
#include "src/base/text.h"

namespace api_access {
namespace {

std::string LoginText(const Caller& caller) {
  switch (caller.login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey:
      return "with access key " + Quote(caller.access_key_id);
    case LoginKind::kPassword:
      return "with login/password";
  }
  return "without login";
}

}  // namespace

absl::StatusOr<ClientCertificate> ClientCertificate::Create(Fields fields) {
  std::ranges::sort(fields.ca_ids);
  fields.ca_ids.erase(std::unique(fields.ca_ids.begin(), fields.ca_ids.end()),
                      fields.ca_ids.end());
  if (!fields.ca_ids.empty() && fields.ca_ids.front().empty()) {
    return internal::InvalidArgument(
        "client certificate: expected CA ids, got an empty one");
  }
  if (fields.cn && fields.cn->empty()) {
    return internal::InvalidArgument(
        "client certificate: expected a CN or none, got an empty one");
  }
  return ClientCertificate(std::move(fields));
}

std::string ClientCertificate::ToString() const {
  std::string text = "a certificate under";
  if (ca_ids().empty()) text += " no CA";
  for (const std::string& id : ca_ids()) text += ' ' + Quote(id);
  return text + (cn() ? " of CN " + Quote(*cn()) : " without CN");
}

Caller Caller::Of(const Request& request) {
  Caller caller = {.client_address = request.client_address,
                   .login = request.login};
  if (request.login == LoginKind::kAccessKey) {
    caller.access_key_id = request.access_key_id;
  }
  if (request.certificate != nullptr) caller.certificate = *request.certificate;
  return caller;
}

std::string Caller::ToString() const {
  return client_address.ToString() + ' ' + LoginText(*this) + ", " +
         (certificate ? "with " + certificate->ToString()
                      : "without certificate");
}

absl::StatusOr<LoginKind> ParseLoginKind(std::string_view text) {
  return internal::ParseEnum(kAllLoginKinds, text);
}

}  // namespace api_access
