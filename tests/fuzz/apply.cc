// Changes and their undo against the oracle, one after the other on the account
// that those before left, and as a plan.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api_access/account.h"
#include "api_access/change.h"
#include "api_access/ip.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/changes.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/plain_reader.h"
#include "tests/oracle/worlds.h"

namespace api_access {
namespace {

// As a rule has its ranges.
Change WithoutRepetitions(Change change) {
  if (auto* const update = std::get_if<UpdateApiAccessRule>(&change)) {
    std::vector<IpRange> once;
    for (const IpRange& range : update->rule.ip_ranges) {
      if (std::ranges::count(once, range) == 0) once.push_back(range);
    }
    update->rule.ip_ranges = once;
  }
  return change;
}

void CheckActivationPlan(const oracle::ReadFolder& plain,
                         const Account& account, Draw& draw,
                         oracle::Milliseconds now) {
  const long long max =
      draw.Flag() ? draw.Number() : static_cast<int>(draw.Below(8));
  const bool require = draw.Flag();
  std::optional<std::string> ca;
  if (draw.Flag()) ca = draw.CaId();
  const auto expected = oracle::PlanActivation(plain, max, require, ca, now);
  const ActivationPlan plan =
      PlanActivation(account,
                     {.max_access_key_expiration_seconds = max,
                      .require_trusted_env = require},
                     ca, Instant(now));
  bool are_equal = plan.steps.size() == expected.steps.size() &&
                   plan.open.size() == expected.open.size();
  for (std::size_t i = 0; are_equal && i < plan.steps.size(); ++i) {
    are_equal =
        plan.steps[i].change == WithoutRepetitions(Build(expected.steps[i]));
  }
  for (std::size_t i = 0; are_equal && i < plan.open.size(); ++i) {
    are_equal = ToString(plan.open[i].code) == expected.open[i].first &&
                plan.open[i].subject == expected.open[i].second;
  }
  if (!are_equal) {
    Fail("another plan to set " + std::to_string(max) + ' ' +
         std::to_string(require) + " at " + std::to_string(now) + " on " +
         account.ToString());
  }
  if (!plan.open.empty()) return;
  const auto outcome = ApplyPlan(account, plan.steps, Instant(now));
  if (!outcome.ok() || outcome->steps.size() != plan.steps.size() ||
      !outcome->steps.back().refusals.empty()) {
    Fail("the plan is not accepted whole on " + account.ToString());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const oracle::ReadFolder first = draw.Account(6);
  const oracle::Milliseconds now = draw.Now();
  oracle::ReadFolder plain = first;
  std::vector<PlanStep> steps;
  std::vector<oracle::PlanStep> plain_steps;
  for (std::size_t i = 1 + draw.Below(6); i > 0; --i) {
    const Account account = BuildAccount(plain);
    const oracle::Change change = draw.Change(plain, now);
    const std::string resource = draw.Flag() ? "a" : "b";
    plain_steps.push_back({change, resource});
    steps.push_back({Build(change), resource});
    const ComparedChange compared = CompareChange(plain, account, change, now);
    if (!compared.wrong.empty()) Fail(compared.wrong);
    if (account != BuildAccount(plain)) Fail("the account was touched");
    if (compared.after) plain = *compared.after;
  }
  const Account account = BuildAccount(first);
  const auto outcome = ApplyPlan(account, steps, Instant(now));
  const auto expected = oracle::ApplyPlan(first, plain_steps, now);
  if (outcome.ok() != expected.has_value()) Fail("errors of plans differ");
  if (!outcome.ok()) {
    CheckMessage(outcome.status());
  } else if (outcome->account != BuildAccount(expected->accounts.back()) ||
             outcome->deleted_ca_ids != expected->deleted_cas.back() ||
             outcome->steps.size() != expected->steps.size()) {
    Fail("the plan gives " + outcome->account.ToString() + "\ninstead of " +
         BuildAccount(expected->accounts.back()).ToString());
  }
  CheckActivationPlan(first, account, draw, now);
  return 0;
}

}  // namespace api_access
