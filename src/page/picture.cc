#include "src/page/picture.h"

#include <algorithm>

namespace api_access::internal {
namespace {

constexpr int kTextHeight = 18;
constexpr int kMarkHeight = 12;
constexpr int kGap = 8;

// Each colour has a contrast of 3 or more with white, or in dark with #14171a,
// and text one of 4.5. Patterns are gaps of the colour of the page. The edge
// makes marks visible that are narrower than a pixel.
constexpr Markup kStyle = R"(
.aa-picture{display:block;overflow:visible;print-color-adjust:exact;
-webkit-print-color-adjust:exact}
.aa-picture text{font:11px sans-serif;fill:#1b1b1b}
.aa-picture .head{font-weight:bold;font-size:14px}
.aa-picture .id{font-family:monospace}
.aa-picture .line{fill:#6b7280}
.aa-picture .track{fill:#d1d5db}
.aa-picture .gap{fill:#fff}
.aa-picture .mark{stroke-width:3px}
.aa-picture .plain{fill:#c2410c;stroke:#c2410c}
.aa-picture .stripes{fill:#1d4ed8;stroke:#1d4ed8}
.aa-picture .dots{fill:#047857;stroke:#047857}
@media screen and (prefers-color-scheme:dark){
.aa-picture text{fill:#e5e7eb}
.aa-picture .line{fill:#9ca3af}
.aa-picture .track{fill:#374151}
.aa-picture .gap{fill:#14171a}
.aa-picture .plain{fill:#fb923c;stroke:#fb923c}
.aa-picture .stripes{fill:#60a5fa;stroke:#60a5fa}
.aa-picture .dots{fill:#34d399;stroke:#34d399}
}
)";

std::string ClassOf(Fill fill) {
  switch (fill) {
    case Fill::kPlain:
      break;
    case Fill::kStripes:
      return "stripes";
    case Fill::kDots:
      return "dots";
  }
  return "plain";
}

// Such as `12.3456%`.
std::string Percent(std::uint64_t share) {
  constexpr std::uint64_t kOnePercent = kWholeLine / 100;
  const std::string digits = std::to_string(share % kOnePercent);
  return std::to_string(share / kOnePercent) + '.' +
         std::string(4 - digits.size(), '0') + digits + '%';
}

}  // namespace

std::string Picture::PatternId(Fill fill) const {
  return name_ + '-' + ClassOf(fill);
}

void Picture::AddHeading(std::string_view text) {
  y_ += kGap + kTextHeight;
  content_ += Element("text", {{"class", "head"}, {"y", std::to_string(y_)}},
                      Html::Text(text));
  y_ += kGap;
}

void Picture::AddText(std::string_view text) {
  y_ += kTextHeight;
  content_ +=
      Element("text", {{"y", std::to_string(y_ - 5)}}, Html::Text(text));
}

void Picture::AddId(std::string_view text) {
  // What a narrow screen has room for: text of SVG is not broken into lines.
  constexpr std::size_t kRoom = 40;
  std::string id(text.substr(0, kRoom));
  if (text.size() > kRoom) id += "...";
  y_ += kTextHeight;
  content_ += Element("text", {{"class", "id"}, {"y", std::to_string(y_ - 5)}},
                      Html::Text(id));
}

void Picture::AddFilled(Fill fill, const Attributes& place,
                        const Attributes& data, const Html& content) {
  Attributes attributes = data;
  attributes.insert(attributes.end(), place.begin(), place.end());
  content_ += Element("rect", attributes, content);
  if (fill == Fill::kPlain) return;
  attributes = {{"fill", "url(#" + PatternId(fill) + ')'}};
  attributes.insert(attributes.end(), place.begin(), place.end());
  content_ += EmptyElement("rect", attributes);
}

void Picture::AddSample(Fill fill, std::string_view text) {
  AddFilled(fill,
            {{"y", std::to_string(y_ + 3)},
             {"width", "32"},
             {"height", std::to_string(kMarkHeight)}},
            {{"class", ClassOf(fill)}}, Html());
  y_ += kTextHeight;
  content_ += Element("text", {{"x", "40"}, {"y", std::to_string(y_ - 5)}},
                      Html::Text(text));
}

void Picture::AddScale(std::initializer_list<std::string_view> texts) {
  y_ += kTextHeight;
  std::uint64_t section = 0;
  for (const std::string_view text : texts) {
    const std::string x = Percent(section++ * kWholeLine / texts.size());
    content_ += Element("text", {{"x", x}, {"y", std::to_string(y_ - 5)}},
                        Html::Text(text));
    content_ += EmptyElement("rect", {{"class", "line"},
                                      {"x", x},
                                      {"y", std::to_string(y_)},
                                      {"width", "1"},
                                      {"height", "5"}});
  }
  content_ += EmptyElement("rect", {{"class", "line"},
                                    {"y", std::to_string(y_)},
                                    {"width", "100%"},
                                    {"height", "1"}});
  y_ += kGap;
}

void Picture::AddMark(const Mark& mark, const Attributes& data) {
  y_ += 2;
  // What the mark is a part of, below it.
  content_ += EmptyElement("rect", {{"class", "track"},
                                    {"y", std::to_string(y_ + kMarkHeight)},
                                    {"width", "100%"},
                                    {"height", "1"}});
  Attributes attributes = {{"class", "mark " + ClassOf(mark.fill)}};
  attributes.insert(attributes.end(), data.begin(), data.end());
  AddFilled(mark.fill,
            {{"x", Percent(mark.begin)},
             {"y", std::to_string(y_)},
             // A width of 0 would not be drawn, not even the edge.
             {"width", Percent(std::max<std::uint64_t>(mark.width, 1))},
             {"height", std::to_string(kMarkHeight)}},
            attributes, Element("title", Html::Text(mark.title)));
  y_ += kMarkHeight + kGap;
}

Html Picture::Finish(std::string_view title, std::size_t left_out) const {
  const auto pattern = [&](Fill fill, const Html& gap) {
    return Element("pattern",
                   {{"id", PatternId(fill)},
                    {"patternUnits", "userSpaceOnUse"},
                    {"width", "8"},
                    {"height", "8"}},
                   gap);
  };
  const Html patterns =
      pattern(Fill::kStripes, EmptyElement("rect", {{"class", "gap"},
                                                    {"width", "3"},
                                                    {"height", "8"}})) +
      pattern(Fill::kDots,
              EmptyElement(
                  "circle",
                  {{"class", "gap"}, {"cx", "4"}, {"cy", "4"}, {"r", "2"}}));
  const std::string title_id = name_ + "-title";
  return Element("svg",
                 {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"class", "aa-picture " + name_},
                  {"role", "img"},
                  {"aria-labelledby", title_id},
                  {"width", "100%"},
                  {"height", std::to_string(y_)},
                  {"data-left-out", std::to_string(left_out)}},
                 Element("title", {{"id", title_id}}, Html::Text(title)) +
                     Element("style", Html(kStyle)) +
                     Element("defs", patterns) + content_);
}

}  // namespace api_access::internal
