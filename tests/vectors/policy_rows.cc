// Factors, activation and changes: the rows of factors.jsonl, check.jsonl and
// change.jsonl.

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/vectors/vectors.h"

namespace vectors {
namespace {

using oracle::Change;
using oracle::Key;
using oracle::Milliseconds;
using oracle::ReadFolder;
using oracle::Rule;
using oracle::Strings;

constexpr Milliseconds kSecond = 1000;

Key KeyUntil(std::string id, std::optional<Milliseconds> expiration,
             bool active = true, std::string user = "") {
  return {std::move(id), active, expiration, std::move(user)};
}

// Ready for a trusted session, with a maximum of a day.
oracle::Account Ready() {
  return {.max = 86'400,
          .require = true,
          .rules = {{"rule", {"192.0.2.0/24"}, {"ca-1"}, {}}},
          .keys = {KeyUntil("ROOT", kNow + 3'600 * kSecond)}};
}

}  // namespace

void AddFactors(Vectors& vectors) {
  const std::vector<std::pair<std::string, std::vector<Rule>>> accounts = {
      {"no rule", {}},
      {"a rule without CA", {{"rule", {"192.0.2.0/24"}, {}, {}}}},
      {"a rule with a CA", {{"rule", {"192.0.2.0/24"}, {"ca-1"}, {}}}},
      {"a rule with a CA, a CN and no ranges", {{"rule", {}, {"ca-1"}, {"a"}}}},
      {"a rule without CA and one with a CA, of other addresses",
       {{"open", {"192.0.2.0/25"}, {}, {}},
        {"closed", {"192.0.2.128/25"}, {"ca-1"}, {}}}},
      {"a rule without CA within the addresses of one with a CA",
       {{"closed", {"192.0.2.0/24"}, {"ca-1"}, {}},
        {"open", {"192.0.2.7"}, {}, {}}}},
      {"a rule of all IPv6 addresses", {{"rule", {"::/0"}, {}, {}}}}};
  const std::vector<std::string> addresses = {
      "192.0.2.7", "192.0.2.127",      "192.0.2.128",
      "192.0.3.0", "::ffff:192.0.2.7", "2001:db8::7"};
  for (const auto& [what, rules] : accounts) {
    for (const bool session : {false, true}) {
      const std::string name =
          "factors of " + what + (session ? ", under a session" : "");
      const std::string where =
          (session ? "A trusted session and " : "No trusted session and ") +
          what;
      vectors.AddAccount(
          name, where + '.',
          {.require = session, .rules = rules, .keys = {RootKey()}});
      vectors.AddFactors(where + ": the documented table.", name, std::nullopt);
      for (const std::string& ip : addresses) {
        vectors.AddFactors(where + ": what is asked from " + ip + '.', name,
                           ip);
      }
    }
  }
}

namespace {

// One account for each of these keys.
void AddLifetimes(Vectors& vectors) {
  constexpr long long kMax = 3'600;
  const auto add = [&](const std::string& name, const oracle::Key& key,
                       long long max, bool require) {
    const Milliseconds remaining = *key.expiration - kNow;
    const std::string relation = remaining < max * kSecond ? "below"
                                 : remaining == max * kSecond
                                     ? "equal to, and so refused by,"
                                     : "above";
    vectors.AddCheck("A remaining lifetime of " + std::to_string(remaining) +
                         " ms is " + relation + " a maximum of " +
                         std::to_string(max) + " s.",
                     name, max, require);
  };
  for (const Milliseconds lifetime :
       {kMax * kSecond - 1, kMax * kSecond, kMax * kSecond + 1, -1LL, 0LL, 1LL,
        999LL, 1'000LL, 1'001LL, kHighestMax * kSecond - 1,
        kHighestMax * kSecond}) {
    for (const bool active : {true, false}) {
      for (const std::string user : {"", "alice"}) {
        const bool is_plain = active && user.empty();
        // All keys count alike.
        if (!is_plain && lifetime != kMax * kSecond) continue;
        const std::string name = std::string(active ? "ACTIVE" : "INACTIVE") +
                                 (user.empty() ? " root" : " EIM") +
                                 " key for " + std::to_string(lifetime) + " ms";
        oracle::Account account = Ready();
        account.max = 0;
        account.require = false;
        account.keys = {KeyUntil("KEY", kNow + lifetime, active, user)};
        vectors.AddAccount(name, "It has an " + name + '.', account);
        add(name, account.keys[0], kMax, false);
        add(name, account.keys[0], kMax, true);
        if (!is_plain) continue;
        vectors.AddCheck("Without a maximum no lifetime matters.", name, 0,
                         false);
        add(name, account.keys[0], 1, false);
        add(name, account.keys[0], kHighestMax, true);
        if (lifetime != kMax * kSecond + 1) continue;
        vectors.AddCheck("One millisecond later it equals the maximum.", name,
                         kMax, true, kNow + 1);
        vectors.AddCheck("At ReadyAt the account is ready.", name, kMax, true,
                         kNow + 2);
        vectors.AddCheck("A clock that steps back makes it longer.", name, kMax,
                         true, kNow - 1);
      }
    }
  }
  // No instants overflow.
  oracle::Account account = Ready();
  account.keys = {KeyUntil("LAST", kLastDate)};
  vectors.AddAccount("the last date", "A key that expires at the last date.",
                     account);
  vectors.AddCheck("From the first date to the last one.", "the last date",
                   kHighestMax, true, kFirstDate);
  vectors.AddCheck("The last date is now.", "the last date", 1, true,
                   kLastDate);
  account.keys = {KeyUntil("FIRST", kFirstDate)};
  vectors.AddAccount("the first date", "A key that expired at the first date.",
                     account);
  vectors.AddCheck("From the last date back to the first one.",
                   "the first date", 1, true, kLastDate);
}

void AddPolicies(Vectors& vectors) {
  oracle::Account account = Ready();
  account.require = false;
  vectors.AddAccount("to be checked", "Ready for a trusted session.", account);
  for (const auto& [max, what] : std::vector<std::pair<long long, std::string>>{
           {0, "A maximum of 0 is in range"},
           {-1, "A maximum of -1 is out of range"},
           {1, "A maximum of 1 is in range"},
           {3'600, "A maximum equal to the longest remaining lifetime"},
           {3'601, "One second above the longest remaining lifetime"},
           {kHighestMax - 1, "One second below the highest maximum"},
           {kHighestMax, "The highest maximum, 100 years, is in range"},
           {kHighestMax + 1, "One second above the highest maximum"},
           {std::numeric_limits<long long>::min(), "The lowest integer"},
           {std::numeric_limits<long long>::max(), "The highest integer"}}) {
    vectors.AddCheck(what + ", without a trusted session.", "to be checked",
                     max, false);
    vectors.AddCheck(what + ", with a trusted session.", "to be checked", max,
                     true);
  }

  account.keys = {KeyUntil("a", std::nullopt),
                  KeyUntil("b", std::nullopt, false),
                  KeyUntil("C", std::nullopt, true, "alice"),
                  KeyUntil("d", kNow + 10 * kSecond)};
  vectors.AddAccount("without end",
                     "Keys that never expire: ACTIVE, INACTIVE, of a user.",
                     account);
  vectors.AddCheck("With (0, false) keys may live for ever.", "without end", 0,
                   false);
  vectors.AddCheck("With a maximum every key needs an expiration.",
                   "without end", 11, false);
  vectors.AddCheck("With a trusted session every key needs an expiration.",
                   "without end", 0, true);
  vectors.AddCheck(
      "Keys without end come before those that outlive the maximum.",
      "without end", 10, true);
  vectors.AddCheck("Out of range, but above 0: every key needs an expiration.",
                   "without end", kHighestMax + 1, false);
  vectors.AddCheck("Below 0: no key needs an expiration.", "without end", -1,
                   false);

  account = Ready();
  account.rules = {{"b", {"192.0.2.0/24"}, {}, {}},
                   {"a", {"192.0.2.0/24"}, {"ca-1"}, {}},
                   {"B", {"198.51.100.7"}, {}, {}},
                   {"\xc3\xa9", {"203.0.113.7"}, {}, {}}};
  account.require = false;
  vectors.AddAccount("without CA", "Rules with and without CA.", account);
  vectors.AddCheck(
      "A trusted session wants a CA in every rule: ids in byte order.",
      "without CA", 86'400, true);
  vectors.AddCheck("A maximum alone wants no CA.", "without CA", 86'400, false);
  account.rules = {};
  vectors.AddAccount("nothing to pass", "No rules.", account);
  vectors.AddCheck("A trusted session wants a rule.", "nothing to pass", 86'400,
                   true);
  vectors.AddCheck("A maximum alone wants no rule.", "nothing to pass", 86'400,
                   false);
  vectors.AddAccount("nothing at all", "Neither rules nor keys.",
                     oracle::Account());
  vectors.AddCheck("Without keys the smallest maximum is 1.", "nothing at all",
                   1, false);
  vectors.AddCheck("Without rules and maximum: both are told.",
                   "nothing at all", 0, true);

  // A0
  account = Ready();
  account.require = false;
  account.every_user_listed = false;
  vectors.AddAccount("users not listed", "The users were not read.", account);
  account.users_without_keys = {"bob", "Alice"};
  vectors.AddAccount("more users",
                     "The list of users has more items, and two users lack "
                     "their keys.",
                     account);
  account.every_user_listed = true;
  vectors.AddAccount("keys not read", "Two users lack their keys.", account);
  for (const std::string name :
       {"users not listed", "more users", "keys not read"}) {
    vectors.AddCheck("Deactivation is valid, also where keys may be missing.",
                     name, 0, false);
    vectors.AddCheck("An account that is not complete is not ready.", name,
                     86'400, true);
    vectors.AddCheck("Not even a maximum may be set where keys may be missing.",
                     name, 86'400, false);
    vectors.AddCheck("A maximum out of range comes after what is missing.",
                     name, -1, false);
  }

  // Everything at once.
  account.keys = {KeyUntil("z", std::nullopt), KeyUntil("y", kNow + 5'000),
                  KeyUntil("x", kNow + 5'000, false, "carol"),
                  KeyUntil("w", std::nullopt, true, "carol"),
                  KeyUntil("v", kNow + 4'999)};
  account.rules = {{"q", {"0.0.0.0/0"}, {}, {}}, {"p", {"::/0"}, {}, {}}};
  account.every_user_listed = false;
  vectors.AddAccount("all at once", "It breaks almost every condition.",
                     account);
  vectors.AddCheck("All violations, in order, within a code by subject.",
                   "all at once", 5, true);
  vectors.AddCheck("With maximum 0 lifetimes cannot be judged.", "all at once",
                   0, true);
  vectors.AddCheck("With a maximum out of range lifetimes are not judged.",
                   "all at once", kHighestMax + 1, true);
  vectors.AddCheck("A maximum alone asks nothing of rules.", "all at once", 5,
                   false);

  account = Ready();
  account.require = false;
  account.keys = {KeyUntil("a", kNow + 10'000), KeyUntil("b", kNow + 20'000),
                  KeyUntil("c", kNow + 5'000)};
  vectors.AddAccount("three keys", "Keys for 5, 10 and 20 seconds.", account);
  vectors.AddCheck("ReadyAt is that of the key that is last.", "three keys", 7,
                   true);
  vectors.AddCheck("One millisecond before ReadyAt.", "three keys", 7, true,
                   kNow + 13'000);
  vectors.AddCheck("At ReadyAt.", "three keys", 7, true, kNow + 13'001);
  account.rules[0].cas = {};
  vectors.AddAccount("three keys and a rule without CA",
                     "Keys for 5, 10 and 20 seconds, a rule without CA.",
                     account);
  vectors.AddCheck("There is no ReadyAt where something else fails, too.",
                   "three keys and a rule without CA", 7, true);
  vectors.AddCheck("Without a trusted session lifetimes alone fail.",
                   "three keys and a rule without CA", 7, false);
}

// The addresses that warnings are about.
void AddWarnings(Vectors& vectors) {
  // The IPv6 addresses but ::ffff:0:0/96, as blocks.
  Strings but_mapped;
  std::string block = "6";
  const std::string hole = std::string(80, '0') + std::string(16, '1');
  for (const char bit : hole) {
    but_mapped.push_back(CanonicalRange(block + (bit == '0' ? '1' : '0')));
    block += bit;
  }
  Strings one_less(but_mapped.begin(), but_mapped.end() - 1);
  const std::vector<std::pair<std::string, std::vector<Strings>>> accounts = {
      {"no ranges: any address of both families", {{}}},
      {"0.0.0.0/0: any IPv4 address", {{"0.0.0.0/0"}}},
      {"::/0: any IPv6 address", {{"::/0"}}},
      {"::ffff:0:0/96, which is 0.0.0.0/0", {{"::ffff:0:0/96"}}},
      {"both halves of IPv4 in one rule", {{"0.0.0.0/1", "128.0.0.0/1"}}},
      {"all of IPv4 but its last address",
       {{"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "224.0.0.0/4",
         "240.0.0.0/5", "248.0.0.0/6", "252.0.0.0/7", "254.0.0.0/8",
         "255.0.0.0/9"}}},
      {"half of IPv4", {{"0.0.0.0/1"}}},
      {"the halves of IPv4 in two rules", {{"0.0.0.0/1"}, {"128.0.0.0/1"}}},
      {"one half of IPv4 twice", {{"0.0.0.0/1"}, {"0.0.0.0/1"}}},
      {"the halves of IPv4 in two rules, all of it in a third",
       {{"0.0.0.0/1"}, {"128.0.0.0/1"}, {"0.0.0.0/0"}}},
      {"the halves of IPv4 and of IPv6 in two rules",
       {{"0.0.0.0/1", "::/1"}, {"128.0.0.0/1", "8000::/1"}}},
      {"all of IPv4 in one rule, the halves of IPv6 in two",
       {{"0.0.0.0/0", "::/1"}, {"8000::/1"}}},
      {"all of IPv6 but the mapped addresses, where no client is",
       {but_mapped}},
      {"all of that but one block", {one_less}}};
  for (const auto& [what, ranges_of_rules] : accounts) {
    oracle::Account account = Ready();
    account.rules = {};
    for (const Strings& ranges : ranges_of_rules) {
      account.rules.push_back({"rule-" + std::to_string(account.rules.size()),
                               ranges,
                               {"ca-1"},
                               {}});
    }
    const std::string name = "admits " + what;
    vectors.AddAccount(name, "It admits " + what + '.', account);
    vectors.AddCheck("What a key alone may come from: " + what + '.', name,
                     86'400, true);
  }
  vectors.AddCheck("Where no trusted session is asked there is no warning.",
                   "admits " + accounts[0].first, 86'400, false);
  vectors.AddCheck("The warning on lifetimes comes before those on addresses.",
                   "admits " + accounts[0].first, 0, true);
}

}  // namespace

void AddChecks(Vectors& vectors) {
  AddPolicies(vectors);
  AddLifetimes(vectors);
  AddWarnings(vectors);
  // Small accounts, with every kind of policy.
  const std::vector<std::pair<std::string, std::optional<Milliseconds>>> ends =
      {{"without end", std::nullopt},
       {"for 2 s", kNow + 2'000},
       {"for 3 s", kNow + 3'000}};
  for (const auto& [one_text, one] : ends) {
    for (const auto& [other_text, other] : ends) {
      for (const bool has_ca : {false, true}) {
        oracle::Account account = {
            .rules = {{"rule", {"192.0.2.0/24"}, {}, {}}},
            .keys = {KeyUntil("one", one),
                     KeyUntil("two", other, true, "alice")}};
        if (has_ca) account.rules[0].cas = {"ca-1"};
        const std::string what = "a root key " + one_text + ", an EIM key " +
                                 other_text + (has_ca ? ", a CA" : ", no CA");
        vectors.AddAccount("policy: " + what, "It has " + what + '.', account);
        for (const long long max : {0, 2, 3}) {
          for (const bool require : {false, true}) {
            vectors.AddCheck("Maximum " + std::to_string(max) + ", " +
                                 (require ? "session" : "no session") + ": " +
                                 what + '.',
                             "policy: " + what, max, require);
          }
        }
      }
    }
  }
}

namespace {

const std::vector<oracle::Caller>& Callers() {
  static const auto& callers = *new std::vector<oracle::Caller>{
      {"root", {"", "", "192.0.2.7", "AccessKey", "ROOT", {"ca-1"}, "a"}},
      {"bare", {"", "", "192.0.2.7", "AccessKey", "ROOT", {}, {}}},
      {"alice", {"", "", "198.51.100.7", "AccessKey", "ALICE", {"ca-2"}, {}}},
      {"login", {"", "", "192.0.2.7", "Password", "", {"ca-1", "ca-2"}, "b"}}};
  return callers;
}

void AddKeyChanges(Vectors& vectors) {
  ReadFolder folder;
  folder.account = {
      .rules = {{"rule", {"192.0.2.0/24", "198.51.100.0/24"}, {}, {}}},
      .keys = {KeyUntil("ROOT", kNow + 60 * kSecond),
               KeyUntil("SPARE", std::nullopt, false),
               KeyUntil("ALICE", std::nullopt, true, "alice"),
               KeyUntil("ALICE-OFF", kNow, false, "alice")}};
  folder.tags["ROOT"] = "Group1";
  folder.creations["ROOT"] = kNow - kSecond;
  folder.descriptions["rule"] = "Office and VPN";
  vectors.AddAccount("changes", "No maximum, no trusted session.", folder);
  folder.account.max = 60;
  vectors.AddAccount("changes, maximum 60", "A maximum of 60 seconds.", folder);
  folder.account.max = 0;
  folder.account.require = true;
  vectors.AddAccount("changes, session alone",
                     "A trusted session without a maximum, as read.", folder);

  const Vectors::ChangeOptions watched = {.callers = Callers(), .diff = true};
  const auto dated = [](Change change, Milliseconds date) {
    change.date = date;
    return change;
  };
  const Change create = {.call = "CreateAccessKey", .new_id = "NEW"};
  const Change update = {.call = "UpdateAccessKey", .id = "ROOT"};
  for (const std::string name :
       {"changes", "changes, maximum 60", "changes, session alone"}) {
    const std::string in = " Account: " + name + '.';
    vectors.AddChange("A key without a date never expires." + in, name, create);
    for (const auto& [offset, what] :
         std::vector<std::pair<Milliseconds, std::string>>{
             {60'000, "60 seconds ahead, equal to the maximum, is fine."},
             {60'001, "one millisecond more than 60 seconds ahead."},
             {0, "now: it has expired already, which is allowed."},
             {-1, "in the past, which is allowed."}}) {
      vectors.AddChange("A key is created with a date " + what + in, name,
                        dated(create, kNow + offset));
      vectors.AddChange("A key is updated to a date " + what + in, name,
                        dated(update, kNow + offset));
    }
    vectors.AddChange("An update without date clears it." + in, name, update);
    Change change = dated(update, kNow + 1);
    change.clear_date = true;
    vectors.AddChange("ClearExpirationDate wins over a date." + in, name,
                      change);
    change = update;
    change.state = "INACTIVE";
    vectors.AddChange("An update of the state alone clears the date." + in,
                      name, change, watched);
    change = dated(update, kNow + 60'000);
    change.state = "INACTIVE";
    vectors.AddChange("The state with the date that there was." + in, name,
                      change, watched);
    change = dated(update, kNow + 60'000);
    change.tag = "Group2";
    vectors.AddChange("A tag replaces the one before." + in, name, change);
    change.clear_tag = true;
    vectors.AddChange("ClearTag wins over Tag." + in, name, change);
  }
  Change change = dated(create, kNow + kSecond);
  change.user = "alice";
  change.tag = "ci";
  vectors.AddChange("A key of an EIM user, with a tag.", "changes", change);
  change.user = "nobody";
  vectors.AddChange("A key of a user who has none: EIM is not our matter.",
                    "changes", change);
  change = create;
  change.new_id = "ALICE";
  vectors.AddChange("The new id exists: an error of input.", "changes", change);
  change.new_id = "";
  vectors.AddChange("The new id is empty: an error of input.", "changes",
                    change);
  change = create;
  change.user = "";
  vectors.AddChange("An empty user name is not absent: an error of input.",
                    "changes", change);
  change.user = "bob";
  vectors.AddChange(
      "A key of a user whose keys were not read: an error of input.",
      "keys not read", change);
  change.user = std::nullopt;
  vectors.AddChange("A key of the root user, where others' were not read.",
                    "keys not read", change);
  vectors.AddChange("Where the users were not read a user may be new.",
                    "users not listed", dated(create, kNow + kSecond));

  const Change remove = {.call = "DeleteAccessKey"};
  const auto of = [](Change made, oracle::OptionalText id,
                     oracle::OptionalText user) {
    made.id = std::move(id);
    made.user = std::move(user);
    return made;
  };
  for (const std::string call : {"UpdateAccessKey", "DeleteAccessKey"}) {
    const Change base = {.call = call};
    vectors.AddChange(call + " without AccessKeyId.", "changes", base);
    vectors.AddChange(call + " of a key that is not there.", "changes",
                      of(base, "NONE", {}));
    vectors.AddChange(call + " of an EIM user's key without UserName.",
                      "changes", of(base, "ALICE", {}));
    vectors.AddChange(call + " of the root user's key with a UserName.",
                      "changes", of(base, "ROOT", "alice"));
    vectors.AddChange(call + " of a key of another user.", "changes",
                      of(base, "ALICE", "bob"));
    vectors.AddChange(call + ": ids are compared byte for byte.", "changes",
                      of(base, "root", {}));
    vectors.AddChange(call + " with an empty id: an error of input.", "changes",
                      of(base, "", {}));
  }
  change = of(update, "ALICE-OFF", "alice");
  change.state = "ACTIVE";
  vectors.AddChange("An EIM user's key is activated; its date goes.", "changes",
                    change, watched);
  vectors.AddChange("The root user's key may be deleted while it is ACTIVE.",
                    "changes", of(remove, "ROOT", {}), watched);
  vectors.AddChange("An EIM user's key must be INACTIVE to be deleted.",
                    "changes", of(remove, "ALICE", "alice"), watched);
  vectors.AddChange("An INACTIVE key of an EIM user is deleted.", "changes",
                    of(remove, "ALICE-OFF", "alice"), watched);

  for (const int count : {9, 10, 11}) {
    for (const std::string user : {"", "alice"}) {
      oracle::Account many = {.rules = {{"rule", {"192.0.2.0/24"}, {}, {}}}};
      for (int i = 0; i < count; ++i) {
        many.keys.push_back(
            KeyUntil("KEY-" + std::to_string(i), kNow - i, i % 2 == 0, user));
      }
      many.keys.push_back(
          KeyUntil("OTHER", kNow, true, user.empty() ? "bob" : ""));
      const std::string whose = user.empty() ? "the root user" : "an EIM user";
      const std::string name = std::to_string(count) + " keys of " + whose;
      vectors.AddAccount(name, "It has " + name + '.', many);
      Change more = dated(create, kNow + kSecond);
      if (!user.empty()) more.user = user;
      vectors.AddChange("One more than " + name +
                            ": INACTIVE and expired ones count, at most 10.",
                        name, more);
      more.user = user.empty() ? oracle::OptionalText("bob") : std::nullopt;
      vectors.AddChange("The keys of others do not count: " + name + '.', name,
                        more);
    }
  }
}

void AddRuleChanges(Vectors& vectors) {
  for (const bool session : {false, true}) {
    for (const std::string known : {"unknown", "ca-1"}) {
      ReadFolder folder;
      folder.account = Ready();
      folder.account.require = session;
      folder.account.rules = {{"first", {"192.0.2.0/24"}, {"ca-1"}, {"a"}},
                              {"second", {"198.51.100.7"}, {"ca-2"}, {}}};
      folder.account.keys.push_back(
          KeyUntil("ALICE", kNow + kSecond, true, "alice"));
      folder.descriptions["first"] = "Office and VPN";
      if (known != "unknown") folder.cas = {{{"ca-1", std::nullopt}}};
      const std::string name =
          std::string(session ? "rules, session" : "rules, no session") +
          (folder.cas ? ", CAs known" : ", CAs not known");
      vectors.AddAccount(name, "Two rules: " + name.substr(7) + '.', folder);
      const std::string in = " Account: " + name + '.';
      const auto add = [&](const std::string& why, const Strings& ranges,
                           const Strings& cas, const Strings& cns) {
        for (const std::string call :
             {"CreateApiAccessRule", "UpdateApiAccessRule"}) {
          Change change = {.call = call, .new_id = "third"};
          if (call == "UpdateApiAccessRule") change.id = "first";
          change.ranges = ranges;
          change.cas = cas;
          change.cns = cns;
          vectors.AddChange(call + ": " + why + in, name, change);
        }
      };
      add("neither ranges nor CAs.", {}, {}, {});
      add("CNs without CAs, and no ranges.", {}, {}, {"a"});
      add("CNs without CAs.", {"192.0.2.0/24"}, {}, {"a"});
      add("ranges alone.", {"192.0.2.0/24"}, {}, {});
      add("a CA alone.", {}, {"ca-1"}, {});
      add("a CA and a CN.", {}, {"ca-1"}, {"a"});
      add("all three criteria.", {"192.0.2.0/24", "::ffff:198.51.100.0/120"},
          {"ca-1"}, {"a", "b"});
      add("CAs that may not be there: ids in byte order, each once.", {},
          {"ca-3", "ca-2", "ca-1", "ca-3"}, {});
      add("an empty CA id: an error of input.", {}, {""}, {});
      add("an empty CN: an error of input.", {}, {"ca-1"}, {""});

      const Vectors::ChangeOptions watched = {.callers = Callers(),
                                              .diff = true};
      Change change = {.call = "DeleteApiAccessRule"};
      vectors.AddChange("DeleteApiAccessRule without ApiAccessRuleId." + in,
                        name, change);
      change.id = "FIRST";
      vectors.AddChange("No rule has this id: case matters." + in, name,
                        change);
      change.id = "first";
      vectors.AddChange("One of two rules is deleted." + in, name, change,
                        watched);
      change = {.call = "UpdateApiAccessRule"};
      vectors.AddChange("UpdateApiAccessRule without ApiAccessRuleId." + in,
                        name, change);
      change.id = "none";
      vectors.AddChange("An unknown rule: its criteria are not judged." + in,
                        name, change);
      change = {.call = "UpdateApiAccessRule", .id = "first"};
      change.cas = {"ca-1"};
      vectors.AddChange(
          "A criterion that is not given is gone: ranges and CN." + in, name,
          change, watched);
      change = {.call = "CreateApiAccessRule", .new_id = "second"};
      change.cas = {"ca-1"};
      vectors.AddChange("The new id exists: an error of input." + in, name,
                        change);

      for (const std::string call : {"UpdateCa", "DeleteCa"}) {
        change = {.call = call};
        vectors.AddChange(call + " without CaId." + in, name, change);
        for (const std::string ca : {"ca-1", "ca-2"}) {
          change.id = ca;
          vectors.AddChange(call + " of " + ca + '.' + in, name, change,
                            {.callers = Callers(),
                             .diff = call == "DeleteCa" && ca == "ca-1"});
        }
      }
      change = {.call = "CreateCa", .new_id = "ca-3"};
      vectors.AddChange("CreateCa without CaPem." + in, name, change);
      change.pem = "not looked into";
      vectors.AddChange(
          "A CA is created; its certificate is not looked into." + in, name,
          change);
      change.new_id = "ca-1";
      vectors.AddChange(
          "A new CA whose id exists: an error where CAs are known." + in, name,
          change);
    }
  }
  vectors.AddAccount("one rule", "Its only rule.", Ready());
  vectors.AddChange("The last rule cannot be deleted.", "one rule",
                    {.call = "DeleteApiAccessRule", .id = "rule"});
  vectors.AddChange("An unknown id is told, not that it would be the last.",
                    "one rule", {.call = "DeleteApiAccessRule", .id = "other"});
}

void AddPolicyChanges(Vectors& vectors) {
  const std::string call = "UpdateApiAccessPolicy";
  vectors.AddChange("Neither parameter is given.", "changes", {.call = call});
  vectors.AddChange("RequireTrustedEnv is not given.", "changes",
                    {.call = call, .max = -1});
  vectors.AddChange("The maximum is not given.", "changes",
                    {.call = call, .require = true});
  for (const std::string name :
       {"changes", "all at once", "to be checked", "nothing at all",
        "three keys", "keys not read", "without CA"}) {
    for (const long long max : {-1LL, 0LL, 5LL, kHighestMax, kHighestMax + 1}) {
      for (const bool require : {false, true}) {
        vectors.AddChange(
            "(" + std::to_string(max) + ", " + (require ? "true" : "false") +
                ") is refused for what `check` finds: " + name + '.',
            name, {.call = call, .max = max, .require = require});
      }
    }
  }
  const Vectors::ChangeOptions watched = {.callers = Callers(), .diff = true};
  vectors.AddChange("What a trusted session widens.", "to be checked",
                    {.call = call, .max = 86'400, .require = true}, watched);
  vectors.AddChange("What its end narrows.", "one rule",
                    {.call = call, .max = 0, .require = false}, watched);
  vectors.AddChange("A maximum alone changes no verdict.", "to be checked",
                    {.call = call, .max = 3'601, .require = false}, watched);

  // Locked out, and from when on.
  oracle::Account account = Ready();
  account.require = false;
  account.rules = {{"office", {"192.0.2.0/24"}, {}, {}},
                   {"home", {"198.51.100.7"}, {}, {}}};
  account.keys.push_back(
      KeyUntil("ALICE", kNow + 7'200 * kSecond, true, "alice"));
  vectors.AddAccount("two places", "Two rules, of an office and a home.",
                     account);
  const Change close = {.call = "DeleteApiAccessRule", .id = "office"};
  const auto only = [](std::size_t first, std::size_t count) {
    return std::vector<oracle::Caller>(
        Callers().begin() + static_cast<std::ptrdiff_t>(first),
        Callers().begin() + static_cast<std::ptrdiff_t>(first + count));
  };
  vectors.AddChange("Nobody is named: not assessed.", "two places", close);
  vectors.AddChange("The only caller is locked out.", "two places", close,
                    {.callers = only(0, 1)});
  vectors.AddChange("Somebody else can still manage, until the key expires.",
                    "two places", close, {.callers = only(0, 3)});
  vectors.AddChange("Somebody who had no access before does not matter.",
                    "two places", {.call = "DeleteApiAccessRule", .id = "home"},
                    {.callers = only(1, 2)});
  vectors.AddChange("Login/password has no end.", "two places",
                    {.call = "DeleteApiAccessRule", .id = "home"},
                    {.callers = only(0, 4)});
  Change close_all = {.call = "UpdateApiAccessRule", .id = "office"};
  close_all.ranges = {"203.0.113.7"};
  vectors.AddChange("All at the office are locked out.", "two places",
                    close_all, {.callers = only(0, 2)});
  vectors.AddChange("Keys have expired: locked out before.", "two places",
                    close_all,
                    {.callers = only(0, 2), .now = kNow + 3'600 * kSecond});
}

// What depends on the JSON of the request. Those that are errors of input are
// written by hand: the oracle is not asked.
void AddWrongChanges(Vectors& vectors) {
  const auto add = [&](const std::string& why, const std::string& call,
                       const Json& request) {
    vectors.AddWrongChange(why, "changes", call, request);
  };
  vectors.AddChange("DryRun is accepted and ignored.", "changes",
                    {.call = "DeleteAccessKey", .id = "SPARE"},
                    {.more = {{"DryRun", true}}});
  vectors.AddChange("A parameter that is null is absent.", "changes",
                    {.call = "UpdateAccessKey", .id = "SPARE"},
                    {.more = {{"ExpirationDate", nullptr},
                              {"UserName", nullptr},
                              {"ClearExpirationDate", nullptr}}});
  vectors.AddChange("A required parameter that is null is missing.", "changes",
                    {.call = "DeleteAccessKey"},
                    {.more = {{"AccessKeyId", nullptr}}});
  vectors.AddChange("Empty lists are absent criteria.", "changes",
                    {.call = "UpdateApiAccessRule", .id = "rule"},
                    {.more = {{"IpRanges", Json::array()},
                              {"CaIds", Json::array()},
                              {"Cns", Json::array()}}});
  add("No call has this name.", "UpdateApiAccessRules", Json::object());
  add("Names of calls are compared byte for byte.", "deleteCa",
      {{"CaId", "ca-1"}});
  add("A reading call changes nothing.", "ReadCas", Json::object());
  add("An unknown parameter.", "DeleteCa", {{"CaId", "ca-1"}, {"Id", "x"}});
  add("A parameter of another call.", "DeleteApiAccessRule",
      {{"ApiAccessRuleId", "rule"}, {"IpRanges", {"192.0.2.0/24"}}});
  add("A range that is malformed.", "CreateApiAccessRule",
      {{"IpRanges", {"192.0.2.0/33"}}});
  add("A list that is a text.", "CreateApiAccessRule",
      {{"IpRanges", "192.0.2.0/24"}});
  add("A state that is none.", "UpdateAccessKey",
      {{"AccessKeyId", "ROOT"}, {"State", "active"}});
  add("An empty date is not absent.", "UpdateAccessKey",
      {{"AccessKeyId", "ROOT"}, {"ExpirationDate", ""}});
  add("A date without zone.", "UpdateAccessKey",
      {{"AccessKeyId", "ROOT"}, {"ExpirationDate", "2030-01-01T00:00:00"}});
  add("A maximum that is no integer.", "UpdateApiAccessPolicy",
      {{"MaxAccessKeyExpirationSeconds", 1.5}, {"RequireTrustedEnv", true}});
  add("A flag that is a text.", "UpdateApiAccessPolicy",
      {{"MaxAccessKeyExpirationSeconds", 1}, {"RequireTrustedEnv", "true"}});
  add("DryRun that is no flag.", "DeleteCa",
      {{"CaId", "ca-1"}, {"DryRun", "yes"}});
}

}  // namespace

void AddChanges(Vectors& vectors) {
  AddKeyChanges(vectors);
  AddRuleChanges(vectors);
  AddPolicyChanges(vectors);
  AddWrongChanges(vectors);
}

}  // namespace vectors
