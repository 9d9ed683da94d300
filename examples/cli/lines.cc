#include "examples/cli/lines.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "api_access/account.h"
#include "api_access/quote.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

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

// The end of an answer to a request that has an Id.
std::string IdText(const std::optional<std::string>& id) {
  return id ? "; Id " + Word(*id) : "";
}

}  // namespace

absl::StatusOr<int> AnswerLines(
    const Terminal& terminal,
    const std::function<LineAnswer(const std::string&, std::size_t)>& answer,
    const std::function<LineAnswer(const std::string&, std::size_t)>& refuse) {
  constexpr std::size_t kMaxLine = std::size_t{1} << 20;
  int status = kOk;
  std::string line;
  std::size_t number = 0;
  std::size_t size = 0;  // of the line, of which `line` keeps the beginning
  const auto finish_line = [&] {
    ++number;
    const LineAnswer answered =
        size > kMaxLine
            ? refuse("expected a line of at most 1 MiB, got a longer one",
                     number)
            : answer(line, number);
    if (answered.is_negative) status = kNegative;
    terminal.out << answered.text << '\n';
    // Whoever waits for this answer before it asks again must get it.
    if (terminal.in.rdbuf()->in_avail() <= 0) terminal.out.flush();
    line.clear();
    size = 0;
  };
  char c = 0;
  while (terminal.out && terminal.in.get(c)) {
    if (c == '\n') {
      finish_line();
    } else if (++size <= kMaxLine) {
      line += c;
    }
  }
  if (size > 0) finish_line();
  if (terminal.in.bad()) {
    return absl::UnavailableError("the input cannot be read");
  }
  return status;
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
  return text + IdText(line.id);
}

std::string ExplanationText(const RequestLine& line,
                            const Explanation& explanation,
                            std::string_view rule_id) {
  // The decisive line says what was asked, too.
  const std::string text = ToString(explanation);
  return DecisionText(line, explanation.decision, rule_id) +
         text.substr(text.find('\n'));
}

absl::StatusOr<int> AnswerRequests(const Options& options,
                                   const Terminal& terminal,
                                   const RequestCommand& command) {
  const auto input = ReadInput(options, terminal, command.default_format);
  if (!input.ok()) return input.status();
  const auto evaluator = Evaluator::Compile(input->account);
  if (!evaluator.ok()) return evaluator.status();
  const bool is_text = input->format == Format::kText;
  if (is_text && command.has_heading) {
    terminal.out << AccountSummary::Of(input->account) << '\n';
  }

  const auto refuse = [&](const std::optional<std::string>& id,
                          const std::string& message, std::size_t number) {
    const std::string error = "line " + std::to_string(number) + ": " + message;
    return LineAnswer{
        is_text ? Heading("Deny", "error") + error + IdText(id)
                : command.error_json(id, absl::InvalidArgumentError(error)),
        true};
  };
  return AnswerLines(
      terminal,
      [&](const std::string& text, std::size_t number) {
        const auto line = ParseRequestLine(text);
        if (!line.ok()) {
          return refuse(RequestIdOf(text), MessageOf(line.status()), number);
        }
        const Timestamp at = line->now ? *line->now : input->Now(terminal);
        return command.answer(options, input->account, *evaluator, *line,
                              line->RequestIn(input->catalogue), at,
                              input->format);
      },
      [&](const std::string& message, std::size_t number) {
        return refuse(std::nullopt, message, number);
      });
}

}  // namespace api_access::examples
