#include "api_access/decision.h"

#include <type_traits>

#include "src/base/enum_text.h"

namespace api_access {

static_assert(std::is_trivially_copyable_v<Decision>);

std::string Decision::ToString() const {
  std::string text(api_access::ToString(verdict()));
  text += ' ';
  text += api_access::ToString(reason);
  if (rule_index) text += " by rule " + std::to_string(*rule_index);
  if (valid_until) text += " until " + FormatTimestamp(*valid_until);
  return text;
}

absl::StatusOr<Verdict> ParseVerdict(std::string_view text) {
  return internal::ParseEnum(kAllVerdicts, text);
}
absl::StatusOr<Reason> ParseReason(std::string_view text) {
  return internal::ParseEnum(kAllReasons, text);
}

}  // namespace api_access
