// Expectations: request lines with the answer that they should get.

#ifndef API_ACCESS_JSON_EXPECTATION_H_
#define API_ACCESS_JSON_EXPECTATION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/decision.h"
#include "api_access/json/request_line.h"

namespace api_access {

// Const members may be called concurrently.
struct Expectation {
  RequestLine line;
  Verdict verdict = Verdict::kDeny;
  // Absent: any reason of the verdict.
  std::optional<Reason> reason = std::nullopt;
  // The rule that has to match; only with kAllow. Absent: any rule, or none.
  std::optional<std::string> rule_id = std::nullopt;
  // Any text, for reports.
  std::optional<std::string> name = std::nullopt;

  // Returns true if `decision` on the request of `line` is what is expected.
  // `rule_id` is that of the rule that the decision names, else empty.
  bool HoldsFor(const Decision& decision, std::string_view rule_id) const;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

//   {"Name":"The office reads","Service":"api","Method":"ReadVms",
//    "ClientIp":"192.0.2.7","Login":"AccessKey","AccessKeyId":"...",
//    "Expect":"Allow","Reason":"rule-matched","RuleId":"aar-..."}
//
// on one line: the fields of a request line, Expect, which is Allow or Deny and
// required, and Reason, RuleId and Name, which may be absent or null.
//
// Errors: kInvalidArgument for what ParseRequestLine refuses, for a reason that
// belongs to the other verdict, and for a RuleId that no decision could have:
// with Deny, or with another reason than rule-matched. May be called
// concurrently.
absl::StatusOr<Expectation> ParseExpectation(std::string_view line);

// What is expected, such as `Deny cn-not-allowed`; a rule is quoted.
std::string ToString(const Expectation& expectation);

// An expectation and what was decided.
//
// Const members may be called concurrently.
struct JudgedExpectation {
  Expectation expectation;
  Decision decision = {};
  // Of the rule that the decision names, else empty.
  std::string rule_id = {};
  // Where the expectation is written, for reports: a file and the number of the
  // line, from 1.
  std::string file = {};
  std::size_t line_number = 0;

  bool held() const { return expectation.HoldsFor(decision, rule_id); }
};

}  // namespace api_access

#endif  // API_ACCESS_JSON_EXPECTATION_H_
