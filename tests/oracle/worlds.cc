#include "tests/oracle/worlds.h"

#include <cstdlib>
#include <tuple>
#include <utility>

#include "tests/support.h"

namespace api_access {
namespace {

const std::vector<std::string> kCas = {"ca-0", "ca-1", "ca-2", "ca-3"};
const std::vector<std::string> kCns = {"a", "b", "A", "client.a"};
const std::vector<std::string> kUsers = {"", "", "alice", "bob"};

LoginKind LoginOf(const std::string& login) {
  if (login == "AccessKey") return LoginKind::kAccessKey;
  return login == "Password" ? LoginKind::kPassword : LoginKind::kNone;
}

template <typename Container>
std::string Join(const Container& items) {
  std::string text;
  for (const auto& item : items) text += item + ",";
  return "[" + text + "]";
}

template <typename T>
std::string OrDash(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "-";
}

template <typename Code>
std::string FindingsText(const std::vector<Finding<Code>>& findings) {
  std::string text;
  for (const Finding<Code>& finding : findings) {
    text += std::string(ToString(finding.code)) + "(" + finding.subject + ") ";
  }
  return text;
}

std::string FindingsText(const std::vector<oracle::Finding>& findings) {
  std::string text;
  for (const auto& [code, subject] : findings) {
    text += code + "(" + subject + ") ";
  }
  return text;
}

}  // namespace

WorldSize SizeOfWorlds() { return WorldSize{API_ACCESS_WORLDS}; }

ApiAccessRule Build(const oracle::Rule& rule) {
  return Rule(rule.id, rule.ranges, rule.cas, rule.cns);
}

Account Build(const oracle::Account& account) {
  std::vector<ApiAccessRule> rules;
  for (const oracle::Rule& rule : account.rules) rules.push_back(Build(rule));
  std::vector<AccessKey> keys;
  for (const oracle::Key& key : account.keys) {
    AccessKey::Fields fields = {.id = key.id};
    if (key.active) fields.state = AccessKeyState::kActive;
    if (key.expiration) fields.expiration = Instant(*key.expiration);
    if (!key.user.empty()) fields.user_name = key.user;
    keys.push_back(Valid(AccessKey::Create(std::move(fields))));
  }
  return Valid(
      Account::Create({.policy = Policy(account.max, account.require),
                       .rules = std::move(rules),
                       .access_keys = std::move(keys),
                       .every_user_listed = account.every_user_listed,
                       .users_without_keys_read = account.users_without_keys}));
}

Evaluator BuildEvaluator(const oracle::Account& account) {
  return Valid(Evaluator::Compile(Build(account)));
}

Timestamp Instant(oracle::Milliseconds count) {
  return Timestamp{milliseconds{count}};
}

std::optional<Timestamp> InstantOf(
    const std::optional<oracle::Milliseconds>& date) {
  return date ? std::optional(Instant(*date)) : std::nullopt;
}

std::optional<oracle::Milliseconds> Count(
    const std::optional<Timestamp>& timestamp) {
  if (!timestamp) return std::nullopt;
  return timestamp->time_since_epoch().count();
}

BuiltRequest::BuiltRequest(const oracle::Request& request)
    : method(FindMethod(request.service, request.method)),
      caller{.client_address = Ip(request.ip),
             .login = LoginOf(request.login),
             .access_key_id = request.key_id} {
  if (!request.cas.empty() || request.cn) {
    caller.certificate = Certificate(request.cas, request.cn);
  }
}

Decision Decide(const Evaluator& evaluator, const oracle::Request& request,
                oracle::Milliseconds now) {
  const BuiltRequest built(request);
  return evaluator.Decide(built.Get(), Instant(now));
}

std::string Text(const Decision& decision) {
  return std::string(ToString(decision.verdict())) + ' ' +
         std::string(ToString(decision.reason)) + " rule " +
         OrDash(decision.rule_index) + " missing " +
         MissingFactors(decision.reason).ToString() + " until " +
         OrDash(Count(decision.valid_until));
}

std::string Text(const oracle::Decision& decision) {
  return decision.verdict + ' ' + decision.reason + " rule " +
         OrDash(decision.rule) + " missing " +
         (decision.missing.empty() ? "none" : *decision.missing.begin()) +
         " until " + OrDash(decision.valid_until);
}

std::string Text(const ActivationReport& report) {
  return std::string(report.ready ? "ready " : "") +
         FindingsText(report.violations) + "/ " +
         FindingsText(report.warnings) + "/ " + OrDash(Count(report.ready_at));
}

std::string Text(const oracle::Report& report) {
  return std::string(report.violations.empty() ? "ready " : "") +
         FindingsText(report.violations) + "/ " +
         FindingsText(report.warnings) + "/ " + OrDash(report.ready_at);
}

std::string Text(const SmallestMaximum& smallest) {
  return OrDash(smallest.seconds) +
         testing::PrintToString(smallest.blocking_key_ids);
}

std::string Text(const oracle::SmallestMaximum& smallest) {
  return OrDash(smallest.seconds) + testing::PrintToString(smallest.blocking);
}

std::string Text(FactorRequirement requirement) {
  oracle::Alternatives alternatives;
  for (const FactorSet set : requirement) {
    std::set<std::string> factors;
    for (const Factor factor : kAllFactors) {
      if (set.Contains(factor)) factors.emplace(ToString(factor));
    }
    alternatives.insert(factors);
  }
  return Text(alternatives);
}

std::string Text(const oracle::Alternatives& alternatives) {
  std::string text;
  for (const auto& alternative : alternatives) text += Join(alternative);
  return text;
}

std::string Describe(const oracle::Account& account) {
  std::string text = "max " + std::to_string(account.max) + " require " +
                     std::to_string(account.require);
  for (const oracle::Rule& rule : account.rules) {
    text += "\n  rule " + rule.id + ' ' + Join(rule.ranges) + Join(rule.cas) +
            Join(rule.cns);
  }
  for (const oracle::Key& key : account.keys) {
    text += "\n  key " + key.id + (key.active ? " active " : " inactive ") +
            OrDash(key.expiration) + ' ' + key.user;
  }
  return text;
}

std::string Describe(const oracle::Request& request) {
  return request.service + ' ' + request.method + " from " + request.ip +
         " login " + request.login + ' ' + request.key_id + " certificate " +
         Join(request.cas) + request.cn.value_or("-");
}

const std::vector<std::string>& AllServices() {
  static const auto& services = *new std::vector<std::string>{
      "api", "oapi", "icu", "fcu", "lbu", "directlink",
      "eim", "oos",  "osu", "s3",  "",    "API"};
  return services;
}

const std::vector<std::string>& SampleMethods() {
  static const auto& methods =
      *new std::vector<std::string>{"ReadVms",
                                    "ReadQuotas",
                                    "ReadRegions",
                                    "DescribeRegions",
                                    "AuthenticateAccount",
                                    "ReadAccessKeys",
                                    "ListAccessKeys",
                                    "CreateAccessKey",
                                    "GetACCESSKEYs",
                                    "RunInstances",
                                    "readVms",
                                    "Read Vms",
                                    "Brand2New",
                                    ""};
  return methods;
}

std::vector<GateWorld> GateWorlds() {
  oracle::Account account;
  std::vector<std::pair<std::string, std::string>> logins = {
      {"", ""}, {"Password", ""}, {"AccessKey", "unknown"}, {"AccessKey", ""}};
  for (const bool active : {false, true}) {
    for (const std::string user : {"", "alice"}) {
      for (const int expiration : {-1, 0, 1, 2}) {
        oracle::Key key = {"key-" + std::to_string(account.keys.size()), active,
                           std::nullopt, user};
        if (expiration >= 0) key.expiration = expiration;
        account.keys.push_back(key);
        logins.emplace_back("AccessKey", key.id);
      }
    }
  }
  std::vector<oracle::Request> requests;
  for (const std::string& service : AllServices()) {
    for (const std::string& method : SampleMethods()) {
      for (const auto& [login, key_id] : logins) {
        requests.push_back(
            {service, method, "192.0.2.7", login, key_id, {}, {}});
      }
    }
  }
  const oracle::Rule match = {"match", {"192.0.2.0/24"}, {}, {}};
  const oracle::Rule miss = {"miss", {"10.0.0.0/8"}, {}, {}};
  const oracle::Rule with_ca = {"with-ca", {}, {"ca-1"}, {}};
  std::vector<GateWorld> worlds;
  for (const auto& rules : std::vector<std::vector<oracle::Rule>>{
           {}, {match}, {miss}, {with_ca}, {with_ca, match}}) {
    account.rules = rules;
    for (const bool require : {false, true}) {
      account.require = require;
      worlds.push_back({account, requests});
    }
  }
  return worlds;
}

std::vector<oracle::Rule> AllShapes(
    const std::vector<oracle::Strings>& range_choices,
    const std::vector<oracle::Strings>& ca_choices,
    const std::vector<oracle::Strings>& cn_choices) {
  std::vector<oracle::Rule> shapes;
  for (const auto& ranges : range_choices) {
    for (const auto& cas : ca_choices) {
      for (const auto& cns : cn_choices) {
        if ((ranges.empty() || !cns.empty()) && cas.empty()) continue;
        shapes.push_back({"", ranges, cas, cns});
      }
    }
  }
  return shapes;
}

Worlds::Worlds() {
  static const std::uint64_t seed = [] {
    const char* text = std::getenv("API_ACCESS_TEST_SEED");
    const std::uint64_t read = text == nullptr ? 1 : std::stoull(text);
    std::cout << "API_ACCESS_TEST_SEED=" << read << '\n';
    return read;
  }();
  engine_.seed(seed);
}

// Few distinct bits, so that ranges nest, touch and contain the addresses. One
// draw a statement: compilers differ in the order within one.
std::string Worlds::AddressText() {
  static const std::vector<std::string> kV4 = {"0", "127", "128", "192", "255"};
  static const std::vector<std::string> kV6 = {
      "::",         "::1",
      "2001:db8::", "2001:db8::7",
      "2001:db9::", "::fffe:c000:207",
      "8000::",     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  if (Chance(4)) return Pick(kV6);
  std::string v4 = Pick(kV4);
  for (int octet = 1; octet < 4; ++octet) v4 += '.' + Pick(kV4);
  return Chance(6) ? "::ffff:" + v4 : v4;
}

std::string Worlds::RangeText() {
  std::string address = AddressText();
  if (Chance(5)) return address;
  if (address.find(':') == std::string::npos) {
    return address + '/' + std::to_string(Below(33));
  }
  const bool mapped = address.starts_with("::ffff:");
  return address + '/' + std::to_string(mapped ? 94 + Below(35) : Below(129));
}

oracle::Rule Worlds::DrawRule(std::string id) {
  oracle::Rule rule = {std::move(id), {}, {}, {}};
  const std::size_t ranges = Below(4);
  for (std::size_t i = 0; i < ranges; ++i) rule.ranges.push_back(RangeText());
  const std::size_t cas = rule.ranges.empty() ? 1 + Below(2) : Below(3);
  for (std::size_t i = 0; i < cas; ++i) rule.cas.push_back(Pick(kCas));
  const std::size_t cns = rule.cas.empty() ? 0 : Below(3);
  for (std::size_t i = 0; i < cns; ++i) rule.cns.push_back(Pick(kCns));
  return rule;
}

oracle::Account Worlds::DrawAccount(std::size_t max_rules) {
  oracle::Account account = {.max = static_cast<long long>(Below(4)),
                             .require = Chance(2),
                             .rules = {},
                             .keys = {},
                             .every_user_listed = Chance(2),
                             .users_without_keys = {}};
  if (Chance(4)) account.users_without_keys = {"carol"};
  const std::size_t rules = Below(max_rules + 1);
  for (std::size_t i = 0; i < rules; ++i) {
    account.rules.push_back(DrawRule("rule-" + std::to_string(i)));
  }
  const std::size_t keys = 1 + Below(4);
  for (std::size_t i = 0; i < keys; ++i) {
    oracle::Key key = {"key-" + std::to_string(i), !Chance(8), std::nullopt,
                       Pick(kUsers)};
    if (Chance(2)) key.expiration = DrawNow();
    account.keys.push_back(key);
  }
  return account;
}

oracle::Request Worlds::DrawRequest(const oracle::Account& account) {
  static const std::vector<std::pair<std::string, std::string>> kCommon = {
      {"api", "ReadVms"},        {"fcu", "RunInstances"},
      {"icu", "ReadQuotas"},     {"api", "ReadAccessKeys"},
      {"icu", "ListAccessKeys"}, {"eim", "CreateAccessKey"},
      {"api", "BrandNew"}};
  oracle::Request request = {};
  if (Chance(4)) {
    request.service = Pick(AllServices());
    request.method = Pick(SampleMethods());
  } else {
    std::tie(request.service, request.method) = Pick(kCommon);
  }
  request.ip = AddressText();
  if (!Chance(8)) request.login = Chance(4) ? "Password" : "AccessKey";
  if (request.login == "AccessKey") {
    request.key_id = Chance(8) ? "unknown" : Pick(account.keys).id;
  }
  const std::size_t cas = Below(3);
  for (std::size_t i = 0; i < cas; ++i) request.cas.push_back(Pick(kCas));
  if (Chance(2)) request.cn = Pick(kCns);
  if (account.rules.empty() || Chance(2)) return request;

  const oracle::Rule& rule = Pick(account.rules);
  if (!rule.ranges.empty()) {
    const std::string& range = Pick(rule.ranges);
    request.ip = range.substr(0, range.find('/'));
  }
  if (!rule.cas.empty() && !Chance(4)) request.cas.push_back(Pick(rule.cas));
  if (!rule.cns.empty() && !Chance(4)) request.cn = Pick(rule.cns);
  return request;
}

oracle::Milliseconds Worlds::DrawNow() {
  return static_cast<oracle::Milliseconds>(Below(6)) * 500;
}

}  // namespace api_access
