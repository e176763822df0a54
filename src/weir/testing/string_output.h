#pragma once

#include <string>

#include "weir/io/output.h"

namespace weir::testing {

// An output that keeps what it was given; a terminal of a chosen size when told so. Confined.
class StringOutput : public io::Output {
 public:
  StringOutput() = default;
  // A terminal with this many columns.
  explicit StringOutput(int columns) : terminal_(true), columns_(columns) {}

  void write(BytesView text) override { text_ += text; }
  void flush() override {}
  bool is_terminal() const override { return terminal_; }
  int width() const override { return columns_; }
  int height() const override { return 24; }
  bool closed() const override { return closed_; }
  Status status() const override { return {}; }

  void close() { closed_ = true; }
  const std::string& text() const { return text_; }

 private:
  const bool terminal_ = false;
  const int columns_ = 80;
  bool closed_ = false;
  std::string text_;
};

}  // namespace weir::testing
