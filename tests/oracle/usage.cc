#include "tests/oracle/usage.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace oracle {
namespace {

bool Admits(const Rule& rule, const std::string& bits) {
  return rule.ranges.empty() ||
         std::any_of(rule.ranges.begin(), rule.ranges.end(),
                     [&](const std::string& range) {
                       return bits.starts_with(*RangeBits(range));
                     });
}

// The names of the catalogue, whichever their service.
bool IsNamed(const std::string& service, const std::string& name) {
  static const auto kNames = [] {
    std::set<std::pair<std::string, std::string>> names;
    std::ifstream file(API_ACCESS_SOURCE_DIR "/src/methods.tsv");
    for (std::string line; std::getline(file, line);) {
      std::istringstream cells(line);
      std::string of_service;
      std::string method;
      cells >> of_service >> method;
      names.emplace(of_service, method);
    }
    return names;
  }();
  return kNames.contains({service == "oapi" ? "api" : service, name});
}

// Worst first.
std::size_t RankOf(const std::string& reason) {
  static const Strings kWorstFirst = {
      "login-not-supported",    "no-credential",
      "login-not-allowed",      "unknown-access-key",
      "access-key-inactive",    "access-key-expired",
      "eim-user-not-supported", "no-rules",
      "source-ip-not-allowed",  "certificate-missing",
      "ca-not-allowed",         "cn-not-allowed"};
  return static_cast<std::size_t>(
      std::find(kWorstFirst.begin(), kWorstFirst.end(), reason) -
      kWorstFirst.begin());
}

// Empty: it is judged.
std::string WhyNotJudged(const LogEntry& entry) {
  if (!entry.date) return "no-date";
  if (!ParseDate(*entry.date)) return "malformed-date";
  if (!entry.name) return "no-method";
  if (entry.name->empty()) return "malformed-method";
  if (!entry.ip || entry.ip->empty()) return "no-address";
  if (!AddressBits(*entry.ip)) return "malformed-address";
  if (!entry.key) return "no-access-key";
  return "";
}

std::string ServiceOf(const LogEntry& entry) {
  return entry.service ? *entry.service : "oapi";
}

std::string KeyOf(const LogEntry& entry) {
  return entry.key && *entry.key ? **entry.key : "";
}

// Dates of entries from addresses that one admits alone, and among others.
struct Uses {
  std::vector<Milliseconds> alone;
  std::vector<Milliseconds> among;

  std::string Text() const {
    std::vector<Milliseconds> all = alone;
    all.insert(all.end(), among.begin(), among.end());
    return std::to_string(alone.size()) + " alone, " +
           std::to_string(among.size()) + " among, last " +
           (all.empty()
                ? "-"
                : std::to_string(*std::max_element(all.begin(), all.end())));
  }
};

// The date without what is finer than a millisecond, so that texts compare as
// the dates do, and the request id, nothing before any.
using Example = std::pair<Milliseconds, std::optional<std::string>>;

std::string GroupText(const std::vector<Example>& group) {
  const Example first = *std::min_element(group.begin(), group.end());
  return std::to_string(group.size()) + ", first " +
         std::to_string(first.first) + ' ' +
         (first.second ? "id " + *first.second : "-");
}

}  // namespace

std::string JudgeOver(const Account& account, const LogEntry& entry, bool gone,
                      const Methods& declared) {
  Request request = {.service = ServiceOf(entry),
                     .method = *entry.name,
                     .ip = *entry.ip,
                     .login = "",
                     .key_id = KeyOf(entry),
                     .cas = {},
                     .cn = std::nullopt};
  if (ClassOf(request.service, request.method, declared) == "ordinary" &&
      ClassOf(request.service, request.method) != "ordinary") {
    request.method = request.service == "icu" ? "ReadQuotas" : "ReadVms";
    if (ClassOf(request.service, request.method) != "ordinary") {
      request.service = "api";
      request.method = "ReadVms";
    }
  }
  Account judged = account;
  if (gone) {
    std::erase_if(judged.keys,
                  [&](const Key& key) { return key.id == request.key_id; });
    judged.keys.push_back({request.key_id, true, std::nullopt, ""});
  }
  Strings cas = {"a CA that no rule names"};
  Strings cns = {"a CN that no rule names"};
  for (const Rule& rule : account.rules) {
    cas.insert(cas.end(), rule.cas.begin(), rule.cas.end());
    cns.insert(cns.end(), rule.cns.begin(), rule.cns.end());
  }
  for (Strings* names : {&cas, &cns}) {
    std::sort(names->begin(), names->end());
    names->erase(std::unique(names->begin(), names->end()), names->end());
  }
  const Strings logins =
      request.key_id.empty() ? Strings{"", "Password"} : Strings{"AccessKey"};
  std::set<std::string> verdicts;
  std::string best;
  for (const std::string& login : logins) {
    request.login = login;
    for (std::size_t some = 0; some < std::size_t{1} << cas.size(); ++some) {
      request.cas.clear();
      for (std::size_t i = 0; i < cas.size(); ++i) {
        if ((some >> i & 1) != 0) request.cas.push_back(cas[i]);
      }
      for (std::size_t cn = 0; cn <= cns.size(); ++cn) {
        request.cn = cn < cns.size() ? std::optional(cns[cn]) : std::nullopt;
        const Decision decision =
            Decide(judged, request, *ParseDate(*entry.date));
        verdicts.insert(decision.verdict);
        if (decision.verdict == "Deny" &&
            (best.empty() || RankOf(best) < RankOf(decision.reason))) {
          best = decision.reason;
        }
      }
    }
  }
  if (verdicts.size() == 2) return "Depends";
  return verdicts.contains("Allow") ? "Allow" : "Deny " + best;
}

Usage UsageOf(const Account& account, const std::optional<Account>& against,
              const std::vector<LogEntry>& log, const Methods& declared) {
  Usage usage;
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::vector<Example>> groups;
  std::set<Milliseconds> dates;
  for (const LogEntry& entry : log) {
    ++counts["entries"];
    if (entry.date && ParseDate(*entry.date)) {
      dates.insert(*ParseDate(*entry.date));
    }
    const std::string why_not = WhyNotJudged(entry);
    if (!why_not.empty()) {
      ++counts["not judged: " + why_not];
      continue;
    }
    const std::string key = KeyOf(entry);
    const bool gone =
        !key.empty() &&
        std::none_of(account.keys.begin(), account.keys.end(),
                     [&](const Key& known) { return known.id == key; });
    if (gone) ++counts["key gone"];
    const std::string before = JudgeOver(account, entry, gone, declared);
    ++counts[before.substr(0, before.find(' '))];
    const Example example = {*ParseDate(*entry.date),
                             entry.request_id && entry.request_id->empty()
                                 ? std::nullopt
                                 : entry.request_id};
    const bool denied = before.starts_with("Deny");
    if (denied && entry.status && *entry.status < 400) {
      groups["surprise: " + before.substr(5)].push_back(example);
    }
    if (!against || denied) continue;
    const std::string after = JudgeOver(*against, entry, gone, declared);
    const bool has_name =
        IsNamed(ServiceOf(entry), *entry.name) ||
        (ClassOf(ServiceOf(entry), *entry.name, declared) == "ordinary" &&
         ClassOf(ServiceOf(entry), *entry.name) == "unlisted");
    const std::string caller = ": " + (key.empty() ? "-" : "key " + key) + ' ' +
                               (has_name ? *entry.name : "unlisted");
    if (after.starts_with("Deny")) {
      groups["broken" + caller].push_back(example);
    } else if (before == "Allow" && after == "Depends") {
      groups["at risk" + caller].push_back(example);
    }
  }
  for (const auto& [name, count] : counts) usage[name] = std::to_string(count);
  for (const auto& [name, group] : groups) usage[name] = GroupText(group);
  if (!dates.empty()) {
    usage["window"] = std::to_string(*dates.begin()) + " to " +
                      std::to_string(*dates.rbegin());
  }
  for (const Key& key : account.keys) {
    std::size_t count = 0;
    std::optional<Milliseconds> last;
    for (const LogEntry& entry : log) {
      if (KeyOf(entry) != key.id) continue;
      ++count;
      if (entry.date) last = std::max(last, ParseDate(*entry.date));
    }
    usage["key " + key.id] = std::to_string(count) + ", last " +
                             (last ? std::to_string(*last) : "-");
  }
  for (const Rule& rule : account.rules) {
    Uses of_rule;
    std::vector<Uses> of_ranges(rule.ranges.size());
    for (const LogEntry& entry : log) {
      if (!WhyNotJudged(entry).empty() ||
          ClassOf(ServiceOf(entry), *entry.name, declared) == "public") {
        continue;
      }
      const std::string bits = *AddressBits(*entry.ip);
      const Milliseconds date = *ParseDate(*entry.date);
      const auto rules =
          std::count_if(account.rules.begin(), account.rules.end(),
                        [&](const Rule& other) { return Admits(other, bits); });
      if (Admits(rule, bits)) {
        (rules == 1 ? of_rule.alone : of_rule.among).push_back(date);
      }
      const auto contains = [&](const std::string& range) {
        return bits.starts_with(*RangeBits(range));
      };
      // The same block written twice is one range.
      std::set<std::string> containing;
      for (const std::string& range : rule.ranges) {
        if (contains(range)) containing.insert(*RangeBits(range));
      }
      for (std::size_t i = 0; i < rule.ranges.size(); ++i) {
        if (!contains(rule.ranges[i])) continue;
        (rules == 1 && containing.size() == 1 ? of_ranges[i].alone
                                              : of_ranges[i].among)
            .push_back(date);
      }
    }
    usage["rule " + rule.id] = of_rule.Text();
    for (std::size_t i = 0; i < rule.ranges.size(); ++i) {
      usage["range " + rule.id + ' ' + *RangeBits(rule.ranges[i])] =
          of_ranges[i].Text();
    }
  }
  return usage;
}

}  // namespace oracle
