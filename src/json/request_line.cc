#include "api_access/json/request_line.h"

#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "api_access/ip.h"
#include "api_access/quote.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/line.h"
#include "src/json/request_line_json.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Field;
using internal::Json;
using internal::JsonCursor;
using internal::JsonDocument;
using internal::MemberField;
using internal::NamesOf;

constexpr Field<ClientCertificate::Fields> kCertificateFields[] = {
    MemberField<&ClientCertificate::Fields::ca_ids>("CaIds"),
    {"Cn", MemberField<&ClientCertificate::Fields::cn>("").read,
     // Null where there is none: a certificate has CNs to think of.
     [](const ClientCertificate::Fields& fields) {
       return std::optional(fields.cn ? Json(*fields.cn) : Json());
     }},
};

void ReadLogin(const JsonCursor& cursor, Caller& caller) {
  const std::optional<std::string> login = cursor.OptionalString();
  if (!login) return;
  const auto kind = ParseLoginKind(*login);
  if (kind.ok() && *kind != LoginKind::kNone) {
    caller.login = *kind;
  } else {
    cursor.Fail("expected AccessKey, Password or null, got " + Quote(*login));
  }
}

std::optional<Json> WriteLogin(const Caller& caller) {
  if (caller.login == LoginKind::kNone) return std::nullopt;
  return Json(ToString(caller.login));
}

// The login is read before.
void ReadAccessKeyId(const JsonCursor& cursor, Caller& caller) {
  if (caller.login == LoginKind::kAccessKey) {
    caller.access_key_id = cursor.NonEmptyString();
  } else if (!cursor.is_absent()) {
    cursor.Fail("expected it together with Login AccessKey only");
  }
}

std::optional<Json> WriteAccessKeyId(const Caller& caller) {
  if (caller.login != LoginKind::kAccessKey) return std::nullopt;
  return caller.access_key_id;
}

void ReadCertificate(const JsonCursor& cursor, Caller& caller) {
  if (cursor.is_absent()) return;
  cursor.ExpectOnly(NamesOf(kCertificateFields));
  ClientCertificate::Fields fields;
  ReadFields(cursor, kCertificateFields, fields);
  caller.certificate =
      cursor.Take(ClientCertificate::Create(std::move(fields)));
}

std::optional<Json> WriteCertificate(const Caller& caller) {
  if (!caller.certificate) return std::nullopt;
  Json json = Json::object();
  WriteFields(caller.certificate->fields(), kCertificateFields, json);
  return json;
}

constexpr Field<RequestLine> kMethodFields[] = {
    MemberField<&RequestLine::service>("Service"),
    MemberField<&RequestLine::method>("Method"),
};
constexpr Field<NamedCaller> kNameFields[] = {
    {"Name",
     [](const JsonCursor& cursor, NamedCaller& caller) {
       caller.name = cursor.NonEmptyString();
     }},
};
constexpr Field<Caller> kCallerFields[] = {
    MemberField<&Caller::client_address>("ClientIp"),
    {"Login", ReadLogin, WriteLogin},
    {"AccessKeyId", ReadAccessKeyId, WriteAccessKeyId},
    {"Certificate", ReadCertificate, WriteCertificate},
};
constexpr Field<RequestLine> kLineFields[] = {
    MemberField<&RequestLine::now>("Now"),
    MemberField<&RequestLine::id>("Id"),
};

Caller NoCaller() {
  constexpr std::array<std::uint8_t, 4> kNoAddress{};
  return {.client_address = IpAddress::FromV4(kNoAddress)};
}

}  // namespace

namespace internal {

Json RequestLineJson(const RequestLine& line) {
  Json json = Json::object();
  WriteFields(line, kMethodFields, json);
  WriteFields(line.caller, kCallerFields, json);
  WriteFields(line, kLineFields, json);
  return json;
}

RequestLine EmptyRequestLine() {
  return {.service = {}, .method = {}, .caller = NoCaller()};
}

std::vector<std::string_view> RequestLineNames() {
  return NamesOf(kMethodFields, kCallerFields, kLineFields);
}

void ReadRequestLine(const JsonCursor& root, RequestLine& line) {
  ReadFields(root, kMethodFields, line);
  ReadFields(root, kCallerFields, line.caller);
  ReadFields(root, kLineFields, line);
}

}  // namespace internal

absl::StatusOr<RequestLine> ParseRequestLine(std::string_view line) {
  RequestLine read = internal::EmptyRequestLine();
  const absl::Status status = internal::ReadLine(
      line, internal::RequestLineNames(),
      [&](const JsonCursor& root) { internal::ReadRequestLine(root, read); });
  if (!status.ok()) return status;
  return read;
}

std::optional<std::string> RequestIdOf(std::string_view line) {
  const auto texts = internal::SplitJson("", internal::TextKind::kLine, line);
  if (!texts.ok()) return std::nullopt;
  JsonDocument document("", *texts, 0);
  const JsonCursor id = JsonCursor(document)["Id"];
  return id.is_string() ? id.OptionalString() : std::nullopt;
}

std::string FormatRequestLine(const RequestLine& line) {
  return internal::Dump(internal::RequestLineJson(line));
}

absl::StatusOr<std::vector<NamedCaller>> ParseCallers(std::string_view text) {
  const auto known = NamesOf(kNameFields, kCallerFields);
  std::vector<NamedCaller> callers;
  std::set<std::string> names;
  const absl::Status status =
      internal::ForEachLine(text, [&](std::string_view line) {
        NamedCaller caller = {.name = {}, .caller = NoCaller()};
        absl::Status read =
            internal::ReadLine(line, known, [&](const JsonCursor& root) {
              ReadFields(root, kNameFields, caller);
              ReadFields(root, kCallerFields, caller.caller);
            });
        if (!read.ok()) return read;
        if (!names.insert(caller.name).second) {
          return absl::InvalidArgumentError(
              "$.Name: expected each name once, got " + Quote(caller.name) +
              " again");
        }
        callers.push_back(std::move(caller));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  if (callers.empty()) {
    return absl::InvalidArgumentError(
        "expected callers, one a line, got nobody");
  }
  return callers;
}

}  // namespace api_access
