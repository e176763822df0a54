#include "weir/facility/data_folder.h"

#include <fmt/format.h>

namespace weir::facility {
namespace {

// The layout of the folder as a whole; its parts (log, store) carry versions of their own.
constexpr std::string_view kFormat = "weir data folder, format 1\n";

Status check_format(io::FileSystem& files, const std::string& path) {
  const std::string file = path + "/FORMAT";
  if (!files.exists(file)) {
    WEIR_TRY_ASSIGN(const std::vector<std::string> names, files.list(path));
    for (const std::string& name : names) {
      if (name == "lock" || name == "FORMAT.tmp") continue;
      return Error(
          ErrorCode::refused,
          fmt::format(
              "{} is no data folder of weir: it holds {} and no FORMAT; name an empty or a new "
              "folder",
              path, name));
    }
    return io::write_file_atomically(files, file, kFormat);
  }
  WEIR_TRY_ASSIGN(const Bytes format, io::read_file(files, file, 4096));
  if (format == kFormat) return {};
  return Error(
      ErrorCode::refused,
      fmt::format(
          "{} was made by another version of weir: its FORMAT says '{}' and this one reads '{}'",
          path, format.substr(0, format.find('\n')), kFormat.substr(0, kFormat.size() - 1)));
}

}  // namespace

Result<DataFolder> DataFolder::open(io::FileSystem& files, const std::string& path) {
  WEIR_TRY(files.make_directories(path));
  Result<std::unique_ptr<io::FileLock>> lock = files.lock(path + "/lock");
  if (!lock && lock.error().code() == ErrorCode::already_exists) {
    return Error(
        ErrorCode::already_exists,
        fmt::format("another `weir up` works on {}; stop it, or name another folder with --data",
                    path));
  }
  if (!lock) return Error(lock.error());
  WEIR_TRY(check_format(files, path));
  return DataFolder(files, path, std::move(*lock));
}

Result<std::string> DataFolder::folder(const std::string& name) const {
  std::string folder = path_ + "/" + name;
  WEIR_TRY(files_->make_directories(folder));
  return folder;
}

}  // namespace weir::facility
