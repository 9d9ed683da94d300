// The program api-access-bench as a function, so that tests can run it.

#ifndef API_ACCESS_BENCH_ACCOUNT_BENCH_H_
#define API_ACCESS_BENCH_ACCOUNT_BENCH_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <span>
#include <string>

#include "api_access/timestamp.h"

namespace api_access::bench {

// What a run may touch.
struct Machine {
  std::ostream& out;
  std::ostream& err;
  // Asked only where no date was given.
  std::function<Timestamp()> clock;
  // Nanoseconds since any fixed instant.
  std::function<std::int64_t()> stopwatch;
  std::function<std::int64_t()> heap_bytes_in_use;
};

// Runs the program with `arguments`, which do not include its name, and returns
// its exit status: 0, or 2 for a usage error or unusable files.
int RunAccountBench(std::span<const std::string> arguments,
                    const Machine& machine);

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_ACCOUNT_BENCH_H_
