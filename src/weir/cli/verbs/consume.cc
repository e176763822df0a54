#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <map>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"
#include "weir/cli/verbs/offset_place.h"
#include "weir/kafka/client/consumer.h"
#include "weir/kafka/client/group_consumer.h"
#include "weir/kafka/text/record_envelope.h"
#include "weir/kafka/text/record_format.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;
using kafka::text::BytesAs;
using kafka::text::RecordFormat;
using namespace std::chrono_literals;

constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::max();

class Consume : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "the topic to read");
    options
        .option("from", &from_,
                "where to begin: beginning, end, an offset, or a time as 2026-11-22T15:01 or -15m")
        .value_name("PLACE");
    options.option("to", &to_, "where to end, at the latest at what is the end now")
        .value_name("PLACE");
    options.option("tail", &tail_, "only the newest records of all partitions, so many");
    options.option("count", &count_, "end after so many records").letter('c');
    options.option("exit", &exit_, "end at what is the end now, instead of waiting for more")
        .letter('e');
    options.option("partition", &partitions_, "only these partitions")
        .letter('p')
        .value_name("N,…");
    options.option("group", &group_, "read as a member of this consumer group, and commit")
        .letter('G');
    options
        .option("format", &format_, "how to print a record: %t %p %o %T %k %K %s %S %R %h, \\n …")
        .letter('f')
        .value_name("TEXT");
    options.option("json", &json_, "print each record as a JSON object, which `produce -J` reads")
        .letter('J');
    options.option("base64", &base64_, "with -J: keys, values and header values always as base64");
    options.option("nulls", &nulls_, "print null as NULL instead of nothing").letter('Z');
    kafka_.declare(options);
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY(check(context));
    StopFlag& stop = context.stop_on_signals();
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const TopicMetadata topic, admin->topic(topic_, kafka_.timeout()));
    if (!group_.empty()) {
      WEIR_TRY(read_as_member(context, stop));
    } else {
      WEIR_TRY(plan(*admin, topic));
      WEIR_TRY(read_partitions(context, stop));
    }
    if (tail_ > 0) WEIR_TRY(complete_tail(context, stop));
    context.out().flush();
    // Without an end of its own, Ctrl-C is how it ends.
    const bool endless = !exit_ && to_.empty() && tail_ == 0 && count_ == 0;
    return stop.requested() && !endless && !context.out().closed() ? ExitCode::interrupted
                                                                   : ExitCode::ok;
  }

 private:
  struct Range {
    int64_t low = 0;
    int64_t first = 0;
    int64_t end = kNoEnd;
    bool done = false;
  };
  struct Kept {
    Timestamp time;
    std::string text;
  };

  Status check(Context& context) {
    if (json_ && !format_.empty())
      return Error(ErrorCode::invalid_argument, "-J and -f exclude each other");
    if (base64_ && !json_) return Error(ErrorCode::invalid_argument, "--base64 is for -J");
    if (tail_ > 0 && (!from_.empty() || !to_.empty() || count_ > 0)) {
      return Error(ErrorCode::invalid_argument,
                   "--tail excludes --from, --to and --count: it says itself what to read");
    }
    if (tail_ > kMostTail)
      return Error(ErrorCode::invalid_argument, "--tail keeps at most a million records");
    WEIR_TRY_ASSIGN(print_format_,
                    RecordFormat::parse(format_.empty() ? "%s\\n" : format_, nulls_ ? "NULL" : ""));
    const Timestamp now = context.clock().now();
    WEIR_TRY_ASSIGN(begin_, OffsetPlace::parse(from_.empty() ? "beginning" : from_, now));
    if (!to_.empty()) {
      WEIR_TRY_ASSIGN(end_, OffsetPlace::parse(to_, now));
    }
    if (group_.empty()) return {};
    if (!to_.empty() || tail_ > 0 || !partitions_.empty()) {
      return Error(ErrorCode::invalid_argument,
                   "--group excludes --to, --tail and --partition: the group decides what to read");
    }
    if (begin_->is_beginning() || begin_->is_end()) return {};
    return Error(ErrorCode::invalid_argument,
                 "with --group, --from is beginning or end, for partitions where the group has "
                 "committed nothing; `weir groups reset` sets its offsets");
  }

  Result<std::vector<TopicPartition>> chosen(const TopicMetadata& topic) const {
    const std::vector<TopicPartition> all = partitions_of(topic);
    if (partitions_.empty()) return all;
    std::vector<TopicPartition> some;
    for (const std::string& number : partitions_) {
      const auto found = std::find_if(all.begin(), all.end(), [&](const TopicPartition& partition) {
        return std::to_string(partition.partition) == number;
      });
      if (found == all.end()) {
        return Error(ErrorCode::not_found,
                     fmt::format("topic '{}' has no partition '{}'; it has {}", topic_, number,
                                 counted(static_cast<int64_t>(all.size()), "partition")));
      }
      if (std::find(some.begin(), some.end(), *found) == some.end()) some.push_back(*found);
    }
    return some;
  }

  // Which offsets of which partitions to read.
  Status plan(Admin& admin, const TopicMetadata& topic) {
    WEIR_TRY_ASSIGN(const std::vector<TopicPartition> partitions, chosen(topic));
    WEIR_TRY_ASSIGN(const auto marks, admin.watermarks(partitions, kafka_.timeout()));
    WEIR_TRY_ASSIGN(const std::vector<int64_t> firsts,
                    begin_->resolve(admin, partitions, marks, kafka_.timeout()));
    std::vector<int64_t> ends;
    if (end_) {
      WEIR_TRY_ASSIGN(ends, end_->resolve(admin, partitions, marks, kafka_.timeout()));
    }
    for (size_t i = 0; i < partitions.size(); ++i) {
      Range& range = ranges_[partitions[i].partition];
      range.low = marks[i].low;
      range.first = firsts[i];
      if (tail_ > 0)
        range.first = std::max(marks[i].low, marks[i].high - static_cast<int64_t>(tail_));
      if (end_) {
        range.end = ends[i];
      } else if (exit_ || tail_ > 0) {
        range.end = marks[i].high;
      }
      range.done = range.first >= range.end;
    }
    return {};
  }

  bool is_over(Context& context, const StopFlag& stop) const {
    return stop.requested() || context.out().closed() || (count_ > 0 && printed_ >= count_);
  }

  Status read_partitions(Context& context, const StopFlag& stop) {
    WEIR_TRY_ASSIGN(ClientOptions client, kafka_.client(context));
    WEIR_TRY_ASSIGN(const auto consumer,
                    Consumer::open({.client = std::move(client), .report_ends = true}));
    std::vector<StartPosition> starts;
    for (const auto& [partition, range] : ranges_) {
      if (!range.done) starts.push_back({{topic_, partition}, range.first});
    }
    if (starts.empty()) return {};
    WEIR_TRY(consumer->add(starts));
    const auto waits = [](const auto& entry) { return !entry.second.done; };
    while (!is_over(context, stop) && std::any_of(ranges_.begin(), ranges_.end(), waits)) {
      WEIR_TRY_ASSIGN(const auto records, consumer->poll(1000, 100ms));
      for (const IncomingRecord& record : records) {
        if (count_ > 0 && printed_ >= count_) break;
        Range& range = ranges_[record.partition];
        if (record.offset < range.end) take(context, record);
        if (record.offset + 1 >= range.end) range.done = true;
      }
      // The last offsets may be those of no record: compacted away, or marks of transactions.
      for (auto& [partition, range] : ranges_) {
        if (range.end != kNoEnd && consumer->at_end({topic_, partition})) range.done = true;
      }
      context.out().flush();
      WEIR_TRY(check_reachable(context, consumer->connection()));
    }
    return {};
  }

  Status read_as_member(Context& context, const StopFlag& stop) {
    WEIR_TRY_ASSIGN(ClientOptions client, kafka_.client(context));
    WEIR_TRY_ASSIGN(const auto consumer, GroupConsumer::open({.client = std::move(client),
                                                              .group = group_,
                                                              .topics = {topic_},
                                                              .from_end = begin_->is_end()}));
    size_t waiting = 0;  // printed, but perhaps not yet with the reader
    const auto hand_over = [&] {
      context.out().flush();
      if (!context.out().closed() && context.out().status()) consumer->done();
      waiting = 0;
    };
    while (!is_over(context, stop) && !(exit_ && consumer->at_end())) {
      WEIR_TRY_ASSIGN(const auto record, consumer->poll(waiting > 0 ? 0ms : 100ms));
      if (record) take(context, *record);
      if (record && ++waiting < 1000) continue;
      hand_over();
      WEIR_TRY(check_reachable(context, consumer->connection()));
    }
    hand_over();
    return {};
  }

  // One that waits for more waits for the cluster too; one that is to end says why it cannot.
  Status check_reachable(Context& context, const ConnectionState& state) const {
    if (state.reachable || (!exit_ && !end_ && tail_ == 0)) return {};
    if (context.clock().now() - state.since < kafka_.timeout()) return {};
    return Error(ErrorCode::unavailable, to_string(state));
  }

  void take(Context& context, const IncomingRecord& record) {
    line_.clear();
    if (json_) {
      kafka::text::append_envelope(line_, record,
                                   base64_ ? BytesAs::base64 : BytesAs::text_if_utf8);
      line_ += '\n';
    } else {
      print_format_->append(line_, record);
    }
    ++printed_;
    if (tail_ == 0) {
      context.out().write(line_);
      return;
    }
    // Of each partition the newest come last: of all together, those of the latest times are kept.
    kept_.push_back({record.timestamp.value_or(Timestamp()), line_});
    if (kept_.size() >= 2 * tail_) keep_newest();
  }

  void keep_newest() {
    std::stable_sort(kept_.begin(), kept_.end(),
                     [](const Kept& a, const Kept& b) { return a.time < b.time; });
    while (kept_.size() > tail_) kept_.pop_front();
  }

  // Not each offset is that of a record (transactions, compaction): too few are found at times, and
  // then it looks further back.
  Status complete_tail(Context& context, const StopFlag& stop) {
    for (int64_t back = static_cast<int64_t>(tail_);
         kept_.size() < tail_ && !is_over(context, stop); back *= 4) {
      bool further = false;
      for (auto& [partition, range] : ranges_) {
        const int64_t first = std::max(range.low, range.first - 4 * back);
        further = further || first < range.first;
        range.first = first;
        range.done = range.first >= range.end;
      }
      if (!further) break;
      kept_.clear();
      WEIR_TRY(read_partitions(context, stop));
    }
    keep_newest();
    for (const Kept& kept : kept_) context.out().write(kept.text);
    return {};
  }

  static constexpr uint64_t kMostTail = 1'000'000;

  std::string topic_, from_, to_, group_, format_;
  std::vector<std::string> partitions_;
  uint64_t tail_ = 0;
  uint64_t count_ = 0;
  bool exit_ = false;
  bool json_ = false;
  bool base64_ = false;
  bool nulls_ = false;
  KafkaOptions kafka_;

  std::optional<RecordFormat> print_format_;
  std::optional<OffsetPlace> begin_, end_;
  std::map<int32_t, Range> ranges_;
  uint64_t printed_ = 0;
  std::string line_;
  std::deque<Kept> kept_;
};

}  // namespace

Verb consume() {
  return make_verb<Consume>(
      {.path = {"consume"},
       .summary = "Print the records of a Kafka topic",
       .description =
           "From the beginning and then as they come, until Ctrl-C, unless told otherwise. Values "
           "are printed as they are, one a line; -f takes the tokens of kcat, and -J prints one "
           "JSON object per record with the members that kcat gives it. Bytes that are no UTF-8 "
           "have no place in JSON: they come as base64, with \"key_encoding\", "
           "\"payload_encoding\" or \"headers_encoding\" beside them, so that `weir produce -J` "
           "writes the very same record. Only committed transactions are read. --tail goes by the "
           "records' times.",
       .examples = {{"All there is, then the end", "weir consume alerts -e"},
                    {"Keys and values of the last quarter of an hour, and what comes",
                     "weir consume alerts --from -15m -f '%k: %s\\n'"},
                    {"The last ten records with everything", "weir consume alerts --tail 10 -J"},
                    {"As a member of a group, to go on there the next time",
                     "weir consume alerts --group night-watch"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs
