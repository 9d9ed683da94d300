#include "api_access/json/account_answers.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "api_access/access_key.h"
#include "api_access/api_access_policy.h"
#include "api_access/api_access_rule.h"
#include "api_access/ca.h"
#include "api_access/quote.h"
#include "api_access/timestamp.h"
#include "src/json/answer.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Call;
using internal::Dump;
using internal::Field;
using internal::FieldNames;
using internal::Json;
using internal::JsonCursor;
using internal::MemberField;
using internal::NamesOf;
using internal::Page;

// The fields of the objects of answers, as the provider describes them. The
// first one is the id where the object has one.

template <typename T>
void CheckDate(const JsonCursor& cursor, T&) {
  std::optional<Timestamp> date;
  ReadValue(cursor, date);
}

constexpr Field<AccessKey::Fields> kAccessKeyFields[] = {
    MemberField<&AccessKey::Fields::id>("AccessKeyId"),
    MemberField<&AccessKey::Fields::state>("State"),
    MemberField<&AccessKey::Fields::creation_date>("CreationDate"),
    {"LastModificationDate", CheckDate},
    MemberField<&AccessKey::Fields::expiration>(internal::kExpirationDate),
    MemberField<&AccessKey::Fields::tag>("Tag"),
};

constexpr Field<ApiAccessRule::Fields> kRuleFields[] = {
    MemberField<&ApiAccessRule::Fields::id>("ApiAccessRuleId"),
    MemberField<&ApiAccessRule::Fields::description>("Description"),
    MemberField<&ApiAccessRule::Fields::ip_ranges>("IpRanges"),
    MemberField<&ApiAccessRule::Fields::ca_ids>("CaIds"),
    MemberField<&ApiAccessRule::Fields::cns>("Cns"),
};

constexpr Field<ApiAccessPolicy::Fields> kPolicyFields[] = {
    MemberField<&ApiAccessPolicy::Fields::max_access_key_expiration_seconds>(
        "MaxAccessKeyExpirationSeconds"),
    MemberField<&ApiAccessPolicy::Fields::require_trusted_env>(
        "RequireTrustedEnv"),
};

// A fingerprint that is not a SHA-1 is left out: no verdict depends on it.
void ReadFingerprint(const JsonCursor& cursor, Ca::Fields& ca) {
  if (cursor.is_absent()) return;
  if (cursor.is_string()) {
    ca.fingerprint = cursor.String();
    if (Ca::Create(ca).ok()) return;
  }
  cursor.Note("expected a fingerprint of 40 hexadecimal digits, got " +
              (ca.fingerprint ? Quote(*ca.fingerprint) : "no text") +
              "; it is left out");
  ca.fingerprint.reset();
}

constexpr Field<Ca::Fields> kCaFields[] = {
    MemberField<&Ca::Fields::id>("CaId"),
    {"CaFingerprint", ReadFingerprint,
     MemberField<&Ca::Fields::fingerprint>("").write},
    {"Description"},
};

struct User {
  std::string name;
};
constexpr Field<User> kUserFields[] = {
    MemberField<&User::name>("UserName"),
    {"CreationDate"},
    {"LastModificationDate"},
    {"OutscaleLoginAllowed"},
    {"Path"},
    {"UserEmail"},
    {"UserId"},
};

// The calls.

constexpr std::string_view kAccessKeysFields[] = {"AccessKeys",
                                                  "ResponseContext"};
constexpr std::string_view kRulesFields[] = {"ApiAccessRules",
                                             "ResponseContext"};
constexpr std::string_view kPolicyAnswerFields[] = {"ApiAccessPolicy",
                                                    "ResponseContext"};
constexpr std::string_view kCasFields[] = {"Cas", "ResponseContext"};
constexpr std::string_view kUsersFields[] = {
    "Users", "HasMoreItems", "MaxResultsLimit", "MaxResultsTruncated",
    "ResponseContext"};

constexpr Call kReadAccessKeys = {"ReadAccessKeys", "AccessKeys",
                                  kAccessKeysFields};
constexpr Call kReadRules = {"ReadApiAccessRules", "ApiAccessRules",
                             kRulesFields};
constexpr Call kReadPolicy = {"ReadApiAccessPolicy", "ApiAccessPolicy",
                              kPolicyAnswerFields, false};
constexpr Call kReadCas = {"ReadCas", "Cas", kCasFields};
// The one call whose answers have pages.
constexpr Call kReadUsers = {"ReadUsers", "Users", kUsersFields, true, true};

// Answers are named as files.
constexpr std::string_view kSuffix = ".json";
constexpr std::string_view kUsersMissing = "ReadUsers.json is missing";

// Where an id was first seen.
struct Place {
  std::string text;
  bool is_of_root_user;
};
using Places = std::map<std::string, Place>;

// An answer under the name that errors have of it.
struct Source {
  std::string name;
  std::string_view text;
  std::optional<std::string> user_name = std::nullopt;
};

Source SourceOf(const Answer& answer, const Call& call,
                const std::optional<std::string>& user_name = std::nullopt) {
  std::string name = answer.name;
  if (name.empty()) {
    name = std::string(call.name) +
           (user_name ? " of EIM user " + Quote(*user_name) : "");
  }
  return {std::move(name), answer.text, user_name};
}

// The id of `item`, which must not have been seen before.
std::string NewId(const JsonCursor& item, std::string_view field,
                  const Source& source, Places& seen) {
  if (item.is_object() && !item.Has(field)) {
    item.Fail("expected an object with the field " + Quote(field) + ", got " +
              item.FieldsText());
  }
  const JsonCursor cursor = item[field];
  std::string id = cursor.NonEmptyString();
  const auto [first, is_new] =
      seen.emplace(id, Place{cursor.Place(), !source.user_name});
  if (is_new) return id;
  std::string cause;
  if (source.user_name && first->second.is_of_root_user) {
    cause =
        "; without UserName, ReadAccessKeys lists the keys of whoever calls: "
        "it may have been called by EIM user " +
        Quote(*source.user_name);
  }
  cursor.Fail("expected each one once, got " + Quote(id) +
              " which is already at " + first->second.text + cause);
  return id;
}

// A list of objects in the answer of a call.
template <typename Entity>
struct ListOf {
  const Call& call;
  std::string_view kind;
  // The first one is the id.
  internal::Fields<typename Entity::Fields> fields;
  // Whether a field that is not known is an error.
  bool refuses_unknown = false;
};
constexpr ListOf<AccessKey> kAccessKeys = {kReadAccessKeys, "access key",
                                           kAccessKeyFields};
// A criterion that is not known must not be dropped.
constexpr ListOf<ApiAccessRule> kRules = {kReadRules, "API access rule",
                                          kRuleFields, true};
constexpr ListOf<Ca> kCas = {kReadCas, "CA", kCaFields};

// One text for each note, in byte order; of more than 100 the first ones.
std::vector<std::string> Texts(const internal::Notes& notes) {
  constexpr std::size_t kShown = 100;
  std::vector<std::string> texts;
  for (const auto& [note, names] : notes) {
    const std::size_t others = names.size() - 1;
    texts.push_back(
        names[0] +
        (others == 0 ? "" : " and " + std::to_string(others) + " more") + ": " +
        note);
  }
  std::ranges::sort(texts);
  if (texts.size() > kShown) {
    const std::size_t hidden = texts.size() - kShown;
    texts.resize(kShown);
    texts.push_back("and " + std::to_string(hidden) + " more notes");
  }
  return texts;
}

// Reads an account, and collects the notes.
class AccountReader {
 public:
  absl::StatusOr<ParsedAccount> Read(const AccountAnswers& answers);

 private:
  // Reads a list onto the end of `entities`. `initial` has what the answer does
  // not.
  template <typename Entity>
  absl::Status ReadList(const Source& source, const ListOf<Entity>& list,
                        const typename Entity::Fields& initial, Places& seen,
                        std::vector<Entity>& entities);
  absl::Status ReadPolicy(const Answer& answer);
  absl::Status ReadUsers(const Answer& answer, std::set<std::string>& users);
  absl::Status ReadKeys(const AccountAnswers& answers,
                        const std::set<std::string>& users);

  std::optional<ApiAccessPolicy> policy_;
  std::vector<ApiAccessRule> rules_;
  std::vector<AccessKey> access_keys_;
  std::vector<Ca> cas_;
  // Why the list of users is not known to be whole; empty when it is.
  std::string users_doubt_;
  internal::Notes notes_;
};

template <typename Entity>
absl::Status AccountReader::ReadList(const Source& source,
                                     const ListOf<Entity>& list,
                                     const typename Entity::Fields& initial,
                                     Places& seen,
                                     std::vector<Entity>& entities) {
  const std::vector<std::string_view> names = NamesOf(list.fields);
  const auto read = [&](const Page& page) {
    if (page.has_envelope) page.root.NoteUnknown(list.call.fields);
    page.content.ForEach([&](JsonCursor item) {
      item.ExpectObject(names);
      const JsonCursor place = item;
      item.SetSubject(list.kind, NewId(item, names[0], source, seen));
      if (list.refuses_unknown) item.ExpectOnly(names);
      item.NoteUnknown(names);
      typename Entity::Fields fields = initial;
      ReadFields(item, list.fields, fields);
      if (item.failed()) return;
      auto entity = place.Take(Entity::Create(std::move(fields)));
      if (entity) entities.push_back(*std::move(entity));
    });
  };
  return ReadPages(source.name, source.text, list.call, names, notes_, read);
}

absl::Status AccountReader::ReadPolicy(const Answer& answer) {
  const std::vector<std::string_view> names = NamesOf(kPolicyFields);
  const Source source = SourceOf(answer, kReadPolicy);
  const auto read = [&](const Page& page) {
    if (page.has_envelope) page.root.NoteUnknown(kReadPolicy.fields);
    page.content.ExpectObject(names);
    std::vector<std::string_view> known = names;
    // Beside a policy without its envelope.
    known.push_back("ResponseContext");
    page.content.NoteUnknown(known);
    ApiAccessPolicy::Fields values;
    ReadFields(page.content, kPolicyFields, values);
    // The maximum is what may be refused.
    policy_ = page.content[names[0]].Take(ApiAccessPolicy::Create(values));
  };
  return ReadPages(source.name, source.text, kReadPolicy, names, notes_, read);
}

absl::Status AccountReader::ReadUsers(const Answer& answer,
                                      std::set<std::string>& users) {
  const Source source = SourceOf(answer, kReadUsers);
  const std::vector<std::string_view> names = NamesOf(kUserFields);
  Places seen;
  bool has_more = false;
  const auto doubt = [&](const std::string& why) {
    if (users_doubt_.empty()) users_doubt_ = source.name + why;
  };
  const auto read = [&](const Page& page) {
    page.content.ForEach([&](const JsonCursor& item) {
      item.ExpectObject(names);
      item.NoteUnknown(names);
      users.insert(NewId(item, names[0], source, seen));
    });
    if (!page.has_envelope) {
      doubt(
          " is a list without its envelope, which would tell whether it is "
          "whole");
      return;
    }
    // That of the last page counts.
    const JsonCursor more = page.root["HasMoreItems"];
    has_more = !more.is_absent() && more.Bool();
    // Other services mark a list that is cut by IsTruncated or NextToken.
    for (const std::string& field :
         page.root.UnknownFields(kReadUsers.fields)) {
      doubt(" has the field " + Quote(field) +
            ", which may mark a list that is cut");
    }
  };
  absl::Status status =
      ReadPages(source.name, source.text, kReadUsers, names, notes_, read);
  if (has_more) doubt(" says HasMoreItems");
  return status;
}

absl::Status AccountReader::ReadKeys(const AccountAnswers& answers,
                                     const std::set<std::string>& users) {
  Places seen;
  absl::Status status = ReadList(SourceOf(answers.access_keys, kReadAccessKeys),
                                 kAccessKeys, {}, seen, access_keys_);
  for (const auto& [user_name, answer] : answers.access_keys_by_user) {
    if (!status.ok()) break;
    const Source source = SourceOf(answer, kReadAccessKeys, user_name);
    if (users_doubt_.empty() && !users.contains(user_name)) {
      return absl::InvalidArgumentError(
          source.name + ": expected a user that is listed in " +
          SourceOf(*answers.users, kReadUsers).name + ", got " +
          Quote(user_name));
    }
    status = ReadList(source, kAccessKeys, {.id = {}, .user_name = user_name},
                      seen, access_keys_);
  }
  return status;
}

absl::StatusOr<ParsedAccount> AccountReader::Read(
    const AccountAnswers& answers) {
  absl::Status status = ReadPolicy(answers.policy);
  Places rules;
  if (status.ok()) {
    status = ReadList(SourceOf(answers.rules, kReadRules), kRules, {}, rules,
                      rules_);
  }
  std::set<std::string> users;
  if (!answers.users) {
    users_doubt_ = std::string(kUsersMissing);
  } else if (status.ok()) {
    status = ReadUsers(*answers.users, users);
  }
  if (status.ok()) status = ReadKeys(answers, users);
  Places cas;
  if (status.ok() && answers.cas) {
    status = ReadList(SourceOf(*answers.cas, kReadCas), kCas, {}, cas, cas_);
  }
  if (!status.ok()) return status;

  Account::Fields fields = {.policy = *policy_,
                            .rules = std::move(rules_),
                            .access_keys = std::move(access_keys_),
                            .every_user_listed = users_doubt_.empty(),
                            .users_doubt = std::move(users_doubt_)};
  for (const std::string& user : users) {
    if (!answers.access_keys_by_user.contains(user)) {
      fields.users_without_keys_read.push_back(user);
    }
  }
  if (answers.cas) fields.cas = std::move(cas_);
  auto account = Account::Create(std::move(fields));
  if (!account.ok()) return account.status();
  return ParsedAccount{*std::move(account), Texts(notes_)};
}

// JSON has no other texts.
bool IsUtf8(const Json& json) {
  if (json.is_string()) {
    return !internal::FindNonUtf8(json.get_ref<const std::string&>());
  }
  return !json.is_structured() || std::ranges::all_of(json, IsUtf8);
}

// Writes an account, and remembers the first error.
class AccountWriter {
 public:
  absl::StatusOr<AccountAnswers> Write(const Account& account);

 private:
  void Fail(const std::string& message) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(message);
  }
  // `{"<the call's content>":<content>}`.
  static Answer WriteAnswer(const Call& call, Json content) {
    const Json json = {{std::string(call.content), std::move(content)}};
    return {.text = Dump(json), .name = std::string(call.name).append(kSuffix)};
  }
  template <typename Entity>
  Json WriteItem(const ListOf<Entity>& list, const Entity& entity);
  void WriteKeys(const Account& account);
  void WriteUsers(const Account& account);

  AccountAnswers answers_;
  absl::Status status_;
};

template <typename Entity>
Json AccountWriter::WriteItem(const ListOf<Entity>& list,
                              const Entity& entity) {
  Json json = Json::object();
  WriteFields(entity.fields(), list.fields, json);
  if (!IsUtf8(json)) {
    Fail(std::string(list.kind) + " " + Quote(entity.id()) +
         ": expected texts in UTF-8, as JSON has no others");
  }
  return json;
}

void AccountWriter::WriteKeys(const Account& account) {
  Json of_root_user = Json::array();
  std::map<std::string, Json> by_user;
  for (const AccessKey& key : account.access_keys()) {
    Json& list =
        key.user_name()
            ? by_user.try_emplace(*key.user_name(), Json::array()).first->second
            : of_root_user;
    list.push_back(WriteItem(kAccessKeys, key));
  }
  answers_.access_keys = WriteAnswer(kReadAccessKeys, std::move(of_root_user));
  for (auto& [user, list] : by_user) {
    constexpr std::size_t kLongestFileName = 255;
    Answer answer = WriteAnswer(kReadAccessKeys, std::move(list));
    answer.name = "ReadAccessKeys." + user + ".json";
    if (user.find_first_of(std::string_view("/\0", 2)) != std::string::npos ||
        answer.name.size() > kLongestFileName) {
      Fail("EIM user " + Quote(user) +
           ": expected a user name that can be part of the name of a file: "
           "without / and NUL, and of at most " +
           std::to_string(kLongestFileName -
                          (answer.name.size() - user.size())) +
           " bytes");
    }
    answers_.access_keys_by_user.emplace(user, std::move(answer));
  }
}

void AccountWriter::WriteUsers(const Account& account) {
  const std::vector<std::string>& not_read = account.users_without_keys_read();
  if (!account.every_user_listed() && not_read.empty() &&
      account.users_doubt() == kUsersMissing) {
    return;
  }
  std::set<std::string> names(not_read.begin(), not_read.end());
  for (const auto& [user, answer] : answers_.access_keys_by_user) {
    if (!names.insert(user).second) {
      Fail("EIM user " + Quote(user) +
           ": expected no access keys, as they were not all read: an answer "
           "would read as all of them");
    }
  }
  Json users = Json::array();
  for (const std::string& name : names) {
    users.push_back({{kUserFields[0].name, name}});
    if (internal::FindNonUtf8(name)) {
      Fail("EIM user " + Quote(name) +
           ": expected a user name in UTF-8, as JSON has no others");
    }
  }
  const Json json = {{std::string(kReadUsers.content), std::move(users)},
                     {"HasMoreItems", !account.every_user_listed()}};
  answers_.users = {.text = Dump(json), .name = "ReadUsers.json"};
}

absl::StatusOr<AccountAnswers> AccountWriter::Write(const Account& account) {
  Json policy = Json::object();
  WriteFields(account.policy().fields(), kPolicyFields, policy);
  answers_.policy = WriteAnswer(kReadPolicy, std::move(policy));
  Json rules = Json::array();
  for (const ApiAccessRule& rule : account.rules()) {
    rules.push_back(WriteItem(kRules, rule));
  }
  answers_.rules = WriteAnswer(kReadRules, std::move(rules));
  WriteKeys(account);
  WriteUsers(account);
  if (account.cas()) {
    Json cas = Json::array();
    for (const Ca& ca : *account.cas()) {
      cas.push_back(WriteItem(kCas, ca));
      if (ca.valid_until()) {
        Fail("CA " + Quote(ca.id()) +
             ": expected no end of validity, as no answer has one");
      }
    }
    answers_.cas = WriteAnswer(kReadCas, std::move(cas));
  }
  if (!status_.ok()) return status_;
  return std::move(answers_);
}

// The fields of a document, beside those of EIM users.
constexpr std::string_view kDocumentFields[] = {
    kReadAccessKeys.name, kReadRules.name, kReadPolicy.name, kReadUsers.name,
    kReadCas.name};
constexpr std::string_view kKeysOfUser = "ReadAccessKeys.";

// The text of an answer of ReadUsers: several pages follow one another.
std::string UsersText(const JsonCursor& users) {
  bool has_pages = false;
  std::string pages;
  if (users.is_array()) {
    users.ForEach([&](const JsonCursor& page) {
      has_pages = has_pages || page.Has(kReadUsers.content);
      pages += page.Text() + '\n';
    });
  }
  return has_pages ? pages : users.Text();
}

// The names of the answers are those of their calls.
AccountAnswers ReadDocument(const JsonCursor& root) {
  root.ExpectObject(kDocumentFields);
  std::string missing;
  const auto required = [&](const Call& call) {
    if (root[call.name].is_absent()) {
      missing += (missing.empty() ? "" : ", ") + std::string(call.name);
    }
    return Answer{root[call.name].Text()};
  };
  AccountAnswers answers = {.access_keys = required(kReadAccessKeys),
                            .rules = required(kReadRules),
                            .policy = required(kReadPolicy)};
  if (!missing.empty()) {
    root.Fail("expected an answer of each of these calls: " + missing);
  }
  if (const JsonCursor users = root[kReadUsers.name]; !users.is_absent()) {
    answers.users = Answer{UsersText(users)};
  }
  if (const JsonCursor cas = root[kReadCas.name]; !cas.is_absent()) {
    answers.cas = Answer{cas.Text()};
  }
  for (const std::string& field : root.UnknownFields(kDocumentFields)) {
    if (!field.starts_with(kKeysOfUser) || field.size() == kKeysOfUser.size()) {
      root.Fail(
          "expected the name of a call, such as ReadCas, or ReadAccessKeys and "
          "an EIM user, such as ReadAccessKeys.alice, got " +
          Quote(field));
    } else if (!root[field].is_absent()) {
      answers.access_keys_by_user.emplace(field.substr(kKeysOfUser.size()),
                                          Answer{root[field].Text()});
    }
  }
  return answers;
}

}  // namespace

absl::StatusOr<ParsedAccount> ParseAccount(const AccountAnswers& answers) {
  return AccountReader().Read(answers);
}

absl::StatusOr<AccountAnswers> FormatAccount(const Account& account) {
  return AccountWriter().Write(account);
}

absl::StatusOr<ParsedAccount> ParseAccountDocument(std::string_view text) {
  AccountAnswers answers;
  const absl::Status status = internal::ReadOne(
      internal::TextKind::kOther, text,
      [&](const JsonCursor& root) { answers = ReadDocument(root); });
  if (!status.ok()) return status;
  return ParseAccount(answers);
}

absl::StatusOr<std::string> FormatAccountDocument(const Account& account) {
  const auto answers = FormatAccount(account);
  if (!answers.ok()) return answers.status();
  std::string text;
  // The answers are JSON, and named as files.
  const auto add = [&](const Answer& answer) {
    std::string name = answer.name;
    name.resize(name.size() - kSuffix.size());
    text += (text.empty() ? '{' : ',') + Dump(name) + ':' + answer.text;
  };
  add(answers->policy);
  add(answers->rules);
  add(answers->access_keys);
  for (const auto& [user, answer] : answers->access_keys_by_user) add(answer);
  if (answers->users) add(*answers->users);
  if (answers->cas) add(*answers->cas);
  return text + '}';
}

}  // namespace api_access
