#include "weir/sal/avro_profile.h"

#include <fmt/format.h>

#include <iterator>

#include "weir/base/json.h"
#include "weir/sal/generics.h"
#include "weir/sal/sal_kafka_profile.h"
#include "weir/sal/sqr_029_profile.h"

namespace weir::sal {
namespace {

Interfaces sal_kafka_topics(Interfaces declared) {
  Interfaces made = with_generics(std::move(declared));
  for (const Topic& topic : made.topics) {
    std::vector<Problem> renamed = renamed_items(topic);
    std::move(renamed.begin(), renamed.end(), std::back_inserter(made.warnings));
  }
  return made;
}

}  // namespace

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return "sqr-029";
    case Profile::sal_kafka:
      return "sal-kafka";
  }
  return "";
}

Result<Profile> parse_profile(std::string_view text) {
  for (const Profile profile : {Profile::sqr_029, Profile::sal_kafka}) {
    if (text == to_string(profile)) return profile;
  }
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no profile; there are sqr-029 and sal-kafka", text));
}

Interfaces profile_topics(Interfaces declared, Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return declared;
    case Profile::sal_kafka:
      return sal_kafka_topics(std::move(declared));
  }
  return declared;
}

Result<Json> to_avro(const Topic& topic, Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return sqr_029_schema(topic);
    case Profile::sal_kafka:
      return sal_kafka_schema(topic);
  }
  return Error(ErrorCode::internal, "a profile without a converter");
}

std::string avro_topic(const Topic& topic, Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return fmt::format("lsst.sal.{}", topic.name);
    case Profile::sal_kafka:
      return fmt::format("lsst.sal.{}.{}", topic.component(), topic.short_name());
  }
  return "";
}

std::string schema_file(const Topic& topic, Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return topic.name + ".json";
    case Profile::sal_kafka:
      return avro_topic(topic, profile) + ".avsc";
  }
  return "";
}

std::string print_schema(const Json& schema, Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return schema.print({.indent = 2, .sort_keys = true, .ascii = true});
    case Profile::sal_kafka:
      return schema.print({.indent = 2}) + "\n";
  }
  return "";
}

}  // namespace weir::sal
