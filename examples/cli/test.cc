// api-access test

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/json/expectation.h"
#include "api_access/json/reports.h"
#include "api_access/quote.h"
#include "api_access/rule_coverage.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/junit.h"
#include "examples/cli/lines.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {
    {"--account"}, {"--now"}, {"--format"}, {"--ordinary", Option::kRepeated}};

// The expectations of one file, as they are judged.
struct Expectations {
  std::string file;
  std::vector<JudgedExpectation> judged;
  // In the same order; empty for those that hold.
  std::vector<std::string> explanations;
};

std::string Place(const JudgedExpectation& judged) {
  return Escape(judged.file) + ':' + std::to_string(judged.line_number);
}

absl::StatusOr<Expectations> ReadExpectations(const std::string& file,
                                              const Terminal& terminal) {
  const auto read = ReadFileOrInput(file, terminal);
  if (!read.ok()) return read.status();
  Expectations expectations = {.file = file, .judged = {}, .explanations = {}};
  std::string_view text = *read;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto expectation = ParseExpectation(line);
    if (!expectation.ok()) {
      return absl::InvalidArgumentError(Escape(file) + ':' +
                                        std::to_string(number) + ": " +
                                        MessageOf(expectation.status()));
    }
    expectations.judged.push_back({.expectation = *std::move(expectation),
                                   .decision = {},
                                   .rule_id = {},
                                   .file = file,
                                   .line_number = number});
  }
  if (expectations.judged.empty()) {
    return absl::InvalidArgumentError(
        Escape(file) + ": expected expectations, one a line, got none");
  }
  return expectations;
}

// `expected Deny, got Allow rule-matched by `aar-1``.
std::string DifferenceText(const JudgedExpectation& judged) {
  const Decision& decision = judged.decision;
  std::string text = "expected " + ToString(judged.expectation) + ", got " +
                     std::string(ToString(decision.verdict())) + ' ' +
                     std::string(ToString(decision.reason));
  if (!judged.rule_id.empty()) text += " by " + Quote(judged.rule_id);
  return text;
}

std::string FailuresText(const std::vector<Expectations>& files) {
  std::string text;
  for (const Expectations& file : files) {
    for (std::size_t i = 0; i < file.judged.size(); ++i) {
      const JudgedExpectation& judged = file.judged[i];
      if (judged.held()) continue;
      text += Place(judged) + ": ";
      if (judged.expectation.name) {
        text += '`' + Escape(*judged.expectation.name) + "`: ";
      }
      text += DifferenceText(judged) + '\n' + file.explanations[i] + '\n';
    }
  }
  return text;
}

std::string Junit(const std::vector<Expectations>& files) {
  std::vector<TestSuite> suites;
  for (const Expectations& file : files) {
    TestSuite& suite = suites.emplace_back(TestSuite{file.file, {}});
    for (std::size_t i = 0; i < file.judged.size(); ++i) {
      const JudgedExpectation& judged = file.judged[i];
      const std::string line = "line " + std::to_string(judged.line_number);
      TestCase& test = suite.cases.emplace_back(
          TestCase{judged.expectation.name.value_or(line), judged.line_number});
      if (judged.held()) continue;
      test.failure = {DifferenceText(judged), file.explanations[i]};
    }
  }
  return JunitXml(suites);
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  const auto input =
      ReadInput(options, terminal, Format::kText, Format::kJunit);
  if (!input.ok()) return input.status();
  const auto evaluator = Evaluator::Compile(input->account);
  if (!evaluator.ok()) return evaluator.status();
  // All files are read before anything is judged.
  std::vector<Expectations> files;
  for (const std::string& file : options.operands()) {
    auto expectations = ReadExpectations(file, terminal);
    if (!expectations.ok()) return expectations.status();
    files.push_back(*std::move(expectations));
  }

  // One instant for all of them that have none.
  std::optional<Timestamp> now;
  RuleCoverage coverage(input->account);
  std::vector<JudgedExpectation> all;
  for (Expectations& file : files) {
    for (JudgedExpectation& judged : file.judged) {
      const RequestLine& line = judged.expectation.line;
      if (!line.now && !now) now = input->Now(terminal);
      const Explanation explanation = api_access::Explain(
          *evaluator, line.RequestIn(input->catalogue),
          line.now ? *line.now : *now,
          ExplanationContext::Of(input->account, line.method));
      coverage.Record(explanation);
      judged.decision = explanation.decision;
      judged.rule_id = evaluator->RuleId(explanation.decision);
      file.explanations.push_back(
          judged.held() ? ""
                        : ExplanationText(line, explanation, judged.rule_id));
      all.push_back(judged);
    }
  }
  const auto held = static_cast<std::size_t>(
      std::ranges::count_if(all, &JudgedExpectation::held));

  if (input->format == Format::kJson) {
    terminal.out << ExpectationsJson(all, coverage) << '\n';
  } else if (input->format == Format::kJunit) {
    terminal.out << Junit(files);
  } else {
    terminal.out << AccountSummary::Of(input->account) << '\n'
                 << FailuresText(files) << "Expectations: " << held << " of "
                 << all.size() << " held\nRule coverage: " << coverage << '\n';
  }
  return held == all.size() ? kOk : kNegative;
}

}  // namespace

constinit const Command kTest = {
    .name = "test",
    .options = kOptions,
    .operand = "files of expectations",
    .has_many_operands = true,
    .help =
        R"(api-access test --account DIR [--now T] [--format text|json|junit]
          [--ordinary SERVICE:NAME]... FILE...
  Tells whether an account decides as it should. Each line of a FILE is an
  expectation: a request as of decide, with the answer that it should get.
  Expect is required; where it matters, say the Reason, or the rule that has to
  match. The Name is for reports. Blank lines are skipped; - is the standard
  input.
    {"Name":"The office lists VMs",
     "Service":"api","Method":"ReadVms","ClientIp":"192.0.2.7",
     "Login":"AccessKey","AccessKeyId":"...",
     "Expect":"Allow","Reason":"rule-matched","RuleId":"aar-..."}
  Explains what does not hold, and ends with the coverage of the rules: how
  often each of them, and each of its criteria, was met and missed. JUnit XML is
  for CI systems; it has no coverage. Exit status: 0 if all expectations hold, 1
  if some do not, 2 if an option, the account or some line of a FILE cannot be
  used.

  Example:
    api-access test --account examples/accounts/trusted --now 2030-01-01 \
      examples/accounts/trusted/expectations.jsonl
)",
    .run = &Run,
};

}  // namespace api_access::examples
