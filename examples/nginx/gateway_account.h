// An account as a gateway keeps it: what decides, and what tells under which
// CAs of the account a client certificate was verified.

#ifndef API_ACCESS_EXAMPLES_NGINX_GATEWAY_ACCOUNT_H_
#define API_ACCESS_EXAMPLES_NGINX_GATEWAY_ACCOUNT_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/evaluator.h"
#include "api_access/timestamp.h"

namespace api_access::examples {

struct GatewayAccount {
  // Where it was read from, escaped.
  std::string folder;
  Evaluator evaluator;
  // By fingerprint, a SHA-1 in 40 hexadecimal digits in lower case. A CA that
  // was uploaded twice has two ids.
  std::multimap<std::string, std::string, std::less<>> ca_ids;
  // When the newest of the files was written, as the file system tells. Taken
  // before they are read, so that a file is never thought newer than it is.
  Timestamp newest_file;
  // What is worth a warning, a sentence each.
  std::vector<std::string> notes;
};

// Reads `folder`, as ReadAccountFolder does. Errors: those of that function and
// of Evaluator::Compile; kNotFound if no file can be dated.
absl::StatusOr<GatewayAccount> LoadGatewayAccount(
    const std::filesystem::path& folder);

// The ids of the CAs whose fingerprints, of 40 digits each, `fingerprints`
// joins.
std::vector<std::string> CaIdsUnder(const GatewayAccount& account,
                                    std::string_view fingerprints);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_GATEWAY_ACCOUNT_H_
