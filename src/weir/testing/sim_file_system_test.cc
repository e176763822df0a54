#include "weir/testing/sim_file_system.h"

#include <gmock/gmock.h>

#include <set>

#include "weir/testing/matchers.h"

namespace weir::testing {
namespace {

using io::OpenMode;
using ::testing::ElementsAre;

void write(SimFileSystem& disk, const std::string& path, BytesView bytes, uint64_t at = 0) {
  const auto file = disk.open(path, OpenMode::create);
  ASSERT_TRUE(file.has_value());
  ASSERT_OK((*file)->write_at(at, bytes));
}

void sync(SimFileSystem& disk, const std::string& path) {
  const auto file = disk.open(path, OpenMode::write);
  ASSERT_TRUE(file.has_value());
  ASSERT_OK((*file)->sync_data());
}

Bytes contents(SimFileSystem& disk, const std::string& path) {
  const auto bytes = io::read_file(disk, path);
  return bytes ? *bytes : "absent";
}

TEST(SimFileSystem, ReadsBackWhatWasWritten) {
  SimFileSystem disk;
  ASSERT_OK(disk.make_directories("a/b"));
  write(disk, "a/b/f", "hello");
  write(disk, "a/b/f", "J", 0);
  write(disk, "a/g", "x", 3);
  EXPECT_EQ(contents(disk, "a/b/f"), "Jello");
  EXPECT_EQ(contents(disk, "a/g"), Bytes("\0\0\0x", 4));
  ASSERT_OK_AND_ASSIGN(const auto names, disk.list("a"));
  EXPECT_THAT(names, ElementsAre("b", "g"));
  ASSERT_OK(disk.rename("a/g", "a/h"));
  EXPECT_FALSE(disk.exists("a/g"));
  ASSERT_OK(disk.remove_all("a"));
  EXPECT_FALSE(disk.exists("a/b/f"));
  EXPECT_ERROR(ErrorCode::not_found, disk.open("missing/f", OpenMode::create));
}

TEST(SimFileSystem, KeepsWhatWasSyncedWhateverTheSeed) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SimFileSystem disk;
    write(disk, "f", "kept");
    sync(disk, "f");
    ASSERT_OK(disk.sync_directory("."));
    write(disk, "f", "LOST", 4096);
    const auto image = disk.take_image(seed);
    EXPECT_EQ(contents(*image, "f").substr(0, 4), "kept");
    EXPECT_FALSE(disk.powered());
    EXPECT_ERROR(ErrorCode::unavailable, disk.open("f", OpenMode::read));
  }
}

TEST(SimFileSystem, DropsKeepsAndTearsWhatWasNot) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SimFileSystem disk;
    write(disk, "f", Bytes(1024, 'a'));
    sync(disk, "f");
    ASSERT_OK(disk.sync_directory(""));
    write(disk, "f", Bytes(1024, 'b'));
    const Bytes after = contents(*disk.take_image(seed), "f");
    EXPECT_EQ(after.substr(0, 512), Bytes(512, after[0]));
    EXPECT_EQ(after.substr(512), Bytes(512, after[512]));
    seen.insert({after[0], after[512]});
  }
  EXPECT_THAT(seen, ElementsAre("aa", "ab", "ba", "bb"));
}

TEST(SimFileSystem, NamesThatWereNotSyncedMayVanish) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SimFileSystem disk;
    write(disk, "old", "1");
    sync(disk, "old");
    ASSERT_OK(disk.sync_directory(""));
    write(disk, "new", "2");
    sync(disk, "new");
    ASSERT_OK(disk.rename("new", "old"));
    const auto image = disk.take_image(seed);
    seen.insert(contents(*image, "old"));
  }
  EXPECT_THAT(seen, ElementsAre("1", "2")) << "a rename leaves the old file or the new one";
}

TEST(SimFileSystem, CutsThePowerAtTheChosenChange) {
  SimFileSystem disk;
  disk.cut_power_at(3, 1);
  const auto file = disk.open("f", OpenMode::create);  // the first change
  ASSERT_OK((*file)->write_at(0, "x"));
  EXPECT_ERROR(ErrorCode::unavailable, (*file)->sync_data());
  EXPECT_FALSE(disk.powered());
}

TEST(SimFileSystem, FailsTheChosenWriteAndSyncOnce) {
  SimFileSystem disk;
  const auto file = disk.open("f", OpenMode::create);
  disk.fail_write(2);
  EXPECT_OK((*file)->write_at(0, "1"));
  EXPECT_ERROR(ErrorCode::unavailable, (*file)->write_at(0, "2"));
  EXPECT_OK((*file)->write_at(0, "3"));
  ASSERT_OK(disk.sync_directory(""));
  disk.fail_sync(1);
  EXPECT_ERROR(ErrorCode::unavailable, (*file)->sync_data());
  EXPECT_OK((*file)->sync_data());
  EXPECT_EQ(contents(*disk.take_image(4), "f"), "") << "a second sync does not repair the first";
}

TEST(SimFileSystem, RunsOutOfSpace) {
  SimFileSystem disk;
  disk.set_capacity(10);
  const auto file = disk.open("f", OpenMode::create);
  EXPECT_OK((*file)->write_at(0, "12345678"));
  EXPECT_ERROR(ErrorCode::unavailable, (*file)->write_at(8, "123"));
  EXPECT_OK((*file)->write_at(0, "abcdefgh")) << "space that is there stays writable";
  ASSERT_OK((*file)->truncate(1));
  EXPECT_OK((*file)->write_at(1, "123456789"));
}

TEST(SimFileSystem, FlipsBitsAndHoldsLocks) {
  SimFileSystem disk;
  write(disk, "f", "a");
  disk.flip_bit("f", 1);
  EXPECT_EQ(contents(disk, "f"), "c");
  ASSERT_OK_AND_ASSIGN(auto lock, disk.lock("lock"));
  EXPECT_ERROR(ErrorCode::already_exists, disk.lock("lock"));
  lock.reset();
  EXPECT_OK(disk.lock("lock"));
}

}  // namespace
}  // namespace weir::testing
