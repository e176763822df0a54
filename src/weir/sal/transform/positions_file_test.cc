#include "weir/sal/transform/positions_file.h"

#include <gmock/gmock.h>

#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::sal::transform {
namespace {

class PositionsFileTest : public ::testing::Test {
 protected:
  const testing::TempFolder folder_;
  io::FileSystem& files_ = io::real_file_system();
  const std::string path_ = folder_.path() + "/positions.json";
  PositionsFile file_{files_, path_};
};

TEST_F(PositionsFileTest, KeepsPositionsExactly) {
  const Positions positions = {{{"Dome_event", 0}, 7}, {{"Dome_event", 1}, INT64_MAX}};
  ASSERT_OK(file_.save("cluster", positions));
  ASSERT_OK_AND_ASSIGN(const Positions loaded, file_.load("cluster"));
  EXPECT_EQ(loaded, positions);
}

TEST_F(PositionsFileTest, IsEmptyBeforeTheFirstSave) {
  ASSERT_OK_AND_ASSIGN(const Positions loaded, file_.load("cluster"));
  EXPECT_TRUE(loaded.empty());
}

TEST_F(PositionsFileTest, RefusesTheOffsetsOfAnotherCluster) {
  ASSERT_OK(file_.save("one", {{{"Dome_event", 0}, 7}}));
  EXPECT_ERROR(ErrorCode::refused, file_.load("two"));
}

TEST_F(PositionsFileTest, NamesAFileThatIsNoPositionsFile) {
  for (const char* text : {"", "{", "[]", R"({"version":2,"cluster_id":"c","positions":[]})",
                           R"({"version":1,"cluster_id":"c","positions":[{"topic":"t"}]})"}) {
    ASSERT_OK(io::write_file_atomically(files_, path_, text));
    EXPECT_ERROR(ErrorCode::corrupt, file_.load("c"));
  }
}

}  // namespace
}  // namespace weir::sal::transform
