// GoogleTest matchers for what the library answers. Part of
// api_access::testing.
//
// When one fails, the message says what was asked and why the answer is what it
// is: the request, the login, the session, and what each rule made of it.

#ifndef API_ACCESS_TESTING_MATCHERS_H_
#define API_ACCESS_TESTING_MATCHERS_H_

#include <optional>
#include <string>

#include "api_access/activation.h"
#include "api_access/decision.h"
#include "api_access/factors.h"
#include "api_access/testing/tested_account.h"
#include "gmock/gmock.h"

namespace api_access {

//   EXPECT_THAT(account.Decide(request), IsAllowed());
::testing::Matcher<const Outcome&> IsAllowed();
// Allowed, the decision naming this rule: the first that matches.
::testing::Matcher<const Outcome&> IsAllowedByRule(std::string rule_id);
// Denied for this reason, which must be one of a denial to match anything.
::testing::Matcher<const Outcome&> IsDenied(Reason reason);
// The method needs exactly this from the client address:
//   Requires({{Factor::kAccessKey, Factor::kCertificate}})
::testing::Matcher<const Outcome&> Requires(FactorRequirement requirement);

//   EXPECT_THAT(CheckActivation(account, requested, now), IsReady());
::testing::Matcher<const ActivationReport&> IsReady();
// The report has this violation, about this id, or about anything at all when
// none is given; others may be there as well.
::testing::Matcher<const ActivationReport&> HasViolation(
    ViolationCode code, std::optional<std::string> subject = std::nullopt);
::testing::Matcher<const ActivationReport&> HasWarning(
    WarningCode code, std::optional<std::string> subject = std::nullopt);

}  // namespace api_access

#endif  // API_ACCESS_TESTING_MATCHERS_H_
