#include "api_access/access_map.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "api_access/evaluator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Rules = std::vector<ApiAccessRule>;
using Keys = std::vector<AccessKey>;

const Timestamp kNow = At("2030-01-01");

Account AccountOf(Rules rules, bool session = false, Keys keys = {}) {
  return CompleteAccount(Policy(3600, session), std::move(rules),
                         std::move(keys));
}

AccessKey EimKey(std::string id,
                 std::optional<Timestamp> expiration = std::nullopt) {
  return Valid(AccessKey::Create({.id = std::move(id),
                                  .state = AccessKeyState::kActive,
                                  .expiration = expiration,
                                  .user_name = "alice"}));
}

// What can pass with a usable login, in the order of reports. `icu` does not
// take keys of EIM users, and login/password is for managing methods of `api`
// and `icu` alone.
const char kApiAndIcu[] =
    "api Ordinary RootAccessKey, api Ordinary EimAccessKey, "
    "api Managing RootAccessKey, api Managing EimAccessKey, "
    "api Managing Password, "
    "api Unlisted RootAccessKey, api Unlisted EimAccessKey, "
    "icu Ordinary RootAccessKey, "
    "icu Managing RootAccessKey, icu Managing Password, "
    "icu Unlisted RootAccessKey, ";
const char kOtherServices[] =
    "fcu Ordinary RootAccessKey, fcu Ordinary EimAccessKey, "
    "fcu Unlisted RootAccessKey, fcu Unlisted EimAccessKey, "
    "lbu Ordinary RootAccessKey, lbu Ordinary EimAccessKey, "
    "lbu Unlisted RootAccessKey, lbu Unlisted EimAccessKey, "
    "directlink Ordinary RootAccessKey, directlink Ordinary EimAccessKey, "
    "directlink Unlisted RootAccessKey, directlink Unlisted EimAccessKey, "
    "eim Ordinary RootAccessKey, eim Ordinary EimAccessKey, "
    "eim Managing RootAccessKey, eim Managing EimAccessKey, "
    "eim Unlisted RootAccessKey, eim Unlisted EimAccessKey, "
    "other Unlisted RootAccessKey, other Unlisted EimAccessKey";
const std::string kAll = std::string(kApiAndIcu) + kOtherServices;

// Those that a trusted session lets pass without a certificate.
const char kBypassed[] =
    "api Ordinary RootAccessKey, api Ordinary EimAccessKey, "
    "icu Ordinary RootAccessKey, "
    "fcu Ordinary RootAccessKey, fcu Ordinary EimAccessKey, "
    "lbu Ordinary RootAccessKey, lbu Ordinary EimAccessKey, "
    "directlink Ordinary RootAccessKey, directlink Ordinary EimAccessKey, "
    "eim Ordinary RootAccessKey, eim Ordinary EimAccessKey";
// The others.
const char kNotBypassed[] =
    "api Managing RootAccessKey, api Managing EimAccessKey, "
    "api Managing Password, "
    "api Unlisted RootAccessKey, api Unlisted EimAccessKey, "
    "icu Managing RootAccessKey, icu Managing Password, "
    "icu Unlisted RootAccessKey, "
    "fcu Unlisted RootAccessKey, fcu Unlisted EimAccessKey, "
    "lbu Unlisted RootAccessKey, lbu Unlisted EimAccessKey, "
    "directlink Unlisted RootAccessKey, directlink Unlisted EimAccessKey, "
    "eim Managing RootAccessKey, eim Managing EimAccessKey, "
    "eim Unlisted RootAccessKey, eim Unlisted EimAccessKey, "
    "other Unlisted RootAccessKey, other Unlisted EimAccessKey";

std::string TextOf(const std::vector<MapRequest>& requests) {
  std::ostringstream text;
  for (const MapRequest& request : requests) {
    if (&request != &requests.front()) text << ", ";
    text << request.kind << ' ' << request.login;
  }
  if (text.str() == kAll) return "all";
  if (text.str() == kBypassed) return "bypassed";
  if (text.str() == kNotBypassed) return "not bypassed";
  return text.str();
}

std::string TextOf(const NameSet& names) {
  std::string text = names.all_but ? "not" : "";
  for (const std::string& name : names.names) {
    text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

// `192.0.2.0/24 | all | a b: not x; not a: not`: with any CN but x under CA a
// or b, and whatever is under neither.
std::string TextOf(const AccessRegion& region) {
  std::string text;
  for (const IpRange& range : region.ranges) text += range.ToString() + ' ';
  text += "| " + TextOf(region.requests) + " | ";
  for (const CertificateEntry& entry : region.certificates) {
    if (&entry != &region.certificates.front()) text += "; ";
    text += TextOf(entry.ca_ids) + ": " + TextOf(entry.cns);
  }
  return text;
}

Texts MapOf(const Account& account) {
  Texts texts;
  for (const AccessRegion& region : Valid(MapAccess(account))) {
    texts.push_back(TextOf(region));
  }
  return texts;
}

Texts TextsOf(const std::vector<DifferenceRegion>& regions) {
  Texts texts;
  for (const DifferenceRegion& region : regions) {
    texts.push_back(TextOf(region.region));
  }
  return texts;
}

AccessDifference Diff(const Account& before, const Account& after,
                      const DiffOptions& options = {}) {
  return Valid(DiffAccess(before, after, kNow, options));
}

TEST(MapAccessTest, OfNoRulesIsEmpty) {
  EXPECT_THAT(MapOf(AccountOf({})), IsEmpty());
  EXPECT_THAT(MapOf(AccountOf({}, true)), IsEmpty());
}

TEST(MapAccessTest, ARuleWithoutCaLetsEverybodyIn) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"})})),
              ElementsAre("192.0.2.0/24 | all | not: not"));
}

// A rule that lets everybody in lets them do all that is possible.
TEST(MapAccessTest, PossibleKindsAreThoseOfAMapWithoutLimits) {
  const auto map = Valid(MapAccess(AccountOf({Rule("r", {"0.0.0.0/0"})})));
  ASSERT_THAT(map, SizeIs(1));
  std::vector<MapRequest> possible;
  for (const MethodKind kind : kAllMethodKinds) {
    for (const MapLogin login : kAllMapLogins) {
      if (std::ranges::count(PossibleKinds(login), kind) > 0) {
        possible.push_back({.kind = kind, .login = login});
      }
    }
  }
  EXPECT_EQ(map[0].requests, possible);
}

TEST(MapAccessTest, TellsEachFormOfCertificates) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"b", "a"})})),
              ElementsAre("192.0.2.0/24 | all | a b: not"));
  EXPECT_THAT(
      MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"b", "a"}, {"y", "x"})})),
      ElementsAre("192.0.2.0/24 | all | a b: x y"));
  // A rule without CN makes those of another rule with the same CA void.
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                               Rule("s", {"192.0.2.0/24"}, {"a"})})),
              ElementsAre("192.0.2.0/24 | all | a: not"));
  // And one without CA all others.
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                               Rule("s", {"192.0.2.0/24"})})),
              ElementsAre("192.0.2.0/24 | all | not: not"));
}

TEST(MapAccessTest, CasWithTheSameCnsShareAnEntry) {
  EXPECT_THAT(
      MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a", "c"}, {"x"}),
                       Rule("s", {"192.0.2.0/24"}, {"b"}, {"y"}),
                       Rule("t", {"192.0.2.0/24"}, {"d"}, {"x"}),
                       Rule("u", {"192.0.2.0/24"}, {"e", "b"}, {"z"})})),
      ElementsAre("192.0.2.0/24 | all | a c d: x; b: y z; e: z"));
}

// Whoever has CA a with CN y is not let in by the rules of a and x, and b and
// y.
TEST(MapAccessTest, CnsAreThoseOfTheirOwnCa) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                               Rule("s", {"192.0.2.0/24"}, {"b"}, {"y"})})),
              ElementsAre("192.0.2.0/24 | all | a: x; b: y"));
}

// Whichever CNs they have, and whichever rules these are of.
TEST(MapAccessTest, EntriesAreInTheOrderOfTheirFirstCa) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"b"}, {"x"}),
                               Rule("s", {"192.0.2.0/24"}, {"a"}, {"y"}),
                               Rule("t", {"192.0.2.0/24"}, {"a"}, {"x"}),
                               Rule("u", {"192.0.2.0/24"}, {"c"}),
                               Rule("v", {"192.0.2.0/24"}, {"d"}, {"w"})})),
              ElementsAre("192.0.2.0/24 | all | a: x y; b: x; c: not; d: w"));
}

TEST(MapAccessTest, NamesAreInByteOrder) {
  EXPECT_THAT(
      MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"b", "\xff", "B", "ab"})})),
      ElementsAre("192.0.2.0/24 | all | B ab b \xff: not"));
}

TEST(MapAccessTest, ATrustedSessionAsksManagingMethodsForTheCertificate) {
  EXPECT_THAT(
      MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"})}, true)),
      ElementsAre("192.0.2.0/24 | bypassed | not: not",
                  "192.0.2.0/24 | not bypassed | a: x"));
  // Where no certificate is asked for there is nothing to bypass.
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"})}, true)),
              ElementsAre("192.0.2.0/24 | all | not: not"));
}

TEST(MapAccessTest, AddressesOfTheSameFateAreInOneRegion) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/25"}, {"a"}),
                               Rule("s", {"192.0.2.128/25"}, {"a"}),
                               Rule("t", {"198.51.100.7"}, {"a"})})),
              ElementsAre("192.0.2.0/24 198.51.100.7/32 | all | a: not"));
  // Two rules, one with a part of the addresses of the other.
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}),
                               Rule("s", {"192.0.2.64/26"}, {"b"})})),
              ElementsAre("192.0.2.0/26 192.0.2.128/25 | all | a: not",
                          "192.0.2.64/26 | all | a b: not"));
}

TEST(MapAccessTest, IPv4IsBeforeIPv6) {
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"::/96", "192.0.2.0/24"}, {"a"}),
                               Rule("s", {"10.0.0.0/8"}, {"b"}),
                               Rule("t", {"::1:0:0/96"}, {"c"})})),
              ElementsAre("10.0.0.0/8 | all | b: not",
                          "192.0.2.0/24 ::/96 | all | a: not",
                          "::1:0:0/96 | all | c: not"));
}

TEST(MapAccessTest, AnAbsentIpCriterionAdmitsBothFamilies) {
  const std::vector<AccessRegion> map =
      Valid(MapAccess(AccountOf({Rule("r", {}, {"a"})})));
  ASSERT_THAT(map, SizeIs(1));
  std::vector<IpRange> expected = {Range("0.0.0.0/0")};
  for (const std::string& range : AllOfIPv6ButTheMappedBlock()) {
    expected.push_back(Range(range));
  }
  std::ranges::sort(expected, {}, [](const IpRange& range) {
    return std::pair(!range.is_v4(), range);
  });
  EXPECT_EQ(map[0].ranges, expected);
}

// No IPv6 range has the IPv4-mapped addresses.
TEST(MapAccessTest, AnyIPv6LeavesOutTheHole) {
  const std::vector<AccessRegion> map =
      Valid(MapAccess(AccountOf({Rule("r", {"::/0"})})));
  ASSERT_THAT(map, SizeIs(1));
  EXPECT_THAT(map[0].ranges, SizeIs(96));
  for (const IpRange& range : map[0].ranges) {
    EXPECT_FALSE(Range("::ffff:0:0/95").Contains(range) &&
                 range.Contains(Ip("::fffe:0:0")) && range.prefix_length() < 96)
        << range;
    EXPECT_FALSE(range.is_v4()) << range;
    EXPECT_FALSE(range.Contains(Ip("192.0.2.7"))) << range;
  }
  // The mapped spelling is IPv4.
  EXPECT_THAT(MapOf(AccountOf({Rule("r", {"::ffff:192.0.2.0/120"})})),
              ElementsAre("192.0.2.0/24 | all | not: not"));
}

TEST(MapAccessTest, TheLastAddressesOfBothFamilies) {
  const std::string last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  EXPECT_THAT(
      MapOf(AccountOf({Rule("r", {"255.255.255.255", last, "::"}, {"a"})})),
      ElementsAre("255.255.255.255/32 ::/128 " + last + "/128 | all | a: not"));
}

// Which keys there are, and what rules are called, says nothing about the map.
TEST(MapAccessTest, RewritingAnAccountChangesNothing) {
  const std::vector<AccessRegion> map = Valid(MapAccess(AccountOf(
      {Rule("r", {"192.0.2.0/24", "2001:db8::/32"}, {"a", "b"}, {"x", "y"}),
       Rule("s", {"198.51.100.0/24"})})));
  EXPECT_EQ(
      Valid(MapAccess(AccountOf(
          {Rule("1", {"::ffff:198.51.100.0/121", "198.51.100.128/25"}),
           Rule("2", {"2001:db8:8000::/33", "192.0.2.128/25"}, {"b"},
                {"y", "x"}),
           Rule("3", {"192.0.2.99/25", "192.0.2.7", "2001:db8::/33"}, {"b"},
                {"x", "y", "x"}),
           Rule("4", {"2001:db8::/32", "192.0.2.0/24"}, {"a"}, {"x", "y"})},
          false, {Key("K"), EimKey("L")}))),
      map);
}

TEST(DiffAccessTest, OfEqualAccountsIsEmpty) {
  const Account account =
      AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"})}, true, {Key("K")});
  EXPECT_TRUE(Diff(account, account).Equal());
  EXPECT_TRUE(
      Diff(account, AccountOf({Rule("s", {"192.0.2.0/25"}, {"a"}, {"x"}),
                               Rule("t", {"192.0.2.128/25"}, {"a"}, {"x"})},
                              true, {Key("K")}))
          .Equal());
}

TEST(DiffAccessTest, FromAnAccountWithoutRulesIsTheMap) {
  const Account account = AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                                     Rule("s", {"::/0"}), Rule("t", {}, {"b"})},
                                    true, {Key("K")});
  const AccessDifference difference =
      Diff(AccountOf({}, true, {Key("K")}), account);
  EXPECT_EQ(TextsOf(difference.widened), MapOf(account));
  EXPECT_THAT(difference.narrowed, IsEmpty());
}

// The example of src/README.md.
TEST(DiffAccessTest, TheWorkedExample) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("R0", {"10.0.0.0/24"}, {"a", "b"}, {"x"}),
                      Rule("R1", {"10.0.0.128/25"}, {"b"})}),
           AccountOf({Rule("R0", {"10.0.0.0/24"}, {"a", "b"}, {"x"}),
                      Rule("R1", {"10.0.0.64/26"}, {"b"})}));
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("10.0.0.64/26 | all | b: not x"));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("10.0.0.128/25 | all | b: not x"));
}

TEST(DiffAccessTest, TellsWidenedAndNarrowedPoints) {
  const Account before = AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"})});
  const Account after = AccountOf({Rule("r", {"192.0.2.0/25"}, {"a", "b"})});
  const AccessDifference difference = Diff(before, after);
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("192.0.2.0/25 | all | b: not"));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.128/25 | all | a: not"));
  const AccessDifference swapped = Diff(after, before);
  EXPECT_EQ(swapped.widened, difference.narrowed);
  EXPECT_EQ(swapped.narrowed, difference.widened);
}

TEST(DiffAccessTest, APointOfBothKindsOfCertificates) {
  // At the same addresses CN x goes and CN y comes.
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x", "z"})}),
           AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"y", "z"})}));
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("192.0.2.0/24 | all | a: y"));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/24 | all | a: x"));
}

// CNs that nobody names, and the absent one, are among the others.
TEST(DiffAccessTest, ACnCriterionNarrowsAllOtherCns) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a", "b"})}),
           AccountOf({Rule("r", {"192.0.2.0/24"}, {"a", "b"}, {"x", "y"})}));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/24 | all | a b: not x y"));
  EXPECT_THAT(difference.widened, IsEmpty());
}

TEST(DiffAccessTest, ACaCriterionNarrowsAllOtherCasAndNone) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"})}),
           AccountOf({Rule("r", {"192.0.2.0/24"}, {"c"}, {"x"}),
                      Rule("s", {"192.0.2.0/24"}, {"b", "a"}),
                      Rule("t", {"192.0.2.128/25"})}));
  EXPECT_THAT(difference.widened, IsEmpty());
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/25 | all | c: not x; not a b c: not"));
}

TEST(DiffAccessTest, OnlyTheAddressesThatDiffer) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"}), Rule("s", {"10.0.0.0/8"})}),
           AccountOf({Rule("r", {"192.0.2.0/23"}), Rule("s", {"10.0.0.0/8"})}));
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("192.0.3.0/24 | all | not: not"));
}

TEST(DiffAccessTest, ActivatingTheSessionWidensOrdinaryMethods) {
  const Rules rules = {Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                       Rule("s", {"10.0.0.0/8"})};
  const AccessDifference difference =
      Diff(AccountOf(rules), AccountOf(rules, true));
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("192.0.2.0/24 | bypassed | a: not x; not a: not"));
  EXPECT_THAT(difference.narrowed, IsEmpty());
}

// Requests that a session treats apart are together where they lose the same.
TEST(DiffAccessTest, RequestsOfTheSameFateAreInOneRegion) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"})}, true), AccountOf({}, true));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/24 | all | not: not"));
}

// Under the session nobody of ordinary methods feels another CA.
TEST(DiffAccessTest, OneCaForAnotherUnderASession) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"})}, true),
           AccountOf({Rule("r", {"192.0.2.0/24"}, {"b"})}, true));
  EXPECT_THAT(TextsOf(difference.widened),
              ElementsAre("192.0.2.0/24 | not bypassed | b: not"));
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/24 | not bypassed | a: not"));
}

TEST(DiffAccessTest, ADeletedCaIsAsNoCa) {
  const Account account =
      AccountOf({Rule("r", {"192.0.2.0/24"}, {"a", "b"}),
                 Rule("s", {"10.0.0.0/8"}), Rule("t", {"10.0.0.0/8"}, {"a"})});
  const AccessDifference difference =
      Diff(account, account, {.deleted_ca_ids = {"not named", "a"}});
  EXPECT_THAT(TextsOf(difference.narrowed),
              ElementsAre("192.0.2.0/24 | all | a: not"));
  EXPECT_THAT(difference.widened, IsEmpty());
  EXPECT_TRUE(Diff(account, account, {.deleted_ca_ids = {"c"}}).Equal());
  // A rule that is opened at the same time lets those in as well.
  EXPECT_THAT(TextsOf(Diff(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"})}),
                           AccountOf({Rule("r", {"192.0.2.0/24"})}),
                           {.deleted_ca_ids = {"a"}})
                          .widened),
              ElementsAre("192.0.2.0/24 | all | not a: not"));
}

// The verdict on a witness, with the certificates that there are.
bool Allows(const Account& account, const Witness& witness,
            const std::string& deleted_ca = "") {
  Caller caller = witness.caller;
  if (caller.certificate && caller.certificate->ca_ids()[0] == deleted_ca) {
    caller.certificate = std::nullopt;
  }
  return Valid(Evaluator::Compile(account))
      .Decide(
          caller.For(FindMethod(witness.method.service, witness.method.name)),
          witness.now)
      .allowed();
}

TEST(WitnessTest, IsDecidedDifferentlyOnBothSides) {
  const Keys keys = {Key("K"), EimKey("L")};
  const Account before =
      AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"}),
                 Rule("s", {"10.0.0.0/8"}, {"b"}), Rule("t", {"::/0"})},
                false, keys);
  const Account after = AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"}, {"y"}),
                                   Rule("s", {"10.0.0.0/8"}, {"b"}, {"x"}),
                                   Rule("t", {"::/0"}, {"c"}, {"x"})},
                                  true, keys);
  const AccessDifference difference = Diff(before, after);
  EXPECT_THAT(difference.widened, SizeIs(3));
  EXPECT_THAT(difference.narrowed, SizeIs(3));
  for (const DifferenceRegion& region : difference.widened) {
    ASSERT_TRUE(region.witness) << TextOf(region.region);
    EXPECT_FALSE(Allows(before, *region.witness)) << TextOf(region.region);
    EXPECT_TRUE(Allows(after, *region.witness)) << TextOf(region.region);
  }
  for (const DifferenceRegion& region : difference.narrowed) {
    ASSERT_TRUE(region.witness) << TextOf(region.region);
    EXPECT_TRUE(Allows(before, *region.witness)) << TextOf(region.region);
    EXPECT_FALSE(Allows(after, *region.witness)) << TextOf(region.region);
  }
}

// The only witness that the rules narrow, from CA a to none.
std::optional<Witness> WitnessWith(const Keys& before, const Keys& after,
                                   bool session = false) {
  const AccessDifference difference =
      Diff(AccountOf({Rule("r", {"192.0.2.0/24"}, {"a"})}, session, before),
           AccountOf({Rule("r", {"192.0.2.0/25"}, {"a"})}, session, after));
  return difference.narrowed.at(0).witness;
}

TEST(WitnessTest, HasTheFirstKeyThatIsUsableOnBothSides) {
  const std::optional<Witness> witness =
      WitnessWith({Key("K2"), Key("K1"), Key("K0")}, {Key("K1"), Key("K2")});
  ASSERT_TRUE(witness);
  EXPECT_EQ(*witness, (Witness{.method = {"api", "ReadVms"},
                               .caller = {.client_address = Ip("192.0.2.128"),
                                          .login = LoginKind::kAccessKey,
                                          .access_key_id = "K1",
                                          .certificate = Certificate({"a"})},
                               .now = kNow}));
}

TEST(WitnessTest, TakesAnotherLoginWhereNoKeyOfTheFirstIsUsable) {
  EXPECT_EQ(WitnessWith({EimKey("L")}, {EimKey("L")})->caller.access_key_id,
            "L");
  const auto without_key = [](const std::optional<Witness>& witness) {
    return witness && witness->caller.login == LoginKind::kPassword &&
           witness->method == MethodName{"api", "ReadAccessKeys"} &&
           witness->caller.access_key_id.empty();
  };
  EXPECT_TRUE(without_key(WitnessWith({}, {})));
  EXPECT_TRUE(without_key(WitnessWith({Key("K")}, {})));
  EXPECT_TRUE(without_key(WitnessWith({}, {Key("K")})));
  EXPECT_TRUE(without_key(WitnessWith({Key("K", kNow)}, {Key("K")})));
  EXPECT_TRUE(without_key(WitnessWith({Key("K")}, {Key("K", kNow)})));
  // It changes between the root user and an EIM user.
  EXPECT_TRUE(without_key(WitnessWith({Key("K")}, {EimKey("K")})));
}

TEST(WitnessTest, ThereIsNoneWithoutAKeyThatServes) {
  // What the session widens is for keys alone.
  const Rules rules = {Rule("r", {"192.0.2.0/24"}, {"a"})};
  const auto witness = [&](const Keys& keys) {
    return Diff(AccountOf(rules, false, keys), AccountOf(rules, true, keys))
        .widened.at(0)
        .witness;
  };
  EXPECT_FALSE(witness({}));
  EXPECT_FALSE(witness({Key("K", kNow)}));
  EXPECT_FALSE(witness({Valid(AccessKey::Create({.id = "K"}))}));
  EXPECT_TRUE(witness({Key("K", kNow + milliseconds(1))}));
  EXPECT_TRUE(witness({EimKey("L")}));
}

TEST(WitnessTest, PresentsACertificateOfTheRegion) {
  const auto certificate = [](const Rules& before, const Rules& after,
                              const DiffOptions& options = {}) {
    const auto& difference = Diff(AccountOf(before), AccountOf(after), options);
    return difference.narrowed.at(0).witness->caller.certificate;
  };
  const Rules open = {Rule("r", {"192.0.2.0/24"})};
  const Rules a = {Rule("r", {"192.0.2.0/24"}, {"a"})};
  const Rules a_x = {Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"})};
  EXPECT_EQ(certificate(open, a), std::nullopt);
  EXPECT_EQ(certificate(open, a_x), Certificate({"a"}));
  EXPECT_EQ(certificate(a, a_x), Certificate({"a"}));
  EXPECT_EQ(certificate(a_x, {}), Certificate({"a"}, "x"));
  EXPECT_EQ(certificate(a_x, a_x, {.deleted_ca_ids = {"a"}}),
            Certificate({"a"}, "x"));
}

struct KeyCase {
  Keys before;
  Keys after;
};

std::string KeyText(const KeyCase& keys) {
  std::string text;
  for (const KeyDifference& key :
       Diff(AccountOf({}, false, keys.before), AccountOf({}, false, keys.after))
           .keys) {
    text += key.access_key_id + ' ' + std::string(ToString(key.kind)) + '.';
  }
  return text;
}

TEST(KeyDifferenceTest, TellsWhoseUseChanges) {
  const Timestamp soon = kNow + seconds(1);
  const Timestamp later = kNow + seconds(2);
  const AccessKey inactive = Valid(AccessKey::Create({.id = "K"}));
  const struct {
    KeyCase keys;
    const char* expected;
    const char* swapped;
  } kCases[] = {
      {{{}, {}}, "", ""},
      {{{Key("K")}, {Key("K")}}, "", ""},
      {{{Key("K", soon)}, {Key("K", soon)}}, "", ""},
      {{{}, {Key("K")}}, "K Widened.", "K Narrowed."},
      {{{}, {Key("K", soon)}}, "K Widened.", "K Narrowed."},
      {{{inactive}, {Key("K", soon)}}, "K Widened.", "K Narrowed."},
      {{{Key("K", soon)}, {Key("K", later)}}, "K Widened.", "K Narrowed."},
      {{{Key("K", soon)}, {Key("K")}}, "K Widened.", "K Narrowed."},
      // Neither is ever usable again.
      {{{}, {inactive}}, "", ""},
      {{{Key("K", kNow)}, {inactive}}, "", ""},
      {{{Key("K", kNow - seconds(1))}, {Key("K", kNow)}}, "", ""},
      {{{Key("K", kNow)}, {Key("K", soon)}}, "K Widened.", "K Narrowed."},
      // Another owner.
      {{{EimKey("K")}, {Key("K")}}, "K Widened.", "K Narrowed."},
      {{{EimKey("K", kNow)}, {Key("K", kNow)}}, "", ""},
      // The period decides first: else both directions would widen.
      {{{Key("K", soon)}, {EimKey("K", later)}}, "K Widened.", "K Narrowed."},
      // In byte order.
      {{{Key("b"), Key("B"), Key("a")}, {Key("c"), Key("a", soon)}},
       "B Narrowed.a Narrowed.b Narrowed.c Widened.",
       "B Widened.a Widened.b Widened.c Narrowed."},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(KeyText(c.keys), c.expected);
    EXPECT_EQ(KeyText({c.keys.after, c.keys.before}), c.swapped);
  }
}

TEST(KeyDifferenceTest, OneEimUserOrAnotherIsTheSame) {
  const AccessKey of_bob =
      Valid(AccessKey::Create({.id = "K",
                               .state = AccessKeyState::kActive,
                               .user_name = "bob",
                               .tag = "a tag"}));
  EXPECT_EQ(KeyText({{EimKey("K")}, {of_bob}}), "");
}

TEST(KeyDifferenceTest, HasTheKeyOfEachSide) {
  const AccessKey inactive =
      Valid(AccessKey::Create({.id = "K", .user_name = "bob"}));
  const AccessDifference difference =
      Diff(AccountOf({}, false, {inactive, Key("L")}),
           AccountOf({}, false, {EimKey("K")}));
  EXPECT_THAT(difference.keys,
              ElementsAre(KeyDifference{"K", DifferenceKind::kWidened, inactive,
                                        EimKey("K")},
                          KeyDifference{"L", DifferenceKind::kNarrowed,
                                        Key("L"), std::nullopt}));
  EXPECT_FALSE(difference.Equal());
}

TEST(NameSetTest, Contains) {
  const NameSet some = {.names = {"a", "c"}};
  EXPECT_TRUE(some.Contains("a"));
  EXPECT_FALSE(some.Contains("b"));
  EXPECT_FALSE(some.Contains(std::nullopt));
  const NameSet others = {.all_but = true, .names = {"a", "c"}};
  EXPECT_FALSE(others.Contains("c"));
  EXPECT_TRUE(others.Contains("b"));
  EXPECT_TRUE(others.Contains(std::nullopt));
}

// Many items of one rule, which no rule tells apart, are one class.
TEST(MapAccessTest, CasTimesCnsOfOneRule) {
  Texts cas;
  Texts cns;
  for (int i = 10'000; i < 20'000; ++i) {
    cas.push_back("ca-" + std::to_string(i));
    cns.push_back("cn-" + std::to_string(i));
  }
  const std::vector<AccessRegion> map =
      Valid(MapAccess(AccountOf({Rule("r", {"192.0.2.0/24"}, cas, cns)})));
  ASSERT_THAT(map, SizeIs(1));
  ASSERT_THAT(map[0].certificates, SizeIs(1));
  EXPECT_EQ(map[0].certificates[0].ca_ids.names, cas);
  EXPECT_EQ(map[0].certificates[0].cns.names, cns);
}

TEST(MapAccessTest, RefusesWhatIsTooLarge) {
  // Each of a thousand addresses has a CA of its own, and those of all.
  Texts all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::to_string(i) + std::string(6'000, 'a'));
  }
  Rules rules = {Rule("all", {}, all)};
  for (int i = 0; i < 1'000; ++i) {
    const std::string own = std::to_string(i);
    rules.push_back(Rule(
        "r" + own,
        {"10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256)},
        {own}));
  }
  const auto map = MapAccess(AccountOf(std::move(rules)));
  ASSERT_EQ(map.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Message(map.status()),
            "expected an access map that takes at most 536870912 bytes and "
            "4194304 decisions, got a larger one");
}

// A rule with many CNs of which the others tell each one apart: few bytes, but
// many decisions that each compare many CNs.
TEST(MapAccessTest, RefusesWhatTakesTooLong) {
  constexpr int kCns = 1 << 14;
  Rules rules;
  for (int bit = 0; bit <= 14; ++bit) {
    Texts cns;
    for (int cn = 0; cn < kCns; ++cn) {
      if (bit == 14 || (cn >> bit & 1) != 0) cns.push_back(std::to_string(cn));
    }
    rules.push_back(
        Rule("r" + std::to_string(bit), {"192.0.2.0/24"}, {"a"}, cns));
  }
  EXPECT_EQ(MapAccess(AccountOf(std::move(rules))).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(MapLoginTest, HasTexts) {
  EXPECT_EQ(ToString(MapLogin::kRootAccessKey), "RootAccessKey");
  EXPECT_EQ(ToString(MapLogin::kEimAccessKey), "EimAccessKey");
  EXPECT_EQ(ToString(MapLogin::kPassword), "Password");
  EXPECT_EQ(ToString(MapLogin{0}), "unknown");
  EXPECT_EQ(ToString(DifferenceKind::kWidened), "Widened");
  EXPECT_EQ(ToString(DifferenceKind::kNarrowed), "Narrowed");
  EXPECT_EQ(ToString(DifferenceKind{0}), "unknown");
}

}  // namespace
}  // namespace api_access
