#include "weir/avro/decode_plan.h"

#include <algorithm>

#include "weir/avro/binary.h"
#include "weir/avro/plan_program.h"
#include "weir/avro/value_decode.h"

namespace weir::avro {
namespace {

// Walks the steps over the bytes of one record. Only leaves of type json allocate.
class PlanRun {
 public:
  PlanRun(const std::vector<PlanStep>& steps, BytesView bytes, Visitor& visitor)
      : steps_(steps), visitor_(visitor), reader_(bytes) {}

  BinaryReader& reader() { return reader_; }
  size_t failed_step() const { return at_; }

  // False leaves the reason in the reader, and the step in failed_step().
  bool run(size_t begin, size_t end) {
    for (size_t at = begin; at < end;) {
      const PlanStep& step = steps_[at];
      at_ = at;
      size_t next = at + 1;
      if (step.code == StepCode::array || step.code == StepCode::optional) {
        if (!run_nested(step, next)) return false;
      } else if (step.run > 1 && run_reals(step, std::min<size_t>(step.run, end - at))) {
        next = at + std::min<size_t>(step.run, end - at);
      } else if (!run_one(step)) {
        return false;
      }
      at = next;
    }
    return true;
  }

 private:
  bool run_one(const PlanStep& step) {
    const size_t leaf = step.leaf;
    bool flag = false;
    int64_t integer = 0;
    double real = 0;
    BytesView bytes;
    size_t index = 0;
    switch (step.code) {
      case StepCode::null:
        visitor_.on_null(leaf);
        return true;
      case StepCode::boolean:
        if (!reader_.read_boolean(flag)) return false;
        visitor_.on_boolean(leaf, flag);
        return true;
      case StepCode::int32:
        if (!reader_.read_int(integer)) return false;
        visitor_.on_integer(leaf, integer);
        return true;
      case StepCode::int64:
        if (!reader_.read_long(integer)) return false;
        visitor_.on_integer(leaf, integer);
        return true;
      case StepCode::float32:
        if (!reader_.read_float(real)) return false;
        visitor_.on_real(leaf, real);
        return true;
      case StepCode::float64:
        if (!reader_.read_double(real)) return false;
        visitor_.on_real(leaf, real);
        return true;
      case StepCode::string:
        if (!reader_.read_string(bytes)) return false;
        visitor_.on_text(leaf, bytes);
        return true;
      case StepCode::bytes:
        if (!reader_.read_bytes(bytes)) return false;
        visitor_.on_bytes(leaf, bytes);
        return true;
      case StepCode::fixed:
        if (!reader_.read_fixed(step.size, bytes)) return false;
        visitor_.on_bytes(leaf, bytes);
        return true;
      case StepCode::enumeration:
        if (!reader_.read_index(step.type->symbols.size(), index)) return false;
        visitor_.on_enum(leaf, index, step.type->symbols[index]);
        return true;
      case StepCode::json:
        return run_json(step);
      case StepCode::sole:
        return reader_.read_index(1, index);
      case StepCode::skip_fixed:
        return reader_.skip(step.size);
      case StepCode::skip_long:
        return reader_.skip_long();
      case StepCode::skip_bytes:
        return reader_.skip_bytes();
      case StepCode::skip_value:
        return skip_value(*step.type, reader_);
      case StepCode::array:
      case StepCode::optional:
        return false;  // run_nested has them
    }
    return false;
  }

  // Neighbouring fields of one fixed width at once; false, with nothing read, where the bytes do
  // not have all of them: field by field, the one that lacks them is then found.
  bool run_reals(const PlanStep& step, size_t count) {
    const size_t width = step.code == StepCode::float64 ? sizeof(double) : sizeof(float);
    if (reader_.remaining() < count * width) return false;
    give_reals(step, count, 1);
    return true;
  }

  // `count` values that are there; from one to the next the leaf moves on by `stride`.
  void give_reals(const PlanStep& step, size_t count, size_t stride) {
    BytesView block;
    if (step.code == StepCode::float64) {
      if (!reader_.read_fixed(count * sizeof(double), block)) return;
      for (size_t i = 0; i < count; ++i) {
        const double value = load_le<double>(block.data() + i * sizeof(double));
        visitor_.on_real(step.leaf + i * stride, value);
      }
    } else {
      if (!reader_.read_fixed(count * sizeof(float), block)) return;
      for (size_t i = 0; i < count; ++i) {
        const float value = load_le<float>(block.data() + i * sizeof(float));
        visitor_.on_real(step.leaf + i * stride, static_cast<double>(value));
      }
    }
  }

  bool run_nested(const PlanStep& step, size_t& next) {
    const size_t inside = next;
    next = step.end;
    if (step.code == StepCode::array) return run_array(step, inside);
    size_t branch = 0;
    if (!reader_.read_index(2, branch)) return false;
    if ((branch == 0) != step.null_first) return run(inside, step.end);
    for (size_t leaf = step.leaf; leaf < step.leaf_end; ++leaf) visitor_.on_null(leaf);
    return true;
  }

  bool run_array(const PlanStep& step, size_t item) {
    const size_t array_at = at_;
    visitor_.begin_array(step.leaf);
    const bool plain = item + 1 == step.end;
    size_t count = 0;
    size_t end = 0;
    do {
      at_ = array_at;
      if (!reader_.read_block(step.size, count, end)) return false;
      if (plain) {
        at_ = item;
        if (!run_items(steps_[item], count)) return false;
      } else {
        for (size_t i = 0; i < count; ++i) {
          if (!run(item, step.end)) return false;
        }
      }
      if (!reader_.finish_block(end)) return false;
    } while (count > 0);
    visitor_.end_array(step.leaf);
    return true;
  }

  // The items of one block; numbers of fixed width without asking for each whether it is there.
  bool run_items(const PlanStep& step, size_t count) {
    if (step.code == StepCode::float64 || step.code == StepCode::float32) {
      give_reals(step, count, 0);  // read_block has seen to it that they are there
      return true;
    }
    for (size_t i = 0; i < count; ++i) {
      if (!run_one(step)) return false;
    }
    return true;
  }

  bool run_json(const PlanStep& step) {
    Value value;
    std::string path;
    if (!read_value(*step.type, reader_, value, path)) return false;
    if (value.is_null()) {
      visitor_.on_null(step.leaf);
    } else {
      visitor_.on_text(step.leaf, value.to_json().print());
    }
    return true;
  }

  const std::vector<PlanStep>& steps_;
  Visitor& visitor_;
  BinaryReader reader_;
  size_t at_ = 0;
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

Result<size_t> DecodePlan::decode_front(BytesView bytes, Visitor& visitor) const {
  PlanRun run(program_->steps, bytes, visitor);
  if (run.run(0, program_->steps.size())) return run.reader().position();
  return run.reader().error(program_->paths[program_->steps[run.failed_step()].path]);
}

Status DecodePlan::decode(BytesView bytes, Visitor& visitor) const {
  WEIR_TRY_ASSIGN(const size_t size, decode_front(bytes, visitor));
  if (size == bytes.size()) return {};
  return Error(ErrorCode::corrupt, std::to_string(bytes.size() - size) +
                                       " bytes more than the record takes (byte " +
                                       std::to_string(size) + ")");
}

}  // namespace weir::avro
