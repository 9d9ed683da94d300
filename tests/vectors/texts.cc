#include "tests/vectors/texts.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace vectors {
namespace {

using oracle::OptionalText;
using oracle::Strings;

Json TextOrNull(const OptionalText& text) {
  return text ? Json(*text) : Json();
}

std::size_t SizeOf(const std::string& bits) {
  return bits[0] == '4' ? 33 : 129;
}

// Such as `Ordinary`.
std::string ClassText(std::string method_class) {
  method_class[0] = static_cast<char>(method_class[0] - 'a' + 'A');
  return method_class;
}

Json KindJson(std::size_t kind) {
  const oracle::Kind& named = oracle::AllKinds()[kind];
  return {{"Service", named.service}, {"Class", named.method_class}};
}

// Adds or subtracts one: trailing bits that are `carried` turn, then one more.
std::optional<std::string> Step(std::string bits, char carried) {
  const char other = carried == '1' ? '0' : '1';
  for (std::size_t i = bits.size() - 1; i > 0; --i) {
    if (bits[i] != carried) {
      bits[i] = carried;
      return bits;
    }
    bits[i] = other;
  }
  return std::nullopt;
}

}  // namespace

std::string DateText(oracle::Milliseconds date) {
  const std::chrono::sys_time<std::chrono::milliseconds> instant{
      std::chrono::milliseconds{date}};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day calendar{day};
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> time{instant - day};
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%03d+0000",
                static_cast<int>(calendar.year()),
                static_cast<unsigned>(calendar.month()),
                static_cast<unsigned>(calendar.day()),
                static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

Json DateOrNull(const std::optional<oracle::Milliseconds>& date) {
  return date ? Json(DateText(*date)) : Json();
}

std::string CanonicalAddress(const std::string& bits) {
  if (bits[0] == '4') return oracle::AddressText(bits);
  Strings groups;
  for (std::size_t at = 1; at < bits.size(); at += 16) {
    char text[8];
    std::snprintf(text, sizeof(text), "%lx",
                  std::stoul(bits.substr(at, 16), nullptr, 2));
    groups.emplace_back(text);
  }
  // The first of the longest runs of zeros, if it has two groups or more.
  std::size_t begin = 0;
  std::size_t size = 1;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == "0") ++end;
    if (end - i > size) {
      begin = i;
      size = end - i;
    }
  }
  const auto join = [&](std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
      text += (i == from ? "" : ":") + groups[i];
    }
    return text;
  };
  if (size == 1) return join(0, groups.size());
  return join(0, begin) + "::" + join(begin + size, groups.size());
}

std::string CanonicalRange(const std::string& bits) {
  return CanonicalAddress(FirstOf(bits)) + '/' +
         std::to_string(bits.size() - 1);
}

std::string FirstOf(const std::string& range_bits) {
  return range_bits + std::string(SizeOf(range_bits) - range_bits.size(), '0');
}

std::string LastOf(const std::string& range_bits) {
  return range_bits + std::string(SizeOf(range_bits) - range_bits.size(), '1');
}

std::optional<std::string> Before(std::string address_bits) {
  return Step(std::move(address_bits), '0');
}

std::optional<std::string> After(std::string address_bits) {
  return Step(std::move(address_bits), '1');
}

Json DocumentOf(const oracle::ReadFolder& account) {
  const auto text_of = [](const std::map<std::string, OptionalText>& texts,
                          const std::string& id) {
    const auto found = texts.find(id);
    return found == texts.end() ? OptionalText() : found->second;
  };
  std::map<std::string, Json> keys_by_user = {{"", Json::array()}};
  for (const oracle::Key& key : account.account.keys) {
    Json json = {{"AccessKeyId", key.id},
                 {"State", key.active ? "ACTIVE" : "INACTIVE"}};
    const auto creation = account.creations.find(key.id);
    if (creation != account.creations.end() && creation->second) {
      json["CreationDate"] = DateText(*creation->second);
    }
    json["ExpirationDate"] = DateOrNull(key.expiration);
    if (const OptionalText tag = text_of(account.tags, key.id)) {
      json["Tag"] = *tag;
    }
    Json& keys = keys_by_user[key.user];
    if (keys.is_null()) keys = Json::array();
    keys.push_back(json);
  }
  Json document;
  std::set<std::string> users(account.account.users_without_keys.begin(),
                              account.account.users_without_keys.end());
  for (const auto& [user, keys] : keys_by_user) {
    if (!user.empty()) users.insert(user);
    document[user.empty() ? "ReadAccessKeys" : "ReadAccessKeys." + user] = {
        {"AccessKeys", keys}};
  }
  Json rules = Json::array();
  for (const oracle::Rule& rule : account.account.rules) {
    Json json = {{"ApiAccessRuleId", rule.id}};
    if (const OptionalText text = text_of(account.descriptions, rule.id)) {
      json["Description"] = *text;
    }
    json["IpRanges"] = rule.ranges;
    json["CaIds"] = rule.cas;
    json["Cns"] = rule.cns;
    rules.push_back(json);
  }
  document["ReadApiAccessRules"] = {{"ApiAccessRules", rules}};
  document["ReadApiAccessPolicy"] = {
      {"ApiAccessPolicy",
       {{"MaxAccessKeyExpirationSeconds", account.account.max},
        {"RequireTrustedEnv", account.account.require}}}};
  // A list that is not whole is left out, or says that there is more.
  if (account.account.every_user_listed || !users.empty()) {
    Json list = Json::array();
    for (const std::string& user : users) list.push_back({{"UserName", user}});
    document["ReadUsers"] = {{"Users", list}};
    if (!account.account.every_user_listed) {
      document["ReadUsers"]["HasMoreItems"] = true;
    }
  }
  if (account.cas) {
    Json list = Json::array();
    for (const auto& [id, fingerprint] : *account.cas) {
      list.push_back({{"CaId", id}});
      if (fingerprint) list.back()["CaFingerprint"] = *fingerprint;
    }
    document["ReadCas"] = {{"Cas", list}};
  }
  return document;
}

oracle::Folder FolderOf(const Json& document) {
  oracle::Folder folder;
  for (const auto& [name, answer] : document.items()) {
    folder[name + ".json"] = answer.dump();
  }
  return folder;
}

Json RequestJson(const oracle::Request& request,
                 const std::optional<oracle::Milliseconds>& now) {
  Json json;
  if (now) {
    json["Service"] = request.service;
    json["Method"] = request.method;
  }
  json["ClientIp"] = request.ip;
  if (!request.login.empty()) json["Login"] = request.login;
  if (request.login == "AccessKey") json["AccessKeyId"] = request.key_id;
  if (!request.cas.empty() || request.cn) {
    json["Certificate"] = {{"CaIds", request.cas}};
    if (request.cn) json["Certificate"]["Cn"] = *request.cn;
  }
  if (now) json["Now"] = DateText(*now);
  return json;
}

Json DecisionJson(const oracle::Account& account,
                  const oracle::Decision& decision) {
  return {{"Verdict", decision.verdict},
          {"Reason", decision.reason},
          {"RuleId",
           decision.rule ? Json(account.rules[*decision.rule].id) : Json()},
          {"MissingFactors", decision.missing},
          {"ValidUntil", DateOrNull(decision.valid_until)}};
}

Json FindingsJson(const std::vector<oracle::Finding>& findings) {
  Json json = Json::array();
  for (const auto& [code, subject] : findings) {
    json.push_back({{"Code", code}, {"Subject", subject}});
  }
  return json;
}

Json AlternativesJson(const oracle::Alternatives& alternatives) {
  std::vector<Strings> ordered;
  for (const std::set<std::string>& alternative : alternatives) {
    Strings& factors = ordered.emplace_back();
    for (const std::string factor : {"AccessKey", "Password", "Certificate"}) {
      if (alternative.contains(factor)) factors.push_back(factor);
    }
  }
  std::sort(ordered.begin(), ordered.end());
  return ordered;
}

Json ChangeJson(const oracle::Change& change) {
  Json json = Json::object();
  const auto add_text = [&](const char* name, const OptionalText& text) {
    if (text) json[name] = *text;
  };
  const auto add_list = [&](const char* name, const Strings& items) {
    if (!items.empty()) json[name] = items;
  };
  const std::string& call = change.call;
  if (call.ends_with("AccessKey")) add_text("AccessKeyId", change.id);
  if (call.ends_with("ApiAccessRule")) add_text("ApiAccessRuleId", change.id);
  if (call.ends_with("Ca")) add_text("CaId", change.id);
  add_text("UserName", change.user);
  add_text("State", change.state);
  if (change.date) json["ExpirationDate"] = DateText(*change.date);
  if (change.clear_date) json["ClearExpirationDate"] = true;
  add_text("Tag", change.tag);
  if (change.clear_tag) json["ClearTag"] = true;
  add_list("IpRanges", change.ranges);
  add_list("CaIds", change.cas);
  add_list("Cns", change.cns);
  add_text("CaPem", change.pem);
  add_text("Description", change.description);
  if (change.max) json["MaxAccessKeyExpirationSeconds"] = *change.max;
  if (change.require) json["RequireTrustedEnv"] = *change.require;
  return json;
}

Json LostJson(const std::vector<std::pair<std::size_t, std::string>>& lost) {
  Json list = Json::array();
  for (const auto& [kind, reason] : lost) {
    list.push_back(KindJson(kind));
    list.back()["Reason"] = reason;
  }
  return list;
}

Json ImpactJson(const oracle::Impact& impact,
                const std::vector<oracle::Caller>& callers) {
  Json list = Json::array();
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const oracle::CallerImpact& caller = impact.callers[i];
    Json gained = Json::array();
    for (const std::size_t kind : caller.gained) {
      gained.push_back(KindJson(kind));
    }
    list.push_back({{"Name", callers[i].name},
                    {"CanManageBefore", caller.can_manage_before},
                    {"CanManageAfter", caller.can_manage_after},
                    {"ManageUntil", DateOrNull(caller.manage_until)},
                    {"Lost", LostJson(caller.lost)},
                    {"Gained", gained}});
  }
  return {{"LockOut", impact.lock_out},
          {"ManageableUntil", DateOrNull(impact.manageable_until)},
          {"Callers", list}};
}

Json RegionJson(const oracle::Region& region) {
  Json ranges = Json::array();
  for (const std::string& bits : *region.blocks) {
    ranges.push_back(CanonicalRange(bits));
  }
  Json requests = Json::array();
  for (const oracle::MapRequest& request : region.requests) {
    requests.push_back({{"Service", request.service},
                        {"Class", ClassText(request.method_class)},
                        {"Login", request.login}});
  }
  Json certificates = Json::array();
  for (const auto& [cas, cns] : region.certificates) {
    if (cas.all_but) {
      certificates.push_back({{"CaIdsNot", cas.names}});
    } else {
      certificates.push_back(
          {{"CaIds", cas.names}, {cns.all_but ? "CnsNot" : "Cns", cns.names}});
    }
  }
  return {{"Ranges", ranges},
          {"Requests", requests},
          {"Certificates", certificates}};
}

Json KeyDifferencesJson(const std::vector<oracle::KeyDifference>& keys) {
  const auto key_json = [](const std::optional<oracle::Key>& key) {
    if (!key) return Json();
    return Json{{"UserName",
                 TextOrNull(key->user.empty() ? OptionalText() : key->user)},
                {"State", key->active ? "ACTIVE" : "INACTIVE"},
                {"ExpirationDate", DateOrNull(key->expiration)}};
  };
  Json list = Json::array();
  for (const oracle::KeyDifference& key : keys) {
    list.push_back({{"AccessKeyId", key.id},
                    {"Kind", key.is_widened ? "Widened" : "Narrowed"},
                    {"Before", key_json(key.before)},
                    {"After", key_json(key.after)}});
  }
  return list;
}

}  // namespace vectors
