#include "src/json/fields.h"

#include <utility>

namespace api_access::internal {

void ReadValue(const JsonCursor& cursor, AccessKeyState& value) {
  if (const auto state = cursor.Take(ParseAccessKeyState(cursor.String()))) {
    value = *state;
  }
}

void ReadValue(const JsonCursor& cursor, IpAddress& value) {
  if (const auto address = cursor.Take(IpAddress::Parse(cursor.String()))) {
    value = *address;
  }
}

void ReadValue(const JsonCursor& cursor, Timestamp& value) {
  if (const auto date = cursor.Take(ParseTimestamp(cursor.String()))) {
    value = *date;
  }
}

void ReadValue(const JsonCursor& cursor, std::vector<std::string>& value) {
  if (cursor.is_absent()) return;
  cursor.ForEach(
      [&](const JsonCursor& item) { value.push_back(item.NonEmptyString()); });
}

void ReadValue(const JsonCursor& cursor, std::vector<IpRange>& value) {
  if (cursor.is_absent()) return;
  cursor.ForEach([&](const JsonCursor& item) {
    if (const auto range = item.Take(IpRange::Parse(item.String()))) {
      value.push_back(*range);
    }
  });
}

std::optional<Json> WriteValue(const IpAddress& value) {
  return value.ToString();
}

std::optional<Json> WriteValue(AccessKeyState value) {
  return Json(ToString(value));
}

std::optional<Json> WriteValue(Timestamp value) {
  return FormatTimestamp(value);
}

std::optional<Json> WriteValue(const std::vector<IpRange>& value) {
  Json array = Json::array();
  for (const IpRange& range : value) array.push_back(range.ToString());
  return array;
}

}  // namespace api_access::internal
