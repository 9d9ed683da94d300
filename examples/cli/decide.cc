// api-access decide

#include <string>
#include <string_view>

#include "account_folder.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "commands.h"
#include "json_cursor.h"
#include "request_line.h"

namespace api_access::examples {
namespace {

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  if (padded.size() < width) padded.resize(width, ' ');
  return padded;
}

}  // namespace

Json DecisionJson(const Decision& decision, std::string_view rule_id) {
  Json missing = Json::array();
  for (const Factor factor : kAllFactors) {
    if (MissingFactors(decision.reason).Contains(factor)) {
      missing.push_back(ToString(factor));
    }
  }
  return {{"Verdict", ToString(decision.verdict())},
          {"Reason", ToString(decision.reason)},
          {"RuleId", decision.rule ? Json(rule_id) : Json()},
          {"MissingFactors", std::move(missing)},
          {"ValidUntil", DateOrNull(decision.valid_until)}};
}

std::string DecisionText(const RequestLine& line, const Decision& decision,
                         std::string_view rule_id) {
  std::string text = Padded(ToString(decision.verdict()), 6) +
                     Padded(ToString(decision.reason), 23) +
                     Padded(Escape(line.service) + " " + Escape(line.method) +
                                " from " + line.client_ip.ToString(),
                            39);
  switch (line.login) {
    case LoginKind::kNone:
      text += " without login";
      break;
    case LoginKind::kAccessKey:
      text += " with key " + Escape(line.access_key_id);
      break;
    case LoginKind::kPassword:
      text += " with login/password";
      break;
  }
  if (line.certificate) {
    for (const std::string& id : line.certificate->ca_ids()) {
      text += ", " + Escape(id);
    }
    if (line.certificate->cn()) {
      text += ", CN " + Escape(*line.certificate->cn());
    }
  }
  if (decision.rule) text += "; by " + Escape(rule_id);
  const FactorSet missing = MissingFactors(decision.reason);
  if (!missing.empty()) text += "; missing " + missing.ToString();
  if (decision.valid_until) {
    text += "; until " + FormatTimestamp(*decision.valid_until);
  }
  return text;
}

absl::StatusOr<int> AnswerRequests(
    const Options& options, const Terminal& terminal, Format default_format,
    const std::function<std::string(const Evaluator&, const RequestLine&,
                                    Timestamp, Format)>& answer) {
  const auto now = options.Date("--now");
  if (!now.ok()) return now.status();
  const auto format = options.FormatOr(default_format);
  if (!format.ok()) return format.status();
  const auto folder = options.Required("--account");
  if (!folder.ok()) return folder.status();
  const auto read = ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();
  const auto evaluator = Evaluator::Compile(read->account);
  if (!evaluator.ok()) return evaluator.status();

  const auto refuse = [&](const std::string& message, std::size_t number) {
    const std::string placed =
        "line " + std::to_string(number) + ": " + message;
    return *format == Format::kJson ? JsonError(placed)
                                    : LineAnswer{"Error " + placed, true};
  };
  const auto answer_line = [&](const std::string& text, std::size_t number) {
    const auto line = ParseRequestLine(text);
    if (!line.ok()) return refuse(MessageOf(line.status()), number);
    const Timestamp at = line->now          ? *line->now
                         : now->has_value() ? **now
                                            : terminal.clock();
    return LineAnswer{answer(*evaluator, *line, at, *format), false};
  };
  return AnswerLines(terminal, answer_line, refuse);
}

absl::StatusOr<int> Decide(const Options& options, const Terminal& terminal) {
  return AnswerRequests(
      options, terminal, Format::kJson,
      [](const Evaluator& evaluator, const RequestLine& line, Timestamp now,
         Format format) {
        const Decision decision = evaluator.Decide(line.request(), now);
        const std::string_view rule_id = evaluator.RuleId(decision);
        return format == Format::kJson ? Dump(DecisionJson(decision, rule_id))
                                       : DecisionText(line, decision, rule_id);
      });
}

}  // namespace api_access::examples
