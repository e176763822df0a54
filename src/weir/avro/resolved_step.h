#pragma once

#include <string>

#include "weir/avro/binary.h"
#include "weir/avro/plan_program.h"
#include "weir/avro/resolution_graph.h"
#include "weir/base/utf8.h"

namespace weir::avro {

// Where a value belongs: to a field, or to the array of a field.
enum class Slot : uint8_t { field, item };

template <typename Sink>
void give_json(Sink sink, Slot slot, size_t leaf, const Value& value) {
  if (value.is_null()) {
    sink.null(slot, leaf);
  } else {
    sink.text(slot, leaf, value.to_json().print());
  }
}

// The steps that only data of another schema needs, for PlanRun. `refused` is set where the bytes
// are good and the reader's schema cannot take them.
template <typename Sink>
class ResolvedStep {
 public:
  ResolvedStep(const PlanResolution& resolved, Sink sink, BinaryReader& reader, bool& refused)
      : resolved_(resolved), sink_(sink), reader_(reader), refused_(refused) {}

  bool run(Slot slot, const PlanStep& step) {
    switch (step.code) {
      case StepCode::promoted:
        return promote(slot, step);
      case StepCode::mapped_symbol:
        return map_symbol(slot, step);
      case StepCode::resolved_json:
        return read_json(slot, step);
      case StepCode::nulls:
        for (size_t leaf = step.leaf; leaf < step.leaf_end; ++leaf) sink_.null(slot, leaf);
        return true;
      case StepCode::fill:
        for (size_t i = 0; i < step.size; ++i) give(resolved_.events[step.index + i]);
        return true;
      default:
        return refuse(node_of(step).problem.c_str());
    }
  }

 private:
  const ResolveNode& node_of(const PlanStep& step) const {
    return resolved_.resolution.graph().nodes[step.index];
  }

  bool refuse(const char* problem) {
    refused_ = true;
    return reader_.fail(problem);
  }

  bool promote(Slot slot, const PlanStep& step) {
    int64_t integer = 0;
    double real = 0;
    BytesView bytes;
    switch (step.promotion) {
      case Promotion::int_to_float:
        if (!reader_.read_int(integer)) return false;
        sink_.single(slot, step.leaf, static_cast<float>(integer));
        return true;
      case Promotion::int_to_double:
        if (!reader_.read_int(integer)) return false;
        sink_.real(slot, step.leaf, static_cast<double>(integer));
        return true;
      case Promotion::long_to_float:
        if (!reader_.read_long(integer)) return false;
        sink_.single(slot, step.leaf, static_cast<float>(integer));
        return true;
      case Promotion::long_to_double:
        if (!reader_.read_long(integer)) return false;
        sink_.real(slot, step.leaf, static_cast<double>(integer));
        return true;
      case Promotion::float_to_double:
        if (!reader_.read_float(real)) return false;
        sink_.real(slot, step.leaf, real);
        return true;
      case Promotion::string_to_bytes:
        if (!reader_.read_string(bytes)) return false;
        sink_.bytes(slot, step.leaf, bytes);
        return true;
      case Promotion::bytes_to_string:
        if (!reader_.read_bytes(bytes)) return false;
        if (!is_utf8(bytes)) return refuse(kBytesAreNoText);
        sink_.text(slot, step.leaf, bytes);
        return true;
    }
    return false;
  }

  bool map_symbol(Slot slot, const PlanStep& step) {
    size_t index = 0;
    if (!reader_.read_index(step.size, index)) return false;
    const uint32_t mapped = node_of(step).symbols[index];
    if (mapped == kNowhere) return refuse(kMissingSymbol);
    sink_.symbol(slot, step.leaf, mapped, step.type->symbols.data());
    return true;
  }

  bool read_json(Slot slot, const PlanStep& step) {
    Value value;
    ResolveOutcome outcome;
    if (!read_resolved(resolved_.resolution.graph(), step.index, reader_, value, outcome)) {
      refused_ = outcome.refused;
      return false;
    }
    give_json(sink_, slot, step.leaf, value);
    return true;
  }

  void give(const PlanEvent& event) {
    const Slot slot = event.in_array ? Slot::item : Slot::field;
    switch (event.code) {
      case PlanEvent::Code::null:
        return sink_.null(slot, event.leaf);
      case PlanEvent::Code::boolean:
        return sink_.boolean(slot, event.leaf, event.integer != 0);
      case PlanEvent::Code::integer:
        return sink_.integer(slot, event.leaf, event.integer);
      case PlanEvent::Code::single:
        return sink_.single(slot, event.leaf, static_cast<float>(event.real));
      case PlanEvent::Code::real:
        return sink_.real(slot, event.leaf, event.real);
      case PlanEvent::Code::text:
        return sink_.text(slot, event.leaf, event.text);
      case PlanEvent::Code::bytes:
        return sink_.bytes(slot, event.leaf, event.text);
      case PlanEvent::Code::symbol:
        return sink_.symbol(slot, event.leaf, static_cast<size_t>(event.integer), event.symbols);
      case PlanEvent::Code::begin_array:
        return sink_.begin_array(event.leaf);
      case PlanEvent::Code::end_array:
        return sink_.end_array(event.leaf);
    }
  }

  const PlanResolution& resolved_;
  const Sink sink_;
  BinaryReader& reader_;
  bool& refused_;
};

}  // namespace weir::avro
