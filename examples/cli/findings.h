// How commands print what a check of an account found.

#ifndef API_ACCESS_EXAMPLES_CLI_FINDINGS_H_
#define API_ACCESS_EXAMPLES_CLI_FINDINGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "api_access/finding.h"
#include "examples/cli/commands.h"

namespace api_access::examples {

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

template <typename Code>
std::string FindingsText(const std::vector<Finding<Code>>& findings) {
  std::vector<std::vector<std::string>> rows;
  for (const Finding<Code>& finding : findings) {
    rows.push_back({std::string(ToString(finding.code)), finding.message});
  }
  return AlignColumns(rows, "  ");
}

// Such as `1 finding` and `2 findings`.
inline std::string Count(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_FINDINGS_H_
