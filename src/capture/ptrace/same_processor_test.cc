#include "capture/ptrace/same_processor.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>

#include "platform/privileges.h"
#include "tables/testing/child.h"
#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {
namespace {

using tables::Child;

cpu_set_t set_of(int tid) {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(::sched_getaffinity(tid, sizeof(set), &set), 0);
  return set;
}

int processors_of(int tid) {
  const cpu_set_t set = set_of(tid);
  return CPU_COUNT(&set);
}

cpu_set_t one_of(const cpu_set_t& all) {
  cpu_set_t one;
  CPU_ZERO(&one);
  std::size_t first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  CPU_SET(first, &one);
  return one;
}

class SameProcessorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (processors_of(0) < 2) GTEST_SKIP() << "there is one processor only";
    const auto own = platform::own_privileges();
    if (own.ok() && own.value().effective_user == 0 && !own.value().has(platform::Capability::sys_nice))
      GTEST_SKIP() << "root without CAP_SYS_NICE keeps nobody";
  }
  void TearDown() override { ::sched_setaffinity(0, sizeof(all_), &all_); }

  static void stop_often(SameProcessor& processor, int tid) {
    for (int i = 0; i < 20; ++i) processor.stopped(tid);
  }

  const cpu_set_t all_ = set_of(0);
  // It has the place of a traced one.
  Child thread_;
};

TEST_F(SameProcessorTest, KeepsTheThreadThatMakesAllStopsBesideItselfWhileItWakesIt) {
  SameProcessor processor(true);
  stop_often(processor, thread_.pid());
  const cpu_set_t here = set_of(0);
  EXPECT_EQ(CPU_COUNT(&here), 1);
  processor.wakes(thread_.pid());
  const cpu_set_t kept = set_of(thread_.pid());
  EXPECT_TRUE(CPU_EQUAL(&kept, &here));
  processor.woken(thread_.pid());
  const cpu_set_t after = set_of(thread_.pid());
  EXPECT_TRUE(CPU_EQUAL(&after, &all_));
}

TEST_F(SameProcessorTest, LetsItAloneWhereOthersStopOrItAsksWhereItMayRun) {
  SameProcessor processor(true);
  stop_often(processor, thread_.pid());
  processor.let_alone();
  EXPECT_EQ(processors_of(0), CPU_COUNT(&all_)) << "the tracer itself";
  processor.stopped(thread_.pid());
  processor.wakes(thread_.pid());
  EXPECT_EQ(processors_of(thread_.pid()), CPU_COUNT(&all_));
  processor.woken(thread_.pid());
  stop_often(processor, thread_.pid());
  processor.stopped(thread_.pid() + 1);
  processor.wakes(thread_.pid());
  EXPECT_EQ(processors_of(thread_.pid()), CPU_COUNT(&all_));
}

TEST_F(SameProcessorTest, OnlyFollowsWhereItMustNotKeep) {
  SameProcessor processor(false);
  stop_often(processor, thread_.pid());
  EXPECT_EQ(processors_of(0), CPU_COUNT(&all_));
  const cpu_set_t one = one_of(all_);
  const Child pinned([&] { ::sched_setaffinity(0, sizeof(one), &one); });
  stop_often(processor, pinned.pid());
  const cpu_set_t here = set_of(0);
  EXPECT_TRUE(CPU_EQUAL(&here, &one));
}

TEST_F(SameProcessorTest, LeavesWhatSomebodyElseHasSetMeanwhile) {
  SameProcessor processor(true);
  stop_often(processor, thread_.pid());
  const cpu_set_t here = set_of(0);
  cpu_set_t elsewhere = all_;
  CPU_XOR(&elsewhere, &all_, &here);
  processor.wakes(thread_.pid());
  ASSERT_EQ(::sched_setaffinity(thread_.pid(), sizeof(elsewhere), &elsewhere), 0);
  processor.woken(thread_.pid());
  cpu_set_t after = set_of(thread_.pid());
  EXPECT_TRUE(CPU_EQUAL(&after, &elsewhere));
  processor.stopped(thread_.pid());
  processor.wakes(thread_.pid());
  after = set_of(thread_.pid());
  EXPECT_TRUE(CPU_EQUAL(&after, &elsewhere));
}

TEST_F(SameProcessorTest, GivesWhatIsMadeMeanwhileWhatItsMakerHas) {
  SameProcessor processor(true);
  stop_often(processor, thread_.pid());
  processor.wakes(thread_.pid());
  const cpu_set_t kept = set_of(thread_.pid());
  processor.woken(thread_.pid());
  const Child made;
  ASSERT_EQ(::sched_setaffinity(made.pid(), sizeof(kept), &kept), 0);
  processor.made(thread_.pid(), made.pid());
  EXPECT_EQ(processors_of(made.pid()), CPU_COUNT(&all_));
  ASSERT_EQ(::sched_setaffinity(made.pid(), sizeof(kept), &kept), 0);
  processor.made_by_the_dead(made.pid());
  EXPECT_EQ(processors_of(made.pid()), CPU_COUNT(&all_));
}

TEST_F(SameProcessorTest, GivesAProgramBackWhatTheThreadHadThatBecameIt) {
  SameProcessor processor(true);
  const Child first;
  cpu_set_t kept;
  int tid = 0;
  {
    const Child other;
    tid = other.pid();
    stop_often(processor, tid);
    processor.wakes(tid);
    kept = set_of(tid);
  }
  processor.woken(tid);
  ASSERT_EQ(::sched_setaffinity(first.pid(), sizeof(kept), &kept), 0);
  processor.became(tid, first.pid());
  EXPECT_EQ(processors_of(first.pid()), CPU_COUNT(&all_));
}

TEST(SameProcessor, KnowsTheCallsThatAsk) {
  EXPECT_TRUE(SameProcessor::is_asked_by(SYS_sched_getaffinity, AJAR_ABI_64));
  EXPECT_TRUE(SameProcessor::is_asked_by(242, AJAR_ABI_32));
  EXPECT_FALSE(SameProcessor::is_asked_by(242, AJAR_ABI_64));
  EXPECT_FALSE(SameProcessor::is_asked_by(SYS_openat, AJAR_ABI_64));
}

}  // namespace
}  // namespace ajar::capture::ptrace
