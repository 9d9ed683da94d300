// api-access decide

#include <string>
#include <string_view>

#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/json/reports.h"
#include "api_access/method.h"
#include "examples/cli/commands.h"
#include "examples/cli/lines.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {{"--account"},
                               {"--now"},
                               {"--format"},
                               {"--ordinary", Option::kRepeated},
                               {"--fail-on-deny", Option::kFlag}};

// Why the method is unlisted, if it is: its name may be a slip of the pen.
std::string UnlistedText(const RequestLine& line, const Request& request) {
  if (request.method.method_class() != MethodClass::kUnlisted) return "";
  const std::string_view similar = FindSimilarName(line.service, line.method);
  return "; unlisted: " + ClassReason(request.method) +
         (similar.empty() ? ""
                          : "; did you mean " + std::string(similar) + "?");
}

LineAnswer Answer(const Options& options, const Account&,
                  const Evaluator& evaluator, const RequestLine& line,
                  const Request& request, Timestamp now, Format format) {
  const Decision decision = evaluator.Decide(request, now);
  return {format == Format::kJson
              ? DecisionJson(evaluator, line, decision)
              : DecisionText(line, decision, evaluator.RuleId(decision)) +
                    UnlistedText(line, request),
          options.Has("--fail-on-deny") && !decision.allowed()};
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  return AnswerRequests(options, terminal,
                        {.default_format = Format::kJson,
                         .has_heading = false,
                         .answer = &Answer,
                         .error_json = &DecisionErrorJson});
}

}  // namespace

constinit const Command kDecide = {
    .name = "decide",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access decide --account DIR [--now T] [--format text|json]
            [--ordinary SERVICE:NAME]... [--fail-on-deny]
  Decides on requests. Each line of standard input is a JSON object (jq -c .
  puts an object on one line); each is answered with a line of JSON (default) or
  of text. A line that cannot be read is answered Deny, with the error. Exit
  status: 0, or 1 if some line could not be read or, with --fail-on-deny, some
  request was denied, or 2 if an option or the account cannot be used. A request
  can have these fields, of which the first three are required. The answer gives
  the Id back:
    {"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",
     "Login":"AccessKey","AccessKeyId":"...",   or "Login":"Password"
     "Certificate":{"CaIds":["ca-..."],"Cn":"client.a"},"Now":"2030-01-01",
     "Id":"..."}

  --ordinary declares that a new method of api or icu, which the catalogue
  lacks, is an ordinary one.

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access decide --account examples/accounts/trusted --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
