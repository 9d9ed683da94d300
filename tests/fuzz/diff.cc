// Differences of two accounts, and maps, against decisions at sampled points.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_map.h"
#include "tests/oracle/worlds.h"

namespace api_access {
namespace {

// Two accounts, mostly with the same rules, and what their comparison says.
class Comparison {
 public:
  explicit Comparison(Draw& draw)
      : plain_before_(draw.Account(20).account),
        plain_after_(Edited(plain_before_, draw)),
        before_(Build(plain_before_)),
        after_(Build(plain_after_)),
        keyed_before_(WithKeys(before_)),
        keyed_after_(WithKeys(after_)),
        instant_(draw.Now()) {
    if (draw.Flag()) deleted_.push_back(draw.CaId());
    auto difference = DiffAccess(before_, after_, Instant(instant_),
                                 {.deleted_ca_ids = deleted_});
    if (!difference.ok()) Fail("expected no error");
    difference_ = *std::move(difference);
  }

  void CheckWitnesses() const {
    for (const bool is_widened : {false, true}) {
      for (const auto& [region, witness] :
           is_widened ? difference_.widened : difference_.narrowed) {
        if (region.ranges.empty() || region.requests.empty() ||
            region.certificates.empty()) {
          Fail("an empty region\n" + Text());
        }
        if (!witness) continue;
        const Method method =
            FindMethod(witness->method.service, witness->method.name);
        if (witness->now != Instant(instant_) ||
            IsAllowed(Compile(before_), witness->caller, method, {}) ==
                is_widened ||
            IsAllowed(Compile(after_), witness->caller, method, deleted_) !=
                is_widened) {
          Fail("a witness is not confirmed: " + witness->caller.ToString() +
               " calls " + method.ToString() + '\n' + Text());
        }
      }
    }
  }

  // A point that is drawn, with accounts that have keys of both kinds.
  void CheckPoint(Draw& draw) const {
    const oracle::MapRequest& asked = draw.Pick(oracle::AllMapRequests());
    const Method method = FindMethod(asked.service, asked.method);
    Caller caller = {.client_address = *IpAddress::Parse(draw.AddressText()),
                     .login = LoginKind::kAccessKey,
                     .access_key_id = "root"};
    MapRequest mapped = {.kind = method.kind()};
    for (const MapLogin login : kAllMapLogins) {
      if (ToString(login) == asked.login) mapped.login = login;
    }
    if (mapped.login == MapLogin::kEimAccessKey) caller.access_key_id = "eim";
    if (mapped.login == MapLogin::kPassword) {
      caller.login = LoginKind::kPassword;
    }
    std::optional<std::string> ca;
    std::optional<std::string> cn;
    if (draw.Flag()) {
      ca = draw.CaId();
      if (draw.Flag()) cn = draw.Cn();
      caller.certificate =
          *ClientCertificate::Create({.ca_ids = {*ca}, .cn = cn});
    }
    const auto count = [&](const auto& regions) {
      return std::ranges::count_if(regions, [&](const auto& region) {
        return Contains(region, caller.client_address, mapped, ca, cn);
      });
    };
    const bool before = IsAllowed(keyed_before_, caller, method, {});
    const bool after = IsAllowed(keyed_after_, caller, method, deleted_);
    if (count(difference_.widened) != (after && !before ? 1 : 0) ||
        count(difference_.narrowed) != (before && !after ? 1 : 0)) {
      Fail("a point is in another region: " + caller.ToString() + " calls " +
           method.ToString() + '\n' + Text());
    }
  }

  void CheckKeys() const {
    const bool are_equal = std::ranges::equal(
        difference_.keys,
        oracle::DifferentKeys(plain_before_, plain_after_, instant_),
        [](const KeyDifference& key, const oracle::KeyDifference& expected) {
          return key.access_key_id == expected.id &&
                 (key.kind == DifferenceKind::kWidened) ==
                     expected.is_widened &&
                 key.before.has_value() == expected.before.has_value() &&
                 key.after.has_value() == expected.after.has_value();
        });
    if (!are_equal) Fail("other keys\n" + Text());
  }

  // The difference from an account without rules is the map, and that of
  // swapped accounts is swapped.
  void CheckLaws() const {
    Account::Fields fields = after_.fields();
    fields.rules.clear();
    const auto from_nothing = DiffAccess(*Account::Create(std::move(fields)),
                                         after_, Instant(instant_));
    const auto map = MapAccess(after_);
    if (!from_nothing.ok() || !map.ok() || !from_nothing->narrowed.empty() ||
        !std::ranges::equal(from_nothing->widened, *map, {},
                            &DifferenceRegion::region)) {
      Fail("the map is not the difference from nothing\n" + Text());
    }
    if (!deleted_.empty()) return;
    const auto swapped = DiffAccess(after_, before_, Instant(instant_));
    if (!swapped.ok() ||
        !std::ranges::equal(swapped->widened, difference_.narrowed, {},
                            &DifferenceRegion::region,
                            &DifferenceRegion::region) ||
        !std::ranges::equal(swapped->narrowed, difference_.widened, {},
                            &DifferenceRegion::region,
                            &DifferenceRegion::region) ||
        swapped->keys.size() != difference_.keys.size()) {
      Fail("swapped accounts do not swap the difference\n" + Text());
    }
  }

 private:
  static oracle::Account Edited(const oracle::Account& account, Draw& draw) {
    if (draw.Below(8) == 7) return draw.Account(20).account;
    oracle::Account edited = account;
    if (draw.Below(4) == 3) edited.require = !edited.require;
    if (draw.Flag() && !edited.keys.empty()) {
      oracle::Key& key = edited.keys[draw.Below(edited.keys.size())];
      if (draw.Flag()) key.active = !key.active;
      if (draw.Flag()) key.expiration = draw.Date();
      if (draw.Flag()) key.user = key.user.empty() ? "alice" : "";
    }
    for (std::size_t i = draw.Below(4); i > 0; --i) {
      const oracle::Rule rule = draw.Rule("new-" + std::to_string(i));
      const std::size_t place = draw.Below(edited.rules.size() + 1);
      const auto at = edited.rules.begin() + static_cast<std::ptrdiff_t>(place);
      if (at == edited.rules.end() || draw.Flag()) {
        edited.rules.insert(at, rule);
      } else {
        *at = rule;
      }
    }
    return edited;
  }

  static Evaluator Compile(const Account& account) {
    return *Evaluator::Compile(account);
  }
  static Evaluator WithKeys(const Account& account) {
    Account::Fields fields = account.fields();
    fields.access_keys = {
        *AccessKey::Create({.id = "root", .state = AccessKeyState::kActive}),
        *AccessKey::Create({.id = "eim",
                            .state = AccessKeyState::kActive,
                            .user_name = "alice"})};
    return Compile(*Account::Create(std::move(fields)));
  }

  bool IsAllowed(const Evaluator& evaluator, Caller caller,
                 const Method& method, const oracle::Strings& deleted) const {
    if (caller.certificate) {
      ClientCertificate::Fields left = caller.certificate->fields();
      for (const std::string& ca : deleted) std::erase(left.ca_ids, ca);
      caller.certificate = *ClientCertificate::Create(std::move(left));
    }
    return evaluator.Decide(caller.For(method), Instant(instant_)).allowed();
  }

  static bool Contains(const DifferenceRegion& difference,
                       const IpAddress& address, const MapRequest& request,
                       const std::optional<std::string>& ca,
                       const std::optional<std::string>& cn) {
    const AccessRegion& region = difference.region;
    return std::ranges::any_of(
               region.ranges,
               [&](const IpRange& range) { return range.Contains(address); }) &&
           std::ranges::count(region.requests, request) > 0 &&
           std::ranges::any_of(
               region.certificates, [&](const CertificateEntry& entry) {
                 return entry.ca_ids.Contains(ca) && entry.cns.Contains(cn);
               });
  }

  std::string Text() const {
    std::string text = "before " + Describe(plain_before_) + "\nafter " +
                       Describe(plain_after_) + " at " +
                       std::to_string(instant_);
    for (const std::string& ca : deleted_) text += "\nwithout " + ca;
    return text;
  }

  oracle::Account plain_before_;
  oracle::Account plain_after_;
  Account before_;
  Account after_;
  Evaluator keyed_before_;
  Evaluator keyed_after_;
  oracle::Milliseconds instant_;
  oracle::Strings deleted_;
  AccessDifference difference_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const Comparison comparison(draw);
  comparison.CheckWitnesses();
  comparison.CheckKeys();
  comparison.CheckLaws();
  for (std::size_t i = 1 + draw.Below(8); i > 0; --i) {
    comparison.CheckPoint(draw);
  }
  return 0;
}

}  // namespace api_access
