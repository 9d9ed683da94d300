#include "api_access/c/api_access.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/questions.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/version.h"

// Exceptions must not leave the library, and this file is compiled with them: a
// function that is `noexcept` then ends the process when memory runs out.

using api_access::Account;
using api_access::ClientCertificate;
using api_access::Decision;
using api_access::Evaluator;
using api_access::IpAddress;
using api_access::kAllLoginKinds;
using api_access::kAllMethodClasses;
using api_access::kAllReasons;
using api_access::LoginKind;
using api_access::MethodCatalogue;
using api_access::MethodClass;
using api_access::ParsedAccount;
using api_access::Reason;
using api_access::Timestamp;

struct aac_error {
  std::string message;
};

struct aac_account {
  ParsedAccount parsed;
};

struct aac_evaluator {
  Evaluator evaluator;
  MethodCatalogue catalogue;
  // What is asked about.
  Account account;
  std::atomic<std::size_t> references = 1;
};

struct aac_certificate {
  ClientCertificate certificate;
};

struct aac_answer {
  std::string json;
};

namespace {

// The numbers of the header are those of C++.
template <typename C, typename Enum>
constexpr bool IsSame(C c, Enum value) {
  return static_cast<std::uint32_t>(c) == static_cast<std::uint32_t>(value);
}
static_assert(IsSame(AAC_CLASS_UNLISTED, MethodClass::kUnlisted) &&
              IsSame(AAC_CLASS_PUBLIC, MethodClass::kPublic) &&
              IsSame(AAC_CLASS_ORDINARY, MethodClass::kOrdinary) &&
              IsSame(AAC_CLASS_MANAGING, MethodClass::kManaging) &&
              IsSame(AAC_CLASS_EXEMPT, MethodClass::kExempt) &&
              kAllMethodClasses.size() == 5);
static_assert(IsSame(AAC_LOGIN_NONE, LoginKind::kNone) &&
              IsSame(AAC_LOGIN_ACCESS_KEY, LoginKind::kAccessKey) &&
              IsSame(AAC_LOGIN_PASSWORD, LoginKind::kPassword) &&
              kAllLoginKinds.size() == 3);
static_assert(
    IsSame(AAC_REASON_NOT_DECIDED, Reason::kNotDecided) &&
    IsSame(AAC_REASON_LOGIN_NOT_SUPPORTED, Reason::kLoginNotSupported) &&
    IsSame(AAC_REASON_PUBLIC, Reason::kPublic) &&
    IsSame(AAC_REASON_NO_CREDENTIAL, Reason::kNoCredential) &&
    IsSame(AAC_REASON_LOGIN_NOT_ALLOWED, Reason::kLoginNotAllowed) &&
    IsSame(AAC_REASON_UNKNOWN_ACCESS_KEY, Reason::kUnknownAccessKey) &&
    IsSame(AAC_REASON_ACCESS_KEY_INACTIVE, Reason::kAccessKeyInactive) &&
    IsSame(AAC_REASON_ACCESS_KEY_EXPIRED, Reason::kAccessKeyExpired) &&
    IsSame(AAC_REASON_EIM_USER_NOT_SUPPORTED, Reason::kEimUserNotSupported) &&
    IsSame(AAC_REASON_EXEMPT, Reason::kExempt) &&
    IsSame(AAC_REASON_RULE_MATCHED, Reason::kRuleMatched) &&
    IsSame(AAC_REASON_CN_NOT_ALLOWED, Reason::kCnNotAllowed) &&
    IsSame(AAC_REASON_CA_NOT_ALLOWED, Reason::kCaNotAllowed) &&
    IsSame(AAC_REASON_CERTIFICATE_MISSING, Reason::kCertificateMissing) &&
    IsSame(AAC_REASON_SOURCE_IP_NOT_ALLOWED, Reason::kSourceIpNotAllowed) &&
    IsSame(AAC_REASON_NO_RULES, Reason::kNoRules) && kAllReasons.size() == 15);

// Whoever does not know a member must see it as bytes that follow.
template <typename Struct, typename Member>
constexpr bool EndsWith(Member Struct::*, std::size_t offset) {
  return offset + sizeof(Member) == sizeof(Struct);
}
static_assert(EndsWith(&aac_request::login, offsetof(aac_request, login)));
static_assert(EndsWith(&aac_decision::provider_error_code,
                       offsetof(aac_decision, provider_error_code)));
static_assert(EndsWith(&aac_certificate_fields::cn,
                       offsetof(aac_certificate_fields, cn)));
static_assert(EndsWith(&aac_evaluator_options::ordinary_count,
                       offsetof(aac_evaluator_options, ordinary_count)));

constexpr const char* CodeMessage(std::int32_t code) {
  switch (code) {
    case AAC_OK:
      return "ok";
    case AAC_NULL_POINTER:
      return "expected pointers that are not NULL, and no NULL data of a size";
    case AAC_BAD_STRUCT_SIZE:
      return "expected a struct_size that is the sizeof of the struct";
    case AAC_UNKNOWN_MEMBER:
      return "expected only members that this version of the library knows";
    case AAC_BAD_ADDRESS:
      return "expected a client_address of 4 or 16 bytes";
    case AAC_BAD_LOGIN:
      return "expected a login that is an aac_login";
    default:
      return "unknown code";
  }
}

aac_error* Error(std::string_view message) {
  return new aac_error{std::string(message)};
}

aac_error* Error(const absl::Status& status) {
  return Error({status.message().data(), status.message().size()});
}

// An error that says what a NULL was to be.
aac_error* NullError(std::string_view what) {
  return Error("expected " + std::string(what) + ", got NULL");
}

constexpr bool IsValid(const aac_view& view) {
  return view.data != nullptr || view.size == 0;
}

// Of a valid view.
std::string_view Text(const aac_view& view) {
  return {static_cast<const char*>(view.data), view.size};
}

aac_view View(std::string_view text) { return {text.data(), text.size()}; }

constexpr std::size_t kMaxStructSize = 4096;

// The bytes of a struct that follow what this library knows of it. `object` has
// a good size.
template <typename Struct>
auto TailOf(Struct& object) {
  using Byte = std::conditional_t<std::is_const_v<Struct>, const unsigned char,
                                  unsigned char>;
  return std::span<Byte>(reinterpret_cast<Byte*>(&object) + sizeof(Struct),
                         object.struct_size - sizeof(Struct));
}

template <typename Struct>
bool HasGoodSize(const Struct& object) {
  return object.struct_size >= sizeof(Struct) &&
         object.struct_size <= kMaxStructSize;
}

// A member that is set and that this library does not know may be a condition.
template <typename Struct>
std::int32_t CheckStruct(const Struct& object) {
  if (object.struct_size == sizeof(Struct)) return AAC_OK;
  if (!HasGoodSize(object)) return AAC_BAD_STRUCT_SIZE;
  const auto tail = TailOf(object);
  return std::ranges::all_of(tail, [](unsigned char c) { return c == 0; })
             ? AAC_OK
             : AAC_UNKNOWN_MEMBER;
}

// Of a valid view.
std::optional<IpAddress> AddressOf(const aac_view& bytes) {
  const auto* const data = static_cast<const std::uint8_t*>(bytes.data);
  if (bytes.size == 4) {
    return IpAddress::FromV4(std::span<const std::uint8_t, 4>(data, 4));
  }
  if (bytes.size == 16) {
    return IpAddress::FromV6(std::span<const std::uint8_t, 16>(data, 16));
  }
  return std::nullopt;
}

// By reason and login; 0 where the request is allowed. Faster than the
// function.
constexpr auto kProviderErrorCodes = [] {
  std::array<std::array<std::uint8_t, kAllLoginKinds.size()>,
             kAllReasons.size() + 1>
      codes{};
  for (std::size_t reason = 0; reason < codes.size(); ++reason) {
    for (const LoginKind login : kAllLoginKinds) {
      codes[reason][static_cast<std::size_t>(login)] =
          static_cast<std::uint8_t>(
              ProviderErrorCode(static_cast<Reason>(reason), login)
                  .value_or(0));
    }
  }
  return codes;
}();

// All members but struct_size. The tail, which this library does not know, says
// nothing.
void Write(const Decision& decision, std::string_view rule_id, LoginKind login,
           aac_decision& out) {
  out.allowed = decision.allowed() ? 1 : 0;
  out.reason = static_cast<std::uint32_t>(decision.reason);
  out.rule_id = View(rule_id);
  const auto& until = decision.valid_until;
  out.valid_until_ms = until ? until->time_since_epoch().count() : 0;
  out.has_valid_until = until ? 1 : 0;
  out.provider_error_code =
      kProviderErrorCodes[static_cast<std::size_t>(decision.reason)]
                         [static_cast<std::size_t>(login)];
  if (out.struct_size != sizeof(out)) std::ranges::fill(TailOf(out), 0);
}

// Leaves `out` as it is where it returns an error.
std::int32_t Decide(const aac_evaluator* evaluator, const aac_request* request,
                    std::int64_t now_ms, aac_decision& out) {
  if (evaluator == nullptr || request == nullptr) return AAC_NULL_POINTER;
  if (const std::int32_t code = CheckStruct(*request); code != AAC_OK) {
    return code;
  }
  if (!IsValid(request->service) || !IsValid(request->method) ||
      !IsValid(request->client_address) || !IsValid(request->access_key_id)) {
    return AAC_NULL_POINTER;
  }
  const std::optional<IpAddress> address = AddressOf(request->client_address);
  if (!address) return AAC_BAD_ADDRESS;
  if (request->login >= kAllLoginKinds.size()) return AAC_BAD_LOGIN;
  const auto login = static_cast<LoginKind>(request->login);
  const aac_certificate* const certificate = request->certificate;
  const Decision decision = evaluator->evaluator.Decide(
      {.method = evaluator->catalogue.Find(Text(request->service),
                                           Text(request->method)),
       .client_address = *address,
       .login = login,
       .access_key_id = Text(request->access_key_id),
       .certificate =
           certificate == nullptr ? nullptr : &certificate->certificate},
      Timestamp(std::chrono::milliseconds(now_ms)));
  Write(decision, evaluator->evaluator.RuleId(decision), login, out);
  return AAC_OK;
}

// The JSON library sets errno, which is the caller's.
class ErrnoKeeper {
 public:
  ErrnoKeeper() = default;
  ErrnoKeeper(const ErrnoKeeper&) = delete;
  ErrnoKeeper& operator=(const ErrnoKeeper&) = delete;
  ~ErrnoKeeper() { errno = kept_; }

 private:
  int kept_ = errno;
};

// Gives `*out`, which is NULL, what `made` has, or returns the error of it.
template <typename T, typename Handle>
aac_error* Give(absl::StatusOr<T> made, Handle** out) {
  if (!made.ok()) return Error(made.status());
  *out = new Handle{*std::move(made)};
  return nullptr;
}

}  // namespace

uint32_t aac_abi_version() noexcept { return AAC_ABI_VERSION; }
// The texts below are literals, which end with a NUL byte.
const char* aac_library_version() noexcept {
  return api_access::kVersion.data();
}
const char* aac_catalogue_version() noexcept {
  return api_access::kCatalogueVersion.data();
}

const char* aac_error_message(const aac_error* error) noexcept {
  return error == nullptr ? "" : error->message.c_str();
}

void aac_error_free(aac_error* error) noexcept { delete error; }

aac_error* aac_account_parse(aac_view json, aac_account** out) noexcept {
  if (out == nullptr) return NullError("a place for the account");
  *out = nullptr;
  if (!IsValid(json)) return NullError("an account as JSON");
  const ErrnoKeeper keeper;
  return Give(api_access::ParseAccountDocument(Text(json)), out);
}

size_t aac_account_note_count(const aac_account* account) noexcept {
  return account == nullptr ? 0 : account->parsed.notes.size();
}

const char* aac_account_note(const aac_account* account,
                             size_t index) noexcept {
  return index < aac_account_note_count(account)
             ? account->parsed.notes[index].c_str()
             : nullptr;
}

void aac_account_free(aac_account* account) noexcept { delete account; }

aac_error* aac_evaluator_compile(const aac_account* account,
                                 const aac_evaluator_options* options,
                                 aac_evaluator** out) noexcept {
  if (out == nullptr) return NullError("a place for the evaluator");
  *out = nullptr;
  if (account == nullptr) return NullError("an account");
  MethodCatalogue::Fields fields;
  if (options != nullptr) {
    if (const std::int32_t code = CheckStruct(*options); code != AAC_OK) {
      return Error(CodeMessage(code));
    }
    if (options->ordinary == nullptr && options->ordinary_count > 0) {
      return NullError("methods");
    }
    for (std::size_t i = 0; i < options->ordinary_count; ++i) {
      const aac_method_name& method = options->ordinary[i];
      if (!IsValid(method.service) || !IsValid(method.name)) {
        return NullError("a service and the name of a method");
      }
      fields.ordinary.push_back(
          {std::string(Text(method.service)), std::string(Text(method.name))});
    }
  }
  auto catalogue = MethodCatalogue::Create(std::move(fields));
  if (!catalogue.ok()) return Error(catalogue.status());
  auto evaluator = Evaluator::Compile(account->parsed.account);
  if (!evaluator.ok()) return Error(evaluator.status());
  *out = new aac_evaluator{.evaluator = *std::move(evaluator),
                           .catalogue = *std::move(catalogue),
                           .account = account->parsed.account};
  return nullptr;
}

aac_evaluator* aac_evaluator_ref(aac_evaluator* evaluator) noexcept {
  if (evaluator != nullptr) {
    evaluator->references.fetch_add(1, std::memory_order_relaxed);
  }
  return evaluator;
}

void aac_evaluator_unref(aac_evaluator* evaluator) noexcept {
  if (evaluator != nullptr &&
      evaluator->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete evaluator;
  }
}

aac_error* aac_certificate_create(const aac_certificate_fields* fields,
                                  aac_certificate** out) noexcept {
  if (out == nullptr) return NullError("a place for the certificate");
  *out = nullptr;
  if (fields == nullptr) return NullError("what the certificate has");
  if (const std::int32_t code = CheckStruct(*fields); code != AAC_OK) {
    return Error(CodeMessage(code));
  }
  if (fields->ca_ids == nullptr && fields->ca_id_count > 0) {
    return NullError("ids of CAs");
  }
  ClientCertificate::Fields copied;
  for (std::size_t i = 0; i < fields->ca_id_count; ++i) {
    if (!IsValid(fields->ca_ids[i])) return NullError("the id of a CA");
    copied.ca_ids.emplace_back(Text(fields->ca_ids[i]));
  }
  if (!IsValid(fields->cn)) return NullError("a CN");
  if (fields->cn.data != nullptr) copied.cn = Text(fields->cn);
  return Give(ClientCertificate::Create(std::move(copied)), out);
}

void aac_certificate_free(aac_certificate* certificate) noexcept {
  delete certificate;
}

aac_error* aac_parse_address(aac_view text, uint8_t out[16]) noexcept {
  if (out == nullptr) return NullError("a place for the address");
  std::memset(out, 0, 16);
  if (!IsValid(text)) return NullError("an address");
  const auto address = IpAddress::Parse(Text(text));
  if (!address.ok()) return Error(address.status());
  std::ranges::copy(address->bytes(), out);
  return nullptr;
}

const char* aac_code_message(int32_t code) noexcept {
  return CodeMessage(code);
}

const char* aac_class_name(uint32_t method_class) noexcept {
  return ToString(method_class < kAllMethodClasses.size()
                      ? static_cast<MethodClass>(method_class)
                      : MethodClass::kUnlisted)
      .data();
}

int32_t aac_classify(const aac_evaluator* evaluator, aac_view service,
                     aac_view method, uint32_t* out) noexcept {
  if (out == nullptr) return AAC_NULL_POINTER;
  *out = AAC_CLASS_UNLISTED;
  if (evaluator == nullptr || !IsValid(service) || !IsValid(method)) {
    return AAC_NULL_POINTER;
  }
  *out = static_cast<std::uint32_t>(
      evaluator->catalogue.Find(Text(service), Text(method)).method_class());
  return AAC_OK;
}

const char* aac_reason_name(uint32_t reason) noexcept {
  return ToString(reason <= kAllReasons.size() ? static_cast<Reason>(reason)
                                               : Reason::kNotDecided)
      .data();
}

int32_t aac_decide(const aac_evaluator* evaluator, const aac_request* request,
                   int64_t now_ms, aac_decision* out) noexcept {
  if (out == nullptr) return AAC_NULL_POINTER;
  if (!HasGoodSize(*out)) return AAC_BAD_STRUCT_SIZE;
  const std::int32_t code = Decide(evaluator, request, now_ms, *out);
  if (code != AAC_OK) Write({}, {}, LoginKind::kNone, *out);
  return code;
}

const char* aac_answer_json(const aac_answer* answer) noexcept {
  return answer == nullptr ? "" : answer->json.c_str();
}

void aac_answer_free(aac_answer* answer) noexcept { delete answer; }

aac_error* aac_ask(const aac_evaluator* evaluator, aac_view question,
                   aac_view options, aac_answer** out) noexcept {
  if (out == nullptr) return NullError("a place for the answer");
  *out = nullptr;
  if (evaluator == nullptr) return NullError("an evaluator");
  if (!IsValid(question)) return NullError("a question");
  if (!IsValid(options)) return NullError("options as JSON");
  const ErrnoKeeper keeper;
  return Give(
      api_access::Ask(evaluator->account, evaluator->evaluator,
                      evaluator->catalogue, Text(question), Text(options)),
      out);
}
