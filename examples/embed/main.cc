#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "api_access/activation.h"
#include "api_access/evaluator.h"
#include "api_access/required_factors.h"

namespace aa = api_access;

// Prints why and gives up when a value could not be made.
template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::cerr << result.status() << '\n';
    std::exit(1);
  }
  return *std::move(result);
}

int main() {
  const aa::Timestamp now = OrDie(aa::ParseTimestamp("2030-01-01"));
  const aa::Account account = OrDie(aa::Account::Create({
      .policy = OrDie(aa::ApiAccessPolicy::Create(
          {.max_access_key_expiration_seconds = 86400})),
      .rules = {OrDie(aa::ApiAccessRule::Create(
          {.id = "aar-office",
           .ip_ranges = {OrDie(aa::IpRange::Parse("192.0.2.0/24"))},
           .ca_ids = {"ca-clients"}}))},
      .access_keys = {OrDie(
          aa::AccessKey::Create({.id = "ABCDEFGHIJ0123456789",
                                 .state = aa::AccessKeyState::kActive,
                                 .expiration = now + std::chrono::hours(1)}))},
      .every_user_listed = true,
  }));

  // Once per account: compile. Once per request: decide.
  const aa::Evaluator evaluator = OrDie(aa::Evaluator::Compile(account));
  const aa::Request request = {
      .method = aa::FindMethod("api", "ReadVms"),
      .client_address = OrDie(aa::IpAddress::Parse("192.0.2.7")),
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

  const aa::ActivationReport report = aa::CheckActivation(
      account, {.max_access_key_expiration_seconds = 3600}, now);
  std::cout << "trusted session: " << (report.ready ? "ready" : "not ready")
            << '\n';
  for (const aa::Violation& violation : report.violations) {
    std::cout << "  " << violation << '\n';
  }
}
