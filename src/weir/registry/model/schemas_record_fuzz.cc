// Any key and value of _schemas, applied to a catalog: the input is split at its first zero byte.
#include "weir/registry/model/catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::registry::model;
  const weir::BytesView input(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(input.find('\0'), input.size());
  std::optional<weir::BytesView> value;
  if (split < input.size()) value = input.substr(split + 1);
  static const std::string kKey = encode_schema_key("s", 1);
  for (const weir::BytesView key : {input.substr(0, split), weir::BytesView(kKey)}) {
    const auto event = decode_schemas_record(key, value);
    if (!event) continue;
    Catalog catalog;
    if (catalog.apply(*event) && event->kind == SchemasEvent::Kind::schema) {
      // What was read can be written and read again.
      const auto again =
          decode_schemas_record(encode_schema_key(event->record.subject, event->record.version),
                                encode_schema_value(event->record));
      if (!again || again->record.schema != event->record.schema) __builtin_trap();
    }
  }
  (void)parse_frame(input);
  return 0;
}
