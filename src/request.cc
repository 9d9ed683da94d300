#include "api_access/request.h"

#include <algorithm>

#include "src/base/text.h"

namespace api_access {

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

}  // namespace api_access
