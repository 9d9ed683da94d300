// Logs that commands read.

#ifndef API_ACCESS_EXAMPLES_CLI_LOG_H_
#define API_ACCESS_EXAMPLES_CLI_LOG_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/method.h"
#include "api_access/usage.h"
#include "examples/cli/cli.h"
#include "examples/log/log_reader.h"

namespace api_access::examples {

// Reads each of `logs`, or the standard input where there are none, and calls
// `finish` after each.
absl::Status ReadLogs(
    const Terminal& terminal, std::vector<std::string> logs,
    const std::function<void(const LogEntry&, std::string_view)>& visit,
    const std::function<absl::Status(const LogRead&)>& finish);

// Adds `added` to `all`, which may be empty.
absl::Status AddSummary(UsageSummary added, std::optional<UsageSummary>& all);

// What `logs`, as of ReadLogs, tell about `account`, and about `against` unless
// it is null.
absl::StatusOr<UsageSummary> SummarizeLogs(const Terminal& terminal,
                                           std::vector<std::string> logs,
                                           const Account& account,
                                           const Account* against,
                                           const MethodCatalogue& catalogue);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_LOG_H_
