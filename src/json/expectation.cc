#include "api_access/json/expectation.h"

#include <utility>
#include <vector>

#include "api_access/quote.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/line.h"
#include "src/json/request_line_json.h"

namespace api_access {
namespace {

using internal::Field;
using internal::JsonCursor;
using internal::MemberField;

void ReadExpect(const JsonCursor& cursor, Expectation& expectation) {
  if (const auto verdict = cursor.Take(ParseVerdict(cursor.String()))) {
    expectation.verdict = *verdict;
  }
}

// The verdict is read before.
void ReadReason(const JsonCursor& cursor, Expectation& expectation) {
  if (cursor.is_absent()) return;
  const auto reason = cursor.Take(ParseReason(cursor.String()));
  if (!reason) return;
  if (VerdictOf(*reason) != expectation.verdict) {
    cursor.Fail("expected a reason of " +
                std::string(ToString(expectation.verdict)) + ", got " +
                Quote(ToString(*reason)));
  }
  expectation.reason = *reason;
}

// The verdict and the reason are read before.
void ReadRuleId(const JsonCursor& cursor, Expectation& expectation) {
  if (cursor.is_absent()) return;
  if (expectation.verdict != Verdict::kAllow) {
    cursor.Fail("expected it together with Expect Allow only");
  } else if (expectation.reason &&
             *expectation.reason != Reason::kRuleMatched) {
    cursor.Fail("expected it together with Reason rule-matched only");
  }
  expectation.rule_id = cursor.NonEmptyString();
}

constexpr Field<Expectation> kExpectationFields[] = {
    {"Expect", ReadExpect},
    {"Reason", ReadReason},
    {"RuleId", ReadRuleId},
    MemberField<&Expectation::name>("Name"),
};

}  // namespace

bool Expectation::HoldsFor(const Decision& decision,
                           std::string_view decided_rule_id) const {
  if (decision.verdict() != verdict) return false;
  if (reason && decision.reason != *reason) return false;
  return !rule_id || (decision.rule_index && decided_rule_id == *rule_id);
}

absl::StatusOr<Expectation> ParseExpectation(std::string_view line) {
  std::vector<std::string_view> known = internal::RequestLineNames();
  for (const std::string_view name : internal::NamesOf(kExpectationFields)) {
    known.push_back(name);
  }
  Expectation expectation = {.line = internal::EmptyRequestLine()};
  const absl::Status status =
      internal::ReadLine(line, known, [&](const JsonCursor& root) {
        internal::ReadRequestLine(root, expectation.line);
        ReadFields(root, kExpectationFields, expectation);
      });
  if (!status.ok()) return status;
  return expectation;
}

std::string ToString(const Expectation& expectation) {
  std::string text(ToString(expectation.verdict));
  if (expectation.reason) {
    text += ' ' + std::string(ToString(*expectation.reason));
  }
  if (expectation.rule_id) text += " by " + Quote(*expectation.rule_id);
  return text;
}

}  // namespace api_access
