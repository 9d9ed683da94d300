#include "json_cursor.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

namespace api_access::examples {
namespace {

using nlohmann::json;

// What the JSON library lets pass and this project does not.
struct Refusal {
  std::string where;
  std::string message;
};

// Follows a parse and throws a Refusal at the first key that its object has
// already, and at nesting that no answer of the provider has: it would cost
// whoever prints the value the stack.
class Strictness {
 public:
  bool operator()(int /*depth*/, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        CountItem();
        if (open_.size() == kMaxDepth) {
          throw Refusal{Path(), "expected at most " +
                                    std::to_string(kMaxDepth) +
                                    " levels of nesting, got more"};
        }
        open_.push_back(
            {event == json::parse_event_t::object_start, 0, {}, {}});
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        open_.pop_back();
        break;
      case json::parse_event_t::key:
        open_.back().key = parsed.get<std::string>();
        if (!open_.back().keys.insert(open_.back().key).second) {
          throw Refusal{Path(), "expected each key once"};
        }
        break;
      case json::parse_event_t::value:
        CountItem();
        break;
    }
    return true;
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

  void CountItem() {
    if (!open_.empty()) ++open_.back().items;
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

  std::vector<Open> open_;
};

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
  Strictness strictness;
  try {
    root_ = json::parse(text, std::ref(strictness));
  } catch (const json::parse_error& error) {
    const std::size_t offset = error.byte == 0 ? 0 : error.byte - 1;
    Fail(PlaceIn(name_, text, std::min(offset, text.size())),
         "expected JSON, it is malformed or cut off here");
  } catch (const json::exception&) {
    Fail("$", "expected JSON numbers that fit a double");
  } catch (const Refusal& refusal) {
    Fail(refusal.where, refusal.message);
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

void JsonCursor::ExpectObject() const {
  if (value_ == nullptr || !value_->is_object()) Expected("an object");
}

void JsonCursor::ExpectOnly(
    std::initializer_list<std::string_view> fields) const {
  ExpectObject();
  if (value_ == nullptr || !value_->is_object()) return;
  std::string known;
  for (const std::string_view field : fields) {
    known += (known.empty() ? "" : ", ") + std::string(field);
  }
  for (const auto& [field, value] : value_->items()) {
    if (std::ranges::find(fields, field) != fields.end()) continue;
    Fail("expected only the fields " + known + ", got " + Quote(field));
  }
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
