#include "examples/cli/input.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "api_access/quote.h"
#include "examples/account_folder/account_folder.h"

namespace api_access::examples {

namespace {

// Each --ordinary SERVICE:NAME declares one method.
absl::StatusOr<MethodCatalogue> ReadCatalogue(const Options& options) {
  constexpr std::string_view kName = "--ordinary";
  MethodCatalogue::Fields fields;
  for (const std::string& method : options.All(kName)) {
    const std::size_t colon = method.find(':');
    if (colon == std::string::npos) {
      return OptionError(
          kName, "expected SERVICE:NAME, such as api:ReadVmsStopHistory, got " +
                     Quote(method));
    }
    fields.ordinary.push_back(
        {method.substr(0, colon), method.substr(colon + 1)});
  }
  auto catalogue = MethodCatalogue::Create(std::move(fields));
  if (!catalogue.ok()) {
    return OptionError(kName, MessageOf(catalogue.status()));
  }
  return catalogue;
}

}  // namespace

absl::StatusOr<Input> ReadInput(const Options& options,
                                const Terminal& terminal, Format default_format,
                                std::optional<Format> another_format) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(default_format, another_format);
  if (!format.ok()) return format.status();
  auto catalogue = ReadCatalogue(options);
  if (!catalogue.ok()) return catalogue.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();
  for (const std::string& note : read->notes) {
    terminal.err << "note: " << note << '\n';
  }
  return Input{.account = std::move(read->account),
               .catalogue = *std::move(catalogue),
               .now = *now,
               .format = *format};
}

}  // namespace api_access::examples
