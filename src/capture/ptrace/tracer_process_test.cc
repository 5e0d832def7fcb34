#include "capture/ptrace/tracer_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <thread>

#include "platform/procfs.h"
#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {
namespace {

constexpr std::size_t kRing = 1U << 14U;
constexpr std::int64_t kNobody = 1 << 23;  // above PID_MAX_LIMIT

// As on a kernel that doesn't have it, from here on.
bool take_away(std::uint32_t call) {
  std::array<sock_filter, 4> program = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

// Descriptors of a tracer whose maker has a pipe; it has answered by then. -1: there was none.
int held_by_a_tracer() {
  std::array<int, 2> ends{};
  RecordRing ring = RecordRing::make(kRing).value();
  if (::pipe(ends.data()) != 0) return -1;
  auto tracer = TracerProcess::start(ring, PythonTable::make().value(), Tracer::Stops::at_all, false);
  if (!tracer.ok() || tracer.value().attach({kNobody}).error != ESRCH) return -1;
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(tracer.value().pid()) + "/fd");
  const auto count = std::distance(begin(open), end(open));
  tracer.value().leave();
  tracer.value().wait_until_it_lets_go();
  return static_cast<int>(count);
}

// What it returns in a process of its own, on a kernel without that call.
int without(std::uint32_t call, const std::function<int()>& what) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(take_away(call) ? what() : -1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

// Two threads, each of which opens a file when it is told to.
pid_t start_two_threads(int told) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const auto open_one = [told] {
    char byte = 0;
    if (::read(told, &byte, 1) == 1) ::open("/dev/null", O_RDONLY);
  };
  std::thread other(open_one);
  open_one();
  other.join();
  ::_exit(0);
}

// How many tables the records tell of that a tracer makes of them.
int tables_of_two_threads() {
  std::array<int, 2> ends{};
  RecordRing ring = RecordRing::make(1U << 20U).value();
  if (::pipe(ends.data()) != 0) return -1;
  const pid_t pid = start_two_threads(ends[0]);
  while (platform::ProcFs().threads(pid).value().size() != 2) ::usleep(1000);
  auto tracer = TracerProcess::start(ring, PythonTable::make().value(), Tracer::Stops::at_all, false);
  if (!tracer.ok() || tracer.value().attach({pid}).error != 0 || ::write(ends[1], "go", 2) != 2) return -1;
  tracer.value().leave();
  ::waitpid(pid, nullptr, 0);
  tracer.value().collect();
  std::set<std::uint64_t> tables;
  std::set<std::uint32_t> threads;
  ring.read([&](std::span<const std::byte> record) {
    ajar_call call{};
    std::memcpy(&call, record.data(), sizeof(call));
    tables.insert(call.table);
    threads.insert(call.tid);
  });
  return threads.size() == 2 ? static_cast<int>(tables.size()) : -1;
}

constexpr int kItsOwn = 4;  // /dev/null three times, and where it is asked

TEST(TracerProcess, HoldsNoDescriptorOfItsMaker) {
  EXPECT_EQ(held_by_a_tracer(), kItsOwn);
}

TEST(TracerProcess, HoldsNoneWhereTheKernelHasNoCloseRange) {
  EXPECT_EQ(without(SYS_close_range, held_by_a_tracer), kItsOwn);
}

// ThreadSanitizer lets no process that was forked make threads.
#ifdef __SANITIZE_THREAD__
constexpr bool kForkedMakesThreads = false;
#else
constexpr bool kForkedMakesThreads = true;
#endif

TEST(TracerProcess, TakesThreadsOfAProcessToShareTheirTable) {
  if (!kForkedMakesThreads) GTEST_SKIP() << "needs a build without ThreadSanitizer";
  EXPECT_EQ(tables_of_two_threads(), 1);
}

TEST(TracerProcess, TakesThemToShareItAlsoWhereTheKernelCanNotBeAsked) {
  if (!kForkedMakesThreads) GTEST_SKIP() << "needs a build without ThreadSanitizer";
  EXPECT_EQ(without(SYS_kcmp, tables_of_two_threads), 1);
}

}  // namespace
}  // namespace ajar::capture::ptrace
