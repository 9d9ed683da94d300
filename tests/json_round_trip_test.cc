// Accounts and request lines that are written and read back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_access/json/account_answers.h"
#include "api_access/json/request_line.h"
#include "gtest/gtest.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/plain_reader.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

// Texts for ids, names and what people write: mostly UTF-8, one in so many
// with bytes that are none.
class TextDrawer {
 public:
  TextDrawer(Worlds& worlds, std::size_t one_in)
      : worlds_(worlds), one_in_(one_in) {}

  std::string Draw() {
    static const std::vector<std::string> kUtf8 = {"a",
                                                   "Z9",
                                                   " ",
                                                   "@",
                                                   "\"",
                                                   "\\",
                                                   "\n",
                                                   "\x7f",
                                                   std::string(1, '\0'),
                                                   "/",
                                                   "\xc2\x80",
                                                   "\xdf\xbf",
                                                   "\xe0\xa0\x80",
                                                   "\xed\x9f\xbf",
                                                   "\xee\x80\x80",
                                                   "\xef\xbb\xbf",
                                                   "\xef\xbf\xbf",
                                                   "\xf0\x90\x80\x80",
                                                   "\xf4\x8f\xbf\xbf"};
    static const std::vector<std::string> kNoUtf8 = {"\x80",
                                                     "\xc0\xaf",
                                                     "\xc3",
                                                     "\xe0\x9f\xbf",
                                                     "\xed\xa0\x80",
                                                     "\xed\xbf\xbf",
                                                     "\xe2\x82",
                                                     "\xf0\x8f\xbf\xbf",
                                                     "\xf4\x90\x80\x80",
                                                     "\xf5",
                                                     "\xff"};
    std::string text;
    for (std::size_t pieces = worlds_.Below(5); pieces > 0; --pieces) {
      text += worlds_.Pick(kUtf8);
    }
    if (worlds_.Chance(one_in_)) {
      text.insert(worlds_.Below(text.size() + 1), worlds_.Pick(kNoUtf8));
    }
    return text;
  }
  // One that no other draw gives.
  std::string DrawNew() { return Draw() + std::to_string(++number_); }
  // The name of a user: mostly one that can be part of a file's name.
  std::string DrawUser() {
    std::string name = DrawNew();
    if (!worlds_.Chance(10)) {
      std::erase(name, '/');
      std::erase(name, '\0');
    }
    if (worlds_.Chance(20)) name.resize(235 + worlds_.Below(2), 'u');
    return name;
  }
  std::optional<std::string> DrawMaybe() {
    if (worlds_.Chance(2)) return std::nullopt;
    return Draw();
  }

 private:
  Worlds& worlds_;
  std::size_t one_in_;
  int number_ = 0;
};

// Whether the account may be written as a folder: JSON has UTF-8 alone, the
// names of users name files, no answer has a CA's end of validity, and a user
// whose keys were not read has no file of them.
bool MayBeWritten(const Account& account) {
  bool may = true;
  const auto text = [&](const std::string& bytes) {
    may &= oracle::IsUtf8(bytes);
  };
  const auto texts = [&](const std::vector<std::string>& many) {
    for (const std::string& one : many) text(one);
  };
  // The list of users is not written where it was not read.
  const bool has_list = account.every_user_listed() ||
                        !account.users_without_keys_read().empty() ||
                        account.users_doubt() != "ReadUsers.json is missing";
  for (const ApiAccessRule& rule : account.rules()) {
    text(rule.id());
    text(rule.description().value_or(""));
    texts(rule.ca_ids());
    texts(rule.cns());
  }
  for (const AccessKey& key : account.access_keys()) {
    text(key.id());
    text(key.tag().value_or(""));
    const std::string user = key.user_name().value_or("");
    if (has_list) text(user);
    const std::string file = "ReadAccessKeys." + user + ".json";
    may &= user.find('/') == std::string::npos &&
           user.find('\0') == std::string::npos && file.size() <= 255 &&
           std::ranges::count(account.users_without_keys_read(), user) == 0;
  }
  texts(account.users_without_keys_read());
  if (!account.cas()) return may;
  for (const Ca& ca : *account.cas()) {
    text(ca.id());
    may &= !ca.valid_until().has_value();
  }
  return may;
}

class RoundTrips {
 public:
  // Whether the account was written and read back, or rightly refused.
  bool Check(const Account& account) {
    const auto answers = FormatAccount(account);
    const bool may = MayBeWritten(account);
    const auto fail = [&](const std::string& why) {
      ADD_FAILURE() << why << '\n' << account;
      return false;
    };
    if (!answers.ok()) {
      ++refused_;
      const std::string message = Message(answers.status());
      return (!may && !message.empty() && IsPrintable(message)) ||
             fail("unclear: " + message);
    }
    ++written_;
    if (!may) return fail("was written");
    const oracle::Folder folder = FolderOf(*answers);
    for (const auto& [name, text] : folder) {
      if (!IsPrintable(text)) return fail(text);
    }
    const auto parsed = ParseAccount(*answers);
    if (!parsed.ok()) return fail(Message(parsed.status()));
    if (!parsed->notes.empty()) return fail(parsed->notes[0]);
    const std::string& doubt = parsed->account.users_doubt();
    const Account expected = AsReadBack(account, doubt);
    if (doubt.empty() != account.every_user_listed()) return fail(doubt);
    if (parsed->account != expected) return fail(parsed->account.ToString());
    // Once more, and in the plain reader's eyes.
    if (Valid(FormatAccount(parsed->account)) != *answers) {
      return fail("differs the second time");
    }
    std::string cause;
    const auto read = oracle::Read(folder, cause);
    return (read && Build(*read, doubt) == expected) || fail("reads otherwise");
  }

  std::uint64_t written() const { return written_; }
  std::uint64_t refused() const { return refused_; }

 private:
  std::uint64_t written_ = 0;
  std::uint64_t refused_ = 0;
};

TEST(JsonRoundTripTest, AccountsOfSmallWorlds) {
  const std::vector<oracle::Rule> shapes =
      AllShapes({{},
                 {"0.0.0.0/0"},
                 {"192.0.2.0/24", "192.0.2.7"},
                 {"::/0", "2001:db8::7"},
                 {"::ffff:192.0.2.0/120"},
                 {"::ffff:0:0/95"}},
                {{}, {"ca-a"}, {"ca-a", "ca-b"}}, {{}, {"x"}, {"x", "y"}});
  const std::vector<std::vector<oracle::Key>> keys = {
      {},
      {{"root", true, std::nullopt, ""}},
      {{"of alice", false, 0, "alice"}, {"root", true, 1, ""}},
      {{"1", true, std::nullopt, "bob"},
       {"2", true, 253402300799999, "alice"},
       {"3", true, -62135596800000, "bob"}}};
  const std::vector<std::pair<bool, oracle::Strings>> users = {
      {true, {}},
      {true, {"carol"}},
      {false, {}},
      {false, {"carol", "dave"}},
      {true, {"alice"}}};
  Sample sample(61, 7);
  RoundTrips trips;
  const auto check = [&](std::vector<oracle::Rule> rules) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      rules[i].id = "rule " + std::to_string(i);
    }
    for (const long long max : {0LL, 3153600000LL}) {
      for (const auto& [is_complete, without_keys] : users) {
        for (const auto& some : keys) {
          if (testing::Test::HasFailure() || !sample.Next()) continue;
          trips.Check(Build(oracle::Account{max, max == 0, rules, some,
                                            is_complete, without_keys}));
        }
      }
    }
  };
  check({});
  for (const oracle::Rule& first : shapes) {
    check({first});
    for (const oracle::Rule& second : shapes) {
      if (first.ranges != second.ranges) check({first, second});
    }
  }
  std::cout << trips.refused() << " refused\n";
  EXPECT_TRUE(Covered("written accounts of small worlds", trips.written(),
                      BySize<std::uint64_t>(700, 6'000, 45'000)));
}

TEST(JsonRoundTripTest, AccountsOfRandomBytes) {
  Worlds worlds;
  TextDrawer texts(worlds, 60);
  RoundTrips trips;
  std::uint64_t decisions = 0;
  for (int i = 0; i < BySize(300, 3'000, 30'000) && !HasFailure(); ++i) {
    oracle::Account drawn = worlds.DrawAccount(4);
    for (oracle::Rule& rule : drawn.rules) {
      rule.id = texts.DrawNew();
      for (std::string& ca : rule.cas) {
        if (worlds.Chance(3)) ca = texts.DrawNew();
      }
      for (std::string& cn : rule.cns) {
        if (worlds.Chance(3)) cn = texts.DrawNew();
      }
    }
    const oracle::Strings users = {texts.DrawUser(), texts.DrawUser()};
    for (oracle::Key& key : drawn.keys) {
      key.id = texts.DrawNew();
      if (!key.user.empty()) key.user = worlds.Pick(users);
    }
    if (worlds.Chance(3)) drawn.users_without_keys.push_back(texts.DrawNew());
    if (worlds.Chance(20)) drawn.users_without_keys.push_back(users[0]);

    Account::Fields fields = Build(drawn).fields();
    if (!drawn.every_user_listed && worlds.Chance(2)) {
      fields.users_doubt =
          worlds.Chance(2) ? "ReadUsers.json is missing" : texts.Draw();
    }
    for (ApiAccessRule& rule : fields.rules) {
      ApiAccessRule::Fields described = rule.fields();
      described.description = texts.DrawMaybe();
      rule = Valid(ApiAccessRule::Create(std::move(described)));
    }
    for (AccessKey& key : fields.access_keys) {
      AccessKey::Fields described = key.fields();
      described.tag = texts.DrawMaybe();
      if (worlds.Chance(2)) {
        described.creation_date = Instant(worlds.DrawNow());
      }
      key = Valid(AccessKey::Create(std::move(described)));
    }
    if (worlds.Chance(2)) {
      fields.cas.emplace();
      for (std::size_t cas = worlds.Below(3); cas > 0; --cas) {
        Ca::Fields ca = {.id = texts.DrawNew()};
        if (worlds.Chance(2)) ca.fingerprint = std::string(40, 'F');
        if (worlds.Chance(30)) ca.valid_until = Instant(worlds.DrawNow());
        fields.cas->push_back(Valid(Ca::Create(std::move(ca))));
      }
    }
    const Account account = Valid(Account::Create(std::move(fields)));
    if (!trips.Check(account) || !MayBeWritten(account)) continue;

    // No decision depends on what is not kept.
    const Evaluator before = Valid(Evaluator::Compile(account));
    const Evaluator after = Valid(Evaluator::Compile(
        Valid(ParseAccount(Valid(FormatAccount(account)))).account));
    for (int j = 0; j < 5; ++j) {
      const oracle::Request request = worlds.DrawRequest(drawn);
      const oracle::Milliseconds now = worlds.DrawNow();
      EXPECT_EQ(Text(Decide(after, request, now)),
                Text(Decide(before, request, now)))
          << Describe(drawn) << '\n'
          << Describe(request);
      ++decisions;
    }
  }
  EXPECT_TRUE(Covered("decisions on accounts read back", decisions,
                      BySize<std::uint64_t>(500, 5'000, 50'000)));
  EXPECT_TRUE(Covered("accounts written", trips.written(),
                      BySize<std::uint64_t>(100, 1'000, 10'000)));
  EXPECT_TRUE(Covered("accounts refused", trips.refused(),
                      BySize<std::uint64_t>(50, 500, 5'000)));
}

TEST(JsonRoundTripTest, RequestLinesOfRandomBytes) {
  Worlds worlds;
  TextDrawer texts(worlds, 1'000'000'000);
  TextDrawer bytes(worlds, 3);
  std::uint64_t count = 0;
  for (int i = 0; i < BySize(300, 3'000, 30'000) && !HasFailure(); ++i) {
    const oracle::Account account = worlds.DrawAccount(3);
    oracle::RequestLine drawn = {worlds.DrawRequest(account)};
    drawn.has_certificate = worlds.Chance(2);
    if (worlds.Chance(2)) drawn.now = worlds.DrawNow();
    const auto draw = [&](TextDrawer& from) {
      if (worlds.Chance(2)) drawn.request.service = from.Draw();
      if (worlds.Chance(2)) drawn.request.method = from.Draw();
      if (!drawn.request.key_id.empty()) drawn.request.key_id = from.DrawNew();
      for (std::string& ca : drawn.request.cas) ca = from.DrawNew();
      if (drawn.request.cn) drawn.request.cn = from.DrawNew();
      drawn.id = from.DrawMaybe();
    };
    draw(texts);
    const RequestLine line = Build(drawn);
    EXPECT_EQ(Valid(ParseRequestLine(FormatRequestLine(line))), line);
    // What is not UTF-8 is replaced, and the line is one still.
    draw(bytes);
    const std::string text = FormatRequestLine(Build(drawn));
    EXPECT_TRUE(IsPrintable(text) && ParseRequestLine(text).ok()) << text;
    ++count;
  }
  EXPECT_TRUE(Covered("written request lines", count,
                      BySize<std::uint64_t>(300, 3'000, 30'000)));
}

}  // namespace
}  // namespace api_access
