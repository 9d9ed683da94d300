#include "examples/account_folder/account_folder.h"

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/account_answers.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

namespace api_access::examples {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Account ReadFolder(const std::filesystem::path& folder) {
  return Valid(ReadAccountFolder(folder)).account;
}

TEST(AccountFolderTest, ReadsAFolder) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("notes.txt", "not an answer");
  folder.Write("ReadAccessKeys.alice.json~", "not an answer");
  const Account read = ReadFolder(folder.path());
  EXPECT_EQ(read, Valid(ParseAccount(GoodAnswers())).account);
}

TEST(AccountFolderTest, AUserNameMayHoldDots) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("ReadAccessKeys.a.b@c.json",
               R"({"AccessKeys":[{"AccessKeyId":"DOT","State":"ACTIVE"}]})");
  folder.Write("ReadUsers.json",
               R"({"Users":[{"UserName":"alice"},{"UserName":"a.b@c"}]})");
  const Account read = ReadFolder(folder.path());
  EXPECT_EQ(read.access_keys()[1].user_name(), "a.b@c");
}

TEST(AccountFolderTest, NamesAllFilesThatAreMissingWithTheirCalls) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  std::string missing =
      folder.path().string() +
      ": these files are missing, each with the answer of its call: ";
  std::string separator;
  for (const std::string call :
       {"ReadAccessKeys", "ReadApiAccessRules", "ReadApiAccessPolicy"}) {
    std::filesystem::remove(folder.path() / (call + ".json"));
    missing += separator + call + ".json (octl iaas api " + call + ")";
    separator = ", ";
    const auto read = ReadAccountFolder(folder.path());
    EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(Message(read.status()), missing);
  }
}

TEST(AccountFolderTest, RefusesWhatIsNoRegularFile) {
  const struct {
    void (*make)(const std::filesystem::path&);
    const char* kind;
  } kCases[] = {
      {[](const auto& path) { std::filesystem::create_directory(path); },
       "a folder"},
      {[](const auto& path) {
         std::filesystem::create_symlink("nowhere", path);
       },
       "a link to nothing"},
      // Reading it would wait for ever.
      {[](const auto& path) {
         ASSERT_EQ(mkfifo(path.c_str(), S_IRUSR | S_IWUSR), 0);
       },
       "a pipe"},
      // Reading it would never end.
      {[](const auto& path) {
         std::filesystem::create_symlink("/dev/zero", path);
       },
       "a device"},
  };
  for (const char* name : {"ReadAccessKeys.json", "ReadApiAccessRules.json",
                           "ReadApiAccessPolicy.json", "ReadUsers.json",
                           "ReadCas.json", "ReadAccessKeys.alice.json"}) {
    for (const auto& c : kCases) {
      const TemporaryFolder folder;
      WriteAll(folder, GoodAnswers());
      std::filesystem::remove(folder.path() / name);
      c.make(folder.path() / name);
      const auto read = ReadAccountFolder(folder.path());
      EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
      EXPECT_EQ(Message(read.status()), (folder.path() / name).string() +
                                            ": expected a regular file, got " +
                                            c.kind);
    }
  }
}

TEST(AccountFolderTest, FollowsALinkToAFile) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  std::filesystem::rename(folder.path() / "ReadCas.json",
                          folder.path() / "cas.txt");
  std::filesystem::create_symlink("cas.txt", folder.path() / "ReadCas.json");
  EXPECT_EQ(ReadFolder(folder.path()).cas()->size(), 1U);
}

TEST(AccountFolderTest, FilesOfUpTo64Mebibytes) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  std::filesystem::resize_file(folder.path() / "ReadCas.json",
                               (std::size_t{64} << 20) + 1);
  EXPECT_EQ(Message(ReadAccountFolder(folder.path()).status()),
            (folder.path() / "ReadCas.json").string() +
                ": expected a file of at most 64 MiB, got a larger one");
  std::filesystem::resize_file(folder.path() / "ReadCas.json",
                               std::size_t{64} << 20);
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("expected JSON, got a NUL byte"));
}

TEST(AccountFolderTest, RefusesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  const auto read = ReadAccountFolder(folder.path() / "missing");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(read.status()),
              StartsWith((folder.path() / "missing").string()));
}

TEST(AccountFolderTest, RefusesAnEmptyUserName) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("ReadAccessKeys..json", R"({"AccessKeys":[]})");
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("ReadAccessKeys..json: expected a user name"));
}

TEST(AccountFolderTest, EscapesTheNamesOfFiles) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("ReadAccessKeys.\x1b[31m.json", "{}");
  EXPECT_THAT(Message(ReadAccountFolder(folder.path()).status()),
              HasSubstr("/ReadAccessKeys.\\x1b[31m.json: "));
}

TEST(AccountFolderTest, NamesTheFolderInErrors) {
  const TemporaryFolder folder;
  WriteAll(folder, GoodAnswers());
  folder.Write("ReadCas.json", "{}");
  EXPECT_EQ(Message(ReadAccountFolder(folder.path()).status()),
            (folder.path() / "ReadCas.json").string() +
                ": $: expected an answer of ReadCas, got an object with no "
                "fields");
}

}  // namespace
}  // namespace api_access::examples
