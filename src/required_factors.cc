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

std::vector<CertificateDemand> TablesOf(CertificateDemand demand) {
  if (demand != CertificateDemand::kDepends) return {demand};
  return {CertificateDemand::kNotAsked, CertificateDemand::kAsked};
}

std::vector<FactorRow> FactorRows() {
  return {
      {{"api", "icu", "fcu"}, FindMethod("api", "ReadRegions")},
      {{"api", "icu", "fcu", "lbu", "directlink", "eim"},
       FindMethod("api", "ReadVms")},
      {{"api", "icu"}, FindMethod("api", "ReadAccessKeys")},
      {{"eim"}, FindMethod("eim", "ListAccessKeys")},
      {{"oos", "osu"}, FindMethod("oos", "")},
      {{"*"}, FindMethod("", "")},
  };
}

absl::StatusOr<CertificateDemand> ParseCertificateDemand(
    std::string_view text) {
  return internal::ParseEnum(kAllCertificateDemands, text);
}

}  // namespace api_access
