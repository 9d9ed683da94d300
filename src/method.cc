#include "api_access/method.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/enum_text.h"
#include "src/base/one_edit.h"
#include "src/base/short_text.h"
#include "src/base/text.h"
#include "src/base/text_set.h"
#include "src/method_catalogue.h"

namespace api_access {
namespace internal {

// Makes methods; a friend of Method, so that nobody else can.
struct MethodAccess {
  static constexpr Method Make(Service service, MethodClass method_class,
                               std::uint16_t entry) {
    return Method(service, method_class, entry);
  }
};

// The names that are declared, by service. No other service has any.
struct DeclaredMethods {
  TextSet api;
  TextSet icu;

  bool Contains(Service service, std::string_view name) const {
    return (service == Service::kApi && api.Contains(name)) ||
           (service == Service::kIcu && icu.Contains(name));
  }
};

}  // namespace internal
namespace {

using internal::kCatalogue;
using internal::MethodAccess;

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

constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char ToLower(char c) {
  return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// ASCII alone, in every locale.
constexpr auto kIsLetterOrDigit = [] {
  std::array<bool, 256> table{};
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Returns true for [A-Z][A-Za-z0-9]*.
bool IsWellFormed(std::string_view name) {
  if (name.empty() || !IsUpper(name.front())) return false;
  bool well_formed = true;
// Four bytes at a time, since nearly every method of fcu, lbu and directlink is
// classified by the form of its name.
#pragma GCC unroll 4
  for (const char c : name) {
    well_formed &= kIsLetterOrDigit[static_cast<unsigned char>(c)];
  }
  return well_formed;
}

bool ContainsAccessKeyInAnyCase(std::string_view name) {
  constexpr std::string_view kWord = "accesskey";
  return std::search(name.begin(), name.end(), kWord.begin(), kWord.end(),
                     [](char a, char b) { return ToLower(a) == b; }) !=
         name.end();
}

MethodClass ClassBeyondCatalogue(Service service, std::string_view name) {
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

// Out of line, it keeps FindMethod short.
[[gnu::noinline]] Method MethodBeyondCatalogue(Service service,
                                               std::string_view name) {
  return MethodAccess::Make(service, ClassBeyondCatalogue(service, name), 0);
}

// A sentinel: no service has this number, so no request matches it.
constexpr std::uint32_t kNoTag = 0xff;

// What FindMethod needs of an entry of the catalogue, in 16 bytes.
struct Candidate {
  const char* name = "";
  std::uint32_t tag = kNoTag;
  Method method =
      MethodAccess::Make(Service::kOther, MethodClass::kUnlisted, 0);
};
// The candidate of each place in internal::kSlots. Place 0 has a sentinel that
// no request matches.
constexpr auto kCandidates = [] {
  std::array<Candidate, kCatalogue.size() + 1> candidates{};
  std::uint16_t place = 0;
  for (const auto& [service, name, method_class, first, last] : kCatalogue) {
    ++place;
    candidates[place] = {
        name.data(), static_cast<std::uint32_t>(internal::TagOf(service, name)),
        MethodAccess::Make(service, method_class, place)};
  }
  return candidates;
}();

}  // namespace

Method FindMethod(std::string_view service_text, std::string_view name) {
  const Service service = FindService(service_text);
  const std::uint64_t tag = internal::TagOf(service, name);
  const Candidate& candidate =
      kCandidates[internal::kSlots[internal::SlotOf(tag, name)]];
  if (candidate.tag == tag &&
      internal::SameText({candidate.name, name.size()}, name)) {
    return candidate.method;
  }
  return MethodBeyondCatalogue(service, name);
}

absl::StatusOr<MethodCatalogue> MethodCatalogue::Create(Fields fields) {
  std::vector<std::string> api;
  std::vector<std::string> icu;
  for (auto& [service, name] : fields.ordinary) {
    const std::string subject =
        "declared method " + Quote(service) + ' ' + Quote(name);
    const Method method = FindMethod(service, name);
    if (method.service() != Service::kApi &&
        method.service() != Service::kIcu) {
      return internal::InvalidArgument(subject +
                                       ": expected service api, oapi or icu");
    }
    if (!IsWellFormed(name)) {
      return internal::InvalidArgument(
          subject + ": expected a name of the form [A-Z][A-Za-z0-9]*");
    }
    if (method.method_class() == MethodClass::kOrdinary) continue;
    if (method.method_class() != MethodClass::kUnlisted) {
      return internal::InvalidArgument(
          subject + ": expected an ordinary or a new method, it is " +
          std::string(api_access::ToString(method.method_class())) +
          " in the catalogue " + std::string(kCatalogueVersion));
    }
    (method.service() == Service::kApi ? api : icu).push_back(std::move(name));
  }
  if (api.empty() && icu.empty()) return MethodCatalogue();
  return MethodCatalogue(std::make_shared<const internal::DeclaredMethods>(
      internal::DeclaredMethods{internal::TextSet(std::move(api)),
                                internal::TextSet(std::move(icu))}));
}

Method MethodCatalogue::Find(std::string_view service,
                             std::string_view name) const {
  const Method method = FindMethod(service, name);
  if (method.method_class() != MethodClass::kUnlisted || declared_ == nullptr ||
      !declared_->Contains(method.service(), name)) {
    return method;
  }
  return MethodAccess::Make(method.service(), MethodClass::kOrdinary, 0);
}

std::vector<MethodName> MethodCatalogue::Declared() const {
  std::vector<MethodName> methods;
  if (declared_ == nullptr) return methods;
  for (const std::string& name : declared_->api.texts()) {
    methods.push_back({"api", name});
  }
  for (const std::string& name : declared_->icu.texts()) {
    methods.push_back({"icu", name});
  }
  std::ranges::sort(methods);
  return methods;
}

bool operator==(const MethodCatalogue& a, const MethodCatalogue& b) {
  return a.declared_ == b.declared_ || a.Declared() == b.Declared();
}

std::string_view FindSimilarName(std::string_view service,
                                 std::string_view name) {
  const Method method = FindMethod(service, name);
  if (method.method_class() != MethodClass::kUnlisted) return {};
  std::string_view one_edit_away;
  for (const auto& entry : kCatalogue) {
    if (entry.service != method.service()) continue;
    if (std::ranges::equal(entry.name, name, {}, ToLower, ToLower)) {
      return entry.name;
    }
    if (one_edit_away.empty() && internal::IsOneEditAway(entry.name, name)) {
      one_edit_away = entry.name;
    }
  }
  return one_edit_away;
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

std::string ToString(MethodKind kind) {
  return std::string(ToString(kind.service)) + ' ' +
         std::string(ToString(kind.method_class));
}

std::string ToString(std::span<const MethodKind> kinds,
                     std::span<const MethodKind> possible) {
  std::string text;
  // From public to exempt.
  for (const MethodClass method_class :
       {MethodClass::kPublic, MethodClass::kOrdinary, MethodClass::kManaging,
        MethodClass::kUnlisted, MethodClass::kExempt}) {
    std::vector<std::string_view> services;
    for (const MethodKind kind : kinds) {
      if (kind.method_class == method_class) {
        services.push_back(ToString(kind.service));
      }
    }
    if (services.empty()) continue;
    const auto all = static_cast<std::size_t>(
        std::ranges::count(possible, method_class, &MethodKind::method_class));
    text += text.empty() ? "" : ", ";
    if (services.size() == all) {
      text += "all " + std::string(ToString(method_class));
      continue;
    }
    text += std::string(ToString(method_class)) + " of ";
    for (std::size_t i = 0; i < services.size(); ++i) {
      if (i > 0) text += i + 1 < services.size() ? ", " : " and ";
      text += services[i];
    }
  }
  return text;
}

std::string Method::ToString() const {
  std::string text(api_access::ToString(service_));
  text += ' ';
  text += entry_ == 0 ? "-" : name();
  text += ' ';
  text += api_access::ToString(class_);
  return text;
}

absl::StatusOr<Service> ParseService(std::string_view text) {
  return internal::ParseEnum(kAllServices, text);
}
absl::StatusOr<MethodClass> ParseMethodClass(std::string_view text) {
  return internal::ParseEnum(kAllMethodClasses, text);
}

}  // namespace api_access
