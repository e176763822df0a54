#include "weir/avro/decode_plan.h"

#include "weir/avro/column_sink.h"
#include "weir/avro/plan_run.h"
#include "weir/base/check.h"

namespace weir::avro {
namespace {

// What a run of the plan calls to tell a visitor.
class VisitorSink {
 public:
  explicit VisitorSink(Visitor& visitor) : visitor_(visitor) {}

  void null(Slot, size_t leaf) const { visitor_.on_null(leaf); }
  void boolean(Slot, size_t leaf, bool value) const { visitor_.on_boolean(leaf, value); }
  void integer(Slot, size_t leaf, int64_t value) const { visitor_.on_integer(leaf, value); }
  void single(Slot, size_t leaf, float value) const { visitor_.on_real(leaf, double{value}); }
  void real(Slot, size_t leaf, double value) const { visitor_.on_real(leaf, value); }
  void text(Slot, size_t leaf, std::string_view utf8) const { visitor_.on_text(leaf, utf8); }
  void bytes(Slot, size_t leaf, BytesView value) const { visitor_.on_bytes(leaf, value); }
  void symbol(Slot, size_t leaf, size_t index, const std::string* symbols) const {
    visitor_.on_enum(leaf, index, symbols[index]);
  }
  void begin_array(size_t leaf) const { visitor_.begin_array(leaf); }
  void end_array(size_t leaf) const { visitor_.end_array(leaf); }
  void packed(size_t leaf, PackedFloats values) const { visitor_.on_floats(leaf, values); }
  void packed(size_t leaf, PackedDoubles values) const { visitor_.on_doubles(leaf, values); }

 private:
  Visitor& visitor_;
};

}  // namespace

std::span<const std::string> Leaf::symbols() const {
  if (type != LeafType::enumeration) return {};
  return avro_type->symbols;
}

DecodePlan::DecodePlan(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
DecodePlan::DecodePlan(DecodePlan&&) noexcept = default;
DecodePlan& DecodePlan::operator=(DecodePlan&&) noexcept = default;
DecodePlan::~DecodePlan() = default;

const std::vector<Leaf>& DecodePlan::leaves() const { return program_->leaves; }

std::optional<size_t> DecodePlan::find_leaf(std::string_view path) const {
  const auto at = program_->by_path.find(path);
  return at == program_->by_path.end() ? std::nullopt : std::optional<size_t>(at->second);
}

template <typename Sink>
Error DecodePlan::error_of(const PlanRun<Sink>& run) const {
  Error error = run.reader().error(program_->paths[run.failed_step().path]);
  return run.refused() ? Error(ErrorCode::refused, error.message()) : error;
}

template <typename Sink>
Status DecodePlan::decode_whole(BytesView bytes, Sink sink) const {
  const PlanRun<Sink> run(*program_, BinaryReader(bytes), sink);
  if (!run.ok()) return error_of(run);
  const size_t size = run.reader().position();
  if (size == bytes.size()) return {};
  return Error(ErrorCode::corrupt, std::to_string(bytes.size() - size) +
                                       " bytes more than the record takes (byte " +
                                       std::to_string(size) + ")");
}

template <typename Sink>
Status DecodePlan::decode_one(BinaryReader& reader, Sink sink) const {
  const PlanRun<Sink> run(*program_, reader, sink);
  if (!run.ok()) return error_of(run);
  reader = run.reader();
  return {};
}

Status DecodePlan::decode(BytesView bytes, Visitor& visitor) const {
  return decode_whole(bytes, VisitorSink(visitor));
}

Status DecodePlan::decode_next(BinaryReader& reader, Visitor& visitor) const {
  return decode_one(reader, VisitorSink(visitor));
}

Status DecodePlan::decode(BytesView bytes, Columns& columns) const {
  WEIR_CHECK(columns.take(program_));
  Status decoded = decode_whole(bytes, ColumnSink(columns));
  decoded ? columns.end_row() : columns.abandon_row();
  return decoded;
}

Status DecodePlan::decode_next(BinaryReader& reader, Columns& columns) const {
  WEIR_CHECK(columns.take(program_));
  Status decoded = decode_one(reader, ColumnSink(columns));
  decoded ? columns.end_row() : columns.abandon_row();
  return decoded;
}

}  // namespace weir::avro
