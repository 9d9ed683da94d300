// Uses every public header, and exits with 0 when the library answers right.

#include <string_view>

#include "api_access/access_key.h"
#include "api_access/account.h"
#include "api_access/activation.h"
#include "api_access/api_access_policy.h"
#include "api_access/api_access_rule.h"
#include "api_access/ca.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/factors.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/required_factors.h"
#include "api_access/review.h"
#include "api_access/timestamp.h"

int main() {
  namespace aa = api_access;
  const auto address = aa::IpAddress::Parse("192.0.2.7");
  const auto range = aa::IpRange::Parse("192.0.2.0/24");
  const auto now = aa::ParseTimestamp("2030-01-01");
  const auto policy = aa::ApiAccessPolicy::Create({});
  if (!address.ok() || !range.ok() || !now.ok() || !policy.ok()) return 1;
  const auto rule =
      aa::ApiAccessRule::Create({.id = "aar-1", .ip_ranges = {*range}});
  const auto key = aa::AccessKey::Create(
      {.id = "KEY", .state = aa::AccessKeyState::kActive});
  if (!rule.ok() || !key.ok()) return 2;
  const auto account = aa::Account::Create(
      {.policy = *policy, .rules = {*rule}, .access_keys = {*key}});
  if (!account.ok()) return 3;
  const auto evaluator = aa::Evaluator::Compile(*account);
  if (!evaluator.ok()) return 4;
  const aa::Decision decision =
      evaluator->Decide({.method = aa::FindMethod("api", "ReadVms"),
                         .client_address = *address,
                         .login = aa::LoginKind::kAccessKey,
                         .access_key_id = "KEY"},
                        *now);
  return evaluator->RuleId(decision) == "aar-1" &&
                 !aa::CheckActivation(*account, {}, *now).ready &&
                 aa::Review(*account, *now, {}).ok()
             ? 0
             : 5;
}
