// The C interface against the C++ evaluator, with arbitrary structs within its
// contract.

#include "api_access/c/api_access.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/account.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/questions.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "tests/c/support.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"

namespace api_access {
namespace {

// A struct of another version of the header: bytes follow.
template <typename Struct>
struct Grown {
  Struct known;
  std::array<unsigned char, 8> tail;
};

// A size that the host may say by mistake, or that of a later version.
template <typename Struct>
std::size_t DrawSize(Draw& draw, Grown<Struct>& grown) {
  static_assert(sizeof(grown) == sizeof(Struct) + 8);
  switch (draw.Below(16)) {
    case 15:
      grown.tail[draw.Below(8)] = draw.Byte();
      return sizeof(grown);
    case 14:
      return sizeof(Struct) - 1 - draw.Below(sizeof(Struct));
    case 13:
      return SIZE_MAX - draw.Byte();
    default:
      return sizeof(Struct);
  }
}

template <typename Struct>
std::int32_t CodeOf(const Grown<Struct>& grown) {
  const std::size_t size = grown.known.struct_size;
  if (size < sizeof(Struct) || size > 4096) return AAC_BAD_STRUCT_SIZE;
  if (size == sizeof(Struct)) return AAC_OK;
  for (const unsigned char byte : grown.tail) {
    if (byte != 0) return AAC_UNKNOWN_MEMBER;
  }
  return AAC_OK;
}

// The account and its methods, compiled in both ways.
class Both {
 public:
  Both(const std::string& document, Draw& draw)
      : account_(ParseAccountDocument(document)->account),
        c_account_(ParseC(document)) {
    std::vector<aac_method_name> names;
    std::vector<MethodName> ordinary;
    for (std::size_t i = draw.Below(3); i > 0; --i) {
      ordinary.push_back({draw.Flag() ? "api" : "icu", "New" + draw.Text()});
    }
    for (const auto& [service, name] : ordinary) {
      names.push_back({View(service), View(name)});
    }
    const aac_evaluator_options options = {sizeof(options), names.data(),
                                           names.size()};
    const auto catalogue = MethodCatalogue::Create({.ordinary = ordinary});
    aac_evaluator* evaluator = nullptr;
    const std::string message =
        Message(aac_evaluator_compile(c_account_.get(), &options, &evaluator));
    c_evaluator_.reset(evaluator);
    if (catalogue.ok() != message.empty()) Fail("declared: " + message);
    if (catalogue.ok()) {
      catalogue_ = *catalogue;
    } else {
      c_evaluator_ = CompileC(c_account_.get());
    }
    evaluator_ = *Evaluator::Compile(account_);
  }

  void CompareDecision(Draw& draw, const oracle::Account& plain) const {
    const oracle::Request drawn = draw.Request(plain);
    const std::string bytes = AddressOf(drawn.ip, draw);
    std::optional<ClientCertificate> certificate;
    CCertificate c_certificate;
    if (draw.Flag()) {
      c_certificate = MakeCertificate(drawn, certificate);
    }
    Grown<aac_request> asked = {};
    asked.known = {
        .struct_size = 0,
        .service = View(drawn.service),
        .method = View(drawn.method),
        .client_address = View(bytes),
        .access_key_id = View(drawn.key_id),
        .certificate = c_certificate.get(),
        .login = draw.Below(16) == 15 ? draw.Byte() : LoginOf(drawn)};
    asked.known.struct_size = DrawSize(draw, asked);
    if (draw.Below(16) == 15) asked.known.method.data = nullptr;
    Grown<aac_decision> out = {};
    out.known.allowed = 1;
    out.known.struct_size = DrawSize(draw, out);
    const std::int64_t now = draw.Now();

    std::int32_t expected = CodeOf(out);
    if (expected == AAC_UNKNOWN_MEMBER) expected = AAC_OK;  // it is overwritten
    if (expected == AAC_OK) expected = CodeOf(asked);
    if (expected == AAC_OK && asked.known.method.data == nullptr &&
        asked.known.method.size > 0) {
      expected = AAC_NULL_POINTER;
    }
    if (expected == AAC_OK && bytes.size() != 4 && bytes.size() != 16) {
      expected = AAC_BAD_ADDRESS;
    }
    if (expected == AAC_OK && asked.known.login > 2) expected = AAC_BAD_LOGIN;
    const std::size_t out_size = out.known.struct_size;
    const std::int32_t code =
        aac_decide(c_evaluator_.get(), &asked.known, now, &out.known);
    if (code != expected) {
      Fail(std::string("got ") + aac_code_message(code) + ", instead of " +
           aac_code_message(expected));
    }
    if (out.known.struct_size != out_size) Fail("struct_size is changed");
    if (code == AAC_BAD_STRUCT_SIZE && CodeOf(out) == code) return;
    const Decision decision = code == AAC_OK
                                  ? Decide(asked.known, bytes, certificate, now)
                                  : Decision();
    const auto login = static_cast<LoginKind>(asked.known.login);
    if (out.known.allowed != (decision.allowed() ? 1 : 0) ||
        out.known.reason != static_cast<std::uint32_t>(decision.reason) ||
        Text(out.known.rule_id) != evaluator_.RuleId(decision) ||
        out.known.has_valid_until != (decision.valid_until ? 1 : 0) ||
        (decision.valid_until &&
         out.known.valid_until_ms !=
             decision.valid_until->time_since_epoch().count()) ||
        aac_reason_name(out.known.reason) != ToString(decision.reason)) {
      Fail("another decision than " + decision.ToString());
    }
    if (code == AAC_OK &&
        out.known.provider_error_code !=
            static_cast<std::uint32_t>(
                ProviderErrorCode(decision.reason, login).value_or(0))) {
      Fail("another code of the provider");
    }
    std::uint32_t method_class = 0;
    if (aac_classify(c_evaluator_.get(), View(drawn.service),
                     View(drawn.method), &method_class) != AAC_OK ||
        aac_class_name(method_class) !=
            ToString(
                catalogue_.Find(drawn.service, drawn.method).method_class())) {
      Fail("another class");
    }
  }

  void CompareAddress(const std::string& text) const {
    std::array<std::uint8_t, 16> bytes{};
    const std::string message =
        Message(aac_parse_address(View(text), bytes.data()));
    const auto address = IpAddress::Parse(text);
    if (address.ok() != message.empty() ||
        (address.ok() && address->bytes() != bytes)) {
      Fail("another address: " + message);
    }
  }

  void CompareAnswer(const std::string& question,
                     const std::string& options) const {
    aac_answer* asked = nullptr;
    const std::string message = Message(
        aac_ask(c_evaluator_.get(), View(question), View(options), &asked));
    const CAnswer answer(asked);
    const auto expected =
        Ask(account_, evaluator_, catalogue_, question, options);
    if (aac_answer_json(answer.get()) != expected.value_or("") ||
        message !=
            (expected.ok() ? "" : api_access::Message(expected.status()))) {
      Fail("another answer: " + message);
    }
  }

 private:
  static std::uint64_t LoginOf(const oracle::Request& request) {
    if (request.login == "AccessKey") return AAC_LOGIN_ACCESS_KEY;
    return request.login == "Password" ? AAC_LOGIN_PASSWORD : AAC_LOGIN_NONE;
  }

  // Of four or sixteen bytes, or of what is no address.
  static std::string AddressOf(const std::string& text, Draw& draw) {
    if (draw.Below(16) == 15) return draw.Text(20);
    const IpAddress address = *IpAddress::Parse(text);
    const auto bytes = address.bytes();
    const std::size_t skipped = address.is_v4() && draw.Flag() ? 12 : 0;
    return {bytes.begin() + skipped, bytes.end()};
  }

  static CCertificate MakeCertificate(
      const oracle::Request& request,
      std::optional<ClientCertificate>& certificate) {
    std::vector<aac_view> ca_ids;
    for (const std::string& id : request.cas) ca_ids.push_back(View(id));
    aac_certificate_fields fields = {
        sizeof(fields), ca_ids.data(), ca_ids.size(), {nullptr, 0}};
    if (request.cn) fields.cn = View(*request.cn);
    aac_certificate* made = nullptr;
    const std::string message = Message(aac_certificate_create(&fields, &made));
    const auto expected =
        ClientCertificate::Create({.ca_ids = request.cas, .cn = request.cn});
    if (expected.ok() != message.empty()) Fail("certificate: " + message);
    if (expected.ok()) certificate = *expected;
    return CCertificate(made);
  }

  Decision Decide(const aac_request& asked, const std::string& bytes,
                  const std::optional<ClientCertificate>& certificate,
                  std::int64_t now) const {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const IpAddress address =
        bytes.size() == 4
            ? IpAddress::FromV4(std::span<const std::uint8_t, 4>(data, 4))
            : IpAddress::FromV6(std::span<const std::uint8_t, 16>(data, 16));
    const std::string key_id = Text(asked.access_key_id);
    return evaluator_.Decide(
        {.method = catalogue_.Find(Text(asked.service), Text(asked.method)),
         .client_address = address,
         .login = static_cast<LoginKind>(asked.login),
         .access_key_id = key_id,
         .certificate = certificate ? &*certificate : nullptr},
        Timestamp(std::chrono::milliseconds(now)));
  }

  Account account_;
  Evaluator evaluator_;
  MethodCatalogue catalogue_;
  CAccount c_account_;
  CEvaluator c_evaluator_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const oracle::ReadFolder folder = draw.Account(8);
  const auto document = FormatAccountDocument(Build(folder, ""));
  // JSON has no text that is not UTF-8.
  if (!document.ok()) return 0;
  const Both both(*document, draw);
  for (std::size_t i = 1 + draw.Below(8); i > 0; --i) {
    both.CompareDecision(draw, folder.account);
  }
  both.CompareAddress(draw.Flag() ? draw.AddressText() : draw.Text(40));
  static constexpr std::array<const char*, 10> kQuestions = {
      "change",   "check", "diff", "explain", "factors",
      "forecast", "map",   "plan", "review",  ""};
  const std::string question = draw.Pick(kQuestions);
  const std::string options = draw.Rest();
  both.CompareAnswer(question, options);
  // What is no account is refused alike.
  aac_account* account = nullptr;
  const std::string message =
      Message(aac_account_parse(View(options), &account));
  const CAccount parsed(account);
  if (message.empty() != ParseAccountDocument(options).ok()) Fail(message);
  return 0;
}

}  // namespace api_access
