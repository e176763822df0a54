#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/mutex.h"
#include "weir/base/result.h"

namespace weir::broker::log {

// One entry of the state table given a value, or taken out.
struct StateChange {
  std::string key;  // any bytes
  std::optional<Bytes> value;

  bool operator==(const StateChange&) const = default;
};

struct StateEntry {
  std::string key;
  Bytes value;

  bool operator==(const StateEntry&) const = default;
};

// Small durable facts of the rooms above, by key: committed offsets, groups, transactions. Holds
// what is durable; lives in memory, in journal frames and whole in each checkpoint, so it is meant
// for up to some hundred thousand small entries. Shared; changed by recovery, then by the flusher.
class StateTable {
 public:
  void apply(const std::vector<StateChange>& changes);
  // All entries whose key begins so, by key.
  std::vector<StateEntry> entries(std::string_view prefix) const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, Bytes, std::less<>> entries_ WEIR_GUARDED_BY(mutex_);
};

// The payload of a frame of type `state`; grammar in docs/internals/broker-log.md.
Bytes encode_state_changes(const std::vector<StateChange>& changes);
Result<std::vector<StateChange>> decode_state_changes(BytesView payload);

}  // namespace weir::broker::log
