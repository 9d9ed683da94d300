// Verdicts on requests that are not known in full against brute force over all
// that they may have.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/requirement.h"
#include "gtest/gtest.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr oracle::Milliseconds kNow = 1000;

struct Login {
  std::string kind;
  std::string key_id;

  friend auto operator<=>(const Login&, const Login&) = default;
};
struct Presented {
  oracle::Strings cas;
  std::optional<std::string> cn;
};

// Of keys that no account of the tests has.
const Login kUsableOfRoot = {"AccessKey", "usable of root"};
const Login kUsableOfEimUser = {"AccessKey", "usable of an EIM user"};

std::vector<Login> LoginsOf(PossibleLogin possible, const Login& given) {
  switch (possible) {
    case PossibleLogin::kGiven:
      break;
    case PossibleLogin::kUsableKey:
      return {kUsableOfRoot};
    case PossibleLogin::kNoAccessKey:
      return {{"", ""}, {"Password", ""}};
    case PossibleLogin::kAny:
      return {{"", ""}, {"Password", ""}, kUsableOfRoot, kUsableOfEimUser};
  }
  return {given};
}

// No certificate, and those of one or two CAs, each with each CN and without.
// One CA and one CN is named by no rule.
std::vector<Presented> AllCertificates(const oracle::Strings& cas,
                                       const oracle::Strings& cns) {
  std::vector<oracle::Strings> ca_sets = {{}};
  for (std::size_t i = 0; i < cas.size(); ++i) {
    ca_sets.push_back({cas[i]});
    for (std::size_t j = 0; j < i; ++j) ca_sets.push_back({cas[i], cas[j]});
  }
  std::vector<Presented> all;
  for (const oracle::Strings& ca_set : ca_sets) {
    all.push_back({ca_set, std::nullopt});
    for (const std::string& cn : cns) all.push_back({ca_set, cn});
  }
  return all;
}

// The place of a reason in the order in which a decision is made; of rules the
// nearest miss is the farthest.
std::size_t ProgressOf(const std::string& reason) {
  const oracle::Strings order = {
      "login-not-supported",    "no-credential",
      "login-not-allowed",      "unknown-access-key",
      "access-key-inactive",    "access-key-expired",
      "eim-user-not-supported", "no-rules",
      "source-ip-not-allowed",  "certificate-missing",
      "ca-not-allowed",         "cn-not-allowed"};
  return static_cast<std::size_t>(std::ranges::find(order, reason) -
                                  order.begin());
}

// All verdicts on what `request` may be: the words of the library.
std::string Combined(const std::vector<oracle::Decision>& decisions) {
  bool is_allowed = false;
  std::optional<std::string> best;
  for (const oracle::Decision& decision : decisions) {
    if (decision.verdict == "Allow") {
      is_allowed = true;
    } else if (!best || ProgressOf(*best) < ProgressOf(decision.reason)) {
      best = decision.reason;
    }
  }
  if (is_allowed) return best ? "Depends" : "Allow";
  return "Deny " + best.value();
}

std::string Text(const PossibleDecision& decision) {
  std::string text(ToString(decision.verdict));
  if (decision.verdict == PossibleVerdict::kDeny) {
    text += ' ' + std::string(ToString(decision.reason));
  } else if (decision.reason != Reason::kNotDecided) {
    text += " with a reason";
  }
  return text;
}

// Whether the library takes this certificate for one that would do.
bool IsAccepted(const std::vector<AcceptedCertificate>& accepted,
                const Presented& presented) {
  return std::ranges::any_of(accepted, [&](const AcceptedCertificate& one) {
    return std::ranges::any_of(presented.cas,
                               [&](const std::string& ca) {
                                 return std::ranges::count(one.ca_ids, ca) > 0;
                               }) &&
           (one.cns.empty() ||
            (presented.cn && std::ranges::count(one.cns, *presented.cn) > 0));
  });
}

// Requests for all classes of methods, and what they may have.
class Unknowns {
 public:
  Unknowns(oracle::Strings addresses, std::vector<Login> logins,
           const oracle::Strings& cas, const oracle::Strings& cns)
      : addresses_(std::move(addresses)),
        logins_(std::move(logins)),
        certificates_(AllCertificates(cas, cns)) {}

  // Compares all requests on this account.
  void Compare(const oracle::Account& account) {
    const Evaluator evaluator = BuildEvaluator(account);
    oracle::Account with_usable = account;
    with_usable.keys.push_back({kUsableOfRoot.key_id, true, std::nullopt, ""});
    with_usable.keys.push_back(
        {kUsableOfEimUser.key_id, true, std::nullopt, "bob"});
    for (const auto& [service, method] : kMethods) {
      for (const std::string& ip : addresses_) {
        oracle::Request request = {service, method, ip, "", "", {}, {}};
        const Decisions decisions = DecideAll(with_usable, request);
        for (const PossibleLogin possible :
             {PossibleLogin::kGiven, PossibleLogin::kUsableKey,
              PossibleLogin::kNoAccessKey, PossibleLogin::kAny}) {
          for (const Login& given : logins_) {
            request.login = given.kind;
            request.key_id = given.key_id;
            CompareOne(evaluator, request, possible, decisions);
            if (testing::Test::HasFailure()) {
              ADD_FAILURE() << Describe(account) << '\n'
                            << Describe(request) << " possible login "
                            << static_cast<int>(possible);
              return;
            }
            // The login is not read with any other value.
            if (possible != PossibleLogin::kGiven && !sample_.Next()) break;
          }
        }
      }
    }
  }

  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  // By login, then for each certificate.
  using Decisions = std::map<Login, std::vector<oracle::Decision>>;

  Decisions DecideAll(const oracle::Account& account,
                      oracle::Request request) const {
    std::vector<Login> logins = LoginsOf(PossibleLogin::kAny, {});
    logins.insert(logins.end(), logins_.begin(), logins_.end());
    Decisions decisions;
    for (const Login& login : logins) {
      request.login = login.kind;
      request.key_id = login.key_id;
      std::vector<oracle::Decision>& row = decisions[login];
      row.clear();
      for (const Presented& presented : certificates_) {
        request.cas = presented.cas;
        request.cn = presented.cn;
        row.push_back(oracle::Decide(account, request, kNow));
      }
    }
    return decisions;
  }

  void CompareOne(const Evaluator& evaluator, oracle::Request request,
                  PossibleLogin possible, const Decisions& decisions) {
    const Login given = {request.login, request.key_id};
    std::vector<oracle::Decision> all;
    std::vector<std::vector<oracle::Decision>> of_certificate(
        certificates_.size());
    for (const Login& login : LoginsOf(possible, given)) {
      for (std::size_t i = 0; i < certificates_.size(); ++i) {
        all.push_back(decisions.at(login)[i]);
        of_certificate[i].push_back(all.back());
      }
    }
    const auto compare = [&](bool any_certificate,
                             const std::vector<oracle::Decision>& expected) {
      const BuiltRequest built(request);
      const PossibleDecision decision =
          DecideOver(evaluator, built.Get(),
                     {.login = possible, .any_certificate = any_certificate},
                     Instant(kNow));
      const std::string text = Text(decision);
      ASSERT_EQ(text, Combined(expected)) << any_certificate;
      ++counts_[text];
      if (!any_certificate || possible != PossibleLogin::kGiven ||
          decision.verdict != PossibleVerdict::kDepends) {
        return;
      }
      const auto accepted = AcceptedCertificates(evaluator, built.method,
                                                 built.caller.client_address);
      for (std::size_t i = 0; i < certificates_.size(); ++i) {
        ASSERT_EQ(of_certificate[i].front().verdict == "Allow",
                  IsAccepted(accepted, certificates_[i]))
            << i;
      }
    };
    for (std::size_t i = 0; i < certificates_.size(); ++i) {
      request.cas = certificates_[i].cas;
      request.cn = certificates_[i].cn;
      // What is presented is not read where it is not known.
      if (i % 7 == 0) compare(true, all);
      if (sample_.Next()) compare(false, of_certificate[i]);
    }
  }

  inline static const std::vector<std::pair<std::string, std::string>>
      kMethods = {{"api", "ReadVms"},         {"api", "ReadAccessKeys"},
                  {"api", "BrandNew"},        {"icu", "ReadQuotas"},
                  {"icu", "ListAccessKeys"},  {"eim", "ListAccessKeys"},
                  {"fcu", "DescribeRegions"}, {"icu", "ReadPublicCatalog"},
                  {"oos", "GetObject"},       {"other", "Anything"}};

  oracle::Strings addresses_;
  std::vector<Login> logins_;
  std::vector<Presented> certificates_;
  std::map<std::string, std::uint64_t> counts_;
  Sample sample_{7, 3};
};

TEST(RequirementWorldTest, T26OverAccountsOfUpToTwoRules) {
  const std::vector<oracle::Rule> shapes =
      AllShapes({{}, {"192.0.2.0/24"}, {"192.0.2.7", "2001:db8::/32"}},
                {{}, {"ca-a"}, {"ca-b", "ca-a"}}, {{}, {"x"}, {"y", "x"}});
  const std::vector<std::vector<oracle::Key>> key_sets = {
      {{"key", true, std::nullopt, ""}, {"eim", true, kNow + 1, "alice"}},
      {{"key", true, kNow, ""}, {"eim", false, std::nullopt, "alice"}}};
  Unknowns unknowns({"192.0.2.6", "::ffff:192.0.2.7", "2001:db8::1", "::"},
                    {{"", ""},
                     {"Password", ""},
                     {"AccessKey", "key"},
                     {"AccessKey", "eim"},
                     {"AccessKey", "unknown"}},
                    {"ca-a", "ca-b", "ca-c"}, {"x", "y", "z"});
  Sample sample(61, 17);
  const auto compare = [&](std::vector<oracle::Rule> rules) {
    for (const bool session : {false, true}) {
      for (const std::vector<oracle::Key>& keys : key_sets) {
        if (!sample.Next()) continue;
        oracle::Account account = {.require = session, .keys = keys};
        for (oracle::Rule& rule : rules) {
          rule.id = "r" + std::to_string(account.rules.size());
          account.rules.push_back(rule);
        }
        unknowns.Compare(account);
      }
    }
  };
  compare({});
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    compare({shapes[i]});
    for (std::size_t j = 0; j <= i; ++j) {
      compare({shapes[i], shapes[j]});
      if (testing::Test::HasFailure()) return;
    }
  }
  std::uint64_t count = 0;
  for (const auto& [verdict, often] : unknowns.counts()) {
    std::cout << verdict << ": " << often << '\n';
    EXPECT_GT(often, 10U) << verdict;
    count += often;
  }
  // Allow, Depends, and every reason to deny.
  EXPECT_EQ(unknowns.counts().size(), 14U);
  EXPECT_TRUE(Covered("requests not known in full", count,
                      BySize<std::uint64_t>(40'000, 200'000, 20'000'000)));
}

// The same with the index of large accounts.
TEST(RequirementWorldTest, T26OverRandomLargeAccounts) {
  Worlds worlds;
  std::uint64_t count = 0;
  for (int round = 0; round < BySize(1, 5, 50); ++round) {
    oracle::Account account = worlds.DrawAccount(40);
    oracle::Strings addresses;
    for (int i = 0; i < 3; ++i) {
      addresses.push_back(worlds.DrawRequest(account).ip);
    }
    Unknowns unknowns(addresses, {{"AccessKey", "key-0"}, {"Password", ""}},
                      {"ca-0", "ca-1", "ca-2", "ca-3", "another"},
                      {"a", "b", "A", "client.a", "another"});
    unknowns.Compare(account);
    for (const auto& [verdict, often] : unknowns.counts()) count += often;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(Covered("requests not known in full to large accounts", count,
                      BySize<std::uint64_t>(3'000, 30'000, 1'000'000)));
}

}  // namespace
}  // namespace api_access
