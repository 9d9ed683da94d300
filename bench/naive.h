// What an engineer writes in an afternoon: the baseline to beat. It gives the
// right verdict for ordinary and managing methods of `api` with an access key,
// under a deactivated trusted session, and no reason.

#ifndef API_ACCESS_BENCH_NAIVE_H_
#define API_ACCESS_BENCH_NAIVE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api_access/account.h"
#include "scenario.h"

namespace api_access::bench {

class Naive {
 public:
  explicit Naive(const Account& account) {
    for (const AccessKey& key : account.access_keys()) {
      keys_[key.id()] = {key.state() == AccessKeyState::kActive,
                         key.expiration()};
    }
    for (const ApiAccessRule& rule : account.rules()) {
      rules_.push_back({rule.ip_ranges(), rule.ca_ids(), rule.cns()});
    }
  }

  bool Allows(const RawRequest& request, Timestamp now) const {
    if (kPublic.contains(request.method)) return true;
    const auto key = keys_.find(request.access_key_id);
    if (key == keys_.end() || !key->second.active ||
        (key->second.expiration && now >= *key->second.expiration)) {
      return false;
    }
    return std::ranges::any_of(
        rules_, [&](const Rule& rule) { return Matches(rule, request); });
  }

 private:
  struct Key {
    bool active;
    std::optional<Timestamp> expiration;
  };
  struct Rule {
    std::vector<IpRange> ranges;
    std::vector<std::string> ca_ids;
    std::vector<std::string> cns;
  };

  static bool Matches(const Rule& rule, const RawRequest& request) {
    const auto contains = [&](const IpRange& range) {
      return range.Contains(request.client_address);
    };
    if (!rule.ranges.empty() && std::ranges::none_of(rule.ranges, contains)) {
      return false;
    }
    if (rule.ca_ids.empty()) return true;
    if (request.certificate == nullptr) return false;
    const auto listed = [&](const std::string& id) {
      return std::ranges::find(rule.ca_ids, id) != rule.ca_ids.end();
    };
    if (std::ranges::none_of(request.certificate->ca_ids(), listed)) {
      return false;
    }
    return rule.cns.empty() ||
           (request.certificate->cn() &&
            std::ranges::find(rule.cns, *request.certificate->cn()) !=
                rule.cns.end());
  }

  inline static const std::unordered_set<std::string> kPublic = {
      "ReadFlexibleGpuCatalog",     "ReadLocations",    "ReadRegions",
      "ReadNetAccessPointServices", "ReadProductTypes", "ReadPublicCatalog",
      "ReadPublicIpRanges",         "ReadVmTypes"};

  std::unordered_map<std::string, Key> keys_;
  std::vector<Rule> rules_;
};

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_NAIVE_H_
