#include "weir/store/chunk.h"

#include <zstd.h>

#include <algorithm>
#include <map>
#include <string>

#include "weir/base/check.h"
#include "weir/base/crc32c.h"
#include "weir/store/column_codec.h"

namespace weir::store {
namespace {

constexpr uint8_t kHeaderVersion = 1;
constexpr size_t kMaxColumns = 60'000;
constexpr size_t kMaxStripBytes = size_t{1} << 28;
// A strip is closed when its columns have come to this many bytes before compression: enough for
// the compressor to learn from, little enough to read for one field.
constexpr size_t kStripTarget = size_t{32} << 10;
constexpr int kCompressionLevel = 1;

enum class Codec : uint8_t { none = 0, zstd = 1 };

Error broken(const char* what) { return Error(ErrorCode::corrupt, what); }

void append_column(const ColumnData& column, Bytes& scratch, Bytes& out) {
  scratch.clear();
  encode_column(column, scratch);
  ByteWriter(out).uvarint(scratch.size());
  out.append(scratch);
}

uint64_t count_values(const RowSet& rows) {
  uint64_t count = 0;
  for (const ColumnData& column : rows.columns) {
    count += column.items();
    if (column.is_array()) continue;
    for (const uint8_t present : column.present()) count -= present == 0 ? 1 : 0;
  }
  return count;
}

Result<Bytes> decompress(BytesView bytes, size_t size) {
  if (ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != size)
    return broken("strip: wrong size inside");
  Bytes raw(size, '\0');
  const size_t got = ZSTD_decompress(raw.data(), raw.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) || got != size) return broken("strip: does not decompress");
  return raw;
}

}  // namespace

struct ChunkEncoder::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  Bytes scratch;
};

ChunkEncoder::ChunkEncoder() : compressor_(std::make_unique<Compressor>()) {
  WEIR_CHECK(compressor_->context != nullptr);
}

ChunkEncoder::~ChunkEncoder() { ZSTD_freeCCtx(compressor_->context); }

// crc32c (le32) of what follows, codec, [size before compression,] bytes.
Bytes ChunkEncoder::frame(BytesView raw) {
  Bytes framed(4, '\0');
  ByteWriter writer(framed);
  writer.byte(static_cast<uint8_t>(Codec::zstd));
  writer.uvarint(raw.size());
  const size_t head = framed.size();
  framed.resize(head + ZSTD_compressBound(raw.size()));
  const size_t packed =
      ZSTD_compressCCtx(compressor_->context, framed.data() + head, framed.size() - head,
                        raw.data(), raw.size(), kCompressionLevel);
  if (!ZSTD_isError(packed) && head + packed < 5 + raw.size()) {
    framed.resize(head + packed);
  } else {
    framed.resize(4);
    writer.byte(static_cast<uint8_t>(Codec::none));
    writer.append(raw);
  }
  store_le(framed.data(), crc32c(BytesView(framed).substr(4)));
  return framed;
}

EncodedChunk ChunkEncoder::encode(const RowSet& rows) {
  WEIR_CHECK(rows.rows() > 0 && rows.rows() <= kMaxChunkRows && rows.columns.size() <= kMaxColumns);
  EncodedChunk chunk{.rows = rows.rows(),
                     .values = count_values(rows),
                     .first = rows.time(0),
                     .last = rows.time(0),
                     .strips = {}};
  for (size_t row = 1; row < rows.rows(); ++row) {
    chunk.first = std::min(chunk.first, rows.time(row));
    chunk.last = std::max(chunk.last, rows.time(row));
  }
  Bytes& scratch = compressor_->scratch;
  chunk.strips.emplace_back();  // the header's place
  std::vector<size_t> begins;
  Bytes strip;
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    if (strip.empty()) begins.push_back(i);
    append_column(rows.columns[i], scratch, strip);
    if (strip.size() < kStripTarget && i + 1 < rows.columns.size()) continue;
    chunk.strips.push_back(frame(strip));
    strip.clear();
  }
  Bytes header;
  ByteWriter writer(header);
  writer.byte(kHeaderVersion);
  writer.uvarint(rows.rows());
  writer.uvarint(rows.columns.size());
  writer.uvarint(begins.size());
  for (size_t i = 0; i < begins.size(); ++i)
    writer.uvarint(begins[i] - (i == 0 ? 0 : begins[i - 1]));
  append_column(rows.times, scratch, header);
  append_column(rows.partitions, scratch, header);
  append_column(rows.offsets, scratch, header);
  chunk.strips[0] = frame(header);
  return chunk;
}

uint64_t EncodedChunk::bytes() const {
  uint64_t total = 0;
  for (const Bytes& strip : strips) total += strip.size();
  return total;
}

Result<Bytes> open_strip(BytesView stored) {
  ByteReader in(stored);
  const auto crc = in.le<uint32_t>();
  const uint8_t codec = in.byte();
  if (!in.ok()) return broken("strip: shorter than its frame");
  if (crc32c(stored.substr(4)) != crc) return broken("strip: checksum does not match");
  if (codec == static_cast<uint8_t>(Codec::none)) return Bytes(in.rest());
  if (codec != static_cast<uint8_t>(Codec::zstd)) return broken("strip: unknown codec");
  const uint64_t size = in.uvarint();
  if (!in.ok() || size > kMaxStripBytes) return broken("strip: impossible size");
  return decompress(in.rest(), size);
}

Result<ChunkHeader> decode_header(BytesView raw) {
  ByteReader in(raw);
  if (in.byte() != kHeaderVersion) return broken("chunk header: unknown version");
  ChunkHeader header;
  header.rows = in.uvarint();
  header.columns = in.uvarint();
  const uint64_t strips = in.uvarint();
  if (!in.ok() || header.rows == 0 || header.rows > kMaxChunkRows || header.columns > kMaxColumns ||
      strips > header.columns || (strips == 0 && header.columns > 0)) {
    return broken("chunk header: impossible counts");
  }
  size_t begin = 0;
  for (uint64_t i = 0; i < strips; ++i) {
    const uint64_t step = in.uvarint();
    if ((i == 0) != (step == 0) || step >= header.columns - begin + (i == 0 ? 1 : 0)) {
      return broken("chunk header: strips out of order");
    }
    begin += step;
    header.strip_begins.push_back(begin);
  }
  for (ColumnData* column :
       {&header.rows_only.times, &header.rows_only.partitions, &header.rows_only.offsets}) {
    const BytesView bytes = in.view(in.uvarint());
    if (!in.ok()) return broken("chunk header: cut short");
    WEIR_TRY_ASSIGN(*column, decode_column(ValueType::integer, false, header.rows, bytes));
  }
  if (!in.at_end()) return broken("chunk header: bytes are left over");
  return header;
}

ChunkHeader::Place ChunkHeader::place(size_t column) const {
  WEIR_CHECK(column < columns);
  const auto after = std::upper_bound(strip_begins.begin(), strip_begins.end(), column);
  return {.strip = static_cast<size_t>(after - strip_begins.begin()),
          .index = column - *(after - 1)};
}

Result<BytesView> find_column(BytesView raw, size_t index) {
  ByteReader in(raw);
  for (; index > 0 && in.ok(); --index) in.skip(in.uvarint());
  const BytesView bytes = in.view(in.uvarint());
  if (!in.ok()) return broken("strip: a column is missing");
  return bytes;
}

Result<RowSet> read_chunk(const StripSource& strips, const std::vector<Column>& columns,
                          const std::vector<size_t>& ordinals) {
  WEIR_TRY_ASSIGN(const Bytes first, strips(0));
  WEIR_TRY_ASSIGN(ChunkHeader header, decode_header(first));
  RowSet rows = std::move(header.rows_only);
  std::map<size_t, Bytes> opened;
  for (const size_t ordinal : ordinals) {
    const Column& column = columns[ordinal];
    if (ordinal >= header.columns) {
      rows.columns.emplace_back(column.type, column.array);  // added later: null in every row
      continue;
    }
    const auto [strip, index] = header.place(ordinal);
    if (!opened.contains(strip)) {
      WEIR_TRY_ASSIGN(opened[strip], strips(strip));
    }
    WEIR_TRY_ASSIGN(const BytesView bytes, find_column(opened[strip], index));
    WEIR_TRY_ASSIGN(auto data, decode_column(column.type, column.array, header.rows, bytes));
    rows.columns.push_back(std::move(data));
  }
  return rows;
}

}  // namespace weir::store
