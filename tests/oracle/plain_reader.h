// The provider's answers and request lines, read a second time in the plainest
// way out of the JSON library's values. Like the oracle, it shares no code with
// the library.

#ifndef API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_
#define API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"

namespace oracle {

// Absent or null: none.
using OptionalText = std::optional<std::string>;

// The texts of files, by their names, such as `ReadAccessKeys.json`.
using Folder = std::map<std::string, std::string>;

// What a folder says.
struct ReadFolder {
  Account account = {};
  // What no verdict depends on, by the ids of rules and keys.
  std::map<std::string, OptionalText> descriptions = {};
  std::map<std::string, OptionalText> tags = {};
  std::map<std::string, std::optional<Milliseconds>> creations = {};
  // Ids and fingerprints, where the CAs were read.
  std::optional<std::vector<std::pair<std::string, OptionalText>>> cas =
      std::nullopt;
  // Why not every user is known: `ReadUsers.json`, `HasMoreItems`, `envelope`
  // and fields that are not known. Each is reason enough.
  std::set<std::string> doubts = {};
  // Names of files, and fields in them that were left out.
  std::set<std::pair<std::string, std::string>> left_out = {};
};

// What it says, or nothing when it must be refused. `cause` then tells why, in
// a word that people have to be told, or is empty when no such word is due:
// `empty`, `UTF-16`, `UTF-8`, `error answer`, `another one begins here`.
std::optional<ReadFolder> Read(const Folder& folder, std::string& cause);

struct RequestLine {
  Request request = {};
  bool has_certificate = false;
  std::optional<Milliseconds> now = std::nullopt;
  OptionalText id = std::nullopt;
};

// Nothing when it must be refused.
std::optional<RequestLine> ReadRequestLine(const std::string& line);
// The Id under which a line is answered: that of the first object on it.
OptionalText IdOf(const std::string& line);

// Whether all of the text is UTF-8.
bool IsUtf8(const std::string& text);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_PLAIN_READER_H_
