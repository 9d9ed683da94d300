// An account out of the provider's answers, kept in a folder as its
// command-line client prints them:
//   ReadAccessKeys.json             of the root user
//   ReadAccessKeys.<UserName>.json  of each EIM user
//   ReadUsers.json                  tells whether all users are there; optional
//   ReadApiAccessRules.json
//   ReadApiAccessPolicy.json
//   ReadCas.json                    optional

#ifndef API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_
#define API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "api_access/account.h"

namespace api_access::examples {

// An answer of the provider and where it is from, for error messages.
struct Answer {
  std::string name;
  std::string text;
};

struct AccountAnswers {
  Answer access_keys;
  std::map<std::string, Answer> access_keys_by_user;
  std::optional<Answer> users;
  Answer rules;
  Answer policy;
  std::optional<Answer> cas;
};

// The account is declared complete when the users were read, all of them, and
// the keys of each. Unknown fields are ignored, with three exceptions. In a
// rule they are errors. So are they everywhere where they are a field of the
// same object spelt otherwise, such as `expirationDate` or `ExpiratonDate`: a
// key whose expiration is dropped would be valid for ever. At the top of
// ReadUsers they leave the list of users not known to be whole, as they may
// mark a list that is cut. A `CaFingerprint` that is not a SHA-1 is left out:
// no verdict depends on it.
//
// Errors: kInvalidArgument, naming the answer, the place in it, the id and what
// was expected; an error answer of the provider is one.
absl::StatusOr<Account> ParseAccount(const AccountAnswers& answers);

// Errors: those of ParseAccount, kNotFound for a file that is missing, is not a
// regular file or cannot be read, and kInvalidArgument for one above 64 MiB.
absl::StatusOr<Account> ReadAccountFolder(const std::filesystem::path& folder);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_
