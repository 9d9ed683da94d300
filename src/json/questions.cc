#include "api_access/json/questions.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/activation.h"
#include "api_access/explanation.h"
#include "api_access/impact.h"
#include "api_access/ip.h"
#include "api_access/json/acceptances.h"
#include "api_access/json/reports.h"
#include "api_access/json/request_line.h"
#include "api_access/quote.h"
#include "api_access/review.h"
#include "api_access/timestamp.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/request_line_json.h"

namespace api_access {
namespace {

using internal::JsonCursor;

// What is asked about.
struct Asked {
  const Account& account;
  const Evaluator& evaluator;
  const MethodCatalogue& catalogue;
};

constexpr std::string_view kNow = "Now";

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

// Each answers the question of its name. What it returns counts only if the
// options have no error then.

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

constexpr std::string_view kCheckOptions[] = {
    kNow, "MaxAccessKeyExpirationSeconds", "RequireTrustedEnv"};
std::string AnswerCheck(const Asked& asked, const JsonCursor& options) {
  const Timestamp now = ReadNow(options);
  RequestedPolicy requested = {
      .max_access_key_expiration_seconds =
          asked.account.policy().max_access_key_expiration_seconds(),
      .require_trusted_env = true};
  ReadOption(options["MaxAccessKeyExpirationSeconds"],
             requested.max_access_key_expiration_seconds);
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
  const JsonCursor ca_ends = options["CaEnds"];
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

constexpr std::string_view kFactorsOptions[] = {"ClientIp"};
std::string AnswerFactors(const Asked& asked, const JsonCursor& options) {
  std::optional<IpAddress> address;
  if (const JsonCursor option = options["ClientIp"]; !option.is_absent()) {
    address = option.Take(IpAddress::Parse(option.String()));
  }
  return FactorsJson(asked.account, asked.evaluator, address);
}

constexpr struct {
  std::string_view name;
  std::span<const std::string_view> options;
  std::string (*answer)(const Asked& asked, const JsonCursor& options);
} kQuestions[] = {
    {"check", kCheckOptions, &AnswerCheck},
    {"explain", kExplainOptions, &AnswerExplain},
    {"factors", kFactorsOptions, &AnswerFactors},
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
