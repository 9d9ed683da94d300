// What the library answers, as JSON.
//
// Each function returns one object on one line, in printable ASCII, not ended
// by a newline. README.md, beside this header, lists the fields; later versions
// only add some. Bytes that are not UTF-8, which JSON cannot hold, become
// U+FFFD. All of these functions may be called concurrently.

#ifndef API_ACCESS_JSON_REPORTS_H_
#define API_ACCESS_JSON_REPORTS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/activation.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/impact.h"
#include "api_access/ip.h"
#include "api_access/json/expectation.h"
#include "api_access/json/request_line.h"
#include "api_access/json/terraform_plan.h"
#include "api_access/review.h"
#include "api_access/rule_coverage.h"
#include "api_access/timestamp.h"

namespace api_access {

// The answer to `line`, decided on by `evaluator`.
std::string DecisionJson(const Evaluator& evaluator, const RequestLine& line,
                         const Decision& decision);
std::string ExplanationJson(const RequestLine& line,
                            const Explanation& explanation);

// The answers to a line that could not be read: a denial that says why, under
// the Id of the line if it has one.
std::string DecisionErrorJson(const std::optional<std::string>& id,
                              const absl::Status& error);
std::string ExplanationErrorJson(const std::optional<std::string>& id,
                                 const absl::Status& error);

// The report of CheckActivation(account, requested, now), and the smallest
// maximum of the account.
std::string ActivationJson(const Account& account,
                           const RequestedPolicy& requested, Timestamp now,
                           const ActivationReport& report);

// The documented table of required authentication factors, of both states of
// the trusted session; with an address also what `account` asks exactly, from
// there. `evaluator` is compiled from `account`.
std::string FactorsJson(const Account& account, const Evaluator& evaluator,
                        const std::optional<IpAddress>& client_address);

// What Review(account, now, ...) found, divided by Accept.
std::string ReviewJson(const Account& account, Timestamp now,
                       const ReviewReport& report);

// The same as a log in the Static Analysis Results Interchange Format, SARIF
// 2.1.0, for tools that collect results: a result for each finding, at the
// logical location that its subject names, on the level `warning`. Accepted
// ones are suppressed from outside, with the reason as the justification. What
// was not judged, and acceptances without a finding, are notifications. Source:
// SARIF 2.1.0 of OASIS; the choice of levels and locations is ours.
std::string ReviewSarif(const ReviewReport& report);

// What became of `expectations`, and the coverage of the rules by them.
std::string ExpectationsJson(const std::vector<JudgedExpectation>& expectations,
                             const RuleCoverage& coverage);

// What came of a change, its impact on callers, the calls that take it back
// and, unless it is null, all that is treated differently after it. Of a change
// that is refused, `impact` and `undo` are empty.
std::string ChangeJson(const ChangeOutcome& outcome, const Impact& impact,
                       std::span<const Change> undo,
                       const AccessDifference* difference = nullptr);

// What AssessPlan found of a plan: the steps that were tried. What stays open
// is that of an activation, or of Terraform. `difference`, unless it is null,
// is that of the whole plan.
std::string PlanJson(std::span<const PlanStep> steps,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference = nullptr);
std::string PlanJson(const ActivationPlan& plan,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference = nullptr);
std::string PlanJson(const TerraformPlan& plan,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference = nullptr);

std::string ForecastJson(const AccessForecast& forecast);

// An object of one text, such as {"Error":"..."}.
std::string TextJson(std::string_view field, std::string_view text);

}  // namespace api_access

#endif  // API_ACCESS_JSON_REPORTS_H_
