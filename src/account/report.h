// What reports about an account have in common.

#ifndef API_ACCESS_SRC_ACCOUNT_REPORT_H_
#define API_ACCESS_SRC_ACCOUNT_REPORT_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "api_access/timestamp.h"

namespace api_access::internal {

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

// The milliseconds from `now` to a later `expiration`. The difference of two
// instants fits into 64 bits unsigned, not always into 63.
inline std::uint64_t Remaining(Timestamp expiration, Timestamp now) {
  return static_cast<std::uint64_t>(expiration.time_since_epoch().count()) -
         static_cast<std::uint64_t>(now.time_since_epoch().count());
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_ACCOUNT_REPORT_H_
