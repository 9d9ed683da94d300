// The access keys of an account on a time line.

#ifndef API_ACCESS_PAGE_KEY_TIMELINE_H_
#define API_ACCESS_PAGE_KEY_TIMELINE_H_

#include <string>
#include <vector>

#include "api_access/access_key.h"
#include "api_access/timestamp.h"

namespace api_access {

// Draws, as AccessPicture does, how long each of `keys` still lives at `now`:
// those that end first come first, then in byte order of their ids; expired
// ones come last. The line
// begins at `now` and has sections of equal width up to 1 hour, 1 day, 1 week,
// 30 days, 1 year and 10 years from then on, and for what is later. Plain marks
// are of ACTIVE keys, striped ones of INACTIVE keys, dotted ones of expired
// keys, which are without width, at the beginning of the line. One that never
// expires reaches the end of it. At most kMaxPictureMarks keys are drawn.
//
// What tests and scripts may look for:
//   svg.key-timeline[role=img][data-left-out]  how many keys are left out
//   rect.mark          a mark, with a <title>
//     [data-key]       the id as the page shows it: escaped, and cut
//     [data-state]     `ACTIVE` or `INACTIVE`
//     [data-until]     the expiration, as FormatTimestamp has it, or `never`
//     [x][width]       in percent
// Others may be added.
//
// The text is printable ASCII and well-formed XML. Takes O(n log n) time.
// Total. May be called concurrently. Our choice.
std::string KeyTimeline(const std::vector<AccessKey>& keys, Timestamp now);

}  // namespace api_access

#endif  // API_ACCESS_PAGE_KEY_TIMELINE_H_
