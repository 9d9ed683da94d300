// An account out of a folder with the provider's answers, each as its
// command-line client prints it, of a call without filters:
//   ReadAccessKeys.json             of the root user
//   ReadAccessKeys.<UserName>.json  of each EIM user
//   ReadUsers.json                  tells whether all users are there; optional
//   ReadApiAccessRules.json
//   ReadApiAccessPolicy.json
//   ReadCas.json                    optional

#ifndef API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_
#define API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/json/account_answers.h"

namespace api_access::examples {

// The text of a regular file of at most 64 MiB. Errors, which name it:
// kNotFound if it is missing, of another kind or cannot be read, and
// kInvalidArgument if it is larger.
absl::StatusOr<std::string> ReadTextFile(const std::filesystem::path& path);

// Reads the files and nothing else; ParseAccount says what they have to hold.
//
// Errors: those of ParseAccount and of ReadTextFile. All files that are missing
// are named at once, each with its call.
absl::StatusOr<ParsedAccount> ReadAccountFolder(
    const std::filesystem::path& folder);

// Tells whether WriteAccountFolder may write there: `folder` is missing in a
// folder that is there, or is an empty one. Errors: kFailedPrecondition.
absl::Status CheckNewFolder(const std::filesystem::path& folder);

// Writes the files from which ReadAccountFolder reads `account`; FormatAccount
// says what has no such form. All files are written, or none.
//
// Errors: those of FormatAccount and CheckNewFolder, and kUnavailable if a file
// cannot be written.
absl::Status WriteAccountFolder(const Account& account,
                                const std::filesystem::path& folder);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_ACCOUNT_FOLDER_H_
