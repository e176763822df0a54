#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "weir/broker/log/partition.h"

namespace weir::broker::handlers {

class WaitingFetch;

// One partition that a waiting fetch is interested in: a link in the list of all that wait for this
// partition. Lives in its fetch and does not move while it is linked.
struct FetchInterest {
  log::PartitionRef partition;
  int64_t offset = 0;
  uint64_t ready_bytes = 0;  // durable at or after `offset`, when last looked
  WaitingFetch* fetch = nullptr;
  FetchInterest* previous = nullptr;
  FetchInterest* next = nullptr;
};

// A fetch that waits until its partitions together hold `min_bytes`. It keeps count of the bytes
// that are ready, so that an append costs it one look at one partition, never a scan of all.
// Confined.
class WaitingFetch {
 public:
  WaitingFetch(std::vector<FetchInterest> interests, uint64_t min_bytes);
  virtual ~WaitingFetch() = default;
  WaitingFetch(const WaitingFetch&) = delete;
  WaitingFetch& operator=(const WaitingFetch&) = delete;

  // Answers. Called once, at `min_bytes` or when told to finish; the fetch is gone afterwards.
  virtual void complete() = 0;

  uint64_t ready_bytes() const { return ready_bytes_; }

 protected:
  std::span<const FetchInterest> interests() const { return interests_; }

 private:
  friend class FetchWaiters;

  // Looks again at one partition; true when that completes the wait.
  bool refresh(FetchInterest& interest);

  std::vector<FetchInterest> interests_;
  const uint64_t min_bytes_;
  uint64_t ready_bytes_ = 0;
  bool due_ = false;
};

// The waiting fetches by partition. Woken only by durable bytes: by the partitions whose high
// watermark moved in a flush. Confined to the broker's loop.
class FetchWaiters {
 public:
  FetchWaiters() = default;
  ~FetchWaiters();
  FetchWaiters(const FetchWaiters&) = delete;
  FetchWaiters& operator=(const FetchWaiters&) = delete;

  // Takes a fetch in; what became durable between its last look and now is seen by the caller's
  // next `on_advanced`, as long as both run on the loop.
  WaitingFetch& add(std::unique_ptr<WaitingFetch> fetch);
  // Ends one (its time is over) or all (the broker stops).
  void finish(WaitingFetch& fetch);
  void finish_all();
  void on_advanced(std::span<const log::PartitionRef> partitions);

  size_t size() const { return fetches_.size(); }

 private:
  void unlink(FetchInterest& interest);

  std::unordered_map<const WaitingFetch*, std::unique_ptr<WaitingFetch>> fetches_;
  std::unordered_map<const log::Partition*, FetchInterest*> heads_;
};

}  // namespace weir::broker::handlers
