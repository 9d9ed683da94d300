#include "tests/oracle/plain_reader.h"

#include <cctype>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"

namespace oracle {
namespace {

using Json = nlohmann::json;

class PlainReader {
 public:
  // Throws where the answers must be refused.
  void ReadFiles(const std::map<std::string, std::string>& files,
                 Account& account);

 private:
  static void Require(bool condition) {
    if (!condition) throw std::runtime_error("refused");
  }

  static Json ParseUnique(const std::string& text) {
    Require(text.find('\0') == std::string::npos);
    std::vector<std::set<Json>> keys;
    return Json::parse(text, [&](int, Json::parse_event_t event, Json& value) {
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key) {
        Require(keys.back().insert(value).second);
      }
      return true;
    });
  }

  static std::string Bare(const std::string& name) {
    std::string bare;
    for (const char c : name) {
      const int byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0)
        bare += static_cast<char>(std::tolower(byte));
    }
    return bare;
  }

  // Every text that is one edit away from `text`.
  static std::set<std::string> Edits(const std::string& text) {
    const std::string alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::set<std::string> edits;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (const char c : alphabet) {
        edits.insert(text.substr(0, i) + c + text.substr(i));
        if (i < text.size()) {
          edits.insert(text.substr(0, i) + c + text.substr(i + 1));
        }
      }
      if (i < text.size()) {
        edits.insert(text.substr(0, i) + text.substr(i + 1));
      }
      for (std::size_t j = i + 1; j < text.size(); ++j) {
        std::string swapped = text;
        std::swap(swapped[i], swapped[j]);
        edits.insert(swapped);
      }
    }
    return edits;
  }

  // The fields of `object` that are none of `known`, of which it must not have
  // another spelling.
  static std::set<std::string> Unknown(const Json& object,
                                       const std::set<std::string>& known) {
    static const auto& near_dates =
        *new std::set<std::string>(Edits("expirationdate"));
    Require(object.is_object());
    std::set<std::string> unknown;
    for (const auto& [name, value] : object.items()) {
      if (known.contains(name)) continue;
      unknown.insert(name);
      for (const std::string& field : known) {
        Require(Bare(name) != Bare(field));
        Require(field != "ExpirationDate" || !near_dates.contains(Bare(name)));
      }
    }
    return unknown;
  }

  // An answer that has `fields` beside its context.
  static Json Open(const std::map<std::string, std::string>& files,
                   const std::string& name, std::set<std::string> fields) {
    Json json = ParseUnique(files.at(name));
    fields.insert("ResponseContext");
    Unknown(json, fields);
    Require(json.value("Errors", Json()).is_null());
    const Json context = json.value("ResponseContext", Json());
    if (!context.is_null()) Unknown(context, {"RequestId"});
    return json;
  }

  static std::string Id(const Json& json) {
    std::string id = json.get<std::string>();
    Require(!id.empty());
    return id;
  }

  static std::optional<Milliseconds> Date(const Json& item, const char* name) {
    if (!item.contains(name) || item[name].is_null()) return std::nullopt;
    const auto date = ParseDate(item[name].get<std::string>());
    Require(date.has_value());
    return date;
  }

  static void Text(const Json& item, const char* name) {
    Require(!item.contains(name) || item[name].is_null() ||
            item[name].is_string());
  }

  static Strings Items(const Json& rule, const char* name) {
    Strings items;
    if (!rule.contains(name) || rule[name].is_null()) return items;
    Require(rule[name].is_array());
    for (const Json& item : rule[name]) items.push_back(Id(item));
    return items;
  }

  void ReadKeys(const Json& answer, const std::string& user, Account& account) {
    Require(answer.at("AccessKeys").is_array());
    for (const Json& item : answer["AccessKeys"]) {
      Unknown(item, {"AccessKeyId", "State", "CreationDate", "Tag",
                     "LastModificationDate", "ExpirationDate"});
      Key key = {Id(item.at("AccessKeyId")), false,
                 Date(item, "ExpirationDate"), user};
      Date(item, "CreationDate");
      Date(item, "LastModificationDate");
      Text(item, "Tag");
      const std::string state = item.at("State").get<std::string>();
      Require(state == "ACTIVE" || state == "INACTIVE");
      key.active = state == "ACTIVE";
      Require(key_ids_.insert(key.id).second);
      account.keys.push_back(key);
    }
  }

  std::set<std::string> key_ids_;
};

void PlainReader::ReadFiles(const std::map<std::string, std::string>& files,
                            Account& account) {
  const Json policy =
      Open(files, "ReadApiAccessPolicy.json", {"ApiAccessPolicy"})
          .at("ApiAccessPolicy");
  Unknown(policy, {"MaxAccessKeyExpirationSeconds", "RequireTrustedEnv"});
  const Json& max = policy.at("MaxAccessKeyExpirationSeconds");
  Require(max.is_number_integer());
  account.max = max.get<long long>();
  Require(account.max >= 0 && account.max <= 3153600000);
  account.require = policy.at("RequireTrustedEnv").get<bool>();

  const Json rules = Open(files, "ReadApiAccessRules.json", {"ApiAccessRules"});
  Require(rules.at("ApiAccessRules").is_array());
  std::set<std::string> rule_ids;
  for (const Json& item : rules["ApiAccessRules"]) {
    Require(Unknown(item, {"ApiAccessRuleId", "Description", "IpRanges",
                           "CaIds", "Cns"})
                .empty());
    Text(item, "Description");
    const Rule rule = {Id(item.at("ApiAccessRuleId")), Items(item, "IpRanges"),
                       Items(item, "CaIds"), Items(item, "Cns")};
    for (const std::string& range : rule.ranges) {
      Require(RangeBits(range).has_value());
    }
    Require(!rule.cas.empty() || (!rule.ranges.empty() && rule.cns.empty()));
    Require(rule_ids.insert(rule.id).second);
    account.rules.push_back(rule);
  }

  ReadKeys(Open(files, "ReadAccessKeys.json", {"AccessKeys"}), "", account);
  std::optional<std::set<std::string>> users;
  if (files.contains("ReadUsers.json")) {
    const std::set<std::string> fields = {
        "Users", "HasMoreItems", "MaxResultsLimit", "MaxResultsTruncated"};
    const Json answer = Open(files, "ReadUsers.json", fields);
    Require(answer.at("Users").is_array());
    users.emplace();
    for (const Json& item : answer["Users"]) {
      Unknown(item, {"UserName", "UserId", "UserEmail", "Path", "CreationDate",
                     "LastModificationDate", "OutscaleLoginAllowed"});
      Require(users->insert(Id(item.at("UserName"))).second);
    }
    const Json more = answer.value("HasMoreItems", Json());
    account.every_user_listed = more.is_null() || !more.get<bool>();
    for (const auto& [field, value] : answer.items()) {
      if (!fields.contains(field) && field != "ResponseContext") {
        account.every_user_listed = false;
      }
    }
  }
  for (const auto& [name, text] : files) {
    const std::string prefix = "ReadAccessKeys.";
    if (!name.starts_with(prefix) || name == "ReadAccessKeys.json") continue;
    const std::string user =
        name.substr(prefix.size(), name.size() - prefix.size() - 5);
    Require(!account.every_user_listed || users->contains(user));
    ReadKeys(Open(files, name, {"AccessKeys"}), user, account);
    if (users) users->erase(user);
  }
  if (users) account.users_without_keys.assign(users->begin(), users->end());

  if (files.contains("ReadCas.json")) {
    const Json answer = Open(files, "ReadCas.json", {"Cas"});
    Require(answer.at("Cas").is_array());
    std::set<std::string> ids;
    for (const Json& item : answer["Cas"]) {
      Unknown(item, {"CaId", "CaFingerprint", "Description"});
      Require(ids.insert(Id(item.at("CaId"))).second);
    }
  }
}

}  // namespace

std::optional<Account> ReadAnswers(
    const std::map<std::string, std::string>& files) {
  PlainReader reader;
  Account account = {.every_user_listed = false};
  try {
    reader.ReadFiles(files, account);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return account;
}

}  // namespace oracle
