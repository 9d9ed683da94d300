#include "examples/cli/input.h"

#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "api_access/json/request_line.h"
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

absl::StatusOr<Account> ReadAccount(const Options& options,
                                    std::string_view option,
                                    const Terminal& terminal) {
  const auto folder = options.Required(option);
  if (!folder.ok()) return folder.status();
  auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();
  for (const std::string& note : read->notes) {
    terminal.err << "note: " << note << '\n';
  }
  return std::move(read->account);
}

absl::StatusOr<std::optional<Account>> ReadAgainst(const Options& options,
                                                   const Terminal& terminal) {
  if (!options.Has("--against")) return std::nullopt;
  auto account = ReadAccount(options, "--against", terminal);
  if (!account.ok()) return account.status();
  return *std::move(account);
}

absl::StatusOr<Input> ReadInput(const Options& options,
                                const Terminal& terminal, Format default_format,
                                std::optional<Format> another_format) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(default_format, another_format);
  if (!format.ok()) return format.status();
  auto catalogue = ReadCatalogue(options);
  if (!catalogue.ok()) return catalogue.status();
  auto account = ReadAccount(options, "--account", terminal);
  if (!account.ok()) return account.status();
  return Input{.account = *std::move(account),
               .catalogue = *std::move(catalogue),
               .now = *now,
               .format = *format};
}

absl::StatusOr<std::string> ReadFileOrInput(const std::string& file,
                                            const Terminal& terminal) {
  if (file != "-") return ReadTextFile(file);
  std::string text(std::istreambuf_iterator<char>(terminal.in), {});
  if (terminal.in.bad()) {
    return absl::UnavailableError("the input cannot be read");
  }
  return text;
}

absl::StatusOr<std::vector<CaEnd>> ReadCaEnds(const Options& options) {
  constexpr std::string_view kName = "--ca-end";
  std::vector<CaEnd> ends;
  std::set<std::string> seen;
  for (const std::string& text : options.All(kName)) {
    // An id may contain any character, a date no `=`.
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos) {
      return OptionError(
          kName, "expected CA=T, such as ca-1=2031-01-01, got " + Quote(text));
    }
    const std::string id = text.substr(0, equals);
    const auto end = ParseTimestamp(std::string_view(text).substr(equals + 1));
    if (!end.ok()) return OptionError(kName, MessageOf(end.status()));
    if (!seen.insert(id).second) {
      return OptionError(
          kName, "expected one end for each CA, got " + Quote(id) + " again");
    }
    ends.push_back({id, *end});
  }
  return ends;
}

absl::StatusOr<std::vector<NamedCaller>> ReadCallers(const Options& options,
                                                     const Terminal& terminal) {
  constexpr std::string_view kName = "--callers";
  if (!options.Has(kName)) return std::vector<NamedCaller>();
  const auto file = options.Required(kName);
  if (!file.ok()) return file.status();
  const auto text = ReadFileOrInput(*file, terminal);
  if (!text.ok()) return OptionError(kName, MessageOf(text.status()));
  auto callers = ParseCallers(*text);
  if (!callers.ok()) {
    return OptionError(kName,
                       Quote(*file) + ": " + MessageOf(callers.status()));
  }
  return callers;
}

}  // namespace api_access::examples
