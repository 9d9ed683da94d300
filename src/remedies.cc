#include "api_access/remedies.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "src/address/clients.h"
#include "src/base/text.h"
#include "src/decide/compiled_account.h"
#include "src/decide/gate.h"
#include "src/decide/rule_table.h"
#include "src/evaluator_access.h"

namespace api_access {
namespace {

using internal::CheckKey;
using internal::CompiledKey;
using internal::KeyTable;
using internal::PassGate;
using internal::Presented;
using internal::RuleTable;
using internal::Text;
using internal::TextRange;

// The smallest id of the keys that are usable, those of the root user first.
std::optional<std::string_view> FindUsableKey(const KeyTable& keys,
                                              Service service, Timestamp now) {
  const CompiledKey* found = nullptr;
  const auto order = [&](const CompiledKey& key) {
    return std::pair(key.is_of_eim_user(), keys.id(key));
  };
  for (const CompiledKey& key : keys.all()) {
    if (CheckKey(&key, service, now) != Reason::kNotDecided) continue;
    if (found == nullptr || order(key) < order(*found)) found = &key;
  }
  if (found == nullptr) return std::nullopt;
  return keys.id(*found);
}

bool PassesGate(const KeyTable& keys, const Request& request, Timestamp now) {
  const Reason reason = PassGate(keys, request, now).reason;
  return reason == Reason::kNotDecided || VerdictOf(reason) == Verdict::kAllow;
}

// `request` with the login that asks for least of those that get it through the
// gate; nothing when none does.
std::optional<Request> WithLogin(const KeyTable& keys, const Request& request,
                                 Timestamp now) {
  if (PassesGate(keys, request, now)) return request;
  Request changed = request;
  changed.login = LoginKind::kNone;
  if (PassesGate(keys, changed, now)) return changed;
  const auto key = FindUsableKey(keys, request.method.service(), now);
  if (key) {
    changed.login = LoginKind::kAccessKey;
    changed.access_key_id = *key;
  } else {
    changed.login = LoginKind::kPassword;
  }
  if (PassesGate(keys, changed, now)) return changed;
  return std::nullopt;
}

// What else a rule asks for.
struct Change {
  std::uint32_t rule = 0;
  bool certificate = false;
  std::string_view ca_id = {};              // with a certificate
  std::optional<std::string_view> cn = {};  // any CN, or none, will do
  const IpRange* range = nullptr;           // null: the address stays
};

int PrefixOf(const IpRange* range) { return range->prefix_length(); }

// The ranges of `rule` from which a client of this family may call.
std::vector<const IpRange*> RangesWithClients(const RuleTable& rules,
                                              std::uint32_t rule,
                                              const IpAddress& client) {
  std::vector<const IpRange*> ranges;
  for (const IpRange& range : rules.ranges(rule)) {
    if (range.is_v4() == client.is_v4() && internal::HasClients(range)) {
      ranges.push_back(&range);
    }
  }
  return ranges;
}

// None where no client of this family can fit the rule.
std::optional<Change> ChangeFor(const RuleTable& rules, std::uint32_t rule,
                                const Presented& presented) {
  const auto misses = [&](Criterion criterion) {
    return rules.Try(rule, criterion, presented) != Reason::kRuleMatched;
  };
  Change change = {.rule = rule};
  if (misses(Criterion::kIpRange)) {
    const auto ranges = RangesWithClients(rules, rule, presented.address);
    if (ranges.empty()) return std::nullopt;
    // The widest.
    change.range = *std::ranges::min_element(ranges, {}, PrefixOf);
  }
  if (misses(Criterion::kCa) || misses(Criterion::kCn)) {
    change.certificate = true;
    // What fits is kept.
    const auto text_of = [&](std::optional<Text> fits, TextRange listed) {
      return rules.text(fits.value_or(listed.front()));
    };
    change.ca_id =
        text_of(rules.FindCa(rule, presented.certificate), rules.ca_ids(rule));
    if (rules.Has(rule, Criterion::kCn)) {
      change.cn =
          text_of(rules.FindCn(rule, presented.certificate), rules.cns(rule));
    }
  }
  return change;
}

// What asks for less comes first, in any case before what Dominates says it
// makes needless.
auto OrderOf(const Change& change) {
  const bool address = change.range != nullptr;
  return std::tuple(int{change.certificate} + int{address}, address,
                    change.cn.has_value(), address ? PrefixOf(change.range) : 0,
                    change.rule);
}

// The certificate that `change` asks for.
ClientCertificate CertificateOf(const Change& change) {
  ClientCertificate::Fields fields = {.ca_ids = {std::string(change.ca_id)}};
  if (change.cn) fields.cn = std::string(*change.cn);
  // The texts of a rule are not empty.
  return *ClientCertificate::Create(std::move(fields));
}

// Whether whoever can do `b` can do `a`.
bool Dominates(const Change& a, const Change& b) {
  if (a.certificate &&
      !(b.certificate && a.ca_id == b.ca_id && (!a.cn || a.cn == b.cn))) {
    return false;
  }
  return a.range == nullptr ||
         (b.range != nullptr && a.range->Contains(*b.range));
}

std::string LoginText(const Request& before, const Request& after) {
  switch (after.login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey: {
      std::string text = "sign with access key " + Quote(after.access_key_id);
      if (before.login == LoginKind::kPassword) {
        text += " instead of login/password";
      } else if (before.login == LoginKind::kAccessKey) {
        text += " instead of " + Quote(before.access_key_id);
      }
      return text;
    }
    case LoginKind::kPassword:
      return "use login/password of the root user";
  }
  return "use no login/password";
}

// `call from 192.0.2.0/24`, or `call from one of 192.0.2.0/24, 10.0.0.0/8 and 3
// more`.
std::string AddressText(const std::vector<const IpRange*>& ranges) {
  constexpr std::size_t kNamed = 8;
  std::string text = ranges.size() == 1 ? "call from " : "call from one of ";
  for (std::size_t i = 0; i < std::min(ranges.size(), kNamed); ++i) {
    text += (i == 0 ? "" : ", ") + ranges[i]->ToString();
  }
  if (ranges.size() > kNamed) {
    text += " and " + std::to_string(ranges.size() - kNamed) + " more";
  }
  return text;
}

Remedy MakeRemedy(const RuleTable& rules, const Request& before,
                  const Request& after, const Change& change) {
  Remedy remedy = {.changes_login = before.login != after.login ||
                                    before.access_key_id != after.access_key_id,
                   .changes_certificate = change.certificate,
                   .changes_address = change.range != nullptr,
                   .text = {},
                   .caller = Caller::Of(after)};
  const auto add_text = [&](const std::string& part) {
    remedy.text += (remedy.text.empty() ? "" : ", ") + part;
  };
  if (remedy.changes_login) add_text(LoginText(before, after));
  if (change.certificate) {
    remedy.caller.certificate = CertificateOf(change);
    add_text("present a certificate of CA " + Quote(change.ca_id) +
             (change.cn ? " with CN " + Quote(*change.cn) : ""));
  }
  if (change.range != nullptr) {
    remedy.caller.client_address = *internal::FirstClientAddress(*change.range);
    add_text(AddressText(
        RangesWithClients(rules, change.rule, before.client_address)));
  }
  return remedy;
}

}  // namespace

std::vector<Remedy> FindRemedies(const Evaluator& evaluator,
                                 const Request& request, Timestamp now) {
  if (evaluator.Decide(request, now).allowed()) return {};
  const internal::CompiledAccount& account =
      internal::EvaluatorAccess::Get(evaluator);
  const auto with_login = WithLogin(account.keys, request, now);
  if (!with_login) return {};
  const RuleTable& rules = account.rules;
  if (PassGate(account.keys, *with_login, now).reason != Reason::kNotDecided) {
    return {MakeRemedy(rules, request, *with_login, {})};
  }

  const Presented presented = internal::PresentedTo(account, *with_login);
  std::vector<Change> changes;
  changes.reserve(rules.size());
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (const auto change = ChangeFor(rules, rule, presented)) {
      changes.push_back(*change);
    }
  }
  std::ranges::sort(changes, {}, OrderOf);

  std::vector<Change> kept;
  const auto is_needless = [&](const Change& change) {
    return std::ranges::any_of(
        kept, [&](const Change& k) { return Dominates(k, change); });
  };
  for (Change change : changes) {
    if (kept.size() == kMaxRemedies) break;
    if (is_needless(change)) continue;
    if (change.certificate && change.range != nullptr) {
      // Another rule may admit that certificate from where the client is.
      const ClientCertificate certificate = CertificateOf(change);
      const Decision stays = account.FindRule({.address = presented.address,
                                               .certificate = &certificate,
                                               .bypass = presented.bypass});
      if (stays.allowed()) change.range = nullptr;
      if (is_needless(change)) continue;
    }
    kept.push_back(change);
  }
  std::ranges::sort(kept, {}, OrderOf);

  std::vector<Remedy> remedies;
  for (const Change& change : kept) {
    remedies.push_back(MakeRemedy(rules, request, *with_login, change));
  }
  return remedies;
}

}  // namespace api_access
