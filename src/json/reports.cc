#include "api_access/json/reports.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "api_access/factors.h"
#include "api_access/finding.h"
#include "api_access/quote.h"
#include "api_access/remedies.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "api_access/version.h"
#include "src/base/text.h"
#include "src/json/changes_json.h"
#include "src/json/document.h"
#include "src/json/map_json.h"
#include "src/json/request_line_json.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Dump;
using internal::Json;

Json DateOrNull(const std::optional<Timestamp>& timestamp) {
  return timestamp ? Json(FormatTimestamp(*timestamp)) : Json();
}

Json TextOrNull(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

template <typename Code>
Json FindingJson(const Finding<Code>& finding) {
  return {{"Code", ToString(finding.code)},
          {"Subject", finding.subject},
          {"Message", finding.message}};
}

template <typename Code>
Json FindingsJson(const std::vector<Finding<Code>>& findings) {
  Json array = Json::array();
  for (const Finding<Code>& finding : findings) {
    array.push_back(FindingJson(finding));
  }
  return array;
}

template <typename Factors>
Json FactorsArray(const Factors& factors) {
  Json array = Json::array();
  for (const Factor factor : factors) array.push_back(ToString(factor));
  return array;
}

// An answer to a request begins with the Id of the request, if it has one.
Json AnswerTo(const std::optional<std::string>& id) {
  return id ? Json{{"Id", *id}} : Json::object();
}

Json DecisionFields(const Decision& decision, std::string_view rule_id) {
  return {{"Verdict", ToString(decision.verdict())},
          {"Reason", ToString(decision.reason)},
          {"RuleId", decision.rule_index ? Json(rule_id) : Json()},
          {"MissingFactors", FactorsArray(MissingFactors(decision.reason))},
          {"ValidUntil", DateOrNull(decision.valid_until)}};
}

Json RuleJson(const RuleExplanation& rule) {
  Json ranges = Json::array();
  for (const IpRange& range : rule.ip_ranges) {
    ranges.push_back(range.ToString());
  }
  Json json = {{"RuleId", rule.rule_id},
               {"IpRanges", std::move(ranges)},
               {"IpRangeCount", rule.ip_range_count}};
  Json by;
  for (const Criterion criterion : kAllCriteria) {
    const CriterionExplanation& of_criterion = rule.of(criterion);
    json[std::string(ToString(criterion))] = ToString(of_criterion.state);
    by[std::string(criterion == Criterion::kCa ? "CaId"
                                               : ToString(criterion))] =
        TextOrNull(of_criterion.by);
  }
  json["By"] = std::move(by);
  return json;
}

std::string KindOf(const Remedy& remedy) {
  std::string kind;
  const auto add = [&](bool changes, std::string_view what) {
    if (!changes) return;
    if (!kind.empty()) kind += '+';
    kind += what;
  };
  add(remedy.changes_login, "Login");
  add(remedy.changes_certificate, "Certificate");
  add(remedy.changes_address, "Address");
  return kind;
}

Json RemedyJson(const Remedy& remedy, const RequestLine& line) {
  return {{"Kind", KindOf(remedy)},
          {"Text", remedy.text},
          {"Request", internal::RequestLineJson({.service = line.service,
                                                 .method = line.method,
                                                 .caller = remedy.caller,
                                                 .now = line.now})}};
}

Json AlternativesJson(FactorRequirement requirement) {
  Json alternatives = Json::array();
  for (const FactorSet alternative : requirement) {
    alternatives.push_back(FactorsArray(alternative));
  }
  return alternatives;
}

Json JudgedExpectationJson(const JudgedExpectation& judged) {
  const Expectation& expected = judged.expectation;
  Json json = AnswerTo(expected.line.id);
  json["File"] = judged.file;
  json["Line"] = judged.line_number;
  json["Name"] = TextOrNull(expected.name);
  json["Held"] = judged.held();
  json["Expected"] = {
      {"Verdict", ToString(expected.verdict)},
      {"Reason", expected.reason ? Json(ToString(*expected.reason)) : Json()},
      {"RuleId", TextOrNull(expected.rule_id)}};
  json["Decision"] = DecisionFields(judged.decision, judged.rule_id);
  return json;
}

Json CoverageJson(const RuleCoverage& coverage) {
  Json rules = Json::array();
  for (const RuleCoverage::Rule& rule : coverage.rules()) {
    Json json = {{"RuleId", rule.id},
                 {"Matched", rule.matched.yes},
                 {"Missed", rule.matched.no}};
    for (const Criterion criterion : kAllCriteria) {
      const auto& ways = rule.criteria[static_cast<std::size_t>(criterion)];
      json[std::string(ToString(criterion))] =
          ways ? Json{{"Satisfied", ways->yes}, {"Failed", ways->no}} : Json();
    }
    rules.push_back(std::move(json));
  }
  return {{"Exercised", coverage.exercised()},
          {"Ways", coverage.ways()},
          {"Rules", std::move(rules)}};
}

// What a report speaks of: the account in numbers, the policy and the instant.
Json JudgedJson(const Account& account, const RequestedPolicy& policy,
                Timestamp now) {
  const AccountSummary summary = AccountSummary::Of(account);
  return {
      {"RootAccessKeys", summary.root_access_keys},
      {"EimAccessKeys", summary.eim_access_keys},
      {"EimUsers", summary.eim_users},
      {"Rules", summary.rules},
      {"Cas", summary.cas ? Json(*summary.cas) : Json()},
      {"EveryUserListed", summary.every_user_listed},
      {"UsersWithoutKeysRead", summary.users_without_keys_read},
      {"MaxAccessKeyExpirationSeconds",
       policy.max_access_key_expiration_seconds},
      {"RequireTrustedEnv", policy.require_trusted_env},
      {"Now", FormatTimestamp(now)},
  };
}

Json KindJson(const MethodKind& kind) {
  return {{"Service", ToString(kind.service)},
          {"Class", ToString(kind.method_class)}};
}

Json LostJson(const std::vector<LostAccess>& lost) {
  Json array = Json::array();
  for (const LostAccess& access : lost) {
    Json json = KindJson(access.kind);
    json["Reason"] = ToString(access.reason);
    array.push_back(std::move(json));
  }
  return array;
}

Json CallerImpactJson(const CallerImpact& caller) {
  Json gained = Json::array();
  for (const MethodKind& kind : caller.gained) gained.push_back(KindJson(kind));
  return {{"Name", caller.name},
          {"CanManageBefore", caller.can_manage_before},
          {"CanManageAfter", caller.can_manage_after},
          {"ManageUntil", DateOrNull(caller.manage_until)},
          {"Lost", LostJson(caller.lost)},
          {"Gained", std::move(gained)}};
}

Json CallJson(const Change& change) {
  return {{"Call", CallOf(change)}, {"Request", internal::RequestJson(change)}};
}

// Adds whether a change was accepted, and what it does.
void AddOutcome(const std::vector<Refusal>& refusals, const Impact& impact,
                std::span<const Change> undo, Json& json) {
  Json refused = Json::array();
  for (const Refusal& refusal : refusals) {
    const std::optional<int> provider_code = ProviderErrorCode(refusal.code);
    Json finding = FindingJson(refusal);
    finding["ProviderCode"] = provider_code ? Json(*provider_code) : Json();
    refused.push_back(std::move(finding));
  }
  Json callers = Json::array();
  for (const CallerImpact& caller : impact.callers) {
    callers.push_back(CallerImpactJson(caller));
  }
  Json calls = Json::array();
  for (const Change& call : undo) calls.push_back(CallJson(call));
  json["Accepted"] = refusals.empty();
  json["Refusals"] = std::move(refused);
  json["LockOut"] = ToString(impact.lock_out);
  json["ManageableUntil"] = DateOrNull(impact.manageable_until);
  json["Callers"] = std::move(callers);
  json["Undo"] = std::move(calls);
}

void AddDifference(const AccessDifference* difference, Json& json) {
  if (difference == nullptr) return;
  json["Difference"] = internal::DifferenceJson(*difference);
}

Json PlanFields(std::span<const PlanStep> steps, Json open,
                const PlanAssessment& assessment,
                const AccessDifference* difference) {
  Json array = Json::array();
  for (std::size_t i = 0; i < assessment.outcome.steps.size(); ++i) {
    const PlanOutcome::Step& tried = assessment.outcome.steps[i];
    const PlanStep& step = steps[tried.index];
    const std::string* new_id = NewIdOf(step.change);
    Json json = {
        {"Address", step.resource.empty() ? Json() : Json(step.resource)}};
    json.update(CallJson(step.change));
    json["NewId"] = new_id != nullptr ? Json(*new_id) : Json();
    AddOutcome(tried.refusals, assessment.impacts[i], assessment.undos[i],
               json);
    array.push_back(std::move(json));
  }
  Json plan = {
      {"Steps", std::move(array)},
      {"Open", std::move(open)},
      {"LockOut", ToString(assessment.whole.lock_out)},
      {"ManageableUntil", DateOrNull(assessment.whole.manageable_until)}};
  AddDifference(difference, plan);
  return plan;
}

}  // namespace

std::string DecisionJson(const Evaluator& evaluator, const RequestLine& line,
                         const Decision& decision) {
  Json json = AnswerTo(line.id);
  json.update(DecisionFields(decision, evaluator.RuleId(decision)));
  return Dump(json);
}

std::string ExplanationJson(const RequestLine& line,
                            const Explanation& explanation) {
  const Decision& decision = explanation.decision;
  Json rules = Json::array();
  for (const RuleExplanation& rule : explanation.rules) {
    rules.push_back(RuleJson(rule));
  }
  Json remedies = Json::array();
  for (const Remedy& remedy : explanation.remedies) {
    remedies.push_back(RemedyJson(remedy, line));
  }
  Json json = AnswerTo(line.id);
  json["Verdict"] = ToString(decision.verdict());
  json["Decision"] = DecisionFields(
      decision, decision.rule_index
                    ? explanation.rules[*decision.rule_index].rule_id
                    : "");
  json["Class"] = ToString(explanation.method.method_class());
  json["Login"] = {{"Kind", ToString(explanation.login)},
                   {"Usable", explanation.login_usable}};
  json["TrustedSession"] = explanation.trusted_session;
  json["Required"] = AlternativesJson(explanation.required);
  json["KeyAssumedUsable"] = explanation.key_assumed_usable;
  json["Rules"] = std::move(rules);
  json["Remedies"] = std::move(remedies);
  json["Notes"] = explanation.notes;
  json["SimilarMethod"] = explanation.similar_method.empty()
                              ? Json()
                              : Json(explanation.similar_method);
  return Dump(json);
}

std::string DecisionErrorJson(const std::optional<std::string>& id,
                              const absl::Status& error) {
  Json json = AnswerTo(id);
  json["Verdict"] = ToString(Verdict::kDeny);
  json["Error"] = internal::MessageOf(error);
  return Dump(json);
}

std::string ExplanationErrorJson(const std::optional<std::string>& id,
                                 const absl::Status& error) {
  Json json = AnswerTo(id);
  json["Verdict"] = ToString(Verdict::kDeny);
  json["Decision"] = {{"Verdict", ToString(Verdict::kDeny)}};
  json["Error"] = internal::MessageOf(error);
  return Dump(json);
}

std::string ActivationJson(const Account& account,
                           const RequestedPolicy& requested, Timestamp now,
                           const ActivationReport& report) {
  const SmallestMaximum smallest = SmallestMaximumOf(account, now);
  return Dump(
      {{"Ready", report.ready},
       {"Violations", FindingsJson(report.violations)},
       {"Warnings", FindingsJson(report.warnings)},
       {"ReadyAt", DateOrNull(report.ready_at)},
       {"SmallestMaximum", smallest.seconds ? Json(*smallest.seconds) : Json()},
       {"KeysWithoutMaximum", smallest.blocking_key_ids},
       {"Judged", JudgedJson(account, requested, now)}});
}

std::string FactorsJson(const Account& account, const Evaluator& evaluator,
                        const std::optional<IpAddress>& client_address) {
  const CertificateDemand rules = CertificateDemandOf(account);
  Json classes = Json::array();
  for (const CertificateDemand demand : TablesOf(rules)) {
    for (const FactorRow& row : FactorRows()) {
      const auto documented = [&](bool trusted_session) {
        return AlternativesJson(RequiredFactors(row.sample.method_class(),
                                                row.sample.service(),
                                                trusted_session, demand));
      };
      Json entry = {{"Class", ToString(row.sample.method_class())},
                    {"Services", row.services}};
      if (rules == CertificateDemand::kDepends) {
        entry["Certificate"] = ToString(demand);
      }
      entry["Deactivated"] = documented(false);
      entry["Activated"] = documented(true);
      classes.push_back(std::move(entry));
    }
  }
  Json exact;
  if (client_address) {
    exact = Json::array();
    for (const FactorRow& row : FactorRows()) {
      exact.push_back(
          {{"Class", ToString(row.sample.method_class())},
           {"Services", row.services},
           {"Alternatives", AlternativesJson(RequiredFactors(
                                evaluator, row.sample, *client_address))}});
    }
  }
  return Dump({{"TrustedSession", account.policy().require_trusted_env()},
               {"Rules", ToString(rules)},
               {"Classes", std::move(classes)},
               {"Exact", std::move(exact)}});
}

std::string ReviewJson(const Account& account, Timestamp now,
                       const ReviewReport& report) {
  const ApiAccessPolicy& policy = account.policy();
  Json accepted = Json::array();
  for (const AcceptedFinding& item : report.accepted) {
    Json json = FindingJson(item.finding);
    json["Reason"] = item.acceptance.reason;
    json["Until"] = FormatTimestamp(item.acceptance.until);
    accepted.push_back(std::move(json));
  }
  Json unused = Json::array();
  for (const Acceptance& acceptance : report.unused) {
    unused.push_back({{"Code", ToString(acceptance.code)},
                      {"Subject", acceptance.subject},
                      {"Reason", acceptance.reason},
                      {"Until", FormatTimestamp(acceptance.until)}});
  }
  Json not_judged = Json::array();
  for (const ReviewCode code : report.not_judged) {
    not_judged.push_back(ToString(code));
  }
  return Dump(
      {{"Findings", FindingsJson(report.findings)},
       {"Accepted", std::move(accepted)},
       {"UnusedAcceptances", std::move(unused)},
       {"NotJudged", std::move(not_judged)},
       {"Judged",
        JudgedJson(account,
                   {.max_access_key_expiration_seconds =
                        policy.max_access_key_expiration_seconds(),
                    .require_trusted_env = policy.require_trusted_env()},
                   now)}});
}

std::string ExpectationsJson(const std::vector<JudgedExpectation>& expectations,
                             const RuleCoverage& coverage) {
  std::size_t held = 0;
  Json array = Json::array();
  for (const JudgedExpectation& judged : expectations) {
    held += judged.held() ? 1 : 0;
    array.push_back(JudgedExpectationJson(judged));
  }
  return Dump({{"Held", held},
               {"Failed", expectations.size() - held},
               {"Expectations", std::move(array)},
               {"Coverage", CoverageJson(coverage)}});
}

std::string ReviewSarif(const ReviewReport& report) {
  Json rules = Json::array();
  for (const ReviewCode code : kAllReviewCodes) {
    rules.push_back({{"id", ToString(code)}});
  }
  Json results = Json::array();
  const auto add = [&](const ReviewFinding& finding, Json suppressions) {
    const auto place = std::ranges::find(kAllReviewCodes, finding.code);
    Json result = {
        {"ruleId", ToString(finding.code)},
        {"ruleIndex", place - kAllReviewCodes.begin()},
        {"level", "warning"},
        {"message", {{"text", finding.message}}},
    };
    if (!finding.subject.empty()) {
      const Json place_of = {{"name", finding.subject},
                             {"fullyQualifiedName", finding.subject}};
      Json location = Json::object();
      location["logicalLocations"] = Json::array({place_of});
      result["locations"] = Json::array({std::move(location)});
    }
    // The standard wants all results of a run to have them, or none.
    result["suppressions"] = std::move(suppressions);
    results.push_back(std::move(result));
  };
  for (const ReviewFinding& finding : report.findings) {
    add(finding, Json::array());
  }
  for (const AcceptedFinding& item : report.accepted) {
    const Json suppression = {{"kind", "external"},
                              {"status", "accepted"},
                              {"justification", item.acceptance.reason}};
    add(item.finding, Json::array({suppression}));
  }
  Json notifications = Json::array();
  const auto notify = [&](std::string_view level, const std::string& text) {
    notifications.push_back({{"level", level}, {"message", {{"text", text}}}});
  };
  for (const ReviewCode code : report.not_judged) {
    notify("warning", "not judged: " + std::string(ToString(code)));
  }
  for (const Acceptance& acceptance : report.unused) {
    notify("note", "accepted, but not found: " +
                       std::string(ToString(acceptance.code)) + ' ' +
                       Quote(acceptance.subject));
  }
  const Json driver = {{"name", "api-access"},
                       {"version", kVersion},
                       {"rules", std::move(rules)}};
  const Json invocation = {
      {"executionSuccessful", true},
      {"toolExecutionNotifications", std::move(notifications)}};
  Json run = Json::object();
  run["tool"]["driver"] = driver;
  run["invocations"] = Json::array({invocation});
  run["results"] = std::move(results);
  Json log = Json::object();
  log["$schema"] =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
      "sarif-schema-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({std::move(run)});
  return Dump(log);
}

std::string ChangeJson(const ChangeOutcome& outcome, const Impact& impact,
                       std::span<const Change> undo,
                       const AccessDifference* difference) {
  Json json = Json::object();
  AddOutcome(outcome.refusals, impact, undo, json);
  AddDifference(difference, json);
  return Dump(json);
}

std::string PlanJson(std::span<const PlanStep> steps,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference) {
  return Dump(PlanFields(steps, Json::array(), assessment, difference));
}

std::string PlanJson(const ActivationPlan& plan,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference) {
  return Dump(
      PlanFields(plan.steps, FindingsJson(plan.open), assessment, difference));
}

std::string PlanJson(const TerraformPlan& plan,
                     const PlanAssessment& assessment,
                     const AccessDifference* difference) {
  Json json =
      PlanFields(plan.steps, FindingsJson(plan.open), assessment, difference);
  json["Notes"] = plan.notes;
  json["Plugin"] = kTerraformPluginVersion;
  return Dump(json);
}

std::string ForecastJson(const AccessForecast& forecast) {
  Json callers = Json::array();
  for (const CallerForecast& caller : forecast.callers) {
    Json events = Json::array();
    for (const CallerForecast::Event& event : caller.events) {
      events.push_back(
          {{"At", FormatTimestamp(event.at)}, {"Lost", LostJson(event.lost)}});
    }
    callers.push_back({{"Name", caller.name},
                       {"CanManage", caller.can_manage},
                       {"ManageUntil", DateOrNull(caller.manage_until)},
                       {"Events", std::move(events)}});
  }
  return Dump({{"Callers", std::move(callers)},
               {"ManageableUntil", DateOrNull(forecast.manageable_until)}});
}

std::string TextJson(std::string_view field, std::string_view text) {
  return Dump({{std::string(field), text}});
}

}  // namespace api_access
