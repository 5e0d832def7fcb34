#include "capture/ptrace/threads.h"

#include <gtest/gtest.h>

namespace ajar::capture::ptrace {
namespace {

class ThreadsTest : public testing::Test {
 protected:
  TracedThread& place(int tid, int pid, std::uint64_t table = 0) {
    TracedThread& thread = threads_.meet(tid);
    threads_.place(thread, pid, table);
    return thread;
  }

  Threads threads_;
};

TEST_F(ThreadsTest, ProcessesHaveTablesOfTheirOwnAndThreadsShareTheirs) {
  const std::uint64_t first = place(10, 10).table;
  EXPECT_EQ(place(11, 10, first).table, first);
  EXPECT_NE(place(20, 20).table, first);
}

TEST_F(ThreadsTest, AProcessEndsWithItsLastThread) {
  TracedThread& main = place(10, 10);
  TracedThread& other = place(11, 10, main.table);
  EXPECT_EQ(threads_.end(main), 0U);
  EXPECT_EQ(threads_.end(other), std::uint64_t{AJAR_ENDS_PROCESS | AJAR_ENDS_TABLE});
  EXPECT_EQ(threads_.end(other), 0U) << "an end is told once";
}

TEST_F(ThreadsTest, ATableOutlivesAProcessWhileAnotherOneHasIt) {
  TracedThread& parent = place(10, 10);
  TracedThread& child = place(20, 20, parent.table);
  EXPECT_EQ(threads_.end(child), std::uint64_t{AJAR_ENDS_PROCESS});
  EXPECT_EQ(threads_.end(parent), std::uint64_t{AJAR_ENDS_PROCESS | AJAR_ENDS_TABLE});
}

TEST_F(ThreadsTest, OnlyASharedTableIsParted) {
  TracedThread& main = place(10, 10);
  const std::uint64_t alone = main.table;
  threads_.part_table(main);
  EXPECT_EQ(main.table, alone);
  TracedThread& other = place(11, 10, alone);
  threads_.part_table(other);
  EXPECT_NE(other.table, alone);
  EXPECT_EQ(main.table, alone);
}

TEST_F(ThreadsTest, WhoExecsIsItsProcesssOnlyThreadAndHasItsNumber) {
  TracedThread& main = place(10, 10);
  const std::uint64_t table = main.table;
  place(11, 10, table);
  place(12, 10, table);
  TracedThread& only = threads_.become_only(12, 10);
  EXPECT_EQ(only.tid, 10);
  EXPECT_EQ(only.table, table);
  EXPECT_EQ(threads_.find(11), nullptr);
  EXPECT_EQ(threads_.find(12), nullptr);
  EXPECT_EQ(threads_.end(only), std::uint64_t{AJAR_ENDS_PROCESS | AJAR_ENDS_TABLE});
}

TEST_F(ThreadsTest, AMainThreadThatHasEndedMayComeBackByExec) {
  TracedThread& main = place(10, 10);
  const std::uint64_t table = main.table;
  place(11, 10, table);
  threads_.end(main);
  EXPECT_EQ(threads_.end(threads_.become_only(11, 10)), std::uint64_t{AJAR_ENDS_PROCESS | AJAR_ENDS_TABLE});
}

}  // namespace
}  // namespace ajar::capture::ptrace
