// Any bytes as a container file, fed in pieces, with and without skipping what is damaged; and
// files of our own, edited in one place. What is read takes no more memory than its limits, and a
// file of our own that is not edited is read whole. The first bytes choose.
#include <algorithm>
#include <cstdint>

#include "weir/avro/container_reader.h"
#include "weir/avro/container_writer.h"
#include "weir/base/check.h"

namespace {

using namespace weir::avro;
using weir::Bytes;
using weir::BytesView;
using weir::Result;

constexpr size_t kMaxUnpacked = 1 << 16;
constexpr uint64_t kMaxEmpty = 1000;

struct Outcome {
  uint64_t records = 0;
  bool whole = false;
};

void read_records(const ContainerReader& reader, Outcome& outcome) {
  const ContainerBlock& block = reader.block();
  WEIR_CHECK(block.records > 0 && block.bytes.size() <= kMaxUnpacked);
  BlockRecords records(block);
  while (!records.at_end()) {
    if (records.decode_value(reader.schema())) ++outcome.records;
  }
  BlockRecords as_bytes(block);
  while (!as_bytes.at_end()) (void)as_bytes.decode_bytes(reader.schema());
  const Result<DecodePlan> plan = DecodePlan::compile(reader.schema(), {.max_leaves = 100});
  if (!plan) return;
  Visitor nobody;
  BlockRecords planned(block);
  while (!planned.at_end()) (void)planned.decode(*plan, nobody);
}

Outcome read(BytesView file, size_t piece, ContainerReadOptions::Damage damage) {
  ContainerReader reader({.damage = damage,
                          .max_header_size = 1 << 14,
                          .max_block_size = 1 << 16,
                          .max_unpacked_size = kMaxUnpacked,
                          .max_empty_records = kMaxEmpty});
  const uint64_t size = file.size();
  Outcome outcome;
  for (;;) {
    const Result<ContainerReader::Step> step = reader.next();
    WEIR_CHECK(reader.position() <= size && reader.skips().bytes <= size);
    if (!step) return outcome;
    switch (*step) {
      case ContainerReader::Step::need_bytes:
        if (file.empty()) reader.finish();
        reader.feed(file.substr(0, piece));
        file.remove_prefix(std::min(piece, file.size()));
        break;
      case ContainerReader::Step::header:
        break;
      case ContainerReader::Step::block:
        read_records(reader, outcome);
        break;
      case ContainerReader::Step::end:
        outcome.whole = reader.skips().places == 0;
        return outcome;
      case ContainerReader::Step::cut_off:
        return outcome;
    }
  }
}

Bytes own_file(uint8_t choice, BytesView input) {
  static const Schema schema = *parse_schema(
      R"({"type":"record","name":"R","fields":[{"name":"n","type":["null","bytes"]},{"name":"i","type":"int"}]})");
  const auto codec = static_cast<ContainerCodec>(choice % 4);
  Bytes file;
  Result<ContainerWriter> writer =
      ContainerWriter::start(schema, {.codec = codec, .block_size = size_t{1} + choice}, file);
  WEIR_CHECK(writer.has_value());
  for (size_t at = 0; at < input.size(); at += 10) {
    Value bytes{Value::Binary{Bytes(input.substr(at, 10))}, 1};
    Value number{static_cast<int64_t>(at), {}};
    const Value record{Value::Record{{{"n", std::move(bytes)}, {"i", std::move(number)}}}, {}};
    WEIR_CHECK(writer->append(record, file).has_value());
  }
  WEIR_CHECK(writer->flush(file).has_value());
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const size_t piece = size_t{1} + data[0];
  const auto damage =
      data[1] % 2 == 0 ? ContainerReadOptions::Damage::fail : ContainerReadOptions::Damage::skip;
  const BytesView input(reinterpret_cast<const char*>(data) + 4, size - 4);
  if (data[1] % 4 < 2) {
    (void)read(data[3] % 2 == 0 ? Bytes(input) : "Obj\1" + Bytes(input), piece, damage);
    return 0;
  }
  const BytesView content = input.substr(0, 60);
  Bytes file = own_file(data[2], content);
  const Outcome whole = read(file, piece, damage);
  WEIR_CHECK(whole.whole && whole.records == (content.size() + 9) / 10);
  file[(data[3] * size) % file.size()] = static_cast<char>(data[1]);
  const Outcome edited = read(file, piece, damage);
  WEIR_CHECK(edited.records <= whole.records + kMaxEmpty + file.size());
  return 0;
}
