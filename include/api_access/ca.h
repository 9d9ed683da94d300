// Client certificate authorities that were uploaded to an account.

#ifndef API_ACCESS_CA_H_
#define API_ACCESS_CA_H_

#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "api_access/timestamp.h"

namespace api_access {

// A client certificate authority. No verdict depends on the CAs of an account:
// an API access rule may name one that was deleted, or has expired. Immutable.
// A moved-from CA has an empty id, and Account::Create refuses it.
//
// Const members may be called concurrently. Source: the provider's OpenAPI
// description; that rules keep the id of a deleted CA is our choice.
class Ca {
 public:
  struct Fields {
    // Any bytes, not empty.
    std::string id;
    // SHA-1 of the CA's certificate: 40 hexadecimal digits in either case;
    // absent: not known.
    std::optional<std::string> fingerprint = std::nullopt;
    // The first instant at which the CA's certificate is no longer valid, from
    // kMinTimestamp to kMaxTimestamp: one second after the notAfter of X.509,
    // which is still valid. Absent: not known. The provider does not tell, so
    // it comes from the certificate itself.
    std::optional<Timestamp> valid_until = std::nullopt;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  //   Ca::Create({.id = "ca-1"})
  //   Ca::Create({.id = "ca-1", .fingerprint = "12:34"})   error: no SHA-1
  //
  // Errors: kInvalidArgument.
  static absl::StatusOr<Ca> Create(Fields fields);

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  const std::string& id() const { return fields_.id; }
  // In lower case.
  const std::optional<std::string>& fingerprint() const {
    return fields_.fingerprint;
  }
  const std::optional<Timestamp>& valid_until() const {
    return fields_.valid_until;
  }

  // ``CA `ca-1` ``.
  std::string ToString() const;

  friend bool operator==(const Ca&, const Ca&) = default;

 private:
  explicit Ca(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

inline std::ostream& operator<<(std::ostream& out, const Ca& ca) {
  return out << ca.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_CA_H_
