// Access keys: the credentials that sign requests.

#ifndef API_ACCESS_ACCESS_KEY_H_
#define API_ACCESS_ACCESS_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "api_access/timestamp.h"

namespace api_access {

enum class AccessKeyState : std::uint8_t {
  kInactive = 0,
  kActive,
};

inline constexpr std::array<AccessKeyState, 2> kAllAccessKeyStates = {
    AccessKeyState::kInactive, AccessKeyState::kActive};

// `ACTIVE`; `INACTIVE` for kInactive and any value that is not an enumerator.
constexpr std::string_view ToString(AccessKeyState state) {
  return state == AccessKeyState::kActive ? "ACTIVE" : "INACTIVE";
}

// `ACTIVE` and `INACTIVE`, as the provider spells them, and nothing else.
// Errors: kInvalidArgument. Allocates only to report one.
absl::StatusOr<AccessKeyState> ParseAccessKeyState(std::string_view text);

// An access key of the root user or of one EIM user. Immutable. A moved-from
// key has an empty id, and Account::Create refuses it.
//
// Const members may be called concurrently. Source: the provider's user guide
// (About Access Keys) and OpenAPI description.
class AccessKey {
 public:
  struct Fields {
    // Any bytes, not empty.
    std::string id;
    AccessKeyState state = AccessKeyState::kInactive;
    // From kMinTimestamp to kMaxTimestamp. From this very instant on the key is
    // expired (our choice). Absent: never, as the provider has it.
    std::optional<Timestamp> expiration = std::nullopt;
    // The EIM user that the key belongs to, not empty; absent: the root user.
    std::optional<std::string> user_name = std::nullopt;
    // Any text that people gave the key, and when it was made, from
    // kMinTimestamp to kMaxTimestamp. Absent: not known. No verdict depends on
    // them.
    std::optional<std::string> tag = std::nullopt;
    std::optional<Timestamp> creation_date = std::nullopt;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  //   AccessKey::Create({.id = "ABCDEFGHIJ0123456789",
  //                      .state = AccessKeyState::kActive,
  //                      .expiration = *ParseTimestamp("2063-04-05")})
  //   AccessKey::Create({.id = ""})   error: an empty id
  //
  // Errors: kInvalidArgument.
  static absl::StatusOr<AccessKey> Create(Fields fields);

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  const std::string& id() const { return fields_.id; }
  AccessKeyState state() const { return fields_.state; }
  const std::optional<Timestamp>& expiration() const {
    return fields_.expiration;
  }
  // From the very instant of its expiration on (our choice).
  bool IsExpiredAt(Timestamp now) const {
    return fields_.expiration && now >= *fields_.expiration;
  }
  const std::optional<std::string>& user_name() const {
    return fields_.user_name;
  }
  const std::optional<std::string>& tag() const { return fields_.tag; }
  const std::optional<Timestamp>& creation_date() const {
    return fields_.creation_date;
  }

  // ``access key `KEY`, ACTIVE, of the root user, never expires``.
  std::string ToString() const;

  friend bool operator==(const AccessKey&, const AccessKey&) = default;

 private:
  explicit AccessKey(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

inline std::ostream& operator<<(std::ostream& out, AccessKeyState state) {
  return out << ToString(state);
}
inline std::ostream& operator<<(std::ostream& out, const AccessKey& key) {
  return out << key.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_ACCESS_KEY_H_
