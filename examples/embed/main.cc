#include <chrono>
#include <iostream>

#include "api_access/activation.h"
#include "api_access/evaluator.h"
#include "api_access/requirement.h"
#include "api_access/review.h"

namespace aa = api_access;

int main() {
  // In a service: std::chrono::floor<std::chrono::milliseconds>(
  //                   std::chrono::system_clock::now())
  const aa::Timestamp now = aa::ParseTimestamp("2030-01-01").value();
  // value() ends the program with the error when a field is malformed; a
  // service looks at status() first.
  const auto rule =
      aa::ApiAccessRule::Create(
          {.id = "aar-office",
           .ip_ranges = {aa::IpRange::Parse("192.0.2.0/24").value()},
           .ca_ids = {"ca-clients"}})
          .value();
  const auto key =
      aa::AccessKey::Create({.id = "ABCDEFGHIJ0123456789",
                             .state = aa::AccessKeyState::kActive,
                             .expiration = now + std::chrono::hours(1)})
          .value();
  const auto policy =
      aa::ApiAccessPolicy::Create({.max_access_key_expiration_seconds = 86400})
          .value();
  const auto account = aa::Account::Create({.policy = policy,
                                            .rules = {rule},
                                            .access_keys = {key},
                                            .every_user_listed = true})
                           .value();

  // Once per account: compile. Once per request: decide.
  const auto evaluator = aa::Evaluator::Compile(account).value();
  aa::Request request = {
      .method = aa::FindMethod("api", "ReadVms"),
      .client_address = aa::IpAddress::Parse("192.0.2.7").value(),
      .login = aa::LoginKind::kAccessKey,
      .access_key_id = "ABCDEFGHIJ0123456789",
  };
  const aa::Decision decision = evaluator.Decide(request, now);
  std::cout << "decision: " << decision << '\n'
            << "missing:  " << aa::MissingFactors(decision.reason) << '\n'
            << "required: "
            << aa::RequiredFactors(evaluator, request.method,
                                   request.client_address)
            << '\n';

  // Once per connection: what was verified of the client certificate. It has to
  // outlive the requests that point to it.
  const auto certificate = aa::ClientCertificate::Create(
                               {.ca_ids = {"ca-clients"}, .cn = "client.a"})
                               .value();
  request.certificate = &certificate;
  const aa::Decision with_certificate = evaluator.Decide(request, now);
  std::cout << "with a certificate: " << with_certificate.verdict() << " by "
            << evaluator.RuleId(with_certificate) << '\n';

  const aa::ActivationReport report = aa::CheckActivation(
      account, {.max_access_key_expiration_seconds = 3600}, now);
  std::cout << "trusted session: " << (report.ready ? "ready" : "not ready")
            << '\n';
  for (const aa::Violation& violation : report.violations) {
    std::cout << "  " << violation << '\n';
  }

  // In the head of the loop, the findings would be gone before its body runs.
  const auto findings = aa::Review(account, now, {}).value();
  std::cout << "worth knowing:\n";
  for (const aa::ReviewFinding& finding : findings) {
    std::cout << "  " << finding << '\n';
  }
}
