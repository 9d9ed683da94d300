// One method for each kind, to ask decisions about all methods of that kind.

#ifndef API_ACCESS_SRC_INSIGHT_REPRESENTATIVES_H_
#define API_ACCESS_SRC_INSIGHT_REPRESENTATIVES_H_

#include <string_view>

#include "api_access/method.h"

namespace api_access::internal {

// The name of a method of `kind`, under the service ToString(kind.service). Any
// name for a kind that is not in kAllMethodKinds.
constexpr std::string_view SampleName(MethodKind kind) {
  switch (kind.method_class) {
    case MethodClass::kPublic:
      return kind.service == Service::kFcu ? "DescribeRegions"
                                           : "ReadPublicCatalog";
    case MethodClass::kOrdinary:
      return kind.service == Service::kIcu ? "GetAccount" : "ReadVms";
    case MethodClass::kManaging:
      return kind.service == Service::kApi ? "ReadAccessKeys"
                                           : "ListAccessKeys";
    case MethodClass::kExempt:
      return "GetObject";
    case MethodClass::kUnlisted:
      break;
  }
  return "unlisted";
}

inline Method SampleOf(MethodKind kind) {
  return FindMethod(ToString(kind.service), SampleName(kind));
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_INSIGHT_REPRESENTATIVES_H_
