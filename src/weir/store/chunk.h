#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/store/row_set.h"

namespace weir::store {

// A chunk is some rows of one topic, cut into strips: strip 0 says what is where and holds the
// times and Kafka positions, each further strip holds a few neighbouring columns. The strip is what
// is read, checked (CRC-32C) and decompressed at once, so that a query touches only the strips of
// its fields, while narrow slow topics share one compression. The bytes are in
// docs/internals/store.md.

struct EncodedChunk {
  uint64_t rows = 0;
  uint64_t values = 0;
  Timestamp first = {};  // earliest and latest time, not those of the first and last row
  Timestamp last = {};
  std::vector<Bytes> strips = {};

  uint64_t bytes() const;
};

// Strip 0, decoded.
struct ChunkHeader {
  size_t rows = 0;
  size_t columns = 0;                     // columns past these are null in every row
  std::vector<size_t> strip_begins = {};  // first column of strip 1, 2, …
  RowSet rows_only;                       // times, partitions and offsets; no columns

  // The number of the strip that holds a column, and the column's place in it.
  struct Place {
    size_t strip = 0;
    size_t index = 0;
  };
  Place place(size_t column) const;
};

// Encodes chunks; keeps its compressor between them. Confined.
class ChunkEncoder {
 public:
  ChunkEncoder();
  ~ChunkEncoder();

  // `rows` has at least one row, and its columns are all as long.
  EncodedChunk encode(const RowSet& rows);

 private:
  Bytes frame(BytesView raw);

  struct Compressor;
  std::unique_ptr<Compressor> compressor_;
};

// Checks and decompresses a strip as it was stored.
Result<Bytes> open_strip(BytesView stored);
// From what `open_strip` gave.
Result<ChunkHeader> decode_header(BytesView raw);
// The `index`th column of a strip, still encoded.
Result<BytesView> find_column(BytesView raw, size_t index);

// Gives a strip of one chunk by number, opened.
using StripSource = std::function<Result<Bytes>(size_t number)>;

// Reads the columns at `ordinals` of a topic's `columns`, in that order; only their strips are
// asked for.
Result<RowSet> read_chunk(const StripSource& strips, const std::vector<Column>& columns,
                          const std::vector<size_t>& ordinals);

}  // namespace weir::store
