#include "api_access/testing/tested_account.h"

#include <utility>

#include "gtest/gtest.h"
#include "src/base/text.h"
#include "src/testing/value_of.h"

namespace api_access {
namespace {

using internal::ValueOf;

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

TestedAccount::TestedAccount(Account account, std::string_view now,
                             MethodCatalogue catalogue)
    : account_(std::move(account)),
      evaluator_(Evaluator::Compile(account_).value()),
      now_(ValueOf(ParseTimestamp(now), "now of TestedAccount")),
      catalogue_(std::move(catalogue)),
      coverage_(std::make_shared<RuleCoverage>(account_)) {}

Outcome TestedAccount::Decide(const TestRequest& test_request) {
  const std::string method = test_request.service + ' ' + test_request.method;
  const std::string where = "request " + Quote(method);
  if (test_request.password && !test_request.access_key_id.empty()) {
    return ValueOf(absl::StatusOr<Outcome>(internal::InvalidArgument(
                       "expected an access key or login/password, got both")),
                   where);
  }
  Caller caller = {.client_address =
                       ValueOf(IpAddress::Parse(test_request.client_ip),
                               where + ", client_ip")};
  if (test_request.password) caller.login = LoginKind::kPassword;
  if (!test_request.access_key_id.empty()) {
    caller.login = LoginKind::kAccessKey;
    caller.access_key_id = test_request.access_key_id;
  }
  if (!test_request.ca_ids.empty() || !test_request.cn.empty()) {
    ClientCertificate::Fields fields = {.ca_ids = test_request.ca_ids};
    if (!test_request.cn.empty()) fields.cn = test_request.cn;
    caller.certificate =
        ValueOf(ClientCertificate::Create(std::move(fields)), where);
  }
  return Decide(
      method, test_request.method,
      caller.For(catalogue_.Find(test_request.service, test_request.method)),
      test_request.now.empty()
          ? now_
          : ValueOf(ParseTimestamp(test_request.now), where + ", now"));
}

Outcome TestedAccount::Decide(const Request& request, Timestamp now) {
  return Decide(request.method.ToString(), "", request, now);
}

Outcome TestedAccount::Decide(const std::string& method,
                              std::string_view method_name,
                              const Request& request, Timestamp now) {
  ExplanationContext context = {.method_name = method_name};
  if (account_.cas()) context.cas = *account_.cas();
  Outcome outcome = {method + " from " + Caller::Of(request).ToString() +
                         ", at " + FormatTimestamp(now),
                     Explain(evaluator_, request, now, context)};
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
