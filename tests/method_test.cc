#include "api_access/method.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "gtest/gtest.h"
#include "src/method_catalogue.h"

namespace api_access {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// service, method, class, first_version, last_version
std::vector<std::vector<std::string>> ReadTable() {
  std::ifstream file(API_ACCESS_TESTS_DATA "/methods.tsv");
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    rows.push_back(cells);
  }
  return rows;
}

TEST(MethodTest, CatalogueIsTheTableRowByRow) {
  const auto rows = ReadTable();
  ASSERT_EQ(rows.size(), 1 + internal::kCatalogue.size());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    ASSERT_EQ(row.size(), 5U) << "row " << i;
    const Method method = FindMethod(row[0], row[1]);
    EXPECT_EQ(ToString(method.service()), row[0]) << row[1];
    EXPECT_EQ(method.name(), row[1]);
    EXPECT_EQ(Lower(ToString(method.method_class())), row[2]) << row[1];
    EXPECT_EQ(method.first_version(), row[3]) << row[1];
    EXPECT_EQ(method.last_version(), row[4]) << row[1];
  }
}

TEST(MethodTest, CatalogueVersion) { EXPECT_EQ(kCatalogueVersion, "1.40.1"); }

TEST(MethodTest, Classes) {
  const struct {
    const char* service;
    const char* name;
    MethodClass expected;
  } kCases[] = {
      {"api", "ReadVms", MethodClass::kOrdinary},
      {"oapi", "ReadVms", MethodClass::kOrdinary},
      {"api", "ReadCas", MethodClass::kManaging},
      {"oapi", "ReadCas", MethodClass::kManaging},
      {"api", "ReadRegions", MethodClass::kPublic},
      {"api", "ReadSecretAccessKey", MethodClass::kManaging},  // retired
      {"api", "CreateMasterKey", MethodClass::kOrdinary},      // retired
      {"api", "readvms", MethodClass::kUnlisted},
      {"api", "ReadVm", MethodClass::kUnlisted},
      {"api", "ReadVmss", MethodClass::kUnlisted},
      {"api", " ReadVms", MethodClass::kUnlisted},
      {"api", "", MethodClass::kUnlisted},
      {"API", "ReadVms", MethodClass::kUnlisted},
      {"Oapi", "ReadVms", MethodClass::kUnlisted},
      {"", "ReadVms", MethodClass::kUnlisted},
      {"s3", "GetObject", MethodClass::kUnlisted},
      {"other", "ReadVms", MethodClass::kUnlisted},
      {"kms", "CreateKey", MethodClass::kUnlisted},
      // Names of one service are not those of another.
      {"icu", "ReadVms", MethodClass::kUnlisted},
      {"api", "GetAccessKey", MethodClass::kUnlisted},
      {"api", "DescribeRegions", MethodClass::kUnlisted},
      {"icu", "GetAccessKey", MethodClass::kManaging},
      {"icu", "AuthenticateAccount", MethodClass::kPublic},
      {"icu", "ReadQuotas", MethodClass::kOrdinary},
      // Beyond the catalogue.
      {"fcu", "DescribeRegions", MethodClass::kPublic},
      {"fcu", "RunInstances", MethodClass::kOrdinary},
      {"fcu", "R", MethodClass::kOrdinary},
      {"fcu", "R2", MethodClass::kOrdinary},
      {"fcu", "CreateAccessKey", MethodClass::kOrdinary},
      {"fcu", "runInstances", MethodClass::kUnlisted},
      {"fcu", "2R", MethodClass::kUnlisted},
      {"fcu", "Run_Instances", MethodClass::kUnlisted},
      {"fcu", "Run-Instances", MethodClass::kUnlisted},
      {"fcu", "RunInstances ", MethodClass::kUnlisted},
      {"fcu", "R\xc3\xa9", MethodClass::kUnlisted},
      {"fcu", "", MethodClass::kUnlisted},
      {"lbu", "CreateLoadBalancer", MethodClass::kOrdinary},
      {"lbu", "createLoadBalancer", MethodClass::kUnlisted},
      {"directlink", "CreateConnection", MethodClass::kOrdinary},
      {"directlink", "-", MethodClass::kUnlisted},
      {"eim", "CreateUser", MethodClass::kOrdinary},
      {"eim", "CreateAccessKey", MethodClass::kManaging},
      {"eim", "GetAccessKeyLastUsed", MethodClass::kManaging},
      {"eim", "GetACCESSKEY", MethodClass::kManaging},
      {"eim", "Accesskeys", MethodClass::kManaging},
      {"eim", "AccessKe", MethodClass::kOrdinary},
      {"eim", "getAccessKey", MethodClass::kUnlisted},
      {"oos", "GetObject", MethodClass::kExempt},
      {"osu", "GetObject", MethodClass::kExempt},
      {"oos", "", MethodClass::kExempt},
      {"osu", "get object", MethodClass::kExempt},
      {"OOS", "GetObject", MethodClass::kUnlisted},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FindMethod(c.service, c.name).method_class(), c.expected)
        << c.service << ' ' << c.name;
  }
}

TEST(MethodTest, BytesBehindANulCount) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(FindMethod("api", "ReadVms\0"sv).method_class(),
            MethodClass::kUnlisted);
  EXPECT_EQ(FindMethod("api\0"sv, "ReadVms").method_class(),
            MethodClass::kUnlisted);
}

TEST(MethodTest, EveryServiceIsFoundByItsName) {
  const std::map<std::string, Service> kServices = {
      {"api", Service::kApi},  {"oapi", Service::kApi},
      {"icu", Service::kIcu},  {"fcu", Service::kFcu},
      {"lbu", Service::kLbu},  {"directlink", Service::kDirectlink},
      {"eim", Service::kEim},  {"oos", Service::kOos},
      {"osu", Service::kOsu},  {"other", Service::kOther},
      {"s3", Service::kOther}, {"", Service::kOther},
  };
  for (const auto& [name, service] : kServices) {
    EXPECT_EQ(FindMethod(name, "X").service(), service) << name;
  }
}

TEST(MethodTest, IsASmallRegularValue) {
  static_assert(sizeof(Method) == 4);
  static_assert(std::is_trivially_copyable_v<Method>);
  EXPECT_EQ(FindMethod("oapi", "ReadVms"), FindMethod("api", "ReadVms"));
  EXPECT_NE(FindMethod("api", "ReadVms"), FindMethod("api", "ReadNets"));
  EXPECT_EQ(FindMethod("fcu", "A"), FindMethod("fcu", "B"));
  const std::unordered_set<Method> set = {FindMethod("api", "ReadVms"),
                                          FindMethod("oapi", "ReadVms"),
                                          FindMethod("api", "ReadNets")};
  EXPECT_EQ(set.size(), 2U);
  std::ostringstream out;
  out << FindMethod("api", "ReadVms") << ", " << FindMethod("s3", "GetObject");
  EXPECT_EQ(out.str(), "api ReadVms Ordinary, other - Unlisted");
}

TEST(MethodTest, ZeroAndUnknownValuesAreTheStrictOnes) {
  EXPECT_EQ(Service{}, Service::kOther);
  EXPECT_EQ(MethodClass{}, MethodClass::kUnlisted);
  EXPECT_EQ(ToString(static_cast<Service>(200)), "other");
  EXPECT_EQ(ToString(static_cast<MethodClass>(200)), "Unlisted");
}

}  // namespace
}  // namespace api_access
