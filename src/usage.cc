#include "api_access/usage.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

#include "absl/status/status.h"
#include "src/address/pieces.h"
#include "src/base/enum_text.h"
#include "src/base/text.h"
#include "src/decide/compiled_account.h"
#include "src/evaluator_access.h"

namespace api_access {
namespace {

using internal::AddressPieces;
using internal::CompiledKey;
using internal::EvaluatorAccess;
using internal::InvalidArgument;
using internal::KeyTable;
using internal::PieceSpan;
using Kind = LogField::Kind;
using Reasons = NotJudgedReason;

void Add(std::uint64_t count, std::uint64_t& sum) {
  sum = std::min(sum + count, UsageSummary::kMaxCount);
}

bool IsAbsent(const LogField& field) {
  return field.kind == Kind::kMissing || field.kind == Kind::kNull;
}
bool IsEmpty(const LogField& field) {
  return field.kind == Kind::kText && field.text.empty();
}

// Returns whether the entry has a date, which becomes `date`. A std::optional
// in its place makes judging an entry slower.
bool ReadDate(const LogEntry& entry, Timestamp& date) {
  if (entry.query_date.kind != Kind::kText) return false;
  const auto parsed = ParseTimestamp(entry.query_date.text);
  if (!parsed.ok()) return false;
  date = *parsed;
  return true;
}

// What CallOf says of an entry of this date; null: it has none.
ReadCall CallOf(const LogEntry& entry, const Timestamp* date,
                const MethodCatalogue& catalogue) {
  const auto refused = [](Reasons reason) {
    return ReadCall{.call = std::nullopt, .reason = reason};
  };
  const LogField& name = entry.query_call_name;
  const LogField& ip = entry.query_ip_address;
  const LogField& key = entry.query_access_key;
  const LogField& service = entry.query_api_name;
  const LogField& status = entry.response_status_code;
  const LogField& id = entry.request_id;
  if (IsAbsent(entry.query_date)) return refused(Reasons::kNoDate);
  if (date == nullptr) return refused(Reasons::kMalformedDate);
  if (IsAbsent(name)) return refused(Reasons::kNoMethod);
  if (name.kind != Kind::kText || name.text.empty()) {
    return refused(Reasons::kMalformedMethod);
  }
  if (IsAbsent(ip) || IsEmpty(ip)) return refused(Reasons::kNoAddress);
  if (ip.kind != Kind::kText) return refused(Reasons::kMalformedAddress);
  const auto address = IpAddress::Parse(ip.text);
  if (!address.ok()) return refused(Reasons::kMalformedAddress);
  if (key.kind == Kind::kMissing) return refused(Reasons::kNoAccessKey);
  if (key.kind != Kind::kNull && key.kind != Kind::kText) {
    return refused(Reasons::kMalformedAccessKey);
  }
  if (!IsAbsent(service) && service.kind != Kind::kText) {
    return refused(Reasons::kMalformedService);
  }
  if (!IsAbsent(status) && status.kind != Kind::kInteger) {
    return refused(Reasons::kMalformedStatus);
  }
  if (!IsAbsent(id) && id.kind != Kind::kText) {
    return refused(Reasons::kMalformedRequestId);
  }
  const auto text_of = [](const LogField& field) {
    return field.kind == Kind::kText && !field.text.empty()
               ? std::optional(field.text)
               : std::nullopt;
  };
  return {.call =
              LogCall{.date = *date,
                      .method = catalogue.Find(
                          IsAbsent(service) ? "oapi" : service.text, name.text),
                      .client_address = *address,
                      .access_key_id = text_of(key),
                      .status = status.kind == Kind::kInteger
                                    ? std::optional(status.integer)
                                    : std::nullopt,
                      .request_id = text_of(id)}};
}

// The row of a report that a call belongs to, as a view.
struct CallerView {
  std::optional<std::string_view> access_key_id;
  std::string_view method;
};

struct CallerOrder {
  using is_transparent = void;

  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    if (a.access_key_id.has_value() != b.access_key_id.has_value()) {
      return b.access_key_id.has_value();
    }
    if (a.access_key_id) {
      const int order = std::string_view(*a.access_key_id)
                            .compare(std::string_view(*b.access_key_id));
      if (order != 0) return order < 0;
    }
    return std::string_view(a.method) < std::string_view(b.method);
  }
};
using Callers = std::map<LogCaller, LogGroup, CallerOrder>;

// Returns true if the date and id come before those of `example`.
bool IsBefore(const LogCall& call, const LogExample& example) {
  if (call.date != example.date) return call.date < example.date;
  return example.request_id &&
         (!call.request_id || *call.request_id < *example.request_id);
}

LogExample ExampleOf(const LogCall& call) {
  LogExample example = {.date = call.date};
  if (call.request_id) example.request_id = std::string(*call.request_id);
  return example;
}

void AddCall(const LogCall& call, LogGroup& group) {
  if (group.count == 0 || IsBefore(call, group.first)) {
    group.first = ExampleOf(call);
  }
  Add(1, group.count);
}

// The names of the catalogue and the declared ones are few, all others may be
// any number.
std::string_view MethodNameOf(const LogEntry& entry, const Method& method) {
  if (!method.name().empty()) return method.name();
  const bool is_declared = ServiceHasLogin(method.service()) &&
                           method.method_class() == MethodClass::kOrdinary;
  return is_declared ? entry.query_call_name.text : kUnlistedMethods;
}

void AddCaller(const LogEntry& entry, const LogCall& call, Callers& callers) {
  const CallerView view = {.access_key_id = call.access_key_id,
                           .method = MethodNameOf(entry, call.method)};
  auto found = callers.find(view);
  if (found == callers.end()) {
    LogCaller caller = {.method = std::string(view.method)};
    if (view.access_key_id) {
      caller.access_key_id = std::string(*view.access_key_id);
    }
    found = callers.emplace(std::move(caller), LogGroup()).first;
  }
  AddCall(call, found->second);
}

void MergeWindow(const UsageSummary::Window& added,
                 std::optional<UsageSummary::Window>& window) {
  if (!window) {
    window = added;
    return;
  }
  window->from = std::min(window->from, added.from);
  window->to = std::max(window->to, added.to);
}

template <typename Map>
void MergeGroups(const Map& added, Map& groups) {
  for (const auto& [key, group] : added) {
    const auto [place, is_new] = groups.emplace(key, group);
    if (is_new) continue;
    LogGroup& merged = place->second;
    merged.first = std::min(merged.first, group.first);
    Add(group.count, merged.count);
  }
}

void MergeUses(const UsageSummary::Uses& added, UsageSummary::Uses& uses) {
  Add(added.alone, uses.alone);
  Add(added.among, uses.among);
  uses.last_use = std::max(uses.last_use, added.last_use);
}

// Returns true if both are equal, except for what is counted.
bool HaveSameItems(const UsageSummary& a, const UsageSummary& b) {
  return std::ranges::equal(a.keys, b.keys, {}, &UsageSummary::Key::id,
                            &UsageSummary::Key::id) &&
         std::ranges::equal(a.rules, b.rules, {}, &UsageSummary::Rule::id,
                            &UsageSummary::Rule::id) &&
         std::ranges::equal(a.ranges, b.ranges,
                            [](const auto& left, const auto& right) {
                              return left.rule_id == right.rule_id &&
                                     left.range == right.range;
                            });
}

template <typename Groups>
std::uint64_t SumOf(const Groups& groups) {
  std::uint64_t sum = 0;
  for (const auto& [key, group] : groups) Add(group.count, sum);
  return sum;
}

// How often something is used, and when last.
struct Use {
  void MoveTo(Timestamp date) {
    if (!last || *last < date) last = date;
  }

  std::uint64_t count = 0;
  std::optional<Timestamp> last;
};

// Prefix sums of the counts of pieces.
class Sums {
 public:
  // Of the pieces that `uses` has and `is_counted` is true of.
  template <typename IsCounted>
  Sums(std::span<const Use> uses, IsCounted is_counted)
      : sums_(uses.size() + 1) {
    for (std::size_t piece = 0; piece < uses.size(); ++piece) {
      sums_[piece + 1] =
          sums_[piece] + (is_counted(piece) ? uses[piece].count : 0);
    }
  }

  std::uint64_t Of(std::span<const PieceSpan> spans) const {
    std::uint64_t sum = 0;
    for (const PieceSpan& span : spans) {
      sum += sums_[span.end] - sums_[span.begin];
    }
    return sum;
  }

 private:
  std::vector<std::uint64_t> sums_;
};

// The last use of all pieces of a span, as a binary tree in an array: the
// leaves are its second half, and each node before them is the latest of its
// two children, those of node i at 2i and 2i + 1.
class LastUses {
 public:
  explicit LastUses(std::span<const Use> uses)
      : leaves_(uses.size()), last_(2 * uses.size()) {
    for (std::size_t i = 0; i < leaves_; ++i) last_[leaves_ + i] = uses[i].last;
    for (std::size_t i = leaves_; i-- > 1;) {
      last_[i] = std::max(last_[2 * i], last_[2 * i + 1]);
    }
  }

  std::optional<Timestamp> Of(std::span<const PieceSpan> spans) const {
    std::optional<Timestamp> last;
    for (const PieceSpan& span : spans) {
      std::size_t begin = leaves_ + span.begin;
      std::size_t end = leaves_ + span.end;
      for (; begin < end; begin /= 2, end /= 2) {
        if (begin % 2 == 1) last = std::max(last, last_[begin++]);
        if (end % 2 == 1) last = std::max(last, last_[--end]);
      }
    }
    return last;
  }

 private:
  std::size_t leaves_;
  std::vector<std::optional<Timestamp>> last_;
};

// How many of some sets of pieces contain each piece.
class Depths {
 public:
  explicit Depths(std::size_t pieces) : changes_(pieces + 1) {}

  void Add(std::span<const PieceSpan> spans) {
    for (const PieceSpan& span : spans) {
      ++changes_[span.begin];
      --changes_[span.end];
    }
  }
  std::vector<std::int64_t> Take() {
    std::partial_sum(changes_.begin(), changes_.end(), changes_.begin());
    return std::move(changes_);
  }

 private:
  std::vector<std::int64_t> changes_;
};

// The catalogue by its version and what was declared.
std::string NameOf(const MethodCatalogue& catalogue) {
  std::string name(kCatalogueVersion);
  for (const MethodName& method : catalogue.Declared()) {
    name += ' ' + method.service + ':' + method.name;
  }
  return name;
}

}  // namespace

absl::StatusOr<NotJudgedReason> ParseNotJudgedReason(std::string_view text) {
  return internal::ParseEnum(kAllNotJudgedReasons, text);
}

ReadCall CallOf(const LogEntry& entry, const MethodCatalogue& catalogue) {
  Timestamp date;
  const bool has_date = ReadDate(entry, date);
  return CallOf(entry, has_date ? &date : nullptr, catalogue);
}

PossibleDecision Judge(const Evaluator& evaluator, const LogCall& call,
                       bool key_is_gone) noexcept {
  Request request = {.method = call.method,
                     .client_address = call.client_address};
  Possible possible = {.login = PossibleLogin::kNoAccessKey,
                       .any_certificate = true};
  if (call.access_key_id) {
    request.login = LoginKind::kAccessKey;
    request.access_key_id = *call.access_key_id;
    possible.login =
        key_is_gone ? PossibleLogin::kUsableKey : PossibleLogin::kGiven;
  }
  return DecideOver(evaluator, request, possible, call.date);
}

std::uint64_t CountOf(const UsageSummary::Callers& callers) {
  return SumOf(callers);
}

std::uint64_t SurprisesOf(const UsageSummary& summary) {
  return SumOf(summary.surprises);
}

std::uint64_t NotJudgedOf(const UsageSummary& summary) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : summary.not_judged) Add(count, sum);
  return sum;
}

std::vector<const UsageSummary::Callers::value_type*> ByCount(
    const UsageSummary::Callers& callers) {
  std::vector<const UsageSummary::Callers::value_type*> rows;
  for (const auto& row : callers) rows.push_back(&row);
  std::ranges::sort(rows, [](const auto* a, const auto* b) {
    return a->second.count != b->second.count
               ? a->second.count > b->second.count
               : a->first < b->first;
  });
  return rows;
}

absl::StatusOr<UsageSummary> Merge(UsageSummary a, const UsageSummary& b) {
  if (a.account != b.account) {
    return InvalidArgument("expected summaries of one account, got those of " +
                           Quote(a.account) + " and " + Quote(b.account));
  }
  if (a.against != b.against) {
    const auto text = [](const std::optional<std::string>& name) {
      return name ? Quote(*name) : "none";
    };
    return InvalidArgument(
        "expected summaries against one account, got those against " +
        text(a.against) + " and " + text(b.against));
  }
  if (a.catalogue != b.catalogue) {
    return InvalidArgument(
        "expected summaries by one catalogue of methods, got those by " +
        Quote(a.catalogue) + " and " + Quote(b.catalogue));
  }
  if (!HaveSameItems(a, b)) {
    return InvalidArgument(
        "expected the same access keys, rules and IP ranges in summaries of "
        "one account");
  }
  std::vector<std::string> parts;
  std::ranges::merge(a.parts, b.parts, std::back_inserter(parts));
  const auto twice = std::ranges::adjacent_find(parts);
  if (twice != parts.end()) {
    return InvalidArgument("expected each part of the log once, got " +
                           Quote(*twice) + " twice");
  }
  a.parts = std::move(parts);
  if (b.window) MergeWindow(*b.window, a.window);
  Add(b.entries, a.entries);
  Add(b.key_gone, a.key_gone);
  for (std::size_t i = 0; i < a.not_judged.size(); ++i) {
    Add(b.not_judged[i], a.not_judged[i]);
  }
  for (std::size_t i = 0; i < a.verdicts.size(); ++i) {
    Add(b.verdicts[i], a.verdicts[i]);
  }
  MergeGroups(b.surprises, a.surprises);
  MergeGroups(b.broken, a.broken);
  MergeGroups(b.at_risk, a.at_risk);
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    Add(b.keys[i].count, a.keys[i].count);
    a.keys[i].last_use = std::max(a.keys[i].last_use, b.keys[i].last_use);
  }
  for (std::size_t i = 0; i < a.rules.size(); ++i) {
    MergeUses(b.rules[i].uses, a.rules[i].uses);
  }
  for (std::size_t i = 0; i < a.ranges.size(); ++i) {
    MergeUses(b.ranges[i].uses, a.ranges[i].uses);
  }
  return a;
}

struct UsageRecorder::State {
  State(Evaluator of_account, const Account& account, MethodCatalogue methods)
      : evaluator(std::move(of_account)),
        catalogue(std::move(methods)),
        rules(account.rules()),
        pieces(internal::RangesOf(rules)),
        piece_uses(pieces.size()),
        key_uses(keys().all().size()) {}

  const KeyTable& keys() const { return EvaluatorAccess::Get(evaluator).keys; }

  Use& UseOf(const CompiledKey& key) {
    return key_uses[static_cast<std::size_t>(&key - keys().all().data())];
  }
  // Of the key that `entry` names; null if the account does not have it.
  Use* FindUse(const LogEntry& entry) {
    if (entry.query_access_key.kind != Kind::kText) return nullptr;
    const CompiledKey* key = keys().Find(entry.query_access_key.text);
    return key == nullptr ? nullptr : &UseOf(*key);
  }

  void Judge(const LogEntry& entry, const LogCall& call, bool has_key);
  void CountUses(UsageSummary& summary) const;

  Evaluator evaluator;
  std::optional<Evaluator> against;
  MethodCatalogue catalogue;
  std::vector<ApiAccessRule> rules;
  AddressPieces pieces;
  // Without the uses of keys, rules and ranges, nor `broken` and `at_risk`.
  UsageSummary summary;
  Callers broken;
  Callers at_risk;
  // Judged calls of methods that are not public, by the piece of their address.
  // What each rule and range is used for follows from it.
  std::vector<Use> piece_uses;
  // By the places of the key table.
  std::vector<Use> key_uses;
};

void UsageRecorder::State::Judge(const LogEntry& entry, const LogCall& call,
                                 bool has_key) {
  const bool key_is_gone = call.access_key_id && !has_key;
  const PossibleDecision before =
      api_access::Judge(evaluator, call, key_is_gone);
  Add(1, summary.verdicts[static_cast<std::size_t>(before.verdict)]);
  if (key_is_gone) Add(1, summary.key_gone);
  if (call.method.method_class() != MethodClass::kPublic) {
    Use& use = piece_uses[pieces.PieceOf(call.client_address)];
    Add(1, use.count);
    use.MoveTo(call.date);
  }
  constexpr std::int64_t kFirstError = 400;
  if (before.verdict == PossibleVerdict::kDeny) {
    if (call.status && *call.status < kFirstError) {
      AddCall(call, summary.surprises[before.reason]);
    }
    return;
  }
  if (!against) return;
  const PossibleDecision after = api_access::Judge(*against, call, key_is_gone);
  if (after.verdict == PossibleVerdict::kDeny) {
    AddCaller(entry, call, broken);
  } else if (before.verdict == PossibleVerdict::kAllow &&
             after.verdict == PossibleVerdict::kDepends) {
    AddCaller(entry, call, at_risk);
  }
}

void UsageRecorder::State::CountUses(UsageSummary& counted) const {
  Depths rules_at(pieces.size());
  Depths ranges_at(pieces.size());
  for (const ApiAccessRule& rule : rules) {
    rules_at.Add(pieces.SpansOf(rule));
    for (const IpRange& range : rule.ip_ranges()) {
      ranges_at.Add(pieces.SpansOf(std::span(&range, 1)));
    }
  }
  const std::vector<std::int64_t> rule_depths = rules_at.Take();
  const std::vector<std::int64_t> range_depths = ranges_at.Take();
  const Sums all(piece_uses, [](std::size_t) { return true; });
  const Sums of_one_rule(
      piece_uses, [&](std::size_t piece) { return rule_depths[piece] == 1; });
  const Sums of_one_range(piece_uses, [&](std::size_t piece) {
    return rule_depths[piece] == 1 && range_depths[piece] == 1;
  });
  const LastUses last_uses(piece_uses);
  const auto uses = [&](const Sums& alone, std::span<const PieceSpan> spans) {
    const std::uint64_t count = alone.Of(spans);
    return UsageSummary::Uses{.alone = count,
                              .among = all.Of(spans) - count,
                              .last_use = last_uses.Of(spans)};
  };
  for (const ApiAccessRule& rule : rules) {
    counted.rules.push_back(
        {.id = rule.id(), .uses = uses(of_one_rule, pieces.SpansOf(rule))});
    for (const IpRange& range : rule.ip_ranges()) {
      counted.ranges.push_back(
          {.rule_id = rule.id(),
           .range = range,
           .uses = uses(of_one_range, pieces.SpansOf(std::span(&range, 1)))});
    }
  }
}

UsageRecorder::UsageRecorder(std::unique_ptr<State> state) noexcept
    : state_(std::move(state)) {}
UsageRecorder::UsageRecorder(UsageRecorder&&) noexcept = default;
UsageRecorder& UsageRecorder::operator=(UsageRecorder&&) noexcept = default;
UsageRecorder::~UsageRecorder() = default;

absl::StatusOr<UsageRecorder> UsageRecorder::Create(Fields fields) {
  auto evaluator = Evaluator::Compile(fields.account);
  if (!evaluator.ok()) return evaluator.status();
  auto state = std::make_unique<State>(*std::move(evaluator), fields.account,
                                       std::move(fields.catalogue));
  state->summary.account = std::move(fields.account_name);
  state->summary.catalogue = NameOf(state->catalogue);
  if (fields.against != nullptr) {
    auto against = Evaluator::Compile(*fields.against);
    if (!against.ok()) return against.status();
    state->against = *std::move(against);
    state->summary.against = std::move(fields.against_name);
  }
  return UsageRecorder(std::move(state));
}

void UsageRecorder::Record(const LogEntry& entry) {
  UsageSummary& summary = state_->summary;
  Add(1, summary.entries);
  Timestamp date;
  const bool has_date = ReadDate(entry, date);
  if (has_date) MergeWindow({.from = date, .to = date}, summary.window);
  Use* const use = state_->FindUse(entry);
  if (use != nullptr) {
    Add(1, use->count);
    if (has_date) use->MoveTo(date);
  }
  const ReadCall read =
      CallOf(entry, has_date ? &date : nullptr, state_->catalogue);
  if (read.call) {
    state_->Judge(entry, *read.call, use != nullptr);
  } else {
    Add(1, summary.not_judged[static_cast<std::size_t>(read.reason)]);
  }
}

UsageSummary UsageRecorder::Take(std::string part) {
  UsageSummary fresh = {.account = state_->summary.account,
                        .against = state_->summary.against,
                        .catalogue = state_->summary.catalogue};
  UsageSummary taken = std::exchange(state_->summary, std::move(fresh));
  if (taken.entries > 0) taken.parts.push_back(std::move(part));
  const auto take_callers = [](Callers& callers) {
    UsageSummary::Callers copy(callers.begin(), callers.end());
    callers.clear();
    return copy;
  };
  taken.broken = take_callers(state_->broken);
  taken.at_risk = take_callers(state_->at_risk);
  const KeyTable& keys = state_->keys();
  for (const CompiledKey& key : keys.all()) {
    Use& use = state_->UseOf(key);
    taken.keys.push_back({.id = std::string(keys.id(key)),
                          .count = use.count,
                          .last_use = use.last});
    use = {};
  }
  std::ranges::sort(taken.keys, {}, &UsageSummary::Key::id);
  state_->CountUses(taken);
  std::ranges::fill(state_->piece_uses, Use());
  return taken;
}

}  // namespace api_access
