#include "weir/broker/handlers/fetch.h"

#include <algorithm>
#include <utility>

#include "weir/broker/handlers/answer.h"
#include "weir/broker/handlers/partitions.h"
#include "weir/broker/handlers/storage_errors.h"
#include "weir/kafka/protocol/message_codec.h"

namespace weir::broker::handlers {

using kafka::protocol::FetchRequest;
using kafka::protocol::FetchResponse;
using kafka::protocol::KafkaError;
using PartitionAnswer = FetchResponse::Topic::Partition;
using PartitionQuestion = FetchRequest::Topic::Partition;

namespace {

constexpr int16_t kFirstVersionWithTopicIds = 13;

size_t to_size(int32_t value) { return static_cast<size_t>(std::max(value, 0)); }

// What a fetch wants, looked up: one interest per partition in the order of the request, and what
// is wrong with each.
struct Lookup {
  std::vector<FetchInterest> interests;
  std::vector<KafkaError> errors;
  uint64_t ready_bytes = 0;
  bool any_error = false;
};

KafkaError look_up_partition(const log::Topic* topic, const PartitionQuestion& question, bool by_id,
                             FetchInterest& interest) {
  interest.partition = find_partition(topic, question.partition);
  interest.offset = question.fetch_offset;
  if (topic == nullptr && by_id) return KafkaError::unknown_topic_id;
  if (interest.partition == nullptr) return KafkaError::unknown_topic_or_partition;
  if (question.current_leader_epoch > kLeaderEpoch) return KafkaError::unknown_leader_epoch;
  // The end first: it only grows, so that an offset between both values is in range.
  const int64_t end = interest.partition->high_watermark();
  if (interest.offset > end || interest.offset < interest.partition->start_offset()) {
    return KafkaError::offset_out_of_range;
  }
  if (interest.offset < end)
    interest.ready_bytes = interest.partition->available_bytes(interest.offset);
  return KafkaError::none;
}

Lookup look_up(const Services& services, const FetchRequest& asked, int16_t version) {
  Lookup result;
  const bool by_id = version >= kFirstVersionWithTopicIds;
  for (const auto& topic : asked.topics) {
    const log::TopicRef found = by_id ? services.storage.find_topic(topic.topic_id)
                                      : services.storage.find_topic(topic.topic);
    for (const PartitionQuestion& question : topic.partitions) {
      FetchInterest& interest = result.interests.emplace_back();
      const KafkaError error = look_up_partition(found.get(), question, by_id, interest);
      result.errors.push_back(error);
      result.any_error |= error != KafkaError::none;
      result.ready_bytes += interest.ready_bytes;
    }
  }
  return result;
}

// Fills a response from the partitions, within the limits of the request, in its order.
class ResponseBuilder {
 public:
  ResponseBuilder(Services& services, const FetchRequest& asked, int16_t version)
      : services_(services),
        asked_(asked),
        version_(version),
        room_(std::min(to_size(asked.max_bytes), services.settings.fetch_max_bytes)) {}

  ResponseBody build(std::span<const FetchInterest> interests, std::span<const KafkaError> errors) {
    size_t index = 0;
    for (const auto& topic : asked_.topics) {
      auto& topic_answer = response_.topics.emplace_back();
      topic_answer.topic = topic.topic;
      topic_answer.topic_id = topic.topic_id;
      topic_answer.partitions.resize(topic.partitions.size());
      for (size_t p = 0; p < topic.partitions.size(); ++p, ++index) {
        PartitionAnswer& answer = topic_answer.partitions[p];
        answer.partition_index = topic.partitions[p].partition;
        answer.error_code = errors[index];
        fill(answer, topic.partitions[p], interests[index]);
      }
    }
    return to_pieces();
  }

 private:
  void fill(PartitionAnswer& answer, const PartitionQuestion& question,
            const FetchInterest& interest) {
    answer.high_watermark = -1;
    answer.records = BytesView();
    if (asked_.isolation_level != 0) answer.aborted_transactions.emplace();
    if (answer.error_code != KafkaError::none) return;
    answer.high_watermark = interest.partition->high_watermark();
    answer.log_start_offset = interest.partition->start_offset();
    if (interest.ready_bytes > 0 && (room_ > 0 || !any_records_))
      read(answer, question, *interest.partition);
    answer.last_stable_offset = answer.high_watermark;  // no transaction is ever open
  }

  void read(PartitionAnswer& answer, const PartitionQuestion& question,
            const log::Partition& partition) {
    const size_t most = std::min(room_, to_size(question.partition_max_bytes));
    auto slice = partition.read(question.fetch_offset, most,
                                any_records_ ? log::AtLeastOne::no : log::AtLeastOne::yes);
    if (!slice) {
      answer.error_code = to_read_error(slice.error().code());
      if (answer.error_code != KafkaError::offset_out_of_range) {
        services_.complaints.warning("cannot read", partition.topic(), slice.error().message());
      }
      return;
    }
    answer.high_watermark = slice->high_watermark;
    answer.log_start_offset = slice->start_offset;
    if (slice->size == 0) return;
    any_records_ = true;
    room_ -= std::min(room_, slice->size);
    services_.counters.fetched_bytes.add(slice->size);
    // Tells the length only; the bytes are the slice's pieces.
    answer.records = BytesView(slice->pieces.front()->data(), slice->size);
    slices_.push_back(std::move(*slice));
  }

  // The response with the records put between its parts instead of being copied into it.
  ResponseBody to_pieces() const {
    Bytes bytes;
    ByteWriter writer(bytes);
    std::vector<kafka::protocol::RecordsSplice> splices;
    response_.encode(writer, version_, splices);
    const auto owner = std::make_shared<const Bytes>(std::move(bytes));
    const BytesView all = *owner;
    ResponseBody body;
    size_t from = 0;
    auto slice = slices_.begin();
    for (const auto& splice : splices) {
      if (splice.records.empty()) continue;
      body.push_back({.bytes = all.substr(from, splice.position - from), .owner = owner});
      for (const auto& piece : slice->pieces) body.push_back({.bytes = *piece, .owner = piece});
      from = splice.position;
      ++slice;
    }
    body.push_back({.bytes = all.substr(from), .owner = owner});
    return body;
  }

  Services& services_;
  const FetchRequest& asked_;
  const int16_t version_;
  size_t room_;
  bool any_records_ = false;
  FetchResponse response_;
  std::vector<log::FetchSlice> slices_;
};

// A fetch that found too little. Answers when it has enough, or when its time is over.
class PendingFetch : public WaitingFetch {
 public:
  PendingFetch(Services& services, FetchRequest asked, int16_t version, Lookup found, Reply reply)
      : WaitingFetch(std::move(found.interests), to_size(asked.min_bytes)),
        services_(services),
        asked_(std::move(asked)),
        version_(version),
        errors_(std::move(found.errors)),
        reply_(std::move(reply)),
        timer_(services.loop) {}

  void wait(std::chrono::milliseconds time) {
    timer_.call_after(time, [this] { services_.fetch_waiters.finish(*this); });
  }

  void complete() override {
    if (reply_.abandoned()) return;
    if (ready_bytes() >= to_size(asked_.min_bytes)) services_.counters.fetch_wakes.add();
    reply_.send(ResponseBuilder(services_, asked_, version_).build(interests(), errors_));
  }

 private:
  Services& services_;
  const FetchRequest asked_;
  const int16_t version_;
  const std::vector<KafkaError> errors_;
  Reply reply_;
  io::Timer timer_;
};

// No session was ever given out, so a client that names one is to begin anew.
ResponseBody unknown_session(int16_t version) {
  FetchResponse response;
  response.error_code = KafkaError::fetch_session_id_not_found;
  return to_body(response, version);
}

}  // namespace

void FetchApi::start(Services& services, const handlers::Request& request, Reply reply) {
  ByteReader reader(request.body);
  auto asked = Request::decode(reader, request.version);
  if (!asked) return reply.fail(asked.error());
  if (asked->session_id != 0) return reply.send(unknown_session(request.version));

  Lookup found = look_up(services, *asked, request.version);
  const auto wait =
      std::min(std::chrono::milliseconds(asked->max_wait_ms), services.settings.max_fetch_wait);
  if (found.any_error || found.interests.empty() ||
      found.ready_bytes >= to_size(asked->min_bytes) || wait.count() <= 0) {
    return reply.send(
        ResponseBuilder(services, *asked, request.version).build(found.interests, found.errors));
  }
  services.counters.fetch_waits.add();
  auto pending = std::make_unique<PendingFetch>(services, std::move(*asked), request.version,
                                                std::move(found), std::move(reply));
  PendingFetch& waiting = *pending;
  services.fetch_waiters.add(std::move(pending));
  waiting.wait(wait);
}

}  // namespace weir::broker::handlers
