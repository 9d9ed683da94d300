// Methods of the OUTSCALE APIs and the class that decides what they need.

#ifndef API_ACCESS_METHOD_H_
#define API_ACCESS_METHOD_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api_access/version.h"

namespace api_access {
namespace internal {
struct DeclaredMethods;
struct MethodAccess;
}  // namespace internal

// The version of the provider's OpenAPI description that the catalogue of
// methods was made from.
inline constexpr std::string_view kCatalogueVersion = "1.41.0";

enum class Service : std::uint8_t {
  kOther = 0,  // any service that is not named below
  kApi,
  kIcu,
  kFcu,
  kLbu,
  kDirectlink,
  kEim,
  kOos,
  kOsu,
};

inline constexpr std::array<Service, 9> kAllServices = {
    Service::kOther, Service::kApi, Service::kIcu,
    Service::kFcu,   Service::kLbu, Service::kDirectlink,
    Service::kEim,   Service::kOos, Service::kOsu};

// Returns true if the service accepts login/password: api and icu. Source: the
// provider's user guide; that no other one does is our choice.
constexpr bool ServiceHasLogin(Service service) {
  return service == Service::kApi || service == Service::kIcu;
}

// What a method needs depends on its class, and for login/password on its
// service. Source: the provider's user guide and OpenAPI description; that an
// unknown method does not profit from a trusted session is our choice.
enum class MethodClass : std::uint8_t {
  // Not known: a trusted session and login/password do not apply.
  kUnlisted = 0,
  // Needs no authentication; API access rules do not apply.
  kPublic,
  // Every other known method.
  kOrdinary,
  // Manages access keys, API access rules, the API access policy or CAs,
  // reading included.
  kManaging,
  // Object storage: API access rules and the trusted session do not apply.
  kExempt,
};

inline constexpr std::array<MethodClass, 5> kAllMethodClasses = {
    MethodClass::kUnlisted, MethodClass::kPublic, MethodClass::kOrdinary,
    MethodClass::kManaging, MethodClass::kExempt};

// `api`, `icu`, ...; `other` for kOther and any value out of range.
constexpr std::string_view ToString(Service service) {
  switch (service) {
    case Service::kOther:
      break;
    case Service::kApi:
      return "api";
    case Service::kIcu:
      return "icu";
    case Service::kFcu:
      return "fcu";
    case Service::kLbu:
      return "lbu";
    case Service::kDirectlink:
      return "directlink";
    case Service::kEim:
      return "eim";
    case Service::kOos:
      return "oos";
    case Service::kOsu:
      return "osu";
  }
  return "other";
}

// `Public`, `Ordinary`, `Managing`, `Exempt`; `Unlisted` for kUnlisted and any
// value out of range.
constexpr std::string_view ToString(MethodClass method_class) {
  switch (method_class) {
    case MethodClass::kUnlisted:
      break;
    case MethodClass::kPublic:
      return "Public";
    case MethodClass::kOrdinary:
      return "Ordinary";
    case MethodClass::kManaging:
      return "Managing";
    case MethodClass::kExempt:
      return "Exempt";
  }
  return "Unlisted";
}

// The service whose text this is, byte for byte. Errors: kInvalidArgument,
// which lists all texts. Allocates only to report one.
absl::StatusOr<Service> ParseService(std::string_view text);
// The class whose text this is, byte for byte. Errors: kInvalidArgument, which
// lists all texts. Allocates only to report one.
absl::StatusOr<MethodClass> ParseMethodClass(std::string_view text);

// All that a decision depends on of a method.
struct MethodKind {
  Service service = Service::kOther;
  MethodClass method_class = MethodClass::kUnlisted;

  friend constexpr bool operator==(const MethodKind&,
                                   const MethodKind&) = default;
  friend constexpr auto operator<=>(const MethodKind&,
                                    const MethodKind&) = default;
};

// Every kind that a method can be of, in the order of reports: by service, then
// from public to unlisted methods.
inline constexpr std::array<MethodKind, 21> kAllMethodKinds = {{
    {Service::kApi, MethodClass::kPublic},
    {Service::kApi, MethodClass::kOrdinary},
    {Service::kApi, MethodClass::kManaging},
    {Service::kApi, MethodClass::kUnlisted},
    {Service::kIcu, MethodClass::kPublic},
    {Service::kIcu, MethodClass::kOrdinary},
    {Service::kIcu, MethodClass::kManaging},
    {Service::kIcu, MethodClass::kUnlisted},
    {Service::kFcu, MethodClass::kPublic},
    {Service::kFcu, MethodClass::kOrdinary},
    {Service::kFcu, MethodClass::kUnlisted},
    {Service::kLbu, MethodClass::kOrdinary},
    {Service::kLbu, MethodClass::kUnlisted},
    {Service::kDirectlink, MethodClass::kOrdinary},
    {Service::kDirectlink, MethodClass::kUnlisted},
    {Service::kEim, MethodClass::kOrdinary},
    {Service::kEim, MethodClass::kManaging},
    {Service::kEim, MethodClass::kUnlisted},
    {Service::kOos, MethodClass::kExempt},
    {Service::kOsu, MethodClass::kExempt},
    {Service::kOther, MethodClass::kUnlisted},
}};

// A classified method. Only FindMethod and MethodCatalogue make one, so that
// nobody can claim a class. Small and trivially copyable. Methods outside the
// catalogue, declared ones included, are equal if service and class are.
//
// Const members may be called concurrently.
class Method {
 public:
  constexpr Service service() const { return service_; }
  constexpr MethodClass method_class() const { return class_; }
  constexpr MethodKind kind() const { return {service_, class_}; }

  // From the catalogue; empty for a method that is not in it. The first version
  // is also empty if the service has no versions, the last one if the method
  // still exists. The texts are static.
  std::string_view name() const;
  std::string_view first_version() const;
  std::string_view last_version() const;

  // `api ReadVms Ordinary`; `-` in place of a name that is not in the
  // catalogue.
  std::string ToString() const;

  friend constexpr bool operator==(const Method&, const Method&) = default;
  friend constexpr auto operator<=>(const Method&, const Method&) = default;

 private:
  friend struct internal::MethodAccess;
  friend struct std::hash<Method>;

  constexpr Method(Service service, MethodClass method_class,
                   std::uint16_t entry)
      : service_(service), class_(method_class), entry_(entry) {}

  Service service_;
  MethodClass class_;
  std::uint16_t entry_;  // place in the catalogue, counted from 1; 0: none
};

// Classifies the method `name` of `service`:
//   FindMethod("api", "ReadVms")       kOrdinary
//   FindMethod("api", "ReadCas")       kManaging
//   FindMethod("api", "readvms")       kUnlisted: names are case-sensitive
//   FindMethod("fcu", "RunInstances")  kOrdinary: well-formed
//   FindMethod("oos", "GetObject")     kExempt, as every method of oos and osu
//
// Total: any bytes are a method. Both are compared byte for byte; service
// `oapi` is `api`. Beyond the catalogue, a name of fcu, lbu, directlink and eim
// that has the form [A-Z][A-Za-z0-9]* is ordinary, but managing if it is of eim
// and contains `accesskey` in any case. Retired methods keep their class.
//
// Does not allocate. May be called concurrently. Source: the provider's OpenAPI
// description of kCatalogueVersion, and its command-line client. That names
// beyond the catalogue are ordinary is our choice, and a lenient one: those
// services have no managing methods of their own.
Method FindMethod(std::string_view service, std::string_view name);

// A service and a name, as text.
struct MethodName {
  std::string service;
  std::string name;

  friend bool operator==(const MethodName&, const MethodName&) = default;
  friend auto operator<=>(const MethodName&, const MethodName&) = default;
};

// The catalogue of methods and, in addition, methods that an operator declares
// ordinary: to FindMethod, those that `api` and `icu` get in versions after
// kCatalogueVersion are unlisted. A handle to an immutable value; copies are
// cheap and share it. A default-constructed or moved-from catalogue has no
// declarations.
//
// Const members may be called concurrently. Declarations are our choice: so far
// all new methods were ordinary, but the library cannot know that of the next.
class MethodCatalogue {
 public:
  struct Fields {
    // Methods of `api` (or `oapi`) and `icu` whose names have the form
    // [A-Z][A-Za-z0-9]*. One that is repeated counts once. One that is ordinary
    // in the catalogue anyway changes nothing, so that declarations may stay
    // when the library is updated.
    std::vector<MethodName> ordinary = {};
  };
  //   MethodCatalogue::Create({.ordinary = {{"api", "ReadVmsStopHistory"}}})
  //   MethodCatalogue::Create({.ordinary = {{"api", "ReadCas"}}})
  //       error: it is managing
  //   MethodCatalogue::Create({.ordinary = {{"fcu", "RunInstances"}}})
  //       error: methods of fcu are classified by the form of their names
  //
  // Errors: kInvalidArgument, which names the first method that is of another
  // service, is malformed, or is public or managing in the catalogue, retired
  // ones included. Takes O(n log n) time in the methods.
  static absl::StatusOr<MethodCatalogue> Create(Fields fields);

  MethodCatalogue() noexcept = default;

  // As FindMethod, but a declared method is kOrdinary. Total. Takes one hash
  // lookup more if FindMethod takes the method for unlisted. Does not allocate.
  Method Find(std::string_view service, std::string_view name) const;

  // The declared methods that FindMethod takes for unlisted, `oapi` as `api`,
  // each once, ascending. Allocates them.
  std::vector<MethodName> Declared() const;

  // Returns true if both find the same methods.
  friend bool operator==(const MethodCatalogue& a, const MethodCatalogue& b);

 private:
  explicit MethodCatalogue(
      std::shared_ptr<const internal::DeclaredMethods> declared) noexcept
      : declared_(std::move(declared)) {}

  // Null: no declarations.
  std::shared_ptr<const internal::DeclaredMethods> declared_;
};

// The name that somebody who wrote `name` may have meant, where FindMethod
// takes that for unlisted: a method of `service` in the catalogue of the same
// name in another case, or of one that is one edit away (a character more, less
// or other, or two that changed places). Empty where there is none.
//   FindSimilarName("api", "readvms")   ReadVms
//   FindSimilarName("api", "ReadVm")    ReadVms
//   FindSimilarName("api", "ReadVms")   empty: it is in the catalogue
//
// Takes time linear in the catalogue; for messages. Does not allocate. May be
// called concurrently. Our choice.
std::string_view FindSimilarName(std::string_view service,
                                 std::string_view name);

inline std::ostream& operator<<(std::ostream& out, Service service) {
  return out << ToString(service);
}
inline std::ostream& operator<<(std::ostream& out, MethodClass method_class) {
  return out << ToString(method_class);
}
// `api Managing`.
std::string ToString(MethodKind kind);
// Methods of a class are named together: `all Ordinary, Managing of api and
// icu`. `all` are those of `possible`, which has every one of `kinds`; none
// twice.
std::string ToString(std::span<const MethodKind> kinds,
                     std::span<const MethodKind> possible);
inline std::ostream& operator<<(std::ostream& out, MethodKind kind) {
  return out << ToString(kind);
}
inline std::ostream& operator<<(std::ostream& out, const Method& method) {
  return out << method.ToString();
}

}  // namespace api_access

template <>
struct std::hash<api_access::Method> {
  std::size_t operator()(const api_access::Method& method) const {
    return static_cast<std::size_t>(method.service_) << 24 |
           static_cast<std::size_t>(method.class_) << 16 | method.entry_;
  }
};

#endif  // API_ACCESS_METHOD_H_
