#include "examples/cli/input.h"

#include <utility>

#include "examples/account_folder/account_folder.h"

namespace api_access::examples {

absl::StatusOr<Input> ReadInput(const Options& options,
                                const Terminal& terminal,
                                Format default_format) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(default_format);
  if (!format.ok()) return format.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();
  for (const std::string& note : read->notes) {
    terminal.err << "note: " << note << '\n';
  }
  return Input{
      .account = std::move(read->account), .now = *now, .format = *format};
}

}  // namespace api_access::examples
