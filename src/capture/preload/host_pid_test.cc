#include "capture/preload/host_pid.h"

#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"

namespace ajar::capture::preload {
namespace {

using platform::ProcFs;
using platform::TempTree;

constexpr const char* kFolder = "/dev/shm/ajar-1-0-x";
constexpr std::uint64_t kFarInTheFuture = std::uint64_t{1} << 60U;

void add_process(const TempTree& proc, const std::string& pid, const std::string& seen_inside,
                 bool has_segment) {
  proc.write(pid + "/stat", pid + " (sh) S 10 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 77 23\n");
  proc.write(pid + "/status", "Uid:\t0\t0\t0\t0\nNSpid:\t" + pid + seen_inside + "\n");
  proc.write(pid + "/maps", has_segment ? "7f00-7f01 rw-s 0 00:1 1 /dev/shm/ajar-1-0-x/key (deleted)\n" : "");
}

TEST(HostPid, IsTheSameWhereTheSegmentIsMapped) {
  const TempTree proc{};
  add_process(proc, "20", "", true);
  const auto found = find_host_process(ProcFs(proc.root()), {20, 10, 0}, kFolder);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->pid, 20);
  EXPECT_EQ(found->start_ticks, 77U);
}

TEST(HostPid, IsAnotherInAPidNamespace) {
  const TempTree proc{};
  add_process(proc, "500", "\t20", true);
  const auto found = find_host_process(ProcFs(proc.root()), {20, 1, 0}, kFolder);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->pid, 500);
}

TEST(HostPid, OfOurOwnNamespaceIsSoughtInNoOther) {
  const TempTree proc{};
  add_process(proc, "500", "\t20", true);
  EXPECT_FALSE(find_host_process(ProcFs(proc.root()), {20, 1, 0, true}, kFolder).has_value());
}

// It has gone already; our own 1 is another.
TEST(HostPid, TheFirstOfANamespaceIsNotTheFirstOfTheMachine) {
  const TempTree proc{};
  proc.write("1/stat", "1 (init) S 0 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 77 23\n");
  proc.write("1/status", "Uid:\t0\t0\t0\t0\nNSpid:\t1\n");
  proc.write("1/maps", "");
  EXPECT_FALSE(find_host_process(ProcFs(proc.root()), {1, 0, kFarInTheFuture}, kFolder).has_value());
}

TEST(HostPid, OfAProcessThatExecutedSomethingSinceIsKnownByItsAge) {
  const TempTree proc{};
  add_process(proc, "20", "", false);
  EXPECT_TRUE(find_host_process(ProcFs(proc.root()), {20, 10, kFarInTheFuture}, kFolder).has_value());
}

TEST(HostPid, IsNotThatOfAYoungerProcessNorOfAnothersChild) {
  const TempTree proc{};
  add_process(proc, "20", "", false);
  EXPECT_FALSE(find_host_process(ProcFs(proc.root()), {20, 11, kFarInTheFuture}, kFolder).has_value());
  proc.write("20/stat", "20 (sh) S 10 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 99999999999999 23\n");
  EXPECT_FALSE(find_host_process(ProcFs(proc.root()), {20, 10, 1000}, kFolder).has_value());
}

}  // namespace
}  // namespace ajar::capture::preload
