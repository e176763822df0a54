#include "weir/broker/handlers/fetch_waiters.h"

#include "weir/base/check.h"

namespace weir::broker::handlers {

WaitingFetch::WaitingFetch(std::vector<FetchInterest> interests, uint64_t min_bytes)
    : interests_(std::move(interests)), min_bytes_(min_bytes) {
  for (FetchInterest& interest : interests_) {
    interest.fetch = this;
    ready_bytes_ += interest.ready_bytes;
  }
}

bool WaitingFetch::refresh(FetchInterest& interest) {
  const uint64_t ready = interest.partition->available_bytes(interest.offset);
  ready_bytes_ += ready - interest.ready_bytes;
  interest.ready_bytes = ready;
  return ready_bytes_ >= min_bytes_;
}

FetchWaiters::~FetchWaiters() = default;

WaitingFetch& FetchWaiters::add(std::unique_ptr<WaitingFetch> fetch) {
  for (FetchInterest& interest : fetch->interests_) {
    FetchInterest*& head = heads_[interest.partition.get()];
    interest.next = head;
    if (head != nullptr) head->previous = &interest;
    head = &interest;
  }
  WaitingFetch& added = *fetch;
  fetches_.emplace(&added, std::move(fetch));
  return added;
}

void FetchWaiters::unlink(FetchInterest& interest) {
  if (interest.next != nullptr) interest.next->previous = interest.previous;
  if (interest.previous != nullptr) {
    interest.previous->next = interest.next;
  } else if (interest.next != nullptr) {
    heads_[interest.partition.get()] = interest.next;
  } else {
    heads_.erase(interest.partition.get());
  }
}

void FetchWaiters::finish(WaitingFetch& fetch) {
  auto entry = fetches_.extract(&fetch);
  WEIR_CHECK(!entry.empty());
  for (FetchInterest& interest : fetch.interests_) unlink(interest);
  entry.mapped()->complete();
}

void FetchWaiters::finish_all() {
  while (!fetches_.empty()) finish(*fetches_.begin()->second);
}

void FetchWaiters::on_advanced(std::span<const log::PartitionRef> partitions) {
  std::vector<WaitingFetch*> due;
  for (const log::PartitionRef& partition : partitions) {
    const auto found = heads_.find(partition.get());
    if (found == heads_.end()) continue;
    for (FetchInterest* interest = found->second; interest != nullptr; interest = interest->next) {
      WaitingFetch& fetch = *interest->fetch;
      if (!fetch.refresh(*interest) || fetch.due_) continue;
      fetch.due_ = true;
      due.push_back(&fetch);
    }
  }
  for (WaitingFetch* const fetch : due) finish(*fetch);
}

}  // namespace weir::broker::handlers
