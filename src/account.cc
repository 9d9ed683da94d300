#include "api_access/account.h"

#include <algorithm>
#include <functional>
#include <set>
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
                                   " once, got " + Quote(*twice) + " twice");
}

// Such as `1 rule` and `2 rules`.
std::string Count(std::size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
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
    text += "\naccess keys of EIM user " + Quote(user) + " not read";
  }
  return text;
}

AccountSummary AccountSummary::Of(const Account& account) {
  AccountSummary summary = {
      .rules = account.rules().size(),
      .every_user_listed = account.every_user_listed(),
      .users_without_keys_read = account.users_without_keys_read()};
  std::ranges::sort(summary.users_without_keys_read);
  std::set<std::string_view> users;
  for (const AccessKey& key : account.access_keys()) {
    if (key.user_name()) {
      ++summary.eim_access_keys;
      users.insert(*key.user_name());
    } else {
      ++summary.root_access_keys;
    }
  }
  summary.eim_users = users.size();
  if (account.cas()) summary.cas = account.cas()->size();
  return summary;
}

std::string AccountSummary::ToString() const {
  constexpr std::size_t kNamed = 8;
  std::string text =
      Count(root_access_keys, "access key") + " of the root user, " +
      (eim_users == 0 ? "none of EIM users"
                      : std::to_string(eim_access_keys) + " of " +
                            Count(eim_users, "EIM user") + " with keys") +
      ", " + Count(rules, "rule") + ", " +
      (cas ? Count(*cas, "CA") : "CAs not read") + "; " +
      (every_user_listed ? "" : "not ") + "all users listed";
  if (users_without_keys_read.empty()) return text;
  text += ", access keys not read of";
  for (std::size_t i = 0; i < users_without_keys_read.size(); ++i) {
    if (i == kNamed) {
      return text + ", ... (" + Count(users_without_keys_read.size(), "user") +
             ")";
    }
    text += (i == 0 ? " " : ", ") + Quote(users_without_keys_read[i]);
  }
  return text;
}

}  // namespace api_access
