// The tags of a page, as text.

#ifndef API_ACCESS_TESTS_PAGE_TAGS_H_
#define API_ACCESS_TESTS_PAGE_TAGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace api_access {

// Each `<...>` of `page`, closing ones too, in their order.
inline std::vector<std::string> TagsOf(std::string_view page) {
  std::vector<std::string> tags;
  for (std::size_t begin = page.find('<'); begin != page.npos;
       begin = page.find('<', begin)) {
    const std::size_t end = page.find('>', begin);
    tags.emplace_back(page.substr(begin, end - begin + 1));
    begin = end;
  }
  return tags;
}

// Those with this text in them.
inline std::vector<std::string> TagsWith(std::string_view page,
                                         std::string_view text) {
  std::vector<std::string> tags;
  for (std::string& tag : TagsOf(page)) {
    if (tag.find(text) != tag.npos) tags.push_back(std::move(tag));
  }
  return tags;
}

// The value of an attribute as it is written, or `none`.
inline std::string AttributeOf(std::string_view tag, const std::string& name) {
  const std::string before = ' ' + name + "=\"";
  const std::size_t place = tag.find(before);
  if (place == tag.npos) return "none";
  const std::size_t begin = place + before.size();
  return std::string(tag.substr(begin, tag.find('"', begin) - begin));
}

// What is between the first `begin` and the next `end`, both left out.
inline std::string Between(std::string_view page, std::string_view begin,
                           std::string_view end) {
  const std::size_t first = page.find(begin);
  if (first == page.npos) return "none";
  const std::size_t from = first + begin.size();
  return std::string(page.substr(from, page.find(end, from) - from));
}

// `page` without its tags.
inline std::string TextOf(std::string_view page) {
  std::string text;
  bool is_text = true;
  for (const char c : page) {
    if (c == '<') is_text = false;
    if (is_text) text += c;
    if (c == '>') is_text = true;
  }
  return text;
}

inline bool IsPrintableAscii(std::string_view text) {
  for (const char c : text) {
    if (c != '\n' && (c < ' ' || c > '~')) return false;
  }
  return true;
}

}  // namespace api_access

#endif  // API_ACCESS_TESTS_PAGE_TAGS_H_
