#include <unistd.h>

#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "examples/cli/cli.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0),
                                           argv + argc);
  return api_access::examples::RunCli(
      arguments, {.in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .clock =
                      [] {
                        return std::chrono::floor<std::chrono::milliseconds>(
                            std::chrono::system_clock::now());
                      },
                  .err_is_terminal = isatty(STDERR_FILENO) == 1});
}
