#include "weir/broker/server/session.h"

#include <fmt/format.h>

#include <utility>

#include "weir/broker/handlers/api_versions.h"
#include "weir/broker/handlers/handler_table.h"
#include "weir/kafka/protocol/request_header.h"

namespace weir::broker::server {

using handlers::HandlerEntry;
using handlers::Reply;
using handlers::Request;
using handlers::ResponseBody;
using kafka::protocol::RequestHeader;
using kafka::protocol::ResponseHeader;

namespace {

constexpr size_t kLengthSize = 4;

Bytes response_header(const RequestHeader& request, const kafka::protocol::ApiInfo& api) {
  Bytes header(kLengthSize, '\0');
  ByteWriter writer(header);
  ResponseHeader{.correlation_id = request.correlation_id}.encode(
      writer, api.response_header_version(request.api_version));
  return header;
}

}  // namespace

Session::Session(SessionHost& host, std::unique_ptr<io::TcpConnection> connection)
    : host_(host),
      connection_(std::move(connection)),
      frames_(host.limits.max_request_bytes),
      last_heard_(host.services.clock.steady_now()) {}

void Session::start() { connection_->start(*this); }

void Session::on_bytes(BytesView bytes) {
  const auto self = shared_from_this();
  last_heard_ = host_.services.clock.steady_now();
  if (kept_.empty()) return process(bytes);
  kept_.append(bytes);
}

bool Session::can_take_more() const {
  return !ended_ && !finishing_ && slots_.size() < host_.limits.max_in_flight &&
         connection_->unsent() < host_.limits.max_unsent_bytes;
}

void Session::process(BytesView bytes) {
  processing_ = true;
  const Status status = take_frames(bytes);
  processing_ = false;
  if (ended_) return;
  if (!status) return cut_off(status.error());
  kept_.append(bytes);
  if (starved_ || !can_take_more()) return connection_->pause_reading();
  connection_->resume_reading();
}

Status Session::take_frames(BytesView& bytes) {
  using State = FrameAssembler::State;
  while (can_take_more()) {
    WEIR_TRY(frames_.feed(bytes));
    if (frames_.state() == State::announced) {
      share_ = host_.memory.take(frames_.frame_size());
      if (share_ == nullptr) {
        starved_ = true;
        host_.on_starved(*this);
        return {};
      }
      frames_.admit();
      continue;
    }
    if (frames_.state() != State::complete) return {};
    WEIR_TRY(dispatch(frames_.take(), std::move(share_)));
  }
  return {};
}

Status Session::dispatch(Bytes frame, MemoryBudget::Share share) {
  host_.services.counters.requests.add();
  host_.services.counters.request_bytes.add(frame.size());
  ByteReader reader(frame);
  WEIR_TRY_ASSIGN(const RequestHeader header, RequestHeader::decode(reader));
  const HandlerEntry* const entry = handlers::find_handler(header.api_key);
  if (entry == nullptr) {
    return Error(ErrorCode::unsupported, fmt::format("API {} is not served", header.api_key));
  }
  const uint64_t slot = first_slot_ + slots_.size();
  if (!entry->api->serves(header.api_version)) {
    if (header.api_key != handlers::kApiVersionsKey) {
      return Error(ErrorCode::unsupported, fmt::format("{} version {} is not served",
                                                       entry->api->name, header.api_version));
    }
    slots_.push_back({.header = response_header(header, *entry->api)});
    on_reply(slot, handlers::unsupported_api_versions_response());
    return {};
  }
  slots_.push_back({.header = response_header(header, *entry->api)});
  const Request request{.api_key = header.api_key,
                        .version = header.api_version,
                        .correlation_id = header.correlation_id,
                        .client_id = header.client_id ? *header.client_id : std::string_view(),
                        .body = reader.rest(),
                        .local_address = connection_->local_address(),
                        .remote_address = connection_->remote_address(),
                        .memory = std::move(share)};
  entry->handle(host_.services, request, Reply(weak_from_this(), slot));
  return {};
}

Session::Slot* Session::find_slot(uint64_t slot) {
  const uint64_t index = slot - first_slot_;
  return ended_ || index >= slots_.size() ? nullptr : &slots_[index];
}

void Session::on_reply(uint64_t slot, ResponseBody body) {
  Slot* const found = find_slot(slot);
  if (found == nullptr) return;
  found->body = std::move(body);
  send_ready();
  go_on();
}

void Session::on_no_reply(uint64_t slot) {
  Slot* const found = find_slot(slot);
  if (found == nullptr) return;
  found->skipped = true;
  send_ready();
  go_on();
}

void Session::on_failure(uint64_t slot, const Error& why) {
  if (find_slot(slot) != nullptr) cut_off(why);
}

void Session::send_ready() {
  while (!slots_.empty() && (slots_.front().body || slots_.front().skipped)) {
    Slot slot = std::move(slots_.front());
    slots_.pop_front();
    ++first_slot_;
    if (slot.skipped) continue;
    size_t size = slot.header.size() - kLengthSize;
    for (const io::TcpPiece& piece : *slot.body) size += piece.bytes.size();
    store_be(slot.header.data(), static_cast<int32_t>(size));
    host_.services.counters.response_bytes.add(size + kLengthSize);
    connection_->write(std::move(slot.header));
    for (io::TcpPiece& piece : *slot.body) connection_->write(std::move(piece));
  }
}

// After an answer or when the peer has read: there may be room for what was kept.
void Session::go_on() {
  if (processing_ || ended_) return;
  if (finishing_) {
    if (slots_.empty()) connection_->close_after_writes();
    return;
  }
  // Not at every single answer: each turn moves what is kept.
  if (starved_ || !can_take_more() || slots_.size() > host_.limits.max_in_flight / 2) return;
  const Bytes kept = std::exchange(kept_, {});
  process(kept);
}

void Session::resume() {
  starved_ = false;
  go_on();
}

void Session::on_drained() {
  const auto self = shared_from_this();
  go_on();
}

void Session::finish() {
  finishing_ = true;
  kept_.clear();
  connection_->pause_reading();
  go_on();
}

void Session::cut_off(const Error& why) {
  if (ended_) return;
  host_.services.counters.connections_cut_off.add();
  host_.services.complaints.warning("client cut off", peer(), why.message());
  close();
}

void Session::close() {
  if (std::exchange(ended_, true)) return;
  connection_->close();
  host_.on_ended(*this);
}

void Session::on_closed() {
  const auto self = shared_from_this();
  if (std::exchange(ended_, true)) return;
  host_.on_ended(*this);
}

}  // namespace weir::broker::server
