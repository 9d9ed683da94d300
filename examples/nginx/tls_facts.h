// Who the client of a TLS connection is, as OpenSSL has verified it.
//
// A resumed session has the client's certificate, but no longer the chain that
// verified it. So the fingerprints of that chain are kept in the session
// itself, where neither a ticket nor a cache loses them, and are read from
// there alone.

#ifndef API_ACCESS_EXAMPLES_NGINX_TLS_FACTS_H_
#define API_ACCESS_EXAMPLES_NGINX_TLS_FACTS_H_

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <string_view>

namespace api_access::examples {

// From now on, sessions of `context` keep who verified the client. What was set
// to be called back during verification still is: it must be the same for all
// contexts. Does nothing where it was called before.
void KeepVerifiers(SSL_CTX* context);

// A sentence about a CA certificate that `context` trusts and that no other one
// there has issued, though it is not self-signed: no client certificate can be
// verified under it. Empty where there is none.
std::string CaWithoutIssuer(SSL_CTX* context);

struct PeerCertificate {
  enum class State {
    kNone,         // the client presented none
    kNotVerified,  // it did not pass
    kUnknown,      // it did, but the session does not tell under which CAs
    kVerified,
  };
  State state = State::kNone;
  // With kVerified, the SHA-1 of each certificate above the client's own in the
  // chain that verified it, in 40 hexadecimal digits each, joined. Valid as
  // long as the connection.
  std::string_view fingerprints = {};
  // With kVerified, the common name: all of its bytes, none cut off at a NUL.
  // Absent where the certificate has none, an empty one, or several.
  std::optional<std::string> cn = std::nullopt;
};

PeerCertificate ReadPeerCertificate(const SSL* connection);

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_NGINX_TLS_FACTS_H_
