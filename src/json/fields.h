// One description of the fields of each object, from which reading it, refusing
// others and writing it follow.

#ifndef API_ACCESS_SRC_JSON_FIELDS_H_
#define API_ACCESS_SRC_JSON_FIELDS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "api_access/access_key.h"
#include "api_access/ip.h"
#include "api_access/timestamp.h"
#include "src/json/document.h"
#include "src/json/write.h"

namespace api_access::internal {

// One field of an object that becomes a `T`.
template <typename T>
struct Field {
  std::string_view name;
  // Null: the field is described, but not read.
  void (*read)(const JsonCursor& value, T& object) = nullptr;
  // Null, or without value: the field is not written.
  std::optional<Json> (*write)(const T& object) = nullptr;
};

// A description of an object's fields: an array or a span.
template <typename T>
using Fields = std::span<const Field<std::type_identity_t<T>>>;

// The names of the fields of all `descriptions`.
template <typename... Descriptions>
std::vector<std::string_view> NamesOf(const Descriptions&... descriptions) {
  std::vector<std::string_view> names;
  const auto append = [&](const auto& fields) {
    for (const auto& field : fields) names.push_back(field.name);
  };
  (append(descriptions), ...);
  return names;
}

template <typename T>
void ReadFields(const JsonCursor& cursor, Fields<T> fields, T& object) {
  for (const Field<T>& field : fields) {
    if (field.read != nullptr) field.read(cursor[field.name], object);
  }
}

// Adds fields to `json`.
template <typename T>
void WriteFields(const T& object, Fields<T> fields, Json& json) {
  for (const Field<T>& field : fields) {
    if (field.write == nullptr) continue;
    if (auto value = field.write(object)) {
      json[std::string(field.name)] = *std::move(value);
    }
  }
}

// How a value of each type is read and written. What is absent or null is an
// error, except for an optional value and for a list.
inline void ReadValue(const JsonCursor& cursor, bool& value) {
  value = cursor.Bool();
}
inline void ReadValue(const JsonCursor& cursor, std::int64_t& value) {
  value = cursor.Integer();
}
inline void ReadValue(const JsonCursor& cursor, std::string& value) {
  value = cursor.String();
}
void ReadValue(const JsonCursor& cursor, AccessKeyState& value);
void ReadValue(const JsonCursor& cursor, IpAddress& value);
void ReadValue(const JsonCursor& cursor, Timestamp& value);
template <typename T>
void ReadValue(const JsonCursor& cursor, std::optional<T>& value) {
  if (!cursor.is_absent()) ReadValue(cursor, value.emplace());
}
// Of ids or names, none empty.
void ReadValue(const JsonCursor& cursor, std::vector<std::string>& value);
void ReadValue(const JsonCursor& cursor, std::vector<IpRange>& value);

std::optional<Json> WriteValue(const IpAddress& value);
std::optional<Json> WriteValue(AccessKeyState value);
std::optional<Json> WriteValue(Timestamp value);
std::optional<Json> WriteValue(const std::vector<IpRange>& value);
inline std::optional<Json> WriteValue(bool value) { return value; }
inline std::optional<Json> WriteValue(std::int64_t value) { return value; }
inline std::optional<Json> WriteValue(const std::string& value) {
  return value;
}
inline std::optional<Json> WriteValue(const std::vector<std::string>& value) {
  return value;
}

template <typename T>
std::optional<Json> WriteValue(const std::optional<T>& value) {
  return value ? WriteValue(*value) : std::nullopt;
}

template <typename T, typename M>
T ObjectOf(M T::*);

// The field that is the member `kMember` of its object.
template <auto kMember>
constexpr auto MemberField(std::string_view name) {
  using T = decltype(ObjectOf(kMember));
  return Field<T>{
      .name = name,
      .read = [](const JsonCursor& value,
                 T& object) { ReadValue(value, object.*kMember); },
      .write = [](const T& object) { return WriteValue(object.*kMember); }};
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_FIELDS_H_
