// What a log tells, by brute force: each entry under every certificate and
// every login that it may have had, each rule and range tried on each address.

#ifndef API_ACCESS_TESTS_ORACLE_USAGE_H_
#define API_ACCESS_TESTS_ORACLE_USAGE_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"

namespace oracle {

// A field that is missing is nothing. Those of another type are not here.
struct LogEntry {
  std::optional<std::string> date;
  std::optional<std::string> service;
  std::optional<std::string> name;
  std::optional<std::string> ip;
  std::optional<std::optional<std::string>> key;  // nothing inside: null
  std::optional<long long> status;
  std::optional<std::string> request_id;
};

// What is counted, each under a name of its own, as text.
using Usage = std::map<std::string, std::string>;

Usage UsageOf(const Account& account, const std::optional<Account>& against,
              const std::vector<LogEntry>& log, const Methods& declared = {});

// `Allow`, `Depends`, or `Deny` and the reason of the best case; `gone`: with a
// key that is usable, whatever the account has.
std::string JudgeOver(const Account& account, const LogEntry& entry, bool gone,
                      const Methods& declared);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_USAGE_H_
