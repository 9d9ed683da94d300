// One page that shows an account: who gets in from where, and until when.

#ifndef API_ACCESS_PAGE_REPORT_PAGE_H_
#define API_ACCESS_PAGE_REPORT_PAGE_H_

#include <cstddef>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/impact.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "api_access/usage.h"

namespace api_access {

// The most rows of a table. One that has more says how many are left out.
inline constexpr std::size_t kMaxPageRows = 1'000;
// What a page is kept below. Where tables of kMaxPageRows rows would make it
// larger, all of them get fewer rows.
inline constexpr std::size_t kMaxPageBytes = 1'000'000;

// What is known beside the account. A view: it must outlive the call.
struct ReportOptions {
  // Those that the operator relies on. None: lock-outs are not assessed.
  std::span<const NamedCaller> callers = {};
  // As for Forecast and WithCaEnds.
  std::span<const CaEnd> ca_ends = {};
  // An account that may replace this one: the page has the difference from this
  // one to it. Null: none.
  const Account* against = nullptr;
  // What a log tells about the account and, if there is one, about `against`.
  // Null: no log was read.
  const UsageSummary* usage = nullptr;
};

// Draws `account` as it is at the instant `now`, as one HTML page that needs
// nothing else: no script, no font, no picture from outside. It is readable in
// light and dark, on narrow screens and on paper, without colours, and by
// screen readers:
//   const auto page = ReportPage(account, now, {.callers = callers});
//
// It says what CheckActivation, RequiredFactors, MapAccess, Review, Forecast,
// DiffAccess and `options.usage` say, in the words of their texts, such as
// `rule-redundant` and `RootAccessKey`. Ids and other texts of the account are
// escaped, and cut after 64 bytes. What a rule alone admits is the difference
// from the account without the rule; it is left out for rules that share their
// addresses with very many others.
//
// What tests and scripts may look for: `main` has sections with these ids, in
// this order, each with a heading h2:
//   first       what matters most: dl with
//               dd[data-field=Account, Now, TrustedSession, Maximum,
//               NextChange, LockOut, Activation]; those with a date have
//               time[datetime], and LockOut has [data-value] with the text of a
//               LockOut; Activation [data-value]: Ready, NotReady
//   activation  what is in the way of a trusted session
//   callers     [only with callers] who can manage, and what they lose when;
//               tr[data-caller]
//   factors     class x login x certificate
//   map         AccessPicture, then the same regions as a table, the widest
//               first; tr[data-region]: the number of the region in MapAccess
//   log         [only with a log] what it tells; dd[data-field=Entries, From,
//               To, Allow, Depends, Deny, KeyGone, Surprises, NotJudged and,
//               with `against`, Broken, AtRisk]
//   rules       in account order; tr[data-rule] with the number of the rule
//   keys        KeyTimeline, then a table; tr[data-key] as there
//   findings    of Review, with what would help; tr[data-code]
//   difference  [only with `against`] tr[data-kind=Widened, Narrowed];
//               p[data-lock-out] with the text of a LockOut, of the change
//   not-told    what this page cannot tell
// Each table has a caption and is in a div.scroll; p[data-left-out] after it
// says how many rows are left out. A cell of text lists three items at most,
// and how many more there are. Others may be added.
//
// The page is printable ASCII, declared as UTF-8, and well-formed XML as well
// as HTML. The same arguments give the same bytes.
//
// Errors: kInvalidArgument as of Forecast and WithCaEnds; kResourceExhausted as
// of Forecast. What else is too large for MapAccess, Review or DiffAccess is
// left out, and the page says so. Takes the time and memory of these functions.
// May be called concurrently. What the page has is our choice.
absl::StatusOr<std::string> ReportPage(const Account& account, Timestamp now,
                                       const ReportOptions& options = {});

}  // namespace api_access

#endif  // API_ACCESS_PAGE_REPORT_PAGE_H_
