// Values of the oracle as JSON and as canonical texts, written from the
// semantics: nothing of the library is used.

#ifndef API_ACCESS_TESTS_VECTORS_TEXTS_H_
#define API_ACCESS_TESTS_VECTORS_TEXTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/plain_map.h"
#include "tests/oracle/plain_reader.h"

namespace vectors {

// Fields stay in the order in which they are added.
using Json = nlohmann::ordered_json;

// `YYYY-MM-DDThh:mm:ss.mmm+0000`, as the provider prints dates.
std::string DateText(oracle::Milliseconds date);
Json DateOrNull(const std::optional<oracle::Milliseconds>& date);

// The canonical text of what AddressBits and RangeBits give: dotted, or as RFC
// 5952 says, and a range with its prefix.
std::string CanonicalAddress(const std::string& bits);
std::string CanonicalRange(const std::string& bits);
// The first and the last address of a range, and the ones next to them, where
// there are any.
std::string FirstOf(const std::string& range_bits);
std::string LastOf(const std::string& range_bits);
std::optional<std::string> Before(std::string address_bits);
std::optional<std::string> After(std::string address_bits);

// The answers of the provider that say what `account` says, by the names of
// their files without `.json`.
Json DocumentOf(const oracle::ReadFolder& account);
// The files of such a document.
oracle::Folder FolderOf(const Json& document);

// A request line; a request without service and method is a caller.
Json RequestJson(const oracle::Request& request,
                 const std::optional<oracle::Milliseconds>& now);
Json DecisionJson(const oracle::Account& account,
                  const oracle::Decision& decision);

Json FindingsJson(const std::vector<oracle::Finding>& findings);
// In the order access key, password, certificate.
Json AlternativesJson(const oracle::Alternatives& alternatives);

// The parameters of a call.
Json ChangeJson(const oracle::Change& change);
// Kinds of methods that a caller loses, with their reasons.
Json LostJson(const std::vector<std::pair<std::size_t, std::string>>& lost);
Json ImpactJson(const oracle::Impact& impact,
                const std::vector<oracle::Caller>& callers);

Json RegionJson(const oracle::Region& region);
Json KeyDifferencesJson(const std::vector<oracle::KeyDifference>& keys);

}  // namespace vectors

#endif  // API_ACCESS_TESTS_VECTORS_TEXTS_H_
