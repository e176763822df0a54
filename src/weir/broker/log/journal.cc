#include "weir/broker/log/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "weir/base/check.h"
#include "weir/base/log.h"

namespace weir::broker::log {
namespace {

constexpr Logger kLog("broker.log");
constexpr uint64_t kGrowthStep = 4u << 20;
constexpr uint64_t kFillStep = 1u << 20;
constexpr BytesView kSlotPrefix = "slot-";

Error damage(const std::string& path, uint64_t position, std::string_view what) {
  return Error(ErrorCode::corrupt, fmt::format("{} at byte {}: {}", path, position, what));
}

}  // namespace

std::string Journal::slot_path(size_t number) const {
  return fmt::format("{}/{}{}", options_.folder, kSlotPrefix, number);
}

Result<std::unique_ptr<Journal::Slot>> Journal::make_slot(size_t number) const {
  auto slot = std::make_unique<Slot>();
  slot->path = slot_path(number);
  WEIR_TRY_ASSIGN(slot->file, files_.open(slot->path, io::OpenMode::create));
  WEIR_TRY_ASSIGN(slot->filled, slot->file->size());
  return slot;
}

Status Journal::create(io::FileSystem& files, const JournalOptions& options, uint64_t journal_id) {
  WEIR_TRY(files.make_directories(options.folder));
  Journal journal(files, options, journal_id);
  WEIR_TRY_ASSIGN(const std::unique_ptr<Slot> slot, journal.make_slot(0));
  WEIR_TRY(slot->file->write_at(0, encode_journal_header({journal_id, 1})));
  WEIR_TRY(slot->file->sync_data());
  return files.sync_directory(options.folder);
}

Result<std::unique_ptr<Journal>> Journal::open(io::FileSystem& files, const JournalOptions& options,
                                               uint64_t journal_id, Lsn replay_from,
                                               const std::optional<JournalPosition>& hint,
                                               const Visitor& visit) {
  std::unique_ptr<Journal> journal(new Journal(files, options, journal_id));
  WEIR_TRY(journal->load_slots());
  WEIR_TRY(journal->replay(replay_from, hint, visit));
  return journal;
}

Status Journal::load_slots() {
  MutexLock lock(mutex_);
  WEIR_TRY_ASSIGN(const std::vector<std::string> names, files_.list(options_.folder));
  for (const std::string& name : names) {
    if (!name.starts_with(kSlotPrefix)) continue;
    auto slot = std::make_unique<Slot>();
    slot->path = options_.folder + "/" + name;
    WEIR_TRY_ASSIGN(slot->file, files_.open(slot->path, io::OpenMode::write));
    WEIR_TRY_ASSIGN(slot->filled, slot->file->size());
    Bytes head(kJournalHeaderSize, '\0');
    WEIR_TRY_ASSIGN([[maybe_unused]] const size_t got, slot->file->read_at(0, head));
    const auto header = decode_journal_header(head);
    if (!header && header.error().code() != ErrorCode::not_found)
      return Error(header.error()).within(slot->path);
    if (header && header->journal_id != journal_id_)
      return damage(slot->path, 0, "belongs to another data folder");
    if (header) slot->first_lsn = header->first_lsn;
    slots_.push_back(std::move(slot));
  }
  return {};
}

std::vector<Journal::Slot*> Journal::used_slots() const {
  std::vector<Slot*> used;
  for (const auto& slot : slots_) {
    if (slot->first_lsn != 0) used.push_back(slot.get());
  }
  std::sort(used.begin(), used.end(),
            [](const Slot* a, const Slot* b) { return a->first_lsn < b->first_lsn; });
  return used;
}

Status Journal::replay(Lsn replay_from, const std::optional<JournalPosition>& hint,
                       const Visitor& visit) {
  std::vector<Slot*> used;
  {
    MutexLock lock(mutex_);
    used = used_slots();
    const auto after = std::find_if(
        used.begin(), used.end(), [&](const Slot* slot) { return slot->first_lsn > replay_from; });
    if (after == used.begin()) {
      return Error(ErrorCode::corrupt, fmt::format("{}: the file that holds frame {} is missing",
                                                   options_.folder, replay_from));
    }
    for (auto at = used.begin(); at != after - 1; ++at) (*at)->first_lsn = 0;
    used.erase(used.begin(), after - 1);
  }
  at_.next_lsn = used.front()->first_lsn;
  for (size_t i = 0; i < used.size(); ++i) {
    current_ = used[i];
    if (current_->first_lsn != at_.next_lsn) {
      return damage(current_->path, 0,
                    fmt::format("begins with frame {} where {} should follow", current_->first_lsn,
                                at_.next_lsn));
    }
    Bytes head(kJournalHeaderSize, '\0');
    WEIR_TRY_ASSIGN([[maybe_unused]] const size_t got, current_->file->read_at(0, head));
    at_ = {current_->first_lsn, kJournalHeaderSize, journal_header_crc(head), current_->first_lsn};
    if (hint && i == 0 && hint->first_lsn == current_->first_lsn && hint->next_lsn <= replay_from)
      at_ = *hint;
    const Lsn next_file_lsn = i + 1 < used.size() ? used[i + 1]->first_lsn : 0;
    WEIR_TRY(replay_file(*current_, next_file_lsn, replay_from, visit));
  }
  shared_position_ = at_.position;
  if (at_.next_lsn < replay_from) {
    return damage(
        current_->path, at_.position,
        fmt::format("ends before frame {}, which the checkpoint has seen", replay_from - 1));
  }
  return {};
}

// `next_file_lsn` is what the following file begins with, 0 for the last file.
Status Journal::replay_file(const Slot& slot, Lsn next_file_lsn, Lsn replay_from,
                            const Visitor& visit) {
  const uint64_t start = at_.position;
  if (slot.filled <= start) return {};
  Bytes buffer(slot.filled - start, '\0');
  WEIR_TRY_ASSIGN(const size_t got, slot.file->read_at(start, buffer));
  BytesView rest = BytesView(buffer).substr(0, got);
  for (;;) {
    if (at_.next_lsn == next_file_lsn) return {};
    const auto frame = decode_frame(rest);
    if (!frame || frame->header.lsn != at_.next_lsn || frame->header.chain != at_.chain) {
      if (next_file_lsn != 0 || find_proof_of_loss(rest, at_.next_lsn) != BytesView::npos) {
        return damage(
            slot.path, at_.position,
            fmt::format(
                "journal frame {} is damaged, and later ones are not: this is no torn tail of a "
                "power cut; restore the folder from a copy",
                at_.next_lsn));
      }
      if (!frame && frame.error().code() == ErrorCode::corrupt) {
        kLog.info("cut the torn tail of the journal",
                  {{"file", slot.path}, {"position", at_.position}, {"frame", at_.next_lsn}});
      }
      return {};
    }
    if (frame->header.lsn >= replay_from) WEIR_TRY(visit(*frame));
    at_.position += frame->size();
    at_.chain = frame->header.crc;
    ++at_.next_lsn;
    rest.remove_prefix(frame->size());
  }
}

uint64_t Journal::room() const {
  if (must_rotate_ || at_.position >= options_.file_bytes) return 0;
  return options_.file_bytes - at_.position;
}

Journal::Slot* Journal::free_slot() const {
  for (const auto& slot : slots_) {
    if (slot->first_lsn == 0) return slot.get();
  }
  return nullptr;
}

size_t Journal::unused_number() const {
  const auto taken = [&](size_t number) {
    return std::any_of(slots_.begin(), slots_.end(),
                       [&](const auto& slot) { return slot->path == slot_path(number); });
  };
  size_t number = 0;
  while (taken(number)) ++number;
  return number;
}

bool Journal::can_rotate() const {
  MutexLock lock(mutex_);
  if (free_slot() != nullptr) return true;
  return !making_spare_ && slots_.size() < static_cast<size_t>(options_.max_files);
}

Status Journal::rotate() {
  // From here on the old file is closed: the header of the new one may be on disk already.
  must_rotate_ = true;
  Slot* next = nullptr;
  {
    MutexLock lock(mutex_);
    next = free_slot();
    if (next == nullptr) {
      WEIR_TRY_ASSIGN(std::unique_ptr<Slot> made, make_slot(unused_number()));
      next = made.get();
      slots_.push_back(std::move(made));
    }
  }
  const Bytes header = encode_journal_header({journal_id_, at_.next_lsn});
  WEIR_TRY(next->file->write_at(0, header));
  next->filled = std::max<uint64_t>(next->filled, header.size());
  Status synced = next->file->sync_data();
  if (synced) synced = files_.sync_directory(options_.folder);
  if (!synced) {
    broken_ = true;
    return synced;
  }
  MutexLock lock(mutex_);
  next->first_lsn = at_.next_lsn;
  current_ = next;
  at_ = {at_.next_lsn, kJournalHeaderSize, journal_header_crc(header), at_.next_lsn};
  shared_position_ = at_.position;
  must_rotate_ = false;
  return {};
}

Status Journal::zero_fill(Slot& slot, uint64_t target) const {
  static const Bytes zeros(kFillStep, '\0');
  while (slot.filled < target) {
    const uint64_t step = std::min<uint64_t>(kFillStep, target - slot.filled);
    WEIR_TRY(slot.file->write_at(slot.filled, BytesView(zeros).substr(0, step)));
    slot.filled += step;
  }
  return {};
}

Status Journal::make_room(uint64_t bytes) {
  const uint64_t end = at_.position + bytes;
  if (end <= current_->filled) return {};
  return zero_fill(*current_,
                   std::min(std::max(end, current_->filled + kGrowthStep), options_.file_bytes));
}

Status Journal::write(std::span<const BytesView> pieces, uint64_t bytes, Lsn count,
                      uint32_t chain) {
  WEIR_CHECK(!broken_ && bytes <= room());
  if (Status written = current_->file->write_at(at_.position, pieces); !written) {
    broken_ = true;
    return written;
  }
  at_.position += bytes;
  at_.next_lsn += count;
  at_.chain = chain;
  shared_position_ = at_.position;
  return {};
}

Status Journal::sync() {
  Status synced = current_->file->sync_data();
  if (!synced) broken_ = true;
  return synced;
}

int Journal::files_made() const {
  MutexLock lock(mutex_);
  return static_cast<int>(slots_.size());
}

int Journal::files_in_use() const {
  MutexLock lock(mutex_);
  return static_cast<int>(used_slots().size());
}

Lsn Journal::oldest_file_end() const {
  MutexLock lock(mutex_);
  const std::vector<Slot*> used = used_slots();
  return used.size() < 2 ? 0 : used[1]->first_lsn;
}

void Journal::free_before(Lsn lsn) {
  MutexLock lock(mutex_);
  const std::vector<Slot*> used = used_slots();
  for (size_t i = 0; i + 1 < used.size() && used[i + 1]->first_lsn <= lsn; ++i)
    used[i]->first_lsn = 0;
}

Status Journal::add_spare(const std::function<bool()>& keep_on) {
  size_t number = 0;
  {
    MutexLock lock(mutex_);
    if (free_slot() != nullptr || slots_.size() >= static_cast<size_t>(options_.max_files))
      return {};
    number = unused_number();
    making_spare_ = true;
  }
  const auto fill = [&]() -> Result<std::unique_ptr<Slot>> {
    WEIR_TRY_ASSIGN(std::unique_ptr<Slot> slot, make_slot(number));
    do {
      WEIR_TRY(zero_fill(*slot, std::min(slot->filled + kFillStep, options_.file_bytes)));
      WEIR_TRY(slot->file->sync_data());
    } while (slot->filled < options_.file_bytes && keep_on());
    return slot;
  };
  Result<std::unique_ptr<Slot>> made = fill();
  MutexLock lock(mutex_);
  making_spare_ = false;
  if (!made) return made.error();
  slots_.push_back(std::move(*made));
  return {};
}

}  // namespace weir::broker::log
