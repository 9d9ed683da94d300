#include "src/decide/key_table.h"

#include <algorithm>
#include <vector>

namespace api_access::internal {

CompiledKey::CompiledKey(const AccessKey& key)
    : word_(key.expiration().value_or(Timestamp()).time_since_epoch().count() *
            kMillisecond) {
  if (key.expiration()) word_ |= kHasExpiration;
  if (key.state() == AccessKeyState::kActive) word_ |= kActive;
  if (key.user_name()) word_ |= kOfEimUser;
}

TextCounts KeyTable::Count(std::span<const AccessKey> keys) {
  TextCounts counts;
  for (const AccessKey& key : keys) counts.Add(key.id());
  return counts;
}

KeyTable::Room KeyTable::Take(Arena& arena, const TextCounts& counts) {
  const auto keys = arena.Take<CompiledKey>(counts.texts);
  const auto starts =
      arena.Take<std::byte>(TextTable::StartBytes(counts.texts));
  return {keys, starts, TextPool::Take(arena, counts)};
}

KeyTable::KeyTable(std::span<const AccessKey> keys, const Room& room)
    : keys_(room.keys.data()) {
  std::vector<const AccessKey*> sorted;
  sorted.reserve(keys.size());
  for (const AccessKey& key : keys) sorted.push_back(&key);
  std::ranges::sort(sorted, TextOrder(), &AccessKey::id);

  Writer<CompiledKey> compiled(room.keys);
  TextWriter texts(room.texts);
  for (const AccessKey* key : sorted) {
    compiled.Add(CompiledKey(*key));
    texts.Add(key->id());
  }
  texts_ = texts.pool();
  CheckBound(room.starts.data() ==
             reinterpret_cast<const std::byte*>(keys_ + keys.size()));
  table_ = TextTable(compiled.size(), room.starts,
                     [this](std::uint32_t place) { return texts_.Get(place); });
}

}  // namespace api_access::internal
