// Worker threads decide without locks while a new evaluator is published.

#include <atomic>
#include <iostream>
#include <thread>
#include <vector>

#include "examples/hot_swap/evaluator_slot.h"

namespace aa = api_access;

// An account with one key, whose only rule admits these addresses.
aa::Evaluator Admitting(const char* range) {
  const auto rule = aa::ApiAccessRule::Create(
                        {.id = "aar-office",
                         .ip_ranges = {aa::IpRange::Parse(range).value()}})
                        .value();
  const auto key =
      aa::AccessKey::Create({.id = "KEY", .state = aa::AccessKeyState::kActive})
          .value();
  const auto account =
      aa::Account::Create({.policy = aa::ApiAccessPolicy::Create({}).value(),
                           .rules = {rule},
                           .access_keys = {key}})
          .value();
  return aa::Evaluator::Compile(account).value();
}

int main() {
  const aa::Timestamp now = aa::ParseTimestamp("2030-01-01").value();
  const aa::Request request = {
      .method = aa::FindMethod("api", "ReadVms"),
      .client_address = aa::IpAddress::Parse("192.0.2.7").value(),
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
