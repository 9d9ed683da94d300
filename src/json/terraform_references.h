// Addresses and references of a Terraform plan, and the CAs that an expression
// refers to.

#ifndef API_ACCESS_SRC_JSON_TERRAFORM_REFERENCES_H_
#define API_ACCESS_SRC_JSON_TERRAFORM_REFERENCES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/json/document.h"

namespace api_access::internal {

// A name in an address, and the key of the instance in brackets after it.
struct AddressStep {
  std::string name;
  std::string key;  // such as `[0]`, `["a.b"]`; empty where there is none
};

// Takes the first step off `address`, and the point after it.
AddressStep TakeStep(std::string_view& address);

// An instance of a module.
struct Module {
  // From the root module on, which has none.
  std::vector<AddressStep> calls;

  // Such as `module.a[0].module.b.`, empty for the root module.
  std::string Address() const { return Text(true); }
  // The same without keys: instances share a configuration.
  std::string Path() const { return Text(false); }

 private:
  std::string Text(bool has_keys) const;
};

// Takes the module off the address of a resource.
Module TakeModule(std::string_view& address);

// The configuration of a plan: what expressions are written for attributes,
// and to what they refer.
class Configuration {
 public:
  explicit Configuration(const JsonCursor& root) {
    AddModule(root["root_module"], "");
  }

  // Each is null where it is not there. Paths are those of Module.
  const JsonCursor* FindModule(const std::string& path) const {
    return Find(modules_, path);
  }
  const JsonCursor* FindResource(const std::string& path) const {
    return Find(resources_, path);
  }

 private:
  using Index = std::map<std::string, JsonCursor>;

  static const JsonCursor* Find(const Index& index, const std::string& path);
  void AddModule(const JsonCursor& module, const std::string& path);

  Index modules_;
  Index resources_;
};

// A CA that is there when the plan is applied.
struct PlannedCa {
  std::string id = {};  // of what is created its address
  bool is_created = false;
  bool is_tried = true;
};
// By the address without the key of the instance, and that key.
using PlannedCas = std::map<std::string, std::map<std::string, PlannedCa>>;

// Finds the CAs that an expression refers to.
//
// Not for concurrent use.
class CaReferences {
 public:
  // Both must outlive it.
  CaReferences(const Configuration& configuration, const PlannedCas& cas)
      : configuration_(configuration), cas_(cas) {}

  // Adds those of `expression`, written in `module`. Returns false if it refers
  // to anything else that may be unknown, to CAs of which the plan does not
  // tell which are meant, or to more than can be looked at.
  bool Add(const JsonCursor& expression, const Module& module);

  // The ids of CAs that are there already.
  const std::set<std::string>& known_ids() const { return known_ids_; }
  // The addresses of CAs that the plan creates.
  const std::set<std::string>& created() const { return created_; }

 private:
  bool AddReferences(const JsonCursor& expression, const Module& module);
  bool AddReference(const std::string& reference, const Module& module);
  bool AddCas(const AddressStep& ca, std::string_view attribute,
              const Module& module);
  bool AddCa(const PlannedCa& ca);
  bool AddOutput(const AddressStep& call, const std::string& output,
                 const Module& module);
  bool AddVariable(const std::string& variable, const Module& module);

  const Configuration& configuration_;
  const PlannedCas& cas_;
  // Expressions that are not looked into yet. Not by recursion: outputs and
  // variables can refer to each other in long chains.
  std::vector<std::pair<JsonCursor, Module>> pending_;
  std::set<std::string> seen_;
  std::set<std::string> known_ids_;
  std::set<std::string> created_;
};

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_JSON_TERRAFORM_REFERENCES_H_
