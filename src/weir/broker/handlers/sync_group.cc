#include "weir/broker/handlers/sync_group.h"

namespace weir::broker::handlers {

void SyncGroupApi::begin(Services& services, const handlers::Request&, const Request& asked,
                         Answer<Response> answer) {
  groups::SyncRequest sync{.group_id = asked.group_id,
                           .member = {asked.member_id, asked.group_instance_id},
                           .generation = asked.generation_id,
                           .protocol_type = asked.protocol_type,
                           .protocol_name = asked.protocol_name,
                           .assignments = {}};
  for (const auto& part : asked.assignments) {
    sync.assignments.push_back({part.member_id, part.assignment});
  }
  services.groups.sync(std::move(sync), [answer = std::move(answer)](groups::SyncResult result) {
    Response response;
    response.error_code = result.error;
    response.protocol_type = std::move(result.protocol_type);
    response.protocol_name = std::move(result.protocol_name);
    response.assignment = std::move(result.assignment);
    answer(response);
  });
}

}  // namespace weir::broker::handlers
