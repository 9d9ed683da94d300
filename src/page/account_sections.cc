// What stands first, the activation of a trusted session, callers, keys, and
// what a page cannot tell.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "api_access/activation.h"
#include "api_access/usage.h"
#include "src/base/text.h"
#include "src/page/facts.h"
#include "src/page/pictures.h"
#include "src/page/table.h"
#include "src/page/words.h"

namespace api_access::internal {
namespace {

Html Field(const Attributes& attributes, Markup name, const Html& value) {
  return Element("dt", Html(name)) + Element("dd", attributes, value) +
         Html("\n");
}

// The next instant after `now` at which something ends by itself, and what.
struct NextChange {
  Timestamp at;
  std::vector<Html> what;
};

std::optional<NextChange> NextChangeOf(const Account& account, Timestamp now) {
  std::optional<NextChange> next;
  const auto add = [&](const std::optional<Timestamp>& end, const Html& what) {
    if (!end || *end <= now || (next && next->at < *end)) return;
    if (!next || *end < next->at) next = NextChange{*end, {}};
    next->what.push_back(what);
  };
  for (const AccessKey& key : account.access_keys()) {
    if (key.state() != AccessKeyState::kActive) continue;
    add(key.expiration(),
        Html("access key ") + Html::Id(key.id()) + Html(" expires"));
  }
  if (account.cas()) {
    for (const Ca& ca : *account.cas()) {
      add(ca.valid_until(), Html("CA ") + Html::Id(ca.id()) + Html(" ends"));
    }
  }
  return next;
}

Html NextChangeHtml(const Facts& facts) {
  const auto next = NextChangeOf(facts.account, facts.now);
  if (!next) return Html("none: no active access key and no CA ends");
  return DateHtml(next->at) + Html(": ") +
         Folded(next->what, [](const Html& what) { return what; });
}

LockOut LockOutOf(const Facts& facts) {
  if (!facts.forecast) return LockOut::kNotAssessed;
  return facts.forecast->NobodyCanManage() ? LockOut::kAlreadyLockedOut
                                           : LockOut::kNone;
}

Html LockOutHtml(const Facts& facts) {
  if (!facts.forecast) {
    return Html("not assessed: no callers are named");
  }
  if (facts.forecast->NobodyCanManage()) {
    return Element("strong", Html("LOCKED OUT")) +
           Html(": nobody named can manage now");
  }
  if (!facts.forecast->manageable_until) {
    return Html("none: somebody named can manage for ever");
  }
  return Element("strong", Html("LOCKED OUT")) + Html(" from ") +
         DateHtml(*facts.forecast->manageable_until) +
         Html(" on: nobody named can manage then");
}

template <typename Code>
Html FindingRow(const Finding<Code>& finding) {
  const std::string code(ToString(finding.code));
  return Row({{"data-code", code}},
             {Html::Text(code), Html::Text(finding.message)});
}

Html OwnerHtml(const AccessKey& key) {
  return key.user_name() ? Html("EIM user ") + Html::Id(*key.user_name())
                         : Html("root user");
}

Html DateOr(const std::optional<Timestamp>& date, Markup otherwise) {
  return date ? DateHtml(*date) : Html(otherwise);
}

}  // namespace

Html FirstSection(const Facts& facts) {
  const ApiAccessPolicy& policy = facts.account.policy();
  const std::int64_t max = policy.max_access_key_expiration_seconds();
  const ActivationReport& activation = facts.activation;
  return Section(
      "first", "What matters most",
      Element(
          "dl",
          Field({{"data-field", "Account"}}, "Account",
                Html::Text(AccountSummary::Of(facts.account).ToString())) +
              Field({{"data-field", "Now"}}, "As of", DateHtml(facts.now)) +
              Field({{"data-field", "TrustedSession"}}, "Trusted session",
                    policy.require_trusted_env() ? Html("activated")
                                                 : Html("deactivated")) +
              Field({{"data-field", "Maximum"}}, "Maximum lifetime of keys",
                    max == 0 ? Html("none: access keys may live for ever")
                             : Html::Text(std::to_string(max) + " s")) +
              Field({{"data-field", "NextChange"}}, "Next change in time",
                    NextChangeHtml(facts)) +
              Field({{"data-field", "LockOut"},
                     {"data-value", std::string(ToString(LockOutOf(facts)))}},
                    "Lock-out of callers", LockOutHtml(facts)) +
              Field({{"data-field", "Activation"},
                     {"data-value", activation.ready ? "Ready" : "NotReady"}},
                    "Activation of a trusted session",
                    activation.ready
                        ? Html("ready")
                        : Html::Text("not ready: " +
                                     Count(activation.violations.size(),
                                           "violation")))));
}

Html ActivationSection(const Facts& facts, std::size_t most) {
  const RequestedPolicy asked = AskedPolicy(facts.account);
  const ActivationReport& report = facts.activation;
  Html html =
      Paragraph(std::string(report.ready ? "Ready" : "Not ready") +
                " for MaxAccessKeyExpirationSeconds " +
                std::to_string(asked.max_access_key_expiration_seconds) +
                ", RequireTrustedEnv true.");
  if (!report.violations.empty()) {
    html += TableOf("violations", Html("Violations, each of which refuses it"),
                    HeadRow({"Code", "What was found"}), report.violations,
                    most, FindingRow<ViolationCode>);
  }
  if (!report.warnings.empty()) {
    html += TableOf("warnings", Html("Warnings"),
                    HeadRow({"Code", "What was found"}), report.warnings, most,
                    FindingRow<WarningCode>);
  }
  if (report.ready_at) {
    html +=
        Paragraph(Html("Ready at ") + DateHtml(*report.ready_at) + Html("."));
  }
  const SmallestMaximum smallest = SmallestMaximumOf(facts.account, facts.now);
  html += smallest.seconds
              ? Paragraph("Smallest maximum that every access key allows: " +
                          std::to_string(*smallest.seconds) + " s.")
              : Paragraph(Html("No maximum is high enough for ") +
                          IdsHtml(smallest.blocking_key_ids) + Html("."));
  return Section("activation", "Activating a trusted session", html);
}

Html CallersSection(const Facts& facts, std::size_t most) {
  if (!facts.forecast) return Html();
  const auto row = [](const CallerForecast& caller) {
    return Row(
        {{"data-caller", ShownId(caller.name)}},
        {Html::Id(caller.name),
         caller.can_manage ? Html("can manage")
                           : CannotManageHtml(caller.manage_reason),
         caller.can_manage ? DateOr(caller.manage_until, "for ever")
                           : Html("-"),
         caller.events.empty()
             ? Html("nothing")
             : Folded(caller.events, [](const CallerForecast::Event& event) {
                 return DateHtml(event.at) + Html(": ") + LostHtml(event.lost);
               })});
  };
  return Section(
      "callers", "Callers and lock-outs",
      Paragraph(LockOutHtml(facts)) +
          Paragraph(
              "What callers lose if nobody touches the account. A caller can "
              "manage when the managing methods of api, which undo a change, "
              "are allowed. EIM policies may still stop an EIM user: they are "
              "not part of this.") +
          TableOf("callers-table", Html("Callers, in the order named"),
                  HeadRow({"Caller", "Now", "Until", "Loses"}),
                  facts.forecast->callers, most, row));
}

Html KeysSection(const Facts& facts, std::size_t most) {
  const UsageSummary* usage = facts.options.usage;
  std::map<std::string_view, const UsageSummary::Key*> uses;
  if (usage != nullptr) {
    for (const UsageSummary::Key& key : usage->keys) uses[key.id] = &key;
  }
  const auto row = [&](const AccessKey& key) {
    Html used("no log");
    if (const auto found = uses.find(key.id()); found != uses.end()) {
      used = found->second->count == 0
                 ? Html("not seen in this log")
                 : Html::Text(std::to_string(found->second->count) +
                              (found->second->count == 1 ? " entry, last "
                                                         : " entries, last ")) +
                       DateOr(found->second->last_use, "without date");
    }
    return Row({{"data-key", ShownId(key.id())}},
               {Html::Id(key.id()), OwnerHtml(key),
                Html::Text(ToString(key.state())) +
                    (key.IsExpiredAt(facts.now) ? Html(", expired") : Html()),
                DateOr(key.creation_date(), "not known"),
                DateOr(key.expiration(), "never"),
                key.tag() ? Html::Id(*key.tag()) : Html("-"), used});
  };
  Html html;
  if (facts.account.access_keys().empty()) {
    html = Paragraph("The account has no access keys.");
  } else {
    html = PictureBox("Access keys as a picture",
                      DrawKeys(facts.account.access_keys(), facts.now));
    if (usage != nullptr) html += Paragraph(kWhatLogsLack);
    html += TableOf("keys-table", Html("Access keys, in account order"),
                    HeadRow({"Access key", "Owner", "State", "Created",
                             "Expires", "Tag", "In the log"}),
                    facts.account.access_keys(), most, row);
  }
  return Section("keys", "Access keys", html);
}

Html NotToldSection(const Facts& facts, std::size_t most) {
  const Account& account = facts.account;
  const ReportOptions& options = facts.options;
  Html items;
  const auto add = [&](const Html& item) {
    items += Element("li", item) + Html("\n");
  };
  if (!account.every_user_listed()) {
    add(Html("Not every user is known: access keys may be missing") +
        (account.users_doubt().empty()
             ? Html()
             : Html(", as ") + Html::Text(account.users_doubt())) +
        Html("."));
  }
  if (!account.users_without_keys_read().empty()) {
    add(Html("Access keys were not read of ") +
        IdsHtml(account.users_without_keys_read()) + Html("."));
  }
  if (!account.cas()) {
    add(Html("The CAs of the account were not read."));
  } else if (std::ranges::any_of(*account.cas(), [](const Ca& ca) {
               return !ca.valid_until();
             })) {
    add(Html("The end of a CA is only known where its holder stated it."));
  }
  const std::vector<ReviewCode> not_judged = NotJudged(account, {});
  if (!not_judged.empty()) {
    add(Html("Findings of these codes may be missing, as what they are about "
             "was not read: ") +
        Html::Text([&] {
          std::string text;
          for (const ReviewCode code : not_judged) {
            text += (text.empty() ? "" : ", ") + std::string(ToString(code));
          }
          return text;
        }()) +
        Html("."));
  }
  if (options.callers.empty()) {
    add(
        Html("No callers are named: whether a lock-out threatens is not "
             "assessed."));
  }
  if (options.usage == nullptr) {
    add(Html("No log was read: what is used is not told."));
  } else if (options.usage->window) {
    add(Html("The log goes from ") + DateHtml(options.usage->window->from) +
        Html(" to ") + DateHtml(options.usage->window->to) +
        Html(": what was used before and after that is not told. ") +
        Html::Text(kWhatLogsLack));
  } else {
    add(Html("The log has no entry with a date: it tells nothing. ") +
        Html::Text(kWhatLogsLack));
  }
  if (options.against == nullptr) {
    add(Html("No second account was given: there is no difference to tell."));
  } else if (!options.against->every_user_listed() ||
             !options.against->users_without_keys_read().empty()) {
    add(Html("Access keys of the second account may be missing."));
  }
  add(
      Html("EIM policies, policies of object storage, passwords and the "
           "validity of certificates are not looked at."));
  add(Html::Text("A cell lists three items at most, a table " +
                 std::to_string(most) +
                 " rows, and both say how many more there are. Texts of the "
                 "account are cut after 64 bytes, and bytes that are not "
                 "printable ASCII are written \\xHH."));
  return Section("not-told", "What this page does not tell",
                 Element("ul", items));
}

}  // namespace api_access::internal
