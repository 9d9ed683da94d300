// api-access factors

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/json/reports.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

std::string JoinServices(const FactorRow& row) {
  std::string text;
  for (const std::string_view service : row.services) {
    text += (text.empty() ? "" : " ") + std::string(service);
  }
  return text;
}

FactorRequirement Documented(const FactorRow& row, bool trusted_session,
                             CertificateDemand demand) {
  return RequiredFactors(row.sample.method_class(), row.sample.service(),
                         trusted_session, demand);
}

std::string_view DemandText(CertificateDemand demand) {
  switch (demand) {
    case CertificateDemand::kNoRules:
      break;
    case CertificateDemand::kAsked:
      return "Every rule asks for a certificate";
    case CertificateDemand::kNotAsked:
      return "No rule asks for a certificate";
    case CertificateDemand::kDepends:
      return "Whether a certificate is asked for depends on the address";
  }
  return "The account has no rules";
}

void PrintText(const Account& account, const Evaluator& evaluator,
               const std::optional<IpAddress>& client_ip, std::ostream& out) {
  const CertificateDemand rules = CertificateDemandOf(account);
  const bool trusted_session = account.policy().require_trusted_env();
  out << DemandText(rules) << "; the trusted session is "
      << (trusted_session ? "activated" : "deactivated") << " (*)\n";
  for (const CertificateDemand demand : TablesOf(rules)) {
    if (rules == CertificateDemand::kDepends) {
      out << "\nFrom addresses where "
          << (demand == CertificateDemand::kAsked ? "one is asked for"
                                                  : "none is asked for")
          << ":\n";
    }
    std::vector<std::vector<std::string>> rows = {
        {"Class", "Services", trusted_session ? "Deactivated" : "Deactivated*",
         trusted_session ? "Activated*" : "Activated"}};
    for (const FactorRow& row : FactorRows()) {
      rows.push_back({std::string(ToString(row.sample.method_class())),
                      JoinServices(row),
                      Documented(row, false, demand).ToString(),
                      Documented(row, true, demand).ToString()});
    }
    out << AlignColumns(rows, "  ");
  }
  if (!client_ip) return;
  out << "\nExactly, from " << *client_ip << ":\n";
  std::vector<std::vector<std::string>> rows;
  for (const FactorRow& row : FactorRows()) {
    rows.push_back(
        {std::string(ToString(row.sample.method_class())), JoinServices(row),
         RequiredFactors(evaluator, row.sample, *client_ip).ToString()});
  }
  out << AlignColumns(rows, "  ");
}

constexpr Option kOptions[] = {
    {"--account"}, {"--now"}, {"--client-ip"}, {"--format"}};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  std::optional<IpAddress> client_ip;
  if (const std::string* text = options.Find("--client-ip")) {
    const auto address = IpAddress::Parse(*text);
    if (!address.ok()) {
      return OptionError("--client-ip", MessageOf(address.status()));
    }
    client_ip = *address;
  }
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();
  const auto evaluator = Evaluator::Compile(input->account);
  if (!evaluator.ok()) return evaluator.status();
  if (input->format == Format::kJson) {
    terminal.out << FactorsJson(input->account, *evaluator, client_ip) << '\n';
  } else {
    PrintText(input->account, *evaluator, client_ip, terminal.out);
  }
  return kOk;
}

}  // namespace

constinit const Command kFactors = {
    .name = "factors",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access factors --account DIR [--client-ip IP] [--now T]
             [--format text|json]
  Lists the authentication factors that each class of methods needs, with the
  trusted session deactivated and activated. With --client-ip it also lists what
  exactly is needed from that address. No table depends on --now. Exit status:
  0, or 2 if an option or the account cannot be used.

  Example:
    api-access factors --account examples/accounts/trusted --client-ip 192.0.2.7
)",
    .run = &Run,
};

}  // namespace api_access::examples
