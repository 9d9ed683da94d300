// The envelope of the provider's answers, and what is no answer.

#ifndef API_ACCESS_SRC_JSON_ANSWER_H_
#define API_ACCESS_SRC_JSON_ANSWER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "src/json/document.h"

namespace api_access::internal {

// A call, and what its answer has at the top.
struct Call {
  std::string_view name;
  // The field with the content, one of `fields`.
  std::string_view content;
  FieldNames fields;
  // Whether the content is a list, else it is an object.
  bool is_list = true;
  // Whether several answers may follow one another.
  bool has_pages = false;
};

// One answer, or one of several.
struct Page {
  JsonCursor root;
  JsonCursor content;
  // Whether the content is in an envelope; else it is `root`.
  bool has_envelope;
};

// Sentences about what was ignored, each with the names of the answers that it
// is about.
using Notes = std::map<std::string, std::vector<std::string>>;

// Reads each page of an answer of `call` by `read`, until one is in error, and
// adds to `notes`. `name` is that of the text in errors, `content_fields` are
// those of the content, or of the objects in it.
//
// Errors: kInvalidArgument for what is no answer of `call`: one sentence for
// each cause. An error answer of the provider is shown, other answers by the
// names of their fields alone: their values may be secrets.
absl::Status ReadPages(const std::string& name, std::string_view text,
                       const Call& call, FieldNames content_fields,
                       Notes& notes,
                       const std::function<void(const Page&)>& read);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_ANSWER_H_
