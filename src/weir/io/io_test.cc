#include <gmock/gmock.h>

#include <thread>

#include "weir/io/clock.h"
#include "weir/io/event_loop.h"
#include "weir/io/file_system.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::io {
namespace {

TEST(RealFileSystem, ReplacesAFileAtomicallyAndReadsItBack) {
  const testing::TempFolder folder;
  FileSystem& files = real_file_system();
  const std::string path = folder.path() + "/state.json";
  ASSERT_OK(write_file_atomically(files, path, "one"));
  ASSERT_OK(write_file_atomically(files, path, "three"));
  ASSERT_OK_AND_ASSIGN(const Bytes contents, read_file(files, path));
  EXPECT_EQ(contents, "three");
  ASSERT_OK_AND_ASSIGN(const auto names, files.list(folder.path()));
  EXPECT_THAT(names, ::testing::ElementsAre("state.json"));
}

TEST(RealFileSystem, WritesManyPiecesAndGrowsTheFile) {
  const testing::TempFolder folder;
  ASSERT_OK_AND_ASSIGN(auto file, real_file_system().open(folder.path() + "/a", OpenMode::create));
  std::vector<BytesView> pieces(3000, "xy");
  ASSERT_OK(file->write_at(1, pieces));
  ASSERT_OK_AND_ASSIGN(const uint64_t size, file->size());
  EXPECT_EQ(size, 6001u);
}

TEST(RealFileSystem, LockIsExclusive) {
  const testing::TempFolder folder;
  ASSERT_OK_AND_ASSIGN(auto lock, real_file_system().lock(folder.path() + "/lock"));
  EXPECT_ERROR(ErrorCode::already_exists, real_file_system().lock(folder.path() + "/lock"));
  lock.reset();
  EXPECT_OK(real_file_system().lock(folder.path() + "/lock"));
}

TEST(RealFileSystem, SaysWhatIsMissing) {
  EXPECT_ERROR(ErrorCode::not_found, real_file_system().open("/nonexistent/file", OpenMode::read));
}

TEST(EventLoop, RunsPostedWorkInOrderAndTimersLater) {
  EventLoop loop;
  std::string order;
  Timer timer(loop), cancelled(loop);
  loop.post([&] { order += 'a'; });
  loop.post([&] {
    order += 'b';
    EXPECT_TRUE(loop.on_loop_thread());
    cancelled.call_after(std::chrono::milliseconds(0), [&] { order += 'x'; });
    cancelled.cancel();
    timer.call_after(std::chrono::milliseconds(1), [&] {
      order += 'c';
      loop.stop();
    });
  });
  std::thread thread([&] { loop.run(); });
  thread.join();
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace weir::io
