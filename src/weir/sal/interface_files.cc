#include "weir/sal/interface_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace weir::sal {
namespace {

constexpr int kDeepestFolder = 32;  // a link that leads back up ends here
// A parsed file takes up to sixteen times its size in memory; the largest real one has 0.8 MB.
constexpr uint64_t kLargestFile = UINT64_C(16) << 20;

// What to read, in the order in which it counts. A file named twice is read once.
using Found = std::map<std::string, Status>;

bool is_xml(std::string_view path) { return path.ends_with(".xml") || path.ends_with(".XML"); }

void add_folder(io::FileSystem& files, const std::string& folder, int depth, Found& found) {
  const auto names = files.list(folder);
  if (!names) {
    found.emplace(folder, names.error());
    return;
  }
  for (const std::string& name : *names) {
    const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
    if (files.is_directory(path)) {
      if (depth < kDeepestFolder) add_folder(files, path, depth + 1, found);
    } else if (is_xml(name)) {
      found.emplace(path, Status());
    }
  }
}

// Problems name the file in front anyway.
std::string without_path(std::string_view message, std::string_view path) {
  if (!message.starts_with(path)) return std::string(message);
  message.remove_prefix(path.size());
  return std::string(message.substr(std::min(message.find_first_not_of(": "), message.size())));
}

}  // namespace

Result<Interfaces> load_interfaces(io::FileSystem& files, std::span<const std::string> paths) {
  Found found;
  for (const std::string& path : paths) {
    if (!files.exists(path)) {
      return Error(ErrorCode::not_found, fmt::format("{}: no such file or folder", path));
    }
    if (files.is_directory(path)) {
      add_folder(files, path, 0, found);
    } else {
      found.emplace(path, Status());
    }
  }
  if (found.empty()) return Error(ErrorCode::not_found, "no interface XML (*.xml) found");
  InterfaceReader reader;
  for (const auto& [path, listed] : found) {
    auto contents =
        listed ? io::read_file(files, path, kLargestFile) : Result<Bytes>(listed.error());
    if (contents) {
      reader.add({path, std::move(*contents)});
    } else {
      reader.add_unreadable(path, without_path(contents.error().message(), path));
    }
  }
  return reader.finish();
}

}  // namespace weir::sal
