#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/cli/verbs/sal_options.h"

namespace weir::cli::verbs {
namespace {

// The width of one value as the XML declares it; a text declares none.
int64_t declared_width(sal::ItemType type) {
  switch (type) {
    case sal::ItemType::null_value:
    case sal::ItemType::string:
      return 0;
    case sal::ItemType::boolean:
    case sal::ItemType::byte:
    case sal::ItemType::character:
      return 1;
    case sal::ItemType::int16:
    case sal::ItemType::uint16:
      return 2;
    case sal::ItemType::int32:
    case sal::ItemType::uint32:
    case sal::ItemType::long32:
    case sal::ItemType::ulong32:
    case sal::ItemType::float32:
      return 4;
    case sal::ItemType::int64:
    case sal::ItemType::uint64:
    case sal::ItemType::float64:
      return 8;
  }
  return 0;
}

class SalTopics : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    sal_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const sal::Interfaces interfaces, sal_.load(context));
    RowWriter rows =
        context.rows({{"topic"}, {"kind"}, {"subsystem"}, {"fields"}, {"values"}, {"bytes"}});
    for (const sal::Topic& topic : interfaces.topics) {
      int64_t values = 0, bytes = 0;
      for (const sal::Item& item : topic.items) {
        values += item.count;
        bytes += item.count * declared_width(item.type);
      }
      rows.add({sal::avro_topic(topic, sal_.profile()), std::string(sal::to_string(topic.kind)),
                std::string(topic.effective_subsystem()), static_cast<int64_t>(topic.items.size()),
                values, bytes});
    }
    rows.finish();
    for (const sal::Problem& problem : interfaces.problems) {
      context.message(fmt::format("{} ({})", problem.to_string(), sal::to_string(problem.effect)));
    }
    return ExitCode::ok;
  }

 private:
  SalOptions sal_;
};

}  // namespace

Verb sal_topics() {
  return make_verb<SalTopics>(
      {.path = {"sal", "topics"},
       .summary = "List the topics that interface XML declares",
       .description =
           "One row per topic: its name on Kafka, how many fields the XML gives it, how many "
           "values one message has (arrays count in full), and the bytes that these take at their "
           "declared widths. Strings declare no width and count as none; the fields in front of "
           "every message are not counted.",
       .examples = {
           {"The topics of the example observatory", "weir sal topics examples/observatory"},
           {"Those of the mount, for a spreadsheet",
            "weir sal topics examples/observatory --topic '^Mount_' -o csv"}}});
}

}  // namespace weir::cli::verbs
