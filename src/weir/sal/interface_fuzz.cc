#include "weir/base/json.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface.h"

// Any bytes as an interface file, alone and inside a set: topics or problems, never a crash; and
// what was accepted as a topic has a schema or a reason.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::sal;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::string in_item =
      "<SALEventSet><SALEvent><EFDB_Topic>A_b</EFDB_Topic><item><EFDB_Name>x"
      "</EFDB_Name><IDL_Type>long</IDL_Type>" +
      input + "</item></SALEvent></SALEventSet>";
  const Interfaces read = read_interfaces({{"a.xml", input}, {"b.xml", in_item}});
  for (const Topic& topic : read.topics) {
    const auto schema = to_avro(topic, Profile::sqr_029);
    if (schema) (void)schema->print();
  }
  return 0;
}
