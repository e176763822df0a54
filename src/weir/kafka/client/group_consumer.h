#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/client_options.h"
#include "weir/kafka/client/record.h"

namespace weir::kafka::client {

struct GroupConsumerOptions {
  ClientOptions client = {};
  std::string group = {};
  std::vector<std::string> topics = {};
  bool from_end = false;  // where to begin in partitions without a committed offset
};

// A member of a consumer group: the group's members share the partitions of the topics. A record is
// committed only after `done` was called behind it, so that each is returned at least once,
// whatever happens. Takes one record at a time and an eager assignor, because librdkafka 2.0.2 has
// defects in the batch call and in the cooperative assignor. Confined to one thread.
class GroupConsumer {
 public:
  static Result<std::unique_ptr<GroupConsumer>> open(GroupConsumerOptions options);
  // Leaves the group, and commits what is done; waits a few seconds at most.
  ~GroupConsumer();
  GroupConsumer(const GroupConsumer&) = delete;
  GroupConsumer& operator=(const GroupConsumer&) = delete;

  // The next record, waiting up to `timeout`; it lives until the next call.
  Result<std::optional<IncomingRecord>> poll(std::chrono::milliseconds timeout);
  // All records that were returned are done with; they are committed within a second.
  void done();
  // Partitions are assigned, and each was read up to its end.
  bool at_end() const;

  ConnectionState connection() const;

 private:
  class Core;
  explicit GroupConsumer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace weir::kafka::client
