// api-access explain

#include "api_access/explanation.h"

#include <string>
#include <string_view>

#include "examples/cli/commands.h"
#include "examples/cli/lines.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

Json RuleJson(const RuleExplanation& rule) {
  Json json = {{"RuleId", rule.rule_id}};
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

// A request line of `caller`, for the method and the instant of another.
Json RequestJson(const Caller& caller, const RequestLine& line) {
  Json json = {{"Service", line.service},
               {"Method", line.method},
               {"ClientIp", caller.client_address.ToString()}};
  if (caller.login != LoginKind::kNone) json["Login"] = ToString(caller.login);
  if (caller.login == LoginKind::kAccessKey) {
    json["AccessKeyId"] = caller.access_key_id;
  }
  if (caller.certificate) {
    json["Certificate"] = {{"CaIds", caller.certificate->ca_ids()},
                           {"Cn", TextOrNull(caller.certificate->cn())}};
  }
  if (line.now) json["Now"] = FormatTimestamp(*line.now);
  return json;
}

std::string ExplanationJson(const Explanation& explanation,
                            const RequestLine& line, std::string_view rule_id) {
  Json rules = Json::array();
  for (const RuleExplanation& rule : explanation.rules) {
    rules.push_back(RuleJson(rule));
  }
  Json remedies = Json::array();
  for (const Remedy& remedy : explanation.remedies) {
    remedies.push_back({{"Kind", KindOf(remedy)},
                        {"Text", remedy.text},
                        {"Request", RequestJson(remedy.caller, line)}});
  }
  return Dump({{"Verdict", ToString(explanation.decision.verdict())},
               {"Decision", DecisionJson(explanation.decision, rule_id)},
               {"Class", ToString(explanation.method.method_class())},
               {"Login",
                {{"Kind", ToString(explanation.login)},
                 {"Usable", explanation.login_usable}}},
               {"Rules", std::move(rules)},
               {"Remedies", std::move(remedies)}});
}

constexpr std::string_view kOptions[] = {"--account", "--now", "--format"};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  return AnswerRequests(
      options, terminal, Format::kText,
      {{"Verdict", "Deny"}, {"Decision", {{"Verdict", "Deny"}}}},
      [](const Evaluator& evaluator, const RequestLine& line, Timestamp now,
         Format format) {
        const Explanation explanation =
            api_access::Explain(evaluator, line.request(), now);
        const std::string_view rule_id = evaluator.RuleId(explanation.decision);
        if (format == Format::kJson) {
          return ExplanationJson(explanation, line, rule_id);
        }
        // The decisive line says what was asked, too.
        const std::string text = ToString(explanation);
        return DecisionText(line, explanation.decision, rule_id) +
               text.substr(text.find('\n'));
      });
}

}  // namespace

constinit const Command kExplain = {
    .name = "explain",
    .options = kOptions,
    .operand = "",
    .help = R"(api-access explain --account DIR [--now T] [--format text|json]
  Decides as decide does, and says why: what each rule makes of the request, and
  what the caller could present instead. Text (default), or one JSON line a
  request. Exit status: 0, 1 some line was in error, 2 unusable input.

  Example:
    echo '{"Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7"}' |
      api-access explain --account examples/accounts/trusted --now 2030-01-01
)",
    .run = &Run,
};

}  // namespace api_access::examples
