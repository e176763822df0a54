#include "weir/io/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>

namespace weir::io {
namespace {

Error system_error(std::string_view what, const std::string& path, int number = errno) {
  ErrorCode code = ErrorCode::unavailable;
  if (number == ENOENT || number == ENOTDIR) code = ErrorCode::not_found;
  if (number == EEXIST || number == EWOULDBLOCK) code = ErrorCode::already_exists;
  if (number == EACCES || number == EPERM || number == EROFS || number == EISDIR ||
      number == EINVAL) {
    code = ErrorCode::invalid_argument;
  }
  return Error(code, fmt::format("cannot {} {}: {}", what, path, std::strerror(number)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class RealFile : public File {
 public:
  RealFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<size_t> read_at(uint64_t offset, std::span<char> out) const override {
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = ::pread(fd_.get(), out.data() + done, out.size() - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("read", path_);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  Status write_at(uint64_t offset, std::span<const BytesView> pieces) override {
    std::vector<iovec> vectors;
    vectors.reserve(pieces.size());
    for (BytesView piece : pieces) {
      if (!piece.empty()) vectors.push_back({const_cast<char*>(piece.data()), piece.size()});
    }
    std::span<iovec> left(vectors);
    while (!left.empty()) {
      const int count = static_cast<int>(std::min<size_t>(left.size(), IOV_MAX));
      const ssize_t put = ::pwritev(fd_.get(), left.data(), count, static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return system_error("write", path_);
      offset += static_cast<uint64_t>(put);
      for (auto written = static_cast<size_t>(put); written > 0;) {
        const size_t step = std::min(written, left[0].iov_len);
        left[0].iov_base = static_cast<char*>(left[0].iov_base) + step;
        left[0].iov_len -= step;
        written -= step;
        if (left[0].iov_len == 0) left = left.subspan(1);
      }
    }
    return {};
  }

  Status truncate(uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
      return system_error("truncate", path_);
    return {};
  }

  Result<uint64_t> size() const override {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) return system_error("stat", path_);
    return static_cast<uint64_t>(status.st_size);
  }

  Status sync_data() override {
    if (::fdatasync(fd_.get()) != 0) return system_error("sync", path_);
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class RealFileLock : public FileLock {
 public:
  explicit RealFileLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

class RealFileSystem : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    int flags = O_CLOEXEC;
    switch (mode) {
      case OpenMode::read:
        flags |= O_RDONLY;
        break;
      case OpenMode::write:
        flags |= O_RDWR;
        break;
      case OpenMode::create:
        flags |= O_RDWR | O_CREAT;
        break;
      case OpenMode::truncate:
        flags |= O_RDWR | O_CREAT | O_TRUNC;
        break;
    }
    const int fd = ::open(path.c_str(), flags, 0644);
    if (fd < 0) return system_error("open", path);
    return std::unique_ptr<File>(std::make_unique<RealFile>(fd, path));
  }

  bool exists(const std::string& path) const override { return ::access(path.c_str(), F_OK) == 0; }

  bool is_directory(const std::string& path) const override {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  }

  Result<std::vector<std::string>> list(const std::string& folder) const override {
    DIR* directory = ::opendir(folder.c_str());
    if (directory == nullptr) return system_error("list", folder);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    ::closedir(directory);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status make_directories(const std::string& folder) override {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return system_error("make", folder, error.value());
    return {};
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename", from);
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return system_error("remove", path);
    return {};
  }

  Status remove_all(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return system_error("remove", path, error.value());
    return {};
  }

  Status sync_directory(const std::string& folder) override {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return system_error("open", folder);
    const Descriptor descriptor(fd);
    if (::fsync(fd) != 0) return system_error("sync", folder);
    return {};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return system_error("open", path);
    auto lock = std::make_unique<RealFileLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return system_error("lock", path);
    return std::unique_ptr<FileLock>(std::move(lock));
  }
};

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<Bytes> read_file(FileSystem& files, const std::string& path, uint64_t limit) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<File> file, files.open(path, OpenMode::read));
  WEIR_TRY_ASSIGN(const uint64_t size, file->size());
  if (size > limit) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("{} has {} bytes, more than the {} that are read", path, size, limit));
  }
  Bytes contents(size, '\0');
  WEIR_TRY_ASSIGN(const size_t got, file->read_at(0, contents));
  contents.resize(got);
  return contents;
}

Status write_file_atomically(FileSystem& files, const std::string& path, BytesView contents) {
  const std::string temporary = path + ".tmp";
  {
    WEIR_TRY_ASSIGN(const std::unique_ptr<File> file, files.open(temporary, OpenMode::truncate));
    WEIR_TRY(file->write_at(0, contents));
    WEIR_TRY(file->sync_data());
  }
  WEIR_TRY(files.rename(temporary, path));
  return files.sync_directory(folder_of(path));
}

FileSystem& real_file_system() {
  static RealFileSystem files;
  return files;
}

}  // namespace weir::io
