#include "examples/account_folder/account_folder.h"

#include <array>
#include <cstddef>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/access_key.h"
#include "api_access/api_access_policy.h"
#include "api_access/api_access_rule.h"
#include "api_access/ca.h"
#include "api_access/ip.h"
#include "api_access/timestamp.h"
#include "examples/account_folder/json_cursor.h"

namespace api_access::examples {
namespace {

// The fields of the objects of answers, as the provider describes them.
constexpr std::string_view kResponseContextFields[] = {"RequestId"};
constexpr std::string_view kKeysAnswerFields[] = {"AccessKeys",
                                                  "ResponseContext"};
constexpr std::string_view kKeyFields[] = {
    "AccessKeyId",          "CreationDate", kExpirationDate,
    "LastModificationDate", "State",        "Tag"};
constexpr std::string_view kRulesAnswerFields[] = {"ApiAccessRules",
                                                   "ResponseContext"};
constexpr std::string_view kRuleFields[] = {"ApiAccessRuleId", "Description",
                                            "IpRanges", "CaIds", "Cns"};
constexpr std::string_view kPolicyAnswerFields[] = {"ApiAccessPolicy",
                                                    "ResponseContext"};
constexpr std::string_view kPolicyFields[] = {"MaxAccessKeyExpirationSeconds",
                                              "RequireTrustedEnv"};
constexpr std::string_view kCasAnswerFields[] = {"Cas", "ResponseContext"};
constexpr std::string_view kCaFields[] = {"CaFingerprint", "CaId",
                                          "Description"};
constexpr std::string_view kUsersAnswerFields[] = {
    "HasMoreItems", "MaxResultsLimit", "MaxResultsTruncated", "ResponseContext",
    "Users"};
constexpr std::string_view kUserFields[] = {"CreationDate",
                                            "LastModificationDate",
                                            "OutscaleLoginAllowed",
                                            "Path",
                                            "UserEmail",
                                            "UserId",
                                            "UserName"};

// Some hundred thousand rules.
constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 20;

constexpr std::string_view kKeysPrefix = "ReadAccessKeys.";
constexpr std::string_view kSuffix = ".json";

// Where each id was first seen, for the error when it is seen again.
using Places = std::map<std::string, std::string>;

// An answer that was read as JSON, and is not an error of the provider.
class AnswerDocument {
 public:
  AnswerDocument(const Answer& answer, FieldNames fields)
      : name_(answer.name), document_(answer.name, answer.text) {
    if (!document_.ok()) return;
    const JsonCursor root(document_);
    root.ExpectObject(fields);
    const JsonCursor context = root["ResponseContext"];
    if (!context.is_absent()) context.ExpectObject(kResponseContextFields);
    const JsonCursor errors = root["Errors"];
    if (!errors.is_absent()) {
      errors.Fail(
          "expected the account, got an error answer of the provider: " +
          Quote(document_.root()["Errors"].dump()));
    }
  }

  JsonCursor root() { return JsonCursor(document_); }
  const absl::Status& status() const { return document_.status(); }

  // The id at `cursor`, which must not have been seen before.
  std::string NewId(const JsonCursor& cursor, Places& seen) const {
    std::string id = cursor.NonEmptyString();
    const auto [first, is_new] = seen.emplace(id, name_ + ": " + cursor.path());
    if (!is_new) {
      cursor.Fail("expected each one once, got " + Quote(id) +
                  " which is already at " + first->second);
    }
    return id;
  }

 private:
  std::string name_;
  JsonDocument document_;
};

std::optional<Timestamp> ParseOptionalDate(const JsonCursor& cursor) {
  const std::optional<std::string> text = cursor.OptionalString();
  return text ? cursor.Take(ParseTimestamp(*text)) : std::nullopt;
}

absl::Status ParseAccessKeys(const Answer& answer,
                             const std::optional<std::string>& user_name,
                             Places& seen, std::vector<AccessKey>& keys) {
  AnswerDocument document(answer, kKeysAnswerFields);
  for (JsonCursor item : document.root()["AccessKeys"].Array()) {
    item.ExpectObject(kKeyFields);
    std::string id = document.NewId(item["AccessKeyId"], seen);
    const JsonCursor place = item;
    item.SetSubject("access key", id);
    const auto state =
        item["State"].Take(ParseAccessKeyState(item["State"].String()));
    const auto creation_date = ParseOptionalDate(item["CreationDate"]);
    ParseOptionalDate(item["LastModificationDate"]);
    const auto expiration = ParseOptionalDate(item["ExpirationDate"]);
    std::optional<std::string> tag = item["Tag"].OptionalString();
    if (!document.status().ok()) break;
    auto key = place.Take(AccessKey::Create({.id = std::move(id),
                                             .state = *state,
                                             .expiration = expiration,
                                             .user_name = user_name,
                                             .tag = std::move(tag),
                                             .creation_date = creation_date}));
    if (key) keys.push_back(*std::move(key));
  }
  return document.status();
}

std::vector<std::string> ParseItems(const JsonCursor& cursor) {
  std::vector<std::string> items;
  for (const JsonCursor& item : cursor.OptionalArray()) {
    items.push_back(item.NonEmptyString());
  }
  return items;
}

absl::Status ParseRules(const Answer& answer,
                        std::vector<ApiAccessRule>& rules) {
  AnswerDocument document(answer, kRulesAnswerFields);
  Places seen;
  for (JsonCursor item : document.root()["ApiAccessRules"].Array()) {
    item.ExpectObject(kRuleFields);
    std::string id = document.NewId(item["ApiAccessRuleId"], seen);
    const JsonCursor place = item;
    item.SetSubject("API access rule", id);
    // A criterion that is not known must not be dropped.
    item.ExpectOnly(kRuleFields);
    std::optional<std::string> description =
        item["Description"].OptionalString();
    std::vector<IpRange> ranges;
    for (const JsonCursor& text : item["IpRanges"].OptionalArray()) {
      if (const auto range = text.Take(IpRange::Parse(text.String()))) {
        ranges.push_back(*range);
      }
    }
    std::vector<std::string> ca_ids = ParseItems(item["CaIds"]);
    std::vector<std::string> cns = ParseItems(item["Cns"]);
    if (!document.status().ok()) break;
    auto rule = place.Take(
        ApiAccessRule::Create({.id = std::move(id),
                               .ip_ranges = std::move(ranges),
                               .ca_ids = std::move(ca_ids),
                               .cns = std::move(cns),
                               .description = std::move(description)}));
    if (rule) rules.push_back(*std::move(rule));
  }
  return document.status();
}

absl::StatusOr<ApiAccessPolicy> ParsePolicy(const Answer& answer) {
  AnswerDocument document(answer, kPolicyAnswerFields);
  const JsonCursor policy = document.root()["ApiAccessPolicy"];
  policy.ExpectObject(kPolicyFields);
  const JsonCursor max = policy["MaxAccessKeyExpirationSeconds"];
  const auto parsed = max.Take(ApiAccessPolicy::Create(
      {.max_access_key_expiration_seconds = max.Integer(),
       .require_trusted_env = policy["RequireTrustedEnv"].Bool()}));
  if (!document.status().ok()) return document.status();
  return *parsed;
}

absl::StatusOr<std::vector<Ca>> ParseCas(const Answer& answer) {
  AnswerDocument document(answer, kCasAnswerFields);
  Places seen;
  std::vector<Ca> cas;
  for (const JsonCursor& item : document.root()["Cas"].Array()) {
    item.ExpectObject(kCaFields);
    std::string id = document.NewId(item["CaId"], seen);
    if (!document.status().ok()) break;
    const JsonCursor fingerprint = item["CaFingerprint"];
    Ca::Fields fields = {.id = std::move(id)};
    if (fingerprint.is_string()) fields.fingerprint = fingerprint.String();
    if (!Ca::Create(fields).ok()) fields.fingerprint.reset();
    auto ca = item.Take(Ca::Create(std::move(fields)));
    if (ca) cas.push_back(*std::move(ca));
  }
  if (!document.status().ok()) return document.status();
  return cas;
}

struct UserList {
  std::set<std::string> names;
  // Why the list is not known to be whole; empty when it is.
  std::string doubt;
};

absl::StatusOr<UserList> ParseUsers(const Answer& answer) {
  AnswerDocument document(answer, kUsersAnswerFields);
  Places seen;
  UserList list;
  for (const JsonCursor& item : document.root()["Users"].Array()) {
    item.ExpectObject(kUserFields);
    list.names.insert(document.NewId(item["UserName"], seen));
  }
  const JsonCursor more = document.root()["HasMoreItems"];
  const std::vector<std::string> unknown =
      document.root().UnknownFields(kUsersAnswerFields);
  if (!more.is_absent() && more.Bool()) {
    list.doubt = answer.name + " says HasMoreItems";
  } else if (!unknown.empty()) {
    // Other services mark a list that is cut by IsTruncated or NextToken.
    list.doubt = answer.name + " has the field " + Quote(unknown.front()) +
                 ", which may mark a list that is cut";
  }
  if (!document.status().ok()) return document.status();
  return list;
}

// A link to nothing is there, too: it must not read as an absent file.
bool IsThere(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() !=
         std::filesystem::file_type::not_found;
}

// What `path` leads to where it is known not to be a regular file, else empty.
std::string_view OtherKind(const std::filesystem::path& path) {
  std::error_code error;
  switch (std::filesystem::status(path, error).type()) {
    case std::filesystem::file_type::not_found:
      return IsThere(path) ? "a link to nothing" : "";
    case std::filesystem::file_type::directory:
      return "a folder";
    case std::filesystem::file_type::fifo:
      return "a pipe";
    case std::filesystem::file_type::socket:
      return "a socket";
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::character:
      return "a device";
    default:
      return "";
  }
}

absl::StatusOr<Answer> ReadAnswer(const std::filesystem::path& path) {
  Answer answer = {.name = Escape(path.string()), .text = {}};
  // A pipe would be waited for, and a device may never end.
  const std::string_view kind = OtherKind(path);
  if (!kind.empty()) {
    return absl::NotFoundError(answer.name + ": expected a regular file, got " +
                               std::string(kind));
  }
  std::ifstream file(path, std::ios::binary);
  std::array<char, 1 << 16> block;
  while (answer.text.size() <= kMaxAnswerBytes &&
         (file.read(block.data(), block.size()), file.gcount() > 0)) {
    answer.text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(answer.name + ": expected a file to read");
  }
  if (answer.text.size() > kMaxAnswerBytes) {
    return absl::InvalidArgumentError(
        answer.name + ": expected a file of at most " +
        std::to_string(kMaxAnswerBytes >> 20) + " MiB, got a larger one");
  }
  return answer;
}

// `ReadAccessKeys.<UserName>.json` -> UserName.
std::optional<std::string> UserNameOf(std::string_view file_name) {
  if (file_name.size() < kKeysPrefix.size() + kSuffix.size() ||
      !file_name.starts_with(kKeysPrefix) || !file_name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  file_name.remove_prefix(kKeysPrefix.size());
  file_name.remove_suffix(kSuffix.size());
  return std::string(file_name);
}

}  // namespace

absl::StatusOr<Account> ParseAccount(const AccountAnswers& answers) {
  const auto policy = ParsePolicy(answers.policy);
  if (!policy.ok()) return policy.status();
  Account::Fields fields = {.policy = *policy};
  absl::Status status = ParseRules(answers.rules, fields.rules);
  if (!status.ok()) return status;

  std::optional<UserList> users;
  if (answers.users) {
    auto parsed = ParseUsers(*answers.users);
    if (!parsed.ok()) return parsed.status();
    users = *std::move(parsed);
  }
  Places seen;
  status = ParseAccessKeys(answers.access_keys, std::nullopt, seen,
                           fields.access_keys);
  if (!status.ok()) return status;
  for (const auto& [user_name, answer] : answers.access_keys_by_user) {
    if (users && users->doubt.empty() && !users->names.contains(user_name)) {
      return absl::InvalidArgumentError(
          answer.name + ": expected a user that is listed in " +
          answers.users->name + ", got " + Quote(user_name));
    }
    status = ParseAccessKeys(answer, user_name, seen, fields.access_keys);
    if (!status.ok()) return status;
  }
  if (!users) {
    fields.users_doubt = "ReadUsers.json is missing";
  } else {
    fields.every_user_listed = users->doubt.empty();
    fields.users_doubt = users->doubt;
    for (const std::string& name : users->names) {
      if (!answers.access_keys_by_user.contains(name)) {
        fields.users_without_keys_read.push_back(name);
      }
    }
  }

  if (answers.cas) {
    auto parsed = ParseCas(*answers.cas);
    if (!parsed.ok()) return parsed.status();
    fields.cas = *std::move(parsed);
  }
  return Account::Create(std::move(fields));
}

absl::StatusOr<Account> ReadAccountFolder(const std::filesystem::path& folder) {
  AccountAnswers answers;
  for (const auto& [file, answer] :
       {std::pair("ReadAccessKeys.json", &answers.access_keys),
        std::pair("ReadApiAccessRules.json", &answers.rules),
        std::pair("ReadApiAccessPolicy.json", &answers.policy)}) {
    auto read = ReadAnswer(folder / file);
    if (!read.ok()) return read.status();
    *answer = *std::move(read);
  }
  for (const auto& [file, answer] :
       {std::pair("ReadUsers.json", &answers.users),
        std::pair("ReadCas.json", &answers.cas)}) {
    if (!IsThere(folder / file)) continue;
    auto read = ReadAnswer(folder / file);
    if (!read.ok()) return read.status();
    *answer = *std::move(read);
  }
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    const auto user_name = UserNameOf(entry->path().filename().string());
    if (!user_name) continue;
    auto read = ReadAnswer(entry->path());
    if (!read.ok()) return read.status();
    if (user_name->empty()) {
      return absl::InvalidArgumentError(
          read->name + ": expected a user name in the name of the file");
    }
    answers.access_keys_by_user.emplace(*user_name, *std::move(read));
  }
  if (error) {
    return absl::NotFoundError(Escape(folder.string()) +
                               ": expected a folder to list");
  }
  return ParseAccount(answers);
}

}  // namespace api_access::examples
