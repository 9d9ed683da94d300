// api-access replay

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "api_access/json/usage_report.h"
#include "api_access/quote.h"
#include "api_access/usage.h"
#include "examples/account_folder/account_folder.h"
#include "examples/cli/commands.h"
#include "examples/cli/input.h"
#include "examples/cli/log.h"
#include "examples/cli/output.h"
#include "examples/log/log_reader.h"

namespace api_access::examples {
namespace {

constexpr Option kOptions[] = {
    {"--account"},
    {"--against"},
    {"--format"},
    {"--summary"},
    {"--ordinary", Option::kRepeated},
    {"--merge", Option::kFlag},
    {"--split"},
};

// What text reports list of one kind: JSON has all.
constexpr std::size_t kMostRows = 20;

absl::Status Refused(const std::string& message) {
  return absl::InvalidArgumentError(message);
}

// What is left of `rows` when a report shows the first.
std::string LeftOutText(std::size_t rows) {
  if (rows <= kMostRows) return "";
  return "  ... and " + std::to_string(rows - kMostRows) +
         " more: --format json has all\n";
}

std::string KeyText(const std::optional<std::string>& access_key_id) {
  return access_key_id ? Quote(*access_key_id) : "without access key";
}

std::string ExampleText(const LogExample& example) {
  return "first at " + FormatTimestamp(example.date) +
         (example.request_id ? ", request " + Quote(*example.request_id) : "");
}

std::string CallersText(const UsageSummary::Callers& callers) {
  std::vector<std::vector<std::string>> rows;
  for (const auto* row : ByCount(callers)) {
    if (rows.size() == kMostRows) break;
    const auto& [caller, group] = *row;
    rows.push_back({std::to_string(group.count), KeyText(caller.access_key_id),
                    Quote(caller.method), ExampleText(group.first)});
  }
  return AlignColumns(rows, "  ") + LeftOutText(callers.size());
}

std::string EntriesText(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

// A line that says how many of `all` are unused, then `names`.
std::string UnusedText(const std::string& what, std::size_t all,
                       const std::vector<std::string>& names) {
  std::string text = what + ": " + std::to_string(names.size()) + " of " +
                     std::to_string(all) + " not seen in this log\n";
  for (std::size_t i = 0; i < std::min(names.size(), kMostRows); ++i) {
    text += "  " + names[i] + '\n';
  }
  return text + LeftOutText(names.size());
}

std::string UnusedText(const UsageSummary& summary) {
  const auto is_unused = [](const UsageSummary::Uses& uses) {
    return uses.alone == 0 && uses.among == 0;
  };
  std::vector<std::string> keys;
  for (const UsageSummary::Key& key : summary.keys) {
    if (key.count == 0) keys.push_back(Quote(key.id));
  }
  std::vector<std::string> rules;
  for (const UsageSummary::Rule& rule : summary.rules) {
    if (is_unused(rule.uses)) rules.push_back(Quote(rule.id));
  }
  std::vector<std::string> ranges;
  for (const UsageSummary::Range& range : summary.ranges) {
    if (is_unused(range.uses)) {
      ranges.push_back(range.range.ToString() + " of " + Quote(range.rule_id));
    }
  }
  return UnusedText("Access keys", summary.keys.size(), keys) +
         UnusedText("Rules", summary.rules.size(), rules) +
         UnusedText("IP ranges", summary.ranges.size(), ranges);
}

std::string SurprisesText(const UsageSummary& summary) {
  const std::uint64_t count = SurprisesOf(summary);
  std::string text = "Surprises: " + EntriesText(count) +
                     " that the provider let pass and this account denies\n";
  if (count == 0) return text;
  text +=
      "  The account has changed since, the API is newer than this catalogue "
      "(see\n"
      "  --ordinary), or api-access is wrong.\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& [reason, group] : summary.surprises) {
    rows.push_back({std::to_string(group.count), std::string(ToString(reason)),
                    ExampleText(group.first)});
  }
  return text + AlignColumns(rows, "  ");
}

std::string NotJudgedText(const UsageSummary& summary) {
  std::string text = "Not judged: " + EntriesText(NotJudgedOf(summary)) + '\n';
  std::vector<std::vector<std::string>> rows;
  for (const NotJudgedReason reason : kAllNotJudgedReasons) {
    const std::uint64_t count =
        summary.not_judged[static_cast<std::size_t>(reason)];
    if (count == 0) continue;
    rows.push_back({std::to_string(count), std::string(ToString(reason))});
  }
  return text + AlignColumns(rows, "  ");
}

std::string ReportText(const UsageSummary& summary) {
  std::string text = std::string(kWhatLogsLack) + '\n';
  const auto verdicts = [&](PossibleVerdict verdict) {
    return std::to_string(summary.verdicts[static_cast<std::size_t>(verdict)]);
  };
  text += "Log: " + EntriesText(summary.entries);
  if (summary.window) {
    text += " from " + FormatTimestamp(summary.window->from) + " to " +
            FormatTimestamp(summary.window->to);
  } else {
    text += ", none with a date: it tells nothing";
  }
  text += "\n  " + verdicts(PossibleVerdict::kAllow) + " allowed, " +
          verdicts(PossibleVerdict::kDepends) +
          " depending on the certificate or the login, " +
          verdicts(PossibleVerdict::kDeny) + " denied\n";
  if (summary.key_gone > 0) {
    text +=
        "  Of these, " + std::to_string(summary.key_gone) +
        " by access keys that the account does not have, judged as usable\n";
  }
  text += SurprisesText(summary);
  if (summary.against) {
    text += "Broken by the second account: " +
            EntriesText(CountOf(summary.broken)) + '\n' +
            CallersText(summary.broken) +
            "At risk, depending on the certificate: " +
            EntriesText(CountOf(summary.at_risk)) + '\n' +
            CallersText(summary.at_risk);
  }
  return text + UnusedText(summary) + NotJudgedText(summary);
}

// A file that is whole as soon as it has its name. Others may make one of this
// name meanwhile, as where an engine runs a job again that has not ended.
class NewFile {
 public:
  // Refuses a name that cannot be had, before there is anything to write.
  static absl::StatusOr<NewFile> Create(const std::string& name) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(name, error);
    if (std::filesystem::exists(status) &&
        !std::filesystem::is_regular_file(status)) {
      return Refused(Escape(name) + ": expected a new or a regular file");
    }
    NewFile file;
    file.name_ = name;
    file.unfinished_ = name + ".tmp-" + std::to_string(std::random_device()());
    file.stream_.open(file.unfinished_, std::ios::binary);
    if (!file.stream_) return file.Failed();
    return file;
  }

  NewFile(NewFile&&) = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() {
    if (!stream_.is_open()) return;
    stream_.close();
    Remove();
  }

  absl::Status Write(const std::string& text) {
    stream_ << text;
    stream_.close();
    std::error_code error;
    if (stream_) std::filesystem::rename(unfinished_, name_, error);
    if (stream_ && !error) return absl::OkStatus();
    Remove();
    return Failed();
  }

 private:
  NewFile() = default;

  absl::Status Failed() const {
    return Refused(Escape(name_) + ": the file cannot be written");
  }
  void Remove() const {
    std::error_code ignored;
    std::filesystem::remove(unfinished_, ignored);
  }

  std::string name_;
  std::string unfinished_;
  std::ofstream stream_;
};

// The file for a summary, where one is asked for.
absl::StatusOr<std::optional<NewFile>> SummaryFile(const Options& options) {
  if (!options.Has("--summary")) return std::nullopt;
  const auto name = options.Required("--summary");
  if (!name.ok()) return name.status();
  auto file = NewFile::Create(*name);
  if (!file.ok()) return file.status();
  return *std::move(file);
}

// Writes the summary into `file`, if there is one, prints the report and
// returns the exit status.
absl::StatusOr<int> Finish(std::optional<NewFile> file,
                           const Terminal& terminal, Format format,
                           const UsageSummary& summary) {
  if (file) {
    const absl::Status written =
        file->Write(FormatUsageSummary(summary) + '\n');
    if (!written.ok()) return written;
  }
  if (format == Format::kJson) {
    terminal.out << UsageReportJson(summary) << '\n';
  } else {
    terminal.out << ReportText(summary);
  }
  return summary.broken.empty() ? kOk : kNegative;
}

// Refuses options that `with` makes meaningless.
absl::Status ExpectNone(const Options& options, std::string_view with,
                        const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) {
    if (options.Has(name)) {
      return OptionError(with, "expected it without " + std::string(name));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RunMerge(const Options& options, const Terminal& terminal) {
  const absl::Status alone = ExpectNone(
      options, "--merge", {"--account", "--against", "--ordinary", "--split"});
  if (!alone.ok()) return alone;
  const auto format = options.FormatOr(Format::kText, std::nullopt);
  if (!format.ok()) return format.status();
  auto file = SummaryFile(options);
  if (!file.ok()) return file.status();
  std::optional<UsageSummary> all;
  for (const std::string& name : options.operands()) {
    const auto text = ReadTextFile(name);
    if (!text.ok()) return text.status();
    auto summary = ParseUsageSummary(*text);
    absl::Status status = summary.status();
    if (status.ok()) status = AddSummary(*std::move(summary), all);
    if (!status.ok()) {
      return Refused(Escape(name) + ": " + MessageOf(status));
    }
  }
  if (!all) return OptionError("--merge", "expected summaries, got none");
  return Finish(*std::move(file), terminal, *format, *all);
}

// The folder into which a log is cut, and the files in it.
class Parts {
 public:
  // Refuses a folder with files: parts of another log would be read with these.
  static absl::StatusOr<Parts> Open(const std::string& folder,
                                    std::size_t count) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error || !std::filesystem::is_empty(folder, error) || error) {
      return Refused(Escape(folder) + ": expected an empty or new folder");
    }
    Parts parts;
    const std::size_t width = std::to_string(count).size();
    for (std::size_t i = 1; i <= count; ++i) {
      std::string number = std::to_string(i);
      number.insert(0, width - number.size(), '0');
      parts.names_.push_back(std::filesystem::path(folder) /
                             ("part-" + number + ".jsonl"));
      parts.files_.emplace_back(parts.names_.back(), std::ios::binary);
    }
    return parts;
  }

  // Adds an entry to the next file.
  void Add(std::string_view text) {
    line_ = text;
    // Within an entry they can only be between its tokens.
    std::ranges::replace_if(
        line_, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    line_ += '\n';
    files_[next_].write(line_.data(),
                        static_cast<std::streamsize>(line_.size()));
    next_ = (next_ + 1) % files_.size();
  }
  absl::Status Close() {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      files_[i].close();
      if (!files_[i]) {
        return Refused(Escape(names_[i].string()) +
                       ": the file cannot be written");
      }
    }
    return absl::OkStatus();
  }
  void Remove() {
    files_.clear();
    std::error_code ignored;
    for (const auto& name : names_) std::filesystem::remove(name, ignored);
  }

 private:
  std::vector<std::filesystem::path> names_;
  std::vector<std::ofstream> files_;
  std::string line_;
  std::size_t next_ = 0;
};

absl::StatusOr<int> RunSplit(const Options& options, const Terminal& terminal) {
  const absl::Status alone = ExpectNone(options, "--split",
                                        {"--account", "--against", "--ordinary",
                                         "--format", "--summary", "--merge"});
  if (!alone.ok()) return alone;
  // All files are open at a time.
  constexpr std::int64_t kMostParts = 500;
  const auto count = options.Integer("--split", 0);
  if (!count.ok()) return count.status();
  if (*count < 1 || *count > kMostParts) {
    return OptionError("--split", "expected a number from 1 to " +
                                      std::to_string(kMostParts) + ", got " +
                                      std::to_string(*count));
  }
  std::vector<std::string> logs = options.operands();
  if (logs.empty()) {
    return OptionError("--split", "expected a folder after the number");
  }
  const std::string folder = logs.front();
  logs.erase(logs.begin());
  auto parts = Parts::Open(folder, static_cast<std::size_t>(*count));
  if (!parts.ok()) return parts.status();
  // Parts of a log that is read twice would look like those of two logs.
  std::set<std::string> digests;
  absl::Status status = ReadLogs(
      terminal, std::move(logs),
      [&](const LogEntry&, std::string_view text) { parts->Add(text); },
      [&](const LogRead& read) {
        return read.entries == 0 || digests.insert(read.digest).second
                   ? absl::OkStatus()
                   : Refused("expected each log once, got it twice");
      });
  if (status.ok()) status = parts->Close();
  if (!status.ok()) {
    parts->Remove();
    return status;
  }
  return kOk;
}

absl::StatusOr<int> RunReplay(const Options& options,
                              const Terminal& terminal) {
  const auto input = ReadInput(options, terminal, Format::kText);
  if (!input.ok()) return input.status();
  const auto against = ReadAgainst(options, terminal);
  if (!against.ok()) return against.status();
  auto file = SummaryFile(options);
  if (!file.ok()) return file.status();
  const auto summary =
      SummarizeLogs(terminal, options.operands(), input->account,
                    *against ? &**against : nullptr, input->catalogue);
  if (!summary.ok()) return summary.status();
  return Finish(*std::move(file), terminal, input->format, *summary);
}

absl::StatusOr<int> Run(const Options& options, const Terminal& terminal) {
  if (options.Has("--merge")) return RunMerge(options, terminal);
  if (options.Has("--split")) return RunSplit(options, terminal);
  return RunReplay(options, terminal);
}

}  // namespace

constinit const Command kReplay = {
    .name = "replay",
    .options = kOptions,
    .operand = "",
    .has_many_operands = true,
    .help =
        R"(api-access replay --account DIR [--against DIR2] [--format text|json]
            [--summary FILE] [--ordinary SERVICE:NAME]... [LOG...]
api-access replay --merge [--format text|json] [--summary FILE] SUMMARY...
api-access replay --split N DIR [LOG...]
  Judges each entry of the provider's call log at its own date, over every
  certificate that it may have had: which calls DIR2 would break and put at
  risk, and which access keys, rules and IP ranges of DIR are not seen in this
  log. A log never tells what a change would newly let in. Each LOG, by default
  the standard input, is what octl iaas api ReadApiLogs prints, one page or
  several one after the other, a list of entries, or entries one a line. It is
  read as a stream, and may be of any size.
  --ordinary declares a method that the catalogue lacks.
  --summary writes what a part of a log tells. --merge makes one report of such
  parts, the same as of all logs in one run. --split cuts logs into N files of
  lines in the new folder DIR, which can be replayed anywhere. A log that is
  read twice, and parts of other accounts, are refused; logs that overlap count
  twice.
  Exit status: 0, or 1 if DIR2 would break a call, or 2 if an option, an account
  or a LOG cannot be used.

  Example:
    api-access replay --account examples/accounts/trusted \
      --against examples/accounts/ready examples/accounts/trusted/log.json
)",
    .run = &Run,
};

}  // namespace api_access::examples
