#include "src/decide/rule_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/short_text.h"

namespace api_access::internal {

namespace {

// Up to as many ids, comparing each is faster than a binary search.
constexpr std::size_t kFewIds = 8;

// `ids` are in byte order.
bool Holds(const std::vector<std::string>& ids, std::string_view wanted) {
  if (ids.size() > kFewIds) {
    return std::binary_search(ids.begin(), ids.end(), wanted);
  }
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    return SameText(wanted, id);
  });
}

}  // namespace

// Out of line, so that the walk itself stays small.
const Text* RuleTable::FindCa(std::size_t rule,
                              const ClientCertificate* certificate) const {
  if (certificate == nullptr) return nullptr;
  for (const Text& item : ca_ids(rule)) {
    if (Holds(certificate->ca_ids(), text(item))) return &item;
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
