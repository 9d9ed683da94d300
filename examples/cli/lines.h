// Commands that answer line by line.

#ifndef API_ACCESS_EXAMPLES_CLI_LINES_H_
#define API_ACCESS_EXAMPLES_CLI_LINES_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/json/request_line.h"
#include "api_access/timestamp.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"

namespace api_access::examples {

struct LineAnswer {
  std::string text;
  // Whether it makes the exit status kNegative.
  bool is_negative;
};

// Answers each line of `terminal.in` with what `answer` gives for it and its
// number, from 1, or with what `refuse` gives for a message if it is over 1
// MiB. Returns kNegative if some answer is negative. Holds one line at a time.
// Errors: kUnavailable if the input cannot be read.
absl::StatusOr<int> AnswerLines(
    const Terminal& terminal,
    const std::function<LineAnswer(const std::string&, std::size_t)>& answer,
    const std::function<LineAnswer(const std::string&, std::size_t)>& refuse);

// How a command answers request lines.
struct RequestCommand {
  Format default_format;
  // Whether text begins with what is judged.
  bool has_heading;
  // `request` is that of the line.
  LineAnswer (*answer)(const Options&, const Account&, const Evaluator&,
                       const RequestLine&, const Request& request, Timestamp,
                       Format);
  // The JSON of a line in error: a denial.
  std::string (*error_json)(const std::optional<std::string>& id,
                            const absl::Status& error);
};

// Reads the account and answers each request line of `terminal.in` at its
// instant. A line in error is answered with a denial.
absl::StatusOr<int> AnswerRequests(const Options& options,
                                   const Terminal& terminal,
                                   const RequestCommand& command);

// One line. Text of the request or of the account is quoted where it could be
// taken for other words of the line.
std::string DecisionText(const RequestLine& line, const Decision& decision,
                         std::string_view rule_id);

// The explanation of the decision on `line`, which begins with DecisionText.
std::string ExplanationText(const RequestLine& line,
                            const Explanation& explanation,
                            std::string_view rule_id);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_LINES_H_
