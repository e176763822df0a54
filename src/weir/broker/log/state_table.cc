#include "weir/broker/log/state_table.h"

namespace weir::broker::log {

void StateTable::apply(const std::vector<StateChange>& changes) {
  MutexLock lock(mutex_);
  for (const StateChange& change : changes) {
    if (change.value) {
      entries_.insert_or_assign(change.key, *change.value);
    } else {
      entries_.erase(change.key);
    }
  }
}

std::vector<StateEntry> StateTable::entries(std::string_view prefix) const {
  MutexLock lock(mutex_);
  std::vector<StateEntry> found;
  for (auto at = entries_.lower_bound(prefix); at != entries_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    found.push_back({at->first, at->second});
  }
  return found;
}

Bytes encode_state_changes(const std::vector<StateChange>& changes) {
  Bytes payload;
  ByteWriter writer(payload);
  writer.uvarint(changes.size());
  for (const StateChange& change : changes) {
    writer.uvarint(change.key.size());
    writer.append(change.key);
    writer.byte(change.value ? 1 : 0);
    if (!change.value) continue;
    writer.uvarint(change.value->size());
    writer.append(*change.value);
  }
  return payload;
}

Result<std::vector<StateChange>> decode_state_changes(BytesView payload) {
  ByteReader reader(payload);
  std::vector<StateChange> changes;
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    StateChange& change = changes.emplace_back();
    change.key = std::string(reader.view(reader.uvarint()));
    const uint8_t has_value = reader.byte();
    if (has_value > 1) reader.fail();
    if (has_value == 1) change.value = Bytes(reader.view(reader.uvarint()));
  }
  if (!reader.ok() || !reader.at_end()) {
    return Error(ErrorCode::corrupt, "a change of state contradicts itself");
  }
  return changes;
}

}  // namespace weir::broker::log
