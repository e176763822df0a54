#include "weir/broker/log/storage.h"

#include "weir/broker/log/engine.h"

namespace weir::broker::log {

Storage::Storage(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Storage::~Storage() = default;

Result<std::unique_ptr<Storage>> Storage::open(io::FileSystem& files, const Clock& clock,
                                               std::string folder, StorageOptions options) {
  auto engine = std::make_unique<Engine>(files, clock, std::move(folder), options);
  WEIR_TRY(engine->open());
  return std::unique_ptr<Storage>(new Storage(std::move(engine)));
}

Status Storage::close() { return engine_->close(); }
const std::string& Storage::folder() const { return engine_->folder(); }
const std::string& Storage::cluster_id() const { return engine_->cluster_id(); }

std::vector<Result<TopicRef>> Storage::create_topics(std::vector<NewTopic> topics) {
  return engine_->create_topics(std::move(topics));
}

Result<TopicRef> Storage::create_topic(NewTopic topic) {
  std::vector<NewTopic> topics;
  topics.push_back(std::move(topic));
  return engine_->create_topics(std::move(topics))[0];
}

Status Storage::delete_topic(std::string_view name) { return engine_->delete_topic(name); }

Result<TopicRef> Storage::set_partition_count(std::string_view name, int32_t count) {
  return engine_->set_partition_count(name, count);
}

Result<TopicRef> Storage::set_topic_config(std::string_view name, TopicConfig config) {
  return engine_->set_topic_config(name, std::move(config));
}

TopicRef Storage::find_topic(std::string_view name) const { return engine_->catalog().find(name); }
TopicRef Storage::find_topic(const TopicId& id) const { return engine_->catalog().find(id); }
std::vector<TopicRef> Storage::topics() const { return engine_->catalog().topics(); }
Result<int64_t> Storage::allocate_producer_id() { return engine_->allocate_producer_id(); }
void Storage::change_state(std::vector<StateChange> changes, StateCallback done) {
  engine_->change_state(std::move(changes), std::move(done));
}
std::vector<StateEntry> Storage::state(std::string_view prefix) const {
  return engine_->state().entries(prefix);
}
void Storage::set_listener(Listener listener) {
  engine_->flusher().set_listener(std::move(listener));
}
Status Storage::clean_up() { return engine_->clean_up(); }
const CleanupRules& Storage::default_rules() const { return engine_->default_rules(); }
StorageStats Storage::stats() const { return engine_->stats(); }

}  // namespace weir::broker::log
