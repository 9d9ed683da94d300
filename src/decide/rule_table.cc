#include "src/decide/rule_table.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/short_text.h"

namespace api_access::internal {
namespace {

// Up to as many ids, comparing each is faster than a binary search.
constexpr std::size_t kFewIds = 8;

// Calls `visit` for each text of the table in the order of their numbers: the
// ids of all rules, then of each rule its CA ids and CNs. It counts the texts
// as well as it writes them.
template <typename Visit>
void VisitTexts(std::span<const ApiAccessRule> rules, Visit visit) {
  for (const ApiAccessRule& rule : rules) visit(rule.id());
  for (const ApiAccessRule& rule : rules) {
    for (const std::string& id : rule.ca_ids()) visit(id);
    for (const std::string& cn : rule.cns()) visit(cn);
  }
}

// FNV-1a of the ids and their sizes, folded to 32 bits.
std::uint32_t HashIds(std::span<const ApiAccessRule> rules) {
  if (rules.empty()) return 0;
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x100000001b3;
  };
  for (const ApiAccessRule& rule : rules) {
    for (const char c : rule.id()) add(static_cast<unsigned char>(c));
    add(0x100 + rule.id().size());
  }
  const auto folded = static_cast<std::uint32_t>(hash ^ hash >> 32);
  return folded == 0 ? 1 : folded;
}

}  // namespace

RuleTable::Counts RuleTable::Count(std::span<const ApiAccessRule> rules) {
  Counts counts = {.rules = rules.size(), .ranges = 0, .texts = {}};
  for (const ApiAccessRule& rule : rules) {
    counts.ranges += rule.ip_ranges().size();
  }
  VisitTexts(rules, [&](std::string_view text) { counts.texts.Add(text); });
  return counts;
}

RuleTable::Room RuleTable::Take(Arena& arena, const Counts& counts) {
  const auto ranges = arena.Take<IpRange>(counts.ranges);
  const auto begins = arena.Take<Begins>(counts.rules + 1);
  return {ranges, begins, TextPool::Take(arena, counts.texts)};
}

RuleTable::RuleTable(std::span<const ApiAccessRule> rules, const Room& room)
    : begins_(room.begins.data()),
      ranges_(room.ranges.data()),
      size_(static_cast<std::uint32_t>(rules.size())),
      ids_hash_(HashIds(rules)) {
  TextWriter texts(room.texts);
  VisitTexts(rules, [&](std::string_view text) { texts.Add(text); });
  texts_ = texts.pool();

  Writer<Begins> begins(room.begins);
  Writer<IpRange> ranges(room.ranges);
  // The ids of the rules are the first texts.
  auto next = static_cast<Text>(rules.size());
  for (const ApiAccessRule& rule : rules) {
    const Text cns = next + static_cast<Text>(rule.ca_ids().size());
    begins.Add({.ranges = ranges.size(), .cas = next, .cns = cns});
    for (const IpRange& range : rule.ip_ranges()) ranges.Add(range);
    next = cns + static_cast<Text>(rule.cns().size());
  }
  begins.Add({.ranges = ranges.size(), .cas = next, .cns = next});
  // Else a rule would have texts that were not written.
  CheckBound(next == texts.size());
}

std::optional<Text> RuleTable::FindCa(
    std::uint32_t rule, const ClientCertificate* certificate) const {
  if (certificate == nullptr) return std::nullopt;
  const std::vector<std::string>& ids = certificate->ca_ids();
  if (ids.size() > kFewIds) return FindCaOfMany(rule, ids);
  for (const Text item : ca_ids(rule)) {
    const std::string_view listed = text(item);
    for (const std::string& id : ids) {
      if (SameText(listed, id)) return item;
    }
  }
  return std::nullopt;
}

std::optional<Text> RuleTable::FindCaOfMany(
    std::uint32_t rule, std::span<const std::string> ids) const {
  for (const Text item : ca_ids(rule)) {
    if (std::binary_search(ids.begin(), ids.end(), text(item))) return item;
  }
  return std::nullopt;
}

std::optional<Text> RuleTable::FindCn(
    std::uint32_t rule, const ClientCertificate* certificate) const {
  if (certificate == nullptr || !certificate->cn()) return std::nullopt;
  for (const Text item : cns(rule)) {
    if (SameText(text(item), *certificate->cn())) return item;
  }
  return std::nullopt;
}

}  // namespace api_access::internal
