// Client certificate authorities that were uploaded to an account.

#ifndef API_ACCESS_CA_H_
#define API_ACCESS_CA_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace api_access {

// A client certificate authority, known by its id alone. No verdict depends on
// the CAs of an account: an API access rule may name one that was deleted.
// Immutable. A moved-from CA has an empty id, which no rule names.
//
// Const members may be called concurrently. Source: the provider's OpenAPI
// description; that rules keep the id of a deleted CA is our choice.
class Ca {
 public:
  struct Fields {
    // Any bytes, not empty.
    std::string id;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  // Errors: kInvalidArgument.
  static absl::StatusOr<Ca> Create(Fields fields);

  const std::string& id() const { return fields_.id; }

  friend bool operator==(const Ca&, const Ca&) = default;

 private:
  explicit Ca(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

}  // namespace api_access

#endif  // API_ACCESS_CA_H_
