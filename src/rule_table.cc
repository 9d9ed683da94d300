#include "src/rule_table.h"

#include <string>
#include <string_view>

#include "src/short_text.h"

namespace api_access::internal {

// Apart from the header, so that the walk itself stays small.
const Text* RuleTable::FindCa(std::size_t rule,
                              const ClientCertificate* certificate) const {
  if (certificate == nullptr) return nullptr;
  for (const Text& item : ca_ids(rule)) {
    const std::string_view listed = text(item);
    for (const std::string& id : certificate->ca_ids()) {
      if (SameText(listed, id)) return &item;
    }
  }
  return nullptr;
}

const Text* RuleTable::FindCn(std::size_t rule,
                              const ClientCertificate* certificate) const {
  if (certificate == nullptr || !certificate->cn()) return nullptr;
  for (const Text& item : cns(rule)) {
    const std::string_view listed = text(item);
    if (SameText(listed, *certificate->cn())) return &item;
  }
  return nullptr;
}

}  // namespace api_access::internal
