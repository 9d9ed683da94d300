#include "api_access/factors.h"

namespace api_access {

std::string FactorSet::ToString() const {
  std::string text;
  for (const Factor factor : kAllFactors) {
    if (!Contains(factor)) continue;
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
