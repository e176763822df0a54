#pragma once

#include <string_view>

#include "weir/base/result.h"
#include "weir/sal/interface.h"

namespace weir {
class Json;
}

namespace weir::sal {

// How topics become Avro schemas.
enum class Profile {
  sqr_029,  // the schemas of the technote SQR-029, byte for byte
};

// "sqr-029"
std::string_view to_string(Profile profile);
Result<Profile> parse_profile(std::string_view text);

// The Avro schema of a topic: a record "lsst.sal.<Topic>" with seven leading fields (when it was
// made, by what) and one field per item; what else the XML says is kept as `sal_…` attributes.
// `invalid_argument` when the topic cannot be one, as when an item has the name of a leading field.
// Printed with Json::print({.indent = 2, .sort_keys = true, .ascii = true}) it equals the
// reference.
Result<Json> to_avro(const Topic& topic, Profile profile);

// "lsst.sal.<Topic>": the full name of the record, and the Kafka topic that carries it.
std::string avro_topic(const Topic& topic);

}  // namespace weir::sal
