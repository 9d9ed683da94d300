// The calls that a Terraform plan would make.

#ifndef API_ACCESS_JSON_TERRAFORM_PLAN_H_
#define API_ACCESS_JSON_TERRAFORM_PLAN_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/change.h"
#include "api_access/finding.h"

namespace api_access {

// The version of the provider's Terraform plug-in whose calls are modelled.
inline constexpr std::string_view kTerraformPluginVersion = "1.8.0";

// Why a call of a Terraform plan cannot be tried. Numbers and texts are stable.
enum class OpenCallCode : std::uint8_t {
  // An attribute of the call is known only when the plan is applied, or the
  // whole call, which Terraform defers. Subject: the address of the resource.
  kKnownAfterApply = 1,
};

// `known-after-apply`; `unknown` for any value that is not an enumerator.
constexpr std::string_view ToString(OpenCallCode code) {
  return code == OpenCallCode::kKnownAfterApply ? "known-after-apply"
                                                : "unknown";
}
inline std::ostream& operator<<(std::ostream& out, OpenCallCode code) {
  return out << ToString(code);
}

using OpenCall = Finding<OpenCallCode>;

struct TerraformPlan {
  // The calls, in the order in which they are tried. The resource of each is
  // its address, which is also the id of what it creates. An object that a
  // replacement left has a resource of its own: the key of Terraform follows.
  std::vector<PlanStep> steps = {};
  // The calls that cannot be tried, in the same order.
  std::vector<OpenCall> open = {};
  // A sentence for people on each thing that is tried otherwise than it will be
  // made, such as with the address of a CA that the plan creates, and on each
  // that seems to be a call and is none.
  std::vector<std::string> notes = {};

  friend bool operator==(const TerraformPlan&, const TerraformPlan&) = default;
};

// Reads the output of `terraform show -json PLAN`, of format version 1.x, and
// gives the calls that the provider's plug-in makes when the plan is applied.
// They differ from the values that the plan shows. An update of a rule sends no
// criterion that the configuration leaves out, which deletes it; an update of a
// key sends the expiration only where it changes, which clears it otherwise; an
// update of the policy sends what does not change as 0 or false; and to destroy
// the policy calls nothing.
//
// Terraform makes independent calls in any order. Here creations come first
// (CAs, keys, rules), then updates (keys, rules, CAs, the policy), then
// deletions (rules, keys, CAs), each by address; a replacement that deletes
// first is at the place of creations.
//
// What is known only when the plan is applied leaves its call open. Only the
// CAs of a rule are tried, where their ids are those of CAs that the plan
// creates (resources of the same module, or through inputs and outputs of
// modules): in their place come the addresses.
//
// Errors: kInvalidArgument, naming the place, for what is no such plan, for one
// that was made with errors, and for another format version. Secrets of the
// plan are neither read nor shown. Takes O(n log n) time in the text. May be
// called concurrently. Source: the source of the plug-in, version
// kTerraformPluginVersion, and Terraform's documentation of the format; the
// order is our choice.
absl::StatusOr<TerraformPlan> ParseTerraformPlan(std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_JSON_TERRAFORM_PLAN_H_
