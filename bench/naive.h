// What an engineer writes in an afternoon: the baseline to beat. It gives the
// right verdict on every request, and no reason.

#ifndef API_ACCESS_BENCH_NAIVE_H_
#define API_ACCESS_BENCH_NAIVE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api_access/account.h"
#include "bench/scenario.h"
#include "src/method_catalogue.h"

namespace api_access::bench {

class Naive {
 public:
  explicit Naive(const Account& account)
      : trusted_session_(account.policy().require_trusted_env()) {
    for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
      classes_[std::string(ToString(entry.service)) + ' ' +
               std::string(entry.name)] = entry.method_class;
    }
    for (const AccessKey& key : account.access_keys()) {
      keys_[key.id()] = {key.state() == AccessKeyState::kActive,
                         key.user_name().has_value(), key.expiration()};
    }
    for (const ApiAccessRule& rule : account.rules()) {
      rules_.push_back({rule.ip_ranges(), rule.ca_ids(), rule.cns()});
    }
  }

  bool Allows(const RawRequest& request, Timestamp now) const {
    const MethodClass method_class = Classify(request);
    const bool has_password = request.login == LoginKind::kPassword;
    if (has_password && *request.service != "api" &&
        *request.service != "icu") {
      return false;
    }
    if (method_class == MethodClass::kPublic) return true;
    if (has_password) {
      return method_class == MethodClass::kManaging &&
             MatchesAny(request, false);
    }
    if (request.login != LoginKind::kAccessKey) return false;
    const auto key = keys_.find(*request.access_key_id);
    if (key == keys_.end() || !key->second.is_active ||
        (key->second.expiration && now >= *key->second.expiration) ||
        (key->second.is_of_eim_user && *request.service == "icu")) {
      return false;
    }
    return method_class == MethodClass::kExempt ||
           MatchesAny(request, trusted_session_ &&
                                   method_class == MethodClass::kOrdinary);
  }

 private:
  struct Key {
    bool is_active;
    bool is_of_eim_user;
    std::optional<Timestamp> expiration;
  };
  struct Rule {
    std::vector<IpRange> ranges;
    std::vector<std::string> ca_ids;
    std::vector<std::string> cns;
  };

  MethodClass Classify(const RawRequest& request) const {
    const auto found = classes_.find(*request.service + ' ' + *request.method);
    if (found != classes_.end()) return found->second;
    return MethodOf(request).method_class();
  }

  bool MatchesAny(const RawRequest& request, bool bypass) const {
    return std::ranges::any_of(rules_, [&](const Rule& rule) {
      return Matches(rule, request, bypass);
    });
  }

  static bool Matches(const Rule& rule, const RawRequest& request,
                      bool bypass) {
    const auto contains = [&](const IpRange& range) {
      return range.Contains(request.client_address);
    };
    if (!rule.ranges.empty() && std::ranges::none_of(rule.ranges, contains)) {
      return false;
    }
    if (bypass || rule.ca_ids.empty()) return true;
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

  bool trusted_session_;
  std::unordered_map<std::string, MethodClass> classes_;
  std::unordered_map<std::string, Key> keys_;
  std::vector<Rule> rules_;
};

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_NAIVE_H_
