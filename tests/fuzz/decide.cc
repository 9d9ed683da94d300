// Decisions against the oracle, by the index, by the walk and by whichever of
// them Evaluator chooses.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "src/decide/compiled_account.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"

namespace api_access {

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const oracle::Account plain = draw.Account(40).account;
  const Account account = Build(plain);
  const Evaluator evaluator = *Evaluator::Compile(account);
  const auto index = internal::Compile(account, 0);
  const auto walk =
      internal::Compile(account, std::numeric_limits<std::size_t>::max());
  for (std::size_t i = 1 + draw.Below(8); i > 0; --i) {
    const oracle::Request request = draw.Request(plain);
    const BuiltRequest built(request);
    const oracle::Milliseconds now = draw.Now();
    const std::string expected = Text(oracle::Decide(plain, request, now));
    const auto compare = [&](const char* way, const Decision& decision) {
      if (Text(decision) == expected) return;
      Fail(std::string(way) + ": " + Text(decision) + " instead of " +
           expected + '\n' + Describe(plain) + '\n' + Describe(request) +
           " at " + std::to_string(now));
    };
    compare("index", internal::Decide(*index, built.Get(), Instant(now)));
    compare("walk", internal::Decide(*walk, built.Get(), Instant(now)));
    const Decision decision = evaluator.Decide(built.Get(), Instant(now));
    compare("evaluator", decision);
    const std::string rule_id(evaluator.RuleId(decision));
    if (rule_id !=
        (decision.rule_index ? plain.rules[*decision.rule_index].id : "")) {
      Fail("another rule: " + rule_id);
    }
  }
  return 0;
}

}  // namespace api_access
