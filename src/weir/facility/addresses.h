#pragma once

#include <cstdint>
#include <string>

#include "weir/base/result.h"

namespace weir::io {
class FileSystem;
}

namespace weir::facility {

// Where a running `weir up` can be reached. It writes them to `<data>/up.json` while it runs, so
// that other commands find it by its data folder.
struct Addresses {
  int64_t pid = 0;
  std::string kafka;     // "127.0.0.1:9092", or the brokers it was given
  std::string registry;  // "http://127.0.0.1:8081"
  std::string api;       // "http://127.0.0.1:8080"
};

// `not_found` when nothing was written there; what is there may be left by one that died.
Result<Addresses> read_addresses(io::FileSystem& files, const std::string& data_folder);
Status write_addresses(io::FileSystem& files, const std::string& data_folder,
                       const Addresses& addresses);
Status remove_addresses(io::FileSystem& files, const std::string& data_folder);

// "<data>/store.sqlite"
std::string store_path(const std::string& data_folder);

}  // namespace weir::facility
