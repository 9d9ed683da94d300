// api-access parse

#include <string>

#include "api_access/ip.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "examples/cli/commands.h"
#include "examples/cli/lines.h"

namespace api_access::examples {
namespace {

LineAnswer JsonError(const std::string& message) {
  return {TextJson("Error", message), true};
}

LineAnswer ValueJson(const absl::Status& status, const std::string& canonical) {
  if (!status.ok()) return JsonError(MessageOf(status));
  return {TextJson("Value", canonical), false};
}

LineAnswer ParseIp(const std::string& line) {
  const auto address = IpAddress::Parse(line);
  return ValueJson(address.status(), address.ok() ? address->ToString() : "");
}

LineAnswer ParseRange(const std::string& line) {
  const auto range = IpRange::Parse(line);
  return ValueJson(range.status(), range.ok() ? range->ToString() : "");
}

LineAnswer ParseDate(const std::string& line) {
  const auto date = ParseTimestamp(line);
  return ValueJson(date.status(), date.ok() ? FormatTimestamp(*date) : "");
}

absl::StatusOr<int> AnswerValues(const Terminal& terminal,
                                 LineAnswer (*parse)(const std::string&)) {
  return AnswerLines(
      terminal,
      [&](const std::string& line, std::size_t) { return parse(line); },
      [](const std::string& message, std::size_t) {
        return JsonError(message);
      });
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const std::string& kind = options.operands().front();
  if (kind == "ip") return AnswerValues(terminal, ParseIp);
  if (kind == "range") return AnswerValues(terminal, ParseRange);
  if (kind == "timestamp") return AnswerValues(terminal, ParseDate);
  return absl::InvalidArgumentError("expected ip, range or timestamp, got " +
                                    Quote(kind));
}

}  // namespace

constinit const Command kParse = {
    .name = "parse",
    .options = {},
    .operand = "ip, range or timestamp",
    .help = R"(api-access parse ip|range|timestamp
  Reads one value from each line and prints its canonical text as a line of
  JSON. Exit status: 0, or 1 if some line could not be read, or 2 if an argument
  cannot be used.

  Example:
    echo 192.0.2.0/16 | api-access parse range
)",
    .run = &Run,
};

}  // namespace api_access::examples
