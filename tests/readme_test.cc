// What the README shows is what the programs print.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "api_access/testing/matchers.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support.h"

namespace api_access::examples {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(std::string(API_ACCESS_SOURCE_DIR "/") + path);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The contents of the README's blocks that are fenced with this language.
std::vector<std::string> Blocks(const std::string& language) {
  const std::string readme = ReadFile("README.md");
  const std::string fence = "```" + language + "\n";
  std::vector<std::string> blocks;
  for (std::size_t begin = readme.find(fence); begin != std::string::npos;
       begin = readme.find(fence, begin)) {
    begin += fence.size();
    const std::size_t end = readme.find("```", begin);
    blocks.push_back(readme.substr(begin, end - begin));
    begin = end;
  }
  return blocks;
}

std::string OutputOf(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      popen(command.c_str(), "r"), pclose);
  std::string output;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    output += static_cast<char>(c);
  }
  return output;
}

// Runs `PROGRAM arguments... [< file]` of a console block in this process.
std::string RunCommand(const std::string& command) {
  std::istringstream words(command);
  std::string word;
  words >> word;
  EXPECT_EQ(word, "build/demo/examples/api-access") << command;
  std::vector<std::string> arguments;
  std::istringstream in;
  while (words >> word) {
    if (word == "<") {
      words >> word;
      in.str(ReadFile(word));
    } else {
      arguments.push_back(word);
    }
  }
  std::ostringstream out;
  RunCli(arguments, {.in = in, .out = out, .err = out, .clock = [] {
                       ADD_FAILURE() << "the README must not depend on now";
                       return Timestamp();
                     }});
  return out.str();
}

TEST(ReadmeTest, TheProgramIsTheExample) {
  const std::vector<std::string> programs = Blocks("cpp");
  ASSERT_FALSE(programs.empty());
  EXPECT_EQ(programs[0], ReadFile("examples/embed/main.cc"));
}

TEST(ReadmeTest, TheOtherProgramsArePartsOfExamples) {
  const std::vector<std::string> programs = Blocks("cpp");
  ASSERT_EQ(programs.size(), 4U);
  EXPECT_EQ(programs[1], ReadFile("tests/json_consumer/main.cc"));
  EXPECT_THAT(ReadFile("examples/policy_tests/policy_test.cc"),
              testing::HasSubstr(programs[2]));
  EXPECT_THAT(ReadFile("examples/hot_swap/main.cc"),
              testing::HasSubstr(programs[3]));
}

TEST(ReadmeTest, AFailureReadsAsShown) {
  const std::vector<std::string> outputs = Blocks("text");
  ASSERT_EQ(outputs.size(), 3U);
  TestedAccount account(Valid(ReadAccountFolder(API_ACCESS_SOURCE_DIR
                                                "/examples/accounts/trusted"))
                            .account,
                        "2030-01-01");
  const TestRequest request = {
      .method = "UpdateApiAccessPolicy",
      .client_ip = "192.0.2.7",
      .access_key_id = "ROOTKEY0000000000001",
      .ca_ids = {"ca-fedcba0987654321fedcba0987654321"},
      .cn = "client.b"};
  EXPECT_EQ(testing::internal::MakePredicateFormatterFromMatcher(IsAllowed())(
                "account.Decide(request)", account.Decide(request))
                    .message() +
                std::string("\n"),
            outputs[1]);
}

TEST(ReadmeTest, TheProgramPrintsWhatIsShown) {
  const std::vector<std::string> outputs = Blocks("text");
  ASSERT_FALSE(outputs.empty());
  EXPECT_EQ(outputs[0], OutputOf(API_ACCESS_EMBED_PROGRAM));
}

TEST(ReadmeTest, CommandsPrintWhatIsShown) {
  std::filesystem::current_path(API_ACCESS_SOURCE_DIR);
  int commands = 0;
  for (const std::string& block : Blocks("console")) {
    std::istringstream lines(block);
    std::string command;
    std::string shown;
    const auto compare = [&] {
      if (command.empty()) return;
      ++commands;
      EXPECT_EQ(shown, RunCommand(command)) << command;
      shown.clear();
    };
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("$ ")) {
        compare();
        command = line.substr(2);
      } else {
        shown += line + '\n';
      }
    }
    compare();
  }
  EXPECT_GE(commands, 3);
}

}  // namespace
}  // namespace api_access::examples
