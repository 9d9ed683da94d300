#include "src/page/table.h"

#include "src/page/words.h"

namespace api_access::internal {

Html Row(const Attributes& attributes, std::initializer_list<Html> cells) {
  Html row;
  for (const Html& cell : cells) {
    row += row.empty() ? Element("th", {{"scope", "row"}}, cell)
                       : Element("td", cell);
  }
  return Element("tr", attributes, row);
}

Html HeadRow(std::initializer_list<Markup> headings) {
  Html row;
  for (const Markup heading : headings) {
    row += Element("th", {{"scope", "col"}}, Html(heading));
  }
  return Element("tr", row);
}

Html TableOf(const std::string& id, const Html& caption, const Html& head,
             const Html& rows, std::size_t left_out) {
  const std::string caption_id = id + "-caption";
  Html html =
      Element("div",
              {{"class", "scroll"},
               {"role", "region"},
               {"aria-labelledby", caption_id},
               {"tabindex", "0"}},
              Element("table", {{"id", id}},
                      Element("caption", {{"id", caption_id}}, caption) +
                          Element("thead", head) + Element("tbody", rows)));
  if (left_out > 0) {
    html += Element(
        "p", {{"data-left-out", std::to_string(left_out)}},
        Html::Text("and " + Count(left_out, "row") + " more, left out here"));
  }
  return html;
}

}  // namespace api_access::internal
