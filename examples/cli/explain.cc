// api-access explain

#include "api_access/explanation.h"

#include <string>

#include "api_access/json/reports.h"
#include "examples/cli/commands.h"
#include "examples/cli/lines.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {
    {"--account"}, {"--now"}, {"--format"}, {"--ordinary", Option::kRepeated}};

LineAnswer Answer(const Options&, const Account& account,
                  const Evaluator& evaluator, const RequestLine& line,
                  const Request& request, Timestamp now, Format format) {
  const Explanation explanation = api_access::Explain(
      evaluator, request, now, ExplanationContext::Of(account, line.method));
  if (format == Format::kJson) {
    return {ExplanationJson(line, explanation), false};
  }
  return {ExplanationText(line, explanation,
                          evaluator.RuleId(explanation.decision)),
          false};
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  return AnswerRequests(options, terminal,
                        {.default_format = Format::kText,
                         .has_heading = true,
                         .answer = &Answer,
                         .error_json = &ExplanationErrorJson});
}

}  // namespace

constinit const Command kExplain = {
    .name = "explain",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access explain --account DIR [--now T] [--format text|json]
             [--ordinary SERVICE:NAME]...
  Decides on requests as decide does, and says why: what each rule makes of the
  request, and what the caller could present instead. Answers each request in
  text (default) or with a line of JSON. Requests and options are those of
  decide, without --fail-on-deny. Exit status: 0, or 1 if some line could not be
  read, or 2 if an option or the account cannot be used.

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access explain --account examples/accounts/trusted --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
