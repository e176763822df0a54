#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/registry/model/wire_format.h"

namespace weir::registry::model {

struct SchemaReference {
  std::string name = {};
  std::string subject = {};
  int32_t version = 0;

  friend bool operator==(const SchemaReference&, const SchemaReference&) = default;
};

// One version of a subject, as the topic `_schemas` holds it.
struct SchemaRecord {
  std::string subject = {};
  int32_t version = 0;
  SchemaId id = 0;
  std::string schema = {};  // the text as registered
  std::string type = "AVRO";
  std::vector<SchemaReference> references = {};
  bool deleted = false;  // softly: gone from the subject, readable by id
};

// What one record of `_schemas` says.
struct SchemasEvent {
  enum class Kind {
    schema,          // a version was set
    removed,         // a version was removed for good: only subject and version are set
    delete_subject,  // the versions up to `version` were softly deleted
    clear_subject,   // the softly deleted versions were removed for good
    other,  // a configuration, a mode, a no-op, or something that this version does not know
  };
  Kind kind = Kind::other;
  SchemaRecord record = {};
  std::string key_type = {};  // as written: "SCHEMA", "CONFIG"
};

// Reads a record of `_schemas` in any form that Confluent's, Karapace's and Redpanda's registries
// write: magic 0 or 1, without type or md5, with members that are not known. `corrupt` says what is
// wrong; a reader logs that and goes on.
Result<SchemasEvent> decode_schemas_record(std::optional<BytesView> key,
                                           std::optional<BytesView> value);

// The key and value bytes that Confluent's registry writes for a version.
Bytes encode_schema_key(const std::string& subject, int32_t version);
Bytes encode_schema_value(const SchemaRecord& record);

// The identity that Confluent's registry gives a schema: the MD5 over text and references, as a
// UUID.
std::string schema_guid(const SchemaRecord& record);

}  // namespace weir::registry::model
