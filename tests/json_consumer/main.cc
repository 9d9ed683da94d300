#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "api_access/evaluator.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/reports.h"
#include "api_access/json/request_line.h"

namespace aa = api_access;

// In a service these texts come from the provider.
std::string Read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const auto parsed = aa::ParseAccount(
      {.access_keys = {Read(folder + "/ReadAccessKeys.json")},
       .rules = {Read(folder + "/ReadApiAccessRules.json")},
       .policy = {Read(folder + "/ReadApiAccessPolicy.json")}});
  if (!parsed.ok()) {
    std::cerr << parsed.status() << '\n';
    return 1;
  }
  const auto evaluator = aa::Evaluator::Compile(parsed->account).value();
  const auto now = aa::ParseTimestamp("2030-01-01").value();
  const aa::MethodCatalogue catalogue;  // or MethodCatalogue::Create(...)
  for (std::string text; std::getline(std::cin, text);) {
    const auto line = aa::ParseRequestLine(text);
    std::cout << (line.ok()
                      ? aa::DecisionJson(
                            evaluator, *line,
                            evaluator.Decide(line->RequestIn(catalogue), now))
                      : aa::DecisionErrorJson(aa::RequestIdOf(text),
                                              line.status()))
              << '\n';
  }
}
