#include "examples/nginx/tls_facts.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <memory>

#include "api_access/quote.h"

namespace api_access::examples {
namespace {

// Tells our data from those of others, and from none: an empty chain is kept,
// too.
constexpr std::string_view kMark = "api_access:";

SSL_verify_cb other_callback = nullptr;

void AppendFingerprint(const X509* certificate, std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 0xf];
  }
}

// Called for each certificate of a chain, the client's own last. `passed` does
// not tell of errors that were passed over before.
int KeepVerifiersOfChain(int passed, X509_STORE_CTX* verification) {
  if (other_callback != nullptr) passed = other_callback(passed, verification);
  if (passed != 1 || X509_STORE_CTX_get_error(verification) != X509_V_OK ||
      X509_STORE_CTX_get_error_depth(verification) != 0) {
    return passed;
  }
  std::string kept(kMark);
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(verification);
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    AppendFingerprint(sk_X509_value(chain, i), kept);
  }
  const auto* connection = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(
      verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  // Where this fails the session does not tell, and the client is denied.
  SSL_SESSION_set1_ticket_appdata(SSL_get_session(connection), kept.data(),
                                  kept.size());
  return passed;
}

std::string NameText(const X509_NAME* name) {
  std::array<char, 256> text;
  X509_NAME_oneline(name, text.data(), text.size());
  return Quote(text.data());
}

std::optional<std::string> CommonName(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) {
    return std::nullopt;
  }
  const ASN1_STRING* text =
      X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  const int size = ASN1_STRING_length(text);
  if (size <= 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(size));
}

}  // namespace

void KeepVerifiers(SSL_CTX* context) {
  const SSL_verify_cb callback = SSL_CTX_get_verify_callback(context);
  if (callback == &KeepVerifiersOfChain) return;
  other_callback = callback;
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context),
                     &KeepVerifiersOfChain);
}

std::string CaWithoutIssuer(SSL_CTX* context) {
  struct Free {
    void operator()(STACK_OF(X509) * certificates) const {
      sk_X509_pop_free(certificates, X509_free);
    }
  };
  const std::unique_ptr<STACK_OF(X509), Free> cas(
      X509_STORE_get1_all_certs(SSL_CTX_get_cert_store(context)));
  const int count = sk_X509_num(cas.get());
  for (int i = 0; i < count; ++i) {
    X509* ca = sk_X509_value(cas.get(), i);
    bool found = false;
    for (int j = 0; j < count && !found; ++j) {
      found = X509_check_issued(sk_X509_value(cas.get(), j), ca) == X509_V_OK;
    }
    if (!found) {
      return "no client can be verified under the CA " +
             NameText(X509_get_subject_name(ca)) +
             ": expected that of its issuer " +
             NameText(X509_get_issuer_name(ca)) +
             " among the trusted ones, too";
    }
  }
  return "";
}

PeerCertificate ReadPeerCertificate(const SSL* connection) {
  using State = PeerCertificate::State;
  const X509* leaf = SSL_get0_peer_certificate(connection);
  // Without one the result of the verification is X509_V_OK, too.
  if (leaf == nullptr) return {};
  if (SSL_get_verify_result(connection) != X509_V_OK) {
    return {.state = State::kNotVerified};
  }
  void* data = nullptr;
  std::size_t size = 0;
  SSL_SESSION_get0_ticket_appdata(SSL_get_session(connection), &data, &size);
  std::string_view kept(static_cast<const char*>(data), size);
  if (!kept.starts_with(kMark)) return {.state = State::kUnknown};
  kept.remove_prefix(kMark.size());
  return {
      .state = State::kVerified, .fingerprints = kept, .cn = CommonName(leaf)};
}

}  // namespace api_access::examples
