#include "api_access/testing/builders.h"

#include <utility>

namespace api_access {

TestAccount& TestAccount::WithRule(const TestRule& rule) {
  std::vector<IpRange> ranges;
  for (const std::string& range : rule.ip_ranges) {
    ranges.push_back(IpRange::Parse(range).value());
  }
  rules_.push_back(
      ApiAccessRule::Create(
          {.id = rule.id.empty() ? "aar-" + std::to_string(rules_.size() + 1)
                                 : rule.id,
           .ip_ranges = std::move(ranges),
           .ca_ids = rule.ca_ids,
           .cns = rule.cns})
          .value());
  return *this;
}

TestAccount& TestAccount::WithKey(const TestKey& key) {
  AccessKey::Fields fields = {.id = key.id, .state = key.state};
  if (!key.expiration.empty()) {
    fields.expiration = ParseTimestamp(key.expiration).value();
  }
  if (!key.user_name.empty()) fields.user_name = key.user_name;
  keys_.push_back(AccessKey::Create(std::move(fields)).value());
  return *this;
}

TestAccount& TestAccount::WithTrustedSession() {
  trusted_session_ = true;
  return *this;
}

TestAccount& TestAccount::WithMaxAccessKeyExpirationSeconds(
    std::int64_t seconds) {
  max_seconds_ = seconds;
  return *this;
}

TestAccount& TestAccount::WithEveryUserListed() {
  every_user_listed_ = true;
  return *this;
}

Account TestAccount::Build() const {
  return Account::Create(
             {.policy = ApiAccessPolicy::Create(
                            {.max_access_key_expiration_seconds = max_seconds_,
                             .require_trusted_env = trusted_session_})
                            .value(),
              .rules = rules_,
              .access_keys = keys_,
              .every_user_listed = every_user_listed_})
      .value();
}

}  // namespace api_access
