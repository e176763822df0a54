#pragma once

#include "weir/base/json.h"

namespace weir::facility {
struct FacilityStatus;
}

namespace weir::web::api {

// {"ready":true,"waiting_for":[],"transform":{…},"ingest":{…},"store":{…},"process":{…}}: what the
// live view shows and `GET /api/v1/status` answers.
Json to_json(const facility::FacilityStatus& status);

}  // namespace weir::web::api
