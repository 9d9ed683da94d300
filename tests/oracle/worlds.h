// Accounts and requests of the oracle, made for the library, compared, and
// drawn at random.

#ifndef API_ACCESS_TESTS_ORACLE_WORLDS_H_
#define API_ACCESS_TESTS_ORACLE_WORLDS_H_

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "api_access/account.h"
#include "api_access/activation.h"
#include "api_access/evaluator.h"
#include "api_access/request.h"
#include "tests/oracle/oracle.h"

namespace api_access {

// How much of their worlds the tests enumerate: API_ACCESS_WORLDS of CMake.
enum class WorldSize { kSmall, kMedium, kWhole };
WorldSize SizeOfWorlds();

// The number for that size. Small is about a tenth of the work of medium.
template <typename T>
T BySize(T small, T medium, T whole) {
  if (SizeOfWorlds() == WorldSize::kSmall) return small;
  return SizeOfWorlds() == WorldSize::kMedium ? medium : whole;
}

// Tells which items of a world are compared: in a small world one in so many,
// in a medium one all or one in so many, in a whole one all.
class Sample {
 public:
  explicit Sample(int one_in, int one_in_of_medium = 1)
      : one_in_(BySize(one_in, one_in_of_medium, 1)) {}
  bool Next() { return seen_++ % one_in_ == 0; }

 private:
  int one_in_;
  int seen_ = 0;
};

ApiAccessRule Build(const oracle::Rule& rule);
Account Build(const oracle::Account& account);
Evaluator BuildEvaluator(const oracle::Account& account);
Timestamp Instant(oracle::Milliseconds milliseconds);
std::optional<Timestamp> InstantOf(
    const std::optional<oracle::Milliseconds>& date);
std::optional<oracle::Milliseconds> Count(
    const std::optional<Timestamp>& timestamp);

// A request for the library that owns what it points to.
struct BuiltRequest {
  explicit BuiltRequest(const oracle::Request& request);
  Request Get() const { return caller.For(method); }

  Method method;
  Caller caller;
};

Decision Decide(const Evaluator& evaluator, const oracle::Request& request,
                oracle::Milliseconds now);

// Everything a decision says, as one text; equal texts are equal decisions.
std::string Text(const Decision& decision);
std::string Text(const oracle::Decision& decision);
std::string Text(const ActivationReport& report);
std::string Text(const oracle::Report& report);
std::string Text(const SmallestMaximum& smallest);
std::string Text(const oracle::SmallestMaximum& smallest);
std::string Text(FactorRequirement requirement);
std::string Text(const oracle::Alternatives& alternatives);

// What was asked, to understand a difference.
std::string Describe(const oracle::Account& account);
std::string Describe(const oracle::Request& request);

// The services and names that stand for all classes of methods.
const std::vector<std::string>& AllServices();
const std::vector<std::string>& SampleMethods();

// An account and requests to it.
struct GateWorld {
  oracle::Account account;
  std::vector<oracle::Request> requests;
};
// Those for steps 1 to 6: every service, method, login, key state, owner and
// expiration before, at and after the instants 0, 1 and 2.
std::vector<GateWorld> GateWorlds();

// Every valid rule, without an id, of one choice of each.
std::vector<oracle::Rule> AllShapes(
    const std::vector<oracle::Strings>& range_choices,
    const std::vector<oracle::Strings>& ca_choices,
    const std::vector<oracle::Strings>& cn_choices);

// Draws worlds. The same seed gives the same ones everywhere.
class Worlds {
 public:
  // The seed is API_ACCESS_TEST_SEED of the environment, 1 by default, and is
  // printed once in a program.
  Worlds();

  // 0 to `limit` - 1.
  std::size_t Below(std::size_t limit) { return engine_() % limit; }
  bool Chance(std::size_t one_in) { return Below(one_in) == 0; }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[Below(items.size())];
  }

  std::string AddressText();
  std::string RangeText();
  oracle::Rule DrawRule(std::string id);
  oracle::Account DrawAccount(std::size_t max_rules);
  // Half of the time near what some rule of the account lets pass.
  oracle::Request DrawRequest(const oracle::Account& account);
  oracle::Milliseconds DrawNow();

 private:
  std::mt19937_64 engine_;
};

// Prints how many comparisons said something and returns whether those were as
// many as had to be.
inline bool Covered(const std::string& what, std::uint64_t count,
                    std::uint64_t at_least) {
  std::cout << what << ": " << count << " comparisons\n";
  return count >= at_least;
}

}  // namespace api_access

#endif  // API_ACCESS_TESTS_ORACLE_WORLDS_H_
