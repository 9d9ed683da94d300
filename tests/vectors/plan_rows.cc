// Plans and forecasts: the rows of plan.jsonl and forecast.jsonl.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/vectors/vectors.h"

namespace vectors {
namespace {

using oracle::Caller;
using oracle::Change;

oracle::Key KeyFor(std::string id, std::optional<oracle::Milliseconds> lifetime,
                   bool active = true, std::string user = "") {
  oracle::Key key = {std::move(id), active, std::nullopt, std::move(user)};
  if (lifetime) key.expiration = kNow + *lifetime;
  return key;
}

void AddActivations(Vectors& vectors) {
  oracle::ReadFolder folder;
  folder.account = {
      .rules = {{"open", {"192.0.2.0/16"}, {}, {}},
                {"closed", {}, {"ca-1"}, {"a"}}},
      .keys = {KeyFor("ROOT", std::nullopt), KeyFor("LONG", 10'000),
               KeyFor("SHORT", 1'000), KeyFor("OFF", std::nullopt, false),
               KeyFor("ALICE", 5'000, true, "alice")}};
  folder.descriptions["open"] = "Office";
  const auto add = [&](const std::string& name, const std::string& why) {
    vectors.AddAccount("plan: " + name, why, folder);
  };
  add("no maximum", "Keys and rules that a trusted session does not allow.");
  folder.account.max = 4;
  add("maximum 4", "The same, with a maximum of 4 seconds.");
  folder.account.max = 0;
  folder.cas = {{{"ca-1", std::nullopt}}};
  add("CAs known", "The same without maximum, with the CA ca-1 known.");
  folder.account.users_without_keys = {"bob"};
  add("keys not read", "The same, where bob's keys were not read.");
  folder.account.users_without_keys = {};
  folder.account.rules = {};
  add("no rules", "The same without rules.");

  const std::string ca = "ca-1";
  const std::string base = "plan: no maximum";
  vectors.AddActivation("Each violation that a call repairs, in order.", base,
                        5, ca);
  vectors.AddActivation("With a maximum of 6 s a key for 5 s stays as it is.",
                        base, 6, ca);
  vectors.AddActivation(
      "Now plus 999 ms is not rounded down, as that would be now.", base, 1,
      ca);
  vectors.AddActivation("Now plus 1999 ms is rounded down to a whole second.",
                        base, 2, ca);
  vectors.AddActivation("A fraction of now: the date is rounded down.", base, 2,
                        ca, kNow + 500);
  vectors.AddActivation("Now plus 999 ms is a whole second already.", base, 1,
                        ca, kNow + 1);
  vectors.AddActivation("Without a CA the rules stay open.", base, 5,
                        std::nullopt);
  vectors.AddActivation("A maximum of 0 stays open, and so do the keys.", base,
                        0, ca);
  vectors.AddActivation("A maximum out of range stays open.", base, -1, ca);
  vectors.AddActivation("The highest maximum.", base, kHighestMax, ca);
  vectors.AddActivation("One above the highest maximum.", base, kHighestMax + 1,
                        ca);
  vectors.AddActivation("Where the date would be after 9999 keys stay open.",
                        base, kHighestMax, ca, kLastDate - 1'000);
  vectors.AddActivation(
      "The present maximum is lower than the one that is asked.",
      "plan: maximum 4", 5, ca);
  vectors.AddActivation("The present maximum is higher.", "plan: maximum 4", 3,
                        ca);
  vectors.AddActivation("A CA that is known.", "plan: CAs known", 5, ca);
  vectors.AddActivation("A CA that is not among the known ones.",
                        "plan: CAs known", 5, "ca-2");
  vectors.AddActivation("What is missing stays open.", "plan: keys not read", 5,
                        ca);
  vectors.AddActivation("That there are no rules stays open.", "plan: no rules",
                        5, ca);
  vectors.AddActivation("All is ready: the policy alone.", "to be checked",
                        86'400, std::nullopt);
}

const std::vector<Caller>& Callers() {
  static const auto& callers = *new std::vector<Caller>{
      {"root", {"", "", "192.0.2.7", "AccessKey", "ROOT", {"ca-1"}, "a"}},
      {"new", {"", "", "192.0.2.7", "AccessKey", "NEW", {"ca-1"}, "a"}},
      {"alice", {"", "", "192.0.2.7", "AccessKey", "ALICE", {"ca-2"}, {}}},
      {"login", {"", "", "198.51.100.7", "Password", "", {"ca-2"}, {}}}};
  return callers;
}

void AddSteps(Vectors& vectors) {
  const Change create = {.call = "CreateAccessKey", .new_id = "NEW"};
  const Change remove = {.call = "DeleteAccessKey", .id = "ROOT"};
  const Change remove_new = {.call = "DeleteAccessKey", .id = "NEW"};
  const std::string account = "plan: CAs known";
  vectors.AddPlan("A new key first, then the old one goes.", account,
                  {create, remove}, Callers());
  vectors.AddPlan("The old key first, then a new one.", account,
                  {remove, create}, Callers());
  vectors.AddPlan(
      "The first refusal ends the plan.", account,
      {create, {.call = "DeleteApiAccessRule", .id = "none"}, remove},
      Callers());
  vectors.AddPlan("A step is tried on what the ones before left.", account,
                  {create, remove_new}, Callers());
  vectors.AddPlan("The last rule may not go, though there were two.", account,
                  {{.call = "DeleteApiAccessRule", .id = "open"},
                   {.call = "DeleteApiAccessRule", .id = "closed"}},
                  Callers());
  vectors.AddPlan(
      "A CA that is deleted is not there for later steps.", account,
      {{.call = "DeleteCa", .id = "ca-1"},
       {.call = "UpdateApiAccessRule", .id = "open", .cas = {"ca-1"}}},
      Callers());
  vectors.AddPlan("Under a deleted CA nobody is any more, in later steps.",
                  account,
                  {{.call = "DeleteCa", .id = "ca-1"},
                   {.call = "DeleteApiAccessRule", .id = "open"}},
                  Callers());
  vectors.AddPlan("Two keys of one new id: an error, also after a deletion.",
                  account, {create, remove_new, create});
  vectors.AddPlan(
      "A key and a CA may have one new id.", account,
      {create, {.call = "CreateCa", .new_id = "NEW", .pem = "certificate"}});
  vectors.AddPlan("A new id that exists is an error where its step is tried.",
                  account,
                  {{.call = "CreateApiAccessRule",
                    .new_id = "open",
                    .ranges = {"192.0.2.7"}}});
  vectors.AddPlan(
      "A new id that exists is none after the refusal that ends the plan.",
      account,
      {{.call = "DeleteApiAccessRule"},
       {.call = "CreateApiAccessRule",
        .new_id = "open",
        .ranges = {"192.0.2.7"}}});
  vectors.AddPlan("Nobody is named: not assessed.", account, {create, remove});
}

void AddForecasts(Vectors& vectors) {
  vectors.AddAccount("forecast", "Keys that end, with CAs that may end.",
                     {.rules = {{"office", {"192.0.2.0/24"}, {"ca-1"}, {}},
                                {"home", {"198.51.100.7"}, {"ca-2"}, {}}},
                      .keys = {KeyFor("ROOT", 5), KeyFor("NEW", 7, false),
                               KeyFor("ALICE", 3, true, "alice")}});
  std::vector<Caller> callers = Callers();
  callers[2].request.cas = {"ca-1", "ca-2"};
  const std::vector<Caller> root = {callers[0]};
  const auto add = [&](const std::string& why, const std::vector<Caller>& named,
                       const Vectors::ForecastOptions& options) {
    vectors.AddForecast(why, "forecast", named, kNow + 20, options);
  };
  add("Each key at the instant of its expiration.", callers, {});
  add("One caller: from then on nobody can manage.", root, {});
  add("A horizon at the very instant of the loss has it.", root,
      {.until = kNow + 5});
  add("A horizon one millisecond earlier has not.", root, {.until = kNow + 4});
  add("A horizon of now has nothing.", callers, {.until = kNow});
  add("One millisecond before the expiration.", root, {.now = kNow + 4});
  add("At the expiration it is lost already.", root, {.now = kNow + 5});
  add("A CA that ends before the key.", root,
      {.ca_ends = {{"ca-1", kNow + 2}}});
  add("A CA that ends with the key: one event.", root,
      {.ca_ends = {{"ca-1", kNow + 5}}});
  add("A CA that ends now has ended already.", root,
      {.ca_ends = {{"ca-1", kNow}}});
  add("One of two CAs of a certificate ends: nothing is lost.", {callers[2]},
      {.ca_ends = {{"ca-2", kNow + 1}}});
  add("Login/password ends with its CA alone.", {callers[3]},
      {.ca_ends = {{"ca-2", kNow + 9}}});
  add("Login/password without an end.", {callers[3]}, {});
}

}  // namespace

void AddPlans(Vectors& vectors) {
  AddActivations(vectors);
  AddSteps(vectors);
  AddForecasts(vectors);
}

}  // namespace vectors
