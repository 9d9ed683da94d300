// A set of texts.

#ifndef API_ACCESS_SRC_BASE_TEXT_SET_H_
#define API_ACCESS_SRC_BASE_TEXT_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/text_table.h"

namespace api_access::internal {

// Owns its texts, fewer than 2^30, and the TextTable that finds them.
class TextSet {
 public:
  explicit TextSet(std::vector<std::string> texts) : texts_(std::move(texts)) {
    std::ranges::sort(texts_, TextOrder());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
    starts_.resize(TextTable::StartBytes(texts_.size()));
    table_ = TextTable(
        static_cast<std::uint32_t>(texts_.size()), starts_,
        [&](std::uint32_t place) -> std::string_view { return texts_[place]; });
  }

  // Each once, in the order of the table.
  const std::vector<std::string>& texts() const { return texts_; }

  bool Contains(std::string_view text) const {
    return table_.Find(starts_.data(), text,
                       [&](std::uint32_t place) -> std::string_view {
                         return texts_[place];
                       }) != TextTable::kNone;
  }

 private:
  std::vector<std::string> texts_;
  std::vector<std::byte> starts_;
  TextTable table_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_BASE_TEXT_SET_H_
