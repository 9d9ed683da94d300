#include "api_access/factors.h"

#include "src/base/enum_text.h"

namespace api_access {

absl::StatusOr<Factor> ParseFactor(std::string_view text) {
  return internal::ParseEnum(kAllFactors, text);
}

std::string FactorSet::ToString() const {
  std::string text;
  for (const Factor factor : *this) {
    if (!text.empty()) text += '+';
    text += api_access::ToString(factor);
  }
  return text.empty() ? "none" : text;
}

std::string FactorRequirement::ToString() const {
  std::string text;
  for (const FactorSet alternative : *this) {
    if (!text.empty()) text += " or ";
    text += alternative.ToString();
  }
  return text.empty() ? "impossible" : text;
}

}  // namespace api_access
