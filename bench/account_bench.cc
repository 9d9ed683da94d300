#include "bench/account_bench.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <iomanip>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/evaluator.h"
#include "api_access/json/request_line.h"
#include "api_access/quote.h"
#include "bench/scenario.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/options.h"

namespace api_access::bench {
namespace {

using examples::MessageOf;
using examples::Options;

constexpr std::string_view kHelp =
    R"(usage: api-access-bench --account DIR [--requests FILE] [--now DATE]
Measures what decisions on an account cost on this machine: the latency of a
decision, by its reason, and the memory of the compiled account.

  --account DIR    folder with the answers of the provider, as api-access reads
  --requests FILE  lines of JSON, as `api-access decide` reads them; without it
                   10,000 requests are drawn that fit the account, the same in
                   every run
  --now DATE       when requests without Now are decided; by default the
                   current time

A sample is the mean time of 32 decisions in a row. They have the same reason,
except in the row `all`. A decision includes finding the method and the access
key by their texts. One slow decision does not show in the 99th percentile of
samples. Exit status: 0, or 2 if an option or a file cannot be used.

Example: api-access-bench --account examples/accounts/trusted --now 2030-01-01
)";

// Requests in the form that is measured, and when to decide on each.
struct Workload {
  std::deque<RequestLine> lines;  // what `requests` points to, if from a file
  Requests drawn;
  std::vector<RawRequest> requests;
  std::vector<Timestamp> instants;
};

absl::StatusOr<Workload> ReadWorkload(const std::string& path, Timestamp now) {
  std::ifstream file(path);
  if (!file) {
    return absl::NotFoundError("expected a readable file, got " + Quote(path));
  }
  Workload workload;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty()) continue;
    auto line = ParseRequestLine(text);
    if (!line.ok()) {
      return absl::InvalidArgumentError(Quote(path) + " line " +
                                        std::to_string(number) + ": " +
                                        MessageOf(line.status()));
    }
    const RequestLine& kept = workload.lines.emplace_back(*std::move(line));
    workload.requests.push_back({.service = &kept.service,
                                 .method = &kept.method,
                                 .client_address = kept.caller.client_address,
                                 .login = kept.caller.login,
                                 .access_key_id = &kept.caller.access_key_id,
                                 .certificate = kept.caller.certificate
                                                    ? &*kept.caller.certificate
                                                    : nullptr});
    workload.instants.push_back(kept.now.value_or(now));
  }
  if (workload.requests.empty()) {
    return absl::InvalidArgumentError("expected request lines in " +
                                      Quote(path) + ", got none");
  }
  return workload;
}

// Nanoseconds a decision took, one number a sample.
std::vector<double> Sample(const Evaluator& evaluator, const Workload& workload,
                           const std::vector<std::size_t>& places,
                           const Machine& machine) {
  constexpr std::size_t kDecisions = 32;
  const std::size_t samples =
      std::max<std::size_t>(2'000, 10 * places.size() / kDecisions);
  std::vector<double> times;
  times.reserve(samples);
  std::size_t next = 0;
  unsigned seen = 0;
  // The first tenth warms up.
  for (std::size_t sample = 0; sample < samples + samples / 10; ++sample) {
    const std::int64_t begin = machine.stopwatch();
    for (std::size_t i = 0; i < kDecisions; ++i) {
      const std::size_t place = places[next];
      if (++next == places.size()) next = 0;
      seen += static_cast<unsigned>(
          Decide(evaluator, workload.requests[place], workload.instants[place])
              .reason);
    }
    const std::int64_t end = machine.stopwatch();
    if (sample >= samples / 10) {
      times.push_back(static_cast<double>(end - begin) / kDecisions);
    }
  }
  // Without a use of the decisions they could be left out.
  if (seen == 0) times.clear();
  return times;
}

// The value that `percent` of the times do not exceed.
double Percentile(std::vector<double> times, std::size_t percent) {
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[std::min(times.size() - 1, times.size() * percent / 100)];
}

void PrintRow(std::ostream& out, std::string_view reason, std::size_t requests,
              const std::vector<double>& times) {
  out << std::left << std::setw(24) << reason << std::right << std::setw(9)
      << requests << std::fixed << std::setprecision(1) << std::setw(12)
      << Percentile(times, 50) << std::setw(12) << Percentile(times, 99)
      << '\n';
}

absl::Status Measure(std::span<const std::string> arguments,
                     const Machine& machine) {
  constexpr std::array<examples::Option, 3> kKnown = {
      {{"--account"}, {"--requests"}, {"--now"}}};
  const auto options = Options::Parse(arguments, kKnown);
  if (!options.ok()) return options.status();
  if (!options->operands().empty()) {
    return absl::InvalidArgumentError(
        "expected no argument besides options, "
        "got " +
        Quote(options->operands().front()));
  }
  const auto folder = options->Required("--account");
  if (!folder.ok()) return folder.status();
  const auto date = options->Date("--now");
  if (!date.ok()) return date.status();
  const Timestamp now = date->has_value() ? **date : machine.clock();
  const auto read = examples::ReadAccountFolder(*folder);
  if (!read.ok()) return read.status();
  const Account& account = read->account;

  const std::int64_t before = machine.heap_bytes_in_use();
  const auto evaluator = Evaluator::Compile(account);
  if (!evaluator.ok()) return evaluator.status();
  const std::int64_t bytes = machine.heap_bytes_in_use() - before;

  Workload workload;
  if (const std::string* file = options->Find("--requests")) {
    auto lines = ReadWorkload(*file, now);
    if (!lines.ok()) return lines.status();
    workload = *std::move(lines);
  } else {
    workload.drawn = DrawRequests(account, *evaluator, now, 10'000);
    workload.requests = workload.drawn.all;
    workload.instants.resize(workload.requests.size(), now);
  }

  std::map<Reason, std::vector<std::size_t>> by_reason;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < workload.requests.size(); ++i) {
    const Reason reason =
        Decide(*evaluator, workload.requests[i], workload.instants[i]).reason;
    by_reason[reason].push_back(i);
    all.push_back(i);
  }
  std::size_t ranges = 0;
  for (const ApiAccessRule& rule : account.rules()) {
    ranges += rule.ip_ranges().size();
  }
  machine.out << "rules: " << account.rules().size() << ", ranges: " << ranges
              << ", access keys: " << account.access_keys().size() << '\n'
              << "heap of the compiled form: " << bytes << " bytes\n\n"
              << "reason                   requests   median ns      p99 ns\n";
  PrintRow(machine.out, "all", all.size(),
           Sample(*evaluator, workload, all, machine));
  for (const auto& [reason, places] : by_reason) {
    PrintRow(machine.out, ToString(reason), places.size(),
             Sample(*evaluator, workload, places, machine));
  }
  return absl::OkStatus();
}

}  // namespace

int RunAccountBench(std::span<const std::string> arguments,
                    const Machine& machine) {
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      machine.out << kHelp;
      return 0;
    }
  }
  const absl::Status status = Measure(arguments, machine);
  if (status.ok()) return 0;
  machine.err << "api-access-bench: " << MessageOf(status)
              << "\ntry api-access-bench --help\n";
  return 2;
}

}  // namespace api_access::bench
