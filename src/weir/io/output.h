#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::io {

// Where a program's text goes: standard output, standard error, or a string in tests. Writes never
// fail loudly: what went wrong is kept in `status`, and later writes are dropped. A reader that
// went away (a closed pipe) is `closed`, which is no error. Shared: one write stays in one piece.
class Output {
 public:
  virtual ~Output() = default;
  virtual void write(BytesView text) = 0;
  // What was written is with the reader when it returns (a terminal is flushed at each line
  // anyway).
  virtual void flush() = 0;
  virtual bool is_terminal() const = 0;
  // Columns and rows of the terminal; 80 by 24 when it is none.
  virtual int width() const = 0;
  virtual int height() const = 0;
  // True once the reader has gone.
  virtual bool closed() const = 0;
  virtual Status status() const = 0;
};

// The process's own two, made at first use. SIGPIPE is ignored from then on.
Output& standard_output();
Output& standard_error();

}  // namespace weir::io
