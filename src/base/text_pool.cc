#include "src/base/text_pool.h"

#include <algorithm>
#include <limits>

namespace api_access::internal {

TextPool::Room TextPool::Take(Arena& arena, const TextCounts& counts) {
  const auto offsets = arena.Take<std::uint32_t>(counts.texts + 1);
  const auto bytes = arena.Take<char>(counts.bytes);
  return {offsets, bytes};
}

TextWriter::TextWriter(const TextPool::Room& room) : room_(room) { Begin(); }

void TextWriter::Add(std::string_view text) {
  CheckBound(text.size() <= room_.bytes.size() - bytes_);
  std::copy(text.begin(), text.end(), room_.bytes.data() + bytes_);
  bytes_ += text.size();
  ++texts_;
  Begin();
}

void TextWriter::Begin() {
  CheckBound(texts_ < room_.offsets.size());
  const auto offset = static_cast<std::size_t>(
      room_.bytes.data() + bytes_ -
      reinterpret_cast<const char*>(room_.offsets.data()));
  CheckBound(offset <= std::numeric_limits<std::uint32_t>::max());
  room_.offsets[texts_] = static_cast<std::uint32_t>(offset);
}

}  // namespace api_access::internal
