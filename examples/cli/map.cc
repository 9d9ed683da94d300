// api-access map

#include "api_access/access_map.h"
#include "api_access/json/map_reports.h"
#include "examples/cli/access_text.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {{"--account"}, {"--now"}, {"--format"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();
  const auto map = MapAccess(input->account);
  if (!map.ok()) return map.status();
  if (input->format == Format::kJson) {
    terminal.out << MapJson(*map) << '\n';
  } else {
    terminal.out << AccountSummary::Of(input->account) << '\n'
                 << MapText(input->account, *map, input->Now(terminal));
  }
  return kOk;
}

}  // namespace

constinit const Command kMap = {
    .name = "map",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access map --account DIR [--now T] [--format text|json]
  Shows all that the API access rules allow: from which addresses, with which
  login, which methods, and with which certificate. It is complete and exact. A
  login stands for whoever has a usable access key of that kind; text says for
  which nobody has one at T. Exit status: 0, or 2 if an option or the account
  cannot be used.

  Example:
    api-access map --account examples/accounts/office --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
