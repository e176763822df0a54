// Consumer groups and what they have committed.
#include <fmt/format.h>

#include <algorithm>

#include "weir/kafka/client/admin_core.h"

namespace weir::kafka::client {
namespace {

struct GroupPartDeleter {
  void operator()(rd_kafka_DeleteGroup_t* part) const { rd_kafka_DeleteGroup_destroy(part); }
  void operator()(rd_kafka_ListConsumerGroupOffsets_t* part) const {
    rd_kafka_ListConsumerGroupOffsets_destroy(part);
  }
  void operator()(rd_kafka_AlterConsumerGroupOffsets_t* part) const {
    rd_kafka_AlterConsumerGroupOffsets_destroy(part);
  }
};
using DeleteGroupPtr = std::unique_ptr<rd_kafka_DeleteGroup_t, GroupPartDeleter>;
using ListOffsetsPtr = std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, GroupPartDeleter>;
using AlterOffsetsPtr = std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t, GroupPartDeleter>;

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

Status group_outcome(const rd_kafka_error_t* error, std::string_view doing) {
  if (error == nullptr || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return to_error(rd_kafka_error_code(error), doing, rd_kafka_error_string(error));
}

std::vector<TopicPartition> to_partitions(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> partitions;
  if (list == nullptr) return partitions;
  for (const auto& entry : std::span(list->elems, static_cast<size_t>(list->cnt)))
    partitions.push_back({entry.topic, entry.partition});
  std::sort(partitions.begin(), partitions.end());
  return partitions;
}

GroupMember to_member(const rd_kafka_MemberDescription_t* member) {
  GroupMember made{.id = text_of(rd_kafka_MemberDescription_consumer_id(member)),
                   .client = text_of(rd_kafka_MemberDescription_client_id(member)),
                   .host = text_of(rd_kafka_MemberDescription_host(member))};
  if (const char* instance = rd_kafka_MemberDescription_group_instance_id(member))
    made.instance = instance;
  if (const auto* assignment = rd_kafka_MemberDescription_assignment(member))
    made.assignment = to_partitions(rd_kafka_MemberAssignment_partitions(assignment));
  return made;
}

GroupDescription to_description(const rd_kafka_ConsumerGroupDescription_t* group) {
  GroupDescription made{
      .name = text_of(rd_kafka_ConsumerGroupDescription_group_id(group)),
      .state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(group)),
      .assignor = text_of(rd_kafka_ConsumerGroupDescription_partition_assignor(group))};
  if (const auto* node = rd_kafka_ConsumerGroupDescription_coordinator(group))
    made.coordinator =
        fmt::format("{}:{}", text_of(rd_kafka_Node_host(node)), rd_kafka_Node_port(node));
  for (size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(group); ++i)
    made.members.push_back(to_member(rd_kafka_ConsumerGroupDescription_member(group, i)));
  return made;
}

}  // namespace

Result<std::vector<GroupSummary>> Admin::groups(Deadline deadline) {
  constexpr std::string_view kDoing = "cannot list the consumer groups";
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, kDoing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_ListConsumerGroups(core_->client(), options, queue);
                             }));
  const auto* result = rd_kafka_event_ListConsumerGroups_result(event.get());
  size_t count = 0;
  const rd_kafka_error_t** errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
  for (const rd_kafka_error_t* error : std::span(errors, count))
    WEIR_TRY(group_outcome(error, kDoing));
  const rd_kafka_ConsumerGroupListing_t** listed =
      rd_kafka_ListConsumerGroups_result_valid(result, &count);
  std::vector<GroupSummary> groups;
  for (const rd_kafka_ConsumerGroupListing_t* group : std::span(listed, count)) {
    groups.push_back(
        {.name = text_of(rd_kafka_ConsumerGroupListing_group_id(group)),
         .state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(group)),
         .simple = rd_kafka_ConsumerGroupListing_is_simple_consumer_group(group) == 1});
  }
  std::sort(groups.begin(), groups.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return groups;
}

Result<GroupDescription> Admin::group(const std::string& name, Deadline deadline) {
  const std::string doing = fmt::format("cannot describe group '{}'", name);
  const char* names[] = {name.c_str()};
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, doing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_DescribeConsumerGroups(core_->client(), names, 1, options,
                                                               queue);
                             }));
  size_t count = 0;
  const rd_kafka_ConsumerGroupDescription_t** groups =
      rd_kafka_DescribeConsumerGroups_result_groups(
          rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  if (count != 1) return Error(ErrorCode::internal, doing + ": the answer is about no group");
  WEIR_TRY(group_outcome(rd_kafka_ConsumerGroupDescription_error(groups[0]), doing));
  return to_description(groups[0]);
}

Result<std::vector<CommittedOffset>> Admin::group_offsets(const std::string& name,
                                                          Deadline deadline) {
  const std::string doing = fmt::format("cannot read the offsets of group '{}'", name);
  const ListOffsetsPtr wanted(rd_kafka_ListConsumerGroupOffsets_new(name.c_str(), nullptr));
  rd_kafka_ListConsumerGroupOffsets_t* part = wanted.get();
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, doing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_ListConsumerGroupOffsets(core_->client(), &part, 1, options,
                                                                 queue);
                             }));
  size_t count = 0;
  const rd_kafka_group_result_t** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  std::vector<CommittedOffset> offsets;
  for (const rd_kafka_group_result_t* group : std::span(groups, count)) {
    WEIR_TRY(group_outcome(rd_kafka_group_result_error(group), doing));
    const auto* list = rd_kafka_group_result_partitions(group);
    if (list == nullptr) continue;
    for (const auto& entry : std::span(list->elems, static_cast<size_t>(list->cnt))) {
      const std::string where =
          fmt::format("{}: partition {} of topic '{}'", doing, entry.partition, entry.topic);
      if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(entry.err, where);
      if (entry.offset < 0) continue;  // nothing committed
      offsets.push_back(
          {.partition = {entry.topic, entry.partition},
           .offset = entry.offset,
           .metadata = std::string(static_cast<const char*>(entry.metadata), entry.metadata_size)});
    }
  }
  std::sort(offsets.begin(), offsets.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
  return offsets;
}

Status Admin::set_group_offsets(const std::string& name, std::span<const CommittedOffset> offsets,
                                Deadline deadline) {
  const std::string doing = fmt::format("cannot set the offsets of group '{}'", name);
  const PartitionListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const CommittedOffset& offset : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), offset.partition.topic.c_str(),
                                      offset.partition.partition)
        ->offset = offset.offset;
  }
  const AlterOffsetsPtr wanted(rd_kafka_AlterConsumerGroupOffsets_new(name.c_str(), list.get()));
  rd_kafka_AlterConsumerGroupOffsets_t* part = wanted.get();
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, doing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_AlterConsumerGroupOffsets(core_->client(), &part, 1,
                                                                  options, queue);
                             }));
  size_t count = 0;
  const rd_kafka_group_result_t** groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
  for (const rd_kafka_group_result_t* group : std::span(groups, count)) {
    WEIR_TRY(group_outcome(rd_kafka_group_result_error(group), doing));
    const auto* answers = rd_kafka_group_result_partitions(group);
    if (answers == nullptr) continue;
    for (const auto& entry : std::span(answers->elems, static_cast<size_t>(answers->cnt))) {
      // A group with members takes offsets from these alone: Kafka tells others that they are none.
      if (entry.err == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
        return Error(ErrorCode::refused,
                     doing + ": it has active members; stop its consumers first");
      }
      if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return to_error(entry.err, fmt::format("{}: partition {} of topic '{}'", doing,
                                               entry.partition, entry.topic));
      }
    }
  }
  return {};
}

Status Admin::delete_group(const std::string& name, Deadline deadline) {
  const std::string doing = fmt::format("cannot delete group '{}'", name);
  const DeleteGroupPtr group(rd_kafka_DeleteGroup_new(name.c_str()));
  rd_kafka_DeleteGroup_t* part = group.get();
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_DELETEGROUPS, doing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_DeleteGroups(core_->client(), &part, 1, options, queue);
                             }));
  size_t count = 0;
  const rd_kafka_group_result_t** groups =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
  for (const rd_kafka_group_result_t* answer : std::span(groups, count))
    WEIR_TRY(group_outcome(rd_kafka_group_result_error(answer), doing));
  return {};
}

}  // namespace weir::kafka::client
