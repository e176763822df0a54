#include <gtest/gtest.h>

#include <set>

#include "weir/avro/schema.h"
#include "weir/base/json.h"
#include "weir/io/file_system.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface_files.h"
#include "weir/sal/text.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

TEST(ExampleObservatory, ConvertsWithoutAProblemAndUsesEveryType) {
  const std::string paths[] = {WEIR_EXAMPLES "/observatory"};
  ASSERT_OK_AND_ASSIGN(const Interfaces example, load_interfaces(io::real_file_system(), paths));
  for (const Problem& problem : example.problems) ADD_FAILURE() << problem.to_string();
  EXPECT_EQ(example.subsystem_count(), 8u);
  EXPECT_GE(example.topics.size(), 80u);
  std::set<std::string> types;
  for (const Topic& topic : example.topics) {
    ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sqr_029));
    EXPECT_OK(avro::parse_schema(schema)) << topic.name;
    EXPECT_OK(TextParser::make(topic));
    for (const Item& item : topic.items) {
      types.insert(item.idl_type);
      EXPECT_NE(item.description, "") << topic.name << "." << item.name;
      EXPECT_NE(item.units, "") << topic.name << "." << item.name;
    }
  }
  EXPECT_EQ(types,
            (std::set<std::string>{"boolean", "byte", "char", "double", "float", "int", "long",
                                   "long long", "octet", "short", "string", "unsigned int",
                                   "unsigned long", "unsigned long long", "unsigned short"}));
}

}  // namespace
}  // namespace weir::sal
