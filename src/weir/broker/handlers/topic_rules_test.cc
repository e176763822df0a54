#include "weir/broker/handlers/topic_rules.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "weir/testing/matchers.h"

namespace weir::broker::handlers {
namespace {

TEST(TopicName, FollowsKafkasRule) {
  for (const char* good : {"a", "lsst.sal.MTMount_elevation", "A-1", "...", "__consumer_offsets"}) {
    EXPECT_TRUE(is_topic_name(good)) << good;
  }
  for (const char* bad : {"", ".", "..", "a b", "a/b", "ü", "a\n"})
    EXPECT_FALSE(is_topic_name(bad)) << bad;
  EXPECT_TRUE(is_topic_name(std::string(249, 'x')));
  EXPECT_FALSE(is_topic_name(std::string(250, 'x')));
}

TEST(TopicId, IsARandomVersion4Uuid) {
  const log::TopicId id = draw_topic_id();
  EXPECT_EQ(id[6] >> 4, 4);
  EXPECT_EQ(id[8] >> 6, 2);
  EXPECT_NE(id, draw_topic_id());
}

TEST(TopicConfig, IsSortedByNameAndItsDefaultsAreValid) {
  const auto entries = topic_config_entries();
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const auto& entry : entries)
    EXPECT_OK(check_topic_config(entry.name, entry.default_value)) << entry.name;
}

TEST(TopicConfig, RefusesUnknownNamesAndImpossibleValues) {
  EXPECT_OK(check_topic_config("cleanup.policy", "compact,delete"));
  EXPECT_OK(check_topic_config("cleanup.policy", "compact, delete"));
  EXPECT_OK(check_topic_config("retention.ms", "-1"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("retention.hours", "1"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("cleanup.policy", "shred"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("cleanup.policy", ""));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("retention.ms", "-2"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("retention.ms", "1h"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("segment.bytes", "4294967296"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("compression.type", "rar"));
  EXPECT_ERROR(ErrorCode::invalid_argument, check_topic_config("min.cleanable.dirty.ratio", "1.5"));
}

TEST(ProduceConfig, ComesFromTheTopicAndTheDefaults) {
  const ProduceConfig plain = produce_config({}, 1000);
  EXPECT_EQ(plain.max_message_bytes, 1000);
  EXPECT_FALSE(plain.keys_required);
  const ProduceConfig own = produce_config({{"cleanup.policy", "delete,compact"},
                                            {"max.message.bytes", "5"},
                                            {"message.timestamp.type", "LogAppendTime"},
                                            {"message.timestamp.after.max.ms", "7"}},
                                           1000);
  EXPECT_EQ(own.max_message_bytes, 5);
  EXPECT_TRUE(own.keys_required);
  EXPECT_EQ(own.timestamp_type, TimestampType::log_append_time);
  EXPECT_EQ(own.timestamp_after_max_ms, 7);
}

}  // namespace
}  // namespace weir::broker::handlers
