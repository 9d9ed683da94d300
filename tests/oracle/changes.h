// Changes of the oracle, made for the library and back, and tried in both ways.

#ifndef API_ACCESS_TESTS_ORACLE_CHANGES_H_
#define API_ACCESS_TESTS_ORACLE_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "api_access/account.h"
#include "api_access/change.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/plain_reader.h"

namespace api_access {

Change Build(const oracle::Change& change);
oracle::Change Plain(const Change& change);
// Without a doubt about its users in words.
Account BuildAccount(const oracle::ReadFolder& account);

// What was refused, as texts: equal texts are equal answers.
std::string Text(const std::vector<Refusal>& refusals);
std::string Text(const std::vector<oracle::Refusal>& refusals);

// What was asked, to understand a difference.
std::string Text(const oracle::Change& change);

// A change that was tried in both ways.
struct ComparedChange {
  // What Apply or Undo say otherwise than the oracle does; empty: nothing.
  std::string wrong = {};
  // What Apply says; absent: an error of input.
  std::optional<ChangeOutcome> outcome = std::nullopt;
  // The account after it; absent: it was not accepted.
  std::optional<oracle::ReadFolder> after = std::nullopt;
  bool has_undo = false;
  bool undo_accepted = false;
};

// `built` is BuildAccount(account).
ComparedChange CompareChange(const oracle::ReadFolder& account,
                             const Account& built, const oracle::Change& change,
                             oracle::Milliseconds now);

}  // namespace api_access

#endif  // API_ACCESS_TESTS_ORACLE_CHANGES_H_
