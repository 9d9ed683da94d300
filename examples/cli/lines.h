// Commands that answer line by line.

#ifndef API_ACCESS_EXAMPLES_CLI_LINES_H_
#define API_ACCESS_EXAMPLES_CLI_LINES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/timestamp.h"
#include "examples/account_folder/request_line.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"
#include "examples/cli/output.h"

namespace api_access::examples {

struct LineAnswer {
  std::string text;
  bool is_error;
};

// Answers each line of `terminal.in` with what `answer` gives for it and its
// number, from 1, or with what `refuse` gives for a message if it is over 1
// MiB. Returns kNegative if some line was in error. Holds one line at a time.
// Errors: kUnavailable if the input cannot be read.
absl::StatusOr<int> AnswerLines(
    const Terminal& terminal,
    const std::function<LineAnswer(const std::string&, std::size_t)>& answer,
    const std::function<LineAnswer(const std::string&, std::size_t)>& refuse);

// Reads the account and answers each request line of `terminal.in` with what
// `answer` gives for it at its instant. A line in error is answered with a
// denial: in JSON `denial` and the error.
absl::StatusOr<int> AnswerRequests(
    const Options& options, const Terminal& terminal, Format default_format,
    const Json& denial,
    const std::function<std::string(const Evaluator&, const RequestLine&,
                                    Timestamp, Format)>& answer);

Json DecisionJson(const Decision& decision, std::string_view rule_id);
// One line. Text of the request or of the account is quoted where it could be
// taken for other words of the line.
std::string DecisionText(const RequestLine& line, const Decision& decision,
                         std::string_view rule_id);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_LINES_H_
