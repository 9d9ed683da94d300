// Reads fields out of JSON and remembers the first error.

#ifndef API_ACCESS_SRC_JSON_DOCUMENT_H_
#define API_ACCESS_SRC_JSON_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"
#include "src/base/text.h"

namespace api_access::internal {

// Where the first byte of `text` is that is not part of UTF-8, if any.
std::optional<std::size_t> FindNonUtf8(std::string_view text);

// What a text is: it decides how errors name places, and what went wrong.
enum class TextKind {
  kAnswer,  // of the provider; may have several lines
  kLine,    // one line of a request
  kOther,   // may have several lines
};

// The JSON values that follow one another in a text, each with its offset.
//
// The parts are cut where brackets close, so that each is malformed where the
// text is.
struct JsonTexts {
  std::string name;  // of the whole, for errors; may be empty
  TextKind kind = TextKind::kAnswer;
  std::string_view whole;
  std::vector<std::string_view> parts;  // at least one

  std::size_t OffsetOf(std::size_t part) const {
    return static_cast<std::size_t>(parts[part].data() - whole.data());
  }
  // `column 7`, or `line 2, column 7` of an answer.
  std::string PlaceOf(std::size_t offset) const;
};
// Errors: kInvalidArgument for a text that is empty, in UTF-16 or not UTF-8.
absl::StatusOr<JsonTexts> SplitJson(std::string name, TextKind kind,
                                    std::string_view text);

// One of these values, read whole, and the first error found in it.
//
// Not for concurrent use.
class JsonDocument {
 public:
  // `name` is that of this part in errors. Text that is not JSON, repeats a key
  // of an object or is nested deeply is an error.
  JsonDocument(std::string name, const JsonTexts& texts, std::size_t part);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  const nlohmann::json& root() const { return root_; }
  const absl::Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }

  // `where`, a JSON path, maybe with more, under the name of the document.
  std::string Placed(const std::string& where) const;
  // Keeps the first error only.
  void Fail(const std::string& where, const std::string& message);
  // Keeps each sentence once, without the name of the document.
  void Note(const std::string& where, const std::string& message);
  const std::set<std::string>& notes() const { return notes_; }

 private:
  std::string name_;
  nlohmann::json root_;
  absl::Status status_;
  std::set<std::string> notes_;
};

// The fields that an object has by its description.
using FieldNames = std::span<const std::string_view>;

inline constexpr std::string_view kExpirationDate = "ExpirationDate";

// A place in a document. Reading what is not there, or is of another type,
// fails the document and gives a harmless value, so a reader runs to its end
// and looks at the document's status once.
class JsonCursor {
 public:
  // The root of `document`, which must outlive the cursor.
  explicit JsonCursor(JsonDocument& document)
      : document_(&document), value_(&document.root()), path_("$") {}

  // A field of this object; absent when it is missing or null.
  JsonCursor operator[](std::string_view field) const;
  bool is_absent() const { return value_ == nullptr || value_->is_null(); }
  bool is_string() const { return value_ != nullptr && value_->is_string(); }
  bool is_integer() const {
    return value_ != nullptr && value_->is_number_integer();
  }
  bool is_object() const { return value_ != nullptr && value_->is_object(); }
  bool is_array() const { return value_ != nullptr && value_->is_array(); }
  bool is_true() const {
    return value_ != nullptr && value_->is_boolean() && value_->get<bool>();
  }
  bool is_empty_array() const { return is_array() && value_->empty(); }
  // True if this object has the field, be it null.
  bool Has(std::string_view field) const;
  // Where it is, as errors name it, such as `ReadCas.json: $.Cas[0]`.
  std::string Place() const;
  // True if the document has an error, wherever it is.
  bool failed() const { return !document_->ok(); }

  // Names what the place is about in the errors of it and its fields.
  void SetSubject(std::string_view kind, std::string_view id);

  // The value as JSON.
  std::string Text() const;

  // Fails if this is not an object, or has an unknown field that is a `known`
  // one spelt otherwise: the same letters and digits in any case, or one edit
  // away from `ExpirationDate`.
  void ExpectObject(FieldNames known) const;
  // Fails at any unknown field.
  void ExpectOnly(FieldNames known) const;
  // Notes each unknown field, for all objects of an array at once.
  void NoteUnknown(FieldNames known) const;
  // For errors: the names of this object's fields, the first eight, and no
  // value.
  std::string FieldsText() const;
  // The fields of this object that are not `known`, in byte order.
  std::vector<std::string> UnknownFields(FieldNames known) const;
  // True if this object has one of the `known` fields, however it is spelt.
  bool HasAnyOf(FieldNames known) const;

  std::string String() const;
  std::string NonEmptyString() const;
  bool Bool() const;
  std::int64_t Integer() const;
  // The same for a value that may be absent.
  std::optional<std::string> OptionalString() const {
    return is_absent() ? std::nullopt : std::optional(String());
  }

  // Calls `read` with each item of this array, until the document has an error.
  // One at a time: a cursor is several times as large as the value.
  template <typename Read>
  void ForEach(const Read& read) const {
    if (!is_array()) Expected("an array");
    for (std::size_t i = 0; !failed() && i < value_->size(); ++i) {
      read(JsonCursor(*this, &(*value_)[i], "[" + std::to_string(i) + "]"));
    }
  }

  void Fail(const std::string& message) const;
  void Note(const std::string& message) const;

  // The value of a factory of the library; fails the document and gives nothing
  // when that refused.
  template <typename T>
  std::optional<T> Take(absl::StatusOr<T> result) const {
    if (result.ok()) return *std::move(result);
    Fail(MessageOf(result.status()));
    return std::nullopt;
  }

 private:
  JsonCursor(const JsonCursor& parent, const nlohmann::json* value,
             const std::string& step)
      : document_(parent.document_),
        value_(value),
        path_(parent.path_ + step),
        subject_(parent.subject_) {}

  void Expected(const std::string& what) const;

  JsonDocument* document_;
  const nlohmann::json* value_;  // null: missing
  std::string path_;
  std::string subject_;
};

// Calls `read` with the one value of `text`, unless that is in error. Errors:
// kInvalidArgument for what is not one JSON value, and those of `read`.
absl::Status ReadOne(TextKind kind, std::string_view text,
                     const std::function<void(const JsonCursor&)>& read);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_DOCUMENT_H_
