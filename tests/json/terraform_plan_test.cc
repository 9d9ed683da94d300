#include "api_access/json/terraform_plan.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/json/changes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support.h"

namespace api_access {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What a plan says of one resource.
struct Planned {
  std::string address;
  std::vector<std::string> actions;
  json before = nullptr;
  json after = nullptr;
  json unknown = json::object();
};

// The last name of an address that is not in brackets, and the one before it.
std::pair<std::string, std::string> TypeAndName(std::string address) {
  if (address.ends_with(']')) address.resize(address.rfind('['));
  const std::size_t point = address.rfind('.');
  const std::size_t before = address.rfind('.', point - 1);
  const std::size_t type = before == std::string::npos ? 0 : before + 1;
  return {address.substr(type, point - type), address.substr(point + 1)};
}

json ResourceChange(const Planned& planned) {
  const auto [type, name] = TypeAndName(planned.address);
  return {{"address", planned.address},
          {"mode", "managed"},
          {"type", type},
          {"name", name},
          {"provider_name", "registry.terraform.io/outscale/outscale"},
          {"change",
           {{"actions", planned.actions},
            {"before", planned.before},
            {"after", planned.after},
            {"after_unknown", planned.unknown},
            {"before_sensitive", json::object()},
            {"after_sensitive", json::object()}}}};
}

// A resource of a configuration.
json Configured(const std::string& address, const json& expressions) {
  const auto [type, name] = TypeAndName(address);
  return {{"address", address},
          {"mode", "managed"},
          {"type", type},
          {"name", name},
          {"provider_config_key", "outscale"},
          {"expressions", expressions},
          {"schema_version", 0}};
}

json Constant(const json& value) { return {{"constant_value", value}}; }
json References(const std::vector<std::string>& references) {
  return {{"references", references}};
}

// A plan as Terraform prints it.
json PlanOf(const std::vector<Planned>& planned, const json& root_module) {
  json changes = json::array();
  for (const Planned& resource : planned) {
    changes.push_back(ResourceChange(resource));
  }
  return {{"format_version", "1.2"},
          {"terraform_version", "1.9.5"},
          {"planned_values", {{"root_module", json::object()}}},
          {"resource_changes", changes},
          {"configuration", {{"root_module", root_module}}},
          {"applyable", true},
          {"complete", true},
          {"errored", false}};
}

TerraformPlan Read(const json& plan) {
  return Valid(ParseTerraformPlan(plan.dump()));
}
TerraformPlan ReadPlanOf(const std::vector<Planned>& planned,
                         const json& resources = json::array()) {
  return Read(PlanOf(planned, {{"resources", resources}}));
}

std::string ErrorOf(const json& plan) {
  return Message(ParseTerraformPlan(plan.dump()).status());
}

// The steps of a plan, each as `ADDRESS CALL REQUEST`, and `-> ID` for what it
// creates.
std::vector<std::string> StepsOf(const TerraformPlan& plan) {
  std::vector<std::string> texts;
  for (const PlanStep& step : plan.steps) {
    std::string text = step.resource + " " + std::string(CallOf(step.change)) +
                       " " + FormatRequest(step.change);
    if (const std::string* id = NewIdOf(step.change)) text += " -> " + *id;
    texts.push_back(std::move(text));
  }
  return texts;
}

json Key(const char* state, const json& date, const json& user = nullptr) {
  return {{"access_key_id", "K"},    {"creation_date", "2029-01-01"},
          {"expiration_date", date}, {"id", "K"},
          {"secret_key", "SECRET"},  {"state", state},
          {"tag", nullptr},          {"user_name", user}};
}
json RuleValues(const json& ranges, const json& ca_ids, const json& cns) {
  return {{"api_access_rule_id", "aar-1"},
          {"id", "aar-1"},
          {"ip_ranges", ranges},
          {"ca_ids", ca_ids},
          {"cns", cns},
          {"description", ""}};
}
json Without(json values, std::initializer_list<const char*> names) {
  for (const char* name : names) values.erase(name);
  return values;
}
json Ca(const char* description) {
  return {{"ca_id", "ca-1"},
          {"id", "ca-1"},
          {"ca_pem", "PEM"},
          {"description", description}};
}

constexpr char kDate[] = "2030-01-15T00:00:00.000+0000";

TEST(TerraformPlanTest, ResourcesOfNobodyAreNoCalls) {
  json plan = PlanOf({{"outscale_vm.a", {"create"}, nullptr, {{"x", 1}}},
                      {"aws_iam_access_key.a", {"what"}}},
                     json::object());
  json data = ResourceChange({"data.outscale_access_key.a", {"read"}});
  data["mode"] = "data";
  plan["resource_changes"].push_back(data);
  EXPECT_EQ(Read(plan), TerraformPlan{});
  plan.erase("resource_changes");
  EXPECT_EQ(Read(plan), TerraformPlan{});
}

TEST(TerraformPlanTest, ActionsThatCallNothing) {
  EXPECT_EQ(ReadPlanOf({{"outscale_access_key.a",
                         {"no-op"},
                         Key("ACTIVE", ""),
                         Key("ACTIVE", "")},
                        {"outscale_ca.a", {"no-op"}, Ca(""), Ca("")},
                        {"outscale_api_access_policy.a", {"read"}}}),
            TerraformPlan{});
  const TerraformPlan plan =
      ReadPlanOf({{"outscale_api_access_policy.p",
                   {"delete"},
                   {{"max_access_key_expiration_seconds", 1},
                    {"require_trusted_env", true}}},
                  {"outscale_access_key.k", {"forget"}, Key("ACTIVE", "")}});
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(
      plan.notes,
      ElementsAre("`outscale_access_key.k`: Terraform forgets it, and calls "
                  "nothing to delete it",
                  "`outscale_api_access_policy.p`: to destroy the policy calls "
                  "nothing, so it stays as it is"));
}

TEST(TerraformPlanTest, CasAreCreatedUpdatedAndDeleted) {
  EXPECT_THAT(
      StepsOf(ReadPlanOf(
          {{"outscale_ca.new",
            {"create"},
            nullptr,
            {{"ca_pem", "PEM"}, {"description", "ours"}},
            {{"ca_id", true}, {"ca_fingerprint", true}, {"id", true}}},
           {"outscale_ca.plain",
            {"create"},
            nullptr,
            {{"ca_pem", "PEM"}, {"description", ""}}},
           {"outscale_ca.old", {"delete"}, Ca("x")},
           {"outscale_ca.same", {"update"}, Ca("x"), Ca("y")},
           {"outscale_ca.undescribed", {"update"}, Ca("x"), Ca("")}})),
      ElementsAre(
          R"(outscale_ca.new CreateCa {"CaPem":"PEM","Description":"ours"} -> outscale_ca.new)",
          R"(outscale_ca.plain CreateCa {"CaPem":"PEM"} -> outscale_ca.plain)",
          R"(outscale_ca.same UpdateCa {"CaId":"ca-1","Description":"y"})",
          R"(outscale_ca.undescribed UpdateCa {"CaId":"ca-1"})",
          R"(outscale_ca.old DeleteCa {"CaId":"ca-1"})"));
}

TEST(TerraformPlanTest, KeysAreCreatedWithTheirDate) {
  const auto created = [](const json& after) {
    return StepsOf(
        ReadPlanOf({{"outscale_access_key.k",
                     {"create"},
                     nullptr,
                     after,
                     {{"access_key_id", true}, {"secret_key", true}}}}));
  };
  EXPECT_THAT(
      created({{"expiration_date", "2030-01-15"}, {"state", "ACTIVE"}}),
      ElementsAre(
          R"(outscale_access_key.k CreateAccessKey {"ExpirationDate":"2030-01-15T00:00:00.000+0000"} -> outscale_access_key.k)"));
  EXPECT_THAT(
      created({{"expiration_date", ""}, {"state", "ACTIVE"}, {"tag", "t"}}),
      ElementsAre(
          R"(outscale_access_key.k CreateAccessKey {"Tag":"t"} -> outscale_access_key.k)"));
  // The state takes a second call, which clears the date unless it has it.
  EXPECT_THAT(
      created({{"expiration_date", "2030-01-15"},
               {"state", "INACTIVE"},
               {"user_name", "alice"},
               {"tag", "t"}}),
      ElementsAre(
          R"(outscale_access_key.k CreateAccessKey {"UserName":"alice","ExpirationDate":"2030-01-15T00:00:00.000+0000","Tag":"t"} -> outscale_access_key.k)",
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"outscale_access_key.k","UserName":"alice","State":"INACTIVE","ExpirationDate":"2030-01-15T00:00:00.000+0000"})"));
}

TEST(TerraformPlanTest, UpdatesOfKeysClearTheDateUnlessItChanges) {
  const auto updated = [](const json& before, const json& after,
                          const json& unknown = json::object()) {
    const json configured = json::array({Configured(
        "outscale_access_key.k", {{"state", Constant("INACTIVE")}})});
    return StepsOf(ReadPlanOf(
        {{"outscale_access_key.k", {"update"}, before, after, unknown}},
        configured));
  };
  const std::string cleared =
      R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"INACTIVE"})";
  EXPECT_THAT(updated(Key("ACTIVE", kDate), Key("INACTIVE", kDate)),
              ElementsAre(cleared));
  // The same date in other words is another text, and so it is sent.
  EXPECT_THAT(
      updated(Key("ACTIVE", kDate), Key("INACTIVE", "2030-01-15")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"INACTIVE","ExpirationDate":"2030-01-15T00:00:00.000+0000"})"));
  EXPECT_THAT(updated(Key("ACTIVE", kDate), Key("INACTIVE", nullptr)),
              ElementsAre(cleared));
  EXPECT_THAT(updated(Key("ACTIVE", kDate),
                      Without(Key("INACTIVE", ""), {"expiration_date"}),
                      {{"expiration_date", true}}),
              ElementsAre(cleared));
  EXPECT_THAT(updated(Key("ACTIVE", nullptr), Key("INACTIVE", "")),
              ElementsAre(cleared));
  EXPECT_THAT(
      updated(Key("ACTIVE", kDate), Key("INACTIVE", "2030-01-16")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"INACTIVE","ExpirationDate":"2030-01-16T00:00:00.000+0000"})"));
  EXPECT_THAT(
      updated(Key("ACTIVE", kDate), Key("INACTIVE", "")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"INACTIVE","ClearExpirationDate":true})"));
  // The state goes along even where it does not change, the user is that of
  // before.
  EXPECT_THAT(
      updated(Key("ACTIVE", "", "alice"), Key("ACTIVE", kDate, "bob")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","UserName":"alice","State":"ACTIVE","ExpirationDate":"2030-01-15T00:00:00.000+0000"})"));
  json tagged = Key("ACTIVE", kDate);
  tagged["tag"] = "t";
  EXPECT_THAT(
      updated(Key("ACTIVE", kDate, ""), tagged),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"ACTIVE","Tag":"t"})"));
}

TEST(TerraformPlanTest, KeysOfUsersAreMadeInactiveToBeDeleted) {
  const auto deleted = [](const json& before) {
    return StepsOf(
        ReadPlanOf({{"outscale_access_key.k", {"delete"}, before, nullptr}}));
  };
  EXPECT_THAT(
      deleted(Key("ACTIVE", kDate)),
      ElementsAre(
          R"(outscale_access_key.k DeleteAccessKey {"AccessKeyId":"K"})"));
  EXPECT_THAT(
      deleted(Key("INACTIVE", kDate, "alice")),
      ElementsAre(
          R"(outscale_access_key.k DeleteAccessKey {"AccessKeyId":"K","UserName":"alice"})"));
  EXPECT_THAT(
      deleted(Key("ACTIVE", kDate, "alice")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","UserName":"alice","State":"INACTIVE","ExpirationDate":"2030-01-15T00:00:00.000+0000"})",
          R"(outscale_access_key.k DeleteAccessKey {"AccessKeyId":"K","UserName":"alice"})"));
  EXPECT_THAT(
      deleted(Key("ACTIVE", "", "alice")),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","UserName":"alice","State":"INACTIVE"})",
          R"(outscale_access_key.k DeleteAccessKey {"AccessKeyId":"K","UserName":"alice"})"));
}

TEST(TerraformPlanTest, UpdatesOfRulesSendWhatTheConfigurationHas) {
  const json before = RuleValues({"192.0.2.0/24"}, {"ca-1"}, {"client.a"});
  const auto updated = [&](const json& after, const json& unknown,
                           const json& expressions) {
    return StepsOf(ReadPlanOf(
        {{"outscale_api_access_rule.r", {"update"}, before, after, unknown}},
        json::array({Configured("outscale_api_access_rule.r", expressions)})));
  };
  // The CAs and CNs are computed: the plan shows nothing, and they are gone.
  EXPECT_THAT(
      updated(Without(RuleValues({"192.0.2.0/24", "198.51.100.7"}, {}, {}),
                      {"ca_ids", "cns", "description"}),
              {{"ca_ids", true}, {"cns", true}, {"description", true}},
              {{"ip_ranges", Constant({"192.0.2.0/24", "198.51.100.7"})},
               {"cns", Constant(nullptr)}}),
      ElementsAre(
          R"(outscale_api_access_rule.r UpdateApiAccessRule {"ApiAccessRuleId":"aar-1","IpRanges":["192.0.2.0/24","198.51.100.7/32"]})"));
  EXPECT_THAT(
      updated(RuleValues(nullptr, {"ca-2"}, json::array()), json::object(),
              json::object()),
      ElementsAre(
          R"(outscale_api_access_rule.r UpdateApiAccessRule {"ApiAccessRuleId":"aar-1","CaIds":["ca-2"]})"));
  json described = RuleValues({"192.0.2.0/24"}, {"ca-1"}, {"client.a"});
  described["description"] = "Office";
  EXPECT_THAT(
      updated(described,
              {{"request_id", true}, {"ip_ranges", {false}}, {"cns", false}},
              json::object()),
      ElementsAre(
          R"(outscale_api_access_rule.r UpdateApiAccessRule {"ApiAccessRuleId":"aar-1","IpRanges":["192.0.2.0/24"],"CaIds":["ca-1"],"Cns":["client.a"],"Description":"Office"})"));
}

TEST(TerraformPlanTest, RulesAreCreatedAndDeleted) {
  EXPECT_THAT(
      StepsOf(ReadPlanOf(
          {{"outscale_api_access_rule.new",
            {"create"},
            nullptr,
            {{"ip_ranges", {"192.0.2.0/24"}}},
            {{"ca_ids", true}, {"cns", true}, {"description", true}}},
           {"outscale_api_access_rule.old",
            {"delete"},
            RuleValues({"192.0.2.0/24"}, nullptr, nullptr)}},
          json::array(
              {Configured("outscale_api_access_rule.new",
                          {{"ip_ranges", Constant({"192.0.2.0/24"})}})}))),
      ElementsAre(
          R"(outscale_api_access_rule.new CreateApiAccessRule {"IpRanges":["192.0.2.0/24"]} -> outscale_api_access_rule.new)",
          R"(outscale_api_access_rule.old DeleteApiAccessRule {"ApiAccessRuleId":"aar-1"})"));
}

TEST(TerraformPlanTest, UpdatesOfThePolicySendOnlyWhatChanges) {
  const auto policy = [](const json& max, bool require) -> json {
    return {{"max_access_key_expiration_seconds", max},
            {"require_trusted_env", require},
            {"id", "x"}};
  };
  const auto sent = [](const std::vector<std::string>& actions,
                       const json& before, const json& after) {
    const auto steps = StepsOf(
        ReadPlanOf({{"outscale_api_access_policy.p", actions, before, after}}));
    const std::string call =
        "outscale_api_access_policy.p UpdateApiAccessPolicy ";
    EXPECT_THAT(steps, ElementsAre(testing::StartsWith(call)));
    return steps.at(0).substr(call.size());
  };
  EXPECT_EQ(
      sent({"create"}, nullptr, policy(3600, true)),
      R"({"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true})");
  EXPECT_EQ(
      sent({"update"}, policy(3600, true), policy(7200, true)),
      R"({"MaxAccessKeyExpirationSeconds":7200,"RequireTrustedEnv":false})");
  EXPECT_EQ(sent({"update"}, policy(3600, false), policy(3600, true)),
            R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":true})");
  EXPECT_EQ(
      sent({"update"}, policy(3600, false), policy(7200, true)),
      R"({"MaxAccessKeyExpirationSeconds":7200,"RequireTrustedEnv":true})");
  EXPECT_EQ(sent({"update"}, policy(3600, true), policy(3600, true)),
            R"({"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false})");
}

TEST(TerraformPlanTest, CreationsThenUpdatesThenDeletions) {
  const json key = Key("ACTIVE", "");
  const json rule = RuleValues({"192.0.2.0/24"}, {"ca-1"}, nullptr);
  const json policy = {{"max_access_key_expiration_seconds", 1},
                       {"require_trusted_env", false}};
  std::vector<Planned> planned = {
      {"outscale_api_access_policy.p", {"create"}, nullptr, policy},
      {"outscale_ca.d", {"delete"}, Ca("")},
      {"outscale_access_key.d", {"delete"}, key},
      {"outscale_api_access_rule.d", {"delete"}, rule},
      {"outscale_ca.u", {"update"}, Ca(""), Ca("")},
      {"outscale_api_access_rule.u", {"update"}, rule, rule},
      {"outscale_access_key.u[2]", {"update"}, key, key},
      {"outscale_access_key.u[10]", {"update"}, key, key},
      {"outscale_api_access_rule.c", {"create"}, nullptr, rule},
      {"outscale_access_key.c", {"create"}, nullptr, key},
      {"outscale_ca.c", {"create"}, nullptr, Ca("")},
  };
  const auto places = [&] {
    const TerraformPlan plan = ReadPlanOf(planned);
    std::vector<std::string> names;
    for (const PlanStep& step : plan.steps) names.push_back(step.resource);
    EXPECT_THAT(plan.notes,
                ElementsAre(HasSubstr("do not depend on each other in any")));
    return names;
  };
  const auto expected = ElementsAre(
      "outscale_ca.c", "outscale_access_key.c", "outscale_api_access_rule.c",
      "outscale_access_key.u[10]", "outscale_access_key.u[2]",
      "outscale_api_access_rule.u", "outscale_ca.u",
      "outscale_api_access_policy.p", "outscale_api_access_rule.d",
      "outscale_access_key.d", "outscale_ca.d");
  EXPECT_THAT(places(), expected);
  std::ranges::reverse(planned);
  EXPECT_THAT(places(), expected);
}

TEST(TerraformPlanTest, ReplacementsMakeBothCallsInTheirOrder) {
  const json after = {{"state", "ACTIVE"}, {"expiration_date", ""}};
  const json before = Key("INACTIVE", "", "alice");
  EXPECT_THAT(
      StepsOf(ReadPlanOf(
          {{"outscale_access_key.a", {"delete", "create"}, before, after},
           {"outscale_access_key.b", {"create", "delete"}, before, after},
           {"outscale_ca.a", {"delete", "create"}, Ca(""), {{"ca_pem", "NEW"}}},
           {"outscale_api_access_rule.a",
            {"create", "delete"},
            RuleValues(nullptr, {"ca-1"}, nullptr),
            RuleValues(nullptr, {"ca-2"}, nullptr)},
           {"outscale_access_key.f", {"create", "forget"}, before, after}})),
      ElementsAre(
          R"(outscale_ca.a DeleteCa {"CaId":"ca-1"})",
          R"(outscale_ca.a CreateCa {"CaPem":"NEW"} -> outscale_ca.a)",
          R"(outscale_access_key.a DeleteAccessKey {"AccessKeyId":"K","UserName":"alice"})",
          R"(outscale_access_key.a CreateAccessKey {} -> outscale_access_key.a)",
          R"(outscale_access_key.b CreateAccessKey {} -> outscale_access_key.b)",
          R"(outscale_access_key.f CreateAccessKey {} -> outscale_access_key.f)",
          R"(outscale_api_access_rule.a CreateApiAccessRule {"CaIds":["ca-2"]} -> outscale_api_access_rule.a)",
          R"(outscale_api_access_rule.a DeleteApiAccessRule {"ApiAccessRuleId":"aar-1"})",
          R"(outscale_access_key.b DeleteAccessKey {"AccessKeyId":"K","UserName":"alice"})"));
}

TEST(TerraformPlanTest, WhatAReplacementLeftIsDeletedApart) {
  json plan = PlanOf({{"outscale_access_key.k",
                       {"update"},
                       Key("ACTIVE", ""),
                       Key("ACTIVE", "")}},
                     json::object());
  json deposed =
      ResourceChange({"outscale_access_key.k", {"delete"}, Key("ACTIVE", "")});
  deposed["deposed"] = "0a1b2c3d";
  plan["resource_changes"].push_back(deposed);
  EXPECT_THAT(
      StepsOf(Read(plan)),
      ElementsAre(
          R"(outscale_access_key.k UpdateAccessKey {"AccessKeyId":"K","State":"ACTIVE"})",
          R"(outscale_access_key.k (deposed object 0a1b2c3d) DeleteAccessKey {"AccessKeyId":"K"})"));
}

TEST(TerraformPlanTest, WhatElseAPlanTellsIsNoCall) {
  json plan = PlanOf({}, json::object());
  const json key = ResourceChange({"outscale_access_key.k",
                                   {"update"},
                                   Key("ACTIVE", kDate),
                                   Key("INACTIVE", kDate)});
  const json values = {
      {"root_module",
       {{"resources", json::array({{{"address", "outscale_access_key.k"},
                                    {"values", Key("ACTIVE", kDate)}}})}}}};
  plan["planned_values"] = values;
  plan["prior_state"] = {{"format_version", "1.0"}, {"values", values}};
  plan["resource_drift"] = json::array({key});
  plan["relevant_attributes"] =
      json::array({{{"resource", "outscale_ca.a"}, {"attribute", {"ca_id"}}}});
  plan["output_changes"] = {{"k", {{"actions", {"create"}}}}};
  plan["checks"] = json::array();
  plan["timestamp"] = "2030-01-01T00:00:00Z";
  plan["complete"] = false;
  EXPECT_EQ(Read(plan), TerraformPlan{});
  // What is moved or imported is changed as anything else.
  json moved = key;
  moved["previous_address"] = "outscale_access_key.old";
  moved["action_reason"] = "replace_by_request";
  moved["change"]["importing"] = {{"id", "K"}};
  plan["resource_changes"].push_back(moved);
  EXPECT_THAT(StepsOf(Read(plan)),
              ElementsAre("outscale_access_key.k UpdateAccessKey "
                          R"({"AccessKeyId":"K","State":"INACTIVE"})"));
}

// A rule that is created in the root module with the CAs of `expression`.
TerraformPlan RuleWithCas(std::vector<Planned> cas, const json& expression,
                          const json& ca_ids = nullptr,
                          const json& unknown = true) {
  json after = {{"ip_ranges", {"192.0.2.0/24"}}};
  if (!ca_ids.is_null()) after["ca_ids"] = ca_ids;
  cas.push_back({"outscale_api_access_rule.r",
                 {"create"},
                 nullptr,
                 after,
                 {{"ca_ids", unknown}}});
  TerraformPlan plan =
      ReadPlanOf(cas, json::array({Configured("outscale_api_access_rule.r",
                                              {{"ca_ids", expression}})}));
  // The creations of CAs come first.
  std::erase_if(plan.steps, [](const PlanStep& step) {
    return step.resource != "outscale_api_access_rule.r";
  });
  return plan;
}

Planned NewCa(const std::string& address) {
  return {address, {"create"}, nullptr, {{"ca_pem", "PEM"}}, {{"ca_id", true}}};
}
Planned OldCa(const std::string& address) {
  return {address, {"no-op"}, Ca(""), Ca("")};
}

std::string CreatedWith(const std::string& ca_ids) {
  return R"(outscale_api_access_rule.r CreateApiAccessRule {"IpRanges":["192.0.2.0/24"],"CaIds":)" +
         ca_ids + "} -> outscale_api_access_rule.r";
}

TEST(TerraformPlanTest, CasThatThePlanCreatesAreTriedWithTheirAddresses) {
  const TerraformPlan plan =
      RuleWithCas({NewCa("outscale_ca.a"), NewCa("outscale_ca.ab")},
                  References({"outscale_ca.a.ca_id", "outscale_ca.a"}));
  EXPECT_THAT(StepsOf(plan), ElementsAre(CreatedWith(R"(["outscale_ca.a"])")));
  EXPECT_THAT(plan.open, IsEmpty());
  EXPECT_THAT(
      plan.notes,
      testing::Contains(
          "`outscale_api_access_rule.r`: ca_ids is tried with the addresses of "
          "CAs that the plan creates, as their ids are known only when it is "
          "applied: `outscale_ca.a`; ids that the configuration has beside "
          "them are not shown by the plan, and not tried"));
}

TEST(TerraformPlanTest, AShorterReferenceAfterALongerOneIsNotItsBeginning) {
  EXPECT_THAT(
      StepsOf(RuleWithCas(
          {NewCa("outscale_ca.longer"), NewCa("outscale_ca.b")},
          References({"outscale_ca.longer.ca_id", "outscale_ca.longer",
                      "outscale_ca.b.id", "outscale_ca.b"}))),
      ElementsAre(CreatedWith(R"(["outscale_ca.b","outscale_ca.longer"])")));
}

TEST(TerraformPlanTest, KnownCasCountBesideThem) {
  // In the list, and as a resource that is there.
  const TerraformPlan plan =
      RuleWithCas({NewCa("outscale_ca.a"), OldCa("outscale_ca.old")},
                  References({"outscale_ca.a.id", "outscale_ca.a",
                              "outscale_ca.old.ca_id", "outscale_ca.old"}),
                  {"ca-9", nullptr}, {false, true});
  EXPECT_THAT(StepsOf(plan),
              ElementsAre(CreatedWith(R"(["ca-1","ca-9","outscale_ca.a"])")));
  EXPECT_THAT(plan.notes, testing::Contains(testing::EndsWith(
                              "when it is applied: `outscale_ca.a`")));
}

TEST(TerraformPlanTest, ARuleDoesNotReferToWhatAReplacementLeft) {
  const json expressions = {
      {"ca_ids", References({"outscale_ca.a.ca_id", "outscale_ca.a",
                             "outscale_ca.b.ca_id", "outscale_ca.b"})}};
  json plan = PlanOf(
      {OldCa("outscale_ca.a"),
       NewCa("outscale_ca.b"),
       {"outscale_api_access_rule.r",
        {"create"},
        nullptr,
        {{"ip_ranges", {"192.0.2.0/24"}}},
        {{"ca_ids", true}}}},
      {{"resources",
        json::array({Configured("outscale_api_access_rule.r", expressions)})}});
  plan["resource_changes"][0]["deposed"] = "0a1b2c3d";
  const TerraformPlan read = Read(plan);
  EXPECT_THAT(
      StepsOf(read),
      ElementsAre(
          R"(outscale_ca.b CreateCa {"CaPem":"PEM"} -> outscale_ca.b)"));
  ASSERT_THAT(read.open, testing::SizeIs(1));
  EXPECT_EQ(read.open[0].subject, "outscale_api_access_rule.r");
}

TEST(TerraformPlanTest, InstancesAreFoundByTheirKeys) {
  const std::vector<Planned> cas = {NewCa(R"(outscale_ca.a["x.y"])"),
                                    NewCa(R"(outscale_ca.a["z"])")};
  EXPECT_THAT(
      StepsOf(RuleWithCas(
          cas, References({R"(outscale_ca.a["x.y"].ca_id)",
                           R"(outscale_ca.a["x.y"])", "outscale_ca.a"}))),
      ElementsAre(CreatedWith(R"(["outscale_ca.a[\"x.y\"]"])")));
  // All of them, or the one with the key of the rule.
  const std::string both =
      CreatedWith(R"(["outscale_ca.a[\"x.y\"]","outscale_ca.a[\"z\"]"])");
  EXPECT_THAT(StepsOf(RuleWithCas(cas, References({"outscale_ca.a"}))),
              ElementsAre(both));
  EXPECT_THAT(
      StepsOf(RuleWithCas(cas, References({"outscale_ca.a", "each.key"}))),
      ElementsAre(both));
  EXPECT_THAT(
      StepsOf(RuleWithCas({NewCa("outscale_ca.a[0]")},
                          References({"outscale_ca.a", "count.index"}))),
      ElementsAre(CreatedWith(R"(["outscale_ca.a[0]"])")));
}

TEST(TerraformPlanTest, WhatIsKnownOnlyAtApplyStaysOpen) {
  const auto stays_open = [](const TerraformPlan& plan) {
    return plan.steps.empty() && plan.open.size() == 1 &&
           plan.open[0].subject == "outscale_api_access_rule.r" &&
           plan.open[0].message ==
               "CreateApiAccessRule is not tried: ca_ids is known only when "
               "the plan is applied";
  };
  const std::vector<Planned> cas = {
      NewCa("outscale_ca.new[0]"),
      NewCa("outscale_ca.new[1]"),
      NewCa("outscale_ca.mixed[0]"),
      OldCa("outscale_ca.mixed[1]"),
      OldCa("outscale_ca.old"),
      Planned{"outscale_ca.gone", {"delete"}, Ca(""), nullptr}};
  const std::vector<std::vector<std::string>> kReferences = {
      {},
      {"each.key"},
      {"each.value", "outscale_ca.new"},
      {"local.ca_ids"},
      {"var.ca_ids"},
      {"var.ca_ids", "outscale_ca.new"},
      {"data.outscale_ca.a.ca_id", "data.outscale_ca.a"},
      {"outscale_ca.new[0].ca_fingerprint", "outscale_ca.new[0]"},
      {"outscale_ca.new[2].ca_id", "outscale_ca.new[2]", "outscale_ca.new"},
      {"outscale_ca.unknown.ca_id", "outscale_ca.unknown"},
      // One that is created, or one whose id is known.
      {"outscale_ca.mixed"},
      {"outscale_ca.old.ca_id", "outscale_ca.old"},
      {"outscale_ca.gone.ca_id", "outscale_ca.gone"},
      {"module.m.ca_id", "module.m"},
      {"module.m"},
      {"outscale_ca"},
      {"[", "outscale_ca.new[", "outscale_ca.new[\"", "."},
  };
  for (const auto& references : kReferences) {
    EXPECT_TRUE(stays_open(RuleWithCas(cas, References(references))))
        << testing::PrintToString(references);
  }
  EXPECT_TRUE(stays_open(RuleWithCas(cas, json::object())));
  EXPECT_TRUE(stays_open(RuleWithCas(cas, Constant({"ca-1"}))));
  EXPECT_TRUE(stays_open(
      RuleWithCas(cas, json::object(), {"ca-1", nullptr}, {false, true})));
  // The configuration may be missing.
  EXPECT_TRUE(stays_open(ReadPlanOf({{"outscale_api_access_rule.r",
                                      {"create"},
                                      nullptr,
                                      {{"ip_ranges", {"192.0.2.0/24"}}},
                                      {{"ca_ids", true}}}})));
}

TEST(TerraformPlanTest, WhatStaysOpenIsNamed) {
  const json policy = {{"max_access_key_expiration_seconds", 1},
                       {"require_trusted_env", false}};
  const json rule = RuleValues({"192.0.2.0/24"}, {"ca-1"}, nullptr);
  const TerraformPlan plan = ReadPlanOf(
      {{"outscale_ca.c",
        {"create"},
        nullptr,
        json::object(),
        {{"ca_pem", true}, {"ca_id", true}}},
       {"outscale_api_access_rule.of_c",
        {"create"},
        nullptr,
        json::object(),
        {{"ca_ids", true}}},
       {"outscale_api_access_rule.u",
        {"update"},
        rule,
        Without(rule, {"ip_ranges", "cns"}),
        {{"ip_ranges", true}, {"cns", {true}}}},
       {"outscale_access_key.replaced",
        {"delete", "create"},
        Key("ACTIVE", ""),
        {{"expiration_date", ""}, {"state", "INACTIVE"}},
        {{"user_name", true}}},
       {"outscale_access_key.u",
        {"update"},
        Key("ACTIVE", ""),
        Without(Key("ACTIVE", ""), {"expiration_date"}),
        {{"expiration_date", true}}},
       {"outscale_api_access_policy.p",
        {"update"},
        policy,
        {{"require_trusted_env", true}},
        {{"max_access_key_expiration_seconds", true}}},
       {"outscale_api_access_policy.q", {"create"}, nullptr, nullptr, true}},
      json::array(
          {Configured("outscale_ca.c", {{"ca_pem", References({"tls.a"})}}),
           Configured("outscale_api_access_rule.of_c",
                      {{"ca_ids",
                        References({"outscale_ca.c.ca_id", "outscale_ca.c"})}}),
           Configured("outscale_api_access_rule.u",
                      {{"ip_ranges", References({"x.y"})}}),
           Configured("outscale_access_key.u",
                      {{"expiration_date", json::object()}})}));
  EXPECT_THAT(StepsOf(plan),
              ElementsAre("outscale_access_key.replaced DeleteAccessKey "
                          R"({"AccessKeyId":"K"})"));
  std::vector<std::string> open;
  for (const OpenCall& call : plan.open) open.push_back(ToString(call));
  EXPECT_THAT(
      open,
      ElementsAre(
          "known-after-apply `outscale_ca.c`: CreateCa is not tried: ca_pem is "
          "known only when the plan is applied",
          "known-after-apply `outscale_access_key.replaced`: CreateAccessKey "
          "is not tried: user_name is known only when the plan is applied",
          "known-after-apply `outscale_api_access_rule.of_c`: "
          "CreateApiAccessRule is not tried: ca_ids is known only when the "
          "plan is applied",
          "known-after-apply `outscale_access_key.u`: UpdateAccessKey is not "
          "tried: expiration_date is known only when the plan is applied",
          "known-after-apply `outscale_api_access_rule.u`: UpdateApiAccessRule "
          "is not tried: ip_ranges, cns are known only when the plan is "
          "applied",
          "known-after-apply `outscale_api_access_policy.p`: "
          "UpdateApiAccessPolicy is not tried: "
          "max_access_key_expiration_seconds is known only when the plan is "
          "applied",
          "known-after-apply `outscale_api_access_policy.q`: "
          "UpdateApiAccessPolicy is not tried: "
          "max_access_key_expiration_seconds, require_trusted_env are known "
          "only when the plan is applied"));
}

TEST(TerraformPlanTest, WhatIsDeferredStaysOpen) {
  json plan = PlanOf({}, json::object());
  plan["deferred_changes"] = {
      {{"reason", "resource_config_unknown"},
       {"resource_change",
        ResourceChange({"outscale_ca.a", {"create"}, nullptr, nullptr, true})}},
      {{"reason", "deferred_prereq"},
       {"resource_change",
        ResourceChange({"outscale_ca.b", {"no-op"}, Ca(""), Ca("")})}}};
  const TerraformPlan read = Read(plan);
  EXPECT_THAT(read.steps, IsEmpty());
  ASSERT_EQ(read.open.size(), 1u);
  EXPECT_EQ(ToString(read.open[0]),
            "known-after-apply `outscale_ca.a`: its calls are not tried: "
            "Terraform defers them to another plan");
}

// A module that has a rule and a CA, takes `extra` and gives `ca_id`.
json RuleModule(const json& ca_ids) {
  return {{"resources",
           {Configured("outscale_ca.a", {{"ca_pem", References({"var.pem"})}}),
            Configured("outscale_api_access_rule.r", {{"ca_ids", ca_ids}})}},
          {"outputs",
           {{"ca_id",
             {{"expression",
               References({"outscale_ca.a.ca_id", "outscale_ca.a"})}}}}},
          {"variables", {{"extra", json::object()}}}};
}

std::vector<std::string> StepsOfRules(const json& plan) {
  std::vector<std::string> steps = StepsOf(Read(plan));
  std::erase_if(steps, [](const std::string& step) {
    return step.find("outscale_api_access_rule") == std::string::npos;
  });
  return steps;
}

TEST(TerraformPlanTest, ModulesAreLookedThrough) {
  const auto rule = [](const std::string& module) -> Planned {
    return {module + "outscale_api_access_rule.r",
            {"create"},
            nullptr,
            json::object(),
            {{"ca_ids", true}, {"cns", true}, {"ip_ranges", true}}};
  };
  const auto step = [](const std::string& module, const json& ca_ids) {
    const std::string address = module + "outscale_api_access_rule.r";
    return address + " CreateApiAccessRule " +
           (ca_ids.is_null() ? "{}" : json({{"CaIds", ca_ids}}).dump()) +
           " -> " + address;
  };
  const std::string x = R"(module.m["x"].)";
  const std::string y = R"(module.m["y"].)";
  const auto called = [](const json& module, const json& expressions) -> json {
    return {{"source", "./m"},
            {"expressions", expressions},
            {"for_each_expression", References({"var.all"})},
            {"module", module}};
  };
  // Each instance has its own CA.
  const json own = References({"outscale_ca.a.ca_id", "outscale_ca.a"});
  EXPECT_THAT(StepsOfRules(PlanOf(
                  {NewCa(x + "outscale_ca.a"), NewCa(y + "outscale_ca.a"),
                   rule(x), rule(y)},
                  {{"module_calls", {{"m", called(RuleModule(own), {})}}}})),
              ElementsAre(step(x, {x + "outscale_ca.a"}),
                          step(y, {y + "outscale_ca.a"})));
  // A criterion that the module leaves out is gone.
  EXPECT_THAT(
      StepsOfRules(PlanOf(
          {rule(x)},
          {{"module_calls",
            {{"m", called({{"resources", json::array({Configured(
                                             "outscale_api_access_rule.r",
                                             json::object())})}},
                          {})}}}})),
      ElementsAre(step(x, nullptr)));
  // What the caller gives: its own CA, and that of another module.
  const json given = {
      {"extra", References({"outscale_ca.root.ca_id", "outscale_ca.root",
                            "module.other[0].nested", "module.other[0]",
                            "module.other"})}};
  const json other = {
      {"module",
       {{"outputs",
         {{"nested",
           {{"expression",
             References({"module.deep.ca_id", "module.deep"})}}}}},
        {"module_calls",
         {{"deep", {{"module", RuleModule(json::object())}}}}}}},
      {"count_expression", Constant(1)}};
  const std::vector<Planned> planned = {
      NewCa("outscale_ca.root"),
      NewCa("module.other[0].module.deep.outscale_ca.a"), rule(x)};
  EXPECT_THAT(
      StepsOfRules(
          PlanOf(planned,
                 {{"module_calls",
                   {{"m", called(RuleModule(References({"var.extra"})), given)},
                    {"other", other}}}})),
      ElementsAre(step(x, {"module.other[0].module.deep.outscale_ca.a",
                           "outscale_ca.root"})));
  // Which instance of the other module is meant is not told.
  EXPECT_THAT(
      StepsOfRules(PlanOf(
          planned, {{"module_calls",
                     {{"m", called(RuleModule(References({"var.extra"})),
                                   {{"extra", References({"module.other.nested",
                                                          "module.other"})}})},
                      {"other", other}}}})),
      IsEmpty());
}

TEST(TerraformPlanTest, ReferencesInCirclesEnd) {
  const json module = {
      {"resources",
       json::array({Configured("outscale_api_access_rule.r",
                               {{"ca_ids", References({"var.a"})}})})},
      {"outputs", {{"b", {{"expression", References({"var.a"})}}}}}};
  const json plan =
      PlanOf({{"module.m.outscale_api_access_rule.r",
               {"create"},
               nullptr,
               json::object(),
               {{"ca_ids", true}}}},
             {{"module_calls",
               {{"m",
                 {{"module", module},
                  {"expressions",
                   {{"a", References({"module.m.b", "module.m"})}}}}}}}});
  EXPECT_EQ(Read(plan).open.size(), 1u);
}

// Each level has a hundred times the instances of the one above it.
TEST(TerraformPlanTest, ReferencesToCountlessInstancesStayOpen) {
  json outputs = {{"o", {{"expression", References({"each.key"})}}}};
  json module = {{"outputs", outputs}};
  std::vector<std::string> instances;
  for (int i = 0; i < 100; ++i) {
    instances.push_back("module.m[" + std::to_string(i) + "].o");
  }
  for (int level = 0; level < 5; ++level) {
    outputs["o"]["expression"] = References(instances);
    module = {{"outputs", outputs},
              {"module_calls", {{"m", {{"module", module}}}}}};
  }
  module["resources"] = json::array({Configured(
      "outscale_api_access_rule.r", {{"ca_ids", References(instances)}})});
  const TerraformPlan plan = Read(PlanOf({{"outscale_api_access_rule.r",
                                           {"create"},
                                           nullptr,
                                           json::object(),
                                           {{"ca_ids", true}}}},
                                         module));
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_EQ(plan.open.size(), 1u);
}

TEST(TerraformPlanTest, SecretsAreNeitherReadNorShown) {
  const auto with = [](const std::string& name, const json& value) {
    json after = Key("INACTIVE", kDate);
    after[name] = value;
    return PlanOf(
        {{"outscale_access_key.k", {"update"}, Key("ACTIVE", kDate), after}},
        {{"resources", json::array()}});
  };
  json plan = with("secret_key", "SECRET");
  plan["variables"] = {{"secret", {{"value", "SECRET"}}}};
  plan["configuration"]["provider_config"] = {
      {"outscale", {{"expressions", {{"secret_key_id", Constant("SECRET")}}}}}};
  plan["prior_state"] = {{"values", {{"outputs", {{"secret", "SECRET"}}}}}};
  for (const std::string& step : StepsOf(Read(plan))) {
    EXPECT_THAT(step, Not(HasSubstr("SECRET")));
  }
  for (const json& wrong :
       {with("state", {"SECRET"}), with("expiration_date", {{"a", "SECRET"}}),
        with("secret_key", {{"SECRET", 1}}), with("tag", {"SECRET"}),
        with("user_name", {{"SECRET", "SECRET"}})}) {
    const auto read = ParseTerraformPlan(wrong.dump());
    EXPECT_THAT(Message(read.status()), Not(HasSubstr("SECRET")));
  }
  const std::string text = plan.dump();
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = ParseTerraformPlan(std::string_view(text).substr(0, size));
    ASSERT_FALSE(cut.ok());
    ASSERT_THAT(Message(cut.status()), Not(HasSubstr("SECRET")));
  }
}

TEST(TerraformPlanTest, RefusesWhatIsNoPlan) {
  EXPECT_EQ(Message(ParseTerraformPlan("").status()),
            "expected JSON, it is empty");
  EXPECT_EQ(Message(ParseTerraformPlan("Terraform will").status()),
            "line 1, column 1: expected JSON, got other text");
  // What terraform plan -json prints.
  EXPECT_EQ(Message(ParseTerraformPlan("{\"@level\":\"info\"}\n{}").status()),
            "line 2, column 1: expected one object, got more after it");
  EXPECT_EQ(ErrorOf(json::array()), "$: expected an object, got an array");
  EXPECT_EQ(ErrorOf({{"AccessKeys", "SECRET"}}),
            "$: expected a plan, as terraform show -json PLAN prints it, got "
            "the fields `AccessKeys`");
  // A state.
  EXPECT_EQ(ErrorOf({{"format_version", "1.0"}, {"values", json::object()}}),
            "$: expected a plan, as terraform show -json PLAN prints it, got "
            "the fields `format_version`, `values`");
  json plan = PlanOf({}, json::object());
  for (const char* version : {"0.2", "2.0", "1", "1.", "1.x", "11.0", ""}) {
    plan["format_version"] = version;
    EXPECT_EQ(ErrorOf(plan),
              "$.format_version: expected the format version 1.x, got `" +
                  std::string(version) + "`");
  }
  plan["format_version"] = "1.17";
  EXPECT_EQ(Read(plan), TerraformPlan{});
  plan["errored"] = true;
  EXPECT_EQ(ErrorOf(plan),
            "$.errored: expected a plan that was made without errors");
}

TEST(TerraformPlanTest, RefusesWhatItCannotUnderstand) {
  const auto error = [](const Planned& planned) {
    return ErrorOf(PlanOf({planned}, json::object()));
  };
  const std::string change = "$.resource_changes[0].change";
  const json rule = RuleValues({"192.0.2.0/24"}, nullptr, nullptr);
  EXPECT_EQ(error({"outscale_ca.a", {"burn"}, Ca("")}),
            change +
                ".actions of resource `outscale_ca.a`: expected actions of "
                "Terraform, such as create, got `burn`");
  EXPECT_THAT(error({"outscale_ca.a", {"update", "delete"}, Ca("")}),
              HasSubstr("got `update, delete`"));
  EXPECT_THAT(error({"outscale_ca.a", {}, Ca("")}), HasSubstr("got ``"));
  EXPECT_EQ(error({"outscale_ca.a", {"delete"}, json::object()}),
            change +
                ".before.ca_id of resource `outscale_ca.a`: expected a "
                "string, got nothing");
  EXPECT_THAT(error({"outscale_access_key.a",
                     {"update"},
                     Without(Key("ACTIVE", ""), {"access_key_id"}),
                     Key("ACTIVE", "")}),
              HasSubstr(".before.access_key_id of resource"));
  EXPECT_THAT(error({"outscale_api_access_rule.a", {"update"}, nullptr, rule}),
              HasSubstr(".before.api_access_rule_id of resource"));
  EXPECT_THAT(error({"outscale_access_key.a",
                     {"create"},
                     nullptr,
                     {{"expiration_date", "soon"}}}),
              HasSubstr(".after.expiration_date of resource"));
  EXPECT_THAT(error({"outscale_api_access_rule.a",
                     {"update"},
                     rule,
                     RuleValues({"192.0.2.0/24", nullptr}, nullptr, nullptr)}),
              HasSubstr(".after.ip_ranges[1] of resource"));
  EXPECT_THAT(error({"outscale_api_access_policy.a",
                     {"create"},
                     nullptr,
                     {{"max_access_key_expiration_seconds", "1"}}}),
              HasSubstr("expected an integer, got a string"));

  json plan = PlanOf({{"outscale_ca.a", {"delete"}, Ca("")},
                      {"outscale_ca.a", {"delete"}, Ca("")}},
                     json::object());
  EXPECT_EQ(ErrorOf(plan),
            "$.resource_changes[1].address: expected each resource once, got "
            "`outscale_ca.a` again");
  for (const char* address :
       {"outscale_ca", "outscale_ca.", "outscale_vm.a", "module.m.a",
        "outscale_ca.a.b", "outscale_ca.a[", ""}) {
    plan["resource_changes"][0]["address"] = address;
    EXPECT_THAT(ErrorOf(plan), HasSubstr("$.resource_changes[0].address"))
        << address;
  }
  plan["resource_changes"] = {{"a", 1}};
  EXPECT_THAT(ErrorOf(plan),
              HasSubstr("$.resource_changes: expected an array"));
  plan["resource_changes"] = json::array({json::object()});
  EXPECT_THAT(ErrorOf(plan), HasSubstr("$.resource_changes[0].mode"));
}

TEST(OpenCallTest, PrintsItsCode) {
  std::ostringstream out;
  out << OpenCallCode::kKnownAfterApply << ' ' << OpenCallCode{};
  EXPECT_EQ(out.str(), "known-after-apply unknown");
}

}  // namespace
}  // namespace api_access
