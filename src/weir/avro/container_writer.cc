#include "weir/avro/container_writer.h"

#include "weir/avro/binary.h"
#include "weir/avro/container_header.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

Status check_metadata(const std::vector<ContainerMetadata>& metadata) {
  const auto bad = [](const std::string& key, const char* why) {
    return Error(ErrorCode::invalid_argument, "metadata \"" + key + "\": " + why);
  };
  for (size_t i = 0; i < metadata.size(); ++i) {
    const std::string& key = metadata[i].key;
    if (!is_utf8(key)) return bad("?", "the key is not UTF-8");
    if (key.starts_with("avro.")) return bad(key, "keys that begin with avro. are reserved");
    for (size_t j = 0; j < i; ++j) {
      if (metadata[j].key == key) return bad(key, "the key comes twice");
    }
  }
  return {};
}

}  // namespace

Result<ContainerWriter> ContainerWriter::start(const Schema& schema, ContainerWriterOptions options,
                                               Bytes& out) {
  WEIR_TRY(check_metadata(options.metadata));
  out += kContainerMagic;
  append_long(out, static_cast<int64_t>(2 + options.metadata.size()));
  const auto entry = [&](std::string_view key, BytesView value) {
    append_string(out, key);
    append_bytes(out, value);
  };
  entry(kSchemaKey, schema.to_resolved_string());
  entry(kCodecKey, to_string(options.codec));
  for (const ContainerMetadata& own : options.metadata) entry(own.key, own.value);
  append_long(out, 0);
  out += as_bytes(options.sync);
  return ContainerWriter(schema, std::move(options));
}

Status ContainerWriter::append(BytesView record, Bytes& out) {
  open_ += record;
  return count_record(out);
}

Status ContainerWriter::append(const Value& record, Bytes& out) {
  WEIR_TRY(encode_value(schema_, record, open_));
  return count_record(out);
}

Status ContainerWriter::count_record(Bytes& out) {
  ++open_records_;
  ++records_;
  return open_.size() >= options_.block_size ? flush(out) : Status();
}

Status ContainerWriter::flush(Bytes& out) {
  if (open_records_ == 0) return {};
  packed_.clear();
  WEIR_TRY(append_packed(options_.codec, open_, options_.level, packed_));
  append_long(out, open_records_);
  append_bytes(out, packed_);
  out += as_bytes(options_.sync);
  open_.clear();
  open_records_ = 0;
  return {};
}

}  // namespace weir::avro
