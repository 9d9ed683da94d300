#include "src/page/html.h"

#include <cstddef>

#include "api_access/quote.h"

namespace api_access::internal {
namespace {

// As of Html::Text. A backtick and a backslash are printable and stay: messages
// have them around and in quoted text.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char& c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '\n':
        escaped += c;
        break;
      default:
        if (c >= ' ' && c <= '~') {
          escaped += c;
        } else {
          escaped += Escape(std::string_view(&c, 1));
        }
    }
  }
  return escaped;
}

std::string LeftOutOf(std::string_view text, std::size_t shown) {
  return text.size() <= shown
             ? ""
             : "... (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace

std::string ShownId(std::string_view id) {
  constexpr std::size_t kShown = 64;
  return Escape(id.substr(0, kShown)) + LeftOutOf(id, kShown);
}

Html Html::Text(std::string_view text) {
  Html html;
  constexpr std::size_t kShown = 4'000;
  html.text_ = Escaped(text.substr(0, kShown)) + LeftOutOf(text, kShown);
  return html;
}

Html Html::Id(std::string_view id) {
  return Element("code", Text(ShownId(id)));
}

Html EmptyElement(Markup name, const Attributes& attributes) {
  Html html;
  html.text_ = '<';
  html.text_ += name.text();
  for (const Attribute& attribute : attributes) {
    html.text_ += ' ';
    html.text_ += attribute.name.text();
    html.text_ += "=\"" + Escaped(attribute.value) + '"';
  }
  html.text_ += "/>";
  return html;
}

Html Element(Markup name, const Attributes& attributes, const Html& content) {
  Html html = EmptyElement(name, attributes);
  html.text_.erase(html.text_.size() - 2, 1);
  html.text_ += content.text_;
  html.text_ += "</";
  html.text_ += name.text();
  html.text_ += '>';
  return html;
}

}  // namespace api_access::internal
