#include "src/json/document.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "api_access/quote.h"
#include "src/base/one_edit.h"

namespace api_access::internal {
namespace {

using nlohmann::json;

// Follows a parse and stops it at what the JSON library lets pass and this
// project does not: a key that its object has already, and nesting that no
// answer of the provider has, which would cost whoever prints the value the
// stack. Takes time linear in the text, and O(n log n) in the keys of an
// object.
class StrictParse {
 public:
  explicit StrictParse(std::string_view text) : text_(text) {}

  // Where and why the parse was stopped; empty when it was not.
  const std::string& where() const { return where_; }
  const std::string& message() const { return message_; }
  // Where the text is malformed, if it is.
  std::optional<std::size_t> malformed_at() const { return malformed_at_; }

  // Events of the JSON library.
  bool null() { return CountItem(); }
  bool boolean(bool) { return CountItem(); }
  bool number_integer(json::number_integer_t) { return CountItem(); }
  bool number_unsigned(json::number_unsigned_t) { return CountItem(); }
  bool number_float(json::number_float_t, const std::string&) {
    return CountItem();
  }
  bool string(const std::string&) { return CountItem(); }
  bool binary(json::binary_t&) { return CountItem(); }
  bool start_object(std::size_t) { return Start(true); }
  bool start_array(std::size_t) { return Start(false); }
  bool end_object() { return End(); }
  bool end_array() { return End(); }
  bool key(const std::string& key) {
    open_.back().key = key;
    return open_.back().keys.insert(key).second ||
           Stop(Path(), "expected each key once");
  }
  bool parse_error(std::size_t byte, const std::string&,
                   const json::exception& error) {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) {
      return Stop("$", "expected JSON numbers that fit a double");
    }
    malformed_at_ = std::min(byte == 0 ? 0 : byte - 1, text_.size());
    return false;
  }

 private:
  static constexpr std::size_t kMaxDepth = 32;

  // An object or array that is not yet closed.
  struct Open {
    bool is_object;
    std::size_t items;  // begun, in an array
    std::string key;    // the last one, in an object
    std::set<std::string> keys;
  };

  bool CountItem() {
    if (!open_.empty()) ++open_.back().items;
    return true;
  }

  bool Start(bool is_object) {
    CountItem();
    if (open_.size() == kMaxDepth) {
      return Stop(Path(), "expected at most " + std::to_string(kMaxDepth) +
                              " levels of nesting, got more");
    }
    open_.push_back({is_object, 0, {}, {}});
    return true;
  }

  bool End() {
    open_.pop_back();
    return true;
  }

  bool Stop(std::string where, std::string message) {
    where_ = std::move(where);
    message_ = std::move(message);
    return false;
  }

  std::string Path() const {
    std::string path = "$";
    for (const Open& open : open_) {
      path += open.is_object ? KeyStep(open.key)
                             : "[" + std::to_string(open.items - 1) + "]";
    }
    return path;
  }

  // Keys may hold any characters, in any number.
  static std::string KeyStep(const std::string& key) {
    const bool is_plain =
        !key.empty() && key.size() <= 64 &&
        std::ranges::all_of(key, [](char c) {
          return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        });
    return is_plain ? "." + key : "[" + Quote(key) + "]";
  }

  std::string_view text_;
  std::vector<Open> open_;
  std::string where_;
  std::string message_;
  std::optional<std::size_t> malformed_at_;
};

// The letters and digits of `field`, the letters in lower case.
std::string LettersAndDigits(std::string_view field) {
  std::string kept;
  for (const char c : field) {
    if (c >= 'A' && c <= 'Z') {
      kept += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      kept += c;
    }
  }
  return kept;
}

// True if whoever wrote `field`, in all likelihood, meant `known`.
bool IsNearName(std::string_view field, std::string_view known) {
  const std::string written = LettersAndDigits(field);
  const std::string meant = LettersAndDigits(known);
  // A key whose expiration date is dropped would be valid for ever.
  return written == meant ||
         (known == kExpirationDate && IsOneEditAway(written, meant));
}

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// JSON in UTF-16 has a byte order mark, or NUL as one of its first two bytes.
bool IsUtf16(std::string_view text) {
  if (text.size() < 2) return false;
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
         (text[0] == '\0') != (text[1] == '\0');
}

// Where the JSON value that `text` begins with has closed all its brackets: its
// end if it is well-formed. Else the end of `text`.
std::size_t EndOfFirst(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
      return i + 1;
    }
  }
  return text.size();
}

// One sentence for each way in which a text is not JSON.
std::string MalformedText(const JsonTexts& texts, std::size_t offset) {
  const bool is_cut =
      texts.whole.find_first_not_of(kBlanks, offset) == std::string_view::npos;
  if (texts.kind == TextKind::kLine) {
    return is_cut
               ? "expected a whole object on one line, it is cut off here or "
                 "goes on in the next line"
               : "expected one line of JSON, it is malformed here";
  }
  if (is_cut) return "expected JSON, it is cut off here";
  return texts.whole.find_first_not_of(kBlanks) == offset
             ? "expected JSON, got other text"
             : "expected JSON, it is malformed here";
}

// `path` with `*` for the places in arrays.
std::string WithoutPlaces(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (c < '0' || c > '9') {
      pattern += c;
    } else if (pattern.back() == '[') {
      pattern += '*';
    }
  }
  return pattern;
}

}  // namespace

std::optional<std::size_t> FindNonUtf8(std::string_view text) {
  const auto is_in = [&](std::size_t i, int low, int high) {
    const int byte = i < text.size() ? static_cast<unsigned char>(text[i]) : -1;
    return byte >= low && byte <= high;
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t size = 0;
    if (is_in(i, 0x00, 0x7f)) size = 1;
    if (is_in(i, 0xc2, 0xdf)) size = 2;
    if (is_in(i, 0xe0, 0xef)) size = 3;
    if (is_in(i, 0xf0, 0xf4)) size = 4;
    if (size == 0) return i;
    // Neither longer than needed, nor a surrogate, nor above U+10FFFF.
    if (is_in(i, 0xe0, 0xe0) && !is_in(i + 1, 0xa0, 0xbf)) return i;
    if (is_in(i, 0xed, 0xed) && !is_in(i + 1, 0x80, 0x9f)) return i;
    if (is_in(i, 0xf0, 0xf0) && !is_in(i + 1, 0x90, 0xbf)) return i;
    if (is_in(i, 0xf4, 0xf4) && !is_in(i + 1, 0x80, 0x8f)) return i;
    for (std::size_t next = 1; next < size; ++next) {
      if (!is_in(i + next, 0x80, 0xbf)) return i;
    }
    i += size;
  }
  return std::nullopt;
}

std::string JsonTexts::PlaceOf(std::size_t offset) const {
  const std::string_view before = whole.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? offset : offset - newline - 1;
  const std::string text = "column " + std::to_string(column + 1);
  if (kind == TextKind::kLine) return text;
  return "line " + std::to_string(std::ranges::count(before, '\n') + 1) + ", " +
         text;
}

absl::StatusOr<JsonTexts> SplitJson(std::string name, TextKind kind,
                                    std::string_view text) {
  JsonTexts texts = {
      .name = std::move(name), .kind = kind, .whole = text, .parts = {}};
  const auto refuse = [&](const std::string& message) {
    return absl::InvalidArgumentError(
        (texts.name.empty() ? "" : texts.name + ": ") + message);
  };
  if (IsUtf16(text)) {
    return refuse(
        "expected UTF-8, got UTF-16, as Windows PowerShell writes it; Out-File "
        "-Encoding utf8 writes UTF-8");
  }
  std::string_view rest = text;
  if (rest.starts_with(kUtf8Mark)) rest.remove_prefix(kUtf8Mark.size());
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    if (rest.empty()) break;
    const std::size_t end = EndOfFirst(rest);
    texts.parts.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (texts.parts.empty()) {
    if (kind == TextKind::kLine) {
      return refuse("expected one line of JSON, it is empty");
    }
    return refuse(kind == TextKind::kAnswer
                      ? "expected a JSON answer, it is empty, as a call that "
                        "failed leaves it"
                      : "expected JSON, it is empty");
  }
  // The JSON library takes NUL for the end of the text.
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
    return refuse(texts.PlaceOf(nul) + ": expected JSON, got a NUL byte");
  }
  if (const auto place = FindNonUtf8(text)) {
    return refuse(texts.PlaceOf(*place) + ": expected UTF-8, got other bytes");
  }
  return texts;
}

JsonDocument::JsonDocument(std::string name, const JsonTexts& texts,
                           std::size_t part)
    : name_(std::move(name)) {
  const std::string_view text = texts.parts[part];
  // In two passes: a parse with a callback looks through all siblings each time
  // an object ends.
  StrictParse strict(text);
  if (json::sax_parse(text, &strict)) {
    root_ = json::parse(text, nullptr, false);
  } else if (strict.malformed_at()) {
    const std::size_t offset = texts.OffsetOf(part) + *strict.malformed_at();
    Fail(texts.PlaceOf(offset), MalformedText(texts, offset));
  } else {
    Fail(strict.where(), strict.message());
  }
}

std::string JsonDocument::Placed(const std::string& where) const {
  return (name_.empty() ? "" : name_ + ": ") + where;
}

void JsonDocument::Fail(const std::string& where, const std::string& message) {
  if (status_.ok()) {
    status_ = absl::InvalidArgumentError(Placed(where) + ": " + message);
  }
}

void JsonDocument::Note(const std::string& where, const std::string& message) {
  notes_.insert(where + ": " + message);
}

JsonCursor JsonCursor::operator[](std::string_view field) const {
  const json* value = nullptr;
  if (is_object()) {
    const auto found = value_->find(field);
    if (found != value_->end()) value = &*found;
  }
  return JsonCursor(*this, value, "." + std::string(field));
}

bool JsonCursor::Has(std::string_view field) const {
  return is_object() && value_->contains(field);
}

std::string JsonCursor::Place() const { return document_->Placed(path_); }

std::string JsonCursor::Text() const {
  return value_ == nullptr ? "null" : value_->dump();
}

void JsonCursor::SetSubject(std::string_view kind, std::string_view id) {
  subject_ = std::string(kind) + " " + Quote(id);
}

void JsonCursor::ExpectObject(FieldNames known) const {
  if (!is_object()) Expected("an object");
  for (const std::string& field : UnknownFields(known)) {
    const auto meant = std::ranges::find_if(
        known, [&](std::string_view name) { return IsNearName(field, name); });
    if (meant != known.end()) {
      Fail("expected the field " + Quote(*meant) + " spelt so, got " +
           Quote(field));
    }
  }
}

void JsonCursor::ExpectOnly(FieldNames known) const {
  ExpectObject(known);
  for (const std::string& field : UnknownFields(known)) {
    std::string listed;
    for (const std::string_view name : known) {
      listed += (listed.empty() ? "" : ", ") + std::string(name);
    }
    Fail("expected only the fields " + listed + ", got " + Quote(field));
  }
}

void JsonCursor::NoteUnknown(FieldNames known) const {
  for (const std::string& field : UnknownFields(known)) {
    document_->Note(WithoutPlaces(path_),
                    "the field " + Quote(field) +
                        " is ignored, the provider's description lacks it");
  }
}

std::string JsonCursor::FieldsText() const {
  constexpr std::size_t kListed = 8;
  const std::vector<std::string> names = UnknownFields({});
  std::string listed = names.empty() ? "no fields" : "the fields";
  for (std::size_t i = 0; i < std::min(names.size(), kListed); ++i) {
    listed += (i == 0 ? " " : ", ") + Quote(names[i]);
  }
  if (names.size() > kListed) {
    listed += ", ... (" + std::to_string(names.size()) + ")";
  }
  return listed;
}

bool JsonCursor::HasAnyOf(FieldNames known) const {
  if (!is_object()) return false;
  return std::ranges::any_of(value_->items(), [&](const auto& item) {
    return std::ranges::any_of(known, [&](std::string_view name) {
      return IsNearName(item.key(), name);
    });
  });
}

std::vector<std::string> JsonCursor::UnknownFields(FieldNames known) const {
  std::vector<std::string> unknown;
  if (!is_object()) return unknown;
  for (const auto& [field, value] : value_->items()) {
    if (std::ranges::find(known, field) == known.end()) {
      unknown.push_back(field);
    }
  }
  return unknown;
}

std::string JsonCursor::String() const {
  if (!is_absent() && value_->is_string()) return value_->get<std::string>();
  Expected("a string");
  return "";
}

std::string JsonCursor::NonEmptyString() const {
  std::string text = String();
  if (text.empty() && is_string()) {
    Fail("expected a string that is not empty, got an empty one");
  }
  return text;
}

bool JsonCursor::Bool() const {
  if (!is_absent() && value_->is_boolean()) return value_->get<bool>();
  Expected("true or false");
  return false;
}

std::int64_t JsonCursor::Integer() const {
  if (!is_absent() && value_->is_number_integer() &&
      (!value_->is_number_unsigned() ||
       value_->get<std::uint64_t>() <=
           std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
    return value_->get<std::int64_t>();
  }
  Expected("an integer");
  return 0;
}

void JsonCursor::Fail(const std::string& message) const {
  document_->Fail(subject_.empty() ? path_ : path_ + " of " + subject_,
                  message);
}

void JsonCursor::Note(const std::string& message) const {
  document_->Note(subject_.empty() ? path_ : path_ + " of " + subject_,
                  message);
}

void JsonCursor::Expected(const std::string& what) const {
  std::string got = "nothing";
  if (value_ != nullptr) {
    // A text may be a secret: this value is not the one that was expected.
    if (value_->is_string()) {
      got = "a string";
    } else if (value_->is_object() || value_->is_array()) {
      got = value_->is_object() ? "an object" : "an array";
    } else {
      got = value_->dump();
    }
  }
  Fail("expected " + what + ", got " + got);
}

absl::Status ReadOne(TextKind kind, std::string_view text,
                     const std::function<void(const JsonCursor&)>& read) {
  const auto texts = SplitJson("", kind, text);
  if (!texts.ok()) return texts.status();
  JsonDocument document("", *texts, 0);
  if (document.ok() && texts->parts.size() > 1) {
    document.Fail(texts->PlaceOf(texts->OffsetOf(1)),
                  std::string("expected one object") +
                      (kind == TextKind::kLine ? " on a line" : "") +
                      ", got more after it");
  }
  if (document.ok()) read(JsonCursor(document));
  return document.status();
}

}  // namespace api_access::internal
