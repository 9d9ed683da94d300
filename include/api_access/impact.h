// What a change means for the callers that an operator relies on: what they
// lose, and whether one of them could still take it back.
//
// A caller can manage when a managing method of `api` is allowed: those take a
// change back. EIM policies, which this library does not know, may still deny a
// request of an EIM user.

#ifndef API_ACCESS_IMPACT_H_
#define API_ACCESS_IMPACT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// Whether a change locks out the callers that are named. Numbers and texts are
// stable. Our choice.
enum class LockOut : std::uint8_t {
  // No callers are named, or the change is refused: never to be read as safe.
  kNotAssessed = 0,
  // Somebody can manage after the change.
  kNone = 1,
  // Somebody could manage before it, nobody can after it.
  kLockedOut = 2,
  // Nobody could manage before it, and nobody can after it.
  kAlreadyLockedOut = 3,
};

inline constexpr std::array<LockOut, 4> kAllLockOuts = {
    LockOut::kNotAssessed, LockOut::kNone, LockOut::kLockedOut,
    LockOut::kAlreadyLockedOut};

// `None`, `LockedOut`, `AlreadyLockedOut`; `NotAssessed` for kNotAssessed and
// any value that is not an enumerator.
constexpr std::string_view ToString(LockOut lock_out) {
  switch (lock_out) {
    case LockOut::kNotAssessed:
      break;
    case LockOut::kNone:
      return "None";
    case LockOut::kLockedOut:
      return "LockedOut";
    case LockOut::kAlreadyLockedOut:
      return "AlreadyLockedOut";
  }
  return "NotAssessed";
}

// The value whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<LockOut> ParseLockOut(std::string_view text);

// Methods that a caller can no longer call, and why not.
struct LostAccess {
  MethodKind kind;
  Reason reason = Reason::kNotDecided;  // of the denial afterwards

  friend bool operator==(const LostAccess&, const LostAccess&) = default;
};

// What a change means for one caller.
struct CallerImpact {
  std::string name;
  bool can_manage_before = false;
  bool can_manage_after = false;
  // Of that decision afterwards: why it can manage, or cannot.
  Reason manage_reason = Reason::kNotDecided;
  // Exclusive: when the caller can no longer manage after the change, as its
  // access key expires. Absent: it has no end, or the caller cannot manage.
  std::optional<Timestamp> manage_until = std::nullopt;
  // Allowed before and denied after, and the reverse, in the order of
  // kAllMethodKinds.
  std::vector<LostAccess> lost = {};
  std::vector<MethodKind> gained = {};

  friend bool operator==(const CallerImpact&, const CallerImpact&) = default;
};

// What a change means for all named callers. The default: not assessed.
struct [[nodiscard]] Impact {
  LockOut lock_out = LockOut::kNotAssessed;
  // The latest `manage_until` of the callers that can manage after the change.
  // Absent: that of one of them has no end, or none of them can manage.
  std::optional<Timestamp> manageable_until = std::nullopt;
  // In the order in which they were named.
  std::vector<CallerImpact> callers = {};

  // Returns true if some caller loses something.
  bool AnyoneLoses() const;
  // Returns true if callers were named and none of them can manage.
  bool NobodyCanManage() const {
    return lock_out == LockOut::kLockedOut ||
           lock_out == LockOut::kAlreadyLockedOut;
  }

  friend bool operator==(const Impact&, const Impact&) = default;
};

// Compares what `callers` may do before and after a change, at the instant
// `now`:
//   const auto outcome = Apply(account, change, now);
//   const auto after = Evaluator::Compile(*outcome->account);
//   AssessImpact(before, *after, {}, callers, now).lock_out
//
// Every verdict is that of Evaluator::Decide, for each kind of method. After
// the change the certificates of callers are not under `deleted_ca_ids`, those
// of ChangeOutcome::deleted_ca_id: one that is under no other CA is none.
//
// Total. Takes the time of 42 decisions for each caller. May be called
// concurrently. Our choice.
Impact AssessImpact(const Evaluator& before, const Evaluator& after,
                    std::span<const std::string> deleted_ca_ids,
                    std::span<const NamedCaller> callers, Timestamp now);

// A plan, with what each step means for callers.
struct [[nodiscard]] PlanAssessment {
  // What comes of the plan.
  PlanOutcome outcome;
  // What each of `outcome.steps` does, against the account that those before
  // it left. Not assessed where it is refused.
  std::vector<Impact> impacts;
  // The calls that take each of them back, from the account that it leaves;
  // none where it is refused.
  std::vector<std::vector<Change>> undos;
  // What the accepted steps together do.
  Impact whole;
};

// Tries a plan as ApplyPlan does, and assesses each step and the whole: one
// sees what a caller loses at which step, and at which it gets it back. A CA
// that a step deletes stays deleted in all later ones.
//
// Errors: those of ApplyPlan, and kResourceExhausted as of Evaluator::Compile.
// Takes the time of Apply, Evaluator::Compile and AssessImpact for each step,
// and the memory of a few accounts. May be called concurrently. Our choice.
absl::StatusOr<PlanAssessment> AssessPlan(const Account& account,
                                          std::span<const PlanStep> steps,
                                          std::span<const NamedCaller> callers,
                                          Timestamp now);

// When the certificate of a CA ends, as its holder states it.
struct CaEnd {
  std::string ca_id;
  // Exclusive: the first instant at which it is no longer valid.
  Timestamp end;

  friend bool operator==(const CaEnd&, const CaEnd&) = default;
};

// `account`, whose CAs end as stated, for Review. Errors: kInvalidArgument for
// a CA that the account does not have, for any where its CAs are not known, and
// for an instant that Ca::Create refuses. May be called concurrently.
absl::StatusOr<Account> WithCaEnds(const Account& account,
                                   std::span<const CaEnd> ends);

// What a caller loses as time passes.
struct CallerForecast {
  // What it loses at an instant.
  struct Event {
    Timestamp at;
    // Not empty; in the order of kAllMethodKinds.
    std::vector<LostAccess> lost;

    friend bool operator==(const Event&, const Event&) = default;
  };

  std::string name;
  // At `now`, and why, or why not.
  bool can_manage = false;
  Reason manage_reason = Reason::kNotDecided;
  // Exclusive, whatever the horizon. Absent: it has no end, or the caller
  // cannot manage now.
  std::optional<Timestamp> manage_until = std::nullopt;
  // Those after `now`, up to the horizon, ascending, one an instant.
  std::vector<Event> events = {};

  friend bool operator==(const CallerForecast&,
                         const CallerForecast&) = default;
};

// What all named callers lose as time passes.
struct [[nodiscard]] AccessForecast {
  // In the order in which they were named.
  std::vector<CallerForecast> callers;
  // The instant from which none of them can manage, whatever the horizon.
  // Absent: there is none, or none of them can manage now.
  std::optional<Timestamp> manageable_until;

  // Returns true if nobody named can manage now.
  bool NobodyCanManage() const;

  friend bool operator==(const AccessForecast&,
                         const AccessForecast&) = default;
};

struct ForecastOptions {
  // The last instant that events are listed for. Absent: no end.
  std::optional<Timestamp> horizon = std::nullopt;
  // Beside those of Account::cas().
  std::vector<CaEnd> ca_ends = {};
};

// Tells what `callers` lose from `now` on if nobody touches the account: access
// keys expire and, where their end is stated, CAs. From the end of a CA on, and
// before `now` too, no certificate is under it. Access only ends.
//
// Errors: kInvalidArgument for no callers, for the end of a CA that the account
// does not have, where its CAs are known, for two ends of one CA, and for a
// horizon before `now`; kResourceExhausted as of Evaluator::Compile. Takes the
// time of Evaluator::Compile, then of 21 decisions for each caller at `now` and
// at each end of its key and CAs. May be called concurrently. Our choice.
absl::StatusOr<AccessForecast> Forecast(const Account& account,
                                        std::span<const NamedCaller> callers,
                                        Timestamp now,
                                        const ForecastOptions& options = {});

inline std::ostream& operator<<(std::ostream& out, LockOut lock_out) {
  return out << ToString(lock_out);
}

}  // namespace api_access

#endif  // API_ACCESS_IMPACT_H_
