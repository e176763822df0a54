#include <cmath>
#include <utility>

#include "weir/avro/resolution_graph.h"
#include "weir/avro/value_decode.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

constexpr size_t kMaxFilledBytes = 64 << 20;
constexpr const char* kTooMuchFilled = "the reader's defaults take more than 64 MiB in one datum";

// Reads trees through a resolution. On failure the path is left standing at the place.
class ResolvedReader {
 public:
  ResolvedReader(const Resolution::Graph& graph, BinaryReader& reader, ResolveOutcome& outcome)
      : graph_(graph), reader_(reader), outcome_(outcome), path_(outcome.path) {}

  bool read(uint32_t at, Value& value, int depth) {
    if (depth > kMaxDatumDepth) return reader_.fail(kTooDeep);
    const ResolveNode& node = graph_.nodes[at];
    if (node.identical) return read_value(*node.reader, reader_, value, path_, depth);
    switch (node.code) {
      case ResolveCode::same:
        return read_value(*node.reader, reader_, value, path_, depth);
      case ResolveCode::promote:
        return read_promoted(node, value);
      case ResolveCode::enumeration:
        return read_symbol(node, value);
      case ResolveCode::record:
        return read_record(node, value, depth);
      case ResolveCode::array:
        return read_array(node, value, depth);
      case ResolveCode::map:
        return read_map(node, value, depth);
      case ResolveCode::writer_union:
        return read_writer_union(node, value, depth);
      case ResolveCode::reader_union:
        value.branch = node.branch;
        return read(node.target, value, depth + 1);
      case ResolveCode::refuse:
        return refuse(node.problem.c_str());
    }
    return false;
  }

 private:
  bool refuse(const char* problem) {
    outcome_.refused = true;
    return reader_.fail(problem);
  }

  bool read_promoted(const ResolveNode& node, Value& value) {
    BytesView bytes;
    switch (node.writer->kind) {
      case Kind::string:
        if (!reader_.read_string(bytes)) return false;
        value.data = Value::Binary{Bytes(bytes)};
        return true;
      case Kind::bytes:
        if (!reader_.read_bytes(bytes)) return false;
        if (!is_utf8(bytes)) return refuse(kBytesAreNoText);
        value.data.emplace<std::string>(bytes);
        return true;
      case Kind::float32:
        return reader_.read_float(value.data.emplace<double>());
      default:
        return read_promoted_integer(node, value);
    }
  }

  bool read_promoted_integer(const ResolveNode& node, Value& value) {
    int64_t integer = 0;
    const bool is_int = node.writer->kind == Kind::int32;
    if (!(is_int ? reader_.read_int(integer) : reader_.read_long(integer))) return false;
    if (node.reader->kind == Kind::int64) {
      value.data = integer;
    } else if (node.reader->kind == Kind::float32) {
      value.data = static_cast<double>(static_cast<float>(integer));
    } else {
      value.data = static_cast<double>(integer);
    }
    return true;
  }

  bool read_symbol(const ResolveNode& node, Value& value) {
    size_t index = 0;
    if (!reader_.read_index(node.symbols.size(), index)) return false;
    if (node.symbols[index] == kNowhere) return refuse(kMissingSymbol);
    value.data.emplace<std::string>(node.reader->symbols[node.symbols[index]]);
    return true;
  }

  bool read_record(const ResolveNode& node, Value& value, int depth) {
    auto& fields = value.data.emplace<Value::Record>().fields;
    for (const Field& field : node.reader->fields) fields.push_back({field.name, {}});
    for (size_t i = 0; i < node.moves.size(); ++i) {
      const ResolveNode::Move& move = node.moves[i];
      const Field& written = node.writer->fields[i];
      const size_t length = path_.size();
      if (length > 0) path_ += '.';
      path_ += move.field == kNowhere ? written.name : node.reader->fields[move.field].name;
      if (written.type->least_size == 0 && !reader_.count_empty_item()) return false;
      const bool good = move.field == kNowhere
                            ? skip_value(*written.type, reader_, depth + 1)
                            : read(move.target, fields[move.field].value, depth + 1);
      if (!good) return false;
      path_.resize(length);
    }
    for (const ResolveNode::Fill& fill : node.fills) {
      const ResolveDefault& given = graph_.defaults[fill.value];
      filled_ += given.cost;
      if (filled_ > kMaxFilledBytes) return refuse(kTooMuchFilled);
      fields[fill.field].value = given.value;
    }
    return true;
  }

  bool read_array(const ResolveNode& node, Value& value, int depth) {
    auto& items = value.data.emplace<std::vector<Value>>();
    return read_blocks(node.writer->items->least_size,
                       [&] { return read(node.target, items.emplace_back(), depth + 1); });
  }

  bool read_map(const ResolveNode& node, Value& value, int depth) {
    auto& entries = value.data.emplace<Value::Map>().entries;
    return read_blocks(1 + node.writer->items->least_size, [&] {
      std::string_view key;
      if (!reader_.read_string(key)) return false;
      entries.push_back({std::string(key), {}});
      return read(node.target, entries.back().value, depth + 1);
    });
  }

  template <typename ReadItem>
  bool read_blocks(size_t item_size, ReadItem read_item) {
    size_t count = 0;
    size_t end = 0;
    do {
      if (!reader_.read_block(item_size, count, end)) return false;
      for (size_t i = 0; i < count; ++i) {
        if (!read_item()) return false;
      }
      if (!reader_.finish_block(end)) return false;
    } while (count > 0);
    return true;
  }

  bool read_writer_union(const ResolveNode& node, Value& value, int depth) {
    size_t branch = 0;
    if (!reader_.read_index(node.branches.size(), branch)) return false;
    return read(node.branches[branch], value, depth + 1);
  }

  const Resolution::Graph& graph_;
  BinaryReader& reader_;
  ResolveOutcome& outcome_;
  std::string& path_;
  size_t filled_ = 0;
};

}  // namespace

Error ResolveOutcome::error(const BinaryReader& reader) const {
  Error error = reader.error(path);
  return refused ? Error(ErrorCode::refused, error.message()) : error;
}

bool read_resolved(const Resolution::Graph& graph, uint32_t node, BinaryReader& reader,
                   Value& value, ResolveOutcome& outcome) {
  return ResolvedReader(graph, reader, outcome).read(node, value, 0);
}

Result<Value> decode_value(const Resolution& resolution, BytesView bytes) {
  const Resolution::Graph& graph = resolution.graph();
  BinaryReader reader(bytes);
  Value value;
  ResolveOutcome outcome;
  if (!read_resolved(graph, graph.root, reader, value, outcome)) return outcome.error(reader);
  if (!reader.at_end()) {
    reader.fail("more bytes than the value takes");
    return reader.error("");
  }
  return value;
}

}  // namespace weir::avro
