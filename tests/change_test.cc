#include "api_access/change.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp kNow = At("2030-01-01");

AccessKey UserKey(std::string id, std::string user, AccessKeyState state,
                  std::optional<Timestamp> expiration = std::nullopt) {
  return Valid(AccessKey::Create({.id = std::move(id),
                                  .state = state,
                                  .expiration = expiration,
                                  .user_name = std::move(user)}));
}

// Two keys, two rules and two CAs, with this policy.
Account::Fields SampleFields(std::int64_t max, bool require) {
  return {.policy = Policy(max, require),
          .rules = {Rule("office", {"192.0.2.0/24"}, {"ca-1"}, {"laptop"}),
                    Rule("any", {"0.0.0.0/0"}, {"ca-2"})},
          .access_keys = {Key("ROOT", kNow + seconds{60}),
                          UserKey("ALICE", "alice", AccessKeyState::kActive,
                                  kNow + seconds{60})},
          .every_user_listed = true,
          .cas = std::vector{Valid(Ca::Create({.id = "ca-1"})),
                             Valid(Ca::Create({.id = "ca-2"}))}};
}
Account Sample(std::int64_t max = 0, bool require = false) {
  return Valid(Account::Create(SampleFields(max, require)));
}

ChangeOutcome Try(const Account& account, const Change& change,
                  Timestamp now = kNow) {
  return Valid(Apply(account, change, now));
}
Account Accepted(const Account& account, const Change& change,
                 Timestamp now = kNow) {
  const ChangeOutcome outcome = Try(account, change, now);
  for (const Refusal& refusal : outcome.refusals) ADD_FAILURE() << refusal;
  return outcome.account.value_or(account);
}
std::string ErrorOf(const Account& account, const Change& change) {
  const auto outcome = Apply(account, change, kNow);
  return outcome.ok() ? "" : Message(outcome.status());
}

// `code subject` of each refusal.
std::vector<std::string> RefusalsOf(const ChangeOutcome& outcome) {
  std::vector<std::string> texts;
  for (const Refusal& refusal : outcome.refusals) {
    EXPECT_FALSE(refusal.message.empty()) << refusal;
    texts.push_back(std::string(ToString(refusal.code)) + ' ' +
                    refusal.subject);
  }
  EXPECT_EQ(outcome.accepted(), outcome.refusals.empty());
  return texts;
}

struct RefusalRow {
  std::string what;
  Account account;
  Change change;
  std::vector<std::string> refusals;
};

std::vector<RefusalRow> RefusalRows() {
  const Account plain = Sample();
  const Account limited = Sample(3600, false);
  const Account trusted = Sample(3600, true);
  Account::Fields full = SampleFields(0, false);
  for (int i = 0; i < 10; ++i) {
    full.access_keys.push_back(
        UserKey("K" + std::to_string(i), "bob", AccessKeyState::kInactive));
  }
  Account::Fields one_rule = SampleFields(0, false);
  one_rule.rules.pop_back();
  Account::Fields no_cas = SampleFields(0, false);
  no_cas.cas.reset();
  Account::Fields incomplete = SampleFields(0, false);
  incomplete.every_user_listed = false;
  incomplete.users_without_keys_read = {"zoe", "carol"};
  incomplete.rules.clear();
  // A session that nobody could activate: a key is made under it.
  const Account contradicting = Sample(0, true);
  const auto made = [](Account::Fields fields) {
    return Valid(Account::Create(std::move(fields)));
  };
  return {
      {"R1 of a key",
       plain,
       UpdateAccessKey{},
       {"missing-parameter AccessKeyId"}},
      {"R1 of a deletion",
       plain,
       DeleteAccessKey{.user_name = "alice"},
       {"missing-parameter AccessKeyId"}},
      {"R1 of a rule, alone",
       trusted,
       UpdateApiAccessRule{},
       {"missing-parameter ApiAccessRuleId"}},
      {"R1 of the deletion of a rule",
       plain,
       DeleteApiAccessRule{},
       {"missing-parameter ApiAccessRuleId"}},
      {"R1 twice",
       plain,
       UpdateApiAccessPolicy{},
       {"missing-parameter MaxAccessKeyExpirationSeconds",
        "missing-parameter RequireTrustedEnv"}},
      {"R1 of a policy, alone",
       plain,
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = -1},
       {"missing-parameter RequireTrustedEnv"}},
      {"R1 of a CA", plain, CreateCa{}, {"missing-parameter CaPem"}},
      {"R1 of its update", plain, UpdateCa{}, {"missing-parameter CaId"}},
      {"R1 of its deletion", plain, DeleteCa{}, {"missing-parameter CaId"}},
      {"R2: no such key, alone",
       trusted,
       UpdateAccessKey{.access_key_id = "NONE"},
       {"unknown-access-key NONE"}},
      {"R2: without user name a key is the root user's",
       plain,
       UpdateAccessKey{.access_key_id = "ALICE"},
       {"unknown-access-key ALICE"}},
      {"R2: of another user",
       plain,
       DeleteAccessKey{.access_key_id = "ALICE", .user_name = "bob"},
       {"unknown-access-key ALICE"}},
      {"R2: the root user's with a user name",
       plain,
       DeleteAccessKey{.access_key_id = "ROOT", .user_name = "alice"},
       {"unknown-access-key ROOT"}},
      {"R2: no such rule, alone",
       trusted,
       UpdateApiAccessRule{.api_access_rule_id = "none"},
       {"unknown-rule none"}},
      {"R2: no such rule to delete",
       made(one_rule),
       DeleteApiAccessRule{.api_access_rule_id = "none"},
       {"unknown-rule none"}},
      {"R2: no such CA", plain, UpdateCa{.ca_id = "ca-3"}, {"unknown-ca ca-3"}},
      {"R2: no such CA to delete",
       plain,
       DeleteCa{.ca_id = "ca-3"},
       {"unknown-ca ca-3"}},
      {"R2: CAs not known", made(no_cas), UpdateCa{.ca_id = "ca-3"}, {}},
      {"R2: CAs not known, deleted",
       made(no_cas),
       DeleteCa{.ca_id = "ca-3"},
       {}},
      {"R3",
       made(full),
       CreateAccessKey{.user_name = "bob"},
       {"too-many-access-keys bob"}},
      {"R3: of each user",
       made(full),
       CreateAccessKey{.user_name = "alice"},
       {}},
      {"R4",
       plain,
       DeleteAccessKey{.access_key_id = "ALICE", .user_name = "alice"},
       {"access-key-active ALICE"}},
      {"R4: the root user's key may be active",
       plain,
       DeleteAccessKey{.access_key_id = "ROOT"},
       {}},
      {"R5: a maximum",
       limited,
       CreateAccessKey{.new_id = "K"},
       {"key-never-expires K"}},
      {"R5: a session",
       contradicting,
       CreateAccessKey{.new_id = "K"},
       {"key-never-expires K"}},
      {"R5: an update without date",
       limited,
       UpdateAccessKey{.access_key_id = "ROOT",
                       .state = AccessKeyState::kInactive},
       {"key-never-expires ROOT"}},
      {"R6: equality",
       limited,
       CreateAccessKey{.new_id = "K", .expiration_date = kNow + seconds{3600}},
       {}},
      {"R6: 1 ms more",
       limited,
       CreateAccessKey{
           .new_id = "K",
           .expiration_date = kNow + seconds{3600} + milliseconds{1}},
       {"key-outlives-max K"}},
      {"R6: of an update",
       limited,
       UpdateAccessKey{.access_key_id = "ALICE",
                       .user_name = "alice",
                       .expiration_date = kNow + seconds{3601}},
       {"key-outlives-max ALICE"}},
      {"R6: a date in the past",
       limited,
       UpdateAccessKey{.access_key_id = "ROOT",
                       .expiration_date = At("2001-01-01")},
       {}},
      {"R6: no maximum",
       plain,
       CreateAccessKey{.expiration_date = kMaxTimestamp},
       {}},
      {"R7",
       plain,
       CreateApiAccessRule{.new_id = "r"},
       {"rule-without-criterion r"}},
      {"R7, R8 and R9",
       trusted,
       UpdateApiAccessRule{.api_access_rule_id = "any",
                           .rule = {.cns = {"laptop"}}},
       {"rule-without-criterion any", "cn-without-ca any",
        "rule-without-ca any"}},
      {"R8",
       plain,
       CreateApiAccessRule{
           .new_id = "r",
           .rule = {.ip_ranges = {Range("::/0")}, .cns = {"laptop"}}},
       {"cn-without-ca r"}},
      {"R9",
       trusted,
       UpdateApiAccessRule{.api_access_rule_id = "office",
                           .rule = {.ip_ranges = {Range("192.0.2.0/24")}}},
       {"rule-without-ca office"}},
      {"R9: no session",
       limited,
       UpdateApiAccessRule{.api_access_rule_id = "office",
                           .rule = {.ip_ranges = {Range("192.0.2.0/24")}}},
       {}},
      {"R10: by id, each once",
       plain,
       CreateApiAccessRule{
           .rule = {.ca_ids = {"ca-9", "ca-1", "ca-10", "ca-9"}}},
       {"unknown-ca ca-10", "unknown-ca ca-9"}},
      {"R10: CAs not known",
       made(no_cas),
       CreateApiAccessRule{.rule = {.ca_ids = {"ca-9"}}},
       {}},
      {"R11",
       made(one_rule),
       DeleteApiAccessRule{.api_access_rule_id = "office"},
       {"last-rule office"}},
      {"R12: all of section 6",
       made(incomplete),
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 0,
                             .require_trusted_env = true},
       {"account-incomplete ", "account-incomplete carol",
        "account-incomplete zoe", "max-required ", "no-rules "}},
      {"R12: equality",
       plain,
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 60,
                             .require_trusted_env = true},
       {"key-outlives-max ALICE", "key-outlives-max ROOT"}},
      {"R12: out of span",
       plain,
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 3153600001,
                             .require_trusted_env = false},
       {"max-out-of-range "}},
      {"R12: a key and a rule",
       made({.policy = Policy(0, false),
             .rules = {Rule("r", {"::/0"})},
             .access_keys = {Key("K")},
             .every_user_listed = true}),
       UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 60,
                             .require_trusted_env = true},
       {"key-never-expires K", "rule-without-ca r"}},
  };
}

TEST(ChangeTest, RefusalsInTheirOrder) {
  std::set<std::string> codes;
  for (const RefusalRow& row : RefusalRows()) {
    SCOPED_TRACE(row.what);
    const ChangeOutcome outcome = Try(row.account, row.change);
    EXPECT_EQ(RefusalsOf(outcome), row.refusals);
    for (const Refusal& refusal : outcome.refusals) {
      codes.emplace(ToString(refusal.code));
    }
  }
  EXPECT_EQ(codes.size(), kAllRefusalCodes.size());
}

TEST(ChangeTest, ProviderErrorCodes) {
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kMissingParameter), 7000);
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kUnknownAccessKey), 4122);
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kUnknownRule), 4122);
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kUnknownCa), 4122);
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kAccountIncomplete), std::nullopt);
  EXPECT_EQ(ProviderErrorCode(RefusalCode::kNoRules), 4118);
  for (const RefusalCode code : kAllRefusalCodes) {
    EXPECT_EQ(*ParseRefusalCode(ToString(code)), code);
  }
  EXPECT_FALSE(ParseRefusalCode("unknown").ok());
}

TEST(ChangeTest, ANewKeyIsActiveAndOfNow) {
  const Account account = Sample();
  const Account after =
      Accepted(account, CreateAccessKey{.new_id = "NEW",
                                        .user_name = "bob",
                                        .expiration_date = kNow + seconds{1},
                                        .tag = "ci"});
  Account::Fields expected = account.fields();
  expected.access_keys.push_back(
      Valid(AccessKey::Create({.id = "NEW",
                               .state = AccessKeyState::kActive,
                               .expiration = kNow + seconds{1},
                               .user_name = "bob",
                               .tag = "ci",
                               .creation_date = kNow})));
  EXPECT_EQ(after.fields(), expected);
}

// The key after an update of one that has everything.
AccessKey::Fields UpdatedKey(UpdateAccessKey call) {
  const AccessKey::Fields key = {.id = "K",
                                 .state = AccessKeyState::kActive,
                                 .expiration = kNow,
                                 .tag = "old",
                                 .creation_date = At("2020-01-01")};
  const Account account =
      CompleteAccount(Policy(0, false), {}, {Valid(AccessKey::Create(key))});
  call.access_key_id = "K";
  return Accepted(account, call).access_keys()[0].fields();
}

TEST(ChangeTest, AnUpdateOfAKeyClearsADateThatIsNotGiven) {
  const AccessKey::Fields kept = {.id = "K",
                                  .state = AccessKeyState::kActive,
                                  .tag = "old",
                                  .creation_date = At("2020-01-01")};
  EXPECT_EQ(UpdatedKey({}), kept);

  AccessKey::Fields expected = kept;
  expected.state = AccessKeyState::kInactive;
  EXPECT_EQ(UpdatedKey({.state = AccessKeyState::kInactive}), expected);
  expected = kept;
  expected.expiration = At("2040-01-01");
  EXPECT_EQ(UpdatedKey({.expiration_date = At("2040-01-01")}), expected);
  EXPECT_EQ(UpdatedKey({.expiration_date = At("2040-01-01"),
                        .clear_expiration_date = true}),
            kept);
  expected = kept;
  expected.tag = "new";
  EXPECT_EQ(UpdatedKey({.tag = "new"}), expected);
  expected.tag.reset();
  EXPECT_EQ(UpdatedKey({.tag = "new", .clear_tag = true}), expected);
}

TEST(ChangeTest, AnUpdateReplacesARuleWholeAtItsPlace) {
  const Account after = Accepted(
      Sample(), UpdateApiAccessRule{.api_access_rule_id = "office",
                                    .rule = {.ip_ranges = {Range("::/0")}}});
  EXPECT_THAT(after.rules(), ElementsAre(Rule("office", {"::/0"}),
                                         Rule("any", {"0.0.0.0/0"}, {"ca-2"})));
}

TEST(ChangeTest, ANewRuleIsTheLast) {
  const Account after = Accepted(
      Sample(),
      CreateApiAccessRule{
          .new_id = "aaa",
          .rule = {.ca_ids = {"ca-1"}, .cns = {"x"}, .description = "text"}});
  ASSERT_THAT(after.rules(), SizeIs(3));
  EXPECT_EQ(after.rules()[2].fields(),
            (ApiAccessRule::Fields{.id = "aaa",
                                   .ca_ids = {"ca-1"},
                                   .cns = {"x"},
                                   .description = "text"}));
}

TEST(ChangeTest, DeletionsAndThePolicy) {
  const Account account = Sample();
  EXPECT_THAT(
      Accepted(account, DeleteAccessKey{.access_key_id = "ROOT"}).access_keys(),
      ElementsAre(account.access_keys()[1]));
  EXPECT_THAT(
      Accepted(account, DeleteApiAccessRule{.api_access_rule_id = "office"})
          .rules(),
      ElementsAre(account.rules()[1]));
  EXPECT_EQ(
      Accepted(account,
               UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 61,
                                     .require_trusted_env = true})
          .policy(),
      Policy(61, true));
  // Ready or not, a session can be ended.
  EXPECT_EQ(
      Accepted(Sample(60, true),
               UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 0,
                                     .require_trusted_env = false})
          .policy(),
      Policy(0, false));
}

TEST(ChangeTest, CasWhereTheyAreKnownAndWhereNot) {
  const Account account = Sample();
  const CreateCa create = {.new_id = "ca-3", .ca_pem = "any text"};
  EXPECT_THAT(*Accepted(account, create).cas(),
              ElementsAre((*account.cas())[0], (*account.cas())[1],
                          Valid(Ca::Create({.id = "ca-3"}))));
  const ChangeOutcome deleted = Try(account, DeleteCa{.ca_id = "ca-1"});
  EXPECT_EQ(deleted.deleted_ca_id, "ca-1");
  EXPECT_THAT(*deleted.account->cas(), ElementsAre((*account.cas())[1]));
  EXPECT_EQ(deleted.account->rules(), account.rules());
  EXPECT_EQ(Accepted(account, UpdateCa{.ca_id = "ca-1", .description = "d"}),
            account);

  Account::Fields fields = account.fields();
  fields.cas.reset();
  const Account unknown = Valid(Account::Create(fields));
  EXPECT_EQ(Accepted(unknown, create), unknown);
  EXPECT_EQ(Try(unknown, DeleteCa{.ca_id = "ca-9"}).deleted_ca_id, "ca-9");
  EXPECT_EQ(Accepted(unknown, DeleteCa{.ca_id = "ca-9"}), unknown);
}

TEST(ChangeTest, WhatNoCallCouldBeIsAnError) {
  Account::Fields fields = SampleFields(3600, true);
  fields.users_without_keys_read = {"carol"};
  const Account account = Valid(Account::Create(fields));
  EXPECT_THAT(ErrorOf(account, CreateAccessKey{.new_id = "ALICE"}),
              HasSubstr("new access key, got `ALICE`, which the account has"));
  EXPECT_THAT(ErrorOf(account, CreateAccessKey{.new_id = ""}),
              HasSubstr("new access key, got an empty one"));
  EXPECT_THAT(ErrorOf(account, CreateAccessKey{.user_name = "carol"}),
              HasSubstr("whose access keys were read, got `carol`"));
  EXPECT_THAT(ErrorOf(account, CreateAccessKey{.user_name = ""}),
              HasSubstr("expected a user name, got an empty one"));
  EXPECT_THAT(
      ErrorOf(account, CreateAccessKey{.expiration_date = Timestamp::max()}),
      HasSubstr("years 0001 to 9999"));
  EXPECT_THAT(ErrorOf(account, UpdateAccessKey{.access_key_id = ""}),
              HasSubstr("AccessKeyId: expected a text, got an empty one"));
  EXPECT_THAT(ErrorOf(account, DeleteAccessKey{.user_name = ""}),
              HasSubstr("UserName: expected a text"));
  EXPECT_THAT(ErrorOf(account, CreateApiAccessRule{.new_id = "office"}),
              HasSubstr("new API access rule, got `office`"));
  EXPECT_THAT(ErrorOf(account, CreateApiAccessRule{.rule = {.ca_ids = {""}}}),
              HasSubstr("expected CA ids, got an empty one"));
  // Whatever would be refused besides.
  EXPECT_THAT(ErrorOf(account, CreateApiAccessRule{.rule = {.cns = {""}}}),
              HasSubstr("expected CNs, got an empty one"));
  EXPECT_THAT(
      ErrorOf(account, UpdateApiAccessRule{.api_access_rule_id = "unknown",
                                           .rule = {.cns = {""}}}),
      HasSubstr("expected CNs, got an empty one"));
  EXPECT_THAT(ErrorOf(account, UpdateApiAccessRule{.rule = {.ca_ids = {""}}}),
              HasSubstr("expected CA ids, got an empty one"));
  EXPECT_THAT(
      ErrorOf(account, UpdateAccessKey{.access_key_id = "ROOT",
                                       .expiration_date = Timestamp::max(),
                                       .clear_expiration_date = true}),
      HasSubstr("years 0001 to 9999"));
  EXPECT_THAT(
      ErrorOf(account, UpdateAccessKey{.access_key_id = "unknown",
                                       .expiration_date = Timestamp::min()}),
      HasSubstr("years 0001 to 9999"));
  EXPECT_THAT(ErrorOf(account, UpdateApiAccessRule{.api_access_rule_id = ""}),
              HasSubstr("ApiAccessRuleId: expected a text"));
  EXPECT_THAT(ErrorOf(account, DeleteApiAccessRule{.api_access_rule_id = ""}),
              HasSubstr("ApiAccessRuleId: expected a text"));
  EXPECT_THAT(ErrorOf(account, CreateCa{.new_id = "ca-1"}),
              HasSubstr("new CA, got `ca-1`"));
  EXPECT_THAT(ErrorOf(account, CreateCa{.new_id = "", .ca_pem = "x"}),
              HasSubstr("new CA, got an empty one"));
  EXPECT_THAT(ErrorOf(account, UpdateCa{.ca_id = ""}), HasSubstr("CaId"));
  EXPECT_THAT(ErrorOf(account, DeleteCa{.ca_id = ""}), HasSubstr("CaId"));
}

TEST(ChangeTest, AnUndoGivesTheAccountBack) {
  const Account account = Sample();
  const std::vector<Change> changes = {
      CreateAccessKey{.new_id = "NEW"},
      CreateAccessKey{.new_id = "NEW", .user_name = "bob"},
      CreateAccessKey{.new_id = "NEW",
                      .user_name = "bob",
                      .expiration_date = kNow + seconds{7}},
      UpdateAccessKey{.access_key_id = "ROOT", .tag = "t"},
      UpdateAccessKey{.access_key_id = "ALICE",
                      .user_name = "alice",
                      .state = AccessKeyState::kInactive},
      CreateApiAccessRule{.rule = {.ip_ranges = {Range("::/0")}}},
      UpdateApiAccessRule{.api_access_rule_id = "office",
                          .rule = {.ip_ranges = {Range("::/0")}}},
      // It was the last one, so it is at its place again.
      DeleteApiAccessRule{.api_access_rule_id = "any"},
      UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 61,
                            .require_trusted_env = true},
      CreateCa{.ca_pem = "pem"},
  };
  for (const Change& change : changes) {
    SCOPED_TRACE(CallOf(change));
    Account after = Accepted(account, change);
    EXPECT_NE(after, account);
    for (const Change& undo : Undo(account, change)) {
      after = Accepted(after, undo);
    }
    EXPECT_EQ(after, account);
  }
}

TEST(ChangeTest, WhatHasNoUndo) {
  Account::Fields fields = SampleFields(0, false);
  fields.access_keys.push_back(Key("FOREVER"));
  const Account account = Valid(Account::Create(fields));
  const std::vector<Change> changes = {
      DeleteAccessKey{.access_key_id = "ROOT"},
      DeleteCa{.ca_id = "ca-1"},
      // These change nothing.
      UpdateAccessKey{.access_key_id = "FOREVER"},
      UpdateApiAccessRule{
          .api_access_rule_id = "any",
          .rule = {.ip_ranges = {Range("0.0.0.0/0"), Range("0.0.0.0/0")},
                   .ca_ids = {"ca-2"}}},
      UpdateApiAccessPolicy{.max_access_key_expiration_seconds = 0,
                            .require_trusted_env = false},
      UpdateCa{.ca_id = "ca-1"},
      // This is refused, as a rule needs a criterion.
      UpdateApiAccessRule{.api_access_rule_id = "any"},
      // These name nothing that is known.
      UpdateAccessKey{.access_key_id = "ALICE"},
      UpdateApiAccessRule{},
      DeleteApiAccessRule{.api_access_rule_id = "none"},
  };
  for (const Change& change : changes) {
    EXPECT_THAT(Undo(account, change), IsEmpty()) << CallOf(change);
  }
}

TEST(ChangeTest, EachCallHasItsName) {
  EXPECT_EQ(CallOf(CreateAccessKey{}), "CreateAccessKey");
  EXPECT_EQ(CallOf(UpdateApiAccessPolicy{}), "UpdateApiAccessPolicy");
  EXPECT_EQ(CallOf(DeleteCa{}), "DeleteCa");
  const Change created = CreateCa{.new_id = "ca-3"};
  EXPECT_EQ(*NewIdOf(created), "ca-3");
  EXPECT_EQ(NewIdOf(UpdateCa{}), nullptr);
}

std::vector<std::size_t> TriedSteps(const PlanOutcome& plan) {
  std::vector<std::size_t> indices;
  for (const PlanOutcome::Step& step : plan.steps) {
    indices.push_back(step.index);
  }
  return indices;
}

TEST(PlanTest, EndsAtTheFirstRefusal) {
  const std::vector<PlanStep> steps = {
      {DeleteApiAccessRule{.api_access_rule_id = "office"}},
      {DeleteApiAccessRule{.api_access_rule_id = "any"}},
      {DeleteCa{.ca_id = "ca-1"}}};
  const PlanOutcome plan = Valid(ApplyPlan(Sample(), steps, kNow));
  EXPECT_THAT(TriedSteps(plan), ElementsAre(0, 1));
  EXPECT_THAT(plan.steps[0].refusals, IsEmpty());
  ASSERT_THAT(plan.steps[1].refusals, SizeIs(1));
  EXPECT_EQ(plan.steps[1].refusals[0].code, RefusalCode::kLastRule);
  EXPECT_THAT(plan.account.rules(), SizeIs(1));
  EXPECT_THAT(plan.deleted_ca_ids, IsEmpty());
}

TEST(PlanTest, ARefusalEndsItsResourceAlone) {
  const std::vector<PlanStep> steps = {
      {DeleteApiAccessRule{.api_access_rule_id = "none"}, "a"},
      {CreateApiAccessRule{.new_id = "a", .rule = {.ca_ids = {"ca-1"}}}, "a"},
      {DeleteCa{.ca_id = "ca-1"}, "b"},
      {DeleteCa{.ca_id = "ca-2"}, "c"}};
  const PlanOutcome plan = Valid(ApplyPlan(Sample(), steps, kNow));
  EXPECT_THAT(TriedSteps(plan), ElementsAre(0, 2, 3));
  EXPECT_THAT(plan.account.rules(), SizeIs(2));
  EXPECT_THAT(plan.deleted_ca_ids, ElementsAre("ca-1", "ca-2"));
}

TEST(PlanTest, OneIdIsNotGivenTwice) {
  const std::vector<PlanStep> steps = {
      {CreateAccessKey{}},
      {CreateCa{.ca_pem = "another kind"}},
      {DeleteAccessKey{.access_key_id = "new"}},
      {CreateAccessKey{}, "x"}};
  const auto plan = ApplyPlan(Sample(), steps, kNow);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(Message(plan.status()),
            "step 4 (`x`): expected an id that no step before creates, got "
            "`new`");
}

TEST(PlanTest, AnErrorOfInputNamesItsStepWhereItIsTried) {
  std::vector<PlanStep> steps = {{DeleteCa{.ca_id = "ca-1"}},
                                 {CreateAccessKey{.new_id = "ROOT"}}};
  const auto plan = ApplyPlan(Sample(), steps, kNow);
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(Message(plan.status()), HasSubstr("step 2: expected the id"));
  // It is not tried after a refusal.
  steps[0] = {DeleteCa{.ca_id = "none"}};
  EXPECT_TRUE(ApplyPlan(Sample(), steps, kNow).ok());
}

// The example of a plan that repairs everything.
TEST(PlanActivationTest, RepairsKeysThenRulesThenUpdatesThePolicy) {
  Account::Fields fields = SampleFields(0, false);
  fields.access_keys.push_back(
      UserKey("FOREVER", "bob", AccessKeyState::kInactive));
  fields.rules.push_back(Valid(ApiAccessRule::Create(
      {.id = "open", .ip_ranges = {Range("::/0")}, .description = "text"})));
  const Account account = Valid(Account::Create(fields));
  const RequestedPolicy requested = {.max_access_key_expiration_seconds = 60,
                                     .require_trusted_env = true};
  const ActivationPlan plan = PlanActivation(account, requested, "ca-1", kNow);
  EXPECT_THAT(plan.open, IsEmpty());
  const auto renewed = [&](std::string id, std::optional<std::string> user) {
    return PlanStep{UpdateAccessKey{.access_key_id = std::move(id),
                                    .user_name = std::move(user),
                                    .expiration_date = kNow + seconds{59}}};
  };
  EXPECT_THAT(plan.steps,
              ElementsAre(renewed("FOREVER", "bob"), renewed("ALICE", "alice"),
                          renewed("ROOT", std::nullopt),
                          PlanStep{UpdateApiAccessRule{
                              .api_access_rule_id = "open",
                              .rule = {.ip_ranges = {Range("::/0")},
                                       .ca_ids = {"ca-1"},
                                       .description = "text"}}},
                          PlanStep{UpdateApiAccessPolicy{
                              .max_access_key_expiration_seconds = 60,
                              .require_trusted_env = true}}));
  const PlanOutcome outcome = Valid(ApplyPlan(account, plan.steps, kNow));
  EXPECT_EQ(outcome.account.policy(), Policy(60, true));
}

// The expiration that a key without one gets.
std::optional<Timestamp> Renewed(std::int64_t present, std::int64_t asked,
                                 Timestamp now) {
  const Account account = CompleteAccount(
      Policy(present, false), {Rule("r", {}, {"ca-1"})}, {Key("K")});
  const ActivationPlan plan = PlanActivation(
      account,
      {.max_access_key_expiration_seconds = asked, .require_trusted_env = true},
      std::nullopt, now);
  if (!plan.open.empty()) {
    for (const PlanStep& step : plan.steps) {
      ADD_FAILURE() << CallOf(step.change);
    }
    return std::nullopt;
  }
  return std::get<UpdateAccessKey>(plan.steps.at(0).change).expiration_date;
}

TEST(PlanActivationTest, ExpirationsAreAheadAndAsLateAsTheyCanBe) {
  constexpr milliseconds kMs{1};
  EXPECT_EQ(Renewed(0, 3600, kNow), kNow + seconds{3599});
  EXPECT_EQ(Renewed(0, 3600, kNow + kMs), kNow + seconds{3600});
  // The present maximum holds for the calls before the last.
  EXPECT_EQ(Renewed(60, 3600, kNow), kNow + seconds{59});
  EXPECT_EQ(Renewed(3600, 60, kNow), kNow + seconds{59});
  // No whole second is ahead of now.
  EXPECT_EQ(Renewed(0, 1, kNow), kNow + milliseconds{999});
  EXPECT_EQ(Renewed(0, 1, kNow + kMs), kNow + seconds{1});
  EXPECT_EQ(Renewed(0, 1, kNow + milliseconds{999}), kNow + seconds{1});
  // The last date that a key can have.
  EXPECT_EQ(Renewed(0, 1, kMaxTimestamp - milliseconds{999}), kMaxTimestamp);
  EXPECT_EQ(Renewed(0, 1, kMaxTimestamp - milliseconds{998}), std::nullopt);
  EXPECT_EQ(Renewed(0, 1, Timestamp::max()), std::nullopt);
  EXPECT_EQ(Renewed(0, 1, Timestamp::min()), std::nullopt);
  // A maximum that nothing can be under.
  EXPECT_EQ(Renewed(0, 0, kNow), std::nullopt);
  EXPECT_EQ(Renewed(0, -1, kNow), std::nullopt);
  EXPECT_EQ(Renewed(0, kMaxAccessKeyExpirationSecondsLimit + 1, kNow),
            std::nullopt);
  EXPECT_EQ(Renewed(0, kMaxAccessKeyExpirationSecondsLimit, kNow),
            kNow + seconds{kMaxAccessKeyExpirationSecondsLimit - 1});
}

std::vector<std::string> OpenCodes(const Account& account, std::int64_t max,
                                   const std::optional<std::string>& ca_id) {
  std::vector<std::string> codes;
  for (const Violation& violation :
       PlanActivation(account,
                      {.max_access_key_expiration_seconds = max,
                      .require_trusted_env = true},
                      ca_id, kNow)
           .open) {
    codes.emplace_back(ToString(violation.code));
  }
  return codes;
}

TEST(PlanActivationTest, WhatNoCallRepairsStaysOpen) {
  Account::Fields fields = SampleFields(0, false);
  fields.rules = {Rule("open", {"::/0"})};
  const Account account = Valid(Account::Create(fields));
  EXPECT_THAT(OpenCodes(account, 3600, "ca-1"), IsEmpty());
  EXPECT_THAT(OpenCodes(account, 3600, std::nullopt),
              ElementsAre("rule-without-ca"));
  EXPECT_THAT(OpenCodes(account, 3600, "ca-3"), ElementsAre("rule-without-ca"));
  EXPECT_THAT(OpenCodes(account, 3600, ""), ElementsAre("rule-without-ca"));
  EXPECT_THAT(OpenCodes(account, 0, "ca-1"), ElementsAre("max-required"));
  fields.cas.reset();
  fields.every_user_listed = false;
  fields.access_keys.push_back(Key("FOREVER"));
  const Account unknown = Valid(Account::Create(fields));
  EXPECT_THAT(OpenCodes(unknown, 3600, "ca-3"),
              ElementsAre("account-incomplete"));
  EXPECT_THAT(OpenCodes(unknown, -1, "ca-3"),
              ElementsAre("account-incomplete", "max-out-of-range",
                          "key-never-expires"));
  fields.rules.clear();
  EXPECT_THAT(OpenCodes(Valid(Account::Create(fields)), 3600, std::nullopt),
              ElementsAre("account-incomplete", "no-rules"));
}

}  // namespace
}  // namespace api_access
