#include "examples/log/log_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "api_access/quote.h"
#include "simdjson.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef API_ACCESS_XXHASH_DISPATCHES
#include "xxh_x86dispatch.h"
#else
#include "xxhash.h"
#endif

namespace api_access::examples {
namespace {

using Field = LogField LogEntry::*;
namespace ondemand = simdjson::ondemand;

// How many bytes are read at a time, and the most that are looked at.
constexpr std::size_t kStep = std::size_t{1} << 16;
constexpr std::size_t kMaxWindow =
    kMaxLogEntry + kStep + simdjson::SIMDJSON_PADDING;

// A field that the provider documents, and where it is read to; null: nowhere.
struct FieldName {
  constexpr explicit FieldName(std::string_view text, Field read_to = nullptr)
      : name(text), field(read_to) {
    std::ranges::copy(name, quoted.begin());
    quoted[name.size()] = '"';
    std::fill_n(mask.begin(), name.size() + 1, '\xff');
  }

  // Whether a key that is written without escapes, and begins at `raw`, is the
  // name. kLongest bytes can be read there: to compare all of them at once is
  // faster than to compare as many as the name has.
  bool IsAt(const char* raw) const {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kLongest; i += sizeof difference) {
      const auto word = [i](const char* bytes) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes + i, sizeof eight);
        return eight;
      };
      difference |= (word(raw) ^ word(quoted.data())) & word(mask.data());
    }
    return difference == 0;
  }

  static constexpr std::size_t kLongest = 24;

  std::string_view name;
  Field field;
  // The name and the quote after it, and which of its bytes these are.
  std::array<char, kLongest> quoted{};
  std::array<char, kLongest> mask{};
};
static_assert(FieldName::kLongest <= simdjson::SIMDJSON_PADDING);

// By the length of the names.
constexpr std::array kFieldNames = {
    FieldName{"AccountId"},
    FieldName{"QueryDate", &LogEntry::query_date},
    FieldName{"RequestId", &LogEntry::request_id},
    FieldName{"CallDuration"},
    FieldName{"QueryApiName", &LogEntry::query_api_name},
    FieldName{"ResponseSize"},
    FieldName{"QueryCallName", &LogEntry::query_call_name},
    FieldName{"QueryAccessKey", &LogEntry::query_access_key},
    FieldName{"QueryHeaderRaw"},
    FieldName{"QueryIpAddress", &LogEntry::query_ip_address},
    FieldName{"QueryUserAgent"},
    FieldName{"QueryApiVersion"},
    FieldName{"QueryHeaderSize"},
    FieldName{"QueryPayloadRaw"},
    FieldName{"QueryPayloadSize"},
    FieldName{"ResponseStatusCode", &LogEntry::response_status_code},
};

// The first place of names of a length, and after the longest the end.
constexpr std::size_t kLongestName = kFieldNames.back().name.size();
constexpr auto kPlaces = [] {
  std::array<std::size_t, kLongestName + 2> places{};
  for (std::size_t size = 0; size < places.size(); ++size) {
    while (places[size] < kFieldNames.size() &&
           kFieldNames[places[size]].name.size() < size) {
      ++places[size];
    }
  }
  return places;
}();

const FieldName* FindFieldName(std::string_view name) {
  if (name.size() > kLongestName) return nullptr;
  for (std::size_t i = kPlaces[name.size()]; i < kPlaces[name.size() + 1];
       ++i) {
    if (kFieldNames[i].name == name) return &kFieldNames[i];
  }
  return nullptr;
}

// The field that is read and that `name` is, except for case and separators;
// empty when there is none. What is lost by such a spelling would not be
// missed.
std::string_view FindMeantName(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      letters += static_cast<char>(c - 'A' + 'a');
    } else if (c != ' ' && c != '-' && c != '_') {
      letters += c;
    }
  }
  const auto is_same = [](char a, char b) { return (a | 0x20) == b; };
  for (const FieldName& known : kFieldNames) {
    if (known.field != nullptr &&
        std::ranges::equal(known.name, letters, is_same)) {
      return known.name;
    }
  }
  return {};
}

// What is wrong with a text; empty: nothing.
using Wrong = std::string;

Wrong MalformedText(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) return "expected UTF-8, got other bytes";
  if (error == simdjson::DEPTH_ERROR) {
    return "expected at most 32 levels of nesting, got more";
  }
  return "expected JSON, it is malformed between here and its end";
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Reads entries. What it reads of one stays until the next.
//
// The parser is told what to look at, and checks no more than that and where
// strings and brackets are. All else but the escapes in strings that are not
// read is checked here.
class EntryParser {
 public:
#ifdef SIMDJSON_THREADS_ENABLED
  EntryParser() { parser_.threaded = false; }
#endif

  // Reads the one entry in `text`, after which SIMDJSON_PADDING bytes can be
  // read. `has_query` becomes whether it has a field that only entries have.
  Wrong Read(std::string_view text, LogEntry& entry, bool& has_query) {
    ondemand::document document;
    const simdjson::error_code error =
        parser_
            .iterate(reinterpret_cast<const std::uint8_t*>(text.data()),
                     text.size(), text.size() + simdjson::SIMDJSON_PADDING)
            .get(document);
    if (error != simdjson::SUCCESS) return MalformedText(error);
    Wrong wrong = ReadObject(document, entry, has_query);
    if (!wrong.empty()) return wrong;
    // Nothing follows.
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS
               ? ""
               : MalformedText(simdjson::TAPE_ERROR);
  }

  // Reads entries at the start of `text`, after which SIMDJSON_PADDING bytes
  // can be read, and calls `visit(entry, text of it)` for each that has nothing
  // but blanks between it and the next object. Returns where the first is that
  // has not, or that is malformed, or is no entry: at the end of `text` one is
  // mostly cut off. To look at many at once is what makes this faster.
  template <typename Visit>
  std::size_t ReadMany(std::string_view text, const Visit& visit) {
    std::size_t at = 0;
    // Where the text ends in the middle of an entry, the parser takes the byte
    // after it for what follows the entry before, which this must not complete.
    while (!text.empty() && text.data()[text.size()] == '}') {
      text.remove_suffix(1);
    }
    ondemand::document_stream documents;
    // The parser allocates anew for every other size.
    if (parser_.iterate_many(text.data(), text.size(), kMaxWindow)
            .get(documents) != simdjson::SUCCESS) {
      return at;
    }
    LogEntry entry;
    for (auto document : documents) {
      Clear(entry);
      bool has_query = false;
      const char* next = nullptr;
      if (document.error() != simdjson::SUCCESS ||
          !ReadObject(document.value_unsafe(), entry, has_query).empty() ||
          !has_query ||
          document.current_location().get(next) != simdjson::SUCCESS ||
          *next != '{') {
        break;
      }
      const char* end = next;
      while (IsBlank(end[-1])) --end;
      const auto size = static_cast<std::size_t>(end - text.data()) - at;
      if (size > kMaxLogEntry) break;
      visit(entry, text.substr(at, size));
      at = static_cast<std::size_t>(next - text.data());
    }
    return at;
  }

 private:
  // More than any entry has.
  static constexpr std::size_t kMostOrdered = 31;
  static constexpr int kMaxDepth = 32;

  template <typename Document>
  Wrong ReadObject(Document& document, LogEntry& entry, bool& has_query) {
    ondemand::object object;
    simdjson::error_code error = document.get_object().get(object);
    if (error != simdjson::SUCCESS) return MalformedText(error);
    std::size_t place = 0;
    for (auto result : object) {
      ondemand::field field;
      error = std::move(result).get(field);
      if (error != simdjson::SUCCESS) return MalformedText(error);
      const FieldName*& expected = order_[std::min(place++, kMostOrdered)];
      if (expected == nullptr || !expected->IsAt(field.key().raw())) {
        std::string_view name;
        error = field.unescaped_key().get(name);
        if (error != simdjson::SUCCESS) return MalformedText(error);
        const FieldName* const known = FindFieldName(name);
        if (known == nullptr) {
          Wrong wrong = CheckUnknown(name);
          if (!wrong.empty()) return wrong;
          error = Check(field.value(), 0);
          if (error != simdjson::SUCCESS) return MalformedText(error);
          continue;
        }
        expected = known;
      }
      has_query = has_query || expected->name.front() == 'Q';
      if (expected->field == nullptr) {
        error = Check(field.value(), 0);
      } else if (LogField& read = entry.*expected->field;
                 read.kind != LogField::Kind::kMissing) {
        return "expected " + std::string(expected->name) +
               " once, got it twice";
      } else {
        error = ReadField(field.value(), read);
      }
      if (error != simdjson::SUCCESS) return MalformedText(error);
    }
    return "";
  }

  // What is left of other members is not read. To set all of them takes longer
  // than to read a field.
  static void Clear(LogEntry& entry) {
    auto& [date, api, call, key, address, status, id] = entry;
    for (LogField* field : {&date, &api, &call, &key, &address, &status, &id}) {
      field->kind = LogField::Kind::kMissing;
    }
  }

  static Wrong CheckUnknown(std::string_view name) {
    // It would have been read as a list before.
    if (name == "Logs") return "expected a list in the field Logs";
    const std::string_view meant = FindMeantName(name);
    if (meant.empty()) return "";
    return "expected the field " + std::string(meant) + ", got " + Quote(name);
  }

  static simdjson::error_code ReadField(ondemand::value value,
                                        LogField& field) {
    using Kind = LogField::Kind;
    ondemand::json_type type{};
    const simdjson::error_code error = value.type().get(type);
    if (error != simdjson::SUCCESS) return error;
    if (type == ondemand::json_type::string) {
      field.kind = Kind::kText;
      return value.get_string().get(field.text);
    }
    if (type == ondemand::json_type::number &&
        value.get_int64().get(field.integer) == simdjson::SUCCESS) {
      field.kind = Kind::kInteger;
      return simdjson::SUCCESS;
    }
    field.kind = type == ondemand::json_type::null ? Kind::kNull : Kind::kOther;
    return Check(value, 0);
  }

  // Looks at a value that is not read.
  static simdjson::error_code Check(ondemand::value value, int depth) {
    if (depth > kMaxDepth) return simdjson::DEPTH_ERROR;
    ondemand::json_type type{};
    simdjson::error_code error = value.type().get(type);
    if (error != simdjson::SUCCESS) return error;
    switch (type) {
      case ondemand::json_type::string:
        return simdjson::SUCCESS;
      case ondemand::json_type::number: {
        // Mostly an integer, which is faster.
        std::int64_t integer = 0;
        double number = 0;
        return value.get_int64().get(integer) == simdjson::SUCCESS
                   ? simdjson::SUCCESS
                   : value.get_double().get(number);
      }
      case ondemand::json_type::boolean: {
        bool boolean = false;
        return value.get_bool().get(boolean);
      }
      case ondemand::json_type::null: {
        bool is_null = false;
        error = value.is_null().get(is_null);
        return is_null ? error : simdjson::N_ATOM_ERROR;
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        error = value.get_array().get(array);
        if (error != simdjson::SUCCESS) return error;
        for (auto result : array) {
          ondemand::value item;
          error = std::move(result).get(item);
          if (error == simdjson::SUCCESS) error = Check(item, depth + 1);
          if (error != simdjson::SUCCESS) return error;
        }
        return simdjson::SUCCESS;
      }
      case ondemand::json_type::object: {
        ondemand::object object;
        error = value.get_object().get(object);
        if (error != simdjson::SUCCESS) return error;
        for (auto result : object) {
          ondemand::field field;
          error = std::move(result).get(field);
          if (error == simdjson::SUCCESS) {
            error = Check(field.value(), depth + 1);
          }
          if (error != simdjson::SUCCESS) return error;
        }
        return simdjson::SUCCESS;
      }
    }
    return simdjson::TAPE_ERROR;
  }

  ondemand::parser parser_;
  // The fields of the entry before, by their places: mostly the next one has
  // them there as well.
  std::array<const FieldName*, kMostOrdered + 1> order_{};
};

std::string HexOf(const XXH128_hash_t& hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  std::string digits;
  for (const unsigned char byte : canonical.digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    digits += kDigits[byte >> 4];
    digits += kDigits[byte & 0xf];
  }
  return digits;
}

// The bytes of a log: a window that moves on. Places are offsets into the
// window.
class Window {
 public:
  // Over what is read from `in`.
  explicit Window(std::istream& in)
      : in_(&in), buffer_(new char[kMaxWindow]), data_(buffer_.get()) {}
  // Over a log in memory, which is not copied except for its end: padding has
  // to follow the window.
  explicit Window(std::string_view log) : data_(log.data()), rest_(log) {}

  const char* data() const { return data_; }
  std::size_t end() const { return end_; }
  std::uint64_t bytes_read() const { return before_ + end_; }
  bool has_failed() const { return in_ != nullptr && in_->bad(); }

  // Reads on. `keep`, and all places from there on, move to the front of the
  // window: subtract what is returned. Nothing when there is no more to read,
  // or no room.
  std::optional<std::size_t> Advance(std::size_t keep) {
    const bool has_more =
        in_ != nullptr ? !in_->eof() && !in_->bad() : !rest_.empty();
    if (!has_more || end_ - keep > kMaxLogEntry) return std::nullopt;
    XXH3_128bits_update(hash_.get(), data_, keep);
    ForEachNewline(keep, [&](std::size_t newline) {
      ++lines_;
      line_start_ = before_ + newline + 1;
    });
    before_ += keep;
    data_ += keep;
    end_ -= keep;
    const std::size_t kept = end_;
    if (in_ != nullptr) {
      std::memmove(buffer_.get(), data_, end_);
      data_ = buffer_.get();
      in_->read(buffer_.get() + end_, kStep);
      end_ += static_cast<std::size_t>(in_->gcount());
      buffer_[end_] = ' ';
    } else if (rest_.size() > kStep + simdjson::SIMDJSON_PADDING) {
      end_ += kStep;
      rest_.remove_prefix(kStep);
    } else {
      end_ += std::exchange(rest_, {}).size();
      buffer_.reset(new char[end_ + simdjson::SIMDJSON_PADDING]);
      data_ = static_cast<const char*>(std::memcpy(buffer_.get(), data_, end_));
      buffer_[end_] = ' ';
    }
    if (end_ == kept && keep == 0) return std::nullopt;
    return keep;
  }

  // Of all bytes read. Called once.
  std::string TakeDigest() {
    XXH3_128bits_update(hash_.get(), data_, end_);
    return HexOf(XXH3_128bits_digest(hash_.get()));
  }

  // `line 2, column 7`.
  std::string PlaceOf(std::size_t at) const {
    std::uint64_t lines = lines_;
    std::uint64_t line_start = line_start_;
    ForEachNewline(at, [&](std::size_t newline) {
      ++lines;
      line_start = before_ + newline + 1;
    });
    return "line " + std::to_string(lines + 1) + ", column " +
           std::to_string(before_ + at - line_start + 1);
  }

 private:
  using Hash = std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)>;

  static Hash NewHash() {
    Hash hash(XXH3_createState(), &XXH3_freeState);
    XXH3_128bits_reset(hash.get());
    return hash;
  }

  template <typename Visit>
  void ForEachNewline(std::size_t until, const Visit& visit) const {
    const char* at = data_;
    while (const void* found = std::memchr(
               at, '\n', static_cast<std::size_t>(data_ + until - at))) {
      at = static_cast<const char*>(found);
      visit(static_cast<std::size_t>(at - data_));
      ++at;
    }
  }

  std::istream* in_ = nullptr;  // null: the log is in memory
  std::unique_ptr<char[]> buffer_;
  const char* data_;
  std::size_t end_ = 0;
  std::string_view rest_;  // after the window, of a log in memory
  // Of the bytes before the window: what they hash to, how many there are, how
  // many lines end there, and where the line begins that does not.
  Hash hash_ = NewHash();
  std::uint64_t before_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t line_start_ = 0;
};

// Which of 64 bytes are what tells where values end: bit i is of byte i.
struct Block {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;
};

Block BlockOf(const char* bytes) {
  Block block;
#ifdef __SSE2__
  for (int i = 0; i < 64; i += 16) {
    const __m128i some =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    // Both kinds of brackets are 0x20 apart.
    const __m128i folded = _mm_or_si128(some, _mm_set1_epi8(0x20));
    const auto bits = [&](const __m128i& in, char c) {
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(in, _mm_set1_epi8(c)));
      return std::uint64_t{static_cast<std::uint32_t>(mask)} << i;
    };
    block.quotes |= bits(some, '"');
    block.backslashes |= bits(some, '\\');
    block.opens |= bits(folded, '{');
    block.closes |= bits(folded, '}');
  }
#else
  for (int i = 0; i < 64; ++i) {
    const char c = bytes[i];
    const auto bit = [&](bool is_set) { return std::uint64_t{is_set} << i; };
    block.quotes |= bit(c == '"');
    block.backslashes |= bit(c == '\\');
    block.opens |= bit(c == '{' || c == '[');
    block.closes |= bit(c == '}' || c == ']');
  }
#endif
  return block;
}
static_assert(simdjson::SIMDJSON_PADDING >= 64);

// Returns the end of the object or list that begins at `at`, as far as brackets
// tell. Null if that is not before `end`. Payloads are full of quotes and
// backslashes: to stop at each costs more than to parse the entry.
const char* EndOfValue(const char* at, const char* end) {
  std::size_t depth = 0;
  std::uint64_t in_string = 0;   // of the last byte: all bits
  std::uint64_t is_escaped = 0;  // the next byte: the first bit
  for (; at < end; at += 64) {
    const Block block = BlockOf(at);
    std::uint64_t escaped = is_escaped;
    std::uint64_t escapes = block.backslashes & ~is_escaped;
    is_escaped = 0;
    while (escapes != 0) {
      const int place = std::countr_zero(escapes);
      if (place == 63) {
        is_escaped = 1;
        break;
      }
      escaped |= std::uint64_t{2} << place;
      escapes &= ~(std::uint64_t{3} << place);
    }
    // Each bit becomes the parity of the quotes up to it.
    std::uint64_t inside = block.quotes & ~escaped;
    for (int shift = 1; shift < 64; shift *= 2) inside ^= inside << shift;
    inside ^= in_string;
    in_string = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    std::uint64_t brackets = (block.opens | block.closes) & ~inside;
    for (; brackets != 0; brackets &= brackets - 1) {
      const int place = std::countr_zero(brackets);
      if (at + place >= end) return nullptr;
      if ((block.opens >> place & 1) != 0) {
        ++depth;
      } else if (--depth == 0) {
        return at + place + 1;
      }
    }
  }
  return nullptr;
}

// Returns the end of the string whose first quote is before `at`: after its
// last one. Null if that is not before `end`.
const char* EndOfString(const char* at, const char* end) {
  for (; at < end; ++at) {
    if (*at == '"') return at + 1;
    if (*at == '\\') ++at;
  }
  return nullptr;
}

// Reads a log once. The window has the place `at_`; from `keep_` on nothing is
// given up.
class Parser {
 public:
  // `log` is the stream or the text.
  template <typename Log>
  Parser(Log& log, const LogVisitor& visitor)
      : window_(log), visitor_(visitor) {}

  absl::StatusOr<LogRead> Run() {
    ReadAll();
    if (window_.has_failed()) {
      return absl::UnavailableError("the log cannot be read");
    }
    if (!status_.ok()) return status_;
    Count();
    read_.digest = window_.TakeDigest();
    return read_;
  }

 private:
  static constexpr std::size_t kNothing = ~std::size_t{0};

  // Moves the window on. Returns false at the end, and when nothing more fits.
  bool Advance() {
    const auto moved = window_.Advance(std::min(keep_, at_));
    if (!moved) return false;
    at_ -= *moved;
    is_rest_cut_ = false;
    if (keep_ != kNothing) keep_ -= *moved;
    Count();
    if (visitor_.progress) visitor_.progress(read_);
    return at_ < window_.end();
  }
  void Count() { read_.bytes = window_.bytes_read(); }

  bool HasMore() { return at_ < window_.end() || Advance(); }
  char Here() const { return window_.data()[at_]; }
  // Returns false at the end.
  bool SkipBlanks() {
    while (HasMore()) {
      if (!IsBlank(Here())) return true;
      ++at_;
    }
    return false;
  }

  void Fail(std::size_t at, const std::string& message) {
    if (status_.ok()) {
      status_ =
          absl::InvalidArgumentError(window_.PlaceOf(at) + ": " + message);
    }
  }
  // At the end of what fits into the window.
  void FailAtEnd() {
    if (keep_ != kNothing && window_.end() - keep_ > kMaxLogEntry) {
      Fail(keep_, "expected an entry of at most 1 MiB, got a longer one");
    } else {
      Fail(at_, "expected JSON, it is cut off here");
    }
  }

  void ReadAll() {
    if (!HasMore()) return;
    const std::string_view start(window_.data(), window_.end());
    if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff") ||
        (start.size() > 1 && (start[0] == '\0') != (start[1] == '\0'))) {
      Fail(0,
           "expected UTF-8, got UTF-16, as Windows PowerShell writes it; "
           "Out-File -Encoding utf8 writes UTF-8");
      return;
    }
    if (start.starts_with("\xef\xbb\xbf")) at_ = 3;
    bool at_line_start = true;
    while (status_.ok() && HasMore()) {
      const char c = Here();
      if (c == '{') {
        ReadObject();
      } else if (c == '[') {
        ++at_;
        ReadList(false);
      } else if (IsBlank(c) || (c == '.' && at_line_start)) {
        ++at_;
      } else {
        Fail(at_,
             "expected an entry of a log, a list of them or an answer of "
             "ReadApiLogs");
      }
      at_line_start = c == '\n' || (c == '.' && at_line_start);
    }
  }

  // Reads the list whose bracket was just read, to its end.
  void ReadList(bool is_of_answer) {
    bool is_first = true;
    while (status_.ok()) {
      if (!SkipBlanks()) return FailAtEnd();
      if (Here() == ']' && is_first) break;
      if (Here() != '{') return Fail(at_, "expected an entry of a log");
      keep_ = at_;
      if (!Skip(&EndOfValue)) return FailAtEnd();
      Visit(keep_, at_, is_of_answer);
      keep_ = kNothing;
      if (!status_.ok()) return;
      if (!SkipBlanks()) return FailAtEnd();
      if (Here() == ']') break;
      if (Here() != ',') return Fail(at_, "expected `,` or `]` after an entry");
      ++at_;
      is_first = false;
    }
    ++at_;
  }

  // Skips to where `end_of`, EndOfString or EndOfValue, says. Returns false if
  // the window cannot hold it, or the log ends before.
  bool Skip(const char* (*end_of)(const char*, const char*)) {
    while (true) {
      const char* const begin = window_.data() + at_;
      const std::size_t size = window_.end() - at_;
      if (const char* const end = end_of(begin, begin + size)) {
        at_ += static_cast<std::size_t>(end - begin);
        return true;
      }
      Advance();
      if (window_.end() - at_ == size) return false;
    }
  }

  // Reads an entry or an answer that begins here.
  void ReadObject() {
    if (ReadMany()) return;
    // Of an answer only what is not in its list is kept.
    std::string answer;
    bool is_answer = false;
    keep_ = at_;
    std::size_t depth = 0;
    do {
      if (!HasMore()) return FailAtEnd();
      const char c = Here();
      const std::size_t string = at_ - keep_;
      ++at_;
      if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        --depth;
      } else if (c == '"') {
        if (!Skip(&EndOfString)) return FailAtEnd();
        const std::string_view text(window_.data() + keep_ + string,
                                    at_ - keep_ - string);
        if (depth != 1 || text != kLogs || !SkipToList()) continue;
        ++at_;
        answer.append(window_.data() + keep_, at_ - keep_);
        is_answer = true;
        keep_ = kNothing;
        ReadList(true);
        if (!status_.ok()) return;
        answer += ']';
        if (answer.size() > kMaxLogEntry) {
          return Fail(at_,
                      "expected an answer of at most 1 MiB without its "
                      "entries, got a longer one");
        }
        keep_ = at_;
      }
    } while (depth > 0);
    if (is_answer) {
      answer.append(window_.data() + keep_, at_ - keep_);
      FinishAnswer(answer);
    } else {
      Visit(keep_, at_, false);
    }
    keep_ = kNothing;
  }

  // After a key: skips to the list that is its value. Returns false if it is
  // anything else.
  bool SkipToList() {
    if (!SkipBlanks() || Here() != ':') return false;
    ++at_;
    return SkipBlanks() && Here() == '[';
  }

  // Reads entries that follow each other, the fastest form. Returns false, and
  // stays here, if there are none; what is there instead is found out the slow
  // way.
  bool ReadMany() {
    if (!may_be_many_ || StartsAnswer()) return false;
    if (is_rest_cut_) {
      // An entry of this size is rare: what is here is something else.
      if (window_.end() - at_ >= kStep) return false;
      keep_ = at_;
      const bool is_longer = Advance();
      keep_ = kNothing;
      if (!is_longer) return false;
    }
    const std::size_t size = entries_.ReadMany(
        std::string_view(window_.data() + at_, window_.end() - at_),
        [&](const LogEntry& entry, std::string_view text) {
          ++read_.entries;
          visitor_.entry(entry, text);
        });
    at_ += size;
    is_rest_cut_ = true;
    may_be_many_ = size > 0;
    return may_be_many_;
  }

  // Whether the object here begins as answers mostly do.
  bool StartsAnswer() const {
    std::string_view text(window_.data() + at_ + 1, window_.end() - at_ - 1);
    text.remove_prefix(
        std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.starts_with(kLogs);
  }

  // Visits the entry between these places.
  void Visit(std::size_t begin, std::size_t end, bool is_of_answer) {
    const std::string_view text(window_.data() + begin, end - begin);
    if (text.size() > kMaxLogEntry) return FailAtEnd();
    LogEntry entry;
    bool has_query = false;
    const Wrong wrong = entries_.Read(text, entry, has_query);
    if (!wrong.empty()) return Fail(begin, wrong);
    if (!is_of_answer && !has_query) {
      return Fail(begin,
                  "expected an entry of a log or an answer of ReadApiLogs, got "
                  "an object with " +
                      NamesOf(text));
    }
    ++read_.entries;
    visitor_.entry(entry, text);
    may_be_many_ = !is_of_answer;
  }

  // `text` is an answer without its entries.
  void FinishAnswer(const std::string& text) {
    simdjson::dom::object object;
    const auto parsed = parser_.parse(text);
    if (parsed.get(object) != simdjson::SUCCESS) {
      return Fail(
          at_, "the answer that ends here: " + MalformedText(parsed.error()));
    }
    std::set<std::string_view> names;
    read_.has_more = false;
    for (const auto [key, value] : object) {
      const std::string_view name(key.data(), key.size());
      if (!names.insert(name).second) {
        return Fail(at_,
                    "the answer that ends here: expected each key once, "
                    "got " +
                        Quote(name) + " twice");
      }
      if (name != "NextPageToken") continue;
      std::string_view token;
      read_.has_more =
          !value.is_null() &&
          (value.get(token) != simdjson::SUCCESS || !token.empty());
    }
  }

  // The names of the first fields, and no value: other answers have secrets.
  std::string NamesOf(std::string_view text) {
    simdjson::dom::object object;
    if (parser_.parse(text.data(), text.size()).get(object) !=
        simdjson::SUCCESS) {
      return "malformed fields";
    }
    constexpr std::size_t kMost = 8;
    std::string names;
    std::size_t count = 0;
    for (const auto field : object) {
      if (++count > kMost) return names + ", ...";
      names += (count == 1 ? "" : ", ") +
               Quote(std::string_view(field.key.data(), field.key.size()));
    }
    return count == 0 ? "no fields" : "the fields " + names;
  }

  static constexpr std::string_view kLogs = "\"Logs\"";

  Window window_;
  const LogVisitor& visitor_;
  EntryParser entries_;
  simdjson::dom::parser parser_;  // of what is seldom read
  std::size_t at_ = 0;
  // False after an object that is no entry: else what follows would be looked
  // at twice.
  bool may_be_many_ = true;
  // Whether ReadMany has left what is in the window from here on.
  bool is_rest_cut_ = false;
  std::size_t keep_ = kNothing;
  LogRead read_;
  absl::Status status_;
};

}  // namespace

std::string DigestOf(std::string_view bytes) {
  return HexOf(XXH3_128bits(bytes.data(), bytes.size()));
}

absl::StatusOr<LogRead> ReadLog(std::istream& in, const LogVisitor& visitor) {
  return Parser(in, visitor).Run();
}

absl::StatusOr<LogRead> ReadLog(std::string_view log,
                                const LogVisitor& visitor) {
  return Parser(log, visitor).Run();
}

}  // namespace api_access::examples
