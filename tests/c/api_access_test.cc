#include "api_access/c/api_access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/decision.h"
#include "api_access/json/request_line.h"
#include "api_access/method.h"
#include "api_access/version.h"
#include "examples/account_folder/account_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/c/support.h"
#include "tests/run_program.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

namespace api_access {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const char kDocument[] =
    R"({"ReadAccessKeys":{"AccessKeys":[{"AccessKeyId":"KEY","State":"ACTIVE",
         "ExpirationDate":"2031-01-01"}]},
       "ReadApiAccessRules":{"ApiAccessRules":[{"ApiAccessRuleId":"aar-1",
         "IpRanges":["192.0.2.0/24"],"CaIds":["ca-1"],"Cns":["client.a"]}]},
       "ReadApiAccessPolicy":{"ApiAccessPolicy":{
         "MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false}}})";
const std::array<std::uint8_t, 4> kOffice = {192, 0, 2, 7};

CCertificate MakeCertificate() {
  const std::vector<aac_view> ca_ids = {View("ca-2"), View("ca-1")};
  const aac_certificate_fields fields = {sizeof(fields), ca_ids.data(),
                                         ca_ids.size(), View("client.a")};
  aac_certificate* certificate = nullptr;
  EXPECT_EQ(Message(aac_certificate_create(&fields, &certificate)), "");
  return CCertificate(certificate);
}

// One account, and a request to it that is allowed.
class CInterfaceTest : public testing::Test {
 protected:
  std::int32_t Decide() {
    return aac_decide(evaluator_.get(), &request_, now_ms_, &decision_);
  }
  void ExpectDenial() const {
    EXPECT_EQ(decision_.allowed, 0U);
    EXPECT_EQ(decision_.reason, AAC_REASON_NOT_DECIDED);
    EXPECT_EQ(decision_.rule_id.size, 0U);
    EXPECT_EQ(decision_.has_valid_until, 0U);
    EXPECT_EQ(decision_.provider_error_code, 1U);
  }

  const CAccount account_ = ParseC(kDocument);
  CEvaluator evaluator_ = CompileC(account_.get());
  const CCertificate certificate_ = MakeCertificate();
  std::int64_t now_ms_ = At("2030-01-01").time_since_epoch().count();
  aac_request request_ = {.struct_size = sizeof(aac_request),
                          .service = View("api"),
                          .method = View("ReadVms"),
                          .client_address = {kOffice.data(), kOffice.size()},
                          .access_key_id = View("KEY"),
                          .certificate = certificate_.get(),
                          .login = AAC_LOGIN_ACCESS_KEY};
  // What is in it before does not matter.
  aac_decision decision_ = {.struct_size = sizeof(aac_decision),
                            .allowed = 1,
                            .reason = 10,
                            .rule_id = View("aar-1"),
                            .valid_until_ms = 7,
                            .has_valid_until = 1,
                            .provider_error_code = 9};
};

TEST_F(CInterfaceTest, Allows) {
  EXPECT_EQ(Decide(), AAC_OK);
  EXPECT_EQ(decision_.allowed, 1U);
  EXPECT_EQ(decision_.reason, AAC_REASON_RULE_MATCHED);
  EXPECT_EQ(Text(decision_.rule_id), "aar-1");
  EXPECT_EQ(decision_.has_valid_until, 1U);
  EXPECT_EQ(decision_.valid_until_ms,
            At("2031-01-01").time_since_epoch().count());
  EXPECT_EQ(decision_.provider_error_code, 0U);
}

TEST_F(CInterfaceTest, Denies) {
  const struct {
    std::string what;
    void (*change)(aac_request&);
    aac_reason reason;
    std::uint32_t provider_error_code;
  } kCases[] = {
      {"no certificate", [](aac_request& r) { r.certificate = nullptr; },
       AAC_REASON_CERTIFICATE_MISSING, 4},
      {"password", [](aac_request& r) { r.login = AAC_LOGIN_PASSWORD; },
       AAC_REASON_LOGIN_NOT_ALLOWED, 9},
      {"no login", [](aac_request& r) { r.login = AAC_LOGIN_NONE; },
       AAC_REASON_NO_CREDENTIAL, 1},
      {"key and NUL",
       [](aac_request& r) {
         r.access_key_id = {"KEY\0", 4};
       },
       AAC_REASON_UNKNOWN_ACCESS_KEY, 1},
  };
  for (const auto& c : kCases) {
    aac_request changed = request_;
    c.change(changed);
    EXPECT_EQ(aac_decide(evaluator_.get(), &changed, now_ms_, &decision_),
              AAC_OK)
        << c.what;
    EXPECT_EQ(decision_.allowed, 0U) << c.what;
    EXPECT_STREQ(aac_reason_name(decision_.reason), aac_reason_name(c.reason))
        << c.what;
    EXPECT_EQ(decision_.provider_error_code, c.provider_error_code) << c.what;
    EXPECT_EQ(decision_.has_valid_until, 0U) << c.what;
    EXPECT_EQ(decision_.rule_id.size, 0U) << c.what;
  }
  now_ms_ = At("2031-01-01").time_since_epoch().count();
  EXPECT_EQ(Decide(), AAC_OK);
  EXPECT_EQ(decision_.reason, AAC_REASON_ACCESS_KEY_EXPIRED);
}

TEST_F(CInterfaceTest, ZeroedStructsAreDenied) {
  request_ = {};
  EXPECT_EQ(Decide(), AAC_BAD_STRUCT_SIZE);
  ExpectDenial();
  request_.struct_size = sizeof(request_);
  EXPECT_EQ(Decide(), AAC_BAD_ADDRESS);
  ExpectDenial();
}

TEST_F(CInterfaceTest, AddressesHaveFourOrSixteenBytes) {
  std::array<std::uint8_t, 17> bytes{};
  EXPECT_EQ(Message(aac_parse_address(View("::ffff:192.0.2.7"), bytes.data())),
            "");
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    request_.client_address = {bytes.data(), size};
    EXPECT_EQ(Decide(), size == 4 || size == 16 ? AAC_OK : AAC_BAD_ADDRESS)
        << size;
    EXPECT_EQ(decision_.allowed, size == 16 ? 1U : 0U) << size;
  }
}

TEST_F(CInterfaceTest, MistakesOfAHostDeny) {
  const struct {
    std::string what;
    void (*change)(aac_request&);
    aac_code code;
  } kCases[] = {
      {"service", [](aac_request& r) { r.service.data = nullptr; },
       AAC_NULL_POINTER},
      {"method", [](aac_request& r) { r.method.data = nullptr; },
       AAC_NULL_POINTER},
      {"address", [](aac_request& r) { r.client_address.data = nullptr; },
       AAC_NULL_POINTER},
      {"key", [](aac_request& r) { r.access_key_id.data = nullptr; },
       AAC_NULL_POINTER},
      {"login 3", [](aac_request& r) { r.login = 3; }, AAC_BAD_LOGIN},
      {"login 257", [](aac_request& r) { r.login = 257; }, AAC_BAD_LOGIN},
      {"login 2^32 + 1",
       [](aac_request& r) { r.login = (std::uint64_t{1} << 32) + 1; },
       AAC_BAD_LOGIN},
      {"no size", [](aac_request& r) { r.struct_size = 0; },
       AAC_BAD_STRUCT_SIZE},
      {"huge", [](aac_request& r) { r.struct_size = SIZE_MAX; },
       AAC_BAD_STRUCT_SIZE},
  };
  for (const auto& c : kCases) {
    aac_request changed = request_;
    c.change(changed);
    decision_.allowed = 1;
    EXPECT_EQ(aac_decide(evaluator_.get(), &changed, now_ms_, &decision_),
              c.code)
        << c.what;
    EXPECT_EQ(decision_.allowed, 0U) << c.what;
  }
  EXPECT_EQ(aac_decide(nullptr, &request_, now_ms_, &decision_),
            AAC_NULL_POINTER);
  ExpectDenial();
  EXPECT_EQ(aac_decide(evaluator_.get(), nullptr, now_ms_, &decision_),
            AAC_NULL_POINTER);
  ExpectDenial();
  EXPECT_EQ(aac_decide(evaluator_.get(), &request_, now_ms_, nullptr),
            AAC_NULL_POINTER);
  // Views of size 0 need no data.
  request_.service = {};
  request_.method = {};
  request_.access_key_id = {};
  EXPECT_EQ(Decide(), AAC_OK);
  EXPECT_EQ(decision_.reason, AAC_REASON_UNKNOWN_ACCESS_KEY);
}

// A struct of `size` bytes on the heap, where a read past its end is seen: the
// bytes of `object` that fit, then `tail`.
template <typename Struct>
std::vector<unsigned char> Resized(const Struct& object, std::size_t size,
                                   unsigned char tail) {
  std::vector<unsigned char> bytes(size, tail);
  std::memcpy(bytes.data(), &object, std::min(size, sizeof(object)));
  std::memcpy(bytes.data(), &size, std::min(size, sizeof(size)));
  return bytes;
}

TEST_F(CInterfaceTest, RequestsOfOtherSizes) {
  const auto decide = [&](std::size_t size, unsigned char tail) {
    const auto bytes = Resized(request_, size, tail);
    return aac_decide(evaluator_.get(),
                      reinterpret_cast<const aac_request*>(bytes.data()),
                      now_ms_, &decision_);
  };
  for (std::size_t size = sizeof(std::size_t); size < sizeof(aac_request);
       ++size) {
    EXPECT_EQ(decide(size, 0), AAC_BAD_STRUCT_SIZE) << size;
    EXPECT_EQ(decision_.allowed, 0U) << size;
  }
  for (const std::size_t more : {1U, 8U, 100U}) {
    EXPECT_EQ(decide(sizeof(aac_request) + more, 0), AAC_OK) << more;
    EXPECT_EQ(decision_.allowed, 1U) << more;
    EXPECT_EQ(decide(sizeof(aac_request) + more, 1), AAC_UNKNOWN_MEMBER);
    EXPECT_EQ(decision_.allowed, 0U) << more;
  }
  EXPECT_EQ(decide(4096, 0), AAC_OK);
  EXPECT_EQ(decide(4097, 0), AAC_BAD_STRUCT_SIZE);
  // The last byte alone.
  auto bytes = Resized(request_, 200, 0);
  bytes.back() = 1;
  EXPECT_EQ(aac_decide(evaluator_.get(),
                       reinterpret_cast<const aac_request*>(bytes.data()),
                       now_ms_, &decision_),
            AAC_UNKNOWN_MEMBER);
}

TEST_F(CInterfaceTest, DecisionsOfOtherSizes) {
  for (std::size_t size = sizeof(std::size_t); size < sizeof(aac_decision);
       ++size) {
    auto bytes = Resized(decision_, size, 0xff);
    const auto before = bytes;
    EXPECT_EQ(aac_decide(evaluator_.get(), &request_, now_ms_,
                         reinterpret_cast<aac_decision*>(bytes.data())),
              AAC_BAD_STRUCT_SIZE)
        << size;
    EXPECT_EQ(bytes, before) << size;
  }
  // Members that the library does not know say nothing.
  auto bytes = Resized(decision_, sizeof(decision_) + 24, 0xff);
  EXPECT_EQ(aac_decide(evaluator_.get(), &request_, now_ms_,
                       reinterpret_cast<aac_decision*>(bytes.data())),
            AAC_OK);
  std::memcpy(&decision_, bytes.data(), sizeof(decision_));
  EXPECT_EQ(decision_.allowed, 1U);
  EXPECT_EQ(decision_.struct_size, bytes.size());
  EXPECT_EQ(std::vector(bytes.end() - 24, bytes.end()),
            std::vector<unsigned char>(24, 0));
}

TEST_F(CInterfaceTest, ACertificateHasItsOwnBytes) {
  const auto decide = [&](const aac_certificate_fields& fields) {
    aac_certificate* made = nullptr;
    EXPECT_EQ(Message(aac_certificate_create(&fields, &made)), "");
    const CCertificate certificate(made);
    request_.certificate = certificate.get();
    EXPECT_EQ(Decide(), AAC_OK);
    return std::string(aac_reason_name(decision_.reason));
  };
  std::string id = "ca-1";
  const aac_view ca = View(id);
  EXPECT_EQ(decide({sizeof(aac_certificate_fields), &ca, 1, View("client.a")}),
            "rule-matched");
  // A NUL byte does not end it.
  EXPECT_EQ(
      decide({sizeof(aac_certificate_fields), &ca, 1, {"client.a\0.evil", 14}}),
      "cn-not-allowed");
  EXPECT_EQ(decide({sizeof(aac_certificate_fields), &ca, 1, {}}),
            "cn-not-allowed");
  EXPECT_EQ(
      decide({sizeof(aac_certificate_fields), nullptr, 0, View("client.a")}),
      "certificate-missing");
}

TEST_F(CInterfaceTest, CertificatesInError) {
  const aac_view ca = View("ca-1");
  const aac_view empty = View("");
  const aac_view null = {nullptr, 1};
  const aac_certificate_fields good = {sizeof(good), &ca, 1, View("a")};
  const auto error = [&](auto change) {
    aac_certificate_fields fields = good;
    change(fields);
    aac_certificate* made = certificate_ ? certificate_.get() : nullptr;
    std::string message = Message(aac_certificate_create(&fields, &made));
    EXPECT_EQ(made, nullptr);
    return message;
  };
  EXPECT_EQ(error([&](auto& f) { f.ca_ids = nullptr; }),
            "expected ids of CAs, got NULL");
  EXPECT_EQ(error([&](auto& f) { f.ca_ids = &null; }),
            "expected the id of a CA, got NULL");
  EXPECT_THAT(error([&](auto& f) { f.ca_ids = &empty; }), HasSubstr("empty"));
  EXPECT_EQ(error([&](auto& f) { f.cn = null; }), "expected a CN, got NULL");
  EXPECT_THAT(error([&](auto& f) { f.cn = empty; }), HasSubstr("empty"));
  EXPECT_THAT(error([&](auto& f) { f.struct_size = 8; }),
              HasSubstr("struct_size"));
  const auto longer = Resized(good, sizeof(good) + 8, 1);
  aac_certificate* made = nullptr;
  EXPECT_THAT(
      Message(aac_certificate_create(
          reinterpret_cast<const aac_certificate_fields*>(longer.data()),
          &made)),
      HasSubstr("members that this version of the library knows"));
  EXPECT_EQ(Message(aac_certificate_create(nullptr, &made)),
            "expected what the certificate has, got NULL");
  EXPECT_EQ(Message(aac_certificate_create(&good, nullptr)),
            "expected a place for the certificate, got NULL");
}

TEST_F(CInterfaceTest, AccountsInError) {
  aac_account* out = account_.get();
  EXPECT_EQ(Message(aac_account_parse({nullptr, 7}, &out)),
            "expected an account as JSON, got NULL");
  EXPECT_EQ(out, nullptr);
  EXPECT_THAT(Message(aac_account_parse({}, &out)), HasSubstr("it is empty"));
  EXPECT_EQ(Message(aac_account_parse(View("{}"), &out)),
            "$: expected an answer of each of these calls: ReadAccessKeys, "
            "ReadApiAccessRules, ReadApiAccessPolicy");
  EXPECT_EQ(Message(aac_account_parse(View(kDocument), nullptr)),
            "expected a place for the account, got NULL");
}

TEST_F(CInterfaceTest, Notes) {
  std::string document = kDocument;
  document.insert(document.find("\"State\""), R"("New":1,)");
  const CAccount account = ParseC(document);
  ASSERT_EQ(aac_account_note_count(account.get()), 1U);
  EXPECT_THAT(aac_account_note(account.get(), 0), HasSubstr("`New`"));
  EXPECT_EQ(aac_account_note(account.get(), 1), nullptr);
  EXPECT_EQ(aac_account_note_count(account_.get()), 0U);
  EXPECT_EQ(aac_account_note_count(nullptr), 0U);
  EXPECT_EQ(aac_account_note(nullptr, 0), nullptr);
}

TEST_F(CInterfaceTest, AnEvaluatorOutlivesItsAccountAndCountsReferences) {
  aac_evaluator* evaluator = CompileC(ParseC(kDocument).get()).release();
  EXPECT_EQ(aac_evaluator_ref(evaluator), evaluator);
  aac_evaluator_unref(evaluator);
  EXPECT_EQ(aac_decide(evaluator, &request_, now_ms_, &decision_), AAC_OK);
  EXPECT_EQ(Text(decision_.rule_id), "aar-1");
  aac_evaluator_unref(evaluator);
}

TEST_F(CInterfaceTest, EvaluatorsInError) {
  aac_evaluator* out = evaluator_.get();
  EXPECT_EQ(Message(aac_evaluator_compile(nullptr, nullptr, &out)),
            "expected an account, got NULL");
  EXPECT_EQ(out, nullptr);
  EXPECT_EQ(Message(aac_evaluator_compile(account_.get(), nullptr, nullptr)),
            "expected a place for the evaluator, got NULL");
  const auto error = [&](const aac_evaluator_options& options) {
    return Message(aac_evaluator_compile(account_.get(), &options, &out));
  };
  const std::size_t size = sizeof(aac_evaluator_options);
  const aac_method_name null = {{nullptr, 1}, View("A")};
  const aac_method_name managing = {View("api"), View("ReadCas")};
  EXPECT_THAT(error({}), HasSubstr("struct_size"));
  EXPECT_THAT(error({size - 1, nullptr, 0}), HasSubstr("struct_size"));
  EXPECT_EQ(error({size, nullptr, 1}), "expected methods, got NULL");
  const aac_method_name no_name = {View("api"), {nullptr, 1}};
  for (const aac_method_name* method : {&null, &no_name}) {
    EXPECT_EQ(error({size, method, 1}),
              "expected a service and the name of a method, got NULL");
  }
  EXPECT_THAT(error({size, &managing, 1}), HasSubstr("ReadCas"));
}

TEST_F(CInterfaceTest, DeclaredMethods) {
  const auto class_of = [](const aac_evaluator* evaluator,
                           std::string_view name) {
    std::uint32_t method_class = 99;
    EXPECT_EQ(aac_classify(evaluator, View("api"), View(name), &method_class),
              AAC_OK);
    return std::string(aac_class_name(method_class));
  };
  EXPECT_EQ(class_of(evaluator_.get(), "ReadVms"), "Ordinary");
  EXPECT_EQ(class_of(evaluator_.get(), "ReadCas"), "Managing");
  EXPECT_EQ(class_of(evaluator_.get(), "BrandNew"), "Unlisted");
  const aac_method_name method = {View("api"), View("BrandNew")};
  const aac_evaluator_options options = {sizeof(options), &method, 1};
  const aac_evaluator_options none = {sizeof(none), nullptr, 0};
  EXPECT_EQ(class_of(CompileC(account_.get(), &none).get(), "BrandNew"),
            "Unlisted");
  const CEvaluator declared = CompileC(account_.get(), &options);
  EXPECT_EQ(class_of(declared.get(), "BrandNew"), "Ordinary");

  std::uint32_t out = 99;
  EXPECT_EQ(aac_classify(nullptr, View("api"), View("ReadVms"), &out),
            AAC_NULL_POINTER);
  EXPECT_EQ(out, AAC_CLASS_UNLISTED);
  EXPECT_EQ(aac_classify(declared.get(), {nullptr, 1}, View("A"), &out),
            AAC_NULL_POINTER);
  EXPECT_EQ(aac_classify(declared.get(), View("api"), {nullptr, 1}, &out),
            AAC_NULL_POINTER);
  EXPECT_EQ(aac_classify(declared.get(), View("api"), View("A"), nullptr),
            AAC_NULL_POINTER);
}

TEST(CInterfaceNamesTest, AreThoseOfCxx) {
  for (const Reason reason : kAllReasons) {
    EXPECT_EQ(aac_reason_name(static_cast<std::uint32_t>(reason)),
              ToString(reason));
  }
  for (const std::uint32_t value : {0U, 16U, 255U, 256U, 266U, ~0U}) {
    EXPECT_STREQ(aac_reason_name(value), "not-decided") << value;
  }
  for (const MethodClass value : kAllMethodClasses) {
    EXPECT_EQ(aac_class_name(static_cast<std::uint32_t>(value)),
              ToString(value));
  }
  for (const std::uint32_t value : {5U, 256U, 257U, ~0U}) {
    EXPECT_STREQ(aac_class_name(value), "Unlisted") << value;
  }
  EXPECT_STREQ(aac_code_message(AAC_OK), "ok");
  std::set<std::string_view> messages;
  for (std::int32_t code = AAC_OK; code <= AAC_BAD_LOGIN; ++code) {
    EXPECT_STRNE(aac_code_message(code), "unknown code") << code;
    EXPECT_TRUE(messages.insert(aac_code_message(code)).second) << code;
  }
  for (const std::int32_t value : {-1, 6, 256}) {
    EXPECT_STREQ(aac_code_message(value), "unknown code") << value;
  }
  EXPECT_EQ(aac_library_version(), kVersion);
  EXPECT_EQ(aac_catalogue_version(), kCatalogueVersion);
  EXPECT_EQ(aac_abi_version(), AAC_ABI_VERSION);
}

TEST(CInterfaceNullTest, NullIsNothing) {
  aac_error_free(nullptr);
  aac_account_free(nullptr);
  aac_certificate_free(nullptr);
  aac_answer_free(nullptr);
  aac_evaluator_unref(nullptr);
  EXPECT_EQ(aac_evaluator_ref(nullptr), nullptr);
  EXPECT_STREQ(aac_error_message(nullptr), "");
  EXPECT_STREQ(aac_answer_json(nullptr), "");
  EXPECT_EQ(Message(aac_parse_address(View("192.0.2.7"), nullptr)),
            "expected a place for the address, got NULL");
  std::array<std::uint8_t, 16> bytes;
  bytes.fill(7);
  EXPECT_EQ(Message(aac_parse_address({nullptr, 3}, bytes.data())),
            "expected an address, got NULL");
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 16>{}));
  EXPECT_THAT(Message(aac_parse_address(View("192.0.2"), bytes.data())),
              StartsWith("expected an "));
}

TEST_F(CInterfaceTest, QuestionsInError) {
  aac_answer* out = nullptr;
  const auto error = [&](aac_view question, aac_view options) {
    std::string message =
        Message(aac_ask(evaluator_.get(), question, options, &out));
    EXPECT_EQ(out, nullptr);
    return message;
  };
  EXPECT_EQ(error({nullptr, 1}, {}), "expected a question, got NULL");
  EXPECT_EQ(error(View("check"), {nullptr, 1}),
            "expected options as JSON, got NULL");
  EXPECT_THAT(error({}, {}), StartsWith("expected a question (change, "));
  EXPECT_THAT(error(View("check"), {}), StartsWith("check: $.Now: expected"));
  EXPECT_EQ(Message(aac_ask(nullptr, View("check"), {}, &out)),
            "expected an evaluator, got NULL");
  EXPECT_EQ(Message(aac_ask(evaluator_.get(), View("check"), {}, nullptr)),
            "expected a place for the answer, got NULL");
}

// The JSON library sets errno, and numbers reach it that do not fit.
TEST_F(CInterfaceTest, LeavesErrnoAlone) {
  const char overflow[] = R"({"Now":1e99999,"A":99999999999999999999})";
  errno = 42;
  aac_account* account = nullptr;
  CError(aac_account_parse(View(overflow), &account));
  EXPECT_EQ(errno, 42);
  aac_answer* answer = nullptr;
  CError(aac_ask(evaluator_.get(), View("check"), View(overflow), &answer));
  EXPECT_EQ(errno, 42);
}

static_assert(noexcept(aac_account_parse({}, nullptr)) && noexcept(
    aac_decide(nullptr, nullptr, 0,
               nullptr)) && noexcept(aac_ask(nullptr, {}, {}, nullptr)));

TEST(CQuestionsTest, AreAnsweredAsTheCommandsDo) {
  const std::string kCaller =
      R"({"Name":"office","ClientIp":"192.0.2.7","Login":"AccessKey",)"
      R"("AccessKeyId":"ROOTKEY0000000000001"})";
  const std::string kRequest =
      R"({"ApiAccessRuleId":"aar-1234567890abcdef1234567890abcdef"})";
  const std::string kChange =
      R"({"Call":"DeleteApiAccessRule","Request":)" + kRequest + '}';
  const std::string kDeletedCa =
      R"({"CaId":"ca-fedcba0987654321fedcba0987654321"})";
  const std::string kTerraform =
      R"({"format_version":"1.2","planned_values":{"root_module":{}}})";
  const TemporaryFolder temporary;
  const std::string callers =
      "--callers=" + temporary.Write("callers.jsonl", kCaller);
  const std::string trusted = Valid(FormatAccountDocument(
      Valid(examples::ReadAccountFolder(examples::AccountDir("trusted")))
          .account));
  int count = 0;
  for (const std::string name : {"ready", "blocked", "eim-users", "trusted"}) {
    const std::string folder = examples::AccountDir(name);
    const Account account = Valid(examples::ReadAccountFolder(folder)).account;
    const CEvaluator evaluator = CompileC(account);
    const auto expect = [&](const std::string& question,
                            const std::string& options,
                            std::vector<std::string> arguments,
                            const std::string& input = "") {
      aac_answer* out = nullptr;
      EXPECT_EQ(Message(aac_ask(evaluator.get(), View(question), View(options),
                                &out)),
                "")
          << options;
      const CAnswer answer(out);
      if (question != "diff") {
        arguments.insert(arguments.end(), {"--account", folder});
      }
      arguments.insert(arguments.begin(),
                       {question, "--now=2030-01-01", "--format=json"});
      const std::string printed = examples::RunProgram(arguments, input).out;
      EXPECT_THAT(printed, StartsWith("{")) << question << ' ' << options;
      EXPECT_EQ(aac_answer_json(answer.get()) + std::string("\n"), printed)
          << name << ' ' << question << ' ' << options;
      ++count;
    };
    expect("check", R"({"Now":"2030-01-01"})", {});
    expect("check",
           R"({"Now":"2030-01-01","MaxAccessKeyExpirationSeconds":7,
               "RequireTrustedEnv":false})",
           {"--max-access-key-expiration-seconds=7",
            "--require-trusted-env=false"});
    expect("factors", "{}", {});
    expect("factors", R"({"ClientIp":"192.0.2.7"})", {"--client-ip=192.0.2.7"});
    expect("review", R"({"Now":"2030-01-01"})", {});
    expect("review",
           R"({"Now":"2030-01-01","ExpiresWithinSeconds":99999999,
               "MaxBelowSeconds":100000,"OlderThanSeconds":1})",
           {"--expires-within-seconds=99999999", "--max-below-seconds=100000",
            "--older-than-seconds=1"});
    expect("change",
           R"({"Now":"2030-01-01","Call":"DeleteApiAccessRule","Request":)" +
               kRequest + R"(,"Callers":[)" + kCaller + "]}",
           {"--call=DeleteApiAccessRule", "--request=-", callers}, kRequest);
    expect("plan",
           R"({"Now":"2030-01-01","Changes":[)" + kChange + R"(],"Callers":[)" +
               kCaller + "]}",
           {"--changes=-", callers}, kChange);
    expect("change",
           R"({"Now":"2030-01-01","Call":"DeleteCa","Diff":true,"Request":)" +
               kDeletedCa + '}',
           {"--call=DeleteCa", "--request=-", "--diff"}, kDeletedCa);
    expect("plan",
           R"({"Now":"2030-01-01","Diff":true,"Changes":[)" + kChange + "]}",
           {"--changes=-", "--diff"}, kChange);
    expect("plan",
           R"({"Now":"2030-01-01","Activate":{
               "MaxAccessKeyExpirationSeconds":86400,"CaId":"ca-1"}})",
           {"--activate", "--max-access-key-expiration-seconds=86400",
            "--ca=ca-1"});
    expect("plan", R"({"Now":"2030-01-01","Terraform":)" + kTerraform + '}',
           {"--terraform=-"}, kTerraform);
    expect("forecast",
           R"({"Now":"2030-01-01","Until":"2040-01-01","Callers":[)" + kCaller +
               "]}",
           {"--until=2040-01-01", callers});
    expect("map", "", {});
    expect("diff", R"({"Now":"2030-01-01","After":)" + trusted + '}',
           {"--before", folder, "--after", examples::AccountDir("trusted")});
    std::ifstream requests(folder + "/requests.jsonl");
    for (std::string line; std::getline(requests, line);) {
      if (!ParseRequestLine(line).ok()) continue;
      expect("explain", R"({"Now":"2030-01-01","Request":)" + line + '}', {},
             line);
    }
  }
  EXPECT_GT(count, 40);
}

}  // namespace
}  // namespace api_access
