// The report page: whatever the texts of an account are, they are text on it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api_access/access_map.h"
#include "api_access/account.h"
#include "api_access/page/access_picture.h"
#include "api_access/page/key_timeline.h"
#include "api_access/page/report_page.h"
#include "api_access/request.h"
#include "tests/fuzz/fuzz.h"
#include "tests/oracle/folders.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/worlds.h"
#include "tests/page/tags.h"

namespace api_access {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == ':';
}

// Reads a page as strictly as XML is read, without entities but those of the
// five characters of markup.
class Reader {
 public:
  explicit Reader(std::string_view page) : page_(page), left_(page) {}

  void Run() {
    if (!IsPrintableAscii(page_)) Refuse("not printable");
    Skip("<!DOCTYPE html>");
    while (!left_.empty()) {
      if (left_.front() != '<') {
        ReadText('<');
      } else if (left_.starts_with("</")) {
        Close();
      } else {
        Open();
      }
    }
    if (!open_.empty()) Refuse("not closed: " + open_.back());
  }

 private:
  [[noreturn]] void Refuse(const std::string& why) const {
    const std::size_t at = page_.size() - left_.size();
    Fail(why + " before `" + std::string(left_.substr(0, 100)) + "` after `" +
         std::string(page_.substr(at < 200 ? 0 : at - 200, 200)) + '`');
  }
  bool Skip(std::string_view text) {
    if (!left_.starts_with(text)) return false;
    left_.remove_prefix(text.size());
    return true;
  }
  void Expect(std::string_view text) {
    if (!Skip(text)) Refuse("expected " + std::string(text));
  }
  std::string ReadName() {
    std::size_t size = 0;
    while (size < left_.size() && IsNameCharacter(left_[size])) ++size;
    if (size == 0) Refuse("no name");
    const std::string name(left_.substr(0, size));
    left_.remove_prefix(size);
    return name;
  }

  // Text up to `end`, where each `&` is an entity.
  void ReadText(char end) {
    while (!left_.empty() && left_.front() != end) {
      if (left_.front() == '&') {
        if (!Skip("&amp;") && !Skip("&lt;") && !Skip("&gt;") &&
            !Skip("&quot;") && !Skip("&#39;")) {
          Refuse("a bare &");
        }
        continue;
      }
      if (left_.front() == '<' || left_.front() == '>') Refuse("markup");
      left_.remove_prefix(1);
    }
  }

  void Open() {
    Expect("<");
    const std::string name = ReadName();
    for (const std::string_view other :
         {"script", "iframe", "object", "embed", "link", "base", "form"}) {
      if (name == other) Refuse(name);
    }
    while (Skip(" ")) {
      const std::string attribute = ReadName();
      if (attribute.starts_with("on") || attribute == "src") {
        Refuse("the attribute " + attribute);
      }
      Expect("=\"");
      if (attribute == "href" && !left_.starts_with("#")) Refuse("a link");
      ReadText('"');
      Expect("\"");
    }
    if (Skip("/>")) return;
    Expect(">");
    if (name == "style") {
      // A constant, in which `>` is no markup.
      const std::size_t end = left_.find('<');
      left_.remove_prefix(end == left_.npos ? left_.size() : end);
    }
    open_.push_back(name);
  }
  void Close() {
    Expect("</");
    if (open_.empty() || ReadName() != open_.back()) Refuse("crossed elements");
    open_.pop_back();
    Expect(">");
  }

  std::string_view page_;
  std::string_view left_;
  std::vector<std::string> open_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Draw draw(data, size);
  const oracle::ReadFolder folder = draw.Account(4);
  const Account account = Build(folder, draw.Flag() ? draw.Text(40) : "");
  const Timestamp now = Instant(draw.Now());
  std::vector<NamedCaller> callers;
  for (std::size_t i = draw.Below(3); i > 0; --i) {
    callers.push_back({std::to_string(i) + draw.Text(20),
                       BuiltRequest(draw.Request(folder.account)).caller});
  }
  const Account other = Build(draw.Account(2), "");
  const bool has_other = draw.Flag();
  const auto page =
      ReportPage(account, now,
                 {.callers = callers, .against = has_other ? &other : nullptr});
  if (!page.ok()) {
    CheckMessage(page.status());
    return 0;
  }
  if (page->size() > kMaxPageBytes) Fail("a large page");
  Reader(*page).Run();
  Reader(AccessPicture(*MapAccess(account))).Run();
  Reader(KeyTimeline(account.access_keys(), now)).Run();
  return 0;
}

}  // namespace api_access
