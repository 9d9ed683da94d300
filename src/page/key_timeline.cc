#include "api_access/page/key_timeline.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>

#include "api_access/page/access_picture.h"
#include "src/account/lifetime.h"
#include "src/page/picture.h"
#include "src/page/pictures.h"
#include "src/page/words.h"

namespace api_access {
namespace {

using internal::Fill;
using internal::kWholeLine;
using std::chrono::days;
using std::chrono::milliseconds;

// Where the sections of the line end, but for the last one. A year is one of
// 365 days.
constexpr std::array<milliseconds, 6> kEnds = {
    std::chrono::hours(1), days(1), days(7), days(30), days(365), days(3650)};

// The share of the line that lasts `remaining` milliseconds. The last section
// is for all that is later: half of it, so that it is not taken for never.
std::uint64_t ShareOf(std::uint64_t remaining) {
  constexpr std::uint64_t kSection = kWholeLine / (kEnds.size() + 1);
  std::uint64_t begin = 0;
  std::uint64_t share = 0;
  for (const milliseconds duration : kEnds) {
    const auto end = static_cast<std::uint64_t>(duration.count());
    if (remaining <= end) {
      return share + (remaining - begin) * kSection / (end - begin);
    }
    begin = end;
    share += kSection;
  }
  return share + kSection / 2;
}

std::string UntilText(const AccessKey& key) {
  return key.expiration() ? FormatTimestamp(*key.expiration()) : "never";
}

}  // namespace

namespace internal {

Html DrawKeys(const std::vector<AccessKey>& keys, Timestamp now) {
  std::vector<const AccessKey*> by_end;
  for (const AccessKey& key : keys) by_end.push_back(&key);
  std::ranges::sort(by_end, {}, [&](const AccessKey* key) {
    return std::tuple(key->IsExpiredAt(now), !key->expiration(),
                      key->expiration().value_or(Timestamp()), key->id());
  });
  const std::size_t shown = std::min(kMaxPictureMarks, by_end.size());

  internal::Picture picture("key-timeline");
  picture.AddSample(Fill::kPlain, "ACTIVE");
  picture.AddSample(Fill::kStripes, "INACTIVE");
  picture.AddSample(Fill::kDots, "expired");
  picture.AddScale({"now", "1 h", "1 d", "7 d", "30 d", "1 y", "10 y"});
  for (const AccessKey* key : std::span(by_end).first(shown)) {
    const std::string id = internal::ShownId(key->id());
    const std::string state(ToString(key->state()));
    const bool expired = key->IsExpiredAt(now);
    const std::string end =
        key->expiration()
            ? (expired ? "expired at " : "until ") + UntilText(*key)
            : "never expires";
    picture.AddId(id);
    picture.AddText(state + ", " + end);
    picture.AddMark(
        {.fill = expired                                   ? Fill::kDots
                 : key->state() == AccessKeyState::kActive ? Fill::kPlain
                                                           : Fill::kStripes,
         .begin = 0,
         .width = key->expiration() ? ShareOf(internal::RemainingLifetime(
                                          *key->expiration(), now))
                                    : kWholeLine,
         .title = id + ", " + state + ", " + end},
        {{"data-key", id},
         {"data-state", state},
         {"data-until", UntilText(*key)}});
  }
  const std::size_t left_out = by_end.size() - shown;
  if (left_out > 0) {
    picture.AddText("and " + internal::Count(left_out, "key") +
                    " more, left out");
  }
  return picture.Finish("Access keys: when each expires", left_out);
}

}  // namespace internal

std::string KeyTimeline(const std::vector<AccessKey>& keys, Timestamp now) {
  return internal::DrawKeys(keys, now).text();
}

}  // namespace api_access
