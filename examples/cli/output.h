// What commands print.

#ifndef API_ACCESS_EXAMPLES_CLI_OUTPUT_H_
#define API_ACCESS_EXAMPLES_CLI_OUTPUT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/finding.h"

namespace api_access::examples {

// Rows of equally many cells, as lines with aligned columns.
std::string AlignColumns(const std::vector<std::vector<std::string>>& rows,
                         std::string_view indent);

// `text`, filled up with blanks to `width` bytes.
std::string Padded(std::string_view text, std::size_t width);

// Such as `1 finding` and `2 findings`.
std::string Count(std::size_t count, const std::string& what);

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
