#include "weir/facility/data_folder.h"

#include <gmock/gmock.h>

#include "weir/facility/addresses.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::facility {
namespace {

class DataFolderTest : public ::testing::Test {
 protected:
  const testing::TempFolder folder_;
  io::FileSystem& files_ = io::real_file_system();
};

TEST_F(DataFolderTest, IsHeldAgainstASecondOneAndOpensAgain) {
  const std::string path = folder_.path() + "/new/data";
  {
    ASSERT_OK_AND_ASSIGN(const DataFolder first, DataFolder::open(files_, path));
    EXPECT_ERROR(ErrorCode::already_exists, DataFolder::open(files_, path));
  }
  EXPECT_OK(DataFolder::open(files_, path));
}

TEST_F(DataFolderTest, RefusesAnotherVersionAndOtherPeoplesFolders) {
  ASSERT_OK(io::write_file_atomically(files_, folder_.path() + "/thesis.tex", "years of work"));
  EXPECT_ERROR(ErrorCode::refused, DataFolder::open(files_, folder_.path()));
  ASSERT_OK(io::write_file_atomically(files_, folder_.path() + "/FORMAT",
                                      "weir data folder, format 2\n"));
  EXPECT_ERROR(ErrorCode::refused, DataFolder::open(files_, folder_.path()));
}

TEST_F(DataFolderTest, AddressesAreFoundByTheFolder) {
  EXPECT_ERROR(ErrorCode::not_found, read_addresses(files_, folder_.path()));
  ASSERT_OK(write_addresses(files_, folder_.path(), {7, "a:1", "http://b:2", "http://c:3"}));
  ASSERT_OK_AND_ASSIGN(const Addresses found, read_addresses(files_, folder_.path()));
  EXPECT_EQ(found.pid, 7);
  EXPECT_EQ(found.api, "http://c:3");
  ASSERT_OK(remove_addresses(files_, folder_.path()));
  EXPECT_ERROR(ErrorCode::not_found, read_addresses(files_, folder_.path()));
}

}  // namespace
}  // namespace weir::facility
