#include "api_access/json/questions.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/access_map.h"
#include "api_access/activation.h"
#include "api_access/change.h"
#include "api_access/explanation.h"
#include "api_access/impact.h"
#include "api_access/ip.h"
#include "api_access/json/acceptances.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/changes.h"
#include "api_access/json/map_reports.h"
#include "api_access/json/reports.h"
#include "api_access/json/request_line.h"
#include "api_access/json/terraform_plan.h"
#include "api_access/page/report_page.h"
#include "api_access/quote.h"
#include "api_access/review.h"
#include "api_access/timestamp.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/request_line_json.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::JsonCursor;

// What is asked about.
struct Asked {
  const Account& account;
  const Evaluator& evaluator;
  const MethodCatalogue& catalogue;
};

// Options of several questions.
constexpr std::string_view kNow = "Now";
constexpr std::string_view kCaEnds = "CaEnds";
constexpr std::string_view kCallers = "Callers";
constexpr std::string_view kDiff = "Diff";
constexpr std::string_view kMaximum = "MaxAccessKeyExpirationSeconds";

// Leaves `value` as it is where the option is absent.
template <typename T>
void ReadOption(const JsonCursor& option, T& value) {
  if (!option.is_absent()) ReadValue(option, value);
}

Timestamp ReadNow(const JsonCursor& options) {
  Timestamp now = kMinTimestamp;
  ReadValue(options[kNow], now);
  return now;
}

// The objects of an option that is a list, one a line.
std::string ReadLines(const JsonCursor& option) {
  std::string lines;
  if (option.is_absent()) return lines;
  option.ForEach([&](const JsonCursor& item) { lines += item.Text() + '\n'; });
  return lines;
}

std::vector<CaEnd> ReadCaEnds(const JsonCursor& option) {
  std::vector<CaEnd> ends;
  if (option.is_absent()) return ends;
  const std::vector<std::string> ids = option.UnknownFields({});
  if (ids.empty()) option.ExpectObject({});
  for (const std::string& id : ids) {
    ReadValue(option[id], ends.emplace_back(CaEnd{.ca_id = id, .end = {}}).end);
  }
  return ends;
}

// The callers that an option names; without it nobody.
std::vector<NamedCaller> ReadCallersIfAny(const JsonCursor& options) {
  const JsonCursor callers = options[kCallers];
  if (callers.is_absent()) return {};
  return callers.Take(ParseCallers(ReadLines(callers)))
      .value_or(std::vector<NamedCaller>());
}

// The difference from `before` to `after`, where it is asked for.
std::optional<AccessDifference> DifferenceIfAsked(
    const JsonCursor& options, const Account& before, const Account& after,
    const std::vector<std::string>& deleted_ca_ids, Timestamp now) {
  bool is_asked = false;
  ReadOption(options[kDiff], is_asked);
  if (!is_asked) return std::nullopt;
  return options.Take(
      DiffAccess(before, after, now, {.deleted_ca_ids = deleted_ca_ids}));
}

// Each answers the question of its name. What it returns counts only if the
// options have no error then.

constexpr std::string_view kChangeOptions[] = {kNow,    "Call",   "Request",
                                               "NewId", kCallers, kDiff};
std::string AnswerChange(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  const std::vector<NamedCaller> callers = ReadCallersIfAny(options);
  std::string new_id = "new";
  ReadOption(options["NewId"], new_id);
  const std::string call = options["Call"].String();
  if (options.failed()) return "";
  const auto change =
      options.Take(ParseChange(call, options["Request"].Text(), new_id));
  if (!change) return "";
  const auto outcome = options.Take(Apply(asked.account, *change, now));
  if (!outcome) return "";
  if (!outcome->accepted()) return ChangeJson(*outcome, {}, {});
  const auto after = options.Take(Evaluator::Compile(*outcome->account));
  if (!after) return "";
  std::vector<std::string> deleted;
  if (outcome->deleted_ca_id) deleted.push_back(*outcome->deleted_ca_id);
  const auto difference = DifferenceIfAsked(options, asked.account,
                                            *outcome->account, deleted, now);
  return ChangeJson(
      *outcome, AssessImpact(asked.evaluator, *after, deleted, callers, now),
      Undo(asked.account, *change), difference ? &*difference : nullptr);
}

constexpr std::string_view kExplainOptions[] = {"Request", kNow};
std::string AnswerExplain(const Asked& asked, const JsonCursor& options) {
  RequestLine line = internal::EmptyRequestLine();
  const JsonCursor request = options["Request"];
  request.ExpectOnly(internal::RequestLineNames());
  if (options.failed()) return "";
  internal::ReadRequestLine(request, line);
  const Timestamp now = line.now ? *line.now : ReadNow(options);
  if (options.failed()) return "";
  return ExplanationJson(
      line, Explain(asked.evaluator, line.RequestIn(asked.catalogue), now,
                    ExplanationContext::Of(asked.account, line.method)));
}

constexpr std::string_view kCheckOptions[] = {kNow, kMaximum,
                                              "RequireTrustedEnv"};
std::string AnswerCheck(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  RequestedPolicy requested = {
      .max_access_key_expiration_seconds =
          asked.account.policy().max_access_key_expiration_seconds(),
      .require_trusted_env = true};
  ReadOption(options[kMaximum], requested.max_access_key_expiration_seconds);
  ReadOption(options["RequireTrustedEnv"], requested.require_trusted_env);
  return ActivationJson(asked.account, requested, now,
                        CheckActivation(asked.account, requested, now));
}

constexpr std::string_view kReviewOptions[] = {
    kNow,     "ExpiresWithinSeconds", "MaxBelowSeconds", "OlderThanSeconds",
    "CaEnds", "Acceptances"};
std::string AnswerReview(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  ReviewOptions review;
  ReadOption(options["ExpiresWithinSeconds"], review.expires_within_seconds);
  ReadOption(options["MaxBelowSeconds"], review.max_below_seconds);
  ReadValue(options["OlderThanSeconds"], review.older_than_seconds);
  const JsonCursor ca_ends = options[kCaEnds];
  const auto account =
      ca_ends.Take(WithCaEnds(asked.account, ReadCaEnds(ca_ends)));
  const JsonCursor accepted = options["Acceptances"];
  const auto acceptances = accepted.Take(ParseAcceptances(ReadLines(accepted)));
  if (options.failed()) return "";
  auto findings = options.Take(Review(*account, now, review));
  if (!findings) return "";
  return ReviewJson(*account, now,
                    Accept(*std::move(findings), *acceptances,
                           NotJudged(*account, review), now));
}

constexpr std::string_view kDiffOptions[] = {kNow, "After"};
std::string AnswerDiff(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  const JsonCursor other = options["After"];
  if (options.failed()) return "";
  const auto after = other.Take(ParseAccountDocument(other.Text()));
  if (!after) return "";
  const auto difference =
      options.Take(DiffAccess(asked.account, after->account, now));
  return difference ? DiffJson(*difference) : "";
}

constexpr std::string_view kFactorsOptions[] = {"ClientIp"};
std::string AnswerFactors(const Asked& asked, const JsonCursor& options) {
  std::optional<IpAddress> address;
  if (const JsonCursor option = options["ClientIp"]; !option.is_absent()) {
    address = option.Take(IpAddress::Parse(option.String()));
  }
  return FactorsJson(asked.account, asked.evaluator, address);
}

constexpr std::string_view kForecastOptions[] = {kNow, kCallers, "Until",
                                                 kCaEnds};
std::string AnswerForecast(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  const std::vector<NamedCaller> callers = ReadCallersIfAny(options);
  ForecastOptions forecast = {.ca_ends = ReadCaEnds(options[kCaEnds])};
  ReadValue(options["Until"], forecast.horizon);
  if (options.failed()) return "";
  const auto made =
      options.Take(Forecast(asked.account, callers, now, forecast));
  return made ? ForecastJson(*made) : "";
}

std::string AnswerMap(const Asked& asked, const JsonCursor& options) {
  const auto map = options.Take(MapAccess(asked.account));
  return map ? MapJson(*map) : "";
}

constexpr std::string_view kActivateOptions[] = {kMaximum, "CaId"};
ActivationPlan PlanFor(const Account& account, const JsonCursor& activate,
                       Timestamp now) {
  activate.ExpectOnly(kActivateOptions);
  RequestedPolicy requested = {.require_trusted_env = true};
  ReadValue(activate[kMaximum], requested.max_access_key_expiration_seconds);
  std::optional<std::string> ca_id;
  ReadValue(activate["CaId"], ca_id);
  return PlanActivation(account, requested, ca_id, now);
}

constexpr std::string_view kPlanOptions[] = {kNow,       "Changes", "Terraform",
                                             "Activate", kCallers,  kDiff};
std::string AnswerPlan(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  const std::vector<NamedCaller> callers = ReadCallersIfAny(options);
  const JsonCursor changes = options["Changes"];
  const JsonCursor terraform = options["Terraform"];
  const JsonCursor activate = options["Activate"];
  if (changes.is_absent() + terraform.is_absent() + activate.is_absent() != 2) {
    options.Fail("expected one of Changes, Terraform and Activate");
  }
  // `plan` is one of the kinds that PlanJson takes.
  const auto answer = [&](const auto& plan, std::span<const PlanStep> steps) {
    if (options.failed()) return std::string();
    const auto assessed =
        options.Take(AssessPlan(asked.account, steps, callers, now));
    if (!assessed) return std::string();
    const PlanOutcome& outcome = assessed->outcome;
    const auto difference = DifferenceIfAsked(
        options, asked.account, outcome.account, outcome.deleted_ca_ids, now);
    return PlanJson(plan, *assessed, difference ? &*difference : nullptr);
  };
  if (options.failed()) return "";
  if (!changes.is_absent()) {
    const auto steps = changes.Take(ParseChanges(ReadLines(changes)));
    return steps ? answer(*steps, *steps) : "";
  }
  if (!terraform.is_absent()) {
    const auto plan = terraform.Take(ParseTerraformPlan(terraform.Text()));
    return plan ? answer(*plan, plan->steps) : "";
  }
  const ActivationPlan plan = PlanFor(asked.account, activate, now);
  return answer(plan, plan.steps);
}

constexpr std::string_view kReportOptions[] = {kNow, kCallers, kCaEnds,
                                               "Against"};
std::string AnswerReport(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  const std::vector<NamedCaller> callers = ReadCallersIfAny(options);
  const JsonCursor ca_ends = options[kCaEnds];
  const std::vector<CaEnd> ends = ReadCaEnds(ca_ends);
  std::optional<ParsedAccount> against;
  if (const JsonCursor other = options["Against"]; !other.is_absent()) {
    against = other.Take(ParseAccountDocument(other.Text()));
  }
  if (options.failed()) return "";
  const auto page = options.Take(
      ReportPage(asked.account, now,
                 {.callers = callers,
                  .ca_ends = ends,
                  .against = against ? &against->account : nullptr}));
  return page ? internal::Dump({{"Html", *page}}) : "";
}

constexpr struct {
  std::string_view name;
  std::span<const std::string_view> options;
  std::string (*answer)(const Asked& asked, const JsonCursor& options);
} kQuestions[] = {
    {"change", kChangeOptions, &AnswerChange},
    {"check", kCheckOptions, &AnswerCheck},
    {"diff", kDiffOptions, &AnswerDiff},
    {"explain", kExplainOptions, &AnswerExplain},
    {"factors", kFactorsOptions, &AnswerFactors},
    {"forecast", kForecastOptions, &AnswerForecast},
    {"map", {}, &AnswerMap},
    {"plan", kPlanOptions, &AnswerPlan},
    {"report", kReportOptions, &AnswerReport},
    {"review", kReviewOptions, &AnswerReview},
};

}  // namespace

absl::StatusOr<std::string> Ask(const Account& account,
                                const Evaluator& evaluator,
                                const MethodCatalogue& catalogue,
                                std::string_view question,
                                std::string_view options) {
  std::string names;
  for (const auto& known : kQuestions) {
    names += (names.empty() ? "" : ", ") + std::string(known.name);
    if (known.name != question) continue;
    std::string answer;
    const absl::Status status = internal::ReadOne(
        internal::TextKind::kOther, options.empty() ? "{}" : options,
        [&](const JsonCursor& root) {
          root.ExpectOnly(known.options);
          if (root.failed()) return;
          answer = known.answer({account, evaluator, catalogue}, root);
        });
    if (status.ok()) return answer;
    return absl::InvalidArgumentError(std::string(question) + ": " +
                                      internal::MessageOf(status));
  }
  return absl::InvalidArgumentError("expected a question (" + names +
                                    "), got " + Quote(question));
}

}  // namespace api_access
