// JUnit XML, which CI systems show.

#ifndef API_ACCESS_EXAMPLES_CLI_JUNIT_H_
#define API_ACCESS_EXAMPLES_CLI_JUNIT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace api_access::examples {

struct TestCase {
  std::string name;
  std::size_t line_number = 0;  // in the file of its suite, from 1
  struct Failure {
    std::string message;  // one line
    std::string details;  // maybe more
  };
  std::optional<Failure> failure = std::nullopt;
};

struct TestSuite {
  std::string file;
  std::vector<TestCase> cases;
};

// A document of printable ASCII and ends of lines, which depends on `suites`
// alone: it has no times. Any text may be in them: a character that XML 1.0
// cannot hold, and a byte that is not part of UTF-8, becomes U+FFFD.
std::string JunitXml(const std::vector<TestSuite>& suites);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_CLI_JUNIT_H_
