#include <fmt/format.h>

#include <set>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/sal_options.h"
#include "weir/sal/synthetic/interfaces.h"

namespace weir::cli::verbs {
namespace {

// `already_exists` unless the folder is new or empty: two observatories in one folder would be read
// as one.
Status check_empty(io::FileSystem& files, const std::string& folder) {
  if (folder.empty()) return Error(ErrorCode::invalid_argument, "--out: name a folder");
  if (!files.exists(folder)) return {};
  if (!files.is_directory(folder)) {
    return Error(ErrorCode::already_exists,
                 fmt::format("{}: there is a file of this name; name a new folder", folder));
  }
  WEIR_TRY_ASSIGN(const auto names, files.list(folder));
  if (names.empty()) return {};
  return Error(ErrorCode::already_exists,
               fmt::format("{}: the folder is not empty; name a new one", folder));
}

std::string number_of(int64_t count, std::string_view noun) {
  return counted(static_cast<size_t>(count), noun);
}

std::string size_text(int64_t bytes) {
  const bool large = bytes >= 1'000'000;
  return fmt::format("{:.1f} {}", static_cast<double>(bytes) / (large ? 1e6 : 1e3),
                     large ? "MB" : "kB");
}

class SalSynth : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.option("topics", &facility_.topics, "how many topics, generic ones not counted")
        .bounds(1, sal::synthetic::kMostTopics);
    options.option("seed", &facility_.seed, "another seed makes another observatory");
    options.option("out", &out_, "a new or empty folder for the files")
        .value_name("DIR")
        .required();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY(check_empty(context.files(), out_));
    const auto write = [&](const std::string& path, BytesView contents) {
      return write_file(context.files(), out_ + "/" + path, contents);
    };
    WEIR_TRY_ASSIGN(const auto made, sal::synthetic::write_interfaces(facility_, write));
    context.message(
        fmt::format("{} of {}: {}, {}, {} telemetry, with {} and {}; {} of {} in {}",
                    number_of(made.topics(), "topic"), number_of(made.subsystems, "subsystem"),
                    number_of(made.commands, "command"), number_of(made.events, "event"),
                    made.telemetry, number_of(made.items, "item"), number_of(made.values, "value"),
                    number_of(made.files, "file"), size_text(made.bytes), out_));
    return ExitCode::ok;
  }

 private:
  // What a seed makes can be made again, so it is written without a sync.
  Status write_file(io::FileSystem& files, const std::string& path, BytesView contents) {
    std::string folder = path.substr(0, path.rfind('/'));
    if (folders_.insert(folder).second) WEIR_TRY(files.make_directories(folder));
    WEIR_TRY_ASSIGN(const auto file, files.open(path, io::OpenMode::truncate));
    return file->write_at(0, contents);
  }

  sal::synthetic::FacilityOptions facility_;
  std::string out_;
  std::set<std::string> folders_;
};

}  // namespace

Verb sal_synth() {
  return make_verb<SalSynth>(
      {.path = {"sal", "synth"},
       .summary = "Make the interface XML of an observatory that does not exist",
       .description =
           "Writes interface XML with the kinds, types, array lengths and enumerations of a real "
           "observatory, in the folders and files of a real one, so that runs at full size need no "
           "outside data. The same seed gives the same bytes on every machine.",
       .examples = {
           {"An observatory of the size of a large one",
            "weir sal synth --topics 2200 --seed 1 --out interfaces"},
           {"Let it talk for ten seconds", "weir demo --interfaces interfaces --duration 10"}}});
}

}  // namespace weir::cli::verbs
