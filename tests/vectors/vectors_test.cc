// The conformance vectors through C++ and through the C interface.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/account.h"
#include "api_access/c/api_access.h"
#include "api_access/change.h"
#include "api_access/decision.h"
#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/json/account_answers.h"
#include "api_access/json/changes.h"
#include "api_access/json/questions.h"
#include "api_access/json/reports.h"
#include "api_access/json/request_line.h"
#include "api_access/method.h"
#include "api_access/timestamp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/c/support.h"
#include "tests/support.h"

namespace api_access {
namespace {

using Json = nlohmann::json;

std::vector<Json> ReadRows(const std::string& name) {
  std::ifstream file(API_ACCESS_SOURCE_DIR "/tests/vectors/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  std::vector<Json> rows;
  for (std::string line; std::getline(file, line);) {
    rows.push_back(Json::parse(line));
  }
  return rows;
}

// Whether an answer says what is expected: it may say more, and what it leaves
// out is null. README.md, beside this file, defines it.
bool Agrees(const Json& expected, const Json& answer) {
  if (expected.is_object()) {
    if (!answer.is_object()) return false;
    for (const auto& [name, value] : expected.items()) {
      const auto found = answer.find(name);
      if (!Agrees(value, found == answer.end() ? Json() : *found)) return false;
    }
    return true;
  }
  if (!expected.is_array()) return expected == answer;
  if (!answer.is_array() || expected.size() != answer.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!Agrees(expected[i], answer[i])) return false;
  }
  return true;
}

// Methods that are declared ordinary, such as `api:ReadVms`, for both
// interfaces.
class Declarations {
 public:
  explicit Declarations(const std::vector<std::string>& methods) {
    for (const std::string& method : methods) {
      const std::size_t colon = method.find(':');
      names_.push_back({method.substr(0, colon), method.substr(colon + 1)});
    }
    for (const MethodName& name : names_) {
      c_names_.push_back({View(name.service), View(name.name)});
    }
  }

  absl::StatusOr<MethodCatalogue> Catalogue() const {
    return MethodCatalogue::Create({.ordinary = names_});
  }
  // Valid as long as this.
  aac_evaluator_options Options() const {
    return {sizeof(aac_evaluator_options), c_names_.data(), c_names_.size()};
  }

 private:
  std::vector<MethodName> names_;
  std::vector<aac_method_name> c_names_;
};

// An account of accounts.jsonl, compiled for both interfaces.
struct Compiled {
  explicit Compiled(const Json& row)
      : document(row["Account"]),
        account(Valid(ParseAccountDocument(document.dump())).account),
        evaluator(Valid(Evaluator::Compile(account))) {
    const Declarations declared(
        row.value("Ordinary", std::vector<std::string>()));
    catalogue = Valid(declared.Catalogue());
    const aac_evaluator_options options = declared.Options();
    c_evaluator = CompileC(ParseC(document.dump()).get(), &options);
  }

  Json document;
  Account account;
  Evaluator evaluator;
  MethodCatalogue catalogue;
  CEvaluator c_evaluator;
};

const Compiled& AccountOf(const std::string& name) {
  static const auto& accounts = *new std::map<std::string, Compiled>([] {
    std::map<std::string, Compiled> all;
    for (const Json& row : ReadRows("accounts.jsonl")) {
      all.emplace(row["Name"], row);
    }
    return all;
  }());
  return accounts.at(name);
}

// An answer; null for an error.
Json OrNull(const absl::StatusOr<std::string>& answer) {
  return answer.ok() ? Json::parse(*answer) : Json();
}

Json Ask(const Compiled& account, const std::string& question,
         const std::string& options) {
  return OrNull(api_access::Ask(account.account, account.evaluator,
                                account.catalogue, question, options));
}

Json AskC(const aac_evaluator* evaluator, const std::string& question,
          const std::string& options) {
  aac_answer* answer = nullptr;
  const CError error(
      aac_ask(evaluator, View(question), View(options), &answer));
  const CAnswer owned(answer);
  return error == nullptr ? Json::parse(aac_answer_json(answer)) : Json();
}

Json AskC(const Compiled& account, const std::string& question,
          const std::string& options) {
  return AskC(account.c_evaluator.get(), question, options);
}

// The options of a row, as its question has them.
std::string OptionsOf(const Json& row) {
  Json options = row["Options"];
  if (row.contains("After") && row["After"].is_string()) {
    options["After"] = AccountOf(row["After"]).document;
  }
  return options.dump();
}

// The request of a row, as text.
std::string LineOf(const Json& row) {
  return row.contains("Line") ? row["Line"].get<std::string>()
                              : row["Request"].dump();
}

// What both interfaces say to `explain`: the decision, or null.
Json DecisionIn(const Json& explanation) {
  return explanation.is_null() ? Json() : explanation["Decision"];
}

// How many rows there are, at least: a runner that finds fewer lost some.
constexpr std::size_t kDecisions = 2'300;
constexpr std::size_t kQuestions = 900;
constexpr std::size_t kTexts = 160;
constexpr std::size_t kFolders = 85;

TEST(VectorsTest, Decide) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("decide.jsonl")) {
    const Compiled& account = AccountOf(row["Account"]);
    const auto line = ParseRequestLine(LineOf(row));
    ++count;
    if (row["Answer"].is_null()) {
      EXPECT_FALSE(line.ok()) << row;
      continue;
    }
    ASSERT_TRUE(line.ok()) << row;
    const Decision decision = account.evaluator.Decide(
        line->RequestIn(account.catalogue), line->now.value());
    const std::string answer = DecisionJson(account.evaluator, *line, decision);
    EXPECT_TRUE(Agrees(row["Answer"], Json::parse(answer))) << row << '\n'
                                                            << answer;
    EXPECT_EQ(
        ProviderErrorCode(decision.reason, line->caller.login).value_or(0),
        row.value("ProviderErrorCode", 0))
        << row;
    // What walks through the rules says the same as what looks them up.
    const Json explained = DecisionIn(
        Ask(account, "explain", "{\"Request\":" + LineOf(row) + '}'));
    EXPECT_EQ(explained, Json::parse(answer)) << row;
  }
  EXPECT_GE(count, kDecisions);
}

TEST(VectorsTest, Questions) {
  std::size_t count = 0;
  for (const std::string question :
       {"change", "check", "diff", "factors", "forecast", "map", "plan"}) {
    for (const Json& row : ReadRows(question + ".jsonl")) {
      const Json answer =
          Ask(AccountOf(row["Account"]), question, OptionsOf(row));
      EXPECT_TRUE(Agrees(row["Answer"], answer)) << row << '\n' << answer;
      ++count;
    }
  }
  EXPECT_GE(count, kQuestions);
}

TEST(VectorsTest, ChangedAccounts) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("change.jsonl")) {
    const Compiled& account = AccountOf(row["Account"]);
    const Json& options = row["Options"];
    if (!row.contains("After")) continue;
    const Change change = Valid(ParseChange(options["Call"].get<std::string>(),
                                            options["Request"].dump(),
                                            options.value("NewId", "new")));
    const auto outcome =
        Valid(Apply(account.account, change,
                    Valid(ParseTimestamp(options["Now"].get<std::string>()))));
    ASSERT_TRUE(outcome.accepted()) << row;
    Json document = account.document;
    document.update(row["After"]);
    EXPECT_EQ(Valid(FormatAccountDocument(*outcome.account)),
              Valid(FormatAccountDocument(
                  Valid(ParseAccountDocument(document.dump())).account)))
        << row;
    ++count;
  }
  EXPECT_GT(count, 100u);
}

template <typename Value>
Json ValueOf(const absl::StatusOr<Value>& value) {
  return value.ok() ? Json{{"Value", value->ToString()}} : Json();
}

TEST(VectorsTest, Parse) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("parse.jsonl")) {
    const std::string text = row["Text"];
    Json answer;
    if (row["Kind"] == "ip") {
      answer = ValueOf(IpAddress::Parse(text));
    } else if (row["Kind"] == "range") {
      answer = ValueOf(IpRange::Parse(text));
    } else if (row["Kind"] == "ordinary") {
      if (Declarations({text}).Catalogue().ok()) answer["Value"] = text;
    } else if (const auto date = ParseTimestamp(text); date.ok()) {
      answer["Value"] = FormatTimestamp(*date);
    }
    EXPECT_EQ(row["Answer"], answer) << row;
    ++count;
  }
  EXPECT_GE(count, kTexts);
}

// The answers of a row in one document, each as it stands.
std::string DocumentOf(const Json& files) {
  std::string document;
  for (const auto& [name, content] : files.items()) {
    std::string text;
    if (content.is_array()) {
      for (const std::string page : content) {
        text += (text.empty() ? '[' : ',') + page;
      }
      text += ']';
    } else {
      text = content;
    }
    document += (document.empty() ? '{' : ',') +
                Json(name.substr(0, name.rfind(".json"))).dump() + ':' + text;
  }
  return document + '}';
}

TEST(VectorsTest, Read) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("read.jsonl")) {
    const auto parsed = ParseAccountDocument(DocumentOf(row["Files"]));
    Json answer;
    if (parsed.ok()) {
      const auto evaluator = Valid(Evaluator::Compile(parsed->account));
      answer = OrNull(api_access::Ask(parsed->account, evaluator, {}, "check",
                                      row["Options"].dump()));
    }
    EXPECT_TRUE(Agrees(row["Answer"], answer)) << row << '\n' << answer;
    ++count;
  }
  EXPECT_GE(count, kFolders);
}

// The decision on a request line by the structs of the C interface. They have
// no missing factors.
Json DecideC(const aac_evaluator* evaluator, const Json& line) {
  const auto text = [&](const char* name) {
    const auto found = line.find(name);
    return found == line.end() ? std::string() : found->get<std::string>();
  };
  const std::string service = text("Service");
  const std::string method = text("Method");
  const std::string key_id = text("AccessKeyId");
  const std::string login = text("Login");
  std::array<std::uint8_t, 16> address{};
  EXPECT_EQ(Message(aac_parse_address(View(text("ClientIp")), address.data())),
            "");
  CCertificate certificate;
  if (line.contains("Certificate")) {
    const Json& shown = line["Certificate"];
    const std::vector<std::string> ids = shown["CaIds"];
    std::vector<aac_view> views;
    for (const std::string& id : ids) views.push_back(View(id));
    aac_certificate_fields fields = {
        sizeof(fields), views.data(), views.size(), {nullptr, 0}};
    const std::string cn = shown.value("Cn", "");
    if (!cn.empty()) fields.cn = View(cn);
    aac_certificate* created = nullptr;
    EXPECT_EQ(Message(aac_certificate_create(&fields, &created)), "");
    certificate.reset(created);
  }
  const aac_request request = {
      .struct_size = sizeof(aac_request),
      .service = View(service),
      .method = View(method),
      .client_address = {address.data(), address.size()},
      .access_key_id = View(key_id),
      .certificate = certificate.get(),
      .login =
          static_cast<std::uint64_t>(login == "AccessKey" ? AAC_LOGIN_ACCESS_KEY
                                     : login == "Password" ? AAC_LOGIN_PASSWORD
                                                           : AAC_LOGIN_NONE)};
  aac_decision decision = {};
  decision.struct_size = sizeof(decision);
  const Timestamp now = Valid(ParseTimestamp(text("Now")));
  EXPECT_EQ(aac_decide(evaluator, &request, now.time_since_epoch().count(),
                       &decision),
            AAC_OK);
  Json answer = {{"Verdict", decision.allowed == 1 ? "Allow" : "Deny"},
                 {"Reason", aac_reason_name(decision.reason)},
                 {"RuleId", nullptr},
                 {"ValidUntil", nullptr},
                 {"ProviderErrorCode", decision.provider_error_code}};
  if (decision.rule_id.size > 0) answer["RuleId"] = Text(decision.rule_id);
  if (decision.has_valid_until == 1) {
    answer["ValidUntil"] = FormatTimestamp(
        Timestamp(std::chrono::milliseconds(decision.valid_until_ms)));
  }
  return answer;
}

TEST(CVectorsTest, Decide) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("decide.jsonl")) {
    const Compiled& account = AccountOf(row["Account"]);
    const Json explained = DecisionIn(
        AskC(account, "explain", "{\"Request\":" + LineOf(row) + '}'));
    EXPECT_TRUE(Agrees(row["Answer"], explained)) << row << '\n' << explained;
    ++count;
    if (!row.contains("Request")) continue;
    Json expected = row["Answer"];
    expected.erase("MissingFactors");
    expected["ProviderErrorCode"] = row.value("ProviderErrorCode", 0);
    EXPECT_EQ(DecideC(account.c_evaluator.get(), row["Request"]), expected)
        << row;
  }
  EXPECT_GE(count, kDecisions);
}

TEST(CVectorsTest, Questions) {
  std::size_t count = 0;
  for (const std::string question :
       {"change", "check", "diff", "factors", "forecast", "map", "plan"}) {
    for (const Json& row : ReadRows(question + ".jsonl")) {
      const Json answer =
          AskC(AccountOf(row["Account"]), question, OptionsOf(row));
      EXPECT_TRUE(Agrees(row["Answer"], answer)) << row << '\n' << answer;
      ++count;
    }
  }
  EXPECT_GE(count, kQuestions);
}

// There is a function for addresses alone: ranges are read in a rule, dates in
// a question.
TEST(CVectorsTest, Parse) {
  const Compiled& any = AccountOf("empty");
  std::size_t count = 0;
  for (const Json& row : ReadRows("parse.jsonl")) {
    const std::string text = row["Text"];
    Json answer;
    if (row["Kind"] == "ip") {
      std::array<std::uint8_t, 16> address{};
      if (Message(aac_parse_address(View(text), address.data())).empty()) {
        answer["Value"] = IpAddress::FromV6(address).ToString();
      }
    } else if (row["Kind"] == "range") {
      Json document = any.document;
      document["ReadApiAccessRules"]["ApiAccessRules"] = {
          {{"ApiAccessRuleId", "rule"}, {"IpRanges", {text}}}};
      aac_account* account = nullptr;
      const CError error(aac_account_parse(View(document.dump()), &account));
      const CAccount owned(account);
      if (error == nullptr) {
        const Json explained = AskC(
            CompileC(account).get(), "explain",
            R"({"Request":{"Service":"","Method":"","ClientIp":"::","Now":"2030-01-01"}})");
        answer["Value"] = explained["Rules"][0]["IpRanges"][0];
      }
    } else if (row["Kind"] == "ordinary") {
      const Declarations declared({text});
      const aac_evaluator_options options = declared.Options();
      aac_evaluator* evaluator = nullptr;
      const CError error(aac_evaluator_compile(
          ParseC(any.document.dump()).get(), &options, &evaluator));
      const CEvaluator owned(evaluator);
      if (error == nullptr) answer["Value"] = text;
    } else {
      const Json checked = AskC(any, "check", Json{{"Now", text}}.dump());
      if (!checked.is_null()) answer["Value"] = checked["Judged"]["Now"];
    }
    EXPECT_EQ(row["Answer"], answer) << row;
    ++count;
  }
  EXPECT_GE(count, kTexts);
}

TEST(CVectorsTest, Read) {
  std::size_t count = 0;
  for (const Json& row : ReadRows("read.jsonl")) {
    aac_account* account = nullptr;
    const CError error(
        aac_account_parse(View(DocumentOf(row["Files"])), &account));
    const CAccount owned(account);
    Json answer;
    if (error == nullptr) {
      answer = AskC(CompileC(account).get(), "check", row["Options"].dump());
    }
    EXPECT_TRUE(Agrees(row["Answer"], answer)) << row << '\n' << answer;
    ++count;
  }
  EXPECT_GE(count, kFolders);
}

}  // namespace
}  // namespace api_access
