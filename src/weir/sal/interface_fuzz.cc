#include "weir/avro/schema.h"
#include "weir/base/check.h"
#include "weir/base/json.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface.h"

// Any bytes as an interface file, alone, inside an item, as generic topics and as a list of
// subsystems: topics or problems, never a crash. What was accepted has a schema or a reason in
// every profile, and a schema is one that a strict parser takes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::sal;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::string in_item =
      "<SALEventSet><SALEvent><EFDB_Topic>A_b</EFDB_Topic><item><EFDB_Name>x"
      "</EFDB_Name><IDL_Type>long</IDL_Type>" +
      input + "</item></SALEvent></SALEventSet>";
  const std::string generic =
      "<SALObjects><SALEventSet><SALEvent><EFDB_Topic>SALGeneric_logevent_c</EFDB_Topic>" + input +
      "</SALEvent></SALEventSet></SALObjects>";
  const std::string subsystem =
      "<SALSubsystemSet><SALSubsystem><Name>A</Name>" + input + "</SALSubsystem></SALSubsystemSet>";
  const Interfaces read = read_interfaces(
      {{"a.xml", input}, {"b.xml", in_item}, {"c.xml", generic}, {"d.xml", subsystem}});
  for (const Profile profile : {Profile::sqr_029, Profile::sal_kafka}) {
    for (const Topic& topic : profile_topics(read, profile).topics) {
      const auto schema = to_avro(topic, profile);
      if (schema) WEIR_CHECK(weir::avro::parse_schema(*schema).has_value());
    }
  }
  return 0;
}
