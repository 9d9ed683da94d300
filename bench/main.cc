#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "bench/account_bench.h"
#include "bench/heap.h"

int main(int argc, char** argv) {
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0),
                                           argv + argc);
  return api_access::bench::RunAccountBench(
      arguments,
      {.out = std::cout,
       .err = std::cerr,
       .clock =
           [] {
             return std::chrono::floor<std::chrono::milliseconds>(
                 system_clock::now());
           },
       .stopwatch =
           [] {
             return std::chrono::duration_cast<std::chrono::nanoseconds>(
                        steady_clock::now().time_since_epoch())
                 .count();
           },
       .heap_bytes_in_use = api_access::bench::HeapBytesInUse});
}
