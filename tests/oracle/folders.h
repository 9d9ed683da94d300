// Folders of answers and request lines, read by the library and by the plain
// reader.

#ifndef API_ACCESS_TESTS_ORACLE_FOLDERS_H_
#define API_ACCESS_TESTS_ORACLE_FOLDERS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "api_access/account.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/request_line.h"
#include "tests/oracle/plain_reader.h"

namespace api_access {

AccountAnswers AnswersOf(const oracle::Folder& folder);
oracle::Folder FolderOf(const AccountAnswers& answers);

// `users_doubt` is in the library's words.
Account Build(const oracle::ReadFolder& folder, std::string users_doubt);

RequestLine Build(const oracle::RequestLine& line);

// An account as it is read back: keys come user by user and users sorted, in
// both cases by their bytes, and the doubt is in other words.
Account AsReadBack(const Account& account, const std::string& users_doubt);

// Whether a text is printable ASCII, so that no terminal obeys it.
bool IsPrintable(const std::string& text);

// Reads folders in both ways. Each of them has to be refused in both, with a
// message that names the cause, or has to be the same account in both.
class FolderComparison {
 public:
  // `changed` is the one file of the folder that may be wrong; empty: any.
  // False and a failure of the test where the ways differ.
  bool Compare(const oracle::Folder& folder, const std::string& changed);

  // With which the last folder was refused; empty: it was accepted.
  const std::string& message() const { return message_; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_; }
  // Prints both numbers, and how often each cause was named.
  void Print() const;
  // How many causes were named.
  std::size_t causes() const { return causes_.size(); }

 private:
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::map<std::string, std::uint64_t> causes_;
  std::string message_;
};

}  // namespace api_access

#endif  // API_ACCESS_TESTS_ORACLE_FOLDERS_H_
