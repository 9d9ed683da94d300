#include "api_access/finding.h"

#include "src/base/text.h"

namespace api_access::internal {

std::string FindingText(std::string_view code, const std::string& subject,
                        const std::string& message) {
  std::string text(code);
  if (!subject.empty()) text += ' ' + Quote(subject);
  return text + ": " + message;
}

}  // namespace api_access::internal
