#include "examples/cli/access_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "api_access/json/request_line.h"
#include "api_access/quote.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

// What a cell of a table shows of a list, and how many regions a table has; the
// rest is counted.
constexpr std::size_t kShown = 3;
constexpr std::size_t kMostRegions = 100;

// `a, b, c and 37 more`.
std::string Folded(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size() && i < kShown; ++i) {
    text += (i > 0 ? ", " : "") + items[i];
  }
  if (items.size() > kShown) {
    text += " and " + std::to_string(items.size() - kShown) + " more";
  }
  return text;
}

std::string FoldedIds(const std::vector<std::string>& ids) {
  std::vector<std::string> quoted;
  for (const std::string& id : ids) quoted.push_back(Quote(id));
  return Folded(quoted);
}

// Whether these are all addresses of IPv6 that clients have: the blocks that
// leave out ::ffff:0:0/96 are one of each prefix length from 1 to 96.
bool IsAllOfIPv6(const std::vector<IpRange>& blocks) {
  std::array<bool, 97> seen{};
  for (const IpRange& block : blocks) {
    const auto prefix = static_cast<std::size_t>(block.prefix_length());
    if (prefix == 0 || prefix >= seen.size() || seen[prefix]) return false;
    seen[prefix] = true;
  }
  return blocks.size() == seen.size() - 1;
}

struct Families {
  std::vector<IpRange> v4;
  std::vector<IpRange> v6;

  bool HasAllOfIPv4() const {
    return v4.size() == 1 && v4[0].prefix_length() == 0;
  }
};

Families FamiliesOf(const std::vector<IpRange>& ranges) {
  Families families;
  for (const IpRange& range : ranges) {
    (range.is_v4() ? families.v4 : families.v6).push_back(range);
  }
  return families;
}

std::string RangesText(const std::vector<IpRange>& ranges) {
  const Families families = FamiliesOf(ranges);
  std::vector<std::string> texts;
  const auto append = [&](const std::vector<IpRange>& blocks) {
    for (const IpRange& block : blocks) texts.push_back(block.ToString());
  };
  if (families.HasAllOfIPv4()) {
    texts.emplace_back("any IPv4 address");
  } else {
    append(families.v4);
  }
  if (IsAllOfIPv6(families.v6)) {
    texts.emplace_back("any IPv6 address");
  } else {
    append(families.v6);
  }
  return Folded(texts);
}

// The share of its family that each block has, added up.
double WidthOf(const AccessRegion& region) {
  double width = 0;
  for (const IpRange& range : region.ranges) {
    width += std::ldexp(1.0, -range.prefix_length());
  }
  return width;
}

std::string_view LoginText(MapLogin login) {
  switch (login) {
    case MapLogin::kRootAccessKey:
      return "root's key";
    case MapLogin::kEimAccessKey:
      return "EIM user's key";
    case MapLogin::kPassword:
      return "login/password";
  }
  return "unknown";
}

// The logins of a region, those that may call the same methods together.
struct LoginRow {
  std::vector<MapLogin> logins;
  std::string methods;
};

std::vector<LoginRow> LoginRowsOf(const AccessRegion& region) {
  std::vector<LoginRow> rows;
  for (const MapLogin login : kAllMapLogins) {
    std::vector<MethodKind> kinds;
    for (const MapRequest& request : region.requests) {
      if (request.login == login) kinds.push_back(request.kind);
    }
    if (kinds.empty()) continue;
    std::string methods = ToString(kinds, PossibleKinds(login));
    const auto same = std::ranges::find(rows, methods, &LoginRow::methods);
    if (same != rows.end()) {
      same->logins.push_back(login);
    } else {
      rows.push_back({{login}, std::move(methods)});
    }
  }
  return rows;
}

std::string LoginsText(const std::vector<MapLogin>& logins) {
  std::string text;
  for (const MapLogin login : logins) {
    text += (text.empty() ? "" : " or ") + std::string(LoginText(login));
  }
  return text;
}

std::string EntryText(const CertificateEntry& entry) {
  if (entry.ca_ids.all_but) {
    return entry.ca_ids.names.empty()
               ? "not needed"
               : "none, or of another CA than " + FoldedIds(entry.ca_ids.names);
  }
  std::string text = "of CA " + FoldedIds(entry.ca_ids.names);
  if (!entry.cns.names.empty()) {
    text += (entry.cns.all_but ? " without CN, or with another than "
                               : " with CN ") +
            FoldedIds(entry.cns.names);
  }
  return text;
}

std::string CertificatesText(const AccessRegion& region) {
  std::string text;
  for (const CertificateEntry& entry : region.certificates) {
    text += (text.empty() ? "" : "; ") + EntryText(entry);
  }
  return text;
}

bool HasName(const NameSet& set, const std::vector<std::string>& names) {
  return std::ranges::any_of(
      names, [&](const std::string& name) { return set.Contains(name); });
}

// Whether `rule` alone allows some of the points of `region`, all of which are
// allowed.
bool GivesSomeOf(const ApiAccessRule& rule, const AccessRegion& region,
                 bool trusted_session) {
  const bool admits =
      rule.ip_ranges().empty() ||
      std::ranges::any_of(rule.ip_ranges(), [&](const IpRange& admitted) {
        return std::ranges::any_of(region.ranges, [&](const IpRange& range) {
          return admitted.Contains(range) || range.Contains(admitted);
        });
      });
  const bool skips_certificate =
      trusted_session &&
      std::ranges::any_of(region.requests, [](const MapRequest& request) {
        return request.kind.method_class == MethodClass::kOrdinary;
      });
  return admits &&
         (skips_certificate || rule.ca_ids().empty() ||
          std::ranges::any_of(
              region.certificates, [&](const CertificateEntry& entry) {
                return HasName(entry.ca_ids, rule.ca_ids()) &&
                       (rule.cns().empty() || HasName(entry.cns, rule.cns()));
              }));
}

std::string RulesText(const Account& account, const AccessRegion& region) {
  std::vector<std::string> ids;
  for (const ApiAccessRule& rule : account.rules()) {
    if (GivesSomeOf(rule, region, account.policy().require_trusted_env())) {
      ids.push_back(rule.id());
    }
  }
  return FoldedIds(ids);
}

using Rows = std::vector<std::vector<std::string>>;

// One row for each of its logins; what they have in common is in the first.
void AddRows(const AccessRegion& region, const std::string& rules, Rows& rows) {
  std::string ranges = RangesText(region.ranges);
  std::string certificates = CertificatesText(region);
  std::string given_by = rules;
  for (const LoginRow& row : LoginRowsOf(region)) {
    rows.push_back({std::exchange(ranges, ""), LoginsText(row.logins),
                    row.methods, std::exchange(certificates, ""),
                    std::exchange(given_by, "")});
  }
}

std::string KindWord(DifferenceKind kind) {
  return kind == DifferenceKind::kWidened ? "widened" : "narrowed";
}

// `narrowed: 203.0.113.0/24 loses all Ordinary with root's key, certificate not
// needed`.
std::string LineText(DifferenceKind kind, const AccessRegion& region) {
  std::string what;
  for (const LoginRow& row : LoginRowsOf(region)) {
    what += (what.empty() ? "" : "; ") + row.methods + " with " +
            LoginsText(row.logins);
  }
  return KindWord(kind) + ": " + RangesText(region.ranges) +
         (kind == DifferenceKind::kWidened ? " gains " : " loses ") + what +
         "; certificate " + CertificatesText(region) + '\n';
}

std::string KeyText(const std::optional<AccessKey>& key) {
  return key ? key->ToString() : "none";
}

}  // namespace

std::string MapText(const Account& account,
                    const std::vector<AccessRegion>& map, Timestamp now) {
  std::vector<const AccessRegion*> widest_first;
  for (const AccessRegion& region : map) widest_first.push_back(&region);
  std::ranges::stable_sort(
      widest_first, std::greater<>(),
      [](const AccessRegion* region) { return WidthOf(*region); });
  std::string text = "Nobody gets in, except to public and exempt methods\n";
  if (!map.empty()) {
    Rows rows = {{"Addresses", "Login", "Methods", "Certificate", "By rules"}};
    const std::size_t shown = std::min(kMostRegions, map.size());
    for (const AccessRegion* region : std::span(widest_first).first(shown)) {
      AddRows(*region, RulesText(account, *region), rows);
    }
    text = AlignColumns(rows, "  ");
    if (shown < map.size()) {
      text += "and " + std::to_string(map.size() - shown) +
              " narrower, which --format json has\n";
    }
  }
  for (const bool is_root : {true, false}) {
    const bool has_key =
        std::ranges::any_of(account.access_keys(), [&](const AccessKey& key) {
          return key.user_name().has_value() != is_root &&
                 key.state() == AccessKeyState::kActive &&
                 !key.IsExpiredAt(now);
        });
    if (has_key) continue;
    text += std::string("No usable access key of ") +
            (is_root ? "the root user" : "an EIM user") + " at " +
            FormatTimestamp(now) + '\n';
  }
  return text;
}

std::string DifferenceText(const AccessDifference& difference) {
  if (difference.Equal()) return "Equal: every request is treated alike\n";
  std::string lines;
  Rows rows = {{"", "Addresses", "Login", "Methods", "Certificate"}};
  std::string witnesses;
  const auto add = [&](DifferenceKind kind,
                       const std::vector<DifferenceRegion>& regions) {
    for (const auto& [region, witness] : regions) {
      lines += LineText(kind, region);
      Rows details;
      AddRows(region, "", details);
      std::string word = KindWord(kind);
      for (std::vector<std::string>& row : details) {
        row.pop_back();
        row.insert(row.begin(), std::exchange(word, ""));
        rows.push_back(std::move(row));
      }
      if (!witness) continue;
      witnesses += "  " + KindWord(kind) + ", for example " +
                   FormatRequestLine({.service = witness->method.service,
                                      .method = witness->method.name,
                                      .caller = witness->caller,
                                      .now = witness->now}) +
                   '\n';
    }
  };
  add(DifferenceKind::kWidened, difference.widened);
  add(DifferenceKind::kNarrowed, difference.narrowed);
  for (const KeyDifference& key : difference.keys) {
    lines += KindWord(key.kind) + ": key " + Quote(key.access_key_id) +
             "\n  before: " + KeyText(key.before) +
             "\n  after:  " + KeyText(key.after) + '\n';
  }
  if (rows.size() == 1) return lines;
  return lines + "Details\n" + AlignColumns(rows, "  ") + witnesses;
}

}  // namespace api_access::examples
