#include "src/decide/compiled_account.h"

#include <span>
#include <string>

#include "src/base/arena.h"
#include "src/base/text_pool.h"

namespace api_access::internal {
namespace {

// How much the tables of a compiled account take.
struct Counts {
  explicit Counts(const Account& account)
      : keys(KeyTable::Count(account.access_keys())),
        rules(RuleTable::Count(account.rules())) {}

  TextCounts keys;
  RuleTable::Counts rules;
};

// The memory of the tables.
struct Rooms {
  Rooms(Arena& arena, const Counts& counts)
      : keys(KeyTable::Take(arena, counts.keys)),
        rules(RuleTable::Take(arena, counts.rules)) {}

  KeyTable::Room keys;
  RuleTable::Room rules;
};

// Allocates `extra` bytes more than an object takes and tells where they are.
// With it std::allocate_shared puts the reference counts, the object and its
// arrays into one piece of heap. `extra` is used while the object is made, not
// later.
template <typename T>
class ExtendingAllocator {
 public:
  using value_type = T;

  explicit ExtendingAllocator(std::span<std::byte>& extra) : extra_(&extra) {}
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): an allocator has to convert
  ExtendingAllocator(const ExtendingAllocator<U>& other)
      : extra_(other.extra_) {}

  T* allocate(std::size_t count) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    static_assert(sizeof(T) % alignof(std::uint64_t) == 0);
    const std::size_t size = count * sizeof(T);
    auto* memory =
        static_cast<std::byte*>(::operator new(size + extra_->size()));
    *extra_ = std::span(memory + size, extra_->size());
    return reinterpret_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory); }

  friend bool operator==(const ExtendingAllocator&,
                         const ExtendingAllocator&) = default;

 private:
  template <typename U>
  friend class ExtendingAllocator;

  std::span<std::byte>* extra_;
};

}  // namespace

std::shared_ptr<const CompiledAccount> Compile(const Account& account,
                                               std::size_t index_from) {
  const Counts counts(account);
  Arena size;
  (void)Rooms(size, counts);

  std::span<std::byte> memory(static_cast<std::byte*>(nullptr), size.size());
  const auto compiled = std::allocate_shared<CompiledAccount>(
      ExtendingAllocator<CompiledAccount>(memory));
  Arena arena(memory);
  const Rooms rooms(arena, counts);
  compiled->keys = KeyTable(account.access_keys(), rooms.keys);
  compiled->rules = RuleTable(account.rules(), rooms.rules);
  compiled->trusted_session = account.policy().require_trusted_env();
  if (counts.rules.rules + counts.rules.ranges >= index_from) {
    compiled->index = new RuleIndex(compiled->rules);
  }
  return compiled;
}

constexpr CompiledAccount kEmptyAccount;

absl::Status CheckSize(const Account& account, std::uint64_t max) {
  const Counts counts(account);
  const std::uint64_t size = counts.keys.texts + counts.keys.bytes +
                             counts.rules.ranges + counts.rules.texts.texts +
                             counts.rules.texts.bytes;
  if (size <= max) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      "expected at most " + std::to_string(max) +
      " access keys, rules, items of criteria and bytes of ids and CNs "
      "together, got " +
      std::to_string(size));
}

}  // namespace api_access::internal
