#pragma once

#include "weir/avro/container.h"

namespace weir::avro {

constexpr BytesView kContainerMagic("Obj\1", 4);
constexpr std::string_view kSchemaKey = "avro.schema";
constexpr std::string_view kCodecKey = "avro.codec";

// What reading from bytes that are not all there yet comes to.
enum class Take : uint8_t { done, more, bad };

// The integer at `at`, which moves behind it when it is there whole. `bad` when it has more than 64
// bits.
Take take_long(BytesView bytes, size_t& at, int64_t& value);

// Reads the header of a container file out of bytes that grow. Each byte is looked at about once
// however small the pieces are. Confined.
class ContainerHeaderParser {
 public:
  explicit ContainerHeaderParser(size_t max_size) : max_size_(max_size) {}

  // Goes on reading `bytes`, which are the file from its start and never fewer than before. `more`
  // until the header is there whole. Errors: `corrupt`, or `refused` beyond the maximum size.
  Result<Take> advance(BytesView bytes);

  // Once done: of the header, its size; its entries with the last value of each key; its marker.
  size_t size() const { return at_; }
  const std::vector<ContainerMetadata>& metadata() const { return metadata_; }
  const SyncMarker& sync() const { return sync_; }

 private:
  enum class Part : uint8_t { magic, count, block_size, key, value, sync };

  Take take_part(BytesView bytes);
  Take take_magic(BytesView bytes);
  Take take_count(BytesView bytes);
  Take take_block_size(BytesView bytes);
  Take take_entry_part(BytesView bytes);
  Take take_sync(BytesView bytes);
  Take take_bytes(BytesView bytes, Bytes& value);
  Take bad(const char* problem);
  void add_entry(Bytes value);

  size_t max_size_;
  Part part_ = Part::magic;
  size_t at_ = 0;
  uint64_t entries_left_ = 0;  // of the current block of the metadata map
  size_t block_end_ = 0;       // where it must end, or 0
  std::string key_;
  std::vector<ContainerMetadata> metadata_;
  SyncMarker sync_{};
  const char* problem_ = "";
};

}  // namespace weir::avro
