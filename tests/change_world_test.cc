// Changes, plans and forecasts against the oracle, over an enumerated world.

#include "api_access/change.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/impact.h"
#include "gtest/gtest.h"
#include "tests/oracle/changes.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

// Those for other types, here, hide them.
using api_access::Build;
using api_access::Text;

using oracle::Milliseconds;
using oracle::OptionalText;
using oracle::Strings;
using PlainAccount = oracle::ReadFolder;

constexpr Milliseconds kLast = 253'402'300'799'999;
constexpr Milliseconds kFirst = -62'135'596'800'000;
constexpr long long kLimit = 3'153'600'000;

// ---- What is compared, as texts: equal texts are equal answers.

template <typename T>
std::string OrDash(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "-";
}

std::string Text(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& violation : violations) {
    EXPECT_FALSE(violation.message.empty());
    text +=
        std::string(ToString(violation.code)) + '(' + violation.subject + ") ";
  }
  return text;
}

std::string Text(const std::vector<oracle::Finding>& violations) {
  std::string text;
  for (const auto& [code, subject] : violations) {
    text += code + '(' + subject + ") ";
  }
  return text;
}

std::string KindText(std::size_t kind) {
  const oracle::Kind& named = oracle::AllKinds()[kind];
  return named.service + ' ' + named.method_class;
}

std::string Text(const std::vector<LostAccess>& lost) {
  std::string text = " lost";
  for (const LostAccess& access : lost) {
    text += ' ' + ToString(access.kind) + ' ' +
            std::string(ToString(access.reason));
  }
  return text;
}

std::string Text(const std::vector<std::pair<std::size_t, std::string>>& lost) {
  std::string text = " lost";
  for (const auto& [kind, reason] : lost) {
    text += ' ' + KindText(kind) + ' ' + reason;
  }
  return text;
}

std::string Text(const Impact& impact) {
  std::string text = std::string(ToString(impact.lock_out)) + " until " +
                     OrDash(Count(impact.manageable_until));
  for (const CallerImpact& caller : impact.callers) {
    text += '\n' + caller.name + (caller.can_manage_before ? " yes" : " no") +
            (caller.can_manage_after ? " yes " : " no ") +
            OrDash(Count(caller.manage_until)) + Text(caller.lost) + " gained";
    for (const MethodKind kind : caller.gained) text += ' ' + ToString(kind);
  }
  return text;
}

std::string Text(const oracle::Impact& impact,
                 const std::vector<oracle::Caller>& callers) {
  std::string text =
      impact.lock_out + " until " + OrDash(impact.manageable_until);
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const oracle::CallerImpact& caller = impact.callers[i];
    text += '\n' + callers[i].name +
            (caller.can_manage_before ? " yes" : " no") +
            (caller.can_manage_after ? " yes " : " no ") +
            OrDash(caller.manage_until) + Text(caller.lost) + " gained";
    for (const std::size_t kind : caller.gained) text += ' ' + KindText(kind);
  }
  return text;
}

std::string Text(const AccessForecast& forecast) {
  std::string text = "until " + OrDash(Count(forecast.manageable_until));
  for (const CallerForecast& caller : forecast.callers) {
    text += '\n' + caller.name + (caller.can_manage ? " yes " : " no ") +
            OrDash(Count(caller.manage_until));
    for (const CallerForecast::Event& event : caller.events) {
      text += " at " + OrDash(Count(event.at)) + Text(event.lost);
    }
  }
  return text;
}

std::string Text(const oracle::Forecast& forecast,
                 const std::vector<oracle::Caller>& callers) {
  std::string text = "until " + OrDash(forecast.manageable_until);
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const oracle::CallerForecast& caller = forecast.callers[i];
    text += '\n' + callers[i].name + (caller.can_manage ? " yes " : " no ") +
            OrDash(caller.manage_until);
    for (const auto& [at, lost] : caller.events) {
      text += " at " + std::to_string(at) + Text(lost);
    }
  }
  return text;
}

// ---- The world.

// Callers that hold a key of the root user or of an EIM user, one that a change
// makes, the password or nothing, with certificates under one CA, two and none.
const std::vector<oracle::Caller>& AllCallers() {
  static const auto& callers = *new std::vector<oracle::Caller>{
      {"root", {"", "", "192.0.2.7", "AccessKey", "root", {"ca-1"}, "a"}},
      {"bare", {"", "", "192.0.2.7", "AccessKey", "root", {}, {}}},
      {"far", {"", "", "198.51.100.7", "AccessKey", "root", {"ca-2"}, {}}},
      {"eim", {"", "", "192.0.2.7", "AccessKey", "alice", {"ca-2"}, "b"}},
      {"new", {"", "", "192.0.2.7", "AccessKey", "new", {"ca-2", "ca-1"}, "a"}},
      {"login", {"", "", "203.0.113.7", "Password", "", {"ca-1", "ca-2"}, "b"}},
      {"bare-login", {"", "", "192.0.2.7", "Password", "", {}, {}}},
      {"nobody", {"", "", "192.0.2.7", "", "", {"ca-1"}, "a"}}};
  return callers;
}

std::vector<NamedCaller> Build(const std::vector<oracle::Caller>& callers) {
  std::vector<NamedCaller> built;
  for (const oracle::Caller& caller : callers) {
    built.push_back({caller.name, BuiltRequest(caller.request).caller});
  }
  return built;
}

struct PlainPolicy {
  long long max;
  bool require;
};
const std::vector<PlainPolicy>& AllPolicies() {
  // One of them contradicts itself.
  static const auto& policies = *new std::vector<PlainPolicy>{
      {0, false}, {0, true},       {5, false},
      {5, true},  {kLimit, false}, {kLimit, true}};
  return policies;
}

// Keys whose dates are near those that policies ask for at `now`.
std::vector<std::vector<oracle::Key>> AllKeys(Milliseconds now) {
  const auto in = [&](Milliseconds offset) -> std::optional<Milliseconds> {
    if (now > kLast - offset) return kLast;
    return std::max(now + offset, kFirst);
  };
  const std::optional<Milliseconds> never;
  std::vector<std::vector<oracle::Key>> all = {
      {},
      {{"root", true, never, ""}},
      {{"root", true, in(4'000), ""}, {"alice", false, in(4'999), "alice"}},
      {{"root", true, in(5'001), ""}, {"alice", true, never, "alice"}},
      {{"root", true, in(0), ""}, {"alice", true, in(5'000), "alice"}},
      {{"root", false, in(kLimit * 1000), ""},
       {"alice", true, in(1), "alice"}}};
  // As many as a user may have, one fewer and one more.
  for (const std::string user : {"", "alice"}) {
    for (const int count : {9, 10, 11}) {
      std::vector<oracle::Key> keys = {{user.empty() ? "alice" : "root", true,
                                        in(2'000),
                                        user.empty() ? "alice" : ""}};
      keys.push_back({user.empty() ? "root" : "alice", true, in(3'000), user});
      for (int i = 1; i < count; ++i) {
        keys.push_back({"key-" + std::to_string(i), i % 2 == 0, in(i), user});
      }
      all.push_back(keys);
    }
  }
  return all;
}

const std::vector<std::vector<oracle::Rule>>& AllRules() {
  static const auto& rules = *new std::vector<std::vector<oracle::Rule>>{
      {},
      {{"r-1", {"192.0.2.0/24"}, {}, {}}},
      {{"r-1", {}, {"ca-1"}, {"a"}}},
      {{"r-1", {"192.0.2.0/24"}, {"ca-1"}, {}}, {"r-2", {}, {"ca-2"}, {}}},
      {{"r-2", {"198.51.100.7", "192.0.2.7"}, {}, {}},
       {"r-1", {}, {"ca-2", "ca-1"}, {"b", "c"}},
       {"r-0", {"203.0.113.0/24"}, {}, {}}}};
  return rules;
}

// The CAs of an account, where they are known.
const std::vector<std::optional<Strings>>& AllCas() {
  static const auto& cas = *new std::vector<std::optional<Strings>>{
      std::nullopt, Strings{}, Strings{"ca-1"}, Strings{"ca-2", "ca-1"}};
  return cas;
}

enum class Completeness { kComplete, kUsersNotListed, kKeysNotRead };
constexpr std::array<Completeness, 3> kAllCompleteness = {
    Completeness::kComplete, Completeness::kUsersNotListed,
    Completeness::kKeysNotRead};

// With descriptions of some rules, and tags of some keys.
PlainAccount AccountOf(const PlainPolicy& policy,
                       const std::vector<oracle::Rule>& rules,
                       const std::vector<oracle::Key>& keys,
                       const std::optional<Strings>& cas,
                       Completeness completeness = Completeness::kComplete) {
  PlainAccount account;
  account.account = {
      .max = policy.max,
      .require = policy.require,
      .rules = rules,
      .keys = keys,
      .every_user_listed = completeness != Completeness::kUsersNotListed};
  if (completeness == Completeness::kKeysNotRead) {
    account.account.users_without_keys = {"carol"};
  }
  for (const oracle::Rule& rule : rules) {
    account.descriptions[rule.id] = std::nullopt;
    if (rule.id == "r-2") account.descriptions[rule.id] = "office";
  }
  for (const oracle::Key& key : keys) {
    account.tags[key.id] = std::nullopt;
    if (key.id == "alice") account.tags[key.id] = "ci";
    account.creations[key.id] = std::nullopt;
    if (key.id == "root") account.creations[key.id] = 7;
  }
  if (cas) {
    account.cas.emplace();
    for (const std::string& ca : *cas) {
      account.cas->emplace_back(ca, std::string(40, 'a'));
    }
  }
  return account;
}

// Dates around those that a policy allows at `now`; the last ones are none.
std::vector<std::optional<Milliseconds>> AllDates(const PlainPolicy& policy,
                                                  Milliseconds now) {
  std::vector<std::optional<Milliseconds>> dates = {
      std::nullopt, kFirst, now - 1,    now,
      now + 1,      kLast,  kFirst - 1, kLast + 1};
  const Milliseconds end = now + policy.max * 1000;
  if (policy.max > 0 && end < kLast) {
    dates.insert(dates.end(), {end - 1, end, end + 1});
  }
  return dates;
}

constexpr std::array<Milliseconds, 3> kNows = {0, 1'700'000'000'123,
                                               kLast - 5'500};

// An account on which changes are tried, all at one instant.
struct Tried {
  Tried(PlainAccount account, Milliseconds instant)
      : plain(std::move(account)),
        now(instant),
        built(BuildAccount(plain)),
        evaluator(Valid(Evaluator::Compile(built))) {}

  PlainAccount plain;
  Milliseconds now;
  Account built;
  Evaluator evaluator;
};

// What holds of every account after a change that is accepted, when it held
// before.
bool IsConsistent(const oracle::Account& account) {
  if (account.require && (account.max <= 0 || account.rules.empty())) {
    return false;
  }
  for (const oracle::Rule& rule : account.rules) {
    if (account.require && rule.cas.empty()) return false;
  }
  for (const oracle::Key& key : account.keys) {
    if (account.max > 0 && !key.expiration) return false;
  }
  return true;
}

// Tries changes in both ways and compares all that they say.
class Comparison {
 public:
  explicit Comparison(int one_in, int one_in_of_medium = 1)
      : sample_(one_in, one_in_of_medium) {}

  // False and a failure of the test where the ways differ.
  bool Compare(const Tried& tried, const oracle::Change& plain) {
    if (!sample_.Next()) return true;
    ++changes_;
    const ComparedChange compared =
        CompareChange(tried.plain, tried.built, plain, tried.now);
    if (!compared.wrong.empty()) {
      ADD_FAILURE() << compared.wrong;
      return false;
    }
    if (!compared.outcome) {
      ++errors_;
      return true;
    }
    if (!compared.after) {
      ++refused_;
      for (const Refusal& refusal : compared.outcome->refusals) {
        ++codes_[refusal.code];
      }
      return true;
    }
    ++accepted_;
    undone_ += compared.has_undo ? 1 : 0;
    undos_accepted_ += compared.undo_accepted ? 1 : 0;
    if (IsConsistent(tried.plain.account)) {
      ++consistent_;
      if (!IsConsistent(compared.after->account)) {
        ADD_FAILURE() << "contradicts its policy: " << Text(plain) << '\n'
                      << *compared.outcome->account;
        return false;
      }
    }
    return CompareImpact(tried, plain, *compared.outcome, *compared.after);
  }

  // Prints what was compared. True if there were as many changes as had to be,
  // some of them accepted and refused.
  bool Covered(std::uint64_t small, std::uint64_t medium, std::uint64_t whole) {
    std::cout << "accepted " << accepted_ << " (" << consistent_
              << " on an account that does not contradict its policy, "
              << undone_ << " with an undo, " << undos_accepted_
              << " of these accepted), in error " << errors_ << ", refused "
              << refused_ << ':';
    for (const auto& [code, count] : codes_) {
      std::cout << ' ' << code << ' ' << count;
    }
    std::cout << "; lock-outs:";
    for (const auto& [lock_out, count] : lock_outs_) {
      std::cout << ' ' << lock_out << ' ' << count;
    }
    std::cout << '\n';
    return api_access::Covered("changes", changes_,
                               BySize(small, medium, whole)) &&
           consistent_ > 0 && refused_ > 0 && lock_outs_[LockOut::kNone] > 0 &&
           lock_outs_[LockOut::kAlreadyLockedOut] > 0;
  }

 private:
  bool CompareImpact(const Tried& tried, const oracle::Change& change,
                     const ChangeOutcome& outcome,
                     const PlainAccount& plain_after) {
    const Evaluator after = Valid(Evaluator::Compile(*outcome.account));
    Strings deleted;
    if (outcome.deleted_ca_id) deleted = {*outcome.deleted_ca_id};
    if (accesses_.size() > 500) accesses_.clear();
    const oracle::Access& before_access =
        AccessOf(tried.plain.account, {}, tried.now);
    const oracle::Access& after_access =
        AccessOf(plain_after.account, deleted, tried.now);
    const std::vector<oracle::Caller>& all = AllCallers();
    static const std::vector<NamedCaller> all_built = Build(all);
    // All of them, nobody, and each alone.
    const auto size = static_cast<std::ptrdiff_t>(all.size());
    std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> parts = {{0, size},
                                                                    {0, 0}};
    for (std::ptrdiff_t i = 0; i < size; ++i) parts.emplace_back(i, i + 1);
    for (const auto& bounds : parts) {
      const auto part = [&](const auto& list) {
        return std::decay_t<decltype(list)>(list.begin() + bounds.first,
                                            list.begin() + bounds.second);
      };
      const Impact impact = AssessImpact(tried.evaluator, after, deleted,
                                         part(all_built), Instant(tried.now));
      const oracle::Impact expected =
          oracle::Compare(part(before_access), part(after_access));
      const std::string text = Text(impact);
      const std::string expected_text = Text(expected, part(all));
      if (text != expected_text) {
        ADD_FAILURE() << text << "\ninstead of\n"
                      << expected_text << '\n'
                      << Text(change) << " at " << tried.now << " on "
                      << tried.built;
        return false;
      }
      ++lock_outs_[impact.lock_out];
    }
    return true;
  }

  // Most changes give one of a few accounts.
  const oracle::Access& AccessOf(const oracle::Account& account,
                                 const Strings& deleted, Milliseconds now) {
    std::string key =
        api_access::Describe(account) + '\n' + std::to_string(now);
    for (const std::string& ca : deleted) key += '\n' + ca;
    const auto [known, is_new] = accesses_.try_emplace(std::move(key));
    if (is_new) {
      known->second = oracle::AccessOf(account, AllCallers(), deleted, now);
    }
    return known->second;
  }

  Sample sample_;
  std::uint64_t changes_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t consistent_ = 0;
  std::uint64_t undone_ = 0;
  std::uint64_t undos_accepted_ = 0;
  std::map<RefusalCode, std::uint64_t> codes_;
  std::map<LockOut, std::uint64_t> lock_outs_;
  std::unordered_map<std::string, oracle::Access> accesses_;
};

// One call with every combination of the values of some of its parameters.
class Variations {
 public:
  explicit Variations(const std::string& call) : all_({{.call = call}}) {}

  template <typename Value>
  Variations& Each(Value oracle::Change::*parameter,
                   const std::vector<std::type_identity_t<Value>>& values) {
    std::vector<oracle::Change> varied;
    for (const oracle::Change& change : all_) {
      for (const auto& value : values) {
        varied.push_back(change);
        varied.back().*parameter = value;
      }
    }
    all_ = std::move(varied);
    return *this;
  }

  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<oracle::Change> all_;
};

const std::vector<OptionalText> kKeyIds = {{},      "",      "root",
                                           "alice", "key-1", "unknown"};
const std::vector<OptionalText> kUsers = {{}, "", "alice", "bob", "carol"};
const std::vector<OptionalText> kRuleIds = {{}, "", "r-1", "r-2", "unknown"};
const std::vector<OptionalText> kCaIds = {{}, "", "ca-1", "ca-2", "ca-9"};
const std::vector<OptionalText> kDescriptions = {{}, "office"};

TEST(ChangeWorldTest, CreateAccessKey) {
  Comparison comparison(37, 5);
  for (const Milliseconds now : kNows) {
    for (const PlainPolicy& policy : AllPolicies()) {
      const auto changes =
          Variations("CreateAccessKey")
              .Each(&oracle::Change::new_id, {"new", "root", ""})
              .Each(&oracle::Change::user, kUsers)
              .Each(&oracle::Change::date, AllDates(policy, now))
              .Each(&oracle::Change::tag, {{}, "t"});
      for (const auto& keys : AllKeys(now)) {
        for (const Completeness completeness : kAllCompleteness) {
          const Tried tried(
              AccountOf(policy, AllRules()[3], keys, {}, completeness), now);
          for (const oracle::Change& change : changes) {
            ASSERT_TRUE(comparison.Compare(tried, change));
          }
        }
      }
    }
  }
  EXPECT_TRUE(comparison.Covered(4'000, 30'000, 170'000));
}

TEST(ChangeWorldTest, UpdateAccessKey) {
  Comparison comparison(199, 13);
  for (const Milliseconds now : kNows) {
    const auto all_keys = AllKeys(now);
    for (const PlainPolicy& policy : AllPolicies()) {
      const auto changes =
          Variations("UpdateAccessKey")
              .Each(&oracle::Change::id, kKeyIds)
              .Each(&oracle::Change::user, kUsers)
              .Each(&oracle::Change::state, {{}, "ACTIVE", "INACTIVE"})
              .Each(&oracle::Change::date, AllDates(policy, now))
              .Each(&oracle::Change::clear_date, {false, true})
              .Each(&oracle::Change::tag, {{}, "t"})
              .Each(&oracle::Change::clear_tag, {false, true});
      for (const std::size_t keys : {1U, 2U, 3U, 4U, 5U, 8U}) {
        const Tried tried(AccountOf(policy, AllRules()[keys % 5],
                                    all_keys[keys], AllCas()[keys % 4]),
                          now);
        for (const oracle::Change& change : changes) {
          ASSERT_TRUE(comparison.Compare(tried, change));
        }
      }
    }
  }
  EXPECT_TRUE(comparison.Covered(3'000, 50'000, 700'000));
}

TEST(ChangeWorldTest, DeleteAccessKey) {
  Comparison comparison(7);
  const Milliseconds now = kNows[1];
  const auto changes = Variations("DeleteAccessKey")
                           .Each(&oracle::Change::id, kKeyIds)
                           .Each(&oracle::Change::user, kUsers);
  for (const PlainPolicy& policy : AllPolicies()) {
    for (const auto& keys : AllKeys(now)) {
      for (const auto& rules : AllRules()) {
        const Tried tried(AccountOf(policy, rules, keys, {}), now);
        for (const oracle::Change& change : changes) {
          ASSERT_TRUE(comparison.Compare(tried, change));
        }
      }
    }
  }
  EXPECT_TRUE(comparison.Covered(1'500, 10'000, 10'000));
}

// The accounts on which changes of rules and CAs are tried.
std::vector<Tried> AccountsOfRules() {
  std::vector<Tried> all;
  const Milliseconds now = kNows[1];
  const auto all_keys = AllKeys(now);
  for (const PlainPolicy& policy : AllPolicies()) {
    for (const auto& rules : AllRules()) {
      for (const auto& cas : AllCas()) {
        for (const std::size_t keys : {0U, 2U, 4U}) {
          all.emplace_back(AccountOf(policy, rules, all_keys[keys], cas), now);
        }
      }
    }
  }
  return all;
}

// A call that makes or replaces a rule, with its criteria.
Variations RuleCall(const std::string& call) {
  return Variations(call)
      .Each(&oracle::Change::ranges,
            {{},
             {"192.0.2.0/24"},
             {"198.51.100.0/24", "198.51.100.9/24", "2001:db8::/32"}})
      .Each(&oracle::Change::cas, {{},
                                   {"ca-1"},
                                   {"ca-2", "ca-1", "ca-2"},
                                   {"ca-9"},
                                   {"ca-9", "ca-8", "ca-1", "ca-9"},
                                   {""}})
      .Each(&oracle::Change::cns, {{}, {"a"}, {"b", "a", "b"}, {""}})
      .Each(&oracle::Change::description, kDescriptions);
}

TEST(ChangeWorldTest, CreateApiAccessRule) {
  Comparison comparison(37, 5);
  const auto changes = RuleCall("CreateApiAccessRule")
                           .Each(&oracle::Change::new_id, {"new", "r-1", ""});
  for (const Tried& tried : AccountsOfRules()) {
    for (const oracle::Change& change : changes) {
      ASSERT_TRUE(comparison.Compare(tried, change));
    }
  }
  EXPECT_TRUE(comparison.Covered(4'000, 30'000, 150'000));
}

TEST(ChangeWorldTest, UpdateApiAccessRule) {
  Comparison comparison(53, 7);
  const auto changes =
      RuleCall("UpdateApiAccessRule").Each(&oracle::Change::id, kRuleIds);
  for (const Tried& tried : AccountsOfRules()) {
    for (const oracle::Change& change : changes) {
      ASSERT_TRUE(comparison.Compare(tried, change));
    }
  }
  EXPECT_TRUE(comparison.Covered(4'000, 35'000, 250'000));
}

TEST(ChangeWorldTest, DeleteApiAccessRule) {
  Comparison comparison(3);
  const auto changes =
      Variations("DeleteApiAccessRule").Each(&oracle::Change::id, kRuleIds);
  for (const Tried& tried : AccountsOfRules()) {
    for (const oracle::Change& change : changes) {
      ASSERT_TRUE(comparison.Compare(tried, change));
    }
  }
  EXPECT_TRUE(comparison.Covered(600, 1'800, 1'800));
}

TEST(ChangeWorldTest, UpdateApiAccessPolicy) {
  Comparison comparison(37, 5);
  using Limits = std::numeric_limits<long long>;
  const auto changes = Variations("UpdateApiAccessPolicy")
                           .Each(&oracle::Change::max, {{},
                                                        Limits::min(),
                                                        -1,
                                                        0,
                                                        1,
                                                        4,
                                                        5,
                                                        6,
                                                        kLimit - 1,
                                                        kLimit,
                                                        kLimit + 1,
                                                        Limits::max()})
                           .Each(&oracle::Change::require, {{}, false, true});
  for (const Milliseconds now : kNows) {
    for (const PlainPolicy& policy : AllPolicies()) {
      for (const auto& keys : AllKeys(now)) {
        for (const auto& rules : AllRules()) {
          for (const Completeness completeness : kAllCompleteness) {
            const Tried tried(AccountOf(policy, rules, keys, {}, completeness),
                              now);
            for (const oracle::Change& change : changes) {
              ASSERT_TRUE(comparison.Compare(tried, change));
            }
          }
        }
      }
    }
  }
  EXPECT_TRUE(comparison.Covered(3'000, 20'000, 110'000));
}

TEST(ChangeWorldTest, CreateCa) {
  Comparison comparison(7);
  const auto changes =
      Variations("CreateCa")
          .Each(&oracle::Change::new_id, {"new", "ca-1", ""})
          .Each(&oracle::Change::pem, {{}, "", "-----BEGIN CERTIFICATE-----"})
          .Each(&oracle::Change::description, kDescriptions);
  for (const Tried& tried : AccountsOfRules()) {
    for (const oracle::Change& change : changes) {
      ASSERT_TRUE(comparison.Compare(tried, change));
    }
  }
  EXPECT_TRUE(comparison.Covered(900, 6'000, 6'000));
}

TEST(ChangeWorldTest, UpdateAndDeleteCa) {
  Comparison comparison(3);
  for (const std::string call : {"UpdateCa", "DeleteCa"}) {
    const auto changes = Variations(call)
                             .Each(&oracle::Change::id, kCaIds)
                             .Each(&oracle::Change::description, kDescriptions);
    for (const Tried& tried : AccountsOfRules()) {
      for (const oracle::Change& change : changes) {
        ASSERT_TRUE(comparison.Compare(tried, change));
      }
    }
  }
  EXPECT_TRUE(comparison.Covered(2'000, 7'000, 7'000));
}

// A policy that is asked for, and the CA that rules may get.
struct Asked {
  long long max;
  bool require;
  OptionalText ca;
};

// Plans an activation in both ways, and tries it where nothing is open. False
// and a failure of the test where the ways differ.
bool ComparePlan(const PlainAccount& plain, const Account& account,
                 const Asked& asked, Milliseconds now, std::uint64_t& whole) {
  const ActivationPlan plan =
      PlanActivation(account,
                     {.max_access_key_expiration_seconds = asked.max,
                      .require_trusted_env = asked.require},
                     asked.ca, Instant(now));
  const oracle::ActivationPlan expected =
      oracle::PlanActivation(plain, asked.max, asked.require, asked.ca, now);
  const auto fail = [&](const std::string& why) {
    ADD_FAILURE() << why << "\nasked for " << asked.max << ' ' << asked.require
                  << ' ' << asked.ca.value_or("-") << " at " << now << " on "
                  << account;
    return false;
  };
  if (Text(plan.open) != Text(expected.open)) {
    return fail("open: " + Text(plan.open) + "instead of " +
                Text(expected.open));
  }
  if (plan.steps.size() != expected.steps.size()) {
    return fail("has another number of steps");
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Change& change = plan.steps[i].change;
    if (change != Build(expected.steps[i]) || !plan.steps[i].resource.empty()) {
      return fail("has the step " + Text(Plain(change)) + "\ninstead of " +
                  Text(expected.steps[i]));
    }
    const auto date = Plain(change).date;
    if (date && *date <= now) return fail("sets a date in the past");
  }
  if (!plan.open.empty()) return true;
  ++whole;
  const auto outcome = ApplyPlan(account, plan.steps, Instant(now));
  if (!outcome.ok()) return fail(Message(outcome.status()));
  for (const PlanOutcome::Step& step : outcome->steps) {
    if (!step.refusals.empty()) return fail(Text(step.refusals));
  }
  if (outcome->steps.size() != plan.steps.size() ||
      outcome->account.policy() != Policy(asked.max, asked.require)) {
    return fail("ends with " + outcome->account.ToString());
  }
  return true;
}

TEST(ChangeWorldTest, PlanActivation) {
  using Limits = std::numeric_limits<Milliseconds>;
  std::vector<Milliseconds> nows = {Limits::min(), kFirst - 6'000, kFirst,
                                    Limits::max()};
  // Around whole seconds, and where dates reach the last one that there is.
  for (const Milliseconds near :
       {Milliseconds{0}, Milliseconds{1'700'000'000'000}, kLast,
        kLast + 1 - 1'000, kLast + 1 - 5'000, kLast + 1 - kLimit * 1000}) {
    for (Milliseconds now = near - 1; now <= near + 2; ++now) {
      nows.push_back(now);
    }
  }
  const std::vector<long long> maxima = {std::numeric_limits<long long>::min(),
                                         -1,
                                         0,
                                         1,
                                         2,
                                         5,
                                         3600,
                                         kLimit - 1,
                                         kLimit,
                                         kLimit + 1,
                                         std::numeric_limits<long long>::max()};
  // The CAs of the account, and the one that is named.
  const std::vector<std::pair<std::optional<Strings>, OptionalText>> all_cas = {
      {std::nullopt, std::nullopt},
      {std::nullopt, "ca-9"},
      {std::nullopt, ""},
      {Strings{}, "ca-1"},
      {Strings{"ca-2", "ca-1"}, "ca-1"},
      {Strings{"ca-2", "ca-1"}, "ca-9"}};
  std::vector<PlainPolicy> policies = AllPolicies();
  policies.push_back({1, false});
  Sample sample(101, 13);
  std::uint64_t count = 0;
  std::uint64_t whole = 0;
  for (const Milliseconds now : nows) {
    const auto all_keys = AllKeys(now);
    for (const PlainPolicy& policy : policies) {
      for (std::size_t keys = 0; keys < 6; ++keys) {
        for (const std::size_t rules : {0U, 1U, 4U}) {
          for (const auto& [cas, ca] : all_cas) {
            // Most of these accounts are complete.
            const Completeness completeness =
                kAllCompleteness[keys % 2 * (rules % 3)];
            const PlainAccount plain = AccountOf(
                policy, AllRules()[rules], all_keys[keys], cas, completeness);
            const Account account = BuildAccount(plain);
            for (const long long max : maxima) {
              for (const bool require : {false, true}) {
                if (!sample.Next()) continue;
                ++count;
                ASSERT_TRUE(ComparePlan(plain, account, {max, require, ca}, now,
                                        whole));
              }
            }
          }
        }
      }
    }
  }
  EXPECT_TRUE(
      Covered("plans", count, BySize<std::uint64_t>(4'000, 30'000, 400'000)));
  EXPECT_TRUE(
      Covered("whole plans", whole, BySize<std::uint64_t>(800, 6'000, 80'000)));
}

// Draws accounts of the world, and plans for them whose steps name one another
// and what is there.
class PlanDraw {
 public:
  PlainAccount DrawAccount(Milliseconds now) {
    const auto all_keys = AllKeys(now);
    const PlainPolicy policy = worlds_.Pick(AllPolicies());
    const auto rules = worlds_.Pick(AllRules());
    // More often those whose users have few keys.
    const auto keys =
        all_keys[worlds_.Below(worlds_.Chance(4) ? all_keys.size() : 6)];
    return AccountOf(policy, rules, keys, worlds_.Pick(AllCas()));
  }

  std::vector<oracle::PlanStep> DrawSteps(Milliseconds now) {
    std::vector<oracle::PlanStep> steps;
    const std::size_t size = 1 + worlds_.Below(4);
    while (steps.size() < size) {
      steps.push_back({DrawChange(now), worlds_.Pick(Strings{"", "a", "b"})});
    }
    return steps;
  }

  Worlds& worlds() { return worlds_; }

 private:
  oracle::Change DrawChange(Milliseconds now) {
    static const auto& calls = *new Strings{"CreateAccessKey",
                                            "UpdateAccessKey",
                                            "UpdateAccessKey",
                                            "DeleteAccessKey",
                                            "CreateApiAccessRule",
                                            "UpdateApiAccessRule",
                                            "DeleteApiAccessRule",
                                            "UpdateApiAccessPolicy",
                                            "UpdateApiAccessPolicy",
                                            "CreateCa",
                                            "UpdateCa",
                                            "DeleteCa",
                                            "DeleteCa"};
    oracle::Change change = {.call = worlds_.Pick(calls)};
    const bool is_of_key = change.call.find("Key") != std::string::npos;
    const bool is_of_rule = change.call.find("Rule") != std::string::npos;
    // Of keys, rules and CAs; what is made may be named later.
    const Strings ids = is_of_key    ? Strings{"root", "alice", "new"}
                        : is_of_rule ? Strings{"r-1", "r-2", "new"}
                                     : Strings{"ca-1", "ca-2", "new"};
    change.id = worlds_.Pick(ids);
    change.new_id = worlds_.Chance(8) ? *change.id : "new";
    if (is_of_key) {
      // Mostly of the user whose it is.
      if ((change.id == "alice") != worlds_.Chance(8)) change.user = "alice";
      if (worlds_.Chance(2)) {
        change.state = worlds_.Pick(Strings{"ACTIVE", "INACTIVE"});
      }
      if (!worlds_.Chance(4)) {
        change.date = std::min(
            kLast, now + worlds_.Pick(std::vector<Milliseconds>{
                             -1, 1, 4'999, 5'000, 5'001, kLimit * 1000}));
      }
    } else if (is_of_rule) {
      if (worlds_.Chance(2)) change.ranges = {"192.0.2.0/24"};
      for (const char* ca : {"ca-1", "ca-2", "new"}) {
        if (worlds_.Chance(2)) change.cas.emplace_back(ca);
      }
      if (worlds_.Chance(4)) change.cns = {"a"};
    } else {
      change.max =
          worlds_.Pick(std::vector<long long>{0, 1, 5, kLimit, kLimit + 1});
      change.require = worlds_.Chance(2);
      change.pem = "-----BEGIN CERTIFICATE-----";
    }
    return change;
  }

  Worlds worlds_;
};

TEST(ChangeWorldTest, AssessPlan) {
  PlanDraw draw;
  const std::vector<oracle::Caller>& callers = AllCallers();
  const std::vector<NamedCaller> built_callers = Build(callers);
  const int plans = BySize(500, 4'000, 20'000);
  std::uint64_t errors = 0;
  std::uint64_t accepted = 0;
  std::uint64_t went_on = 0;
  std::uint64_t deleted_earlier = 0;
  for (int i = 0; i < plans; ++i) {
    const Milliseconds now = kNows[draw.worlds().Below(kNows.size())];
    const PlainAccount plain = draw.DrawAccount(now);
    const std::vector<oracle::PlanStep> plain_steps = draw.DrawSteps(now);
    std::vector<PlanStep> steps;
    std::string described =
        std::to_string(now) + ": " + BuildAccount(plain).ToString();
    for (const oracle::PlanStep& step : plain_steps) {
      steps.push_back({Build(step.change), step.resource});
      described += "\n" + Text(step.change) + " of " + step.resource;
    }
    const Account account = BuildAccount(plain);
    const auto plan = AssessPlan(account, steps, built_callers, Instant(now));
    const auto outcome = ApplyPlan(account, steps, Instant(now));
    const auto expected = oracle::ApplyPlan(plain, plain_steps, now);
    ASSERT_EQ(plan.ok(), expected.has_value()) << described;
    ASSERT_EQ(outcome.ok(), plan.ok()) << described;
    if (!plan.ok()) {
      ++errors;
      continue;
    }
    ASSERT_EQ(plan->outcome, *outcome) << described;
    ASSERT_EQ(outcome->account, BuildAccount(expected->accounts.back()))
        << described;
    ASSERT_EQ(outcome->deleted_ca_ids, expected->deleted_cas.back())
        << described;
    const std::size_t tried = expected->steps.size();
    ASSERT_EQ(outcome->steps.size(), tried) << described;
    ASSERT_EQ(plan->impacts.size(), tried) << described;
    ASSERT_EQ(plan->undos.size(), tried) << described;
    const auto access_of = [&](std::size_t step) {
      return oracle::AccessOf(expected->accounts[step].account, callers,
                              expected->deleted_cas[step], now);
    };
    oracle::Access before = access_of(0);
    const oracle::Access first = before;
    std::size_t refused = 0;
    for (std::size_t step = 0; step < tried; ++step) {
      const auto& [index, refusals] = expected->steps[step];
      ASSERT_EQ(outcome->steps[step].index, index) << described;
      ASSERT_EQ(Text(outcome->steps[step].refusals), Text(refusals))
          << described;
      if (!refusals.empty()) {
        ++refused;
        ASSERT_EQ(plan->impacts[step], Impact()) << described;
        ASSERT_TRUE(plan->undos[step].empty()) << described;
        continue;
      }
      if (refused > 0) ++went_on;
      if (!expected->deleted_cas[step].empty()) ++deleted_earlier;
      ++accepted;
      const oracle::Access after = access_of(step + 1);
      ASSERT_EQ(Text(plan->impacts[step]),
                Text(oracle::Compare(before, after), callers))
          << described;
      ASSERT_EQ(plan->undos[step], Undo(BuildAccount(expected->accounts[step]),
                                        steps[index].change))
          << described;
      before = after;
    }
    ASSERT_EQ(Text(plan->whole), Text(oracle::Compare(first, before), callers))
        << described;
  }
  std::cout << "errors: " << errors << '\n';
  EXPECT_GT(errors, 0U);
  const auto at_least = static_cast<std::uint64_t>(plans);
  EXPECT_TRUE(Covered("accepted steps", accepted, at_least / 2));
  EXPECT_TRUE(
      Covered("steps after one that was refused", went_on, at_least / 20));
  EXPECT_TRUE(Covered("steps after the deletion of a CA", deleted_earlier,
                      at_least / 20));
}

// ---- Forecasts.

TEST(ChangeWorldTest, Forecast) {
  PlanDraw draw;
  Worlds& worlds = draw.worlds();
  const int forecasts = BySize(500, 4'000, 20'000);
  std::uint64_t errors = 0;
  std::uint64_t events = 0;
  std::uint64_t ends = 0;
  for (int i = 0; i < forecasts; ++i) {
    // Whatever ends does so within a few milliseconds.
    const Milliseconds now = static_cast<Milliseconds>(worlds.Below(4));
    const auto instant = [&] {
      return static_cast<Milliseconds>(worlds.Below(9));
    };
    PlainAccount plain = draw.DrawAccount(0);
    for (oracle::Key& key : plain.account.keys) {
      key.expiration.reset();
      if (!worlds.Chance(4)) key.expiration = instant();
    }
    std::vector<oracle::Caller> callers;
    for (const oracle::Caller& caller : AllCallers()) {
      if (worlds.Chance(2)) callers.push_back(caller);
    }
    // Half of the ends are stated, the others are known of the account's CAs.
    Account::Fields fields = BuildAccount(plain).fields();
    ForecastOptions options;
    std::map<std::string, Milliseconds> ca_ends;
    bool is_error = callers.empty();
    if (fields.cas) {
      for (Ca& ca : *fields.cas) {
        if (worlds.Chance(2)) continue;
        ca_ends[ca.id()] = instant();
        Ca::Fields known = ca.fields();
        known.valid_until = Instant(ca_ends[ca.id()]);
        ca = Valid(Ca::Create(std::move(known)));
      }
    }
    for (const std::string ca : {"ca-1", "ca-2"}) {
      if (worlds.Chance(2)) continue;
      // Of another CA than the account has, or stated although it is known.
      const bool is_wrong =
          ca_ends.contains(ca) ||
          (plain.cas &&
           std::ranges::none_of(*plain.cas, [&](const auto& known) {
             return known.first == ca;
           }));
      if (is_wrong && !worlds.Chance(8)) continue;
      is_error |= is_wrong;
      ca_ends[ca] = instant();
      options.ca_ends.push_back({ca, Instant(ca_ends[ca])});
    }
    std::optional<Milliseconds> horizon;
    if (worlds.Chance(2)) horizon = now - 1 + instant();
    if (horizon && *horizon < now) is_error = true;
    options.horizon = InstantOf(horizon);
    const Account account = Valid(Account::Create(std::move(fields)));
    const auto forecast =
        Forecast(account, Build(callers), Instant(now), options);
    ASSERT_EQ(forecast.ok(), !is_error) << account;
    if (is_error) {
      ++errors;
      continue;
    }
    const oracle::Forecast expected = oracle::ForecastAccess(
        plain.account, callers, now, horizon, ca_ends, 10);
    ASSERT_EQ(Text(*forecast), Text(expected, callers))
        << account << " at " << now << " up to " << OrDash(horizon);
    for (const oracle::CallerForecast& caller : expected.callers) {
      events += caller.events.size();
    }
    if (expected.manageable_until) ++ends;
  }
  EXPECT_GT(errors, 0U);
  const auto at_least = static_cast<std::uint64_t>(forecasts);
  EXPECT_TRUE(Covered("events", events, at_least / 2));
  EXPECT_TRUE(Covered("forecasts with an end", ends, at_least / 10));
}

}  // namespace
}  // namespace api_access
