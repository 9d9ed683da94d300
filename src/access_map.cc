#include "api_access/access_map.h"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "src/address/pieces.h"
#include "src/base/number_sets.h"
#include "src/decide/compiled_account.h"
#include "src/decide/gate.h"
#include "src/insight/representatives.h"

namespace api_access {
namespace {

using internal::AddressPieces;
using internal::CompiledAccount;
using internal::CompiledKey;
using internal::NumberSets;
using internal::PieceSpan;

using Numbers = std::vector<std::uint32_t>;

// One of the two accounts that are compared.
struct Side {
  std::span<const ApiAccessRule> rules;
  const CompiledAccount& compiled;
};

// A decision takes about a microsecond, and another one for each so many rules,
// CAs and CNs that it may look at.
constexpr std::size_t kMaxDecisions = std::size_t{1} << 22;
constexpr std::size_t kItemsOfDecision = 64;
// Of a range: its pieces, spans and events on the line. Of a CA or CN that is
// compared: what it is sorted by, and its place in a result.
constexpr std::size_t kBytesOfRange = 160;
constexpr std::size_t kBytesOfListed = 16;

// What may still be used of the bounds that access_map.h states.
class Budget {
 public:
  void TakeBytes(std::size_t bytes) { Take(bytes, bytes_); }
  void TakeDecisions(std::size_t count) { Take(count, decisions_); }

  std::size_t bytes() const { return bytes_; }
  bool is_spent() const { return is_spent_; }

 private:
  void Take(std::size_t amount, std::size_t& left) {
    if (amount > left) is_spent_ = true;
    left -= std::min(amount, left);
  }

  std::size_t bytes_ = kMaxMapBytes;
  std::size_t decisions_ = kMaxDecisions;
  bool is_spent_ = false;
};

// Numbers that texts have in byte order.
class TextNumbers {
 public:
  explicit TextNumbers(std::vector<std::string_view> texts)
      : texts_(std::move(texts)) {
    std::ranges::sort(texts_);
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  }

  std::string_view text(std::uint32_t number) const { return texts_[number]; }
  // Ascending, each once. All `texts` are known.
  Numbers NumbersOf(const std::vector<std::string>& texts) const {
    Numbers numbers;
    for (const std::string_view text : texts) {
      numbers.push_back(static_cast<std::uint32_t>(
          std::ranges::lower_bound(texts_, text) - texts_.begin()));
    }
    std::ranges::sort(numbers);
    return numbers;
  }

 private:
  std::vector<std::string_view> texts_;
};

TextNumbers NumberItems(
    const Side& before, const Side& after,
    const std::vector<std::string>& (ApiAccessRule::*items)() const) {
  std::vector<std::string_view> texts;
  for (const Side* side : {&before, &after}) {
    for (const ApiAccessRule& rule : side->rules) {
      texts.insert(texts.end(), (rule.*items)().begin(), (rule.*items)().end());
    }
  }
  return TextNumbers(std::move(texts));
}

// What a rule asks besides the address: rules with the same demand are alike.
struct Demand {
  Numbers cas;
  Numbers cns;

  friend auto operator<=>(const Demand&, const Demand&) = default;
};

// A NameSet and a CertificateEntry, in numbers.
struct NumberedNames {
  bool all_but = false;
  Numbers names = {};

  bool IsEmpty() const { return !all_but && names.empty(); }
  bool IsEverything() const { return all_but && names.empty(); }

  friend auto operator<=>(const NumberedNames&, const NumberedNames&) = default;
};
struct NumberedEntry {
  NumberedNames cas;
  NumberedNames cns;

  friend auto operator<=>(const NumberedEntry&, const NumberedEntry&) = default;
};
using NumberedCertificates = std::vector<NumberedEntry>;

// Puts certificates into their one form.
class CertificatesBuilder {
 public:
  // Whether those under none of the CAs belong to them.
  void AddOtherCas(bool belong) { has_other_cas_ = belong; }
  // Under these CAs, those with `cns`.
  void Add(const Numbers& cas, NumberedNames cns) {
    Numbers& all = cas_with_[std::move(cns)];
    all.insert(all.end(), cas.begin(), cas.end());
  }

  NumberedCertificates Build() && {
    NumberedCertificates entries;
    NumberedEntry others = {.cas = {.all_but = true}, .cns = {.all_but = true}};
    for (auto& [cns, cas] : cas_with_) {
      std::ranges::sort(cas);
      if (has_other_cas_ && cns.IsEverything()) continue;
      others.cas.names.insert(others.cas.names.end(), cas.begin(), cas.end());
      if (cns.IsEmpty()) continue;
      entries.push_back({.cas = {.names = std::move(cas)}, .cns = cns});
    }
    // No two of them have a CA in common, so the first one decides.
    std::ranges::sort(entries);
    if (has_other_cas_) {
      std::ranges::sort(others.cas.names);
      entries.push_back(std::move(others));
    }
    return entries;
  }

 private:
  bool has_other_cas_ = false;
  std::map<NumberedNames, Numbers> cas_with_;
};

// Values that are numbered from 0 on, equal ones alike.
template <typename T>
class Numbered {
 public:
  std::uint32_t NumberOf(T value) {
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    const auto [at, is_new] = numbers_.emplace(std::move(value), next);
    if (is_new) values_.push_back(&at->first);
    return at->second;
  }
  const T& value(std::uint32_t number) const { return *values_[number]; }
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(values_.size());
  }

 private:
  std::map<T, std::uint32_t> numbers_;
  std::vector<const T*> values_;
};

// A name, and one of the demands that list it.
struct Listed {
  std::uint32_t name;
  std::uint32_t by;

  friend auto operator<=>(const Listed&, const Listed&) = default;
};

// Names by all that list them: names in one entry are told apart by nobody.
std::map<Numbers, Numbers> NamesByLists(std::vector<Listed> listed) {
  std::ranges::sort(listed);
  std::map<Numbers, Numbers> names;
  for (std::size_t begin = 0; begin < listed.size();) {
    const std::uint32_t name = listed[begin].name;
    Numbers by;
    std::size_t end = begin;
    for (; end < listed.size() && listed[end].name == name; ++end) {
      by.push_back(listed[end].by);
    }
    names[std::move(by)].push_back(name);
    begin = end;
  }
  return names;
}

Request RequestOf(const MapRequest& request, const IpAddress& address,
                  std::string_view access_key_id = {}) {
  return {.method = internal::SampleOf(request.kind),
          .client_address = address,
          .login = request.login == MapLogin::kPassword ? LoginKind::kPassword
                                                        : LoginKind::kAccessKey,
          .access_key_id = access_key_id};
}

// Requests that the rules decide about in the same way.
struct RequestGroup {
  bool bypass_before;
  bool bypass_after;

  friend bool operator==(const RequestGroup&, const RequestGroup&) = default;
};

constexpr std::array<DifferenceKind, 2> kKinds = kAllDifferenceKinds;

// The number of no certificates, and of the fate that no group has any.
constexpr std::uint32_t kNothing = 0;

// Finds the regions of points that the rules of two accounts treat differently.
//
// The line of addresses is cut at all ranges of both sides. At one piece of it
// only the demands of the rules that admit the piece matter. So one piece is
// looked at for all with the same demands, on each side: there, the CAs and CNs
// that these demands name fall into classes that no demand tells apart, and one
// certificate of each class is tried on both sides.
class Comparison {
 public:
  using Regions = std::array<std::vector<AccessRegion>, kKinds.size()>;

  // The rules, compiled accounts and ids must outlive the comparison.
  Comparison(const Side& before, const Side& after,
             std::span<const std::string> deleted_ca_ids)
      : before_(before),
        after_(after),
        cas_(NumberItems(before, after, &ApiAccessRule::ca_ids)),
        cns_(NumberItems(before, after, &ApiAccessRule::cns)),
        deleted_ca_ids_(deleted_ca_ids.begin(), deleted_ca_ids.end()) {
    std::ranges::sort(deleted_ca_ids_);
    ListRequests();
    static_assert(kNothing == 0);  // the first of each
    certificates_.NumberOf({});
    fates_.NumberOf(Numbers(groups_.size()));
  }

  // By kind, in the order of kKinds.
  absl::StatusOr<Regions> Run();

 private:
  // For each group of requests the number of its certificates.
  using Fate = Numbers;
  using FatesByKind = std::array<std::uint32_t, kKinds.size()>;

  void ListRequests();
  std::vector<NumberSets::Set> DemandsByPiece(const AddressPieces& pieces,
                                              const Side& side,
                                              const Numbers& demands,
                                              NumberSets& sets);
  FatesByKind FatesAt(const IpAddress& address, const Numbers& demands);
  bool Allows(const Side& side, const IpAddress& address,
              const ClientCertificate* certificate, bool bypass) const {
    return side.compiled
        .FindRule(
            {.address = address, .certificate = certificate, .bypass = bypass})
        .allowed();
  }
  std::size_t BytesOfRegion(std::size_t ranges,
                            std::uint32_t certificates) const;
  AccessRegion RegionOf(const std::vector<IpRange>& ranges, const Fate& fate,
                        std::uint32_t certificates) const;

  const Side before_;
  const Side after_;
  TextNumbers cas_;
  TextNumbers cns_;
  std::vector<std::string_view> deleted_ca_ids_;  // in byte order
  std::vector<MapRequest> requests_;              // in the order of reports
  std::vector<RequestGroup> groups_;  // in the order of their first request
  Numbers group_of_;                  // by request
  Numbered<Demand> demands_;
  Numbers rules_with_;  // how many there are of both sides, by demand
  Numbered<NumberedCertificates> certificates_;
  Numbered<Fate> fates_;
  Budget budget_;
};

// The requests that the gate leaves to the rules, with a usable key.
void Comparison::ListRequests() {
  for (const MethodKind kind : kAllMethodKinds) {
    for (const MapLogin login : kAllMapLogins) {
      const MapRequest listed = {.kind = kind, .login = login};
      const Request request =
          RequestOf(listed, internal::FirstAddress(internal::Family::kIpv4));
      const CompiledKey key =
          CompiledKey::Usable(login == MapLogin::kEimAccessKey);
      if (internal::PassGate(request, Timestamp(), [&] {
            return &key;
          }).reason != Reason::kNotDecided) {
        continue;
      }
      const auto bypasses = [&](const Side& side) {
        return internal::HasBypass(side.compiled.trusted_session,
                                   request.method, request.login);
      };
      const RequestGroup group = {.bypass_before = bypasses(before_),
                                  .bypass_after = bypasses(after_)};
      auto known = std::ranges::find(groups_, group);
      if (known == groups_.end()) known = groups_.insert(known, group);
      group_of_.push_back(static_cast<std::uint32_t>(known - groups_.begin()));
      requests_.push_back(listed);
    }
  }
}

// For each piece the set of the demands of the rules that admit it. `demands`
// are those of the side's rules.
std::vector<NumberSets::Set> Comparison::DemandsByPiece(
    const AddressPieces& pieces, const Side& side, const Numbers& demands,
    NumberSets& sets) {
  struct Event {
    std::uint32_t piece;
    bool ends;  // a demand that goes on is not taken out of the set between
    std::uint32_t demand;

    auto operator<=>(const Event&) const = default;
  };
  std::vector<Event> events;
  for (std::size_t rule = 0; rule < side.rules.size(); ++rule) {
    for (const PieceSpan& span : pieces.SpansOf(side.rules[rule])) {
      events.push_back({span.begin, false, demands[rule]});
      events.push_back({span.end, true, demands[rule]});
    }
  }
  std::ranges::sort(events);

  std::vector<NumberSets::Set> by_piece;
  by_piece.reserve(pieces.size());
  Numbers admitting(demands_.size());
  NumberSets::Set set = NumberSets::kEmpty;
  auto event = events.begin();
  for (std::uint32_t piece = 0; piece < pieces.size(); ++piece) {
    const std::size_t size = sets.size();
    for (; event != events.end() && event->piece == piece; ++event) {
      std::uint32_t& count = admitting[event->demand];
      const bool toggles = event->ends ? --count == 0 : count++ == 0;
      if (toggles) set = sets.Toggled(set, event->demand);
    }
    by_piece.push_back(set);
    budget_.TakeBytes((sets.size() - size) * NumberSets::kBytesEach);
    if (budget_.is_spent()) break;
  }
  return by_piece;
}

// What becomes of the points at `address`, where rules with these demands admit
// it, on one side or on both.
Comparison::FatesByKind Comparison::FatesAt(const IpAddress& address,
                                            const Numbers& demands) {
  // As if one more rule named the deleted CAs: they are told apart.
  constexpr auto kDeleted = ~std::uint32_t{0};
  std::vector<Listed> listed_cas;
  for (const std::uint32_t demand : demands) {
    for (const std::uint32_t ca : demands_.value(demand).cas) {
      listed_cas.push_back({ca, demand});
      if (std::ranges::binary_search(deleted_ca_ids_, cas_.text(ca))) {
        listed_cas.push_back({ca, kDeleted});
      }
    }
  }
  budget_.TakeBytes(listed_cas.size() * kBytesOfListed);

  std::vector<std::array<CertificatesBuilder, kKinds.size()>> found(
      groups_.size());
  // Tells `visit` for each group and kind whether points with `certificate` are
  // of that kind.
  const auto try_one = [&](const ClientCertificate* certificate,
                           bool is_deleted, auto visit) {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      const bool before =
          Allows(before_, address, certificate, groups_[group].bypass_before);
      const bool after =
          Allows(after_, address, is_deleted ? nullptr : certificate,
                 groups_[group].bypass_after);
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        visit(group, kind,
              kKinds[kind] == DifferenceKind::kWidened ? after && !before
                                                       : before && !after);
      }
    }
  };
  try_one(nullptr, false, [&](std::size_t group, std::size_t kind, bool is) {
    found[group][kind].AddOtherCas(is);
  });

  for (const auto& [lists, cas] : NamesByLists(std::move(listed_cas))) {
    const bool is_deleted = lists.back() == kDeleted;
    std::vector<Listed> listed_cns;
    std::size_t longest = 0;
    std::size_t rules = 0;
    for (const std::uint32_t list : lists) {
      if (list == kDeleted) continue;
      const Demand& demand = demands_.value(list);
      longest = std::max(longest, demand.cas.size() + demand.cns.size());
      rules += rules_with_[list];
      for (const std::uint32_t cn : demand.cns) {
        listed_cns.push_back({cn, list});
      }
    }
    budget_.TakeBytes(listed_cns.size() * kBytesOfListed);
    if (budget_.is_spent()) return {};
    const std::map<Numbers, Numbers> cn_classes =
        NamesByLists(std::move(listed_cns));
    budget_.TakeDecisions((cn_classes.size() + 1) *
                          ((longest + rules) / kItemsOfDecision + 1));
    if (budget_.is_spent()) return {};

    ClientCertificate::Fields fields = {
        .ca_ids = {std::string(cas_.text(cas.front()))}};
    std::vector<std::array<NumberedNames, kKinds.size()>> cns(groups_.size());
    const ClientCertificate other_cn = *ClientCertificate::Create(fields);
    try_one(&other_cn, is_deleted,
            [&](std::size_t group, std::size_t kind, bool is) {
              cns[group][kind].all_but = is;
            });
    for (const auto& cn_class : cn_classes) {
      const Numbers& names = cn_class.second;
      fields.cn = cns_.text(names.front());
      const ClientCertificate certificate = *ClientCertificate::Create(fields);
      try_one(&certificate, is_deleted,
              [&](std::size_t group, std::size_t kind, bool is) {
                NumberedNames& chosen = cns[group][kind];
                if (is == chosen.all_but) return;
                chosen.names.insert(chosen.names.end(), names.begin(),
                                    names.end());
              });
    }
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        NumberedNames& chosen = cns[group][kind];
        std::ranges::sort(chosen.names);
        found[group][kind].Add(cas, std::move(chosen));
      }
    }
  }

  FatesByKind fates;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    Fate fate;
    for (auto& of_group : found) {
      fate.push_back(certificates_.NumberOf(std::move(of_group[kind]).Build()));
    }
    fates[kind] = fates_.NumberOf(std::move(fate));
  }
  return fates;
}

std::size_t BytesOf(const NumberedNames& names, const TextNumbers& texts) {
  std::size_t bytes = 0;
  for (const std::uint32_t name : names.names) {
    bytes += sizeof(std::string) + texts.text(name).size();
  }
  return bytes;
}

NameSet NamesOf(const NumberedNames& names, const TextNumbers& texts) {
  NameSet set = {.all_but = names.all_but};
  for (const std::uint32_t name : names.names) {
    set.names.emplace_back(texts.text(name));
  }
  return set;
}

// The heap of a region with these certificates.
std::size_t Comparison::BytesOfRegion(std::size_t ranges,
                                      std::uint32_t certificates) const {
  std::size_t bytes = sizeof(AccessRegion) + ranges * sizeof(IpRange) +
                      requests_.size() * sizeof(MapRequest);
  for (const NumberedEntry& entry : certificates_.value(certificates)) {
    bytes += sizeof(CertificateEntry) + BytesOf(entry.cas, cas_) +
             BytesOf(entry.cns, cns_);
  }
  return bytes;
}

// What `fate` consists of, without repetitions and without nothing, in the
// order of the first request.
Numbers CertificatesOf(const Numbers& fate) {
  Numbers certificates;
  for (const std::uint32_t of_group : fate) {
    if (of_group != kNothing &&
        std::ranges::find(certificates, of_group) == certificates.end()) {
      certificates.push_back(of_group);
    }
  }
  return certificates;
}

AccessRegion Comparison::RegionOf(const std::vector<IpRange>& ranges,
                                  const Fate& fate,
                                  std::uint32_t certificates) const {
  AccessRegion region = {.ranges = ranges, .requests = {}, .certificates = {}};
  for (std::size_t request = 0; request < requests_.size(); ++request) {
    if (fate[group_of_[request]] == certificates) {
      region.requests.push_back(requests_[request]);
    }
  }
  for (const NumberedEntry& entry : certificates_.value(certificates)) {
    region.certificates.push_back(
        {.ca_ids = NamesOf(entry.cas, cas_), .cns = NamesOf(entry.cns, cns_)});
  }
  return region;
}

absl::StatusOr<Comparison::Regions> Comparison::Run() {
  const absl::Status too_large = absl::ResourceExhaustedError(
      "expected an access map that takes at most " +
      std::to_string(kMaxMapBytes) + " bytes and " +
      std::to_string(kMaxDecisions) + " decisions, got a larger one");

  std::vector<IpRange> ranges = internal::RangesOf(before_.rules);
  const std::vector<IpRange> after_ranges = internal::RangesOf(after_.rules);
  ranges.insert(ranges.end(), after_ranges.begin(), after_ranges.end());
  budget_.TakeBytes(ranges.size() * kBytesOfRange);
  if (budget_.is_spent()) return too_large;
  const AddressPieces pieces(ranges);

  const auto number_demands = [&](const Side& side) {
    Numbers numbers;
    for (const ApiAccessRule& rule : side.rules) {
      numbers.push_back(demands_.NumberOf({.cas = cas_.NumbersOf(rule.ca_ids()),
                                           .cns = cns_.NumbersOf(rule.cns())}));
      rules_with_.resize(demands_.size());
      ++rules_with_[numbers.back()];
    }
    return numbers;
  };
  const Numbers before_demands = number_demands(before_);
  const Numbers after_demands = number_demands(after_);
  NumberSets sets(demands_.size());
  const auto before_sets =
      DemandsByPiece(pieces, before_, before_demands, sets);
  const auto after_sets = DemandsByPiece(pieces, after_, after_demands, sets);
  if (budget_.is_spent()) return too_large;

  // Then the same demands give the same verdicts.
  const bool is_alike =
      before_.compiled.trusted_session == after_.compiled.trusted_session &&
      deleted_ca_ids_.empty();
  std::map<std::pair<NumberSets::Set, NumberSets::Set>, FatesByKind> known;
  // By kind and by number of the fate.
  std::array<std::vector<std::vector<PieceSpan>>, kKinds.size()> spans;
  for (std::uint32_t piece = 0; piece < pieces.size(); ++piece) {
    const std::pair demands = {before_sets[piece], after_sets[piece]};
    if (is_alike && demands.first == demands.second) continue;
    auto at = known.find(demands);
    if (at == known.end()) {
      Numbers all = sets.NumbersOf(demands.first);
      const Numbers others = sets.NumbersOf(demands.second);
      all.insert(all.end(), others.begin(), others.end());
      std::ranges::sort(all);
      all.erase(std::unique(all.begin(), all.end()), all.end());
      at = known.emplace(demands, FatesAt(pieces.first(piece), all)).first;
      if (budget_.is_spent()) return too_large;
    }
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      const std::uint32_t fate = at->second[kind];
      if (fate == kNothing) continue;
      if (spans[kind].size() <= fate) spans[kind].resize(fate + 1);
      std::vector<PieceSpan>& of_fate = spans[kind][fate];
      if (!of_fate.empty() && of_fate.back().end == piece) {
        ++of_fate.back().end;
      } else {
        of_fate.push_back({piece, piece + 1});
      }
    }
  }

  struct Place {
    std::vector<IpRange> ranges;
    std::uint32_t fate;
  };
  std::array<std::vector<Place>, kKinds.size()> places;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    for (std::uint32_t fate = 0; fate < spans[kind].size(); ++fate) {
      if (spans[kind][fate].empty()) continue;
      const std::size_t limit = budget_.bytes() / sizeof(IpRange);
      const Place& place = places[kind].emplace_back(
          Place{pieces.BlocksOf(std::move(spans[kind][fate]), limit), fate});
      budget_.TakeBytes(place.ranges.size() * sizeof(IpRange));
      for (const std::uint32_t one : CertificatesOf(fates_.value(fate))) {
        budget_.TakeBytes(BytesOfRegion(place.ranges.size(), one));
      }
      if (budget_.is_spent()) return too_large;
    }
    // No two of them have an address in common.
    std::ranges::sort(places[kind], {}, [](const Place& place) {
      const IpRange& first = place.ranges.front();
      return std::pair(!first.is_v4(), first);
    });
  }
  Regions regions;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    for (const Place& place : places[kind]) {
      const Fate& fate = fates_.value(place.fate);
      for (const std::uint32_t certificates : CertificatesOf(fate)) {
        regions[kind].push_back(RegionOf(place.ranges, fate, certificates));
      }
    }
  }
  return regions;
}

// A key that both accounts may have.
struct KeyPair {
  const AccessKey* before = nullptr;
  const AccessKey* after = nullptr;
};

std::map<std::string_view, KeyPair> PairKeys(const Account& before,
                                             const Account& after) {
  std::map<std::string_view, KeyPair> pairs;
  for (const AccessKey& key : before.access_keys()) {
    pairs[key.id()].before = &key;
  }
  for (const AccessKey& key : after.access_keys()) pairs[key.id()].after = &key;
  return pairs;
}

// At `now`, and so at some instant from then on.
bool IsUsable(const AccessKey* key, Timestamp now) {
  return key != nullptr && key->state() == AccessKeyState::kActive &&
         !key->IsExpiredAt(now);
}

bool EndsBefore(const AccessKey& a, const AccessKey& b) {
  return a.expiration() &&
         (!b.expiration() || *a.expiration() < *b.expiration());
}

MapLogin LoginOf(const AccessKey& key) {
  return key.user_name() ? MapLogin::kEimAccessKey : MapLogin::kRootAccessKey;
}

// How the key differs from `now` on, if it does. The period decides before the
// owner, so that swapping both sides swaps the kind.
std::optional<DifferenceKind> DifferenceOf(const KeyPair& pair, Timestamp now) {
  const bool before = IsUsable(pair.before, now);
  const bool after = IsUsable(pair.after, now);
  bool widens = after;
  if (before == after) {
    if (!before) return std::nullopt;
    widens = EndsBefore(*pair.before, *pair.after);
    if (!widens && !EndsBefore(*pair.after, *pair.before)) {
      const MapLogin login = LoginOf(*pair.after);
      if (login == LoginOf(*pair.before)) return std::nullopt;
      widens = login == MapLogin::kRootAccessKey;
    }
  }
  return widens ? DifferenceKind::kWidened : DifferenceKind::kNarrowed;
}

std::optional<AccessKey> CopyOf(const AccessKey* key) {
  if (key == nullptr) return std::nullopt;
  return *key;
}

// Gives regions witnesses.
class Witnesses {
 public:
  Witnesses(const std::map<std::string_view, KeyPair>& keys, Timestamp now)
      : now_(now) {
    for (const auto& [id, pair] : keys) {
      if (!IsUsable(pair.before, now) || !IsUsable(pair.after, now) ||
          LoginOf(*pair.before) != LoginOf(*pair.after)) {
        continue;
      }
      keys_.emplace(LoginOf(*pair.before), id);
    }
  }

  std::optional<Witness> WitnessOf(const AccessRegion& region) const {
    for (const MapRequest& request : region.requests) {
      std::string_view key_id;
      if (request.login != MapLogin::kPassword) {
        const auto key = keys_.find(request.login);
        if (key == keys_.end()) continue;
        key_id = key->second;
      }
      Witness witness = {
          .method = {.service = std::string(ToString(request.kind.service)),
                     .name = std::string(internal::SampleName(request.kind))},
          .caller = Caller::Of(RequestOf(
              request, region.ranges.front().first_address(), key_id)),
          .now = now_};
      const CertificateEntry& entry = region.certificates.front();
      if (!entry.ca_ids.all_but) {
        ClientCertificate::Fields fields = {
            .ca_ids = {entry.ca_ids.names.front()}};
        if (!entry.cns.all_but) fields.cn = entry.cns.names.front();
        witness.caller.certificate =
            *ClientCertificate::Create(std::move(fields));
      }
      return witness;
    }
    return std::nullopt;
  }

 private:
  Timestamp now_;
  std::map<MapLogin, std::string_view> keys_;  // the first in byte order
};

}  // namespace

bool NameSet::Contains(const std::optional<std::string>& name) const {
  const bool is_named = name && std::ranges::binary_search(names, *name);
  return is_named != all_but;
}

std::vector<MethodKind> PossibleKinds(MapLogin login) {
  std::vector<MethodKind> kinds;
  for (const MethodKind kind : kAllMethodKinds) {
    const bool decided_by_rules = kind.method_class != MethodClass::kPublic &&
                                  kind.method_class != MethodClass::kExempt;
    const bool has_login = login != MapLogin::kPassword ||
                           (kind.method_class == MethodClass::kManaging &&
                            ServiceHasLogin(kind.service));
    const bool has_key =
        login != MapLogin::kEimAccessKey || kind.service != Service::kIcu;
    if (decided_by_rules && has_login && has_key) kinds.push_back(kind);
  }
  return kinds;
}

absl::StatusOr<std::vector<AccessRegion>> MapAccess(const Account& account) {
  absl::Status status =
      internal::CheckSize(account, internal::kMaxCompiledSize);
  if (!status.ok()) return status;
  const auto compiled = internal::Compile(account);
  // All that is allowed is what an account without rules denies.
  auto regions =
      Comparison({.rules = {}, .compiled = internal::kEmptyAccount},
                 {.rules = account.rules(), .compiled = *compiled}, {})
          .Run();
  if (!regions.ok()) return regions.status();
  return std::move((*regions)[0]);
}

absl::StatusOr<AccessDifference> DiffAccess(const Account& before,
                                            const Account& after, Timestamp now,
                                            const DiffOptions& options) {
  for (const Account* account : {&before, &after}) {
    absl::Status status =
        internal::CheckSize(*account, internal::kMaxCompiledSize);
    if (!status.ok()) return status;
  }
  const auto compiled_before = internal::Compile(before);
  const auto compiled_after = internal::Compile(after);
  auto regions =
      Comparison({.rules = before.rules(), .compiled = *compiled_before},
                 {.rules = after.rules(), .compiled = *compiled_after},
                 options.deleted_ca_ids)
          .Run();
  if (!regions.ok()) return regions.status();

  const std::map<std::string_view, KeyPair> keys = PairKeys(before, after);
  const Witnesses witnesses(keys, now);
  AccessDifference difference;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    auto& found = kKinds[kind] == DifferenceKind::kWidened
                      ? difference.widened
                      : difference.narrowed;
    for (AccessRegion& region : (*regions)[kind]) {
      auto witness = witnesses.WitnessOf(region);
      found.push_back(
          {.region = std::move(region), .witness = std::move(witness)});
    }
  }
  for (const auto& [id, pair] : keys) {
    const std::optional<DifferenceKind> kind = DifferenceOf(pair, now);
    if (!kind) continue;
    difference.keys.push_back({.access_key_id = std::string(id),
                               .kind = *kind,
                               .before = CopyOf(pair.before),
                               .after = CopyOf(pair.after)});
  }
  return difference;
}

}  // namespace api_access
