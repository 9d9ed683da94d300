#include "tests/oracle/oracle.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <unordered_map>

namespace oracle {
namespace {

bool Contains(const Strings& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool StartsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

std::optional<std::smatch> Match(const std::string& text,
                                 const std::regex& regex) {
  std::smatch match;
  if (!std::regex_match(text, match, regex)) return std::nullopt;
  return match;
}

std::string Bits(long value, int count) {
  std::string bits;
  for (int i = count - 1; i >= 0; --i) {
    bits += (value >> i & 1) != 0 ? '1' : '0';
  }
  return bits;
}

std::optional<std::string> V4Bits(const std::string& text) {
  static const std::regex kV4(
      "(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\."
      "(0|[1-9][0-9]{0,2})");
  const auto match = Match(text, kV4);
  if (!match) return std::nullopt;
  std::string bits;
  for (std::size_t i = 1; i <= 4; ++i) {
    const int octet = std::stoi((*match)[i]);
    if (octet > 255) return std::nullopt;
    bits += Bits(octet, 8);
  }
  return bits;
}

// Groups between colons; the last may be IPv4. Nothing when malformed.
std::optional<std::string> GroupsBits(const std::string& text) {
  static const std::regex kGroup("[0-9A-Fa-f]{1,4}");
  std::string bits;
  if (text.empty()) return bits;
  std::string rest = text;
  for (bool last = false; !last;) {
    const std::size_t colon = rest.find(':');
    last = colon == std::string::npos;
    const std::string group = rest.substr(0, colon);
    if (last && group.find('.') != std::string::npos) {
      const auto v4 = V4Bits(group);
      if (!v4) return std::nullopt;
      bits += *v4;
    } else {
      if (!Match(group, kGroup)) return std::nullopt;
      bits += Bits(std::stol(group, nullptr, 16), 16);
    }
    if (!last) rest = rest.substr(colon + 1);
  }
  return bits;
}

std::optional<std::string> V6Bits(const std::string& text) {
  const std::size_t gap = text.find("::");
  if (gap == std::string::npos) {
    const auto bits = GroupsBits(text);
    return bits && bits->size() == 128 ? bits : std::nullopt;
  }
  const std::string front = text.substr(0, gap);
  // An IPv4 part may only stand at the very end.
  if (front.find('.') != std::string::npos) return std::nullopt;
  const auto before = GroupsBits(front);
  const auto behind = GroupsBits(text.substr(gap + 2));
  if (!before || !behind || before->size() + behind->size() > 112) {
    return std::nullopt;
  }
  return *before + std::string(128 - before->size() - behind->size(), '0') +
         *behind;
}

// The bits of ::ffff:0:0/96: what is in it is IPv4.
std::string MappedBits() { return std::string(80, '0') + std::string(16, '1'); }

std::string WithFamily(const std::string& v6_bits) {
  return StartsWith(v6_bits, MappedBits()) ? "4" + v6_bits.substr(96)
                                           : "6" + v6_bits;
}

bool IsLeap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysOf(int year, int month) {
  static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

// Days since 0001-01-01.
long long DayNumber(int year, int month, int day) {
  const long long before = year - 1;
  long long days = before * 365 + before / 4 - before / 100 + before / 400;
  for (int m = 1; m < month; ++m) days += DaysOf(year, m);
  return days + day - 1;
}

std::map<std::pair<std::string, std::string>, std::string> ReadTable() {
  std::map<std::pair<std::string, std::string>, std::string> table;
  std::ifstream file(API_ACCESS_SOURCE_DIR "/src/methods.tsv");
  std::string line;
  std::getline(file, line);  // the version
  std::getline(file, line);  // the names of the columns
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string service;
    std::string method;
    std::string method_class;
    cells >> service >> method >> method_class;
    table[{service, method}] = method_class;
  }
  if (table.empty()) {
    std::cerr << "src/methods.tsv cannot be read\n";
    std::abort();
  }
  return table;
}

bool IsWellFormed(const std::string& method) {
  static const std::regex kForm("[A-Z][A-Za-z0-9]*");
  return Match(method, kForm).has_value();
}

bool HasLogin(const std::string& service) {
  return service == "api" || service == "oapi" || service == "icu";
}

bool NamesCa(const Rule& rule) { return !rule.cas.empty(); }

// The bits of a valid text, found out once, or again after many other texts: a
// fuzzer has ever new ones. Valid until the next call with `known`.
const std::string& Remember(
    std::optional<std::string> (*parse)(const std::string&),
    std::unordered_map<std::string, std::string>& known,
    const std::string& text) {
  if (known.size() > 100'000) known.clear();
  const auto [place, is_new] = known.try_emplace(text);
  if (is_new) place->second = parse(text).value();
  return place->second;
}

bool AdmitsAddress(const Rule& rule, const std::string& ip) {
  static std::unordered_map<std::string, std::string> addresses;
  static std::unordered_map<std::string, std::string> ranges;
  const std::string& address = Remember(AddressBits, addresses, ip);
  return rule.ranges.empty() ||
         std::any_of(rule.ranges.begin(), rule.ranges.end(),
                     [&](const std::string& range) {
                       return StartsWith(address,
                                         Remember(RangeBits, ranges, range));
                     });
}

// Whether the ranges cover every address whose bits begin with `prefix`. There
// is no IPv6 address in ::ffff:0:0/96.
bool Cover(const Strings& ranges, const std::string& prefix) {
  if (prefix == "6" + MappedBits()) return true;
  bool has_part = false;
  for (const std::string& range : ranges) {
    if (StartsWith(prefix, range)) return true;
    has_part |= StartsWith(range, prefix);
  }
  return has_part && Cover(ranges, prefix + '0') && Cover(ranges, prefix + '1');
}

}  // namespace

std::optional<std::string> AddressBits(const std::string& text) {
  if (const auto v4 = V4Bits(text)) return "4" + *v4;
  if (const auto v6 = V6Bits(text)) return WithFamily(*v6);
  return std::nullopt;
}

std::optional<std::string> RangeBits(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto v4 = V4Bits(text.substr(0, slash));
  const auto v6 = V6Bits(text.substr(0, slash));
  if (!v4 && !v6) return std::nullopt;
  const std::string bits = v4 ? *v4 : *v6;
  std::size_t prefix = bits.size();
  if (slash != std::string::npos) {
    static const std::regex kPrefix("0|[1-9][0-9]{0,2}");
    if (!Match(text.substr(slash + 1), kPrefix)) return std::nullopt;
    prefix = std::stoul(text.substr(slash + 1));
    if (prefix > bits.size()) return std::nullopt;
  }
  return v4 ? "4" + bits.substr(0, prefix) : WithFamily(bits.substr(0, prefix));
}

std::optional<Milliseconds> ParseDate(const std::string& text) {
  static const std::regex kExtended(
      "([0-9]{4})-([0-9]{2})-([0-9]{2})(T([0-9]{2}):([0-9]{2}):([0-9]{2})"
      "(\\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2}))?");
  static const std::regex kBasic(
      "([0-9]{4})([0-9]{2})([0-9]{2})(T([0-9]{2})([0-9]{2})([0-9]{2})"
      "(\\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2}))?");
  auto match = Match(text, kExtended);
  if (!match) match = Match(text, kBasic);
  if (!match) return std::nullopt;
  const auto number = [&](std::size_t group) {
    return (*match)[group].matched ? std::stoi((*match)[group]) : 0;
  };
  const int year = number(1);
  const int month = number(2);
  const int day = number(3);
  if (year < 1 || month < 1 || month > 12 || day < 1 ||
      day > DaysOf(year, month) || number(5) > 23 || number(6) > 59 ||
      number(7) > 59) {
    return std::nullopt;
  }
  long long seconds = DayNumber(year, month, day) * 86400 + number(5) * 3600LL +
                      number(6) * 60LL + number(7);
  const std::string zone = (*match)[9];
  if (zone.size() > 1) {
    const int hours = std::stoi(zone.substr(1, 2));
    const int minutes = std::stoi(zone.substr(zone.size() - 2));
    if (hours > 23 || minutes > 59) return std::nullopt;
    seconds -= (zone[0] == '-' ? -1 : 1) * (hours * 3600LL + minutes * 60LL);
  }
  const long long end = DayNumber(10000, 1, 1) * 86400;
  if (seconds < 0 || seconds >= end) return std::nullopt;
  const std::string fraction = (*match)[8];
  const std::string three =
      fraction.empty() ? "000" : (fraction.substr(1) + "000").substr(0, 3);
  return (seconds - DayNumber(1970, 1, 1) * 86400) * 1000 + std::stoi(three);
}

std::string ClassOf(const std::string& service, const std::string& method,
                    const Methods& declared) {
  static const auto kTable = ReadTable();
  const std::pair key(service == "oapi" ? "api" : service, method);
  const auto row = kTable.find(key);
  if (row != kTable.end()) return row->second;
  if (declared.contains(key)) return "ordinary";
  if (service == "oos" || service == "osu") return "exempt";
  if (Contains({"fcu", "lbu", "directlink", "eim"}, service) &&
      IsWellFormed(method)) {
    std::string lower = method;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return service == "eim" && lower.find("accesskey") != std::string::npos
               ? "managing"
               : "ordinary";
  }
  return "unlisted";
}

bool MayBeDeclared(const std::string& service, const std::string& method) {
  return Contains({"api", "oapi", "icu"}, service) && IsWellFormed(method) &&
         Contains({"ordinary", "unlisted"}, ClassOf(service, method));
}

std::string TryRule(const Rule& rule, const Request& request, bool bypass) {
  if (!AdmitsAddress(rule, request.ip)) return "source-ip-not-allowed";
  if (bypass) return "rule-matched";
  if (!rule.cas.empty()) {
    if (request.cas.empty()) return "certificate-missing";
    const bool meets = std::any_of(
        request.cas.begin(), request.cas.end(),
        [&](const std::string& ca) { return Contains(rule.cas, ca); });
    if (!meets) return "ca-not-allowed";
  }
  if (!rule.cns.empty() && (!request.cn || !Contains(rule.cns, *request.cn))) {
    return "cn-not-allowed";
  }
  return "rule-matched";
}

Decision Combine(const Strings& answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] == "rule-matched") {
      return {"Allow", "rule-matched", i, {}, std::nullopt};
    }
  }
  for (const std::string nearest :
       {"cn-not-allowed", "ca-not-allowed", "certificate-missing",
        "source-ip-not-allowed"}) {
    if (!Contains(answers, nearest)) continue;
    Decision decision = {"Deny", nearest, std::nullopt, {}, std::nullopt};
    if (nearest == "certificate-missing") decision.missing = {"Certificate"};
    return decision;
  }
  return {"Deny", "no-rules", std::nullopt, {}, std::nullopt};
}

bool Bypasses(const Account& account, const Request& request) {
  return account.require && request.login == "AccessKey" &&
         ClassOf(request.service, request.method) == "ordinary";
}

Decision Decide(const Account& account, const Request& request,
                Milliseconds now) {
  const std::string method_class = ClassOf(request.service, request.method);
  const auto deny = [](const std::string& reason,
                       std::set<std::string> missing = {}) {
    return Decision{"Deny", reason, std::nullopt, std::move(missing),
                    std::nullopt};
  };
  if (request.login == "Password" && !HasLogin(request.service)) {
    return deny("login-not-supported", {"AccessKey"});
  }
  if (method_class == "public") {
    return {"Allow", "public", std::nullopt, {}, std::nullopt};
  }
  if (request.login.empty()) return deny("no-credential", {"AccessKey"});
  if (request.login == "Password" && method_class != "managing") {
    return deny("login-not-allowed", {"AccessKey"});
  }
  std::optional<Milliseconds> expiration;
  if (request.login == "AccessKey") {
    const auto key =
        std::find_if(account.keys.begin(), account.keys.end(),
                     [&](const Key& k) { return k.id == request.key_id; });
    if (key == account.keys.end()) return deny("unknown-access-key");
    if (!key->active) return deny("access-key-inactive");
    if (key->expiration && !(now < *key->expiration)) {
      return deny("access-key-expired");
    }
    if (!key->user.empty() && request.service == "icu") {
      return deny("eim-user-not-supported");
    }
    expiration = key->expiration;
  }
  if (method_class == "exempt") {
    return {"Allow", "exempt", std::nullopt, {}, expiration};
  }
  const bool bypass = Bypasses(account, request);
  Strings answers;
  for (const Rule& rule : account.rules) {
    answers.push_back(TryRule(rule, request, bypass));
  }
  Decision decision = Combine(answers);
  if (decision.verdict == "Allow") decision.valid_until = expiration;
  return decision;
}

namespace {

// The ids of the rules that cover a family, sorted, and `""` for a family that
// only several of them cover.
Strings AnyAddress(const std::vector<Rule>& rules) {
  std::set<std::string> subjects;
  for (const std::string family : {"4", "6"}) {
    bool one_covers = false;
    Strings all;
    for (const Rule& rule : rules) {
      Strings ranges;
      for (const std::string& range : rule.ranges) {
        ranges.push_back(*RangeBits(range));
      }
      if (ranges.empty() || Cover(ranges, family)) {
        one_covers = true;
        subjects.insert(rule.id);
      }
      all.insert(all.end(), ranges.begin(), ranges.end());
    }
    if (!one_covers && Cover(all, family)) subjects.insert("");
  }
  return Strings(subjects.begin(), subjects.end());
}

}  // namespace

Strings AnyAddressWithoutCertificate(const Account& account) {
  std::vector<Rule> rules;
  for (const Rule& rule : account.rules) {
    if (!NamesCa(rule)) rules.push_back(rule);
  }
  return AnyAddress(rules);
}

SmallestMaximum SmallestMaximumOf(const Account& account, Milliseconds now) {
  __extension__ using Wide = __int128;
  const auto allows = [&](const Key& key, long long max) {
    return key.expiration && Wide{max} * 1000 > Wide{*key.expiration} - now;
  };
  const auto all_allow = [&](long long max) {
    return std::all_of(account.keys.begin(), account.keys.end(),
                       [&](const Key& key) { return allows(key, max); });
  };
  const long long limit = 3153600000;
  if (!all_allow(limit)) {
    SmallestMaximum none;
    for (const Key& key : account.keys) {
      if (!allows(key, limit)) none.blocking.push_back(key.id);
    }
    std::sort(none.blocking.begin(), none.blocking.end());
    return none;
  }
  // 0 is too low, as a maximum has to be above it; `high` is allowed.
  long long low = 0;
  long long high = limit;
  while (high - low > 1) {
    const long long middle = low + (high - low) / 2;
    (all_allow(middle) ? high : low) = middle;
  }
  return {high, {}};
}

Report CheckActivation(const Account& account, long long max, bool require,
                       Milliseconds now) {
  __extension__ using Wide = __int128;
  const long long limit = 3153600000;
  const bool in_range = max >= 0 && max <= limit;
  Report report;
  const auto add_sorted = [&](const std::string& code, Strings subjects) {
    std::sort(subjects.begin(), subjects.end());
    for (const std::string& s : subjects) {
      report.violations.push_back({code, s});
    }
  };
  if (max != 0 || require) {
    Strings missing = account.users_without_keys;
    if (!account.every_user_listed) missing.push_back("");
    add_sorted("account-incomplete", missing);
  }
  if (!in_range) add_sorted("max-out-of-range", {""});
  if (require && max == 0) add_sorted("max-required", {""});
  Strings eternal;
  Strings outliving;
  for (const Key& key : account.keys) {
    if (!key.expiration) {
      if (require || max > 0) eternal.push_back(key.id);
      continue;
    }
    const Wide remaining = Wide{*key.expiration} - now;
    if (max > 0 && in_range && remaining > 0 && Wide{max} * 1000 <= remaining) {
      outliving.push_back(key.id);
      const Milliseconds ready = *key.expiration - max * 1000 + 1;
      if (!report.ready_at || *report.ready_at < ready) report.ready_at = ready;
    }
  }
  add_sorted("key-never-expires", eternal);
  add_sorted("key-outlives-max", outliving);
  Strings without_ca;
  for (const Rule& rule : account.rules) {
    if (!NamesCa(rule)) without_ca.push_back(rule.id);
  }
  if (require) add_sorted("rule-without-ca", without_ca);
  if (require && account.rules.empty()) add_sorted("no-rules", {""});
  if (report.violations.size() != outliving.size()) report.ready_at.reset();

  if (require && max == 0) {
    report.warnings.push_back({"lifetimes-not-judged", ""});
  }
  if (require) {
    for (const std::string& subject : AnyAddress(account.rules)) {
      report.warnings.push_back({"any-address-with-key-alone", subject});
    }
  }
  return report;
}

Alternatives DocumentedFactors(const std::string& method_class,
                               const std::string& service, bool session,
                               const std::string& demand) {
  if (method_class == "public") return {{}};
  if (method_class == "exempt") return {{"AccessKey"}};
  if (demand == "no-rules") return {};
  const bool certificate =
      demand == "asked" && !(session && method_class == "ordinary");
  Alternatives alternatives = {{"AccessKey"}};
  if (method_class == "managing" && HasLogin(service)) {
    alternatives.insert({"Password"});
  }
  if (!certificate) return alternatives;
  Alternatives with_certificate;
  for (std::set<std::string> alternative : alternatives) {
    alternative.insert("Certificate");
    with_certificate.insert(alternative);
  }
  return with_certificate;
}

Alternatives ExactFactors(const Account& account, const std::string& service,
                          const std::string& method, const std::string& ip) {
  std::string demand = "no-rules";
  for (const Rule& rule : account.rules) {
    if (!AdmitsAddress(rule, ip)) continue;
    if (!NamesCa(rule)) {
      demand = "not-asked";
    } else if (demand == "no-rules") {
      demand = "asked";
    }
  }
  return DocumentedFactors(ClassOf(service, method), service, account.require,
                           demand);
}

}  // namespace oracle
