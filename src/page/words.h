// What an account and its map have, as words of a page.

#ifndef API_ACCESS_SRC_PAGE_WORDS_H_
#define API_ACCESS_SRC_PAGE_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/decision.h"
#include "api_access/impact.h"
#include "api_access/ip.h"
#include "api_access/timestamp.h"
#include "src/page/html.h"

namespace api_access::internal {

// `a, b, c and 37 more`: a cell shows three items of a list.
template <typename Items, typename ToHtml>
Html Folded(const Items& items, ToHtml to_html) {
  constexpr std::size_t kShown = 3;
  Html html;
  std::size_t shown = 0;
  for (const auto& item : items) {
    if (shown == kShown) break;
    if (shown++ > 0) html += Html(", ");
    html += to_html(item);
  }
  if (items.size() > kShown) {
    html +=
        Html::Text(" and " + std::to_string(items.size() - kShown) + " more");
  }
  return html;
}

Html IdsHtml(std::span<const std::string> ids);
Html DateHtml(Timestamp date);
// `1 rule`, `2 rules`.
std::string Count(std::uint64_t count, std::string_view what);

// Blocks of a region, of which those of IPv6 are joined where only
// ::ffff:0:0/96 is between them, which no region has: `::/0` for 96 blocks.
std::vector<IpRange> WholeBlocks(std::span<const IpRange> blocks);
Html RangesHtml(std::span<const IpRange> blocks);

// The least certificate that is enough at each point of a region.
enum class CertificateNeed : std::uint8_t { kNotNeeded, kOfCa, kOfCaWithCn };
CertificateNeed NeedOf(const AccessRegion& region);

// `RootAccessKey, EimAccessKey: all Ordinary; Password: all Managing`.
Html RequestsHtml(const AccessRegion& region);
// `of CA ca-1 with CN admin`.
Html CertificatesHtml(const AccessRegion& region);

// `cannot manage: unknown-access-key`.
Html CannotManageHtml(Reason reason);

// `all Ordinary: certificate-missing; Managing of api: ca-not-allowed`.
Html LostHtml(const std::vector<LostAccess>& lost);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_WORDS_H_
