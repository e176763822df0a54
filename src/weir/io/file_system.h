#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::io {

// An open file. Reads and writes name their place, so one object serves several readers and one
// writer. What was written is durable only after `sync_data` returned; before that a power cut may
// keep, drop, tear or reorder it. Closing does not sync. Errors: `unavailable` = no space or an I/O
// error.
class File {
 public:
  virtual ~File() = default;

  // Reads up to out.size() bytes at `offset`; fewer only at the end of the file.
  virtual Result<size_t> read_at(uint64_t offset, std::span<char> out) const = 0;
  // Writes all pieces one after another, extending the file if need be. All or an error.
  virtual Status write_at(uint64_t offset, std::span<const BytesView> pieces) = 0;
  virtual Status truncate(uint64_t size) = 0;
  virtual Result<uint64_t> size() const = 0;
  // fdatasync: contents and the size needed to read them are durable when it returns.
  // An error is final: the caller must never assume that a second try repairs it.
  virtual Status sync_data() = 0;

  Status write_at(uint64_t offset, BytesView bytes) {
    return write_at(offset, std::span(&bytes, 1));
  }
};

enum class OpenMode {
  read,      // must exist
  write,     // must exist
  create,    // made empty if absent, kept if there
  truncate,  // made, or emptied if there
};

// Held while the object lives; another process (or object) cannot have the same lock.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// The file system as weir needs it: the real one below, simulated ones in `testing`. Shared.
// Names become durable with `sync_directory` of the folder that holds them.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual bool exists(const std::string& path) const = 0;
  // Names (not paths) of what a folder holds, sorted.
  virtual Result<std::vector<std::string>> list(const std::string& folder) const = 0;
  // Makes a folder and its parents; fine when it is there.
  virtual Status make_directories(const std::string& folder) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status remove_all(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& folder) = 0;
  // `already_exists` when somebody else holds it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
  virtual bool is_directory(const std::string& path) const = 0;
};

// The whole file; `not_found`, or `invalid_argument` when it is larger than `limit` bytes.
Result<Bytes> read_file(FileSystem& files, const std::string& path,
                        uint64_t limit = UINT64_C(1) << 30);

// Replaces a file so that a crash leaves either the old contents or the new: temporary, sync,
// rename, sync.
Status write_file_atomically(FileSystem& files, const std::string& path, BytesView contents);

// The operating system's file system.
FileSystem& real_file_system();

}  // namespace weir::io
