#include "api_access/account.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "src/base/text.h"

namespace api_access {
namespace {

// Each id is there, and once.
template <typename Item, typename Id>
absl::Status CheckIds(const std::vector<Item>& items, Id id,
                      std::string_view kind) {
  std::vector<std::string_view> ids;
  ids.reserve(items.size());
  for (const Item& item : items) ids.push_back(std::invoke(id, item));
  std::ranges::sort(ids);
  if (!ids.empty() && ids.front().empty()) {
    return internal::InvalidArgument("expected each " + std::string(kind) +
                                     " not to be empty, got an empty one");
  }
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice == ids.end()) return absl::OkStatus();
  return internal::InvalidArgument("expected each " + std::string(kind) +
                                   " once, got " + internal::Quote(*twice) +
                                   " twice");
}

}  // namespace

absl::StatusOr<Account> Account::Create(Fields fields) {
  absl::Status status =
      CheckIds(fields.rules, &ApiAccessRule::id, "API access rule id");
  if (!status.ok()) return status;
  status = CheckIds(fields.access_keys, &AccessKey::id, "access key id");
  if (!status.ok()) return status;
  status = CheckIds(fields.users_without_keys_read, std::identity{},
                    "user without access keys read");
  if (!status.ok()) return status;
  if (fields.cas) {
    status = CheckIds(*fields.cas, &Ca::id, "CA id");
    if (!status.ok()) return status;
  }
  return Account(std::move(fields));
}

std::string Account::ToString() const {
  std::string text = policy().ToString();
  for (const ApiAccessRule& rule : rules()) text += '\n' + rule.ToString();
  for (const AccessKey& key : access_keys()) text += '\n' + key.ToString();
  if (cas()) {
    for (const Ca& ca : *cas()) text += '\n' + ca.ToString();
  } else {
    text += "\nCAs not read";
  }
  text +=
      every_user_listed() ? "\nevery user listed" : "\nnot every user listed";
  for (const std::string& user : users_without_keys_read()) {
    text += "\naccess keys of EIM user " + internal::Quote(user) + " not read";
  }
  return text;
}

}  // namespace api_access
