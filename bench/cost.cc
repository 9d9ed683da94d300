// Counts the instructions that operations take, for callgrind: a clock is
// unreliable on a machine with other users, but every run of the same program
// takes the same instructions. `sh cmake/run.sh cost` runs this program and
// compares the counts with those recorded in bench/cost/.

#include <valgrind/callgrind.h>

#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/change.h"
#include "api_access/ip.h"
#include "bench/c_interface.h"
#include "bench/scenario.h"

namespace api_access::bench {
namespace {

// Calls `function` on each of `items` and lets callgrind write the instructions
// that this took, under `name`. Prints how many operations they are for.
template <typename Items, typename Function>
void Count(const char* name, const Items& items, Function function) {
  const auto run = [&] {
    for (const auto& item : items) {
      const auto result = function(item);
      // Without a use of the result the compiler could leave the call out.
      asm volatile("" : : "m"(result) : "memory");
    }
  };
  // The first call of a function of a shared library looks the function up,
  // which must not be counted.
  run();
  CALLGRIND_ZERO_STATS;
  CALLGRIND_TOGGLE_COLLECT;
  run();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(name);
  std::cout << name << ' ' << items.size() << '\n';
}

void CountDecide(const char* name, const Scenario& scenario) {
  Count(name, scenario.requests.all, [&](const RawRequest& request) {
    return Decide(scenario.evaluator, request, scenario.now);
  });
}

void CountAll() {
  const Scenario small = MakeScenario(kSmall);
  const Scenario large = MakeScenario(kLarge);
  CountDecide("Decide/Small", small);
  const CScenario c_small(small);
  Count("CDecide/Small", c_small.requests(),
        [&](const aac_request& request) { return c_small.Decide(request); });
  CountDecide("Decide/Typical", MakeScenario(kTypical));
  CountDecide("Decide/Large", large);
  CountDecide("Decide/Huge", MakeScenario(kHuge));
  CountDecide("Decide/Nested", MakeScenario(kNested));
  CountDecide("Decide/Overlap", MakeScenario(kOverlap));
  CountDecide("Decide/V6", MakeScenario(kV6));
  Count("Classify", small.requests.all, MethodOf);
  Count("ParseIp", AddressTexts(large.requests),
        [](const std::string& text) { return IpAddress::Parse(text).ok(); });
  const std::array changes = {EditOfMiddleRule(large.account)};
  Count("Apply/Large", changes, [&](const Change& change) {
    return Apply(large.account, change, large.now)->accepted();
  });
  const std::array accounts = {WithAnotherRange(large.account)};
  Count("Map/Large", accounts,
        [](const Account& account) { return MapAccess(account).ok(); });
  Count("Diff/Large", accounts, [&](const Account& account) {
    return DiffAccess(large.account, account, large.now).ok();
  });
}

}  // namespace
}  // namespace api_access::bench

int main() { api_access::bench::CountAll(); }
