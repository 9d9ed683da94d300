// What is worth knowing, with what would help.

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "src/base/text.h"
#include "src/page/facts.h"
#include "src/page/table.h"
#include "src/page/words.h"

namespace api_access::internal {
namespace {

// Every enumerator is here: compilers warn of one that is not.
Html HelpFor(ReviewCode code) {
  switch (code) {
    case ReviewCode::kRuleRedundant:
      return Html(
          "Delete one such rule, which changes no verdict, and look again: "
          "others may then be needed.");
    case ReviewCode::kRangeRedundant:
      return Html("Take the range out of the rule: no verdict changes.");
    case ReviewCode::kAnyAddressWithoutCertificate:
      return Html("Name the addresses that are needed, or a CA.");
    case ReviewCode::kAnyAddressWithKeyAlone:
      return Html(
          "Name the addresses that are needed: the trusted session "
          "skips certificates for ordinary methods.");
    case ReviewCode::kActiveKeyExpired:
      return Html("Delete the key, or set it to INACTIVE.");
    case ReviewCode::kKeyNeverExpires:
      return Html("Give the key an expiration.");
    case ReviewCode::kKeyExpiresSoon:
      return Html(
          "Create the next key, and change to it before this one "
          "expires.");
    case ReviewCode::kMaxBelow:
      return Html(
          "Raise the maximum, or make sure that keys are renewed in "
          "time.");
    case ReviewCode::kUnknownCa:
      return Html(
          "Take the id out of the rules, or upload the CA again and "
          "name its new id.");
    case ReviewCode::kPolicyContradicted:
      return Html(
          "Change the key, the rule or the policy: the provider would "
          "not accept them together today.");
    case ReviewCode::kNoRules:
      return Html("Create a rule: without one nobody gets in.");
    case ReviewCode::kRangeWithoutClient:
      return Html(
          "Write the range that was meant; any address is 0.0.0.0/0 "
          "and ::/0.");
    case ReviewCode::kRootKeyActive:
      return Html("Use keys of EIM users, and delete the root user's.");
    case ReviewCode::kKeyOlderThan:
      return Html("Create a new key, change to it, and delete this one.");
    case ReviewCode::kSeveralActiveKeys:
      return Html("Keep the key that is in use.");
    case ReviewCode::kNoMaxLifetime:
      return Html("Set a maximum.");
    case ReviewCode::kNoTrustedSession:
      return Html(
          "Activate a trusted session: this page says what is in the "
          "way.");
    case ReviewCode::kManagingWithoutCertificate:
      return Html("Name a CA in the rule.");
    case ReviewCode::kCaWithoutCn:
      return Html("Name the CNs that are meant.");
    case ReviewCode::kCaUploadedTwice:
      return Html("Name one of them in all rules, then delete the other.");
    case ReviewCode::kCaExpiresSoon:
      return Html(
          "Upload the next CA, and name it in the rules beside this "
          "one before it ends.");
  }
  return Html("-");
}

}  // namespace

Html FindingsSection(const Facts& facts, std::size_t most) {
  if (!facts.findings.ok()) {
    return Section(
        "findings", "What is worth knowing",
        Paragraph("Not found out: " + MessageOf(facts.findings.status())));
  }
  std::map<ReviewCode, std::size_t> counts;
  for (const ReviewFinding& finding : *facts.findings) ++counts[finding.code];
  Html html = Paragraph(Count(facts.findings->size(), "finding") + ".");
  if (!counts.empty()) {
    using Counted = std::pair<const ReviewCode, std::size_t>;
    html +=
        TableOf("help-table", Html("What would help"),
                HeadRow({"Code", "Findings", "What would help"}), counts,
                counts.size(), [](const Counted& counted) {
                  return Row({}, {Html::Text(ToString(counted.first)),
                                  Html::Text(std::to_string(counted.second)),
                                  HelpFor(counted.first)});
                });
    html += TableOf(
        "findings-table", Html("All findings"),
        HeadRow({"Code", "Subject", "What was found"}), *facts.findings, most,
        [](const ReviewFinding& finding) {
          const std::string code(ToString(finding.code));
          return Row(
              {{"data-code", code}},
              {Html::Text(code),
               finding.subject.empty() ? Html("-") : Html::Id(finding.subject),
               Html::Text(finding.message)});
        });
  }
  return Section("findings", "What is worth knowing", html);
}

}  // namespace api_access::internal
