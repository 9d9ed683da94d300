#include "src/json/terraform_references.h"

#include <algorithm>
#include <cstddef>

namespace api_access::internal {
namespace {

// Of one expression; many more than people write. Keys of modules in modules
// can name more instances than there is time to look at.
constexpr std::size_t kMaxReferences = 10'000;

}  // namespace

AddressStep TakeStep(std::string_view& address) {
  AddressStep step;
  step.name = address.substr(0, address.find_first_of(".["));
  address.remove_prefix(step.name.size());
  if (address.starts_with('[')) {
    bool in_text = false;
    std::size_t end = 1;
    for (; end < address.size() && (in_text || address[end] != ']'); ++end) {
      if (address[end] == '"') in_text = !in_text;
      if (in_text && address[end] == '\\') ++end;
    }
    // A key that does not end is none.
    if (end >= address.size()) return step;
    step.key = address.substr(0, end + 1);
    address.remove_prefix(step.key.size());
  }
  if (address.starts_with('.')) address.remove_prefix(1);
  return step;
}

std::string Module::Text(bool has_keys) const {
  std::string text;
  for (const AddressStep& call : calls) {
    text += "module." + call.name;
    if (has_keys) text += call.key;
    text += '.';
  }
  return text;
}

Module TakeModule(std::string_view& address) {
  Module module;
  while (address.starts_with("module.")) {
    TakeStep(address);
    module.calls.push_back(TakeStep(address));
  }
  return module;
}

const JsonCursor* Configuration::Find(const Index& index,
                                      const std::string& path) {
  const auto found = index.find(path);
  return found == index.end() ? nullptr : &found->second;
}

// As deep as JSON may be nested.
void Configuration::AddModule(const JsonCursor& module,
                              const std::string& path) {
  modules_.emplace(path, module);
  if (const JsonCursor resources = module["resources"];
      !resources.is_absent()) {
    resources.ForEach([&](const JsonCursor& resource) {
      if (resource["mode"].String() != "managed") return;
      resources_.emplace(
          path + resource["type"].String() + "." + resource["name"].String(),
          resource);
    });
  }
  const JsonCursor calls = module["module_calls"];
  for (const std::string& name : calls.UnknownFields({})) {
    AddModule(calls[name]["module"], path + "module." + name + ".");
  }
}

bool CaReferences::Add(const JsonCursor& expression, const Module& module) {
  pending_.emplace_back(expression, module);
  while (!pending_.empty()) {
    const auto [next, next_module] = std::move(pending_.back());
    pending_.pop_back();
    if (!AddReferences(next, next_module)) return false;
  }
  return true;
}

bool CaReferences::AddReferences(const JsonCursor& expression,
                                 const Module& module) {
  const JsonCursor references = expression["references"];
  // Constants and calls of functions have none.
  if (!references.is_array() || references.is_empty_array()) return false;
  bool ok = true;
  std::string last;
  references.ForEach([&](const JsonCursor& item) {
    std::string reference = item.String();
    // Each is followed by its beginnings: `a.b.c`, then `a.b`.
    const bool is_beginning =
        reference.size() < last.size() && last.starts_with(reference) &&
        (last[reference.size()] == '.' || last[reference.size()] == '[');
    if (!is_beginning) ok = ok && AddReference(reference, module);
    last = std::move(reference);
  });
  return ok;
}

bool CaReferences::AddReference(const std::string& reference,
                                const Module& module) {
  // They choose an instance.
  if (reference == "each.key" || reference == "count.index") return true;
  if (!seen_.insert(module.Address() + reference).second) return true;
  if (seen_.size() > kMaxReferences) return false;
  std::string_view rest = reference;
  const AddressStep kind = TakeStep(rest);
  const AddressStep what = TakeStep(rest);
  if (kind.name == "outscale_ca") return AddCas(what, rest, module);
  if (kind.name == "module") {
    return AddOutput(what, TakeStep(rest).name, module);
  }
  return kind.name == "var" && AddVariable(what.name, module);
}

bool CaReferences::AddCas(const AddressStep& ca, std::string_view attribute,
                          const Module& module) {
  if (!attribute.empty() && attribute != "ca_id" && attribute != "id") {
    return false;
  }
  const auto found = cas_.find(module.Address() + "outscale_ca." + ca.name);
  if (found == cas_.end()) return false;
  const auto& instances = found->second;
  if (!ca.key.empty()) {
    const auto instance = instances.find(ca.key);
    return instance != instances.end() && AddCa(instance->second);
  }
  // It may be any of several. No certificate is under one that is created, so
  // all of those may be tried.
  const bool is_one = instances.size() == 1;
  return std::ranges::all_of(instances, [&](const auto& instance) {
    return (is_one || instance.second.is_created) && AddCa(instance.second);
  });
}

bool CaReferences::AddCa(const PlannedCa& ca) {
  (ca.is_created ? created_ : known_ids_).insert(ca.id);
  return ca.is_tried;
}

bool CaReferences::AddOutput(const AddressStep& call, const std::string& output,
                             const Module& module) {
  const JsonCursor* caller = configuration_.FindModule(module.Path());
  if (caller == nullptr) return false;
  const JsonCursor called = (*caller)["module_calls"][call.name];
  const bool has_instances =
      called.Has("count_expression") || called.Has("for_each_expression");
  if (has_instances && call.key.empty()) return false;
  Module instance = module;
  instance.calls.push_back(call);
  pending_.emplace_back(called["module"]["outputs"][output]["expression"],
                        std::move(instance));
  return true;
}

bool CaReferences::AddVariable(const std::string& variable,
                               const Module& module) {
  // What the root module is given is known, and not a CA that is created.
  if (module.calls.empty()) return false;
  Module caller = module;
  caller.calls.pop_back();
  const JsonCursor* configured = configuration_.FindModule(caller.Path());
  if (configured == nullptr) return false;
  const JsonCursor call =
      (*configured)["module_calls"][module.calls.back().name];
  pending_.emplace_back(call["expressions"][variable], std::move(caller));
  return true;
}

}  // namespace api_access::internal
