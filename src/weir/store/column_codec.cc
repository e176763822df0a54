#include "weir/store/column_codec.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "weir/base/check.h"
#include "weir/store/word_codec.h"

namespace weir::store {
namespace {

// The first byte of an encoded column.
constexpr uint8_t kNoNulls = 0;
constexpr uint8_t kSomeNulls = 1;  // a bitmap follows, bit set = present
constexpr uint8_t kAllNull = 2;    // nothing follows

// The first byte of encoded texts.
constexpr uint8_t kPlainText = 0;
constexpr uint8_t kDictionary = 1;
constexpr size_t kMaxDictionary = 255;

Error broken(const char* what) { return Error(ErrorCode::corrupt, std::string("column: ") + what); }

WordKind word_kind(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return WordKind::boolean;
    case ValueType::real:
      return WordKind::real;
    case ValueType::integer:
    case ValueType::text:
    case ValueType::bytes:
      return WordKind::integer;
  }
  return WordKind::integer;
}

void encode_bitmap(const std::vector<uint8_t>& present, Bytes& out) {
  const size_t at = out.size();
  out.resize(at + (present.size() + 7) / 8);
  for (size_t i = 0; i < present.size(); ++i) {
    if (present[i] != 0) out[at + i / 8] = static_cast<char>(out[at + i / 8] | (1 << (i % 8)));
  }
}

std::vector<uint8_t> decode_bitmap(ByteReader& in, size_t rows) {
  const BytesView bits = in.view((rows + 7) / 8);
  if (!in.ok()) return {};
  std::vector<uint8_t> present(rows);
  for (size_t i = 0; i < rows; ++i) {
    present[i] = static_cast<uint8_t>((static_cast<uint8_t>(bits[i / 8]) >> (i % 8)) & 1);
  }
  return present;
}

void encode_plain_text(const std::vector<std::string_view>& texts, Bytes& out) {
  std::vector<uint64_t> lengths(texts.size());
  std::transform(texts.begin(), texts.end(), lengths.begin(),
                 [](auto text) { return text.size(); });
  encode_words(lengths, WordKind::integer, out);
  for (const std::string_view text : texts) out.append(text);
}

// Each text as its number in a list of the different ones. False, nothing appended, when they are
// many.
bool encode_dictionary(const std::vector<std::string_view>& texts, Bytes& out) {
  std::unordered_map<std::string_view, uint64_t> numbers;
  std::vector<std::string_view> entries;
  std::vector<uint64_t> indexes;
  indexes.reserve(texts.size());
  const size_t most = std::min(kMaxDictionary, texts.size() / 2 + 1);
  for (const std::string_view text : texts) {
    const auto [entry, added] = numbers.try_emplace(text, entries.size());
    if (added) entries.push_back(text);
    if (entries.size() > most) return false;
    indexes.push_back(entry->second);
  }
  out.push_back(static_cast<char>(kDictionary));
  ByteWriter(out).uvarint(entries.size());
  encode_plain_text(entries, out);
  encode_words(indexes, WordKind::integer, out);
  return true;
}

void encode_texts(const ColumnData& column, Bytes& out) {
  std::vector<std::string_view> texts(column.items());
  for (size_t i = 0; i < texts.size(); ++i) texts[i] = column.text_item(i);
  if (texts.empty() || encode_dictionary(texts, out)) return;
  out.push_back(static_cast<char>(kPlainText));
  encode_plain_text(texts, out);
}

// Turns lengths into ends; fails the reader when they come to more than `limit`.
std::vector<uint32_t> to_ends(const std::vector<uint64_t>& lengths, uint64_t limit,
                              ByteReader& in) {
  std::vector<uint32_t> ends(lengths.size());
  uint64_t end = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > limit - end) return in.fail(), std::vector<uint32_t>{};
    end += lengths[i];
    ends[i] = static_cast<uint32_t>(end);
  }
  return ends;
}

void decode_plain_text(ByteReader& in, size_t count, ColumnData::Parts& parts) {
  const auto lengths = decode_words(in, count);
  parts.text_ends = to_ends(lengths, in.remaining(), in);
  parts.text = in.view(parts.text_ends.empty() ? 0 : parts.text_ends.back());
}

void decode_dictionary(ByteReader& in, size_t count, ColumnData::Parts& parts) {
  const uint64_t size = in.uvarint();
  if (size == 0 || size > kMaxDictionary) return in.fail();
  ColumnData::Parts entries;
  decode_plain_text(in, size, entries);
  const auto indexes = decode_words(in, count);
  if (!in.ok()) return;
  parts.text_ends.reserve(count);
  for (const uint64_t index : indexes) {
    if (index >= size) return in.fail();
    const uint32_t begin = index == 0 ? 0 : entries.text_ends[index - 1];
    parts.text.append(entries.text, begin, entries.text_ends[index] - begin);
    if (parts.text.size() > UINT32_MAX / 4) return in.fail();
    parts.text_ends.push_back(static_cast<uint32_t>(parts.text.size()));
  }
}

void decode_texts(ByteReader& in, size_t count, ColumnData::Parts& parts) {
  if (count == 0) return;
  switch (in.byte()) {
    case kPlainText:
      return decode_plain_text(in, count, parts);
    case kDictionary:
      return decode_dictionary(in, count, parts);
    default:
      return in.fail();
  }
}

std::vector<uint64_t> lengths_of(const std::vector<uint32_t>& ends) {
  std::vector<uint64_t> lengths(ends.size());
  for (size_t i = 0; i < ends.size(); ++i) lengths[i] = ends[i] - (i == 0 ? 0 : ends[i - 1]);
  return lengths;
}

uint8_t null_form(const std::vector<uint8_t>& present) {
  if (present.empty()) return kNoNulls;
  const bool any =
      std::any_of(present.begin(), present.end(), [](uint8_t flag) { return flag != 0; });
  const bool all =
      std::all_of(present.begin(), present.end(), [](uint8_t flag) { return flag != 0; });
  if (all) return kNoNulls;
  return any ? kSomeNulls : kAllNull;
}

ColumnData all_null(ValueType type, bool array, size_t rows) {
  ColumnData data(type, array);
  data.resize(rows);
  return data;
}

}  // namespace

void encode_column(const ColumnData& column, Bytes& out) {
  const uint8_t nulls = null_form(column.present());
  out.push_back(static_cast<char>(nulls));
  if (nulls == kAllNull) return;
  if (nulls == kSomeNulls) encode_bitmap(column.present(), out);
  if (column.is_array()) encode_words(lengths_of(column.array_ends()), WordKind::integer, out);
  if (column.holds_text()) {
    encode_texts(column, out);
  } else {
    encode_words(column.words(), word_kind(column.type()), out);
  }
}

Result<ColumnData> decode_column(ValueType type, bool array, size_t rows, BytesView bytes) {
  WEIR_CHECK(rows <= kMaxChunkRows);
  ByteReader in(bytes);
  const uint8_t nulls = in.byte();
  if (nulls == kAllNull && in.ok() && in.at_end()) return all_null(type, array, rows);
  if (nulls > kSomeNulls) in.fail();
  ColumnData::Parts parts;
  parts.rows = rows;
  if (nulls == kSomeNulls) parts.present = decode_bitmap(in, rows);
  size_t items = rows;
  if (array) {
    parts.array_ends = to_ends(decode_words(in, rows), kMaxColumnItems, in);
    items = parts.array_ends.empty() ? 0 : parts.array_ends.back();
  }
  if (!in.ok()) return broken("its nulls or lengths do not decode");
  if (type == ValueType::text || type == ValueType::bytes) {
    decode_texts(in, items, parts);
  } else {
    parts.words = decode_words(in, items);
  }
  if (!in.ok()) return broken("its values do not decode");
  if (!in.at_end()) return broken("bytes are left over");
  return ColumnData::from_parts(type, array, std::move(parts));
}

}  // namespace weir::store
