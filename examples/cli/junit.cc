#include "examples/cli/junit.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace api_access::examples {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

// Takes the first character off `text`, which is not empty. A byte that is not
// part of UTF-8 is kReplacement.
std::uint32_t TakeCharacter(std::string_view& text) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(text[i]);
  };
  const std::uint32_t lead = byte(0);
  std::size_t size = 1;
  if (lead >= 0xC0) size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  bool is_valid =
      (lead < 0x80 || (lead >= 0xC0 && lead < 0xF8)) && size <= text.size();
  std::uint32_t character = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; is_valid && i < size; ++i) {
    is_valid = (byte(i) & 0xC0U) == 0x80;
    character = character << 6U | (byte(i) & 0x3FU);
  }
  // The least character that needs so many bytes.
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  is_valid = is_valid && character >= kLeast[size] && character <= 0x10FFFF &&
             (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(is_valid ? size : 1);
  return is_valid ? character : kReplacement;
}

// Whether XML 1.0 can hold `character`, which is not a surrogate.
bool IsXmlCharacter(std::uint32_t character) {
  return character >= 0x20
             ? character != 0xFFFE && character != 0xFFFF
             : character == '\t' || character == '\n' || character == '\r';
}

// `text` as the value of an attribute or the content of an element. A reader
// gets it back as it is: it would turn the end of a line in an attribute into a
// blank, so that becomes a reference.
std::string Xml(std::string_view text, bool is_content) {
  std::string xml;
  while (!text.empty()) {
    std::uint32_t character = TakeCharacter(text);
    if (!IsXmlCharacter(character)) character = kReplacement;
    const bool is_plain =
        (character >= 0x20 && character < 0x7F && character != '<' &&
         character != '>' && character != '&' && character != '"') ||
        (is_content && character == '\n');
    if (is_plain) {
      xml += static_cast<char>(character);
    } else {
      xml += "&#" + std::to_string(character) + ';';
    }
  }
  return xml;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + Xml(value, false) + '"';
}

std::string Counts(std::size_t tests, std::size_t failures) {
  return Attribute("tests", std::to_string(tests)) +
         Attribute("failures", std::to_string(failures));
}

std::size_t FailuresIn(const TestSuite& suite) {
  return static_cast<std::size_t>(std::ranges::count_if(
      suite.cases,
      [](const TestCase& test) { return test.failure.has_value(); }));
}

std::string CaseXml(const TestSuite& suite, const TestCase& test) {
  std::string xml = "    <testcase" + Attribute("name", test.name) +
                    Attribute("classname", suite.file) +
                    Attribute("file", suite.file) +
                    Attribute("line", std::to_string(test.line_number));
  if (!test.failure) return xml + "/>\n";
  return xml + ">\n      <failure" +
         Attribute("message", test.failure->message) + '>' +
         Xml(test.failure->details, true) + "</failure>\n    </testcase>\n";
}

}  // namespace

std::string JunitXml(const std::vector<TestSuite>& suites) {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::string xml;
  for (const TestSuite& suite : suites) {
    tests += suite.cases.size();
    failures += FailuresIn(suite);
    xml += "  <testsuite" + Attribute("name", suite.file) +
           Counts(suite.cases.size(), FailuresIn(suite)) + ">\n";
    for (const TestCase& test : suite.cases) xml += CaseXml(suite, test);
    xml += "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
         Counts(tests, failures) + ">\n" + xml + "</testsuites>\n";
}

}  // namespace api_access::examples
