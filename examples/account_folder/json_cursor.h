// Reads fields out of JSON and remembers the first error.

#ifndef API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_JSON_CURSOR_H_
#define API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_JSON_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace api_access::examples {

// The message of a status, as a standard string in every build of Abseil.
std::string MessageOf(const absl::Status& status);

// `text` in printable ASCII: every other byte, a backtick and a backslash are
// escaped as \xNN.
std::string Escape(std::string_view text);

// The escaped text between backticks, cut to a bounded length.
std::string Quote(std::string_view text);

// A JSON text that was read whole, and the first error found in it.
//
// Not for concurrent use.
class JsonDocument {
 public:
  // `name` tells people where the text is from; it may be empty. A text that is
  // not JSON, repeats a key of an object or is nested deeply is an error.
  JsonDocument(std::string_view name, std::string_view text);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  const nlohmann::json& root() const { return root_; }
  const absl::Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }

  // Keeps the first error only. `where` is a JSON path, maybe with more.
  void Fail(const std::string& where, const std::string& message);

 private:
  std::string name_;
  nlohmann::json root_;
  absl::Status status_;
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
  JsonCursor operator[](const std::string& field) const;
  bool is_absent() const { return value_ == nullptr || value_->is_null(); }
  bool is_string() const { return value_ != nullptr && value_->is_string(); }
  const std::string& path() const { return path_; }

  // Names what the place is about in the errors of it and its fields.
  void SetSubject(const std::string& kind, const std::string& id) {
    subject_ = kind + " " + Quote(id);
  }

  // Fails if this is not an object, or has an unknown field that is a `known`
  // one spelt otherwise: the same letters and digits in any case, or one edit
  // away from `ExpirationDate`.
  void ExpectObject(FieldNames known) const;
  // Fails at any unknown field.
  void ExpectOnly(FieldNames known) const;
  // The fields of this object that are not `known`, in byte order.
  std::vector<std::string> UnknownFields(FieldNames known) const;

  std::string String() const;
  std::string NonEmptyString() const;
  bool Bool() const;
  std::int64_t Integer() const;
  std::vector<JsonCursor> Array() const;

  // The same for a value that may be absent.
  std::optional<std::string> OptionalString() const {
    return is_absent() ? std::nullopt : std::optional(String());
  }
  std::vector<JsonCursor> OptionalArray() const {
    return is_absent() ? std::vector<JsonCursor>() : Array();
  }

  void Fail(const std::string& message) const;

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

}  // namespace api_access::examples

#endif  // API_ACCESS_EXAMPLES_ACCOUNT_FOLDER_JSON_CURSOR_H_
