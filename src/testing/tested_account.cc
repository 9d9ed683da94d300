#include "api_access/testing/tested_account.h"

#include <optional>
#include <utility>

#include "gtest/gtest.h"
#include "src/base/text.h"
#include "src/testing/value_of.h"

namespace api_access {
namespace {

using internal::Quote;
using internal::ValueOf;

std::string LoginText(const Request& request) {
  switch (request.login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey:
      return "with access key " + Quote(request.access_key_id);
    case LoginKind::kPassword:
      return "with login/password";
  }
  return "without login";
}

std::string CertificateText(const ClientCertificate* certificate) {
  if (certificate == nullptr) return "without certificate";
  std::string text = "with a certificate under";
  if (certificate->ca_ids().empty()) text += " no CA";
  for (const std::string& id : certificate->ca_ids()) text += ' ' + Quote(id);
  return text + (certificate->cn() ? " of CN " + Quote(*certificate->cn())
                                   : " without CN");
}

std::string RequestText(const std::string& method, const Request& request,
                        Timestamp now) {
  return method + " from " + request.client_address.ToString() + ' ' +
         LoginText(request) + ", " + CertificateText(request.certificate) +
         ", at " + FormatTimestamp(now);
}

class CoveragePrinter : public ::testing::Environment {
 public:
  CoveragePrinter(std::string title,
                  std::shared_ptr<const RuleCoverage> coverage,
                  std::ostream& out)
      : title_(std::move(title)), coverage_(std::move(coverage)), out_(out) {}

  void TearDown() override {
    out_ << "Rule coverage of " << title_ << ": " << *coverage_ << '\n';
  }

 private:
  std::string title_;
  std::shared_ptr<const RuleCoverage> coverage_;
  std::ostream& out_;
};

}  // namespace

TestedAccount::TestedAccount(Account account, std::string_view now)
    : account_(std::move(account)),
      evaluator_(Evaluator::Compile(account_).value()),
      now_(ValueOf(ParseTimestamp(now), "now of TestedAccount")),
      coverage_(std::make_shared<RuleCoverage>(account_)) {}

Outcome TestedAccount::Decide(const TestRequest& test_request) {
  const std::string method = test_request.service + ' ' + test_request.method;
  const std::string where = "request " + Quote(method);
  if (test_request.password && !test_request.access_key_id.empty()) {
    return ValueOf(absl::StatusOr<Outcome>(internal::InvalidArgument(
                       "expected an access key or login/password, got both")),
                   where);
  }
  std::optional<ClientCertificate> certificate;
  if (!test_request.ca_ids.empty() || !test_request.cn.empty()) {
    ClientCertificate::Fields fields = {.ca_ids = test_request.ca_ids};
    if (!test_request.cn.empty()) fields.cn = test_request.cn;
    certificate = ValueOf(ClientCertificate::Create(std::move(fields)), where);
  }
  LoginKind login = LoginKind::kNone;
  if (test_request.password) login = LoginKind::kPassword;
  if (!test_request.access_key_id.empty()) login = LoginKind::kAccessKey;
  const Request request = {
      .method = FindMethod(test_request.service, test_request.method),
      .client_address = ValueOf(IpAddress::Parse(test_request.client_ip),
                                where + ", client_ip"),
      .login = login,
      .access_key_id = test_request.access_key_id,
      .certificate = certificate ? &*certificate : nullptr};
  return Decide(
      method, request,
      test_request.now.empty()
          ? now_
          : ValueOf(ParseTimestamp(test_request.now), where + ", now"));
}

Outcome TestedAccount::Decide(const Request& request, Timestamp now) {
  return Decide(request.method.ToString(), request, now);
}

Outcome TestedAccount::Decide(const std::string& method, const Request& request,
                              Timestamp now) {
  Outcome outcome = {RequestText(method, request, now),
                     Explain(evaluator_, request, now)};
  coverage_->Record(outcome.explanation);
  return outcome;
}

void TestedAccount::PrintCoverageAtEnd(std::string title,
                                       std::ostream& out) const {
  // GoogleTest owns it.
  ::testing::AddGlobalTestEnvironment(
      new CoveragePrinter(std::move(title), coverage_, out));
}

std::string ToString(const Outcome& outcome) {
  return outcome.request + '\n' + ToString(outcome.explanation);
}

}  // namespace api_access
