#include "tests/oracle/plain_reader.h"

#include <cctype>
#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include "nlohmann/json.hpp"

namespace oracle {
namespace {

using Json = nlohmann::json;

// What must be refused is thrown, with its cause.
void Require(bool condition, const std::string& cause = "") {
  if (!condition) throw std::runtime_error(cause);
}

bool IsMissing(const Json& object, const std::string& field) {
  return !object.contains(field) || object[field].is_null();
}

// The texts that follow one another in a file, taken one by one.
class Texts {
 public:
  explicit Texts(const std::string& text) : rest_(text) {
    const std::string front = text.substr(0, 2);
    Require(front != "\xff\xfe" && front != "\xfe\xff", "UTF-16");
    if (front.size() == 2) {
      Require((front[0] == '\0') == (front[1] == '\0'), "UTF-16");
    }
    SkipMark();
    SkipBlanks();
    Require(!rest_.empty(), "empty");
    Require(text.find('\0') == std::string::npos);
    Require(IsUtf8(text), "UTF-8");
  }

  bool AreThereMore() const { return !rest_.empty(); }
  // Whether an object or a list begins here.
  bool BeginsAnAnswer() const {
    return !rest_.empty() && (rest_[0] == '{' || rest_[0] == '[');
  }

  // The next value, an object or a list in which no object has a key twice.
  Json Take() {
    SkipMark();
    Require(BeginsAnAnswer());
    // Folders that are compared one after another share most of their answers.
    static std::unordered_map<std::string, std::pair<Json, std::size_t>> known;
    if (known.size() > 100) known.clear();
    if (!known.contains(rest_)) known[rest_] = ParseFirst(rest_);
    const auto [value, size] = known[rest_];
    rest_ = rest_.substr(size);
    SkipBlanks();
    return value;
  }

 private:
  // The value that `text` begins with, and its size.
  static std::pair<Json, std::size_t> ParseFirst(const std::string& text) {
    std::istringstream stream(text);
    Json value;
    stream >> value;
    const auto size = static_cast<std::size_t>(stream.tellg());
    std::vector<std::set<Json>> keys;
    value = Json::parse(text.substr(0, size),
                        [&](int, Json::parse_event_t event, Json& key) {
                          if (event == Json::parse_event_t::object_start) {
                            keys.emplace_back();
                          }
                          if (event == Json::parse_event_t::object_end) {
                            keys.pop_back();
                          }
                          if (event == Json::parse_event_t::key) {
                            Require(keys.back().insert(key).second);
                          }
                          return true;
                        });
    return {value, size};
  }

  void SkipMark() {
    if (rest_.substr(0, 3) == "\xef\xbb\xbf") rest_ = rest_.substr(3);
  }
  void SkipBlanks() {
    const std::size_t begin = rest_.find_first_not_of(" \t\r\n");
    rest_ = begin == std::string::npos ? "" : rest_.substr(begin);
  }

  std::string rest_;
};

std::string Bare(const std::string& name) {
  std::string bare;
  for (const char c : name) {
    const int byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) bare += static_cast<char>(std::tolower(byte));
  }
  return bare;
}

// Every text that is one edit away from `text`.
std::set<std::string> Edits(const std::string& text) {
  const std::string alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::set<std::string> edits;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (const char c : alphabet) {
      edits.insert(text.substr(0, i) + c + text.substr(i));
      if (i < text.size()) {
        edits.insert(text.substr(0, i) + c + text.substr(i + 1));
      }
    }
    if (i < text.size()) edits.insert(text.substr(0, i) + text.substr(i + 1));
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
std::set<std::string> Unknown(const Json& object,
                              const std::set<std::string>& known) {
  static const auto& near_dates =
      *new std::set<std::string>(Edits("expirationdate"));
  Require(object.is_object());
  std::set<std::string> unknown;
  for (const auto& [name, value] : object.items()) {
    if (known.contains(name)) continue;
    unknown.insert(name);
    const std::string bare = Bare(name);
    for (const std::string& field : known) {
      Require(bare != Bare(field));
      Require(field != "ExpirationDate" || !near_dates.contains(bare));
    }
  }
  return unknown;
}

// Whether an answer that should have the field `content` is an error.
bool IsErrorAnswer(const Json& answer, const std::string& content) {
  if (!answer.is_object()) return false;
  const auto field = [&](const char* name) {
    return answer.contains(name) ? answer[name] : Json();
  };
  if (field("Errors").is_array() && !field("Errors").empty()) return true;
  if (answer.contains(content)) return false;
  if (field("__type").is_string()) return true;
  // RFC 9457: two of its four members, one of which says what is wrong.
  const bool has_title = field("title").is_string() && field("title") != "";
  const bool has_detail = field("detail").is_string() && field("detail") != "";
  const int members = (has_title ? 1 : 0) + (has_detail ? 1 : 0) +
                      (field("type").is_string() ? 1 : 0) +
                      (field("status").is_number_integer() ? 1 : 0);
  return (has_title || has_detail) && members >= 2;
}

std::string Id(const Json& object, const char* name) {
  Require(!IsMissing(object, name) && object[name].is_string() &&
          object[name] != "");
  return object[name];
}

OptionalText Text(const Json& object, const char* name) {
  if (IsMissing(object, name)) return std::nullopt;
  Require(object[name].is_string());
  return object[name].get<std::string>();
}

std::optional<Milliseconds> Date(const Json& object, const char* name) {
  const OptionalText text = Text(object, name);
  if (!text) return std::nullopt;
  const auto date = ParseDate(*text);
  Require(date.has_value());
  return date;
}

Strings Items(const Json& object, const char* name) {
  Strings items;
  if (IsMissing(object, name)) return items;
  Require(object[name].is_array());
  for (const Json& item : object[name]) {
    Require(item.is_string() && item != "");
    items.push_back(item);
  }
  return items;
}

// A fingerprint as the account has it; none when it is no SHA-1.
OptionalText Sha1(const Json& fingerprint) {
  if (!fingerprint.is_string()) return std::nullopt;
  std::string digits = fingerprint;
  if (digits.size() != 40) return std::nullopt;
  for (char& c : digits) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return digits;
}

class FolderReader {
 public:
  explicit FolderReader(const Folder& folder) : folder_(folder) {}

  ReadFolder Read() {
    ReadPolicy();
    ReadRules();
    ReadKeys("ReadAccessKeys.json", "");
    std::set<std::string> users;
    if (folder_.contains("ReadUsers.json")) {
      users = ReadUsers();
    } else {
      read_.doubts.insert("ReadUsers.json");
    }
    const bool are_all_listed = read_.doubts.empty();
    std::set<std::string> without_keys = users;
    for (const auto& [name, text] : folder_) {
      const std::string prefix = "ReadAccessKeys.";
      if (name.substr(0, prefix.size()) != prefix ||
          name == "ReadAccessKeys.json") {
        continue;
      }
      const std::string user =
          name.substr(prefix.size(), name.size() - prefix.size() - 5);
      Require(!are_all_listed || users.contains(user));
      ReadKeys(name, user);
      without_keys.erase(user);
    }
    read_.account.every_user_listed = are_all_listed;
    read_.account.users_without_keys.assign(without_keys.begin(),
                                            without_keys.end());
    if (folder_.contains("ReadCas.json")) ReadCas();
    return read_;
  }

 private:
  // The one answer of a file.
  Json TakeOne(const std::string& name) {
    Texts texts(folder_.at(name));
    const Json answer = texts.Take();
    Require(!texts.BeginsAnAnswer(), "another one begins here");
    Require(!texts.AreThereMore());
    return answer;
  }

  // The fields that are not known are left out, in whatever object.
  void LeaveOut(const std::string& name, const std::set<std::string>& fields) {
    for (const std::string& field : fields) {
      read_.left_out.insert({name, field});
    }
  }

  // Checks an answer that is not a list; gives the fields at its top that are
  // not known.
  static std::set<std::string> CheckEnvelope(const Json& answer,
                                             const std::string& content,
                                             std::set<std::string> others) {
    Require(!IsErrorAnswer(answer, content), "error answer");
    others.insert({content, "ResponseContext"});
    const std::set<std::string> unknown = Unknown(answer, others);
    Require(answer.contains(content));
    if (!IsMissing(answer, "ResponseContext")) {
      Unknown(answer["ResponseContext"], {"RequestId"});
    }
    return unknown;
  }

  // The list of a file, in its envelope or without it.
  Json TakeList(const std::string& name, const std::string& content) {
    const Json answer = TakeOne(name);
    if (answer.is_array()) {
      Require(!answer.empty());
      return answer;
    }
    LeaveOut(name, CheckEnvelope(answer, content, {}));
    Require(answer[content].is_array());
    return answer[content];
  }

  void ReadPolicy() {
    const std::string name = "ReadApiAccessPolicy.json";
    Json policy = TakeOne(name);
    Require(!IsErrorAnswer(policy, "ApiAccessPolicy"), "error answer");
    if (policy.contains("ApiAccessPolicy")) {
      LeaveOut(name, CheckEnvelope(policy, "ApiAccessPolicy", {}));
      policy = Json(policy["ApiAccessPolicy"]);
    }
    LeaveOut(name, Unknown(policy, {"MaxAccessKeyExpirationSeconds",
                                    "RequireTrustedEnv"}));
    const Json& max = policy.at("MaxAccessKeyExpirationSeconds");
    Require(max.is_number_integer() && max >= 0 && max <= 3153600000);
    read_.account.max = max;
    Require(policy.at("RequireTrustedEnv").is_boolean());
    read_.account.require = policy["RequireTrustedEnv"];
  }

  void ReadRules() {
    for (const Json& item :
         TakeList("ReadApiAccessRules.json", "ApiAccessRules")) {
      Require(Unknown(item, {"ApiAccessRuleId", "Description", "IpRanges",
                             "CaIds", "Cns"})
                  .empty());
      const Rule rule = {Id(item, "ApiAccessRuleId"), Items(item, "IpRanges"),
                         Items(item, "CaIds"), Items(item, "Cns")};
      for (const std::string& range : rule.ranges) {
        Require(RangeBits(range).has_value());
      }
      Require(!rule.cas.empty() || (!rule.ranges.empty() && rule.cns.empty()));
      Require(read_.descriptions.insert({rule.id, Text(item, "Description")})
                  .second);
      read_.account.rules.push_back(rule);
    }
  }

  void ReadKeys(const std::string& name, const std::string& user) {
    for (const Json& item : TakeList(name, "AccessKeys")) {
      LeaveOut(name,
               Unknown(item, {"AccessKeyId", "State", "CreationDate", "Tag",
                              "LastModificationDate", "ExpirationDate"}));
      Key key = {Id(item, "AccessKeyId"), false, Date(item, "ExpirationDate"),
                 user};
      const std::string state = Id(item, "State");
      Require(state == "ACTIVE" || state == "INACTIVE");
      key.active = state == "ACTIVE";
      Date(item, "LastModificationDate");
      read_.creations[key.id] = Date(item, "CreationDate");
      Require(read_.tags.insert({key.id, Text(item, "Tag")}).second);
      read_.account.keys.push_back(key);
    }
  }

  // The users of all pages.
  std::set<std::string> ReadUsers() {
    const std::string name = "ReadUsers.json";
    std::set<std::string> users;
    bool has_more = false;
    for (Texts texts(folder_.at(name)); texts.AreThereMore();) {
      const Json answer = texts.Take();
      Json list = answer;
      if (answer.is_array()) {
        Require(!answer.empty());
        read_.doubts.insert("envelope");
      } else {
        const std::set<std::string> unknown = CheckEnvelope(
            answer, "Users",
            {"HasMoreItems", "MaxResultsLimit", "MaxResultsTruncated"});
        read_.doubts.insert(unknown.begin(), unknown.end());
        has_more = false;
        if (!IsMissing(answer, "HasMoreItems")) {
          Require(answer["HasMoreItems"].is_boolean());
          has_more = answer["HasMoreItems"];
        }
        list = Json(answer["Users"]);
      }
      Require(list.is_array());
      for (const Json& item : list) {
        LeaveOut(name, Unknown(item, {"UserName", "UserId", "UserEmail", "Path",
                                      "CreationDate", "LastModificationDate",
                                      "OutscaleLoginAllowed"}));
        Require(users.insert(Id(item, "UserName")).second);
      }
    }
    if (has_more) read_.doubts.insert("HasMoreItems");
    return users;
  }

  void ReadCas() {
    const std::string name = "ReadCas.json";
    read_.cas.emplace();
    std::set<std::string> ids;
    for (const Json& item : TakeList(name, "Cas")) {
      LeaveOut(name, Unknown(item, {"CaId", "CaFingerprint", "Description"}));
      const std::string id = Id(item, "CaId");
      Require(ids.insert(id).second);
      OptionalText fingerprint;
      if (!IsMissing(item, "CaFingerprint")) {
        fingerprint = Sha1(item["CaFingerprint"]);
        if (!fingerprint) LeaveOut(name, {"CaFingerprint"});
      }
      read_.cas->push_back({id, fingerprint});
    }
  }

  const Folder& folder_;
  ReadFolder read_;
};

RequestLine ReadLine(const std::string& text) {
  Texts texts(text);
  const Json line = texts.Take();
  Require(!texts.AreThereMore());
  Require(Unknown(line, {"Service", "Method", "ClientIp", "Login",
                         "AccessKeyId", "Certificate", "Now", "Id"})
              .empty());
  RequestLine read;
  const OptionalText service = Text(line, "Service");
  const OptionalText method = Text(line, "Method");
  const OptionalText ip = Text(line, "ClientIp");
  Require(service && method && ip && AddressBits(*ip));
  read.request.service = *service;
  read.request.method = *method;
  read.request.ip = *ip;
  if (!IsMissing(line, "Login")) {
    read.request.login = *Text(line, "Login");
    Require(read.request.login == "AccessKey" ||
            read.request.login == "Password");
  }
  if (read.request.login == "AccessKey") {
    read.request.key_id = Id(line, "AccessKeyId");
  } else {
    Require(IsMissing(line, "AccessKeyId"));
  }
  if (!IsMissing(line, "Certificate")) {
    const Json& certificate = line["Certificate"];
    Require(Unknown(certificate, {"CaIds", "Cn"}).empty());
    read.has_certificate = true;
    read.request.cas = Items(certificate, "CaIds");
    read.request.cn = Text(certificate, "Cn");
    Require(read.request.cn != "");
  }
  read.now = Date(line, "Now");
  read.id = Text(line, "Id");
  return read;
}

}  // namespace

std::optional<ReadFolder> Read(const Folder& folder, std::string& cause) {
  cause.clear();
  try {
    return FolderReader(folder).Read();
  } catch (const Json::exception&) {
    return std::nullopt;
  } catch (const std::out_of_range&) {
    return std::nullopt;  // a file is not there
  } catch (const std::runtime_error& refusal) {
    cause = refusal.what();
    return std::nullopt;
  }
}

std::optional<RequestLine> ReadRequestLine(const std::string& line) {
  try {
    return ReadLine(line);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

OptionalText IdOf(const std::string& line) {
  try {
    const Json object = Texts(line).Take();
    if (!object.is_object() || IsMissing(object, "Id")) return std::nullopt;
    return Text(object, "Id");
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Reads the number of each character, and writes it as UTF-8 does.
bool IsUtf8(const std::string& text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  for (std::size_t i = 0; i < text.size();) {
    unsigned number = 0;
    std::size_t size = 0;
    if (byte(i) < 0x80) {
      size = 1;
      number = byte(i);
    } else if (byte(i) < 0xe0) {
      size = 2;
      number = byte(i) - 0xc0;
    } else if (byte(i) < 0xf0) {
      size = 3;
      number = byte(i) - 0xe0;
    } else {
      size = 4;
      number = byte(i) - 0xf0;
    }
    if (i + size > text.size()) return false;
    for (std::size_t next = 1; next < size; ++next) {
      number = number * 64 + byte(i + next) - 0x80;
    }
    std::string written;
    const auto write = [&](unsigned front, unsigned divisor) {
      written += static_cast<char>(front + number / divisor);
      for (unsigned d = divisor; d > 1;) {
        d /= 64;
        written += static_cast<char>(0x80 + number / d % 64);
      }
    };
    if (number < 0x80) {
      write(0, 1);
    } else if (number < 0x800) {
      write(0xc0, 64);
    } else if (number < 0x10000) {
      write(0xe0, 64 * 64);
    } else if (number < 0x110000) {
      write(0xf0, 64 * 64 * 64);
    }
    const bool is_surrogate = number >= 0xd800 && number < 0xe000;
    if (is_surrogate || written.empty() || text.substr(i, size) != written) {
      return false;
    }
    i += size;
  }
  return true;
}

}  // namespace oracle
