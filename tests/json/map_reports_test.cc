#include "api_access/json/map_reports.h"

#include <string>
#include <utility>
#include <vector>

#include "api_access/json/request_line.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support.h"

namespace api_access {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Timestamp kNow = At("2030-01-01");

AccessRegion RegionOf(std::vector<std::string> ranges,
                      std::vector<MapRequest> requests,
                      std::vector<CertificateEntry> certificates) {
  AccessRegion region = {.ranges = {},
                         .requests = std::move(requests),
                         .certificates = std::move(certificates)};
  for (const std::string& range : ranges) {
    region.ranges.push_back(Range(range));
  }
  return region;
}

constexpr MapRequest kManaging = {
    .kind = {Service::kApi, MethodClass::kManaging},
    .login = MapLogin::kPassword};
constexpr MapRequest kOrdinary = {
    .kind = {Service::kFcu, MethodClass::kOrdinary},
    .login = MapLogin::kEimAccessKey};
const CertificateEntry kEverything = {.ca_ids = {.all_but = true},
                                      .cns = {.all_but = true}};
CertificateEntry Under(std::string ca, NameSet cns) {
  return {.ca_ids = {.names = {std::move(ca)}}, .cns = std::move(cns)};
}

TEST(MapReportsTest, AMap) {
  EXPECT_EQ(MapJson({}), R"({"Regions":[]})");
  EXPECT_EQ(
      MapJson({RegionOf({"192.0.2.0/24", "2001:db8::/32"},
                        {kManaging, kOrdinary}, {kEverything}),
               RegionOf({"198.51.100.7"}, {kManaging},
                        {Under("a", {.names = {"x", "y"}}),
                         Under("b", {.all_but = true, .names = {"x"}}),
                         {.ca_ids = {.all_but = true, .names = {"a", "b"}},
                          .cns = {.all_but = true}}})}),
      R"({"Regions":[)"
      R"({"Ranges":["192.0.2.0/24","2001:db8::/32"],)"
      R"("Requests":[{"Service":"api","Class":"Managing","Login":"Password"},)"
      R"({"Service":"fcu","Class":"Ordinary","Login":"EimAccessKey"}],)"
      R"("Certificates":[{"CaIdsNot":[]}]},)"
      R"({"Ranges":["198.51.100.7/32"],)"
      R"("Requests":[{"Service":"api","Class":"Managing","Login":"Password"}],)"
      R"("Certificates":[{"CaIds":["a"],"Cns":["x","y"]},)"
      R"({"CaIds":["b"],"CnsNot":["x"]},{"CaIdsNot":["a","b"]}]}]})");
}

TEST(MapReportsTest, BytesThatAreNotUtf8StayValidJson) {
  const std::string text = MapJson({RegionOf(
      {"192.0.2.0/24"}, {kManaging}, {Under("\xff\x1b", {.all_but = true})})});
  EXPECT_THAT(text, HasSubstr(R"("CaIds":["\ufffd\u001b"])"));
}

TEST(MapReportsTest, ADifference) {
  EXPECT_EQ(DiffJson({}), R"({"Equal":true,"Regions":[],"Keys":[]})");
  const AccessDifference difference = {
      .widened = {{.region =
                       RegionOf({"192.0.2.0/24"}, {kOrdinary}, {kEverything})}},
      .narrowed = {{.region = RegionOf({"10.0.0.0/8"}, {kManaging},
                                       {Under("a", {.names = {"x"}})}),
                    .witness =
                        Witness{
                            .method = {"api", "ReadAccessKeys"},
                            .caller = {.client_address = Ip("10.0.0.0"),
                                       .login = LoginKind::kPassword,
                                       .certificate = Certificate({"a"}, "x")},
                            .now = kNow}}},
      .keys = {
          {.access_key_id = "K",
           .kind = DifferenceKind::kNarrowed,
           .before = Valid(AccessKey::Create({.id = "K",
                                              .state = AccessKeyState::kActive,
                                              .expiration = kNow + seconds(1),
                                              .user_name = "alice"})),
           .after = Valid(AccessKey::Create({.id = "K"}))},
          {.access_key_id = "L",
           .kind = DifferenceKind::kWidened,
           .after = Key("L")}}};
  EXPECT_EQ(
      DiffJson(difference),
      R"({"Equal":false,"Regions":[)"
      R"({"Kind":"Narrowed","Ranges":["10.0.0.0/8"],)"
      R"("Requests":[{"Service":"api","Class":"Managing","Login":"Password"}],)"
      R"("Certificates":[{"CaIds":["a"],"Cns":["x"]}],)"
      R"("Witness":{"Service":"api","Method":"ReadAccessKeys",)"
      R"("ClientIp":"10.0.0.0","Login":"Password",)"
      R"("Certificate":{"CaIds":["a"],"Cn":"x"},)"
      R"("Now":"2030-01-01T00:00:00.000+0000"}},)"
      R"({"Kind":"Widened","Ranges":["192.0.2.0/24"],)"
      R"("Requests":[{"Service":"fcu","Class":"Ordinary",)"
      R"("Login":"EimAccessKey"}],)"
      R"("Certificates":[{"CaIdsNot":[]}],"Witness":null}],)"
      R"("Keys":[{"AccessKeyId":"K","Kind":"Narrowed",)"
      R"("Before":{"UserName":"alice","State":"ACTIVE",)"
      R"("ExpirationDate":"2030-01-01T00:00:01.000+0000"},)"
      R"("After":{"UserName":null,"State":"INACTIVE","ExpirationDate":null}},)"
      R"({"AccessKeyId":"L","Kind":"Widened","Before":null,)"
      R"("After":{"UserName":null,"State":"ACTIVE","ExpirationDate":null}}]})");
}

// A witness is a request line as `decide` takes it.
TEST(MapReportsTest, AWitnessIsARequestLine) {
  const Account before =
      CompleteAccount(Policy(0, false),
                      {Rule("r", {"192.0.2.0/24"}, {"a"}, {"x"})}, {Key("K")});
  const Account after =
      CompleteAccount(Policy(0, false),
                      {Rule("r", {"192.0.2.0/25"}, {"a"}, {"x"})}, {Key("K")});
  const AccessDifference difference = Valid(DiffAccess(before, after, kNow));
  const json parsed = json::parse(DiffJson(difference));
  const RequestLine line =
      Valid(ParseRequestLine(parsed["Regions"][0]["Witness"].dump()));
  const Witness& witness = *difference.narrowed.at(0).witness;
  EXPECT_EQ(line.caller, witness.caller);
  EXPECT_EQ(line.service, witness.method.service);
  EXPECT_EQ(line.method, witness.method.name);
  EXPECT_EQ(line.now, witness.now);
}

// Regions of both kinds that begin at the same address: by request, then by the
// text of their certificates, whichever kind they are of.
TEST(MapReportsTest, BothKindsAreInOneOrder) {
  const auto region = [](const char* range, const MapRequest& request,
                         CertificateEntry entry) {
    return DifferenceRegion{
        .region = RegionOf({range}, {request}, {std::move(entry)})};
  };
  const DifferenceRegion v6 = region("::/128", kManaging, kEverything);
  const DifferenceRegion later = region("10.0.0.0/8", kOrdinary, kEverything);
  const DifferenceRegion cn_x =
      region("10.0.0.0/9", kManaging, Under("a", {.names = {"x"}}));
  const DifferenceRegion not_x = region(
      "10.0.0.0/8", kManaging, Under("a", {.all_but = true, .names = {"x"}}));
  const DifferenceRegion ca_b =
      region("10.0.0.0/8", kManaging, Under("b", {.names = {"x"}}));
  const auto order = [](const AccessDifference& difference) {
    const json parsed = json::parse(DiffJson(difference));
    std::string text;
    for (const json& found : parsed["Regions"]) {
      text += found["Kind"].get<std::string>() + ' ' +
              found["Ranges"][0].get<std::string>() + ' ' +
              found["Certificates"][0].dump() + '\n';
    }
    return text;
  };
  EXPECT_EQ(order({.widened = {not_x, v6}, .narrowed = {cn_x, later}}),
            "Narrowed 10.0.0.0/9 {\"CaIds\":[\"a\"],\"Cns\":[\"x\"]}\n"
            "Widened 10.0.0.0/8 {\"CaIds\":[\"a\"],\"CnsNot\":[\"x\"]}\n"
            "Narrowed 10.0.0.0/8 {\"CaIdsNot\":[]}\n"
            "Widened ::/128 {\"CaIdsNot\":[]}\n");
  EXPECT_EQ(order({.widened = {not_x}, .narrowed = {ca_b}}),
            "Widened 10.0.0.0/8 {\"CaIds\":[\"a\"],\"CnsNot\":[\"x\"]}\n"
            "Narrowed 10.0.0.0/8 {\"CaIds\":[\"b\"],\"Cns\":[\"x\"]}\n");
}

}  // namespace
}  // namespace api_access
