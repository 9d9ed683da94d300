#include "src/plan_walk.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "api_access/quote.h"
#include "src/base/text.h"

namespace api_access::internal {

absl::StatusOr<PlanOutcome> WalkPlan(const Account& account,
                                     std::span<const PlanStep> steps,
                                     Timestamp now, const PlanVisitor& visit) {
  const auto place = [&](std::size_t index) {
    const std::string& resource = steps[index].resource;
    return "step " + std::to_string(index + 1) +
           (resource.empty() ? "" : " (" + Quote(resource) + ")") + ": ";
  };
  // By the kind of what is created, which is that of the call.
  std::set<std::pair<std::size_t, std::string_view>> created;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string* id = NewIdOf(steps[i].change);
    if (id != nullptr &&
        !created.emplace(steps[i].change.index(), *id).second) {
      return InvalidArgument(place(i) + "expected an id that no step before " +
                             "creates, got " + Quote(*id));
    }
  }

  PlanOutcome plan = {.steps = {}, .account = account, .deleted_ca_ids = {}};
  std::set<std::string_view> ended;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [change, resource] = steps[i];
    if (ended.contains(resource)) continue;
    auto outcome = Apply(plan.account, change, now);
    if (!outcome.ok()) {
      return InvalidArgument(place(i) + MessageOf(outcome.status()));
    }
    absl::Status status = visit(plan.account, change, *outcome);
    if (!status.ok()) return status;
    plan.steps.push_back(
        {.index = i, .refusals = std::move(outcome->refusals)});
    if (outcome->accepted()) {
      plan.account = *std::move(outcome->account);
      if (outcome->deleted_ca_id) {
        plan.deleted_ca_ids.push_back(*std::move(outcome->deleted_ca_id));
      }
    } else if (resource.empty()) {
      break;
    } else {
      ended.insert(resource);
    }
  }
  return plan;
}

}  // namespace api_access::internal
