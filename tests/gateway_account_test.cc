#include "examples/nginx/gateway_account.h"

#include <chrono>
#include <filesystem>
#include <string>

#include "api_access/method.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/account_answers.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

namespace api_access::examples {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kA(40, 'a');
const std::string kB(40, 'b');
const std::string kUnknown(40, 'c');

TEST(GatewayAccountTest, DecidesAsItsFiles) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  const GatewayAccount account = Valid(LoadGatewayAccount(folder.path()));
  EXPECT_EQ(account.folder, folder.path().string());
  EXPECT_EQ(account.evaluator
                .Decide({.method = FindMethod("api", "ReadVms"),
                         .client_address = Ip("192.0.2.7"),
                         .login = LoginKind::kAccessKey,
                         .access_key_id = "ABCDEFGHIJ0123456789"},
                        At("2030-01-01"))
                .reason,
            Reason::kRuleMatched);
}

TEST(GatewayAccountTest, FindsEveryIdOfEveryCa) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("ReadCas.json",
               R"({"Cas":[{"CaId":"ca-1","CaFingerprint":")" + kA +
                   R"("},{"CaId":"ca-2","CaFingerprint":")" + kB +
                   R"("},{"CaId":"ca-3","CaFingerprint":")" +
                   std::string(40, 'A') + R"("},{"CaId":"ca-4"}]})");
  const GatewayAccount account = Valid(LoadGatewayAccount(folder.path()));
  EXPECT_THAT(account.notes, IsEmpty());
  EXPECT_THAT(CaIdsUnder(account, kB), ElementsAre("ca-2"));
  EXPECT_THAT(CaIdsUnder(account, kA), ElementsAre("ca-1", "ca-3"));
  EXPECT_THAT(CaIdsUnder(account, kB + kUnknown + kA),
              ElementsAre("ca-2", "ca-1", "ca-3"));
  EXPECT_THAT(CaIdsUnder(account, kUnknown), IsEmpty());
  EXPECT_THAT(CaIdsUnder(account, ""), IsEmpty());
  EXPECT_THAT(CaIdsUnder(account, kA.substr(1)), IsEmpty());
}

TEST(GatewayAccountTest, SaysThatNoCaCanBeFound) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  const GatewayAccount account = Valid(LoadGatewayAccount(folder.path()));
  EXPECT_THAT(account.notes,
              ElementsAre(HasSubstr("no fingerprint of a CA is known")));
}

TEST(GatewayAccountTest, IsAsOldAsItsNewestAnswer) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("notes.txt", "not an answer");
  const auto date = [&](const char* name, int seconds) {
    std::filesystem::last_write_time(
        folder.path() / name,
        std::chrono::file_clock::from_sys(At("2030-01-01")) +
            std::chrono::seconds(seconds));
  };
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    date(entry.path().filename().c_str(), 0);
  }
  date("ReadCas.json", 7);
  date("ReadUsers.json", -7);
  date("notes.txt", 100);
  EXPECT_EQ(Valid(LoadGatewayAccount(folder.path())).newest_file,
            At("2030-01-01T00:00:07Z"));
}

TEST(GatewayAccountTest, RefusesWhatIsNoAccount) {
  const TemporaryFolder folder;
  EXPECT_THAT(Message(LoadGatewayAccount(folder.path()).status()),
              HasSubstr("these files are missing"));
  EXPECT_THAT(Message(LoadGatewayAccount(folder.path() / "no").status()),
              HasSubstr("expected a folder to list"));
}

}  // namespace
}  // namespace api_access::examples
