#include "api_access/json/acceptances.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "api_access/quote.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/line.h"

namespace api_access {
namespace {

using internal::Field;
using internal::JsonCursor;

constexpr Field<Acceptance> kFields[] = {
    {"Code",
     [](const JsonCursor& cursor, Acceptance& acceptance) {
       const std::string text = cursor.String();
       if (cursor.failed()) return;
       const auto code = cursor.Take(ParseReviewCode(text));
       if (code) acceptance.code = *code;
     }},
    {"Subject",
     [](const JsonCursor& cursor, Acceptance& acceptance) {
       acceptance.subject = cursor.String();
     }},
    {"Reason",
     [](const JsonCursor& cursor, Acceptance& acceptance) {
       acceptance.reason = cursor.NonEmptyString();
     }},
    {"Until",
     [](const JsonCursor& cursor, Acceptance& acceptance) {
       const std::string text = cursor.String();
       if (cursor.failed()) return;
       const auto until = cursor.Take(ParseTimestamp(text));
       if (until) acceptance.until = *until;
     }},
};

}  // namespace

absl::StatusOr<std::vector<Acceptance>> ParseAcceptances(
    std::string_view text) {
  std::vector<Acceptance> acceptances;
  std::set<std::pair<ReviewCode, std::string>> seen;
  const auto known = internal::NamesOf(kFields);
  const absl::Status status =
      internal::ForEachLine(text, [&](std::string_view line) {
        Acceptance acceptance;
        absl::Status read =
            internal::ReadLine(line, known, [&](const JsonCursor& root) {
              internal::ReadFields(root, kFields, acceptance);
            });
        if (!read.ok()) return read;
        if (!seen.emplace(acceptance.code, acceptance.subject).second) {
          return absl::InvalidArgumentError(
              "expected each code and subject once, got " +
              std::string(ToString(acceptance.code)) + " of " +
              Quote(acceptance.subject) + " again");
        }
        acceptances.push_back(std::move(acceptance));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return acceptances;
}

}  // namespace api_access
