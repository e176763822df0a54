#include "weir/broker/log/append_queue.h"

#include <utility>

namespace weir::broker::log {

bool AppendQueue::push(QueueEntry& entry) {
  MutexLock lock(mutex_);
  const size_t size = entry.payload->size() + kFrameHeaderSize;
  if (refusing_ || failed_ || closed_ || (bytes_ > 0 && bytes_ + size > max_bytes_)) return false;
  bytes_ += size;
  entries_.push_back(std::move(entry));
  if (entries_.size() == 1) ready_.notify_one();
  return true;
}

void AppendQueue::push_answer(AppendCallback done, const AppendResult& result) {
  MutexLock lock(mutex_);
  QueueEntry& entry = entries_.emplace_back();
  entry.done = std::move(done);
  entry.result = result;
  if (entries_.size() == 1) ready_.notify_one();
}

std::vector<QueueEntry> AppendQueue::take() {
  MutexLock lock(mutex_);
  while (entries_.empty() && !closed_) ready_.wait(mutex_);
  bytes_ = 0;
  return std::exchange(entries_, {});
}

std::vector<QueueEntry> AppendQueue::refuse_all() {
  MutexLock lock(mutex_);
  refusing_ = true;
  bytes_ = 0;
  return std::exchange(entries_, {});
}

void AppendQueue::reopen() {
  MutexLock lock(mutex_);
  refusing_ = false;
}

void AppendQueue::fail() {
  MutexLock lock(mutex_);
  failed_ = true;
}

void AppendQueue::close() {
  MutexLock lock(mutex_);
  closed_ = true;
  ready_.notify_all();
}

bool AppendQueue::failed() const {
  MutexLock lock(mutex_);
  return failed_;
}

size_t AppendQueue::pending_bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace weir::broker::log
