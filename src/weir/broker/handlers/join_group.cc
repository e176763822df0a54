#include "weir/broker/handlers/join_group.h"

namespace weir::broker::handlers {
namespace {

constexpr int16_t kFirstVersionWithRebalanceTimeout = 1;
constexpr int16_t kFirstVersionThatComesAgainWithItsId = 4;
constexpr int16_t kFirstVersionThatSkipsAssignment = 9;

groups::JoinRequest to_join(const Request& request, const JoinGroupApi::Request& asked) {
  groups::JoinRequest join;
  join.group_id = asked.group_id;
  join.member = {asked.member_id, asked.group_instance_id};
  join.client_id = std::string(request.client_id);
  join.client_host = "/" + request.remote_address.host;
  join.session_timeout = groups::milliseconds(asked.session_timeout_ms);
  join.rebalance_timeout = request.version < kFirstVersionWithRebalanceTimeout
                               ? join.session_timeout
                               : groups::milliseconds(asked.rebalance_timeout_ms);
  join.protocol_type = asked.protocol_type;
  for (const auto& protocol : asked.protocols) {
    join.protocols.push_back({protocol.name, protocol.metadata});
  }
  join.knows_member_id_required = request.version >= kFirstVersionThatComesAgainWithItsId;
  join.knows_skip_assignment = request.version >= kFirstVersionThatSkipsAssignment;
  return join;
}

JoinGroupApi::Response to_response(groups::JoinResult result) {
  JoinGroupApi::Response response;
  response.error_code = result.error;
  response.generation_id = result.generation;
  response.protocol_type = std::move(result.protocol_type);
  response.protocol_name = std::move(result.protocol_name);
  response.leader = std::move(result.leader);
  response.skip_assignment = result.skip_assignment;
  response.member_id = std::move(result.member_id);
  for (groups::JoinResult::Member& member : result.members) {
    auto& row = response.members.emplace_back();
    row.member_id = std::move(member.member_id);
    row.group_instance_id = std::move(member.instance_id);
    row.metadata = std::move(member.metadata);
  }
  return response;
}

}  // namespace

void JoinGroupApi::begin(Services& services, const handlers::Request& request, const Request& asked,
                         Answer<Response> answer) {
  services.groups.join(to_join(request, asked),
                       [answer = std::move(answer)](groups::JoinResult result) {
                         answer(to_response(std::move(result)));
                       });
}

}  // namespace weir::broker::handlers
