#include "weir/cli/program.h"
#include "weir/cli/verb.h"

namespace weir::cli::verbs {
namespace {

class Version : public VerbCode {
 public:
  void declare(OptionSet&) override {}
  Result<ExitCode> run(Context& context) override {
    context.print("weir " + cli::version());
    return ExitCode::ok;
  }
};

}  // namespace

Verb version() {
  return make_verb<Version>({.path = {"version"},
                             .summary = "Print the version",
                             .examples = {{"Print the version", "weir version"}}});
}

}  // namespace weir::cli::verbs
