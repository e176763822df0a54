#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/broker/log/catalog.h"
#include "weir/broker/log/journal.h"
#include "weir/broker/log/state_table.h"

namespace weir::broker::log {

// Everything that the segments and the journal from `replay_from` on do not say. One file, replaced
// atomically; grammar in docs/internals/broker-log.md. Taken while appends go on, so parts of it
// may be younger than `replay_from`: replay tolerates that.
struct Checkpoint {
  struct TopicState {
    TopicRecord record;
    std::vector<PartitionSnapshot> partitions;
  };

  std::string cluster_id;
  uint64_t journal_id = 0;
  Lsn replay_from = 1;
  std::optional<JournalPosition>
      clean_end;  // after a clean stop: frame `replay_from` would be here
  uint32_t next_topic_number = 1;
  int64_t producer_id_limit = 0;  // the first that no block was taken for
  std::vector<TopicState> topics;
  std::vector<StateEntry> state;
};

Bytes encode_checkpoint(const Checkpoint& checkpoint);
// Reads versions 1 (without state), 2 (no start offset was ever raised) and 3. `unsupported`: a
// later format version; `corrupt`.
Result<Checkpoint> decode_checkpoint(BytesView bytes);

}  // namespace weir::broker::log
