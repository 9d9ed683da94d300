// Tables and sections of a page.

#ifndef API_ACCESS_SRC_PAGE_TABLE_H_
#define API_ACCESS_SRC_PAGE_TABLE_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "src/page/html.h"

namespace api_access::internal {

// A section of a page, with its heading.
inline Html Section(const std::string& id, Markup heading,
                    const Html& content) {
  return Element("section", {{"id", id}, {"aria-labelledby", id + "-heading"}},
                 Element("h2", {{"id", id + "-heading"}}, Html(heading)) +
                     content) +
         Html("\n");
}

inline Html Paragraph(const Html& content) { return Element("p", content); }
inline Html Paragraph(std::string_view text) {
  return Paragraph(Html::Text(text));
}

// Boxes alone are moved to the side where the screen is narrow. This one has a
// picture.
inline Html PictureBox(Markup label, const Html& picture) {
  return Element("div",
                 {{"class", "scroll picture"},
                  {"role", "region"},
                  {"aria-label", std::string(label.text())},
                  {"tabindex", "0"}},
                 picture);
}

// A row, whose first cell is its heading.
Html Row(const Attributes& attributes, std::initializer_list<Html> cells);
Html HeadRow(std::initializer_list<Markup> headings);

// A table in a box of its own. `rows` are elements tr, `left_out` is how many
// more there would be.
Html TableOf(const std::string& id, const Html& caption, const Html& head,
             const Html& rows, std::size_t left_out = 0);

// The same of the first `most` of `items`.
template <typename Items, typename ToRow>
Html TableOf(const std::string& id, const Html& caption, const Html& head,
             const Items& items, std::size_t most, ToRow to_row) {
  Html rows;
  std::size_t shown = 0;
  for (const auto& item : items) {
    if (shown == most) break;
    rows += to_row(item) + Html("\n");
    ++shown;
  }
  return TableOf(id, caption, head, rows, items.size() - shown);
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_TABLE_H_
