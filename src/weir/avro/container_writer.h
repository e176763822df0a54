#pragma once

#include "weir/avro/container.h"
#include "weir/avro/schema.h"
#include "weir/avro/value.h"

namespace weir::avro {

struct ContainerWriterOptions {
  ContainerCodec codec = ContainerCodec::null;
  // The compression library's own scale: deflate 1 to 9, zstandard 1 to 22. Absent: its default.
  std::optional<int> level = std::nullopt;
  // A block is closed when its records have come to this many bytes before compression. Readers
  // hold one block in memory.
  size_t block_size = size_t{64} * 1024;
  std::vector<ContainerMetadata> metadata = {};
  SyncMarker sync = make_sync_marker(0);
};

// Writes an object container file, as bytes appended to buffers of the caller, who writes them to
// the file in order. What is not flushed is not in the file. Holds the records of the open block.
// Confined.
//
//   Bytes out;
//   WEIR_TRY_ASSIGN(auto writer, ContainerWriter::start(schema, {.sync = …}, out));  // the header
//   for (…) { WEIR_TRY(writer.append(value, out)); … file.append(out); out.clear(); }
//   WEIR_TRY(writer.flush(out));
class ContainerWriter {
 public:
  // `invalid_argument` for metadata whose key begins with "avro.", comes twice or is not UTF-8.
  static Result<ContainerWriter> start(const Schema& schema, ContainerWriterOptions options,
                                       Bytes& out);

  // One record, already encoded with the schema (which is not checked here).
  Status append(BytesView record, Bytes& out);
  // One record. `invalid_argument` with the path of the field when it does not fit the schema;
  // nothing was written then.
  Status append(const Value& record, Bytes& out);
  // Closes the open block, if it has records. On error the block is still open.
  Status flush(Bytes& out);

  // Records appended since the start, flushed or not.
  uint64_t records() const { return records_; }

 private:
  ContainerWriter(const Schema& schema, ContainerWriterOptions options)
      : schema_(schema), options_(std::move(options)) {}

  Status count_record(Bytes& out);

  Schema schema_;
  ContainerWriterOptions options_;
  Bytes open_;  // the encoded records of the open block
  Bytes packed_;
  int64_t open_records_ = 0;
  uint64_t records_ = 0;
};

}  // namespace weir::avro
