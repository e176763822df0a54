#pragma once

#include <string>
#include <string_view>

#include "weir/base/result.h"
#include "weir/sal/interface.h"

namespace weir {
class Json;
}

namespace weir::sal {

// How topics become Avro schemas.
enum class Profile {
  sqr_029,    // the schemas of the technote SQR-029, byte for byte
  sal_kafka,  // schemas that any Avro library takes and that can evolve; names as SAL has on Kafka
};

// "sqr-029", "sal-kafka"
std::string_view to_string(Profile profile);
Result<Profile> parse_profile(std::string_view text);

// What the profile makes schemas of: for sqr-029 the topics as declared, for sal-kafka those with
// the generic topics of each subsystem (generics.h).
Interfaces profile_topics(Interfaces declared, Profile profile);

// The Avro schema of a topic: a record with the profile's leading fields (when it was made, by
// what) and one field per item; what else the XML says is kept as attributes. Which those are, and
// how each type is mapped, is in docs/reference/sal-schemas.md. `invalid_argument` when the topic
// cannot be one, as when an item has the name of a leading field.
Result<Json> to_avro(const Topic& topic, Profile profile);

// The full name of the record, and the Kafka topic that carries it: "lsst.sal.ATDome_position", or
// "lsst.sal.ATDome.position" in sal-kafka.
std::string avro_topic(const Topic& topic, Profile profile);

// A file for the schema: "ATDome_position.json", or "lsst.sal.ATDome.position.avsc" in sal-kafka.
std::string schema_file(const Topic& topic, Profile profile);
// Its contents: indented by two spaces. In sqr-029 it equals the reference (sorted keys, ASCII, no
// line end at the end).
std::string print_schema(const Json& schema, Profile profile);

}  // namespace weir::sal
