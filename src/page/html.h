// Markup in which text of strangers cannot be anything but text.
//
// An Html is only made of constants of this program, of text that is escaped,
// and of other Htmls, so nothing that an account says becomes an element, an
// attribute or a style. It is well-formed XML as well as HTML, which makes it
// testable with a strict parser, and it is printable ASCII and newlines.

#ifndef API_ACCESS_SRC_PAGE_HTML_H_
#define API_ACCESS_SRC_PAGE_HTML_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace api_access::internal {

// A constant of this program: made of literals alone, while compiling.
class Markup {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): literals are taken as they are
  consteval Markup(const char* text) : text_(text) {}

  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// Its value is escaped as Html::Text is.
struct Attribute {
  Markup name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

// What is shown of an id, a name or any other text of an account: at most its
// first 64 bytes, as Escape has them, and how many bytes there are of a longer
// one.
std::string ShownId(std::string_view id);

class Html {
 public:
  Html() = default;
  // The constant is markup, and is not escaped.
  explicit Html(Markup markup) : text_(markup.text()) {}

  // `text` for people to read: the five characters of markup are escaped, then
  // every byte that is not printable ASCII as Escape has it. At most its first
  // 4,000 bytes, so that no text alone makes a page large.
  static Html Text(std::string_view text);
  // ShownId, set off from the words around it.
  static Html Id(std::string_view id);

  Html& operator+=(const Html& other) {
    text_ += other.text_;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) {
    a += b;
    return a;
  }

  bool empty() const { return text_.empty(); }
  std::string text() && { return std::move(text_); }

 private:
  friend Html Element(Markup, const Attributes&, const Html&);
  friend Html EmptyElement(Markup, const Attributes&);

  std::string text_;
};

// `<name attributes>content</name>`.
Html Element(Markup name, const Attributes& attributes, const Html& content);
inline Html Element(Markup name, const Html& content) {
  return Element(name, {}, content);
}
// `<name attributes/>`: of the void elements of HTML and those of SVG.
Html EmptyElement(Markup name, const Attributes& attributes);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_HTML_H_
