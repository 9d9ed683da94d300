// What commands print.

#ifndef API_ACCESS_EXAMPLES_CLI_OUTPUT_H_
#define API_ACCESS_EXAMPLES_CLI_OUTPUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/finding.h"
#include "api_access/timestamp.h"
#include "nlohmann/json.hpp"

namespace api_access::examples {

// JSON whose fields keep their order.
using Json = nlohmann::ordered_json;

// On one line, valid whatever bytes the strings hold, and in printable ASCII: a
// terminal obeys control characters and direction marks.
std::string Dump(const Json& json);

// Canonical text, or null.
Json DateOrNull(const std::optional<Timestamp>& timestamp);
Json TextOrNull(const std::optional<std::string>& text);

// Rows of equally many cells, as lines with aligned columns.
std::string AlignColumns(const std::vector<std::vector<std::string>>& rows,
                         std::string_view indent);

// `text`, filled up with blanks to `width` bytes.
std::string Padded(std::string_view text, std::size_t width);

// Such as `1 finding` and `2 findings`.
std::string Count(std::size_t count, const std::string& what);

template <typename Code>
Json FindingsJson(const std::vector<Finding<Code>>& findings) {
  Json array = Json::array();
  for (const Finding<Code>& finding : findings) {
    array.push_back({{"Code", ToString(finding.code)},
                     {"Subject", finding.subject},
                     {"Message", finding.message}});
  }
  return array;
}

// A line for each finding.
template <typename Code>
std::string FindingsText(const std::vector<Finding<Code>>& findings) {
  std::vector<std::vector<std::string>> rows;
  for (const Finding<Code>& finding : findings) {
    rows.push_back({std::string(ToString(finding.code)), finding.message});
  }
  return AlignColumns(rows, "  ");
}

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_OUTPUT_H_
