// What a report says, before it is drawn, and its sections.

#ifndef API_ACCESS_SRC_PAGE_FACTS_H_
#define API_ACCESS_SRC_PAGE_FACTS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/activation.h"
#include "api_access/impact.h"
#include "api_access/page/report_page.h"
#include "api_access/review.h"
#include "api_access/timestamp.h"
#include "src/page/html.h"

namespace api_access::internal {

// As `api-access check` asks: the own maximum, with a trusted session.
inline RequestedPolicy AskedPolicy(const Account& account) {
  return {.max_access_key_expiration_seconds =
              account.policy().max_access_key_expiration_seconds(),
          .require_trusted_env = true};
}

// All that is computed for a page. Views of what ReportPage was given.
struct Facts {
  const Account& account;  // with the ends of its CAs
  Timestamp now;
  const ReportOptions& options;
  ActivationReport activation;  // as of AskedPolicy
  absl::StatusOr<std::vector<AccessRegion>> map;
  absl::StatusOr<std::vector<ReviewFinding>> findings;
  // With callers.
  std::optional<AccessForecast> forecast = std::nullopt;
  // With a second account.
  std::optional<absl::StatusOr<AccessDifference>> difference = std::nullopt;
  std::optional<Impact> impact = std::nullopt;
  // As of AdmittedAlone, of the first kMaxPageRows rules.
  std::vector<std::optional<std::vector<AccessRegion>>> alone = {};
};

// The sections of a page, of which tables have at most `most` rows. A section
// for which there are no facts is empty.
Html FirstSection(const Facts& facts);
Html ActivationSection(const Facts& facts, std::size_t most);
Html CallersSection(const Facts& facts, std::size_t most);
Html FactorsSection(const Facts& facts);
Html MapSection(const Facts& facts, std::size_t most);
Html LogSection(const Facts& facts, std::size_t most);
Html RulesSection(const Facts& facts, std::size_t most);
Html KeysSection(const Facts& facts, std::size_t most);
Html FindingsSection(const Facts& facts, std::size_t most);
Html DifferenceSection(const Facts& facts, std::size_t most);
Html NotToldSection(const Facts& facts, std::size_t most);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_FACTS_H_
