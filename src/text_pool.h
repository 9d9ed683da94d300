// Texts packed one behind the other.

#ifndef API_ACCESS_SRC_TEXT_POOL_H_
#define API_ACCESS_SRC_TEXT_POOL_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace api_access::internal {

// A text of a TextPool.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// Holds less than 4 GiB: whoever fills it checks that first.
class TextPool {
 public:
  Text Add(std::string_view text) {
    const Text added = {static_cast<std::uint32_t>(bytes_.size()),
                        static_cast<std::uint32_t>(text.size())};
    bytes_ += text;
    return added;
  }

  std::string_view Get(Text text) const {
    return std::string_view(bytes_.data() + text.offset, text.size);
  }

 private:
  std::string bytes_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_TEXT_POOL_H_
