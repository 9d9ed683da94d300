// Worker threads decide without locks while a new evaluator is published.

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <utility>
#include <vector>

#include "evaluator_slot.h"

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

// An account with one key, whose only rule admits these addresses.
aa::Evaluator Admitting(const char* range) {
  return OrDie(aa::Evaluator::Compile(OrDie(aa::Account::Create(
      {.policy = OrDie(aa::ApiAccessPolicy::Create({})),
       .rules = {OrDie(aa::ApiAccessRule::Create(
           {.id = "aar-office",
            .ip_ranges = {OrDie(aa::IpRange::Parse(range))}}))},
       .access_keys = {OrDie(aa::AccessKey::Create(
           {.id = "KEY", .state = aa::AccessKeyState::kActive}))}}))));
}

int main() {
  const aa::Timestamp now = OrDie(aa::ParseTimestamp("2030-01-01"));
  const aa::Request request = {
      .method = aa::FindMethod("api", "ReadVms"),
      .client_address = OrDie(aa::IpAddress::Parse("192.0.2.7")),
      .login = aa::LoginKind::kAccessKey,
      .access_key_id = "KEY"};

  aa::examples::EvaluatorSlot slot(Admitting("10.0.0.0/8"));
  std::atomic<int> denied{0};
  std::atomic<int> allowed{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 2; ++i) {
    workers.emplace_back([&] {
      aa::examples::EvaluatorSlot::Reader reader(slot);
      while (!reader.Get().Decide(request, now).allowed()) denied = 1;
      ++allowed;
    });
  }
  while (denied == 0) std::this_thread::yield();
  slot.Publish(Admitting("192.0.2.0/24"));
  for (std::thread& worker : workers) worker.join();
  std::cout << "denied before, allowed by " << allowed
            << " workers after the new account was published\n";
}
