// The first half of a decision: what is decided before any API access rule is
// asked, steps 1 to 6 of the semantics. This is the meaning of these steps;
// whatever else decides has to agree with it.

#ifndef API_ACCESS_SRC_DECIDE_GATE_H_
#define API_ACCESS_SRC_DECIDE_GATE_H_

#include "api_access/decision.h"
#include "api_access/method.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"
#include "src/decide/key_table.h"

namespace api_access::internal {

struct GateOutcome {
  // kNotDecided: the API access rules decide.
  Reason reason;
  // The usable access key that signed the request, if one was looked at.
  const CompiledKey* key = nullptr;
};

// kNotDecided for a key that is usable.
inline Reason CheckKey(const CompiledKey* key, Service service, Timestamp now) {
  if (key == nullptr) return Reason::kUnknownAccessKey;
  if (!key->is_active()) return Reason::kAccessKeyInactive;
  if (key->IsExpiredAt(now)) return Reason::kAccessKeyExpired;
  // The service hardly varies from request to request, so its branch is
  // predicted; the user varies. The other order costs 4 ns of Decide/Small.
  if (service == Service::kIcu && key->is_of_eim_user()) {
    return Reason::kEimUserNotSupported;
  }
  return Reason::kNotDecided;
}

// `find_key` gives the access key that signed the request, or null.
template <typename FindKey>
GateOutcome PassGate(const Request& request, Timestamp now, FindKey find_key) {
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

  const CompiledKey* key = find_key();
  const Reason key_reason = CheckKey(key, service, now);
  if (key_reason != Reason::kNotDecided) return {key_reason};
  if (method_class == MethodClass::kExempt) return {Reason::kExempt, key};
  return {Reason::kNotDecided, key};
}

inline GateOutcome PassGate(const KeyTable& keys, const Request& request,
                            Timestamp now) {
  return PassGate(request, now,
                  [&] { return keys.Find(request.access_key_id); });
}

// Returns true if the login is good for the method, whatever the rules say.
inline bool IsLoginUsable(const KeyTable& keys, const Request& request,
                          Timestamp now) {
  const Service service = request.method.service();
  switch (request.login) {
    case LoginKind::kNone:
      break;
    case LoginKind::kAccessKey:
      return CheckKey(keys.Find(request.access_key_id), service, now) ==
             Reason::kNotDecided;
    case LoginKind::kPassword:
      return ServiceHasLogin(service) &&
             request.method.method_class() == MethodClass::kManaging;
  }
  return false;
}

// Returns true if the CA and CN criteria are bypassed: under a trusted session,
// for an ordinary method with an access key. The IP criterion never is.
constexpr bool HasBypass(bool trusted_session, const Method& method,
                         LoginKind login) {
  return trusted_session && method.method_class() == MethodClass::kOrdinary &&
         login == LoginKind::kAccessKey;
}

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_DECIDE_GATE_H_
