// Which rules of an account a set of requests has exercised, both ways.

#ifndef API_ACCESS_RULE_COVERAGE_H_
#define API_ACCESS_RULE_COVERAGE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "api_access/account.h"
#include "api_access/explanation.h"

namespace api_access {

// Counts, for each rule, how often it matched and was missed, and for each of
// its criteria how often it was satisfied and failed. A criterion that is
// bypassed or not reached does not count.
//
// Const members may be called concurrently.
class RuleCoverage {
 public:
  // How often something happened, and how often the opposite.
  struct Ways {
    std::size_t yes = 0;
    std::size_t no = 0;

    friend bool operator==(const Ways&, const Ways&) = default;
  };
  struct Rule {
    std::string id;
    // Matched, and missed.
    Ways matched;
    // Satisfied, and failed, by the numbers of Criterion. None for a criterion
    // that the rule does not have.
    std::array<std::optional<Ways>, kAllCriteria.size()> criteria;

    friend bool operator==(const Rule&, const Rule&) = default;
  };

  explicit RuleCoverage(const Account& account);

  // `explanation` is of the account that the coverage was made for.
  void Record(const Explanation& explanation);

  // In account order.
  const std::vector<Rule>& rules() const { return rules_; }
  // Of each rule and of each criterion that it has, both ways: how many there
  // are, and how many of them happened at least once.
  std::size_t ways() const;
  std::size_t exercised() const;

  // Lines of text, the last one not ended: how much has been exercised, then
  // the counts by rule:
  //   3 of 4 ways exercised
  //     `aar-1`  matched 2, missed 1; IpRange satisfied 2, never failed
  std::string ToString() const;

 private:
  std::vector<Rule> rules_;
};

inline std::ostream& operator<<(std::ostream& out,
                                const RuleCoverage& coverage) {
  return out << coverage.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_RULE_COVERAGE_H_
