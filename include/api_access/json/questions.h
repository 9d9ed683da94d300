// Questions about an account, asked and answered as JSON.

#ifndef API_ACCESS_JSON_QUESTIONS_H_
#define API_ACCESS_JSON_QUESTIONS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "api_access/method.h"

namespace api_access {

// Answers `question` about `account`, of which `evaluator` is compiled:
//   Ask(account, evaluator, {}, "check", R"({"Now":"2030-01-01"})")
//
// The answer is what the command of that name prints with `--format json`, by
// the functions of reports.h: one object on one line, in printable ASCII, not
// ended by a newline. That to `report` is an object of Html, the page.
// include/api_access/c/README.md lists the questions and the options of each;
// the empty text has none. No clock is asked: Now is required where the answer
// depends on it.
//
// Errors: kInvalidArgument, naming the place, for another question and for
// options that are malformed, unknown or missing; those of what is asked. May
// be called concurrently.
absl::StatusOr<std::string> Ask(const Account& account,
                                const Evaluator& evaluator,
                                const MethodCatalogue& catalogue,
                                std::string_view question,
                                std::string_view options);

}  // namespace api_access

#endif  // API_ACCESS_JSON_QUESTIONS_H_
