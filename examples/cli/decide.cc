// api-access decide

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "examples/account_folder/account_folder.h"
#include "examples/account_folder/json_cursor.h"
#include "examples/account_folder/request_line.h"
#include "examples/cli/commands.h"

namespace api_access::examples {
namespace {

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  if (padded.size() < width) padded.resize(width, ' ');
  return padded;
}

// `text` as it is if it is a word of the characters that ids and names have,
// else quoted and cut.
std::string Word(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const bool is_word = !text.empty() && text.size() <= kLongest &&
                       std::ranges::all_of(text, [](char c) {
                         return (c >= 'A' && c <= 'Z') ||
                                (c >= 'a' && c <= 'z') ||
                                (c >= '0' && c <= '9') || c == '.' ||
                                c == '_' || c == ':' || c == '-';
                       });
  return is_word ? std::string(text) : Quote(text);
}

// The verdict and the reason, in columns.
std::string Heading(std::string_view verdict, std::string_view reason) {
  return Padded(verdict, 6) + Padded(reason, 23);
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
          {"RuleId", decision.rule_index ? Json(rule_id) : Json()},
          {"MissingFactors", std::move(missing)},
          {"ValidUntil", DateOrNull(decision.valid_until)}};
}

std::string DecisionText(const RequestLine& line, const Decision& decision,
                         std::string_view rule_id) {
  std::string text =
      Heading(ToString(decision.verdict()), ToString(decision.reason)) +
      Padded(Word(line.service) + " " + Word(line.method) + " from " +
                 line.caller.client_address.ToString(),
             39);
  switch (line.caller.login) {
    case LoginKind::kNone:
      text += " without login";
      break;
    case LoginKind::kAccessKey:
      text += " with key " + Word(line.caller.access_key_id);
      break;
    case LoginKind::kPassword:
      text += " with login/password";
      break;
  }
  if (const auto& certificate = line.caller.certificate) {
    for (const std::string& id : certificate->ca_ids()) text += ", " + Word(id);
    if (certificate->cn()) text += ", CN " + Word(*certificate->cn());
  }
  if (decision.rule_index) text += "; by " + Word(rule_id);
  const FactorSet missing = MissingFactors(decision.reason);
  if (!missing.empty()) text += "; missing " + missing.ToString();
  if (decision.valid_until) {
    text += "; until " + FormatTimestamp(*decision.valid_until);
  }
  return text;
}

absl::StatusOr<int> AnswerRequests(
    const Options& options, const Terminal& terminal, Format default_format,
    const Json& denial,
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
  const auto evaluator = Evaluator::Compile(*read);
  if (!evaluator.ok()) return evaluator.status();

  const auto refuse = [&](const std::string& message, std::size_t number) {
    const std::string placed =
        "line " + std::to_string(number) + ": " + message;
    if (*format == Format::kText) {
      return LineAnswer{Heading("Deny", "error") + placed, true};
    }
    Json json = denial;
    json["Error"] = placed;
    return LineAnswer{Dump(json), true};
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
      options, terminal, Format::kJson, {{"Verdict", "Deny"}},
      [](const Evaluator& evaluator, const RequestLine& line, Timestamp now,
         Format format) {
        const Decision decision = evaluator.Decide(line.request(), now);
        const std::string_view rule_id = evaluator.RuleId(decision);
        return format == Format::kJson ? Dump(DecisionJson(decision, rule_id))
                                       : DecisionText(line, decision, rule_id);
      });
}

}  // namespace api_access::examples
