// What is said of a log has to hold however it is read: from a stream, or in
// memory. What an entry tells is in replay_test.cc.

#include "examples/log/log_reader.h"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace api_access::examples {
namespace {

// All that ReadLog tells of a log.
struct Told {
  std::vector<std::string> entries;  // their texts, names and addresses
  std::string message;
  std::string digest;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  bool has_more = false;

  friend bool operator==(const Told&, const Told&) = default;
};

std::string TextOf(const LogField& field) {
  return field.kind == LogField::Kind::kText ? std::string(field.text) : "-";
}

template <typename Log>
Told Read(Log&& log) {
  Told told;
  const auto read =
      ReadLog(log, {.entry = [&](const LogEntry& entry, std::string_view text) {
                told.entries.push_back(std::string(text) + '\n' +
                                       TextOf(entry.query_call_name) + ' ' +
                                       TextOf(entry.query_ip_address));
              }});
  if (read.ok()) {
    told.digest = read->digest;
    told.bytes = read->bytes;
    told.count = read->entries;
    told.has_more = read->has_more;
  } else {
    told.message = std::string(read.status().message().data(),
                               read.status().message().size());
  }
  return told;
}

Told ReadStream(const std::string& log) {
  return Read(std::istringstream(log));
}

// Not a std::string: a sanitizer tells what is read after its end.
Told ReadMemory(const std::string& log) {
  const std::vector<char> bytes(log.begin(), log.end());
  return Read(std::string_view(bytes.data(), bytes.size()));
}

std::string Entry(std::size_t number, std::size_t size) {
  std::string entry =
      R"({"QueryDate": "2029-08-11T09:55:02.842375Z", )"
      R"("QueryCallName": "ReadVms", "QueryIpAddress": "192.0.2.)" +
      std::to_string(number % 256) + R"(", "QueryPayloadRaw": ")";
  entry.append(size, 'x');
  return entry + R"("})";
}

// Several windows of entries, which begin at `shift`.
std::string Lines(std::size_t shift) {
  std::string log(shift, ' ');
  for (std::size_t i = 0; log.size() < 200'000; ++i) {
    log += Entry(i, i * 37 % 3'000) + '\n';
  }
  return log;
}

std::string Answer(std::size_t shift) {
  std::string log = std::string(shift, ' ') + R"({"Logs":[)";
  for (const char c : Lines(0)) log += c == '\n' ? ',' : c;
  log.back() = ']';
  return log + R"(,"NextPageToken":"more"})";
}

TEST(LogReaderTest, ALogInMemoryIsReadAsFromAStream) {
  for (std::size_t shift = 0; shift < 300; shift += 7) {
    for (const std::string& log : {Lines(shift), Answer(shift)}) {
      const Told told = ReadMemory(log);
      EXPECT_EQ(told.message, "");
      EXPECT_EQ(told.digest, DigestOf(log));
      EXPECT_EQ(told.bytes, log.size());
      EXPECT_GT(told.count, 100);
      EXPECT_TRUE(told == ReadStream(log)) << shift;
    }
  }
}

TEST(LogReaderTest, ALogInMemoryMayEndAnywhere) {
  for (const std::string& log : {Lines(0), Answer(0)}) {
    for (std::size_t cut = 0; cut < 400; ++cut) {
      const std::string rest = log.substr(0, log.size() - cut);
      EXPECT_TRUE(ReadMemory(rest) == ReadStream(rest)) << cut;
    }
  }
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string start = Lines(0).substr(0, size);
    EXPECT_TRUE(ReadMemory(start) == ReadStream(start)) << size;
  }
}

TEST(LogReaderTest, EntriesThatFollowEachOtherWithoutNewlinesAreEntries) {
  const std::string log = Entry(0, 1) + Entry(1, 2) + " \t" + Entry(2, 3) +
                          "\r\n\n" + Entry(3, 4) + "\n.\n..\n" + Entry(4, 5);
  EXPECT_THAT(ReadMemory(log).entries,
              testing::ElementsAre(testing::StartsWith(Entry(0, 1)),
                                   testing::StartsWith(Entry(1, 2)),
                                   testing::StartsWith(Entry(2, 3)),
                                   testing::StartsWith(Entry(3, 4)),
                                   testing::StartsWith(Entry(4, 5))));
  EXPECT_TRUE(ReadMemory(log) == ReadStream(log));
}

// Entries before it are looked at together with it.
TEST(LogReaderTest, AnErrorIsSaidToBeWhereItIs) {
  std::string log;
  for (std::size_t i = 0; i < 150; ++i) log += Entry(i, 1'000) + '\n';
  for (const std::string_view wrong :
       {R"({"QueryCallName": "a", "QueryCallName": "b"})", R"({"Name": 1})",
        R"({"QueryDate": tru})", "{\"QueryDate\": \"\xff\"}", "x"}) {
    const std::string text = log + "  " + std::string(wrong) + '\n' + log;
    const Told told = ReadMemory(text);
    EXPECT_THAT(told.message, testing::StartsWith("line 151, column 3: "));
    EXPECT_EQ(told.entries.size(), 150);
    EXPECT_TRUE(told == ReadStream(text)) << wrong;
  }
}

// Of two entries the first has lost its end, and the window ends in the second.
TEST(LogReaderTest, NothingCompletesAnEntryThatHasLostItsEnd) {
  const std::string torn = R"({"QueryCallName": "a", "QueryUserAgent": {})";
  std::string braces = Entry(0, 0);
  braces.insert(braces.size() - 2, std::string(3'000, '}'));
  for (std::size_t shift = 0; shift < 3'200; ++shift) {
    std::string log;
    while (log.size() + torn.size() + 5'000 < 65'536) {
      log += Entry(0, 1'000) + '\n';
    }
    const std::size_t entries = log.size() / (Entry(0, 1'000).size() + 1);
    log.append(65'536 - log.size() - torn.size() - shift, ' ');
    log += torn + '\n' + braces + '\n' + Entry(0, 10);
    const Told told = ReadMemory(log);
    EXPECT_NE(told.message, "") << shift;
    EXPECT_EQ(told.entries.size(), entries) << shift;
    EXPECT_TRUE(told == ReadStream(log)) << shift;
  }
}

}  // namespace
}  // namespace api_access::examples
