// Factors, the map, rules, and the difference.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/ca.h"
#include "api_access/required_factors.h"
#include "api_access/usage.h"
#include "src/base/text.h"
#include "src/page/facts.h"
#include "src/page/pictures.h"
#include "src/page/table.h"
#include "src/page/words.h"

namespace api_access::internal {
namespace {

// What a login needs: the alternative that it is part of.
std::string NeededWith(Factor login, FactorRequirement requirement) {
  if (requirement.IsSatisfiedBy({})) return FactorSet{}.ToString();
  for (const FactorSet alternative : requirement) {
    if (alternative.Contains(login)) return alternative.ToString();
  }
  return FactorRequirement{}.ToString();
}

// Columns: class and services, then both logins without and with a session.
Html FactorTable(const std::string& id, const Html& caption,
                 CertificateDemand demand, bool trusted_session) {
  const auto session = [&](bool activated) {
    const std::string text =
        std::string(activated ? "Session activated" : "Session deactivated") +
        (activated == trusted_session ? " (now)" : "");
    return Element("th", {{"scope", "colgroup"}, {"colspan", "2"}},
                   Html::Text(text));
  };
  const auto head = [](Markup text) {
    return Element("th", {{"scope", "col"}}, Html(text));
  };
  const Html heads =
      Element("tr", Element("th", {{"scope", "col"}, {"rowspan", "2"}},
                            Html("Class")) +
                        Element("th", {{"scope", "col"}, {"rowspan", "2"}},
                                Html("Services")) +
                        session(false) + session(true)) +
      Element("tr", head("with AccessKey") + head("with Password") +
                        head("with AccessKey") + head("with Password"));
  Html rows;
  for (const FactorRow& row : FactorRows()) {
    std::string services;
    for (const std::string_view service : row.services) {
      services += (services.empty() ? "" : " ") + std::string(service);
    }
    const auto needed = [&](bool activated, Factor login) {
      return Html::Text(NeededWith(
          login, RequiredFactors(row.sample.method_class(),
                                 row.sample.service(), activated, demand)));
    };
    const std::string name(ToString(row.sample.method_class()));
    rows += Row({{"data-class", name}}, {Html::Text(name), Html::Text(services),
                                         needed(false, Factor::kAccessKey),
                                         needed(false, Factor::kPassword),
                                         needed(true, Factor::kAccessKey),
                                         needed(true, Factor::kPassword)}) +
            Html("\n");
  }
  return TableOf(id, caption, heads, rows);
}

Html RegionHtml(const AccessRegion& region) {
  return RangesHtml(region.ranges) + Html(": ") + RequestsHtml(region) +
         Html("; certificate ") + CertificatesHtml(region);
}

// Numbers of regions, those with the widest block first.
std::vector<std::size_t> WidestFirst(const std::vector<AccessRegion>& map) {
  std::vector<std::pair<int, std::size_t>> by_width;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const std::vector<IpRange> blocks = WholeBlocks(map[i].ranges);
    const auto widest =
        std::ranges::min_element(blocks, {}, &IpRange::prefix_length);
    by_width.emplace_back(widest->prefix_length(), i);
  }
  std::ranges::sort(by_width);
  std::vector<std::size_t> numbers;
  for (const auto& [width, number] : by_width) numbers.push_back(number);
  return numbers;
}

Html UsesHtml(const UsageSummary::Uses& uses) {
  if (uses == UsageSummary::Uses()) return Html("not seen in this log");
  return Html::Text(std::to_string(uses.alone) + " alone, " +
                    std::to_string(uses.among) + " among others");
}

Html RangesOrAny(const ApiAccessRule& rule) {
  return rule.ip_ranges().empty()
             ? Html("any address")
             : Folded(rule.ip_ranges(), [](const IpRange& range) {
                 return Html::Text(range.ToString());
               });
}

Html IdsOr(const std::vector<std::string>& ids, Markup otherwise) {
  return ids.empty() ? Html(otherwise) : IdsHtml(ids);
}

Html AloneHtml(const Facts& facts, std::size_t rule) {
  if (rule >= facts.alone.size() || !facts.alone[rule]) {
    return Html("not found out: comparing the rules takes too long");
  }
  if (facts.alone[rule]->empty()) {
    return Html("nothing that other rules do not admit (rule-redundant)");
  }
  return Folded(*facts.alone[rule], RegionHtml);
}

Html KeyOrNone(const std::optional<AccessKey>& key) {
  return key ? Html::Text(key->ToString()) : Html("none");
}

Html DifferenceRow(DifferenceKind kind, const DifferenceRegion& found) {
  return Row({{"data-kind", std::string(ToString(kind))}},
             {Html::Text(ToString(kind)), RangesHtml(found.region.ranges),
              RequestsHtml(found.region), CertificatesHtml(found.region),
              found.witness ? Html::Text(found.witness->method.service + ' ' +
                                         found.witness->method.name + " from " +
                                         found.witness->caller.ToString())
                            : Html("no key serves on both sides")});
}

Html LockOutAfterHtml(const Impact& impact) {
  switch (impact.lock_out) {
    case LockOut::kNotAssessed:
      break;
    case LockOut::kNone:
      return Html("No lock-out: somebody named can manage afterwards") +
             (impact.manageable_until
                  ? Html(", until ") + DateHtml(*impact.manageable_until)
                  : Html()) +
             Html(".");
    case LockOut::kLockedOut:
      return Element("strong", Html("LOCKED OUT")) +
             Html(": nobody named can manage afterwards.");
    case LockOut::kAlreadyLockedOut:
      return Element("strong", Html("ALREADY LOCKED OUT")) +
             Html(": nobody named can manage, before or afterwards.");
  }
  return Html("Lock-out not assessed: no callers are named.");
}

// CAs that `before` has and `after` lacks, where both are known.
std::vector<std::string> DeletedCas(const Account& before,
                                    const Account& after) {
  std::vector<std::string> deleted;
  if (!before.cas() || !after.cas()) return deleted;
  for (const Ca& ca : *before.cas()) {
    if (std::ranges::find(*after.cas(), ca.id(), &Ca::id) ==
        after.cas()->end()) {
      deleted.push_back(ca.id());
    }
  }
  return deleted;
}

// What becomes of the callers.
Html ImpactHtml(const Facts& facts, std::size_t most) {
  const Account& against = *facts.options.against;
  Html html =
      Paragraph("Second account: " + AccountSummary::Of(against).ToString()) +
      Element(
          "p",
          {{"data-lock-out", std::string(ToString(facts.impact->lock_out))}},
          LockOutAfterHtml(*facts.impact));
  const std::vector<std::string> deleted = DeletedCas(facts.account, against);
  if (!deleted.empty()) {
    html += Paragraph(
        Html("The second account lacks CAs of the first: ") + IdsHtml(deleted) +
        Html(". Once a CA is deleted, no certificate is under it, and who "
             "needs it is out. That is not compared here."));
  }
  if (!facts.impact->callers.empty()) {
    const auto row = [](const CallerImpact& caller) {
      return Row(
          {{"data-caller", ShownId(caller.name)}},
          {Html::Id(caller.name),
           caller.can_manage_after ? Html("can manage")
                                   : CannotManageHtml(caller.manage_reason),
           caller.lost.empty() ? Html("nothing") : LostHtml(caller.lost),
           caller.gained.empty()
               ? Html("nothing")
               : Html::Text(ToString(caller.gained, kAllMethodKinds))});
    };
    html += TableOf("impact-table", Html("Callers after the change"),
                    HeadRow({"Caller", "Afterwards", "Loses", "Gains"}),
                    facts.impact->callers, most, row);
  }
  return html;
}

Html DifferenceHtml(const AccessDifference& difference, std::size_t most) {
  Html html;
  if (difference.Equal()) {
    html += Paragraph("Equal: every request is treated alike.");
  }
  using Found = std::pair<DifferenceKind, const DifferenceRegion*>;
  std::vector<Found> found;
  for (const DifferenceRegion& region : difference.widened) {
    found.emplace_back(DifferenceKind::kWidened, &region);
  }
  for (const DifferenceRegion& region : difference.narrowed) {
    found.emplace_back(DifferenceKind::kNarrowed, &region);
  }
  if (!found.empty()) {
    html += TableOf("difference-table",
                    Html("Widened: allowed by the second account only. "
                         "Narrowed: by the first only."),
                    HeadRow({"What", "Addresses", "Login and methods",
                             "Certificate", "For example"}),
                    found, most, [](const Found& one) {
                      return DifferenceRow(one.first, *one.second);
                    });
  }
  if (!difference.keys.empty()) {
    const auto row = [](const KeyDifference& key) {
      return Row({{"data-kind", std::string(ToString(key.kind))},
                  {"data-key", ShownId(key.access_key_id)}},
                 {Html::Id(key.access_key_id), Html::Text(ToString(key.kind)),
                  KeyOrNone(key.before), KeyOrNone(key.after)});
    };
    html += TableOf("difference-keys-table",
                    Html("Access keys that are usable otherwise"),
                    HeadRow({"Access key", "What", "Before", "After"}),
                    difference.keys, most, row);
  }
  return html;
}

}  // namespace

Html FactorsSection(const Facts& facts) {
  const CertificateDemand rules = CertificateDemandOf(facts.account);
  const bool trusted_session = facts.account.policy().require_trusted_env();
  Html html = Paragraph(
      "What a method needs, by the provider's table. A certificate has to be "
      "one that the rules admit.");
  for (const CertificateDemand demand : TablesOf(rules)) {
    Html caption("Required factors");
    if (demand == CertificateDemand::kNoRules) {
      caption = Html("Required factors; the account has no rules");
    } else if (demand == CertificateDemand::kAsked) {
      caption = rules == CertificateDemand::kDepends
                    ? Html("From addresses where rules ask for a certificate")
                    : Html("Every rule asks for a certificate");
    } else {
      caption = rules == CertificateDemand::kDepends
                    ? Html("From addresses where no rule asks for one")
                    : Html("No rule asks for a certificate");
    }
    html += FactorTable("factors-" + std::string(ToString(demand)), caption,
                        demand, trusted_session);
  }
  return Section("factors", "Required factors", html);
}

Html MapSection(const Facts& facts, std::size_t most) {
  Html html = Paragraph(
      "All that the rules allow, complete and exact, to whoever has a usable "
      "login. Public and exempt methods are not in it: rules do not decide "
      "about them.");
  for (const bool is_root : {true, false}) {
    if (std::ranges::any_of(facts.account.access_keys(),
                            [&](const AccessKey& key) {
                              return key.user_name().has_value() != is_root &&
                                     key.state() == AccessKeyState::kActive &&
                                     !key.IsExpiredAt(facts.now);
                            })) {
      continue;
    }
    html += Paragraph(is_root ? "No access key of the root user is usable."
                              : "No access key of an EIM user that was read is "
                                "usable.");
  }
  if (!facts.map.ok()) {
    html += Paragraph("Not drawn: " + MessageOf(facts.map.status()));
  } else if (facts.map->empty()) {
    html += Paragraph("Nobody gets in, except to public and exempt methods.");
  } else {
    const std::vector<AccessRegion>& map = *facts.map;
    const auto row = [&](std::size_t number) {
      const AccessRegion& region = map[number];
      return Row({{"data-region", std::to_string(number)}},
                 {RangesHtml(region.ranges), RequestsHtml(region),
                  CertificatesHtml(region)});
    };
    html += PictureBox("Address map as a picture", DrawAccess(map)) +
            TableOf("map-table", Html("Regions, the widest first"),
                    HeadRow({"Addresses", "Login and methods", "Certificate"}),
                    WidestFirst(map), most, row);
  }
  return Section("map", "Who gets in from where", html);
}

Html RulesSection(const Facts& facts, std::size_t most) {
  const std::vector<ApiAccessRule>& rules = facts.account.rules();
  if (rules.empty()) {
    return Section("rules", "API access rules",
                   Paragraph("The account has no rules."));
  }
  const UsageSummary* usage = facts.options.usage;
  std::map<std::string_view, const UsageSummary::Uses*> uses;
  Html html =
      Paragraph("What a rule alone admits is what nobody could do without it.");
  if (usage != nullptr) {
    for (const UsageSummary::Rule& rule : usage->rules) {
      uses[rule.id] = &rule.uses;
    }
    html += Paragraph(kWhatLogsLack) +
            Paragraph(
                "An entry is of the rules that admit its address: alone when "
                "it is one rule. What a rule does for certificates is not "
                "seen in a log.");
  }
  const auto row = [&](const ApiAccessRule& rule) {
    const auto number = static_cast<std::size_t>(&rule - rules.data());
    Html name = Html::Id(rule.id());
    if (rule.description()) {
      name += EmptyElement("br", {}) + Html::Id(*rule.description());
    }
    const auto found = uses.find(rule.id());
    const bool is_seen = found != uses.end() && found->second->last_use;
    return Row({{"data-rule", std::to_string(number)}},
               {name, RangesOrAny(rule), IdsOr(rule.ca_ids(), "not asked"),
                IdsOr(rule.cns(), "not asked"), AloneHtml(facts, number),
                found == uses.end() ? Html("no log") : UsesHtml(*found->second),
                is_seen ? DateHtml(*found->second->last_use) : Html("-")});
  };
  html += TableOf("rules-table", Html("Rules, in account order"),
                  HeadRow({"Rule", "Addresses", "CAs", "CNs", "Alone admits",
                           "In the log", "Last in the log"}),
                  rules, most, row);
  return Section("rules", "API access rules", html);
}

Html DifferenceSection(const Facts& facts, std::size_t most) {
  if (!facts.difference) return Html();
  Html html = ImpactHtml(facts, most);
  if (facts.difference->ok()) {
    html += DifferenceHtml(**facts.difference, most);
  } else {
    html +=
        Paragraph("Not found out: " + MessageOf(facts.difference->status()));
  }
  return Section("difference", "Difference to the second account", html);
}

}  // namespace api_access::internal
