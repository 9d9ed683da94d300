// An account out of the provider's answers, and back.

#ifndef API_ACCESS_JSON_ACCOUNT_ANSWERS_H_
#define API_ACCESS_JSON_ACCOUNT_ANSWERS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"

namespace api_access {

// One answer of the provider as its command-line client prints it: with its
// envelope, {"AccessKeys":[...],"ResponseContext":{...}}, or its content alone,
// [...]. UTF-8.
struct Answer {
  std::string text;
  // Where it is from, for error messages, such as the name of a file. Empty:
  // the name of the call.
  std::string name = {};

  friend bool operator==(const Answer&, const Answer&) = default;
};

// The answers that make an account, each of a call without filters: a filtered
// answer looks like a whole one.
struct AccountAnswers {
  // Of ReadAccessKeys, called by the root user without UserName.
  Answer access_keys;
  // Of ReadAccessKeys with the UserName of each EIM user.
  std::map<std::string, Answer> access_keys_by_user = {};
  // Of ReadUsers: which users there are. Several pages may follow one another
  // in one text. Absent: the account is not known to be complete.
  std::optional<Answer> users = std::nullopt;
  // Of ReadApiAccessRules and ReadApiAccessPolicy.
  Answer rules;
  Answer policy;
  // Of ReadCas. Absent: the CAs are not known.
  std::optional<Answer> cas = std::nullopt;

  friend bool operator==(const AccountAnswers&,
                         const AccountAnswers&) = default;
};

struct ParsedAccount {
  Account account;
  // What the answers have and the account does not, a sentence each, each said
  // once for all answers: fields that the provider's description lacks, and
  // fingerprints that are not a SHA-1. At most 101. No verdict depends on them.
  std::vector<std::string> notes = {};
};

//   const auto parsed = ParseAccount(answers);
//   if (!parsed.ok()) return parsed.status();
//   const auto evaluator = Evaluator::Compile(parsed->account);
//
// The account is complete when the users were read, all of them, and the keys
// of each. A field that is not known is ignored, with three exceptions. In an
// API access rule it is an error. So is one that is a known field spelt
// otherwise, such as `expirationDate` or `ExpiratonDate`: a key whose
// expiration is dropped would be valid for ever. At the top of ReadUsers it
// leaves the list of users not known to be whole, as it may mark a list that is
// cut; a list of users without its envelope is not known to be whole either.
//
// Errors: kInvalidArgument, naming the answer, the place in it, the id and what
// was expected. An error answer of the provider is one, and so is an answer of
// another call: its fields are named, no value of it is shown, as it may be a
// secret. Takes O(n log n) time in the text. May be called concurrently.
// Source: the provider's OpenAPI description; what is refused is our choice.
absl::StatusOr<ParsedAccount> ParseAccount(const AccountAnswers& answers);

// The answers that ParseAccount reads as `account`, each on one line of ASCII
// and named as the file that it would be, such as `ReadAccessKeys.alice.json`.
// What is read back is equal to `account` but for three things that no verdict
// depends on: the keys of the root user come first, then those of each EIM user
// in byte order; `users_without_keys_read` is in byte order; and `users_doubt`
// may have other words.
//
// Errors: kInvalidArgument, naming what has no such form: a text that is not
// UTF-8, which JSON cannot hold; a user name that cannot be part of the name of
// a file, as it has a `/` or a NUL byte or is too long; access keys of a user
// in `users_without_keys_read`, which would read as all of that user; the end
// of validity of a CA, which no answer has. May be called concurrently.
absl::StatusOr<AccountAnswers> FormatAccount(const Account& account);

// The same of one JSON object that holds the answers by the names of their
// files, without `.json`:
//   {"ReadAccessKeys":{...},"ReadAccessKeys.alice":{...},
//    "ReadApiAccessRules":{...},"ReadApiAccessPolicy":{...},
//    "ReadUsers":{...},"ReadCas":{...}}
//
// The pages of ReadUsers are a list of answers. An answer that is null is
// absent.
//
// Errors: kInvalidArgument for a text that is no such object, for other fields,
// for missing answers, of which it names all, and those of ParseAccount. May be
// called concurrently. Source: our choice.
absl::StatusOr<ParsedAccount> ParseAccountDocument(std::string_view text);

// The text that ParseAccountDocument reads as `account`, on one line of
// printable ASCII. What is read back differs, and what is refused is, as with
// FormatAccount. May be called concurrently.
absl::StatusOr<std::string> FormatAccountDocument(const Account& account);

}  // namespace api_access

#endif  // API_ACCESS_JSON_ACCOUNT_ANSWERS_H_
