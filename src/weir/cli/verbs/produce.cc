#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "weir/base/mutex.h"
#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"
#include "weir/io/input.h"
#include "weir/kafka/client/producer.h"
#include "weir/kafka/text/record_envelope.h"
#include "weir/kafka/text/record_format.h"
#include "weir/kafka/text/record_splitter.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;
using kafka::text::ParsedRecord;
using namespace std::chrono_literals;

constexpr uint64_t kShownProblems = 10;

Result<Compression> parse_compression(std::string_view name) {
  if (name == "none") return Compression::none;
  if (name == "gzip") return Compression::gzip;
  if (name == "snappy") return Compression::snappy;
  if (name == "lz4") return Compression::lz4;
  return Compression::zstd;
}

// What became of the records. Shared: deliveries come on the producer's thread.
class Tally {
 public:
  explicit Tally(Context& context) : context_(context) {}

  void on_delivery(const Delivery& delivery, uint64_t number) {
    if (delivery.error != nullptr) return problem(number, delivery.error->message());
    const MutexLock lock(mutex_);
    ++acknowledged_;
  }

  // The first few are shown, the others counted.
  void problem(uint64_t number, std::string_view reason) {
    const MutexLock lock(mutex_);
    if (++failed_ <= kShownProblems) context_.message(fmt::format("record {}: {}", number, reason));
  }

  uint64_t failed() const {
    const MutexLock lock(mutex_);
    return failed_;
  }

  std::string sentence() const {
    const MutexLock lock(mutex_);
    std::string text = counted(static_cast<int64_t>(acknowledged_), "record") + " acknowledged";
    if (failed_ > 0) text += fmt::format(", {} not written", failed_);
    return text;
  }

 private:
  Context& context_;
  mutable Mutex mutex_;
  uint64_t acknowledged_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t failed_ WEIR_GUARDED_BY(mutex_) = 0;
};

class Produce : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "the topic to write to; with -J that of each record else",
                       Need::optional);
    options
        .option("json", &json_, "records are JSON objects, one a line, as `weir consume -J` prints")
        .letter('J');
    options.option("keep_partitions", &keep_partitions_,
                   "with -J: write each record to the partition that it names");
    options.option("delimiter", &delimiter_, "what separates records; \\n, \\xHH and so on work")
        .letter('D')
        .value_name("TEXT");
    options.option("key_delimiter", &key_delimiter_, "what separates the key from the value")
        .letter('K')
        .value_name("TEXT");
    options.option("key", &key_, "the key of records that bring none").letter('k');
    options.option("header", &headers_, "a header for every record; repeatable")
        .letter('H')
        .value_name("NAME=VALUE")
        .undivided();
    options.option("partition", &partition_, "the partition; -1 is by the key, or in turn")
        .letter('p')
        .bounds(-1, 2147483647);
    options.option("empty_is_null", &empty_is_null_, "an empty key or value is null: a tombstone")
        .letter('Z');
    options.option("compression", &compression_, "how batches are compressed")
        .letter('z')
        .one_of({"none", "gzip", "snappy", "lz4", "zstd"});
    options.option("max_record_bytes", &max_record_bytes_, "records that are larger are refused")
        .bounds(1, 1'000'000'000);
    kafka_.declare(options);
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY(check());
    StopFlag& stop = context.stop_on_signals();
    WEIR_TRY_ASSIGN(const auto producer, open(context));
    WEIR_TRY(find_topic(context, *producer));
    Tally tally(context);
    kafka::text::RecordSplitter splitter(
        delimiter_, json_ ? 2 * max_record_bytes_ + 65536 : max_record_bytes_,
        [&](BytesView piece, bool too_long) {
          if (stop.requested()) return;  // what was read but not yet queued
          ++number_;
          const Status sent = too_long ? Status(Error(ErrorCode::invalid_argument, kTooLong))
                                       : send(*producer, tally, piece);
          if (!sent) tally.problem(number_, sent.error().message());
        });
    const Status read = read_all(stop, splitter);
    finish(*producer);
    context.message(tally.sentence());
    WEIR_TRY(read);
    if (stop.requested()) return ExitCode::interrupted;
    return tally.failed() == 0 ? ExitCode::ok : ExitCode::failure;
  }

 private:
  static constexpr const char* kTooLong = "it is larger than --max-record-bytes";

  Status check() {
    if (topic_.empty() && !json_) {
      return Error(ErrorCode::invalid_argument, "TOPIC is missing: name it, or use -J");
    }
    if (keep_partitions_ && !json_)
      return Error(ErrorCode::invalid_argument, "--keep-partitions is for -J");
    if (json_ && !key_delimiter_.empty())
      return Error(ErrorCode::invalid_argument, "-K and -J exclude each other");
    WEIR_TRY_ASSIGN(delimiter_, kafka::text::unescape(delimiter_));
    WEIR_TRY_ASSIGN(key_delimiter_, kafka::text::unescape(key_delimiter_));
    if (delimiter_.empty()) return Error(ErrorCode::invalid_argument, "--delimiter is empty");
    WEIR_TRY_ASSIGN(common_headers_, parse_named_values(headers_, "--header"));
    return {};
  }

  Result<std::unique_ptr<Producer>> open(Context& context) const {
    WEIR_TRY_ASSIGN(ClientOptions client, kafka_.client(context));
    WEIR_TRY_ASSIGN(const Compression compression, parse_compression(compression_));
    return Producer::open({.client = std::move(client),
                           .max_record_bytes = max_record_bytes_ + 65536,
                           .compression = compression,
                           .delivery_deadline = kafka_.timeout()});
  }

  // Says at once that the cluster is away, or that it has no such topic and makes none.
  Status find_topic(Context& context, Producer& producer) const {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    if (topic_.empty()) {
      WEIR_TRY(admin->topics(kafka_.timeout()));
      return {};
    }
    const Result<TopicMetadata> found = admin->topic(topic_, kafka_.timeout());
    if (!found && found.error().code() != ErrorCode::not_found) return Error(found.error());
    const Status known = producer.warm_up(
        std::span(&topic_, 1), std::min(kafka_.timeout(), std::chrono::milliseconds(3s)));
    if (known) return {};
    if (found) return known;
    return Error(ErrorCode::not_found,
                 found.error().message() + "; `weir topics create` makes one");
  }

  Status read_all(StopFlag& stop, kafka::text::RecordSplitter& splitter) {
    std::vector<char> buffer(256 * 1024);
    while (!stop.requested()) {
      WEIR_TRY_ASSIGN(const auto count, io::read_standard_input(buffer, 100ms));
      if (!count) continue;
      if (*count == 0) {
        splitter.finish();
        return {};
      }
      splitter.add(BytesView(buffer.data(), *count));
    }
    return {};
  }

  Status send(Producer& producer, Tally& tally, BytesView piece) {
    ParsedRecord record;
    if (json_) {
      if (piece.empty()) return {};  // a blank line at the end of a file
      WEIR_TRY_ASSIGN(record, kafka::text::parse_envelope(piece));
    } else {
      record = split_key(piece);
    }
    if (!record.key && !key_.empty()) record.key = key_;
    if (empty_is_null_ && record.key && record.key->empty()) record.key.reset();
    if (empty_is_null_ && record.value && record.value->empty()) record.value.reset();
    const std::string& topic = topic_.empty() ? record.topic.value_or("") : topic_;
    if (topic.empty()) {
      return Error(ErrorCode::invalid_argument, "it names no topic, and none was given");
    }
    std::vector<HeaderView> headers;
    for (const auto& [name, value] : record.headers) headers.push_back({name, value});
    for (const auto& [name, value] : common_headers_) headers.push_back({name, value});
    const OutgoingRecord outgoing{
        .topic = topic,
        .partition = keep_partitions_ ? record.partition.value_or(partition_) : partition_,
        .key = record.key,
        .value = record.value,
        .headers = headers,
        .timestamp = record.timestamp};
    return producer.produce(outgoing, [&tally, number = number_](const Delivery& delivery) {
      tally.on_delivery(delivery, number);
    });
  }

  ParsedRecord split_key(BytesView piece) const {
    const size_t at = key_delimiter_.empty() ? BytesView::npos : piece.find(key_delimiter_);
    if (at == BytesView::npos) return {.value = Bytes(piece)};
    return {.key = Bytes(piece.substr(0, at)),
            .value = Bytes(piece.substr(at + key_delimiter_.size()))};
  }

  // Each record has an outcome by the delivery deadline; the flush only has to wait for it.
  void finish(Producer& producer) {
    const Status flushed = producer.flush(kafka_.timeout() + 5s);
    static_cast<void>(flushed);  // what has no outcome even then is reported as the producer closes
  }

  std::string topic_;
  bool json_ = false;
  bool keep_partitions_ = false;
  std::string delimiter_ = "\\n";
  std::string key_delimiter_;
  std::string key_;
  std::vector<std::string> headers_;
  int32_t partition_ = -1;
  bool empty_is_null_ = false;
  std::string compression_ = "lz4";
  uint64_t max_record_bytes_ = 1'000'000;
  KafkaOptions kafka_;

  NamedValues common_headers_;
  uint64_t number_ = 0;
};

}  // namespace

Verb produce() {
  return make_verb<Produce>(
      {.path = {"produce"},
       .summary = "Write records from standard input to a Kafka topic",
       .description =
           "Each line is a record, an empty one an empty record; what follows the last line end is "
           "one too. With -J each line is a JSON object as `weir consume -J` prints them: null "
           "keys and values, headers and timestamps are kept, and bytes that are no text come as "
           "base64. A record that cannot be written is reported by its number and the others go "
           "on; at the end comes the number of acknowledged records, and the exit code is 1 when "
           "one was not.",
       .examples = {{"Lines as records", "weir produce notes < notes.txt"},
                    {"Keys before a colon; an empty value deletes the key",
                     "weir produce states -K : -Z < states.txt"},
                    {"Copy a topic with everything",
                     "weir consume alerts -J -e | weir produce alerts-copy -J"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs
