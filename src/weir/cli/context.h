#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/time.h"
#include "weir/cli/rows.h"
#include "weir/cli/stop.h"
#include "weir/config/option_table.h"
#include "weir/io/file_system.h"
#include "weir/io/output.h"

namespace weir::cli {

struct Verb;

// The world, as a program hands it to the command line; tests hand in another one.
struct World {
  io::Output& out;  // data
  io::Output& err;  // messages
  io::FileSystem& files;
  Clock& clock;
  config::Environment environment;
  StopFlag& stop;
  const std::vector<Verb>& verbs;
};

// What a verb works with while it runs: the world, and how the user wants to see results. Confined,
// but for `stop`, `out` and `err`.
class Context {
 public:
  explicit Context(World& world) : world_(world) {}

  io::Output& out() { return world_.out; }
  io::Output& err() { return world_.err; }
  io::FileSystem& files() { return world_.files; }
  Clock& clock() { return world_.clock; }
  const config::Environment& environment() const { return world_.environment; }
  const std::vector<Verb>& verbs() const { return world_.verbs; }

  // A verb that runs until it is told to end calls this once and waits on the flag; from then on
  // Ctrl-C and SIGTERM set it. Verbs that do not call it end at once.
  StopFlag& stop_on_signals();

  // A line on standard output, at once: somebody may wait for it (rows of data go through `rows` or
  // `out().write`, which gather). A message on standard error ("weir: …").
  void print(std::string_view line);
  void message(std::string_view sentence);

  // Colours and cursor movements are welcome: standard output is a terminal, NO_COLOR is unset.
  bool colour() const;
  // Block and braille characters are welcome: the locale is UTF-8.
  bool unicode() const;
  int width() const { return world_.out.width(); }

  // Rows in the format of -o (see OptionSet::lists_rows): a table on a terminal and JSON lines
  // elsewhere unless the user says otherwise.
  RowWriter rows(std::vector<Column> columns);
  RowStyle& row_style() { return row_style_; }

 private:
  World& world_;
  RowStyle row_style_;
  std::unique_ptr<StopOnSignals> signals_;
};

}  // namespace weir::cli
