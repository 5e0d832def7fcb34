#include "tables/handle_counts.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace ajar::tables {
namespace {

// A process that holds so many pipes' ends more than this one, until this goes.
class Holder {
 public:
  explicit Holder(int pipes) {
    int ready[2];
    if (pipe(ready) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (int i = 0; i < pipes; ++i) {
        int ends[2];
        if (pipe(ends) != 0) _exit(1);
      }
      if (write(ready[1], "x", 1) == 1) pause();
      _exit(0);
    }
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) pid_ = -1;
    close(ready[0]);
    close(ready[1]);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() { end(); }

  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

std::optional<HandleCount> count_of(HandleCounts& counts, pid_t pid) {
  const std::vector<HandleCount> all = counts.count();
  const auto found = std::ranges::find(all, pid, &HandleCount::pid);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

class EachWay : public testing::TestWithParam<HandleCounts::How> {};

TEST_P(EachWay, OfCountingSeesHowManyMoreAProcessHas) {
  const Holder few(0);
  const Holder many(50);
  ASSERT_GT(many.pid(), 0);
  HandleCounts counts(platform::ProcFs(), GetParam());
  counts.discover();
  const auto a = count_of(counts, few.pid());
  const auto b = count_of(counts, many.pid());
  ASSERT_TRUE(a.has_value() && b.has_value());
  // The second one has the first one's pipe to this process, too, unless that is closed by now: it is.
  EXPECT_EQ(*b->open - *a->open, 100U);
}

TEST_P(EachWay, OfCountingForgetsProcessesThatEnded) {
  Holder holder(1);
  HandleCounts counts(platform::ProcFs(), GetParam());
  counts.discover();
  EXPECT_TRUE(count_of(counts, holder.pid()).has_value());
  const pid_t pid = holder.pid();
  holder.end();
  EXPECT_FALSE(count_of(counts, pid).has_value());
}

TEST_P(EachWay, OfCountingFindsThoseThatCome) {
  HandleCounts counts(platform::ProcFs(), GetParam());
  counts.discover();
  const Holder holder(3);
  EXPECT_FALSE(count_of(counts, holder.pid()).has_value());
  counts.discover();
  EXPECT_TRUE(count_of(counts, holder.pid()).has_value());
}

INSTANTIATE_TEST_SUITE_P(HandleCounts, EachWay,
                         testing::Values(HandleCounts::How::as_kernel_does, HandleCounts::How::by_listing),
                         [](const auto& each) {
                           return each.param == HandleCounts::How::by_listing ? "ByListing" : "AsKernelDoes";
                         });

// Another user's processes are counted by their folders' sizes, and can't be by listing.
TEST(HandleCounts, SayWhereCountingIsNotPermitted) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const pid_t stranger = fork();
  if (stranger == 0) {
    if (setresuid(65534, 65534, 65534) != 0) _exit(1);
    HandleCounts counts(platform::ProcFs(), HandleCounts::How::by_listing);
    counts.discover();
    const auto parent = count_of(counts, getppid());
    _exit(parent.has_value() && !parent->open.has_value() ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(stranger, &status, 0), stranger);
  EXPECT_EQ(status, 0);
}

TEST(HandleCounts, LeaveHandlesForWhatElseTheProcessDoes) {
  const pid_t poor = fork();
  if (poor == 0) {
    const rlimit tight{.rlim_cur = 40, .rlim_max = 40};
    if (setrlimit(RLIMIT_NOFILE, &tight) != 0) _exit(1);
    HandleCounts counts;
    counts.discover();
    static_cast<void>(counts.count());
    int opened = 0;
    while (opened < 30 && open("/dev/null", O_RDONLY) >= 0) ++opened;
    _exit(opened == 30 ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(poor, &status, 0), poor);
  EXPECT_EQ(status, 0);
}

TEST(HandleCounts, WorkWithoutAHandleToSpareForEachProcess) {
  const pid_t poor = fork();
  if (poor == 0) {
    const Holder holder(5);
    const rlimit tight{.rlim_cur = 12, .rlim_max = 12};
    if (setrlimit(RLIMIT_NOFILE, &tight) != 0) _exit(1);
    HandleCounts counts;
    counts.discover();
    const std::vector<HandleCount> all = counts.count();
    const auto found = std::ranges::find(all, holder.pid(), &HandleCount::pid);
    _exit(found != all.end() && found->open.value_or(0) >= 10 ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(poor, &status, 0), poor);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace ajar::tables
