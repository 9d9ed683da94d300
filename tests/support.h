// Short ways to make valid values; a test fails hard when one is not.

#ifndef API_ACCESS_TESTS_SUPPORT_H_
#define API_ACCESS_TESTS_SUPPORT_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "api_access/factors.h"
#include "api_access/ip.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "gtest/gtest.h"

namespace api_access {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr FactorSet kKey = {Factor::kAccessKey};
inline constexpr FactorSet kKeyCertificate = {Factor::kAccessKey,
                                              Factor::kCertificate};
inline constexpr FactorSet kPassword = {Factor::kPassword};
inline constexpr FactorSet kPasswordCertificate = {Factor::kPassword,
                                                   Factor::kCertificate};
inline constexpr FactorRequirement kNothing = {FactorSet{}};
inline constexpr FactorRequirement kImpossible;

inline std::string Message(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

template <typename T>
T Valid(absl::StatusOr<T> result) {
  if (!result.ok()) ADD_FAILURE() << Message(result.status());
  return *std::move(result);
}

inline Timestamp At(std::string_view text) {
  return Valid(ParseTimestamp(text));
}
inline IpAddress Ip(std::string_view text) {
  return Valid(IpAddress::Parse(text));
}
inline IpRange Range(std::string_view text) {
  return Valid(IpRange::Parse(text));
}

using Texts = std::vector<std::string>;

inline ApiAccessRule Rule(std::string id, const Texts& ranges,
                          Texts ca_ids = {}, Texts cns = {}) {
  std::vector<IpRange> parsed;
  for (const std::string& range : ranges) parsed.push_back(Range(range));
  return Valid(ApiAccessRule::Create({.id = std::move(id),
                                      .ip_ranges = std::move(parsed),
                                      .ca_ids = std::move(ca_ids),
                                      .cns = std::move(cns)}));
}

// Ranges of all IPv6 addresses except `::ffff:0:0/96`, where there are none,
// and except `left_out`, which is one of these ranges where it is given.
inline Texts AllOfIPv6ButTheMappedBlock(std::string_view left_out = {}) {
  Texts ranges;
  // Bits 80 to 95 of the block are ones, all bits before are zeros. The blocks
  // beside it have the bits of it up to one, and this one flipped.
  for (int prefix = 1; prefix <= 96; ++prefix) {
    std::array<std::uint8_t, 16> bytes{};
    for (int bit = 0; bit < prefix; ++bit) {
      const bool is_one = (bit >= 80) != (bit == prefix - 1);
      if (!is_one) continue;
      bytes[static_cast<std::size_t>(bit / 8)] |=
          static_cast<std::uint8_t>(0x80 >> bit % 8);
    }
    ranges.push_back(IpAddress::FromV6(bytes).ToString() + '/' +
                     std::to_string(prefix));
  }
  std::erase(ranges, left_out);
  return ranges;
}

// An active key of the root user.
inline AccessKey Key(std::string id,
                     std::optional<Timestamp> expiration = std::nullopt) {
  return Valid(AccessKey::Create({.id = std::move(id),
                                  .state = AccessKeyState::kActive,
                                  .expiration = expiration}));
}

inline ApiAccessPolicy Policy(std::int64_t max_seconds, bool require) {
  return Valid(
      ApiAccessPolicy::Create({.max_access_key_expiration_seconds = max_seconds,
                               .require_trusted_env = require}));
}

inline Account CompleteAccount(ApiAccessPolicy policy,
                               std::vector<ApiAccessRule> rules,
                               std::vector<AccessKey> keys) {
  return Valid(Account::Create({.policy = policy,
                                .rules = std::move(rules),
                                .access_keys = std::move(keys),
                                .every_user_listed = true}));
}

inline ClientCertificate Certificate(
    Texts ca_ids, std::optional<std::string> cn = std::nullopt) {
  return Valid(ClientCertificate::Create(
      {.ca_ids = std::move(ca_ids), .cn = std::move(cn)}));
}

}  // namespace api_access

#endif  // API_ACCESS_TESTS_SUPPORT_H_
