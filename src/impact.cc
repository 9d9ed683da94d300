#include "api_access/impact.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "api_access/quote.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/insight/representatives.h"
#include "src/plan_walk.h"

namespace api_access {
namespace {

using internal::InvalidArgument;

// What a caller may do: a decision for each kind of method, in their order.
using Access = std::array<Decision, kAllMethodKinds.size()>;

constexpr auto kManaging = static_cast<std::size_t>(
    std::ranges::find(kAllMethodKinds,
                      MethodKind{Service::kApi, MethodClass::kManaging}) -
    kAllMethodKinds.begin());

Access AccessOf(const Evaluator& evaluator, const Caller& caller,
                Timestamp now) {
  Access access;
  for (std::size_t i = 0; i < access.size(); ++i) {
    const Method method = internal::SampleOf(kAllMethodKinds[i]);
    access[i] = evaluator.Decide(caller.For(method), now);
  }
  return access;
}

// In the order of kAllMethodKinds.
std::vector<LostAccess> Lost(const Access& before, const Access& after) {
  std::vector<LostAccess> lost;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].allowed() && !after[i].allowed()) {
      lost.push_back({kAllMethodKinds[i], after[i].reason});
    }
  }
  return lost;
}

// The caller as it is once no certificate is under the CAs for which `is_gone`.
template <typename IsGone>
Caller WithoutCas(const Caller& caller, const IsGone& is_gone) {
  if (!caller.certificate ||
      std::ranges::none_of(caller.certificate->ca_ids(), is_gone)) {
    return caller;
  }
  Caller without = caller;
  ClientCertificate::Fields fields = caller.certificate->fields();
  std::erase_if(fields.ca_ids, is_gone);
  auto certificate = ClientCertificate::Create(std::move(fields));
  without.certificate.reset();
  // The parts of a certificate are valid in another one, too.
  if (certificate.ok() && !certificate->ca_ids().empty()) {
    without.certificate = *std::move(certificate);
  }
  return without;
}

std::vector<NamedCaller> WithoutCas(std::span<const NamedCaller> callers,
                                    std::span<const std::string> ca_ids) {
  std::vector<NamedCaller> without;
  without.reserve(callers.size());
  for (const auto& [name, caller] : callers) {
    without.push_back({name, WithoutCas(caller, [&](const std::string& ca_id) {
                         return std::ranges::find(ca_ids, ca_id) !=
                                ca_ids.end();
                       })});
  }
  return without;
}

// The latest instant until which somebody can manage.
class LatestEnd {
 public:
  // Somebody can manage until `end`; for ever without one.
  void Add(const std::optional<Timestamp>& end) {
    if (!end) {
      has_no_end_ = true;
    } else {
      latest_ = std::max(latest_.value_or(*end), *end);
    }
  }
  std::optional<Timestamp> Get() const {
    return has_no_end_ ? std::nullopt : latest_;
  }

 private:
  bool has_no_end_ = false;
  std::optional<Timestamp> latest_;
};

// When CAs end, of the account and as stated. Errors: those of Forecast.
absl::StatusOr<std::map<std::string, Timestamp, std::less<>>> EndsOf(
    const Account& account, std::span<const CaEnd> ca_ends) {
  std::map<std::string, Timestamp, std::less<>> ends;
  std::set<std::string_view> known;
  if (account.cas()) {
    for (const Ca& ca : *account.cas()) {
      known.insert(ca.id());
      if (ca.valid_until()) ends.emplace(ca.id(), *ca.valid_until());
    }
  }
  for (const auto& [ca_id, end] : ca_ends) {
    if (account.cas() && !known.contains(ca_id)) {
      return InvalidArgument("expected the end of a CA of the account, got " +
                             Quote(ca_id));
    }
    if (!ends.emplace(ca_id, end).second) {
      return InvalidArgument("expected one end for each CA, got " +
                             Quote(ca_id) + " again");
    }
  }
  return ends;
}

}  // namespace

bool Impact::AnyoneLoses() const {
  return std::ranges::any_of(
      callers, [](const CallerImpact& caller) { return !caller.lost.empty(); });
}

bool AccessForecast::NobodyCanManage() const {
  return std::ranges::none_of(callers, &CallerForecast::can_manage);
}

absl::StatusOr<LockOut> ParseLockOut(std::string_view text) {
  return internal::ParseEnum(kAllLockOuts, text);
}

Impact AssessImpact(const Evaluator& before, const Evaluator& after,
                    std::span<const std::string> deleted_ca_ids,
                    std::span<const NamedCaller> callers, Timestamp now) {
  Impact impact;
  if (callers.empty()) return impact;
  const std::vector<NamedCaller> callers_after =
      WithoutCas(callers, deleted_ca_ids);
  bool could_manage = false;
  bool can_manage = false;
  LatestEnd manageable_until;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const Access access_before = AccessOf(before, callers[i].caller, now);
    const Access access_after = AccessOf(after, callers_after[i].caller, now);
    CallerImpact of_caller = {
        .name = callers[i].name,
        .can_manage_before = access_before[kManaging].allowed(),
        .can_manage_after = access_after[kManaging].allowed(),
        .manage_reason = access_after[kManaging].reason,
        .manage_until = access_after[kManaging].valid_until,
        .lost = Lost(access_before, access_after)};
    for (const LostAccess& gained : Lost(access_after, access_before)) {
      of_caller.gained.push_back(gained.kind);
    }
    could_manage |= of_caller.can_manage_before;
    if (of_caller.can_manage_after) {
      can_manage = true;
      manageable_until.Add(of_caller.manage_until);
    }
    impact.callers.push_back(std::move(of_caller));
  }
  impact.lock_out = can_manage     ? LockOut::kNone
                    : could_manage ? LockOut::kLockedOut
                                   : LockOut::kAlreadyLockedOut;
  impact.manageable_until = manageable_until.Get();
  return impact;
}

absl::StatusOr<PlanAssessment> AssessPlan(const Account& account,
                                          std::span<const PlanStep> steps,
                                          std::span<const NamedCaller> callers,
                                          Timestamp now) {
  const auto compiled = Evaluator::Compile(account);
  if (!compiled.ok()) return compiled.status();
  Evaluator before = *compiled;
  std::vector<NamedCaller> callers_before(callers.begin(), callers.end());
  std::vector<Impact> impacts;
  std::vector<std::vector<Change>> undos;
  const auto assess = [&](const Account& account_before, const Change& change,
                          const ChangeOutcome& outcome) -> absl::Status {
    impacts.emplace_back();
    undos.emplace_back();
    if (!outcome.accepted()) return absl::OkStatus();
    const auto after = Evaluator::Compile(*outcome.account);
    if (!after.ok()) return after.status();
    std::vector<std::string> deleted;
    if (outcome.deleted_ca_id) deleted.push_back(*outcome.deleted_ca_id);
    impacts.back() = AssessImpact(before, *after, deleted, callers_before, now);
    undos.back() = Undo(account_before, change);
    callers_before = WithoutCas(callers_before, deleted);
    before = *after;
    return absl::OkStatus();
  };
  auto outcome = internal::WalkPlan(account, steps, now, assess);
  if (!outcome.ok()) return outcome.status();
  Impact whole =
      AssessImpact(*compiled, before, outcome->deleted_ca_ids, callers, now);
  return PlanAssessment{.outcome = *std::move(outcome),
                        .impacts = std::move(impacts),
                        .undos = std::move(undos),
                        .whole = std::move(whole)};
}

absl::StatusOr<Account> WithCaEnds(const Account& account,
                                   std::span<const CaEnd> ends) {
  if (ends.empty()) return account;
  Account::Fields fields = account.fields();
  if (!fields.cas) {
    return InvalidArgument(
        "expected the CAs of the account, they were not read");
  }
  for (const auto& [id, end] : ends) {
    const auto ca = std::ranges::find(*fields.cas, id, &Ca::id);
    if (ca == fields.cas->end()) {
      return InvalidArgument("expected a CA of the account, got " + Quote(id));
    }
    Ca::Fields changed = ca->fields();
    changed.valid_until = end;
    auto made = Ca::Create(std::move(changed));
    if (!made.ok()) return made.status();
    *ca = *std::move(made);
  }
  return Account::Create(std::move(fields));
}

absl::StatusOr<AccessForecast> Forecast(const Account& account,
                                        std::span<const NamedCaller> callers,
                                        Timestamp now,
                                        const ForecastOptions& options) {
  if (callers.empty()) return InvalidArgument("expected callers, got nobody");
  if (options.horizon && *options.horizon < now) {
    return InvalidArgument("expected a horizon from " + FormatTimestamp(now) +
                           " on, got " + FormatTimestamp(*options.horizon));
  }
  const auto ends = EndsOf(account, options.ca_ends);
  if (!ends.ok()) return ends.status();
  const auto evaluator = Evaluator::Compile(account);
  if (!evaluator.ok()) return evaluator.status();
  std::map<std::string_view, Timestamp> expirations;
  for (const AccessKey& key : account.access_keys()) {
    if (key.expiration()) expirations.emplace(key.id(), *key.expiration());
  }

  AccessForecast forecast;
  LatestEnd manageable_until;
  for (const NamedCaller& named : callers) {
    const Caller& caller = named.caller;
    const auto access_at = [&](Timestamp at) {
      const Caller without = WithoutCas(caller, [&](const std::string& ca_id) {
        const auto end = ends->find(ca_id);
        return end != ends->end() && at >= end->second;
      });
      return AccessOf(*evaluator, without, at);
    };
    // The instants at which something may end.
    std::set<Timestamp> instants;
    if (caller.login == LoginKind::kAccessKey) {
      const auto expiration = expirations.find(caller.access_key_id);
      if (expiration != expirations.end()) instants.insert(expiration->second);
    }
    if (caller.certificate) {
      for (const std::string& ca_id : caller.certificate->ca_ids()) {
        const auto end = ends->find(ca_id);
        if (end != ends->end()) instants.insert(end->second);
      }
    }
    instants.erase(instants.begin(), instants.upper_bound(now));

    Access access = access_at(now);
    CallerForecast of_caller = {.name = named.name,
                                .can_manage = access[kManaging].allowed(),
                                .manage_reason = access[kManaging].reason};
    for (const Timestamp at : instants) {
      const Access access_then = access_at(at);
      std::vector<LostAccess> lost = Lost(access, access_then);
      if (access[kManaging].allowed() && !access_then[kManaging].allowed()) {
        of_caller.manage_until = at;
      }
      if (!lost.empty() && (!options.horizon || at <= *options.horizon)) {
        of_caller.events.push_back({at, std::move(lost)});
      }
      access = access_then;
    }
    if (of_caller.can_manage) manageable_until.Add(of_caller.manage_until);
    forecast.callers.push_back(std::move(of_caller));
  }
  forecast.manageable_until = manageable_until.Get();
  return forecast;
}

}  // namespace api_access
