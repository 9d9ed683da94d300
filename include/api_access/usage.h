// What a log of calls tells about an account: what a change of it would break,
// and which keys, rules and IP ranges are not used. It never tells what a
// change would newly let in, as the provider logs no call that it answers with
// 401 or 404, and no call of another service than `api`.

#ifndef API_ACCESS_USAGE_H_
#define API_ACCESS_USAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/requirement.h"
#include "api_access/timestamp.h"

namespace api_access {

// What no log tells, in lines of text for people. Whoever tells what a log says
// has to say this first: what only such calls use looks unused.
inline constexpr std::string_view kWhatLogsLack =
    "What this log cannot tell: the provider logs calls of api alone, not of "
    "fcu,\nlbu, directlink, eim, icu, oos and osu, and none that it answers "
    "with 401 or\n404. What only such calls use is not seen here, and neither "
    "is what a change\nwould newly let in. An entry has no certificate.";

// One field of a log entry, as it was read: a view.
struct LogField {
  enum class Kind : std::uint8_t {
    kMissing = 0,
    kNull,
    kText,
    kInteger,
    kOther,  // a value of another type, or an integer of more than 64 bits
  };

  Kind kind = Kind::kMissing;
  std::string_view text = {};  // of kText
  std::int64_t integer = 0;    // of kInteger
};

// What is read of one entry of the provider's ReadApiLogs.
struct LogEntry {
  LogField query_date = {};
  LogField query_api_name = {};
  LogField query_call_name = {};
  LogField query_access_key = {};
  LogField query_ip_address = {};
  LogField response_status_code = {};
  LogField request_id = {};
};

// Why an entry is not judged: the first that holds, in this order. Numbers and
// texts are stable. Source: the provider says that any field may be missing;
// that such an entry is not judged is our choice.
enum class NotJudgedReason : std::uint8_t {
  kJudged = 0,
  kNoDate = 1,
  kMalformedDate = 2,
  kNoMethod = 3,
  kMalformedMethod = 4,  // an empty one, too
  kNoAddress = 5,        // an empty one, too
  kMalformedAddress = 6,
  // The field is missing. Null and an empty one are a call without access key.
  kNoAccessKey = 7,
  kMalformedAccessKey = 8,
  kMalformedService = 9,
  kMalformedStatus = 10,
  kMalformedRequestId = 11,
};

inline constexpr std::array<NotJudgedReason, 11> kAllNotJudgedReasons = {
    NotJudgedReason::kNoDate,
    NotJudgedReason::kMalformedDate,
    NotJudgedReason::kNoMethod,
    NotJudgedReason::kMalformedMethod,
    NotJudgedReason::kNoAddress,
    NotJudgedReason::kMalformedAddress,
    NotJudgedReason::kNoAccessKey,
    NotJudgedReason::kMalformedAccessKey,
    NotJudgedReason::kMalformedService,
    NotJudgedReason::kMalformedStatus,
    NotJudgedReason::kMalformedRequestId};

// Such as `no-date` and `malformed-address`; `judged` for kJudged and any value
// that is not an enumerator.
constexpr std::string_view ToString(NotJudgedReason reason) {
  switch (reason) {
    case NotJudgedReason::kJudged:
      break;
    case NotJudgedReason::kNoDate:
      return "no-date";
    case NotJudgedReason::kMalformedDate:
      return "malformed-date";
    case NotJudgedReason::kNoMethod:
      return "no-method";
    case NotJudgedReason::kMalformedMethod:
      return "malformed-method";
    case NotJudgedReason::kNoAddress:
      return "no-address";
    case NotJudgedReason::kMalformedAddress:
      return "malformed-address";
    case NotJudgedReason::kNoAccessKey:
      return "no-access-key";
    case NotJudgedReason::kMalformedAccessKey:
      return "malformed-access-key";
    case NotJudgedReason::kMalformedService:
      return "malformed-service";
    case NotJudgedReason::kMalformedStatus:
      return "malformed-status";
    case NotJudgedReason::kMalformedRequestId:
      return "malformed-request-id";
  }
  return "judged";
}

// The reason whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<NotJudgedReason> ParseNotJudgedReason(std::string_view text);

// A call that can be judged: a view of the entry that it is made of.
struct LogCall {
  Timestamp date;
  Method method;
  IpAddress client_address;
  // Absent: the call had no access key.
  std::optional<std::string_view> access_key_id = std::nullopt;
  // Absent: the entry does not tell them.
  std::optional<std::int64_t> status = std::nullopt;
  std::optional<std::string_view> request_id = std::nullopt;
};

// The call of an entry, or why there is none.
struct ReadCall {
  std::optional<LogCall> call = std::nullopt;
  // kJudged if there is a call.
  NotJudgedReason reason = NotJudgedReason::kJudged;
};

// Reads the call of `entry`, whose method is found in `catalogue`; an entry
// without QueryApiName is one of `oapi`. Allocates only to refuse a date or an
// address. May be called concurrently.
ReadCall CallOf(const LogEntry& entry, const MethodCatalogue& catalogue);

// What becomes of a logged call under an account, at its own date: over every
// certificate that it may have had and, where it had no access key, over no
// login and login/password. With `key_is_gone` its access key counts as a
// usable one, whichever keys the account has: keys are rotated, and it was
// there then.
//
// Total. Does not allocate. May be called concurrently. Our choice.
PossibleDecision Judge(const Evaluator& evaluator, const LogCall& call,
                       bool key_is_gone) noexcept;

// An entry of a group of entries, to be looked up in the log. The first one of
// a group is the smallest, whatever the order in which they are read.
struct LogExample {
  Timestamp date;
  // Absent before any other.
  std::optional<std::string> request_id = std::nullopt;

  friend bool operator==(const LogExample&, const LogExample&) = default;
  friend auto operator<=>(const LogExample&, const LogExample&) = default;
};

struct LogGroup {
  std::uint64_t count = 0;
  LogExample first;

  friend bool operator==(const LogGroup&, const LogGroup&) = default;
};

// Whose calls of which method.
struct LogCaller {
  // Absent: without an access key.
  std::optional<std::string> access_key_id = std::nullopt;
  // The name of a method of the catalogue, whichever its service, or of a
  // declared one; `unlisted` for all others, of which there may be any number.
  std::string method;

  friend bool operator==(const LogCaller&, const LogCaller&) = default;
  friend auto operator<=>(const LogCaller&, const LogCaller&) = default;
};

inline constexpr std::string_view kUnlistedMethods = "unlisted";

// What a log, or a part of one, tells about an account, and about a second one
// that may replace it. Grows with the accounts and with the callers whose calls
// the second one breaks or puts at risk, not with the log. Counts stay at
// kMaxCount once they are there.
struct [[nodiscard]] UsageSummary {
  static constexpr std::uint64_t kMaxCount = (std::uint64_t{1} << 63) - 1;

  using Callers = std::map<LogCaller, LogGroup>;

  struct Window {
    Timestamp from;
    Timestamp to;  // included

    friend bool operator==(const Window&, const Window&) = default;
  };
  struct Key {
    std::string id;
    std::uint64_t count = 0;  // of entries that name it, judged or not
    std::optional<Timestamp> last_use = std::nullopt;

    friend bool operator==(const Key&, const Key&) = default;
  };
  // How many judged calls of methods that are not public come from an address
  // that this one alone admits, and how many from one that others admit, too.
  struct Uses {
    std::uint64_t alone = 0;
    std::uint64_t among = 0;
    // The date of the last of all of these.
    std::optional<Timestamp> last_use = std::nullopt;

    friend bool operator==(const Uses&, const Uses&) = default;
  };
  struct Rule {
    std::string id;
    Uses uses;

    friend bool operator==(const Rule&, const Rule&) = default;
  };
  struct Range {
    std::string rule_id;
    IpRange range;
    Uses uses;

    friend bool operator==(const Range&, const Range&) = default;
  };

  // What was judged, so that nothing else is merged with it: the names of the
  // accounts, as of UsageRecorder::Fields, and of the catalogue.
  std::string account;
  std::optional<std::string> against = std::nullopt;
  std::string catalogue;
  // The names of the parts of the log, ascending. A part without entries has
  // none.
  std::vector<std::string> parts = {};

  // From the first to the last date; absent where no entry has a date.
  std::optional<Window> window = std::nullopt;
  std::uint64_t entries = 0;
  // By the numbers of NotJudgedReason, of which the first is not used.
  std::array<std::uint64_t, kAllNotJudgedReasons.size() + 1> not_judged = {};
  // By the numbers of PossibleVerdict, for the first account.
  std::array<std::uint64_t, kAllPossibleVerdicts.size()> verdicts = {};
  // Of these, the calls with an access key that the first account lacks.
  std::uint64_t key_gone = 0;
  // Calls that the provider let pass, with a status below 400, and that are
  // denied under the first account: it has changed since, the catalogue is
  // older than the API, or this library is wrong. By the reason of the denial.
  std::map<Reason, LogGroup> surprises = {};
  // Calls that were not denied under the first account and are under the second
  // one; and those that were allowed and now depend on the certificate.
  Callers broken = {};
  Callers at_risk = {};
  // All that the first account has, the unused ones, too: keys in byte order,
  // rules and their ranges in account order.
  std::vector<Key> keys = {};
  std::vector<Rule> rules = {};
  std::vector<Range> ranges = {};

  friend bool operator==(const UsageSummary&, const UsageSummary&) = default;
};

// The sum of the counts.
std::uint64_t CountOf(const UsageSummary::Callers& callers);
std::uint64_t SurprisesOf(const UsageSummary& summary);
std::uint64_t NotJudgedOf(const UsageSummary& summary);

// By count, the largest first, then by key and method: the order of reports.
// They point into `callers`.
std::vector<const UsageSummary::Callers::value_type*> ByCount(
    const UsageSummary::Callers& callers);

// The summary of two parts of a log. Associative and commutative: what comes of
// several parts does not depend on how they are cut and in which order they are
// merged. Parts that overlap count twice.
//
// Errors: kInvalidArgument if they are of other accounts or of another
// catalogue, or if both have the same part. Takes time linear in both. May be
// called concurrently.
absl::StatusOr<UsageSummary> Merge(UsageSummary a, const UsageSummary& b);

// Summarizes a log, entry by entry.
//
// Not for concurrent use: each thread has a recorder of its own, and Merge puts
// together what they found.
class UsageRecorder {
 public:
  struct Fields {
    const Account& account;
    // A name that no other account has, such as a digest of it.
    std::string account_name;
    // What may replace the account; null: nothing.
    const Account* against = nullptr;
    std::string against_name = {};
    MethodCatalogue catalogue = {};
  };
  // Copies what it needs. Errors: those of Evaluator::Compile.
  static absl::StatusOr<UsageRecorder> Create(Fields fields);

  UsageRecorder(UsageRecorder&&) noexcept;
  UsageRecorder& operator=(UsageRecorder&&) noexcept;
  ~UsageRecorder();

  // Takes time logarithmic in the keys and IP ranges, as Evaluator::Decide.
  // Allocates for the callers of calls that are broken or at risk, and for the
  // first examples.
  void Record(const LogEntry& entry);

  // What was recorded since the last call, as the part of this name, such as a
  // digest of its bytes. Takes O(n log n) time in the IP ranges.
  UsageSummary Take(std::string part);

 private:
  struct State;

  explicit UsageRecorder(std::unique_ptr<State> state) noexcept;

  // Null in a moved-from recorder, which may only be assigned or destroyed.
  std::unique_ptr<State> state_;
};

inline std::ostream& operator<<(std::ostream& out, NotJudgedReason reason) {
  return out << ToString(reason);
}

}  // namespace api_access

#endif  // API_ACCESS_USAGE_H_
