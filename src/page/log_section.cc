// What a log tells.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "api_access/usage.h"
#include "src/page/facts.h"
#include "src/page/table.h"
#include "src/page/words.h"

namespace api_access::internal {
namespace {

Html NumberHtml(std::uint64_t number) {
  return Html::Text(std::to_string(number));
}

Html ExampleHtml(const LogExample& example) {
  Html html = DateHtml(example.date);
  if (example.request_id) {
    html += Html(", request ") + Html::Id(*example.request_id);
  }
  return html;
}

Html NumberField(Markup name, const std::string& field, std::uint64_t number) {
  return Element("dt", Html(name)) +
         Element("dd", {{"data-field", field}}, NumberHtml(number)) +
         Html("\n");
}

Html CallersTable(const std::string& id, Markup caption,
                  const UsageSummary::Callers& callers, std::size_t most) {
  const auto row = [](const UsageSummary::Callers::value_type* caller) {
    const auto& [who, group] = *caller;
    return Row({}, {who.access_key_id ? Html::Id(*who.access_key_id)
                                      : Html("without access key"),
                    Html::Text(ShownId(who.method)), NumberHtml(group.count),
                    ExampleHtml(group.first)});
  };
  return TableOf(id, Html(caption),
                 HeadRow({"Access key", "Method", "Entries", "First"}),
                 ByCount(callers), most, row);
}

Html SurprisesHtml(const UsageSummary& usage) {
  if (usage.surprises.empty()) return Html();
  using Surprise = std::pair<const Reason, LogGroup>;
  return Paragraph(
             "Surprises: the provider let these pass, and the account denies "
             "them. It has changed since, the API is newer than the "
             "catalogue, or this page is wrong.") +
         TableOf("surprises", Html("Surprises, by reason"),
                 HeadRow({"Reason", "Entries", "First"}), usage.surprises,
                 usage.surprises.size(), [](const Surprise& surprise) {
                   return Row({}, {Html::Text(ToString(surprise.first)),
                                   NumberHtml(surprise.second.count),
                                   ExampleHtml(surprise.second.first)});
                 });
}

Html NotJudgedHtml(const UsageSummary& usage) {
  std::vector<NotJudgedReason> reasons;
  const auto count = [&](NotJudgedReason reason) {
    return usage.not_judged[static_cast<std::size_t>(reason)];
  };
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    if (count(reason) > 0) reasons.push_back(reason);
  }
  if (reasons.empty()) return Html();
  return TableOf("not-judged", Html("Entries that are not judged, by reason"),
                 HeadRow({"Reason", "Entries"}), reasons, reasons.size(),
                 [&](NotJudgedReason reason) {
                   return Row({}, {Html::Text(ToString(reason)),
                                   NumberHtml(count(reason))});
                 });
}

// The ranges without an entry: keys and rules have tables that say it.
Html UnusedRangesHtml(const UsageSummary& usage, std::size_t most) {
  if (usage.ranges.empty()) return Html();
  std::vector<const UsageSummary::Range*> unused;
  for (const UsageSummary::Range& range : usage.ranges) {
    if (range.uses == UsageSummary::Uses()) unused.push_back(&range);
  }
  if (unused.empty()) {
    return Paragraph("Every IP range of the rules is seen in this log.");
  }
  return TableOf("unused-ranges", Html("IP ranges not seen in this log"),
                 HeadRow({"IP range", "Rule"}), unused, most,
                 [](const UsageSummary::Range* range) {
                   return Row({}, {Html::Text(range->range.ToString()),
                                   Html::Id(range->rule_id)});
                 });
}

}  // namespace

Html LogSection(const Facts& facts, std::size_t most) {
  if (facts.options.usage == nullptr) return Html();
  const UsageSummary& usage = *facts.options.usage;
  const auto verdicts = [&](PossibleVerdict verdict) {
    return usage.verdicts[static_cast<std::size_t>(verdict)];
  };
  Html fields = NumberField("Entries", "Entries", usage.entries);
  if (usage.window) {
    fields +=
        Element("dt", Html("From")) +
        Element("dd", {{"data-field", "From"}}, DateHtml(usage.window->from)) +
        Element("dt", Html("To, included")) +
        Element("dd", {{"data-field", "To"}}, DateHtml(usage.window->to));
  }
  fields += NumberField("Allowed", "Allow", verdicts(PossibleVerdict::kAllow)) +
            NumberField("Depending on certificate or login", "Depends",
                        verdicts(PossibleVerdict::kDepends)) +
            NumberField("Denied", "Deny", verdicts(PossibleVerdict::kDeny)) +
            NumberField("Judged, by keys that the account does not have",
                        "KeyGone", usage.key_gone) +
            NumberField("Surprises", "Surprises", SurprisesOf(usage)) +
            NumberField("Not judged", "NotJudged", NotJudgedOf(usage));
  Html html =
      Paragraph(kWhatLogsLack) + Element("dl", fields) + SurprisesHtml(usage);
  if (usage.against) {
    html += Element("dl", NumberField("Broken by the second account", "Broken",
                                      CountOf(usage.broken)) +
                              NumberField("At risk, by the certificate",
                                          "AtRisk", CountOf(usage.at_risk)));
    if (!usage.broken.empty()) {
      html += CallersTable("broken", "Broken by the second account",
                           usage.broken, most);
    }
    if (!usage.at_risk.empty()) {
      html += CallersTable("at-risk", "At risk, depending on the certificate",
                           usage.at_risk, most);
    }
  }
  html += UnusedRangesHtml(usage, most) + NotJudgedHtml(usage);
  return Section("log", "What the log tells", html);
}

}  // namespace api_access::internal
