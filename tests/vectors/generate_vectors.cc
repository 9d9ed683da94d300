// usage: generate_vectors [--check] FOLDER
// Writes the conformance vectors into FOLDER, or tells whether they are there
// as they would be written. It does not link the library: what is expected is
// what the oracle says.

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/vectors/vectors.h"

namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The number of the first line in which texts differ.
std::size_t FirstDifference(const std::string& one, const std::string& other) {
  std::size_t line = 1;
  for (std::size_t i = 0; i < one.size() && i < other.size(); ++i) {
    if (one[i] != other[i]) break;
    line += one[i] == '\n' ? 1 : 0;
  }
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::cerr << "usage: generate_vectors [--check] FOLDER\n";
    return 2;
  }
  const std::string folder = argv[argc - 1];
  vectors::Vectors vectors;
  vectors::AddDecisions(vectors);
  vectors::AddFactors(vectors);
  vectors::AddChecks(vectors);
  vectors::AddChanges(vectors);
  vectors::AddPlans(vectors);
  vectors::AddMaps(vectors);
  vectors::AddTexts(vectors);
  bool is_same = true;
  for (const auto& [name, text] : vectors.files()) {
    const std::string path = folder + '/' + name;
    if (check) {
      const std::string committed = Read(path);
      if (committed == text) continue;
      std::cerr << path << ": line " << FirstDifference(committed, text)
                << " is not what the oracle says\n";
      is_same = false;
    } else if (!(std::ofstream(path, std::ios::binary) << text)) {
      std::cerr << path << " cannot be written\n";
      return 2;
    }
  }
  return is_same ? EXIT_SUCCESS : EXIT_FAILURE;
}
