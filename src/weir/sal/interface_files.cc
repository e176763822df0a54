#include "weir/sal/interface_files.h"

#include <fmt/format.h>

namespace weir::sal {
namespace {

constexpr int kDeepestFolder = 32;  // a link that leads back up ends here
constexpr uint64_t kLargestFile = UINT64_C(64) << 20;

struct Found {
  std::vector<InterfaceFile> files;
  std::vector<Problem> problems;
};

bool is_xml(std::string_view path) { return path.ends_with(".xml") || path.ends_with(".XML"); }

void add_unreadable(const std::string& path, const Error& error, Found& found) {
  found.problems.push_back({{path, 0}, "", error.message(), ProblemEffect::file_skipped});
}

void add_file(io::FileSystem& files, const std::string& path, Found& found) {
  auto contents = io::read_file(files, path, kLargestFile);
  if (contents) {
    found.files.push_back({path, std::move(*contents)});
  } else {
    add_unreadable(path, contents.error(), found);
  }
}

void add_folder(io::FileSystem& files, const std::string& folder, int depth, Found& found) {
  const auto names = files.list(folder);
  if (!names) return add_unreadable(folder, names.error(), found);
  for (const std::string& name : *names) {
    const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
    if (files.is_directory(path)) {
      if (depth < kDeepestFolder) add_folder(files, path, depth + 1, found);
    } else if (is_xml(name)) {
      add_file(files, path, found);
    }
  }
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
      add_file(files, path, found);
    }
  }
  if (found.files.empty() && found.problems.empty()) {
    return Error(ErrorCode::not_found, "no interface XML (*.xml) found");
  }
  Interfaces interfaces = read_interfaces(std::move(found.files));
  interfaces.files += found.problems.size();
  interfaces.problems.insert(interfaces.problems.begin(), found.problems.begin(),
                             found.problems.end());
  return interfaces;
}

}  // namespace weir::sal
