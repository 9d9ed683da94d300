// A scenario as a host of the C interface has it.

#ifndef API_ACCESS_BENCH_C_INTERFACE_H_
#define API_ACCESS_BENCH_C_INTERFACE_H_

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/c/api_access.h"
#include "api_access/json/account_answers.h"
#include "bench/scenario.h"

namespace api_access::bench {

// Lives as long as the program.
class CScenario {
 public:
  // Does not own `scenario`.
  explicit CScenario(const Scenario& scenario)
      : now_ms_(scenario.now.time_since_epoch().count()) {
    const auto json = FormatAccountDocument(scenario.account);
    if (!json.ok()) std::abort();
    aac_account* account = nullptr;
    Check(aac_account_parse(View(*json), &account));
    Check(aac_evaluator_compile(account, nullptr, &evaluator_));
    aac_account_free(account);
    addresses_.reserve(scenario.requests.all.size());
    for (const RawRequest& request : scenario.requests.all) {
      addresses_.push_back(request.client_address.bytes());
      requests_.push_back({.struct_size = sizeof(aac_request),
                           .service = View(*request.service),
                           .method = View(*request.method),
                           .client_address = {addresses_.back().data(), 16},
                           .access_key_id = View(*request.access_key_id),
                           .certificate = CertificateOf(request.certificate),
                           .login = static_cast<std::uint64_t>(request.login)});
    }
  }
  CScenario(const CScenario&) = delete;
  CScenario& operator=(const CScenario&) = delete;

  const std::vector<aac_request>& requests() const { return requests_; }

  aac_decision Decide(const aac_request& request) const {
    aac_decision decision;
    decision.struct_size = sizeof(decision);
    if (aac_decide(evaluator_, &request, now_ms_, &decision) != AAC_OK) {
      std::abort();
    }
    return decision;
  }

 private:
  static aac_view View(std::string_view text) {
    return {text.data(), text.size()};
  }
  static void Check(const aac_error* error) {
    if (error != nullptr) std::abort();
  }

  const aac_certificate* CertificateOf(const ClientCertificate* certificate) {
    if (certificate == nullptr) return nullptr;
    aac_certificate*& made = certificates_[certificate];
    if (made == nullptr) {
      std::vector<aac_view> ids;
      for (const std::string& id : certificate->ca_ids()) {
        ids.push_back(View(id));
      }
      const aac_certificate_fields fields = {
          sizeof(fields), ids.data(), ids.size(),
          certificate->cn() ? View(*certificate->cn()) : aac_view{}};
      Check(aac_certificate_create(&fields, &made));
    }
    return made;
  }

  std::int64_t now_ms_;
  aac_evaluator* evaluator_ = nullptr;
  std::vector<std::array<std::uint8_t, 16>> addresses_;
  std::map<const ClientCertificate*, aac_certificate*> certificates_;
  std::vector<aac_request> requests_;
};

}  // namespace api_access::bench

#endif  // API_ACCESS_BENCH_C_INTERFACE_H_
