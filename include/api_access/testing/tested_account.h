// An account under test. Part of api_access::testing.

#ifndef API_ACCESS_TESTING_TESTED_ACCOUNT_H_
#define API_ACCESS_TESTING_TESTED_ACCOUNT_H_

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/rule_coverage.h"
#include "api_access/testing/builders.h"
#include "api_access/timestamp.h"

namespace api_access {

// What became of a request: what the matchers look at. Printed, it tells all
// that is needed to understand the verdict.
struct Outcome {
  std::string request;  // in words
  Explanation explanation;
};

// Decides on requests at one instant, and keeps count of the rules that they
// exercise:
//   TestedAccount account(TestAccount().WithKey({.id = "KEY"}).Build(),
//                         "2030-01-01");
//   EXPECT_THAT(account.Decide({.method = "ReadVms",
//                               .client_ip = "192.0.2.7",
//                               .access_key_id = "KEY"}),
//               IsDenied(Reason::kNoRules));
//
// A malformed value throws, as in builders.h. Const members may be called
// concurrently; Decide counts, so it is not const. Not copied: copies would
// count together.
class TestedAccount {
 public:
  // `now` is read by ParseTimestamp. Methods are found in `catalogue`.
  TestedAccount(Account account, std::string_view now,
                MethodCatalogue catalogue = {});
  TestedAccount(const TestedAccount&) = delete;
  TestedAccount& operator=(const TestedAccount&) = delete;

  Outcome Decide(const TestRequest& request);
  // The same for a request that is there already.
  Outcome Decide(const Request& request, Timestamp now);

  const Account& account() const { return account_; }
  Timestamp now() const { return now_; }
  const RuleCoverage& coverage() const { return *coverage_; }

  // Prints the coverage under `title` when the tests of this program have run,
  // to `out`, which has to be there until then. Call it once, before or while
  // they run.
  void PrintCoverageAtEnd(std::string title, std::ostream& out) const;

 private:
  // `method` in words, and its name where that is known.
  Outcome Decide(const std::string& method, std::string_view method_name,
                 const Request& request, Timestamp now);

  Account account_;
  Evaluator evaluator_;
  Timestamp now_;
  MethodCatalogue catalogue_;
  // Shared with what prints it.
  std::shared_ptr<RuleCoverage> coverage_;
};

std::string ToString(const Outcome& outcome);
inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << ToString(outcome);
}

}  // namespace api_access

#endif  // API_ACCESS_TESTING_TESTED_ACCOUNT_H_
