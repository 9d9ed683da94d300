// The semantics written a second time, in the plainest way: strings, linear
// scans and parsers of its own. It shares no code with the library, is slow,
// and not for concurrent use.

#ifndef API_ACCESS_TESTS_ORACLE_ORACLE_H_
#define API_ACCESS_TESTS_ORACLE_ORACLE_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace oracle {

using Strings = std::vector<std::string>;
using Milliseconds = long long;  // since 1970-01-01T00:00:00Z

struct Rule {
  std::string id;
  Strings ranges;
  Strings cas;
  Strings cns;
};

struct Key {
  std::string id;
  bool active;
  std::optional<Milliseconds> expiration;
  std::string user;  // empty: root
};

struct Account {
  long long max = 0;
  bool require = false;
  std::vector<Rule> rules = {};
  std::vector<Key> keys = {};
  bool every_user_listed = true;
  Strings users_without_keys = {};
};

struct Request {
  std::string service;
  std::string method;
  std::string ip;
  std::string login;  // "", "AccessKey" or "Password"
  std::string key_id;
  Strings cas;  // of the certificate; empty: no certificate
  std::optional<std::string> cn;
};

struct Decision {
  std::string verdict;
  std::string reason;
  std::optional<std::size_t> rule;
  std::set<std::string> missing;
  std::optional<Milliseconds> valid_until;
};

using Finding = std::pair<std::string, std::string>;  // code, subject

struct Report {
  std::vector<Finding> violations;
  std::vector<Finding> warnings;
  std::optional<Milliseconds> ready_at;
};

using Alternatives = std::set<std::set<std::string>>;

// `4` and 32 bits or `6` and 128 bits, as characters; nothing when malformed.
std::optional<std::string> AddressBits(const std::string& text);
// The same for a range, as many bits as its prefix has.
std::optional<std::string> RangeBits(const std::string& text);
std::optional<Milliseconds> ParseDate(const std::string& text);

// Services, none of them `oapi`, and names.
using Methods = std::set<std::pair<std::string, std::string>>;

// public, ordinary, managing, exempt or unlisted; `declared` are ordinary.
std::string ClassOf(const std::string& service, const std::string& method,
                    const Methods& declared = {});
bool MayBeDeclared(const std::string& service, const std::string& method);

// What one rule says: `rule-matched` or the reason of its miss.
std::string TryRule(const Rule& rule, const Request& request, bool bypass);
// What rules say together whose single answers are given in order.
Decision Combine(const Strings& answers);
bool Bypasses(const Account& account, const Request& request);
Decision Decide(const Account& account, const Request& request,
                Milliseconds now);

Report CheckActivation(const Account& account, long long max, bool require,
                       Milliseconds now);

// The lowest maximum that all keys allow; else the ids of those that allow
// none.
struct SmallestMaximum {
  std::optional<long long> seconds;
  Strings blocking;
};
SmallestMaximum SmallestMaximumOf(const Account& account, Milliseconds now);

// Of the rules without CA, the ids of those that admit any address of a family;
// first `""` where they cover a family that none of them covers alone.
Strings AnyAddressWithoutCertificate(const Account& account);

// `demand` is `no-rules`, `asked` or `not-asked`.
Alternatives DocumentedFactors(const std::string& method_class,
                               const std::string& service, bool session,
                               const std::string& demand);
Alternatives ExactFactors(const Account& account, const std::string& service,
                          const std::string& method, const std::string& ip);

}  // namespace oracle

#endif  // API_ACCESS_TESTS_ORACLE_ORACLE_H_
