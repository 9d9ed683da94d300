#include "api_access/quote.h"

#include <string>

#include "gtest/gtest.h"

namespace api_access {
namespace {

TEST(QuoteTest, EscapesWhatIsNotPrintableAscii) {
  const struct {
    std::string text;
    const char* escaped;
  } kCases[] = {
      {"", ""},
      {"ca-1 ~!", "ca-1 ~!"},
      {"a`b\\c", "a\\x60b\\x5cc"},
      {std::string("a\n\0\x1b", 4), "a\\x0a\\x00\\x1b"},
      {"\x7f\xc2\x85\xff", "\\x7f\\xc2\\x85\\xff"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Escape(c.text), c.escaped);
    EXPECT_EQ(Quote(c.text), "`" + std::string(c.escaped) + "`");
  }
}

TEST(QuoteTest, QuotesAtMost64Bytes) {
  const std::string longest(64, 'x');
  EXPECT_EQ(Quote(longest), "`" + longest + "`");
  EXPECT_EQ(Quote(longest + "y"), "`" + longest + "`... (65 bytes)");
  EXPECT_EQ(Escape(longest + "y"), longest + "y");
}

}  // namespace
}  // namespace api_access
