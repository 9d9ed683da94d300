#include "examples/cli/options.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "api_access/quote.h"

namespace api_access::examples {
namespace {

std::string_view ToString(Format format) {
  switch (format) {
    case Format::kText:
      return "text";
    case Format::kJson:
      return "json";
    case Format::kJunit:
      return "junit";
    case Format::kSarif:
      return "sarif";
  }
  return "";
}

absl::Status Unexpected(std::string_view name, const std::string& expected,
                        const std::string& value) {
  return OptionError(name, "expected " + expected + ", got " + Quote(value));
}

}  // namespace

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

absl::Status OptionError(std::string_view name, const std::string& message) {
  return absl::InvalidArgumentError(std::string(name) + ": " + message);
}

bool IsHelp(std::string_view argument) {
  return argument == "--help" || argument == "-h";
}

absl::StatusOr<Options> Options::Parse(std::span<const std::string> arguments,
                                       std::span<const Option> known) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (IsHelp(argument)) {
      options.wants_help_ = true;
      continue;
    }
    if (!argument.starts_with("--")) {
      options.operands_.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const auto option = std::ranges::find(known, name, &Option::name);
    if (option == known.end()) {
      return absl::InvalidArgumentError("unknown option " + Quote(name));
    }
    std::string value;
    if (option->kind == Option::kFlag) {
      if (equals != std::string::npos) {
        return Unexpected(name, "no value", argument.substr(equals + 1));
      }
    } else if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size() &&
               !arguments[i + 1].starts_with("--")) {
      value = arguments[++i];
    } else {
      return OptionError(name, "expected a value, got none");
    }
    std::vector<std::string>& values = options.values_[name];
    if (option->kind != Option::kRepeated && !values.empty()) {
      return OptionError(name, "expected it once, got it twice");
    }
    values.push_back(std::move(value));
  }
  return options;
}

const std::string* Options::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second.front();
}

std::vector<std::string> Options::All(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

absl::StatusOr<std::string> Options::Required(std::string_view name) const {
  const std::string* value = Find(name);
  if (value == nullptr) {
    return OptionError(name, "expected this option, got none");
  }
  if (value->empty()) {
    return OptionError(name, "expected a value, got an empty one");
  }
  return *value;
}

absl::StatusOr<std::optional<Timestamp>> Options::Date(
    std::string_view name) const {
  const std::string* value = Find(name);
  if (value == nullptr) return std::optional<Timestamp>();
  const auto date = ParseTimestamp(*value);
  if (!date.ok()) return OptionError(name, MessageOf(date.status()));
  return std::optional<Timestamp>(*date);
}

absl::StatusOr<std::int64_t> Options::Integer(std::string_view name,
                                              std::int64_t otherwise) const {
  const std::string* value = Find(name);
  if (value == nullptr) return otherwise;
  std::int64_t integer = 0;
  const char* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, integer);
  if (error != std::errc() || stop != end) {
    return Unexpected(name, "a 64-bit integer", *value);
  }
  return integer;
}

absl::StatusOr<bool> Options::Bool(std::string_view name,
                                   bool otherwise) const {
  const std::string* value = Find(name);
  if (value == nullptr) return otherwise;
  if (*value == "true") return true;
  if (*value == "false") return false;
  return Unexpected(name, "true or false", *value);
}

absl::StatusOr<Format> Options::FormatOr(Format otherwise,
                                         std::optional<Format> another) const {
  constexpr std::string_view kName = "--format";
  const std::string* value = Find(kName);
  if (value == nullptr) return otherwise;
  for (const Format format : {Format::kText, Format::kJson}) {
    if (*value == ToString(format)) return format;
  }
  if (!another) return Unexpected(kName, "text or json", *value);
  if (*value == ToString(*another)) return *another;
  return Unexpected(kName, "text, json or " + std::string(ToString(*another)),
                    *value);
}

}  // namespace api_access::examples
