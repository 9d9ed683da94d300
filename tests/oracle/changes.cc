#include "tests/oracle/changes.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "gtest/gtest.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

using oracle::Milliseconds;
using PlainAccount = oracle::ReadFolder;

template <typename T>
std::string OrDash(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "-";
}

RuleParameters ParametersOf(const oracle::Change& change) {
  RuleParameters rule = {.ca_ids = change.cas,
                         .cns = change.cns,
                         .description = change.description};
  for (const std::string& range : change.ranges) {
    rule.ip_ranges.push_back(Range(range));
  }
  return rule;
}

// With keys, rules and CAs in the order of their ids.
Account Sorted(const Account& account) {
  Account::Fields fields = account.fields();
  const auto by_id = [](const auto& a, const auto& b) {
    return a.id() < b.id();
  };
  std::ranges::sort(fields.rules, by_id);
  std::ranges::sort(fields.access_keys, by_id);
  if (fields.cas) std::ranges::sort(*fields.cas, by_id);
  return Valid(Account::Create(std::move(fields)));
}

// Why the undo of an accepted change is wrong; empty: it is right.
std::string WhyUndoIsWrong(const Account& built, const Change& change,
                           Milliseconds now, ComparedChange& compared) {
  const Account& after = *compared.outcome->account;
  const std::vector<Change> undo = Undo(built, change);
  // A CA that is made is there although the account does not tell.
  const bool can_be_undone =
      std::holds_alternative<CreateCa>(change) ||
      (!std::holds_alternative<DeleteAccessKey>(change) &&
       !std::holds_alternative<DeleteCa>(change) && after != built);
  compared.has_undo = !undo.empty();
  if (compared.has_undo != can_be_undone) {
    return undo.empty() ? "has no undo" : "has an undo";
  }
  if (undo.empty()) return "";
  // Where the undo is refused, what it would do is judged all the same.
  std::optional<Account> back = after;
  PlainAccount plain_back = *compared.after;
  for (const Change& call : undo) {
    const oracle::Change plain = Plain(call);
    const std::string named = " the undo " + Text(plain);
    const oracle::Outcome expected = oracle::Apply(plain_back, plain, now);
    if (expected.is_error) return "an error:" + named;
    for (const oracle::Refusal& refusal : expected.refusals) {
      // Of its parameters, only the CAs of a rule may be gone.
      if (refusal.provider_code == 7000 ||
          (refusal.provider_code == 4122 && plain.cas.empty())) {
        return "names what is not there:" + named;
      }
      if (refusal.code == "access-key-active") {
        return "does not make the key INACTIVE:" + named;
      }
    }
    if (back) {
      const auto outcome = Apply(*back, call, Instant(now));
      if (!outcome.ok() || Text(outcome->refusals) != Text(expected.refusals)) {
        return "is not refused as it should be:" + named;
      }
      back = outcome->account;
    }
    plain_back = oracle::Effect(plain_back, plain, now);
  }
  compared.undo_accepted = back.has_value();
  if ((back && Sorted(*back) != Sorted(built)) ||
      Sorted(BuildAccount(plain_back)) != Sorted(built)) {
    return "the undo gives " + BuildAccount(plain_back).ToString();
  }
  return "";
}

}  // namespace

Change Build(const oracle::Change& change) {
  const std::string& call = change.call;
  if (call == "CreateAccessKey") {
    return CreateAccessKey{.new_id = change.new_id,
                           .user_name = change.user,
                           .expiration_date = InstantOf(change.date),
                           .tag = change.tag};
  }
  if (call == "UpdateAccessKey") {
    UpdateAccessKey update = {.access_key_id = change.id,
                              .user_name = change.user,
                              .expiration_date = InstantOf(change.date),
                              .clear_expiration_date = change.clear_date,
                              .tag = change.tag,
                              .clear_tag = change.clear_tag};
    if (change.state) update.state = Valid(ParseAccessKeyState(*change.state));
    return update;
  }
  if (call == "DeleteAccessKey") {
    return DeleteAccessKey{.access_key_id = change.id,
                           .user_name = change.user};
  }
  if (call == "CreateApiAccessRule") {
    return CreateApiAccessRule{.new_id = change.new_id,
                               .rule = ParametersOf(change)};
  }
  if (call == "UpdateApiAccessRule") {
    return UpdateApiAccessRule{.api_access_rule_id = change.id,
                               .rule = ParametersOf(change)};
  }
  if (call == "DeleteApiAccessRule") {
    return DeleteApiAccessRule{.api_access_rule_id = change.id};
  }
  if (call == "UpdateApiAccessPolicy") {
    return UpdateApiAccessPolicy{
        .max_access_key_expiration_seconds = change.max,
        .require_trusted_env = change.require};
  }
  if (call == "CreateCa") {
    return CreateCa{.new_id = change.new_id,
                    .ca_pem = change.pem,
                    .description = change.description};
  }
  if (call == "UpdateCa") {
    return UpdateCa{.ca_id = change.id, .description = change.description};
  }
  EXPECT_EQ(call, "DeleteCa");
  return DeleteCa{.ca_id = change.id};
}

oracle::Change Plain(const Change& change) {
  oracle::Change plain = {.call = std::string(CallOf(change))};
  if (NewIdOf(change) != nullptr) plain.new_id = *NewIdOf(change);
  const auto set_rule = [&](const RuleParameters& rule) {
    for (const IpRange& range : rule.ip_ranges) {
      plain.ranges.push_back(range.ToString());
    }
    plain.cas = rule.ca_ids;
    plain.cns = rule.cns;
    plain.description = rule.description;
  };
  std::visit(
      [&](const auto& call) {
        using Call = std::decay_t<decltype(call)>;
        if constexpr (std::is_same_v<Call, CreateAccessKey>) {
          plain.user = call.user_name;
          plain.date = Count(call.expiration_date);
          plain.tag = call.tag;
        } else if constexpr (std::is_same_v<Call, UpdateAccessKey>) {
          plain.id = call.access_key_id;
          plain.user = call.user_name;
          if (call.state) plain.state = std::string(ToString(*call.state));
          plain.date = Count(call.expiration_date);
          plain.clear_date = call.clear_expiration_date;
          plain.tag = call.tag;
          plain.clear_tag = call.clear_tag;
        } else if constexpr (std::is_same_v<Call, DeleteAccessKey>) {
          plain.id = call.access_key_id;
          plain.user = call.user_name;
        } else if constexpr (std::is_same_v<Call, CreateApiAccessRule>) {
          set_rule(call.rule);
        } else if constexpr (std::is_same_v<Call, UpdateApiAccessRule>) {
          plain.id = call.api_access_rule_id;
          set_rule(call.rule);
        } else if constexpr (std::is_same_v<Call, DeleteApiAccessRule>) {
          plain.id = call.api_access_rule_id;
        } else if constexpr (std::is_same_v<Call, UpdateApiAccessPolicy>) {
          plain.max = call.max_access_key_expiration_seconds;
          plain.require = call.require_trusted_env;
        } else if constexpr (std::is_same_v<Call, CreateCa>) {
          plain.pem = call.ca_pem;
          plain.description = call.description;
        } else if constexpr (std::is_same_v<Call, UpdateCa>) {
          plain.id = call.ca_id;
          plain.description = call.description;
        } else {
          static_assert(std::is_same_v<Call, DeleteCa>);
          plain.id = call.ca_id;
        }
      },
      change);
  return plain;
}

Account BuildAccount(const PlainAccount& account) {
  return api_access::Build(account, "");
}

std::string Text(const std::vector<Refusal>& refusals) {
  std::string text;
  for (const Refusal& refusal : refusals) {
    EXPECT_FALSE(refusal.message.empty());
    text += std::string(ToString(refusal.code)) + '(' + refusal.subject + ")" +
            OrDash(ProviderErrorCode(refusal.code)) + ' ';
  }
  return text;
}

std::string Text(const std::vector<oracle::Refusal>& refusals) {
  std::string text;
  for (const oracle::Refusal& refusal : refusals) {
    text += refusal.code + '(' + refusal.subject + ")" +
            OrDash(refusal.provider_code) + ' ';
  }
  return text;
}

std::string Text(const oracle::Change& change) {
  std::string text = change.call + " new " + change.new_id;
  const auto add = [&](const std::string& name, const std::string& value) {
    text += ' ' + name + ' ' + value;
  };
  if (change.id) add("id", *change.id);
  if (change.user) add("user", *change.user);
  if (change.state) add("state", *change.state);
  if (change.date) add("date", std::to_string(*change.date));
  if (change.clear_date) add("clears", "date");
  if (change.tag) add("tag", *change.tag);
  if (change.clear_tag) add("clears", "tag");
  for (const std::string& range : change.ranges) add("range", range);
  for (const std::string& ca : change.cas) add("CA", ca);
  for (const std::string& cn : change.cns) add("CN", cn);
  if (change.description) add("description", *change.description);
  if (change.max) add("max", std::to_string(*change.max));
  if (change.require) add("require", std::to_string(*change.require));
  if (change.pem) add("pem", *change.pem);
  return text;
}

ComparedChange CompareChange(const PlainAccount& account, const Account& built,
                             const oracle::Change& change, Milliseconds now) {
  ComparedChange compared;
  const auto fail = [&](const std::string& why) {
    compared.wrong = why + '\n' + Text(change) + " at " + std::to_string(now) +
                     " on " + built.ToString();
    return compared;
  };
  const Change call = Build(change);
  const auto outcome = Apply(built, call, Instant(now));
  const oracle::Outcome expected = oracle::Apply(account, change, now);
  if (outcome.ok() == expected.is_error) {
    return fail(outcome.ok() ? "was no error" : Message(outcome.status()));
  }
  if (!outcome.ok()) return compared;
  compared.outcome = *outcome;
  const std::string refusals = Text(outcome->refusals);
  if (refusals != Text(expected.refusals)) {
    return fail("refused with " + refusals + "instead of " +
                Text(expected.refusals));
  }
  if (outcome->deleted_ca_id != expected.deleted_ca) {
    return fail("deleted another CA");
  }
  if (outcome->accepted() != outcome->refusals.empty()) {
    return fail("is neither accepted nor refused, or both");
  }
  if (!outcome->accepted()) return compared;
  compared.after = expected.account;
  const Account by_hand = BuildAccount(*expected.account);
  if (*outcome->account != by_hand) {
    return fail("gave " + outcome->account->ToString() + "\ninstead of " +
                by_hand.ToString());
  }
  const std::string wrong = WhyUndoIsWrong(built, call, now, compared);
  return wrong.empty() ? compared : fail(wrong);
}

}  // namespace api_access
