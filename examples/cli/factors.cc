// api-access factors

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/ip.h"
#include "api_access/method.h"
#include "api_access/required_factors.h"
#include "api_access/requirement.h"
#include "examples/account_folder/json_cursor.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/output.h"

namespace api_access::examples {
namespace {

// A row of the table: methods of one class that need the same, and one of them.
struct Row {
  std::vector<std::string_view> services;
  Method sample;
};

std::vector<Row> Rows() {
  return {
      {{"api", "icu", "fcu"}, FindMethod("api", "ReadRegions")},
      {{"api", "icu", "fcu", "lbu", "directlink", "eim"},
       FindMethod("api", "ReadVms")},
      {{"api", "icu"}, FindMethod("api", "ReadAccessKeys")},
      {{"eim"}, FindMethod("eim", "ListAccessKeys")},
      {{"oos", "osu"}, FindMethod("oos", "")},
      {{"*"}, FindMethod("", "")},
  };
}

Json AlternativesJson(FactorRequirement requirement) {
  Json alternatives = Json::array();
  for (const FactorSet alternative : requirement) {
    Json factors = Json::array();
    for (const Factor factor : alternative) {
      factors.push_back(ToString(factor));
    }
    alternatives.push_back(std::move(factors));
  }
  return alternatives;
}

std::string JoinServices(const Row& row) {
  std::string text;
  for (const std::string_view service : row.services) {
    text += (text.empty() ? "" : " ") + std::string(service);
  }
  return text;
}

FactorRequirement Documented(const Row& row, bool trusted_session,
                             CertificateDemand demand) {
  return RequiredFactors(row.sample.method_class(), row.sample.service(),
                         trusted_session, demand);
}

// The tables that hold somewhere: two when it depends on the address.
std::vector<CertificateDemand> Tables(CertificateDemand demand) {
  if (demand != CertificateDemand::kDepends) return {demand};
  return {CertificateDemand::kNotAsked, CertificateDemand::kAsked};
}

struct Tabled {
  bool trusted_session;
  CertificateDemand demand;
  Evaluator evaluator;
  std::optional<IpAddress> client_ip;
};

void PrintJson(const Tabled& input, std::ostream& out) {
  Json classes = Json::array();
  for (const CertificateDemand demand : Tables(input.demand)) {
    for (const Row& row : Rows()) {
      Json entry = {{"Class", ToString(row.sample.method_class())},
                    {"Services", row.services}};
      if (input.demand == CertificateDemand::kDepends) {
        entry["Certificate"] = ToString(demand);
      }
      entry["Deactivated"] = AlternativesJson(Documented(row, false, demand));
      entry["Activated"] = AlternativesJson(Documented(row, true, demand));
      classes.push_back(std::move(entry));
    }
  }
  Json exact;
  if (input.client_ip) {
    exact = Json::array();
    for (const Row& row : Rows()) {
      exact.push_back({{"Class", ToString(row.sample.method_class())},
                       {"Services", row.services},
                       {"Alternatives",
                        AlternativesJson(RequiredFactors(
                            input.evaluator, row.sample, *input.client_ip))}});
    }
  }
  out << Dump({{"TrustedSession", input.trusted_session},
               {"Rules", ToString(input.demand)},
               {"Classes", std::move(classes)},
               {"Exact", std::move(exact)}})
      << '\n';
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

void PrintText(const Tabled& input, std::ostream& out) {
  out << DemandText(input.demand) << "; the trusted session is "
      << (input.trusted_session ? "activated" : "deactivated") << " (*)\n";
  for (const CertificateDemand demand : Tables(input.demand)) {
    if (input.demand == CertificateDemand::kDepends) {
      out << "\nFrom addresses where "
          << (demand == CertificateDemand::kAsked ? "one is asked for"
                                                  : "none is asked for")
          << ":\n";
    }
    std::vector<std::vector<std::string>> rows = {
        {"Class", "Services",
         input.trusted_session ? "Deactivated" : "Deactivated*",
         input.trusted_session ? "Activated*" : "Activated"}};
    for (const Row& row : Rows()) {
      rows.push_back({std::string(ToString(row.sample.method_class())),
                      JoinServices(row),
                      Documented(row, false, demand).ToString(),
                      Documented(row, true, demand).ToString()});
    }
    out << AlignColumns(rows, "  ");
  }
  if (!input.client_ip) return;
  out << "\nExactly, from " << *input.client_ip << ":\n";
  std::vector<std::vector<std::string>> rows;
  for (const Row& row : Rows()) {
    rows.push_back(
        {std::string(ToString(row.sample.method_class())), JoinServices(row),
         RequiredFactors(input.evaluator, row.sample, *input.client_ip)
             .ToString()});
  }
  out << AlignColumns(rows, "  ");
}

constexpr std::string_view kOptions[] = {"--account", "--client-ip",
                                         "--format"};

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  std::optional<IpAddress> client_ip;
  if (const std::string* text = options.Find("--client-ip")) {
    const auto address = IpAddress::Parse(*text);
    if (!address.ok()) {
      return absl::InvalidArgumentError("--client-ip: " +
                                        MessageOf(address.status()));
    }
    client_ip = *address;
  }
  const auto read = ReadInput(options, Format::kText);
  if (!read.ok()) return read.status();
  auto evaluator = Evaluator::Compile(read->account);
  if (!evaluator.ok()) return evaluator.status();

  const Tabled input = {
      .trusted_session = read->account.policy().require_trusted_env(),
      .demand = CertificateDemandOf(read->account),
      .evaluator = *std::move(evaluator),
      .client_ip = client_ip};
  (read->format == Format::kJson ? PrintJson : PrintText)(input, terminal.out);
  return kOk;
}

}  // namespace

constinit const Command kFactors = {
    .name = "factors",
    .options = kOptions,
    .operand = "",
    .help =
        R"(api-access factors --account DIR [--client-ip IP] [--format text|json]
  Which authentication factors does each class of methods need, with the trusted
  session deactivated and activated? With an address: which exactly, from there.
  Exit status: 0, 2 unusable input.

  Example:
    api-access factors --account examples/accounts/trusted --client-ip 192.0.2.7
)",
    .run = &Run,
};

}  // namespace api_access::examples
