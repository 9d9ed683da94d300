#include "api_access/required_factors.h"

#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

// The documented table: a row for all that its services have in common.
struct DocumentedRow {
  MethodClass method_class;
  std::array<Service, 9> services;
  std::size_t service_count;
  CertificateDemand demand;
  FactorRequirement deactivated;
  FactorRequirement activated;

  constexpr bool Holds() const {
    for (std::size_t i = 0; i < service_count; ++i) {
      if (RequiredFactors(method_class, services[i], false, demand) !=
              deactivated ||
          RequiredFactors(method_class, services[i], true, demand) !=
              activated) {
        return false;
      }
    }
    return true;
  }
};

constexpr std::array<Service, 9> kAllServices = {
    Service::kOther, Service::kApi, Service::kIcu,
    Service::kFcu,   Service::kLbu, Service::kDirectlink,
    Service::kEim,   Service::kOos, Service::kOsu};
constexpr std::array<Service, 9> kWithLogin = {Service::kApi, Service::kIcu};
constexpr std::array<Service, 9> kWithoutLogin = {
    Service::kOther, Service::kFcu, Service::kLbu, Service::kDirectlink,
    Service::kEim,   Service::kOos, Service::kOsu};

constexpr auto kNoRules = CertificateDemand::kNoRules;
constexpr auto kAsked = CertificateDemand::kAsked;
constexpr auto kNotAsked = CertificateDemand::kNotAsked;
constexpr auto kDepends = CertificateDemand::kDepends;

// clang-format off
constexpr DocumentedRow kTable[] = {
    {MethodClass::kPublic,   kAllServices,  9, kNoRules,  kNothing,          kNothing},
    {MethodClass::kPublic,   kAllServices,  9, kNotAsked, kNothing,          kNothing},
    {MethodClass::kPublic,   kAllServices,  9, kAsked,    kNothing,          kNothing},
    {MethodClass::kPublic,   kAllServices,  9, kDepends,  kNothing,          kNothing},
    {MethodClass::kOrdinary, kAllServices,  9, kNoRules,  kImpossible,       kImpossible},
    {MethodClass::kOrdinary, kAllServices,  9, kNotAsked, {kKey},            {kKey}},
    {MethodClass::kOrdinary, kAllServices,  9, kAsked,    {kKeyCertificate}, {kKey}},
    {MethodClass::kOrdinary, kAllServices,  9, kDepends,  {kKeyCertificate}, {kKey}},
    {MethodClass::kManaging, kWithLogin,    2, kNoRules,  kImpossible,       kImpossible},
    {MethodClass::kManaging, kWithLogin,    2, kNotAsked, {kKey, kPassword}, {kKey, kPassword}},
    {MethodClass::kManaging, kWithLogin,    2, kAsked,    {kKeyCertificate, kPasswordCertificate},
                                                          {kKeyCertificate, kPasswordCertificate}},
    {MethodClass::kManaging, kWithLogin,    2, kDepends,  {kKeyCertificate, kPasswordCertificate},
                                                          {kKeyCertificate, kPasswordCertificate}},
    {MethodClass::kManaging, kWithoutLogin, 7, kNoRules,  kImpossible,       kImpossible},
    {MethodClass::kManaging, kWithoutLogin, 7, kNotAsked, {kKey},            {kKey}},
    {MethodClass::kManaging, kWithoutLogin, 7, kAsked,    {kKeyCertificate}, {kKeyCertificate}},
    {MethodClass::kManaging, kWithoutLogin, 7, kDepends,  {kKeyCertificate}, {kKeyCertificate}},
    {MethodClass::kExempt,   kAllServices,  9, kNoRules,  {kKey},            {kKey}},
    {MethodClass::kExempt,   kAllServices,  9, kNotAsked, {kKey},            {kKey}},
    {MethodClass::kExempt,   kAllServices,  9, kAsked,    {kKey},            {kKey}},
    {MethodClass::kExempt,   kAllServices,  9, kDepends,  {kKey},            {kKey}},
    {MethodClass::kUnlisted, kAllServices,  9, kNoRules,  kImpossible,       kImpossible},
    {MethodClass::kUnlisted, kAllServices,  9, kNotAsked, {kKey},            {kKey}},
    {MethodClass::kUnlisted, kAllServices,  9, kAsked,    {kKeyCertificate}, {kKeyCertificate}},
    {MethodClass::kUnlisted, kAllServices,  9, kDepends,  {kKeyCertificate}, {kKeyCertificate}},
};
// clang-format on

constexpr bool TableHolds() {
  for (const DocumentedRow& row : kTable) {
    if (!row.Holds()) return false;
  }
  return true;
}
static_assert(TableHolds());

TEST(DocumentedFactorsTest, EveryCell) {
  std::size_t cells = 0;
  for (const DocumentedRow& row : kTable) {
    EXPECT_TRUE(row.Holds())
        << row.method_class << ' ' << row.demand << ' ' << row.services[0];
    cells += row.service_count;
  }
  EXPECT_EQ(cells, 5U * 9U * 4U);
}

TEST(DocumentedFactorsTest, ValuesOutOfRangeAreReadAsZero) {
  EXPECT_EQ(RequiredFactors(static_cast<MethodClass>(99), Service::kApi, true,
                            kAsked),
            FactorRequirement{kKeyCertificate});
  EXPECT_EQ(RequiredFactors(MethodClass::kManaging, static_cast<Service>(99),
                            true, kAsked),
            FactorRequirement{kKeyCertificate});
  EXPECT_EQ(RequiredFactors(MethodClass::kOrdinary, Service::kApi, true,
                            static_cast<CertificateDemand>(99)),
            kImpossible);
  EXPECT_EQ(ToString(static_cast<CertificateDemand>(99)), "NoRules");
}

TEST(CertificateDemandTest, OfAnAccount) {
  const ApiAccessRule with_ca = Rule("a", {"10.0.0.0/8"}, {"ca-1"});
  const ApiAccessRule without_ca = Rule("b", {"10.0.0.0/8"});
  const struct {
    std::vector<ApiAccessRule> rules;
    CertificateDemand demand;
    const char* text;
  } kCases[] = {
      {{}, kNoRules, "NoRules"},
      {{with_ca}, kAsked, "Asked"},
      {{without_ca}, kNotAsked, "NotAsked"},
      {{with_ca, without_ca}, kDepends, "Depends"},
  };
  for (const auto& c : kCases) {
    const CertificateDemand demand =
        CertificateDemandOf(CompleteAccount(Policy(0, false), c.rules, {}));
    EXPECT_EQ(demand, c.demand) << c.text;
    EXPECT_EQ(ToString(demand), c.text);
  }
}

}  // namespace
}  // namespace api_access
