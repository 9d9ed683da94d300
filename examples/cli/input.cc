#include "examples/cli/input.h"

#include <utility>

#include "examples/account_folder/account_folder.h"

namespace api_access::examples {

absl::StatusOr<Input> ReadInput(const Options& options, Format default_format) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(default_format);
  if (!format.ok()) return format.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  auto account = ReadAccountFolder(*folder);
  if (!account.ok()) return account.status();
  return Input{.account = *std::move(account), .now = *now, .format = *format};
}

}  // namespace api_access::examples
