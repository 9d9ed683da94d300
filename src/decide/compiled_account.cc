#include "src/decide/compiled_account.h"

#include <string>

namespace api_access::internal {
namespace {

std::size_t SizeOfTexts(const Account& account) {
  std::size_t size = 0;
  for (const AccessKey& key : account.access_keys()) size += key.id().size();
  for (const ApiAccessRule& rule : account.rules()) {
    size += rule.id().size();
    for (const auto* texts : {&rule.ca_ids(), &rule.cns()}) {
      for (const std::string& text : *texts) size += text.size();
    }
  }
  return size;
}

}  // namespace

CompiledAccount::CompiledAccount(const Account& account, std::size_t index_from)
    : arena(KeyTable::SizeOf(account.access_keys()) +
            RuleTable::SizeOf(account.rules()) +
            Arena::SizeOf<char>(SizeOfTexts(account))),
      texts(arena.Take<char>(SizeOfTexts(account))),
      trusted_session(account.policy().require_trusted_env()),
      keys(account.access_keys(), arena, texts),
      rules(account.rules(), arena, texts) {
  std::size_t to_walk = rules.size();
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    to_walk += rules.ranges(rule).size();
  }
  if (to_walk >= index_from) index = std::make_unique<const RuleIndex>(rules);
}

absl::Status CheckSize(const Account& account, std::uint64_t max) {
  std::uint64_t size = SizeOfTexts(account) + account.access_keys().size() +
                       account.rules().size();
  for (const ApiAccessRule& rule : account.rules()) {
    size += rule.ip_ranges().size() + rule.ca_ids().size() + rule.cns().size();
  }
  if (size <= max) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      "expected an account of at most " + std::to_string(max) +
      " access keys, rules, items and bytes of ids and CNs, got " +
      std::to_string(size));
}

}  // namespace api_access::internal
