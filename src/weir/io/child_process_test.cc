#include "weir/io/child_process.h"

#include <gmock/gmock.h>

#include "weir/io/file_system.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::io {
namespace {

using std::chrono::seconds;

TEST(ChildProcess, GivesTheExitCodeAndKeepsTheOutput) {
  const testing::TempFolder folder;
  const std::string log = folder.path() + "/log";
  ASSERT_OK_AND_ASSIGN(ChildProcess child,
                       ChildProcess::start({"/bin/sh", "-c", "echo said; exit 3"}, log));
  ASSERT_OK_AND_ASSIGN(const int code, child.wait(seconds(20)));
  EXPECT_EQ(code, 3);
  ASSERT_OK_AND_ASSIGN(const Bytes said, read_file(real_file_system(), log));
  EXPECT_EQ(said, "said\n");
}

TEST(ChildProcess, RunsUntilItIsTerminated) {
  const testing::TempFolder folder;
  ASSERT_OK_AND_ASSIGN(ChildProcess child,
                       ChildProcess::start({"/bin/sleep", "1000"}, folder.path() + "/log"));
  EXPECT_FALSE(child.exit_code());
  EXPECT_ERROR(ErrorCode::timeout, child.wait(std::chrono::milliseconds(1)));
  child.terminate();
  ASSERT_OK_AND_ASSIGN(const int code, child.wait(seconds(20)));
  EXPECT_EQ(code, 128 + 15);
}

TEST(ChildProcess, AProgramThatIsNotThereEndsWith127) {
  const testing::TempFolder folder;
  ASSERT_OK_AND_ASSIGN(ChildProcess child,
                       ChildProcess::start({"/nonexistent"}, folder.path() + "/log"));
  ASSERT_OK_AND_ASSIGN(const int code, child.wait(seconds(20)));
  EXPECT_EQ(code, 127);
}

}  // namespace
}  // namespace weir::io
