// Explanations against the oracle and the decision, and each remedy applied.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "api_access/explanation.h"
#include "api_access/remedies.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"

namespace api_access {
namespace {

bool SameLogin(const Caller& a, const Caller& b) {
  return a.login == b.login && (a.login != LoginKind::kAccessKey ||
                                a.access_key_id == b.access_key_id);
}

int Changes(const Caller& a, const Caller& b) {
  return int{!SameLogin(a, b)} + int{a.certificate != b.certificate} +
         int{a.client_address != b.client_address};
}

// What is wrong with a remedy of a denial; empty: nothing.
std::string WhyWrong(const Remedy& remedy, const Caller& from,
                     const Explanation& explanation, const Evaluator& evaluator,
                     Timestamp now) {
  const Caller& to = remedy.caller;
  if (!evaluator.Decide(to.For(explanation.method), now).allowed()) {
    return "does not help";
  }
  if (remedy.text.empty() || !IsPrintable(remedy.text)) return "is unclear";
  if (remedy.changes_login == SameLogin(from, to) ||
      remedy.changes_certificate == (from.certificate == to.certificate) ||
      remedy.changes_address == (from.client_address == to.client_address)) {
    return "says that it changes something else";
  }
  if (from.client_address.is_v4() != to.client_address.is_v4()) {
    return "is of another family";
  }
  return "";
}

// What the explanation says of each rule, where it says anything.
bool RulesAreRight(const Explanation& explanation, const oracle::Account& plain,
                   const oracle::Request& request) {
  if (explanation.rules.size() != plain.rules.size()) return false;
  const oracle::Strings& by_rules = {
      "rule-matched",        "cn-not-allowed",        "ca-not-allowed",
      "certificate-missing", "source-ip-not-allowed", "no-rules"};
  const bool are_asked =
      explanation.key_assumed_usable ||
      std::ranges::count(by_rules, ToString(explanation.decision.reason)) > 0;
  const bool bypass = oracle::Bypasses(plain, request);
  for (std::size_t i = 0; i < plain.rules.size(); ++i) {
    const RuleExplanation& rule = explanation.rules[i];
    if (rule.rule_id != plain.rules[i].id ||
        rule.ip_range_count < rule.ip_ranges.size() ||
        ToString(rule.reason) !=
            (are_asked ? oracle::TryRule(plain.rules[i], request, bypass)
                       : "not-decided")) {
      return false;
    }
  }
  return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const oracle::ReadFolder folder = draw.Account(40);
  const oracle::Account& plain = folder.account;
  const Account account = Build(folder, "");
  const Evaluator evaluator = *Evaluator::Compile(account);
  const oracle::Request request = draw.Request(plain);
  const BuiltRequest built(request);
  const oracle::Milliseconds instant = draw.Now();
  const Timestamp now = Instant(instant);
  const Explanation explanation =
      Explain(evaluator, built.Get(), now,
              ExplanationContext::Of(account, request.method));
  const auto fail = [&](const std::string& why) {
    Fail(why + '\n' + Describe(plain) + '\n' + Describe(request) + " at " +
         std::to_string(instant) + '\n' + ToString(explanation));
  };
  if (Text(explanation.decision) !=
      Text(oracle::Decide(plain, request, instant))) {
    fail("another decision");
  }
  if (explanation.decision != evaluator.Decide(built.Get(), now)) {
    fail("another decision than that of the evaluator");
  }
  if (!RulesAreRight(explanation, plain, request)) fail("other rules");
  // Lines of text.
  std::string text = ToString(explanation);
  std::erase(text, '\n');
  if (text.empty() || !IsPrintable(text)) fail("not printable");

  const std::vector<Remedy>& remedies = explanation.remedies;
  if (explanation.decision.allowed() != explanation.no_remedy.empty() &&
      remedies.empty()) {
    fail("no word about remedies");
  }
  if (explanation.decision.allowed() && !remedies.empty()) {
    fail("remedies of an allow");
  }
  if (remedies.size() > kMaxRemedies) fail("too many remedies");
  for (const Remedy& remedy : remedies) {
    const std::string wrong =
        WhyWrong(remedy, built.caller, explanation, evaluator, now);
    if (!wrong.empty()) fail("a remedy " + wrong + ": " + remedy.text);
  }
  // What else could be presented from there.
  for (std::size_t i = draw.Below(8); i > 0; --i) {
    oracle::Request other = draw.Request(plain);
    other.service = request.service;
    other.method = request.method;
    other.ip = request.ip;
    const BuiltRequest candidate(other);
    if (explanation.decision.allowed() ||
        !evaluator.Decide(candidate.Get(), now).allowed()) {
      continue;
    }
    if (remedies.empty()) fail("no remedy, but this helps: " + Describe(other));
    if (Changes(built.caller, remedies.front().caller) >
        Changes(built.caller, candidate.caller)) {
      fail("this changes less: " + Describe(other));
    }
  }
  return 0;
}

}  // namespace api_access
