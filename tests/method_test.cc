#include "api_access/method.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/short_text.h"
#include "src/method_catalogue.h"
#include "tests/support.h"

namespace api_access {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The table that the catalogue is generated from.
struct Table {
  std::string version;  // the first line
  // service, method, class, first_version, last_version
  std::vector<std::vector<std::string>> rows;
};

Table ReadTable() {
  std::ifstream file(API_ACCESS_SOURCE_DIR "/src/methods.tsv");
  Table table;
  std::string line;
  std::getline(file, table.version);
  std::getline(file, line);
  EXPECT_EQ(line, "service\tmethod\tclass\tfirst_version\tlast_version");
  while (std::getline(file, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    table.rows.push_back(cells);
  }
  return table;
}

TEST(MethodTest, CatalogueIsTheTableRowByRow) {
  const Table table = ReadTable();
  EXPECT_EQ(table.version, "# version " + std::string(kCatalogueVersion));
  ASSERT_EQ(table.rows.size(), internal::kCatalogue.size());
  for (const auto& row : table.rows) {
    ASSERT_EQ(row.size(), 5U) << row[0];
    const Method method = FindMethod(row[0], row[1]);
    EXPECT_EQ(ToString(method.service()), row[0]) << row[1];
    EXPECT_EQ(method.name(), row[1]);
    EXPECT_EQ(Lower(ToString(method.method_class())), row[2]) << row[1];
    EXPECT_EQ(method.first_version(), row[3]) << row[1];
    EXPECT_EQ(method.last_version(), row[4]) << row[1];
  }
}

// Nothing else shares the place of an entry of the catalogue, neither its name
// under another service nor a part of it.
TEST(MethodTest, NothingIsTakenForAnEntryOfTheCatalogue) {
  std::set<std::pair<std::string, std::string>> listed;
  for (const auto& row : ReadTable().rows) listed.emplace(row[0], row[1]);
  int entries = 0;
  const auto ask = [&](const std::string& service, const std::string& name) {
    const Method method = FindMethod(service, name);
    const bool is_listed = listed.contains({service, name});
    ASSERT_EQ(ToString(method.service()), service) << name;
    ASSERT_EQ(method.name(), is_listed ? name : "") << service << ' ' << name;
    entries += is_listed ? 1 : 0;
  };
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    const std::string name(entry.name);
    for (const char* service : {"api", "icu", "fcu", "lbu", "directlink", "eim",
                                "oos", "osu", "other"}) {
      ask(service, name);
    }
    for (std::size_t size = 0; size < name.size(); ++size) {
      ask(std::string(ToString(entry.service)), name.substr(0, size));
      ask(std::string(ToString(entry.service)),
          name.substr(name.size() - size));
    }
  }
  EXPECT_GE(entries, std::ranges::ssize(internal::kCatalogue));
}

// cmake/generate_catalogue.py computes it as well; its test has the same
// numbers.
TEST(MethodTest, TheHashIsThatOfTheGenerator) {
  const struct {
    std::string_view name;
    std::uint64_t expected;
  } kCases[] = {
      {"V", 0xb947285976f01b99},
      {"Vms", 0x83aaf6af21ef3d90},
      {"Vmss", 0x7c945f16415c1699},
      {"ReadVms", 0x2fdcd2cd65d32207},
      {"ReadVmss", 0xb77e81272d617ee1},
      {"CreateLoadBalancerListeners", 0x0e6c8c0905bdb9c1},
  };
  for (const auto& [name, expected] : kCases) {
    EXPECT_EQ(internal::HashEnds(name, internal::TagOf(Service::kApi, name),
                                 0x9e3779b97f4a7c15),
              expected)
        << name;
  }
}

// The page has to be changed by hand when the catalogue is.
TEST(MethodTest, ThePageOfTheSemanticsHasTheCatalogue) {
  std::ifstream file(API_ACCESS_SOURCE_DIR "/include/api_access/README.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  const auto says = [&](const std::string& text) {
    return page.find(text) != std::string::npos;
  };
  EXPECT_TRUE(says("**" + std::string(kCatalogueVersion) + "**"));
  for (const Service service : {Service::kApi, Service::kIcu}) {
    const auto count = std::ranges::count_if(
        internal::kCatalogue, [&](const internal::CatalogueEntry& entry) {
          return entry.service == service &&
                 entry.method_class == MethodClass::kOrdinary;
        });
    EXPECT_TRUE(says("| " + std::to_string(count) + " methods |")) << count;
  }
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    if (entry.method_class != MethodClass::kPublic) continue;
    EXPECT_TRUE(says('`' + std::string(entry.name) + '`')) << entry.name;
  }
}

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

TEST(MethodTest, EachByteOfANameHasToBeALetterOrADigit) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool fits =
        is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const auto expected = [](bool ordinary) {
      return ordinary ? MethodClass::kOrdinary : MethodClass::kUnlisted;
    };
    EXPECT_EQ(FindMethod("fcu", std::string(1, c)).method_class(),
              expected(is_upper))
        << byte;
    for (std::size_t size = 2; size < 12; ++size) {
      for (std::size_t i = 1; i < size; ++i) {
        std::string name(size, 'X');
        name[i] = c;
        ASSERT_EQ(FindMethod("fcu", name).method_class(), expected(fits))
            << byte << ' ' << i << ' ' << size;
      }
    }
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

TEST(MethodCatalogueTest, DeclaredMethodsAreOrdinary) {
  const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(
      {.ordinary = {{"oapi", "ReadVmsStopHistory"}, {"icu", "ReadWeather"}}}));
  const Method declared = catalogue.Find("api", "ReadVmsStopHistory");
  EXPECT_EQ(declared.service(), Service::kApi);
  EXPECT_EQ(declared.method_class(), MethodClass::kOrdinary);
  EXPECT_EQ(declared.name(), "");
  EXPECT_EQ(declared.first_version(), "");
  EXPECT_EQ(declared.last_version(), "");
  EXPECT_EQ(declared.ToString(), "api - Ordinary");
  EXPECT_EQ(catalogue.Find("oapi", "ReadVmsStopHistory"), declared);
  EXPECT_EQ(catalogue.Find("icu", "ReadWeather").method_class(),
            MethodClass::kOrdinary);
  // Nothing else changes.
  const struct {
    const char* service;
    const char* name;
  } kOthers[] = {
      {"icu", "ReadVmsStopHistory"},
      {"api", "ReadWeather"},
      {"other", "ReadWeather"},
      {"fcu", "ReadVmsStopHistory"},
      {"API", "ReadVmsStopHistory"},
      {"api", "readVmsStopHistory"},
      {"api", "ReadVmsStopHistor"},
      {"api", "ReadVmsStopHistory2"},
      {"api", "ReadVms"},
      {"api", "ReadCas"},
      {"icu", "ListAccessKeys"},
      {"api", ""},
  };
  for (const auto& [service, name] : kOthers) {
    EXPECT_EQ(catalogue.Find(service, name), FindMethod(service, name))
        << service << ' ' << name;
  }
}

TEST(MethodCatalogueTest, WithoutDeclarationsItIsThatOfFindMethod) {
  MethodCatalogue moved_from =
      Valid(MethodCatalogue::Create({.ordinary = {{"api", "BrandNew"}}}));
  const MethodCatalogue moved_to = std::move(moved_from);
  EXPECT_EQ(moved_to.Find("api", "BrandNew").method_class(),
            MethodClass::kOrdinary);
  for (const MethodCatalogue& catalogue :
       {MethodCatalogue(), Valid(MethodCatalogue::Create({})), moved_from}) {
    EXPECT_EQ(catalogue, MethodCatalogue());
    EXPECT_TRUE(catalogue.Declared().empty());
    EXPECT_EQ(catalogue.Find("api", "BrandNew").method_class(),
              MethodClass::kUnlisted);
    for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
      const std::string_view name = entry.name;
      for (const char* service : {"api", "oapi", "icu", "fcu", "eim", "oos"}) {
        for (std::size_t size = 0; size <= name.size(); ++size) {
          for (const std::string_view part :
               {name.substr(0, size), name.substr(name.size() - size)}) {
            ASSERT_EQ(catalogue.Find(service, part), FindMethod(service, part))
                << service << ' ' << part;
          }
        }
      }
    }
  }
}

TEST(MethodCatalogueTest, WhatIsOrdinaryAnywayMayBeDeclared) {
  MethodCatalogue::Fields fields;
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    if (entry.method_class != MethodClass::kOrdinary) continue;
    fields.ordinary.push_back(
        {std::string(ToString(entry.service)), std::string(entry.name)});
  }
  const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(fields));
  EXPECT_EQ(catalogue, MethodCatalogue());
  EXPECT_EQ(catalogue.Find("api", "ReadVms").name(), "ReadVms");
  EXPECT_EQ(catalogue.Find("api", "CreateMasterKey").name(),
            "CreateMasterKey");  // retired
}

TEST(MethodCatalogueTest, WhatMayNotBeDeclared) {
  const std::string version(kCatalogueVersion);
  const struct {
    MethodName method;
    std::string error;
  } kCases[] = {
      {{"fcu", "RunInstances"},
       "declared method `fcu` `RunInstances`: expected service api, oapi or "
       "icu"},
      {{"eim", "CreateUser"},
       "declared method `eim` `CreateUser`: expected service api, oapi or icu"},
      {{"", "ReadVms"},
       "declared method `` `ReadVms`: expected service api, oapi or icu"},
      {{"Api", "ReadVms"},
       "declared method `Api` `ReadVms`: expected service api, oapi or icu"},
      {{"api", ""},
       "declared method `api` ``: expected a name of the form "
       "[A-Z][A-Za-z0-9]*"},
      {{"oapi", "readVms"},
       "declared method `oapi` `readVms`: expected a name of the form "
       "[A-Z][A-Za-z0-9]*"},
      {{"icu", std::string("Read\0", 5)},
       "declared method `icu` `Read\\x00`: expected a name of the form "
       "[A-Z][A-Za-z0-9]*"},
      {{"api", "ReadCas"},
       "declared method `api` `ReadCas`: expected an ordinary or a new method, "
       "it is Managing in the catalogue " +
           version},
      {{"oapi", "ReadSecretAccessKey"},  // retired
       "declared method `oapi` `ReadSecretAccessKey`: expected an ordinary or "
       "a new method, it is Managing in the catalogue " +
           version},
      {{"icu", "ListAccessKeys"},
       "declared method `icu` `ListAccessKeys`: expected an ordinary or a new "
       "method, it is Managing in the catalogue " +
           version},
      {{"api", "ReadRegions"},
       "declared method `api` `ReadRegions`: expected an ordinary or a new "
       "method, it is Public in the catalogue " +
           version},
  };
  for (const auto& c : kCases) {
    const auto catalogue = MethodCatalogue::Create(
        {.ordinary = {{"api", "BrandNew"}, c.method, {"lbu", "Later"}}});
    EXPECT_EQ(catalogue.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(Message(catalogue.status()), c.error);
  }
  for (const internal::CatalogueEntry& entry : internal::kCatalogue) {
    const auto catalogue = MethodCatalogue::Create(
        {.ordinary = {
             {std::string(ToString(entry.service)), std::string(entry.name)}}});
    EXPECT_EQ(catalogue.ok(), entry.method_class == MethodClass::kOrdinary)
        << entry.name;
  }
}

TEST(MethodCatalogueTest, OrderAndRepetitionDoNotMatter) {
  const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(
      {.ordinary = {{"icu", "B"}, {"oapi", "C"}, {"api", "A"}, {"icu", "A"}}}));
  const std::vector<MethodName> expected = {
      {"api", "A"}, {"api", "C"}, {"icu", "A"}, {"icu", "B"}};
  EXPECT_EQ(catalogue.Declared(), expected);
  MethodCatalogue::Fields again = {.ordinary = expected};
  again.ordinary.insert(again.ordinary.begin(),
                        {{"oapi", "A"}, {"api", "ReadVms"}, {"icu", "B"}});
  EXPECT_EQ(Valid(MethodCatalogue::Create(again)), catalogue);
  const MethodCatalogue copy = catalogue;
  EXPECT_EQ(copy, catalogue);
  EXPECT_NE(Valid(MethodCatalogue::Create({.ordinary = {{"api", "A"}}})),
            Valid(MethodCatalogue::Create({.ordinary = {{"icu", "A"}}})));
  EXPECT_NE(catalogue, MethodCatalogue());
}

TEST(MethodCatalogueTest, ManyDeclarations) {
  for (const int count : {1, 2, 255, 256, 5'000}) {
    MethodCatalogue::Fields fields;
    for (int i = 0; i < count; ++i) {
      fields.ordinary.push_back({"api", "Read" + std::to_string(2 * i)});
    }
    const MethodCatalogue catalogue = Valid(MethodCatalogue::Create(fields));
    for (int i = 0; i < 2 * count; ++i) {
      EXPECT_EQ(
          catalogue.Find("api", "Read" + std::to_string(i)).method_class(),
          i % 2 == 0 ? MethodClass::kOrdinary : MethodClass::kUnlisted)
          << i << " of " << count;
    }
  }
}

TEST(MethodTest, ZeroAndUnknownValuesAreTheStrictOnes) {
  EXPECT_EQ(Service{}, Service::kOther);
  EXPECT_EQ(MethodClass{}, MethodClass::kUnlisted);
  EXPECT_EQ(ToString(static_cast<Service>(200)), "other");
  EXPECT_EQ(ToString(static_cast<MethodClass>(200)), "Unlisted");
}

TEST(MethodTest, SimilarNames) {
  const struct {
    const char* service;
    const char* name;
    const char* similar;
  } kCases[] = {
      {"api", "readvms", "ReadVms"},
      {"oapi", "READVMS", "ReadVms"},
      {"api", "ReadVm", "ReadVms"},
      {"api", "ReadVmss", "ReadVms"},
      {"api", "RaedVms", "ReadVms"},
      {"api", "ReadVns", "ReadVms"},
      {"icu", "getaccesskey", "GetAccessKey"},
      // It is listed, of another service, or too far away.
      {"api", "ReadVms", ""},
      {"icu", "readvms", ""},
      {"fcu", "readvms", ""},
      {"other", "ReadVm", ""},
      {"api", "ReadV", ""},
      {"api", "read_vms", ""},
      {"api", "", ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FindSimilarName(c.service, c.name), c.similar) << c.name;
  }
}

TEST(MethodTest, KindsAreNamedByClass) {
  using Kinds = std::vector<MethodKind>;
  EXPECT_EQ(ToString(Kinds{}, kAllMethodKinds), "");
  EXPECT_EQ(ToString(kAllMethodKinds, kAllMethodKinds),
            "all Public, all Ordinary, all Managing, all Unlisted, all Exempt");
  EXPECT_EQ(ToString(Kinds{{Service::kApi, MethodClass::kManaging},
                           {Service::kIcu, MethodClass::kManaging},
                           {Service::kEim, MethodClass::kOrdinary}},
                     kAllMethodKinds),
            "Ordinary of eim, Managing of api and icu");
  EXPECT_EQ(ToString(Kinds{{Service::kApi, MethodClass::kUnlisted},
                           {Service::kIcu, MethodClass::kUnlisted},
                           {Service::kFcu, MethodClass::kUnlisted}},
                     kAllMethodKinds),
            "Unlisted of api, icu and fcu");
  // All that are possible.
  EXPECT_EQ(ToString(Kinds{{Service::kApi, MethodClass::kManaging}},
                     Kinds{{Service::kApi, MethodClass::kManaging}}),
            "all Managing");
}

}  // namespace
}  // namespace api_access
