#include "src/rule_table.h"

#include "src/short_text.h"

namespace api_access::internal {

// Apart from the header, so that the walk itself stays small.
std::optional<std::string_view> RuleTable::FindCa(
    std::size_t rule, const ClientCertificate* certificate) const {
  if (certificate == nullptr) return std::nullopt;
  for (const Text item : ca_ids(rule)) {
    const std::string_view listed = text(item);
    for (const std::string& id : certificate->ca_ids()) {
      if (SameText(listed, id)) return listed;
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> RuleTable::FindCn(
    std::size_t rule, const ClientCertificate* certificate) const {
  if (certificate == nullptr || !certificate->cn()) return std::nullopt;
  for (const Text item : cns(rule)) {
    const std::string_view listed = text(item);
    if (SameText(listed, *certificate->cn())) return listed;
  }
  return std::nullopt;
}

}  // namespace api_access::internal
