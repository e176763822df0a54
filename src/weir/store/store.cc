#include "weir/store/store.h"

#include <algorithm>
#include <functional>
#include <set>

#include "weir/base/check.h"
#include "weir/base/log.h"
#include "weir/io/file_system.h"
#include "weir/store/chunk_writer.h"
#include "weir/store/topic_buffer.h"

namespace weir::store {
namespace {

constexpr Logger kLog("store");
constexpr size_t kMaxColumns = 60'000;
// After a failed write the next one waits this long: encoding again and again would only burn time.
constexpr auto kRetryPause = std::chrono::seconds(1);

// The write-ahead log is moved into the file when about this much has been added to it.
constexpr uint64_t kCheckpointBytes = UINT64_C(8) << 20;

uint64_t total_bytes(const std::vector<TopicBuffer*>& buffers) {
  uint64_t bytes = 0;
  for (const TopicBuffer* buffer : buffers) bytes += buffer->bytes();
  return bytes;
}

Status check_schema(const TopicSchema& schema) {
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorCode::invalid_argument, "topic " + schema.name + ": " + why);
  };
  if (schema.name.empty()) return refuse("a topic needs a name");
  if (schema.columns.size() > kMaxColumns) return refuse("more than 60000 columns");
  std::set<std::string_view> names;
  for (const Column& column : schema.columns) {
    if (column.name.empty()) return refuse("a column needs a name");
    if (column.name.find('@') != std::string::npos)
      return refuse("column name " + column.name + " holds '@'");
    if (!names.insert(column.name).second) return refuse("two columns are named " + column.name);
  }
  return {};
}

// Topics that began together must not fall due together: each gets its own part of the longest
// wait.
Duration patience(const TopicBuffer& buffer, Duration max_age) {
  const size_t hash = std::hash<std::string>{}(buffer.info()->schema.name) % 512;
  return max_age / 2 + max_age * static_cast<int64_t>(hash) / 1024;
}

}  // namespace

bool TopicWriter::begin_row(Timestamp time, const RowOrigin& origin) {
  return buffer_->begin_row(time, origin);
}

void TopicWriter::set_boolean(size_t column, bool value) {
  WEIR_CHECK(columns_[column]->type() == ValueType::boolean);
  columns_[column]->set_boolean(buffer_->open_row(), value);
  buffer_->count_value(8);
}

void TopicWriter::set_integer(size_t column, int64_t value) {
  WEIR_CHECK(columns_[column]->type() == ValueType::integer);
  columns_[column]->set_integer(buffer_->open_row(), value);
  buffer_->count_value(8);
}

void TopicWriter::set_real(size_t column, double value) {
  WEIR_CHECK(columns_[column]->type() == ValueType::real);
  columns_[column]->set_real(buffer_->open_row(), value);
  buffer_->count_value(8);
}

void TopicWriter::add_reals(size_t column, std::span<const double> items) {
  WEIR_CHECK(columns_[column]->type() == ValueType::real && columns_[column]->is_array());
  columns_[column]->add_reals(items);
  buffer_->count_values(items.size(), items.size_bytes());
}

void TopicWriter::set_text(size_t column, std::string_view value) {
  WEIR_CHECK(columns_[column]->holds_text());
  columns_[column]->set_text(buffer_->open_row(), value);
  buffer_->count_value(4 + value.size());
}

void TopicWriter::begin_array(size_t column) { columns_[column]->begin_array(buffer_->open_row()); }
void TopicWriter::set_time(Timestamp time) { buffer_->set_time(time); }
void TopicWriter::set_null(size_t column) { columns_[column]->set_null(buffer_->open_row()); }
void TopicWriter::end_row() { buffer_->end_row(); }
void TopicWriter::abandon_row() { buffer_->abandon_row(); }
void TopicWriter::skip(const RowOrigin& origin) { buffer_->skip(origin); }

struct Store::State {
  State(Options store_options, Clock& store_clock, sqlite::Database opened,
        std::unique_ptr<io::FileLock> held_lock)
      : options(std::move(store_options)),
        clock(store_clock),
        file_lock(std::move(held_lock)),
        database(std::move(opened)),
        chunks(database, live, options) {}

  Status load();
  Status write(const std::vector<TopicBuffer*>& buffers);
  std::vector<TopicBuffer*> due();
  // The buffer of a topic; makes one.
  TopicBuffer& buffer(const std::string& topic);

  const Options options;
  Clock& clock;
  std::unique_ptr<io::FileLock> file_lock;
  sqlite::Database database;
  LiveRows live;
  ChunkWriter chunks;
  std::unique_ptr<Reader> reader;
  int64_t next_topic = 1;
  std::optional<Error> failure;  // of the last write
  SteadyTime retry_at{};
  uint64_t unmoved_bytes = 0;  // written to the write-ahead log since the last checkpoint
};

Status Store::State::load() {
  WEIR_TRY(chunks.load());
  WEIR_TRY_ASSIGN(auto topics, chunks.catalog().load_topics());
  WEIR_TRY_ASSIGN(auto positions, chunks.catalog().load_positions());
  for (auto& [name, info] : topics) {
    next_topic = std::max(next_topic, info.id + 1);
    const int64_t id = info.id;
    auto buffer = std::make_unique<TopicBuffer>(live, clock, std::move(info));
    buffer->restore(std::move(positions[id]));
    live.topics.emplace(name, std::move(buffer));
  }
  return {};
}

TopicBuffer& Store::State::buffer(const std::string& topic) {
  auto found = live.topics.find(topic);
  if (found != live.topics.end()) return *found->second;
  TopicInfo info;
  info.id = next_topic++;
  info.schema.name = topic;
  auto made = std::make_unique<TopicBuffer>(live, clock, std::move(info));
  MutexLock lock(live.mutex);
  return *live.topics.emplace(topic, std::move(made)).first->second;
}

Status Store::State::write(const std::vector<TopicBuffer*>& buffers) {
  const uint64_t before = live.stats.bytes_written;
  auto written = chunks.write(buffers);
  if (!written) {
    kLog.warning("chunks not written, kept in memory", {{"reason", written.error().to_string()}});
    failure = written.error();
    retry_at = clock.steady_now() + kRetryPause;
    return written;
  }
  failure.reset();
  unmoved_bytes += live.stats.bytes_written - before + 4096 * buffers.size();
  return {};
}

// The buffers to write now: those that are full or old, or large when memory runs short; as many as
// come to `step_bytes`, the most pressing first.
std::vector<TopicBuffer*> Store::State::due() {
  const SteadyTime now = clock.steady_now();
  const bool short_of_memory = live.stats.bytes_in_memory > options.memory_limit / 2;
  std::vector<TopicBuffer*> buffers;
  for (const auto& [name, buffer] : live.topics) {
    if (!buffer->anything_unwritten()) continue;
    const bool full =
        buffer->rows().rows() >= options.chunk_rows || buffer->bytes() >= options.chunk_bytes;
    const bool old = now - buffer->since() >= patience(*buffer, options.max_age);
    if (full || old || short_of_memory) buffers.push_back(buffer.get());
  }
  std::sort(buffers.begin(), buffers.end(),
            [](const auto* a, const auto* b) { return a->bytes() > b->bytes(); });
  uint64_t bytes = 0;
  size_t count = 0;
  while (count < buffers.size() && bytes < options.step_bytes) bytes += buffers[count++]->bytes();
  buffers.resize(count);
  return buffers;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const Options& options,
                                           io::FileSystem& files, Clock& clock) {
  auto lock = files.lock(path + ".lock");
  if (!lock) return std::move(lock).error().within("telemetry store");
  WEIR_TRY_ASSIGN(auto database, open_catalog(path, sqlite::Access::read_write));
  auto state = std::make_unique<State>(options, clock, std::move(database), std::move(*lock));
  if (auto loaded = state->load(); !loaded) return std::move(loaded).error().within(path);
  state->reader = Reader::make_live(path, state->live);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<TopicWriter> Store::writer(const TopicSchema& schema) {
  WEIR_TRY(check_schema(schema));
  TopicBuffer& buffer = state_->buffer(schema.name);
  TopicWriter writer(buffer);
  for (const size_t ordinal : buffer.bind(schema))
    writer.columns_.push_back(&buffer.column(ordinal));
  return writer;
}

std::vector<Position> Store::positions() const {
  MutexLock lock(state_->live.mutex);
  std::vector<Position> positions;
  for (const auto& [name, buffer] : state_->live.topics) {
    for (const auto& [partition, state] : buffer->partitions()) {
      positions.push_back(
          {.topic = name, .partition = partition, .next_offset = state.next_offset});
    }
  }
  return positions;
}

Status Store::attach(const std::string& cluster_id) {
  WEIR_TRY_ASSIGN(const std::string attached, state_->chunks.catalog().meta("kafka_cluster"));
  if (attached == cluster_id) return {};
  if (!attached.empty()) {
    return Error(ErrorCode::refused, "this telemetry store was filled from the Kafka cluster " +
                                         attached + ", and this is " + cluster_id +
                                         "; use another data folder");
  }
  return state_->chunks.catalog().put_meta("kafka_cluster", cluster_id);
}

Status Store::move_position(const std::string& topic, int32_t partition, int64_t next_offset) {
  const auto found = state_->live.topics.find(topic);
  if (found == state_->live.topics.end()) return Error(ErrorCode::not_found, "no topic " + topic);
  TopicBuffer& buffer = *found->second;
  WEIR_TRY(state_->write({&buffer}));
  const auto known = buffer.partitions().find(partition);
  PartitionState moved = known == buffer.partitions().end() ? PartitionState() : known->second;
  if (next_offset < moved.next_offset) moved.sources.clear();
  moved.next_offset = next_offset;
  WEIR_TRY(state_->chunks.move(buffer, partition, moved));
  buffer.move_partition(partition, std::move(moved));
  return {};
}

Status Store::skip(const std::string& topic, const RowOrigin& origin) {
  if (topic.empty()) return Error(ErrorCode::invalid_argument, "a topic needs a name");
  state_->buffer(topic).skip(origin);
  return {};
}

Status Store::maintain() {
  State& state = *state_;
  if (state.failure && state.clock.steady_now() < state.retry_at) return *state.failure;
  const auto buffers = state.due();
  const uint64_t bytes = total_bytes(buffers);
  if (!buffers.empty()) WEIR_TRY(state.write(buffers));
  if (state.unmoved_bytes >= kCheckpointBytes) {
    state.unmoved_bytes = 0;
    return state.database.checkpoint();
  }
  if (bytes > state.options.step_bytes / 4) return {};  // enough for one step
  WEIR_TRY_ASSIGN(const bool merged, state.chunks.merge_some());
  static_cast<void>(merged);
  return {};
}

Status Store::flush() {
  State& state = *state_;
  std::vector<TopicBuffer*> batch;
  uint64_t bytes = 0;
  for (const auto& [name, buffer] : state.live.topics) {
    if (!buffer->anything_unwritten()) continue;
    batch.push_back(buffer.get());
    bytes += buffer->bytes();
    if (bytes < state.options.step_bytes) continue;
    WEIR_TRY(state.write(batch));
    batch.clear();
    bytes = 0;
  }
  if (!batch.empty()) WEIR_TRY(state.write(batch));
  return {};
}

bool Store::has_room() const {
  MutexLock lock(state_->live.mutex);
  return state_->live.stats.bytes_in_memory < state_->options.memory_limit;
}

const Reader& Store::reader() const { return *state_->reader; }

Stats Store::stats() const {
  MutexLock lock(state_->live.mutex);
  return state_->live.stats;
}

}  // namespace weir::store
