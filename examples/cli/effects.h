// What calls do, in the words of an operator.

#ifndef API_ACCESS_EXAMPLES_CLI_EFFECTS_H_
#define API_ACCESS_EXAMPLES_CLI_EFFECTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/impact.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "examples/cli/cli.h"
#include "examples/cli/options.h"

namespace api_access::examples {

// The provider's command that makes the call, ready to paste into a shell:
//   octl iaas api DeleteCa --payload '{"CaId":"ca-1"}'
//
// The names in it are chosen by others: in single quotes, and with control
// characters escaped by JSON, a shell takes nothing out of them. Errors:
// kInvalidArgument for a text that is not UTF-8, which JSON cannot hold.
absl::StatusOr<std::string> CommandLine(const Change& change);

// A line for each call.
absl::StatusOr<std::string> CommandLines(const std::vector<Change>& changes,
                                         std::string_view indent);

// Such as `all Ordinary, Managing of api and icu: certificate-missing`, a line
// for each reason.
std::string LostText(const std::vector<LostAccess>& lost,
                     std::string_view indent);

// Such as `cannot manage: unknown-access-key`: a mistyped caller is told from a
// loss.
std::string CannotManageText(Reason reason);

// What callers lose and gain, a line or more for each.
std::string CallersText(const std::vector<CallerImpact>& callers,
                        std::string_view indent);

// A line on whether anybody named can manage afterwards.
std::string LockOutText(const Impact& impact);

// What change and plan are asked besides the calls.
struct EffectOptions {
  std::vector<NamedCaller> callers;
  // --fail-on lost
  bool fails_on_lost = false;
  // --write DIR
  std::optional<std::string> folder;
};
// Checks the folder, too, before anything is judged.
absl::StatusOr<EffectOptions> ReadEffectOptions(const Options& options,
                                                const Terminal& terminal);

// What is treated differently after calls that deleted these CAs, with --diff
// alone.
absl::StatusOr<std::optional<AccessDifference>> DifferenceIfAsked(
    const Options& options, const Account& before, const Account& after,
    const std::vector<std::string>& deleted_ca_ids, Timestamp now);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_EFFECTS_H_
