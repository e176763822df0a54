#include "weir/kafka/protocol/message_codec.h"

#include <bit>

namespace weir::kafka::protocol {
namespace {

constexpr size_t kMaxStringSize = INT16_MAX;

}  // namespace

Error MessageReader::error(std::string_view message, int16_t version) const {
  std::string text(message);
  text += " v" + std::to_string(version) + ": cannot read ";
  text += failed_field_ == nullptr ? "anything" : failed_field_;
  return Error(ErrorCode::corrupt, std::move(text));
}

void MessageReader::fail(const char* field) {
  bytes_->fail();
  if (failed_field_ == nullptr) failed_field_ = field;
}

void MessageReader::read(const char* field, bool& value) {
  value = bytes_->byte() != 0;
  check(field);
}
void MessageReader::read(const char* field, int8_t& value) {
  value = bytes_->be<int8_t>();
  check(field);
}
void MessageReader::read(const char* field, int16_t& value) {
  value = bytes_->be<int16_t>();
  check(field);
}
void MessageReader::read(const char* field, uint16_t& value) {
  value = bytes_->be<uint16_t>();
  check(field);
}
void MessageReader::read(const char* field, int32_t& value) {
  value = bytes_->be<int32_t>();
  check(field);
}
void MessageReader::read(const char* field, int64_t& value) {
  value = bytes_->be<int64_t>();
  check(field);
}
void MessageReader::read(const char* field, double& value) {
  value = std::bit_cast<double>(bytes_->be<uint64_t>());
  check(field);
}
void MessageReader::read(const char* field, KafkaError& value) {
  value = static_cast<KafkaError>(bytes_->be<int16_t>());
  check(field);
}
void MessageReader::read(const char* field, Uuid& value) {
  const BytesView bytes = bytes_->view(value.size());
  check(field);
  if (ok()) std::copy(bytes.begin(), bytes.end(), value.begin());
}

// `size` bytes; -1 is null, which must be allowed.
std::optional<BytesView> MessageReader::sized(const char* field, int64_t size, bool nullable) {
  check(field);
  if (!ok()) return std::nullopt;
  if (size < 0) {
    if (size != -1 || !nullable) fail(field);
    return std::nullopt;
  }
  const BytesView bytes = bytes_->view(static_cast<size_t>(size));
  check(field);
  return bytes;
}

std::optional<BytesView> MessageReader::text(const char* field, bool nullable) {
  const int64_t size = flexible_ ? compact_size(field) : bytes_->be<int16_t>();
  if (size > static_cast<int64_t>(kMaxStringSize)) {
    fail(field);
    return std::nullopt;
  }
  return sized(field, size, nullable);
}

std::optional<BytesView> MessageReader::blob(const char* field, bool nullable) {
  return sized(field, count(field), nullable);
}

void MessageReader::read(const char* field, std::string& value) {
  value = text(field, false).value_or(BytesView());
}
void MessageReader::read(const char* field, std::optional<std::string>& value, bool nullable) {
  value = text(field, nullable);
}
void MessageReader::bytes(const char* field, Bytes& value) {
  value = blob(field, false).value_or(BytesView());
}
void MessageReader::bytes(const char* field, std::optional<Bytes>& value, bool nullable) {
  value = blob(field, nullable);
}
void MessageReader::records(const char* field, std::optional<BytesView>& value, bool nullable) {
  value = blob(field, nullable);
}

bool MessageReader::present(const char* field) {
  int8_t marker = 0;
  read(field, marker);
  if (marker != 1 && marker != -1) fail(field);
  return ok() && marker == 1;
}

uint64_t MessageReader::tag_count(const char* field) {
  const uint64_t count = bytes_->uvarint();
  check(field);
  return ok() ? count : 0;
}

int64_t MessageReader::compact_size(const char* field) {
  const uint64_t size = bytes_->uvarint();
  if (size > uint64_t{INT32_MAX} + 1) fail(field);
  return ok() ? static_cast<int64_t>(size) - 1 : 0;
}

int64_t MessageReader::count(const char* field) {
  const int64_t size = flexible_ ? compact_size(field) : bytes_->be<int32_t>();
  if (size < -1) fail(field);
  check(field);
  return size;
}

void MessageReader::skip_tags(const char* field) {
  tags(field, [](uint64_t) { return false; });
}

void MessageWriter::write(double value) { out_.be(std::bit_cast<uint64_t>(value)); }
void MessageWriter::write(const Uuid& value) {
  out_.append(BytesView(reinterpret_cast<const char*>(value.data()), value.size()));
}

void MessageWriter::write(const std::string& value) {
  const BytesView text = BytesView(value).substr(0, kMaxStringSize);
  if (flexible_) {
    out_.uvarint(text.size() + 1);
  } else {
    out_.be(static_cast<int16_t>(text.size()));
  }
  out_.append(text);
}

void MessageWriter::write(const std::optional<std::string>& value, bool nullable) {
  if (value || !nullable) return write(value.value_or(std::string()));
  if (flexible_) return out_.uvarint(0);
  out_.be(int16_t{-1});
}

void MessageWriter::count(int64_t size) {
  if (flexible_) return out_.uvarint(static_cast<uint64_t>(size + 1));
  out_.be(static_cast<int32_t>(size));
}

void MessageWriter::blob(const std::optional<BytesView>& value, bool nullable) {
  if (!value) return count(nullable ? -1 : 0);
  count(static_cast<int64_t>(value->size()));
  out_.append(*value);
}

void MessageWriter::bytes(const std::optional<Bytes>& value, bool nullable) {
  blob(value ? std::optional<BytesView>(*value) : std::nullopt, nullable);
}

void MessageWriter::records(const std::optional<BytesView>& value, bool nullable) {
  if (!value || splices_ == nullptr) return blob(value, nullable);
  count(static_cast<int64_t>(value->size()));
  splices_->push_back({out_.size(), *value});
}

void TagsWriter::append(uint32_t tag, BytesView field) {
  ByteWriter out(fields_);
  out.uvarint(tag);
  out.uvarint(field.size());
  out.append(field);
  ++count_;
}

void TagsWriter::finish(MessageWriter& writer) {
  if (!writer.flexible_) return;
  writer.out_.uvarint(count_);
  writer.out_.append(fields_);
}

Status check_message_version(std::string_view message, int16_t version, int16_t min, int16_t max) {
  if (version >= min && version <= max) return {};
  return Error(ErrorCode::unsupported, std::string(message) + " v" + std::to_string(version) +
                                           " is not served, only v" + std::to_string(min) +
                                           " to v" + std::to_string(max));
}

}  // namespace weir::kafka::protocol
