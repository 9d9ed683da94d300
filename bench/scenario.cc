#include "bench/scenario.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string_view>
#include <utility>

#include "api_access/api_access_rule.h"

namespace api_access::bench {
namespace {

// Of the standard engines only the raw numbers are the same everywhere.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : engine_(seed) {}

  // 0 to `limit` - 1.
  std::size_t Below(std::size_t limit) { return engine_() % limit; }
  bool Percent(std::size_t percent) { return Below(100) < percent; }
  template <typename T, std::size_t kSize>
  const T& Pick(const std::array<T, kSize>& items) {
    return items[Below(kSize)];
  }

  // An address of `range`.
  IpAddress Address(const IpRange& range) {
    std::array<std::uint8_t, 16> bytes = range.first_address().bytes();
    const int prefix = range.prefix_length() + (range.is_v4() ? 96 : 0);
    const auto from = static_cast<std::size_t>(prefix);
    for (std::size_t bit = from; bit < 128; ++bit) {
      if (Below(2) == 0) continue;
      bytes[bit / 8] |= static_cast<std::uint8_t>(0x80U >> bit % 8);
    }
    return IpAddress::FromV6(bytes);
  }

 private:
  std::mt19937 engine_;
};

IpRange Range(const IpAddress& address, std::size_t prefix) {
  return Valid(IpRange::Create(
      {.address = address, .prefix_length = static_cast<int>(prefix)}));
}

const IpRange& Everywhere(bool is_v4) {
  static const IpRange v4 = Valid(IpRange::Parse("0.0.0.0/0"));
  static const IpRange v6 = Valid(IpRange::Parse("2000::/3"));
  return is_v4 ? v4 : v6;
}

std::string Id(const std::string& prefix, std::size_t number) {
  const std::string digits = std::to_string(number);
  return prefix + std::string(36 - prefix.size() - digits.size(), '0') + digits;
}

// One in sixteen is inactive, expired or of an EIM user; of four keys, each.
AccessKey MakeKey(std::size_t number, std::size_t keys, Timestamp now) {
  const std::string digits = std::to_string(number);
  AccessKey::Fields fields = {
      .id = "BENCHKEY" + std::string(12 - digits.size(), '0') + digits,
      .state = AccessKeyState::kActive,
      .expiration = now + std::chrono::hours(1 + number)};
  const std::size_t kind = keys < 16 ? number % 4 : number % 16;
  if (kind == 1) fields.state = AccessKeyState::kInactive;
  if (kind == 2) fields.expiration = now;
  if (kind == 3) fields.user_name = "alice";
  return Valid(AccessKey::Create(std::move(fields)));
}

IpRange MakeRange(Layout layout, std::size_t rule, Draw& draw) {
  switch (layout) {
    case Layout::kScattered:
      return Range(draw.Address(Everywhere(true)), 16 + draw.Below(17));
    case Layout::kV6:
      return Range(draw.Address(Valid(IpRange::Parse("2001:db8::/32"))),
                   48 + draw.Below(81));
    case Layout::kNested:
      return Range(Valid(IpAddress::Parse(draw.Percent(50) ? "192.0.2.165"
                                                           : "203.0.113.90")),
                   rule % 33);
    case Layout::kOverlap:
      break;
  }
  return Everywhere(true);
}

Account MakeAccount(const Size& size, Timestamp now) {
  Draw draw(20300101);
  std::vector<ApiAccessRule> rules;
  for (std::size_t rule = 0; rule < static_cast<std::size_t>(size.rules);
       ++rule) {
    ApiAccessRule::Fields fields = {.id = Id("aar-", rule)};
    for (int i = 0; i < size.ranges_per_rule; ++i) {
      fields.ip_ranges.push_back(MakeRange(size.layout, rule, draw));
    }
    const int of_four = static_cast<int>(rule % 4);
    if (of_four < size.cas) fields.ca_ids = {Id("ca-", rule)};
    if (of_four < size.cns) fields.cns = {"client." + std::to_string(rule)};
    rules.push_back(Valid(ApiAccessRule::Create(std::move(fields))));
  }
  std::vector<AccessKey> keys;
  for (std::size_t key = 0; key < static_cast<std::size_t>(size.keys); ++key) {
    keys.push_back(MakeKey(key, static_cast<std::size_t>(size.keys), now));
  }
  return Valid(Account::Create({.policy = Valid(ApiAccessPolicy::Create({})),
                                .rules = std::move(rules),
                                .access_keys = std::move(keys)}));
}

bool IsUsable(const AccessKey& key, Timestamp now) {
  return key.state() == AccessKeyState::kActive &&
         (!key.expiration() || now < *key.expiration());
}

struct MethodText {
  const char* service;
  const char* name;
};
// Mostly ordinary methods of api, as gateways see them.
constexpr std::array<MethodText, 6> kOrdinary = {{{"api", "ReadVms"},
                                                  {"api", "CreateVms"},
                                                  {"api", "ReadSnapshots"},
                                                  {"api", "LinkVolume"},
                                                  {"api", "ReadSecurityGroups"},
                                                  {"fcu", "RunInstances"}}};
constexpr std::array<MethodText, 4> kManaging = {
    {{"api", "ReadAccessKeys"},
     {"api", "UpdateApiAccessRule"},
     {"icu", "ListAccessKeys"},
     {"eim", "CreateAccessKey"}}};
constexpr std::array<MethodText, 3> kOther = {
    {{"api", "ReadRegions"},       // public
     {"oos", "GetObject"},         // exempt
     {"api", "BrandNewMethod"}}};  // unlisted

// Keeps each text once.
class Keeper {
 public:
  explicit Keeper(std::deque<std::string>& texts) : texts_(texts) {}

  const std::string* Keep(const std::string& text) {
    const auto [place, is_new] = places_.try_emplace(text);
    if (is_new) place->second = &texts_.emplace_back(text);
    return place->second;
  }

 private:
  std::deque<std::string>& texts_;
  std::map<std::string, const std::string*> places_;
};

// Any request that `account` could get: from within a range of a rule, with
// what it asks for, or with something wrong.
RawRequest DrawRequest(const Account& account,
                       const std::vector<const AccessKey*>& usable, Draw& draw,
                       Keeper& keeper,
                       std::deque<ClientCertificate>& certificates) {
  const std::size_t kind = draw.Below(100);
  const MethodText method = kind < 75   ? draw.Pick(kOrdinary)
                            : kind < 92 ? draw.Pick(kManaging)
                                        : draw.Pick(kOther);
  RawRequest request = {.service = keeper.Keep(method.service),
                        .method = keeper.Keep(method.name),
                        .client_address = draw.Address(Everywhere(true)),
                        .login = LoginKind::kAccessKey,
                        .access_key_id = keeper.Keep("UNKNOWNKEY0000000000"),
                        .certificate = nullptr};
  const std::size_t login = draw.Below(100);
  if (login < 2) request.login = LoginKind::kNone;
  if (login >= 96) request.login = LoginKind::kPassword;
  if (!usable.empty() && draw.Percent(94)) {
    request.access_key_id =
        keeper.Keep(usable[draw.Below(usable.size())]->id());
  } else if (!account.access_keys().empty() && draw.Percent(75)) {
    request.access_key_id = keeper.Keep(
        account.access_keys()[draw.Below(account.access_keys().size())].id());
  }
  if (account.rules().empty()) return request;

  const ApiAccessRule& rule =
      account.rules()[draw.Below(account.rules().size())];
  if (!rule.ip_ranges().empty()) {
    const IpRange& range =
        rule.ip_ranges()[draw.Below(rule.ip_ranges().size())];
    request.client_address =
        draw.Address(draw.Percent(80) ? range : Everywhere(range.is_v4()));
  }
  // Of this rule, mostly; else of another one.
  const ApiAccessRule& named =
      draw.Percent(85) ? rule
                       : account.rules()[draw.Below(account.rules().size())];
  if (!named.ca_ids().empty() && draw.Percent(90)) {
    const std::string& ca = named.ca_ids()[draw.Below(named.ca_ids().size())];
    const std::string cn = !named.cns().empty() && draw.Percent(85)
                               ? named.cns()[draw.Below(named.cns().size())]
                               : "client.other";
    certificates.push_back(
        Valid(ClientCertificate::Create({.ca_ids = {ca}, .cn = cn})));
    request.certificate = &certificates.back();
  }
  return request;
}

}  // namespace

Requests DrawRequests(const Account& account, const Evaluator& evaluator,
                      Timestamp now, std::size_t count) {
  std::vector<const AccessKey*> usable;
  for (const AccessKey& key : account.access_keys()) {
    if (IsUsable(key, now)) usable.push_back(&key);
  }
  Draw draw(20300102);
  Requests requests;
  Keeper keeper(requests.texts);
  std::array<std::size_t, 2> taken = {0, 0};  // denied, allowed
  for (std::size_t tries = 0; requests.all.size() < count; ++tries) {
    const RawRequest request =
        DrawRequest(account, usable, draw, keeper, requests.certificates);
    std::size_t& alike =
        taken[Decide(evaluator, request, now).allowed() ? 1 : 0];
    // An account may allow hardly anything, or deny it.
    if (alike < (count + 1) / 2 || tries > 20 * count) {
      ++alike;
      requests.all.push_back(request);
    } else if (request.certificate != nullptr) {
      requests.certificates.pop_back();
    }
  }
  return requests;
}

std::vector<std::string> AddressTexts(const Requests& requests) {
  std::vector<std::string> texts;
  for (const RawRequest& request : requests.all) {
    texts.push_back(request.client_address.ToString());
  }
  return texts;
}

Scenario MakeScenario(const Size& size) {
  const Timestamp now = Valid(ParseTimestamp("2030-01-01"));
  Account account = MakeAccount(size, now);
  Evaluator evaluator = Valid(Evaluator::Compile(account));
  Requests requests = DrawRequests(account, evaluator, now, 10'000);
  return {.account = std::move(account),
          .evaluator = std::move(evaluator),
          .now = now,
          .requests = std::move(requests)};
}

Change EditOfMiddleRule(const Account& account) {
  const ApiAccessRule& rule = account.rules()[account.rules().size() / 2];
  return UpdateApiAccessRule{.api_access_rule_id = rule.id(),
                             .rule = {.ip_ranges = rule.ip_ranges()}};
}

Account WithAnotherRange(const Account& account) {
  Account::Fields fields = account.fields();
  ApiAccessRule& changed = fields.rules[fields.rules.size() / 2];
  ApiAccessRule::Fields rule = changed.fields();
  rule.ip_ranges.back() = Valid(IpRange::Parse("2001:db8::/32"));
  changed = Valid(ApiAccessRule::Create(std::move(rule)));
  return Valid(Account::Create(std::move(fields)));
}

}  // namespace api_access::bench
