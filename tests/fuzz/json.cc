// The JSON component in both directions: what it reads is what the plain reader
// reads, what it writes it reads back, errors name a place, and whatever comes
// out is printable ASCII.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/account.h"
#include "api_access/change.h"
#include "api_access/evaluator.h"
#include "api_access/json/acceptances.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/changes.h"
#include "api_access/json/expectation.h"
#include "api_access/json/questions.h"
#include "api_access/json/request_line.h"
#include "api_access/json/terraform_plan.h"
#include "api_access/json/usage_report.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/changes.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

// Fails unless the error tells where in the text it is, or is about all of it.
void CheckPlaced(const absl::Status& error) {
  CheckMessage(error);
  const std::string message = Message(error);
  for (const char* const place :
       {"$", "line ", "column ", "it is empty", "got UTF-16"}) {
    if (message.find(place) != std::string::npos) return;
  }
  Fail("names no place: " + message);
}

// What the plain reader does not refuse, since it sets no limits.
bool IsOverLimit(const std::string& message) {
  return message.find("levels of nesting") != std::string::npos ||
         message.find("fit a double") != std::string::npos;
}

void CheckOutput(const std::string& text) {
  if (!IsPrintable(text) || !nlohmann::json::accept(text)) {
    Fail("no printable JSON: " + text);
  }
}

void CheckAccount(const Account& account) {
  const auto document = FormatAccountDocument(account);
  if (!document.ok()) return CheckMessage(document.status());
  CheckOutput(*document);
  const auto back = ParseAccountDocument(*document);
  if (!back.ok()) Fail(Message(back.status()) + " in " + *document);
  if (back->account != AsReadBack(account, back->account.users_doubt())) {
    Fail("another account is read back: " + back->account.ToString() +
         "\ninstead of " + account.ToString());
  }
}

void CheckRequestLine(const std::string& text) {
  const auto line = ParseRequestLine(text);
  const auto expected = oracle::ReadRequestLine(text);
  if (line.ok() != expected.has_value() &&
      (line.ok() || !IsOverLimit(Message(line.status())))) {
    Fail(line.ok() ? "was accepted" : Message(line.status()));
  }
  if (!line.ok()) {
    CheckPlaced(line.status());
    if (const auto id = RequestIdOf(text); id != oracle::IdOf(text)) {
      Fail("another Id: " + id.value_or("-"));
    }
    return;
  }
  if (*line != Build(*expected)) Fail("another request");
  const std::string written = FormatRequestLine(*line);
  CheckOutput(written);
  const auto back = ParseRequestLine(written);
  if (!back.ok() || *back != *line) Fail("another line back: " + written);
}

// One of the answers of an account is replaced.
void CheckAnswers(Draw& draw) {
  static constexpr std::array<const char*, 6> kNames = {
      "ReadAccessKeys.json",       "ReadApiAccessRules.json",
      "ReadApiAccessPolicy.json",  "ReadUsers.json",
      "ReadAccessKeys.alice.json", "ReadCas.json"};
  oracle::Folder folder = {
      {kNames[0], R"({"AccessKeys":[{"AccessKeyId":"k","State":"ACTIVE"}]})"},
      {kNames[1],
       R"({"ApiAccessRules":[{"ApiAccessRuleId":"r","CaIds":["ca-0"]}]})"},
      {kNames[2], R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,)"
                  R"("RequireTrustedEnv":false}})"},
      {kNames[3], R"({"Users":[{"UserName":"alice"}]})"},
      {kNames[4], R"({"AccessKeys":[]})"},
      {kNames[5], R"({"Cas":[{"CaId":"ca-0"}]})"}};
  const std::string name = draw.Pick(kNames);
  folder[name] = draw.Rest();
  std::string cause;
  const auto expected = oracle::Read(folder, cause);
  const auto parsed = ParseAccount(AnswersOf(folder));
  if (parsed.ok() != expected.has_value() &&
      (parsed.ok() || !IsOverLimit(Message(parsed.status())))) {
    Fail((parsed.ok() ? "was accepted" : Message(parsed.status())) + ": " +
         folder[name]);
  }
  if (!parsed.ok()) {
    CheckMessage(parsed.status());
    if (Message(parsed.status()).find(name.substr(0, name.find('.'))) ==
        std::string::npos) {
      Fail("names no answer: " + Message(parsed.status()));
    }
    return;
  }
  if (parsed->account != Build(*expected, parsed->account.users_doubt())) {
    Fail("another account: " + parsed->account.ToString());
  }
  CheckAccount(parsed->account);
}

void CheckChange(const Change& change) {
  const std::string request = FormatRequest(change);
  CheckOutput(request);
  const std::string* new_id = NewIdOf(change);
  const auto back =
      ParseChange(CallOf(change), request, new_id == nullptr ? "new" : *new_id);
  if (!back.ok() || *back != change) Fail("another change back: " + request);
}

void CheckTerraformPlan(const std::string& text) {
  const auto plan = ParseTerraformPlan(text);
  if (!plan.ok()) return CheckPlaced(plan.status());
  for (const std::string& note : plan->notes) {
    if (note.empty() || !IsPrintable(note)) Fail("a note: " + note);
  }
  for (const PlanStep& step : plan->steps) CheckChange(step.change);
}

void CheckLines(std::size_t which, const std::string& text) {
  switch (which) {
    case 0:
      if (const auto read = ParseExpectation(text); !read.ok()) {
        CheckPlaced(read.status());
      }
      break;
    case 1:
      if (const auto read = ParseAcceptances(text); !read.ok()) {
        CheckPlaced(read.status());
      }
      break;
    case 2:
      if (const auto read = ParseCallers(text); !read.ok()) {
        CheckMessage(read.status());
      }
      break;
    case 3: {
      const auto steps = ParseChanges(text);
      if (!steps.ok()) return CheckMessage(steps.status());
      for (const PlanStep& step : *steps) CheckChange(step.change);
      break;
    }
    default: {
      const auto summary = ParseUsageSummary(text);
      if (!summary.ok()) return CheckPlaced(summary.status());
      const std::string written = FormatUsageSummary(*summary);
      CheckOutput(written);
      CheckOutput(UsageReportJson(*summary));
      const auto back = ParseUsageSummary(written);
      if (!back.ok() || FormatUsageSummary(*back) != written) {
        Fail("another summary back: " + written);
      }
    }
  }
}

void CheckQuestion(const Account& account, const std::string& question,
                   const std::string& options) {
  const Evaluator evaluator = *Evaluator::Compile(account);
  const auto answer = Ask(account, evaluator, {}, question, options);
  if (answer.ok()) return CheckOutput(*answer);
  CheckMessage(answer.status());
}

// Options that a question may have, as far as they go.
std::string DrawOptions(const std::string& question, Draw& draw) {
  const oracle::ReadFolder folder = draw.Account(3);
  const oracle::Milliseconds now = draw.Date();
  nlohmann::json options = {{"Now", FormatTimestamp(Instant(now))}};
  const auto add_json = [&](const char* name, const std::string& text) {
    options[name] = nlohmann::json::parse(text);
  };
  if (question == "change") {
    const Change change = Build(draw.Change(folder, now));
    options["Call"] = std::string(CallOf(change));
    add_json("Request", FormatRequest(change));
    options["Diff"] = draw.Flag();
  } else if (question == "diff") {
    const auto document = FormatAccountDocument(Build(folder, ""));
    if (document.ok()) add_json("After", *document);
  } else if (question == "explain") {
    const oracle::RequestLine line = {draw.Request(folder.account)};
    add_json("Request", FormatRequestLine(Build(line)));
  } else if (question == "factors") {
    options = {{"ClientIp", draw.AddressText()}};
  } else if (question == "map") {
    options = nlohmann::json::object();
  } else if (question == "plan") {
    options["Activate"] = {{"MaxAccessKeyExpirationSeconds", draw.Below(5)},
                           {"CaId", "ca-0"}};
    options["Diff"] = draw.Flag();
  } else if (question == "forecast") {
    options["Callers"] = {{{"Name", "a"}, {"ClientIp", draw.AddressText()}}};
  }
  return options.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<const char*, 9> kQuestions = {
      "change",   "check", "diff", "explain", "factors",
      "forecast", "map",   "plan", "review"};
  Draw draw(data, size);
  switch (draw.Below(10)) {
    case 0:
      CheckAccount(Build(draw.Account(8), ""));
      break;
    case 1:
      CheckRequestLine(draw.Rest());
      break;
    case 2:
      CheckAnswers(draw);
      break;
    case 3: {
      const auto parsed = ParseAccountDocument(draw.Rest());
      if (parsed.ok()) {
        CheckAccount(parsed->account);
      } else {
        CheckMessage(parsed.status());
      }
      break;
    }
    case 4:
      CheckTerraformPlan(draw.Rest());
      break;
    case 5: {
      const std::size_t which = draw.Below(5);
      CheckLines(which, draw.Rest());
      break;
    }
    case 6: {
      const Account account = Build(draw.Account(3), "");
      const std::string question = draw.Pick(kQuestions);
      CheckQuestion(account, question, draw.Rest());
      break;
    }
    case 7: {
      const Account account = Build(draw.Account(3), "");
      const std::string question = draw.Pick(kQuestions);
      CheckQuestion(account, question, DrawOptions(question, draw));
      break;
    }
    case 8: {
      const oracle::ReadFolder folder = draw.Account(3);
      const oracle::Change change = draw.Change(folder, draw.Date());
      // JSON holds neither other texts nor other dates.
      bool is_held = !change.date || (Instant(*change.date) >= kMinTimestamp &&
                                      Instant(*change.date) <= kMaxTimestamp);
      for (const auto& text :
           {change.id, change.user, change.tag, change.description,
            std::optional(change.new_id)}) {
        is_held = is_held && text != "" && oracle::IsUtf8(text.value_or(""));
      }
      for (const auto& texts : {change.cas, change.cns}) {
        is_held = is_held && std::ranges::all_of(texts, &oracle::IsUtf8);
      }
      if (is_held) CheckChange(Build(change));
      break;
    }
    default: {
      const oracle::ReadFolder folder = draw.Account(3);
      oracle::RequestLine drawn = {draw.Request(folder.account)};
      drawn.id = draw.MaybeText();
      if (draw.Flag()) drawn.now = draw.Date();
      CheckRequestLine(FormatRequestLine(Build(drawn)));
    }
  }
  return 0;
}

}  // namespace api_access
