// A plan, step by step.

#ifndef API_ACCESS_SRC_PLAN_WALK_H_
#define API_ACCESS_SRC_PLAN_WALK_H_

#include <functional>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/change.h"

namespace api_access::internal {

// Sees each step that is tried: the account before it, the call, and what comes
// of it. An error ends the walk.
using PlanVisitor = std::function<absl::Status(
    const Account& before, const Change& change, const ChangeOutcome& outcome)>;

// ApplyPlan, with somebody who looks on.
absl::StatusOr<PlanOutcome> WalkPlan(const Account& account,
                                     std::span<const PlanStep> steps,
                                     Timestamp now, const PlanVisitor& visit);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PLAN_WALK_H_
