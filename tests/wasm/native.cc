// Asks the C interface what a test that is not in C++ asks the module. Each
// line that goes in is [document, [[service, name], ...], question, options],
// all of them texts; each one that comes out is ["answer" or "error", text].

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "api_access/c/api_access.h"
#include "nlohmann/json.hpp"

namespace {

using nlohmann::json;

// The text as a view; it has to outlive it.
aac_view View(const json& text) {
  const auto& bytes = text.get_ref<const std::string&>();
  return {bytes.data(), bytes.size()};
}

json Ask(const json& line) {
  std::vector<aac_method_name> ordinary;
  for (const json& method : line[1]) {
    ordinary.push_back({View(method[0]), View(method[1])});
  }
  const aac_evaluator_options options = {sizeof(options), ordinary.data(),
                                         ordinary.size()};
  aac_account* account = nullptr;
  aac_evaluator* evaluator = nullptr;
  aac_answer* answer = nullptr;
  aac_error* error = aac_account_parse(View(line[0]), &account);
  if (error == nullptr) {
    error = aac_evaluator_compile(account, &options, &evaluator);
  }
  if (error == nullptr) {
    error = aac_ask(evaluator, View(line[2]), View(line[3]), &answer);
  }
  json result = error == nullptr ? json{"answer", aac_answer_json(answer)}
                                 : json{"error", aac_error_message(error)};
  aac_error_free(error);
  aac_answer_free(answer);
  aac_evaluator_unref(evaluator);
  aac_account_free(account);
  return result;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << Ask(json::parse(line)).dump() << '\n';
  }
}
