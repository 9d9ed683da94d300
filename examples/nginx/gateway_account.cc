#include "examples/nginx/gateway_account.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "api_access/account.h"
#include "api_access/quote.h"
#include "examples/account_folder/account_folder.h"

namespace api_access::examples {
namespace {

std::optional<Timestamp> NewestFile(const std::filesystem::path& folder) {
  std::optional<Timestamp> newest;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() != ".json") continue;
    const auto written = entry->last_write_time(error);
    if (error) break;
    const auto at = std::chrono::floor<Timestamp::duration>(
        std::chrono::file_clock::to_sys(written));
    newest = newest ? std::max(*newest, at) : at;
  }
  if (error) return std::nullopt;
  return newest;
}

}  // namespace

absl::StatusOr<GatewayAccount> LoadGatewayAccount(
    const std::filesystem::path& folder) {
  const auto newest_file = NewestFile(folder);
  auto read = ReadAccountFolder(folder);
  if (!read.ok()) return read.status();
  if (!newest_file) {
    return absl::NotFoundError(Escape(folder.string()) +
                               ": expected files whose dates can be read");
  }
  auto evaluator = Evaluator::Compile(read->account);
  if (!evaluator.ok()) return evaluator.status();
  GatewayAccount account{.folder = Escape(folder.string()),
                         .evaluator = *std::move(evaluator),
                         .ca_ids = {},
                         .newest_file = *newest_file,
                         .notes = std::move(read->notes)};
  if (read->account.cas()) {
    for (const Ca& ca : *read->account.cas()) {
      if (ca.fingerprint()) account.ca_ids.emplace(*ca.fingerprint(), ca.id());
    }
  }
  if (account.ca_ids.empty()) {
    account.notes.push_back(
        account.folder +
        ": no fingerprint of a CA is known, so client certificates count for "
        "nothing; expected them in ReadCas.json");
  }
  return account;
}

std::vector<std::string> CaIdsUnder(const GatewayAccount& account,
                                    std::string_view fingerprints) {
  constexpr std::size_t kDigits = 40;
  std::vector<std::string> ids;
  for (; fingerprints.size() >= kDigits; fingerprints.remove_prefix(kDigits)) {
    const auto [begin, end] =
        account.ca_ids.equal_range(fingerprints.substr(0, kDigits));
    for (auto at = begin; at != end; ++at) ids.push_back(at->second);
  }
  return ids;
}

}  // namespace api_access::examples
