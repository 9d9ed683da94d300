#include "api_access/json/map_reports.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

#include "api_access/access_key.h"
#include "api_access/timestamp.h"
#include "src/json/map_json.h"
#include "src/json/request_line_json.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Dump;
using internal::Json;

Json EntryJson(const CertificateEntry& entry) {
  if (entry.ca_ids.all_but) return {{"CaIdsNot", entry.ca_ids.names}};
  return {{"CaIds", entry.ca_ids.names},
          {entry.cns.all_but ? "CnsNot" : "Cns", entry.cns.names}};
}

// Adds the fields of `region` to those of `json`.
Json RegionJson(Json json, const AccessRegion& region) {
  Json& ranges = json["Ranges"] = Json::array();
  for (const IpRange& range : region.ranges) ranges.push_back(range.ToString());
  Json requests = Json::array();
  for (const MapRequest& request : region.requests) {
    requests.push_back({{"Service", ToString(request.kind.service)},
                        {"Class", ToString(request.kind.method_class)},
                        {"Login", ToString(request.login)}});
  }
  json["Requests"] = std::move(requests);
  Json certificates = Json::array();
  for (const CertificateEntry& entry : region.certificates) {
    certificates.push_back(EntryJson(entry));
  }
  json["Certificates"] = std::move(certificates);
  return json;
}

Json WitnessJson(const std::optional<Witness>& witness) {
  if (!witness) return Json();
  return internal::RequestLineJson({.service = witness->method.service,
                                    .method = witness->method.name,
                                    .caller = witness->caller,
                                    .now = witness->now});
}

Json KeyJson(const std::optional<AccessKey>& key) {
  if (!key) return Json();
  return {
      {"UserName", key->user_name() ? Json(*key->user_name()) : Json()},
      {"State", ToString(key->state())},
      {"ExpirationDate",
       key->expiration() ? Json(FormatTimestamp(*key->expiration())) : Json()}};
}

// A region and its kind, ordered as regions are.
struct OfKind {
  DifferenceKind kind;
  const DifferenceRegion* found;

  auto Place() const {
    const AccessRegion& region = found->region;
    const MapRequest& request = region.requests.front();
    return std::tuple(
        !region.ranges.front().is_v4(), region.ranges.front().first_address(),
        std::ranges::find(kAllMethodKinds, request.kind), request.login,
        Dump(EntryJson(region.certificates.front())), kind);
  }
};

}  // namespace

std::string MapJson(const std::vector<AccessRegion>& map) {
  Json regions = Json::array();
  for (const AccessRegion& region : map) {
    regions.push_back(RegionJson(Json::object(), region));
  }
  return Dump({{"Regions", std::move(regions)}});
}

namespace internal {

Json DifferenceJson(const AccessDifference& difference) {
  std::vector<OfKind> found;
  for (const DifferenceRegion& region : difference.widened) {
    found.push_back({DifferenceKind::kWidened, &region});
  }
  for (const DifferenceRegion& region : difference.narrowed) {
    found.push_back({DifferenceKind::kNarrowed, &region});
  }
  std::ranges::sort(found, {}, &OfKind::Place);

  Json regions = Json::array();
  for (const OfKind& one : found) {
    Json json = RegionJson({{"Kind", ToString(one.kind)}}, one.found->region);
    json["Witness"] = WitnessJson(one.found->witness);
    regions.push_back(std::move(json));
  }
  Json keys = Json::array();
  for (const KeyDifference& key : difference.keys) {
    keys.push_back({{"AccessKeyId", key.access_key_id},
                    {"Kind", ToString(key.kind)},
                    {"Before", KeyJson(key.before)},
                    {"After", KeyJson(key.after)}});
  }
  return {{"Equal", difference.Equal()},
          {"Regions", std::move(regions)},
          {"Keys", std::move(keys)}};
}

}  // namespace internal

std::string DiffJson(const AccessDifference& difference) {
  return Dump(internal::DifferenceJson(difference));
}

}  // namespace api_access
