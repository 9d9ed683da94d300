#include "tests/oracle/folders.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_access/quote.h"
#include "gtest/gtest.h"
#include "tests/oracle/worlds.h"
#include "tests/support.h"

namespace api_access {
namespace {

constexpr std::string_view kKeysPrefix = "ReadAccessKeys.";
constexpr std::string_view kSuffix = ".json";

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Which files lack which fields in the account, quoted.
using LeftOut = std::set<std::pair<std::string, std::string>>;

// Returns true if `notes`, such as `ReadCas.json and 2 more: $: the field `New`
// is ignored, ...`, are about these fields and no others, each about a file
// that has it and together about as many files, at least: a field may be left
// out at several places.
bool AreAbout(const std::vector<std::string>& notes, const LeftOut& left_out) {
  std::map<std::string, std::size_t> files;  // by field
  for (const auto& [file, field] : left_out) ++files[field];
  std::map<std::string, std::size_t> told;
  for (const std::string& note : notes) {
    std::string file = note.substr(0, note.find(": "));
    std::size_t count = 1;
    if (const std::size_t and_more = file.find(" and ");
        and_more != std::string::npos) {
      count += std::stoul(file.substr(and_more + 5));
      file.resize(and_more);
    }
    const std::string front = ": the field ";
    const std::size_t at = note.find(front);
    const std::size_t end = note.find(" is ignored, ");
    std::string field = Quote("CaFingerprint");
    if (at != std::string::npos && end != std::string::npos) {
      const std::size_t begin = at + front.size();
      field = note.substr(begin, end - begin);
    } else if (!Has(note, ".CaFingerprint of CA `") ||
               !note.ends_with("; it is left out")) {
      return false;
    }
    if (!left_out.contains({file, field})) return false;
    told[field] += count;
  }
  return std::ranges::equal(
      files, told, [](const auto& expected, const auto& got) {
        return expected.first == got.first && expected.second <= got.second;
      });
}

// The first difference between what both read, or none.
std::string Difference(const ParsedAccount& parsed,
                       const oracle::ReadFolder& read) {
  const std::string& doubt = parsed.account.users_doubt();
  const Account expected = Build(read, doubt);
  if (parsed.account != expected) {
    return parsed.account.ToString() + "\nexpected: " + expected.ToString();
  }
  const auto is_named = [&](const std::string& reason) {
    const bool is_own_word = reason == "ReadUsers.json" ||
                             reason == "HasMoreItems" || reason == "envelope";
    return Has(doubt, is_own_word ? reason : Quote(reason));
  };
  if (read.doubts.empty() ? !doubt.empty()
                          : std::ranges::none_of(read.doubts, is_named)) {
    return "another doubt: " + doubt;
  }
  LeftOut left_out;
  for (const auto& [file, field] : read.left_out) {
    left_out.insert({file, Quote(field)});
  }
  if (AreAbout(parsed.notes, left_out)) return "";
  std::string text = "other notes:";
  for (const std::string& note : parsed.notes) text += '\n' + note;
  return text;
}

std::string Describe(const oracle::Folder& folder, const std::string& changed) {
  std::string text;
  for (const auto& [name, content] : folder) {
    if (changed.empty() || name == changed) {
      text += name + ": " + content + '\n';
    }
  }
  return text;
}

}  // namespace

AccountAnswers AnswersOf(const oracle::Folder& folder) {
  AccountAnswers answers;
  for (const auto& [name, text] : folder) {
    const Answer answer = {.text = text, .name = name};
    if (name == "ReadAccessKeys.json") {
      answers.access_keys = answer;
    } else if (name == "ReadApiAccessRules.json") {
      answers.rules = answer;
    } else if (name == "ReadApiAccessPolicy.json") {
      answers.policy = answer;
    } else if (name == "ReadUsers.json") {
      answers.users = answer;
    } else if (name == "ReadCas.json") {
      answers.cas = answer;
    } else {
      answers.access_keys_by_user[name.substr(
          kKeysPrefix.size(),
          name.size() - kKeysPrefix.size() - kSuffix.size())] = answer;
    }
  }
  return answers;
}

oracle::Folder FolderOf(const AccountAnswers& answers) {
  oracle::Folder folder;
  const auto add = [&](const Answer& answer) {
    EXPECT_TRUE(folder.emplace(answer.name, answer.text).second) << answer.name;
  };
  add(answers.access_keys);
  add(answers.rules);
  add(answers.policy);
  if (answers.users) add(*answers.users);
  if (answers.cas) add(*answers.cas);
  for (const auto& [user, answer] : answers.access_keys_by_user) add(answer);
  return folder;
}

Account Build(const oracle::ReadFolder& folder, std::string users_doubt) {
  Account::Fields fields = Build(folder.account).fields();
  fields.users_doubt = std::move(users_doubt);
  for (ApiAccessRule& rule : fields.rules) {
    ApiAccessRule::Fields described = rule.fields();
    described.description = folder.descriptions.at(rule.id());
    rule = Valid(ApiAccessRule::Create(std::move(described)));
  }
  for (AccessKey& key : fields.access_keys) {
    AccessKey::Fields described = key.fields();
    described.tag = folder.tags.at(key.id());
    described.creation_date = InstantOf(folder.creations.at(key.id()));
    key = Valid(AccessKey::Create(std::move(described)));
  }
  if (folder.cas) {
    fields.cas.emplace();
    for (const auto& [id, fingerprint] : *folder.cas) {
      fields.cas->push_back(
          Valid(Ca::Create({.id = id, .fingerprint = fingerprint})));
    }
  }
  return Valid(Account::Create(std::move(fields)));
}

RequestLine Build(const oracle::RequestLine& line) {
  RequestLine built = {.service = line.request.service,
                       .method = line.request.method,
                       .caller = BuiltRequest(line.request).caller,
                       .id = line.id};
  if (line.has_certificate) {
    built.caller.certificate = Certificate(line.request.cas, line.request.cn);
  }
  if (line.now) built.now = Instant(*line.now);
  return built;
}

Account AsReadBack(const Account& account, const std::string& users_doubt) {
  Account::Fields fields = account.fields();
  std::ranges::stable_sort(fields.access_keys, {}, [](const AccessKey& key) {
    return key.user_name().value_or("");
  });
  std::ranges::sort(fields.users_without_keys_read);
  fields.users_doubt = users_doubt;
  return Valid(Account::Create(std::move(fields)));
}

bool IsPrintable(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool FolderComparison::Compare(const oracle::Folder& folder,
                               const std::string& changed) {
  std::string cause;
  const auto read = oracle::Read(folder, cause);
  const auto parsed = ParseAccount(AnswersOf(folder));
  const auto fail = [&](const std::string& why) {
    ADD_FAILURE() << why << '\n' << Describe(folder, changed);
    return false;
  };
  if (parsed.ok() != read.has_value()) {
    return fail(parsed.ok() ? "was accepted" : Message(parsed.status()));
  }
  if (parsed.ok()) {
    ++accepted_;
    message_.clear();
    const std::string difference = Difference(*parsed, *read);
    return difference.empty() || fail(difference);
  }
  ++refused_;
  message_ = Message(parsed.status());
  // Causes are compared where there can be but one.
  bool is_clear = !message_.empty() && IsPrintable(message_);
  if (changed.empty()) {
    is_clear &= folder.contains(message_.substr(0, message_.find(": ")));
  } else {
    is_clear &= Has(message_, changed) && Has(message_, cause) &&
                (cause == "error answer") == Has(message_, "error answer");
    if (!cause.empty()) ++causes_[cause];
  }
  return is_clear || fail("unclear: " + message_ + "; expected: " + cause);
}

void FolderComparison::Print() const {
  std::cout << accepted_ << " accepted, " << refused_ << " refused";
  for (const auto& [cause, count] : causes_) {
    std::cout << ", " << count << ' ' << cause;
  }
  std::cout << '\n';
}

}  // namespace api_access
