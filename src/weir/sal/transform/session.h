#pragma once

#include <memory>
#include <optional>

#include "weir/base/time.h"
#include "weir/bus/publisher.h"
#include "weir/bus/subscriber.h"
#include "weir/kafka/client/admin.h"
#include "weir/registry/client/client.h"
#include "weir/sal/transform/positions_file.h"
#include "weir/sal/transform/transformer.h"

namespace weir::sal::transform {

// One run of the transformer from its saved positions until it is asked to stop or fails. A failure
// costs nothing but time: the next session begins at the saved positions again. Confined.
class Transformer::Session {
 public:
  explicit Session(Transformer& owner);

  // Returns when the owner stops (then everything read is acknowledged and saved, or the error says
  // what is not) or when going on makes no sense.
  Status run();

 private:
  Status connect();
  Status make_topics();
  Status begin_at_ends();
  Status subscribe();
  Result<std::vector<bus::TopicPartition>> input_partitions();
  // Starts reading `<Subsystem>_event` topics that have come into being.
  Status find_event_topics();
  Status read_until_stopped();
  Status handle(const bus::IncomingRecord& record);
  // Fills record_ with the wire form of a line; the route tells where it goes.
  Result<Route*> transform(std::string_view text);
  Status register_schemas();
  Status register_schema(Route& route);
  Status publish(const bus::IncomingRecord& record, const Route& route);
  Status dead_letter(const bus::IncomingRecord& record, const Error& reason);
  template <std::atomic<uint64_t> Transformer::*counter, typename Send>
  Status output(Send send);
  void fail(const bus::Delivery& delivery);
  Status save_progress();
  Status finish();

  Transformer& owner_;
  Clock& clock_;
  PositionsFile file_;
  std::string cluster_id_;
  Positions positions_;
  Progress progress_;
  std::atomic<bool> failed_ = false;  // an output was refused for good
  Mutex failure_mutex_;
  std::string failure_ WEIR_GUARDED_BY(failure_mutex_);
  Bytes record_;
  SteadyTime next_save_, next_search_;
  std::unique_ptr<kafka::client::Admin> admin_;
  std::unique_ptr<registry::client::RegistryClient> registry_;
  std::unique_ptr<bus::Subscriber> subscriber_;
  std::unique_ptr<bus::Publisher> publisher_;  // last: its callbacks use the members above
};

}  // namespace weir::sal::transform
