#include "weir/broker/handlers/handler_table.h"

#include <array>

#include "weir/base/check.h"
#include "weir/broker/handlers/alter_configs.h"
#include "weir/broker/handlers/answer.h"
#include "weir/broker/handlers/api_versions.h"
#include "weir/broker/handlers/create_partitions.h"
#include "weir/broker/handlers/create_topics.h"
#include "weir/broker/handlers/delete_groups.h"
#include "weir/broker/handlers/delete_records.h"
#include "weir/broker/handlers/delete_topics.h"
#include "weir/broker/handlers/describe_cluster.h"
#include "weir/broker/handlers/describe_configs.h"
#include "weir/broker/handlers/describe_groups.h"
#include "weir/broker/handlers/describe_log_dirs.h"
#include "weir/broker/handlers/describe_topic_partitions.h"
#include "weir/broker/handlers/fetch.h"
#include "weir/broker/handlers/find_coordinator.h"
#include "weir/broker/handlers/heartbeat.h"
#include "weir/broker/handlers/incremental_alter_configs.h"
#include "weir/broker/handlers/init_producer_id.h"
#include "weir/broker/handlers/join_group.h"
#include "weir/broker/handlers/leave_group.h"
#include "weir/broker/handlers/list_groups.h"
#include "weir/broker/handlers/list_offsets.h"
#include "weir/broker/handlers/list_partition_reassignments.h"
#include "weir/broker/handlers/metadata.h"
#include "weir/broker/handlers/offset_commit.h"
#include "weir/broker/handlers/offset_delete.h"
#include "weir/broker/handlers/offset_fetch.h"
#include "weir/broker/handlers/offset_for_leader_epoch.h"
#include "weir/broker/handlers/produce.h"
#include "weir/broker/handlers/sync_group.h"

namespace weir::broker::handlers {
namespace {

template <typename Api>
HandlerEntry row() {
  const auto* const api = kafka::protocol::find_api(Api::Request::kApiKey);
  WEIR_CHECK(api != nullptr);
  if constexpr (requires { &Api::start; }) {
    return {api, &Api::start};
  } else if constexpr (requires { &Api::begin; }) {
    return {api, &answer_later<Api>};
  } else {
    return {api, &answer_at_once<Api>};
  }
}

template <typename... Apis>
std::array<HandlerEntry, sizeof...(Apis)> make_table() {
  return {row<Apis>()...};
}

}  // namespace

std::span<const HandlerEntry> handler_table() {
  static const auto table =
      make_table<ProduceApi, FetchApi, ListOffsetsApi, MetadataApi, ApiVersionsApi, CreateTopicsApi,
                 DeleteTopicsApi, FindCoordinatorApi, InitProducerIdApi, JoinGroupApi, SyncGroupApi,
                 HeartbeatApi, LeaveGroupApi, OffsetCommitApi, OffsetFetchApi, DescribeGroupsApi,
                 ListGroupsApi, DeleteGroupsApi, OffsetDeleteApi, DescribeConfigsApi,
                 AlterConfigsApi, IncrementalAlterConfigsApi, CreatePartitionsApi,
                 DescribeClusterApi, ListPartitionReassignmentsApi, DescribeTopicPartitionsApi,
                 OffsetForLeaderEpochApi, DescribeLogDirsApi, DeleteRecordsApi>();
  return table;
}

const HandlerEntry* find_handler(int16_t api_key) {
  for (const HandlerEntry& entry : handler_table()) {
    if (entry.api->key == api_key) return &entry;
  }
  return nullptr;
}

}  // namespace weir::broker::handlers
