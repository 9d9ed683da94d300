// The order of subjects in reports.

#ifndef API_ACCESS_SRC_ACCOUNT_SUBJECTS_H_
#define API_ACCESS_SRC_ACCOUNT_SUBJECTS_H_

#include <algorithm>
#include <string>
#include <vector>

namespace api_access::internal {

// The items in the byte order of their ids.
template <typename Item>
std::vector<const Item*> SortedById(const std::vector<Item>& items) {
  std::vector<const Item*> sorted;
  sorted.reserve(items.size());
  for (const Item& item : items) sorted.push_back(&item);
  std::ranges::sort(sorted, {}, [](const Item* item) -> const std::string& {
    return item->id();
  });
  return sorted;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ACCOUNT_SUBJECTS_H_
