// What calls would do to an account, and what that means for callers, written a
// second time in the plainest way. Like the oracle, it shares no code with the
// library.

#ifndef API_ACCESS_TESTS_ORACLE_PLAIN_CHANGES_H_
#define API_ACCESS_TESTS_ORACLE_PLAIN_CHANGES_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"

namespace oracle {

// A call with the parameters that are given. Those that the call does not have
// say nothing.
struct Change {
  std::string call;
  std::string new_id = "new";
  OptionalText id = std::nullopt;  // AccessKeyId, ApiAccessRuleId or CaId
  OptionalText user = std::nullopt;
  OptionalText state = std::nullopt;
  std::optional<Milliseconds> date = std::nullopt;
  bool clear_date = false;
  OptionalText tag = std::nullopt;
  bool clear_tag = false;
  Strings ranges = {};
  Strings cas = {};
  Strings cns = {};
  OptionalText description = std::nullopt;
  std::optional<long long> max = std::nullopt;
  std::optional<bool> require = std::nullopt;
  OptionalText pem = std::nullopt;
};

struct Refusal {
  std::string code;
  std::string subject;
  std::optional<int> provider_code;
};

struct Outcome {
  bool is_error = false;  // of input
  std::vector<Refusal> refusals = {};
  std::optional<ReadFolder> account = std::nullopt;
  OptionalText deleted_ca = std::nullopt;
};

Outcome Apply(const ReadFolder& account, const Change& change,
              Milliseconds now);
// The account after a call that names nothing unknown, whether or not the call
// is refused.
ReadFolder Effect(const ReadFolder& account, const Change& change,
                  Milliseconds now);

struct PlanStep {
  Change change;
  std::string resource;  // empty: a refusal ends the plan
};

struct PlanOutcome {
  // The numbers of the steps that were tried, with their refusals.
  std::vector<std::pair<std::size_t, std::vector<Refusal>>> steps = {};
  // The accounts before the plan and after each step that was tried, and the
  // ids of the CAs that were deleted until then.
  std::vector<ReadFolder> accounts = {};
  std::vector<Strings> deleted_cas = {};
};

// Nothing for an error of input.
std::optional<PlanOutcome> ApplyPlan(const ReadFolder& account,
                                     const std::vector<PlanStep>& steps,
                                     Milliseconds now);

struct ActivationPlan {
  std::vector<Change> steps = {};
  std::vector<Finding> open = {};
};

ActivationPlan PlanActivation(const ReadFolder& account, long long max,
                              bool require, const OptionalText& ca,
                              Milliseconds now);

struct Kind {
  std::string service;
  std::string method_class;
  std::string method;  // one of this kind
};
const std::vector<Kind>& AllKinds();

struct Caller {
  std::string name;
  Request request;  // without service and method
};

// For each caller a decision on each kind of method.
using Access = std::vector<std::vector<Decision>>;
Access AccessOf(const Account& account, const std::vector<Caller>& callers,
                const Strings& deleted_cas, Milliseconds now);

struct CallerImpact {
  bool can_manage_before = false;
  bool can_manage_after = false;
  std::optional<Milliseconds> manage_until = std::nullopt;
  // Numbers of kinds, the lost ones with their reasons.
  std::vector<std::pair<std::size_t, std::string>> lost = {};
  std::vector<std::size_t> gained = {};
};

struct Impact {
  std::string lock_out = "NotAssessed";
  std::optional<Milliseconds> manageable_until = std::nullopt;
  std::vector<CallerImpact> callers = {};
};

Impact Compare(const Access& before, const Access& after);

struct CallerForecast {
  bool can_manage = false;
  std::optional<Milliseconds> manage_until = std::nullopt;
  std::vector<
      std::pair<Milliseconds, std::vector<std::pair<std::size_t, std::string>>>>
      events = {};
};

struct Forecast {
  std::vector<CallerForecast> callers = {};
  std::optional<Milliseconds> manageable_until = std::nullopt;
};

// Tries every millisecond after `now` up to `last`, after which nothing ends.
Forecast ForecastAccess(const Account& account,
                        const std::vector<Caller>& callers, Milliseconds now,
                        std::optional<Milliseconds> horizon,
                        const std::map<std::string, Milliseconds>& ca_ends,
                        Milliseconds last);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_PLAIN_CHANGES_H_
