#include "weir/bus/schema_book.h"

namespace weir::bus {

Result<const BookedSchema*> SchemaBook::find(SchemaId id) {
  {
    const MutexLock lock(mutex_);
    if (const auto found = entries_.find(id); found != entries_.end()) return found->second.get();
  }
  // Without the lock: other schemas are found while the registry is asked for this one.
  WEIR_TRY_ASSIGN(avro::Schema schema, client_.schema(id));
  WEIR_TRY_ASSIGN(avro::DecodePlan plan, avro::DecodePlan::compile(schema));
  auto entry =
      std::make_unique<const BookedSchema>(BookedSchema{id, std::move(schema), std::move(plan)});
  const MutexLock lock(mutex_);
  return entries_.try_emplace(id, std::move(entry)).first->second.get();
}

}  // namespace weir::bus
