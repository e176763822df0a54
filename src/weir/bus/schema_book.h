#pragma once

#include <memory>
#include <unordered_map>

#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/registry/client/client.h"
#include "weir/registry/model/wire_format.h"

namespace weir::bus {

using registry::client::RegistryClient;
using registry::model::append_frame_header;
using registry::model::Frame;
using registry::model::parse_frame;
using registry::model::SchemaId;

// A schema that records refer to by id, ready to decode them. Immutable.
struct BookedSchema {
  SchemaId id = 0;
  avro::Schema schema;
  avro::DecodePlan plan;
};

// What is known of the schemas that records name by id: asked for once at the registry, compiled
// once, kept for good. Shared; entries live as long as the book.
//
//   WEIR_TRY_ASSIGN(const Frame frame, parse_frame(*record.value));
//   WEIR_TRY_ASSIGN(const BookedSchema* entry, book.find(frame.schema_id));   // may ask the
//   registry WEIR_TRY(entry->plan.decode(frame.payload, visitor));
class SchemaBook {
 public:
  // Borrows the client.
  explicit SchemaBook(RegistryClient& client) : client_(client) {}

  // Blocks while the registry is asked. `not_found`: the registry does not know the id;
  // `unavailable`, `timeout`: it does not answer, ask again; `corrupt`: what it holds under that id
  // is no Avro schema.
  Result<const BookedSchema*> find(SchemaId id);

 private:
  RegistryClient& client_;
  Mutex mutex_;
  std::unordered_map<SchemaId, std::unique_ptr<const BookedSchema>> entries_
      WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::bus
