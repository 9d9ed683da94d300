// What a caller could present instead, so that a denied request is allowed.

#ifndef API_ACCESS_REMEDIES_H_
#define API_ACCESS_REMEDIES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "api_access/evaluator.h"
#include "api_access/request.h"
#include "api_access/timestamp.h"

namespace api_access {

// A change in what the caller presents that turns a denial into an allow.
// Nothing in the account changes. It names ids of the account: it is for those
// who run the account, not for whoever was denied. Owns what it says.
struct Remedy {
  bool changes_login = false;
  bool changes_certificate = false;
  bool changes_address = false;
  // What to do, for people; the wording may change.
  std::string text;

  // Presents what was presented, with these changes: its request for the method
  // that was denied is allowed.
  Caller caller;

  friend bool operator==(const Remedy&, const Remedy&) = default;
};

inline constexpr std::size_t kMaxRemedies = 8;

// The remedies of `request`, if it is denied at the instant `now`: at most
// kMaxRemedies and at most one for each rule. Those that ask for less come
// first. A remedy is left out as needless if whoever can do it can do one that
// is there. Addresses are of the family of the client's, and such as a client
// may have. The result for a denial is empty only if nothing else that is
// presented can help; the result for an allow is empty.
//
// Takes time linear in the account times the logarithm of the CA ids presented,
// O(n log n) in the rules to sort them, and at most a decision for each rule.
// May be called concurrently.
std::vector<Remedy> FindRemedies(const Evaluator& evaluator,
                                 const Request& request, Timestamp now);

}  // namespace api_access

#endif  // API_ACCESS_REMEDIES_H_
