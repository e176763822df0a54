#include "weir/broker/log/flusher.h"

#include <utility>

#include "weir/base/log.h"
#include "weir/io/thread.h"

namespace weir::broker::log {
namespace {

constexpr Logger kLog("broker.log");

uint64_t frame_bytes(const QueueEntry& entry) {
  return entry.payload ? kFrameHeaderSize + entry.payload->size() : 0;
}

}  // namespace

using kafka::protocol::KafkaError;

Flusher::Flusher(AppendQueue& queue, Journal& journal, Hooks hooks)
    : queue_(queue),
      journal_(journal),
      hooks_(std::move(hooks)),
      durable_lsn_(journal.next_lsn() - 1) {}

void Flusher::set_listener(Storage::Listener listener) {
  auto shared = std::make_shared<const Storage::Listener>(std::move(listener));
  MutexLock lock(listener_mutex_);
  listener_ = std::move(shared);
}

void Flusher::start() {
  thread_ = std::thread([this] { run(); });
}

void Flusher::join() {
  if (thread_.joinable()) thread_.join();
}

void Flusher::run() {
  io::set_thread_name("log-flusher");
  for (;;) {
    std::vector<QueueEntry> entries = queue_.take();
    if (entries.empty()) return;
    flush(entries);
    hooks_.flushed();
  }
}

void Flusher::flush(Group entries) {
  while (!entries.empty()) {
    const size_t count = count_that_fit(entries);
    const Status done = count > 0 ? commit(entries.first(count)) : next_file();
    if (!done) return refuse(entries, done.error());
    deliver(entries.first(count));
    entries = entries.subspan(count);
  }
}

size_t Flusher::count_that_fit(Group entries) const {
  uint64_t room = journal_.room();
  size_t count = 0;
  for (; count < entries.size() && frame_bytes(entries[count]) <= room; ++count)
    room -= frame_bytes(entries[count]);
  return count;
}

Status Flusher::next_file() {
  if (!journal_.can_rotate()) WEIR_TRY(hooks_.wait_for_file());
  return journal_.rotate();
}

Status Flusher::commit(Group entries) {
  if (journal_.broken()) return Error(ErrorCode::unavailable, "the journal failed before");
  FrameHeader header;
  header.lsn = header.group_lsn = journal_.next_lsn();
  header.chain = journal_.chain();
  Bytes headers;
  headers.reserve(entries.size() * kFrameHeaderSize);
  std::vector<BytesView> pieces;
  uint64_t total = 0;
  for (const QueueEntry& entry : entries) {
    if (!entry.payload) continue;
    header.type = entry.type;
    header.topic = entry.topic;
    header.partition = entry.partition;
    header.base_offset = entry.base_offset;
    const size_t at = headers.size();
    header.chain = append_frame_header(header, *entry.payload, headers);
    pieces.emplace_back(headers.data() + at, kFrameHeaderSize);
    pieces.emplace_back(*entry.payload);
    total += frame_bytes(entry);
    ++header.lsn;
  }
  if (pieces.empty()) return {};
  WEIR_TRY(journal_.make_room(total));
  WEIR_TRY(journal_.write(pieces, total, header.lsn - header.group_lsn, header.chain));
  WEIR_TRY(journal_.sync());
  refusing_ = false;
  ++flushes_;
  bytes_ += total;
  return {};
}

void Flusher::deliver(Group entries) {
  if (entries.empty()) return;
  const uint64_t flush = flushes_;
  Lsn lsn = durable_lsn_;
  std::vector<PartitionRef> advanced;
  for (QueueEntry& entry : entries) {
    if (entry.payload) ++lsn;
    if (entry.applied) entry.applied({});
    if (!entry.log) continue;
    entry.log->confirm_oldest(lsn);
    ++batches_;
    if (entry.log->first_in_flush(flush)) advanced.push_back(entry.log);
  }
  durable_lsn_ = lsn;
  for (QueueEntry& entry : entries) {
    if (entry.done) entry.done(entry.result);
  }
  if (advanced.empty()) return;
  std::shared_ptr<const Storage::Listener> listener;
  {
    MutexLock lock(listener_mutex_);
    listener = listener_;
  }
  if (listener) (*listener)(advanced);
}

void Flusher::refuse(Group entries, const Error& why) {
  if (!std::exchange(refusing_, true)) {
    kLog.error("cannot write the journal; nothing that waits is acknowledged",
               {{"error", why.to_string()}, {"final", journal_.broken()}});
  }
  if (journal_.broken()) queue_.fail();
  std::vector<QueueEntry> later = queue_.refuse_all();
  const auto for_each = [&](auto&& action) {
    for (QueueEntry& entry : entries) action(entry);
    for (QueueEntry& entry : later) action(entry);
  };
  // No new append comes in before all offsets are back at what is durable.
  for_each([](QueueEntry& entry) {
    if (entry.log) entry.log->roll_back();
  });
  queue_.reopen();
  for_each([&](QueueEntry& entry) {
    if (entry.applied) entry.applied(why);
    if (!entry.done) return;
    // An answer that was a refusal already stays that one.
    if (entry.result.error == KafkaError::none)
      entry.result = {.error = KafkaError::kafka_storage_error};
    entry.done(entry.result);
  });
}

}  // namespace weir::broker::log
