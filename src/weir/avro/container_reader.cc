#include "weir/avro/container_reader.h"

#include <algorithm>
#include <utility>

#include "weir/avro/value_decode.h"

namespace weir::avro {
namespace {

// More than deflate can reach (1032), and a floor for small blocks of equal values.
constexpr size_t kMaxGrowth = 1100;
constexpr size_t kAlwaysAllowed = size_t{1} << 20;

Error corrupt(std::string reason) { return Error(ErrorCode::corrupt, std::move(reason)); }

}  // namespace

// The count and the size in front of a block.
struct ContainerReader::Head {
  int64_t records = 0;
  int64_t size = 0;
  size_t length = 0;  // of the two
};

ContainerReader::ContainerReader(const ContainerReadOptions& options)
    : options_(options),
      header_(options.max_header_size),
      empty_records_left_(options.max_empty_records) {}

void ContainerReader::feed(BytesView piece) {
  // A header is parsed from the start of the file.
  if (state_ != State::header && at_ > 0) {
    buffer_.erase(0, at_);
    base_ += at_;
    at_ = 0;
  }
  buffer_ += piece;
  empty_records_left_ += piece.size();
}

Result<ContainerReader::Step> ContainerReader::next() {
  for (;;) {
    if (failure_) return *failure_;
    if (state_ == State::done) return last_step_;
    Move move = state_ == State::header   ? read_header()
                : state_ == State::blocks ? read_block()
                                          : search_marker();
    if (!move) {
      failure_ = std::move(move).error();
    } else if (*move) {
      return **move;
    }
  }
}

ContainerReader::Step ContainerReader::finish_with(Step step) {
  state_ = State::done;
  last_step_ = step;
  return step;
}

ContainerReader::Move ContainerReader::read_header() {
  WEIR_TRY_ASSIGN(const Take taken, header_.advance(buffer_));
  if (taken == Take::more) return finished_ ? finish_with(Step::cut_off) : Step::need_bytes;
  at_ = header_.size();
  WEIR_TRY(adopt_header());
  state_ = State::blocks;
  return Step::header;
}

Status ContainerReader::adopt_header() {
  const Bytes* codec = find_metadata(kCodecKey);
  if (codec != nullptr) {
    Result<ContainerCodec> known = parse_container_codec(*codec);
    if (!known) return std::move(known).error().within("the header");
    codec_ = *known;
  }
  const Bytes* text = find_metadata(kSchemaKey);
  if (text == nullptr) return corrupt("the header: no avro.schema");
  Result<Schema> schema = parse_schema(*text, options_.schema);
  if (!schema) return corrupt("the schema in the header: " + schema.error().message());
  schema_ = std::move(*schema);
  return {};
}

const Bytes* ContainerReader::find_metadata(std::string_view key) const {
  for (const ContainerMetadata& entry : metadata()) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Take ContainerReader::take_head(Head& head) {
  size_t at = 0;
  Take taken = take_long(rest(), at, head.records);
  if (taken == Take::done) taken = take_long(rest(), at, head.size);
  head.length = at;
  return taken;
}

Status ContainerReader::check_head(const Head& head) const {
  if (head.records < 0) return corrupt("a negative count of records");
  if (head.size < 0) return corrupt("a negative size");
  if (static_cast<uint64_t>(head.size) > options_.max_block_size) {
    return Error(ErrorCode::refused, "its size of " + std::to_string(head.size) +
                                         " bytes is beyond the limit of " +
                                         std::to_string(options_.max_block_size));
  }
  return {};
}

ContainerReader::Move ContainerReader::read_block() {
  if (at_ == buffer_.size()) return finished_ ? finish_with(Step::end) : Step::need_bytes;
  Head head;
  const Take taken = take_head(head);
  if (taken == Take::more) return block_is_missing_bytes();
  if (taken == Take::bad) return damaged(corrupt("a count or size of more than 64 bits"));
  if (Status status = check_head(head); !status) return damaged(std::move(status).error());

  const auto size = static_cast<size_t>(head.size);
  const size_t whole = head.length + size + sync().size();
  if (rest().size() < whole) return block_is_missing_bytes();
  if (rest().substr(head.length + size, sync().size()) != as_bytes(sync())) {
    return damaged(corrupt("no sync marker where it must end"));
  }
  if (Status status = unpack(head); !status) return damaged(std::move(status).error());
  block_.position = position();
  block_.records = static_cast<uint64_t>(head.records);
  at_ += whole;
  if (block_.records == 0) return std::nullopt;
  return Step::block;
}

ContainerReader::Move ContainerReader::block_is_missing_bytes() {
  if (!finished_) return Step::need_bytes;
  if (options_.damage == ContainerReadOptions::Damage::fail) return finish_with(Step::cut_off);
  // The size may be what is damaged: look for blocks inside.
  cut_off_ = true;
  return damaged(corrupt("the file ends inside it"));
}

Status ContainerReader::unpack(const Head& head) {
  const BytesView stored = rest().substr(head.length, static_cast<size_t>(head.size));
  const size_t growth = std::max(stored.size() * kMaxGrowth, kAlwaysAllowed);
  const size_t most = std::min(growth, options_.max_unpacked_size);
  if (codec_ == ContainerCodec::null && stored.size() <= most) {
    block_.bytes = stored;  // no need to copy it
  } else {
    unpacked_.clear();
    WEIR_TRY(append_unpacked(codec_, stored, most, unpacked_));
    block_.bytes = unpacked_;
  }
  return check_count(head.records);
}

Status ContainerReader::check_count(int64_t count) {
  const auto records = static_cast<uint64_t>(count);
  const uint64_t size = block_.bytes.size();
  if (records == 0 && size > 0) return corrupt("bytes without records");
  const size_t least = schema_->root().least_size;
  if (least > 0) {
    return records <= size / least ? Status() : corrupt("a count that its bytes cannot hold");
  }
  const uint64_t empty = records > size ? records - size : 0;
  if (empty > empty_records_left_) {
    return Error(ErrorCode::refused, "more records that take no bytes than are allowed");
  }
  empty_records_left_ -= empty;
  return {};
}

ContainerReader::Move ContainerReader::damaged(Error reason) {
  reason = std::move(reason).within("the block at byte " + std::to_string(position()));
  if (options_.damage == ContainerReadOptions::Damage::fail) return reason;
  ++skips_.places;
  if (!skips_.first_reason) skips_.first_reason = std::move(reason);
  state_ = State::searching;
  return std::nullopt;
}

ContainerReader::Move ContainerReader::search_marker() {
  const size_t found = rest().find(as_bytes(sync()));
  // The last bytes may be the beginning of a marker.
  const size_t keep = finished_ ? 0 : sync().size() - 1;
  const size_t skipped = found != BytesView::npos ? found + sync().size()
                         : rest().size() > keep   ? rest().size() - keep
                                                  : 0;
  skips_.bytes += skipped;
  at_ += skipped;
  if (found != BytesView::npos) {
    state_ = State::blocks;
    cut_off_ = false;
    return std::nullopt;
  }
  if (!finished_) return Step::need_bytes;
  return finish_with(cut_off_ ? Step::cut_off : Step::end);
}

template <typename Target>
Status BlockRecords::decode_to(const DecodePlan& plan, Target& target) {
  reader_.begin_datum();
  Status status = plan.decode_next(reader_, target);
  if (!status) return error(status.error().code(), status.error().message());
  return finish_record();
}

Status BlockRecords::decode(const DecodePlan& plan, Visitor& visitor) {
  return decode_to(plan, visitor);
}

Status BlockRecords::decode(const DecodePlan& plan, Columns& columns) {
  return decode_to(plan, columns);
}

Result<Value> BlockRecords::decode_value(const Schema& schema) {
  Value value;
  std::string path;
  reader_.begin_datum();
  if (!read_value(schema.root(), reader_, value, path)) {
    return error(ErrorCode::corrupt, reader_.error(path).message());
  }
  WEIR_TRY(finish_record());
  return value;
}

Result<BytesView> BlockRecords::decode_bytes(const Schema& schema) {
  const size_t start = reader_.position();
  reader_.begin_datum();
  if (!skip_value(schema.root(), reader_)) {
    return error(ErrorCode::corrupt, reader_.error("").message());
  }
  const size_t end = reader_.position();
  WEIR_TRY(finish_record());
  return block_.bytes.substr(start, end - start);
}

Status BlockRecords::finish_record() {
  if (left_ == 1 && !reader_.at_end()) {
    return error(ErrorCode::corrupt, "the block has more bytes than its records");
  }
  --left_;
  return {};
}

Error BlockRecords::error(ErrorCode code, std::string_view reason) {
  const uint64_t number = block_.records - left_;
  if (code != ErrorCode::refused) left_ = 0;
  return Error(code, "the block at byte " + std::to_string(block_.position) + ", record " +
                         std::to_string(number) + ": " + std::string(reason));
}

}  // namespace weir::avro
