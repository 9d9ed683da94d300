// Conformance vectors in the making: every expected answer is the oracle's.

#ifndef API_ACCESS_TESTS_VECTORS_VECTORS_H_
#define API_ACCESS_TESTS_VECTORS_VECTORS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_changes.h"
#include "tests/oracle/plain_map.h"
#include "tests/oracle/plain_reader.h"
#include "tests/vectors/texts.h"

namespace vectors {

// 2030-01-01, the instant of most rows.
inline constexpr oracle::Milliseconds kNow = 1'893'456'000'000;
inline constexpr oracle::Milliseconds kFirstDate = -62'135'596'800'000;
inline constexpr oracle::Milliseconds kLastDate = 253'402'300'799'999;
inline constexpr long long kHighestMax = 3'153'600'000;

// An access key of the root user that never expires.
inline oracle::Key RootKey() { return {"ROOT", true, std::nullopt, ""}; }

// A request for `api` `ReadVms`, signed by that key.
inline oracle::Request Signed(std::string ip, oracle::Strings cas = {},
                              oracle::OptionalText cn = std::nullopt) {
  return {"api",  "ReadVms",      std::move(ip), "AccessKey",
          "ROOT", std::move(cas), std::move(cn)};
}

// The rows of all files. Every `why` is a sentence on the boundary that the row
// is about. Ends the program where a row makes no sense.
class Vectors {
 public:
  // Adds an account of these rules and keys, with all users listed.
  void AddAccount(const std::string& name, const std::string& why,
                  oracle::Account account);
  // `ordinary` are methods that are declared ordinary.
  void AddAccount(const std::string& name, const std::string& why,
                  const oracle::ReadFolder& account,
                  const oracle::Methods& ordinary = {});
  const oracle::ReadFolder& Account(const std::string& name) const;

  void AddDecision(const std::string& why, const std::string& account,
                   const oracle::Request& request,
                   oracle::Milliseconds now = kNow);
  // A line whose text matters.
  void AddLine(const std::string& why, const std::string& account,
               const std::string& line);

  void AddFactors(const std::string& why, const std::string& account,
                  const oracle::OptionalText& ip);

  void AddCheck(const std::string& why, const std::string& account,
                long long max, bool require, oracle::Milliseconds now = kNow);

  struct ChangeOptions {
    std::vector<oracle::Caller> callers = {};
    bool diff = false;
    oracle::Milliseconds now = kNow;
    // Parameters that say nothing.
    Json more = Json::object();
  };
  void AddChange(const std::string& why, const std::string& account,
                 const oracle::Change& change, const ChangeOptions& options);
  void AddChange(const std::string& why, const std::string& account,
                 const oracle::Change& change) {
    AddChange(why, account, change, {});
  }
  // A request that is an error of input, whatever the account.
  void AddWrongChange(const std::string& why, const std::string& account,
                      const std::string& call, const Json& request);

  // A plan that activates a trusted session.
  void AddActivation(const std::string& why, const std::string& account,
                     long long max, const oracle::OptionalText& ca,
                     oracle::Milliseconds now = kNow);
  // A plan of these changes.
  void AddPlan(const std::string& why, const std::string& account,
               const std::vector<oracle::Change>& changes,
               const std::vector<oracle::Caller>& callers = {});

  struct ForecastOptions {
    std::optional<oracle::Milliseconds> until = std::nullopt;
    std::map<std::string, oracle::Milliseconds> ca_ends = {};
    oracle::Milliseconds now = kNow;
  };
  // Nothing ends after `last`.
  void AddForecast(const std::string& why, const std::string& account,
                   const std::vector<oracle::Caller>& callers,
                   oracle::Milliseconds last, const ForecastOptions& options);

  void AddMap(const std::string& why, const std::string& account);
  void AddDifference(const std::string& why, const std::string& before,
                     const std::string& after, oracle::Milliseconds now = kNow);

  // `kind` is `ip`, `range`, `timestamp` or, for a method that is declared,
  // `ordinary`.
  void AddParse(const std::string& why, const std::string& kind,
                const std::string& text);

  // Answers of the provider, by the names of their files, and what `check` says
  // of their account.
  // The pages of ReadUsers.json, where these are given, are several answers.
  void AddRead(const std::string& why, oracle::Folder folder,
               const oracle::Strings& user_pages = {});

  // The texts of the files, by their names.
  const std::map<std::string, std::string>& files() const { return files_; }

 private:
  struct Named {
    oracle::ReadFolder account;
    oracle::Methods ordinary;
  };

  const Named& Find(const std::string& name) const;
  // A row that says the same as another one is left out.
  void AddRow(const std::string& file, const std::string& why, const Json& row);

  std::map<std::string, Named> accounts_;
  std::set<std::string> rows_;
  std::map<std::string, std::string> files_;
};

// The rows of each file, and the accounts that they need.
void AddDecisions(Vectors& vectors);
void AddFactors(Vectors& vectors);
void AddChecks(Vectors& vectors);
void AddChanges(Vectors& vectors);
void AddMaps(Vectors& vectors);
void AddPlans(Vectors& vectors);
void AddTexts(Vectors& vectors);

}  // namespace vectors

#endif  // API_ACCESS_TESTS_VECTORS_VECTORS_H_
