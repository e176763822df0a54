#include "weir/testing/temp_folder.h"

#include <cstdlib>
#include <filesystem>

#include "weir/base/check.h"

namespace weir::testing {

TempFolder::TempFolder() {
  path_ = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
  WEIR_CHECK(::mkdtemp(path_.data()) != nullptr);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace weir::testing
