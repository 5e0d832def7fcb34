#include "tables/device_names.h"

#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"

namespace ajar::tables {
namespace {

using Kind = DeviceNames::Kind;

const char* const kDevices =
    "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  4 ttyS\n  5 /dev/tty\n 10 misc\n226 drm\n\n"
    "Block devices:\n  1 ramdisk\n259 blkext\n";

TEST(DeviceNames, AreThoseOfTheDrivers) {
  const platform::TempTree proc{{"devices", kDevices}, {"misc", "232 kvm\n200 tun\n"}};
  const DeviceNames names(proc.root());
  EXPECT_EQ(names.of(Kind::character, 226, 128), "drm");
  EXPECT_EQ(names.of(Kind::character, 1, 3), "mem");
  EXPECT_EQ(names.of(Kind::block, 1, 3), "ramdisk");
  EXPECT_EQ(names.of(Kind::block, 226, 0), "");
  EXPECT_EQ(names.of(Kind::character, 4, 64), "tty") << "paths are single devices";
  EXPECT_EQ(names.of(Kind::character, 5, 2), "");
}

TEST(DeviceNames, OfThoseThatShareANumberAreByTheirMinorOnes) {
  const platform::TempTree proc{{"devices", kDevices}, {"misc", "232 kvm\n200 tun\n"}};
  const DeviceNames names(proc.root());
  EXPECT_EQ(names.of(Kind::character, 10, 232), "kvm");
  EXPECT_EQ(names.of(Kind::character, 10, 200), "tun");
  EXPECT_EQ(names.of(Kind::character, 10, 1), "");
}

TEST(DeviceNames, AreEmptyWhereTheKernelDoesNotTell) {
  const platform::TempTree proc{};
  EXPECT_EQ(DeviceNames(proc.root()).of(Kind::character, 1, 3), "");
}

}  // namespace
}  // namespace ajar::tables
