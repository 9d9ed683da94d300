#include "api_access/page/report_page.h"

#include <algorithm>
#include <utility>

#include "api_access/access_map.h"
#include "api_access/evaluator.h"
#include "api_access/review.h"
#include "api_access/version.h"
#include "src/page/alone.h"
#include "src/page/facts.h"
#include "src/page/html.h"
#include "src/page/style.h"
#include "src/page/words.h"

namespace api_access {
namespace {

using internal::Element;
using internal::Facts;
using internal::Html;

Html PageOf(const Facts& facts, std::size_t most) {
  const Html sections = FirstSection(facts) + ActivationSection(facts, most) +
                        CallersSection(facts, most) + FactorsSection(facts) +
                        MapSection(facts, most) + LogSection(facts, most) +
                        RulesSection(facts, most) + KeysSection(facts, most) +
                        FindingsSection(facts, most) +
                        DifferenceSection(facts, most) +
                        NotToldSection(facts, most);
  // The policy of the page forbids to load or to run anything.
  return Html(
             "<!DOCTYPE html>\n"
             "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
             "<head>\n"
             "<meta charset=\"utf-8\"/>\n"
             "<meta http-equiv=\"Content-Security-Policy\" "
             "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
             "<meta name=\"viewport\" "
             "content=\"width=device-width, initial-scale=1\"/>\n"
             "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
             "<title>API access report</title>\n") +
         Element("style", Html(internal::kPageStyle)) +
         Html("\n</head>\n<body>\n") +
         Element("header",
                 Element("h1", Html("API access report")) +
                     Element("p", Html("Who gets in from where, and until "
                                       "when, as of ") +
                                      internal::DateHtml(facts.now))) +
         Html("\n") + Element("main", sections) + Html("\n") +
         Element("footer", Element("p", Html("Made by api_access ") +
                                            Html::Text(kVersion))) +
         Html("\n</body>\n</html>\n");
}

}  // namespace

absl::StatusOr<std::string> ReportPage(const Account& account, Timestamp now,
                                       const ReportOptions& options) {
  const auto ended = WithCaEnds(account, options.ca_ends);
  if (!ended.ok()) return ended.status();
  Facts facts = {
      .account = *ended,
      .now = now,
      .options = options,
      .activation = CheckActivation(*ended, internal::AskedPolicy(*ended), now),
      .map = MapAccess(*ended),
      .findings = Review(*ended, now, {})};
  if (!options.callers.empty()) {
    auto forecast = Forecast(*ended, options.callers, now);
    if (!forecast.ok()) return forecast.status();
    facts.forecast = *std::move(forecast);
  }
  if (options.against != nullptr) {
    facts.difference = DiffAccess(*ended, *options.against, now);
    const auto before = Evaluator::Compile(*ended);
    if (!before.ok()) return before.status();
    const auto after = Evaluator::Compile(*options.against);
    if (!after.ok()) return after.status();
    facts.impact = AssessImpact(*before, *after, {}, options.callers, now);
  }
  // Which it takes to compare rules with each other, too.
  if (facts.map.ok()) {
    facts.alone = internal::AdmittedAlone(*ended, kMaxPageRows);
  }
  std::size_t most = kMaxPageRows;
  std::string page = PageOf(facts, most).text();
  while (page.size() > kMaxPageBytes && most > 1) {
    most -= (most + 3) / 4;
    page = PageOf(facts, most).text();
  }
  return page;
}

}  // namespace api_access
