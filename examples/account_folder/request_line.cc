#include "examples/account_folder/request_line.h"

#include <utility>
#include <vector>

#include "api_access/ip.h"
#include "examples/account_folder/json_cursor.h"

namespace api_access::examples {
namespace {

constexpr std::string_view kLineFields[] = {
    "Service",     "Method",      "ClientIp", "Login",
    "AccessKeyId", "Certificate", "Now"};
constexpr std::string_view kCertificateFields[] = {"CaIds", "Cn"};

LoginKind ParseLogin(const JsonCursor& cursor) {
  const std::optional<std::string> login = cursor.OptionalString();
  if (!login) return LoginKind::kNone;
  if (*login == "AccessKey") return LoginKind::kAccessKey;
  if (*login == "Password") return LoginKind::kPassword;
  cursor.Fail("expected AccessKey, Password or null, got " + Quote(*login));
  return LoginKind::kNone;
}

std::optional<ClientCertificate> ParseCertificate(const JsonCursor& cursor) {
  if (cursor.is_absent()) return std::nullopt;
  cursor.ExpectOnly(kCertificateFields);
  std::vector<std::string> ca_ids;
  for (const JsonCursor& id : cursor["CaIds"].OptionalArray()) {
    ca_ids.push_back(id.NonEmptyString());
  }
  return cursor.Take(ClientCertificate::Create(
      {.ca_ids = std::move(ca_ids), .cn = cursor["Cn"].OptionalString()}));
}

}  // namespace

absl::StatusOr<RequestLine> ParseRequestLine(std::string_view line) {
  JsonDocument document("", line);
  if (!document.ok()) return document.status();
  const JsonCursor root(document);
  root.ExpectOnly(kLineFields);
  std::string service = root["Service"].String();
  std::string method = root["Method"].String();
  const auto client_ip =
      root["ClientIp"].Take(IpAddress::Parse(root["ClientIp"].String()));
  const LoginKind login = ParseLogin(root["Login"]);
  const JsonCursor key_id = root["AccessKeyId"];
  std::string access_key_id;
  if (login == LoginKind::kAccessKey) {
    access_key_id = key_id.NonEmptyString();
  } else if (!key_id.is_absent()) {
    key_id.Fail("expected it together with Login AccessKey only");
  }
  auto certificate = ParseCertificate(root["Certificate"]);
  std::optional<Timestamp> now;
  if (const auto text = root["Now"].OptionalString()) {
    now = root["Now"].Take(ParseTimestamp(*text));
  }
  if (!document.ok()) return document.status();
  return RequestLine{.service = std::move(service),
                     .method = std::move(method),
                     .caller = {.client_address = *client_ip,
                                .login = login,
                                .access_key_id = std::move(access_key_id),
                                .certificate = std::move(certificate)},
                     .now = now};
}

}  // namespace api_access::examples
