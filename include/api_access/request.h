// Requests to decide on, as facts that the gateway has already verified.

#ifndef API_ACCESS_REQUEST_H_
#define API_ACCESS_REQUEST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/ip.h"
#include "api_access/method.h"

namespace api_access {

// What the gateway has found out about the client certificate of a connection.
// Owns its bytes: make it once per connection and point to it from each
// request. Immutable. A moved-from certificate has no CA ids: it is none.
//
// Const members may be called concurrently. Source: the provider's OpenAPI
// description; how several CNs count is our choice.
class ClientCertificate {
 public:
  struct Fields {
    // Ids of the CAs under which the certificate was verified: several when the
    // same CA was uploaded more than once. Any bytes, none empty; a repeated
    // one counts once. None at all is no certificate, whatever the CN.
    std::vector<std::string> ca_ids;
    // The common name: any bytes, not empty. Absent for a certificate without
    // one, and for one with several: it counts as having none.
    std::optional<std::string> cn = std::nullopt;

    friend bool operator==(const Fields&, const Fields&) = default;
  };
  // Errors: kInvalidArgument.
  static absl::StatusOr<ClientCertificate> Create(Fields fields);

  // All of them, for a copy with some changed: Create takes it.
  const Fields& fields() const { return fields_; }
  // In byte order, without repetitions.
  const std::vector<std::string>& ca_ids() const { return fields_.ca_ids; }
  const std::optional<std::string>& cn() const { return fields_.cn; }

  // ``a certificate under `ca-1` of CN `client.a` ``.
  std::string ToString() const;

  friend bool operator==(const ClientCertificate&,
                         const ClientCertificate&) = default;

 private:
  explicit ClientCertificate(Fields fields) : fields_(std::move(fields)) {}

  Fields fields_;
};

enum class LoginKind : std::uint8_t {
  kNone = 0,
  kAccessKey,
  kPassword,  // login and password of the root user
};

inline constexpr std::array<LoginKind, 3> kAllLoginKinds = {
    LoginKind::kNone, LoginKind::kAccessKey, LoginKind::kPassword};

// `None`, `AccessKey`, `Password`; `None` for any other value.
constexpr std::string_view ToString(LoginKind login) {
  switch (login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey:
      return "AccessKey";
    case LoginKind::kPassword:
      return "Password";
  }
  return "None";
}

// The login whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<LoginKind> ParseLoginKind(std::string_view text);

// One request. The signature or the password, and the certificate, have been
// verified by the gateway. A view of the caller's data: it must not outlive
// what it points to, nor need it beyond the call that takes it.
struct Request {
  Method method;
  IpAddress client_address;
  // Any other value than an enumerator is no login.
  LoginKind login = LoginKind::kNone;
  // The id of the key that signed the request; read with kAccessKey only.
  std::string_view access_key_id = {};
  // Null: no certificate was presented.
  const ClientCertificate* certificate = nullptr;
};

// What a caller presents, whatever the method: a request that owns its data.
//   const Caller caller = {.client_address = address,
//                          .login = LoginKind::kAccessKey,
//                          .access_key_id = "ABCDEFGHIJ0123456789"};
//   evaluator.Decide(caller.For(FindMethod("api", "ReadVms")), now)
//
// What is omitted is not presented. Equal when all members are, the access key
// id too where it is not read.
//
// Const members may be called concurrently.
struct Caller {
  IpAddress client_address;
  // As of Request.
  LoginKind login = LoginKind::kNone;
  std::string access_key_id = {};
  // Absent: no certificate was presented.
  std::optional<ClientCertificate> certificate = std::nullopt;

  // Copies what `request` presents, the access key id with kAccessKey only.
  static Caller Of(const Request& request);

  // This caller's request for `method`. A view: the caller has to outlive it
  // and stay as it is, so a temporary caller has none. Does not allocate.
  Request For(const Method& method) const& {
    return {.method = method,
            .client_address = client_address,
            .login = login,
            .access_key_id = access_key_id,
            .certificate = certificate ? &*certificate : nullptr};
  }
  Request For(const Method& method) const&& = delete;

  // ``192.0.2.7 with access key `KEY`, with a certificate under `ca-1` of CN
  // `client.a` ``, or `192.0.2.7 without login, without certificate`. Bytes
  // that are not printable are escaped, and long ids are cut.
  std::string ToString() const;

  friend bool operator==(const Caller&, const Caller&) = default;
};

// A caller whom people know by a name, such as that of a job or of a team.
struct NamedCaller {
  std::string name;
  Caller caller;

  friend bool operator==(const NamedCaller&, const NamedCaller&) = default;
};

inline std::ostream& operator<<(std::ostream& out,
                                const ClientCertificate& certificate) {
  return out << certificate.ToString();
}
inline std::ostream& operator<<(std::ostream& out, LoginKind login) {
  return out << ToString(login);
}
inline std::ostream& operator<<(std::ostream& out, const Caller& caller) {
  return out << caller.ToString();
}

}  // namespace api_access

#endif  // API_ACCESS_REQUEST_H_
