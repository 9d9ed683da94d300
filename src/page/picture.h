// What the pictures of a page have in common: SVG that brings its own style.

#ifndef API_ACCESS_SRC_PAGE_PICTURE_H_
#define API_ACCESS_SRC_PAGE_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "src/page/html.h"

namespace api_access::internal {

// Shares of a line are in millionths of it: no floating point number makes a
// picture depend on the machine.
inline constexpr std::uint64_t kWholeLine = 1'000'000;

// How a mark is filled: with a colour and a pattern.
enum class Fill : std::uint8_t { kPlain, kStripes, kDots };

struct Mark {
  Fill fill;
  // Shares of the line.
  std::uint64_t begin;
  std::uint64_t width;
  // What it stands for; a text beside it says it as well.
  std::string title;
};

// Draws from top to bottom. Places are in pixels downwards, and in shares of
// the width to the right, so that text keeps its size whatever the width is.
class Picture {
 public:
  // `name` is the class of the picture, and its ids begin with it: a page has
  // at most one picture of a name.
  explicit Picture(Markup name) : name_(name.text()) {}

  void AddHeading(std::string_view text);
  void AddText(std::string_view text);
  // An id, of which the beginning is shown.
  void AddId(std::string_view text);
  // A text after a sample of the fill.
  void AddSample(Fill fill, std::string_view text);
  // The line of the marks below it, cut into sections of equal width: a text at
  // the beginning of each.
  void AddScale(std::initializer_list<std::string_view> texts);
  // `data` are attributes of its rectangle.
  void AddMark(const Mark& mark, const Attributes& data);

  // What `draw` adds, as one group with this attribute.
  template <typename Draw>
  void AddGroup(const Attribute& attribute, Draw draw) {
    Html before = std::exchange(content_, Html());
    draw();
    content_ = std::move(before) + Element("g", {attribute}, content_);
  }

  // The whole element. `left_out` is how many things have no mark.
  Html Finish(std::string_view title, std::size_t left_out) const;

 private:
  // A rectangle at `place`, with its pattern over it.
  void AddFilled(Fill fill, const Attributes& place, const Attributes& data,
                 const Html& content);
  std::string PatternId(Fill fill) const;

  std::string name_;
  Html content_;
  int y_ = 0;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_PICTURE_H_
