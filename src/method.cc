#include "api_access/method.h"

#include <algorithm>
#include <cstddef>

#include "src/method_catalogue.h"
#include "src/short_text.h"

namespace api_access {
namespace {

using internal::kCatalogue;

Service FindService(std::string_view text) {
  if (text == "api" || text == "oapi") return Service::kApi;
  if (text == "icu") return Service::kIcu;
  if (text == "fcu") return Service::kFcu;
  if (text == "lbu") return Service::kLbu;
  if (text == "directlink") return Service::kDirectlink;
  if (text == "eim") return Service::kEim;
  if (text == "oos") return Service::kOos;
  if (text == "osu") return Service::kOsu;
  return Service::kOther;
}

// [A-Z][A-Za-z0-9]*, whatever the locale.
bool IsWellFormed(std::string_view name) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return !name.empty() && is_upper(name.front()) &&
         std::ranges::all_of(name, [&](char c) {
           return is_upper(c) || (c >= 'a' && c <= 'z') ||
                  (c >= '0' && c <= '9');
         });
}

bool ContainsAccessKeyInAnyCase(std::string_view name) {
  constexpr std::string_view kWord = "accesskey";
  const auto equal = [](char c, char lower) {
    return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
  };
  return std::search(name.begin(), name.end(), kWord.begin(), kWord.end(),
                     equal) != name.end();
}

// Rarely called: apart, it keeps the search for the others short.
[[gnu::noinline]] MethodClass ClassBeyondCatalogue(Service service,
                                                   std::string_view name) {
  switch (service) {
    case Service::kOos:
    case Service::kOsu:
      return MethodClass::kExempt;
    case Service::kEim:
      if (!IsWellFormed(name)) return MethodClass::kUnlisted;
      return ContainsAccessKeyInAnyCase(name) ? MethodClass::kManaging
                                              : MethodClass::kOrdinary;
    case Service::kFcu:
    case Service::kLbu:
    case Service::kDirectlink:
      return IsWellFormed(name) ? MethodClass::kOrdinary
                                : MethodClass::kUnlisted;
    case Service::kApi:
    case Service::kIcu:
    case Service::kOther:
      break;
  }
  return MethodClass::kUnlisted;
}

}  // namespace

Method FindMethod(std::string_view service_text, std::string_view name) {
  const Service service = FindService(service_text);
  const std::uint16_t place =
      internal::kSlots[internal::SlotOf(internal::TagOf(service, name), name)];
  if (place != 0) {
    const internal::CatalogueEntry& entry = kCatalogue[place - 1U];
    if (entry.service == service && internal::SameText(entry.name, name)) {
      return Method(service, entry.method_class, place);
    }
  }
  return Method(service, ClassBeyondCatalogue(service, name), 0);
}

std::string_view Method::name() const {
  return entry_ == 0 ? std::string_view() : kCatalogue[entry_ - 1U].name;
}

std::string_view Method::first_version() const {
  return entry_ == 0 ? std::string_view()
                     : kCatalogue[entry_ - 1U].first_version;
}

std::string_view Method::last_version() const {
  return entry_ == 0 ? std::string_view()
                     : kCatalogue[entry_ - 1U].last_version;
}

std::string Method::ToString() const {
  std::string text(api_access::ToString(service_));
  text += ' ';
  text += entry_ == 0 ? "-" : name();
  text += ' ';
  text += api_access::ToString(class_);
  return text;
}

}  // namespace api_access
