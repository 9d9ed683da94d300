// What it costs to replay a log that is in memory, beside simdjson alone: it
// walks over the same bytes, in place, and reads the same fields. Each begins
// without memory of its own, as it is once a run. From a stream, which has to
// be copied first, as simdjson would have to, it takes longer.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "api_access/usage.h"
#include "bench/scenario.h"
#include "benchmark/benchmark.h"
#include "examples/log/log_reader.h"
#include "simdjson.h"

namespace api_access::bench {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kEntries = 20'000;

// An entry of 1 kB with all fields that the provider documents.
std::string EntryText(const Scenario& scenario, std::size_t number) {
  const RawRequest& request =
      scenario.requests.all[number % scenario.requests.all.size()];
  std::string headers;
  while (headers.size() < 240) headers += R"(X-Header: some value\r\n)";
  std::string payload;
  while (payload.size() < 250) payload += R"({\"Filters\": {\"VmIds\": []}})";
  return R"({"AccountId": "123456789012", "CallDuration": 93, )"
         R"("QueryAccessKey": ")" +
         *request.access_key_id + R"(", "QueryApiName": "oapi", )" +
         R"("QueryApiVersion": "1.41", "QueryCallName": ")" + *request.method +
         R"(", "QueryDate": "2029-08-11T09:55:02.842375Z", )" +
         R"("QueryHeaderRaw": ")" + headers + R"(", "QueryHeaderSize": 287, )" +
         R"("QueryIpAddress": ")" + request.client_address.ToString() +
         R"(", "QueryPayloadRaw": ")" + payload +
         R"(", "QueryPayloadSize": 12, "QueryUserAgent": "test 1.0", )" +
         R"("RequestId": "0475ca1e-d0c5-441d-712a-da55a4175157", )" +
         R"("ResponseSize": 1887, "ResponseStatusCode": 200})";
}

const Scenario& TheScenario() {
  static const Scenario& scenario = *new Scenario(MakeScenario(kTypical));
  return scenario;
}

const std::string& Lines() {
  static const std::string& lines = *new std::string([] {
    std::string text;
    for (std::size_t i = 0; i < kEntries; ++i) {
      text += EntryText(TheScenario(), i) + '\n';
    }
    return text;
  }());
  return lines;
}

const std::string& Document() {
  static const std::string& document = *new std::string([] {
    std::string text = R"({"Logs":[)";
    for (const char c : Lines()) text += c == '\n' ? ',' : c;
    text.back() = ']';
    return text + '}';
  }());
  return document;
}

void CountEntries(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kEntries));
}

template <const std::string& (*kLog)(), bool kIsStream>
void Replay(benchmark::State& state) {
  auto recorder = UsageRecorder::Create(
      {.account = TheScenario().account, .account_name = "account"});
  if (!recorder.ok()) std::abort();
  std::istringstream in(kLog());
  for (auto _ : state) {
    const examples::LogVisitor visitor = {
        .entry = [&](const LogEntry& entry, std::string_view) {
          recorder->Record(entry);
        }};
    in.clear();
    in.seekg(0);
    const auto read =
        kIsStream ? examples::ReadLog(in, visitor)
                  : examples::ReadLog(std::string_view(kLog()), visitor);
    if (!read.ok() || read->entries != kEntries) std::abort();
    benchmark::DoNotOptimize(recorder->Take(read->digest));
  }
  CountEntries(state);
}
BENCHMARK_TEMPLATE(Replay, Lines, false)->Name("Replay/Entries/Lines");
BENCHMARK_TEMPLATE(Replay, Document, false)->Name("Replay/Entries/Document");
BENCHMARK_TEMPLATE(Replay, Lines, true)->Name("Replay/Stream/Lines");
BENCHMARK_TEMPLATE(Replay, Document, true)->Name("Replay/Stream/Document");

// Reads the fields of an entry; returns something that depends on all of them.
std::size_t ReadFields(ondemand::object object) {
  constexpr std::array<std::string_view, 6> kTexts = {
      "QueryDate",      "QueryApiName",   "QueryCallName",
      "QueryAccessKey", "QueryIpAddress", "RequestId"};
  std::size_t sum = 0;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field) != simdjson::SUCCESS) std::abort();
    const char* const key = field.key().raw();
    const std::string_view name(
        key, static_cast<std::size_t>(std::strchr(key, '"') - key));
    if (name == "ResponseStatusCode") {
      sum += static_cast<std::size_t>(std::int64_t{field.value().get_int64()});
      continue;
    }
    for (const std::string_view text : kTexts) {
      if (name != text) continue;
      sum += std::string_view(field.value().get_string()).size();
      break;
    }
  }
  return sum;
}

void SimdjsonLines(benchmark::State& state) {
  const simdjson::padded_string log(Lines());
  for (auto _ : state) {
    ondemand::parser parser;
    const char* at = log.data();
    const char* const end = at + log.size();
    while (at < end) {
      const auto size = static_cast<std::size_t>(
          static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at))) -
          at);
      ondemand::document document;
      if (parser
              .iterate(reinterpret_cast<const std::uint8_t*>(at), size,
                       size + simdjson::SIMDJSON_PADDING)
              .get(document) != simdjson::SUCCESS) {
        std::abort();
      }
      benchmark::DoNotOptimize(ReadFields(document.get_object()));
      at += size + 1;
    }
  }
  CountEntries(state);
}
BENCHMARK(SimdjsonLines)->Name("Simdjson/Entries/Lines");

void SimdjsonDocument(benchmark::State& state) {
  const simdjson::padded_string log(Document());
  for (auto _ : state) {
    ondemand::parser parser;
    ondemand::document document;
    if (parser.iterate(log).get(document) != simdjson::SUCCESS) std::abort();
    for (auto entry : document["Logs"].get_array()) {
      benchmark::DoNotOptimize(ReadFields(entry.get_object()));
    }
  }
  CountEntries(state);
}
BENCHMARK(SimdjsonDocument)->Name("Simdjson/Entries/Document");

}  // namespace
}  // namespace api_access::bench
