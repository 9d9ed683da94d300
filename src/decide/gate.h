// The first half of a decision: what is decided before any API access rule is
// asked. This is the meaning; whatever else decides must agree with it.

#ifndef API_ACCESS_SRC_DECIDE_GATE_H_
#define API_ACCESS_SRC_DECIDE_GATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api_access/access_key.h"
#include "api_access/decision.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "src/base/arena.h"
#include "src/base/text_pool.h"

namespace api_access::internal {

// An access key as decisions need it.
struct CompiledKey {
  Text id;
  bool is_active;
  bool is_of_eim_user;
  std::optional<Timestamp> expiration;
};

// The access keys of an account, found by id.
class KeyTable {
 public:
  KeyTable() = default;
  // Takes SizeOf(keys) of the arena and puts the ids into `texts`.
  KeyTable(std::span<const AccessKey> keys, Arena& arena, TextPool& texts) {
    const auto compiled = arena.Take<CompiledKey>(keys.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      const AccessKey& key = keys[i];
      compiled[i] = {texts.Add(key.id()),
                     key.state() == AccessKeyState::kActive,
                     key.user_name().has_value(), key.expiration()};
    }
    keys_ = compiled;
    texts_ = texts;
    const auto starts =
        arena.Take<std::uint32_t>(TextTable::StartsFor(keys.size()));
    const auto slots = arena.Take<TextTable::Slot>(keys.size());
    table_ = TextTable(starts, slots, [this](std::uint32_t place) {
      return id(keys_[place]);
    });
  }

  static std::size_t SizeOf(std::span<const AccessKey> keys) {
    return Arena::SizeOf<std::uint32_t>(TextTable::StartsFor(keys.size())) +
           Arena::SizeOf<TextTable::Slot>(keys.size()) +
           Arena::SizeOf<CompiledKey>(keys.size());
  }

  std::span<const CompiledKey> all() const { return keys_; }
  std::string_view id(const CompiledKey& key) const {
    return texts_.Get(key.id);
  }

  // The key of this id; null when there is none.
  const CompiledKey* Find(std::string_view wanted) const {
    const auto found = table_.Find(
        wanted, [this](std::uint32_t place) { return id(keys_[place]); });
    return found ? &keys_[*found] : nullptr;
  }

 private:
  std::span<const CompiledKey> keys_;
  TextPool texts_;
  TextTable table_;
};

struct GateOutcome {
  // kNotDecided: the API access rules decide.
  Reason reason;
  // The usable access key that signed the request, if one was looked at.
  const CompiledKey* key = nullptr;
};

constexpr bool ServiceHasLogin(Service service) {
  return service == Service::kApi || service == Service::kIcu;
}

// kNotDecided for a key that is usable.
inline Reason CheckKey(const CompiledKey* key, Service service, Timestamp now) {
  if (key == nullptr) return Reason::kUnknownAccessKey;
  if (!key->is_active) return Reason::kAccessKeyInactive;
  if (key->expiration && now >= *key->expiration) {
    return Reason::kAccessKeyExpired;
  }
  // The service first: it hardly varies, hence the branch is predicted.
  if (service == Service::kIcu && key->is_of_eim_user) {
    return Reason::kEimUserNotSupported;
  }
  return Reason::kNotDecided;
}

// `keys` may be null: there are none.
inline GateOutcome PassGate(const KeyTable* keys, const Request& request,
                            Timestamp now) {
  const Service service = request.method.service();
  const MethodClass method_class = request.method.method_class();
  const bool has_key = request.login == LoginKind::kAccessKey;
  const bool has_password = request.login == LoginKind::kPassword;

  if (has_password && !ServiceHasLogin(service)) {
    return {Reason::kLoginNotSupported};
  }
  if (method_class == MethodClass::kPublic) return {Reason::kPublic};
  if (!has_key && !has_password) return {Reason::kNoCredential};
  if (has_password) {
    return {method_class == MethodClass::kManaging ? Reason::kNotDecided
                                                   : Reason::kLoginNotAllowed};
  }

  const CompiledKey* key =
      keys == nullptr ? nullptr : keys->Find(request.access_key_id);
  const Reason key_reason = CheckKey(key, service, now);
  if (key_reason != Reason::kNotDecided) return {key_reason};
  if (method_class == MethodClass::kExempt) return {Reason::kExempt, key};
  return {Reason::kNotDecided, key};
}

// Whether the login is good for the method, whatever the rules say.
inline bool IsLoginUsable(const KeyTable* keys, const Request& request,
                          Timestamp now) {
  const Service service = request.method.service();
  switch (request.login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey:
      return keys != nullptr && CheckKey(keys->Find(request.access_key_id),
                                         service, now) == Reason::kNotDecided;
    case LoginKind::kPassword:
      return ServiceHasLogin(service) &&
             request.method.method_class() == MethodClass::kManaging;
  }
  return false;
}

// Whether the CA and CN criteria are waived: under a trusted session, for an
// ordinary method with an access key. The IP criterion never is.
constexpr bool HasBypass(bool trusted_session, const Method& method,
                         LoginKind login) {
  return trusted_session && method.method_class() == MethodClass::kOrdinary &&
         login == LoginKind::kAccessKey;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_GATE_H_
