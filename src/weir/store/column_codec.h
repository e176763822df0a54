#pragma once

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/store/column_data.h"

namespace weir::store {

// What one column of one chunk may hold at most; more is refused when read, and never written.
constexpr size_t kMaxChunkRows = size_t{1} << 20;
constexpr size_t kMaxColumnItems = size_t{1} << 24;

// Appends the encoding of a column's rows: nulls, array lengths, then the values, each in the
// shortest of a few forms. Not compressed yet: the strip that holds it is.
void encode_column(const ColumnData& column, Bytes& out);

// Reads back `rows` rows. `corrupt` on bytes that no encoder wrote, within bounded memory.
Result<ColumnData> decode_column(ValueType type, bool array, size_t rows, BytesView bytes);

}  // namespace weir::store
