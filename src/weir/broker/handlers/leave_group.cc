#include "weir/broker/handlers/leave_group.h"

namespace weir::broker::handlers {
namespace {

constexpr int16_t kFirstVersionWithManyMembers = 3;

}  // namespace

LeaveGroupApi::Response LeaveGroupApi::handle(Services& services, const handlers::Request& request,
                                              const Request& asked) {
  Response response;
  if (request.version < kFirstVersionWithManyMembers) {
    response.error_code =
        services.groups.leave(asked.group_id, {.member_id = asked.member_id, .instance_id = {}});
    return response;
  }
  for (const auto& member : asked.members) {
    auto& row = response.members.emplace_back();
    row.member_id = member.member_id;
    row.group_instance_id = member.group_instance_id;
    row.error_code =
        services.groups.leave(asked.group_id, {member.member_id, member.group_instance_id});
  }
  return response;
}

}  // namespace weir::broker::handlers
