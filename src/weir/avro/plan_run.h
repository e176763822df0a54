#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "weir/avro/binary.h"
#include "weir/avro/packed.h"
#include "weir/avro/plan_program.h"
#include "weir/avro/resolved_step.h"
#include "weir/avro/value_decode.h"

namespace weir::avro {

// Walks the steps of a plan over the bytes of one record and tells a sink what it finds:
// VisitorSink (decode_plan.cc), ColumnSink (column_sink.h). A sink is a class with the functions
// called below; they are known when this template is compiled, so that a value costs no call. Only
// steps of type json allocate here.
//
// Two layers. `run` knows the common form of each step and keeps its place in a register; whatever
// is not certain (an integer near the end of the bytes, text beyond ASCII, anything malformed) is
// left untouched to `careful`, which reads through BinaryReader, and which alone refuses.
template <typename Sink>
class PlanRun {
 public:
  // Reads on from where the reader, of which it takes a copy, stands.
  PlanRun(const DecodePlan::Program& program, const BinaryReader& reader, Sink sink)
      : steps_(program.steps.data()),
        sink_(sink),
        reader_(reader),
        resolved_(program.resolved ? &*program.resolved : nullptr),
        failed_(steps_) {
    ok_ = run<Slot::field>(steps_, steps_ + program.steps.size());
  }

  // False: the reason is in the reader, and `failed_step` is where.
  bool ok() const { return ok_; }
  // The bytes are good, and the reader's schema cannot take them.
  bool refused() const { return refused_; }
  const BinaryReader& reader() const { return reader_; }
  const PlanStep& failed_step() const { return *failed_; }

 private:
  template <Slot slot>
  bool run(const PlanStep* step, const PlanStep* const last) {
    // A copy that nothing points to, so that it stays in registers as `at` does.
    const Sink sink = sink_;
    const char* at = reader_.at();
    const char* const end = reader_.end();
    int64_t integer = 0;
    while (step != last) {
      const auto left = static_cast<size_t>(end - at);
      switch (step->code) {
        case StepCode::boolean:
          if (left == 0 || (*at & ~1) != 0) break;
          sink.boolean(slot, step->leaf, *at != 0);
          at += 1;
          step += 1;
          continue;
        case StepCode::int32: {
          const char* const next = take_long(at, end, integer);
          if (next == nullptr || integer != static_cast<int32_t>(integer)) break;
          sink.integer(slot, step->leaf, integer);
          at = next;
          step += 1;
          continue;
        }
        case StepCode::int64: {
          const char* const next = take_long(at, end, integer);
          if (next == nullptr) break;
          sink.integer(slot, step->leaf, integer);
          at = next;
          step += 1;
          continue;
        }
        case StepCode::float32: {
          const size_t count = run_length(*step, last, step);
          if (left < count * sizeof(float)) break;
          for (size_t i = 0; i < count; ++i, at += sizeof(float)) {
            sink.single(slot, step->leaf + i, load_le<float>(at));
          }
          step += count;
          continue;
        }
        case StepCode::float64: {
          const size_t count = run_length(*step, last, step);
          if (left < count * sizeof(double)) break;
          for (size_t i = 0; i < count; ++i, at += sizeof(double)) {
            sink.real(slot, step->leaf + i, load_le<double>(at));
          }
          step += count;
          continue;
        }
        case StepCode::string: {
          std::string_view text;
          if (!take_short_ascii(at, left, text)) break;
          sink.text(slot, step->leaf, text);
          at = text.data() + text.size();
          step += 1;
          continue;
        }
        case StepCode::enumeration: {
          const char* const next = take_long(at, end, integer);
          if (next == nullptr || static_cast<uint64_t>(integer) >= step->size) break;
          sink.symbol(slot, step->leaf, static_cast<size_t>(integer), step->type->symbols.data());
          at = next;
          step += 1;
          continue;
        }
        case StepCode::optional: {
          if (left == 0 || (*at & ~2) != 0) break;
          const bool is_null = (*at == 0) == step->null_first;
          at += 1;
          step = is_null ? give_nulls(sink, slot, *step) : step + 1;
          continue;
        }
        case StepCode::skip_fixed:
          if (left < step->size) break;
          at += step->size;
          step += 1;
          continue;
        case StepCode::skip_long: {
          const char* const next = take_long(at, end, integer);
          if (next == nullptr) break;
          at = next;
          step += 1;
          continue;
        }
        case StepCode::null:
        case StepCode::bytes:
        case StepCode::fixed:
        case StepCode::json:
        case StepCode::array:
        case StepCode::sole:
        case StepCode::skip_bytes:
        case StepCode::skip_value:
        case StepCode::promoted:
        case StepCode::mapped_symbol:
        case StepCode::resolved_json:
        case StepCode::branches:
        case StepCode::jump:
        case StepCode::nulls:
        case StepCode::fill:
        case StepCode::refuse:
          break;
      }
      reader_.move_to(at);
      failed_ = step;
      step = careful(slot, *step);
      if (step == nullptr) return false;
      at = reader_.at();
    }
    reader_.move_to(at);
    return true;
  }

  // So many neighbours of one width are read at once.
  static size_t run_length(const PlanStep& first, const PlanStep* last, const PlanStep* step) {
    return std::min<size_t>(first.run, static_cast<size_t>(last - step));
  }

  // Text whose length is one byte, and all of it ASCII.
  static bool take_short_ascii(const char* at, size_t left, std::string_view& text) {
    if (left == 0 || (*at & 0x81) != 0) return false;
    const auto size = static_cast<size_t>(*at) / 2;
    if (size >= left) return false;
    text = std::string_view(at + 1, size);
    return is_ascii(text);
  }

  const PlanStep* give_nulls(Sink sink, Slot slot, const PlanStep& optional) const {
    for (size_t leaf = optional.leaf; leaf < optional.leaf_end; ++leaf) sink.null(slot, leaf);
    return steps_ + optional.end;
  }

  // Any one step from where the reader stands. Returns the step to go on with, nullptr when
  // refused.
  const PlanStep* careful(Slot slot, const PlanStep& step) {
    const PlanStep* next = &step + 1;
    return read_step(slot, step, next) ? next : nullptr;
  }

  bool read_step(Slot slot, const PlanStep& now, const PlanStep*& next) {
    const size_t leaf = now.leaf;
    bool flag = false;
    int64_t integer = 0;
    double real = 0;
    BytesView bytes;
    size_t index = 0;
    switch (now.code) {
      case StepCode::null:
        sink_.null(slot, leaf);
        return true;
      case StepCode::boolean:
        if (!reader_.read_boolean(flag)) return false;
        sink_.boolean(slot, leaf, flag);
        return true;
      case StepCode::int32:
        if (!reader_.read_int(integer)) return false;
        sink_.integer(slot, leaf, integer);
        return true;
      case StepCode::int64:
        if (!reader_.read_long(integer)) return false;
        sink_.integer(slot, leaf, integer);
        return true;
      case StepCode::float32:
        if (!reader_.read_float(real)) return false;
        sink_.single(slot, leaf, static_cast<float>(real));
        return true;
      case StepCode::float64:
        if (!reader_.read_double(real)) return false;
        sink_.real(slot, leaf, real);
        return true;
      case StepCode::string:
        if (!reader_.read_string(bytes)) return false;
        sink_.text(slot, leaf, bytes);
        return true;
      case StepCode::bytes:
        if (!reader_.read_bytes(bytes)) return false;
        sink_.bytes(slot, leaf, bytes);
        return true;
      case StepCode::fixed:
        if (!reader_.read_fixed(now.size, bytes)) return false;
        sink_.bytes(slot, leaf, bytes);
        return true;
      case StepCode::enumeration:
        if (!reader_.read_index(now.size, index)) return false;
        sink_.symbol(slot, leaf, index, now.type->symbols.data());
        return true;
      case StepCode::json:
        return run_json(slot, now);
      case StepCode::array:
        next = steps_ + now.end;
        return run_array(now);
      case StepCode::optional:
        if (!reader_.read_index(2, index)) return false;
        if ((index == 0) == now.null_first) next = give_nulls(sink_, slot, now);
        return true;
      case StepCode::sole:
        return reader_.read_index(1, index);
      case StepCode::skip_fixed:
        return reader_.skip(now.size);
      case StepCode::skip_long:
        return reader_.skip_long();
      case StepCode::skip_bytes:
        return reader_.skip_bytes();
      case StepCode::skip_value:
        return skip_value(*now.type, reader_);
      case StepCode::jump:
        next = steps_ + now.end;
        return true;
      case StepCode::branches:
        if (!reader_.read_index(now.size, index)) return false;
        next = steps_ + resolved_->targets[now.index + index];
        return true;
      case StepCode::promoted:
      case StepCode::mapped_symbol:
      case StepCode::resolved_json:
      case StepCode::nulls:
      case StepCode::fill:
      case StepCode::refuse:
        return ResolvedStep<Sink>(*resolved_, sink_, reader_, refused_).run(slot, now);
    }
    return false;
  }

  bool run_array(const PlanStep& array) {
    const PlanStep* const item = &array + 1;
    const PlanStep* const last = steps_ + array.end;
    sink_.begin_array(array.leaf);
    size_t count = 0;
    size_t end = 0;
    do {
      failed_ = &array;
      if (!reader_.read_block(array.size, count, end)) return false;
      failed_ = item;
      if (!run_items(item, last, count) || !reader_.finish_block(end)) return false;
    } while (count > 0);
    sink_.end_array(array.leaf);
    return true;
  }

  // The items of one block. Those of fixed width are given at once, since read_block has seen to it
  // that they are there.
  bool run_items(const PlanStep* item, const PlanStep* last, size_t count) {
    if (item + 1 == last && item->code == StepCode::float32)
      return give_packed<float>(*item, count);
    if (item + 1 == last && item->code == StepCode::float64)
      return give_packed<double>(*item, count);
    if (item + 1 == last && item->code == StepCode::promoted &&
        item->promotion == Promotion::float_to_double) {
      return give_widened(*item, count);
    }
    for (size_t i = 0; i < count; ++i) {
      if (!run<Slot::item>(item, last)) return false;
    }
    return true;
  }

  template <typename T>
  bool give_packed(const PlanStep& item, size_t count) {
    BytesView bytes;
    if (!reader_.read_fixed(count * sizeof(T), bytes)) return false;
    if (count > 0) sink_.packed(item.leaf, Packed<T>(bytes));
    return true;
  }

  bool give_widened(const PlanStep& item, size_t count) {
    BytesView bytes;
    if (!reader_.read_fixed(count * sizeof(float), bytes)) return false;
    for (size_t i = 0; i < count; ++i) {
      const auto value = load_le<float>(bytes.data() + i * sizeof(float));
      sink_.real(Slot::item, item.leaf, double{value});
    }
    return true;
  }

  bool run_json(Slot slot, const PlanStep& step) {
    Value value;
    std::string path;
    if (!read_value(*step.type, reader_, value, path)) return false;
    give_json(sink_, slot, step.leaf, value);
    return true;
  }

  const PlanStep* const steps_;
  const Sink sink_;
  BinaryReader reader_;
  const PlanResolution* const resolved_;
  const PlanStep* failed_;
  bool refused_ = false;
  bool ok_ = false;
};

}  // namespace weir::avro
