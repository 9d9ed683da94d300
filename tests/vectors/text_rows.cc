// Values and answers as texts: the rows of parse.jsonl and read.jsonl.

#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"
#include "tests/vectors/vectors.h"

namespace vectors {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

void AddAddresses(Vectors& vectors) {
  const Rows addresses = {
      {"192.0.2.7", "Four octets."},
      {"0.0.0.0", "The lowest address."},
      {"255.255.255.255", "The highest address."},
      {"192.0.2.256", "An octet above 255."},
      {"192.0.2.999", "An octet of three digits above 255."},
      {"192.0.2.1000", "An octet of four digits."},
      {"192.0.2", "Three octets."},
      {"192.0.2.7.1", "Five octets."},
      {"192.0.2.", "An empty octet at the end."},
      {".192.0.2", "An empty octet at the front."},
      {"192..2.7", "An empty octet within."},
      {"192.0.2.07", "A leading zero."},
      {"192.0.2.00", "Two zeros."},
      {"0192.0.2.7", "A leading zero in front."},
      {" 192.0.2.7", "A blank in front."},
      {"192.0.2.7 ", "A blank at the end."},
      {"192.0.2.+7", "A sign."},
      {"192.0.2.-7", "A minus."},
      {"192.0.2.7:443", "A port."},
      {"192.0.2.7/32", "A prefix makes it a range."},
      {"0xc0.0.2.7", "Hexadecimal digits."},
      {"3221225991", "One number."},
      {"", "Nothing."},
      {"::", "All zeros."},
      {"::1", "The last group alone."},
      {"1::", "The first group alone."},
      {"1:2:3:4:5:6:7:8", "Eight groups."},
      {"1:2:3:4:5:6:7", "Seven groups."},
      {"1:2:3:4:5:6:7:8:9", "Nine groups."},
      {"1:2:3:4:5:6:7::", "`::` stands for one group; printed as 0."},
      {"1::3:4:5:6:7:8", "`::` stands for one group within."},
      {"1:2:3:4:5:6:7:8::", "`::` stands for no group."},
      {"1::2::3", "`::` twice."},
      {"1:::2", "Three colons."},
      {":1:2:3:4:5:6:7:8", "A colon in front."},
      {"1:2:3:4:5:6:7:", "A colon at the end."},
      {"12345::", "A group of five digits."},
      {"00001::", "Five digits, of which four are zeros."},
      {"0001::", "Leading zeros of a group are dropped."},
      {"ABCD::EF", "Upper case is printed in lower case."},
      {"::g", "A letter that is no hexadecimal digit."},
      {"2001:db8:0:0:1:0:0:1", "Of two equal runs of zeros the first is cut."},
      {"2001:0:0:1:0:0:0:1", "Of two runs of zeros the longer is cut."},
      {"2001:db8:0:1:1:1:1:1", "A single zero is not cut."},
      {"0:0:1::", "The longest run is at the end."},
      {"::ffff:192.0.2.7", "Mapped: it is the IPv4 address."},
      {"::FFFF:c000:207", "Mapped, in groups: it is the IPv4 address."},
      {"0:0:0:0:0:ffff:192.0.2.7", "Mapped, without `::`."},
      {"::ffff:0:0", "Mapped: 0.0.0.0."},
      {"::ffff:192.0.2.07", "Mapped, with a leading zero."},
      {"::ffff:192.0.2", "Mapped, with three octets."},
      {"::fffe:192.0.2.7", "Not mapped: printed in hexadecimal groups."},
      {"::192.0.2.7", "IPv4-compatible: printed in hexadecimal groups."},
      {"64:ff9b::192.0.2.7", "The last 32 bits may be written as IPv4."},
      {"1:2:3:4:5:6:192.0.2.7", "Six groups and IPv4."},
      {"1:2:3:4:5:6:7:192.0.2.7", "Seven groups and IPv4: too many."},
      {"192.0.2.7::", "IPv4 in front."},
      {"::192.0.2.7:1", "IPv4 within."},
      {"fe80::1%eth0", "A zone id."},
      {"[::1]", "Brackets."},
      {"::1/128", "A prefix makes it a range."},
      {":", "A colon alone."}};
  for (const auto& [text, why] : addresses) {
    vectors.AddParse(why, "ip", text);
  }
}

void AddRanges(Vectors& vectors) {
  const Rows ranges = {
      {"192.0.2.0/16", "Host bits are masked, as the provider's example."},
      {"192.0.2.7", "An address alone has its longest prefix."},
      {"2001:db8::7", "An IPv6 address alone has its longest prefix."},
      {"192.0.2.7/32", "The longest prefix."},
      {"192.0.2.7/33", "A prefix above 32."},
      {"192.0.2.7/0", "The shortest prefix masks all bits."},
      {"192.0.2.7/1", "A prefix of one bit."},
      {"192.0.2.7/", "An empty prefix."},
      {"/24", "No address."},
      {"192.0.2.0/024", "A leading zero of the prefix."},
      {"192.0.2.0/00", "Two zeros as the prefix."},
      {"192.0.2.0/+24", "A sign of the prefix."},
      {"192.0.2.0/-1", "A negative prefix."},
      {"192.0.2.0/ 24", "A blank before the prefix."},
      {"192.0.2.0 /24", "A blank after the address."},
      {"192.0.2.0/24 ", "A blank at the end."},
      {"192.0.2.0/24/24", "Two prefixes."},
      {"192.0.2.0/255.255.255.0", "A mask in place of a prefix."},
      {"192.0.2.0-192.0.2.9", "A first and a last address."},
      {"192.0.2.0/4294967320", "A prefix that is 24 in 32 bits."},
      {"192.0.2/24", "Three octets."},
      {"192.0.2.00/24", "A leading zero of the address."},
      {"", "Nothing."},
      {"*", "A star."},
      {"2001:db8::ff/112", "Host bits of IPv6 are masked."},
      {"2001:db8::7/128", "The longest prefix of IPv6."},
      {"2001:db8::7/129", "A prefix above 128."},
      {"2001:DB8:0:0:1::/64", "Masked at a group; lower case."},
      {"::/0", "All of IPv6 stays IPv6."},
      {"::ffff:192.0.2.7/120", "Mapped: the IPv4 range of prefix 24."},
      {"::ffff:192.0.2.7", "Mapped, an address alone: prefix 32."},
      {"::ffff:192.0.2.7/128", "Mapped, the longest prefix: 32."},
      {"::ffff:192.0.2.7/96", "Prefix 96: all of IPv4."},
      {"::ffff:192.0.2.7/97", "Prefix 97: half of IPv4."},
      {"::ffff:192.0.2.7/95", "Prefix 95: IPv6, masked."},
      {"::ffff:192.0.2.7/32", "A prefix of IPv4 size is an IPv6 one here."},
      {"::fffe:0:0/96", "Next to the mapped addresses: IPv6."},
      {"fe80::1%eth0/64", "A zone id."},
      {"[2001:db8::]/32", "Brackets."}};
  for (const auto& [text, why] : ranges) {
    vectors.AddParse(why, "range", text);
  }
}

void AddDates(Vectors& vectors) {
  const Rows dates = {
      {"2030-01-01", "A day is its first instant."},
      {"20300101", "The basic form of a day."},
      {"2030-01-01T12:34:56Z", "Without a fraction."},
      {"20300101T123456Z", "The basic form."},
      {"2030-01-01T12:34:56.789+0000", "As the provider prints it."},
      {"20300101T123456.789+0100", "The basic form, with an offset."},
      {"2030-01-01T123456Z", "A time in the basic form after an extended day."},
      {"20300101T12:34:56Z", "A time in the extended form after a basic day."},
      {"2030-01-01T12:34:56+01:00", "An offset to the east is earlier."},
      {"2030-01-01T12:34:56-01:30", "An offset to the west is later."},
      {"2030-01-01T12:34:56-0130", "An offset without colon."},
      {"2030-01-01T12:34:56+23:59", "The highest offset."},
      {"2030-01-01T12:34:56+24:00", "An offset of 24 hours."},
      {"2030-01-01T12:34:56+00:60", "An offset of 60 minutes."},
      {"2030-01-01T12:34:56-00:00", "An offset of minus zero."},
      {"2030-01-01T12:34:56+01", "An offset without minutes."},
      {"2030-01-01T12:34:56+1:00", "An offset of one digit."},
      {"2030-01-01T12:34:56", "A time without zone."},
      {"2030-01-01T12:34:56z", "The zone in lower case."},
      {"2030-01-01t12:34:56Z", "The T in lower case."},
      {"2030-01-01 12:34:56Z", "A blank in place of T."},
      {"2030-01-01T12:34Z", "No seconds."},
      {"2030-01-01T12:34:56.7Z", "One digit of a fraction."},
      {"2030-01-01T12:34:56.78Z", "Two digits of a fraction."},
      {"2030-01-01T12:34:56.7899Z", "What is below a millisecond is cut."},
      {"2030-01-01T12:34:56.999999999Z",
       "Rounded down, not to the next second."},
      {"1969-12-31T23:59:59.9999Z", "Rounded down before 1970, too."},
      {"2030-01-01T12:34:56.Z", "A point without digits."},
      {"2030-01-01T12:34:56,7Z", "A comma."},
      {"2030-01-01T24:00:00Z", "Hour 24."},
      {"2030-01-01T23:60:00Z", "Minute 60."},
      {"2030-01-01T23:59:60Z", "Second 60: there is no leap second."},
      {"2030-01-01T23:59:59.999Z", "The last millisecond of a day."},
      {"2030-1-1", "Fields of one digit."},
      {"2030-01-1", "A day of one digit."},
      {"30-01-01", "A year of two digits."},
      {"+2030-01-01", "A sign."},
      {"12030-01-01", "A year of five digits."},
      {"2030-00-01", "Month 0."},
      {"2030-13-01", "Month 13."},
      {"2030-01-00", "Day 0."},
      {"2030-01-32", "Day 32."},
      {"2030-04-31", "Day 31 of a month of 30."},
      {"2030-02-29", "Day 29 in a year that is no leap year."},
      {"2028-02-29", "Day 29 in a leap year."},
      {"2000-02-29", "A year that 400 divides is a leap year."},
      {"2100-02-29", "A year that 100 divides is none."},
      {"0001-01-01", "The first of all dates."},
      {"0000-12-31", "Year 0."},
      {"9999-12-31T23:59:59.999Z", "The last of all dates."},
      {"0001-01-01T00:00:00+00:01",
       "Before year 1 once the offset is applied."},
      {"0001-01-01T00:01:00+00:01",
       "The first date once the offset is applied."},
      {"9999-12-31T23:59:59-00:01",
       "After year 9999 once the offset is applied."},
      {"9999-12-31T23:58:59-00:01", "In year 9999 once the offset is applied."},
      {"1970-01-01", "The beginning of 1970."},
      {" 2030-01-01", "A blank in front."},
      {"2030-01-01 ", "A blank at the end."},
      {"2030-01-01T12:34:56Zx", "Text at the end."},
      {"2030-01-01Z", "A day with a zone."},
      {"2030/01/01", "Slashes."},
      {"now", "A word."},
      {"", "Nothing."}};
  for (const auto& [text, why] : dates) {
    vectors.AddParse(why, "timestamp", text);
  }
}

void AddDeclarations(Vectors& vectors) {
  const Rows methods = {
      {"api:ReadVmsStopHistory", "A name that api lacks may be declared."},
      {"oapi:ReadVmsStopHistory", "oapi is api."},
      {"icu:BrandNew", "A name that icu lacks may be declared."},
      {"api:ReadVms", "An ordinary method may be declared; nothing changes."},
      {"api:ReadRegions", "A public method may not be declared ordinary."},
      {"api:ReadAccessKeys", "A managing method may not be declared ordinary."},
      {"oapi:ReadAccessKeys", "Nor may it as a method of oapi."},
      {"api:ReadSecretAccessKey", "Retired methods keep their class."},
      {"icu:ListAccessKeys", "Managing methods of icu are no other."},
      {"fcu:BrandNew", "Methods of other services may not be declared."},
      {"oos:BrandNew", "Nor may those of exempt services."},
      {"API:BrandNew", "Services are compared byte for byte."},
      {"api:brandNew", "A declared name begins with a capital letter."},
      {"api:Brand-New", "A declared name has letters and digits alone."},
      {"api:", "A declared name is not empty."}};
  for (const auto& [text, why] : methods) {
    vectors.AddParse(why, "ordinary", text);
  }
}

// A whole folder, of which rows replace one file or add one.
oracle::Folder Whole() {
  return {
      {"ReadAccessKeys.json",
       R"({"AccessKeys":[{"AccessKeyId":"ROOT","State":"ACTIVE","CreationDate":"2010-10-01T12:34:56.789+0000","LastModificationDate":"2010-10-01T12:34:56.789+0000","ExpirationDate":"2030-01-02T00:00:00.000+0000","Tag":"Group1"}],"ResponseContext":{"RequestId":"1"}})"},
      {"ReadAccessKeys.alice.json",
       R"({"AccessKeys":[{"AccessKeyId":"ALICE","State":"INACTIVE"}]})"},
      {"ReadApiAccessRules.json",
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"rule","Description":"Office","IpRanges":["192.0.2.0/24"],"CaIds":["ca-1"],"Cns":[]}],"ResponseContext":{"RequestId":"2"}})"},
      {"ReadApiAccessPolicy.json",
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":false}})"},
      {"ReadUsers.json",
       R"({"Users":[{"UserName":"alice"}],"HasMoreItems":false})"},
      {"ReadCas.json",
       R"({"Cas":[{"CaId":"ca-1","CaFingerprint":"1234567890abcdef1234567890ABCDEF12345678"}]})"}};
}

void AddFolders(Vectors& vectors) {
  vectors.AddRead("A whole account, as the provider answers.", Whole());
  const auto with = [&](const std::string& why, const std::string& file,
                        const std::string& text) {
    oracle::Folder folder = Whole();
    folder[file + ".json"] = text;
    vectors.AddRead(why, folder);
  };
  const auto with_pages = [&](const std::string& why,
                              const oracle::Strings& pages) {
    oracle::Folder folder = Whole();
    folder.erase("ReadUsers.json");
    vectors.AddRead(why, folder, pages);
  };
  const auto without = [&](const std::string& why, const std::string& file) {
    oracle::Folder folder = Whole();
    folder.erase(file + ".json");
    vectors.AddRead(why, folder);
  };
  for (const std::string file :
       {"ReadAccessKeys", "ReadApiAccessRules", "ReadApiAccessPolicy"}) {
    without(file + ".json must be there.", file);
  }
  without("Without ReadUsers.json nobody knows whether all keys are there.",
          "ReadUsers");
  without("Without ReadCas.json the CAs are not known.", "ReadCas");
  without("A listed user's keys were not read.", "ReadAccessKeys.alice");

  const std::string keys = "ReadAccessKeys";
  const auto key = [](const std::string& fields) {
    return R"({"AccessKeys":[{)" + fields + "}]}";
  };
  const std::string active = R"("AccessKeyId":"ROOT","State":"ACTIVE")";
  with("The list alone, without its envelope.", keys, "[{" + active + "}]");
  with("An empty list alone does not say what it lists.", keys, "[]");
  with("An empty list in its envelope.", keys, R"({"AccessKeys":[]})");
  with("AccessKeys that are null.", keys, R"({"AccessKeys":null})");
  with("AccessKeys are missing.", keys, R"({"ResponseContext":{}})");
  with("The answer of another call.", keys, R"({"Vms":[]})");
  with("An error answer.", keys,
       R"({"Errors":[{"Type":"AccessDenied","Details":"","Code":"4"}]})");
  with("An error answer beside a list.", keys,
       R"({"Errors":[{"Code":"4"}],"AccessKeys":[]})");
  with("An empty list of errors is no error answer.", keys,
       R"({"Errors":[],"AccessKeys":[]})");
  with("A problem document of RFC 9457.", keys,
       R"({"type":"about:blank","title":"Denied","status":401})");
  with("An answer with __type and message.", keys,
       R"({"__type":"Denied","message":"no"})");
  with("The id is missing.", keys, key(R"("State":"ACTIVE")"));
  with("The id is null.", keys, key(R"("AccessKeyId":null,"State":"ACTIVE")"));
  with("The id is empty.", keys, key(R"("AccessKeyId":"","State":"ACTIVE")"));
  with("The state is missing.", keys, key(R"("AccessKeyId":"ROOT")"));
  with("The state in another case.", keys,
       key(R"("AccessKeyId":"ROOT","State":"active")"));
  with("A date that is null is absent.", keys,
       key(active + R"(,"ExpirationDate":null)"));
  with("An empty date is not absent.", keys,
       key(active + R"(,"ExpirationDate":"")"));
  with("A malformed date that no verdict needs.", keys,
       key(active + R"(,"LastModificationDate":"yesterday")"));
  with("A date with Z and two digits of a fraction, as octl prints it.", keys,
       key(active + R"(,"ExpirationDate":"2030-01-01T00:00:01.79Z")"));
  with("An unknown field is ignored.", keys, key(active + R"(,"Role":"x")"));
  for (const std::string field :
       {"expirationDate", "EXPIRATIONDATE", "expiration_date",
        "Expiration-Date", "Expiration Date", "ExpiratonDate",
        "ExpirationDates", "ExpirationDaet", "ExpirationDatx",
        "xExpirationDate", "accessKeyId"}) {
    with("`" + field + "` is a known field spelt otherwise: an error.", keys,
         key(active + ",\"" + field + R"(":"2031-01-01T00:00:00Z")"));
  }
  with("`ExpiryDate` is more than one edit away: ignored.", keys,
       key(active + R"(,"ExpiryDate":"2031-01-01T00:00:00Z")"));
  with("A field twice.", keys, key(active + R"(,"State":"ACTIVE")"));
  with("An id twice in one answer.", keys,
       R"({"AccessKeys":[{)" + active + "},{" + active + "}]}");
  with("An id twice in two answers.", "ReadAccessKeys.alice",
       key(R"("AccessKeyId":"ROOT","State":"INACTIVE")"));
  with("Ids that differ in case are two keys.", "ReadAccessKeys.alice",
       key(R"("AccessKeyId":"root","State":"INACTIVE")"));
  with("Another answer after the first one.", keys,
       key(active) + R"({"AccessKeys":[]})");
  with("An empty file.", keys, "");
  with("A file of blanks.", keys, " \n");
  with("No JSON.", keys, "AccessKeys");

  with("Keys of a user whom a complete list does not name.",
       "ReadAccessKeys.bob", key(R"("AccessKeyId":"BOB","State":"ACTIVE")"));
  const std::string users = "ReadUsers";
  with("The list says that there are more users.", users,
       R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true})");
  with("HasMoreItems that is null is false.", users,
       R"({"Users":[{"UserName":"alice"}],"HasMoreItems":null})");
  with("HasMoreItems that is no flag.", users,
       R"({"Users":[{"UserName":"alice"}],"HasMoreItems":"false"})");
  with("HasMoreItems spelt otherwise.", users,
       R"({"Users":[{"UserName":"alice"}],"has_more_items":true})");
  with("Another field may mark a list that is cut.", users,
       R"({"Users":[{"UserName":"alice"}],"IsTruncated":false})");
  with("A bare list of users is not known to be whole.", users,
       R"([{"UserName":"alice"}])");
  const std::string alice = R"({"Users":[{"UserName":"alice"}]})";
  const std::string bob = R"({"Users":[{"UserName":"bob"}]})";
  with_pages("Two pages: their lists are joined, bob's keys are missing.",
             {alice, bob});
  with_pages("The first of two pages says that there are more: the second.",
             {R"({"Users":[{"UserName":"alice"}],"HasMoreItems":true})", bob});
  with_pages("The last of two pages says that there are more.",
             {alice, R"({"Users":[],"HasMoreItems":true})"});
  with_pages("A user twice on two pages.", {alice, alice});
  with("A user without name.", users, R"({"Users":[{"UserId":"1"}]})");
  with("No users, but one has keys: a complete list does not name her.", users,
       R"({"Users":[]})");

  const std::string rules = "ReadApiAccessRules";
  const auto rule = [](const std::string& fields) {
    return R"({"ApiAccessRules":[{"ApiAccessRuleId":"rule",)" + fields + "}]}";
  };
  with("Criteria that are absent, null and [] are the same.", rules,
       rule(R"("IpRanges":null,"CaIds":["ca-1"])"));
  with("No ranges and no CAs.", rules, rule(R"("IpRanges":[],"CaIds":null)"));
  with("CNs without CAs.", rules,
       rule(R"("IpRanges":["192.0.2.0/24"],"Cns":["a"])"));
  with("A range alone.", rules, rule(R"("IpRanges":["192.0.2.0/24"])"));
  with("A malformed range.", rules, rule(R"("IpRanges":["192.0.2.0/33"])"));
  with("An empty CA id.", rules, rule(R"("CaIds":[""])"));
  with("An empty CN.", rules, rule(R"("CaIds":["ca-1"],"Cns":[""])"));
  with("A criterion that is a text.", rules, rule(R"("CaIds":"ca-1")"));
  with("An unknown field of a rule: it may be a criterion.", rules,
       rule(R"("CaIds":["ca-1"],"Countries":["fr"])"));
  with("An item twice counts once.", rules, rule(R"("CaIds":["ca-1","ca-1"])"));
  with(
      "A rule id twice.", rules,
      R"([{"ApiAccessRuleId":"r","CaIds":["c"]},{"ApiAccessRuleId":"r","CaIds":["d"]}])");
  with("Rules that are null.", rules, R"({"ApiAccessRules":null})");
  with("No rules.", rules, R"({"ApiAccessRules":[]})");

  const std::string policy = "ReadApiAccessPolicy";
  const auto of = [](const std::string& max, const std::string& require) {
    return R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":)" + max +
           R"(,"RequireTrustedEnv":)" + require + "}}";
  };
  with("The policy alone, without its envelope.", policy,
       R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false})");
  with("A trusted session without a maximum contradicts itself; it is read.",
       policy, of("0", "true"));
  with("The highest maximum.", policy, of("3153600000", "false"));
  with("One second above the highest maximum.", policy,
       of("3153600001", "false"));
  with("A negative maximum.", policy, of("-1", "false"));
  with("A maximum that is a text.", policy, of("\"0\"", "false"));
  with("A maximum that is no integer.", policy, of("0.5", "false"));
  with("RequireTrustedEnv that is null.", policy, of("0", "null"));
  with("RequireTrustedEnv that is a number.", policy, of("0", "0"));
  with("RequireTrustedEnv is missing.", policy,
       R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0}})");

  const std::string cas = "ReadCas";
  with("No CAs, which are known then.", cas, R"({"Cas":[]})");
  with("A CA without fingerprint.", cas, R"({"Cas":[{"CaId":"ca-1"}]})");
  with("A fingerprint of another form is left out.", cas,
       R"({"Cas":[{"CaId":"ca-1","CaFingerprint":"12:34"}]})");
  with("A CA without id.", cas, R"({"Cas":[{"Description":"x"}]})");
  with("A CA id twice.", cas, R"({"Cas":[{"CaId":"ca-1"},{"CaId":"ca-1"}]})");
}

}  // namespace

void AddTexts(Vectors& vectors) {
  AddAddresses(vectors);
  AddRanges(vectors);
  AddDates(vectors);
  AddDeclarations(vectors);
  AddFolders(vectors);
}

}  // namespace vectors
