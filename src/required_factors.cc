#include "api_access/required_factors.h"

#include <algorithm>
#include <cstddef>

#include "src/base/enum_text.h"

namespace api_access {

CertificateDemand CertificateDemandOf(const Account& account) {
  const auto& rules = account.rules();
  if (rules.empty()) return CertificateDemand::kNoRules;
  const auto with_ca = std::ranges::count_if(
      rules, [](const ApiAccessRule& rule) { return !rule.ca_ids().empty(); });
  if (with_ca == 0) return CertificateDemand::kNotAsked;
  return static_cast<std::size_t>(with_ca) == rules.size()
             ? CertificateDemand::kAsked
             : CertificateDemand::kDepends;
}

absl::StatusOr<CertificateDemand> ParseCertificateDemand(
    std::string_view text) {
  return internal::ParseEnum(kAllCertificateDemands, text);
}

}  // namespace api_access
