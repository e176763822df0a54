#include "weir/cli/verbs/sal_options.h"

#include <fmt/format.h>

#include <optional>
#include <regex>

#include "weir/sal/interface_files.h"

namespace weir::cli::verbs {
namespace {

// Topics whose name an expression finds. Names are short (interface files with others are refused),
// which std::regex needs. Immutable.
class TopicFilter {
 public:
  static Result<TopicFilter> make(const std::string& expression) {
    try {
      return TopicFilter(std::regex(expression));
    } catch (const std::regex_error& error) {
      return Error(
          ErrorCode::invalid_argument,
          fmt::format("--topic '{}' is no regular expression: {}", expression, error.what()));
    }
  }

  bool finds(const std::string& name) const { return std::regex_search(name, expression_); }

 private:
  explicit TopicFilter(std::regex expression) : expression_(std::move(expression)) {}

  std::regex expression_;
};

// A problem of a file concerns every topic.
void keep(const TopicFilter& filter, std::vector<sal::Problem>& problems) {
  constexpr size_t kLongest = 1000;  // a name that was refused for its length may be any
  std::erase_if(problems, [&](const sal::Problem& problem) {
    return !problem.topic.empty() && !filter.finds(problem.topic.substr(0, kLongest));
  });
}

}  // namespace

void SalOptions::declare(OptionSet& options) {
  options.positional("PATH", &paths_, "interface XML files, or folders searched for them");
  options.option("profile", &profile_, "how topics become schemas")
      .one_of({"sal-kafka", "sqr-029"});
  options
      .option("topic", &topic_,
              "only topics in whose name, in the XML or on Kafka, this regular expression is found")
      .value_name("REGEX");
}

sal::Profile SalOptions::profile() const {
  return sal::parse_profile(profile_).value_or(sal::Profile::sal_kafka);
}

Result<sal::Interfaces> SalOptions::load(Context& context) const {
  std::optional<TopicFilter> filter;
  if (!topic_.empty()) {
    WEIR_TRY_ASSIGN(filter, TopicFilter::make(topic_));
  }
  WEIR_TRY_ASSIGN(sal::Interfaces declared, sal::load_interfaces(context.files(), paths_));
  sal::Interfaces interfaces = sal::profile_topics(std::move(declared), profile());
  if (filter) {
    std::erase_if(interfaces.topics, [&](const sal::Topic& topic) {
      return !filter->finds(topic.name) && !filter->finds(sal::avro_topic(topic, profile()));
    });
    keep(*filter, interfaces.problems);
    if (interfaces.topics.empty() && interfaces.problems.empty()) {
      return Error(ErrorCode::not_found, fmt::format("no topic has '{}' in its name", topic_));
    }
    keep(*filter, interfaces.warnings);
  }
  return interfaces;
}

}  // namespace weir::cli::verbs
