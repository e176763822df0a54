#include "weir/sal/schema_attributes.h"

namespace weir::sal {
namespace {

template <typename T>
void set_value(Json& object, std::string_view key, const std::optional<T>& value) {
  if (value) object.set(key, *value);
}

}  // namespace

void set_text(Json& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object.set(key, text);
}

void set_rarer_tags(Json& field, const Item& item) {
  if (item.frequency_hz) field.set("sal_frequency", Json::real(*item.frequency_hz));
  set_value(field, "sal_publishers", item.publishers);
  set_value(field, "sal_values_per_publisher", item.values_per_publisher);
  set_value(field, "sal_size_in_bytes", item.size_in_bytes);
  set_text(field, "sal_conversion", item.conversion);
  set_text(field, "sal_sensor_location", item.sensor_location);
  set_value(field, "sal_instances_per_night", item.instances_per_night);
  set_value(field, "sal_bytes_per_night", item.bytes_per_night);
  set_value(field, "sal_needed_by_camera", item.needed_by_camera);
  set_value(field, "sal_needed_by_ocs", item.needed_by_ocs);
  set_value(field, "sal_needed_by_tcs", item.needed_by_tcs);
  set_value(field, "sal_needed_by_epo", item.needed_by_epo);
}

}  // namespace weir::sal
