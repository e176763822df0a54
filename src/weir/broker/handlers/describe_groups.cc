#include "weir/broker/handlers/describe_groups.h"

namespace weir::broker::handlers {
namespace {

using GroupAnswer = DescribeGroupsApi::Response::Group;

// What members say and have is only meaningful once all of it is settled.
GroupAnswer describe(const groups::Group& group) {
  GroupAnswer answer;
  answer.group_id = group.id();
  answer.group_state = to_string(group.state());
  answer.protocol_type = group.protocol_type();
  const bool settled = group.state() == groups::GroupState::stable;
  if (settled) answer.protocol_data = group.protocol_name();
  for (const auto& [id, member] : group.members()) {
    auto& row = answer.members.emplace_back();
    row.member_id = id;
    row.group_instance_id = member.instance_id;
    row.client_id = member.client_id;
    row.client_host = member.client_host;
    if (!settled) continue;
    if (const Bytes* metadata = member.metadata_for(group.protocol_name())) {
      row.member_metadata = *metadata;
    }
    row.member_assignment = member.assignment;
  }
  return answer;
}

}  // namespace

DescribeGroupsApi::Response DescribeGroupsApi::handle(Services& services, const handlers::Request&,
                                                      const Request& asked) {
  Response response;
  for (const std::string& id : asked.groups) {
    if (const groups::Group* group = services.groups.find(id)) {
      response.groups.push_back(describe(*group));
      continue;
    }
    auto& answer = response.groups.emplace_back();
    answer.group_id = id;
    answer.group_state = "Dead";
  }
  return response;
}

}  // namespace weir::broker::handlers
