// The reader of logs: any bytes, and logs that are written from entries that
// are known.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "examples/log/log_reader.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/plain_reader.h"

namespace api_access {
namespace {

using nlohmann::json;

struct FieldName {
  const char* name;
  LogField LogEntry::*field;
};
constexpr std::array<FieldName, 7> kFields = {
    {{"QueryDate", &LogEntry::query_date},
     {"QueryApiName", &LogEntry::query_api_name},
     {"QueryCallName", &LogEntry::query_call_name},
     {"QueryAccessKey", &LogEntry::query_access_key},
     {"QueryIpAddress", &LogEntry::query_ip_address},
     {"ResponseStatusCode", &LogEntry::response_status_code},
     {"RequestId", &LogEntry::request_id}}};

// What is read of a field, as text.
std::string TextOf(const LogField& field) {
  switch (field.kind) {
    case LogField::Kind::kMissing:
      return "missing";
    case LogField::Kind::kNull:
      return "null";
    case LogField::Kind::kText:
      return "text " + std::string(field.text);
    case LogField::Kind::kInteger:
      return "integer " + std::to_string(field.integer);
    case LogField::Kind::kOther:
      break;
  }
  return "other";
}

std::string TextOf(const json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end()) return "missing";
  if (found->is_null()) return "null";
  if (found->is_string()) return "text " + found->get<std::string>();
  const bool fits =
      found->is_number_integer() && (!found->is_number_unsigned() ||
                                     found->get<std::uint64_t>() <= INT64_MAX);
  return fits ? "integer " + std::to_string(found->get<std::int64_t>())
              : "other";
}

struct ReadEntry {
  std::string fields;
  std::string text;

  friend bool operator==(const ReadEntry&, const ReadEntry&) = default;
};

struct Result {
  std::vector<ReadEntry> entries;
  std::optional<examples::LogRead> read;
  std::string message;
};

template <typename Log>
Result ReadFrom(Log&& log) {
  Result result;
  const auto read = examples::ReadLog(
      log, {.entry = [&](const LogEntry& entry, std::string_view as_is) {
        ReadEntry& added = result.entries.emplace_back();
        added.text = as_is;
        for (const auto& [name, field] : kFields) {
          added.fields += TextOf(entry.*field) + '\n';
        }
      }});
  if (read.ok()) {
    result.read = *read;
  } else {
    CheckMessage(read.status());
    result.message = std::string(read.status().message().data(),
                                 read.status().message().size());
    if (!result.message.starts_with("line ")) {
      Fail("names no place: " + result.message);
    }
  }
  return result;
}

// The same from a stream and in memory.
Result Read(const std::string& text) {
  Result result = ReadFrom(std::istringstream(text));
  // Not a std::string: a sanitizer tells what is read after its end.
  const std::vector<char> bytes(text.begin(), text.end());
  const Result again = ReadFrom(std::string_view(bytes.data(), bytes.size()));
  if (again.entries != result.entries || again.message != result.message ||
      (again.read && (again.read->digest != result.read->digest ||
                      again.read->has_more != result.read->has_more))) {
    Fail("reads another log in memory");
  }
  return result;
}

// The entry is JSON, and what is read of it is what another parser reads.
void CheckEntry(const ReadEntry& entry) {
  const json parsed = json::parse(entry.text, nullptr, false);
  if (parsed.is_discarded()) {
    // The escapes in strings that are not read are not looked at.
    if (entry.text.find('\\') == std::string::npos) {
      Fail("no JSON: " + entry.text);
    }
    return;
  }
  std::string fields;
  for (const auto& [name, field] : kFields) {
    fields += TextOf(parsed, name) + '\n';
  }
  if (fields != entry.fields) {
    Fail("read\n" + entry.fields + "of " + entry.text);
  }
}

// The window is cut at each multiple of this.
constexpr std::size_t kStep = std::size_t{1} << 16;

// After one more entry, the same are read: its size is such that the window is
// cut at `at` of `text`. What the first bytes of a log tell has to stay in
// front.
void CheckCut(const std::string& text, const Result& whole, std::size_t at) {
  if (at == 0 || at > text.size()) return;
  const std::string bytes = text.substr(0, 2);
  if (bytes.find_first_of("\xef\xff\xfe") != std::string::npos ||
      bytes.find('\0') != std::string::npos) {
    return;
  }
  const std::string begin = R"({"QueryPayloadRaw":")";
  const std::string end = "\"}\n";
  const std::string more(kStep - at - begin.size() - end.size(), '-');
  Result cut = Read(begin + more + end + text);
  if (cut.entries.empty()) Fail("no entry: " + cut.message);
  cut.entries.erase(cut.entries.begin());
  if (cut.entries != whole.entries ||
      cut.read.has_value() != whole.read.has_value() ||
      (cut.read && cut.read->has_more != whole.read->has_more)) {
    Fail("other entries where the window is cut at " + std::to_string(at) +
         ": " + whole.message + " / " + cut.message);
  }
}

json DrawEntry(Draw& draw) {
  json entry = json::object();
  const std::uint8_t which = draw.Byte();
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if ((which >> i & 1) == 0 && i != 0) continue;
    std::string text = draw.Text(12);
    if (!oracle::IsUtf8(text)) text = "\xc3\xa9";
    json& value = entry[kFields[i].name];
    switch (draw.Below(8)) {
      case 5:
        value = nullptr;
        break;
      case 6:
        value = draw.Number();
        break;
      case 7:
        value = json::array({text, json::object({{"[", "\\\""}})});
        break;
      default:
        value = text;
    }
  }
  if ((which & 128) != 0) entry["QueryPayloadRaw"] = "{\"a\":[\"\\\\\"]}";
  return entry;
}

// A log in any of its forms, and what it tells.
void CheckWritten(Draw& draw) {
  static constexpr std::array<const char*, 4> kBlanks = {"", " ", "\n", "\r\n"};
  std::string text;
  std::vector<std::string> expected;
  bool has_more = false;
  const auto add_entry = [&] {
    const json entry = DrawEntry(draw);
    const int indent = draw.Flag() ? 1 : -1;
    const bool is_ascii = draw.Flag();
    expected.push_back(entry.dump(indent, ' ', is_ascii));
    text += expected.back() + draw.Pick(kBlanks);
  };
  const auto add_list = [&] {
    text += std::string("[") + draw.Pick(kBlanks);
    for (std::size_t i = draw.Below(4); i > 0; --i) {
      add_entry();
      if (i > 1) text += std::string(",") + draw.Pick(kBlanks);
    }
    text += std::string("]") + draw.Pick(kBlanks);
  };
  for (std::size_t i = draw.Below(4); i > 0; --i) {
    switch (draw.Below(4)) {
      case 0:
        add_entry();
        break;
      case 1:
        add_list();
        break;
      case 2: {
        has_more = draw.Flag();
        text += std::string("{") + draw.Pick(kBlanks) + "\"Logs\":";
        add_list();
        if (has_more) text += ",\"NextPageToken\":\"t\"";
        text += "}";
        break;
      }
      default:
        text += "\n..";
        if (draw.Flag()) text += "\n";
    }
  }
  const Result result = Read(text);
  if (!result.read) Fail(result.message + " in " + text);
  bool are_equal = result.entries.size() == expected.size() &&
                   result.read->has_more == has_more;
  for (std::size_t i = 0; are_equal && i < expected.size(); ++i) {
    are_equal = result.entries[i].text == expected[i];
    CheckEntry(result.entries[i]);
  }
  if (!are_equal) Fail("other entries than were written: " + text);
  CheckCut(text, result, draw.Below(text.size() + 1));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  if (draw.Flag()) {
    CheckWritten(draw);
    return 0;
  }
  const std::size_t cut = draw.Below(1024);
  const std::string text = draw.Rest();
  const Result result = Read(text);
  if (result.read && (result.read->entries != result.entries.size() ||
                      result.read->bytes != text.size() ||
                      result.read->digest != examples::DigestOf(text))) {
    Fail("counts another log");
  }
  for (const ReadEntry& entry : result.entries) CheckEntry(entry);
  CheckCut(text, result, cut);
  return 0;
}

}  // namespace api_access
