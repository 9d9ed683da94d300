#include "api_access/testing/matchers.h"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>

#include "src/base/text.h"

namespace api_access {
namespace {

// A matcher that prints the outcome whether or not it matches. `is` and
// `is_not` say what was expected.
template <typename Subject, typename Predicate>
class PlainMatcher : public ::testing::MatcherInterface<const Subject&> {
 public:
  PlainMatcher(std::string is, std::string is_not, Predicate predicate)
      : is_(std::move(is)),
        is_not_(std::move(is_not)),
        predicate_(std::move(predicate)) {}

  bool MatchAndExplain(const Subject& subject,
                       ::testing::MatchResultListener*) const override {
    return predicate_(subject);
  }
  void DescribeTo(std::ostream* out) const override { *out << is_; }
  void DescribeNegationTo(std::ostream* out) const override { *out << is_not_; }

 private:
  std::string is_;
  std::string is_not_;
  Predicate predicate_;
};

template <typename Subject, typename Predicate>
::testing::Matcher<const Subject&> Make(std::string is, std::string is_not,
                                        Predicate predicate) {
  return ::testing::MakeMatcher(new PlainMatcher<Subject, Predicate>(
      std::move(is), std::move(is_not), std::move(predicate)));
}

template <typename Code>
std::string FindingText(std::string_view kind, Code code,
                        const std::optional<std::string>& subject) {
  std::string text = std::string(kind) + ' ' + std::string(ToString(code));
  if (subject) text += " about " + Quote(*subject);
  return text;
}

template <typename Code>
bool Has(const std::vector<Finding<Code>>& findings, Code code,
         const std::optional<std::string>& subject) {
  return std::ranges::any_of(findings, [&](const Finding<Code>& finding) {
    return finding.code == code && (!subject || finding.subject == *subject);
  });
}

}  // namespace

::testing::Matcher<const Outcome&> IsAllowed() {
  return Make<Outcome>("is allowed", "is denied", [](const Outcome& outcome) {
    return outcome.explanation.decision.allowed();
  });
}

::testing::Matcher<const Outcome&> IsAllowedByRule(std::string rule_id) {
  std::string text = "allowed by rule " + Quote(rule_id);
  return Make<Outcome>("is " + text, "is not " + text,
                       [rule_id = std::move(rule_id)](const Outcome& outcome) {
                         const Explanation& explanation = outcome.explanation;
                         const auto& rule = explanation.decision.rule_index;
                         return rule && *rule < explanation.rules.size() &&
                                explanation.rules[*rule].rule_id == rule_id;
                       });
}

::testing::Matcher<const Outcome&> IsDenied(Reason reason) {
  const std::string text = "denied for " + std::string(ToString(reason));
  return Make<Outcome>(
      "is " + text, "is not " + text, [reason](const Outcome& outcome) {
        const Decision& decision = outcome.explanation.decision;
        return !decision.allowed() && decision.reason == reason;
      });
}

::testing::Matcher<const Outcome&> Requires(FactorRequirement requirement) {
  const std::string text = requirement.ToString();
  return Make<Outcome>("requires " + text, "does not require " + text,
                       [requirement](const Outcome& outcome) {
                         return outcome.explanation.required == requirement;
                       });
}

::testing::Matcher<const ActivationReport&> IsReady() {
  return Make<ActivationReport>(
      "is ready", "is not ready",
      [](const ActivationReport& report) { return report.ready; });
}

::testing::Matcher<const ActivationReport&> HasViolation(
    ViolationCode code, std::optional<std::string> subject) {
  const std::string text = FindingText("violation", code, subject);
  return Make<ActivationReport>(
      "has " + text, "does not have " + text,
      [code, subject = std::move(subject)](const ActivationReport& report) {
        return Has(report.violations, code, subject);
      });
}

::testing::Matcher<const ActivationReport&> HasWarning(
    WarningCode code, std::optional<std::string> subject) {
  const std::string text = FindingText("warning", code, subject);
  return Make<ActivationReport>(
      "has " + text, "does not have " + text,
      [code, subject = std::move(subject)](const ActivationReport& report) {
        return Has(report.warnings, code, subject);
      });
}

}  // namespace api_access
