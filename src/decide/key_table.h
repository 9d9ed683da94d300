// The access keys of an account, packed, found by id.

#ifndef API_ACCESS_SRC_DECIDE_KEY_TABLE_H_
#define API_ACCESS_SRC_DECIDE_KEY_TABLE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api_access/access_key.h"
#include "api_access/timestamp.h"
#include "src/base/arena.h"
#include "src/base/text_pool.h"
#include "src/base/text_table.h"

namespace api_access::internal {

// An access key as decisions need it, in one word. Its id is the text that has
// the number of its place in the table.
class CompiledKey {
 public:
  explicit CompiledKey(const AccessKey& key);
  // A key that is ACTIVE and never expires, which no account need have.
  static constexpr CompiledKey Usable(bool of_eim_user) {
    return CompiledKey(kActive | (of_eim_user ? kOfEimUser : 0));
  }

  bool is_active() const { return (word_ & kActive) != 0; }
  bool is_of_eim_user() const { return (word_ & kOfEimUser) != 0; }
  bool IsExpiredAt(Timestamp now) const {
    return has_expiration() && now >= expiration_or_epoch();
  }
  std::optional<Timestamp> expiration() const {
    if (!has_expiration()) return std::nullopt;
    return expiration_or_epoch();
  }

 private:
  // The lowest bits of the word. The others are the expiration in milliseconds:
  // those of the years 0001 to 9999 take 49 bits.
  static constexpr std::int64_t kActive = 1;
  static constexpr std::int64_t kOfEimUser = 2;
  static constexpr std::int64_t kHasExpiration = 4;
  static constexpr std::int64_t kMillisecond = 8;

  constexpr explicit CompiledKey(std::int64_t word) : word_(word) {}

  bool has_expiration() const { return (word_ & kHasExpiration) != 0; }
  Timestamp expiration_or_epoch() const {
    return Timestamp(std::chrono::milliseconds(word_ >> 3));
  }

  std::int64_t word_;
};

class KeyTable {
 public:
  // Memory for a table. The starts of its TextTable come right after the keys,
  // so that one pointer tells where both are.
  struct Room {
    std::span<CompiledKey> keys;
    std::span<std::byte> starts;
    TextPool::Room texts;
  };
  static TextCounts Count(std::span<const AccessKey> keys);
  static Room Take(Arena& arena, const TextCounts& counts);

  constexpr KeyTable() = default;
  KeyTable(std::span<const AccessKey> keys, const Room& room);

  std::span<const CompiledKey> all() const {
    return std::span(keys_, table_.size());
  }
  // Of a key of this table.
  std::string_view id(const CompiledKey& key) const {
    return texts_.Get(static_cast<Text>(&key - keys_));
  }

  // The key of this id; null when there is none.
  const CompiledKey* Find(std::string_view wanted) const {
    const std::uint32_t place = table_.Find(
        reinterpret_cast<const std::byte*>(keys_ + table_.size()), wanted,
        [this](std::uint32_t at) { return texts_.Get(at); });
    return place != TextTable::kNone ? &keys_[place] : nullptr;
  }

 private:
  const CompiledKey* keys_ = nullptr;
  TextPool texts_;
  [[no_unique_address]] TextTable table_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_KEY_TABLE_H_
