#include "cli/machine.h"

#include <gtest/gtest.h>

#include <fstream>

namespace ajar::cli {
namespace {

class MachineTest : public testing::Test {
 protected:
  MachineTest() : root_(std::filesystem::path(testing::TempDir()) / test_name()) {
    std::filesystem::create_directories(root_ / "proc/self");
  }
  ~MachineTest() override { std::filesystem::remove_all(root_); }

  void write(const char* path, const char* text) const { std::ofstream(root_ / path) << text; }

  static std::string test_name() {
    return std::string("machine_") + testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  std::filesystem::path root_;
};

TEST_F(MachineTest, ReadsBothLimitsOfOpenFiles) {
  write("proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units\n"
        "Max processes             95000                95000                processes\n"
        "Max open files            1024                 unlimited            files\n");
  const Machine machine = read_machine(root_);
  EXPECT_TRUE(machine.proc_readable);
  EXPECT_EQ(machine.open_files_soft, "1024");
  EXPECT_EQ(machine.open_files_hard, "unlimited");
}

TEST_F(MachineTest, FindsHidepidAmongTheOptionsOfProcOnly) {
  write("proc/self/mountinfo",
        "22 28 0:21 / /sys rw - sysfs sysfs rw,hidepid=9\n"
        "23 28 0:22 / /proc rw,nosuid shared:12 - proc proc rw,gid=4,hidepid=invisible,x\n");
  EXPECT_EQ(read_machine(root_).hidepid, "invisible");
}

TEST_F(MachineTest, IsNotTakenAbackByAMachineWithoutProc) {
  std::filesystem::remove_all(root_ / "proc");
  const Machine machine = read_machine(root_);
  EXPECT_FALSE(machine.proc_readable);
  EXPECT_EQ(machine.hidepid, "");
  EXPECT_EQ(machine.open_files_soft, "");
  EXPECT_FALSE(machine.shm_free.has_value());
}

TEST(Bytes, AreWrittenInTheLargestFittingUnit) {
  EXPECT_EQ(in_bytes(0), "0 bytes");
  EXPECT_EQ(in_bytes(1023), "1023 bytes");
  EXPECT_EQ(in_bytes(65536), "64.0 KiB");
  EXPECT_EQ(in_bytes(8375186227), "7.8 GiB");
}

}  // namespace
}  // namespace ajar::cli
