// A model of what a broker promised, and a disk that loses its power at any moment: whatever was
// acknowledged or shown to a reader before the cut must be there after it, once, in order, at the
// same offsets, unless it was deleted; and what was deleted does not come back.
#include <gmock/gmock.h>

#include <array>
#include <future>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "weir/base/log.h"
#include "weir/broker/log/storage.h"
#include "weir/broker/log/storage_test_support.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/sim_file_system.h"

namespace weir::broker::log {
namespace {

using kafka::protocol::KafkaError;
using testing::SimFileSystem;

constexpr int kWriters = 3;
constexpr int kTopics = 3;
// Of the last topic records go by retention, of the others because somebody asks for it.
constexpr int kByRetention = kTopics - 1;
constexpr uint64_t kRetentionBytes = 12'000;

// One batch that a writer sent: its values are unique in the whole test.
struct Sent {
  Producer producer;
  std::vector<std::string> values;
  AppendResult answer{.error = KafkaError::request_timed_out};  // no answer seen
};

struct Lane {  // one writer, one partition: its batches must keep their order
  Producer producer;
  std::vector<std::shared_ptr<Sent>> sent;
};

class PowerCutModel {
 public:
  explicit PowerCutModel(uint64_t seed)
      : seed_(seed), random_(seed), disk_(std::make_unique<SimFileSystem>()) {}

  void set_honesty(SimFileSystem::Honesty honesty) { honesty_ = honesty; }

  // One life: open, check all promises, work until the power goes. Returns what is broken, or "".
  std::string live(int cut) {
    disk_->set_honesty(honesty_);
    auto storage = Storage::open(*disk_, clock_, "data", tiny_options());
    if (!storage) return "recovery failed: " + storage.error().to_string();
    storage_ = std::move(*storage);
    if (std::string broken = check(); !broken.empty()) return broken;
    if (std::string broken = prepare(); !broken.empty()) return broken;
    storage_->set_listener([this](std::span<const PartitionRef> moved) {
      MutexLock lock(mutex_);
      for (const PartitionRef& log : moved) seen_[log->topic()] = log->high_watermark();
    });
    disk_->cut_power_at(1 + random_() % 120, seed_ * 1000 + static_cast<uint64_t>(cut));
    std::vector<std::thread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([this, writer, seed = random_()] { write(writer, seed); });
    }
    threads.emplace_back([this, seed = random_()] { change_topics(seed); });
    threads.emplace_back([this, seed = random_()] { change_state(seed); });
    threads.emplace_back([this, seed = random_()] { delete_records(seed); });
    threads.emplace_back([this] { clean_up(); });
    for (std::thread& thread : threads) thread.join();
    checkpoints_ += storage_->stats().checkpoints;
    removed_segments_ += storage_->stats().removed_segments;
    replayed_frames_ += storage_->stats().replayed_frames;
    if (random_() % 8 == 0) static_cast<void>(storage_->close());
    std::unique_ptr<SimFileSystem> image = disk_->take_image(random_());
    storage_.reset();
    disk_ = std::move(image);
    return "";
  }

  uint64_t checkpoints() const { return checkpoints_; }
  uint64_t removed_segments() const { return removed_segments_; }
  uint64_t replayed_frames() const { return replayed_frames_; }

 private:
  static std::string name_of(int topic) { return "topic-" + std::to_string(topic); }

  // Compares every promise with what is there, and takes what is there as the new state.
  std::string check() {
    std::lock_guard<Mutex> lock(mutex_);
    for (auto& [name, known] : contents_) {
      const TopicRef topic = storage_->find_topic(name);
      if (!topic) return name + " is gone";
      const Partition& log = *topic->partitions[0];
      Promise& start = starts_[name];
      if (log.start_offset() < start.acknowledged) return name + ": deleted records came back";
      if (log.start_offset() > start.asked) return name + ": more was deleted than asked for";
      start = {.acknowledged = log.start_offset(), .asked = log.start_offset()};
      if (name == name_of(kByRetention)) {
        start.asked = std::numeric_limits<int64_t>::max();
        if (log.start_offset() > 0 && log.size_bytes() < kRetentionBytes)
          return name + ": retention took too much";
      }
      auto values = read_values(log, log.start_offset());
      if (!values) return name + ": " + values.error().to_string();
      // Where records were deleted, what is known of them stays, to keep the offsets.
      const auto kept_from = static_cast<size_t>(log.start_offset());
      std::vector<std::string> now = known;
      now.resize(kept_from, "");
      now.insert(now.end(), values->begin(), values->end());
      if (now.size() < known.size() || !std::equal(known.begin(), known.end(), now.begin()))
        return name + ": what was there before is not there any more";
      if (static_cast<int64_t>(now.size()) < seen_[name]) return name + ": readers had seen more";
      if (std::string broken = check_lanes(name, now, log.start_offset()); !broken.empty())
        return name + ": " + broken;
      known = std::move(now);
    }
    if (std::string broken = check_state(); !broken.empty()) return broken;
    return check_topics();
  }

  // Each change of state wrote one number under two keys: both have it, and it is the last that was
  // acknowledged or one that was asked for after it.
  std::string check_state() {
    for (auto& [key, promise] : state_) {
      const auto first = storage_->state("first/" + key);
      const auto second = storage_->state("second/" + key);
      if (first != second &&
          (first.size() != 1 || second.size() != 1 || first[0].value != second[0].value)) {
        return "state " + key + ": half a change";
      }
      const int64_t there = first.empty() ? 0 : std::stoll(first[0].value);
      if (there < promise.acknowledged) return "state " + key + ": lost";
      if (there > promise.asked) return "state " + key + ": never written";
      promise = {.acknowledged = there, .asked = there};
    }
    return "";
  }

  std::string check_lanes(const std::string& name, const std::vector<std::string>& values,
                          int64_t start) {
    std::map<std::string, int64_t> offsets;
    for (auto i = static_cast<size_t>(start); i < values.size(); ++i) {
      if (!offsets.emplace(values[i], i).second) return "twice: " + values[i];
    }
    for (Lane& lane : lanes_[name]) {
      int64_t last = -1;
      bool ended = false;
      for (const auto& sent : lane.sent) {
        const auto found = offsets.find(sent->values[0]);
        const bool acked = sent->answer.error == KafkaError::none;
        if (found == offsets.end()) {
          if (acked && sent->answer.base_offset >= start) return "lost: " + sent->values[0];
          // One that was not acknowledged may have been durable, and deleted with those before it.
          ended = ended || (!acked && last >= 0);
          continue;
        }
        if (ended) return "order: " + sent->values[0] + " is there, one before it is not";
        if (acked && sent->answer.base_offset != found->second) return "moved: " + sent->values[0];
        if (found->second <= last) return "order: " + sent->values[0];
        last = found->second;
        for (size_t i = 0; i < sent->values.size(); ++i) {
          if (static_cast<size_t>(last) + i >= values.size() ||
              values[static_cast<size_t>(last) + i] != sent->values[i]) {
            return "torn: " + sent->values[0];
          }
        }
        if (std::string broken = check_repeat(name, *sent, lane); !broken.empty()) return broken;
      }
    }
    return "";
  }

  // The last acknowledged batch of an idempotent lane is known by its sequence; a gap is refused.
  std::string check_repeat(const std::string& name, const Sent& sent, const Lane& lane) {
    if (sent.producer.id < 0 || &sent != lane.sent.back().get() ||
        sent.answer.error != KafkaError::none)
      return "";
    Partition& log = *storage_->find_topic(name)->partitions[0];
    const AppendResult repeat = append_and_wait(log, make_batch(sent.values, sent.producer));
    if (repeat.error != KafkaError::none || repeat.base_offset != sent.answer.base_offset) {
      return "a repeat was not recognised: " + sent.values[0];
    }
    Producer gap = sent.producer;
    gap.sequence += static_cast<int32_t>(sent.values.size()) + 1;
    if (append_and_wait(log, make_batch({"gap"}, gap)).error !=
        KafkaError::out_of_order_sequence_number) {
      return "a gap in the sequence was not refused";
    }
    return "";
  }

  std::string check_topics() {
    for (const auto& [name, state] : extra_topics_) {
      const bool there = storage_->find_topic(name) != nullptr;
      if (state == Extra::created && !there) return name + " was created and is gone";
      if (state == Extra::deleted && there) return name + " was deleted and is back";
    }
    return "";
  }

  std::string prepare() {
    for (int topic = 0; topic < kTopics; ++topic) {
      const std::string name = name_of(topic);
      if (!storage_->find_topic(name)) {
        TopicConfig config;
        if (topic == kByRetention) {
          config["retention.bytes"] = std::to_string(kRetentionBytes);
          starts_[name].asked = std::numeric_limits<int64_t>::max();
        }
        if (!storage_->create_topic(
                {.name = name, .id = topic_id(static_cast<uint8_t>(topic)), .config = config}))
          return "create failed";
        contents_[name];
      }
      lanes_[name].assign(kWriters, {});
      for (int writer = 0; writer < kWriters; ++writer) {
        if (writer == 0) continue;  // the first one is not idempotent
        const auto id = storage_->allocate_producer_id();
        if (!id) return "no producer id";
        if (!producer_ids_.insert(*id).second) return "producer id handed out twice";
        lanes_[name][static_cast<size_t>(writer)].producer.id = *id;
      }
    }
    return "";
  }

  void write(int writer, uint64_t seed) {
    std::mt19937_64 random(seed);
    int in_flight = 0;
    bool failed = false;
    CondVar answered;
    for (int i = 0; i < 60; ++i) {
      auto sent = std::make_shared<Sent>();
      const std::string name = name_of(static_cast<int>(random() % kTopics));
      PartitionRef log;
      {
        MutexLock lock(mutex_);
        while (in_flight >= 4 && !failed) answered.wait(mutex_);
        if (failed) break;
        ++in_flight;
        Lane& lane = lanes_[name][static_cast<size_t>(writer)];
        sent->producer = lane.producer;
        for (uint64_t count = 1 + random() % 3; count > 0; --count) {
          sent->values.push_back(std::to_string(++values_made_) + std::string(random() % 500, 'x'));
        }
        lane.producer.sequence += static_cast<int32_t>(sent->values.size());
        lane.sent.push_back(sent);
        log = storage_->find_topic(name)->partitions[0];
      }
      log->append(make_batch(sent->values, sent->producer), [&, sent](AppendResult result) {
        MutexLock lock(mutex_);
        sent->answer = result;
        failed = failed || result.error != KafkaError::none;
        --in_flight;
        answered.notify_all();
      });
    }
    MutexLock lock(mutex_);
    while (in_flight > 0) answered.wait(mutex_);
  }

  void change_topics(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 6; ++i) {
      const std::string name = "extra-" + std::to_string(++extra_made_);
      TopicId id = topic_id(200);
      store_be<int32_t>(reinterpret_cast<char*>(id.data()) + 4, extra_made_);
      const auto topic = storage_->create_topic({.name = name, .id = id});
      if (!topic) return;
      extra_topics_[name] = Extra::created;
      if (append_and_wait(*(*topic)->partitions[0], make_batch({name})).error != KafkaError::none)
        return;
      if (random() % 2 == 0) continue;
      extra_topics_[name] = Extra::unknown;
      if (!storage_->delete_topic(name)) return;
      extra_topics_[name] = Extra::deleted;
    }
  }

  void delete_records(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 10; ++i) {
      const std::string name = name_of(static_cast<int>(random() % kByRetention));
      Partition& log = *storage_->find_topic(name)->partitions[0];
      const int64_t kept = log.high_watermark() - log.start_offset();
      if (kept == 0) continue;
      const int64_t offset =
          random() % 8 == 0 ? log.high_watermark()
                            : log.start_offset() + 1 +
                                  static_cast<int64_t>(random() % static_cast<uint64_t>(kept)) / 2;
      {
        MutexLock lock(mutex_);
        starts_[name].asked = std::max(starts_[name].asked, offset);
      }
      const DeleteResult result = delete_and_wait(log, offset);
      if (result.error != KafkaError::none) return;
      MutexLock lock(mutex_);
      starts_[name].acknowledged = std::max(starts_[name].acknowledged, result.start_offset);
    }
  }

  void clean_up() {
    const PartitionRef log = storage_->find_topic(name_of(kByRetention))->partitions[0];
    for (int i = 0; i < 4; ++i) {
      if (!storage_->clean_up()) return;
      const int64_t start = log->start_offset();
      MutexLock lock(mutex_);
      starts_[log->topic()].acknowledged = start;
    }
  }

  void change_state(uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 40; ++i) {
      const std::string key = std::to_string(random() % 5);
      const int64_t number = ++numbers_made_;
      state_[key].asked = number;
      std::promise<bool> durable;
      storage_->change_state(
          {{"first/" + key, std::to_string(number)}, {"second/" + key, std::to_string(number)}},
          [&](const Status& status) { durable.set_value(status.has_value()); });
      if (!durable.get_future().get()) return;
      state_[key].acknowledged = number;
    }
  }

  struct Promise {
    int64_t acknowledged = 0;
    int64_t asked = 0;
  };

  enum class Extra { created, deleted, unknown };

  const uint64_t seed_;
  std::mt19937_64 random_;
  testing::ManualClock clock_;
  SimFileSystem::Honesty honesty_ = SimFileSystem::Honesty::honest;
  std::unique_ptr<SimFileSystem> disk_;
  std::unique_ptr<Storage> storage_;
  Mutex mutex_;
  std::map<std::string, std::vector<std::string>> contents_;
  std::map<std::string, int64_t> seen_;
  std::map<std::string, Promise> starts_;
  std::map<std::string, std::vector<Lane>> lanes_;
  std::set<int64_t> producer_ids_;
  std::map<std::string, Extra> extra_topics_;
  std::map<std::string, Promise> state_;
  int64_t numbers_made_ = 0;
  int64_t values_made_ = 0;
  int32_t extra_made_ = 0;
  uint64_t checkpoints_ = 0;
  uint64_t removed_segments_ = 0;
  uint64_t replayed_frames_ = 0;
};

// WEIR_POWER_CUTS and WEIR_POWER_CUT_SEED make longer runs and repeat one.
uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(PowerCut, NothingAcknowledgedOrSeenIsEverLost) {
  constexpr int kCutsPerDisk = 8;
  const uint64_t cuts = setting("WEIR_POWER_CUTS", 1000);
  const uint64_t first_seed = setting("WEIR_POWER_CUT_SEED", 1);
  uint64_t checkpoints = 0;
  uint64_t removed_segments = 0;
  uint64_t replayed_frames = 0;
  set_log_level(LogLevel::off);
  for (uint64_t seed = first_seed; seed < first_seed + (cuts + kCutsPerDisk - 1) / kCutsPerDisk;
       ++seed) {
    PowerCutModel model(seed);
    for (int cut = 0; cut <= kCutsPerDisk; ++cut) {
      const std::string broken = model.live(cut);
      ASSERT_EQ(broken, "") << "seed " << seed << ", after cut " << cut;
    }
    checkpoints += model.checkpoints();
    removed_segments += model.removed_segments();
    replayed_frames += model.replayed_frames();
  }
  // Otherwise the test would miss half of what it is for.
  EXPECT_GT(checkpoints, cuts / 4);
  EXPECT_GT(removed_segments, cuts / 2);
  EXPECT_GT(replayed_frames, cuts * 10);
  set_log_level(LogLevel::info);
}

TEST(PowerCut, TheModelNoticesADiskThatLiesAboutSync) {
  set_log_level(LogLevel::off);
  int noticed = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    PowerCutModel model(seed);
    if (!model.live(0).empty()) continue;
    model.set_honesty(SimFileSystem::Honesty::lies);
    std::string broken;
    for (int cut = 1; cut <= 4 && broken.empty(); ++cut) broken = model.live(cut);
    noticed += broken.empty() ? 0 : 1;
  }
  set_log_level(LogLevel::info);
  EXPECT_GE(noticed, 9) << "of 10 disks that lie";
}

}  // namespace
}  // namespace weir::broker::log
