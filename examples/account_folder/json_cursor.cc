#include "examples/account_folder/json_cursor.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace api_access::examples {
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
    if (dynamic_cast<const json::parse_error*>(&error) == nullptr) {
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

// True if one character more, less or other makes `b` of `a`, or two that
// changed places.
bool IsOneEditAway(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() + b.size() == 1) return true;
  if (a.size() != b.size() || a.empty()) return false;
  if (a.size() == 1) return true;
  return a.front() == b.back() && a.back() == b.front() &&
         a.substr(1, a.size() - 2) == b.substr(1, b.size() - 2);
}

// True if whoever wrote `field`, in all likelihood, meant `known`.
bool IsNearName(std::string_view field, std::string_view known) {
  const std::string written = LettersAndDigits(field);
  const std::string meant = LettersAndDigits(known);
  // A key whose expiration date is dropped would be valid for ever.
  return written == meant ||
         (known == kExpirationDate && IsOneEditAway(written, meant));
}

std::string LineAndColumn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? offset : offset - newline - 1;
  return "line " + std::to_string(line) + ", column " +
         std::to_string(column + 1);
}

// A document without a name is a line: whoever has it knows which.
std::string PlaceIn(const std::string& name, std::string_view text,
                    std::size_t offset) {
  return name.empty() ? "column " + std::to_string(offset + 1)
                      : LineAndColumn(text, offset);
}

}  // namespace

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

std::string Escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '`' && c != '\\') {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

std::string Quote(std::string_view text) {
  constexpr std::size_t kShown = 64;
  std::string quoted = "`" + Escape(text.substr(0, kShown)) + "`";
  if (text.size() > kShown) {
    quoted += "... (" + std::to_string(text.size()) + " bytes)";
  }
  return quoted;
}

JsonDocument::JsonDocument(std::string_view name, std::string_view text)
    : name_(name) {
  // The JSON library takes NUL for the end of the text.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    Fail(PlaceIn(name_, text, nul), "expected JSON, got a NUL byte");
    return;
  }
  // In two passes: a parse with a callback looks through all siblings each time
  // an object ends.
  StrictParse strict(text);
  if (json::sax_parse(text, &strict)) {
    root_ = json::parse(text);
  } else if (strict.malformed_at()) {
    Fail(PlaceIn(name_, text, *strict.malformed_at()),
         "expected JSON, it is malformed or cut off here");
  } else {
    Fail(strict.where(), strict.message());
  }
}

void JsonDocument::Fail(const std::string& where, const std::string& message) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError((name_.empty() ? "" : name_ + ": ") +
                                       where + ": " + message);
}

JsonCursor JsonCursor::operator[](const std::string& field) const {
  const json* value = nullptr;
  if (value_ != nullptr && value_->is_object()) {
    const auto found = value_->find(field);
    if (found != value_->end()) value = &*found;
  }
  return JsonCursor(*this, value, "." + field);
}

void JsonCursor::ExpectObject(FieldNames known) const {
  if (value_ == nullptr || !value_->is_object()) {
    Expected("an object");
    return;
  }
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

std::vector<std::string> JsonCursor::UnknownFields(FieldNames known) const {
  std::vector<std::string> unknown;
  if (value_ == nullptr || !value_->is_object()) return unknown;
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
  if (text.empty()) Expected("a string that is not empty");
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

std::vector<JsonCursor> JsonCursor::Array() const {
  std::vector<JsonCursor> items;
  if (is_absent() || !value_->is_array()) {
    Expected("an array");
    return items;
  }
  for (std::size_t i = 0; i < value_->size(); ++i) {
    items.push_back(
        JsonCursor(*this, &(*value_)[i], "[" + std::to_string(i) + "]"));
  }
  return items;
}

void JsonCursor::Fail(const std::string& message) const {
  document_->Fail(subject_.empty() ? path_ : path_ + " of " + subject_,
                  message);
}

void JsonCursor::Expected(const std::string& what) const {
  std::string got = "nothing";
  if (value_ != nullptr) {
    if (value_->is_string()) {
      got = "the string " + Quote(value_->get<std::string>());
    } else if (value_->is_object() || value_->is_array()) {
      got = value_->is_object() ? "an object" : "an array";
    } else {
      got = value_->dump();
    }
  }
  Fail("expected " + what + ", got " + got);
}

}  // namespace api_access::examples
