#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/io/file_system.h"

namespace weir::testing {

// A file system in memory that can lose its power. It remembers which writes, truncations and names
// were made durable (`sync_data`, `sync_directory`) and which were not, and builds from that what a
// disk may legally hold after a cut: writes that were not synced are kept, dropped or torn at
// sector bounds, independently of each other; names that were not synced exist up to some operation
// per folder. It can also fail the n-th write or sync, run out of space and flip bits. Shared.
//
//   SimFileSystem disk;
//   disk.cut_power_at(40, seed);   // at the 40th change from now
//   … use the disk until it fails …
//   std::unique_ptr<SimFileSystem> after = disk.take_image(seed);
class SimFileSystem : public io::FileSystem {
 public:
  // How `sync_data` behaves. `lies` answers success and syncs nothing: for canaries.
  enum class Honesty { honest, lies };

  SimFileSystem();
  ~SimFileSystem() override;

  // Cuts the power just before the n-th change (1 = the next one): the image is drawn with `seed`,
  // and from then on everything fails.
  void cut_power_at(uint64_t nth_change, uint64_t seed);
  // Cuts the power now, unless it is off already, and gives what the disk holds. Once per disk.
  std::unique_ptr<SimFileSystem> take_image(uint64_t seed);
  bool powered() const;
  uint64_t changes() const;  // writes, truncations, syncs and name changes so far

  // The n-th write (sync) from now on fails once. What a failed sync covered never becomes durable.
  void fail_write(uint64_t nth);
  void fail_sync(uint64_t nth);
  // Bytes of all files together; writes that need more fail.
  void set_capacity(std::optional<uint64_t> bytes);
  void set_honesty(Honesty honesty);
  // Changes one bit on the disk and in every open view of it.
  void flip_bit(const std::string& path, uint64_t bit);
  uint64_t sync_count() const;

  Result<std::unique_ptr<io::File>> open(const std::string& path, io::OpenMode mode) override;
  bool exists(const std::string& path) const override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Status make_directories(const std::string& folder) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status remove_all(const std::string& path) override;
  Status sync_directory(const std::string& folder) override;
  Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override;
  bool is_directory(const std::string& path) const override;

 private:
  // One change of a file's contents that is not durable yet: bytes at an offset, or a new size.
  struct Change {
    uint64_t offset = 0;
    Bytes bytes;
    std::optional<uint64_t> truncate_to;
  };
  struct Node {
    bool folder = false;
    Bytes now;      // what readers see
    Bytes durable;  // what survives for certain
    std::vector<Change> unsynced;
  };
  using NodeRef = std::shared_ptr<Node>;
  using Names = std::map<std::string, NodeRef, std::less<>>;
  // One change of a folder's names that is not durable yet: `node` null removes the name.
  struct NameChange {
    std::string folder;
    std::vector<std::pair<std::string, NodeRef>> entries;
  };
  class SimFile;
  class SimLock;

  static void apply(Bytes& contents, const Change& change);
  Status begin_change() WEIR_REQUIRES(mutex_);
  Status write(Node& node, const std::string& path, uint64_t offset,
               std::span<const BytesView> pieces);
  Status truncate(Node& node, uint64_t size);
  Status sync(Node& node, const std::string& path);
  void change_names(NameChange change) WEIR_REQUIRES(mutex_);
  std::unique_ptr<SimFileSystem> draw_image(uint64_t seed) const WEIR_REQUIRES(mutex_);
  static Bytes draw_contents(const Node& node, std::mt19937_64& random, size_t sector,
                             unsigned keep_percent);

  mutable Mutex mutex_;
  Names names_ WEIR_GUARDED_BY(mutex_);
  Names durable_names_ WEIR_GUARDED_BY(mutex_);
  std::vector<NameChange> unsynced_names_ WEIR_GUARDED_BY(mutex_);
  std::set<std::string> locks_ WEIR_GUARDED_BY(mutex_);
  std::unique_ptr<SimFileSystem> image_ WEIR_GUARDED_BY(mutex_);
  bool powered_ WEIR_GUARDED_BY(mutex_) = true;
  Honesty honesty_ WEIR_GUARDED_BY(mutex_) = Honesty::honest;
  std::optional<uint64_t> capacity_ WEIR_GUARDED_BY(mutex_);
  uint64_t used_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t changes_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t syncs_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t cut_at_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t cut_seed_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t fail_write_in_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t fail_sync_in_ WEIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace weir::testing
