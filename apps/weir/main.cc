// The one program: hands the real world to the command line.
#include <unistd.h>

#include <cstring>

#include "weir/cli/program.h"
#include "weir/cli/verbs/all_verbs.h"
#include "weir/io/clock.h"

namespace {

weir::config::Environment environment() {
  weir::config::Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const char* equals = std::strchr(*entry, '=');
    if (equals != nullptr)
      variables.emplace(
          std::string(std::string_view(*entry).substr(0, static_cast<size_t>(equals - *entry))),
          equals + 1);
  }
  return variables;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<weir::cli::Verb> verbs = weir::cli::verbs::all_verbs();
  weir::cli::StopFlag stop;
  weir::cli::World world{weir::io::standard_output(),
                         weir::io::standard_error(),
                         weir::io::real_file_system(),
                         weir::io::real_clock(),
                         environment(),
                         stop,
                         verbs};
  return static_cast<int>(weir::cli::run_program(world, {argv + 1, argv + argc}));
}
