// Writes worlds, and what the oracle says of them, for a test that is not in
// C++: worlds ROUNDS. Each line is {"Account", "Rows": [[Request, Answer],
// ...]}; a Request has its Now. No answer is the library's.

#include <cstddef>
#include <iostream>
#include <string>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"
#include "tests/oracle/worlds.h"
#include "tests/vectors/texts.h"

namespace {

using vectors::Json;

class World {
 public:
  explicit World(const oracle::Account& account) : account_(account) {}

  void Add(const oracle::Request& request, oracle::Milliseconds now) {
    // No request line.
    if (request.login == "AccessKey" && request.key_id.empty()) return;
    rows_.push_back({vectors::RequestJson(request, now),
                     vectors::DecisionJson(
                         account_, oracle::Decide(account_, request, now))});
  }

  void Write() const {
    std::cout << Json{{"Account", vectors::DocumentOf({.account = account_})},
                      {"Rows", rows_}}
                     .dump()
              << '\n';
  }

 private:
  const oracle::Account& account_;
  Json rows_ = Json::array();
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 2 ? std::stoi(argv[1]) : 0;
  for (const auto& [account, requests] : api_access::GateWorlds()) {
    World world(account);
    for (std::size_t i = 0; i < requests.size(); i += 10) {
      for (const oracle::Milliseconds now : {0, 1, 2}) {
        world.Add(requests[i], now);
      }
    }
    world.Write();
  }
  api_access::Worlds worlds;
  for (int i = 0; i < rounds; ++i) {
    const oracle::Account account = worlds.DrawAccount(i % 10 == 0 ? 200 : 6);
    World world(account);
    for (int j = 0; j < 50; ++j) {
      const oracle::Request request = worlds.DrawRequest(account);
      world.Add(request, worlds.DrawNow());
    }
    world.Write();
  }
}
