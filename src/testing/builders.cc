#include "api_access/testing/builders.h"

#include <string>
#include <utility>

#include "src/base/text.h"
#include "src/testing/value_of.h"

namespace api_access {

using internal::ValueOf;

TestAccount& TestAccount::WithRule(const TestRule& rule) {
  const std::string id =
      rule.id.empty() ? "aar-" + std::to_string(rules_.size() + 1) : rule.id;
  const std::string where = "rule " + Quote(id);
  std::vector<IpRange> ranges;
  for (const std::string& range : rule.ip_ranges) {
    ranges.push_back(ValueOf(IpRange::Parse(range), where + ", ip_ranges"));
  }
  rules_.push_back(
      ValueOf(ApiAccessRule::Create({.id = id,
                                     .ip_ranges = std::move(ranges),
                                     .ca_ids = rule.ca_ids,
                                     .cns = rule.cns}),
              where));
  return *this;
}

TestAccount& TestAccount::WithKey(const TestKey& key) {
  const std::string where = "access key " + Quote(key.id);
  AccessKey::Fields fields = {.id = key.id, .state = key.state};
  if (!key.expiration.empty()) {
    fields.expiration =
        ValueOf(ParseTimestamp(key.expiration), where + ", expiration");
  }
  if (!key.user_name.empty()) fields.user_name = key.user_name;
  keys_.push_back(ValueOf(AccessKey::Create(std::move(fields)), where));
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
