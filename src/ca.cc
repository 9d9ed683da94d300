#include "api_access/ca.h"

#include <algorithm>
#include <cstddef>

#include "src/base/text.h"

namespace api_access {
namespace {

using internal::InvalidArgument;

constexpr std::size_t kSha1Digits = 40;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
         (c >= 'A' && c <= 'F');
}

}  // namespace

absl::StatusOr<Ca> Ca::Create(Fields fields) {
  if (fields.id.empty()) {
    return InvalidArgument("expected a CA id, got an empty one");
  }
  const std::string subject = "CA " + Quote(fields.id);
  if (fields.fingerprint) {
    if (fields.fingerprint->size() != kSha1Digits ||
        !std::ranges::all_of(*fields.fingerprint, IsHexDigit)) {
      return InvalidArgument(
          subject + ": expected a fingerprint of 40 hexadecimal digits, got " +
          Quote(*fields.fingerprint));
    }
    for (char& c : *fields.fingerprint) {
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  if (fields.valid_until && (*fields.valid_until < kMinTimestamp ||
                             *fields.valid_until > kMaxTimestamp)) {
    return InvalidArgument(
        subject +
        ": expected an end of validity in the years 0001 to 9999, got " +
        FormatTimestamp(*fields.valid_until));
  }
  return Ca(std::move(fields));
}

std::string Ca::ToString() const { return "CA " + Quote(id()); }

}  // namespace api_access
