#include "weir/broker/log/catalog.h"

#include <fmt/format.h>

#include <charconv>

namespace weir::broker::log {
namespace {

constexpr size_t kNameInFolder = 200;  // of up to 249, so that a folder name stays below 255
constexpr uint32_t kMaxPartitions = 1u << 20;

void append_text(std::string_view text, ByteWriter& writer) {
  writer.uvarint(text.size());
  writer.append(text);
}

std::string read_text(ByteReader& reader) { return std::string(reader.view(reader.uvarint())); }

}  // namespace

void append_topic(const TopicRecord& topic, ByteWriter& writer) {
  writer.le<uint32_t>(topic.number);
  append_text(topic.name, writer);
  writer.append({reinterpret_cast<const char*>(topic.id.data()), topic.id.size()});
  writer.uvarint(topic.partition_count);
  writer.uvarint(topic.config.size());
  for (const auto& [key, value] : topic.config) {
    append_text(key, writer);
    append_text(value, writer);
  }
}

TopicRecord read_topic(ByteReader& reader) {
  TopicRecord topic;
  topic.number = reader.le<uint32_t>();
  topic.name = read_text(reader);
  const BytesView id = reader.view(topic.id.size());
  std::copy(id.begin(), id.end(), topic.id.begin());
  const uint64_t partitions = reader.uvarint();
  if (partitions > kMaxPartitions) reader.fail();
  topic.partition_count = static_cast<uint32_t>(partitions);
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    std::string key = read_text(reader);
    topic.config[std::move(key)] = read_text(reader);
  }
  return topic;
}

std::string Catalog::partition_folder(const TopicRecord& record, uint32_t partition) const {
  return fmt::format("{}/{}-{}-{}", folder_, record.number, partition,
                     record.name.substr(0, kNameInFolder));
}

uint32_t Catalog::number_of_folder(std::string_view name) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end != name.data() + name.size() && *end == '-' ? number : 0;
}

TopicRef Catalog::put(const TopicRecord& record) {
  MutexLock lock(mutex_);
  Entry& entry = by_number_[record.number];
  entry.record = record;
  auto topic = std::make_shared<Topic>();
  topic->name = record.name;
  topic->id = record.id;
  topic->config = record.config;
  while (entry.logs.size() < record.partition_count) {
    const auto index = static_cast<uint32_t>(entry.logs.size());
    entry.logs.push_back(std::make_shared<PartitionLog>(context_, record.name, record.number,
                                                        static_cast<int32_t>(index),
                                                        partition_folder(record, index)));
  }
  const CleanupRules rules = cleanup_rules(record.config, context_.rules);
  for (const auto& log : entry.logs) log->set_rules(rules);
  topic->partitions.assign(entry.logs.begin(), entry.logs.end());
  entry.topic = topic;
  by_name_[record.name] = record.number;
  by_id_[record.id] = record.number;
  return topic;
}

std::vector<std::string> Catalog::remove(uint32_t number) {
  MutexLock lock(mutex_);
  const auto found = by_number_.find(number);
  if (found == by_number_.end()) return {};
  const Entry& entry = found->second;
  std::vector<std::string> folders;
  for (uint32_t partition = 0; partition < entry.logs.size(); ++partition) {
    entry.logs[partition]->mark_deleted();
    folders.push_back(partition_folder(entry.record, partition));
  }
  by_name_.erase(entry.record.name);
  by_id_.erase(entry.record.id);
  by_number_.erase(found);
  return folders;
}

TopicRef Catalog::find(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : by_number_.at(found->second).topic;
}

TopicRef Catalog::find(const TopicId& id) const {
  MutexLock lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : by_number_.at(found->second).topic;
}

std::vector<TopicRef> Catalog::topics() const {
  MutexLock lock(mutex_);
  std::vector<TopicRef> topics;
  for (const auto& [name, number] : by_name_) topics.push_back(by_number_.at(number).topic);
  return topics;
}

bool Catalog::has_number(uint32_t number) const {
  MutexLock lock(mutex_);
  return by_number_.contains(number);
}

std::shared_ptr<PartitionLog> Catalog::find_log(uint32_t number, uint32_t partition) const {
  MutexLock lock(mutex_);
  const auto found = by_number_.find(number);
  if (found == by_number_.end() || partition >= found->second.logs.size()) return nullptr;
  return found->second.logs[partition];
}

TopicRecord Catalog::record_of(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? TopicRecord{} : by_number_.at(found->second).record;
}

std::vector<Catalog::Entry> Catalog::entries() const {
  MutexLock lock(mutex_);
  std::vector<Entry> entries;
  for (const auto& [number, entry] : by_number_) entries.push_back(entry);
  return entries;
}

std::vector<std::shared_ptr<PartitionLog>> Catalog::logs() const {
  MutexLock lock(mutex_);
  std::vector<std::shared_ptr<PartitionLog>> logs;
  for (const auto& [number, entry] : by_number_)
    logs.insert(logs.end(), entry.logs.begin(), entry.logs.end());
  return logs;
}

}  // namespace weir::broker::log
