// Why a request is allowed or denied: what each rule makes of it.

#ifndef API_ACCESS_EXPLANATION_H_
#define API_ACCESS_EXPLANATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/api_access_rule.h"
#include "api_access/ca.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/factors.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/remedies.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// What one criterion of a rule makes of a request.
enum class CriterionState : std::uint8_t {
  // Another criterion failed before, or no rule was asked.
  kNotReached = 0,
  // The rule does not have the criterion: it does not constrain.
  kAbsent,
  kSatisfied,
  // The trusted session bypasses it, so it does not matter what is presented.
  kWaived,
  kFailed,
};

inline constexpr std::array<CriterionState, 5> kAllCriterionStates = {
    CriterionState::kNotReached, CriterionState::kAbsent,
    CriterionState::kSatisfied, CriterionState::kWaived,
    CriterionState::kFailed};

// `NotReached`, `Absent`, `Satisfied`, `Waived`, `Failed`; `NotReached` for any
// other value.
constexpr std::string_view ToString(CriterionState state) {
  switch (state) {
    case CriterionState::kNotReached:
      break;
    case CriterionState::kAbsent:
      return "Absent";
    case CriterionState::kSatisfied:
      return "Satisfied";
    case CriterionState::kWaived:
      return "Waived";
    case CriterionState::kFailed:
      return "Failed";
  }
  return "NotReached";
}

// The state whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<CriterionState> ParseCriterionState(std::string_view text);

struct CriterionExplanation {
  CriterionState state = CriterionState::kNotReached;
  // With kSatisfied: the first item of the criterion that fits, an IP range in
  // canonical text.
  std::optional<std::string> by = std::nullopt;

  friend bool operator==(const CriterionExplanation&,
                         const CriterionExplanation&) = default;
};

// How many ranges of a rule an explanation names.
inline constexpr std::size_t kMaxExplainedRanges = 8;

// What one rule makes of a request.
struct RuleExplanation {
  std::string rule_id;
  // The first kMaxExplainedRanges ranges of the rule, and how many it has.
  std::vector<IpRange> ip_ranges = {};
  std::size_t ip_range_count = 0;
  // kRuleMatched, or how the rule is missed; kNotDecided when no rule was
  // asked.
  Reason reason = Reason::kNotDecided;
  // By the numbers of Criterion.
  std::array<CriterionExplanation, kAllCriteria.size()> criteria;

  // Not reached for any value that is not an enumerator.
  CriterionExplanation of(Criterion criterion) const {
    const auto place = static_cast<std::size_t>(criterion);
    return place < criteria.size() ? criteria[place] : CriterionExplanation();
  }

  friend bool operator==(const RuleExplanation&,
                         const RuleExplanation&) = default;
};

// What Explain answers. Owns all that it says; only `decision.rule_index`
// counts the rules of the account, as `rules` does.
struct [[nodiscard]] Explanation {
  // Equal to what Evaluator::Decide gives.
  Decision decision;
  Method method;
  LoginKind login = LoginKind::kNone;
  // Whether the login is good for the method: an access key that is one of the
  // account, active, not expired and accepted by the service; login/password of
  // a managing method on a service that has it.
  bool login_usable = false;
  // The same for people, such as `expired at ...`; empty without login. The
  // wording may change.
  std::string login_text;
  // Of the account.
  bool trusted_session = false;
  // What the method needs from this address: see requirement.h.
  FactorRequirement required;
  // Every rule in account order, tried also after one has matched.
  std::vector<RuleExplanation> rules;
  // Whether `rules` say what they would for a usable access key: the one that
  // was presented is not, which is why the request is denied.
  bool key_assumed_usable = false;
  // Of a denial: see FindRemedies.
  std::vector<Remedy> remedies;
  // Of a denial without remedies: why, for people; the wording may change.
  std::string no_remedy = {};
  // From the context, in words for people; the wording may change. Empty if
  // there is none.
  std::string similar_method = {};
  std::vector<std::string> notes = {};

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// What is known besides an evaluator and a request. No verdict depends on it.
struct ExplanationContext {
  // Of a request to `account` for `method_name`. A view of both.
  static ExplanationContext Of(const Account& account,
                               std::string_view method_name);

  // The name that the method was asked for by: an unlisted one may be a slip of
  // the pen, see FindSimilarName.
  std::string_view method_name = {};
  // The CAs of the account, where they are known: one certificate may have been
  // uploaded under two ids, of which a rule lists one and the caller presents
  // the other.
  std::span<const Ca> cas = {};
};

// Explains the decision on `request` at the instant `now`:
//   Explain(evaluator, request, now, {.method_name = "readvms"})
//
// It tries every rule,
// one by one. Evaluator::Decide may look rules up in an index instead, and
// tests hold that both agree.
//
// Total. Takes time linear in the account times the logarithm of the CA ids
// presented, O(n log n) time in the rules to sort remedies, and with CAs in the
// context the time to look each one up in each rule. Allocates the
// explanation, whose size is linear in the rules. May be called concurrently.
Explanation Explain(const Evaluator& evaluator, const Request& request,
                    Timestamp now, const ExplanationContext& context = {});

// Why a method has its class, such as `every method of object storage`; for
// people, the wording may change.
std::string ClassReason(const Method& method);

// Lines of text for people, the decisive one first, the last one not ended. At
// most `max_rules` rules are shown, those first that came nearest to a match.
std::string ToString(const Explanation& explanation,
                     std::size_t max_rules = 12);

inline std::ostream& operator<<(std::ostream& out, CriterionState state) {
  return out << ToString(state);
}
inline std::ostream& operator<<(std::ostream& out,
                                const Explanation& explanation) {
  return out << ToString(explanation);
}

}  // namespace api_access

#endif  // API_ACCESS_EXPLANATION_H_
