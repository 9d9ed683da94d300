#include "api_access/account.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "src/text.h"

namespace api_access {
namespace {

template <typename Item, typename Id>
absl::Status CheckDistinct(const std::vector<Item>& items, Id id,
                           std::string_view kind) {
  std::vector<std::string_view> ids;
  ids.reserve(items.size());
  for (const Item& item : items) ids.push_back(std::invoke(id, item));
  std::ranges::sort(ids);
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice == ids.end()) return absl::OkStatus();
  return internal::InvalidArgument("expected each " + std::string(kind) +
                                   " once, got " + internal::Quote(*twice) +
                                   " twice");
}

}  // namespace

absl::StatusOr<Account> Account::Create(Fields fields) {
  absl::Status status =
      CheckDistinct(fields.rules, &ApiAccessRule::id, "API access rule id");
  if (!status.ok()) return status;
  status = CheckDistinct(fields.access_keys, &AccessKey::id, "access key id");
  if (!status.ok()) return status;
  status = CheckDistinct(fields.users_without_keys_read, std::identity{},
                         "user without access keys read");
  if (!status.ok()) return status;
  if (std::ranges::count(fields.users_without_keys_read, std::string()) != 0) {
    return internal::InvalidArgument(
        "user without access keys read: expected a user name, got an empty "
        "one");
  }
  return Account(std::move(fields));
}

}  // namespace api_access
