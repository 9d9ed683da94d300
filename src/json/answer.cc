#include "src/json/answer.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/quote.h"

namespace api_access::internal {
namespace {

constexpr std::string_view kResponseContextFields[] = {"RequestId"};

// The text of `cursor`, or none.
std::string TextIf(const JsonCursor& cursor) {
  return cursor.is_string() ? cursor.String() : "";
}

// The same of a whole number.
std::string TextOrNumber(const JsonCursor& cursor) {
  return cursor.is_integer() ? std::to_string(cursor.Integer())
                             : TextIf(cursor);
}

// `a`, then `separator` and `b` where both are there. Takes time linear in
// `separator` and `b` where `a` is moved in.
std::string Joined(std::string a, std::string_view separator,
                   std::string_view b) {
  if (!a.empty() && !b.empty()) a += separator;
  a += b;
  return a;
}

// What an error answer says; none for anything else.
std::optional<std::string> ErrorText(const JsonCursor& root, const Call& call) {
  const JsonCursor errors = root["Errors"];
  if (errors.is_array() && !errors.is_empty_array()) {
    std::string text;
    errors.ForEach([&](const JsonCursor& error) {
      const std::string code = TextOrNumber(error["Code"]);
      text = Joined(std::move(text), "; ",
                    Joined(Joined(code.empty() ? "" : "code " + code, ", ",
                                  TextIf(error["Type"])),
                           ": ", TextIf(error["Details"])));
    });
    return text;
  }
  if (root.Has(call.content)) return std::nullopt;
  if (root["__type"].is_string()) {
    return Joined(TextIf(root["__type"]), ": ", TextIf(root["message"]));
  }
  // RFC 9457. All of its fields are optional.
  const std::string title = TextIf(root["title"]);
  const std::string detail = TextIf(root["detail"]);
  const bool is_problem =
      (!title.empty() || !detail.empty()) &&
      (root["type"].is_string() || root["status"].is_integer() ||
       (!title.empty() && !detail.empty()));
  if (!is_problem) return std::nullopt;
  const std::string status = TextOrNumber(root["status"]);
  return Joined(Joined(status.empty() ? "" : "status " + status, ", ", title),
                ": ", detail);
}

// At most 500 bytes of it.
std::string Shown(const std::string& text) {
  constexpr std::size_t kShown = 500;
  if (text.size() <= kShown) return Escape(text);
  return Escape(text.substr(0, kShown)) + "... (" +
         std::to_string(text.size()) + " bytes)";
}

// Fails the document at anything but an answer of `call`. Without its envelope,
// a list is one where it has items, and an object where it has one of the
// fields that the content has.
Page FindContent(JsonDocument& document, const Call& call,
                 FieldNames content_fields) {
  const JsonCursor root(document);
  const std::string expected =
      "expected an answer of " + std::string(call.name) + ", got ";
  if (root.is_array() && call.is_list) {
    if (root.is_empty_array()) {
      root.Fail(expected +
                "an empty list, which does not tell what it lists, nor that "
                "the call succeeded");
    }
    return {root, root, false};
  }
  if (root.is_object()) {
    if (const auto error = ErrorText(root, call)) {
      root.Fail(expected + Joined("an error answer", ": ", Shown(*error)));
    }
    if (!call.is_list && !root.Has(call.content) &&
        root.HasAnyOf(content_fields)) {
      return {root, root, false};
    }
  }
  root.ExpectObject(call.fields);
  if (!root.Has(call.content)) {
    root.Fail(expected + "an object with " + root.FieldsText());
  }
  const JsonCursor context = root["ResponseContext"];
  if (!context.is_absent()) context.ExpectObject(kResponseContextFields);
  return {root, root[call.content], true};
}

}  // namespace

absl::Status ReadPages(const std::string& name, std::string_view text,
                       const Call& call, FieldNames content_fields,
                       Notes& notes,
                       const std::function<void(const Page&)>& read) {
  const auto texts = SplitJson(name, TextKind::kAnswer, text);
  if (!texts.ok()) return texts.status();
  const bool is_one = texts->parts.size() == 1;
  for (std::size_t part = 0; part < texts->parts.size(); ++part) {
    JsonDocument document(is_one || !call.has_pages
                              ? name
                              : name + ": answer " + std::to_string(part + 1),
                          *texts, part);
    if (!is_one && !call.has_pages) {
      const char next = texts->parts[1].front();
      document.Fail(texts->PlaceOf(texts->OffsetOf(1)),
                    next == '{' || next == '['
                        ? "expected one answer, another one begins here"
                        : "expected the end of the answer, got other text");
    }
    if (document.ok()) read(FindContent(document, call, content_fields));
    if (!document.ok()) return document.status();
    // Under the name of the whole text: once for all its pages.
    for (const std::string& note : document.notes()) {
      std::vector<std::string>& names = notes[note];
      if (names.empty() || names.back() != name) names.push_back(name);
    }
  }
  return absl::OkStatus();
}

}  // namespace api_access::internal
