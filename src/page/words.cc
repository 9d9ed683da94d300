#include "src/page/words.h"

#include <algorithm>
#include <map>

#include "absl/status/statusor.h"
#include "api_access/decision.h"
#include "api_access/method.h"
#include "src/address/pieces.h"

namespace api_access::internal {
namespace {

// The prefix length of ::ffff:0:0/96, the mapped block.
constexpr int kMappedPrefix = 96;

// The block that consists of these two, if there is one.
std::optional<IpRange> JoinedBlock(const IpRange& first,
                                   const IpRange& second) {
  if (first.is_v4() != second.is_v4() || first.prefix_length() == 0 ||
      first.prefix_length() != second.prefix_length()) {
    return std::nullopt;
  }
  const auto joined =
      IpRange::Create({.address = first.first_address(),
                       .prefix_length = first.prefix_length() - 1});
  if (!joined.ok() || joined->first_address() != first.first_address() ||
      joined->last_address() != second.last_address()) {
    return std::nullopt;
  }
  return *joined;
}

// Whether the mapped block comes directly after `block`.
bool IsBeforeMappedBlock(const IpRange& block) {
  return !block.is_v4() && block.prefix_length() == kMappedPrefix &&
         Successor(block.last_address()) == FirstAddress(Family::kIpv4);
}

Html EntryHtml(const CertificateEntry& entry) {
  if (entry.ca_ids.all_but) {
    return entry.ca_ids.names.empty() ? Html("not needed")
                                      : Html("none, or of another CA than ") +
                                            IdsHtml(entry.ca_ids.names);
  }
  Html html = Html("of CA ") + IdsHtml(entry.ca_ids.names);
  if (!entry.cns.names.empty()) {
    html += entry.cns.all_but ? Html(" without CN, or with another than ")
                              : Html(" with CN ");
    html += IdsHtml(entry.cns.names);
  }
  return html;
}

}  // namespace

Html IdsHtml(std::span<const std::string> ids) {
  return Folded(ids, [](const std::string& id) { return Html::Id(id); });
}

Html DateHtml(Timestamp date) {
  const std::string text = FormatTimestamp(date);
  return Element("time", {{"datetime", text}}, Html::Text(text));
}

std::string Count(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) +
         (count == 1 ? "" : "s");
}

std::vector<IpRange> WholeBlocks(std::span<const IpRange> blocks) {
  std::vector<IpRange> joined;
  for (const IpRange& block : blocks) {
    joined.push_back(block);
    // With the mapped block, in which no IPv6 client is.
    if (IsBeforeMappedBlock(block)) {
      const auto both = IpRange::Create({.address = block.first_address(),
                                         .prefix_length = kMappedPrefix - 1});
      if (both.ok()) joined.back() = *both;
    }
    while (joined.size() > 1) {
      const auto one = JoinedBlock(joined[joined.size() - 2], joined.back());
      if (!one) break;
      joined.pop_back();
      joined.back() = *one;
    }
  }
  return joined;
}

Html RangesHtml(std::span<const IpRange> blocks) {
  return Folded(WholeBlocks(blocks), [](const IpRange& range) {
    return Html::Text(range.ToString());
  });
}

CertificateNeed NeedOf(const AccessRegion& region) {
  CertificateNeed need = CertificateNeed::kOfCaWithCn;
  for (const CertificateEntry& entry : region.certificates) {
    if (entry.ca_ids.all_but) return CertificateNeed::kNotNeeded;
    if (entry.cns.all_but) need = CertificateNeed::kOfCa;
  }
  return need;
}

Html RequestsHtml(const AccessRegion& region) {
  // The logins that may call the same methods, together.
  std::vector<std::pair<std::string, std::string>> rows;
  for (const MapLogin login : kAllMapLogins) {
    std::vector<MethodKind> kinds;
    for (const MapRequest& request : region.requests) {
      if (request.login == login) kinds.push_back(request.kind);
    }
    if (kinds.empty()) continue;
    const std::string name(ToString(login));
    const std::string methods = ToString(kinds, PossibleKinds(login));
    if (!rows.empty() && rows.back().second == methods) {
      rows.back().first += ", " + name;
    } else {
      rows.emplace_back(name, methods);
    }
  }
  std::string text;
  for (const auto& [logins, methods] : rows) {
    text += (text.empty() ? "" : "; ") + logins + ": " + methods;
  }
  return Html::Text(text);
}

Html CertificatesHtml(const AccessRegion& region) {
  return Folded(region.certificates, EntryHtml);
}

Html CannotManageHtml(Reason reason) {
  return Html("cannot manage: ") + Html::Text(ToString(reason));
}

Html LostHtml(const std::vector<LostAccess>& lost) {
  std::map<Reason, std::vector<MethodKind>> by_reason;
  for (const LostAccess& item : lost) {
    by_reason[item.reason].push_back(item.kind);
  }
  std::string text;
  for (const auto& [reason, kinds] : by_reason) {
    text += (text.empty() ? "" : "; ") + ToString(kinds, kAllMethodKinds) +
            ": " + std::string(ToString(reason));
  }
  return Html::Text(text);
}

}  // namespace api_access::internal
