#include "api_access/api_access_rule.h"

#include <algorithm>
#include <set>

#include "src/base/enum_text.h"
#include "src/base/text.h"

namespace api_access {
namespace {

using internal::InvalidArgument;

template <typename T>
void DropRepetitions(std::vector<T>& items) {
  std::set<T> seen;
  std::erase_if(items,
                [&](const T& item) { return !seen.insert(item).second; });
}

}  // namespace

absl::StatusOr<ApiAccessRule> ApiAccessRule::Create(Fields fields) {
  if (fields.id.empty()) {
    return InvalidArgument("expected an API access rule id, got an empty one");
  }
  const std::string subject = "API access rule " + Quote(fields.id);
  const auto is_empty = [](const std::string& item) { return item.empty(); };
  if (std::ranges::any_of(fields.ca_ids, is_empty)) {
    return InvalidArgument(subject + ": expected CA ids, got an empty one");
  }
  if (std::ranges::any_of(fields.cns, is_empty)) {
    return InvalidArgument(subject + ": expected CNs, got an empty one");
  }
  if (!fields.HasRangesOrCas()) {
    return InvalidArgument(subject +
                           ": expected IP ranges or CA ids, got neither");
  }
  if (!fields.HasCasForCns()) {
    return InvalidArgument(subject +
                           ": expected CA ids beside the CNs, got none");
  }
  DropRepetitions(fields.ip_ranges);
  DropRepetitions(fields.ca_ids);
  DropRepetitions(fields.cns);
  return ApiAccessRule(std::move(fields));
}

absl::StatusOr<Criterion> ParseCriterion(std::string_view text) {
  return internal::ParseEnum(kAllCriteria, text);
}

std::string ApiAccessRule::ToString() const {
  std::string text = "API access rule " + Quote(id());
  if (!ip_ranges().empty()) text += ", IpRange";
  for (const IpRange& range : ip_ranges()) text += ' ' + range.ToString();
  if (!ca_ids().empty()) text += ", Ca";
  for (const std::string& ca_id : ca_ids()) text += ' ' + Quote(ca_id);
  if (!cns().empty()) text += ", Cn";
  for (const std::string& cn : cns()) text += ' ' + Quote(cn);
  return text;
}

}  // namespace api_access
