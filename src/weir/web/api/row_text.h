#pragma once

#include <functional>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::store {
class Cursor;
}

namespace weir::web::api {

// How rows are written for programs.
//   jsonl  {"time":"2026-11-22T15:01:46.250000Z","elevation":45.5,"forces":[1.0,2.0]}
//   csv    time,elevation,forces / 2026-11-22T15:01:46.250000Z,45.5,"[1.0,2.0]"   (RFC 4180)
// Integers are exact to 64 bits; reals have the shortest digits that read back the same; NaN and
// the infinities are the strings "NaN", "Infinity", "-Infinity" in JSON and bare words in CSV;
// bytes are printed as lower-case hexadecimal. Null is null in JSON and nothing in CSV.
enum class RowText { jsonl, csv };

// "jsonl" or "csv".
Result<RowText> parse_row_text(std::string_view text);
std::string_view content_type(RowText format);

// Writes every row of a cursor through `sink`, some 64 KiB at a time. Ends at the first error of
// the cursor or the sink.
Status write_rows(store::Cursor& cursor, RowText format,
                  const std::function<Status(BytesView)>& sink);

}  // namespace weir::web::api
