#pragma once

#include <optional>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/container.h"
#include "weir/avro/container_header.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/avro/value.h"

namespace weir::avro {

struct ContainerReadOptions {
  enum class Damage : uint8_t {
    fail,  // the first damaged block ends the reading with its error
    skip   // what is damaged is left out, up to behind the next sync marker, and counted
  };

  Damage damage = Damage::fail;
  // How the schema in the header is read. Files exist that a strict parser refuses.
  SchemaOptions schema = {.mode = SchemaOptions::Mode::lenient};
  size_t max_header_size = size_t{16} << 20;
  // Of one block: as the file stores it, and unpacked. A block may also not unpack to more than
  // 1100 times its stored size (deflate cannot) unless that is below 1 MiB.
  size_t max_block_size = size_t{64} << 20;
  size_t max_unpacked_size = size_t{128} << 20;
  // Records of no bytes cost nothing to claim: a file may have this many, and one more for each
  // byte.
  uint64_t max_empty_records = 10'000'000;
};

// One block of a file, its bytes unpacked. Good until the reader is called again.
struct ContainerBlock {
  uint64_t position = 0;  // in the file, of the block's first byte
  uint64_t records = 0;   // that it says it holds: at least 1
  BytesView bytes;        // of the records, one after the other
};

// What `Damage::skip` left out.
struct ContainerSkips {
  uint64_t places = 0;  // stretches of the file; each may have been several blocks
  uint64_t bytes = 0;   // of the file
  std::optional<Error> first_reason;
};

// Reads an object container file out of pieces of any size, without doing I/O: the caller feeds
// bytes in the order of the file and asks what stands next. Holds one block (as stored, and
// unpacked) and what was fed beyond it, so pieces should be small. Confined.
//
//   ContainerReader reader;
//   for (;;) {
//     WEIR_TRY_ASSIGN(const auto step, reader.next());
//     if (step == ContainerReader::Step::need_bytes) { …read(piece)… reader.feed(piece); …or
//                                                      reader.finish() at the end of the file }
//     if (step == ContainerReader::Step::block) {
//       BlockRecords records(reader.block());
//       while (!records.at_end()) WEIR_TRY(records.decode(plan, visitor));  // or decode_value
//     }
//     if (step is end or cut_off) break;
//   }
class ContainerReader {
 public:
  enum class Step : uint8_t {
    need_bytes,  // feed more, or finish
    header,      // schema(), metadata() and the rest are known: once, before any block
    block,       // block() has it
    end,         // the file ends here, behind a sync marker (or behind what was skipped)
    cut_off  // the file ends inside its header or a block, as one that is still being written does;
             // all before was given, and position() is where the unfinished part begins (unless it
             // was skipped).
  };

  explicit ContainerReader(const ContainerReadOptions& options = {});

  void feed(BytesView piece);
  // No more bytes come.
  void finish() { finished_ = true; }

  // Errors: `corrupt` (with the position in the file), `unsupported` for a codec that is not known,
  // `refused` for what is beyond a limit. An error stays: each further call returns it again. In
  // mode `skip` only the header has errors.
  Result<Step> next();

  // Of the header; once it was read.
  const Schema& schema() const { return *schema_; }
  ContainerCodec codec() const { return codec_; }
  const SyncMarker& sync() const { return header_.sync(); }
  // All entries in the order of the file, avro.schema and avro.codec among them.
  const std::vector<ContainerMetadata>& metadata() const { return header_.metadata(); }
  const Bytes* find_metadata(std::string_view key) const;

  const ContainerBlock& block() const { return block_; }
  const ContainerSkips& skips() const { return skips_; }
  // Of the next byte that is not part of what was given or skipped.
  uint64_t position() const { return base_ + at_; }

 private:
  enum class State : uint8_t { header, blocks, searching, done };
  struct Head;

  // What comes of one move: a step to tell, or nothing, and then the next move is due.
  using Move = Result<std::optional<Step>>;

  Move read_header();
  Status adopt_header();
  Move read_block();
  Move search_marker();
  Move block_is_missing_bytes();
  Move damaged(Error reason);
  Take take_head(Head& head);
  Status check_head(const Head& head) const;
  Status unpack(const Head& head);
  Status check_count(int64_t records);
  Step finish_with(Step step);
  BytesView rest() const { return BytesView(buffer_).substr(at_); }

  ContainerReadOptions options_;
  State state_ = State::header;
  Bytes buffer_;       // of the file, from base_
  uint64_t base_ = 0;  // position of the buffer in the file
  size_t at_ = 0;      // in the buffer
  bool finished_ = false;
  bool cut_off_ = false;
  std::optional<Error> failure_;
  Step last_step_ = Step::end;

  ContainerHeaderParser header_;
  std::optional<Schema> schema_;
  ContainerCodec codec_ = ContainerCodec::null;
  uint64_t empty_records_left_;

  ContainerBlock block_;
  Bytes unpacked_;
  ContainerSkips skips_;
};

// The records of one block, taken one by one. Borrows the block's bytes. Confined. Errors name the
// position of the block, the number of the record and the path of the field. After `corrupt`
// nothing more can be taken of the block. After `refused` (by a plan that resolves the file's
// schema to another) the record is still the next one: `decode_bytes` passes over it.
class BlockRecords {
 public:
  explicit BlockRecords(const ContainerBlock& block)
      : block_(block), reader_(block.bytes), left_(block.records) {}

  bool at_end() const { return left_ == 0; }

  // The next record, which there must be. The schema is the file's, and so is the one that the plan
  // reads. The last record must end with the block.
  Status decode(const DecodePlan& plan, Visitor& visitor);
  Status decode(const DecodePlan& plan, Columns& columns);
  Result<Value> decode_value(const Schema& schema);
  // Its bytes as they are, checked for no more than their length: to pass records on.
  Result<BytesView> decode_bytes(const Schema& schema);

 private:
  template <typename Target>
  Status decode_to(const DecodePlan& plan, Target& target);
  Status finish_record();
  Error error(ErrorCode code, std::string_view reason);

  ContainerBlock block_;
  BinaryReader reader_;
  uint64_t left_;
};

}  // namespace weir::avro
