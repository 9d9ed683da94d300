// The provider's answers, read a second time in the plainest way out of the
// JSON library's values.

#ifndef API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_
#define API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_

#include <map>
#include <optional>
#include <string>

#include "tests/oracle/oracle.h"

namespace oracle {

// The account that these files are, by their names, such as
// `ReadAccessKeys.json`. Nothing when they must be refused.
std::optional<Account> ReadAnswers(
    const std::map<std::string, std::string>& files);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_
