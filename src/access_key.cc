#include "api_access/access_key.h"

#include <utility>

#include "absl/status/status.h"
#include "src/base/text.h"

namespace api_access {

using internal::InvalidArgument;

absl::StatusOr<AccessKeyState> ParseAccessKeyState(std::string_view text) {
  if (text == "ACTIVE") return AccessKeyState::kActive;
  if (text == "INACTIVE") return AccessKeyState::kInactive;
  return InvalidArgument("expected the state ACTIVE or INACTIVE, got " +
                         Quote(text));
}

absl::StatusOr<AccessKey> AccessKey::Create(Fields fields) {
  if (fields.id.empty()) {
    return InvalidArgument("expected an access key id, got an empty one");
  }
  const std::string subject = "access key " + Quote(fields.id);
  if (fields.state != AccessKeyState::kActive &&
      fields.state != AccessKeyState::kInactive) {
    return InvalidArgument(subject +
                           ": expected the state kActive or kInactive, got " +
                           std::to_string(static_cast<int>(fields.state)));
  }
  const auto check_date = [&](const std::optional<Timestamp>& date,
                              const std::string& what) {
    if (!date || (*date >= kMinTimestamp && *date <= kMaxTimestamp)) {
      return absl::OkStatus();
    }
    return InvalidArgument(subject + ": expected " + what +
                           " in the years 0001 to 9999, got " +
                           FormatTimestamp(*date));
  };
  absl::Status status = check_date(fields.expiration, "an expiration");
  status.Update(check_date(fields.creation_date, "a creation date"));
  if (!status.ok()) return status;
  if (fields.user_name && fields.user_name->empty()) {
    return InvalidArgument(subject +
                           ": expected a user name, got an empty one");
  }
  return AccessKey(std::move(fields));
}

std::string AccessKey::ToString() const {
  std::string text = "access key " + Quote(id()) + ", " +
                     std::string(api_access::ToString(state())) + ", of ";
  text += user_name() ? "EIM user " + Quote(*user_name()) : "the root user";
  text += expiration() ? ", expires at " + FormatTimestamp(*expiration())
                       : ", never expires";
  return text;
}

}  // namespace api_access
