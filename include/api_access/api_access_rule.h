// API access rules: from where, and with which client certificate, requests
// may come.

#ifndef API_ACCESS_API_ACCESS_RULE_H_
#define API_ACCESS_API_ACCESS_RULE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/ip.h"

namespace api_access {

// A criterion of an API access rule. Declared in the order in which a rule
// tries its criteria.
enum class Criterion : std::uint8_t {
  kIpRange = 0,
  kCa,
  kCn,
};

inline constexpr std::array<Criterion, 3> kAllCriteria = {
    Criterion::kIpRange, Criterion::kCa, Criterion::kCn};

// `IpRange`, `Ca`, `Cn`; `unknown` for any other value.
constexpr std::string_view ToString(Criterion criterion) {
  switch (criterion) {
    case Criterion::kIpRange:
      return "IpRange";
    case Criterion::kCa:
      return "Ca";
    case Criterion::kCn:
      return "Cn";
  }
  return "unknown";
}

// The criterion whose text this is, byte for byte. Errors: kInvalidArgument,
// which lists all texts. Allocates only to report one.
absl::StatusOr<Criterion> ParseCriterion(std::string_view text);

// An API access rule: a request matches when it fits one item of each criterion
// that has items. An empty criterion does not constrain, so taking the last
// item out of one opens the rule, however narrow that item was. Immutable. A
// moved-from rule has an empty id, and Account::Create refuses it.
//
// Const members may be called concurrently. Source: the provider's user guide
// (About API Access Rules) and OpenAPI description.
class ApiAccessRule {
 public:
  struct Fields {
    // Any bytes, not empty.
    std::string id;
    // In each criterion an item that is repeated counts once.
    std::vector<IpRange> ip_ranges = {};
    // Ids of CAs, any bytes, none empty. They need not exist.
    std::vector<std::string> ca_ids = {};
    // Common names of client certificates, any bytes, none empty. Compared
    // byte for byte, without wildcards or case folding (our choice).
    std::vector<std::string> cns = {};
    // Any text that people gave the rule; absent: not known. No verdict depends
    // on it.
    std::optional<std::string> description = std::nullopt;

    // What Create asks of the criteria together: IP ranges or CA ids or both,
    // and CA ids where there are CNs.
    bool HasRangesOrCas() const {
      return !ip_ranges.empty() || !ca_ids.empty();
    }
    bool HasCasForCns() const { return cns.empty() || !ca_ids.empty(); }

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  //   ApiAccessRule::Create({.id = "aar-1", .ip_ranges = {office}})
  //   ApiAccessRule::Create({.id = "aar-1"})   error: no IP range and no CA id
  //
  // Errors: kInvalidArgument. Takes O(n log n) time in the items.
  static absl::StatusOr<ApiAccessRule> Create(Fields fields);

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  const std::string& id() const { return fields_.id; }
  // As given, without repetitions.
  const std::vector<IpRange>& ip_ranges() const { return fields_.ip_ranges; }
  const std::vector<std::string>& ca_ids() const { return fields_.ca_ids; }
  const std::vector<std::string>& cns() const { return fields_.cns; }
  const std::optional<std::string>& description() const {
    return fields_.description;
  }

  // ``API access rule `aar-1`, IpRange 192.0.2.0/24, Ca `ca-1` `ca-2` ``.
  std::string ToString() const;

  friend bool operator==(const ApiAccessRule&, const ApiAccessRule&) = default;

 private:
  explicit ApiAccessRule(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

inline std::ostream& operator<<(std::ostream& out, const ApiAccessRule& rule) {
  return out << rule.ToString();
}
inline std::ostream& operator<<(std::ostream& out, Criterion criterion) {
  return out << ToString(criterion);
}

}  // namespace api_access

#endif  // API_ACCESS_API_ACCESS_RULE_H_
