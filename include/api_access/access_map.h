// The map of an account: all that its API access rules allow, without a gap and
// without sampling. And the exact difference between two accounts.
//
// A point is a client address, a kind of method, a login and a certificate.
// Rules name finitely many ranges, CAs and CNs, so the points fall into
// finitely many groups that no rule tells apart, and one decision settles each
// group.
//
// Public and exempt methods have no points: rules do not decide about them.

#ifndef API_ACCESS_ACCESS_MAP_H_
#define API_ACCESS_ACCESS_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/access_key.h"
#include "api_access/account.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// Who logs in. A key stands for every usable key of that user. Declared in the
// order of reports.
enum class MapLogin : std::uint8_t {
  kRootAccessKey = 1,
  kEimAccessKey = 2,  // of any EIM user; `icu` does not accept it
  kPassword = 3,      // managing methods of `api` and `icu` alone
};

inline constexpr std::array<MapLogin, 3> kAllMapLogins = {
    MapLogin::kRootAccessKey, MapLogin::kEimAccessKey, MapLogin::kPassword};

// `RootAccessKey`, `EimAccessKey`, `Password`; `unknown` for any other value.
constexpr std::string_view ToString(MapLogin login) {
  switch (login) {
    case MapLogin::kRootAccessKey:
      return "RootAccessKey";
    case MapLogin::kEimAccessKey:
      return "EimAccessKey";
    case MapLogin::kPassword:
      return "Password";
  }
  return "unknown";
}

// All kinds of methods that `login` may be used for where no rule stops it, in
// the order of kAllMethodKinds, neither public nor exempt ones. Allocates them.
// May be called concurrently.
std::vector<MethodKind> PossibleKinds(MapLogin login);

// A kind of method, neither public nor exempt, and who calls it.
struct MapRequest {
  MethodKind kind;
  MapLogin login = MapLogin::kPassword;

  friend bool operator==(const MapRequest&, const MapRequest&) = default;
};

// Some names, or all others. Which names there are is not bounded: a client may
// have any CA and any CN, or none.
struct NameSet {
  // True: everything except `names`, also the absence of a name.
  bool all_but = false;
  // Not empty, except with `all_but`. In byte order, each once.
  std::vector<std::string> names = {};

  // Whether `name` is in it; absent: no name.
  bool Contains(const std::optional<std::string>& name) const;

  friend bool operator==(const NameSet&, const NameSet&) = default;
};

// Certificates: each CA of one set with each CN of the other. It has one of
// three forms, here as JSON has them:
//   {"CaIds":["a"],"Cns":["x"]}     under CA a, with CN x
//   {"CaIds":["a"],"CnsNot":["x"]}  under CA a, with another CN or without one
//   {"CaIdsNot":["a"]}              under another CA, or no certificate at all;
//                                   `cns` is then everything
struct CertificateEntry {
  NameSet ca_ids;
  NameSet cns;

  friend bool operator==(const CertificateEntry&,
                         const CertificateEntry&) = default;
};

// Points of the same fate: all of these addresses with all of these requests
// and all of these certificates.
struct AccessRegion {
  // The shortest list of CIDR blocks, ascending, IPv4 before IPv6. IPv6 blocks
  // leave out `::ffff:0:0/96`, where no IPv6 client is.
  std::vector<IpRange> ranges;
  // By kind in the order of kAllMethodKinds, then by login.
  std::vector<MapRequest> requests;
  // No two of them overlap, and no two `ca_ids` do. At most one has
  // `ca_ids.all_but`, the last one: it leaves out just the CAs that do not have
  // all CNs. The others are in the order of their first CA; those that it
  // contains are not among them. CAs with the same CNs are in one entry.
  std::vector<CertificateEntry> certificates;

  friend bool operator==(const AccessRegion&, const AccessRegion&) = default;
};

// The most memory that a map or a difference may take, beside that of
// Evaluator::Compile, by a count that is close to it from above. Our choice.
inline constexpr std::size_t kMaxMapBytes = std::size_t{1} << 29;

// All that `account` allows to whoever has a usable login. Every allowed point
// is in exactly one region. For a rule with range 192.0.2.0/24 and CA a, and
// without a trusted session:
//   192.0.2.0/24   every kind and login that can pass   {"CaIds":["a"],
//                                                        "CnsNot":[]}
//
// Addresses are in one region exactly when every request has the same
// certificates there, and so are requests exactly when they have the same
// certificates at these addresses. So the regions are unique, whatever order,
// repetition and splitting of blocks the rules have. They are in the order of
// their first block, IPv4 before IPv6, then of their first request.
//
// Which access keys and CAs the account has does not matter, nor does the
// instant: a login that nobody has today is in the map.
//
// A certificate under several CAs is allowed when it is under one of them.
//
// Errors: kResourceExhausted as of Evaluator::Compile, and, before the memory
// is taken, for a map that takes more than kMaxMapBytes or more than 2^22
// decisions, each of which counts once more for every 64 rules, CAs and CNs
// that it may look at. Takes O(n log n) time and memory in the account, and
// time and memory linear in the CAs and CNs of the rules that admit an address,
// added up over all addresses where these are other rules. May be called
// concurrently. Source: the decisions of Evaluator::Decide; how they are
// grouped is our choice.
absl::StatusOr<std::vector<AccessRegion>> MapAccess(const Account& account);

// A request that two accounts decide differently.
struct Witness {
  MethodName method;
  Caller caller;
  Timestamp now;

  friend bool operator==(const Witness&, const Witness&) = default;
};

// Points that one of two accounts allows and the other denies.
struct DifferenceRegion {
  AccessRegion region;
  // One request of the region, with its first address: by login/password, or
  // with an access key that is usable on both sides. Absent: the region has no
  // request for login/password, and no key of any of its other logins is usable
  // at that instant on both sides.
  //
  // Where CAs were deleted, its certificate is not under these afterwards.
  std::optional<Witness> witness = std::nullopt;

  friend bool operator==(const DifferenceRegion&,
                         const DifferenceRegion&) = default;
};

// What becomes of a point or an access key. Numbers and texts are stable.
enum class DifferenceKind : std::uint8_t {
  kWidened = 1,   // allowed after, denied before
  kNarrowed = 2,  // allowed before, denied after
};

inline constexpr std::array<DifferenceKind, 2> kAllDifferenceKinds = {
    DifferenceKind::kWidened, DifferenceKind::kNarrowed};

// `Widened`, `Narrowed`; `unknown` for any other value.
constexpr std::string_view ToString(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kWidened:
      return "Widened";
    case DifferenceKind::kNarrowed:
      return "Narrowed";
  }
  return "unknown";
}

// An access key that does not serve for as long, or for the same user, on both
// sides.
struct KeyDifference {
  std::string access_key_id;
  // kWidened: it is usable after alone, or for longer, or as long but as the
  // root user's.
  DifferenceKind kind = DifferenceKind::kWidened;
  // Absent: the account has no such key.
  std::optional<AccessKey> before = std::nullopt;
  std::optional<AccessKey> after = std::nullopt;

  friend bool operator==(const KeyDifference&, const KeyDifference&) = default;
};

// All that two accounts treat differently.
struct [[nodiscard]] AccessDifference {
  // Each as MapAccess writes a map.
  std::vector<DifferenceRegion> widened = {};
  std::vector<DifferenceRegion> narrowed = {};
  // In byte order of their ids.
  std::vector<KeyDifference> keys = {};

  // Returns true if nothing differs: then both accounts give every request the
  // same verdict, from that instant on. The reverse holds save for regions
  // without witness, and for a key that changes between the root user and an
  // EIM user where no rule of either account can match: there are none, or all
  // ask for deleted CAs.
  bool Equal() const {
    return widened.empty() && narrowed.empty() && keys.empty();
  }

  friend bool operator==(const AccessDifference&,
                         const AccessDifference&) = default;
};

struct DiffOptions {
  // CAs that were deleted between both sides, as ChangeOutcome::deleted_ca_id
  // tells: a certificate under such a CA is, after, under none of those that
  // rules name.
  std::vector<std::string> deleted_ca_ids = {};
};

// Compares all that two accounts allow. All logins are compared, whichever keys
// there are: `now` only decides which keys differ, and which serve as a
// witness.
//   const auto difference = DiffAccess(before, after, now);
//   if (difference.ok() && !difference->widened.empty()) ...  // lets more in
//
// An access key differs when it is usable, ACTIVE and not expired, at some
// instant from `now` on, on one side alone, until different instants, or for
// the root user on one side and an EIM user on the other.
//
// The difference between an account without rules and `account` is the map of
// `account`, all of it widened. Without options, swapping both accounts swaps
// `widened` with `narrowed`, and the kind of every key.
//
// Errors: kResourceExhausted as of MapAccess, for what both accounts have
// together. Takes the time and memory of MapAccess, at the addresses alone
// where the rules that admit them differ or, with another session or deleted
// CAs, at all. May be called concurrently. Source: as of MapAccess.
absl::StatusOr<AccessDifference> DiffAccess(const Account& before,
                                            const Account& after, Timestamp now,
                                            const DiffOptions& options = {});

inline std::ostream& operator<<(std::ostream& out, MapLogin login) {
  return out << ToString(login);
}
inline std::ostream& operator<<(std::ostream& out, DifferenceKind kind) {
  return out << ToString(kind);
}

}  // namespace api_access

#endif  // API_ACCESS_ACCESS_MAP_H_
