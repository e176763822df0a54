#pragma once

#include <string>

#include "weir/avro/decode_plan.h"

namespace weir::avro {

// Writes what it is told as text, for tests: "azimuth=1.5 state=1:ON currents=[ currents=2
// currents=] ".
class RecordingVisitor : public Visitor {
 public:
  explicit RecordingVisitor(const DecodePlan& plan) : plan_(plan) {}

  const std::string& text() const { return text_; }

  void on_null(size_t leaf) override { add(leaf, "null"); }
  void on_boolean(size_t leaf, bool value) override { add(leaf, value ? "true" : "false"); }
  void on_integer(size_t leaf, int64_t value) override { add(leaf, std::to_string(value)); }
  void on_real(size_t leaf, double value) override { add(leaf, Json::real(value).print()); }
  void on_text(size_t leaf, std::string_view utf8) override {
    add(leaf, "'" + std::string(utf8) + "'");
  }
  void on_bytes(size_t leaf, BytesView value) override {
    std::string hex;
    for (const char c : value) {
      hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
      hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    add(leaf, "bytes:" + hex);
  }
  void on_enum(size_t leaf, size_t index, std::string_view symbol) override {
    add(leaf, std::to_string(index) + ":" + std::string(symbol));
  }
  void begin_array(size_t leaf) override { add(leaf, "["); }
  void end_array(size_t leaf) override { add(leaf, "]"); }

 private:
  void add(size_t leaf, std::string_view value) {
    text_ += plan_.leaves()[leaf].path;
    text_ += '=';
    text_ += value;
    text_ += ' ';
  }

  const DecodePlan& plan_;
  std::string text_;
};

}  // namespace weir::avro
