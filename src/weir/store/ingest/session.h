#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "weir/bus/dead_letter.h"
#include "weir/bus/publisher.h"
#include "weir/bus/schema_book.h"
#include "weir/bus/subscriber.h"
#include "weir/kafka/client/admin.h"
#include "weir/store/ingest/ingest.h"
#include "weir/store/ingest/row_decoder.h"
#include "weir/store/store.h"

namespace weir::store::ingest {

// One run over connections that are up: finds topics, reads them, fills the store. Confined to the
// ingest's thread.
class Ingest::Session {
 public:
  explicit Session(Ingest& owner);

  // An error that is not retriable ends the ingest.
  Status connect();
  // One round: look for topics when it is time, read a batch, keep the store's house.
  Status step();

 private:
  // A partition being read, or held: not read until `retry_at`, because its next record cannot be
  // taken yet.
  struct Partition {
    bool held = false;
    int64_t next_offset = 0;
    SteadyTime retry_at{};
    std::chrono::milliseconds pause{0};
  };
  struct Topic {
    std::string name;
    std::vector<std::unique_ptr<RowDecoder>> decoders;  // one per schema id, few
    std::map<int32_t, Partition> partitions;
  };
  struct NameHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  Status find_topics();
  Status start_reading(const std::vector<bus::TopicPartition>& found);
  // Where to begin; repairs positions that lie outside what the broker has.
  Result<std::vector<bus::StartPosition>> start_positions(
      const std::vector<bus::TopicPartition>& found);
  Status repair_position(const bus::TopicPartition& partition,
                         const kafka::client::Watermarks& existing, int64_t& position);
  Status restart_lost_partitions();
  Status read();
  Status handle(const bus::IncomingRecord& record);
  Status take(Topic& topic, const bus::IncomingRecord& record);
  Result<RowDecoder*> decoder_for(Topic& topic, registry::model::SchemaId id);
  Status dead_letter(Topic& topic, const bus::IncomingRecord& record, const Error& reason);
  Status hold(const bus::IncomingRecord& record, Partition& partition, const Error& reason);
  Status release_held();
  void keep_store();
  void show_state();

  Ingest& owner_;
  Store& store_;
  Clock& clock_;
  std::unique_ptr<kafka::client::Admin> admin_;
  std::unique_ptr<registry::client::RegistryClient> registry_;
  std::unique_ptr<bus::SchemaBook> schemas_;
  std::unique_ptr<bus::Subscriber> subscriber_;
  std::unique_ptr<bus::Publisher> publisher_;  // of dead letters
  std::unordered_map<std::string, Topic, NameHash, std::equal_to<>> topics_;
  std::map<bus::TopicPartition, int64_t> positions_;  // of the store when this began
  SteadyTime next_search_{};
  SteadyTime next_keeping_{};
  SteadyTime ask_registry_at_{};
  std::optional<Error> registry_trouble_;
  std::string store_trouble_;
  std::string held_reason_;
};

}  // namespace weir::store::ingest
