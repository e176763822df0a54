#include "weir/cli/completion.h"

#include "weir/cli/verb.h"

namespace weir::cli::verbs {
namespace {

class Completion : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("SHELL", &shell_, "bash, zsh or fish");
  }

  Result<ExitCode> run(Context& context) override {
    if (shell_ == "bash") {
      context.out().write(bash_completion(context.verbs()));
    } else if (shell_ == "zsh") {
      context.out().write(zsh_completion(context.verbs()));
    } else if (shell_ == "fish") {
      context.out().write(fish_completion(context.verbs()));
    } else {
      return Error(ErrorCode::invalid_argument,
                   "there is no completion for '" + shell_ + "'; use bash, zsh or fish");
    }
    return ExitCode::ok;
  }

 private:
  std::string shell_;
};

}  // namespace

Verb completion() {
  return make_verb<Completion>(
      {.path = {"completion"},
       .summary = "Print a completion script for a shell",
       .examples = {{"Complete verbs and options in this bash", "source <(weir completion bash)"},
                    {"The same in fish", "weir completion fish | source"}}});
}

}  // namespace weir::cli::verbs
