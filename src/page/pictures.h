// The pictures of a page, as parts of it.

#ifndef API_ACCESS_SRC_PAGE_PICTURES_H_
#define API_ACCESS_SRC_PAGE_PICTURES_H_

#include <vector>

#include "api_access/access_key.h"
#include "api_access/access_map.h"
#include "api_access/timestamp.h"
#include "src/page/html.h"

namespace api_access::internal {

// AccessPicture and KeyTimeline.
Html DrawAccess(const std::vector<AccessRegion>& map);
Html DrawKeys(const std::vector<AccessKey>& keys, Timestamp now);

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_PICTURES_H_
