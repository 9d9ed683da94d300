// Command line options of the form --name value and --name=value, and flags.

#ifndef API_ACCESS_EXAMPLES_CLI_OPTIONS_H_
#define API_ACCESS_EXAMPLES_CLI_OPTIONS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/timestamp.h"

namespace api_access::examples {

enum class Format { kText, kJson, kJunit, kSarif };

// `--help` and `-h`.
bool IsHelp(std::string_view argument);

// An option that a command has.
struct Option {
  enum Kind { kOnce, kRepeated, kFlag };

  std::string_view name;  // with its dashes
  Kind kind = kOnce;
};

// The arguments of a command. Every getter names its option in its error.
class Options {
 public:
  // An option that is unknown, repeated against its kind, or without a value,
  // and a flag with one, are errors. What follows an option is its value, so
  // that a script whose value is `-h` is not answered with help and success.
  static absl::StatusOr<Options> Parse(std::span<const std::string> arguments,
                                       std::span<const Option> known);

  // Whether help was asked for.
  bool wants_help() const { return wants_help_; }

  // Arguments that belong to no option.
  const std::vector<std::string>& operands() const { return operands_; }

  // Null when the option was not given.
  const std::string* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // In the order given.
  std::vector<std::string> All(std::string_view name) const;

  // Neither absent nor empty.
  absl::StatusOr<std::string> Required(std::string_view name) const;
  absl::StatusOr<std::optional<Timestamp>> Date(std::string_view name) const;
  absl::StatusOr<std::int64_t> Integer(std::string_view name,
                                       std::int64_t otherwise) const;
  absl::StatusOr<bool> Bool(std::string_view name, bool otherwise) const;
  // kText, kJson or, where the command has one, `another`.
  absl::StatusOr<Format> FormatOr(Format otherwise,
                                  std::optional<Format> another) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> operands_;
  bool wants_help_ = false;
};

// The message of a status, as a standard string in every build of Abseil.
std::string MessageOf(const absl::Status& status);

// An error of the value of the option `name`.
absl::Status OptionError(std::string_view name, const std::string& message);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_OPTIONS_H_
