// The commands of api-access.

#ifndef API_ACCESS_EXAMPLES_CLI_COMMANDS_H_
#define API_ACCESS_EXAMPLES_CLI_COMMANDS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/timestamp.h"
#include "examples/account_folder/request_line.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"
#include "nlohmann/json.hpp"

namespace api_access::examples {

// Each gives the exit status, or an error that stands for kUnusable.
absl::StatusOr<int> Check(const Options& options, const Terminal& terminal);
absl::StatusOr<int> Factors(const Options& options, const Terminal& terminal);
absl::StatusOr<int> Decide(const Options& options, const Terminal& terminal);
absl::StatusOr<int> Explain(const Options& options, const Terminal& terminal);
absl::StatusOr<int> Review(const Options& options, const Terminal& terminal);
absl::StatusOr<int> Parse(const Options& options, const Terminal& terminal);

// JSON whose fields keep their order.
using Json = nlohmann::ordered_json;

// On one line, valid whatever bytes the strings hold, and in printable ASCII: a
// terminal obeys control characters and direction marks.
std::string Dump(const Json& json);

// Canonical text, or null.
Json DateOrNull(const std::optional<Timestamp>& timestamp);

// Rows of equally many cells, as lines with aligned columns.
std::string AlignColumns(const std::vector<std::vector<std::string>>& rows,
                         std::string_view indent);

struct LineAnswer {
  std::string text;
  bool is_error;
};

// Answers each line of `terminal.in` with what `answer` gives for it and its
// number, from 1, or `refuse` for a message if it is over 1 MiB. Gives
// kNegative when some line was in error. Holds one line at a time. Errors:
// kUnavailable when the input cannot be read.
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

// {"Error": message}
LineAnswer JsonError(const std::string& message);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_COMMANDS_H_
