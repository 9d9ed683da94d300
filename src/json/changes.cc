#include "api_access/json/changes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "api_access/quote.h"
#include "src/base/one_edit.h"
#include "src/base/text.h"
#include "src/json/changes_json.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/line.h"
#include "src/json/write.h"

namespace api_access {
namespace {

using internal::Field;
using internal::Fields;
using internal::Json;
using internal::JsonCursor;
using internal::MemberField;
using internal::NamesOf;
using internal::ObjectOf;
using internal::WriteValue;

// An id or a name: not empty where it is given.
template <auto kMember>
constexpr auto NameField(std::string_view name) {
  auto field = MemberField<kMember>(name);
  using T = decltype(ObjectOf(kMember));
  field.read = [](const JsonCursor& value, T& object) {
    if (!value.is_absent()) object.*kMember = value.NonEmptyString();
  };
  return field;
}

// A flag that is false where it is absent.
template <auto kMember>
constexpr auto FlagField(std::string_view name) {
  using T = decltype(ObjectOf(kMember));
  return Field<T>{.name = name,
                  .read =
                      [](const JsonCursor& value, T& object) {
                        if (!value.is_absent()) object.*kMember = value.Bool();
                      },
                  .write = [](const T& object) -> std::optional<Json> {
                    if (!(object.*kMember)) return std::nullopt;
                    return true;
                  }};
}

// A parameter of the rule that the call `T` makes.
template <typename T, auto kMember>
constexpr Field<T> RuleField(std::string_view name) {
  return {.name = name,
          .read = [](const JsonCursor& value,
                     T& call) { ReadValue(value, call.rule.*kMember); },
          .write = [](const T& call) -> std::optional<Json> {
            if (call.rule.*kMember == decltype(call.rule.*kMember){}) {
              return std::nullopt;
            }
            return WriteValue(call.rule.*kMember);
          }};
}

// Every call has it. It changes nothing about what the call would do.
template <typename T>
constexpr Field<T> kDryRun = {"DryRun", [](const JsonCursor& value, T&) {
                                if (!value.is_absent()) value.Bool();
                              }};

// The parameters of each call, as the provider describes them.
template <typename T>
constexpr auto kParameters = nullptr;

template <>
constexpr auto kParameters<CreateAccessKey> = std::to_array({
    NameField<&CreateAccessKey::user_name>("UserName"),
    MemberField<&CreateAccessKey::expiration_date>(internal::kExpirationDate),
    MemberField<&CreateAccessKey::tag>("Tag"),
    kDryRun<CreateAccessKey>,
});
template <>
constexpr auto kParameters<UpdateAccessKey> = std::to_array({
    NameField<&UpdateAccessKey::access_key_id>("AccessKeyId"),
    NameField<&UpdateAccessKey::user_name>("UserName"),
    MemberField<&UpdateAccessKey::state>("State"),
    MemberField<&UpdateAccessKey::expiration_date>(internal::kExpirationDate),
    FlagField<&UpdateAccessKey::clear_expiration_date>("ClearExpirationDate"),
    MemberField<&UpdateAccessKey::tag>("Tag"),
    FlagField<&UpdateAccessKey::clear_tag>("ClearTag"),
    kDryRun<UpdateAccessKey>,
});
template <>
constexpr auto kParameters<DeleteAccessKey> = std::to_array({
    NameField<&DeleteAccessKey::access_key_id>("AccessKeyId"),
    NameField<&DeleteAccessKey::user_name>("UserName"),
    kDryRun<DeleteAccessKey>,
});
template <>
constexpr auto kParameters<CreateApiAccessRule> = std::to_array({
    RuleField<CreateApiAccessRule, &RuleParameters::ip_ranges>("IpRanges"),
    RuleField<CreateApiAccessRule, &RuleParameters::ca_ids>("CaIds"),
    RuleField<CreateApiAccessRule, &RuleParameters::cns>("Cns"),
    RuleField<CreateApiAccessRule, &RuleParameters::description>("Description"),
    kDryRun<CreateApiAccessRule>,
});
template <>
constexpr auto kParameters<UpdateApiAccessRule> = std::to_array({
    NameField<&UpdateApiAccessRule::api_access_rule_id>("ApiAccessRuleId"),
    RuleField<UpdateApiAccessRule, &RuleParameters::ip_ranges>("IpRanges"),
    RuleField<UpdateApiAccessRule, &RuleParameters::ca_ids>("CaIds"),
    RuleField<UpdateApiAccessRule, &RuleParameters::cns>("Cns"),
    RuleField<UpdateApiAccessRule, &RuleParameters::description>("Description"),
    kDryRun<UpdateApiAccessRule>,
});
template <>
constexpr auto kParameters<DeleteApiAccessRule> = std::to_array({
    NameField<&DeleteApiAccessRule::api_access_rule_id>("ApiAccessRuleId"),
    kDryRun<DeleteApiAccessRule>,
});
template <>
constexpr auto kParameters<UpdateApiAccessPolicy> = std::to_array({
    MemberField<&UpdateApiAccessPolicy::max_access_key_expiration_seconds>(
        "MaxAccessKeyExpirationSeconds"),
    MemberField<&UpdateApiAccessPolicy::require_trusted_env>(
        "RequireTrustedEnv"),
    kDryRun<UpdateApiAccessPolicy>,
});
template <>
constexpr auto kParameters<CreateCa> = std::to_array({
    MemberField<&CreateCa::ca_pem>("CaPem"),
    MemberField<&CreateCa::description>("Description"),
    kDryRun<CreateCa>,
});
template <>
constexpr auto kParameters<UpdateCa> = std::to_array({
    NameField<&UpdateCa::ca_id>("CaId"),
    MemberField<&UpdateCa::description>("Description"),
    kDryRun<UpdateCa>,
});
template <>
constexpr auto kParameters<DeleteCa> = std::to_array({
    NameField<&DeleteCa::ca_id>("CaId"),
    kDryRun<DeleteCa>,
});

template <std::size_t... kIndices>
std::vector<Change> CallsWithoutParameters(std::index_sequence<kIndices...>) {
  return {Change(std::in_place_index<kIndices>)...};
}

// The call of this name, without parameters.
absl::StatusOr<Change> FindCall(std::string_view name) {
  std::string known;
  std::string similar;
  for (const Change& call : CallsWithoutParameters(
           std::make_index_sequence<std::variant_size_v<Change>>())) {
    if (CallOf(call) == name) return call;
    known += (known.empty() ? "" : ", ") + std::string(CallOf(call));
    if (internal::IsOneEditAway(CallOf(call), name)) similar = CallOf(call);
  }
  return internal::InvalidArgument(
      "expected one of " + known + ", got " + Quote(name) +
      (similar.empty() ? "" : "; did you mean " + similar + "?"));
}

// Reads the parameters of `change` from `request`.
void ReadRequest(const JsonCursor& request, std::string_view new_id,
                 Change& change) {
  std::visit(
      [&]<typename T>(T& call) {
        request.ExpectOnly(NamesOf(kParameters<T>));
        ReadFields<T>(request, kParameters<T>, call);
        if constexpr (requires { call.new_id; }) call.new_id = new_id;
      },
      change);
}

// A line of a plan, without the parameters of its call.
struct ChangeLine {
  std::string call;
  std::optional<std::string> new_id;
};
constexpr Field<ChangeLine> kChangeLineFields[] = {
    MemberField<&ChangeLine::call>("Call"),
    {"Request"},
    NameField<&ChangeLine::new_id>("NewId"),
};

}  // namespace

namespace internal {

Json RequestJson(const Change& change) {
  Json json = Json::object();
  std::visit([&]<typename T>(
                 const T& call) { WriteFields<T>(call, kParameters<T>, json); },
             change);
  return json;
}

}  // namespace internal

absl::StatusOr<Change> ParseChange(std::string_view call,
                                   std::string_view request,
                                   std::string_view new_id) {
  absl::StatusOr<Change> change = FindCall(call);
  if (!change.ok()) return change;
  if (NewIdOf(*change) != nullptr && new_id.empty()) {
    return internal::InvalidArgument(
        "expected the id of what is created, got an empty one");
  }
  const absl::Status status = internal::ReadOne(
      internal::TextKind::kOther, request,
      [&](const JsonCursor& root) { ReadRequest(root, new_id, *change); });
  if (!status.ok()) return status;
  return change;
}

absl::StatusOr<std::vector<PlanStep>> ParseChanges(std::string_view text) {
  const auto known = NamesOf(kChangeLineFields);
  std::vector<PlanStep> steps;
  // The kind of each thing that is created, such as a key, and its id.
  std::set<std::pair<std::size_t, std::string>> created;
  const auto read = [&](const JsonCursor& root) {
    ChangeLine line;
    ReadFields(root, kChangeLineFields, line);
    if (root.failed()) return;
    std::optional<Change> change = root["Call"].Take(FindCall(line.call));
    if (!change) return;
    ReadRequest(root["Request"],
                line.new_id.value_or("new-" + std::to_string(steps.size() + 1)),
                *change);
    if (const std::string* id = NewIdOf(*change);
        id != nullptr && !created.emplace(change->index(), *id).second) {
      root["NewId"].Fail("expected each id once, got " + Quote(*id) + " again");
    }
    steps.push_back({.change = *std::move(change)});
  };
  const absl::Status status =
      internal::ForEachLine(text, [&](std::string_view line) {
        return internal::ReadLine(line, known, read);
      });
  if (!status.ok()) return status;
  if (steps.empty()) {
    return internal::InvalidArgument("expected changes, one a line, got none");
  }
  return steps;
}

std::string FormatRequest(const Change& change) {
  return internal::Dump(internal::RequestJson(change));
}

}  // namespace api_access
