#include "api_access/json/usage_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/line.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Dump;
using internal::Json;
using internal::JsonCursor;

// The services whose calls the provider does not log.
constexpr std::array kNotLogged = {"fcu", "lbu", "directlink", "eim",
                                   "icu", "oos", "osu"};

// Tells a summary from other JSON, and one that a later version writes
// otherwise.
constexpr std::int64_t kFormat = 1;

Json TextOrNull(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

Json DateOrNull(const std::optional<Timestamp>& date) {
  return date ? Json(FormatTimestamp(*date)) : Json();
}

Json WindowJson(const std::optional<UsageSummary::Window>& window) {
  if (!window) return {};
  return {{"From", FormatTimestamp(window->from)},
          {"To", FormatTimestamp(window->to)}};
}

void AddGroup(const LogGroup& group, Json& json) {
  json["Count"] = group.count;
  json["First"] = {{"QueryDate", FormatTimestamp(group.first.date)},
                   {"RequestId", TextOrNull(group.first.request_id)}};
}

Json CallerJson(const UsageSummary::Callers::value_type& row) {
  Json json = {{"AccessKeyId", TextOrNull(row.first.access_key_id)},
               {"Method", row.first.method}};
  AddGroup(row.second, json);
  return json;
}

Json CallersByCount(const UsageSummary::Callers& callers) {
  Json array = Json::array();
  for (const auto* row : ByCount(callers)) array.push_back(CallerJson(*row));
  return array;
}

Json CallersByKey(const UsageSummary::Callers& callers) {
  Json array = Json::array();
  for (const auto& row : callers) array.push_back(CallerJson(row));
  return array;
}

void AddCounts(const UsageSummary::Uses& uses, Json& json) {
  json["Alone"] = uses.alone;
  json["Among"] = uses.among;
}

// `add_uses` adds the uses of a rule or a range to its object.
template <typename AddUses>
void AddItems(const UsageSummary& summary, Json& json, AddUses add_uses) {
  Json keys = Json::array();
  for (const UsageSummary::Key& key : summary.keys) {
    keys.push_back({{"AccessKeyId", key.id},
                    {"Count", key.count},
                    {"LastUse", DateOrNull(key.last_use)}});
  }
  Json rules = Json::array();
  for (const UsageSummary::Rule& rule : summary.rules) {
    add_uses(rule.uses, rules.emplace_back(Json{{"RuleId", rule.id}}));
  }
  Json ranges = Json::array();
  for (const UsageSummary::Range& range : summary.ranges) {
    add_uses(range.uses,
             ranges.emplace_back(Json{{"RuleId", range.rule_id},
                                      {"Range", range.range.ToString()}}));
  }
  json["Keys"] = std::move(keys);
  json["Rules"] = std::move(rules);
  json["Ranges"] = std::move(ranges);
}

std::uint64_t VerdictsOf(const UsageSummary& summary, PossibleVerdict verdict) {
  return summary.verdicts[static_cast<std::size_t>(verdict)];
}

// Reads the fields of one object of a summary.
class Reader {
 public:
  Reader(const JsonCursor& cursor, const std::vector<std::string_view>& known)
      : cursor_(cursor) {
    cursor_.ExpectOnly(known);
  }

  std::string Text(std::string_view name) const {
    return cursor_[name].String();
  }
  std::optional<std::string> OptionalText(std::string_view name) const {
    return cursor_[name].OptionalString();
  }
  std::uint64_t Count(std::string_view name) const {
    const JsonCursor field = cursor_[name];
    const std::int64_t count = field.Integer();
    if (count < 0) field.Fail("expected a count, got one below 0");
    return static_cast<std::uint64_t>(std::max(count, std::int64_t{0}));
  }
  Timestamp Date(std::string_view name) const {
    const JsonCursor field = cursor_[name];
    const std::string text = field.String();
    if (field.failed()) return {};
    return field.Take(ParseTimestamp(text)).value_or(Timestamp());
  }
  template <typename Read>
  void ForEach(std::string_view name, const Read& read) const {
    cursor_[name].ForEach(read);
  }
  JsonCursor At(std::string_view name) const { return cursor_[name]; }

 private:
  const JsonCursor& cursor_;
};

LogGroup ReadGroup(const Reader& reader) {
  const JsonCursor first = reader.At("First");
  const Reader example(first, {"QueryDate", "RequestId"});
  const auto count = reader.Count("Count");
  if (count == 0) reader.At("Count").Fail("expected 1 or more, got 0");
  return {.count = count,
          .first = {.date = example.Date("QueryDate"),
                    .request_id = example.OptionalText("RequestId")}};
}

// Adds to a map what comes after its last key.
template <typename Map>
void Append(const JsonCursor& cursor, typename Map::key_type key,
            LogGroup group, Map& map) {
  if (!map.empty() && !(map.rbegin()->first < key)) {
    cursor.Fail("expected what comes after the item before");
  }
  map.emplace_hint(map.end(), std::move(key), std::move(group));
}

void ReadCallers(const Reader& reader, std::string_view name,
                 UsageSummary::Callers& callers) {
  reader.ForEach(name, [&](const JsonCursor& cursor) {
    const Reader row(cursor, {"AccessKeyId", "Method", "Count", "First"});
    Append(cursor,
           {.access_key_id = row.OptionalText("AccessKeyId"),
            .method = row.Text("Method")},
           ReadGroup(row), callers);
  });
}

UsageSummary::Uses ReadUses(const Reader& reader) {
  UsageSummary::Uses uses = {.alone = reader.Count("Alone"),
                             .among = reader.Count("Among")};
  const JsonCursor last_use = reader.At("LastUse");
  if (!last_use.is_absent()) uses.last_use = reader.Date("LastUse");
  if (last_use.is_absent() != (uses.alone == 0 && uses.among == 0)) {
    last_use.Fail("expected a date exactly where there are uses");
  }
  return uses;
}

template <typename Value>
void ExpectAscending(const JsonCursor& cursor,
                     const std::vector<Value>& values) {
  if (std::ranges::adjacent_find(values, std::ranges::greater_equal()) !=
      values.end()) {
    cursor.Fail("expected each once, in byte order");
  }
}

void ReadItems(const Reader& reader, UsageSummary& summary) {
  reader.ForEach("Keys", [&](const JsonCursor& cursor) {
    const Reader row(cursor, {"AccessKeyId", "Count", "LastUse"});
    UsageSummary::Key key = {.id = row.Text("AccessKeyId"),
                             .count = row.Count("Count")};
    if (!row.At("LastUse").is_absent()) key.last_use = row.Date("LastUse");
    if (!summary.keys.empty() && summary.keys.back().id >= key.id) {
      cursor.Fail("expected what comes after the item before");
    }
    summary.keys.push_back(std::move(key));
  });
  reader.ForEach("Rules", [&](const JsonCursor& cursor) {
    const Reader row(cursor, {"RuleId", "Alone", "Among", "LastUse"});
    summary.rules.push_back({.id = row.Text("RuleId"), .uses = ReadUses(row)});
  });
  reader.ForEach("Ranges", [&](const JsonCursor& cursor) {
    const Reader row(cursor, {"RuleId", "Range", "Alone", "Among", "LastUse"});
    const std::string text = row.Text("Range");
    if (cursor.failed()) return;
    const auto range = row.At("Range").Take(IpRange::Parse(text));
    if (!range) return;
    summary.ranges.push_back({.rule_id = row.Text("RuleId"),
                              .range = *range,
                              .uses = ReadUses(row)});
  });
}

void ReadSummary(const JsonCursor& root, UsageSummary& summary) {
  const Reader reader(
      root, {"UsageSummary", "Account", "Against", "Catalogue", "Parts",
             "Window", "Entries", "NotJudged", "Verdicts", "KeyGone",
             "Surprises", "BrokenBy", "AtRiskBy", "Keys", "Rules", "Ranges"});
  const JsonCursor version = reader.At("UsageSummary");
  if (version.Integer() != kFormat) {
    version.Fail("expected a summary of version " + std::to_string(kFormat));
    return;
  }
  summary.account = reader.Text("Account");
  summary.against = reader.OptionalText("Against");
  summary.catalogue = reader.Text("Catalogue");
  reader.ForEach("Parts", [&](const JsonCursor& part) {
    summary.parts.push_back(part.String());
  });
  ExpectAscending(reader.At("Parts"), summary.parts);
  if (const JsonCursor window = reader.At("Window"); !window.is_absent()) {
    const Reader dates(window, {"From", "To"});
    summary.window = {.from = dates.Date("From"), .to = dates.Date("To")};
    if (summary.window->to < summary.window->from) {
      window.Fail("expected a window that does not end before it begins");
    }
  }
  summary.entries = reader.Count("Entries");
  const JsonCursor not_judged = reader.At("NotJudged");
  std::vector<std::string_view> reasons;
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    reasons.push_back(ToString(reason));
  }
  const Reader by_reason(not_judged, reasons);
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    summary.not_judged[static_cast<std::size_t>(reason)] =
        by_reason.Count(ToString(reason));
  }
  const JsonCursor verdicts = reader.At("Verdicts");
  const Reader by_verdict(verdicts, {"Deny", "Allow", "Depends"});
  for (const PossibleVerdict verdict : kAllPossibleVerdicts) {
    summary.verdicts[static_cast<std::size_t>(verdict)] =
        by_verdict.Count(ToString(verdict));
  }
  summary.key_gone = reader.Count("KeyGone");
  reader.ForEach("Surprises", [&](const JsonCursor& cursor) {
    const Reader row(cursor, {"Reason", "Count", "First"});
    const std::string text = row.Text("Reason");
    if (cursor.failed()) return;
    const auto reason = row.At("Reason").Take(ParseReason(text));
    if (reason) Append(cursor, *reason, ReadGroup(row), summary.surprises);
  });
  ReadCallers(reader, "BrokenBy", summary.broken);
  ReadCallers(reader, "AtRiskBy", summary.at_risk);
  ReadItems(reader, summary);
}

}  // namespace

std::string UsageReportJson(const UsageSummary& summary) {
  Json json = {
      {"Window", WindowJson(summary.window)},
      {"NotLogged", kNotLogged},
      {"Entries", summary.entries},
      {"NotJudged", NotJudgedOf(summary)},
      {"KeyGone", summary.key_gone},
      {"Allow", VerdictsOf(summary, PossibleVerdict::kAllow)},
      {"Deny", VerdictsOf(summary, PossibleVerdict::kDeny)},
      {"Depends", VerdictsOf(summary, PossibleVerdict::kDepends)},
      {"Surprises", SurprisesOf(summary)},
      {"Broken", CountOf(summary.broken)},
      {"AtRisk", CountOf(summary.at_risk)},
      {"BrokenBy", CallersByCount(summary.broken)},
      {"AtRiskBy", CallersByCount(summary.at_risk)},
  };
  AddItems(summary, json, AddCounts);
  return Dump(json);
}

std::string FormatUsageSummary(const UsageSummary& summary) {
  Json not_judged = Json::object();
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    not_judged[std::string(ToString(reason))] =
        summary.not_judged[static_cast<std::size_t>(reason)];
  }
  Json verdicts = Json::object();
  for (const PossibleVerdict verdict : kAllPossibleVerdicts) {
    verdicts[std::string(ToString(verdict))] = VerdictsOf(summary, verdict);
  }
  Json surprises = Json::array();
  for (const auto& [reason, group] : summary.surprises) {
    AddGroup(group, surprises.emplace_back(Json{{"Reason", ToString(reason)}}));
  }
  Json json = {
      {"UsageSummary", kFormat},
      {"Account", summary.account},
      {"Against", TextOrNull(summary.against)},
      {"Catalogue", summary.catalogue},
      {"Parts", summary.parts},
      {"Window", WindowJson(summary.window)},
      {"Entries", summary.entries},
      {"NotJudged", std::move(not_judged)},
      {"Verdicts", std::move(verdicts)},
      {"KeyGone", summary.key_gone},
      {"Surprises", std::move(surprises)},
      {"BrokenBy", CallersByKey(summary.broken)},
      {"AtRiskBy", CallersByKey(summary.at_risk)},
  };
  AddItems(summary, json, [](const UsageSummary::Uses& uses, Json& item) {
    AddCounts(uses, item);
    item["LastUse"] = DateOrNull(uses.last_use);
  });
  return Dump(json);
}

absl::StatusOr<UsageSummary> ParseUsageSummary(std::string_view text) {
  const auto texts = internal::SplitJson("", internal::TextKind::kAnswer, text);
  if (!texts.ok()) return texts.status();
  internal::JsonDocument document("", *texts, 0);
  if (document.ok() && texts->parts.size() > 1) {
    document.Fail(texts->PlaceOf(texts->OffsetOf(1)),
                  "expected one summary, got more after it");
  }
  UsageSummary summary;
  if (document.ok()) ReadSummary(JsonCursor(document), summary);
  if (!document.ok()) return document.status();
  return summary;
}

}  // namespace api_access
