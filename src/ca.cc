#include "api_access/ca.h"

#include "src/base/text.h"

namespace api_access {

absl::StatusOr<Ca> Ca::Create(Fields fields) {
  if (fields.id.empty()) {
    return internal::InvalidArgument("expected a CA id, got an empty one");
  }
  return Ca(std::move(fields));
}

}  // namespace api_access
