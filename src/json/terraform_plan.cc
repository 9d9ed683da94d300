#include "api_access/json/terraform_plan.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "api_access/access_key.h"
#include "api_access/quote.h"
#include "src/json/document.h"
#include "src/json/fields.h"
#include "src/json/terraform_references.h"

namespace api_access {
namespace {

using internal::AddressStep;
using internal::CaReferences;
using internal::Configuration;
using internal::Field;
using internal::Fields;
using internal::JsonCursor;
using internal::MemberField;
using internal::Module;
using internal::ObjectOf;
using internal::PlannedCa;
using internal::PlannedCas;
using internal::TakeModule;
using internal::TakeStep;

// The attributes of resources, as the plug-in describes them, in terms of the
// calls that it makes. No other attribute is read: an access key has its secret
// beside them.

// `""` is absent: states have it for no date, no user and no description.
template <auto kMember>
constexpr auto TextAttribute(std::string_view name) {
  auto field = MemberField<kMember>(name);
  using T = decltype(ObjectOf(kMember));
  field.read = [](const JsonCursor& value, T& object) {
    if (value.is_string() && value.String().empty()) return;
    ReadValue(value, object.*kMember);
  };
  return field;
}

constexpr std::string_view kExpirationDate = "expiration_date";
constexpr std::string_view kCaIds = "ca_ids";

constexpr Field<CreateCa> kCaAttributes[] = {
    MemberField<&CreateCa::ca_pem>("ca_pem"),
    TextAttribute<&CreateCa::description>("description"),
};
constexpr Field<UpdateCa> kCaUpdateAttributes[] = {
    TextAttribute<&UpdateCa::description>("description"),
};
constexpr Field<UpdateAccessKey> kKeyAttributes[] = {
    TextAttribute<&UpdateAccessKey::user_name>("user_name"),
    MemberField<&UpdateAccessKey::state>("state"),
    TextAttribute<&UpdateAccessKey::expiration_date>(kExpirationDate),
    MemberField<&UpdateAccessKey::tag>("tag"),
};
constexpr Field<RuleParameters> kRuleAttributes[] = {
    MemberField<&RuleParameters::ip_ranges>("ip_ranges"),
    MemberField<&RuleParameters::ca_ids>(kCaIds),
    MemberField<&RuleParameters::cns>("cns"),
    TextAttribute<&RuleParameters::description>("description"),
};
constexpr Field<UpdateApiAccessPolicy> kPolicyAttributes[] = {
    MemberField<&UpdateApiAccessPolicy::max_access_key_expiration_seconds>(
        "max_access_key_expiration_seconds"),
    MemberField<&UpdateApiAccessPolicy::require_trusted_env>(
        "require_trusted_env"),
};

enum class Kind { kCa, kKey, kRule, kPolicy };

std::optional<Kind> KindOf(std::string_view type) {
  if (type == "outscale_ca") return Kind::kCa;
  if (type == "outscale_access_key") return Kind::kKey;
  if (type == "outscale_api_access_rule") return Kind::kRule;
  if (type == "outscale_api_access_policy") return Kind::kPolicy;
  return std::nullopt;
}

// What becomes of a resource. To read it or to leave it alone calls nothing,
// and to forget it takes it out of the state alone.
struct Actions {
  bool creates = false;
  bool updates = false;
  bool deletes = false;
  bool forgets = false;
  // Whether it is deleted before it is created.
  bool deletes_first = false;
};

// What Terraform calls them, each in one of the ways that it can be done.
struct NamedActions {
  std::string_view names;
  Actions actions;
};
constexpr NamedActions kAllActions[] = {
    {"no-op", {}},
    {"read", {}},
    {"create", {.creates = true}},
    {"update", {.updates = true}},
    {"delete", {.deletes = true}},
    {"delete, create",
     {.creates = true, .deletes = true, .deletes_first = true}},
    {"create, delete", {.creates = true, .deletes = true}},
    {"forget", {.forgets = true}},
    {"create, forget", {.creates = true, .forgets = true}},
    {"forget, create", {.creates = true, .forgets = true}},
};

// Where calls are in the plan.
struct Place {
  enum Group { kCreations, kUpdates, kDeletions } group;
  Kind kind;

  friend bool operator==(const Place&, const Place&) = default;
};
constexpr Place kOrder[] = {
    {Place::kCreations, Kind::kCa},   {Place::kCreations, Kind::kKey},
    {Place::kCreations, Kind::kRule}, {Place::kUpdates, Kind::kKey},
    {Place::kUpdates, Kind::kRule},   {Place::kUpdates, Kind::kCa},
    {Place::kUpdates, Kind::kPolicy}, {Place::kDeletions, Kind::kRule},
    {Place::kDeletions, Kind::kKey},  {Place::kDeletions, Kind::kCa},
};

// A resource that a plan speaks of.
struct Resource {
  JsonCursor change;
  Kind kind;
  Actions actions = {};
  // The address, and for an object that a replacement left what tells it apart.
  std::string name = {};
  bool is_deposed = false;
  bool is_deferred = false;
  Module module = {};
  AddressStep type = {};
  AddressStep instance = {};

  // As of Configuration.
  std::string Path() const {
    return module.Path() + type.name + "." + instance.name;
  }
};

class PlanReader {
 public:
  explicit PlanReader(const JsonCursor& root)
      : root_(root), configuration_(root["configuration"]) {}

  TerraformPlan Read();

 private:
  struct Calls {
    std::vector<Change> changes;
    std::vector<std::string> open;  // why not
  };

  void ReadResource(const JsonCursor& cursor, bool is_deferred);
  void AddCa(const Resource& resource);
  void AddKey(const Resource& resource);
  void AddRule(const Resource& resource);
  void AddPolicy(const Resource& resource);
  void AddDeferred(const Resource& resource);

  // Reads what is given of `fields` after the change. Returns the names of
  // those that are known only when the plan is applied. What is unknown because
  // the configuration leaves it out is not given: the plug-in does not send it.
  template <typename T>
  std::vector<std::string_view> ReadAfter(const Resource& resource,
                                          Fields<T> fields, T& object) const;
  // False if the configuration is known to have no expression for an attribute.
  bool MayHaveExpression(const Resource& resource,
                         std::string_view attribute) const;
  // Reads the CAs of a rule of which some are known only when the plan is
  // applied. Returns false if they cannot be tried.
  bool ReadCaIds(const Resource& resource, RuleParameters& rule);

  Calls& CallsOf(const Resource& resource, Place::Group group) {
    const auto place = std::ranges::find(kOrder, Place{group, resource.kind});
    return calls_[{place - std::begin(kOrder), resource.name}];
  }
  Calls& DeletionsOf(const Resource& resource) {
    return CallsOf(resource, resource.actions.deletes_first
                                 ? Place::kCreations
                                 : Place::kDeletions);
  }
  // Adds a call, of which `later` is known only when the plan is applied.
  static void Add(Change change, const std::vector<std::string_view>& later,
                  Calls& calls);
  void Note(const Resource& resource, const std::string& text) {
    plan_.notes.push_back(Quote(resource.name) + ": " + text);
  }

  const JsonCursor root_;
  const Configuration configuration_;
  std::set<std::string> names_;  // of resources, each once
  std::vector<Resource> resources_;
  PlannedCas cas_;
  // By place, then by resource.
  std::map<std::pair<std::ptrdiff_t, std::string>, Calls> calls_;
  TerraformPlan plan_;
};

Actions ReadActions(const JsonCursor& cursor) {
  std::string names;
  cursor.ForEach([&](const JsonCursor& action) {
    names += (names.empty() ? "" : ", ") + action.String();
  });
  for (const auto& [known, actions] : kAllActions) {
    if (names == known) return actions;
  }
  cursor.Fail("expected actions of Terraform, such as create, got " +
              Quote(names));
  return {};
}

void PlanReader::ReadResource(const JsonCursor& cursor, bool is_deferred) {
  const std::string mode = cursor["mode"].String();
  const std::string type = cursor["type"].String();
  const std::optional<Kind> kind = KindOf(type);
  if (mode != "managed" || !kind) return;
  const std::string address = cursor["address"].NonEmptyString();
  std::string_view rest = address;
  Resource resource = {.change = cursor["change"],
                       .kind = *kind,
                       .name = address,
                       .is_deferred = is_deferred,
                       .module = TakeModule(rest)};
  resource.type = TakeStep(rest);
  resource.instance = TakeStep(rest);
  if (resource.type.name != type || resource.instance.name.empty() ||
      !rest.empty()) {
    cursor["address"].Fail("expected the address of an instance of " + type +
                           ", got " + Quote(address));
  }
  if (const auto deposed = cursor["deposed"].OptionalString()) {
    resource.is_deposed = true;
    resource.name += " (deposed object " + *deposed + ")";
  }
  if (!names_.insert(resource.name).second) {
    cursor["address"].Fail("expected each resource once, got " +
                           Quote(resource.name) + " again");
  }
  resource.change.SetSubject("resource", resource.name);
  resource.actions = ReadActions(resource.change["actions"]);
  resources_.push_back(std::move(resource));
}

bool PlanReader::MayHaveExpression(const Resource& resource,
                                   std::string_view attribute) const {
  const JsonCursor* configured = configuration_.FindResource(resource.Path());
  if (configured == nullptr) return true;
  const JsonCursor expression = (*configured)["expressions"][attribute];
  if (expression.is_absent()) return false;
  return !expression.Has("constant_value") ||
         !expression["constant_value"].is_absent();
}

template <typename T>
std::vector<std::string_view> PlanReader::ReadAfter(const Resource& resource,
                                                    Fields<T> fields,
                                                    T& object) const {
  const JsonCursor all_unknown = resource.change["after_unknown"];
  std::vector<std::string_view> later;
  for (const Field<T>& field : fields) {
    const JsonCursor unknown =
        all_unknown.is_true() ? all_unknown : all_unknown[field.name];
    bool is_partly_unknown = false;
    if (unknown.is_array()) {
      unknown.ForEach([&](const JsonCursor& item) {
        is_partly_unknown = is_partly_unknown || item.is_true();
      });
    }
    if (is_partly_unknown) {
      later.push_back(field.name);
    } else if (!unknown.is_true()) {
      const JsonCursor value = resource.change["after"][field.name];
      if (!value.is_absent()) field.read(value, object);
    } else if (MayHaveExpression(resource, field.name)) {
      later.push_back(field.name);
    }
  }
  return later;
}

void PlanReader::Add(Change change, const std::vector<std::string_view>& later,
                     Calls& calls) {
  if (later.empty()) {
    calls.changes.push_back(std::move(change));
    return;
  }
  std::string names;
  for (const std::string_view name : later) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  calls.open.push_back(std::string(CallOf(change)) + " is not tried: " + names +
                       (later.size() == 1 ? " is" : " are") +
                       " known only when the plan is applied");
}

void PlanReader::AddCa(const Resource& resource) {
  const Actions& actions = resource.actions;
  const JsonCursor before = resource.change["before"];
  if (actions.deletes) {
    Add(DeleteCa{.ca_id = before["ca_id"].NonEmptyString()}, {},
        DeletionsOf(resource));
  }
  PlannedCa planned = {.id = resource.name, .is_created = actions.creates};
  if (actions.creates) {
    CreateCa call = {.new_id = resource.name};
    const auto later = ReadAfter<CreateCa>(resource, kCaAttributes, call);
    planned.is_tried = later.empty();
    Add(std::move(call), later, CallsOf(resource, Place::kCreations));
  } else {
    planned.id = before["ca_id"].OptionalString().value_or("");
  }
  if (actions.updates) {
    UpdateCa call = {.ca_id = before["ca_id"].NonEmptyString()};
    const auto later = ReadAfter<UpdateCa>(resource, kCaUpdateAttributes, call);
    Add(std::move(call), later, CallsOf(resource, Place::kUpdates));
  }
  const bool is_there_after = !resource.change["after"].is_absent();
  if (is_there_after && !planned.id.empty() && !resource.is_deposed) {
    cas_[resource.module.Address() + resource.type.name + "." +
         resource.instance.name]
        .emplace(resource.instance.key, std::move(planned));
  }
}

void PlanReader::AddKey(const Resource& resource) {
  const Actions& actions = resource.actions;
  UpdateAccessKey before;
  if (actions.updates || actions.deletes) {
    const JsonCursor values = resource.change["before"];
    ReadFields<UpdateAccessKey>(values, kKeyAttributes, before);
    before.access_key_id = values["access_key_id"].NonEmptyString();
  }
  UpdateAccessKey after;
  std::vector<std::string_view> later;
  if (actions.updates || actions.creates) {
    later = ReadAfter<UpdateAccessKey>(resource, kKeyAttributes, after);
  }
  if (actions.deletes) {
    Calls& calls = DeletionsOf(resource);
    if (before.user_name && before.state != AccessKeyState::kInactive) {
      Add(UpdateAccessKey{.access_key_id = before.access_key_id,
                          .user_name = before.user_name,
                          .state = AccessKeyState::kInactive,
                          .expiration_date = before.expiration_date},
          {}, calls);
    }
    Add(DeleteAccessKey{.access_key_id = before.access_key_id,
                        .user_name = before.user_name},
        {}, calls);
  }
  if (actions.creates) {
    Calls& calls = CallsOf(resource, Place::kCreations);
    Add(CreateAccessKey{.new_id = resource.name,
                        .user_name = after.user_name,
                        .expiration_date = after.expiration_date,
                        .tag = after.tag},
        later, calls);
    if (later.empty() && after.state == AccessKeyState::kInactive) {
      Add(UpdateAccessKey{.access_key_id = resource.name,
                          .user_name = after.user_name,
                          .state = after.state,
                          .expiration_date = after.expiration_date},
          {}, calls);
    }
  }
  if (actions.updates) {
    UpdateAccessKey call = {.access_key_id = before.access_key_id,
                            .user_name = before.user_name,
                            .state = after.state,
                            .tag = after.tag};
    // The plug-in compares texts: one date in other words is another one.
    const auto date = [&](std::string_view side) {
      return resource.change[side][kExpirationDate].OptionalString();
    };
    if (date("after") && *date("after") != date("before").value_or("")) {
      call.expiration_date = after.expiration_date;
      call.clear_expiration_date = !after.expiration_date;
    }
    Add(std::move(call), later, CallsOf(resource, Place::kUpdates));
  }
}

bool PlanReader::ReadCaIds(const Resource& resource, RuleParameters& rule) {
  const JsonCursor* configured = configuration_.FindResource(resource.Path());
  if (configured == nullptr) return false;
  CaReferences references(configuration_, cas_);
  if (!references.Add((*configured)["expressions"][kCaIds], resource.module) ||
      references.created().empty()) {
    return false;
  }
  std::set<std::string> ids = references.known_ids();
  const JsonCursor known = resource.change["after"][kCaIds];
  if (known.is_array()) {
    known.ForEach([&](const JsonCursor& id) {
      if (!id.is_absent()) ids.insert(id.NonEmptyString());
    });
  }
  std::string created;
  for (const std::string& address : references.created()) {
    created += (created.empty() ? "" : ", ") + Quote(address);
    ids.insert(address);
  }
  rule.ca_ids.assign(ids.begin(), ids.end());
  Note(resource,
       "ca_ids is tried with the addresses of CAs that the plan creates, as "
       "their ids are known only when it is applied: " +
           created +
           (known.is_array() ? ""
                             : "; ids that the configuration has beside them "
                               "are not shown by the plan, and not tried"));
  return true;
}

void PlanReader::AddRule(const Resource& resource) {
  const Actions& actions = resource.actions;
  std::optional<std::string> id;
  if (actions.updates || actions.deletes) {
    id = resource.change["before"]["api_access_rule_id"].NonEmptyString();
  }
  if (actions.deletes) {
    Add(DeleteApiAccessRule{.api_access_rule_id = id}, {},
        DeletionsOf(resource));
  }
  if (!actions.creates && !actions.updates) return;
  RuleParameters rule;
  auto later = ReadAfter<RuleParameters>(resource, kRuleAttributes, rule);
  if (std::ranges::find(later, kCaIds) != later.end() &&
      ReadCaIds(resource, rule)) {
    std::erase(later, kCaIds);
  }
  if (actions.creates) {
    Add(CreateApiAccessRule{.new_id = resource.name, .rule = std::move(rule)},
        later, CallsOf(resource, Place::kCreations));
  } else {
    Add(UpdateApiAccessRule{.api_access_rule_id = id, .rule = std::move(rule)},
        later, CallsOf(resource, Place::kUpdates));
  }
}

void PlanReader::AddPolicy(const Resource& resource) {
  const Actions& actions = resource.actions;
  if (!actions.creates && !actions.updates) {
    if (actions.deletes) {
      Note(resource,
           "to destroy the policy calls nothing, so it stays as it is");
    }
    return;
  }
  UpdateApiAccessPolicy call;
  const auto later =
      ReadAfter<UpdateApiAccessPolicy>(resource, kPolicyAttributes, call);
  if (actions.updates) {
    UpdateApiAccessPolicy before;
    ReadFields<UpdateApiAccessPolicy>(resource.change["before"],
                                      kPolicyAttributes, before);
    // What does not change goes out as if it were not set.
    if (!call.max_access_key_expiration_seconds ||
        call.max_access_key_expiration_seconds ==
            before.max_access_key_expiration_seconds) {
      call.max_access_key_expiration_seconds = 0;
    }
    if (!call.require_trusted_env ||
        call.require_trusted_env == before.require_trusted_env) {
      call.require_trusted_env = false;
    }
  }
  Add(std::move(call), later, CallsOf(resource, Place::kUpdates));
}

void PlanReader::AddDeferred(const Resource& resource) {
  const Actions& actions = resource.actions;
  if (!actions.creates && !actions.updates && !actions.deletes) return;
  calls_[{std::ssize(kOrder), resource.name}].open.push_back(
      "its calls are not tried: Terraform defers them to another plan");
}

TerraformPlan PlanReader::Read() {
  if (const JsonCursor changes = root_["resource_changes"];
      !changes.is_absent()) {
    changes.ForEach(
        [&](const JsonCursor& cursor) { ReadResource(cursor, false); });
  }
  if (const JsonCursor deferred = root_["deferred_changes"];
      !deferred.is_absent()) {
    deferred.ForEach([&](const JsonCursor& cursor) {
      ReadResource(cursor["resource_change"], true);
    });
  }
  // CAs first: rules refer to them.
  std::ranges::sort(resources_, [](const Resource& a, const Resource& b) {
    return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
  });
  for (const Resource& resource : resources_) {
    if (root_.failed()) return {};
    if (resource.is_deferred) {
      AddDeferred(resource);
      continue;
    }
    if (resource.actions.forgets) {
      Note(resource, "Terraform forgets it, and calls nothing to delete it");
    }
    switch (resource.kind) {
      case Kind::kCa:
        AddCa(resource);
        break;
      case Kind::kKey:
        AddKey(resource);
        break;
      case Kind::kRule:
        AddRule(resource);
        break;
      case Kind::kPolicy:
        AddPolicy(resource);
        break;
    }
  }
  std::set<std::string_view> resources;
  for (auto& [place, calls] : calls_) {
    const std::string& name = place.second;
    for (Change& change : calls.changes) {
      plan_.steps.push_back({.change = std::move(change), .resource = name});
      resources.insert(name);
    }
    for (std::string& message : calls.open) {
      plan_.open.push_back(
          {OpenCallCode::kKnownAfterApply, name, std::move(message)});
    }
  }
  std::ranges::sort(plan_.notes);
  if (resources.size() > 1) {
    plan_.notes.push_back(
        "Terraform makes calls that do not depend on each other in any order; "
        "here creations are tried first, then updates, then deletions");
  }
  return std::move(plan_);
}

bool IsFirstFormat(std::string_view version) {
  if (!version.starts_with("1.")) return false;
  version.remove_prefix(2);
  return !version.empty() &&
         version.find_first_not_of("0123456789") == std::string_view::npos;
}

// Fails at what is no plan, or not one that can be applied.
void ExpectPlan(const JsonCursor& root) {
  root.ExpectObject({});
  if (!root.Has("format_version")) {
    root.Fail("expected a plan, as terraform show -json PLAN prints it, got " +
              root.FieldsText());
  }
  const JsonCursor version = root["format_version"];
  if (const std::string text = version.String(); !IsFirstFormat(text)) {
    version.Fail("expected the format version 1.x, got " + Quote(text));
  }
  if (!root.Has("planned_values") && !root.Has("resource_changes")) {
    root.Fail("expected a plan, as terraform show -json PLAN prints it, got " +
              root.FieldsText());
  }
  if (root["errored"].is_true()) {
    root["errored"].Fail("expected a plan that was made without errors");
  }
}

}  // namespace

absl::StatusOr<TerraformPlan> ParseTerraformPlan(std::string_view text) {
  TerraformPlan plan;
  const absl::Status status = internal::ReadOne(
      internal::TextKind::kOther, text, [&](const JsonCursor& root) {
        ExpectPlan(root);
        if (!root.failed()) plan = PlanReader(root).Read();
      });
  if (!status.ok()) return status;
  return plan;
}

}  // namespace api_access
