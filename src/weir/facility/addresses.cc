#include "weir/facility/addresses.h"

#include "weir/base/json.h"
#include "weir/io/file_system.h"

namespace weir::facility {
namespace {

std::string path_of(const std::string& data_folder) { return data_folder + "/up.json"; }

}  // namespace

Result<Addresses> read_addresses(io::FileSystem& files, const std::string& data_folder) {
  const std::string path = path_of(data_folder);
  WEIR_TRY_ASSIGN(const Bytes text, io::read_file(files, path));
  const Result<Json> json = Json::parse(text);
  if (!json) return Error(ErrorCode::corrupt, json.error().message()).within(path);
  const std::string* kafka = json->find_string("kafka");
  const std::string* registry = json->find_string("registry");
  const std::string* api = json->find_string("api");
  if (kafka == nullptr || registry == nullptr || api == nullptr) {
    return Error(ErrorCode::corrupt, path + " does not hold the addresses of a `weir up`");
  }
  return Addresses{json->find_int64("pid").value_or(0), *kafka, *registry, *api};
}

Status write_addresses(io::FileSystem& files, const std::string& data_folder,
                       const Addresses& addresses) {
  Json json = Json::object();
  json.set("pid", addresses.pid).set("kafka", addresses.kafka);
  json.set("registry", addresses.registry).set("api", addresses.api);
  return io::write_file_atomically(files, path_of(data_folder), json.print({.indent = 2}) + "\n");
}

Status remove_addresses(io::FileSystem& files, const std::string& data_folder) {
  return files.remove(path_of(data_folder));
}

std::string store_path(const std::string& data_folder) { return data_folder + "/store.sqlite"; }

}  // namespace weir::facility
