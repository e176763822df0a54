#include "weir/sal/transform/positions_file.h"

#include <fmt/format.h>

#include "weir/base/json.h"

namespace weir::sal::transform {
namespace {

constexpr int64_t kVersion = 1;

Result<Positions> parse_positions(const Json& json) {
  const Error corrupt(ErrorCode::corrupt, "not a positions file of the transformer");
  const Json* list = json.find("positions");
  if (json.find_int64("version") != kVersion || list == nullptr || !list->is_array())
    return corrupt;
  Positions positions;
  for (const Json& entry : list->items()) {
    const std::string* topic = entry.find_string("topic");
    const std::optional<int64_t> partition = entry.find_int64("partition");
    const std::optional<int64_t> next = entry.find_int64("next_offset");
    if (topic == nullptr || !partition || !next || *next < 0) return corrupt;
    positions[{*topic, static_cast<int32_t>(*partition)}] = *next;
  }
  return positions;
}

}  // namespace

Result<Positions> PositionsFile::load(const std::string& cluster_id) const {
  if (!files_.exists(path_)) return Positions();
  WEIR_TRY_ASSIGN(const Bytes text, io::read_file(files_, path_));
  const Result<Json> json = Json::parse(text);
  if (!json) return Error(ErrorCode::corrupt, json.error().message()).within(path_);
  Result<Positions> positions = parse_positions(*json);
  if (!positions) return Error(positions.error()).within(path_);
  const std::string* of = json->find_string("cluster_id");
  if (of == nullptr || *of != cluster_id) {
    return Error(
        ErrorCode::refused,
        fmt::format("{} holds positions in the Kafka cluster {}, and this is {}; use another data "
                    "folder, or remove the file to begin at the start of the topics",
                    path_, of == nullptr ? "?" : *of, cluster_id));
  }
  return positions;
}

Status PositionsFile::save(const std::string& cluster_id, const Positions& positions) {
  Json list = Json::array();
  for (const auto& [partition, next] : positions) {
    Json entry = Json::object();
    entry.set("topic", partition.first).set("partition", partition.second).set("next_offset", next);
    list.push_back(std::move(entry));
  }
  Json json = Json::object();
  json.set("version", kVersion).set("cluster_id", cluster_id).set("positions", std::move(list));
  return io::write_file_atomically(files_, path_, json.print());
}

}  // namespace weir::sal::transform
