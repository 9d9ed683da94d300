#include "api_access/rule_coverage.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "api_access/quote.h"

namespace api_access {
namespace {

using Ways = RuleCoverage::Ways;

// `matched 2, never missed`.
std::string CountText(std::string_view yes_word, std::string_view no_word,
                      const Ways& ways) {
  const auto part = [](std::string_view word, std::size_t count) {
    return count == 0 ? "never " + std::string(word)
                      : std::string(word) + ' ' + std::to_string(count);
  };
  return part(yes_word, ways.yes) + ", " + part(no_word, ways.no);
}

// The sum of `count` over what is counted of each rule.
template <typename Count>
std::size_t Sum(const std::vector<RuleCoverage::Rule>& rules,
                const Count& count) {
  std::size_t sum = 0;
  for (const RuleCoverage::Rule& rule : rules) {
    sum += count(rule.matched);
    for (const std::optional<Ways>& ways : rule.criteria) {
      if (ways) sum += count(*ways);
    }
  }
  return sum;
}

}  // namespace

RuleCoverage::RuleCoverage(const Account& account) {
  const auto none_if = [](bool is_absent) {
    return is_absent ? std::nullopt : std::optional(Ways());
  };
  for (const ApiAccessRule& rule : account.rules()) {
    rules_.push_back({.id = rule.id(),
                      .matched = {},
                      .criteria = {none_if(rule.ip_ranges().empty()),
                                   none_if(rule.ca_ids().empty()),
                                   none_if(rule.cns().empty())}});
  }
}

void RuleCoverage::Record(const Explanation& explanation) {
  // They are told as information, no rule was asked.
  if (explanation.key_assumed_usable) return;
  const std::size_t count = std::min(rules_.size(), explanation.rules.size());
  for (std::size_t i = 0; i < count; ++i) {
    Rule& rule = rules_[i];
    const RuleExplanation& explained = explanation.rules[i];
    if (explained.reason == Reason::kNotDecided) continue;
    ++(explained.reason == Reason::kRuleMatched ? rule.matched.yes
                                                : rule.matched.no);
    for (std::size_t c = 0; c < rule.criteria.size(); ++c) {
      if (!rule.criteria[c]) continue;
      const CriterionState state = explained.criteria[c].state;
      if (state == CriterionState::kSatisfied) ++rule.criteria[c]->yes;
      if (state == CriterionState::kFailed) ++rule.criteria[c]->no;
    }
  }
}

std::size_t RuleCoverage::ways() const {
  return Sum(rules_, [](const Ways&) { return std::size_t{2}; });
}

std::size_t RuleCoverage::exercised() const {
  return Sum(rules_, [](const Ways& ways) {
    return std::size_t{ways.yes > 0 ? 1U : 0U} + (ways.no > 0 ? 1U : 0U);
  });
}

std::string RuleCoverage::ToString() const {
  std::string text = std::to_string(exercised()) + " of " +
                     std::to_string(ways()) + " ways exercised";
  for (const Rule& rule : rules_) {
    text += "\n  " + Quote(rule.id) + "  " +
            CountText("matched", "missed", rule.matched);
    for (const Criterion criterion : kAllCriteria) {
      const auto& ways = rule.criteria[static_cast<std::size_t>(criterion)];
      if (!ways) continue;
      text += "; " + std::string(api_access::ToString(criterion)) + ' ' +
              CountText("satisfied", "failed", *ways);
    }
  }
  return text;
}

}  // namespace api_access
