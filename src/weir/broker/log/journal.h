#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/broker/log/journal_frame.h"
#include "weir/io/file_system.h"

namespace weir::broker::log {

struct JournalOptions {
  std::string folder;
  uint64_t file_bytes = 64u << 20;
  int max_files = 4;
};

// Where the next frame goes; a checkpoint keeps it after a clean stop, to find the end without
// reading.
struct JournalPosition {
  Lsn first_lsn = 0;  // of the file
  uint64_t position = 0;
  uint32_t chain = 0;
  Lsn next_lsn = 1;
};

// The files of the shared journal: zero-filled, written in a ring, reused when a checkpoint no
// longer needs them. write, sync and rotate are confined to the flusher thread; free_before,
// add_spare and the questions are shared. A failed write or sync makes the journal `broken` for
// good; other failures (no space for a new file or for its growth) leave everything as it was.
class Journal {
 public:
  using Visitor = std::function<Status(const Frame&)>;

  // Makes the first file, durably, for a folder that has none.
  static Status create(io::FileSystem& files, const JournalOptions& options, uint64_t journal_id);

  // Shows `visit` all frames from `replay_from` on and stands behind the last one. `corrupt` names
  // file and position: damage that a power cut cannot explain. A torn tail is cut, with a log line.
  static Result<std::unique_ptr<Journal>> open(io::FileSystem& files, const JournalOptions& options,
                                               uint64_t journal_id, Lsn replay_from,
                                               const std::optional<JournalPosition>& hint,
                                               const Visitor& visit);

  // The largest payload that fits a file.
  uint64_t max_payload() const {
    return options_.file_bytes - kJournalHeaderSize - kFrameHeaderSize;
  }
  Lsn next_lsn() const { return at_.next_lsn; }
  uint32_t chain() const { return at_.chain; }
  const JournalPosition& position() const { return at_; }
  // Bytes of frames that still fit the current file.
  uint64_t room() const;

  bool can_rotate() const;  // a file is free, or may be made by rotate itself
  Status rotate();
  // Grows the current file, where it is still short, so that the next `bytes` need no space.
  Status make_room(uint64_t bytes);
  // Writes whole frames that `make_room` was called for; `count` of them, the last with CRC
  // `chain`.
  Status write(std::span<const BytesView> pieces, uint64_t bytes, Lsn count, uint32_t chain);
  Status sync();
  bool broken() const { return broken_; }

  int files_in_use() const;
  int files_made() const;
  int max_files() const { return options_.max_files; }
  uint64_t file_bytes() const { return options_.file_bytes; }
  uint64_t position_in_file() const { return shared_position_; }
  // Frames below this LSN fill the oldest file, so that moving them to segments frees it; 0: one
  // file only.
  Lsn oldest_file_end() const;
  // Gives up the files that hold only frames below `lsn`.
  void free_before(Lsn lsn);

  // Makes and zero-fills one more file, if there is no free one and there may be. `keep_on` is
  // asked between steps, so that the disk gets a rest and the work can be cut short.
  Status add_spare(const std::function<bool()>& keep_on);

 private:
  struct Slot {
    std::string path;
    std::unique_ptr<io::File> file;
    Lsn first_lsn = 0;  // 0: free
    uint64_t filled = 0;
  };

  Journal(io::FileSystem& files, JournalOptions options, uint64_t journal_id)
      : files_(files), options_(std::move(options)), journal_id_(journal_id) {}

  Status load_slots();
  Status replay(Lsn replay_from, const std::optional<JournalPosition>& hint, const Visitor& visit);
  Status replay_file(const Slot& slot, Lsn next_file_lsn, Lsn replay_from, const Visitor& visit);
  Status zero_fill(Slot& slot, uint64_t target) const;
  std::vector<Slot*> used_slots() const WEIR_REQUIRES(mutex_);
  Slot* free_slot() const WEIR_REQUIRES(mutex_);
  size_t unused_number() const WEIR_REQUIRES(mutex_);
  std::string slot_path(size_t number) const;
  Result<std::unique_ptr<Slot>> make_slot(size_t number) const;

  io::FileSystem& files_;
  const JournalOptions options_;
  const uint64_t journal_id_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Slot>> slots_ WEIR_GUARDED_BY(mutex_);
  bool making_spare_ WEIR_GUARDED_BY(mutex_) = false;
  // The flusher's own.
  Slot* current_ = nullptr;
  JournalPosition at_;
  bool must_rotate_ = false;
  bool broken_ = false;
  std::atomic<uint64_t> shared_position_ = 0;  // at_.position, for others to look at
};

}  // namespace weir::broker::log
