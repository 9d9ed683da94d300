#include "bench/heap.h"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::int64_t> pieces{0};
std::atomic<std::int64_t> bytes{0};
}  // namespace

// Inlined, they look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  pieces.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(static_cast<std::int64_t>(malloc_usable_size(memory)),
                  std::memory_order_relaxed);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  bytes.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(memory)),
                  std::memory_order_relaxed);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

namespace api_access::bench {

std::int64_t HeapPiecesTaken() { return pieces; }
std::int64_t HeapBytesInUse() { return bytes; }

}  // namespace api_access::bench
