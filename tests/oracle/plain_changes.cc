#include "tests/oracle/plain_changes.h"

#include <algorithm>

namespace oracle {
namespace {

__extension__ using Wide = __int128;

constexpr Milliseconds kFirstDate = -62'135'596'800'000;
constexpr Milliseconds kLastDate = 253'402'300'799'999;
constexpr long long kHighestMax = 3'153'600'000;

bool Contains(const Strings& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool IsDate(Wide instant) {
  return instant >= kFirstDate && instant <= kLastDate;
}

// The place of the key or rule of that id; the end where there is none.
template <typename Items>
auto Find(Items& items, const std::string& id) {
  return std::find_if(items.begin(), items.end(),
                      [&](const auto& item) { return item.id == id; });
}

bool HasCa(const ReadFolder& account, const std::string& id) {
  return std::any_of(account.cas->begin(), account.cas->end(),
                     [&](const auto& ca) { return ca.first == id; });
}

bool MakesKey(const Change& change) { return change.call == "CreateAccessKey"; }
bool MakesRule(const Change& change) {
  return change.call == "CreateApiAccessRule";
}
bool MakesCa(const Change& change) { return change.call == "CreateCa"; }

bool HasNewId(const Change& change) {
  return MakesKey(change) || MakesRule(change) || MakesCa(change);
}

// Whether no account could be asked for this.
bool IsMalformed(const Change& change) {
  if (HasNewId(change) && change.new_id.empty()) return true;
  if (change.id == "" || change.user == "") return true;
  if (change.date && !IsDate(*change.date)) return true;
  return Contains(change.cas, "") || Contains(change.cns, "");
}

// Whether this account cannot be asked for this.
bool IsError(const ReadFolder& account, const Change& change,
             Milliseconds now) {
  const std::string& id = change.new_id;
  if (MakesKey(change)) {
    if (Find(account.account.keys, id) != account.account.keys.end()) {
      return true;
    }
    if (change.user &&
        Contains(account.account.users_without_keys, *change.user)) {
      return true;
    }
    // When it would be created.
    return !IsDate(now);
  }
  if (MakesRule(change)) {
    return Find(account.account.rules, id) != account.account.rules.end();
  }
  return MakesCa(change) && account.cas && HasCa(account, id);
}

// R1
std::vector<Refusal> MissingParameters(const Change& change) {
  std::vector<Refusal> refusals;
  const auto require = [&](bool is_given, const std::string& name) {
    if (!is_given) refusals.push_back({"missing-parameter", name, 7000});
  };
  const std::string& call = change.call;
  if (call == "UpdateAccessKey" || call == "DeleteAccessKey") {
    require(change.id.has_value(), "AccessKeyId");
  }
  if (call == "UpdateApiAccessRule" || call == "DeleteApiAccessRule") {
    require(change.id.has_value(), "ApiAccessRuleId");
  }
  if (call == "UpdateApiAccessPolicy") {
    require(change.max.has_value(), "MaxAccessKeyExpirationSeconds");
    require(change.require.has_value(), "RequireTrustedEnv");
  }
  if (call == "CreateCa") require(change.pem.has_value(), "CaPem");
  if (call == "UpdateCa" || call == "DeleteCa") {
    require(change.id.has_value(), "CaId");
  }
  return refusals;
}

// R2
std::vector<Refusal> UnknownIds(const ReadFolder& account,
                                const Change& change) {
  const std::string& call = change.call;
  if (call == "UpdateAccessKey" || call == "DeleteAccessKey") {
    const auto key = Find(account.account.keys, *change.id);
    if (key == account.account.keys.end() ||
        key->user != change.user.value_or("")) {
      return {{"unknown-access-key", *change.id, 4122}};
    }
  }
  if (call == "UpdateApiAccessRule" || call == "DeleteApiAccessRule") {
    if (Find(account.account.rules, *change.id) ==
        account.account.rules.end()) {
      return {{"unknown-rule", *change.id, 4122}};
    }
  }
  if (call == "UpdateCa" || call == "DeleteCa") {
    if (account.cas && !HasCa(account, *change.id)) {
      return {{"unknown-ca", *change.id, 4122}};
    }
  }
  return {};
}

// R3 to R12
std::vector<Refusal> BrokenGuards(const ReadFolder& account,
                                  const Change& change, Milliseconds now) {
  std::vector<Refusal> refusals;
  const auto refuse = [&](const std::string& code, const std::string& subject) {
    refusals.push_back({code, subject, 4118});
  };
  const Account& before = account.account;
  const std::string& call = change.call;

  if (call == "CreateAccessKey") {
    const std::string user = change.user.value_or("");
    int keys = 0;
    for (const Key& key : before.keys) keys += key.user == user ? 1 : 0;
    if (keys >= 10) refuse("too-many-access-keys", user);
  }
  if (call == "DeleteAccessKey") {
    const Key& key = *Find(before.keys, *change.id);
    if (!key.user.empty() && key.active) refuse("access-key-active", key.id);
  }
  if (call == "CreateAccessKey" || call == "UpdateAccessKey") {
    const std::string subject =
        call == "CreateAccessKey" ? change.new_id : *change.id;
    const bool has_date =
        change.date && !(call == "UpdateAccessKey" && change.clear_date);
    if (!has_date && (before.max > 0 || before.require)) {
      refuse("key-never-expires", subject);
    }
    if (has_date && before.max > 0 &&
        Wide{*change.date} - now > Wide{before.max} * 1000) {
      refuse("key-outlives-max", subject);
    }
  }
  if (call == "CreateApiAccessRule" || call == "UpdateApiAccessRule") {
    const std::string subject =
        call == "CreateApiAccessRule" ? change.new_id : *change.id;
    if (change.ranges.empty() && change.cas.empty()) {
      refuse("rule-without-criterion", subject);
    }
    if (!change.cns.empty() && change.cas.empty()) {
      refuse("cn-without-ca", subject);
    }
    if (before.require && change.cas.empty()) {
      refuse("rule-without-ca", subject);
    }
    if (account.cas) {
      for (const std::string& ca :
           std::set<std::string>(change.cas.begin(), change.cas.end())) {
        if (!HasCa(account, ca)) refusals.push_back({"unknown-ca", ca, 4122});
      }
    }
  }
  if (call == "DeleteApiAccessRule" && before.rules.size() == 1) {
    refuse("last-rule", *change.id);
  }
  if (call == "UpdateApiAccessPolicy") {
    for (const auto& [code, subject] :
         CheckActivation(before, *change.max, *change.require, now)
             .violations) {
      refuse(code, subject);
      if (code == "account-incomplete") {
        refusals.back().provider_code = std::nullopt;
      }
    }
  }
  return refusals;
}

}  // namespace

ReadFolder Effect(const ReadFolder& account, const Change& change,
                  Milliseconds now) {
  ReadFolder after = account;
  std::vector<Key>& keys = after.account.keys;
  std::vector<Rule>& rules = after.account.rules;
  const std::string& call = change.call;
  if (call == "CreateAccessKey") {
    keys.push_back(
        {change.new_id, true, change.date, change.user.value_or("")});
    after.tags[change.new_id] = change.tag;
    after.creations[change.new_id] = now;
  } else if (call == "UpdateAccessKey") {
    Key& key = *Find(keys, *change.id);
    if (change.state) key.active = *change.state == "ACTIVE";
    key.expiration = change.date;
    if (change.clear_date) key.expiration = std::nullopt;
    if (change.tag) after.tags[key.id] = change.tag;
    if (change.clear_tag) after.tags[key.id] = std::nullopt;
  } else if (call == "DeleteAccessKey") {
    keys.erase(Find(keys, *change.id));
    after.tags.erase(*change.id);
    after.creations.erase(*change.id);
  } else if (call == "CreateApiAccessRule") {
    rules.push_back({change.new_id, change.ranges, change.cas, change.cns});
    after.descriptions[change.new_id] = change.description;
  } else if (call == "UpdateApiAccessRule") {
    *Find(rules, *change.id) = {*change.id, change.ranges, change.cas,
                                change.cns};
    after.descriptions[*change.id] = change.description;
  } else if (call == "DeleteApiAccessRule") {
    rules.erase(Find(rules, *change.id));
    after.descriptions.erase(*change.id);
  } else if (call == "UpdateApiAccessPolicy") {
    after.account.max = *change.max;
    after.account.require = *change.require;
  } else if (call == "CreateCa") {
    if (after.cas) after.cas->emplace_back(change.new_id, std::nullopt);
  } else if (call == "DeleteCa") {
    if (after.cas) {
      std::erase_if(*after.cas,
                    [&](const auto& ca) { return ca.first == *change.id; });
    }
  }
  return after;
}

Outcome Apply(const ReadFolder& account, const Change& change,
              Milliseconds now) {
  Outcome outcome;
  if (IsMalformed(change) || IsError(account, change, now)) {
    outcome.is_error = true;
    return outcome;
  }
  outcome.refusals = MissingParameters(change);
  if (!outcome.refusals.empty()) return outcome;
  outcome.refusals = UnknownIds(account, change);
  if (!outcome.refusals.empty()) return outcome;
  outcome.refusals = BrokenGuards(account, change, now);
  if (!outcome.refusals.empty()) return outcome;
  outcome.account = Effect(account, change, now);
  if (change.call == "DeleteCa") outcome.deleted_ca = change.id;
  return outcome;
}

std::optional<PlanOutcome> ApplyPlan(const ReadFolder& account,
                                     const std::vector<PlanStep>& steps,
                                     Milliseconds now) {
  for (const PlanStep& one : steps) {
    for (const PlanStep& other : steps) {
      if (&one != &other && HasNewId(one.change) &&
          one.change.call == other.change.call &&
          one.change.new_id == other.change.new_id) {
        return std::nullopt;
      }
    }
  }
  PlanOutcome plan;
  plan.accounts.push_back(account);
  plan.deleted_cas.emplace_back();
  Strings ended;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [change, resource] = steps[i];
    if (Contains(ended, resource)) continue;
    const Outcome outcome = Apply(plan.accounts.back(), change, now);
    if (outcome.is_error) return std::nullopt;
    plan.steps.emplace_back(i, outcome.refusals);
    plan.accounts.push_back(outcome.account.value_or(plan.accounts.back()));
    plan.deleted_cas.push_back(plan.deleted_cas.back());
    if (outcome.deleted_ca) {
      plan.deleted_cas.back().push_back(*outcome.deleted_ca);
    }
    if (outcome.refusals.empty()) continue;
    if (resource.empty()) break;
    ended.push_back(resource);
  }
  return plan;
}

ActivationPlan PlanActivation(const ReadFolder& account, long long max,
                              bool require, const OptionalText& ca,
                              Milliseconds now) {
  const Account& before = account.account;
  const long long lower = before.max > 0 ? std::min(max, before.max) : max;
  Wide date = Wide{now} + Wide{lower} * 1000 - 1;
  const Wide whole_second = date - ((date % 1000) + 1000) % 1000;
  if (whole_second > now) date = whole_second;
  const bool can_set_date =
      max >= 1 && max <= kHighestMax && IsDate(now) && IsDate(date);
  const bool can_set_ca =
      ca && !ca->empty() && (!account.cas || HasCa(account, *ca));

  ActivationPlan plan;
  for (const auto& [code, subject] :
       CheckActivation(before, max, require, now).violations) {
    if ((code == "key-never-expires" || code == "key-outlives-max") &&
        can_set_date) {
      const Key& key = *Find(before.keys, subject);
      Change update = {.call = "UpdateAccessKey", .id = subject};
      if (!key.user.empty()) update.user = key.user;
      update.date = static_cast<Milliseconds>(date);
      plan.steps.push_back(update);
    } else if (code == "rule-without-ca" && can_set_ca) {
      Change update = {.call = "UpdateApiAccessRule", .id = subject};
      update.ranges = Find(before.rules, subject)->ranges;
      update.cas = {*ca};
      update.description = account.descriptions.at(subject);
      plan.steps.push_back(update);
    } else {
      plan.open.emplace_back(code, subject);
    }
  }
  if (plan.open.empty()) {
    plan.steps.push_back(
        {.call = "UpdateApiAccessPolicy", .max = max, .require = require});
  }
  return plan;
}

const std::vector<Kind>& AllKinds() {
  static const auto& kinds =
      *new std::vector<Kind>{{"api", "Public", "ReadRegions"},
                             {"api", "Ordinary", "ReadVms"},
                             {"api", "Managing", "ReadAccessKeys"},
                             {"api", "Unlisted", "Brand2New"},
                             {"icu", "Public", "AuthenticateAccount"},
                             {"icu", "Ordinary", "GetAccount"},
                             {"icu", "Managing", "ListAccessKeys"},
                             {"icu", "Unlisted", "Brand2New"},
                             {"fcu", "Public", "DescribeRegions"},
                             {"fcu", "Ordinary", "RunInstances"},
                             {"fcu", "Unlisted", "run"},
                             {"lbu", "Ordinary", "CreateLoadBalancer"},
                             {"lbu", "Unlisted", "create"},
                             {"directlink", "Ordinary", "DescribeConnections"},
                             {"directlink", "Unlisted", "describe"},
                             {"eim", "Ordinary", "CreateUser"},
                             {"eim", "Managing", "CreateAccessKey"},
                             {"eim", "Unlisted", "create"},
                             {"oos", "Exempt", "GetObject"},
                             {"osu", "Exempt", "GetObject"},
                             {"other", "Unlisted", "Get"}};
  return kinds;
}

Access AccessOf(const Account& account, const std::vector<Caller>& callers,
                const Strings& deleted_cas, Milliseconds now) {
  Access access;
  for (const Caller& caller : callers) {
    access.emplace_back();
    Request request = caller.request;
    std::erase_if(request.cas, [&](const std::string& ca) {
      return Contains(deleted_cas, ca);
    });
    for (const Kind& kind : AllKinds()) {
      request.service = kind.service;
      request.method = kind.method;
      access.back().push_back(Decide(account, request, now));
    }
  }
  return access;
}

namespace {

bool IsAllowed(const Decision& decision) { return decision.verdict == "Allow"; }

const Decision& Managing(const std::vector<Decision>& decisions) {
  return decisions[2];  // as in AllKinds()
}

bool AnyoneManages(const Access& access) {
  return std::any_of(access.begin(), access.end(), [](const auto& decisions) {
    return IsAllowed(Managing(decisions));
  });
}

std::vector<std::pair<std::size_t, std::string>> LostBetween(
    const std::vector<Decision>& before, const std::vector<Decision>& after) {
  std::vector<std::pair<std::size_t, std::string>> lost;
  for (std::size_t kind = 0; kind < before.size(); ++kind) {
    if (IsAllowed(before[kind]) && !IsAllowed(after[kind])) {
      lost.emplace_back(kind, after[kind].reason);
    }
  }
  return lost;
}

}  // namespace

Impact Compare(const Access& before, const Access& after) {
  Impact impact;
  bool has_end = true;
  for (std::size_t i = 0; i < before.size(); ++i) {
    CallerImpact caller;
    caller.can_manage_before = IsAllowed(Managing(before[i]));
    caller.can_manage_after = IsAllowed(Managing(after[i]));
    if (caller.can_manage_after) {
      caller.manage_until = Managing(after[i]).valid_until;
      if (!caller.manage_until) has_end = false;
      if (!impact.manageable_until ||
          caller.manage_until > *impact.manageable_until) {
        impact.manageable_until = caller.manage_until;
      }
    }
    caller.lost = LostBetween(before[i], after[i]);
    for (const auto& [kind, reason] : LostBetween(after[i], before[i])) {
      caller.gained.push_back(kind);
    }
    impact.callers.push_back(caller);
  }
  if (!has_end) impact.manageable_until = std::nullopt;
  if (before.empty()) {
    impact.lock_out = "NotAssessed";
  } else if (AnyoneManages(after)) {
    impact.lock_out = "None";
  } else if (AnyoneManages(before)) {
    impact.lock_out = "LockedOut";
  } else {
    impact.lock_out = "AlreadyLockedOut";
  }
  return impact;
}

Forecast ForecastAccess(const Account& account,
                        const std::vector<Caller>& callers, Milliseconds now,
                        std::optional<Milliseconds> horizon,
                        const std::map<std::string, Milliseconds>& ca_ends,
                        Milliseconds last) {
  const auto at = [&](Milliseconds instant) {
    Strings ended;
    for (const auto& [ca, end] : ca_ends) {
      if (end <= instant) ended.push_back(ca);
    }
    return AccessOf(account, callers, ended, instant);
  };
  Forecast forecast;
  Access before = at(now);
  for (const std::vector<Decision>& decisions : before) {
    forecast.callers.push_back({.can_manage = IsAllowed(Managing(decisions))});
  }
  for (Milliseconds instant = now + 1; instant <= last; ++instant) {
    const Access after = at(instant);
    for (std::size_t i = 0; i < callers.size(); ++i) {
      CallerForecast& caller = forecast.callers[i];
      if (IsAllowed(Managing(before[i])) && !IsAllowed(Managing(after[i]))) {
        caller.manage_until = instant;
      }
      const auto lost = LostBetween(before[i], after[i]);
      if (!lost.empty() && (!horizon || instant <= *horizon)) {
        caller.events.emplace_back(instant, lost);
      }
    }
    if (AnyoneManages(before) && !AnyoneManages(after)) {
      forecast.manageable_until = instant;
    }
    before = after;
  }
  return forecast;
}

}  // namespace oracle
