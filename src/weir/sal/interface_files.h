#pragma once

#include <span>
#include <string>

#include "weir/base/result.h"
#include "weir/io/file_system.h"
#include "weir/sal/interface.h"

namespace weir::sal {

// Reads the interface XML that `paths` name: files as they are, folders searched recursively for
// "*.xml". A file that cannot be read is a problem like a broken one. `not_found` when a path does
// not exist or when there is no XML at all.
Result<Interfaces> load_interfaces(io::FileSystem& files, std::span<const std::string> paths);

}  // namespace weir::sal
