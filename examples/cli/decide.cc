// api-access decide

#include <string>
#include <string_view>

#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "examples/cli/commands.h"
#include "examples/cli/lines.h"

namespace api_access::examples {
namespace {

constexpr std::string_view kOptions[] = {"--account", "--now", "--format"};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  return AnswerRequests(
      options, terminal, Format::kJson, {{"Verdict", "Deny"}},
      [](const Evaluator& evaluator, const RequestLine& line, Timestamp now,
         Format format) {
        const Decision decision = evaluator.Decide(line.request(), now);
        const std::string_view rule_id = evaluator.RuleId(decision);
        return format == Format::kJson ? Dump(DecisionJson(decision, rule_id))
                                       : DecisionText(line, decision, rule_id);
      });
}

}  // namespace

constinit const Command kDecide = {
    .name = "decide",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access decide --account DIR [--now T] [--format text|json]
  Decides on requests: JSON lines in, JSON lines out (default), or lines of
  text. A line in error is answered Deny, with the error. Exit status: 0, 1 some
  line was in error, 2 unusable input. All that a request line can have, of
  which the first three are required:
    {"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",
     "Login":"AccessKey","AccessKeyId":"...",   or "Login":"Password"
     "Certificate":{"CaIds":["ca-..."],"Cn":"client.a"},"Now":"2030-01-01"}

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access decide --account examples/accounts/trusted --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
