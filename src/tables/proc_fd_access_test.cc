#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/owned_fd.h"
#include "tables/proc_fd.h"
#include "tables/testing/child.h"

// Tables that may not be seen, that change while they are read, and of processes that go meanwhile.
namespace ajar::tables {
namespace {

using base::OwnedFd;
using platform::ProcFs;
using platform::ProcProblem;

constexpr unsigned kNobody = 65534;

// What that user and group can see of themselves: a process that has changed its user hides its table.
bool become(unsigned user, unsigned group) {
  return ::setresgid(group, group, group) == 0 && ::setresuid(user, user, user) == 0 &&
         ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

enum class Seen : std::uint8_t { table, no_permission, other, nothing };

// What reading the process's table gives to a process of that user and group.
Seen seen_by(unsigned user, unsigned group, pid_t pid, Detail detail) {
  const pid_t reader = ::fork();
  if (reader == 0) {
    if (!become(user, group)) ::_exit(static_cast<int>(Seen::nothing));
    const auto table = read_fd_table(ProcFs(), pid, {.detail = detail});
    const bool refused = !table.has_value() && table.error().problem == ProcProblem::no_permission;
    ::_exit(static_cast<int>(table.has_value() ? Seen::table : refused ? Seen::no_permission : Seen::other));
  }
  int status = 0;
  ::waitpid(reader, &status, 0);
  return WIFEXITED(status) ? static_cast<Seen>(WEXITSTATUS(status)) : Seen::nothing;
}

class TablesOfOthers : public testing::TestWithParam<Detail> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "takes root, to become somebody else";
  }
};

TEST_P(TablesOfOthers, AreNotPermittedToAnotherUser) {
  const Child child;
  EXPECT_EQ(seen_by(kNobody, kNobody, child.pid(), GetParam()), Seen::no_permission);
}

TEST_P(TablesOfOthers, AreSeenByTheirUser) {
  const Child child([] { become(kNobody, kNobody); });
  EXPECT_EQ(seen_by(kNobody, kNobody, child.pid(), GetParam()), Seen::table);
}

// The kernel lists the numbers to the user, whatever the group, and then refuses to tell what they are.
TEST_P(TablesOfOthers, OfWhichOnlyTheNumbersMayBeSeenAreNotEmptyButNotPermitted) {
  const Child child([] { become(kNobody, kNobody); });
  EXPECT_EQ(seen_by(kNobody, kNobody - 1, child.pid(), GetParam()), Seen::no_permission);
}

TEST_P(TablesOfOthers, OfAProcessThatHidesItselfAreNotPermittedToItsUser) {
  const Child child([] {
    become(kNobody, kNobody);
    ::prctl(PR_SET_DUMPABLE, 0);
  });
  EXPECT_EQ(seen_by(kNobody, kNobody, child.pid(), GetParam()), Seen::no_permission);
}

INSTANTIATE_TEST_SUITE_P(InEachDetail, TablesOfOthers,
                         testing::Values(Detail::links, Detail::signs, Detail::states, Detail::all));

bool has(const FdTable& table, const OwnedFd& fd) {
  const auto value = static_cast<std::uint64_t>(fd.get());
  return std::ranges::binary_search(table.handles, value, {}, &model::Handle::value);
}

// Opens and closes all the while: at the beginning, in the middle and beyond the end of what is there.
void churn(const std::atomic<bool>& stop) {
  while (!stop) {
    std::vector<int> some;
    for (int i = 0; i < 50; ++i) some.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (const int first : {1500, 2500}) some.push_back(::fcntl(some.front(), F_DUPFD_CLOEXEC, first));
    for (const int fd : some) ::close(fd);
  }
}

class ChangingTable : public testing::TestWithParam<Detail> {
 protected:
  // The numbers here are higher than what a shell usually allows.
  void SetUp() override {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
};

TEST_P(ChangingTable, IsCompleteForAllThatStaysOpen) {
  std::vector<OwnedFd> stay;
  for (int i = 0; i < 1200; ++i) stay.emplace_back(::eventfd(0, EFD_CLOEXEC));
  std::atomic<bool> stop = false;
  std::thread other([&] { churn(stop); });
  for (int i = 0; i < 20; ++i) {
    for (const unsigned threads : {1U, 3U}) {
      const auto table = read_fd_table(ProcFs(), ::getpid(), {.detail = GetParam(), .threads = threads});
      ASSERT_TRUE(table.has_value()) << table.error().error.message();
      EXPECT_TRUE(table->complete);
      EXPECT_TRUE(std::ranges::is_sorted(table->handles, std::ranges::less_equal(), &model::Handle::value));
      EXPECT_TRUE(std::ranges::all_of(stay, [&](const OwnedFd& fd) { return has(*table, fd); }));
    }
  }
  stop = true;
  other.join();
}

// Each moment of its end gives an error, or a table that says of itself that it is not whole.
TEST_P(ChangingTable, OfAProcessThatGoesMeanwhileIsNeverTakenForAWholeOne) {
  constexpr std::size_t kHeld = 400;
  for (int round = 0; round < 30; ++round) {
    Child child([] {
      for (std::size_t i = 0; i < kHeld; ++i) ::eventfd(0, 0);
    });
    std::atomic<bool> reading = false;
    std::thread killer([&] {
      while (!reading) continue;
      ::usleep(static_cast<useconds_t>(round * 40));
      ::kill(child.pid(), SIGKILL);
    });
    for (bool there = true; there;) {
      reading = true;
      const auto table = read_fd_table(ProcFs(), child.pid(), {.detail = GetParam()});
      there = table.has_value();
      if (there) {
        EXPECT_TRUE(!table->complete || table->handles.size() >= kHeld) << table->handles.size();
      } else {
        EXPECT_EQ(table.error().problem, ProcProblem::gone) << table.error().error.message();
      }
    }
    killer.join();
  }
}

INSTANTIATE_TEST_SUITE_P(InEachDetail, ChangingTable,
                         testing::Values(Detail::links, Detail::signs, Detail::states, Detail::all));

}  // namespace
}  // namespace ajar::tables
