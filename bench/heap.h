// What the program takes from the heap. Link heap.cc, which replaces operator
// new.

#ifndef API_ACCESS_BENCH_HEAP_H_
#define API_ACCESS_BENCH_HEAP_H_

#include <cstdint>

namespace api_access::bench {

// Pieces taken so far, by all threads.
std::int64_t HeapPiecesTaken();

// Bytes in use, with what malloc adds to round them up.
std::int64_t HeapBytesInUse();

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_HEAP_H_
