#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/log.h"
#include "weir/cli/context.h"
#include "weir/cli/exit_code.h"
#include "weir/cli/option_set.h"

namespace weir::cli {

struct Example {
  std::string sentence;  // "Convert a tree of interface files"
  std::string command;   // "weir sal convert interfaces --out schemas"
};

enum class Visibility { listed, hidden };

// What help, completion and docs/reference/cli.md say about a verb.
struct VerbInfo {
  std::vector<std::string> path;  // {"sal", "convert"}
  std::string summary;            // one line, no full stop
  std::string description = {};   // paragraphs; lines are filled to the terminal
  std::vector<Example> examples = {};
  Visibility visibility = Visibility::listed;
  LogLevel log_level = LogLevel::warning;  // services say info
};

// The code of a verb, made anew for each run. `declare` binds its fields, `run` finds them filled.
// An error that `run` returns is printed and becomes the exit code.
class VerbCode {
 public:
  virtual ~VerbCode() = default;
  virtual void declare(OptionSet& options) = 0;
  virtual Result<ExitCode> run(Context& context) = 0;
};

// One command of weir. Adding one is adding one file to cli/verbs, sal_convert.cc:
//
//   namespace weir::cli::verbs {
//   namespace {
//   class SalConvert : public VerbCode {
//    public:
//     void declare(OptionSet& options) override {
//       options.positional("PATH", &paths_, "interface files, or folders searched for them");
//       options.option("out", &out_, "folder for the schemas").value_name("DIR");
//     }
//     Result<ExitCode> run(Context& context) override { … return ExitCode::ok; }
//    private:
//     std::vector<std::string> paths_;
//     std::string out_ = ".";
//   };
//   }  // namespace
//   Verb sal_convert() {
//     return make_verb<SalConvert>({.path = {"sal", "convert"}, .summary = "…", .examples = {{"…",
//     "weir …"}}});
//   }
//   }  // namespace weir::cli::verbs
//
// The function has the name of its file; the table of verbs is written from the folder. Immutable.
struct Verb {
  VerbInfo info;
  std::function<std::unique_ptr<VerbCode>()> make_code;

  std::string name() const;  // "sal convert"
};

template <typename Code>
Verb make_verb(VerbInfo info) {
  return {std::move(info), [] { return std::make_unique<Code>(); }};
}

}  // namespace weir::cli
