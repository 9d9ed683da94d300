#include "examples/account_folder/account_folder.h"

#include <array>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "api_access/quote.h"

namespace api_access::examples {
namespace {

// Some hundred thousand rules.
constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;

constexpr std::string_view kKeysPrefix = "ReadAccessKeys.";
constexpr std::string_view kSuffix = ".json";

// A link to nothing is there, too: it must not read as an absent file.
bool IsThere(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() !=
         std::filesystem::file_type::not_found;
}

// What `path` leads to where it is known not to be a regular file, else empty.
std::string_view OtherKind(const std::filesystem::path& path) {
  std::error_code error;
  switch (std::filesystem::status(path, error).type()) {
    case std::filesystem::file_type::not_found:
      return IsThere(path) ? "a link to nothing" : "";
    case std::filesystem::file_type::directory:
      return "a folder";
    case std::filesystem::file_type::fifo:
      return "a pipe";
    case std::filesystem::file_type::socket:
      return "a socket";
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::character:
      return "a device";
    default:
      return "";
  }
}

absl::StatusOr<Answer> ReadAnswer(const std::filesystem::path& path) {
  auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  return Answer{.text = *std::move(text), .name = Escape(path.string())};
}

// `ReadAccessKeys.<UserName>.json` -> UserName.
std::optional<std::string> UserNameOf(std::string_view file_name) {
  if (file_name.size() < kKeysPrefix.size() + kSuffix.size() ||
      !file_name.starts_with(kKeysPrefix) || !file_name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  file_name.remove_prefix(kKeysPrefix.size());
  file_name.remove_suffix(kSuffix.size());
  return std::string(file_name);
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::filesystem::path& path) {
  const std::string name = Escape(path.string());
  // A pipe would be waited for, and a device may never end.
  const std::string_view kind = OtherKind(path);
  if (!kind.empty()) {
    return absl::NotFoundError(name + ": expected a regular file, got " +
                               std::string(kind));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> block;
  while (text.size() <= kMaxFileBytes &&
         (file.read(block.data(), block.size()), file.gcount() > 0)) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(name + ": expected a file to read");
  }
  if (text.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(name + ": expected a file of at most " +
                                      std::to_string(kMaxFileBytes >> 20) +
                                      " MiB, got a larger one");
  }
  return text;
}

absl::StatusOr<ParsedAccount> ReadAccountFolder(
    const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  if (error) {
    return absl::NotFoundError(Escape(folder.string()) +
                               ": expected a folder to list");
  }
  AccountAnswers answers;
  std::string missing;
  for (const auto& [call, answer] :
       {std::pair("ReadAccessKeys", &answers.access_keys),
        std::pair("ReadApiAccessRules", &answers.rules),
        std::pair("ReadApiAccessPolicy", &answers.policy)}) {
    const std::string file = std::string(call) + std::string(kSuffix);
    if (!IsThere(folder / file)) {
      missing += (missing.empty() ? "" : ", ") + file + " (octl iaas api " +
                 call + ")";
      continue;
    }
    auto read = ReadAnswer(folder / file);
    if (!read.ok()) return read.status();
    *answer = *std::move(read);
  }
  if (!missing.empty()) {
    return absl::NotFoundError(
        Escape(folder.string()) +
        ": these files are missing, each with the answer "
        "of its call: " +
        missing);
  }
  for (const auto& [file, answer] :
       {std::pair("ReadUsers.json", &answers.users),
        std::pair("ReadCas.json", &answers.cas)}) {
    if (!IsThere(folder / file)) continue;
    auto read = ReadAnswer(folder / file);
    if (!read.ok()) return read.status();
    *answer = *std::move(read);
  }
  for (auto entry = begin(entries); !error && entry != end(entries);
       entry.increment(error)) {
    const auto user_name = UserNameOf(entry->path().filename().string());
    if (!user_name) continue;
    auto read = ReadAnswer(entry->path());
    if (!read.ok()) return read.status();
    if (user_name->empty()) {
      return absl::InvalidArgumentError(
          read->name + ": expected a user name in the name of the file");
    }
    answers.access_keys_by_user.emplace(*user_name, *std::move(read));
  }
  if (error) {
    return absl::NotFoundError(Escape(folder.string()) +
                               ": expected a folder to list");
  }
  return ParseAccount(answers);
}

absl::Status CheckNewFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (!IsThere(folder)) {
    const std::filesystem::path parent =
        folder.has_filename() ? folder.parent_path()
                              : folder.parent_path().parent_path();
    if (parent.empty() || std::filesystem::is_directory(parent, error)) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        Escape(folder.string()) +
        ": expected it in a folder that is there, there is no folder " +
        Quote(parent.string()));
  }
  if (std::filesystem::is_directory(folder, error) &&
      std::filesystem::is_empty(folder, error) && !error) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      Escape(folder.string()) + ": expected nothing or an empty folder there");
}

absl::Status WriteAccountFolder(const Account& account,
                                const std::filesystem::path& folder) {
  const auto answers = FormatAccount(account);
  if (!answers.ok()) return answers.status();
  absl::Status status = CheckNewFolder(folder);
  if (!status.ok()) return status;

  std::vector<const Answer*> files = {&answers->access_keys, &answers->rules,
                                      &answers->policy};
  for (const auto& [user, answer] : answers->access_keys_by_user) {
    files.push_back(&answer);
  }
  if (answers->users) files.push_back(&*answers->users);
  if (answers->cas) files.push_back(&*answers->cas);

  std::error_code error;
  const bool is_new = std::filesystem::create_directory(folder, error);
  std::vector<std::filesystem::path> written;
  for (const Answer* answer : files) {
    const std::filesystem::path path = folder / answer->name;
    std::ofstream file(path, std::ios::binary);
    written.push_back(path);
    file << answer->text << '\n';
    if (file.flush()) continue;
    for (const std::filesystem::path& partial : written) {
      std::filesystem::remove(partial, error);
    }
    if (is_new) std::filesystem::remove(folder, error);
    return absl::UnavailableError(Escape(path.string()) +
                                  ": expected to write this file");
  }
  return absl::OkStatus();
}

}  // namespace api_access::examples
