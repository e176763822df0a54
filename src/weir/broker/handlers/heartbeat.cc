#include "weir/broker/handlers/heartbeat.h"

namespace weir::broker::handlers {

HeartbeatApi::Response HeartbeatApi::handle(Services& services, const handlers::Request&,
                                            const Request& asked) {
  Response response;
  response.error_code = services.groups.heartbeat(
      asked.group_id, {asked.member_id, asked.group_instance_id}, asked.generation_id);
  return response;
}

}  // namespace weir::broker::handlers
