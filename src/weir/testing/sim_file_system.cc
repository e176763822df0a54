#include "weir/testing/sim_file_system.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/base/check.h"

namespace weir::testing {
namespace {

std::string normal(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path == "." ? "" : path;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_inside(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/';
}

Error power_is_off() {
  return Error(ErrorCode::unavailable, "input/output error: the power is off");
}

// One countdown of a planned failure: true when it strikes now.
bool strikes(uint64_t& countdown) { return countdown > 0 && --countdown == 0; }

}  // namespace

class SimFileSystem::SimFile : public io::File {
 public:
  SimFile(SimFileSystem& disk, NodeRef node, std::string path)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}

  Result<size_t> read_at(uint64_t offset, std::span<char> out) const override {
    MutexLock lock(disk_.mutex_);
    if (!disk_.powered_) return power_is_off();
    if (offset >= node_->now.size()) return size_t{0};
    return node_->now.copy(out.data(), out.size(), offset);
  }
  Status write_at(uint64_t offset, std::span<const BytesView> pieces) override {
    return disk_.write(*node_, path_, offset, pieces);
  }
  Status truncate(uint64_t size) override { return disk_.truncate(*node_, size); }
  Result<uint64_t> size() const override {
    MutexLock lock(disk_.mutex_);
    if (!disk_.powered_) return power_is_off();
    return node_->now.size();
  }
  Status sync_data() override { return disk_.sync(*node_, path_); }

 private:
  SimFileSystem& disk_;
  NodeRef node_;
  std::string path_;
};

class SimFileSystem::SimLock : public io::FileLock {
 public:
  SimLock(SimFileSystem& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~SimLock() override {
    MutexLock lock(disk_.mutex_);
    disk_.locks_.erase(path_);
  }

 private:
  SimFileSystem& disk_;
  std::string path_;
};

SimFileSystem::SimFileSystem() {
  auto root = std::make_shared<Node>();
  root->folder = true;
  names_[""] = durable_names_[""] = root;
}

SimFileSystem::~SimFileSystem() = default;

void SimFileSystem::cut_power_at(uint64_t nth_change, uint64_t seed) {
  MutexLock lock(mutex_);
  cut_at_ = changes_ + nth_change;
  cut_seed_ = seed;
}

std::unique_ptr<SimFileSystem> SimFileSystem::take_image(uint64_t seed) {
  MutexLock lock(mutex_);
  if (powered_) {
    image_ = draw_image(seed);
    powered_ = false;
  }
  WEIR_CHECK(image_ != nullptr);
  return std::move(image_);
}

bool SimFileSystem::powered() const {
  MutexLock lock(mutex_);
  return powered_;
}

uint64_t SimFileSystem::changes() const {
  MutexLock lock(mutex_);
  return changes_;
}

uint64_t SimFileSystem::sync_count() const {
  MutexLock lock(mutex_);
  return syncs_;
}

void SimFileSystem::fail_write(uint64_t nth) {
  MutexLock lock(mutex_);
  fail_write_in_ = nth;
}

void SimFileSystem::fail_sync(uint64_t nth) {
  MutexLock lock(mutex_);
  fail_sync_in_ = nth;
}

void SimFileSystem::set_capacity(std::optional<uint64_t> bytes) {
  MutexLock lock(mutex_);
  capacity_ = bytes;
}

void SimFileSystem::set_honesty(Honesty honesty) {
  MutexLock lock(mutex_);
  honesty_ = honesty;
}

void SimFileSystem::flip_bit(const std::string& path, uint64_t bit) {
  MutexLock lock(mutex_);
  const auto found = names_.find(normal(path));
  WEIR_CHECK(found != names_.end());
  for (Bytes* contents : {&found->second->now, &found->second->durable}) {
    if (bit / 8 < contents->size()) {
      (*contents)[bit / 8] = static_cast<char>((*contents)[bit / 8] ^ (1 << (bit % 8)));
    }
  }
}

Result<std::unique_ptr<io::File>> SimFileSystem::open(const std::string& given, io::OpenMode mode) {
  const std::string path = normal(given);
  MutexLock lock(mutex_);
  if (!powered_) return power_is_off();
  auto found = names_.find(path);
  const bool makes = mode == io::OpenMode::create || mode == io::OpenMode::truncate;
  if (found == names_.end()) {
    const auto folder = names_.find(folder_of(path));
    if (!makes || folder == names_.end()) {
      return Error(ErrorCode::not_found, fmt::format("cannot open {}: no such file", path));
    }
    WEIR_TRY(begin_change());
    change_names({folder_of(path), {{path, std::make_shared<Node>()}}});
    found = names_.find(path);
  }
  Node& node = *found->second;
  if (node.folder) return Error(ErrorCode::invalid_argument, fmt::format("{} is a folder", path));
  if (mode == io::OpenMode::truncate && !node.now.empty()) {
    WEIR_TRY(begin_change());
    used_ -= node.now.size();
    node.now.clear();
    node.unsynced.push_back({.offset = 0, .bytes = {}, .truncate_to = 0});
  }
  return std::unique_ptr<io::File>(std::make_unique<SimFile>(*this, found->second, path));
}

bool SimFileSystem::exists(const std::string& path) const {
  MutexLock lock(mutex_);
  return powered_ && names_.contains(normal(path));
}

bool SimFileSystem::is_directory(const std::string& path) const {
  MutexLock lock(mutex_);
  const auto found = names_.find(normal(path));
  return powered_ && found != names_.end() && found->second->folder;
}

Result<std::vector<std::string>> SimFileSystem::list(const std::string& given) const {
  const std::string folder = normal(given);
  MutexLock lock(mutex_);
  if (!powered_) return power_is_off();
  if (!names_.contains(folder)) return Error(ErrorCode::not_found, folder + ": no such folder");
  std::vector<std::string> found;
  for (auto at = names_.upper_bound(folder + "/");
       at != names_.end() && is_inside(at->first, folder); ++at) {
    if (folder_of(at->first) == folder) found.push_back(at->first.substr(folder.size() + 1));
  }
  return found;
}

Status SimFileSystem::make_directories(const std::string& given) {
  const std::string folder = normal(given);
  MutexLock lock(mutex_);
  for (size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
    const std::string part = folder.substr(0, slash);
    if (!names_.contains(part)) {
      WEIR_TRY(begin_change());
      auto node = std::make_shared<Node>();
      node->folder = true;
      change_names({folder_of(part), {{part, node}}});
    }
    if (slash == std::string::npos) return {};
  }
}

Status SimFileSystem::rename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  const auto found = names_.find(normal(from));
  if (found == names_.end()) return Error(ErrorCode::not_found, from + ": no such file");
  WEIR_TRY(begin_change());
  if (const auto old = names_.find(normal(to)); old != names_.end())
    used_ -= old->second->now.size();
  change_names({folder_of(normal(to)), {{normal(to), found->second}, {normal(from), nullptr}}});
  return {};
}

Status SimFileSystem::remove(const std::string& given) {
  const std::string path = normal(given);
  MutexLock lock(mutex_);
  const auto found = names_.find(path);
  if (found == names_.end()) return Error(ErrorCode::not_found, path + ": no such file");
  WEIR_TRY(begin_change());
  used_ -= found->second->now.size();
  change_names({folder_of(path), {{path, nullptr}}});
  return {};
}

Status SimFileSystem::remove_all(const std::string& given) {
  const std::string path = normal(given);
  std::vector<std::string> doomed;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, node] : names_) {
      if (name == path || is_inside(name, path)) doomed.push_back(name);
    }
  }
  // Contents before their folders.
  for (auto name = doomed.rbegin(); name != doomed.rend(); ++name) WEIR_TRY(remove(*name));
  return {};
}

Status SimFileSystem::sync_directory(const std::string& given) {
  const std::string folder = normal(given);
  MutexLock lock(mutex_);
  if (!names_.contains(folder)) return Error(ErrorCode::not_found, folder + ": no such folder");
  WEIR_TRY(begin_change());
  ++syncs_;
  if (strikes(fail_sync_in_))
    return Error(ErrorCode::unavailable, "cannot sync " + folder + ": input/output error");
  if (honesty_ == Honesty::lies) return {};
  std::erase_if(unsynced_names_, [&](const NameChange& change) {
    if (change.folder != folder) return false;
    for (const auto& [name, node] : change.entries) {
      if (node) durable_names_[name] = node;
      if (!node) durable_names_.erase(name);
    }
    return true;
  });
  return {};
}

Result<std::unique_ptr<io::FileLock>> SimFileSystem::lock(const std::string& path) {
  MutexLock lock(mutex_);
  if (!powered_) return power_is_off();
  if (!locks_.insert(normal(path)).second) {
    return Error(ErrorCode::already_exists, "cannot lock " + path + ": held by another");
  }
  return std::unique_ptr<io::FileLock>(std::make_unique<SimLock>(*this, normal(path)));
}

Status SimFileSystem::begin_change() {
  if (!powered_) return power_is_off();
  if (++changes_ == cut_at_) {
    image_ = draw_image(cut_seed_);
    powered_ = false;
    return power_is_off();
  }
  return {};
}

void SimFileSystem::apply(Bytes& contents, const Change& change) {
  if (change.truncate_to) {
    contents.resize(*change.truncate_to, '\0');
    return;
  }
  const uint64_t end = change.offset + change.bytes.size();
  if (contents.size() < end) contents.resize(end, '\0');
  contents.replace(change.offset, change.bytes.size(), change.bytes);
}

Status SimFileSystem::write(Node& node, const std::string& path, uint64_t offset,
                            std::span<const BytesView> pieces) {
  MutexLock lock(mutex_);
  WEIR_TRY(begin_change());
  if (strikes(fail_write_in_))
    return Error(ErrorCode::unavailable, "cannot write " + path + ": input/output error");
  Change change{.offset = offset, .bytes = {}, .truncate_to = {}};
  for (const BytesView piece : pieces) change.bytes.append(piece);
  const uint64_t end = offset + change.bytes.size();
  const uint64_t growth = end > node.now.size() ? end - node.now.size() : 0;
  if (capacity_ && growth > 0 && used_ + growth > *capacity_) {
    return Error(ErrorCode::unavailable, "cannot write " + path + ": no space left on device");
  }
  used_ += growth;
  apply(node.now, change);
  node.unsynced.push_back(std::move(change));
  return {};
}

Status SimFileSystem::truncate(Node& node, uint64_t size) {
  MutexLock lock(mutex_);
  WEIR_TRY(begin_change());
  used_ += size - node.now.size();
  node.unsynced.push_back({.offset = 0, .bytes = {}, .truncate_to = size});
  apply(node.now, node.unsynced.back());
  return {};
}

Status SimFileSystem::sync(Node& node, const std::string& path) {
  MutexLock lock(mutex_);
  WEIR_TRY(begin_change());
  ++syncs_;
  if (strikes(fail_sync_in_)) {
    // As on Linux: the pages count as clean now, and a second sync would succeed without writing
    // them.
    node.unsynced.clear();
    return Error(ErrorCode::unavailable, "cannot sync " + path + ": input/output error");
  }
  if (honesty_ == Honesty::lies) return {};
  for (const Change& change : node.unsynced) apply(node.durable, change);
  node.unsynced.clear();
  return {};
}

void SimFileSystem::change_names(NameChange change) {
  for (const auto& [name, node] : change.entries) {
    if (node) names_[name] = node;
    if (!node) names_.erase(name);
  }
  unsynced_names_.push_back(std::move(change));
}

Bytes SimFileSystem::draw_contents(const Node& node, std::mt19937_64& random, size_t sector,
                                   unsigned keep_percent) {
  Bytes contents = node.durable;
  for (const Change& change : node.unsynced) {
    if (change.truncate_to) {
      if (random() % 100 < keep_percent) apply(contents, change);
      continue;
    }
    for (size_t at = 0; at < change.bytes.size();) {
      const size_t room = sector - (change.offset + at) % sector;
      const size_t size = std::min(room, change.bytes.size() - at);
      if (random() % 100 < keep_percent) {
        apply(contents, {.offset = change.offset + at,
                         .bytes = change.bytes.substr(at, size),
                         .truncate_to = {}});
      }
      at += size;
    }
  }
  return contents;
}

std::unique_ptr<SimFileSystem> SimFileSystem::draw_image(uint64_t seed) const {
  std::mt19937_64 random(seed);
  static constexpr unsigned kKeepPercent[] = {0, 10, 50, 90, 100};
  const unsigned keep_percent = kKeepPercent[random() % std::size(kKeepPercent)];
  const size_t sector = random() % 2 == 0 ? 512 : 4096;
  Names names = durable_names_;
  std::set<std::string> cut_folders;  // whose later names are lost
  for (const NameChange& change : unsynced_names_) {
    if (cut_folders.contains(change.folder)) continue;
    if (random() % 100 >= keep_percent) {
      cut_folders.insert(change.folder);
      continue;
    }
    for (const auto& [name, node] : change.entries) {
      if (node) names[name] = node;
      if (!node) names.erase(name);
    }
  }
  auto image = std::make_unique<SimFileSystem>();
  for (const auto& [name, node] : names) {
    // A name is reachable only where its folder is; folders sort before what they hold.
    if (name.empty() || !image->names_.contains(folder_of(name))) continue;
    auto copy = std::make_shared<Node>();
    copy->folder = node->folder;
    copy->durable = draw_contents(*node, random, sector, keep_percent);
    copy->now = copy->durable;
    image->used_ += copy->now.size();
    image->names_[name] = image->durable_names_[name] = copy;
  }
  return image;
}

}  // namespace weir::testing
