#include "examples/cli/log.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "api_access/json/account_answers.h"
#include "api_access/quote.h"
#include "api_access/timestamp.h"
#include "examples/cli/options.h"

namespace api_access::examples {
namespace {

constexpr std::string_view kStandardInput = "-";

absl::Status Refused(const std::string& message) {
  return absl::InvalidArgumentError(message);
}

// Shows on a terminal how far a log has been read.
class Progress {
 public:
  // `total` is the size of all logs in bytes, where it is known.
  Progress(const Terminal& terminal, std::optional<std::uint64_t> total)
      : terminal_(terminal), total_(total) {
    if (terminal_.err_is_terminal) begin_ = shown_ = terminal_.clock();
  }

  void Show(const LogRead& read) {
    if (!terminal_.err_is_terminal) return;
    constexpr auto kPause = std::chrono::milliseconds(500);
    const Timestamp now = terminal_.clock();
    if (now - shown_ < kPause) return;
    shown_ = now;
    const std::chrono::duration<double> elapsed = now - begin_;
    const auto bytes = static_cast<double>(bytes_ + read.bytes);
    const auto entries = static_cast<double>(entries_ + read.entries);
    terminal_.err << '\r' << Megabytes(bytes);
    if (total_) {
      terminal_.err << " of " << Megabytes(static_cast<double>(*total_));
    }
    terminal_.err << ", " << entries_ + read.entries << " entries, "
                  << static_cast<std::uint64_t>(entries / elapsed.count())
                  << "/s";
    if (total_ && bytes > 0) {
      const double left =
          elapsed.count() * (static_cast<double>(*total_) - bytes) / bytes;
      terminal_.err << ", " << static_cast<std::int64_t>(std::max(left, 0.0))
                    << " s left";
    }
    terminal_.err << kClearLine << std::flush;
    is_shown_ = true;
  }
  // One log is read.
  void Finish(const LogRead& read) {
    bytes_ += read.bytes;
    entries_ += read.entries;
  }
  // Nothing of it stays.
  void Clear() {
    if (is_shown_) terminal_.err << '\r' << kClearLine << std::flush;
    is_shown_ = false;
  }

 private:
  static constexpr std::string_view kClearLine = "\x1b[K";

  static std::string Megabytes(double bytes) {
    return std::to_string(static_cast<std::uint64_t>(bytes / 1e6)) + " MB";
  }

  const Terminal& terminal_;
  const std::optional<std::uint64_t> total_;
  Timestamp begin_;
  Timestamp shown_;
  bool is_shown_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t entries_ = 0;
};

// The size of all files; nothing when one has none, such as a pipe.
std::optional<std::uint64_t> SizeOf(const std::vector<std::string>& logs) {
  std::uint64_t sum = 0;
  for (const std::string& log : logs) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(log, error)) return std::nullopt;
    sum += std::filesystem::file_size(log, error);
    if (error) return std::nullopt;
  }
  return sum;
}

// Refuses a log that cannot be read before time is spent on the others. Does
// not open pipes, as that can be done only once.
absl::Status CheckLogs(const std::vector<std::string>& logs) {
  for (const std::string& log : logs) {
    if (log == kStandardInput) continue;
    std::error_code error;
    const auto status = std::filesystem::status(log, error);
    if (std::filesystem::is_directory(status)) {
      return Refused(Escape(log) + ": expected a log, got a folder");
    }
    if (!std::filesystem::exists(status) ||
        (std::filesystem::is_regular_file(status) && !std::ifstream(log))) {
      return Refused(Escape(log) + ": the file cannot be read");
    }
  }
  return absl::OkStatus();
}

// A name that equal accounts have alone: a digest of the answers that it would
// be read from.
absl::StatusOr<std::string> NameOf(const Account& account) {
  const auto answers = FormatAccount(account);
  if (!answers.ok()) return answers.status();
  std::string text;
  const auto add = [&](const Answer& answer) {
    text += answer.name + '\n' + answer.text + '\n';
  };
  add(answers->access_keys);
  for (const auto& [user, answer] : answers->access_keys_by_user) add(answer);
  add(answers->rules);
  add(answers->policy);
  if (answers->users) add(*answers->users);
  if (answers->cas) add(*answers->cas);
  return DigestOf(text);
}

}  // namespace

absl::Status ReadLogs(
    const Terminal& terminal, std::vector<std::string> logs,
    const std::function<void(const LogEntry&, std::string_view)>& visit,
    const std::function<absl::Status(const LogRead&)>& finish) {
  if (logs.empty()) logs.emplace_back(kStandardInput);
  const absl::Status checked = CheckLogs(logs);
  if (!checked.ok()) return checked;
  Progress progress(terminal, SizeOf(logs));
  const LogVisitor visitor = {
      .entry = visit,
      .progress = [&](const LogRead& read) { progress.Show(read); }};
  for (const std::string& log : logs) {
    const bool is_file = log != kStandardInput;
    std::ifstream file;
    if (is_file) {
      file.open(log, std::ios::binary);
      if (!file) return Refused(Escape(log) + ": the file cannot be read");
    }
    const auto read = ReadLog(is_file ? file : terminal.in, visitor);
    progress.Clear();
    const auto named = [&](const absl::Status& status) {
      return Refused((is_file ? Escape(log) : "standard input") + ": " +
                     MessageOf(status));
    };
    if (!read.ok()) return named(read.status());
    progress.Finish(*read);
    if (read->has_more) {
      terminal.err << "note: " << (is_file ? Escape(log) : "standard input")
                   << ": its last answer has a NextPageToken: the log goes "
                      "on, but not here\n";
    }
    const absl::Status finished = finish(*read);
    if (!finished.ok()) return named(finished);
  }
  return absl::OkStatus();
}

absl::Status AddSummary(UsageSummary added, std::optional<UsageSummary>& all) {
  if (!all) {
    all = std::move(added);
    return absl::OkStatus();
  }
  auto merged = Merge(*std::move(all), added);
  if (!merged.ok()) return merged.status();
  all = *std::move(merged);
  return absl::OkStatus();
}

absl::StatusOr<UsageSummary> SummarizeLogs(const Terminal& terminal,
                                           std::vector<std::string> logs,
                                           const Account& account,
                                           const Account* against,
                                           const MethodCatalogue& catalogue) {
  auto name = NameOf(account);
  if (!name.ok()) return name.status();
  UsageRecorder::Fields fields = {.account = account,
                                  .account_name = *std::move(name),
                                  .against = against,
                                  .catalogue = catalogue};
  if (against != nullptr) {
    auto against_name = NameOf(*against);
    if (!against_name.ok()) return against_name.status();
    fields.against_name = *std::move(against_name);
  }
  auto recorder = UsageRecorder::Create(std::move(fields));
  if (!recorder.ok()) return recorder.status();
  std::optional<UsageSummary> all;
  const absl::Status status = ReadLogs(
      terminal, std::move(logs),
      [&](const LogEntry& entry, std::string_view) { recorder->Record(entry); },
      [&](const LogRead& read) {
        return AddSummary(recorder->Take(read.digest), all);
      });
  if (!status.ok()) return status;
  return *std::move(all);
}

}  // namespace api_access::examples
