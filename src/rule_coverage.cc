#include "api_access/rule_coverage.h"

#include <algorithm>
#include <string_view>

#include "api_access/quote.h"

namespace api_access {
namespace {

// `matched 2, never missed`.
std::string CountText(std::string_view yes_word, std::size_t yes,
                      std::string_view no_word, std::size_t no) {
  const auto part = [](std::string_view word, std::size_t count) {
    return count == 0 ? "never " + std::string(word)
                      : std::string(word) + ' ' + std::to_string(count);
  };
  return part(yes_word, yes) + ", " + part(no_word, no);
}

}  // namespace

RuleCoverage::RuleCoverage(const Account& account) {
  for (const ApiAccessRule& rule : account.rules()) {
    rules_.push_back({.id = rule.id(),
                      .matched = {},
                      .has = {!rule.ip_ranges().empty(), !rule.ca_ids().empty(),
                              !rule.cns().empty()},
                      .criteria = {}});
  }
}

void RuleCoverage::Record(const Explanation& explanation) {
  const std::size_t count = std::min(rules_.size(), explanation.rules.size());
  for (std::size_t i = 0; i < count; ++i) {
    Rule& rule = rules_[i];
    const RuleExplanation& explained = explanation.rules[i];
    if (explained.reason == Reason::kNotDecided) continue;
    ++(explained.reason == Reason::kRuleMatched ? rule.matched.yes
                                                : rule.matched.no);
    for (std::size_t c = 0; c < rule.criteria.size(); ++c) {
      const CriterionState state = explained.criteria[c].state;
      if (state == CriterionState::kSatisfied) ++rule.criteria[c].yes;
      if (state == CriterionState::kFailed) ++rule.criteria[c].no;
    }
  }
}

std::string RuleCoverage::ToString() const {
  std::size_t all = 0;
  std::size_t exercised = 0;
  std::string lines;
  const auto count = [&](std::string_view yes_word, std::string_view no_word,
                         const Ways& ways) {
    all += 2;
    exercised += (ways.yes > 0 ? 1U : 0U) + (ways.no > 0 ? 1U : 0U);
    lines += CountText(yes_word, ways.yes, no_word, ways.no);
  };
  for (const Rule& rule : rules_) {
    lines += "\n  " + Quote(rule.id) + "  ";
    count("matched", "missed", rule.matched);
    for (const Criterion criterion : kAllCriteria) {
      const auto c = static_cast<std::size_t>(criterion);
      if (!rule.has[c]) continue;
      lines += "; " + std::string(api_access::ToString(criterion)) + ' ';
      count("satisfied", "failed", rule.criteria[c]);
    }
  }
  return std::to_string(exercised) + " of " + std::to_string(all) +
         " ways exercised" + lines;
}

}  // namespace api_access
