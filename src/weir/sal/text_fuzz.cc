#include <cstdlib>

#include "weir/base/check.h"
#include "weir/sal/text.h"

// Lines for one topic with every form of value. A line that fails must leave the buffer as it was;
// the seeds of the smoke run are random, so the target wraps its input into a valid head as well.
namespace {

using namespace weir;
using namespace weir::sal;

const TextParser& parser() {
  static const TextParser made = [] {
    Topic topic;
    topic.name = "Dome_x";
    for (int type = 1; type <= static_cast<int>(ItemType::string); ++type) {
      for (const int64_t count : {1, 3}) {
        Item item;
        item.name = "f" + std::to_string(topic.items.size());
        item.type = static_cast<ItemType>(type);
        item.count = count;
        topic.items.push_back(item);
      }
    }
    Item last = topic.items[0];
    last.name = "e";
    last.enumeration = {{"red", {}}, {"green", 7}};
    topic.items.push_back(last);
    auto result = TextParser::make(topic);
    WEIR_CHECK(result.has_value());
    return std::move(*result);
  }();
  return made;
}

void parse(std::string_view content) {
  Bytes out = "front";
  const Status status = parser().append_avro(content, Timestamp(), out);
  WEIR_CHECK(status ? out.size() > 5 : out == "front");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  if (const auto line = split_line(input)) parse(line->content);
  parse(input);
  // In the place of single values of a line that is right otherwise.
  const std::string head = "'3.8' , 1.5 , 1.5 , 1 , 1 , 1 , 1 , 1, 0, 1 , 7 , 7, 7, 7 , '" + input;
  parse(head +
        "' , 'abc' , 1 , 1, 2, 3 , 1 , 1, 2, 3 , 1 , 1, 2, 3 , 1 , 1, 2, 3 , 1 , 1, 2, 3 , 1 , "
        "1, 2, 3 , 1 , 1, 2, 3 , 1 , 1, 2, 3 , 1.5 , 1, nan, 3 , " +
        input + " , 1, 2, 3 , 'a' , 'b', '" + input + "', 'c' , green");
  return 0;
}
