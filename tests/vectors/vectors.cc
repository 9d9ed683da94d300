#include "tests/vectors/vectors.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <set>
#include <tuple>
#include <utility>

namespace vectors {
namespace {

using oracle::Milliseconds;
using oracle::ReadFolder;
using oracle::Strings;

[[noreturn]] void Fail(const std::string& what, const std::string& why) {
  std::cerr << what << ": " << why << '\n';
  std::exit(2);
}

// The code of the provider's answer, of HTTP status 401; null: it is no denial.
Json ProviderErrorCode(const oracle::Request& request,
                       const oracle::Decision& decision) {
  static const std::set<std::string> kByRules = {
      "cn-not-allowed", "ca-not-allowed", "certificate-missing",
      "source-ip-not-allowed", "no-rules"};
  if (decision.verdict == "Allow") return {};
  if (kByRules.contains(decision.reason)) {
    return request.login == "Password" ? 14 : 4;
  }
  return decision.reason == "login-not-allowed" ? 9 : 1;
}

// A class of methods, the services that have it, and one such method.
struct FactorRow {
  std::string method_class;
  Strings services;
  std::string service;
  std::string method;

  Json Fields() const {
    return {{"Class", method_class}, {"Services", services}};
  }
};
const std::vector<FactorRow>& FactorRows() {
  static const auto& rows = *new std::vector<FactorRow>{
      {"Public", {"api", "icu", "fcu"}, "api", "ReadRegions"},
      {"Ordinary",
       {"api", "icu", "fcu", "lbu", "directlink", "eim"},
       "api",
       "ReadVms"},
      {"Managing", {"api", "icu"}, "api", "ReadAccessKeys"},
      {"Managing", {"eim"}, "eim", "ListAccessKeys"},
      {"Exempt", {"oos", "osu"}, "oos", "GetObject"},
      {"Unlisted", {"*"}, "other", "Get"}};
  return rows;
}

// Adds what the rules ask and the documented table, twice where it depends on
// the address.
void AddDocumentedFactors(const oracle::Account& account, Json& answer) {
  std::set<std::string> demands;
  for (const oracle::Rule& rule : account.rules) {
    demands.insert(rule.cas.empty() ? "NotAsked" : "Asked");
  }
  if (demands.empty()) demands.insert("NoRules");
  const bool depends = demands.size() > 1;
  answer["Rules"] = depends ? "Depends" : *demands.begin();
  static const std::map<std::string, std::string> kInWordsOfTheOracle = {
      {"NotAsked", "not-asked"}, {"Asked", "asked"}, {"NoRules", "no-rules"}};
  Json classes = Json::array();
  for (const std::string demand : {"NotAsked", "Asked", "NoRules"}) {
    if (!demands.contains(demand)) continue;
    for (const FactorRow& row : FactorRows()) {
      Json json = row.Fields();
      if (depends) json["Certificate"] = demand;
      for (const bool session : {false, true}) {
        json[session ? "Activated" : "Deactivated"] =
            AlternativesJson(oracle::DocumentedFactors(
                oracle::ClassOf(row.service, row.method), row.service, session,
                kInWordsOfTheOracle.at(demand)));
      }
      classes.push_back(json);
    }
  }
  answer["Classes"] = classes;
}

Json ExactFactorsJson(const oracle::Account& account, const std::string& ip) {
  Json exact = Json::array();
  for (const FactorRow& row : FactorRows()) {
    exact.push_back(row.Fields());
    exact.back()["Alternatives"] = AlternativesJson(
        oracle::ExactFactors(account, row.service, row.method, ip));
  }
  return exact;
}

// The fields of a row that say what the answer is.
Json AnswerJson(const oracle::Account& account, const oracle::Request& request,
                Milliseconds now) {
  const oracle::Decision decision = oracle::Decide(account, request, now);
  Json json = {{"Answer", DecisionJson(account, decision)}};
  const Json code = ProviderErrorCode(request, decision);
  if (!code.is_null()) json["ProviderErrorCode"] = code;
  return json;
}

// What `check` answers.
Json CheckJson(const oracle::Account& account, long long max, bool require,
               Milliseconds now) {
  const oracle::Report report =
      oracle::CheckActivation(account, max, require, now);
  const oracle::SmallestMaximum smallest =
      oracle::SmallestMaximumOf(account, now);
  return {
      {"Ready", report.violations.empty()},
      {"Violations", FindingsJson(report.violations)},
      {"Warnings", FindingsJson(report.warnings)},
      {"ReadyAt", DateOrNull(report.ready_at)},
      {"SmallestMaximum", smallest.seconds ? Json(*smallest.seconds) : Json()},
      {"KeysWithoutMaximum", smallest.blocking}};
}

// What its account is, as `check` says it.
Json JudgedJson(const ReadFolder& account) {
  std::set<std::string> users;
  int root_keys = 0;
  int eim_keys = 0;
  for (const oracle::Key& key : account.account.keys) {
    ++(key.user.empty() ? root_keys : eim_keys);
    if (!key.user.empty()) users.insert(key.user);
  }
  return {{"RootAccessKeys", root_keys},
          {"EimAccessKeys", eim_keys},
          {"EimUsers", users.size()},
          {"Rules", account.account.rules.size()},
          {"Cas", account.cas ? Json(account.cas->size()) : Json()},
          {"EveryUserListed", account.account.every_user_listed},
          {"UsersWithoutKeysRead", account.account.users_without_keys},
          {"MaxAccessKeyExpirationSeconds", account.account.max}};
}

// All points that the rules of these accounts tell apart.
oracle::MapWorld WorldOf(const std::vector<const oracle::Account*>& accounts) {
  Strings ranges;
  std::set<std::string> cas;
  std::set<std::string> cns;
  for (const oracle::Account* account : accounts) {
    for (const oracle::Rule& rule : account->rules) {
      ranges.insert(ranges.end(), rule.ranges.begin(), rule.ranges.end());
      cas.insert(rule.cas.begin(), rule.cas.end());
      cns.insert(rule.cns.begin(), rule.cns.end());
    }
  }
  return {ranges, {cas.begin(), cas.end()}, {cns.begin(), cns.end()}};
}

// A difference, without witnesses: there are many to choose from.
Json DifferenceJson(const oracle::Account& before, const oracle::Account& after,
                    const Strings& deleted_cas, Milliseconds now) {
  const oracle::MapWorld world = WorldOf({&before, &after});
  const oracle::Points points_before = world.Allowed(before);
  const oracle::Points points_after =
      world.AfterDeletion(world.Allowed(after), deleted_cas);
  const std::vector<oracle::MapRequest>& requests = oracle::AllMapRequests();
  const auto place_of = [&](const oracle::MapRequest& request) {
    return std::find_if(requests.begin(), requests.end(),
                        [&](const oracle::MapRequest& one) {
                          return one.service == request.service &&
                                 one.method_class == request.method_class &&
                                 one.login == request.login;
                        });
  };
  const auto place = [&](const oracle::Region& region, const Json& json) {
    return std::tuple(region.blocks->front(), place_of(region.requests.front()),
                      json["Certificates"].front().dump());
  };
  std::map<decltype(place(oracle::Region(), Json())), Json> ordered;
  const auto add = [&](const std::string& kind, const oracle::Points& points) {
    for (const oracle::Region& region : world.RegionsOf(points)) {
      Json json = {{"Kind", kind}};
      json.update(RegionJson(region));
      if (!ordered.emplace(place(region, json), json).second) std::abort();
    }
  };
  add("Widened", oracle::MapWorld::Minus(points_after, points_before));
  add("Narrowed", oracle::MapWorld::Minus(points_before, points_after));
  Json regions = Json::array();
  for (const auto& [at, json] : ordered) regions.push_back(json);
  const Json keys =
      KeyDifferencesJson(oracle::DifferentKeys(before, after, now));
  return {{"Equal", regions.empty() && keys.empty()},
          {"Regions", regions},
          {"Keys", keys}};
}

// The account with its ranges in canonical text, and each item once.
ReadFolder Canonical(ReadFolder account) {
  const auto once = [](Strings& items) {
    std::set<std::string> seen;
    std::erase_if(items, [&](const std::string& item) {
      return !seen.insert(item).second;
    });
  };
  for (oracle::Rule& rule : account.account.rules) {
    for (std::string& range : rule.ranges) {
      range = CanonicalRange(*oracle::RangeBits(range));
    }
    once(rule.ranges);
    once(rule.cas);
    once(rule.cns);
  }
  return account;
}

// The files of `after` that `before` does not have so, null where they are
// gone.
Json ChangedFiles(const ReadFolder& before, const ReadFolder& after) {
  const Json old_files = DocumentOf(Canonical(before));
  const Json new_files = DocumentOf(Canonical(after));
  Json changed = Json::object();
  for (const auto& [name, answer] : old_files.items()) {
    if (!new_files.contains(name)) changed[name] = nullptr;
  }
  for (const auto& [name, answer] : new_files.items()) {
    if (!old_files.contains(name) || old_files[name] != answer) {
      changed[name] = answer;
    }
  }
  return changed;
}

Json CallersJson(const std::vector<oracle::Caller>& callers) {
  Json list = Json::array();
  for (const oracle::Caller& caller : callers) {
    Json json = {{"Name", caller.name}};
    json.update(RequestJson(caller.request, std::nullopt));
    list.push_back(json);
  }
  return list;
}

Json RefusalsJson(const std::vector<oracle::Refusal>& refusals) {
  Json list = Json::array();
  for (const oracle::Refusal& refusal : refusals) {
    list.push_back(
        {{"Code", refusal.code},
         {"Subject", refusal.subject},
         {"ProviderCode",
          refusal.provider_code ? Json(*refusal.provider_code) : Json()}});
  }
  return list;
}

// A call of a plan as the answer has it, with null for what is not given.
Json StepJson(const oracle::Change& change) {
  Json request;
  for (const char* name :
       {"UserName", "State", "ExpirationDate", "ClearExpirationDate", "Tag",
        "ClearTag", "IpRanges", "CaIds", "Cns", "Description"}) {
    request[name] = nullptr;
  }
  oracle::Change canonical = change;
  for (std::string& range : canonical.ranges) {
    range = CanonicalRange(*oracle::RangeBits(range));
  }
  request.update(ChangeJson(canonical));
  const bool creates = change.call.starts_with("Create");
  return {{"Call", change.call},
          {"Request", request},
          {"NewId", creates ? Json(change.new_id) : Json()}};
}

// What a plan came to: its steps that were tried, and the whole.
Json PlanJson(const std::vector<oracle::Change>& changes,
              const oracle::PlanOutcome& outcome,
              const std::vector<oracle::Caller>& callers, Milliseconds now) {
  const auto access = [&](std::size_t i) {
    return oracle::AccessOf(outcome.accounts[i].account, callers,
                            outcome.deleted_cas[i], now);
  };
  Json steps = Json::array();
  for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
    const auto& [index, refusals] = outcome.steps[i];
    Json step = StepJson(changes[index]);
    step["Accepted"] = refusals.empty();
    step["Refusals"] = RefusalsJson(refusals);
    if (refusals.empty()) {
      step.update(
          ImpactJson(oracle::Compare(access(i), access(i + 1)), callers));
    }
    steps.push_back(step);
  }
  Json json = {{"Steps", steps}};
  json.update(ImpactJson(
      oracle::Compare(access(0), access(outcome.steps.size())), callers));
  json.erase("Callers");
  return json;
}

Json OptionsOf(const oracle::Change& change,
               const Vectors::ChangeOptions& options) {
  Json json = {{"Now", DateText(options.now)},
               {"Call", change.call},
               {"Request", ChangeJson(change)}};
  json["Request"].update(options.more);
  if (change.call.starts_with("Create")) json["NewId"] = change.new_id;
  if (!options.callers.empty()) {
    json["Callers"] = CallersJson(options.callers);
  }
  if (options.diff) json["Diff"] = true;
  return json;
}

}  // namespace

void Vectors::AddAccount(const std::string& name, const std::string& why,
                         oracle::Account account) {
  ReadFolder folder;
  folder.account = std::move(account);
  AddAccount(name, why, folder);
}

void Vectors::AddAccount(const std::string& name, const std::string& why,
                         const ReadFolder& account,
                         const oracle::Methods& ordinary) {
  const Json document = DocumentOf(account);
  std::string cause;
  // What counts is what is written.
  const auto read = oracle::Read(FolderOf(document), cause);
  if (!read) Fail("an account that cannot be read", name);
  if (!accounts_.emplace(name, Named{*read, ordinary}).second) {
    Fail("an account twice", name);
  }
  Json row = {{"Name", name}, {"Account", document}};
  for (const auto& [service, method] : ordinary) {
    row["Ordinary"].push_back(service + ':' + method);
  }
  AddRow("accounts.jsonl", why, row);
}

const Vectors::Named& Vectors::Find(const std::string& name) const {
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) Fail("an account that is not there", name);
  return found->second;
}

const ReadFolder& Vectors::Account(const std::string& name) const {
  return Find(name).account;
}

void Vectors::AddDecision(const std::string& why, const std::string& account,
                          const oracle::Request& request, Milliseconds now) {
  const auto& [folder, ordinary] = Find(account);
  const Json json = RequestJson(request, now);
  const auto read = oracle::ReadRequestLine(json.dump());
  if (!read || read->now != now) Fail("a request that cannot be read", why);
  // The oracle decides on a declared method as on one that it knows.
  oracle::Request asked = read->request;
  if (oracle::ClassOf(asked.service, asked.method) !=
      oracle::ClassOf(asked.service, asked.method, ordinary)) {
    asked.method = asked.service == "icu" ? "GetAccount" : "ReadVms";
  }
  Json row = {{"Account", account}, {"Request", json}};
  row.update(AnswerJson(folder.account, asked, now));
  AddRow("decide.jsonl", why, row);
}

void Vectors::AddLine(const std::string& why, const std::string& account,
                      const std::string& line) {
  Json row = {{"Account", account}, {"Line", line}, {"Answer", nullptr}};
  if (const auto read = oracle::ReadRequestLine(line)) {
    if (!read->now) Fail("a line that needs a Now", why);
    row.update(AnswerJson(Account(account).account, read->request, *read->now));
  }
  AddRow("decide.jsonl", why, row);
}

void Vectors::AddFactors(const std::string& why, const std::string& account,
                         const oracle::OptionalText& ip) {
  const oracle::Account& plain = Account(account).account;
  Json options = Json::object();
  Json answer = {{"TrustedSession", plain.require}};
  if (ip) {
    options["ClientIp"] = *ip;
    answer["Exact"] = ExactFactorsJson(plain, *ip);
  } else {
    AddDocumentedFactors(plain, answer);
    answer["Exact"] = nullptr;
  }
  AddRow("factors.jsonl", why,
         {{"Account", account}, {"Options", options}, {"Answer", answer}});
}

void Vectors::AddCheck(const std::string& why, const std::string& account,
                       long long max, bool require, Milliseconds now) {
  AddRow("check.jsonl", why,
         {{"Account", account},
          {"Options",
           {{"Now", DateText(now)},
            {"MaxAccessKeyExpirationSeconds", max},
            {"RequireTrustedEnv", require}}},
          {"Answer", CheckJson(Account(account).account, max, require, now)}});
}

void Vectors::AddChange(const std::string& why, const std::string& account,
                        const oracle::Change& change,
                        const ChangeOptions& options) {
  const ReadFolder& before = Account(account);
  const oracle::Outcome outcome = oracle::Apply(before, change, options.now);
  Json row = {{"Account", account}, {"Options", OptionsOf(change, options)}};
  if (outcome.is_error) {
    row["Answer"] = nullptr;
    AddRow("change.jsonl", why, row);
    return;
  }
  Json answer = {{"Accepted", outcome.refusals.empty()},
                 {"Refusals", RefusalsJson(outcome.refusals)}};
  if (outcome.account) {
    Strings deleted;
    if (outcome.deleted_ca) deleted.push_back(*outcome.deleted_ca);
    const auto access = [&](const ReadFolder& folder, const Strings& without) {
      return oracle::AccessOf(folder.account, options.callers, without,
                              options.now);
    };
    answer.update(ImpactJson(
        oracle::Compare(access(before, {}), access(*outcome.account, deleted)),
        options.callers));
    if (options.diff) {
      answer["Difference"] = DifferenceJson(
          before.account, outcome.account->account, deleted, options.now);
    }
  }
  row["Answer"] = answer;
  if (outcome.account) row["After"] = ChangedFiles(before, *outcome.account);
  AddRow("change.jsonl", why, row);
}

void Vectors::AddWrongChange(const std::string& why, const std::string& account,
                             const std::string& call, const Json& request) {
  Find(account);
  AddRow("change.jsonl", why,
         {{"Account", account},
          {"Options",
           {{"Now", DateText(kNow)}, {"Call", call}, {"Request", request}}},
          {"Answer", nullptr}});
}

void Vectors::AddActivation(const std::string& why, const std::string& account,
                            long long max, const oracle::OptionalText& ca,
                            Milliseconds now) {
  const ReadFolder& before = Account(account);
  const oracle::ActivationPlan plan =
      oracle::PlanActivation(before, max, true, ca, now);
  std::vector<oracle::PlanStep> steps;
  for (const oracle::Change& change : plan.steps) steps.push_back({change, ""});
  Json activate = {{"MaxAccessKeyExpirationSeconds", max}};
  if (ca) activate["CaId"] = *ca;
  Json answer = PlanJson(
      plan.steps, oracle::ApplyPlan(before, steps, now).value(), {}, now);
  answer["Open"] = FindingsJson(plan.open);
  AddRow("plan.jsonl", why,
         {{"Account", account},
          {"Options", {{"Now", DateText(now)}, {"Activate", activate}}},
          {"Answer", answer}});
}

void Vectors::AddPlan(const std::string& why, const std::string& account,
                      const std::vector<oracle::Change>& changes,
                      const std::vector<oracle::Caller>& callers) {
  std::vector<oracle::PlanStep> steps;
  Json list = Json::array();
  for (const oracle::Change& change : changes) {
    steps.push_back({change, ""});
    list.push_back({{"Call", change.call}, {"Request", ChangeJson(change)}});
    if (change.call.starts_with("Create")) {
      list.back()["NewId"] = change.new_id;
    }
  }
  Json options = {{"Now", DateText(kNow)}, {"Changes", list}};
  if (!callers.empty()) options["Callers"] = CallersJson(callers);
  Json answer;
  if (const auto outcome = oracle::ApplyPlan(Account(account), steps, kNow)) {
    answer = PlanJson(changes, *outcome, callers, kNow);
    answer["Open"] = Json::array();
  }
  AddRow("plan.jsonl", why,
         {{"Account", account}, {"Options", options}, {"Answer", answer}});
}

void Vectors::AddForecast(const std::string& why, const std::string& account,
                          const std::vector<oracle::Caller>& callers,
                          Milliseconds last, const ForecastOptions& options) {
  const oracle::Forecast forecast =
      oracle::ForecastAccess(Account(account).account, callers, options.now,
                             options.until, options.ca_ends, last);
  Json asked = {{"Now", DateText(options.now)},
                {"Callers", CallersJson(callers)}};
  if (options.until) asked["Until"] = DateText(*options.until);
  for (const auto& [ca, end] : options.ca_ends) {
    asked["CaEnds"][ca] = DateText(end);
  }
  Json list = Json::array();
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const oracle::CallerForecast& caller = forecast.callers[i];
    Json events = Json::array();
    for (const auto& [at, lost] : caller.events) {
      events.push_back({{"At", DateText(at)}, {"Lost", LostJson(lost)}});
    }
    list.push_back({{"Name", callers[i].name},
                    {"CanManage", caller.can_manage},
                    {"ManageUntil", DateOrNull(caller.manage_until)},
                    {"Events", events}});
  }
  AddRow("forecast.jsonl", why,
         {{"Account", account},
          {"Options", asked},
          {"Answer",
           {{"Callers", list},
            {"ManageableUntil", DateOrNull(forecast.manageable_until)}}}});
}

void Vectors::AddMap(const std::string& why, const std::string& account) {
  const oracle::Account& plain = Account(account).account;
  const oracle::MapWorld world = WorldOf({&plain});
  Json regions = Json::array();
  for (const oracle::Region& region : world.RegionsOf(world.Allowed(plain))) {
    regions.push_back(RegionJson(region));
  }
  AddRow("map.jsonl", why,
         {{"Account", account},
          {"Options", Json::object()},
          {"Answer", {{"Regions", regions}}}});
}

void Vectors::AddDifference(const std::string& why, const std::string& before,
                            const std::string& after, Milliseconds now) {
  AddRow("diff.jsonl", why,
         {{"Account", before},
          {"After", after},
          {"Options", {{"Now", DateText(now)}}},
          {"Answer", DifferenceJson(Account(before).account,
                                    Account(after).account, {}, now)}});
}

void Vectors::AddParse(const std::string& why, const std::string& kind,
                       const std::string& text) {
  Json answer;
  if (kind == "ip") {
    if (const auto bits = oracle::AddressBits(text)) {
      answer["Value"] = CanonicalAddress(*bits);
    }
  } else if (kind == "range") {
    if (const auto bits = oracle::RangeBits(text)) {
      answer["Value"] = CanonicalRange(*bits);
    }
  } else if (kind == "timestamp") {
    if (const auto date = oracle::ParseDate(text)) {
      answer["Value"] = DateText(*date);
    }
  } else if (kind == "ordinary") {
    const std::size_t colon = text.find(':');
    if (oracle::MayBeDeclared(text.substr(0, colon), text.substr(colon + 1))) {
      answer["Value"] = text;
    }
  } else {
    Fail("another kind of value", kind);
  }
  AddRow("parse.jsonl", why,
         {{"Kind", kind}, {"Text", text}, {"Answer", answer}});
}

void Vectors::AddRead(const std::string& why, oracle::Folder folder,
                      const Strings& user_pages) {
  std::string& users = folder["ReadUsers.json"];
  for (const std::string& page : user_pages) users += page + '\n';
  if (users.empty()) folder.erase("ReadUsers.json");
  Json files;
  for (const auto& [name, text] : folder) files[name] = text;
  if (!user_pages.empty()) files["ReadUsers.json"] = user_pages;
  Json answer;
  std::string cause;
  if (const auto read = oracle::Read(folder, cause)) {
    answer = CheckJson(read->account, read->account.max, true, kNow);
    answer["Judged"] = JudgedJson(*read);
  }
  AddRow("read.jsonl", why,
         {{"Files", files},
          {"Options", {{"Now", DateText(kNow)}}},
          {"Answer", answer}});
}

void Vectors::AddRow(const std::string& file, const std::string& why,
                     const Json& row) {
  if (why.empty() || why.back() != '.') Fail("expected a sentence", why);
  if (!rows_.insert(row.dump(-1, ' ', true)).second) return;
  Json json = {{"Why", why}};
  json.update(row);
  // Escapes all that is not ASCII.
  files_[file] += json.dump(-1, ' ', true) + '\n';
}

}  // namespace vectors
