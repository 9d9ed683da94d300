// Answers of the provider that make a complete account.

#ifndef API_ACCESS_TESTS_ACCOUNT_ANSWERS_H_
#define API_ACCESS_TESTS_ACCOUNT_ANSWERS_H_

#include <string>
#include <utility>

#include "api_access/json/account_answers.h"
#include "tests/temporary_folder.h"

namespace api_access {

inline Answer Named(std::string name, std::string text) {
  return {.text = std::move(text), .name = std::move(name)};
}

// As the provider's command-line client prints them.
inline AccountAnswers GoodAnswers() {
  return {
      .access_keys = Named(
          "ReadAccessKeys.json",
          R"({"AccessKeys":[{"AccessKeyId":"ABCDEFGHIJ0123456789","State":"ACTIVE","CreationDate":"2010-10-01T12:34:56.789+0000","LastModificationDate":"2010-10-01T12:34:56.789+0000","ExpirationDate":"2063-04-05T00:00:00.000+0000","Tag":"Group1"}],"ResponseContext":{"RequestId":"0475ca1e-d0c5-441d-712a-da55a4175157"}})"),
      .access_keys_by_user =
          {{"alice",
            Named(
                "ReadAccessKeys.alice.json",
                R"({"AccessKeys":[{"AccessKeyId":"ALICE","State":"INACTIVE"}]})")}},
      .users = Named("ReadUsers.json",
                     R"({"Users":[{"UserName":"alice","Path":"/"}]})"),
      .rules = Named(
          "ReadApiAccessRules.json",
          R"({"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","Description":"Office and VPN","IpRanges":["192.0.2.0/24","198.51.100.7"],"CaIds":["ca-1"],"Cns":[]}],"ResponseContext":{"RequestId":"x"}})"),
      .policy = Named(
          "ReadApiAccessPolicy.json",
          R"({"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true},"ResponseContext":{"RequestId":"x"}})"),
      .cas = Named("ReadCas.json", R"({"Cas":[{"CaId":"ca-1"}]})"),
  };
}

// Those of the root user and of alice, as an account's folder has them.
inline void WriteAll(const TemporaryFolder& folder,
                     const AccountAnswers& answers) {
  for (const Answer& answer :
       {answers.access_keys, answers.access_keys_by_user.at("alice"),
        *answers.users, answers.rules, answers.policy, *answers.cas}) {
    folder.Write(answer.name, answer.text);
  }
}

}  // namespace api_access

#endif  // API_ACCESS_TESTS_ACCOUNT_ANSWERS_H_
