#include "weir/avro/value.h"

#include <unordered_map>

#include "weir/avro/latin1.h"

namespace weir::avro {
namespace {

Json entries_to_json(const std::vector<Value::Entry>& entries) {
  std::vector<Json::Member> members;
  std::unordered_map<std::string_view, size_t> places;
  for (const Value::Entry& entry : entries) {
    const auto [place, is_new] = places.emplace(entry.key, members.size());
    if (is_new) members.push_back({entry.key, Json()});
    members[place->second].value = entry.value.to_json();
  }
  return Json::object(std::move(members));
}

struct ToJson {
  Json operator()(std::monostate) const { return Json(); }
  Json operator()(bool value) const { return Json(value); }
  Json operator()(int64_t value) const { return Json(value); }
  Json operator()(double value) const { return Json::real(value); }
  Json operator()(const std::string& value) const { return Json(value); }
  Json operator()(const Value::Binary& value) const { return Json(latin1_to_utf8(value.bytes)); }
  Json operator()(const std::vector<Value>& items) const {
    std::vector<Json> all;
    for (const Value& item : items) all.push_back(item.to_json());
    return Json::array(std::move(all));
  }
  Json operator()(const Value::Map& map) const { return entries_to_json(map.entries); }
  Json operator()(const Value::Record& record) const { return entries_to_json(record.fields); }
};

}  // namespace

bool Value::Map::operator==(const Map& other) const { return entries == other.entries; }
bool Value::Record::operator==(const Record& other) const { return fields == other.fields; }

Json Value::to_json() const { return std::visit(ToJson(), data); }

}  // namespace weir::avro
