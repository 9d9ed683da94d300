// Decisions: the rows of decide.jsonl.

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/vectors/vectors.h"

namespace vectors {
namespace {

using oracle::Milliseconds;
using oracle::OptionalText;
using oracle::Request;
using oracle::Rule;
using oracle::Strings;

constexpr const char* kOffice = "192.0.2.7";  // in 192.0.2.0/24
constexpr const char* kFar = "198.51.100.7";  // in no range

Request With(Request request, const std::string& service,
             const std::string& method) {
  request.service = service;
  request.method = method;
  return request;
}

Request ByPassword(std::string ip, Strings cas = {}, OptionalText cn = {}) {
  return {"api", "ReadAccessKeys", std::move(ip), "Password",
          "",    std::move(cas),   std::move(cn)};
}

bool HasPassword(const std::string& service) {
  return service == "api" || service == "oapi" || service == "icu";
}

Request Anonymous(std::string ip) {
  return {"api", "ReadVms", std::move(ip), "", "", {}, {}};
}

// A first, a last and the next addresses, of IPv4 also in its mapped form.
void AddEdges(Vectors& vectors, const std::string& account,
              const std::string& range) {
  const std::string bits = *oracle::RangeBits(range);
  const auto add = [&](const std::string& address_bits,
                       const std::string& what) {
    const std::string ip = CanonicalAddress(address_bits);
    vectors.AddDecision(ip + " is " + what + " of " + range + ".", account,
                        Signed(ip));
    if (address_bits[0] == '6') return;
    vectors.AddDecision("::ffff:" + ip + " is the IPv4 address " + ip + ", " +
                            what + " of " + range + ".",
                        account, Signed("::ffff:" + ip));
  };
  add(FirstOf(bits),
      FirstOf(bits) == LastOf(bits) ? "the only address" : "the first address");
  add(LastOf(bits), "the last address");
  if (const auto before = Before(FirstOf(bits))) {
    add(*before, "one below the first address");
  }
  if (const auto after = After(LastOf(bits))) {
    add(*after, "one above the last address");
  }
}

void AddRanges(Vectors& vectors) {
  const std::vector<std::pair<std::string, std::string>> ranges = {
      {"192.0.2.0/24", "A block of 256 IPv4 addresses."},
      {"192.0.2.128/25", "The upper half of a block."},
      {"192.0.2.7", "An address alone is a block of one."},
      {"192.0.2.6/31", "A block of two addresses."},
      {"192.0.2.7/32", "The longest prefix of IPv4."},
      {"192.0.3.9/16", "Host bits are set; they are masked."},
      {"10.0.0.0/8", "A prefix at an octet."},
      {"172.16.0.0/12", "A prefix within an octet."},
      {"0.0.0.0", "The lowest IPv4 address, not all of them."},
      {"255.255.255.255", "The highest IPv4 address."},
      {"0.0.0.0/0", "All of IPv4."},
      {"0.0.0.0/1", "The lower half of IPv4."},
      {"128.0.0.0/1", "The upper half of IPv4."},
      {"2001:db8::/32", "A block of IPv6 addresses."},
      {"2001:db8::/33", "A prefix of IPv6 within a group."},
      {"2001:db8:0:1::/64", "The upper 64 bits of IPv6."},
      {"2001:db8::1:0:0:0/65", "A prefix just after 64 bits."},
      {"2001:db8::7", "An IPv6 address alone is a block of one."},
      {"2001:db8::6/127", "A block of two IPv6 addresses."},
      {"2001:db8::ff/112", "Host bits of IPv6 are masked."},
      {"::", "The lowest IPv6 address, not all of them."},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "The highest IPv6 address."},
      {"::/0", "All of IPv6, and nothing of IPv4."},
      {"8000::/1", "The upper half of IPv6."},
      {"::ffff:192.0.2.0/120",
       "A mapped range is the IPv4 range of prefix 24."},
      {"::ffff:c000:0207", "A mapped address is the IPv4 address."},
      {"::ffff:0:0/96", "All of the mapped addresses: all of IPv4."},
      {"::ffff:8000:0/97", "The upper half of the mapped addresses."},
      {"::ffff:0:0/95", "A prefix below 96 is IPv6, and matches no IPv4."},
      {"::fffe:0:0/96", "The block just below the mapped addresses."},
      {"::1:0:0:0/96", "The block just above the mapped addresses."},
      {"::/96", "IPv4-compatible addresses are IPv6 alone."}};
  for (const auto& [range, why] : ranges) {
    const std::string name = "range " + range;
    vectors.AddAccount(
        name, why, {.rules = {{"rule", {range}, {}, {}}}, .keys = {RootKey()}});
    AddEdges(vectors, name, range);
  }
  const auto add = [&](const std::string& why, const std::string& range,
                       const std::string& ip) {
    vectors.AddDecision(why, "range " + range, Signed(ip));
  };
  const std::string v4_in_v6 = "An IPv4 client is in no IPv6 range, not even ";
  add(v4_in_v6 + "in ::/0.", "::/0", kOffice);
  add("A mapped client is an IPv4 client, so ::/0 does not contain it.", "::/0",
      "::ffff:192.0.2.7");
  add(v4_in_v6 + "in ::ffff:0:0/95.", "::ffff:0:0/95", kOffice);
  add(v4_in_v6 + "in ::/96, whose last 32 bits equal it.", "::/96", kOffice);
  add("An IPv6 client is in no IPv4 range, not even in 0.0.0.0/0.", "0.0.0.0/0",
      "2001:db8::7");
  add("The IPv4-compatible address ::192.0.2.7 is not converted.",
      "192.0.2.0/24", "::192.0.2.7");
  add("The translated address 64:ff9b::192.0.2.7 is not converted.",
      "192.0.2.0/24", "64:ff9b::192.0.2.7");
  add("The address 2002:c000:207:: of 6to4 is not converted.", "192.0.2.0/24",
      "2002:c000:207::");
  add("::fffe:192.0.2.7 has one bit less than a mapped address.",
      "192.0.2.0/24", "::fffe:192.0.2.7");
  add("::1:ffff:192.0.2.7 has one bit more than a mapped address.",
      "192.0.2.0/24", "::1:ffff:192.0.2.7");
  add("The mapped form may be written in hexadecimal groups.", "192.0.2.0/24",
      "::ffff:c000:207");
  add("The mapped form may be written without `::`.", "192.0.2.0/24",
      "0:0:0:0:0:FFFF:192.0.2.7");
  add("An IPv6 address may be written in upper case, with leading zeros.",
      "2001:db8::7", "2001:0DB8:0000:0000:0000:0000:0000:0007");

  vectors.AddAccount("several ranges",
                     "One rule with several ranges, one of them twice.",
                     {.rules = {{"rule",
                                 {"192.0.2.0/24", "198.51.100.7",
                                  "2001:db8::/32", "192.0.2.0/24"},
                                 {},
                                 {}}},
                      .keys = {RootKey()}});
  for (const std::string ip : {"192.0.2.0", "198.51.100.7", "2001:db8::1"}) {
    vectors.AddDecision(ip + " is in one of the ranges; one is enough.",
                        "several ranges", Signed(ip));
  }
  vectors.AddDecision("198.51.100.8 is in none of several ranges.",
                      "several ranges", Signed("198.51.100.8"));
}

// Each method of the table, and names that are near one.
void AddMethods(Vectors& vectors) {
  const std::string session = "session";
  vectors.AddAccount(
      session,
      "A trusted session; its one rule wants an address and the CA ca-1.",
      {.max = 86'400,
       .require = true,
       .rules = {{"rule", {"192.0.2.0/24"}, {"ca-1"}, {}}},
       .keys = {{"ROOT", true, kNow + 3'600'000, ""},
                {"ALICE", true, kNow + 3'600'000, "alice"}}});
  const auto add = [&](const std::string& service, const std::string& method,
                       const std::string& why) {
    const Request request = With(Signed(kOffice), service, method);
    vectors.AddDecision(why, session, request);
    const std::string method_class = oracle::ClassOf(service, method);
    if (!HasPassword(service)) return;
    // These two differ by login/password alone.
    if (method_class == "managing") {
      vectors.AddDecision(why + " Login/password lacks the certificate alone.",
                          session, With(ByPassword(kOffice), service, method));
    } else if (method_class == "unlisted") {
      vectors.AddDecision(why + " Login/password is for managing methods.",
                          session, With(ByPassword(kOffice), service, method));
    }
  };
  std::ifstream table(API_ACCESS_SOURCE_DIR "/src/methods.tsv");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream cells(line);
    std::string service;
    std::string method;
    std::string method_class;
    if (!(cells >> service >> method >> method_class)) continue;
    if (service == "#" || service == "service") continue;
    add(service, method, service + ' ' + method + " is " + method_class + '.');
  }
  const std::vector<std::pair<std::string, std::string>> of_api = {
      {"ReadRegions", "public"},
      {"ReadVms", "ordinary"},
      {"ReadAccessKeys", "managing"},
      {"Brand2New", "unlisted"}};
  for (const auto& [method, method_class] : of_api) {
    add("oapi", method,
        "oapi is api, where " + method + " is " + method_class + '.');
  }
  for (const std::string method :
       {"readVms", "READVMS", "ReadVm", "ReadVmss", "ReadVms ", " ReadVms",
        "Read Vms", "ReadAccesskeys", "Readregions", ""}) {
    add("api", method,
        "api has no `" + method +
            "`: names are compared byte for byte, so it is unlisted.");
  }
  add("icu", "ReadVms", "ReadVms is a method of api, not of icu: unlisted.");
  add("api", "DescribeRegions",
      "DescribeRegions is public on fcu, and no method of api: unlisted.");
  add("fcu", "ReadRegions",
      "ReadRegions is public on api; on fcu it is ordinary by its form.");
  for (const std::string service : {"fcu", "lbu", "directlink", "eim"}) {
    for (const std::string method : {"RunInstances", "R", "R2d2"}) {
      add(service, method,
          service + " has ordinary methods by their form: `" + method +
              "` is a capital letter, then letters and digits.");
    }
    for (const std::string method :
         {"runInstances", "2Run", "Run-Instances", "Run_Instances",
          "Run Instances", "Run\xc3\xa9", ""}) {
      add(service, method,
          service + ": `" + method +
              "` is not a capital letter, then letters and digits: unlisted.");
    }
  }
  for (const std::string method :
       {"ListAccessKeysOfAll", "GetACCESSKEYs", "XaccesskeyX", "AccessKey"}) {
    add("eim", method,
        "eim: `" + method + "` contains `accesskey` in some case: managing.");
  }
  add("eim", "ListAccessKe", "eim: one letter short of `accesskey`: ordinary.");
  add("eim", "listAccessKeys",
      "eim: a name that contains `accesskey` but is malformed is unlisted.");
  add("fcu", "CreateAccessKey",
      "Only on eim does `accesskey` in a name mean managing.");
  for (const std::string service : {"oos", "osu"}) {
    for (const std::string method :
         {"GetObject", "ReadAccessKeys", "not a name", ""}) {
      add(service, method,
          "Every method of " + service + " is exempt, `" + method + "` too.");
    }
  }
  for (const std::string service :
       {"API", "Api", "oapi ", "Oapi", "ICU", "OOS", "s3", "other", ""}) {
    add(service, "ReadVms",
        "No service has the name `" + service + "`: unlisted.");
  }

  oracle::ReadFolder declared;
  declared.account = vectors.Account(session).account;
  vectors.AddAccount(
      "declared", "As `session`, with methods that are declared ordinary.",
      declared,
      {{"api", "ReadVmsStopHistory"}, {"icu", "BrandNew"}, {"api", "ReadVms"}});
  const auto add_declared = [&](const std::string& service,
                                const std::string& method,
                                const std::string& why) {
    vectors.AddDecision(why, "declared",
                        With(Signed(kOffice), service, method));
  };
  add_declared("api", "ReadVmsStopHistory",
               "A declared method is ordinary, so the session applies.");
  vectors.AddDecision(
      "Where it is not declared, the session does not apply to it.", session,
      With(Signed(kOffice), "api", "ReadVmsStopHistory"));
  add_declared("icu", "BrandNew", "Methods of icu can be declared, too.");
  add_declared("api", "BrandNew",
               "A method is declared for its service alone.");
  add_declared("icu", "ReadVmsStopHistory",
               "What is declared for api is unlisted on icu.");
  add_declared("api", "ReadVms",
               "An ordinary method may be declared, which changes nothing.");
  add_declared("api", "ReadAccessKeys",
               "Declarations change no managing method.");
  add_declared("api", "readVmsStopHistory",
               "A declared name is compared byte for byte.");
  vectors.AddDecision("A declared method is ordinary: no login/password.",
                      "declared",
                      With(ByPassword(kOffice), "api", "ReadVmsStopHistory"));
}

// Steps 1 to 4, without keys.
void AddLogins(Vectors& vectors) {
  vectors.AddAccount(
      "open", "One rule that any address of IPv4 satisfies.",
      {.rules = {{"rule", {"0.0.0.0/0"}, {}, {}}}, .keys = {RootKey()}});
  const std::vector<std::pair<std::string, std::string>> methods = {
      {"api", "ReadRegions"},
      {"api", "ReadVms"},
      {"api", "ReadAccessKeys"},
      {"api", "Brand2New"},
      {"icu", "CheckSignature"},
      {"icu", "GetAccount"},
      {"icu", "ListAccessKeys"},
      {"icu", "Brand2New"},
      {"fcu", "DescribeRegions"},
      {"fcu", "RunInstances"},
      {"lbu", "CreateLoadBalancer"},
      {"directlink", "DescribeConnections"},
      {"eim", "CreateUser"},
      {"eim", "CreateAccessKey"},
      {"oos", "GetObject"},
      {"osu", "GetObject"},
      {"other", "Get"}};
  for (const auto& [service, method] : methods) {
    const std::string method_class = oracle::ClassOf(service, method);
    const std::string what =
        service + ' ' + method + " is " + method_class + ": ";
    const bool is_public = method_class == "public";
    vectors.AddDecision(what + (is_public ? "it needs no login."
                                          : "without login it is denied."),
                        "open", With(Anonymous(kOffice), service, method));
    std::string why = what;
    if (!HasPassword(service)) {
      why = service + " has no login/password" +
            (is_public ? ", not even for a public method." : ".");
    } else if (is_public) {
      why += "allowed, whatever login there is.";
    } else if (method_class == "managing") {
      why += "login/password of the root user serves.";
    } else {
      why += "login/password does not serve.";
    }
    vectors.AddDecision(why, "open",
                        With(ByPassword(kOffice), service, method));
    vectors.AddDecision(what + "an access key serves.", "open",
                        With(Signed(kOffice), service, method));
  }
  vectors.AddDecision("oapi is api, so it has login/password.", "open",
                      With(ByPassword(kOffice), "oapi", "ReadAccessKeys"));

  // What does not matter to a public method.
  Request request =
      With(Signed("2001:db8::1", {"ca-9"}, "nobody"), "api", "ReadRegions");
  request.key_id = "UNKNOWN";
  vectors.AddDecision(
      "A public method is allowed with an unknown key, from an address and "
      "with a certificate that no rule has.",
      "open", request);

  vectors.AddAccount("no rules",
                     "No rule: only public and exempt methods pass.",
                     {.rules = {}, .keys = {RootKey()}});
  for (const auto& [service, method] : methods) {
    vectors.AddDecision(
        "Without rules only public and exempt methods pass: " + service + ' ' +
            method + " is " + oracle::ClassOf(service, method) + '.',
        "no rules", With(Signed(kOffice), service, method));
  }
  vectors.AddDecision("Without rules a certificate does not help either.",
                      "no rules", Signed(kOffice, {"ca-1"}, "a"));
  vectors.AddDecision("Without rules the root user's password does not help.",
                      "no rules", ByPassword(kOffice, {"ca-1"}, "a"));
  vectors.AddAccount("empty", "No rules and no keys.", oracle::Account());
  vectors.AddDecision("The account has no access key at all.", "empty",
                      Signed(kOffice));
  vectors.AddDecision("The key is judged before the rules that are missing.",
                      "empty", With(Signed(kOffice), "oos", "GetObject"));
  vectors.AddDecision("A public method needs neither key nor rule.", "empty",
                      With(Anonymous(kOffice), "api", "ReadRegions"));

  oracle::Account session = {.max = 86'400,
                             .require = true,
                             .rules = {},
                             .keys = {{"ROOT", true, kNow + 1, ""}}};
  vectors.AddAccount("session without rules",
                     "A trusted session that contradicts its policy.", session);
  vectors.AddDecision("A trusted session does not replace rules.",
                      "session without rules", Signed(kOffice));
}

void AddKeys(Vectors& vectors) {
  const Milliseconds end = kNow;
  oracle::Account account = {.rules = {{"rule", {"192.0.2.0/24"}, {}, {}}}};
  for (const std::string user : {"", "alice"}) {
    const std::string name = user.empty() ? "ROOT" : "ALICE";
    account.keys.push_back({name, true, std::nullopt, user});
    account.keys.push_back({name + "-ENDS", true, end, user});
    account.keys.push_back({name + "-OFF", false, std::nullopt, user});
    account.keys.push_back({name + "-OFF-ENDS", false, end, user});
  }
  vectors.AddAccount("keys",
                     "Keys of the root user and of alice, ACTIVE and INACTIVE, "
                     "without end and until 2030-01-01.",
                     account);
  const std::vector<std::pair<Milliseconds, std::string>> instants = {
      {end - 1, "one millisecond before"},
      {end, "at the very instant of"},
      {end + 1, "one millisecond after"}};
  const std::vector<std::pair<std::string, std::string>> methods = {
      {"api", "ReadVms"},
      {"api", "ReadAccessKeys"},
      {"icu", "GetAccount"},
      {"eim", "CreateUser"},
      {"oos", "GetObject"}};
  for (const oracle::Key& key : account.keys) {
    for (const auto& [service, method] : methods) {
      for (const auto& [now, when] : instants) {
        const bool matters = key.expiration.has_value();
        if (!matters && now != end) continue;
        Request request = With(Signed(kOffice), service, method);
        request.key_id = key.id;
        std::string why =
            std::string(key.active ? "ACTIVE" : "INACTIVE") + " key of " +
            (key.user.empty() ? "the root user" : "an EIM user") + ", " +
            oracle::ClassOf(service, method) + " method of " + service;
        why += matters ? ", " + when + " its expiration." : ", without end.";
        vectors.AddDecision(why, "keys", request, now);
      }
    }
  }
  const auto add = [&](const std::string& id, const std::string& service,
                       const std::string& method, const std::string& why) {
    Request request = With(Signed(kOffice), service, method);
    request.key_id = id;
    vectors.AddDecision(why, "keys", request, end + 1);
  };
  for (const std::string id :
       {"root", "Root", "ROO", "ROOTT", "ROOT ", " ROOT", "UNKNOWN"}) {
    add(id, "api", "ReadVms",
        "No key has the id `" + id + "`: ids are compared byte for byte.");
  }
  add(std::string("ROOT\0", 5), "api", "ReadVms",
      "A NUL byte is part of the id: no key has it.");
  add("UNKNOWN", "oos", "GetObject",
      "An exempt method needs a known key all the same.");
  add("UNKNOWN", "api", "ReadRegions", "A public method needs no known key.");
  add("ROOT-OFF-ENDS", "icu", "GetAccount",
      "An INACTIVE key that has expired: its state is judged first.");
  add("ALICE-ENDS", "icu", "GetAccount",
      "An expired EIM user's key on icu: its expiration is judged first.");
  add("ALICE", "icu", "CheckSignature",
      "An EIM user's key on icu does not matter to a public method.");
  add("ALICE", "icu", "ListAccessKeys",
      "An EIM user's key is not accepted by icu, for no class of methods.");
  add("ALICE", "ICU", "GetAccount",
      "ICU is not icu: an EIM user's key is accepted there, the rules decide.");
  // The other keys of the account do not matter.
  Request far = Signed(kFar);
  far.key_id = "ROOT-ENDS";
  vectors.AddDecision("A denial has no end, though the access key has one.",
                      "keys", far, end - 1);

  vectors.AddAccount("first and last date",
                     "Keys that end at the first and last of all dates.",
                     {.rules = {{"rule", {}, {"ca-1"}, {}}},
                      .keys = {{"FIRST", true, kFirstDate, ""},
                               {"LAST", true, kLastDate, ""}}});
  for (const auto& [key, now, why] :
       std::vector<std::tuple<std::string, Milliseconds, std::string>>{
           {"FIRST", kFirstDate,
            "The first of all dates is an expiration, too."},
           {"FIRST", kFirstDate + 1, "The first date has passed."},
           {"LAST", kFirstDate, "From the first of all dates to the last."},
           {"LAST", kLastDate - 1, "One millisecond before the last date."},
           {"LAST", kLastDate, "At the last of all dates the key expires."},
           {"FIRST", -1, "One millisecond before 1970."},
           {"LAST", 0, "At the beginning of 1970."}}) {
    Request request = Signed(kOffice, {"ca-1"});
    request.key_id = key;
    vectors.AddDecision(why, "first and last date", request, now);
  }
}

void AddCertificates(Vectors& vectors) {
  vectors.AddAccount(
      "cas", "One rule with the CAs ca-1 and ca-2, no ranges.",
      {.rules = {{"rule", {}, {"ca-1", "ca-2"}, {}}}, .keys = {RootKey()}});
  const auto add = [&](const std::string& account, const std::string& why,
                       Strings cas, OptionalText cn = {}) {
    vectors.AddDecision(why, account,
                        Signed(kOffice, std::move(cas), std::move(cn)));
  };
  add("cas", "Without a certificate.", {});
  add("cas", "A rule without CNs takes any CN.", {"ca-1"}, "whoever");
  add("cas", "A rule without CNs takes a certificate without CN.", {"ca-1"});
  add("cas", "The second of two CAs is as good as the first.", {"ca-2"});
  add("cas", "Under a CA that the rule does not name.", {"ca-3"});
  add("cas", "Under several CAs, of which the rule names the last.",
      {"ca-3", "ca-4", "ca-2"});
  add("cas", "Under both CAs of the rule.", {"ca-1", "ca-2"});
  add("cas", "The same CA twice counts once.", {"ca-1", "ca-1"});
  add("cas", "CA ids are compared byte for byte: case matters.", {"CA-1"});
  add("cas", "CA ids are compared byte for byte: a prefix is another id.",
      {"ca-"});
  add("cas", "CA ids are compared byte for byte: a blank counts.", {"ca-1 "});
  add("cas", "A CN without a CA id is no certificate.", {}, "a");
  vectors.AddDecision("A rule without ranges takes any IPv6 address.", "cas",
                      Signed("2001:db8::7", {"ca-1"}));
  vectors.AddDecision("A rule without ranges takes any IPv4 address.", "cas",
                      Signed("255.255.255.255", {"ca-1"}));

  vectors.AddAccount("cns", "One rule with the CA ca-1 and several CNs.",
                     {.rules = {{"rule",
                                 {},
                                 {"ca-1"},
                                 {"a", "client.a", "*.example", "caf\xc3\xa9",
                                  std::string("n\0l", 3), "a"}}},
                      .keys = {RootKey()}});
  add("cns", "The CN is one of the list.", {"ca-1"}, "client.a");
  add("cns", "The CN is listed twice, which counts once.", {"ca-1"}, "a");
  add("cns", "The CN is not listed.", {"ca-1"}, "b");
  add("cns", "A certificate without CN never fits a list of CNs.", {"ca-1"});
  add("cns", "CNs are compared byte for byte: case matters.", {"ca-1"},
      "Client.a");
  add("cns", "CNs are compared byte for byte: a prefix is another CN.",
      {"ca-1"}, "client.");
  add("cns", "CNs are compared byte for byte: a longer one is another CN.",
      {"ca-1"}, "client.ab");
  add("cns", "CNs are compared byte for byte: a blank at the end counts.",
      {"ca-1"}, "a ");
  add("cns", "A `*` in a rule is no wildcard.", {"ca-1"}, "www.example");
  add("cns", "A `*` in a rule is a character like any other.", {"ca-1"},
      "*.example");
  add("cns", "A `*` in a certificate is no wildcard either.", {"ca-1"}, "*");
  add("cns", "CNs may have characters that are not ASCII.", {"ca-1"},
      "caf\xc3\xa9");
  add("cns", "The same character in another normal form is another CN.",
      {"ca-1"}, "cafe\xcc\x81");
  add("cns", "All bytes of a CN count, NUL included.", {"ca-1"},
      std::string("n\0l", 3));
  add("cns", "A CN does not end at a NUL byte.", {"ca-1"},
      std::string("a\0", 2));
  add("cns", "A CN does not begin after a NUL byte.", {"ca-1"},
      std::string("n\0k", 3));
  add("cns", "The CN is listed, but the CA is not.", {"ca-2"}, "a");
  add("cns", "The CN is listed, but there is no CA id: no certificate.", {},
      "a");
  add("cns", "Under the CA of the rule and another, with its CN.",
      {"ca-2", "ca-1"}, "a");

  vectors.AddAccount("and",
                     "One rule with a range, a CA and a CN: all must fit.",
                     {.rules = {{"rule", {"192.0.2.0/24"}, {"ca-1"}, {"a"}}},
                      .keys = {RootKey()}});
  vectors.AddDecision("All three criteria fit.", "and",
                      Signed(kOffice, {"ca-1"}, "a"));
  vectors.AddDecision("The address alone does not fit: it is tried first.",
                      "and", Signed(kFar, {"ca-1"}, "a"));
  vectors.AddDecision("The CA alone does not fit.", "and",
                      Signed(kOffice, {"ca-2"}, "a"));
  vectors.AddDecision("The CN alone does not fit.", "and",
                      Signed(kOffice, {"ca-1"}, "b"));
  vectors.AddDecision("Neither address nor CA fit: the address is named.",
                      "and", Signed(kFar, {"ca-2"}, "a"));
  vectors.AddDecision("Neither CA nor CN fit: the CA is named.", "and",
                      Signed(kOffice, {"ca-2"}, "b"));
  vectors.AddDecision("There is no certificate: it is what is missing.", "and",
                      Signed(kOffice));
  for (const auto& [why, request] :
       std::vector<std::pair<std::string, Request>>{
           {"By login/password, all three criteria fit.",
            ByPassword(kOffice, {"ca-1"}, "a")},
           {"By login/password, from elsewhere: the provider's code is 14.",
            ByPassword(kFar, {"ca-1"}, "a")},
           {"By login/password, without certificate: the code is 14.",
            ByPassword(kOffice)},
           {"By login/password, with another CN: the code is 14.",
            ByPassword(kOffice, {"ca-1"}, "b")},
           {"By login/password, under another CA: the code is 14.",
            ByPassword(kOffice, {"ca-2"}, "a")}}) {
    vectors.AddDecision(why, "and", request);
  }
  vectors.AddDecision("Exempt methods ask for no rule.", "and",
                      With(Signed(kFar), "oos", "GetObject"));
}

// What a trusted session changes, and what it does not.
void AddSession(Vectors& vectors) {
  const oracle::Account& session = vectors.Account("session").account;
  oracle::Account same = session;
  same.require = false;
  vectors.AddAccount("no session", "As `session`, without a trusted session.",
                     same);
  const std::vector<std::tuple<std::string, Strings, OptionalText>> shown = {
      {"without certificate", {}, std::nullopt},
      {"under another CA", {"ca-2"}, "a"},
      {"under the CA of the rule", {"ca-1"}, "a"}};
  for (const auto& [service, method] :
       std::vector<std::pair<std::string, std::string>>{
           {"api", "ReadVms"},
           {"api", "ReadAccessKeys"},
           {"api", "Brand2New"},
           {"icu", "GetAccount"},
           {"fcu", "RunInstances"},
           {"eim", "CreateUser"},
           {"eim", "CreateAccessKey"},
           {"oos", "GetObject"}}) {
    for (const auto& [how, cas, cn] : shown) {
      for (const std::string ip : {kOffice, kFar}) {
        for (const std::string name : {"session", "no session"}) {
          vectors.AddDecision(
              (name == "session" ? "With a trusted session: "
                                 : "Without a trusted session: ") +
                  oracle::ClassOf(service, method) + " method of " + service +
                  ", " + how +
                  (ip == kOffice ? ", from inside the range."
                                 : ", from outside the range."),
              name, With(Signed(ip, cas, cn), service, method));
        }
      }
    }
  }
  Request eim = Signed(kOffice);
  eim.key_id = "ALICE";
  vectors.AddDecision("The session serves EIM users' keys, too.", "session",
                      eim);
  vectors.AddDecision(
      "Under the session login/password still does not serve ordinary methods.",
      "session", With(ByPassword(kOffice, {"ca-1"}), "api", "ReadVms"));
  vectors.AddDecision(
      "Under the session login/password still needs the certificate.",
      "session", ByPassword(kOffice));
  vectors.AddDecision("Login/password with the certificate manages.", "session",
                      ByPassword(kOffice, {"ca-1"}));
  vectors.AddDecision("The session waives the certificate, not the expiration.",
                      "session", Signed(kOffice), kNow + 3'600'000);
  vectors.AddAccount(
      "session of any address",
      "A trusted session whose rule has a CA and a CN, and no ranges.",
      {.max = 86'400,
       .require = true,
       .rules = {{"rule", {}, {"ca-1"}, {"a"}}},
       .keys = {{"ROOT", true, kNow + 3'600'000, ""}}});
  vectors.AddDecision(
      "Under the session a rule without ranges takes a key from anywhere.",
      "session of any address", Signed("2001:db8::7"));
  vectors.AddDecision("The session waives the CN, too.",
                      "session of any address", Signed(kOffice, {"ca-1"}, "b"));
  vectors.AddDecision(
      "A managing method needs the CN all the same.", "session of any address",
      With(Signed(kOffice, {"ca-1"}, "b"), "api", "ReadAccessKeys"));
}

// Lines whose text matters.
void AddLines(Vectors& vectors) {
  const std::string rest = R"(,"ClientIp":"192.0.2.7","Now":"2030-01-01")";
  const std::string front = R"({"Service":"api","Method":"ReadVms")";
  const std::string line =
      front + R"(,"Login":"AccessKey","AccessKeyId":"ROOT")" + rest;
  const auto add = [&](const std::string& why, const std::string& text) {
    vectors.AddLine(why, "cas", text);
  };
  add("Null is absent: no login.",
      front + R"(,"Login":null,"AccessKeyId":null)" + rest + '}');
  add("A certificate that is null is absent.",
      line + R"(,"Certificate":null})");
  add("A certificate without CaIds is no certificate.",
      line + R"(,"Certificate":{}})");
  add("A certificate whose CaIds are null is no certificate.",
      line + R"(,"Certificate":{"CaIds":null,"Cn":"a"}})");
  add("A certificate whose CaIds are [] is no certificate.",
      line + R"(,"Certificate":{"CaIds":[]}})");
  add("A Cn that is null is absent.",
      line + R"(,"Certificate":{"CaIds":["ca-1"],"Cn":null}})");
  add("Blanks between the values do not matter.",
      R"( { "Service" : "api" , "Method" : "ReadRegions" )" + rest + " } ");
  add("Escapes are read as JSON has them: ReadVms.",
      R"({"Service":"api","Method":"ReadV\u006ds","Login":"AccessKey","AccessKeyId":"ROOT","Certificate":{"CaIds":["ca-\u0031"]})" +
          rest + '}');
  add("Dates may have an offset.",
      R"({"Service":"api","Method":"ReadRegions","ClientIp":"192.0.2.7","Now":"2030-01-01T02:00:00+02:00"})");
  const std::string public_line = R"({"Service":"api","Method":"ReadRegions")";
  const std::string malformed = ": an error, though the method is public.";
  add("The address is missing" + malformed,
      public_line + R"(,"Now":"2030-01-01"})");
  add("The address is null" + malformed, public_line + R"(,"ClientIp":null})");
  add("The address is empty" + malformed, public_line + R"(,"ClientIp":""})");
  add("The address is no address" + malformed,
      public_line + R"(,"ClientIp":"192.0.2.256"})");
  add("The address has a prefix" + malformed,
      public_line + R"(,"ClientIp":"192.0.2.7/32"})");
  add("The address has a port" + malformed,
      public_line + R"(,"ClientIp":"192.0.2.7:443"})");
  add("The service is missing" + malformed,
      R"({"Method":"ReadRegions")" + rest + '}');
  add("The method is missing" + malformed, R"({"Service":"api")" + rest + '}');
  add("The method is no text" + malformed,
      R"({"Service":"api","Method":7)" + rest + '}');
  add("The login is none of AccessKey and Password" + malformed,
      public_line + R"(,"Login":"accesskey")" + rest + '}');
  add("The login is an empty text, which is not absent" + malformed,
      public_line + R"(,"Login":"")" + rest + '}');
  add("A login by access key has no AccessKeyId" + malformed,
      public_line + R"(,"Login":"AccessKey")" + rest + '}');
  add("The AccessKeyId is empty" + malformed,
      public_line + R"(,"Login":"AccessKey","AccessKeyId":"")" + rest + '}');
  add("An AccessKeyId without login" + malformed,
      public_line + R"(,"AccessKeyId":"ROOT")" + rest + '}');
  add("An AccessKeyId with login/password" + malformed,
      public_line + R"(,"Login":"Password","AccessKeyId":"ROOT")" + rest + '}');
  add("A CA id is empty" + malformed,
      public_line + R"(,"Certificate":{"CaIds":[""]})" + rest + '}');
  add("The CN is empty" + malformed,
      public_line + R"(,"Certificate":{"CaIds":["ca-1"],"Cn":""})" + rest +
          '}');
  add("CaIds are a text" + malformed,
      public_line + R"(,"Certificate":{"CaIds":"ca-1"})" + rest + '}');
  add("An unknown field of a certificate" + malformed,
      public_line + R"(,"Certificate":{"CaIds":["ca-1"],"Dn":"a"})" + rest +
          '}');
  add("An unknown field" + malformed,
      public_line + R"(,"Role":"x")" + rest + '}');
  add("A field in another case" + malformed,
      public_line + R"(,"now":"2030-01-01","ClientIp":"192.0.2.7"})");
  add("A field twice" + malformed,
      public_line + R"(,"Method":"ReadVms")" + rest + '}');
  add("The date has no zone" + malformed,
      public_line + R"(,"ClientIp":"192.0.2.7","Now":"2030-01-01T00:00:00"})");
  add("The date is empty" + malformed,
      public_line + R"(,"ClientIp":"192.0.2.7","Now":""})");
  add("The Id is no text" + malformed, public_line + R"(,"Id":7)" + rest + '}');
  add("Two objects on a line: an error.", public_line + rest + "}{}");
  add("A list: an error.", "[" + public_line + rest + "}]");
  add("No JSON at all: an error.", "ReadRegions");
  add("An object that does not end: an error.", public_line + rest);
  add("An empty line: an error.", "");
}

// Accounts of up to two rules of each shape, in each order.
void AddRulePairs(Vectors& vectors) {
  const std::vector<std::pair<std::string, Rule>> shapes = {
      {"range", {"", {"192.0.2.0/24"}, {}, {}}},
      {"CA", {"", {}, {"ca-1"}, {}}},
      {"CA+CN", {"", {}, {"ca-1"}, {"a"}}},
      {"range+CA", {"", {"192.0.2.0/24"}, {"ca-1"}, {}}},
      {"range+CA+CN", {"", {"192.0.2.0/24"}, {"ca-1"}, {"a"}}},
      {"range+other CA", {"", {"192.0.2.0/24"}, {"ca-2"}, {}}}};
  const std::vector<std::pair<Strings, OptionalText>> certificates = {
      {{}, {}},        {{"ca-1"}, {}},  {{"ca-1"}, "a"},
      {{"ca-1"}, "b"}, {{"ca-2"}, "a"}, {{"ca-3"}, {}}};
  const auto outcome = [](const std::string& reason) -> std::string {
    if (reason == "rule-matched") return "matches";
    if (reason == "source-ip-not-allowed") return "misses by the address";
    if (reason == "certificate-missing") return "misses the certificate";
    if (reason == "ca-not-allowed") return "misses by the CA";
    return "misses by the CN";
  };
  for (const bool session : {false, true}) {
    for (const auto& [first_name, first] : shapes) {
      for (const auto& [second_name, second] : shapes) {
        oracle::Account account = {
            .require = session, .rules = {first, second}, .keys = {RootKey()}};
        account.rules[0].id = "first";
        account.rules[1].id = "second";
        const std::string name = std::string(session ? "session: " : "") +
                                 first_name + ", " + second_name;
        vectors.AddAccount(
            name, "Two rules with these criteria, in this order.", account);
        for (const auto& [cas, cn] : certificates) {
          for (const std::string ip : {kOffice, kFar}) {
            Request request = Signed(ip, cas, cn);
            const bool bypass = oracle::Bypasses(account, request);
            // Without a session all classes that rules decide are alike.
            const std::string one =
                oracle::TryRule(account.rules[0], request, bypass);
            const std::string other =
                oracle::TryRule(account.rules[1], request, bypass);
            std::string why = "The first rule " + outcome(one) +
                              ", the second " + outcome(other);
            if (one == "rule-matched") {
              why += ": the first that matches is named.";
            } else if (other == "rule-matched") {
              why += ": one is enough.";
            } else if (one == other) {
              why += ".";
            } else {
              why += ": the nearer miss is named.";
            }
            vectors.AddDecision(why, name, request);
          }
        }
      }
    }
  }
}

// So many rules that it pays to look them up: the first that matches and the
// nearest miss are those of a walk.
void AddManyRules(Vectors& vectors) {
  oracle::Account account = {.keys = {RootKey()}};
  const auto add = [&](Strings ranges, Strings cas, Strings cns) {
    account.rules.push_back({"rule-" + std::to_string(account.rules.size()),
                             std::move(ranges), std::move(cas),
                             std::move(cns)});
  };
  for (int i = 0; i < 16; ++i) {
    const std::string net = "10.0." + std::to_string(i) + '.';
    add({net + "0/24"}, {"ca-" + std::to_string(i % 3)}, {"a"});
    add({net + "128/25"}, {"ca-" + std::to_string(i % 2)}, {});
    add({net + "64/26", "2001:db8:" + std::to_string(i) + "::/48"}, {}, {});
  }
  add({"10.0.0.0/16"}, {"ca-9"}, {});
  add({}, {"ca-8"}, {"b"});
  vectors.AddAccount("many rules", "Rules whose ranges overlap.", account);
  const std::vector<std::pair<Strings, OptionalText>> certificates = {
      {{}, {}},        {{"ca-0"}, "a"}, {{"ca-1"}, {}},
      {{"ca-8"}, "b"}, {{"ca-9"}, "b"}, {{"ca-7", "ca-2"}, "a"}};
  Strings addresses = {"2001:db8::7", "2001:db8:15::7", "2001:db9::"};
  for (const int net : {0, 1, 2, 15, 16}) {
    for (const int host : {0, 64, 127, 128, 255}) {
      addresses.push_back("10.0." + std::to_string(net) + '.' +
                          std::to_string(host));
    }
  }
  for (const std::string& ip : addresses) {
    for (const auto& [cas, cn] : certificates) {
      const Request request = Signed(ip, cas, cn);
      const oracle::Decision decision = oracle::Decide(account, request, kNow);
      vectors.AddDecision(
          decision.rule ? "The first of many rules that matches is " +
                              account.rules[*decision.rule].id + '.'
                        : "None of many rules matches: the nearest miss is " +
                              decision.reason + '.',
          "many rules", request);
    }
  }
}

// Every kind of service, class, login and key, at the instants around the end
// of keys.
void AddGate(Vectors& vectors) {
  const oracle::Account& account = vectors.Account("keys").account;
  oracle::Account session = account;
  session.require = true;
  session.rules = {{"rule", {"192.0.2.0/24"}, {"ca-1"}, {}}};
  vectors.AddAccount("keys under a session",
                     "The keys of `keys`, a trusted session and a CA.",
                     session);
  std::vector<Request> logins = {Anonymous(kOffice), ByPassword(kOffice)};
  for (const oracle::Key& key : account.keys) {
    logins.push_back(Signed(kOffice));
    logins.back().key_id = key.id;
  }
  for (const oracle::Kind& kind : oracle::AllKinds()) {
    for (const Request& login : logins) {
      for (const std::string name : {"keys", "keys under a session"}) {
        const Request request = With(login, kind.service, kind.method);
        const oracle::Decision decision =
            oracle::Decide(vectors.Account(name).account, request, kNow - 1);
        vectors.AddDecision(
            oracle::ClassOf(kind.service, kind.method) + " method of " +
                kind.service + ", " +
                (login.login.empty() ? "no login" : "login by " + login.login) +
                (login.key_id.empty() ? "" : " " + login.key_id) +
                (name == "keys" ? "" : ", under a trusted session") +
                ": the first step that holds says " + decision.reason + '.',
            name, request, kNow - 1);
      }
    }
  }
}

}  // namespace

void AddDecisions(Vectors& vectors) {
  AddRanges(vectors);
  AddMethods(vectors);
  AddLogins(vectors);
  AddKeys(vectors);
  AddCertificates(vectors);
  AddSession(vectors);
  AddLines(vectors);
  AddRulePairs(vectors);
  AddManyRules(vectors);
  AddGate(vectors);
}

}  // namespace vectors
